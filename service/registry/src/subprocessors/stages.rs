//! The steps in the life of an engagement.

use transfer_decision::span::{Day, next};
use uuid::Uuid;

use super::{Announcement, NewSubprocessor, Subprocessor, SubprocessorStatus, write};
use crate::{
    lifecycle, locations,
    store::{ChangeError, Draft, Expected},
    validation::Checks,
};

impl Subprocessor {
    /// The stage in which it is on a day (days inclusive): what was announced or activated is
    /// active from its first day and has ended after its last.
    #[must_use]
    pub fn stage_on(&self, day: Day) -> SubprocessorStatus {
        match self.status {
            SubprocessorStatus::Proposed => SubprocessorStatus::Proposed,
            _ if self.ended_on.is_some_and(|last| last < day) => SubprocessorStatus::Ended,
            SubprocessorStatus::Announced if day < self.effective_from => {
                SubprocessorStatus::Announced
            }
            _ => SubprocessorStatus::Active,
        }
    }
}

/// Announces a proposed engagement to the customers: it takes effect on its day.
///
/// # Errors
/// When there is none, it was changed meanwhile, it is not proposed, or the days do not follow.
pub fn announce_in(
    draft: &mut Draft,
    id: Uuid,
    expected: &Expected,
    announcement: &Announcement,
) -> Result<Uuid, ChangeError> {
    let before = draft.existing_subprocessor(id, expected)?;
    lifecycle::from("announce", before.status, &[SubprocessorStatus::Proposed])?;
    let Announcement {
        announced_on,
        objection_until,
        effective_from,
    } = *announcement;
    let told = announced_on.unwrap_or_else(|| draft.today());
    let group = draft.base().group(&before.group);
    let period = group.and_then(|group| group.objection_days);
    let until = objection_until.or_else(|| lifecycle::days_after(told, period?));
    let effective = effective_from.unwrap_or(before.effective_from);
    let mut new = NewSubprocessor::of(&before);
    new.announced_on = Some(told);
    new.objection_until = until;
    new.effective_from = effective;
    locations::within(&mut new.locations, effective, new.ended_on);
    let mut checks = Checks::default();
    told_in_time(draft, &mut checks, &before.group, &new);
    let before = Some((id, before.version));
    write(draft, checks, before, SubprocessorStatus::Announced, new)?;
    draft.called("announce");
    draft.counts_on(effective);
    Ok(id)
}

/// Takes an announcement back: the engagement is proposed again.
///
/// # Errors
/// When there is none, it was changed meanwhile, or it is not announced.
pub fn withdraw_in(draft: &mut Draft, id: Uuid, expected: &Expected) -> Result<Uuid, ChangeError> {
    let before = draft.existing_subprocessor(id, expected)?;
    let stage = before.stage_on(draft.today());
    lifecycle::from("withdraw", stage, &[SubprocessorStatus::Announced])?;
    let mut new = NewSubprocessor::of(&before);
    new.announced_on = None;
    new.objection_until = None;
    let before = Some((id, before.version));
    write(
        draft,
        Checks::default(),
        before,
        SubprocessorStatus::Proposed,
        new,
    )?;
    draft.called("withdraw");
    Ok(id)
}

/// Activates an engagement: it is in effect from its first day. Refused when the legal gate denies
/// it on that day, or today when that day is past; and when customers who are to be told first were
/// not.
///
/// # Errors
/// When there is none, it was changed meanwhile, its stage does not allow it, customers have not
/// had their notice, or it is denied.
pub fn activate_in(
    draft: &mut Draft,
    id: Uuid,
    expected: &Expected,
    effective_from: Option<Day>,
) -> Result<Uuid, ChangeError> {
    let before = draft.existing_subprocessor(id, expected)?;
    let stages = [SubprocessorStatus::Proposed, SubprocessorStatus::Announced];
    lifecycle::from("activate", before.status, &stages)?;
    let mut new = NewSubprocessor::of(&before);
    new.effective_from = effective_from.unwrap_or(before.effective_from);
    let first = new.effective_from;
    locations::within(&mut new.locations, first, new.ended_on);
    let mut checks = Checks::default();
    told_in_time(draft, &mut checks, &before.group, &new);
    let before = Some((id, before.version));
    write(draft, checks, before, SubprocessorStatus::Active, new)?;
    draft.called("activate");
    draft.counts_on(first);
    lifecycle::gate(draft, id, first)?;
    Ok(id)
}

/// Ends an engagement: its last day is set. From the day after it carries nothing; a last day that
/// is past already is a correction. One that had ended and is in effect again by its new last day
/// passes the gate first.
///
/// # Errors
/// When there is none, it was changed meanwhile, it never began, the day is before its first, or it
/// is denied.
pub fn end_in(
    draft: &mut Draft,
    id: Uuid,
    expected: &Expected,
    last_day: Day,
) -> Result<Uuid, ChangeError> {
    let before = draft.existing_subprocessor(id, expected)?;
    let stages = [
        SubprocessorStatus::Announced,
        SubprocessorStatus::Active,
        SubprocessorStatus::Ended,
    ];
    lifecycle::from("end", before.status, &stages)?;
    let mut new = NewSubprocessor::of(&before);
    new.ended_on = Some(last_day);
    locations::within(&mut new.locations, new.effective_from, new.ended_on);
    let checks = Checks::at("/ended_on", "/last_day");
    rewrite(draft, checks, &before, new)?;
    draft.called("end");
    draft.counts_on(next(last_day));
    Ok(id)
}

/// Gives an engagement anew, in the stage that follows from its days. What had ended comes back
/// into effect only through the gate.
pub(super) fn rewrite(
    draft: &mut Draft,
    mut checks: Checks,
    before: &Subprocessor,
    new: NewSubprocessor,
) -> Result<Uuid, ChangeError> {
    let today = draft.today();
    let was = before.stage_on(today);
    let status = match before.status {
        SubprocessorStatus::Proposed => SubprocessorStatus::Proposed,
        _ if draft.is_past(new.ended_on) => SubprocessorStatus::Ended,
        SubprocessorStatus::Announced => SubprocessorStatus::Announced,
        SubprocessorStatus::Active | SubprocessorStatus::Ended => SubprocessorStatus::Active,
    };
    let first = new.effective_from;
    let to_come = today < before.effective_from && before.status != SubprocessorStatus::Proposed;
    let moved = first != before.effective_from
        || new.announced_on != before.announced_on
        || new.objection_until != before.objection_until;
    if to_come && moved {
        told_in_time(draft, &mut checks, &before.group, &new);
    }
    let kept = Some((before.id, before.version));
    write(draft, checks, kept, status, new)?;
    if was == SubprocessorStatus::Ended && status != SubprocessorStatus::Ended {
        lifecycle::gate(draft, before.id, first)?;
    }
    Ok(before.id)
}

/// Whether the group's customers hear of an engagement as long before its first day as the group
/// has promised them, and can no longer object on it (GDPR Art. 28(2), second sentence).
fn told_in_time(draft: &Draft, checks: &mut Checks, group: &str, new: &NewSubprocessor) {
    let group = draft.base().group(group);
    let notice = group.and_then(|group| group.notice_days);
    let promised = notice.or_else(|| group.and_then(|group| group.objection_days));
    if new.announced_on.is_none() && promised.is_some_and(|days| days > 0) {
        checks.add(
            "/announced_on",
            "not_announced",
            "the group's customers are told before it takes effect: announce it",
        );
    }
    let earliest = new
        .announced_on
        .zip(notice)
        .and_then(|(told, notice)| lifecycle::days_after(told, notice));
    if let Some(earliest) = earliest.filter(|earliest| new.effective_from < *earliest) {
        checks.add(
            "/effective_from",
            "notice_too_short",
            format!("customers are told ahead: not before {earliest}"),
        );
    }
    if new
        .objection_until
        .is_some_and(|until| new.effective_from <= until)
    {
        checks.add(
            "/effective_from",
            "objection_window_open",
            "customers can still object on that day",
        );
    }
}
