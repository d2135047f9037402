//! A comparison of two registers or laws finds exactly the relationships that stand otherwise,
//! found here by judging every one of them in full on both sides.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use transfer_decision::{
    facts::{Register, Relationship, Stage},
    impact::{Change, Comparison, Side, Stopped, compare},
    law::Law,
    span::{Day, next},
    standing::{self, Standing},
    vocabulary::{Effect, OrganisationKind},
};

use crate::{
    amendments::amended,
    bends,
    chain::World,
    compare::{register, verdict},
    dice::Dice,
    endings,
    pools::{Pools, country},
    properties::holds,
    standing::registered,
};

const IMPACT: u64 = 9 << 40;

/// What a standing rests on, finding by finding.
fn carried(standing: &Standing) -> Vec<String> {
    let of = |question: &standing::StandingQuestion| {
        let along = !question.along.is_empty();
        let told = |f: &transfer_decision::verdict::Finding| {
            let ground = f.ground.as_ref();
            let ground = ground.map(|g| (g.basis.id.clone(), g.mechanism.clone()));
            let exporter = &question.exporter;
            format!(
                "{exporter} {along} {:?} {:?} {ground:?}",
                f.key(),
                f.outcome
            )
        };
        question.findings.iter().map(told).collect::<Vec<_>>()
    };
    standing.questions.iter().flat_map(of).collect()
}

/// How everything active stands, each judged alone.
fn standings(law: &Law, world: &World, register: &Register) -> BTreeMap<String, Standing> {
    let day = world.question.as_of;
    register
        .relationships()
        .iter()
        .filter_map(|one| {
            let day = judged_on(one, day)?;
            let standing = standing::of(law, register, one, day, world.settings);
            Some((one.id.to_string(), standing))
        })
        .collect()
}

/// Where only one side runs on the day asked about, the other has nothing to say; unless it is to be
/// denied afterwards.
fn only_of_the_day(
    asked: Day,
    before: &mut BTreeMap<String, Standing>,
    after: &mut BTreeMap<String, Standing>,
) {
    let days = |all: &BTreeMap<String, Standing>| -> BTreeMap<String, Day> {
        let day = |(id, one): (&String, &Standing)| (id.clone(), one.as_of);
        all.iter().map(day).collect()
    };
    let (was, is) = (days(before), days(after));
    after.retain(|id, one| !one.permitted || one.as_of == asked || was.get(id) != Some(&asked));
    before.retain(|id, one| one.as_of == asked || is.get(id) != Some(&asked));
}

/// What a comparison must find.
fn expected(
    before: &BTreeMap<String, Standing>,
    after: &BTreeMap<String, Standing>,
) -> BTreeMap<String, Effect> {
    let ids: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    ids.into_iter()
        .filter_map(|id| {
            let effect = match (before.get(id), after.get(id)) {
                (None, _) => Effect::New,
                (_, None) => Effect::Gone,
                (Some(was), Some(is)) => match (was.permitted, is.permitted) {
                    (true, false) => Effect::Denied,
                    (false, true) => Effect::Permitted,
                    _ if carried(was) == carried(is) => return None,
                    (true, true) => Effect::OtherBasis,
                    (false, false) => Effect::StillDenied,
                },
            };
            Some((id.clone(), effect))
        })
        .collect()
}

/// Another world of the same day.
fn changed(dice: &mut Dice, pools: &Pools<'_>, world: &World) -> World {
    let mut other = world.clone();
    for _ in 0..dice.below(4) {
        bends::bend(dice, pools, &mut other);
    }
    if dice.chance(40) {
        let at = dice.below(other.organisations.len());
        let one = &mut other.organisations[at];
        match dice.below(4) {
            0 => one.group = None,
            1 => one.group = Some("north".into()),
            2 if one.kind != OrganisationKind::InternationalOrganisation => {
                one.certifications.clear();
            }
            _ => one.seat = Some(country(dice.one(&["US", "DE", "IN"])).into()),
        }
    }
    if dice.chance(25) && !other.relationships.is_empty() {
        let at = dice.below(other.relationships.len());
        match dice.below(4) {
            0 => drop(other.relationships.remove(at)),
            1 => other.relationships[at].suspensions = vec![other.relationships[at].span],
            2 => other.relationships[at].locations.clear(),
            _ => {
                let mut twin = other.relationships[at].clone();
                twin.id = "r-new".into();
                other.relationships.push(twin);
            }
        }
    }
    if dice.chance(30) {
        dice.shuffle(&mut other.organisations);
    }
    other.question = world.question.clone();
    other
}

/// The shipped law, one with a row ended on which something rests, or one amended at will.
fn other_law(dice: &mut Dice, pools: &Pools<'_>, world: &World) -> Option<Law> {
    match dice.below(5) {
        0 | 1 => None,
        2 | 3 => {
            let verdict = verdict(pools.law, world);
            let mut laws = endings::rows(dice, pools.law, world, &verdict);
            (!laws.is_empty()).then(|| laws.swap_remove(dice.below(laws.len())).1)
        }
        _ => Some(amended(pools.law, dice)),
    }
}

fn comparison<'h>(world: &World, threads: usize) -> Comparison<'h> {
    Comparison {
        as_of: world.question.as_of,
        settings: world.settings,
        threads,
        wanted: &|_| true,
        stop: &|| false,
    }
}

/// The day itself, or the first later one on which it runs although nobody does anything.
fn judged_on(one: &Relationship, day: Day) -> Option<Day> {
    let resumed = one.suspensions.iter().filter_map(|gap| gap.last());
    let mut days: Vec<Day> = [day, one.span.first()].into();
    days.extend(resumed.map(next));
    days.sort_unstable();
    let runs = |on: &Day| {
        let suspended = one.suspensions.iter().any(|gap| gap.contains(*on));
        *on >= day && one.stage == Stage::Active && one.span.contains(*on) && !suspended
    };
    days.into_iter().find(runs)
}

fn found(changes: &[Change<'_>]) -> BTreeMap<String, Effect> {
    let told = |change: &Change<'_>| (change.id.to_string(), change.effect);
    changes.iter().map(told).collect()
}

#[test]
fn a_comparison_finds_what_judging_everything_finds() {
    let counted: Vec<AtomicUsize> = Effect::ALL.iter().map(|_| AtomicUsize::new(0)).collect();
    let quiet = AtomicUsize::new(0);
    holds(15_000, IMPACT, &|pools, world, dice| {
        let world = registered(dice, world);
        let facts = register(&world);
        let (other, law) = (dice.chance(70), other_law(dice, pools, &world));
        let after = other.then(|| changed(dice, pools, &world));
        let other_facts = after.as_ref().map(register);
        let (law, other_facts) = (
            law.as_ref().unwrap_or(pools.law),
            other_facts.as_ref().unwrap_or(&facts),
        );
        let sides = [
            Side {
                law: pools.law,
                register: &facts,
            },
            Side {
                law,
                register: other_facts,
            },
        ];
        let changes = compare(sides[0], sides[1], &comparison(&world, 1)).ok()?;
        let [mut before, mut after] = sides.map(|side| standings(side.law, &world, side.register));
        only_of_the_day(world.question.as_of, &mut before, &mut after);
        let expected = expected(&before, &after);
        for effect in expected.values() {
            counted[*effect as usize].fetch_add(1, Ordering::Relaxed);
        }
        quiet.fetch_add(usize::from(expected.is_empty()), Ordering::Relaxed);
        if found(&changes) != expected || changes.len() != expected.len() {
            return Some(format!("{changes:#?}\nbut\n{expected:#?}"));
        }
        for change in &changes {
            let told = |side: &Option<transfer_decision::impact::Stands<'_>>| {
                side.as_ref().map(|s| {
                    (
                        s.as_of,
                        s.outcomes.permitted,
                        s.outcomes.outcome,
                        s.outcomes.legs.len(),
                    )
                })
            };
            let stands = |all: &BTreeMap<String, Standing>| {
                all.get(&**change.id)
                    .map(|s| (s.as_of, s.permitted, s.outcome, s.findings().count()))
            };
            if told(&change.before) != stands(&before) || told(&change.after) != stands(&after) {
                return Some(format!("{change:#?}"));
            }
        }
        let denied_last = changes
            .windows(2)
            .any(|pair| !pair[0].newly_denied() && pair[1].newly_denied());
        denied_last.then(|| format!("denials come first:\n{changes:#?}"))
    });
    for (effect, count) in Effect::ALL.iter().zip(&counted) {
        let count = count.load(Ordering::Relaxed);
        assert!(count > 100, "only {count} came out as {effect}");
    }
    assert!(
        quiet.into_inner() > 1_000,
        "nearly every change changed something"
    );
}

/// Many copies of one world in one register, each under names of its own.
fn many(world: &World, copies: usize) -> World {
    let mut all = World {
        organisations: Vec::new(),
        relationships: Vec::new(),
        mechanisms: Vec::new(),
        ..world.clone()
    };
    for copy in 0..copies {
        let named = |name: &Arc<str>| Arc::<str>::from(format!("{copy:05}-{name}"));
        all.organisations
            .extend(world.organisations.iter().cloned().map(|mut one| {
                one.id = named(&one.id);
                one.slug = named(&one.slug);
                one.group = one.group.as_ref().map(named);
                one
            }));
        all.relationships
            .extend(world.relationships.iter().cloned().map(|mut one| {
                use transfer_decision::facts::Sender;
                one.id = named(&one.id);
                one.importer = named(&one.importer);
                one.continues = one.continues.as_ref().map(named);
                one.sender = match &one.sender {
                    Sender::Group(group) => Sender::Group(named(group)),
                    Sender::Organisation(slug) => Sender::Organisation(named(slug)),
                };
                for location in &mut one.locations {
                    location.operated_by = location.operated_by.as_ref().map(named);
                }
                one
            }));
        all.mechanisms
            .extend(world.mechanisms.iter().cloned().map(|mut one| {
                one.id = named(&one.id);
                one.group = one.group.as_ref().map(named);
                for party in &mut one.parties {
                    party.organisation = named(&party.organisation);
                }
                one
            }));
    }
    all
}

#[test]
fn however_many_threads_share_the_work_the_same_is_found_in_the_same_order() {
    let law = crate::threads::law();
    let pools = Pools::of(&law);
    let mut dice = Dice::new(IMPACT);
    // A world in which ending, removing and adding one relationship each shows.
    let world = (0..100_000)
        .map(|seed| crate::worlds::world(&pools, seed))
        .find(|world| world.relationships.len() >= 4)
        .unwrap_or_else(|| panic!("no world has four relationships"));
    let mut before = many(&world, 3_000);
    for one in &mut before.relationships {
        one.stage = Stage::Active;
        one.suspensions.clear();
        one.span = transfer_decision::span::Span::starting(transfer_decision::span::FIRST_DAY);
    }
    let mut after = before.clone();
    after.relationships.retain(|_| !dice.chance(10));
    before.relationships.retain(|_| !dice.chance(10));
    for one in &mut after.organisations {
        if dice.chance(30) {
            one.seat = Some(country("CN").into());
        }
    }
    let [facts, other] = [&before, &after].map(register);
    let side = |register| Side {
        law: &law,
        register,
    };
    let run = |threads| {
        let changes = compare(side(&facts), side(&other), &comparison(&world, threads));
        let changes = changes.unwrap_or_else(|stopped| panic!("{stopped}"));
        let told = |change: &Change<'_>| (change.id.to_string(), change.effect);
        changes.iter().map(told).collect::<Vec<_>>()
    };
    let alone = run(1);
    let effects: BTreeSet<Effect> = alone.iter().map(|(_, effect)| *effect).collect();
    assert!(effects.contains(&Effect::New) && effects.contains(&Effect::Gone));
    let [one, two] = [(&before, &facts), (&after, &other)]
        .map(|(world, register)| standings(&law, world, register));
    assert_eq!(
        alone.iter().cloned().collect::<BTreeMap<_, _>>(),
        expected(&one, &two)
    );
    for threads in [2, 3, 7] {
        assert_eq!(run(threads), alone, "{threads} threads");
    }

    let asked = AtomicUsize::new(0);
    let stopping = Comparison {
        stop: &|| asked.fetch_add(1, Ordering::Relaxed) >= 2,
        ..comparison(&world, 2)
    };
    let stopped = compare(side(&facts), side(&other), &stopping);
    assert_eq!(stopped.err(), Some(Stopped));
    let only = alone[0].0.clone();
    let asking = Comparison {
        wanted: &|one| *one.id == *only,
        ..comparison(&world, 2)
    };
    let found = compare(side(&facts), side(&other), &asking);
    assert_eq!(found.map(|changes| changes.len()), Ok(1));
}
