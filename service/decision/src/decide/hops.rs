//! Walking a chain hop by hop, and the hops to those who run an importer's locations.

use std::{collections::BTreeSet, rc::Rc, sync::Arc};

use super::{Asked, Detail};
use crate::{
    facts::{Location, Organisation, Relationship},
    relationship::{self, Between},
    remedies,
    rules::{
        Destination, Judged, Leg, Offered,
        area::Applicable,
        judge, onward,
        onward::{Carried, End, Terms},
    },
    span::Day,
    verdict::{Finding, Reason, RelationshipFinding, Remedy, Warning},
    vocabulary::{
        Activity, OrganisationKind, Outcome, Place, ReasonCode, RelationshipKind,
        RelationshipOutcome, WarningCode,
    },
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
    asked: Asked<'a>,
    ends: &'r [End<'a>],
    regimes: &'r [Applicable],
    day: Day,
    detail: Detail,
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

/// One way in which a hop may go: under one engagement or flow, or under none.
struct Way<'a> {
    relationship: Option<&'a Relationship>,
    terms: Terms<'a>,
    findings: Vec<Finding>,
    operators: Vec<Vec<Finding>>,
    /// The role of an operator had to be assumed.
    operators_assumed: bool,
}

/// The ends and data of one hop.
#[derive(Clone, Copy)]
struct Hop<'a, 'h> {
    number: usize,
    exporter: &'h End<'a>,
    importer: &'a Organisation,
    terms: Terms<'a>,
    between: &'h Between<'a>,
}

impl<'a, 'r> Walk<'a, 'r> {
    pub(super) fn new(
        asked: Asked<'a>,
        ends: &'r [End<'a>],
        regimes: &'r [Applicable],
        day: Day,
        detail: Detail,
    ) -> Self {
        Self {
            asked,
            ends,
            regimes,
            day,
            detail,
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
            let terms = Terms::of(self.asked.question, None, before);
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
                self.asked.register,
                self.asked.question,
                known,
                organisation,
                self.day,
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
            remedies: remedies::of_relationship(self.asked.question, between, exporter, importer),
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
            let terms = Terms::of(self.asked.question, *relationship, before);
            let hop = Hop {
                number,
                exporter,
                importer,
                terms,
                between,
            };
            let way = self.judge_way(hop, *relationship);
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

    fn judge_way(&self, hop: Hop<'a, '_>, relationship: Option<&'a Relationship>) -> Way<'a> {
        let collected =
            hop.number == 0 && relationship.is_some_and(|r| r.collected_from_data_subject);
        let law = self.asked.law;
        let no_transfer = if collected {
            Some(law.direct_collection())
        } else if hop.between.same_entity {
            Some(law.same_entity())
        } else {
            None
        };
        let organisation = hop.importer.kind == OrganisationKind::InternationalOrganisation;
        let locations = relationship.map_or(&[][..], |r| r.locations.as_slice());
        let own = locations
            .iter()
            .filter(|location| onward::operator_of(location, hop.importer).is_none());
        let undisclosed = locations.is_empty() && !organisation && no_transfer.is_none();
        let places = places(hop.importer, own);
        let findings = self.findings(hop, &places, no_transfer, undisclosed);
        let operators = relationship
            .map(|r| self.operated(r, hop))
            .unwrap_or_default();
        Way {
            relationship,
            terms: hop.terms,
            findings,
            operators_assumed: !operators.is_empty(),
            operators,
        }
    }

    /// A hop to each legal entity that runs a location: clauses signed with the importer do not
    /// cover it.
    fn operated(&self, relationship: &'a Relationship, hop: Hop<'a, '_>) -> Vec<Vec<Finding>> {
        let end = End {
            name: Arc::clone(&hop.importer.slug),
            organisation: Some(hop.importer),
        };
        onward::operated(relationship, hop.importer)
            .into_iter()
            .filter_map(|(slug, locations)| {
                let operator = self.asked.register.organisation(slug)?;
                let terms = Terms::of(self.asked.question, None, Some(hop.terms.carried()));
                let between = Between {
                    same_group: true,
                    ..Between::default()
                };
                let places = places(operator, locations);
                let hop = Hop {
                    number: hop.number,
                    exporter: &end,
                    importer: operator,
                    terms,
                    between: &between,
                };
                Some(self.findings(hop, &places, None, false))
            })
            .collect()
    }

    fn findings(
        &self,
        hop: Hop<'a, '_>,
        places: &BTreeSet<(Option<Place>, Activity)>,
        no_transfer: Option<&Arc<crate::law::Basis>>,
        undisclosed: bool,
    ) -> Vec<Finding> {
        let importer = hop.importer;
        let organisation = importer.kind == OrganisationKind::InternationalOrganisation;
        if self.regimes.is_empty() {
            // No regime asks anything, but a country recorded as unknown never permits.
            return places
                .iter()
                .filter(|(place, _)| place.is_none() && !organisation)
                .map(|(_, activity)| Finding {
                    remedies: remedies::of_unknown_place(&importer.slug),
                    ..finding(
                        hop,
                        None,
                        None,
                        *activity,
                        Judged::unknown_place(None, self.day),
                    )
                })
                .collect();
        }
        let mechanisms: Vec<Offered<'_>> = match hop.exporter.organisation {
            Some(exporter) => onward::mechanisms_between(self.asked.register, exporter, importer)
                .into_iter()
                .map(|m| onward::offer(m, exporter, importer, self.day))
                .collect(),
            None => Vec::new(),
        };
        let mut found: Vec<Finding> = Vec::with_capacity(self.regimes.len() * places.len());
        for applies in self.regimes {
            let mut before: Option<(&Option<Place>, usize)> = None;
            for (place, activity) in places {
                // Several activities in one place come out alike; places stand in order.
                let alike = before.filter(|(of, _)| *of == place);
                if let Some(same) = alike.and_then(|(_, at)| found.get(at)).cloned() {
                    found.push(Finding {
                        activity: *activity,
                        ..same
                    });
                    continue;
                }
                before = Some((place, found.len()));
                let destination = match place {
                    _ if organisation => Some(Destination::Organisation(&importer.slug)),
                    Some(place) => Some(Destination::Place(*place)),
                    None => None,
                };
                let (mut judged, remedies) =
                    self.judge(hop, applies, destination, no_transfer, &mechanisms);
                warn(&mut judged, applies, undisclosed);
                let destination = destination.map(Destination::to_code);
                found.push(Finding {
                    remedies,
                    ..finding(hop, Some(applies), destination, *activity, judged)
                });
            }
        }
        found
    }

    fn judge<'l>(
        &'l self,
        hop: Hop<'l, '_>,
        applies: &Applicable,
        destination: Option<Destination<'l>>,
        no_transfer: Option<&Arc<crate::law::Basis>>,
        mechanisms: &'l [Offered<'l>],
    ) -> (Judged, Vec<Remedy>) {
        let importer = &hop.importer.slug;
        let Some(destination) = destination else {
            let judged = Judged::unknown_place(Some(applies.regime), self.day);
            return (judged, remedies::of_unknown_place(importer));
        };
        if let Some(basis) = no_transfer {
            return (Judged::no_transfer(basis), Vec::new());
        }
        let law = self.asked.law;
        let leg = self.leg(hop, applies, destination, mechanisms);
        let judged = judge(law, &leg);
        let remedies = if judged.outcome == Outcome::Denied && self.detail == Detail::Full {
            remedies::of_leg(law, &leg, &hop.exporter.name, importer)
        } else {
            Vec::new()
        };
        (judged, remedies)
    }

    fn leg<'l>(
        &'l self,
        hop: Hop<'l, '_>,
        applies: &Applicable,
        destination: Destination<'l>,
        mechanisms: &'l [Offered<'l>],
    ) -> Leg<'l> {
        Leg {
            day: self.day,
            regime: applies.regime,
            destination,
            attributes: &hop.importer.attributes,
            certifications: &hop.importer.certifications,
            exporter_role: hop.terms.exporter_role,
            importer_role: hop.terms.importer_role,
            hr_data: hop.terms.hr_data.unwrap_or(false),
            data_categories: hop.terms.data_categories,
            purpose: self.asked.question.purpose.as_deref(),
            recorded_purpose: hop.terms.purpose,
            mechanisms,
            unchecked_facts: self.asked.settings.unchecked_facts,
        }
    }
}

fn warn(judged: &mut Judged, applies: &Applicable, undisclosed: bool) {
    if applies.review {
        judged
            .warnings
            .push(Warning::plain(WarningCode::ReviewRequired));
    }
    if applies.uncertain {
        judged.warnings.push(Warning::about(
            WarningCode::UncertainLaw,
            format!("that {} applies", applies.regime),
        ));
    }
    if undisclosed {
        judged
            .warnings
            .push(Warning::plain(WarningCode::LocationsUndisclosed));
    }
    crate::rules::settle(&mut judged.warnings);
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

/// The seat and every other place, in the order of findings; what nobody knows comes first.
fn places<'l>(
    importer: &Organisation,
    locations: impl IntoIterator<Item = &'l Location>,
) -> BTreeSet<(Option<Place>, Activity)> {
    let mut places = BTreeSet::from([(importer.seat, Activity::Seat)]);
    if importer.kind == OrganisationKind::InternationalOrganisation {
        // Its slug is the one destination, wherever it works.
        return places;
    }
    places.extend(locations.into_iter().map(|l| (l.place, l.activity)));
    places
}

fn finding(
    hop: Hop<'_, '_>,
    applies: Option<&Applicable>,
    destination: Option<Arc<str>>,
    activity: Activity,
    judged: Judged,
) -> Finding {
    Finding {
        hop: hop.number,
        exporter: Arc::clone(&hop.exporter.name),
        importer: Arc::clone(&hop.importer.slug),
        regime: applies.map(|applies| applies.regime),
        regime_because: applies.map_or_else(Vec::new, |applies| applies.because.clone()),
        destination,
        activity,
        outcome: judged.outcome,
        ground: judged.ground,
        fallbacks: judged.fallbacks,
        reasons: judged.reasons,
        remedies: Vec::new(),
        warnings: judged.warnings,
    }
}
