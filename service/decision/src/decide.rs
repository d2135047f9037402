//! From a question to its verdict: every finding first, then the decision.

mod hops;
pub(crate) mod legs;

use crate::{
    boundaries,
    facts::{Question, Register},
    law::Law,
    rules::{
        area::{self, Applicable},
        onward::{self, End},
    },
    span::{Day, previous},
    verdict::{Findings, RelationshipFinding, Verdict, Warning},
    vocabulary::{RelationshipKind, RelationshipOutcome, UncheckedFacts, WarningCode},
};

/// What an operator decides about deciding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// What a certification or mechanism that nobody has checked does.
    pub unchecked_facts: UncheckedFacts,
}

/// Answers a question from the law and the facts alone.
///
/// The answer is for the question's day; `valid_until` is the day before the next boundary at
/// which decision, findings or an outcome change if nothing is recorded.
#[must_use]
pub fn decide(law: &Law, register: &Register, question: &Question, settings: Settings) -> Verdict {
    let asked = Asked {
        law,
        register,
        question,
        settings,
    };
    let found = asked.find(question.as_of, Detail::Full);
    let until = boundaries::after(law, register, question, question.as_of)
        .find(|day| differs(&found, &asked.find(*day, Detail::OutcomesOnly)))
        .map(previous);
    Verdict::combine(
        found,
        question.as_of,
        until,
        std::sync::Arc::clone(law.version()),
    )
}

/// How much a look at one day is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Remedies included.
    Full,
    /// Only what [`differs`] compares needs to be right.
    OutcomesOnly,
}

/// Whether two days differ in what a caller may rely on.
fn differs(one: &Findings, other: &Findings) -> bool {
    one.evidence().is_some() != other.evidence().is_some()
        || one.legal.len() != other.legal.len()
        || one
            .legal
            .iter()
            .zip(&other.legal)
            .any(|(a, b)| a.key() != b.key() || a.outcome != b.outcome)
}

/// A question before the law and the facts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) law: &'a Law,
    pub(crate) register: &'a Register,
    pub(crate) question: &'a Question,
    pub(crate) settings: Settings,
}

impl<'a> Asked<'a> {
    /// The regimes that apply on a day.
    pub(crate) fn regimes(&self, ends: &[End<'a>], day: Day) -> Vec<Applicable> {
        let seat = ends
            .first()
            .and_then(|exporter| exporter.organisation)
            .and_then(|organisation| organisation.seat);
        area::regimes(self.law, &self.question.data_subjects, seat, day)
    }

    /// Everything that is found on one day.
    fn find(&self, day: Day, detail: Detail) -> Findings {
        let ends = onward::chain(self.register, self.question);
        let regimes = self.regimes(&ends, day);
        let mut warnings = Vec::new();
        let seat_known = ends
            .first()
            .and_then(|exporter| exporter.organisation)
            .is_some_and(|organisation| organisation.seat.is_some());
        if !seat_known {
            warnings.push(Warning::plain(WarningCode::ExporterCountryUnknown));
        }
        if regimes.is_empty() {
            warnings.push(Warning::plain(WarningCode::NoRegime));
        }

        let look = legs::Look {
            asked: *self,
            day,
            detail,
        };
        let walked = hops::Walk::new(look, &regimes, &ends).walk();
        warnings.extend(walked.warnings);
        if walked.hops > 1 {
            warnings.push(Warning::plain(WarningCode::OnwardConditions));
        }
        crate::rules::settle(&mut warnings);
        Findings {
            relationship: gate(walked.relationships),
            legal: walked.findings,
            warnings,
            hops: walked.hops,
            regimes: regimes.into_iter().map(|applies| applies.regime).collect(),
        }
    }
}

/// Of several hops the first that fails; when none fails, the first.
fn gate(hops: Vec<RelationshipFinding>) -> RelationshipFinding {
    let mut hops = hops.into_iter();
    let first = hops.next();
    let failing = |hop: &RelationshipFinding| hop.outcome == RelationshipOutcome::Denied;
    match first {
        Some(first) if !failing(&first) => hops.find(failing).unwrap_or(first),
        Some(first) => first,
        None => RelationshipFinding {
            hop: 0,
            outcome: RelationshipOutcome::Denied,
            kind: RelationshipKind::None,
            id: None,
            reasons: Vec::new(),
            remedies: Vec::new(),
        },
    }
}
