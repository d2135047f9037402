//! Walking a chain hop by hop: what each hop hands to the next, and which way carries it.

use std::{
    collections::{BTreeSet, HashMap},
    rc::Rc,
    sync::Arc,
};

use super::legs::{Hop, Look, Way};
use crate::{
    facts::{Organisation, Relationship},
    relationship::{self, Between},
    remedies,
    rules::{
        area::Applicable,
        onward::{Carried, End, Terms},
    },
    verdict::{Finding, Reason, RelationshipFinding, Warning},
    vocabulary::{ReasonCode, RelationshipKind, RelationshipOutcome, WarningCode},
};

/// What a whole walk found.
pub(super) struct Walked {
    pub(super) relationships: Vec<RelationshipFinding>,
    pub(super) findings: Vec<Finding>,
    pub(super) warnings: Vec<Warning>,
    pub(super) hops: usize,
}

/// A walk along the chain on one day.
pub(super) struct Walk<'a, 'r> {
    look: Look<'a>,
    regimes: &'r [Applicable],
    ends: &'r [End<'a>],
    /// What stands between the two ends of each hop.
    betweens: Vec<Between<'a>>,
    /// Every way already judged, by its hop, its relationship and what it depends on.
    ways: HashMap<(usize, Option<&'a str>, Terms<'a>), Rc<Way<'a>>>,
    /// What the rest of the chain came to, by the hop at which it begins and what it was handed.
    /// Without both, several ways at each of many hops would multiply.
    rests: HashMap<(usize, Option<Carried<'a>>), Rc<Rest<'a>>>,
}

/// What the chain came to from one hop on.
struct Rest<'a> {
    step: Step<'a>,
    next: Option<Rc<Rest<'a>>>,
    denied: bool,
}

/// What one hop came to.
struct Step<'a> {
    gate: RelationshipFinding,
    way: Option<Rc<Way<'a>>>,
    warnings: Vec<Warning>,
}

impl<'a, 'r> Walk<'a, 'r> {
    pub(super) fn new(look: Look<'a>, regimes: &'r [Applicable], ends: &'r [End<'a>]) -> Self {
        let asked = look.asked;
        let betweens = ends.iter().zip(ends.iter().skip(1));
        let betweens = betweens.map(|(exporter, importer)| {
            match (exporter.organisation, importer.organisation) {
                (Some(exporter), Some(importer)) => relationship::between(
                    asked.register,
                    asked.question,
                    exporter,
                    importer,
                    look.day,
                ),
                _ => Between::default(),
            }
        });
        Self {
            look,
            regimes,
            ends,
            betweens: betweens.collect(),
            ways: HashMap::new(),
            rests: HashMap::new(),
        }
    }

    /// Walks the chain, then numbers the hops to operators after the chain's.
    pub(super) fn walk(mut self) -> Walked {
        let mut walked = Walked {
            relationships: Vec::new(),
            findings: Vec::new(),
            warnings: Vec::new(),
            hops: self.betweens.len(),
        };
        let mut operators = Vec::new();
        let mut next = self.from(0, None);
        while let Some(rest) = next.take() {
            walked.relationships.push(rest.step.gate.clone());
            walked.warnings.extend_from_slice(&rest.step.warnings);
            if let Some(way) = &rest.step.way {
                walked.findings.extend_from_slice(&way.findings);
                operators.extend_from_slice(&way.operators);
            }
            next.clone_from(&rest.next);
        }
        for findings in operators {
            let hop = walked.hops;
            walked.hops += 1;
            let numbered = findings.into_iter();
            walked
                .findings
                .extend(numbered.map(|finding| Finding { hop, ..finding }));
        }
        walked
    }

    /// What the chain comes to from a hop on; `None` past its end.
    fn from(&mut self, number: usize, before: Option<Carried<'a>>) -> Option<Rc<Rest<'a>>> {
        if let Some(rest) = self.rests.get(&(number, before)) {
            return Some(Rc::clone(rest));
        }
        let ends = self.ends;
        let (exporter, importer) = (ends.get(number)?, ends.get(number + 1)?);
        let rest = Rc::new(self.step(number, exporter, importer, before));
        self.rests.insert((number, before), Rc::clone(&rest));
        Some(rest)
    }

    fn step(
        &mut self,
        number: usize,
        exporter: &End<'a>,
        importer: &End<'a>,
        before: Option<Carried<'a>>,
    ) -> Rest<'a> {
        let Some(organisation) = importer.organisation else {
            let terms = Terms::of(self.look.asked.question, None, before);
            let next = self.from(number + 1, Some(terms.carried()));
            return Rest {
                denied: next.as_ref().is_some_and(|rest| rest.denied),
                next,
                step: Step {
                    gate: unregistered(number, exporter, importer),
                    way: None,
                    warnings: Vec::new(),
                },
            };
        };
        let between = self.betweens.get(number).cloned().unwrap_or_default();
        let (way, next, warning) = self.way(number, exporter, organisation, &between, before);
        let gate = if exporter.organisation.is_none() {
            unregistered(number, exporter, importer)
        } else {
            let ends = [&exporter.name, &organisation.slug];
            self.related(number, &between, way.relationship, ends)
        };
        let mut warnings = way.assumed();
        warnings.extend(warning);
        Rest {
            denied: way.denied || next.as_ref().is_some_and(|rest| rest.denied),
            next,
            step: Step {
                gate,
                way: Some(way),
                warnings,
            },
        }
    }

    fn related(
        &self,
        hop: usize,
        between: &Between<'a>,
        carrying: Option<&Relationship>,
        ends: [&Arc<str>; 2],
    ) -> RelationshipFinding {
        let [exporter, importer] = ends;
        RelationshipFinding {
            hop,
            outcome: if between.passes() {
                RelationshipOutcome::Permitted
            } else {
                RelationshipOutcome::Denied
            },
            kind: between.kind(carrying),
            id: carrying.map(|relationship| Arc::clone(&relationship.id)),
            reasons: between.reasons.clone(),
            remedies: remedies::of_relationship(
                self.look.asked.question,
                between,
                exporter,
                importer,
            ),
        }
    }

    /// The way that carries the hop and the chain after it. Every engagement or flow that covers
    /// the question is a way that the data may take, so all must hold: the first that is denied
    /// anywhere carries, else the first. When none covers it, what is recorded between the two is
    /// shown in the same manner; companies of one group need none.
    fn way(
        &mut self,
        number: usize,
        exporter: &End<'a>,
        importer: &'a Organisation,
        between: &Between<'a>,
        before: Option<Carried<'a>>,
    ) -> (Rc<Way<'a>>, Option<Rc<Rest<'a>>>, Option<Warning>) {
        let candidates = if between.passing.is_empty() && !between.same_group {
            &between.failing
        } else {
            &between.passing
        };
        let mut hop = Hop {
            number,
            exporter: exporter.organisation,
            exporter_name: &exporter.name,
            importer,
            terms: Terms::of(self.look.asked.question, None, before),
            same_entity: between.same_entity,
        };
        let mut first: Option<(Rc<Way<'a>>, Option<Rc<Rest<'a>>>)> = None;
        let mut closed = None;
        let mut open = BTreeSet::new();
        for relationship in candidates {
            hop.terms = Terms::of(self.look.asked.question, Some(relationship), before);
            let (way, rest) = self.one_way(hop, Some(relationship));
            if way.denied || rest.as_ref().is_some_and(|rest| rest.denied) {
                closed.get_or_insert((way, rest));
            } else {
                open.insert(&*relationship.id);
                first.get_or_insert((way, rest));
            }
        }
        let differ = closed.is_some() && !open.is_empty() && !between.passing.is_empty();
        let warning = differ.then(|| {
            let names: Vec<&str> = open.into_iter().collect();
            Warning::about(
                WarningCode::RelationshipAmbiguous,
                format!("hop {number}: permitted under {}", names.join(", ")),
            )
        });
        let (way, rest) = match closed.or(first) {
            Some(carrying) => carrying,
            None => self.one_way(hop, None),
        };
        (way, rest, warning)
    }

    /// A hop under one relationship or none, and the rest of the chain that follows from it.
    fn one_way(
        &mut self,
        hop: Hop<'a, '_>,
        relationship: Option<&'a Relationship>,
    ) -> (Rc<Way<'a>>, Option<Rc<Rest<'a>>>) {
        let key = (hop.number, relationship.map(|r| &*r.id), hop.terms);
        let (look, regimes) = (self.look, self.regimes);
        let judged = self.ways.entry(key);
        let way = judged.or_insert_with(|| Rc::new(look.way(regimes, hop, relationship)));
        let way = Rc::clone(way);
        let rest = self.from(hop.number + 1, Some(hop.terms.carried()));
        (way, rest)
    }
}

/// An end that the register does not know.
fn unregistered(hop: usize, exporter: &End<'_>, importer: &End<'_>) -> RelationshipFinding {
    let ends = [
        (exporter, ReasonCode::ExporterUnknown),
        (importer, ReasonCode::ImporterUnknown),
    ];
    let unknown = || ends.iter().filter(|(end, _)| end.organisation.is_none());
    RelationshipFinding {
        hop,
        outcome: RelationshipOutcome::Denied,
        kind: RelationshipKind::None,
        id: None,
        reasons: unknown().map(|(_, code)| Reason::plain(*code)).collect(),
        remedies: unknown()
            .map(|(end, _)| remedies::register_organisation(&end.name))
            .collect(),
    }
}
