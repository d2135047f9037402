//! The legal gate for one leg: one hop under one regime to one destination.
//!
//! Every candidate is tried, whatever came before it; then the firmest that holds becomes the
//! ground, the others are fallbacks, and every failure keeps its reason.

pub(crate) mod adequacy;
pub(crate) mod area;
pub(crate) mod derogations;
pub(crate) mod onward;
pub(crate) mod safeguards;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::Days;

use crate::{
    facts::{Assessment, Certification, Terms},
    law::{Basis, CH_RECORDED_FROM, Law},
    span::Day,
    verdict::{Ground, Reason, Warning},
    vocabulary::{
        Attribute, Confidence, DataCategory, MembershipStatus, Outcome, Place, ReasonCode, Regime,
        Role, UncheckedFacts, WarningCode,
    },
};

/// How long before an end a finding says so, in days.
const SOON: Days = Days::new(90);

/// Where a leg leads.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Destination<'a> {
    /// A country or an area.
    Place(Place),
    /// An international organisation, by its slug: it is a recipient wherever it sits.
    Organisation(&'a Arc<str>),
}

impl<'a> Destination<'a> {
    /// The code that findings and assessments use.
    pub(crate) fn code(self) -> &'a str {
        match self {
            Self::Place(place) => place.code(),
            Self::Organisation(slug) => slug,
        }
    }

    pub(crate) fn to_code(self) -> Arc<str> {
        match self {
            Self::Place(place) => place.code().into(),
            Self::Organisation(slug) => Arc::clone(slug),
        }
    }
}

/// A mechanism as it stands to the parties of one hop on the day.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one independent fact about the mechanism and the ends of a hop"
)]
pub(crate) struct Offered<'a> {
    pub(crate) id: Option<&'a Arc<str>>,
    pub(crate) terms: &'a Terms,
    /// The last day on which it carries transfers, inclusive.
    pub(crate) ends_on: Option<Day>,
    pub(crate) party_exporter: bool,
    pub(crate) party_importer: bool,
    pub(crate) exporter_bound: bool,
    pub(crate) importer_bound: bool,
    /// Both are named in it; asked of tools whose row says nothing about parties.
    pub(crate) named_both: bool,
    pub(crate) assessments: &'a [Assessment],
    pub(crate) checked: bool,
}

/// One hop under one regime to one destination, with everything that bears on it.
#[derive(Debug, Clone)]
pub(crate) struct Leg<'a, 'l> {
    pub(crate) day: Day,
    pub(crate) regime: Regime,
    pub(crate) destination: Destination<'a>,
    pub(crate) attributes: &'a BTreeMap<Attribute, bool>,
    pub(crate) certifications: &'a [Certification],
    pub(crate) exporter_role: Role,
    pub(crate) importer_role: Role,
    pub(crate) hr_data: bool,
    pub(crate) data_categories: Option<&'a BTreeSet<DataCategory>>,
    /// The purpose asked about.
    pub(crate) purpose: Option<&'a str>,
    /// The purpose that the register records for the hop.
    pub(crate) recorded_purpose: Option<&'a str>,
    pub(crate) mechanisms: &'l [Offered<'a>],
    pub(crate) unchecked_facts: UncheckedFacts,
}

/// A candidate that holds.
#[derive(Debug, Clone)]
pub(crate) struct Held<'a> {
    pub(crate) outcome: Outcome,
    pub(crate) basis: &'a Arc<Basis>,
    pub(crate) mechanism: Option<&'a Arc<str>>,
    /// The last day on which it holds as far as its row and mechanism say; `None`: open.
    pub(crate) ends: Option<Day>,
    pub(crate) warnings: Vec<Warning>,
}

impl Held<'_> {
    fn ground(&self) -> Ground {
        Ground {
            outcome: self.outcome,
            basis: Arc::clone(self.basis),
            mechanism: self.mechanism.cloned(),
        }
    }

    /// The order of the legal gate, then what ends last, then the smaller id.
    fn rank(&self) -> (Outcome, Reverse<Day>, &str, Option<&str>) {
        (
            self.outcome,
            Reverse(self.ends.unwrap_or(Day::MAX)),
            &self.basis.id,
            self.mechanism.map(|id| &**id),
        )
    }
}

/// What is kept of the candidates that a leg's rules try. The rules are the same whatever is kept.
pub(crate) trait Keeps<'a>: Default {
    /// Whether anybody reads reasons and warnings; what nobody reads is not written.
    const TOLD: bool;

    /// A candidate holds.
    fn hold(&mut self, held: Held<'a>);

    /// A candidate fails.
    fn fail(&mut self, reason: impl FnOnce() -> Reason);

    /// The firmest that holds, and why others failed.
    fn firmest(self) -> (Option<Held<'a>>, Vec<Reason>);
}

/// Everything that the candidates came to, before it is combined.
#[derive(Debug, Default)]
pub(crate) struct Candidates<'a> {
    pub(crate) held: Vec<Held<'a>>,
    pub(crate) reasons: Vec<Reason>,
}

impl<'a> Keeps<'a> for Candidates<'a> {
    const TOLD: bool = true;

    fn hold(&mut self, held: Held<'a>) {
        self.held.push(held);
    }

    fn fail(&mut self, reason: impl FnOnce() -> Reason) {
        self.reasons.push(reason());
    }

    fn firmest(self) -> (Option<Held<'a>>, Vec<Reason>) {
        let held = self.held.into_iter();
        (held.min_by(|a, b| a.rank().cmp(&b.rank())), self.reasons)
    }
}

/// Only the firmest candidate that holds.
#[derive(Debug, Default)]
pub(crate) struct Firmest<'a>(Option<Held<'a>>);

impl<'a> Keeps<'a> for Firmest<'a> {
    const TOLD: bool = false;

    fn hold(&mut self, held: Held<'a>) {
        let firmer = |so_far: &Held<'a>| held.rank() < so_far.rank();
        if self.0.as_ref().is_none_or(firmer) {
            self.0 = Some(held);
        }
    }

    fn fail(&mut self, _: impl FnOnce() -> Reason) {}

    fn firmest(self) -> (Option<Held<'a>>, Vec<Reason>) {
        (self.0, Vec::new())
    }
}

/// How a leg comes out.
#[derive(Debug, Clone)]
pub(crate) struct Judged {
    pub(crate) outcome: Outcome,
    pub(crate) ground: Option<Ground>,
    pub(crate) fallbacks: Vec<Ground>,
    pub(crate) reasons: Vec<Reason>,
    pub(crate) warnings: Vec<Warning>,
}

impl Judged {
    /// No transfer in the sense of Chapter V: nothing else is asked.
    pub(crate) fn no_transfer(basis: &Arc<Basis>) -> Self {
        Self {
            outcome: Outcome::NotRestricted,
            ground: Some(Ground {
                outcome: Outcome::NotRestricted,
                basis: Arc::clone(basis),
                mechanism: None,
            }),
            fallbacks: Vec::new(),
            reasons: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// A place that is recorded as unknown never permits.
    pub(crate) fn unknown_place(regime: Option<Regime>, day: Day) -> Self {
        let mut reasons = vec![
            Reason::plain(ReasonCode::CountryUnknown),
            Reason::plain(ReasonCode::NoMechanism),
        ];
        reasons.extend(unrecorded(regime, day));
        order(&mut reasons);
        Self {
            outcome: Outcome::Denied,
            ground: None,
            fallbacks: Vec::new(),
            reasons,
            warnings: Vec::new(),
        }
    }
}

/// Judges a leg: collects every candidate, then combines them.
pub(crate) fn judge(law: &Law, leg: &Leg<'_, '_>) -> Judged {
    let mut candidates = Candidates::default();
    let review = collect(law, leg, &mut candidates);
    combine(leg, candidates, review)
}

/// Only what a leg rests on; `None`: it is denied.
pub(crate) fn ground<'a>(law: &'a Law, leg: &Leg<'a, '_>) -> Option<Held<'a>> {
    let mut candidates = Firmest::default();
    collect(law, leg, &mut candidates);
    candidates.firmest().0
}

/// Tries every candidate.
fn collect<'a>(law: &'a Law, leg: &Leg<'a, '_>, candidates: &mut impl Keeps<'a>) -> Standing {
    let review = area::collect(law, leg, candidates);
    adequacy::collect(law, leg, candidates);
    safeguards::collect(law, leg, candidates);
    review
}

/// A membership row that leaves something to say besides inside or outside.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Standing {
    pub(crate) review: bool,
    pub(crate) uncertain: bool,
}

fn combine(leg: &Leg<'_, '_>, candidates: Candidates<'_>, standing: Standing) -> Judged {
    let Candidates {
        mut held,
        mut reasons,
    } = candidates;
    held.sort_by(|a, b| a.rank().cmp(&b.rank()));
    held.dedup_by(|a, b| a.ground() == b.ground());
    let mut held = held.into_iter();
    let first = held.next();
    let fallbacks = held.map(|h| h.ground()).collect();

    if first.is_none() {
        if standing.review {
            reasons.push(Reason::plain(ReasonCode::ReviewRequired));
        }
        reasons.extend(unrecorded(Some(leg.regime), leg.day));
        reasons.push(Reason::plain(ReasonCode::NoMechanism));
    }
    order(&mut reasons);

    let Some(best) = first else {
        let mut warnings = Vec::new();
        warnings.extend(uncertainty(reasons.iter().filter_map(|r| r.basis.as_ref())));
        warnings.extend(uncertain_standing(leg, standing));
        return Judged {
            outcome: Outcome::Denied,
            ground: None,
            fallbacks,
            reasons,
            warnings,
        };
    };
    let ground = best.ground();
    let mut warnings = best.warnings;
    if standing.review && ground.outcome != Outcome::NotRestricted {
        warnings.push(Warning::plain(WarningCode::ReviewRequired));
    }
    warnings.extend(uncertainty([&ground.basis]));
    warnings.extend(uncertain_standing(leg, standing));
    settle(&mut warnings);
    Judged {
        outcome: ground.outcome,
        ground: Some(ground),
        fallbacks,
        reasons,
        warnings,
    }
}

/// A Swiss denial of a day before the law is recorded says so.
fn unrecorded(regime: Option<Regime>, day: Day) -> Option<Reason> {
    (regime == Some(Regime::Ch) && day < CH_RECORDED_FROM)
        .then(|| Reason::plain(ReasonCode::LawNotRecorded))
}

fn uncertainty<'a>(bases: impl IntoIterator<Item = &'a Arc<Basis>>) -> Option<Warning> {
    let mut rows: Vec<&str> = bases
        .into_iter()
        .filter(|basis| basis.confidence == Confidence::Uncertain)
        .map(|basis| basis.id.as_str())
        .collect();
    rows.sort_unstable();
    rows.dedup();
    (!rows.is_empty()).then(|| Warning::about(WarningCode::UncertainLaw, rows.join(", ")))
}

/// The destination's own standing is an uncertain row.
fn uncertain_standing(leg: &Leg<'_, '_>, standing: Standing) -> Option<Warning> {
    standing.uncertain.then(|| {
        Warning::about(
            WarningCode::UncertainLaw,
            format!("standing of {}", leg.destination.code()),
        )
    })
}

/// Puts reasons into their stable order, each once.
pub(crate) fn order(reasons: &mut Vec<Reason>) {
    fn key(reason: &Reason) -> (ReasonCode, Option<&str>, Option<&str>) {
        let basis = reason.basis.as_ref().map(|basis| basis.id.as_str());
        (reason.code, basis, reason.fact.as_deref())
    }
    reasons.sort_unstable_by(|a, b| key(a).cmp(&key(b)));
    reasons.dedup_by(|a, b| key(a) == key(b));
}

/// Puts warnings into their stable order, each once.
pub(crate) fn settle(warnings: &mut Vec<Warning>) {
    warnings.sort();
    warnings.dedup();
}

/// Warns when a last day, inclusive, is near.
pub(crate) fn ends_soon(day: Day, last: Option<Day>, what: &str) -> Option<Warning> {
    let last = last?;
    let near = day
        .checked_add_days(SOON)
        .is_some_and(|limit| last <= limit);
    (day <= last && near)
        .then(|| Warning::about(WarningCode::EndsSoon, format!("{what} ends on {last}")))
}

/// Warns when a re-certification is near or overdue.
pub(crate) fn recertification_due(day: Day, certification: &Certification) -> Option<Warning> {
    let due = certification.recertification_due?;
    let near = day.checked_add_days(SOON).is_some_and(|limit| due <= limit);
    near.then(|| {
        Warning::about(
            WarningCode::RecertificationDue,
            format!("{} by {due}", certification.framework),
        )
    })
}

/// What a membership row leaves to say.
pub(crate) fn standing_of(status: MembershipStatus, confidence: Confidence) -> Standing {
    Standing {
        review: status == MembershipStatus::ReviewRequired,
        uncertain: confidence == Confidence::Uncertain,
    }
}
