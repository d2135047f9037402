//! How one registered engagement or flow stands on a day: what the legal gate says of exactly this
//! relationship, whatever else connects the same two.
//!
//! It is judged as if it were active on the day, whatever its stage and its own days, so that a
//! draft can be judged before it is activated. A flow stands for what its exporter sends to its
//! importer, and, when it continues another, for the last hop of that chain as well. An engagement
//! stands for what every company of its group sends. All must be permitted.

mod outcomes;
mod regimes;

use std::{collections::BTreeSet, sync::Arc};

use chrono::Days;

use crate::{
    boundaries,
    decide::{
        Asked, Detail, Settings,
        legs::{Glimpse, Hop, Look, Part},
    },
    facts::{Organisation, Question, Register, Relationship, Sender},
    law::Law,
    rules::{
        area,
        onward::{Carried, Terms},
        settle,
    },
    span::{Day, FIRST_DAY, previous},
    verdict::{Finding, Warning},
    vocabulary::{Country, Outcome, Place, Regime, WarningCode},
};
use outcomes::differ;
pub use outcomes::{LegOutcome, Outcomes};
pub(crate) use outcomes::{permitted, rest_alike, summed};
use regimes::{OwnAreas, regimes_on};

/// Names nothing, so that the record alone speaks.
static SILENT: Question = Question {
    exporter: String::new(),
    importer: String::new(),
    onward: Vec::new(),
    data_subjects: BTreeSet::new(),
    data_categories: None,
    hr_data: None,
    purpose: None,
    exporter_role: None,
    importer_role: None,
    as_of: FIRST_DAY,
};

/// How a relationship stands, with everything that there is to know about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Whether every question for which it stands is permitted.
    pub permitted: bool,
    /// The weakest outcome of any finding; `None`: no regime applies, or the importer is not
    /// registered.
    pub outcome: Option<Outcome>,
    /// The questions for which it stands: one for each exporter, and one along the chain.
    pub questions: Vec<StandingQuestion>,
    /// The day.
    pub as_of: Day,
    /// The last day, inclusive, on which permission, findings and outcomes stay as they are if
    /// nothing is recorded and it runs on; `None`: they stay.
    pub valid_until: Option<Day>,
}

impl Standing {
    /// Every finding, question by question.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.questions
            .iter()
            .flat_map(|question| &question.findings)
    }
}

/// One question for which a relationship stands, and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingQuestion {
    /// The exporter by slug; the group's slug when it has no company yet.
    pub exporter: Arc<str>,
    /// The flows that lead here, by id from the first of the chain; empty: the hop alone.
    pub along: Vec<Arc<str>>,
    /// Whether the legal gate permits it.
    pub permitted: bool,
    /// The findings of this hop and of the hops to operators of its locations.
    pub findings: Vec<Finding>,
    /// Warnings about the question as a whole.
    pub warnings: Vec<Warning>,
}

/// How a relationship stands on a day, with fallbacks, reasons, remedies and warnings. It need not
/// be in the register itself.
#[must_use]
pub fn of(
    law: &Law,
    register: &Register,
    relationship: &Relationship,
    as_of: Day,
    settings: Settings,
) -> Standing {
    LegalGate::on(law, register, as_of, settings).standing(relationship)
}

/// How a relationship stands on a day, as far as comparing needs it. For many of them make one
/// [`LegalGate`].
#[must_use]
pub fn outcome<'a>(
    law: &'a Law,
    register: &'a Register,
    relationship: &'a Relationship,
    as_of: Day,
    settings: Settings,
) -> Outcomes<'a> {
    LegalGate::on(law, register, as_of, settings).outcomes(relationship)
}

/// The legal gate of one day, before which any number of relationships can be put.
#[derive(Debug)]
pub struct LegalGate<'a> {
    look: Look<'a>,
    own: OwnAreas,
}

/// The ends of a relationship.
#[derive(Clone, Copy)]
pub(crate) struct Ends<'a> {
    /// A flow's; `None`: a group sends, or it is not registered.
    pub(crate) exporter: Option<&'a Organisation>,
    pub(crate) importer: Option<&'a Organisation>,
}

/// One question for which a relationship stands.
struct Posed<'a> {
    exporter: Option<&'a Organisation>,
    name: &'a Arc<str>,
    /// Where the first exporter of the chain sits.
    seat: Option<Place>,
    /// What the hop before hands on.
    before: Option<Carried<'a>>,
    /// The flows that lead here.
    along: Vec<&'a Relationship>,
}

impl<'a> LegalGate<'a> {
    /// The gate of a day.
    #[must_use]
    pub fn on(law: &'a Law, register: &'a Register, as_of: Day, settings: Settings) -> Self {
        Self {
            look: Look {
                asked: Asked {
                    law,
                    register,
                    question: &SILENT,
                    settings,
                },
                day: as_of,
                detail: Detail::Full,
            },
            own: OwnAreas::on(law, as_of),
        }
    }

    /// How a relationship stands, with fallbacks, reasons, remedies and warnings.
    #[must_use]
    pub fn standing(&self, relationship: &'a Relationship) -> Standing {
        let ends = self.ends(relationship);
        let questions: Vec<StandingQuestion> = self
            .posed(relationship, ends)
            .map(|posed| self.answer(relationship, ends, &posed))
            .collect();
        let findings = questions.iter().flat_map(|question| &question.findings);
        Standing {
            permitted: questions.iter().all(|question| question.permitted),
            outcome: findings.map(|finding| finding.outcome).max(),
            as_of: self.look.day,
            valid_until: self.next_change(relationship, None).map(previous),
            questions,
        }
    }

    /// How a relationship stands, as far as comparing needs it.
    #[must_use]
    pub fn outcomes(&self, relationship: &'a Relationship) -> Outcomes<'a> {
        let mut legs = Vec::with_capacity(4);
        let ends = self.ends(relationship);
        self.legs(relationship, ends, &mut legs);
        summed(ends, legs)
    }

    /// How every relationship that is wanted stands, in the register's order.
    pub fn every<'g>(
        &'g self,
        wanted: impl Fn(&Relationship) -> bool + 'g,
    ) -> impl Iterator<Item = (&'a Relationship, Outcomes<'a>)> + 'g {
        let register = self.look.asked.register;
        register
            .relationships()
            .iter()
            .enumerate()
            .filter(move |(_, relationship)| wanted(relationship))
            .map(move |(at, relationship)| {
                let ends = register.ends_of(at);
                let mut legs = Vec::with_capacity(4);
                self.legs(relationship, ends, &mut legs);
                (relationship, summed(ends, legs))
            })
    }

    /// The first day, at most so many days ahead, on which the relationship stands otherwise
    /// although nothing is recorded and it runs on.
    #[must_use]
    pub fn changes_within(&self, relationship: &'a Relationship, days: u32) -> Option<Day> {
        let last = self.look.day.checked_add_days(Days::new(days.into()));
        self.next_change(relationship, last)
    }

    /// The first day of the denial in which the relationship stands on the gate's day, by what is
    /// recorded now: its own first day when it was never permitted. `None`: it is not denied.
    #[must_use]
    pub fn denied_since(&self, relationship: &'a Relationship) -> Option<Day> {
        let ends = self.ends(relationship);
        let mut legs = Vec::new();
        let mut denied = |day| {
            legs.clear();
            self.legs_on(day, relationship, ends, &mut legs);
            !permitted(ends, &legs)
        };
        let today = self.look.day;
        if !denied(today) {
            return None;
        }
        let begins = relationship.span.first().max(FIRST_DAY).min(today);
        let days = self.boundaries(relationship, ends, begins, Some(today));
        // Between two of these days nothing changes.
        let denied = std::iter::once(begins)
            .chain(days)
            .rev()
            .take_while(|day| denied(*day));
        Some(denied.last().unwrap_or(today))
    }

    /// The boundary days after a day, up to a last one.
    fn boundaries(
        &self,
        relationship: &'a Relationship,
        ends: Ends<'a>,
        after: Day,
        last: Option<Day>,
    ) -> Vec<Day> {
        let Asked { law, register, .. } = self.look.asked;
        let posed = self.posed(relationship, ends);
        let exporters = posed.map(|posed| (posed.exporter, posed.seat));
        boundaries::of_relationship(
            law,
            register,
            relationship,
            regimes::subjects(relationship.data_subjects.as_ref()),
            exporters,
            ends.importer,
            after,
            last,
        )
    }

    fn next_change(&self, relationship: &'a Relationship, last: Option<Day>) -> Option<Day> {
        let ends = self.ends(relationship);
        let days = self.boundaries(relationship, ends, self.look.day, last);
        if days.is_empty() {
            return None;
        }
        let (mut today, mut then) = (Vec::new(), Vec::new());
        self.legs(relationship, ends, &mut today);
        days.into_iter().find(|day| {
            then.clear();
            self.legs_on(*day, relationship, ends, &mut then);
            differ(&today, &then)
        })
    }

    /// Puts every outcome of another day into a list.
    fn legs_on(
        &self,
        day: Day,
        relationship: &'a Relationship,
        ends: Ends<'a>,
        legs: &mut Vec<LegOutcome<'a>>,
    ) {
        let look = Look { day, ..self.look };
        let law = self.look.asked.law;
        let regimes = |subjects: &BTreeSet<Country>, seat| regimes_on(law, day, subjects, seat);
        self.seen(look, regimes, relationship, ends, legs);
    }

    /// Puts every outcome into a list.
    pub(crate) fn legs(
        &self,
        relationship: &'a Relationship,
        ends: Ends<'a>,
        legs: &mut Vec<LegOutcome<'a>>,
    ) {
        let regimes = |subjects: &BTreeSet<Country>, seat| self.own.regimes(subjects, seat);
        self.seen(self.look, regimes, relationship, ends, legs);
    }

    fn seen(
        &self,
        look: Look<'a>,
        regimes: impl Fn(&BTreeSet<Country>, Option<Place>) -> &'static [Regime],
        relationship: &'a Relationship,
        ends: Ends<'a>,
        legs: &mut Vec<LegOutcome<'a>>,
    ) {
        let Some(importer) = ends.importer else {
            return;
        };
        let subjects = regimes::subjects(relationship.data_subjects.as_ref());
        for posed in self.posed(relationship, ends) {
            let regimes = regimes(subjects, posed.seat);
            let hop = posed.hop(relationship, importer);
            let mut see = |part: &Part<'a, 'a>, number| {
                look.glimpse(regimes, part, |seen: Glimpse<'a>| {
                    legs.push(LegOutcome {
                        exporter: posed.name,
                        along: !posed.along.is_empty(),
                        hop: number,
                        regime: seen.regime,
                        destination: seen.destination,
                        activity: seen.activity,
                        outcome: seen.outcome,
                        basis: seen.basis,
                        mechanism: seen.mechanism,
                    });
                });
            };
            see(&look.own(hop, Some(relationship)), hop.number);
            for (number, part) in (hop.number + 1..).zip(look.operated(hop, Some(relationship))) {
                see(&part, number);
            }
        }
    }

    /// Judges one question in full.
    fn answer(
        &self,
        relationship: &'a Relationship,
        ends: Ends<'a>,
        posed: &Posed<'a>,
    ) -> StandingQuestion {
        let subjects = regimes::subjects(relationship.data_subjects.as_ref());
        let regimes = area::regimes(self.look.asked.law, subjects, posed.seat, self.look.day);
        let mut warnings = Vec::new();
        if posed.seat.is_none() {
            warnings.push(Warning::plain(WarningCode::ExporterCountryUnknown));
        }
        if regimes.is_empty() {
            warnings.push(Warning::plain(WarningCode::NoRegime));
        }
        let mut permitted = false;
        let mut findings = Vec::new();
        if let Some(importer) = ends.importer {
            let hop = posed.hop(relationship, importer);
            let way = self.look.way(&regimes, hop, Some(relationship));
            warnings.extend(way.assumed());
            if hop.number + way.operators.len() > 0 {
                warnings.push(Warning::plain(WarningCode::OnwardConditions));
            }
            permitted = !way.denied;
            findings = way.findings;
            for (hop, of_operator) in (hop.number + 1..).zip(way.operators) {
                let numbered = of_operator.into_iter();
                findings.extend(numbered.map(|finding| Finding { hop, ..finding }));
            }
        }
        settle(&mut warnings);
        StandingQuestion {
            exporter: Arc::clone(posed.name),
            along: posed.along.iter().map(|r| Arc::clone(&r.id)).collect(),
            permitted,
            findings,
            warnings,
        }
    }

    fn ends(&self, relationship: &'a Relationship) -> Ends<'a> {
        let register = self.look.asked.register;
        Ends {
            exporter: match &relationship.sender {
                Sender::Organisation(slug) => register.organisation(slug),
                Sender::Group(_) => None,
            },
            importer: register.organisation(&relationship.importer),
        }
    }

    /// The questions for which a relationship stands. Whoever is not registered yet is asked about
    /// all the same: as an exporter of unknown country, with whom nothing is signed.
    fn posed(
        &self,
        relationship: &'a Relationship,
        ends: Ends<'a>,
    ) -> impl Iterator<Item = Posed<'a>> + use<'a> {
        let register = self.look.asked.register;
        let (name, group) = match &relationship.sender {
            Sender::Organisation(slug) => (slug, None),
            Sender::Group(group) => (group, Some(group)),
        };
        let companies = group.into_iter().flat_map(|of| register.companies_of(of));
        let mut exporters = ends.exporter.into_iter().chain(companies).peekable();
        let nobody = exporters.peek().is_none().then(|| Posed {
            exporter: None,
            name,
            seat: None,
            before: None,
            along: Vec::new(),
        });
        let alone = exporters.map(|exporter| Posed {
            exporter: Some(exporter),
            name: &exporter.slug,
            seat: exporter.seat,
            before: None,
            along: Vec::new(),
        });
        nobody
            .into_iter()
            .chain(alone)
            .chain(along(register, relationship, ends))
    }
}

/// The question along the chain that a flow continues.
fn along<'a>(
    register: &'a Register,
    relationship: &'a Relationship,
    ends: Ends<'a>,
) -> Option<Posed<'a>> {
    let mut along: Vec<&Relationship> = Vec::new();
    let mut from = relationship.continues.as_deref();
    while let Some(flow) = from.and_then(|id| register.relationship(id)) {
        // A flow that leads back to itself leads nowhere else.
        if flow.id == relationship.id || along.iter().any(|met| met.id == flow.id) {
            break;
        }
        along.push(flow);
        from = flow.continues.as_deref();
    }
    along.reverse();
    let first = match &along.first()?.sender {
        Sender::Organisation(slug) => register.organisation(slug),
        Sender::Group(_) => None,
    };
    let handed =
        |before, flow: &&'a Relationship| Some(Terms::of(&SILENT, Some(flow), before).carried());
    Some(Posed {
        exporter: ends.exporter,
        name: match &relationship.sender {
            Sender::Organisation(name) | Sender::Group(name) => name,
        },
        seat: first.and_then(|organisation| organisation.seat),
        before: along.iter().fold(None, handed),
        along,
    })
}

impl<'a> Posed<'a> {
    fn hop(&self, relationship: &'a Relationship, importer: &'a Organisation) -> Hop<'a, 'a> {
        Hop {
            number: self.along.len(),
            exporter: self.exporter,
            exporter_name: self.name,
            importer,
            terms: Terms::of(&SILENT, Some(relationship), self.before),
            same_entity: self
                .exporter
                .is_some_and(|exporter| std::ptr::eq(exporter, importer)),
        }
    }
}
