//! What ends, or must be renewed or looked at again, within the horizon or already.

use std::collections::BTreeSet;

use transfer_decision::{span::Day, vocabulary::PartySide};

use super::{Affected, AttentionKind, Item, NextStep, Relying, Subject, near, visible};
use crate::{Scope, Snapshot, mechanisms::Mechanism};

/// Adequacy decisions that expire, and those that ended while something still rests on them.
pub(super) fn decisions(snapshot: &Snapshot, relying: &Relying, today: Day) -> Vec<Item> {
    let rows = snapshot.pack().adequacy.iter();
    rows.filter_map(|row| {
        let last = row.valid_to?;
        let affects = relying.on_basis(&row.id);
        let ends = last >= today && near(last, today);
        ends.then(|| {
            let subject = Subject {
                about: "adequacy_decision",
                id: row.id.clone(),
                group: None,
                title: format!("{} ({})", row.title, row.citation),
            };
            subject.item(
                AttentionKind::DecisionEnds,
                Some(last),
                today,
                NextStep::PrepareFallback,
                affects,
            )
        })
    })
    .collect()
}

/// Certifications that end or are due to be renewed.
pub(super) fn certifications(
    snapshot: &Snapshot,
    scope: &Scope,
    relying: &Relying,
    today: Day,
) -> Vec<Item> {
    let mut items = Vec::new();
    for organisation in snapshot.organisations() {
        if !visible(snapshot, scope, organisation.group.as_deref()) {
            continue;
        }
        for held in &organisation.certifications {
            // What ended is history.
            if held.valid_to.is_some_and(|last| last < today) || held.valid_from > today {
                continue;
            }
            let subject = || Subject {
                about: "certification",
                id: held.id.to_string(),
                group: organisation.group.clone(),
                title: format!("{}: {}", organisation.slug, held.framework),
            };
            let affects = relying.to_importer(&organisation.slug);
            if let Some(last) = held.valid_to.filter(|last| near(*last, today)) {
                let kind = AttentionKind::CertificationEnds;
                let step = NextStep::VerifyCertification;
                items.push(subject().item(kind, Some(last), today, step, affects));
            }
            if let Some(due) = held.recertification_due.filter(|due| near(*due, today)) {
                let kind = AttentionKind::RecertificationDue;
                let step = NextStep::VerifyCertification;
                items.push(subject().item(kind, Some(due), today, step, affects));
            }
        }
    }
    items
}

/// Mechanisms that end, and were not used up before. A derogation is for single occasions and is
/// not renewed: what rests on it needs something else.
pub(super) fn mechanisms(
    snapshot: &Snapshot,
    scope: &Scope,
    relying: &Relying,
    today: Day,
) -> Vec<Item> {
    let mut items = Vec::new();
    for mechanism in snapshot.mechanisms() {
        if !visible(snapshot, scope, mechanism.group.as_deref()) {
            continue;
        }
        let used_up = mechanism.exhausted_from().is_some_and(|from| from <= today);
        let ends = mechanism
            .ends_on
            .filter(|last| !used_up && *last >= today && near(*last, today));
        let next_step = if mechanism.tool.is_derogation() {
            NextStep::PrepareFallback
        } else {
            NextStep::RenewMechanism
        };
        if let Some(last) = ends {
            let subject = Subject {
                about: "mechanism",
                id: mechanism.id.to_string(),
                group: mechanism.group.clone(),
                title: named(mechanism),
            };
            items.push(subject.item(
                AttentionKind::MechanismEnds,
                Some(last),
                today,
                next_step,
                relying.on_mechanism(mechanism.id),
            ));
        }
    }
    items
}

/// Assessments that are to be reviewed, and those whose review is overdue.
pub(super) fn assessments(
    snapshot: &Snapshot,
    scope: &Scope,
    relying: &Relying,
    today: Day,
) -> Vec<Item> {
    let mut items = Vec::new();
    for mechanism in snapshot.mechanisms() {
        let ended = mechanism.ends_on.is_some_and(|last| last < today);
        if ended || !visible(snapshot, scope, mechanism.group.as_deref()) {
            continue;
        }
        for assessment in &mechanism.assessments {
            // A later assessment for the same destination has taken its place.
            let superseded = mechanism.assessments.iter().any(|other| {
                other.destination == assessment.destination
                    && (other.concluded_on, other.id) > (assessment.concluded_on, assessment.id)
            });
            let review = assessment.next_review.filter(|day| near(*day, today));
            if let (false, Some(review)) = (superseded, review) {
                let subject = Subject {
                    about: "impact_assessment",
                    id: assessment.id.to_string(),
                    group: mechanism.group.clone(),
                    title: format!("{}: {}", named(mechanism), assessment.destination),
                };
                items.push(subject.item(
                    AttentionKind::ReviewDue,
                    Some(review),
                    today,
                    NextStep::ReviewAssessment,
                    &concerned(relying, mechanism),
                ));
            }
        }
    }
    items
}

/// What rests on a mechanism; when nothing does any more, what its importers receive under.
fn concerned(relying: &Relying, mechanism: &Mechanism) -> Vec<Affected> {
    let resting = relying.on_mechanism(mechanism.id);
    if !resting.is_empty() {
        return resting.to_vec();
    }
    let importers = mechanism
        .parties
        .iter()
        .filter(|party| party.side != PartySide::Exporter);
    let received = importers.flat_map(|party| relying.to_importer(&party.organisation));
    let received: BTreeSet<Affected> = received.cloned().collect();
    received.into_iter().collect()
}

fn named(mechanism: &Mechanism) -> String {
    let title = mechanism.title.clone();
    title.unwrap_or_else(|| mechanism.tool.to_string())
}
