//! Which active engagements and flows rest on what, and how they stand.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use transfer_decision::{
    facts::Relationship,
    span::Day,
    standing::{LegalGate, Outcomes},
    vocabulary::RelationshipKind,
};
use uuid::Uuid;

use super::{Affected, AttentionKind, HORIZON, Item, NextStep, Subject, visible};
use crate::{Scope, Snapshot};

/// The active engagements and flows of a day, by what they rest on; those that begin later, by what
/// they rest on when they begin.
#[derive(Debug, Default)]
pub(crate) struct Relying {
    /// With the first day of the denial.
    denied: Vec<(Affected, Day)>,
    /// When a permitted one stands otherwise, or one that has not begun is denied, although nothing
    /// is recorded.
    changing: Vec<(Affected, Day)>,
    by_basis: HashMap<String, Vec<Affected>>,
    by_mechanism: HashMap<String, Vec<Affected>>,
    by_importer: HashMap<String, Vec<Affected>>,
    /// The countries that something active leads to.
    by_destination: HashMap<String, Vec<Affected>>,
}

impl Relying {
    /// Judges every engagement and flow that is active on a day, or will be without anybody's doing,
    /// and exists for the caller.
    pub(crate) fn on(snapshot: &Snapshot, scope: &Scope, today: Day) -> Self {
        let gate = |day| {
            let law = snapshot.law();
            LegalGate::on(law, snapshot.register(), day, snapshot.settings())
        };
        let shown = |one: &Relationship| {
            affected(one).filter(|one| visible(snapshot, scope, group(snapshot, one)))
        };
        let mut relying = Self::default();
        let now = gate(today);
        for (relationship, outcomes) in now.every(|one| one.runs_on(today)) {
            let Some(affected) = shown(relationship) else {
                continue;
            };
            if outcomes.permitted {
                let changes = now.changes_within(relationship, HORIZON);
                let changes = changes.map(|day| (affected.clone(), day));
                relying.changing.extend(changes);
            } else {
                let since = now.denied_since(relationship).unwrap_or(today);
                relying.denied.push((affected.clone(), since));
            }
            relying.rests(relationship, &outcomes, &affected);
        }
        for (first, beginning) in beginning_after(snapshot, today) {
            let then = gate(first);
            let left = i64::from(HORIZON) - (first - today).num_days();
            for relationship in beginning {
                let Some(affected) = shown(relationship) else {
                    continue;
                };
                let outcomes = then.outcomes(relationship);
                let changes = if outcomes.permitted {
                    let left = u32::try_from(left).ok();
                    left.and_then(|left| then.changes_within(relationship, left))
                } else {
                    Some(first)
                };
                let changes = changes.map(|day| (affected.clone(), day));
                relying.changing.extend(changes);
                relying.rests(relationship, &outcomes, &affected);
            }
        }
        relying
    }

    /// Remembers what something rests on.
    fn rests(&mut self, relationship: &Relationship, outcomes: &Outcomes<'_>, affected: &Affected) {
        put(&mut self.by_importer, &relationship.importer, affected);
        let legs = || outcomes.legs.iter();
        let rows: BTreeSet<&str> = legs()
            .filter_map(|leg| leg.basis.map(|basis| basis.id.as_str()))
            .collect();
        for row in rows {
            put(&mut self.by_basis, row, affected);
        }
        let mechanisms: BTreeSet<&str> = legs()
            .filter_map(|leg| leg.mechanism.map(AsRef::as_ref))
            .collect();
        for mechanism in mechanisms {
            put(&mut self.by_mechanism, mechanism, affected);
        }
        let destinations: BTreeSet<&str> = legs().filter_map(|leg| leg.destination).collect();
        for destination in destinations {
            put(&mut self.by_destination, destination, affected);
        }
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
        let item = |(affected, since): &(Affected, Day)| {
            let own = std::slice::from_ref(affected);
            let (kind, next_step) = (AttentionKind::Denied, NextStep::HealOrEnd);
            let item = subject(snapshot, affected).item(kind, Some(*since), today, next_step, own);
            item.already()
        };
        self.denied.iter().map(item).collect()
    }

    /// What is permitted today and stands otherwise within the horizon, and what will be denied from
    /// its first day on.
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

/// What is active and not yet in effect, by the first day on which it is.
fn beginning_after(snapshot: &Snapshot, today: Day) -> BTreeMap<Day, Vec<&Relationship>> {
    let mut beginning: BTreeMap<Day, Vec<&Relationship>> = BTreeMap::new();
    for relationship in snapshot.register().relationships() {
        if let Some(first) = relationship
            .runs_first_from(today)
            .filter(|day| *day > today)
        {
            beginning.entry(first).or_default().push(relationship);
        }
    }
    beginning
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
