//! Which active engagements and flows rest on what, and how they stand.

use std::collections::{BTreeSet, HashMap};

use transfer_decision::{
    facts::{Relationship, Stage},
    span::{Day, previous},
    standing::LegalGate,
    vocabulary::RelationshipKind,
};
use uuid::Uuid;

use super::{Affected, AttentionKind, HORIZON, Item, NextStep, Subject, visible};
use crate::{Scope, Snapshot};

/// The active engagements and flows of a day, by what they rest on.
#[derive(Debug, Default)]
pub(crate) struct Relying {
    denied: Vec<Affected>,
    /// When a permitted one stands otherwise although nothing is recorded.
    changing: Vec<(Affected, Day)>,
    by_basis: HashMap<String, Vec<Affected>>,
    by_mechanism: HashMap<String, Vec<Affected>>,
    by_importer: HashMap<String, Vec<Affected>>,
    /// The countries that something active leads to.
    by_destination: HashMap<String, Vec<Affected>>,
}

impl Relying {
    /// Judges every engagement and flow that is active on a day and exists for the caller.
    pub(crate) fn on(snapshot: &Snapshot, scope: &Scope, day: Day) -> Self {
        let gate = LegalGate::on(
            snapshot.law(),
            snapshot.register(),
            day,
            snapshot.settings(),
        );
        let mut relying = Self::default();
        let active = |one: &Relationship| one.stage == Stage::Active && one.span.contains(day);
        for (relationship, outcomes) in gate.every(active) {
            let Some(affected) = affected(relationship) else {
                continue;
            };
            if !visible(snapshot, scope, group(snapshot, &affected)) {
                continue;
            }
            if outcomes.permitted {
                let changes = gate.changes_within(relationship, HORIZON);
                relying
                    .changing
                    .extend(changes.map(|day| (affected.clone(), day)));
            } else {
                relying.denied.push(affected.clone());
            }
            put(&mut relying.by_importer, &relationship.importer, &affected);
            let rows: BTreeSet<&str> = outcomes
                .legs
                .iter()
                .filter_map(|leg| leg.basis.map(|basis| basis.id.as_str()))
                .collect();
            for row in rows {
                put(&mut relying.by_basis, row, &affected);
            }
            let mechanisms: BTreeSet<&str> = outcomes
                .legs
                .iter()
                .filter_map(|leg| leg.mechanism.map(AsRef::as_ref))
                .collect();
            for mechanism in mechanisms {
                put(&mut relying.by_mechanism, mechanism, &affected);
            }
            let destinations: BTreeSet<&str> = outcomes
                .legs
                .iter()
                .filter_map(|leg| leg.destination)
                .collect();
            for destination in destinations {
                put(&mut relying.by_destination, destination, &affected);
            }
        }
        relying
    }

    /// What rests on a row of the law.
    pub(super) fn on_basis(&self, id: &str) -> &[Affected] {
        self.by_basis.get(id).map_or(&[], Vec::as_slice)
    }

    /// What rests on a mechanism.
    pub(super) fn on_mechanism(&self, id: Uuid) -> &[Affected] {
        self.by_mechanism
            .get(&id.to_string())
            .map_or(&[], Vec::as_slice)
    }

    /// What an organisation receives under.
    pub(super) fn to_importer(&self, slug: &str) -> &[Affected] {
        self.by_importer.get(slug).map_or(&[], Vec::as_slice)
    }

    /// What leads to a destination.
    pub(super) fn to_destination(&self, code: &str) -> &[Affected] {
        self.by_destination.get(code).map_or(&[], Vec::as_slice)
    }

    /// What is denied today.
    pub(super) fn denied(&self, snapshot: &Snapshot, today: Day) -> Vec<Item> {
        let item = |affected: &Affected| {
            let own = std::slice::from_ref(affected);
            // Since when it is denied nobody recorded: it is denied now.
            subject(snapshot, affected).item(
                AttentionKind::Denied,
                Some(previous(today)),
                today,
                NextStep::HealOrEnd,
                own,
            )
        };
        self.denied.iter().map(item).collect()
    }

    /// What is permitted today and stands otherwise within the horizon.
    pub(super) fn changing(&self, snapshot: &Snapshot, today: Day) -> Vec<Item> {
        let item = |(affected, day): &(Affected, Day)| {
            let then = snapshot.standing(affected.id, *day);
            let denied = then.is_some_and(|standing| !standing.permitted);
            let (kind, next_step) = if denied {
                (AttentionKind::WillBeDenied, NextStep::HealOrEnd)
            } else {
                (AttentionKind::WillFallBack, NextStep::LookAtFallback)
            };
            let own = std::slice::from_ref(affected);
            subject(snapshot, affected).item(kind, Some(*day), today, next_step, own)
        };
        self.changing.iter().map(item).collect()
    }
}

fn put(map: &mut HashMap<String, Vec<Affected>>, key: &str, affected: &Affected) {
    if let Some(list) = map.get_mut(key) {
        list.push(affected.clone());
    } else {
        map.insert(key.to_owned(), vec![affected.clone()]);
    }
}

fn affected(relationship: &Relationship) -> Option<Affected> {
    Some(Affected {
        kind: relationship.kind,
        id: relationship.id.parse().ok()?,
    })
}

fn group<'s>(snapshot: &'s Snapshot, affected: &Affected) -> Option<&'s str> {
    if affected.kind == RelationshipKind::Flow {
        return snapshot.flows().get(affected.id)?.group.as_deref();
    }
    Some(&snapshot.subprocessors().get(affected.id)?.group)
}

fn subject(snapshot: &Snapshot, affected: &Affected) -> Subject {
    let group = group(snapshot, affected).map(str::to_owned);
    let id = affected.id.to_string();
    let (about, title) = if affected.kind == RelationshipKind::Flow {
        let flow = snapshot.flows().get(affected.id);
        let title = flow.map(|flow| format!("{} → {}", flow.exporter, flow.importer));
        ("flow", title)
    } else {
        let engagement = snapshot.subprocessors().get(affected.id);
        let title =
            engagement.map(|one| format!("{} → {}: {}", one.group, one.organisation, one.service));
        ("subprocessor", title)
    };
    Subject {
        about,
        id,
        group,
        title: title.unwrap_or_default(),
    }
}
