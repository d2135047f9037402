//! Puts the deciding core beside the plain reading, and cuts a disagreement down to its core.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::{Debug, Write},
};

use transfer_decision::{
    decide::decide,
    facts::Register,
    law::Law,
    verdict::{Finding, Reason, Verdict},
    vocabulary::{ReasonCode, RegimeCause, RelationshipOutcome},
};

use crate::chain::{Answer, Key, World, answer};

/// The register of a world.
pub(crate) fn register(world: &World) -> Register {
    Register::new(
        world.organisations.clone(),
        world.relationships.clone(),
        world.mechanisms.clone(),
    )
    .unwrap_or_else(|fault| panic!("the world is no register: {fault}\n{world:#?}"))
}

/// The core's verdict on a world.
pub(crate) fn verdict(law: &Law, world: &World) -> Verdict {
    decide(law, &register(world), &world.question, world.settings)
}

pub(crate) fn key(finding: &Finding) -> Key {
    let (hop, regime, destination, activity) = finding.key();
    (hop, regime, destination.map(str::to_owned), activity)
}

fn codes(reasons: &[Reason]) -> BTreeSet<ReasonCode> {
    reasons.iter().map(|reason| reason.code).collect()
}

/// Where the core and the plain reading differ, one line each; empty when they agree.
pub(crate) fn differences(verdict: &Verdict, expected: &Answer) -> String {
    let mut differs = Differences::default();
    differs.note("decision", &verdict.decision(), &expected.decision);

    let gate = verdict.relationship();
    let failing =
        (gate.outcome == RelationshipOutcome::Denied).then(|| (gate.hop, codes(&gate.reasons)));
    differs.note("relationship", &failing, &expected.relationship);

    let found: BTreeMap<Key, &Finding> = verdict
        .findings()
        .iter()
        .map(|finding| (key(finding), finding))
        .collect();
    // In the order in which the core lists them, so that a key out of place or twice shows too.
    let listed: Vec<Key> = verdict.findings().iter().map(key).collect();
    differs.note(
        "keys of the findings",
        &listed,
        &expected.findings.keys().cloned().collect(),
    );
    for (key, expected_finding) in &expected.findings {
        let Some(finding) = found.get(key) else {
            continue;
        };
        let name = |what| format!("{what} of {key:?}");
        differs.note(
            &name("outcome"),
            &finding.outcome,
            &expected_finding.outcome,
        );
        let basis = finding.ground.as_ref().map(ground);
        differs.note(&name("basis"), &basis, &expected_finding.basis);
        let fallbacks: BTreeSet<_> = finding.fallbacks.iter().map(ground).collect();
        differs.note(&name("fallbacks"), &fallbacks, &expected_finding.fallbacks);
        differs.note(
            &name("reasons"),
            &codes(&finding.reasons),
            &expected_finding.reasons,
        );
        let because: BTreeSet<RegimeCause> = finding.regime_because.iter().copied().collect();
        let causes = key.1.and_then(|regime| expected.regimes.get(&regime));
        differs.note(
            &name("causes of the regime"),
            &because,
            &causes.cloned().unwrap_or_default(),
        );
    }
    differs.0
}

fn ground(ground: &transfer_decision::verdict::Ground) -> (String, Option<String>) {
    let mechanism = ground.mechanism.as_ref().map(ToString::to_string);
    (ground.basis.id.clone(), mechanism)
}

#[derive(Default)]
struct Differences(String);

impl Differences {
    fn note<T: PartialEq + Debug>(&mut self, what: &str, core: &T, plain: &T) {
        if core != plain {
            let _ = writeln!(self.0, "{what}:\n    core  {core:?}\n    plain {plain:?}");
        }
    }
}

/// Whether core and plain reading differ on a world.
pub(crate) fn disagree(law: &Law, world: &World) -> bool {
    !differences(&verdict(law, world), &answer(law, world)).is_empty()
}

/// The differences and the smallest world that was found to show some.
pub(crate) fn report(law: &Law, world: &World, wrong: &dyn Fn(&World) -> bool) -> String {
    let small = shrunk(world, wrong);
    let differences = differences(&verdict(law, &small), &answer(law, &small));
    format!("{differences}\nin the world {small:#?}")
}

/// Takes facts away as long as the world stays wrong.
pub(crate) fn shrunk(world: &World, wrong: &dyn Fn(&World) -> bool) -> World {
    let mut small = world.clone();
    loop {
        let next = smaller(&small)
            .into_iter()
            .find(|smaller| valid(smaller) && wrong(smaller));
        match next {
            Some(next) => small = next,
            None => return small,
        }
    }
}

fn valid(world: &World) -> bool {
    Register::new(
        world.organisations.clone(),
        world.relationships.clone(),
        world.mechanisms.clone(),
    )
    .is_ok()
}

/// Every world with one fact fewer.
fn smaller(world: &World) -> Vec<World> {
    let mut worlds = Vec::new();
    let mut with = |change: &dyn Fn(&mut World)| {
        let mut changed = world.clone();
        change(&mut changed);
        worlds.push(changed);
    };
    for at in 0..world.organisations.len() {
        with(&|world| drop(world.organisations.remove(at)));
        if world.organisations[at].group.is_some() {
            with(&|world| world.organisations[at].group = None);
        }
        for held in 0..world.organisations[at].certifications.len() {
            with(&|world| drop(world.organisations[at].certifications.remove(held)));
        }
        for attribute in world.organisations[at].attributes.keys() {
            with(&|world| {
                world.organisations[at].attributes.remove(attribute);
            });
        }
    }
    for at in 0..world.relationships.len() {
        with(&|world| drop(world.relationships.remove(at)));
        for place in 0..world.relationships[at].locations.len() {
            with(&|world| drop(world.relationships[at].locations.remove(place)));
            let location = &world.relationships[at].locations[place];
            if location.first_day.is_some() || location.last_day.is_some() {
                with(&|world| {
                    let location = &mut world.relationships[at].locations[place];
                    (location.first_day, location.last_day) = (None, None);
                });
            }
        }
        if world.relationships[at].data_categories.is_some() {
            with(&|world| world.relationships[at].data_categories = None);
        }
        if world.relationships[at].importer_role.is_some() {
            with(&|world| world.relationships[at].importer_role = None);
        }
        if world.relationships[at].exporter_role.is_some() {
            with(&|world| world.relationships[at].exporter_role = None);
        }
    }
    for at in 0..world.mechanisms.len() {
        with(&|world| drop(world.mechanisms.remove(at)));
        for party in 0..world.mechanisms[at].parties.len() {
            with(&|world| drop(world.mechanisms[at].parties.remove(party)));
        }
        for one in 0..world.mechanisms[at].assessments.len() {
            with(&|world| drop(world.mechanisms[at].assessments.remove(one)));
        }
    }
    if !world.question.onward.is_empty() {
        with(&|world| drop(world.question.onward.pop()));
    }
    if world.question.data_subjects.len() > 1 {
        for subject in &world.question.data_subjects {
            with(&|world| {
                world.question.data_subjects.remove(subject);
            });
        }
    }
    if world.question.data_categories.is_some() {
        with(&|world| world.question.data_categories = None);
    }
    if world.question.purpose.is_some() {
        with(&|world| world.question.purpose = None);
    }
    if world.question.hr_data.is_some() {
        with(&|world| world.question.hr_data = None);
    }
    worlds
}
