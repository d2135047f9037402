//! Judging one hop: each regime, each place, and the hops to those who run an importer's locations.

use std::sync::Arc;

use super::{Asked, Detail};
use crate::{
    facts::{Location, Organisation, Relationship},
    law::Basis,
    remedies,
    rules::{
        Destination, Judged, Leg, Offered, area::Applicable, ground, judge, onward, onward::Terms,
    },
    span::Day,
    verdict::{Finding, Remedy, Warning},
    vocabulary::{Activity, OrganisationKind, Outcome, Place, Regime, WarningCode},
};

/// A look at one day: what every hop has in common.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look<'a> {
    pub(crate) asked: Asked<'a>,
    pub(crate) day: Day,
    pub(crate) detail: Detail,
}

/// One way in which a hop may go: under one engagement or flow, or under none.
pub(crate) struct Way<'a> {
    pub(crate) relationship: Option<&'a Relationship>,
    pub(crate) terms: Terms<'a>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) operators: Vec<Vec<Finding>>,
    /// Something is denied, here or at an operator.
    pub(crate) denied: bool,
}

impl Way<'_> {
    /// What had to be assumed of the hop.
    pub(crate) fn assumed(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        if self.terms.roles_assumed {
            warnings.push(Warning::plain(WarningCode::RolesAssumed));
        }
        if self.terms.hr_data.is_none() {
            warnings.push(Warning::plain(WarningCode::HrAssumedFalse));
        }
        // The role of an operator is recorded nowhere.
        if !self.operators.is_empty() {
            warnings.push(Warning::about(WarningCode::RolesAssumed, "operators"));
        }
        warnings
    }
}

/// The ends and data of one hop.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hop<'a, 'h> {
    pub(crate) number: usize,
    pub(crate) exporter: Option<&'a Organisation>,
    /// The exporter's slug, or what was asked.
    pub(crate) exporter_name: &'h Arc<str>,
    pub(crate) importer: &'a Organisation,
    pub(crate) terms: Terms<'a>,
    /// The exporter is the importer.
    pub(crate) same_entity: bool,
}

/// A hop and the places where its importer touches the data.
pub(crate) struct Part<'a, 'h> {
    hop: Hop<'a, 'h>,
    /// In the order of findings; what nobody knows comes first.
    places: Vec<(Option<Place>, Activity)>,
    no_transfer: Option<&'a Arc<Basis>>,
    undisclosed: bool,
}

/// What is to be judged of one place under one regime.
enum Spot<'a, 'l> {
    /// The place is recorded as unknown.
    Unknown,
    /// No transfer in the sense of Chapter V.
    NoTransfer(&'a Arc<Basis>),
    /// The rules decide.
    Leg(Leg<'a, 'l>),
}

/// How one place under one regime comes out, and what that rests on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Glimpse<'a> {
    pub(crate) regime: Option<Regime>,
    pub(crate) destination: Option<&'a str>,
    pub(crate) activity: Activity,
    pub(crate) outcome: Outcome,
    pub(crate) basis: Option<&'a Arc<Basis>>,
    pub(crate) mechanism: Option<&'a Arc<str>>,
}

impl Glimpse<'_> {
    const UNKNOWN: Self = Self {
        regime: None,
        destination: None,
        activity: Activity::Seat,
        outcome: Outcome::Denied,
        basis: None,
        mechanism: None,
    };
}

impl<'a> Look<'a> {
    /// Judges a hop under one engagement or flow, or under none.
    pub(crate) fn way(
        &self,
        regimes: &[Applicable],
        hop: Hop<'a, '_>,
        relationship: Option<&'a Relationship>,
    ) -> Way<'a> {
        let findings = self.findings(regimes, &self.own(hop, relationship));
        let operators: Vec<Vec<Finding>> = self
            .operated(hop, relationship)
            .map(|part| self.findings(regimes, &part))
            .collect();
        let denied = findings
            .iter()
            .chain(operators.iter().flatten())
            .any(|finding| finding.outcome == Outcome::Denied);
        Way {
            denied,
            relationship,
            terms: hop.terms,
            findings,
            operators,
        }
    }

    /// The hop to the importer itself.
    pub(crate) fn own<'h>(
        &self,
        hop: Hop<'a, 'h>,
        relationship: Option<&'a Relationship>,
    ) -> Part<'a, 'h> {
        let collected =
            hop.number == 0 && relationship.is_some_and(|r| r.collected_from_data_subject);
        let law = self.asked.law;
        let no_transfer = if collected {
            Some(law.direct_collection())
        } else if hop.same_entity {
            Some(law.same_entity())
        } else {
            None
        };
        let locations = || {
            relationship
                .into_iter()
                .flat_map(|r| r.locations_on(self.day))
        };
        let own =
            locations().filter(|location| onward::operator_of(location, hop.importer).is_none());
        Part {
            undisclosed: locations().next().is_none()
                && !is_international(hop.importer)
                && no_transfer.is_none(),
            places: places(hop.importer, own),
            hop,
            no_transfer,
        }
    }

    /// A hop to each legal entity that runs a location: clauses signed with the importer do not
    /// cover it.
    pub(crate) fn operated(
        &self,
        hop: Hop<'a, '_>,
        relationship: Option<&'a Relationship>,
    ) -> impl Iterator<Item = Part<'a, 'a>> + use<'a> {
        let Asked {
            register, question, ..
        } = self.asked;
        let Hop {
            number,
            importer,
            terms,
            ..
        } = hop;
        relationship
            .map(|relationship| onward::operated(relationship.locations_on(self.day), importer))
            .unwrap_or_default()
            .into_iter()
            .filter_map(move |(slug, locations)| {
                let operator = register.organisation(slug)?;
                Some(Part {
                    places: places(operator, locations),
                    hop: Hop {
                        number,
                        exporter: Some(importer),
                        exporter_name: &importer.slug,
                        importer: operator,
                        terms: Terms {
                            // The record of the location speaks for what happens there.
                            purpose: terms.purpose,
                            ..Terms::of(question, None, Some(terms.carried()))
                        },
                        same_entity: false,
                    },
                    no_transfer: None,
                    undisclosed: false,
                })
            })
    }

    /// Everything about a part, in the order of findings.
    fn findings(&self, regimes: &[Applicable], part: &Part<'a, '_>) -> Vec<Finding> {
        let hop = part.hop;
        if regimes.is_empty() {
            let remedies = || remedies::of_unknown_place(&hop.importer.slug);
            return part
                .unknown()
                .map(|activity| Finding {
                    remedies: remedies(),
                    ..finding(
                        hop,
                        None,
                        None,
                        activity,
                        Judged::unknown_place(None, self.day),
                    )
                })
                .collect();
        }
        let mechanisms = self.mechanisms(hop);
        let mut found: Vec<Finding> = Vec::with_capacity(regimes.len() * part.places.len());
        for applies in regimes {
            let mut before: Option<(&Option<Place>, usize)> = None;
            for (place, activity) in &part.places {
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
                let destination = destination(hop.importer, *place);
                let spot = self.spot(part, applies.regime, destination, &mechanisms);
                let (mut judged, remedies) = self.judge(hop, applies.regime, &spot);
                warn(&mut judged, *applies, part.undisclosed);
                let destination = destination.map(Destination::to_code);
                found.push(Finding {
                    remedies,
                    ..finding(hop, Some(applies), destination, *activity, judged)
                });
            }
        }
        found
    }

    /// Only the outcomes of a part and what they rest on, in the order of findings.
    pub(crate) fn glimpse(
        &self,
        regimes: &[Regime],
        part: &Part<'a, '_>,
        mut see: impl FnMut(Glimpse<'a>),
    ) {
        if regimes.is_empty() {
            part.unknown().for_each(|activity| {
                see(Glimpse {
                    activity,
                    ..Glimpse::UNKNOWN
                });
            });
            return;
        }
        let mechanisms = self.mechanisms(part.hop);
        for regime in regimes {
            let mut before: Option<(Option<Place>, Glimpse<'a>)> = None;
            for (place, activity) in &part.places {
                let alike = before.filter(|(of, _)| of == place);
                let seen = alike.map_or_else(
                    || {
                        let destination = destination(part.hop.importer, *place);
                        let spot = self.spot(part, *regime, destination, &mechanisms);
                        Glimpse {
                            regime: Some(*regime),
                            destination: destination.map(Destination::code),
                            ..self.outcome(&spot)
                        }
                    },
                    |(_, alike)| alike,
                );
                before = Some((*place, seen));
                see(Glimpse {
                    activity: *activity,
                    ..seen
                });
            }
        }
    }

    fn mechanisms(&self, hop: Hop<'a, '_>) -> Vec<Offered<'a>> {
        let Some(exporter) = hop.exporter else {
            return Vec::new();
        };
        self.asked
            .register
            .mechanisms_between(exporter, hop.importer)
            .map(|m| onward::offer(m, exporter, hop.importer, self.day))
            .collect()
    }

    fn spot<'l>(
        &self,
        part: &Part<'a, '_>,
        regime: Regime,
        destination: Option<Destination<'a>>,
        mechanisms: &'l [Offered<'a>],
    ) -> Spot<'a, 'l> {
        let Part {
            hop, no_transfer, ..
        } = part;
        match (destination, no_transfer) {
            (None, _) => Spot::Unknown,
            (_, Some(basis)) => Spot::NoTransfer(basis),
            (Some(destination), None) => Spot::Leg(Leg {
                day: self.day,
                regime,
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
            }),
        }
    }

    fn judge(
        &self,
        hop: Hop<'a, '_>,
        regime: Regime,
        spot: &Spot<'a, '_>,
    ) -> (Judged, Vec<Remedy>) {
        let importer = &hop.importer.slug;
        match spot {
            Spot::Unknown => (
                Judged::unknown_place(Some(regime), self.day),
                remedies::of_unknown_place(importer),
            ),
            Spot::NoTransfer(basis) => (Judged::no_transfer(basis), Vec::new()),
            Spot::Leg(leg) => {
                let law = self.asked.law;
                let judged = judge(law, leg);
                let asked = judged.outcome == Outcome::Denied && self.detail == Detail::Full;
                let remedies = if asked {
                    remedies::of_leg(law, leg, hop.exporter_name, importer)
                } else {
                    Vec::new()
                };
                (judged, remedies)
            }
        }
    }

    fn outcome(&self, spot: &Spot<'a, '_>) -> Glimpse<'a> {
        match spot {
            Spot::Unknown => Glimpse::UNKNOWN,
            Spot::NoTransfer(basis) => Glimpse {
                outcome: Outcome::NotRestricted,
                basis: Some(basis),
                ..Glimpse::UNKNOWN
            },
            Spot::Leg(leg) => match ground(self.asked.law, leg) {
                None => Glimpse::UNKNOWN,
                Some(held) => Glimpse {
                    outcome: held.outcome,
                    basis: Some(held.basis),
                    mechanism: held.mechanism,
                    ..Glimpse::UNKNOWN
                },
            },
        }
    }
}

impl Part<'_, '_> {
    /// The activities in places of unknown country. They never permit, even when no regime asks
    /// anything.
    fn unknown(&self) -> impl Iterator<Item = Activity> {
        let counts = !is_international(self.hop.importer);
        self.places
            .iter()
            .filter(move |(place, _)| place.is_none() && counts)
            .map(|(_, activity)| *activity)
    }
}

fn is_international(importer: &Organisation) -> bool {
    importer.kind == OrganisationKind::InternationalOrganisation
}

/// Where a place of an importer leads; an international organisation is one destination, wherever
/// it works.
fn destination(importer: &Organisation, place: Option<Place>) -> Option<Destination<'_>> {
    if is_international(importer) {
        Some(Destination::Organisation(&importer.slug))
    } else {
        place.map(Destination::Place)
    }
}

fn warn(judged: &mut Judged, applies: Applicable, undisclosed: bool) {
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

/// The seat and every other place, in the order of findings; what nobody knows comes first.
fn places<'l>(
    importer: &Organisation,
    locations: impl IntoIterator<Item = &'l Location>,
) -> Vec<(Option<Place>, Activity)> {
    let mut places = vec![(importer.seat, Activity::Seat)];
    if is_international(importer) {
        return places;
    }
    places.extend(locations.into_iter().map(|l| (l.place, l.activity)));
    places.sort_unstable();
    places.dedup();
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
        exporter: Arc::clone(hop.exporter_name),
        importer: Arc::clone(&hop.importer.slug),
        regime: applies.map(|applies| applies.regime),
        regime_because: applies.map_or_else(Vec::new, |applies| applies.because()),
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
