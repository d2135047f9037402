//! A whole question answered plainly: regimes, hops, options, and the decision.

use std::collections::{BTreeMap, BTreeSet};

use transfer_decision::{
    decide::Settings,
    facts::{Location, Mechanism, Organisation, Question, Relationship, Slug},
    law::{Law, NO_TRANSFER_DIRECT_COLLECTION, NO_TRANSFER_SAME_ENTITY},
    span::Day,
    vocabulary::{
        Activity, DataCategory, Decision, MembershipStatus, OrganisationKind, Outcome, Place,
        ReasonCode, Regime, RegimeCause, Role,
    },
};

use crate::{
    relationship::{Gate, asked, gate},
    rules::{Destination, Found, Hop, judge, membership},
};

/// A register and a question about it.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) organisations: Vec<Organisation>,
    pub(crate) relationships: Vec<Relationship>,
    pub(crate) mechanisms: Vec<Mechanism>,
    pub(crate) question: Question,
    pub(crate) settings: Settings,
}

/// Hop, regime, destination and activity.
pub(crate) type Key = (usize, Option<Regime>, Option<String>, Activity);

/// What the text says about a world.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) decision: Decision,
    /// The first hop of the chain that does not pass, and why.
    pub(crate) relationship: Option<(usize, BTreeSet<ReasonCode>)>,
    pub(crate) regimes: BTreeMap<Regime, BTreeSet<RegimeCause>>,
    pub(crate) findings: BTreeMap<Key, Found>,
}

impl Answer {
    pub(crate) fn reached(&self) -> bool {
        self.findings.values().any(|found| found.reached)
    }
}

/// What one hop hands on to the next.
#[derive(Debug, Clone, Default)]
struct Carried {
    importer_role: Option<Role>,
    hr: bool,
    kinds: Option<BTreeSet<DataCategory>>,
}

type Findings = BTreeMap<(Option<Regime>, Destination, Activity), Found>;

/// One hop of the chain judged under one option.
struct Judged {
    own: Findings,
    operators: BTreeMap<Slug, Findings>,
    next: Carried,
}

impl Judged {
    fn denied(&self) -> bool {
        self.operators
            .values()
            .chain([&self.own])
            .flat_map(BTreeMap::values)
            .any(|found| found.outcome == Outcome::Denied)
    }
}

struct Chain<'a> {
    law: &'a Law,
    world: &'a World,
    parties: Vec<Option<&'a Organisation>>,
    regimes: Vec<Regime>,
}

/// Answers a question.
pub(crate) fn answer(law: &Law, world: &World) -> Answer {
    let question = &world.question;
    let find = |key: &String| {
        world
            .organisations
            .iter()
            .find(|one| *one.slug == **key || *one.id == **key)
    };
    let parties: Vec<_> = [&question.exporter, &question.importer]
        .into_iter()
        .chain(&question.onward)
        .map(find)
        .collect();
    let regimes = regimes(law, question, parties.first().copied().flatten());
    let chain = Chain {
        law,
        world,
        parties,
        regimes: regimes.keys().copied().collect(),
    };
    let hops = chain.from(0, &Carried::default());
    let relationship = (0..hops.len())
        .map(|hop| (hop, chain.gate(hop)))
        .find(|(_, gate)| !gate.passes)
        .map(|(hop, gate)| (hop, gate.reasons));

    let length = hops.len();
    let (own, operators): (Vec<_>, Vec<_>) =
        hops.into_iter().map(|hop| (hop.own, hop.operators)).unzip();
    let mut findings = BTreeMap::new();
    let mut covered = true;
    let all = own
        .into_iter()
        .chain(operators.into_iter().flat_map(BTreeMap::into_values));
    for (hop, found) in all.enumerate() {
        for regime in &chain.regimes {
            covered &= found.keys().any(|(under, ..)| *under == Some(*regime));
        }
        for ((regime, destination, activity), found) in found {
            findings.insert((hop, regime, destination.code(), activity), found);
        }
    }
    let permitted = relationship.is_none()
        && length > 0
        && covered
        && findings
            .values()
            .all(|found: &Found| found.outcome != Outcome::Denied);
    Answer {
        decision: if permitted {
            Decision::Allow
        } else {
            Decision::Deny
        },
        relationship,
        regimes,
        findings,
    }
}

/// Which regimes apply, and why.
pub(crate) fn regimes(
    law: &Law,
    question: &Question,
    exporter: Option<&Organisation>,
) -> BTreeMap<Regime, BTreeSet<RegimeCause>> {
    let mut regimes: BTreeMap<Regime, BTreeSet<RegimeCause>> = BTreeMap::new();
    let mut give = |regime: Regime, cause| {
        regimes.entry(regime).or_default().insert(cause);
    };
    let gives = |regime, country| {
        membership(law, regime, country, question.as_of)
            .is_some_and(|row| row.gives_regime && row.status != MembershipStatus::ThirdCountry)
    };
    for regime in Regime::ALL {
        for country in &question.data_subjects {
            if gives(*regime, *country) {
                give(*regime, RegimeCause::DataSubject);
            }
        }
        match exporter.and_then(|exporter| exporter.seat) {
            Some(Place::Area(_)) if *regime == Regime::Eu => give(*regime, RegimeCause::Exporter),
            Some(Place::Country(country)) if gives(*regime, country) => {
                give(*regime, RegimeCause::Exporter);
            }
            _ => {}
        }
    }
    regimes
}

/// Whether the data is touched there on the day: not before the first, not after the last.
fn there(location: &Location, day: Day) -> bool {
    let too_early = location.first_day.is_some_and(|first| day < first);
    let too_late = location.last_day.is_some_and(|last| day > last);
    !too_early && !too_late
}

impl<'a> Chain<'a> {
    fn ends(&self, hop: usize) -> (Option<&'a Organisation>, Option<&'a Organisation>) {
        let at = |at: usize| self.parties.get(at).copied().flatten();
        (at(hop), at(hop + 1))
    }

    fn gate(&self, hop: usize) -> Gate<'a> {
        let (exporter, importer) = self.ends(hop);
        let world = self.world;
        gate(&world.relationships, &world.question, exporter, importer)
    }

    /// The chain from a hop on, each hop under the strictest of its options.
    fn from(&self, hop: usize, before: &Carried) -> Vec<Judged> {
        if hop + 1 >= self.parties.len() {
            return Vec::new();
        }
        let gate = self.gate(hop);
        let mut options: Vec<Option<&Relationship>> =
            gate.options.iter().copied().map(Some).collect();
        if options.is_empty() {
            options.push(None);
        }
        let judged: Vec<Vec<Judged>> = options
            .into_iter()
            .map(|option| {
                let here = self.judge(hop, option, before);
                let later = self.from(hop + 1, &here.next);
                std::iter::once(here).chain(later).collect()
            })
            .collect();
        // The data may go under any of them, and what a hop hands on decides later hops too.
        let strictest = judged
            .iter()
            .position(|chain| chain.iter().any(Judged::denied));
        judged
            .into_iter()
            .nth(strictest.unwrap_or(0))
            .unwrap_or_default()
    }

    fn judge(&self, at: usize, option: Option<&Relationship>, before: &Carried) -> Judged {
        let question = &self.world.question;
        let (exporter, importer) = self.ends(at);
        let first = at == 0;
        let exporter_role = if first {
            question
                .exporter_role
                .or(option.and_then(|one| one.exporter_role))
                .unwrap_or(Role::Controller)
        } else {
            before.importer_role.unwrap_or(Role::Processor)
        };
        let importer_role = question
            .importer_role
            .filter(|_| first)
            .or(option.and_then(|one| one.importer_role))
            .unwrap_or(Role::Processor);
        let recorded = option.and_then(|one| one.data_categories.as_ref());
        let named = asked(question).or(recorded);
        let staff = |kinds: &BTreeSet<DataCategory>| kinds.contains(&DataCategory::Employment);
        // HR data stays HR data along the chain, unless the question says otherwise.
        let hr = question
            .hr_data
            .or_else(|| asked(question).map(staff))
            .unwrap_or_else(|| recorded.is_some_and(staff) || before.hr);
        let next = Carried {
            importer_role: Some(importer_role),
            hr,
            kinds: named.or(before.kinds.as_ref()).cloned(),
        };
        let Some(importer) = importer else {
            return Judged {
                own: Findings::new(),
                operators: BTreeMap::new(),
                next,
            };
        };
        let collected = first && option.is_some_and(|one| one.collected_from_data_subject);
        let same = exporter.is_some_and(|exporter| exporter.slug == importer.slug);
        let hop = Hop {
            law: self.law,
            day: question.as_of,
            unchecked: self.world.settings.unchecked_facts,
            purpose: question
                .purpose
                .as_deref()
                .or(option.and_then(|one| one.purpose.as_deref())),
            mechanisms: &self.world.mechanisms,
            exporter,
            importer,
            exporter_role,
            importer_role,
            hr,
            kinds: next.kinds.clone(),
            no_transfer: if collected {
                Some(NO_TRANSFER_DIRECT_COLLECTION)
            } else {
                same.then_some(NO_TRANSFER_SAME_ENTITY)
            },
        };
        let operators = self.operators(option, &hop, &next);
        let locations = option
            .into_iter()
            .flat_map(|one| &one.locations)
            .filter(|location| there(location, question.as_of))
            .filter(|location| match &location.operated_by {
                None => true,
                Some(operator) => *operator == importer.slug,
            })
            .map(|location| (Destination::of(location.place), location.activity));
        Judged {
            own: self.findings(&hop, locations.collect()),
            operators,
            next,
        }
    }

    /// The hops from the importer to those who operate a location for it.
    fn operators(
        &self,
        option: Option<&Relationship>,
        hop: &Hop<'_>,
        next: &Carried,
    ) -> BTreeMap<Slug, Findings> {
        let mut places: BTreeMap<Slug, BTreeSet<(Destination, Activity)>> = BTreeMap::new();
        for location in option.into_iter().flat_map(|one| &one.locations) {
            if let Some(operator) = &location.operated_by
                && there(location, self.world.question.as_of)
                && *operator != hop.importer.slug
            {
                places
                    .entry(operator.clone())
                    .or_default()
                    .insert((Destination::of(location.place), location.activity));
            }
        }
        let mut hops = BTreeMap::new();
        for (slug, places) in places {
            let operator = self.world.organisations.iter().find(|one| one.slug == slug);
            let Some(operator) = operator else { continue };
            let to_operator = Hop {
                exporter: Some(hop.importer),
                importer: operator,
                exporter_role: hop.importer_role,
                importer_role: Role::Processor,
                hr: next.hr,
                kinds: next.kinds.clone(),
                no_transfer: None,
                ..*hop
            };
            hops.insert(slug, self.findings(&to_operator, places));
        }
        hops
    }

    fn findings(&self, hop: &Hop<'_>, locations: BTreeSet<(Destination, Activity)>) -> Findings {
        let mut places = locations;
        let organisation = hop.importer.kind == OrganisationKind::InternationalOrganisation;
        if organisation {
            places.clear();
            let slug = hop.importer.slug.clone();
            places.insert((Destination::Organisation(slug), Activity::Seat));
        } else {
            places.insert((Destination::of(hop.importer.seat), Activity::Seat));
        }
        let mut findings = Findings::new();
        for (destination, activity) in places {
            for regime in &self.regimes {
                let found = judge(hop, Some(*regime), &destination);
                findings.insert((Some(*regime), destination.clone(), activity), found);
            }
            if self.regimes.is_empty() && destination == Destination::Unknown {
                let found = judge(hop, None, &destination);
                findings.insert((None, destination, activity), found);
            }
        }
        findings
    }
}
