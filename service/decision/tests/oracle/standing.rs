//! How one relationship stands is what the core answers about it when nothing else connects the
//! two, and what is told for comparing is what the findings say.

use std::{collections::BTreeSet, sync::Arc};

use transfer_decision::{
    decide::decide,
    facts::{Question, Relationship, Sender, Slug, Stage},
    law::Law,
    span::{Day, FIRST_DAY, Span, next, previous},
    standing::{LegalGate, Standing, StandingQuestion},
    verdict::Finding,
    vocabulary::{Country, Decision, Outcome, Regime},
};

use crate::{
    bends,
    chain::World,
    compare::register,
    dice::{Dice, shifted},
    pools::{Pools, country, subject},
    properties::holds,
    supply,
};

const STANDING: u64 = 7 << 40;
const CHANGES: u64 = 8 << 40;
const SINCE: u64 = 10 << 40;

/// Draws what only a standing reads: data subjects, what continues what, and stages and days that
/// must not matter.
pub(crate) fn registered(dice: &mut Dice, world: &World) -> World {
    let mut world = world.clone();
    let all = world.relationships.clone();
    for one in &mut world.relationships {
        let Sender::Organisation(exporter) = &one.sender else {
            stage(dice, world.question.as_of, one);
            continue;
        };
        let mut subjects = BTreeSet::new();
        for _ in 0..=dice.below(2) {
            let regime = dice.one(Regime::ALL);
            subjects.insert(match dice.below(10) {
                0..=6 => subject(dice, regime),
                _ => country(dice.one(&["US", "BR", "GG"])),
            });
        }
        one.data_subjects = dice.maybe(80, subjects);
        let before: Vec<&Relationship> = all
            .iter()
            .filter(|other| other.importer == *exporter)
            .collect();
        if !before.is_empty() && dice.chance(80) {
            one.continues = Some(Arc::clone(&dice.pick(&before).id));
        } else if dice.chance(4) {
            one.continues = Some(Arc::clone(&dice.pick(&all).id));
        }
        stage(dice, world.question.as_of, one);
    }
    world
}

fn stage(dice: &mut Dice, day: Day, one: &mut Relationship) {
    if dice.chance(15) {
        match dice.below(2) {
            0 => one.stage = Stage::Pending,
            _ => one.suspensions = vec![one.span],
        }
    }
    if dice.chance(15) {
        one.span = supply::beside(dice, day);
    }
}

/// A question that leaves everything to the record.
fn silent(world: &World, ends: &[Slug], subjects: &BTreeSet<Country>) -> Question {
    Question {
        exporter: ends[0].to_string(),
        importer: ends[1].to_string(),
        onward: ends[2..].iter().map(ToString::to_string).collect(),
        data_subjects: subjects.clone(),
        data_categories: None,
        hr_data: None,
        purpose: None,
        exporter_role: None,
        importer_role: None,
        as_of: world.question.as_of,
    }
}

/// The core's verdict when only these relationships are recorded, and all are active.
fn alone(
    law: &Law,
    world: &World,
    relationships: Vec<Relationship>,
    question: Question,
) -> transfer_decision::verdict::Verdict {
    let active = relationships.into_iter().map(|one| Relationship {
        stage: Stage::Active,
        suspensions: Vec::new(),
        span: Span::starting(FIRST_DAY),
        ..one
    });
    let world = World {
        relationships: active.collect(),
        question,
        ..world.clone()
    };
    decide(law, &register(&world), &world.question, world.settings)
}

fn exporters(world: &World, one: &Relationship) -> Vec<Slug> {
    let mut exporters: Vec<Slug> = match &one.sender {
        Sender::Organisation(slug) => vec![slug.clone()],
        Sender::Group(group) => world
            .organisations
            .iter()
            .filter(|organisation| organisation.group.as_ref() == Some(group))
            .map(|organisation| organisation.slug.clone())
            .collect(),
    };
    assert!(!exporters.is_empty(), "a group without companies engages");
    exporters.sort();
    exporters
}

/// The flows that lead to one, the first of the chain first; `None`: they lead nowhere, or not one
/// by one from party to party.
fn leading(world: &World, one: &Relationship) -> Option<Vec<Relationship>> {
    let mut chain = vec![one.clone()];
    while let Some(id) = &chain[0].continues {
        let before = world.relationships.iter().find(|r| r.id == *id)?;
        if chain.iter().any(|met| met.id == before.id) {
            return None;
        }
        chain.insert(0, before.clone());
    }
    let exporter = |one: &Relationship| match &one.sender {
        Sender::Organisation(slug) => Some(slug.clone()),
        Sender::Group(_) => None,
    };
    let hops: Vec<(Slug, Slug)> = chain
        .iter()
        .map(|one| Some((exporter(one)?, one.importer.clone())))
        .collect::<Option<_>>()?;
    let connected = hops.windows(2).all(|pair| pair[0].1 == pair[1].0);
    let distinct = hops.iter().collect::<BTreeSet<_>>().len() == hops.len();
    (chain.len() > 1 && connected && distinct).then_some(chain)
}

/// What a standing must say, question by question.
fn expected(law: &Law, world: &World, one: &Relationship) -> Vec<(StandingQuestion, bool)> {
    let everybody = ["DE", "CH", "GB"].map(country).into();
    let subjects = one.data_subjects.as_ref().unwrap_or(&everybody);
    let mut questions = Vec::new();
    for exporter in exporters(world, one) {
        let ends = [exporter.clone(), one.importer.clone()];
        let verdict = alone(
            law,
            world,
            vec![one.clone()],
            silent(world, &ends, subjects),
        );
        let answer = StandingQuestion {
            exporter,
            along: Vec::new(),
            permitted: verdict.decision() == Decision::Allow,
            findings: verdict.findings().to_vec(),
            warnings: verdict.warnings().to_vec(),
        };
        questions.push((answer, true));
    }
    if let Some(mut chain) = leading(world, one) {
        let last = chain.len() - 1;
        let mut ends = vec![exporters(world, &chain[0])[0].clone()];
        ends.extend(chain.iter().map(|one| one.importer.clone()));
        // Locations of earlier hops are no matter of this one; without operators there, the
        // operators of this one follow the chain.
        for earlier in &mut chain[..last] {
            earlier.locations.clear();
        }
        let along = chain[..last].iter().map(|one| one.id.clone()).collect();
        let verdict = alone(law, world, chain, silent(world, &ends, subjects));
        let findings = verdict.findings().iter().filter(|f| f.hop >= last);
        let findings: Vec<Finding> = findings.cloned().collect();
        let denied = findings.iter().any(|f| f.outcome == Outcome::Denied);
        let answer = StandingQuestion {
            exporter: ends[last].clone(),
            along,
            permitted: !denied,
            findings,
            warnings: Vec::new(),
        };
        questions.push((answer, false));
    }
    questions
}

fn wrong(pools: &Pools<'_>, world: &World, seen: &mut Seen) -> Option<String> {
    let register = register(world);
    let gate = LegalGate::on(pools.law, &register, world.question.as_of, world.settings);
    for (one, listed) in gate.every(|_| true) {
        let mut standing = gate.standing(one);
        let told = gate.outcomes(one);
        if let Some(what) = unlike(&standing, &told).or_else(|| unlike(&standing, &listed)) {
            return Some(format!("{}: {what}", one.id));
        }
        let expected = expected(pools.law, world, one);
        // Chains that lead in circles or from elsewhere have no question to compare with.
        if leading(world, one).is_none() {
            standing
                .questions
                .retain(|question| question.along.is_empty());
        } else {
            seen.chains += 1;
        }
        if standing.questions.len() != expected.len() {
            return Some(format!("{}: other questions\n{standing:#?}", one.id));
        }
        for (question, (mut expected, whole)) in standing.questions.iter().zip(expected) {
            seen.permitted += usize::from(question.permitted);
            seen.denied += usize::from(!question.permitted);
            if !whole {
                // Those of the hops before are told where these stand.
                expected.warnings.clone_from(&question.warnings);
            }
            if *question != expected {
                return Some(format!("{}: {question:#?}\nbut\n{expected:#?}", one.id));
            }
        }
    }
    None
}

/// What a run met.
#[derive(Default)]
struct Seen {
    permitted: usize,
    denied: usize,
    chains: usize,
}

/// Where what is told for comparing differs from the findings.
fn unlike(standing: &Standing, told: &transfer_decision::standing::Outcomes<'_>) -> Option<String> {
    let findings: Vec<_> = standing
        .questions
        .iter()
        .flat_map(|question| question.findings.iter().map(move |f| (question, f)))
        .map(|(question, f)| {
            let ground = f.ground.as_ref();
            (
                question.exporter.to_string(),
                !question.along.is_empty(),
                (f.hop, f.regime, f.destination.as_deref(), f.activity),
                f.outcome,
                ground.map(|ground| ground.basis.id.clone()),
                ground.and_then(|ground| ground.mechanism.clone()),
            )
        })
        .collect();
    let legs: Vec<_> = told
        .legs
        .iter()
        .map(|leg| {
            (
                leg.exporter.to_string(),
                leg.along,
                (leg.hop, leg.regime, leg.destination, leg.activity),
                leg.outcome,
                leg.basis.map(|basis| basis.id.clone()),
                leg.mechanism.cloned(),
            )
        })
        .collect();
    let same = findings == legs
        && standing.permitted == told.permitted
        && standing.outcome == told.outcome;
    (!same).then(|| format!("{findings:#?}\nis told as\n{told:#?}"))
}

#[test]
fn a_relationship_stands_as_a_check_would_come_out_if_it_were_the_only_one() {
    let met = [0; 3].map(std::sync::atomic::AtomicUsize::new);
    holds(15_000, STANDING, &|pools, world, dice| {
        let world = registered(dice, world);
        let mut seen = Seen::default();
        let told = wrong(pools, &world, &mut seen);
        for (met, seen) in met.iter().zip([seen.permitted, seen.denied, seen.chains]) {
            met.fetch_add(seen, std::sync::atomic::Ordering::Relaxed);
        }
        told
    });
    let [permitted, denied, chains] = met.map(std::sync::atomic::AtomicUsize::into_inner);
    assert!(
        permitted > 3_000 && denied > 3_000 && chains > 1_000,
        "{permitted} permitted, {denied} denied, {chains} along a chain"
    );
}

/// What may change only on a day that was announced.
fn answered(standing: &Standing) -> Vec<(Slug, bool, String, Outcome)> {
    standing
        .questions
        .iter()
        .flat_map(|question| question.findings.iter().map(move |f| (question, f)))
        .map(|(question, f)| {
            let key = format!("{:?}", f.key());
            let along = !question.along.is_empty();
            (question.exporter.clone(), along, key, f.outcome)
        })
        .collect()
}

#[test]
fn a_standing_changes_first_on_the_day_after_it_is_valid() {
    holds(6_000, CHANGES, &|pools, world, dice| {
        let world = registered(dice, world);
        let register = register(&world);
        let asked = world.question.as_of;
        let gate = |day| LegalGate::on(pools.law, &register, day, world.settings);
        let mut near: Vec<Day> = bends::days(&world);
        near.extend(&pools.boundaries);
        near.retain(|day| *day >= asked);
        let mut days = BTreeSet::from([next(asked)]);
        for _ in 0..8.min(near.len() * 2) {
            days.insert(shifted(dice.one(&near), dice.one(&[-1, 0, 0, 1])));
        }
        for one in register.relationships() {
            let today = gate(asked).standing(one);
            let until = today.valid_until;
            let on = |day| answered(&gate(day).standing(one));
            for day in days.iter().filter(|day| **day > asked) {
                if until.is_none_or(|until| *day <= until) && on(*day) != answered(&today) {
                    return Some(format!("{}: until {until:?}, but not on {day}", one.id));
                }
            }
            if let Some(until) = until {
                if on(next(until)) == answered(&today) {
                    return Some(format!("{}: nothing changes after {until}", one.id));
                }
                let ahead = u32::try_from((next(until) - asked).num_days()).unwrap_or(u32::MAX);
                let within = |days| gate(asked).changes_within(one, days);
                if within(ahead) != Some(next(until)) || within(ahead - 1).is_some() {
                    return Some(format!("{}: not found {ahead} days ahead", one.id));
                }
            }
        }
        None
    });
}

#[test]
fn what_is_denied_was_denied_on_every_day_since_and_not_on_the_day_before() {
    let met = [0; 2].map(std::sync::atomic::AtomicUsize::new);
    holds(6_000, SINCE, &|pools, world, dice| {
        let mut world = registered(dice, world);
        // A long life has more days on which a denial can begin.
        for one in &mut world.relationships {
            one.span = Span::starting(FIRST_DAY);
        }
        let register = register(&world);
        let asked = world.question.as_of;
        let gate = |day| LegalGate::on(pools.law, &register, day, world.settings);
        let mut days: Vec<Day> = bends::days(&world);
        days.extend(&pools.boundaries);
        days.retain(|day| *day <= asked);
        for one in register.relationships() {
            let permitted = |day| gate(day).standing(one).permitted;
            let begins = one.span.first().max(FIRST_DAY);
            let since = gate(asked).denied_since(one);
            if since.is_none() != permitted(asked) {
                return Some(format!("{}: since {since:?}", one.id));
            }
            let Some(since) = since else { continue };
            let always = since <= begins;
            met[usize::from(always)].fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            if !always && !permitted(previous(since)) {
                return Some(format!("{}: denied before {since}", one.id));
            }
            for _ in 0..6.min(days.len()) {
                let day = shifted(dice.one(&days), dice.one(&[-1, 0, 0, 1]));
                if (since..=asked).contains(&day) && permitted(day) {
                    return Some(format!("{}: since {since}, but not on {day}", one.id));
                }
            }
        }
        None
    });
    let [later, always] = met.map(std::sync::atomic::AtomicUsize::into_inner);
    assert!(
        later > 200 && always > 500,
        "{later} denied later, {always} from the first day on"
    );
}
