//! Judging one hop: each regime, each place, and the hops to those who run an importer's locations.

use std::{collections::BTreeSet, sync::Arc};

use super::{Asked, Detail};
use crate::{
    facts::{Location, Organisation, Relationship},
    remedies,
    rules::{
        Destination, Judged, Leg, Offered,
        area::Applicable,
        judge, onward,
        onward::{End, Terms},
    },
    span::Day,
    verdict::{Finding, Remedy, Warning},
    vocabulary::{Activity, OrganisationKind, Outcome, Place, WarningCode},
};

/// A look at one day: what every hop of a walk has in common.
#[derive(Clone, Copy)]
pub(super) struct Look<'a, 'r> {
    pub(super) asked: Asked<'a>,
    pub(super) regimes: &'r [Applicable],
    pub(super) day: Day,
    pub(super) detail: Detail,
}

/// One way in which a hop may go: under one engagement or flow, or under none.
pub(super) struct Way<'a> {
    pub(super) relationship: Option<&'a Relationship>,
    pub(super) terms: Terms<'a>,
    pub(super) findings: Vec<Finding>,
    pub(super) operators: Vec<Vec<Finding>>,
    /// The role of an operator had to be assumed.
    pub(super) operators_assumed: bool,
    /// Something is denied, here or at an operator.
    pub(super) denied: bool,
}

/// The ends and data of one hop.
#[derive(Clone, Copy)]
pub(super) struct Hop<'a, 'h> {
    pub(super) number: usize,
    pub(super) exporter: &'h End<'a>,
    pub(super) importer: &'a Organisation,
    pub(super) terms: Terms<'a>,
    /// The exporter is the importer.
    pub(super) same_entity: bool,
}

impl<'a> Look<'a, '_> {
    /// Judges a hop under one engagement or flow, or under none.
    pub(super) fn way(&self, hop: Hop<'a, '_>, relationship: Option<&'a Relationship>) -> Way<'a> {
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
        let denied = findings
            .iter()
            .chain(operators.iter().flatten())
            .any(|finding| finding.outcome == Outcome::Denied);
        Way {
            denied,
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
                let terms = Terms {
                    // The record of the location speaks for what happens there.
                    purpose: hop.terms.purpose,
                    ..Terms::of(self.asked.question, None, Some(hop.terms.carried()))
                };
                let places = places(operator, locations);
                let hop = Hop {
                    number: hop.number,
                    exporter: &end,
                    importer: operator,
                    terms,
                    same_entity: false,
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
