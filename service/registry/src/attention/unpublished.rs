//! Public lists that are not what is recorded.

use std::collections::{BTreeSet, HashMap};

use transfer_decision::{
    span::{Day, next},
    vocabulary::RelationshipKind,
};

use super::{Affected, AttentionKind, Item, NextStep, Subject, visible};
use crate::{
    Scope, Snapshot,
    publications::{Content, Difference, Publication},
};

/// The groups whose list says otherwise than the register, or who have something to publish and
/// never did. Due on the first day whose list would say something else; where only announcements and
/// what has ended differ, no such day is known.
pub(super) fn changes(snapshot: &Snapshot, scope: &Scope, today: Day) -> Vec<Item> {
    let latest = snapshot.publications().iter();
    let latest: HashMap<&str, &Publication> = latest.map(|one| (one.group.as_str(), one)).collect();
    let mut items = Vec::new();
    for group in snapshot.groups() {
        if !visible(snapshot, scope, Some(&group.slug)) {
            continue;
        }
        let content = Content::of(snapshot, group);
        let published = latest.get(group.slug.as_str());
        let difference = match published {
            Some(published) if *published.content == content => continue,
            None if content.engagements.is_empty() => continue,
            published => Difference::between(published.map(|one| &*one.content), &content),
        };
        let affects: Vec<Affected> = difference.engagements.iter().map(affected).collect();
        let subject = Subject {
            about: "group",
            id: group.id.to_string(),
            group: Some(group.slug.clone()),
            title: published.map_or_else(
                || format!("{}: never published", group.slug),
                |one| format!("{}: changed since publication {}", group.slug, one.number),
            ),
        };
        let due = first_day(published.map(|one| &*one.content), &content, today);
        let (kind, step) = (AttentionKind::UnpublishedChanges, NextStep::Publish);
        let item = subject.item(kind, due, today, step, &affects);
        items.push(if due == Some(today) {
            item.already()
        } else {
            item
        });
    }
    items
}

fn affected(differing: &crate::publications::Differing) -> Affected {
    Affected {
        kind: RelationshipKind::Engagement,
        id: differing.id,
    }
}

/// The first day, from today on, whose list would say something else than what is published.
fn first_day(published: Option<&Content>, content: &Content, today: Day) -> Option<Day> {
    let edges = [published, Some(content)].into_iter().flatten();
    let edges: BTreeSet<Day> = edges
        .flat_map(|content| content.engagements.values())
        .flat_map(|one| {
            let places = one.locations.iter();
            let places = places.flat_map(|at| [at.from, at.until.map(next)]);
            places
                .chain([Some(one.effective_from), one.ended_on.map(next)])
                .flatten()
        })
        .filter(|day| today < *day)
        .chain([today])
        .collect();
    edges.into_iter().find(|day| match published {
        Some(published) => published.on(*day) != content.on(*day),
        None => content
            .engagements
            .values()
            .any(|one| one.in_effect_on(*day)),
    })
}
