//! What holds of every answer, whatever the rules are.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use transfer_decision::{
    facts::{Location, Organisation, Relationship, Sender, Slug, Stage},
    law::Law,
    vocabulary::{Activity, Decision, OrganisationKind, RelationshipKind, Role},
};

use crate::{
    chain::World,
    compare::{shrunk, verdict},
    dice::Dice,
    endings,
    pools::Pools,
    supply::{self, Need},
    threads::{first_failure, law, many, number},
    worlds::world,
};

/// Seeds of other worlds than those of the agreement.
const UNRELATED: u64 = 1 << 40;
const ORDER: u64 = 2 << 40;
const ENDING: u64 = 3 << 40;

/// Runs a check over so many worlds and tells the smallest that breaks it. A check answers what
/// is wrong, and is deterministic in the dice that it is given.
pub(crate) fn holds(
    worlds: u64,
    base: u64,
    check: &(dyn Fn(&Pools<'_>, &World, &mut Dice) -> Option<String> + Sync),
) {
    let law = law();
    let pools = Pools::of(&law);
    let (_, failures): (Vec<()>, Vec<Option<u64>>) = many(number(worlds, 5), &|seeds| {
        let failing = seeds.map(|seed| base + seed).find(|seed| {
            let drawn = world(&pools, *seed);
            check(&pools, &drawn, &mut Dice::new(!seed)).is_some()
        });
        ((), failing)
    });
    if let Some(seed) = first_failure(failures) {
        let drawn = world(&pools, seed);
        let told = |world: &World| check(&pools, world, &mut Dice::new(!seed));
        let small = shrunk(&drawn, &|world| told(world).is_some());
        panic!(
            "world {seed}: {}\nin the world {small:#?}",
            told(&small).unwrap_or_default()
        );
    }
}

#[test]
fn an_unrelated_fact_changes_nothing() {
    holds(20_000, UNRELATED, &|pools, world, dice| {
        let before = verdict(pools.law, world);
        let mut with = world.clone();
        add_stranger(dice, pools, &mut with);
        let after = verdict(pools.law, &with);
        (before != after).then(|| format!("{before:#?}\nbecame\n{after:#?}"))
    });
}

/// An organisation that has nothing to do with the question, though it deals with those who have.
fn add_stranger(dice: &mut Dice, pools: &Pools<'_>, world: &mut World) {
    let day = world.question.as_of;
    let stranger: Slug = "stranger".into();
    let group: Slug = "strangers".into();
    let certifications = pools
        .law
        .provisions()
        .frameworks
        .iter()
        .enumerate()
        .map(|(at, row)| supply::certification(dice, format!("a-stranger{at}"), row.framework, day))
        .collect();
    let others: Vec<Slug> = world
        .organisations
        .iter()
        .map(|one| Arc::clone(&one.slug))
        .collect();
    world.organisations.push(Organisation {
        id: "a-stranger".into(),
        slug: Arc::clone(&stranger),
        group: Some(Arc::clone(&group)),
        kind: OrganisationKind::GroupCompany,
        seat: Some(pools.any_country(dice).into()),
        attributes: BTreeMap::new(),
        certifications,
    });
    for (at, other) in others.iter().enumerate() {
        let (kind, sender, importer) = match dice.below(3) {
            0 => (
                RelationshipKind::Engagement,
                Sender::Group(Arc::clone(&group)),
                other,
            ),
            1 => (
                RelationshipKind::Flow,
                Sender::Organisation(Arc::clone(&stranger)),
                other,
            ),
            _ => (
                RelationshipKind::Flow,
                Sender::Organisation(Arc::clone(other)),
                &stranger,
            ),
        };
        world.relationships.push(Relationship {
            id: format!("a-stranger{at}").into(),
            kind,
            sender,
            importer: Arc::clone(importer),
            stage: Stage::Active,
            span: supply::beside(dice, day),
            purpose: Some(dice.pick(&pools.purposes).clone()),
            data_categories: None,
            exporter_role: Some(dice.one(Role::ALL)),
            importer_role: Some(dice.one(Role::ALL)),
            locations: vec![Location {
                place: None,
                activity: Activity::Storage,
                operated_by: dice.maybe(50, Arc::clone(other)),
                first_day: None,
                last_day: None,
            }],
            continues: None,
            data_subjects: None,
            collected_from_data_subject: dice.chance(50),
            suspensions: Vec::new(),
        });
        let (exporter, importer) = if dice.chance(50) {
            (&stranger, other)
        } else {
            (other, &stranger)
        };
        let need = Need {
            day,
            exporter,
            importer,
            roles: (dice.one(Role::ALL), dice.one(Role::ALL)),
            destinations: &[],
        };
        let row = dice.pick(&pools.law.provisions().tools);
        let mut mechanism = supply::mechanism(dice, format!("a-stranger{at}"), row, &need);
        mechanism.group = dice.maybe(50, Arc::clone(&group));
        world.mechanisms.push(mechanism);
    }
}

#[test]
fn the_order_of_rows_is_irrelevant() {
    holds(20_000, ORDER, &|pools, world, dice| {
        let before = verdict(pools.law, world);
        let mut shuffled = world.clone();
        shuffle(dice, &mut shuffled);
        let law = shuffled_law(dice, pools.law);
        let after = verdict(&law, &shuffled);
        (before != after).then(|| format!("{before:#?}\nbecame\n{after:#?}"))
    });
}

fn shuffle(dice: &mut Dice, world: &mut World) {
    dice.shuffle(&mut world.organisations);
    dice.shuffle(&mut world.relationships);
    dice.shuffle(&mut world.mechanisms);
    for one in &mut world.organisations {
        dice.shuffle(&mut one.certifications);
    }
    for one in &mut world.relationships {
        dice.shuffle(&mut one.locations);
    }
    for one in &mut world.mechanisms {
        dice.shuffle(&mut one.parties);
        dice.shuffle(&mut one.assessments);
    }
}

fn shuffled_law(dice: &mut Dice, law: &Law) -> Law {
    let mut rows = law.provisions().clone();
    dice.shuffle(&mut rows.adequacy);
    dice.shuffle(&mut rows.memberships);
    dice.shuffle(&mut rows.tools);
    dice.shuffle(&mut rows.frameworks);
    dice.shuffle(&mut rows.no_transfer);
    Law::new(law.version(), rows).unwrap_or_else(|faults| panic!("{faults:?}"))
}

#[test]
fn ending_what_permits_never_turns_a_denial_into_an_allow() {
    let denied = AtomicU64::new(0);
    // Of three worlds two are denied, and only a denial could be turned.
    holds(36_000, ENDING, &|pools, world, dice| {
        let before = verdict(pools.law, world);
        if before.decision() == Decision::Allow {
            return None;
        }
        denied.fetch_add(1, Ordering::Relaxed);
        let ended = endings::facts(world);
        let still = |law: &Law, world: &World| verdict(law, world).decision() == Decision::Deny;
        for (what, ended) in ended {
            if !still(pools.law, &ended) {
                return Some(format!("ending {what} permits what was denied"));
            }
        }
        for way in endings::ways(world) {
            // Ending a way that is itself denied may lift the denial; it never permitted.
            if !still(pools.law, &way.ended) && !still(pools.law, &way.alone) {
                return Some(format!("ending {} permits what was denied", way.what));
            }
        }
        for (what, law) in endings::rows(dice, pools.law, world, &before) {
            if !still(&law, world) {
                return Some(format!("ending the row {what} permits what was denied"));
            }
        }
        None
    });
    let denied = denied.into_inner();
    assert!(denied >= 20_000, "only {denied} denials were tried");
}
