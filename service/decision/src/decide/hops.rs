//! Walking a chain hop by hop: what each hop hands to the next, and which way carries it.

use std::{collections::BTreeSet, rc::Rc, sync::Arc};

use super::legs::{Hop, Look, Way};
use crate::{
    facts::{Organisation, Relationship},
    relationship::{self, Between},
    remedies,
    rules::onward::{Carried, End, Terms},
    verdict::{Finding, Reason, RelationshipFinding, Warning},
    vocabulary::{Outcome, ReasonCode, RelationshipKind, RelationshipOutcome, WarningCode},
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
    look: Look<'a, 'r>,
    ends: &'r [End<'a>],
    /// What the rest of the chain came to, by the hop at which it begins and what it was handed;
    /// without it, several ways at each of many hops would multiply.
    known: Vec<(usize, Option<Carried<'a>>, Rc<Rest>)>,
}

/// What the chain came to from one hop on.
#[derive(Debug, Clone, Default)]
struct Rest {
    relationships: Vec<RelationshipFinding>,
    findings: Vec<Finding>,
    /// The findings of each hop to an operator, before it has its number.
    operators: Vec<Vec<Finding>>,
    warnings: Vec<Warning>,
}

impl Rest {
    fn denied(&self) -> bool {
        denied(&self.findings, &self.operators)
    }
}

fn denied(findings: &[Finding], operators: &[Vec<Finding>]) -> bool {
    findings
        .iter()
        .chain(operators.iter().flatten())
        .any(|finding| finding.outcome == Outcome::Denied)
}

impl<'a, 'r> Walk<'a, 'r> {
    pub(super) fn new(look: Look<'a, 'r>, ends: &'r [End<'a>]) -> Self {
        Self {
            look,
            ends,
            known: Vec::new(),
        }
    }

    /// Walks the chain, then numbers the hops to operators after the chain's.
    pub(super) fn walk(mut self) -> Walked {
        let rest = self.from(0, None);
        let mut walked = Walked {
            relationships: rest.relationships.clone(),
            findings: rest.findings.clone(),
            warnings: rest.warnings.clone(),
            hops: self.ends.len().saturating_sub(1),
        };
        for findings in &rest.operators {
            let hop = walked.hops;
            walked.hops += 1;
            let numbered = findings.iter().cloned();
            walked
                .findings
                .extend(numbered.map(|finding| Finding { hop, ..finding }));
        }
        walked
    }

    /// What the chain comes to from a hop on.
    fn from(&mut self, number: usize, before: Option<Carried<'a>>) -> Rc<Rest> {
        let known = self
            .known
            .iter()
            .find(|(at, handed, _)| *at == number && *handed == before);
        if let Some((_, _, rest)) = known {
            return Rc::clone(rest);
        }
        let ends = self.ends;
        let rest = match (ends.get(number), ends.get(number + 1)) {
            (Some(exporter), Some(importer)) => self.step(number, exporter, importer, before),
            _ => Rest::default(),
        };
        let rest = Rc::new(rest);
        self.known.push((number, before, Rc::clone(&rest)));
        rest
    }

    fn step(
        &mut self,
        number: usize,
        exporter: &End<'a>,
        importer: &End<'a>,
        before: Option<Carried<'a>>,
    ) -> Rest {
        let Some(organisation) = importer.organisation else {
            let terms = Terms::of(self.look.asked.question, None, before);
            let mut rest = self
                .from(number + 1, Some(terms.carried()))
                .as_ref()
                .clone();
            rest.relationships
                .insert(0, unregistered(number, exporter, importer));
            return rest;
        };
        let between = match exporter.organisation {
            Some(known) => relationship::between(
                self.look.asked.register,
                self.look.asked.question,
                known,
                organisation,
                self.look.day,
            ),
            None => Between::default(),
        };
        let (way, rest, warning) = self.way(number, exporter, organisation, &between, before);
        let gate = if exporter.organisation.is_none() {
            unregistered(number, exporter, importer)
        } else {
            let ends = [&exporter.name, &organisation.slug];
            self.related(number, &between, way.relationship, ends)
        };
        let mut warnings = assumed(&way.terms);
        if way.operators_assumed {
            warnings.push(Warning::about(WarningCode::RolesAssumed, "operators"));
        }
        warnings.extend(warning);
        warnings.extend(rest.warnings.iter().cloned());
        Rest {
            relationships: joined(vec![gate], &rest.relationships),
            findings: joined(way.findings, &rest.findings),
            operators: joined(way.operators, &rest.operators),
            warnings,
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
    ) -> (Way<'a>, Rc<Rest>, Option<Warning>) {
        let candidates = if between.passing.is_empty() && !between.same_group {
            &between.failing
        } else {
            &between.passing
        };
        let bare = [None];
        let listed: Vec<Option<&'a Relationship>> = candidates.iter().copied().map(Some).collect();
        let relationships = if listed.is_empty() {
            &bare[..]
        } else {
            &listed
        };
        let mut ways: Vec<(Way<'a>, Rc<Rest>)> = Vec::with_capacity(relationships.len());
        for relationship in relationships {
            let terms = Terms::of(self.look.asked.question, *relationship, before);
            let hop = Hop {
                number,
                exporter,
                importer,
                terms,
                same_entity: between.same_entity,
            };
            let way = self.look.way(hop, *relationship);
            let rest = self.from(number + 1, Some(terms.carried()));
            ways.push((way, rest));
        }
        let closed = |(way, rest): &(Way<'_>, Rc<Rest>)| {
            denied(&way.findings, &way.operators) || rest.denied()
        };
        let at = ways.iter().position(closed).unwrap_or(0);
        let open: BTreeSet<&str> = ways
            .iter()
            .filter(|way| !closed(way))
            .filter_map(|(way, _)| way.relationship.map(|r| &*r.id))
            .collect();
        let differ = !between.passing.is_empty() && !open.is_empty() && open.len() < ways.len();
        let warning = differ.then(|| {
            let names: Vec<&str> = open.into_iter().collect();
            Warning::about(
                WarningCode::RelationshipAmbiguous,
                format!("hop {number}: permitted under {}", names.join(", ")),
            )
        });
        let (way, rest) = ways.swap_remove(at);
        (way, rest, warning)
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

fn assumed(terms: &Terms<'_>) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if terms.roles_assumed {
        warnings.push(Warning::plain(WarningCode::RolesAssumed));
    }
    if terms.hr_data.is_none() {
        warnings.push(Warning::plain(WarningCode::HrAssumedFalse));
    }
    warnings
}

fn joined<T: Clone>(mut first: Vec<T>, rest: &[T]) -> Vec<T> {
    first.extend_from_slice(rest);
    first
}
