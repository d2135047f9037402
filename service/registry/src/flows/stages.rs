//! The steps in the life of a flow, and its stage on a day.

use transfer_decision::span::{Day, next, previous};
use uuid::Uuid;

use super::{Flow, FlowStatus, NewFlow, Suspension, write};
use crate::{
    lifecycle, locations,
    store::{ChangeError, Draft, Expected},
    validation::Checks,
};

impl Flow {
    /// The stage in which it is on a day (days inclusive): what was activated has ended after its
    /// last day, and was active before it unless it was suspended.
    #[must_use]
    pub fn stage_on(&self, day: Day) -> FlowStatus {
        let suspended = || match self.status {
            FlowStatus::Suspended if self.suspensions.is_empty() => true,
            _ => self.suspensions.iter().any(|gap| gap.holds_on(day)),
        };
        match self.status {
            FlowStatus::Draft => FlowStatus::Draft,
            _ if self.valid_to.is_some_and(|last| last < day) => FlowStatus::Ended,
            _ if suspended() => FlowStatus::Suspended,
            _ => FlowStatus::Active,
        }
    }
}

/// Activates a drafted flow, or resumes a suspended one from today on. Refused when the legal gate
/// denies it on its first day, or today when that is past.
///
/// # Errors
/// When there is none, it was changed meanwhile, its stage does not allow it, or it is denied.
pub fn activate_in(draft: &mut Draft, id: Uuid, expected: &Expected) -> Result<Uuid, ChangeError> {
    let before = draft.existing_flow(id, expected)?;
    let stages = [FlowStatus::Draft, FlowStatus::Suspended];
    let today = draft.today();
    lifecycle::from("activate", before.stage_on(today), &stages)?;
    let mut new = NewFlow::of(&before);
    // Resumed on the day of its suspension, it was never without effect for a whole day.
    new.suspensions
        .retain(|gap| gap.until.is_some() || gap.from < today);
    for open in new
        .suspensions
        .iter_mut()
        .filter(|gap| gap.until.is_none_or(|until| until >= today))
    {
        open.until = Some(previous(today));
    }
    let kept = Some((id, before.version));
    write(draft, Checks::default(), kept, FlowStatus::Active, new)?;
    draft.called("activate");
    draft.counts_on(before.valid_from);
    lifecycle::gate(draft, id, before.valid_from)?;
    Ok(id)
}

/// Suspends an active flow from today on: it carries nothing until it is activated again.
///
/// # Errors
/// When there is none, it was changed meanwhile, or it is not active.
pub fn suspend_in(draft: &mut Draft, id: Uuid, expected: &Expected) -> Result<Uuid, ChangeError> {
    let before = draft.existing_flow(id, expected)?;
    let today = draft.today();
    lifecycle::from("suspend", before.stage_on(today), &[FlowStatus::Active])?;
    let mut new = NewFlow::of(&before);
    new.suspensions.push(Suspension {
        from: today.max(before.valid_from),
        until: None,
    });
    let kept = Some((id, before.version));
    write(draft, Checks::default(), kept, FlowStatus::Suspended, new)?;
    draft.called("suspend");
    Ok(id)
}

/// Ends a flow: its last day is set. From the day after it carries nothing; a last day that is
/// past already is a correction. One that had ended and is in effect again by its new last day
/// passes the gate first.
///
/// # Errors
/// When there is none, it was changed meanwhile, it is a draft, the day is before its first, or it
/// is denied.
pub fn end_in(
    draft: &mut Draft,
    id: Uuid,
    expected: &Expected,
    last_day: Day,
) -> Result<Uuid, ChangeError> {
    let before = draft.existing_flow(id, expected)?;
    let stages = [FlowStatus::Active, FlowStatus::Suspended, FlowStatus::Ended];
    lifecycle::from("end", before.status, &stages)?;
    let mut new = NewFlow::of(&before);
    new.valid_to = Some(last_day);
    locations::within(&mut new.locations, new.valid_from, new.valid_to);
    let checks = Checks::at("/valid_to", "/last_day");
    rewrite(draft, checks, &before, new)?;
    draft.called("end");
    draft.counts_on(next(last_day));
    Ok(id)
}

/// Gives a flow anew, in the stage that follows from its days. What had ended or was suspended
/// comes back into effect only through the gate.
pub(super) fn rewrite(
    draft: &mut Draft,
    checks: Checks,
    before: &Flow,
    new: NewFlow,
) -> Result<Uuid, ChangeError> {
    let status = if before.status == FlowStatus::Draft {
        FlowStatus::Draft
    } else {
        stage_of(before, &new, draft)
    };
    let was = before.stage_on(draft.today());
    let first = new.valid_from;
    let kept = Some((before.id, before.version));
    write(draft, checks, kept, status, new)?;
    let idle = matches!(was, FlowStatus::Ended | FlowStatus::Suspended);
    if idle && status == FlowStatus::Active {
        lifecycle::gate(draft, before.id, first)?;
    }
    Ok(before.id)
}

/// The stage of something that was activated once.
fn stage_of(before: &Flow, new: &NewFlow, draft: &Draft) -> FlowStatus {
    let dated = !new.suspensions.is_empty() || !before.suspensions.is_empty();
    if draft.is_past(new.valid_to) {
        FlowStatus::Ended
    } else if new.suspensions.iter().any(|gap| gap.until.is_none())
        || (before.status == FlowStatus::Suspended && !dated)
    {
        FlowStatus::Suspended
    } else {
        FlowStatus::Active
    }
}

/// Suspensions follow one another within the flow's days, and only the last may be open.
pub(super) fn check_suspensions(checks: &mut Checks, new: &NewFlow) {
    checks.at_most("/suspensions", new.suspensions.len(), 100);
    let mut earliest = Some(new.valid_from);
    for (at, gap) in new.suspensions.iter().enumerate() {
        let from = format!("/suspensions/{at}/from");
        checks.day(&from, gap.from);
        match earliest {
            Some(earliest) => checks.ordered(&from, Some(earliest), Some(gap.from)),
            None => checks.add(&from, "days_reversed", "follows one that is not over"),
        }
        let until = format!("/suspensions/{at}/until");
        checks.day_if_any(&until, gap.until);
        checks.ordered(&until, Some(gap.from), gap.until);
        earliest = gap.until.map(next);
    }
}
