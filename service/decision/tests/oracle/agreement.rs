//! Core and plain reading agree on every generated world.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicBool, Ordering},
};

use transfer_decision::{
    law::Law,
    vocabulary::{Decision, OrganisationKind, Outcome, ReasonCode, UncheckedFacts},
};

use crate::{
    amendments::amended,
    chain::{Answer, World, answer},
    compare::{differences, disagree, report, verdict},
    dice::Dice,
    pools::Pools,
    threads::{first_failure, law, many, number},
    worlds::world,
};

/// What the worlds of a run led to.
#[derive(Default)]
struct Tally {
    worlds: usize,
    allowed: usize,
    reached: usize,
    settings: BTreeSet<UncheckedFacts>,
    organisations: usize,
    hops: BTreeSet<usize>,
    bases: BTreeMap<String, usize>,
    reasons: BTreeMap<ReasonCode, usize>,
    outcomes: BTreeMap<Outcome, usize>,
}

impl Tally {
    fn count(&mut self, world: &World, answer: &Answer) {
        self.worlds += 1;
        self.allowed += usize::from(answer.decision == Decision::Allow);
        self.reached += usize::from(answer.reached());
        self.settings.insert(world.settings.unchecked_facts);
        self.organisations += usize::from(
            world
                .organisations
                .iter()
                .any(|one| one.kind == OrganisationKind::InternationalOrganisation),
        );
        let gate = answer.relationship.iter().flat_map(|(_, reasons)| reasons);
        for reason in gate {
            *self.reasons.entry(*reason).or_default() += 1;
        }
        for ((hop, ..), found) in &answer.findings {
            self.hops.insert(*hop);
            *self.outcomes.entry(found.outcome).or_default() += 1;
            if let Some((basis, _)) = &found.basis {
                *self.bases.entry(basis.clone()).or_default() += 1;
            }
            for reason in &found.reasons {
                *self.reasons.entry(*reason).or_default() += 1;
            }
        }
    }

    fn add(&mut self, other: Self) {
        self.worlds += other.worlds;
        self.allowed += other.allowed;
        self.reached += other.reached;
        self.organisations += other.organisations;
        self.settings.extend(other.settings);
        self.hops.extend(other.hops);
        for (basis, count) in other.bases {
            *self.bases.entry(basis).or_default() += count;
        }
        for (reason, count) in other.reasons {
            *self.reasons.entry(reason).or_default() += count;
        }
        for (outcome, count) in other.outcomes {
            *self.outcomes.entry(outcome).or_default() += count;
        }
    }

    /// The worlds must have asked what there is to ask.
    fn covers(&self, law: &Law) {
        let share = |count: usize| count * 100 / self.worlds.max(1);
        let told = format!("{} of {} worlds", self.reached, self.worlds);
        assert!(share(self.reached) >= 60, "too few reach a tool: {told}");
        let allowed = share(self.allowed);
        assert!((20..=80).contains(&allowed), "{allowed} % are allowed");
        assert_eq!(self.settings.len(), UncheckedFacts::ALL.len());
        assert!(
            share(self.organisations) >= 3,
            "too few international organisations"
        );
        assert!(self.hops.len() >= 4, "too few hops: {:?}", self.hops);
        assert_eq!(self.outcomes.len(), Outcome::ALL.len());

        let missing: Vec<_> = ReasonCode::ALL
            .iter()
            .filter(|code| !self.reasons.contains_key(code))
            .collect();
        assert!(missing.is_empty(), "no world gave {missing:?}");
        let never = "EU-ART46-2-e";
        let silent: Vec<_> = law
            .provisions()
            .tools
            .iter()
            .map(|row| &row.basis.id)
            .filter(|id| *id != never && !self.bases.contains_key(*id))
            .collect();
        assert!(silent.is_empty(), "no world rested on {silent:?}");
    }
}

#[test]
fn the_core_and_a_plain_reading_agree_on_every_world() {
    let law = law();
    let all = agree(&law, number(200_000, 25), 0);
    all.covers(&law);
}

#[test]
fn they_agree_under_a_law_that_a_person_has_amended() {
    let shipped = law();
    for amendment in 0..40 {
        let law = amended(&shipped, &mut Dice::new(AMENDED + amendment));
        agree(&law, number(1_000, 5), AMENDED + amendment * 1_000_000);
    }
}

/// Seeds of other worlds than those under the shipped law.
const AMENDED: u64 = 6 << 40;

/// Panics with the smallest world found on which they differ.
fn agree(law: &Law, worlds: u64, base: u64) -> Tally {
    let pools = Pools::of(law);
    let wrong = AtomicBool::new(false);
    let (tallies, failures): (Vec<Tally>, Vec<Option<u64>>) = many(worlds, &|seeds| {
        let mut tally = Tally::default();
        for seed in seeds.map(|seed| base + seed) {
            if wrong.load(Ordering::Relaxed) {
                break;
            }
            let world = world(&pools, seed);
            let expected = answer(law, &world);
            tally.count(&world, &expected);
            if !differences(&verdict(law, &world), &expected).is_empty() {
                wrong.store(true, Ordering::Relaxed);
                return (tally, Some(seed));
            }
        }
        (tally, None)
    });
    if let Some(seed) = first_failure(failures) {
        let drawn = world(&pools, seed);
        let told = report(law, &drawn, &|world| disagree(law, world));
        panic!("world {seed}:\n{told}");
    }
    let mut all = Tally::default();
    for tally in tallies {
        all.add(tally);
    }
    all
}
