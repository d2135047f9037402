//! Amendments of the law pack: what somebody recorded of the law before a new pack says it.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use transfer_decision::span::next;
use transfer_registry_entity::law_amendments;
use transfer_registry_seed::{Fault, SeedError, law::amendment_index};
use uuid::Uuid;

pub use transfer_registry_seed::law::Amendment;

use crate::{
    ChangeError, Draft, Expected, Violation,
    imports::{self, Outcome},
    snapshot::LoadError,
    store::{objects::Kept, rows::Rows},
    validation::Checks,
};

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

/// Records an amendment from a row of a file, withdrawn or not, or withdraws the one with its id.
/// Whether the law makes sense with it is asked when all rows are there ([`contradictions_in`]):
/// one may rest on another further down.
///
/// # Errors
/// When it is not acceptable: what an amendment says never changes, and what was withdrawn does
/// not come back.
pub(crate) fn import_in(
    draft: &mut Draft,
    id: Option<Uuid>,
    withdrawn: bool,
    new: NewLawAmendment,
) -> Result<Outcome, ChangeError> {
    let NewLawAmendment { amendment, source } = new;
    let base = Arc::clone(draft.base());
    let mut checks = Checks::default();
    if let Some(view) = id.and_then(|id| base.law_amendments().get(id)) {
        checks.fixed("/amendment", view.amendment == amendment);
        checks.fixed("/source", view.source == source);
        checks.fixed("/withdrawn", withdrawn || !view.withdrawn);
        checks.finish()?;
        return imports::amended(view.withdrawn == withdrawn, view.id, || {
            draft.shared()?;
            withdraw_unchecked_in(draft, view.id)?;
            Ok(view.id)
        });
    }
    draft.shared()?;
    checks.provenance(&source, None, draft.today());
    checks.finish()?;
    let given = draft.given(id)?;
    let id = given.map_or_else(|| draft.new_id(), |(id, _)| id);
    let mut row = row(id, &amendment, source, draft.now())?;
    row.withdrawn = withdrawn;
    draft.put("import", row);
    match amendment {
        Amendment::EndAdequacyDecision(end) if !withdrawn => draft.counts_on(next(end.last_day)),
        _ => {}
    }
    Ok(Outcome::Created(id))
}

/// What would contradict itself in the law with the amendments that the draft holds: each with the
/// amendment to which it is laid, as far as one is.
///
/// # Errors
/// When the law cannot be read.
pub fn contradictions_in(draft: &Draft) -> Result<Vec<(Option<Uuid>, Violation)>, ChangeError> {
    let objects = draft.objects().into_iter();
    let written = objects.filter_map(|object| match object {
        Kept::LawAmendment(row) => Some(law_amendments::Model::clone(row)),
        _ => None,
    });
    let rows = Rows {
        law_amendments: written.collect(),
        ..Rows::default()
    };
    let faults = match draft.base().legal().with(&rows) {
        Ok(_) => return Ok(Vec::new()),
        Err(LoadError::Law(SeedError { faults })) => faults,
        Err(error) => return Err(error.into()),
    };
    // The law holds those that count, in the order of their ids.
    let recorded = draft.base().law_amendments().iter();
    let recorded = recorded.filter(|one| !one.withdrawn).map(|one| one.id);
    let mut counting: BTreeSet<Uuid> = recorded.collect();
    for row in &rows.law_amendments {
        if row.withdrawn {
            counting.remove(&row.id);
        } else {
            counting.insert(row.id);
        }
    }
    let laid = |fault: &Fault| counting.iter().nth(amendment_index(fault)?).copied();
    let faults = faults.into_iter();
    Ok(faults
        .map(|fault| (laid(&fault), violation(fault)))
        .collect())
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
            for Violation {
                pointer,
                code,
                message,
            } in faults.into_iter().map(violation)
            {
                checks.add(pointer, code, message);
            }
            checks.finish()
        }
        Err(error) => Err(error.into()),
    }
}

/// A fault of the law in the amendment that brought it about.
fn violation(fault: Fault) -> Violation {
    let Fault { field, what, .. } = fault;
    Violation {
        pointer: if field.is_empty() {
            "/amendment".to_owned()
        } else {
            format!("/amendment/{field}")
        },
        code: "law_contradicted",
        message: what,
    }
}
