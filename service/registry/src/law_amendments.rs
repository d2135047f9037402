//! Amendments of the law pack: what somebody recorded of the law before a new pack says it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use transfer_decision::span::next;
use transfer_registry_entity::law_amendments;
use transfer_registry_seed::SeedError;
use uuid::Uuid;

pub use transfer_registry_seed::law::Amendment;

use crate::{ChangeError, Draft, Expected, snapshot::LoadError, validation::Checks};

/// What somebody recorded of the law beside the pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LawAmendment {
    /// Its id.
    pub id: Uuid,
    /// What it says.
    pub amendment: Amendment,
    /// Where the fact comes from.
    pub source: String,
    /// Whether it no longer counts.
    pub withdrawn: bool,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// How often it was written, from 1.
    pub version: i64,
}

/// An amendment to be recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewLawAmendment {
    /// What it says.
    pub amendment: Amendment,
    /// Where the fact comes from.
    pub source: String,
}

/// Records an amendment. It counts from the moment on at which it is recorded, for the days that
/// it speaks of.
///
/// # Errors
/// When the law would contradict itself, or names what is not there.
pub fn record_in(draft: &mut Draft, new: NewLawAmendment) -> Result<Uuid, ChangeError> {
    draft.shared()?;
    let NewLawAmendment { amendment, source } = new;
    let mut checks = Checks::default();
    checks.provenance(&source, None, draft.today());
    checks.finish()?;
    let id = draft.new_id();
    let row = row(id, &amendment, source, draft.now())?;
    draft.put("record", row);
    if let Amendment::EndAdequacyDecision(end) = &amendment {
        draft.counts_on(next(end.last_day));
    }
    fits(draft)?;
    Ok(id)
}

/// Withdraws an amendment that was recorded in error, or that a pack has overtaken.
///
/// # Errors
/// When there is none, it was changed meanwhile, it is withdrawn already, or another rests on it.
pub fn withdraw_in(draft: &mut Draft, id: Uuid, expected: &Expected) -> Result<Uuid, ChangeError> {
    let before = draft.existing_amendment(id, expected)?;
    draft.shared()?;
    if before.withdrawn {
        return Err(ChangeError::WrongStage {
            what: "withdraw",
            stage: "withdrawn",
        });
    }
    withdraw_unchecked_in(draft, id)?;
    fits(draft)?;
    Ok(id)
}

/// The same, where the law is looked at as a whole afterwards.
pub(crate) fn withdraw_unchecked_in(draft: &mut Draft, id: Uuid) -> Result<(), ChangeError> {
    let before = draft.existing_amendment(id, &Expected::Any)?;
    let mut row = row(id, &before.amendment, before.source, before.recorded_at)?;
    row.withdrawn = true;
    row.version = before.version + 1;
    draft.put("withdraw", row);
    Ok(())
}

fn row(
    id: Uuid,
    amendment: &Amendment,
    source: String,
    created_at: DateTime<Utc>,
) -> Result<law_amendments::Model, ChangeError> {
    let body =
        serde_json::to_value(amendment).map_err(|error| sea_orm::DbErr::Json(error.to_string()))?;
    Ok(law_amendments::Model {
        id,
        kind: amendment.kind().to_owned(),
        row_id: amendment.row().into_owned(),
        body: body.into(),
        source,
        withdrawn: false,
        created_at,
        version: 1,
    })
}

/// Whether the law makes sense with what the draft holds.
fn fits(draft: &Draft) -> Result<(), ChangeError> {
    match draft.base().legal().with(&draft.rows(0)) {
        Ok(_) => Ok(()),
        Err(LoadError::Law(SeedError { faults })) => {
            let mut checks = Checks::default();
            for fault in faults {
                let pointer = if fault.field.is_empty() {
                    "/amendment".to_owned()
                } else {
                    format!("/amendment/{}", fault.field)
                };
                checks.add(pointer, "law_contradicted", fault.what);
            }
            checks.finish()
        }
        Err(error) => Err(error.into()),
    }
}
