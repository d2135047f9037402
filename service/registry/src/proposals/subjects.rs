//! For what a change needs approval: what it writes, and what it takes away.

use std::collections::BTreeSet;

use serde_json::Value;
use transfer_decision::{facts::Statements, span::Day};
use transfer_registry_entity::organisations;
pub use transfer_registry_entity::vocabulary::ApprovalSubject;

use crate::{
    ChangeError, Draft, Snapshot,
    flows::{Flow, FlowStatus},
    groups::Group,
    locations::Location,
    mechanisms::{Mechanism, Party},
    organisations::Organisation,
    processing_activities::ProcessingActivity,
    store::objects::Kept,
    subprocessors::{Subprocessor, SubprocessorStatus},
};

/// For what the operator asks for approval.
pub type Approvals = BTreeSet<ApprovalSubject>;

/// For what of that a change needs it.
///
/// # Errors
/// When the register would make no sense after the change.
pub fn of(draft: &Draft, asked: &Approvals) -> Result<Approvals, ChangeError> {
    let mut found = Approvals::new();
    if asked.is_empty() {
        return Ok(found);
    }
    let before = draft.base();
    let objects = draft.objects();
    for object in &objects {
        match object {
            Kept::LawAmendment(_) => found.insert(ApprovalSubject::AdequacyDecisions),
            Kept::Mechanism(_) | Kept::ImpactAssessment(_) => {
                found.insert(ApprovalSubject::Mechanisms)
            }
            Kept::Certification(_) => found.insert(ApprovalSubject::Certifications),
            Kept::Publication(_) => found.insert(ApprovalSubject::Publications),
            // By which participant it is, the official list bears certifications out.
            Kept::Organisation(row) if participant(before, row) => {
                found.insert(ApprovalSubject::Certifications)
            }
            _ => false,
        };
    }
    if asked.contains(&ApprovalSubject::ScopeRemovals) {
        let after = draft.shown()?;
        if objects.iter().any(|object| removes(before, &after, object)) {
            found.insert(ApprovalSubject::ScopeRemovals);
        }
    }
    Ok(found.intersection(asked).copied().collect())
}

/// Whether an organisation becomes another participant of the framework, or one at all.
fn participant(before: &Snapshot, row: &organisations::Model) -> bool {
    let was = before.organisations().get(row.id);
    row.dpf_participant != was.and_then(|was| was.dpf_participant.clone())
}

/// Whether a change takes something away from what an object covered before it. What is made anew
/// covered nothing before.
fn removes(before: &Snapshot, after: &Snapshot, object: &Kept) -> bool {
    let id = object.id();
    macro_rules! both {
        ($list:ident, $removes:ident) => {
            match (before.$list().get(id), after.$list().get(id)) {
                (Some(before), Some(after)) => $removes(before, after),
                _ => false,
            }
        };
    }
    match object {
        Kept::Group(_) => both!(groups, from_group),
        Kept::Organisation(_) => both!(organisations, from_organisation),
        Kept::ProcessingActivity(_) => both!(processing_activities, from_activity),
        Kept::Subprocessor(_) => both!(subprocessors, from_engagement),
        Kept::Flow(_) => both!(flows, from_flow),
        Kept::Mechanism(_) => both!(mechanisms, from_mechanism),
        _ => false,
    }
}

/// A group: its customers are told later, or have less time to object.
fn from_group(before: &Group, after: &Group) -> bool {
    let less = |before: Option<i32>, after: Option<i32>| {
        before.is_some_and(|before| after.is_none_or(|after| after < before))
    };
    less(before.notice_days, after.notice_days) || less(before.objection_days, after.objection_days)
}

/// An organisation: where it sits, who represents it, what was stated of it, whom to ask, or its
/// place on public lists.
fn from_organisation(before: &Organisation, after: &Organisation) -> bool {
    let mut attributes = before.attributes.iter();
    replaced(before.seat.as_ref(), after.seat.as_ref())
        || replaced(
            before.representative.as_ref(),
            after.representative.as_ref(),
        )
        || replaced(
            before.dpf_participant.as_ref(),
            after.dpf_participant.as_ref(),
        )
        || attributes.any(|(name, stated)| after.attributes.get(name) != Some(stated))
        || less(&before.contacts, &after.contacts)
        || (before.on_public_list && !after.on_public_list)
}

fn from_activity(before: &ProcessingActivity, after: &ProcessingActivity) -> bool {
    before.purpose != after.purpose
        || !before.data_categories.is_subset(&after.data_categories)
        || less(&before.legal_bases, &after.legal_bases)
}

/// An engagement: its stage goes back or it ends, it is narrowed, or it names another party.
fn from_engagement(before: &Subprocessor, after: &Subprocessor) -> bool {
    let rank = |status: SubprocessorStatus| match status {
        SubprocessorStatus::Ended => 0,
        SubprocessorStatus::Proposed => 1,
        SubprocessorStatus::Announced => 2,
        SubprocessorStatus::Active => 3,
    };
    rank(after.status) < rank(before.status)
        || before.organisation != after.organisation
        || replaced(before.purpose.as_ref(), after.purpose.as_ref())
        || narrowed(
            before.data_categories.as_ref(),
            after.data_categories.as_ref(),
        )
        || narrowed(
            before.data_subject_countries.as_ref(),
            after.data_subject_countries.as_ref(),
        )
        || (after.condition.is_some() && after.condition != before.condition)
        || shorter(
            (Some(before.effective_from), before.ended_on),
            (Some(after.effective_from), after.ended_on),
        )
        || withdrawn(&before.locations, &after.locations)
}

/// A flow: the same.
fn from_flow(before: &Flow, after: &Flow) -> bool {
    let rank = |status: FlowStatus| match status {
        FlowStatus::Ended => 0,
        FlowStatus::Draft => 1,
        FlowStatus::Suspended => 2,
        FlowStatus::Active => 3,
    };
    let subjects = |flow: &Flow| {
        let countries: BTreeSet<_> = flow.data_subjects.iter().copied().collect();
        Some(countries).filter(|countries| !countries.is_empty())
    };
    rank(after.status) < rank(before.status)
        || before.exporter != after.exporter
        || before.importer != after.importer
        || replaced(before.continues.as_ref(), after.continues.as_ref())
        || replaced(before.purpose.as_ref(), after.purpose.as_ref())
        || narrowed(
            before.data_categories.as_ref(),
            after.data_categories.as_ref(),
        )
        || narrowed(subjects(before).as_ref(), subjects(after).as_ref())
        || shorter(
            (Some(before.valid_from), before.valid_to),
            (Some(after.valid_from), after.valid_to),
        )
        || less(&after.suspensions, &before.suspensions)
        || withdrawn(&before.locations, &after.locations)
}

/// A mechanism: its days, its parties or theirs, what was stated about it, or how often it may be
/// used.
fn from_mechanism(before: &Mechanism, after: &Mechanism) -> bool {
    let stays = |party: &Party| {
        after.parties.iter().any(|now| {
            let same = (&now.organisation, now.side) == (&party.organisation, party.side);
            let days = (party.acceded_on, party.left_on);
            same && !shorter(days, (now.acceded_on, now.left_on))
        })
    };
    let fewer = after.uses_limit.is_some_and(|after| {
        let before = before.uses_limit;
        before.is_none_or(|before| after < before)
    });
    shorter(
        (before.first_day(), before.ends_on),
        (after.first_day(), after.ends_on),
    ) || !before.parties.iter().all(stays)
        || before.module != after.module
        || ends_sooner(before.processing_changed_on, after.processing_changed_on)
        || unsaid(&before.statements, &after.statements)
        || fewer
}

/// Whether something that was recorded is not any more.
fn replaced<T: PartialEq>(before: Option<&T>, after: Option<&T>) -> bool {
    before.is_some() && before != after
}

/// Whether a list lacks something that it had.
fn less<T: PartialEq>(before: &[T], after: &[T]) -> bool {
    before.iter().any(|item| !after.contains(item))
}

/// The same of a set that covers everything while nobody recorded any.
fn narrowed<T: Ord>(before: Option<&BTreeSet<T>>, after: Option<&BTreeSet<T>>) -> bool {
    match (before, after) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(before), Some(after)) => !before.is_subset(after),
    }
}

/// Whether a span begins later or ends sooner; a day that is not recorded bounds nothing.
fn shorter(before: (Option<Day>, Option<Day>), after: (Option<Day>, Option<Day>)) -> bool {
    let later = after
        .0
        .is_some_and(|after| before.0.is_none_or(|before| after > before));
    later || ends_sooner(before.1, after.1)
}

fn ends_sooner(before: Option<Day>, after: Option<Day>) -> bool {
    after.is_some_and(|after| before.is_none_or(|before| after < before))
}

/// Whether a location is not there any more, or not on all of its days.
fn withdrawn(before: &[Location], after: &[Location]) -> bool {
    let stays = |location: &Location| {
        after.iter().any(|now| {
            let what = |at: &Location| (at.place, at.activity, at.operated_by.clone());
            let days = |at: &Location| (at.from, at.until);
            what(now) == what(location) && !shorter(days(location), days(now))
        })
    };
    !before.iter().all(stays)
}

/// Whether something that was stated is not any more.
fn unsaid(before: &Statements, after: &Statements) -> bool {
    let stated = |statements: &Statements| serde_json::to_value(statements).unwrap_or_default();
    let (before, after) = (stated(before), stated(after));
    let mut said = before.as_object().into_iter().flatten();
    said.any(|(name, value)| value == &Value::Bool(true) && after.get(name) != Some(value))
}
