//! The steps in the life of a flow, and its stage on a day.

use transfer_decision::span::{Day, next, previous};
use uuid::Uuid;

use super::{Flow, FlowStatus, NewFlow, Suspension, write};
use crate::{
    lifecycle,
    store::{ChangeError, Draft, Expected},
    validation::Checks,
};

impl Flow {
    /// The stage in which it is on a day (days inclusive): what was activated has ended after its
    /// last day, and was active before it unless it was suspended.
    #[must_use]
    pub fn stage_on(&self, day: Day) -> FlowStatus {
        match self.status {
            FlowStatus::Draft => FlowStatus::Draft,
            _ => stage_on(&NewFlow::of(self), day),
        }
    }

    /// The first day, from a day on, on which it is in effect.
    #[must_use]
    pub fn in_effect_from(&self, day: Day) -> Option<Day> {
        in_effect_from(self.status, &NewFlow::of(self), day)
    }
}

/// The stage on a day of something that was activated once.
fn stage_on(flow: &NewFlow, day: Day) -> FlowStatus {
    if flow.valid_to.is_some_and(|last| last < day) {
        FlowStatus::Ended
    } else if flow.suspensions.iter().any(|gap| gap.holds_on(day)) {
        FlowStatus::Suspended
    } else {
        FlowStatus::Active
    }
}

/// The first day, from a day on, on which a flow in a stage is in effect.
pub(crate) fn in_effect_from(status: FlowStatus, flow: &NewFlow, day: Day) -> Option<Day> {
    if status == FlowStatus::Draft {
        return None;
    }
    let gaps = flow.suspensions.iter().map(|gap| (gap.from, gap.until));
    let gaps: Vec<_> = gaps.collect();
    lifecycle::in_effect_from(day, (flow.valid_from, flow.valid_to), &gaps)
}

/// Activates a drafted flow, or resumes a suspended one from today on. Refused when the legal gate
/// denies it on the first day on which it is then in effect.
///
/// # Errors
/// When there is none, it was changed meanwhile, its stage does not allow it, or it is denied.
pub fn activate_in(draft: &mut Draft, id: Uuid, expected: &Expected) -> Result<Uuid, ChangeError> {
    let before = draft.existing_flow(id, expected)?;
    let stages = [FlowStatus::Draft, FlowStatus::Suspended];
    // One that is yet to begin is resumed before it does.
    let day = draft.today().max(before.valid_from);
    lifecycle::from("activate", before.stage_on(day), &stages)?;
    let mut new = NewFlow::of(&before);
    // Resumed on the first day of a suspension, it was never without effect for a whole day.
    new.suspensions
        .retain(|gap| !(gap.holds_on(day) && gap.from == day));
    for held in new.suspensions.iter_mut().filter(|gap| gap.holds_on(day)) {
        held.until = Some(previous(day));
    }
    let first = in_effect_from(FlowStatus::Active, &new, day).unwrap_or(day);
    let kept = Some((id, before.version));
    write(draft, Checks::default(), kept, FlowStatus::Active, new)?;
    draft.called("activate");
    draft.counts_on(before.valid_from);
    lifecycle::gate(draft, id, first)?;
    Ok(id)
}

/// Suspends an active flow from today on: it carries nothing until it is activated again. What was
/// planned of suspensions is part of that one.
///
/// # Errors
/// When there is none, it was changed meanwhile, or it is not active.
pub fn suspend_in(draft: &mut Draft, id: Uuid, expected: &Expected) -> Result<Uuid, ChangeError> {
    let before = draft.existing_flow(id, expected)?;
    let from = draft.today().max(before.valid_from);
    lifecycle::from("suspend", before.stage_on(from), &[FlowStatus::Active])?;
    let mut new = NewFlow::of(&before);
    new.suspensions.retain(|gap| gap.from < from);
    new.suspensions.push(Suspension { from, until: None });
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
    let checks = Checks::at("/valid_to", "/last_day");
    rewrite(draft, checks, &before, new)?;
    draft.called("end");
    draft.counts_on(next(last_day));
    Ok(id)
}

/// Gives a flow anew, in the stage that follows from its days. What was not in effect, or was to be
/// later, comes into effect only through the gate.
pub(super) fn rewrite(
    draft: &mut Draft,
    checks: Checks,
    before: &Flow,
    new: NewFlow,
) -> Result<Uuid, ChangeError> {
    let today = draft.today();
    let status = match before.status {
        FlowStatus::Draft => FlowStatus::Draft,
        _ => stage_on(&new, today.max(new.valid_from)),
    };
    let first = (
        before.in_effect_from(today),
        in_effect_from(status, &new, today),
    );
    let kept = Some((before.id, before.version));
    write(draft, checks, kept, status, new)?;
    lifecycle::gate_if_sooner(draft, before.id, first)?;
    Ok(before.id)
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
