//! The steps in the life of an engagement.

use transfer_decision::span::{Day, next};
use uuid::Uuid;

use super::{Announcement, NewSubprocessor, Subprocessor, SubprocessorStatus, write};
use crate::{
    lifecycle,
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

    /// The first day, from a day on, on which it is in effect.
    #[must_use]
    pub fn in_effect_from(&self, day: Day) -> Option<Day> {
        in_effect_from(self.status, &NewSubprocessor::of(self), day)
    }
}

/// The first day, from a day on, on which an engagement in a stage is in effect.
pub(crate) fn in_effect_from(
    status: SubprocessorStatus,
    engagement: &NewSubprocessor,
    day: Day,
) -> Option<Day> {
    let days = (engagement.effective_from, engagement.ended_on);
    let first = lifecycle::in_effect_from(day, days, &[]);
    first.filter(|_| status != SubprocessorStatus::Proposed)
}

/// The first day on which an engagement is in effect by a change, when it must pass the gate first:
/// it was to be a later one or none. What is announced for a later day is not asked about before:
/// customers may be told while the safeguards are being signed, and the work list says so if they
/// are not.
pub(crate) fn gated(
    (before, after): (Option<Day>, Option<Day>),
    status: SubprocessorStatus,
    today: Day,
) -> Option<Day> {
    let first = lifecycle::sooner(before, after)?;
    (status != SubprocessorStatus::Announced || first <= today).then_some(first)
}

/// Announces a proposed engagement to the customers: it takes effect on its day. One whose day has
/// come passes the gate first.
///
/// # Errors
/// When there is none, it was changed meanwhile, it is not proposed, the days do not follow, or it
/// is denied.
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
    let mut checks = Checks::default();
    told_in_time(draft, &mut checks, &before.group, &new);
    let (status, today) = (SubprocessorStatus::Announced, draft.today());
    let first = in_effect_from(status, &new, today);
    let before = Some((id, before.version));
    write(draft, checks, before, status, new)?;
    draft.called("announce");
    draft.counts_on(effective);
    if let Some(first) = gated((None, first), status, today) {
        lifecycle::gate(draft, id, first)?;
    }
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
    let checks = Checks::at("/ended_on", "/last_day");
    rewrite(draft, checks, &before, new)?;
    draft.called("end");
    draft.counts_on(next(last_day));
    Ok(id)
}

/// Gives an engagement anew, in the stage that follows from its days. What was not in effect, or was
/// to be later, comes into effect only through the gate.
pub(super) fn rewrite(
    draft: &mut Draft,
    mut checks: Checks,
    before: &Subprocessor,
    new: NewSubprocessor,
) -> Result<Uuid, ChangeError> {
    let today = draft.today();
    let status = match before.status {
        SubprocessorStatus::Proposed => SubprocessorStatus::Proposed,
        _ if draft.is_past(new.ended_on) => SubprocessorStatus::Ended,
        SubprocessorStatus::Announced => SubprocessorStatus::Announced,
        SubprocessorStatus::Active | SubprocessorStatus::Ended => SubprocessorStatus::Active,
    };
    let days = (
        before.in_effect_from(today),
        in_effect_from(status, &new, today),
    );
    let to_come = today < before.effective_from && before.status != SubprocessorStatus::Proposed;
    let moved = new.effective_from != before.effective_from
        || new.announced_on != before.announced_on
        || new.objection_until != before.objection_until;
    if to_come && moved {
        told_in_time(draft, &mut checks, &before.group, &new);
    }
    let kept = Some((before.id, before.version));
    write(draft, checks, kept, status, new)?;
    if let Some(first) = gated(days, status, today) {
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
