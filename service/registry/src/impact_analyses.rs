//! What a change that has not happened would do to everything that is active. Nothing is stored.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use transfer_decision::{
    span::{Day, previous},
    vocabulary::{Activity, EndKind, Place},
};
use transfer_registry_seed::law::amendment::EndAdequacyDecision;
use uuid::Uuid;

use crate::{
    ChangeError, Draft, Expected, Registry, Rehearsal, Scope, Snapshot, Violation, certifications,
    flows::{self, NewFlow},
    law_amendments::{self, Amendment, NewLawAmendment},
    locations::{self, Location},
    mechanisms,
    subprocessors::{self, NewSubprocessor},
    validation::Checks,
};

/// How many changes one analysis takes.
pub const MOST_CHANGES: usize = 100;

/// A change that might happen. What ends `on` a day no longer counts on that day, and what begins
/// `on` a day counts from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Hypothesis {
    /// An adequacy decision falls, as when a court strikes it down.
    EndAdequacyDecision(LawEnd),
    /// A certification ends or lapses.
    EndCertification(End),
    /// A mechanism ends.
    EndMechanism(End),
    /// An engagement ends.
    EndSubprocessor(End),
    /// A flow ends.
    EndFlow(End),
    /// A location of an engagement or flow moves.
    MoveLocation(Move),
    /// An engagement or flow reaches one more country.
    AddCountry(Addition),
    /// The law is amended in any other way.
    AmendLaw(Box<Amending>),
}

/// The end of an adequacy decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LawEnd {
    /// The decision's id.
    pub id: String,
    /// The first day on which it no longer applies.
    pub on: Day,
}

/// The end of something in the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// Its id.
    pub id: Uuid,
    /// The first day on which it no longer counts.
    pub on: Day,
}

/// A location that moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// The engagement or flow.
    pub id: Uuid,
    /// Where it is now; absent: where nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Place>,
    /// Where it will be.
    pub to: Place,
    /// Only for this activity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<Activity>,
    /// The first day on which it is there; absent: all the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Day>,
}

/// One more country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Addition {
    /// The engagement or flow.
    pub id: Uuid,
    /// Where.
    pub country: Place,
    /// What happens there.
    pub activity: Activity,
    /// The first day; absent: all the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Day>,
}

/// Any amendment of the law.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amending {
    /// What it would say.
    pub amendment: Amendment,
}

impl Hypothesis {
    /// The first day on which it would make a difference; `None`: from now on.
    #[must_use]
    pub const fn on(&self) -> Option<Day> {
        match self {
            Self::EndAdequacyDecision(end) => Some(end.on),
            Self::EndCertification(end)
            | Self::EndMechanism(end)
            | Self::EndSubprocessor(end)
            | Self::EndFlow(end) => Some(end.on),
            Self::MoveLocation(moved) => moved.on,
            Self::AddCountry(added) => added.on,
            Self::AmendLaw(_) => None,
        }
    }
}

/// The register as it is and as it would be after all of these changes, one after the other.
///
/// # Errors
/// What is wrong with a change, by its place; a change of what does not exist for the caller.
pub async fn suppose(
    registry: &Registry,
    scope: &Scope,
    changes: &[Hypothesis],
) -> Result<Rehearsal, ChangeError> {
    registry.newest().await?;
    let before = registry.snapshot();
    let mut base = Arc::clone(&before);
    let mut last = Uuid::nil();
    for (at, change) in changes.iter().enumerate() {
        let mut draft = Draft::over(registry, base, scope, registry.clock().now());
        last = draft
            .supposing(|draft| apply(draft, change))
            .map_err(|error| placed(error, at))?;
        base = Arc::new(draft.preview()?);
    }
    let after: Snapshot = Arc::into_inner(base)
        .map_or_else(|| before.with(crate::store::rows::Rows::default()), Ok)?;
    let today = registry.clock().today();
    let on = changes.iter().filter_map(Hypothesis::on).max();
    Ok(Rehearsal {
        id: last,
        as_of: on.map_or(today, |on| on.max(today)),
        before,
        after,
    })
}

fn apply(draft: &mut Draft, change: &Hypothesis) -> Result<Uuid, ChangeError> {
    match change {
        Hypothesis::EndAdequacyDecision(end) => {
            let end = EndAdequacyDecision::falling_on(&end.id, end.on, EndKind::Invalidated);
            amend(draft, Amendment::EndAdequacyDecision(end))
        }
        Hypothesis::AmendLaw(amending) => amend(draft, amending.amendment.clone()),
        Hypothesis::EndCertification(end) => {
            certifications::end_in(draft, end.id, &Expected::Any, previous(end.on))
        }
        Hypothesis::EndMechanism(end) => {
            mechanisms::end_in(draft, end.id, &Expected::Any, previous(end.on))
        }
        Hypothesis::EndSubprocessor(end) => {
            subprocessors::end_in(draft, end.id, &Expected::Any, previous(end.on))
        }
        Hypothesis::EndFlow(end) => flows::end_in(draft, end.id, &Expected::Any, previous(end.on)),
        Hypothesis::MoveLocation(change) => relocate(draft, change.id, change.on, |locations| {
            moved(locations, change)
        }),
        Hypothesis::AddCountry(added) => relocate(draft, added.id, added.on, |locations| {
            locations.push(Location {
                place: Some(added.country),
                activity: added.activity,
                operated_by: None,
                from: added.on,
                until: None,
            });
            true
        }),
    }
}

/// Moves those of the locations that are meant; whether there is one. What moves on a day is at its
/// old place to the day before.
fn moved(locations: &mut Vec<Location>, change: &Move) -> bool {
    let mut found = false;
    let mut moved = Vec::with_capacity(locations.len() + 1);
    for location in locations.drain(..) {
        let activity = change.activity;
        let meant = location.place == change.from
            && activity.is_none_or(|activity| location.activity == activity)
            && change
                .on
                .is_none_or(|on| location.until.is_none_or(|last| on <= last));
        if !meant {
            moved.push(location);
            continue;
        }
        found = true;
        let before = change
            .on
            .filter(|on| location.from.is_none_or(|first| first < *on));
        if let Some(on) = before {
            moved.push(Location {
                until: Some(previous(on)),
                ..location.clone()
            });
        }
        moved.push(Location {
            place: Some(change.to),
            from: before.or(location.from),
            ..location
        });
    }
    *locations = moved;
    found
}

/// A supposition needs no source.
fn amend(draft: &mut Draft, amendment: Amendment) -> Result<Uuid, ChangeError> {
    let source = "supposed".to_owned();
    law_amendments::record_in(draft, NewLawAmendment { amendment, source })
}

/// Changes the locations of an engagement or a flow, on a day or altogether.
fn relocate(
    draft: &mut Draft,
    id: Uuid,
    on: Option<Day>,
    change: impl FnOnce(&mut Vec<Location>) -> bool,
) -> Result<Uuid, ChangeError> {
    let changed = |locations: &mut Vec<Location>, first: Day, last: Option<Day>| {
        let mut checks = Checks::default();
        if let Some(last) = last.filter(|last| on.is_some_and(|on| *last < on)) {
            let message = format!("must not be after {last}, the last day of all");
            checks.add("/on", "outside_of_days", message);
        }
        if !change(locations) {
            checks.add("/from", "unknown_location", "there is no such location");
        }
        locations::within(locations, first, last);
        *locations = locations::united(std::mem::take(locations));
        checks.finish()
    };
    if let Some(view) = draft.base().subprocessors().get(id) {
        let mut new = NewSubprocessor::of(view);
        changed(&mut new.locations, new.effective_from, new.ended_on)?;
        return subprocessors::amend_in(draft, id, &Expected::Any, new);
    }
    let view = draft.base().flows().get(id).ok_or(ChangeError::NotFound)?;
    let mut new = NewFlow::of(view);
    changed(&mut new.locations, new.valid_from, new.valid_to)?;
    flows::amend_in(draft, id, &Expected::Any, new)
}

/// A refusal, with the place of the change that it is about.
fn placed(error: ChangeError, at: usize) -> ChangeError {
    match error {
        ChangeError::Invalid(mut violations) => {
            for violation in &mut violations {
                let pointer = violation.pointer.replace("/amendment/decision", "/id");
                violation.pointer = format!("/changes/{at}{pointer}");
            }
            ChangeError::Invalid(violations)
        }
        ChangeError::NotFound => ChangeError::Invalid(vec![Violation {
            pointer: format!("/changes/{at}/id"),
            code: "unknown_object",
            message: "there is no such object".to_owned(),
        }]),
        other => other,
    }
}
