//! Every way to end one thing that may permit a transfer.

use std::collections::BTreeSet;

use transfer_decision::{
    facts::{Relationship, Sender, Slug},
    law::{AdequacyInstrument, Law, Provisions},
    span::{Day, Span, previous},
    verdict::Verdict,
    vocabulary::EndKind,
};

use crate::{chain::World, dice::Dice};

/// A span that ends the day before; `None` when nothing of it is left.
fn until_yesterday(span: Span, today: Day) -> Option<Span> {
    let last = previous(today);
    let last = span.last().map_or(last, |own| own.min(last));
    Span::inclusive(span.first(), Some(last)).ok()
}

/// The world with one certification or mechanism ended, for each of them.
pub(crate) fn facts(world: &World) -> Vec<(String, World)> {
    let today = world.question.as_of;
    let mut ended = Vec::new();
    for (at, organisation) in world.organisations.iter().enumerate() {
        for (of, held) in organisation.certifications.iter().enumerate() {
            let mut without = world.clone();
            let list = &mut without.organisations[at].certifications;
            match until_yesterday(held.span, today) {
                Some(span) => list[of].span = span,
                None => drop(list.remove(of)),
            }
            ended.push((format!("the certification {}", held.id), without));
        }
    }
    for (at, mechanism) in world.mechanisms.iter().enumerate() {
        let mut without = world.clone();
        without.mechanisms.remove(at);
        ended.push((format!("the mechanism {} for good", mechanism.id), without));
        let mut without = world.clone();
        let last = previous(today);
        let own = &mut without.mechanisms[at].ends_on;
        *own = Some(own.map_or(last, |own| own.min(last)));
        ended.push((format!("the mechanism {}", mechanism.id), without));
    }
    ended
}

/// One engagement or flow ended, and the same world without any other between the same two.
pub(crate) struct Way {
    pub(crate) what: String,
    pub(crate) ended: World,
    pub(crate) alone: World,
}

/// The ways that engagements and flows open. Within one group none is needed, so none opens any.
pub(crate) fn ways(world: &World) -> Vec<Way> {
    let today = world.question.as_of;
    let mut ways = Vec::new();
    for (at, one) in world.relationships.iter().enumerate() {
        if within_a_group(world, one) {
            continue;
        }
        let mut ended = world.clone();
        match until_yesterday(one.span, today) {
            Some(span) => ended.relationships[at].span = span,
            None => ended.relationships[at].suspensions = vec![one.span],
        }
        let mut alone = world.clone();
        alone
            .relationships
            .retain(|other| other.importer != one.importer || other.id == one.id);
        ways.push(Way {
            what: format!("the {} {}", one.kind, one.id),
            ended,
            alone,
        });
    }
    ways
}

fn within_a_group(world: &World, one: &Relationship) -> bool {
    let group = |slug: &Slug| {
        let found = world.organisations.iter().find(|one| one.slug == *slug);
        found.and_then(|found| found.group.clone())
    };
    let importers = group(&one.importer);
    match &one.sender {
        Sender::Organisation(slug) if *slug == one.importer => true,
        Sender::Organisation(slug) => importers.is_some() && group(slug) == importers,
        Sender::Group(sending) => importers.as_ref() == Some(sending),
    }
}

/// The law with one adequacy row ended, for each row on which the verdict rests, and one other.
pub(crate) fn rows(
    dice: &mut Dice,
    law: &Law,
    world: &World,
    verdict: &Verdict,
) -> Vec<(String, Law)> {
    let today = world.question.as_of;
    let rows = &law.provisions().adequacy;
    let mut ids: BTreeSet<&str> = verdict
        .findings()
        .iter()
        .flat_map(|finding| finding.ground.iter().chain(&finding.fallbacks))
        .map(|ground| ground.basis.id.as_str())
        .collect();
    ids.insert(&dice.pick(rows).basis.id);
    rows.iter()
        .filter(|row| ids.contains(row.basis.id.as_str()))
        .filter(|row| row.span.contains(today))
        .map(|row| (row.basis.id.clone(), without(law, row, today)))
        .collect()
}

fn without(law: &Law, row: &AdequacyInstrument, today: Day) -> Law {
    let mut rows: Provisions = law.provisions().clone();
    let id = &row.basis.id;
    if let Some(span) = until_yesterday(row.span, today) {
        for own in rows.adequacy.iter_mut().filter(|own| own.basis.id == *id) {
            own.span = span;
            own.end_kind = Some(EndKind::Withdrawn);
        }
    } else {
        rows.adequacy.retain(|own| own.basis.id != *id);
        for framework in &mut rows.frameworks {
            framework.instrument_ids.retain(|own| own != id);
        }
    }
    // What the row continued is no longer continued.
    for own in &mut rows.adequacy {
        if own.end_kind == Some(EndKind::Replaced) && own.territory == row.territory {
            own.end_kind = Some(EndKind::Withdrawn);
        }
    }
    Law::new(law.version(), rows).unwrap_or_else(|faults| panic!("{faults:?}"))
}
