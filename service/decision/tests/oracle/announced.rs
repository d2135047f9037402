//! `valid_until` announces the next day on which the answer differs, and no other does before.

use std::collections::{BTreeMap, BTreeSet};

use transfer_decision::{
    decide::decide,
    facts::{Question, Register},
    span::{Day, next},
    verdict::Verdict,
    vocabulary::{Decision, Outcome},
};

use crate::{
    bends,
    chain::{Key, World},
    compare::{key, register, shrunk},
    dice::{Dice, shifted},
    pools::Pools,
    threads::{first_failure, law, many, number},
    worlds::world,
};

const ANNOUNCED: u64 = 4 << 40;
const WALKED: u64 = 5 << 40;

/// What may change only on a day that was announced.
type Answered = (Decision, BTreeMap<Key, Outcome>);

struct Days<'a> {
    pools: &'a Pools<'a>,
    world: &'a World,
    register: Register,
}

impl Days<'_> {
    fn on(&self, day: Day) -> Verdict {
        let question = Question {
            as_of: day,
            ..self.world.question.clone()
        };
        decide(
            self.pools.law,
            &self.register,
            &question,
            self.world.settings,
        )
    }
}

fn answered(verdict: &Verdict) -> Answered {
    let findings = verdict
        .findings()
        .iter()
        .map(|finding| (key(finding), finding.outcome));
    (verdict.decision(), findings.collect())
}

/// What is wrong with the day that a world's verdict announces, judged by so many days.
fn wrong(pools: &Pools<'_>, world: &World, days: &BTreeSet<Day>) -> Option<String> {
    let asked = world.question.as_of;
    let over = Days {
        pools,
        world,
        register: register(world),
    };
    let verdict = over.on(asked);
    let today = answered(&verdict);
    let announced = verdict.valid_until();
    if announced.is_some_and(|last| last < asked) {
        return Some(format!("{announced:?} lies before {asked}"));
    }
    for day in days.iter().filter(|day| **day > asked) {
        if announced.is_some_and(|last| last < *day) {
            break;
        }
        let then = answered(&over.on(*day));
        if then != today {
            return Some(format!(
                "valid_until {announced:?}, yet on {day} it was no longer\n{today:?}\nbut\n{then:?}"
            ));
        }
    }
    let then = announced.map(|last| answered(&over.on(next(last))));
    (then.as_ref() == Some(&today))
        .then(|| format!("nothing changes on the day after {announced:?}"))
}

/// Every boundary of law and facts after the question's day, with the days around it.
fn boundaries(pools: &Pools<'_>, world: &World) -> BTreeSet<Day> {
    let mut days: BTreeSet<Day> = bends::days(world).into_iter().collect();
    days.extend(&pools.boundaries);
    let around = |day: Day| [-1, 0, 1].map(|away| shifted(day, away));
    days.into_iter().flat_map(around).collect()
}

fn holds(worlds: u64, base: u64, days: &(dyn Fn(&Pools<'_>, &World, u64) -> BTreeSet<Day> + Sync)) {
    let law = law();
    let pools = Pools::of(&law);
    let (_, failures): (Vec<()>, Vec<Option<u64>>) = many(number(worlds, 5), &|seeds| {
        let failing = seeds.map(|seed| base + seed).find(|seed| {
            let drawn = world(&pools, *seed);
            wrong(&pools, &drawn, &days(&pools, &drawn, *seed)).is_some()
        });
        ((), failing)
    });
    if let Some(seed) = first_failure(failures) {
        let drawn = world(&pools, seed);
        let told = |world: &World| wrong(&pools, world, &boundaries(&pools, world));
        let small = shrunk(&drawn, &|world| told(world).is_some());
        let what = told(&small).unwrap_or_else(|| "only the walk shows it".to_owned());
        panic!("world {seed}: {what}\nin the world {small:#?}");
    }
}

#[test]
fn an_answer_changes_first_on_the_day_after_valid_until() {
    holds(20_000, ANNOUNCED, &|pools, world, seed| {
        let mut dice = Dice::new(!seed);
        let mut near: Vec<Day> = bends::days(world);
        near.extend(&pools.boundaries);
        near.retain(|day| *day >= world.question.as_of);
        let mut days = BTreeSet::from([next(world.question.as_of)]);
        for _ in 0..12.min(near.len() * 2) {
            let day = dice.one(&near);
            days.insert(shifted(day, dice.one(&[-1, 0, 0, 1])));
        }
        days
    });
}

#[test]
fn walking_day_by_day_meets_no_change_that_was_not_announced() {
    holds(300, WALKED, &|pools, world, _| {
        let asked = world.question.as_of;
        let mut days = boundaries(pools, world);
        days.extend((0..=400).map(|away| shifted(asked, away)));
        days
    });
}
