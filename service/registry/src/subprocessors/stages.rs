//! The steps in the life of an engagement.

use transfer_decision::span::{Day, next};
use uuid::Uuid;

use super::{Announcement, NewSubprocessor, SubprocessorStatus, write};
use crate::{
    lifecycle, locations,
    store::{ChangeError, Draft, Expected},
    validation::Checks,
};

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
    let mut checks = Checks::default();
    let notice = group.and_then(|group| group.notice_days);
    if let Some(earliest) = notice.and_then(|notice| lifecycle::days_after(told, notice))
        && effective < earliest
    {
        checks.add(
            "/effective_from",
            "notice_too_short",
            format!("customers are told ahead: not before {earliest}"),
        );
    }
    if until.is_some_and(|until| effective <= until) {
        checks.add(
            "/effective_from",
            "objection_window_open",
            "customers can still object on that day",
        );
    }
    let mut new = NewSubprocessor::of(&before);
    new.announced_on = Some(told);
    new.objection_until = until;
    new.effective_from = effective;
    locations::within(&mut new.locations, effective, new.ended_on);
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
    lifecycle::from("withdraw", before.status, &[SubprocessorStatus::Announced])?;
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
/// it on that day, or today when that day is past.
///
/// # Errors
/// When there is none, it was changed meanwhile, its stage does not allow it, or it is denied.
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
    let before = Some((id, before.version));
    write(
        draft,
        Checks::default(),
        before,
        SubprocessorStatus::Active,
        new,
    )?;
    draft.called("activate");
    draft.counts_on(first);
    lifecycle::gate(draft, id, first)?;
    Ok(id)
}

/// Ends an engagement: its last day is set. From the day after it carries nothing; a last day that
/// is past already is a correction.
///
/// # Errors
/// When there is none, it was changed meanwhile, it never began, or the day is before its first.
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
    let status = if draft.is_past(Some(last_day)) {
        SubprocessorStatus::Ended
    } else {
        before.status
    };
    let mut new = NewSubprocessor::of(&before);
    new.ended_on = Some(last_day);
    locations::within(&mut new.locations, new.effective_from, new.ended_on);
    let checks = Checks::at("/ended_on", "/last_day");
    write(draft, checks, Some((id, before.version)), status, new)?;
    draft.called("end");
    draft.counts_on(next(last_day));
    Ok(id)
}
