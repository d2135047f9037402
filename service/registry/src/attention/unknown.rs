//! What nobody knows, has checked, or has settled.

use transfer_decision::{span::Day, vocabulary::MembershipStatus};

use super::{Affected, AttentionKind, Item, NextStep, Relying, Subject, visible};
use crate::{Scope, Snapshot, locations::Location, mechanisms::Mechanism};

/// Organisations that receive data and whose seat, or locations, nobody knows.
pub(super) fn countries(
    snapshot: &Snapshot,
    scope: &Scope,
    relying: &Relying,
    today: Day,
) -> Vec<Item> {
    let mut items = Vec::new();
    for organisation in snapshot.organisations() {
        let affects = relying.to_importer(&organisation.slug);
        let concerned = organisation.seat.is_none() && !affects.is_empty();
        if concerned && visible(snapshot, scope, organisation.group.as_deref()) {
            let subject = Subject {
                about: "organisation",
                id: organisation.id.to_string(),
                group: organisation.group.clone(),
                title: organisation.slug.clone(),
            };
            items.push(nowhere(subject, today, affects));
        }
    }
    let unknown = |locations: &[Location]| {
        let over = |one: &Location| one.until.is_some_and(|last| last < today);
        let mut left = locations.iter().filter(|one| !over(one));
        left.any(|location| location.place.is_none())
    };
    let engagements = snapshot
        .subprocessors()
        .iter()
        .filter(|one| unknown(&one.locations) && one.ended_on.is_none_or(|last| today <= last));
    for one in engagements {
        if visible(snapshot, scope, Some(&one.group)) {
            let subject = Subject {
                about: "subprocessor",
                id: one.id.to_string(),
                group: Some(one.group.clone()),
                title: format!("{} → {}: {}", one.group, one.organisation, one.service),
            };
            items.push(nowhere(subject, today, &[]));
        }
    }
    let flows = snapshot
        .flows()
        .iter()
        .filter(|one| unknown(&one.locations) && one.valid_to.is_none_or(|last| today <= last));
    for one in flows {
        if visible(snapshot, scope, one.group.as_deref()) {
            let subject = Subject {
                about: "flow",
                id: one.id.to_string(),
                group: one.group.clone(),
                title: format!("{} → {}", one.exporter, one.importer),
            };
            items.push(nowhere(subject, today, &[]));
        }
    }
    items
}

fn nowhere(subject: Subject, today: Day, affects: &[Affected]) -> Item {
    let (kind, step) = (AttentionKind::UnknownCountry, NextStep::RecordCountry);
    subject.item(kind, None, today, step, affects)
}

/// Certifications and mechanisms that run and that nobody has checked.
pub(super) fn unchecked(
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
        let running = organisation.certifications.iter().filter(|held| {
            held.checked_on.is_none() && held.valid_to.is_none_or(|last| today <= last)
        });
        for held in running {
            let subject = Subject {
                about: "certification",
                id: held.id.to_string(),
                group: organisation.group.clone(),
                title: format!("{}: {}", organisation.slug, held.framework),
            };
            let affects = relying.to_importer(&organisation.slug);
            let (kind, step) = (AttentionKind::Unchecked, NextStep::VerifyCertification);
            items.push(subject.item(kind, None, today, step, affects));
        }
    }
    let running =
        |one: &&Mechanism| one.checked_on.is_none() && one.ends_on.is_none_or(|last| today <= last);
    for mechanism in snapshot.mechanisms().iter().filter(running) {
        if visible(snapshot, scope, mechanism.group.as_deref()) {
            let title = mechanism.title.clone();
            let subject = Subject {
                about: "mechanism",
                id: mechanism.id.to_string(),
                group: mechanism.group.clone(),
                title: title.unwrap_or_else(|| mechanism.tool.to_string()),
            };
            let affects = relying.on_mechanism(mechanism.id);
            let (kind, step) = (AttentionKind::Unchecked, NextStep::CheckDocument);
            items.push(subject.item(kind, None, today, step, affects));
        }
    }
    items
}

/// Rows of the law that are under review, and challenged decisions, where something leads there.
pub(super) fn under_review(snapshot: &Snapshot, relying: &Relying, today: Day) -> Vec<Item> {
    let mut items = Vec::new();
    let current =
        |first: Day, last: Option<Day>| first <= today && last.is_none_or(|last| today <= last);
    for territory in &snapshot.pack().territories {
        let affects = relying.to_destination(territory.code.code());
        if affects.is_empty() {
            continue;
        }
        let reviewed = territory.memberships.iter().filter(|row| {
            row.status == MembershipStatus::ReviewRequired && current(row.valid_from, row.valid_to)
        });
        for row in reviewed {
            let subject = Subject {
                about: "membership",
                id: row.id.clone(),
                group: None,
                title: format!("{} ({}): {}", territory.name, row.regime, row.reason),
            };
            let (kind, step) = (AttentionKind::UnderReview, NextStep::WatchLaw);
            items.push(subject.item(kind, None, today, step, affects));
        }
    }
    for row in &snapshot.pack().adequacy {
        let affects = relying.on_basis(&row.id);
        let challenge = row.challenge.as_ref().filter(|_| !affects.is_empty());
        if let (Some(challenge), true) = (challenge, current(row.valid_from, row.valid_to)) {
            let subject = Subject {
                about: "adequacy_decision",
                id: row.id.clone(),
                group: None,
                title: format!("{}: {challenge}", row.title),
            };
            let (kind, step) = (AttentionKind::UnderReview, NextStep::PrepareFallback);
            items.push(subject.item(kind, None, today, step, affects));
        }
    }
    items
}
