//! The stages of engagements and flows, and the gate before what becomes active.

use transfer_decision::{span::Day, verdict::Finding};
use uuid::Uuid;

use crate::store::{ChangeError, Draft};

/// Why something must not become active.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    /// The day on which it would be denied.
    pub as_of: Day,
    /// Everything that was found.
    pub findings: Vec<Finding>,
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

/// A day so many days after another.
pub(crate) fn days_after(day: Day, days: i32) -> Option<Day> {
    let days = u64::try_from(days).ok()?;
    day.checked_add_days(chrono::Days::new(days))
}

/// Asks the legal gate about an engagement or flow as it would be: on its first day, or today when
/// that is past.
///
/// # Errors
/// When it denies.
pub(crate) fn gate(draft: &Draft, id: Uuid, first: Day) -> Result<(), ChangeError> {
    let after = draft.preview()?;
    let as_of = first.max(draft.today());
    match after.standing(id, as_of) {
        Some(standing) if standing.permitted => Ok(()),
        Some(standing) => Err(ChangeError::Denied(Box::new(Denial {
            as_of,
            findings: standing.findings().cloned().collect(),
        }))),
        None => Err(ChangeError::NotFound),
    }
}
