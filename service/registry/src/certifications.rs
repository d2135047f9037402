//! Organisations' places in frameworks.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use transfer_decision::{span::Day, vocabulary::Framework};
use transfer_registry_entity::certifications;
use uuid::Uuid;

pub use transfer_registry_entity::parts::Evidence;

use crate::{
    Context, Registry, Scope,
    imports::{self, Outcome},
    store::{ChangeError, Draft, Expected, Recorded, action, next},
    validation::{Checks, LINE},
};

/// An organisation's place in a framework; days inclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certification {
    /// Its id.
    pub id: Uuid,
    /// The framework.
    pub framework: Framework,
    /// The first day.
    pub valid_from: Day,
    /// The last day; `None`: open.
    pub valid_to: Option<Day>,
    /// The day by which it must be renewed.
    pub recertification_due: Option<Day>,
    /// Whether it covers HR data.
    pub covers_hr: bool,
    /// What it was last checked against.
    pub evidence: Option<Evidence>,
    /// Where the fact comes from.
    pub source: String,
    /// When somebody last checked it.
    pub checked_on: Option<Day>,
    /// How often it was written, from 1.
    pub version: i64,
}

/// A certification to be recorded; days inclusive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewCertification {
    /// The organisation that holds it, by slug or id.
    pub organisation: String,
    /// The framework.
    pub framework: Framework,
    /// The first day.
    pub valid_from: Day,
    /// The last day; `None`: open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Day>,
    /// The day by which it must be renewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recertification_due: Option<Day>,
    /// Whether it covers HR data.
    #[serde(default)]
    pub covers_hr: bool,
    /// What it was last checked against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// Where the fact comes from.
    pub source: String,
    /// When somebody last checked it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_on: Option<Day>,
}

/// Records a certification.
pub async fn record(
    context: &Context,
    scope: &Scope,
    registry: &Registry,
    new: NewCertification,
) -> Result<Recorded, ChangeError> {
    registry
        .change(context, scope, None, |draft| record_in(draft, new))
        .await
}

/// Records a certification as part of a change.
///
/// # Errors
/// When it is not acceptable.
pub fn record_in(draft: &mut Draft, new: NewCertification) -> Result<Uuid, ChangeError> {
    write(draft, Checks::default(), None, new)
}

/// Gives a certification anew; its holder and framework stay.
///
/// # Errors
/// When there is none, it was changed meanwhile, or it is not acceptable.
pub fn amend_in(
    draft: &mut Draft,
    id: Uuid,
    expected: &Expected,
    new: NewCertification,
) -> Result<Uuid, ChangeError> {
    let (holder, before) = draft.existing_certification(id, expected)?;
    let named = draft.base().organisation(&new.organisation);
    let same_holder = named.is_some_and(|named| named.id == holder);
    if same_holder && NewCertification::of(&before, new.organisation.clone()) == new {
        return Ok(draft.unchanged(id));
    }
    let mut checks = Checks::default();
    checks.fixed("/framework", new.framework == before.framework);
    checks.fixed("/organisation", same_holder);
    write(draft, checks, Some((id, before.version)), new)
}

/// Ends a certification: its last day is set. A day that is past already is a correction.
///
/// # Errors
/// When there is none, it was changed meanwhile, or the day is before its first.
pub fn end_in(
    draft: &mut Draft,
    id: Uuid,
    expected: &Expected,
    last_day: Day,
) -> Result<Uuid, ChangeError> {
    let (holder, before) = draft.existing_certification(id, expected)?;
    let mut new = NewCertification::of(&before, holder.to_string());
    new.valid_to = Some(last_day);
    let id = write(
        draft,
        Checks::at("/valid_to", "/last_day"),
        Some((id, before.version)),
        new,
    )?;
    draft.called("end");
    draft.counts_on(transfer_decision::span::next(last_day));
    Ok(id)
}

impl NewCertification {
    /// What a certification would be recorded as again.
    #[must_use]
    pub fn of(view: &Certification, organisation: String) -> Self {
        let Certification {
            id: _,
            framework,
            valid_from,
            valid_to,
            recertification_due,
            covers_hr,
            evidence,
            source,
            checked_on,
            version: _,
        } = view.clone();
        Self {
            organisation,
            framework,
            valid_from,
            valid_to,
            recertification_due,
            covers_hr,
            evidence,
            source,
            checked_on,
        }
    }
}

/// Records a certification from a row of a file, or gives the one with its id anew.
///
/// # Errors
/// When it is not acceptable.
pub(crate) fn import_in(
    draft: &mut Draft,
    id: Option<Uuid>,
    new: NewCertification,
) -> Result<Outcome, ChangeError> {
    let base = Arc::clone(draft.base());
    if let Some((holder, view)) = id.and_then(|id| base.certification(id)) {
        let same = NewCertification::of(view, holder.slug.clone()) == new;
        return imports::amended(same, view.id, || {
            amend_in(draft, view.id, &Expected::Any, new)
        });
    }
    write(draft, Checks::default(), draft.given(id)?, new).map(Outcome::Created)
}

fn write(
    draft: &mut Draft,
    mut checks: Checks,
    before: Option<(Uuid, i64)>,
    new: NewCertification,
) -> Result<Uuid, ChangeError> {
    let NewCertification {
        organisation,
        framework,
        valid_from,
        valid_to,
        recertification_due,
        covers_hr,
        evidence,
        source,
        checked_on,
    } = new;
    let organisation = draft.organisation(&mut checks, "/organisation", &organisation);
    checks.day("/valid_from", valid_from);
    checks.day_if_any("/valid_to", valid_to);
    checks.day_if_any("/recertification_due", recertification_due);
    checks.ordered("/valid_to", Some(valid_from), valid_to);
    checks.ordered(
        "/recertification_due",
        Some(valid_from),
        recertification_due,
    );
    checks.provenance(&source, checked_on, draft.today());
    if let Some(evidence) = &evidence {
        checks.text("/evidence/list", &evidence.list, LINE);
        checks.sha256("/evidence/sha256", Some(&evidence.sha256));
        checks.text_if_any(
            "/evidence/participant",
            evidence.participant.as_deref(),
            LINE,
        );
        checks.text_if_any("/evidence/status", evidence.status.as_deref(), LINE);
    }
    if let Some(organisation) = &organisation {
        if organisation.group.is_none() {
            draft.shared()?;
        }
        let held = draft.held(organisation.id, framework, before.map(|(id, _)| id));
        if held
            .into_iter()
            .any(|held| overlap(held, (valid_from, valid_to)))
        {
            checks.add(
                "/valid_from",
                "overlapping_certification",
                "the organisation already holds this certification on some of these days",
            );
        }
    }
    let organisation = checks.finish_with(organisation)?;
    let id = before.map_or_else(|| draft.new_id(), |(id, _)| id);
    draft.put(
        action(before, "record"),
        certifications::Model {
            id,
            organisation_id: organisation.id,
            framework: framework.into(),
            valid_from,
            valid_to,
            recertification_due,
            covers_hr,
            evidence: evidence.map(Into::into),
            source,
            checked_on,
            version: next(before),
        },
    );
    Ok(id)
}

/// Whether two spans with inclusive ends have a day in common.
fn overlap(one: (Day, Option<Day>), other: (Day, Option<Day>)) -> bool {
    let begins_before = |first: Day, last: Option<Day>| last.is_none_or(|last| first <= last);
    begins_before(one.0, other.1) && begins_before(other.0, one.1)
}
