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
    locations::Location,
    mechanisms,
    subprocessors::{self, NewSubprocessor},
    validation::Checks,
};

/// How many changes one analysis takes.
pub const MOST_CHANGES: usize = 100;

/// A change that might happen. What ends `on` a day no longer counts on that day.
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
            Self::MoveLocation(_) | Self::AddCountry(_) | Self::AmendLaw(_) => None,
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
        registry.newest().await?;
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
        let before = Arc::clone(draft.base());
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
        let revision = i64::try_from(before.revision()).unwrap_or(i64::MAX);
        let after = before.with(draft.rows(revision.saturating_add(1)));
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
        Hypothesis::MoveLocation(moved) => relocate(draft, moved.id, |locations| {
            let mut found = false;
            for location in locations.iter_mut() {
                let meant = location.place == moved.from
                    && moved
                        .activity
                        .is_none_or(|activity| location.activity == activity);
                if meant {
                    location.place = Some(moved.to);
                    found = true;
                }
            }
            found
        }),
        Hypothesis::AddCountry(added) => relocate(draft, added.id, |locations| {
            locations.push(Location {
                place: Some(added.country),
                activity: added.activity,
                operated_by: None,
            });
            true
        }),
    }
}

/// A supposition needs no source.
fn amend(draft: &mut Draft, amendment: Amendment) -> Result<Uuid, ChangeError> {
    let source = "supposed".to_owned();
    law_amendments::record_in(draft, NewLawAmendment { amendment, source })
}

/// Changes the locations of an engagement or a flow.
fn relocate(
    draft: &mut Draft,
    id: Uuid,
    change: impl FnOnce(&mut Vec<Location>) -> bool,
) -> Result<Uuid, ChangeError> {
    let nowhere = || {
        ChangeError::Invalid(vec![Violation {
            pointer: "/from".to_owned(),
            code: "unknown_location",
            message: "there is no such location".to_owned(),
        }])
    };
    if let Some(view) = draft.base().subprocessors().get(id) {
        let mut new = NewSubprocessor::of(view);
        if !change(&mut new.locations) {
            return Err(nowhere());
        }
        return subprocessors::amend_in(draft, id, &Expected::Any, new);
    }
    let view = draft.base().flows().get(id).ok_or(ChangeError::NotFound)?;
    let mut new = NewFlow::of(view);
    if !change(&mut new.locations) {
        return Err(nowhere());
    }
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
