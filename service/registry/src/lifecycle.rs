//! The stages of engagements and flows, and the gate before what becomes active.

use transfer_decision::{
    span::{Day, next},
    standing::Standing,
    verdict::Finding,
};
use uuid::Uuid;

use crate::{
    store::{ChangeError, Draft},
    validation::Checks,
};

/// Why something must not become active.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    /// The day on which it would be denied.
    pub as_of: Day,
    /// Everything that was found.
    pub findings: Vec<Finding>,
}

impl Denial {
    /// What a standing that is not permitted says.
    pub(crate) fn of(standing: &Standing) -> Self {
        Self {
            as_of: standing.as_of,
            findings: standing.findings().cloned().collect(),
        }
    }
}

/// Holds when something is in one of the stages that allow what is asked for.
pub(crate) fn from<S>(what: &'static str, stage: S, allowed: &[S]) -> Result<(), ChangeError>
where
    S: Copy + PartialEq + Into<&'static str>,
{
    if allowed.contains(&stage) {
        Ok(())
    } else {
        Err(ChangeError::WrongStage {
            what,
            stage: stage.into(),
        })
    }
}

/// Holds when what is said to have ended has a last day, and that is past.
pub(crate) fn ended(checks: &mut Checks, pointer: &str, last: Option<Day>, today: Day) {
    match last {
        None => checks.add(pointer, "last_day_missing", "what has ended has a last day"),
        Some(last) if last >= today => checks.add(
            pointer,
            "last_day_ahead",
            "what has ended has a last day that is past",
        ),
        Some(_) => {}
    }
}

/// A day so many days after another.
pub(crate) fn days_after(day: Day, days: i32) -> Option<Day> {
    let days = u64::try_from(days).ok()?;
    day.checked_add_days(chrono::Days::new(days))
}

/// The day on which the gate is asked about what would be active from a first day on: that day, or
/// today when it is past.
pub(crate) fn judged_on(draft: &Draft, first: Day) -> Day {
    first.max(draft.today())
}

/// The first day, from a day on, on which something is in effect that runs from a first day to a last
/// but for some gaps (all days inclusive; a gap without a last day is still open).
pub(crate) fn in_effect_from(
    from: Day,
    (first, last): (Day, Option<Day>),
    gaps: &[(Day, Option<Day>)],
) -> Option<Day> {
    let mut day = from.max(first);
    let holds = |(begins, ends): &&(Day, Option<Day>), day: Day| {
        *begins <= day && ends.is_none_or(|ends| day <= ends)
    };
    while let Some((_, ends)) = gaps.iter().find(|gap| holds(gap, day)) {
        day = next((*ends)?);
    }
    last.is_none_or(|last| day <= last).then_some(day)
}

/// Asks the legal gate about what comes into effect by a change: on its first day in effect, when
/// it was not to be in effect as early as that.
///
/// # Errors
/// When it denies.
pub(crate) fn gate_if_sooner(
    draft: &Draft,
    id: Uuid,
    (before, after): (Option<Day>, Option<Day>),
) -> Result<(), ChangeError> {
    match sooner(before, after) {
        Some(first) => gate(draft, id, first),
        None => Ok(()),
    }
}

/// The first day in effect, when it was to be a later one or none.
pub(crate) fn sooner(before: Option<Day>, after: Option<Day>) -> Option<Day> {
    after.filter(|first| before.is_none_or(|before| *first < before))
}

/// Asks the legal gate about an engagement or flow as it would be.
///
/// # Errors
/// When it denies.
pub(crate) fn gate(draft: &Draft, id: Uuid, first: Day) -> Result<(), ChangeError> {
    let after = draft.preview()?;
    match after.standing(id, judged_on(draft, first)) {
        Some(standing) if standing.permitted => Ok(()),
        Some(standing) => Err(ChangeError::Denied(Box::new(Denial::of(&standing)))),
        None => Err(ChangeError::NotFound),
    }
}
