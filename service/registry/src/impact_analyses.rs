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
    ChangeError, Draft, Expected, Registry, Rehearsal, Scope, Violation, certifications,
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

    /// Where a caller gave what a use-case takes at a place. Of an end there is nothing but the id
    /// and the day.
    fn given<'p>(&self, place: &'p str) -> &'p str {
        match self {
            Self::MoveLocation(_) | Self::AddCountry(_) | Self::AmendLaw(_) => place,
            Self::EndAdequacyDecision(_)
            | Self::EndCertification(_)
            | Self::EndMechanism(_)
            | Self::EndSubprocessor(_)
            | Self::EndFlow(_) => {
                if place.ends_with("/last_day") {
                    "/on"
                } else {
                    "/id"
                }
            }
        }
    }
}

/// The newest register, of which changes can be supposed.
pub struct Supposing(Draft);

impl Supposing {
    /// Begins from the newest register.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn over(registry: &Registry, scope: &Scope) -> Result<Self, ChangeError> {
        registry.fresh().await?;
        let (base, now) = (registry.snapshot(), registry.clock().now());
        Ok(Self(Draft::over(registry, base, scope, now)))
    }

    /// The register as it is and as it would be after all of these changes, one after the other.
    /// This looks at everything that is recorded, once: it is for a thread of its own. `still` is
    /// asked between the changes whether to go on.
    ///
    /// # Errors
    /// What is wrong with every change, by its place; a change of what does not exist for the
    /// caller; that it is not to go on.
    pub fn rehearsal<E: From<ChangeError>>(
        self,
        changes: &[Hypothesis],
        still: &dyn Fn() -> Result<(), E>,
    ) -> Result<Rehearsal, E> {
        let Self(mut draft) = self;
        // The draft's own base goes on with each supposition.
        let (whole, before) = (Arc::clone(draft.base()), draft.seen()?);
        let (mut last, mut checks) = (Uuid::nil(), Checks::default());
        for (at, change) in changes.iter().enumerate() {
            still()?;
            match draft.supposing(|draft| apply(draft, change)) {
                Ok(id) => last = id,
                Err(error) => blame(&mut checks, at, change, error)?,
            }
        }
        checks.finish()?;
        still()?;
        let today = draft.today();
        let on = changes.iter().filter_map(Hypothesis::on).max();
        let revision = i64::try_from(whole.revision()).unwrap_or(i64::MAX);
        let after = whole.with(draft.rows(revision.saturating_add(1)));
        let after = after.and_then(|after| draft.scope().narrow(after));
        Ok(Rehearsal {
            id: last,
            as_of: on.map_or(today, |on| on.max(today)),
            after: after.map_err(ChangeError::from)?,
            before,
        })
    }
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

/// Adds what is wrong with a change, in the places of what was supposed.
///
/// # Errors
/// What is no fault of the change.
fn blame(
    checks: &mut Checks,
    at: usize,
    change: &Hypothesis,
    error: ChangeError,
) -> Result<(), ChangeError> {
    let id = format!("/changes/{at}/id");
    match error {
        ChangeError::Invalid(violations) => {
            for violation in violations {
                let Violation {
                    pointer,
                    code,
                    message,
                } = violation;
                let pointer = change.given(&pointer);
                checks.add(format!("/changes/{at}{pointer}"), code, message);
            }
        }
        ChangeError::NotFound => checks.add(id, "unknown_object", "there is no such object"),
        error @ ChangeError::WrongStage { .. } => {
            checks.add(id, "stage_forbids", error.to_string());
        }
        other => return Err(other),
    }
    Ok(())
}
