//! What comes out of the demo register, for EU, Swiss and British data subjects, on the day
//! before, of and after each boundary.

mod botsify;
mod elsewhere;
mod qcontact;

use std::{collections::BTreeSet, sync::Arc};

use transfer_decision::{
    decide::{self, Settings},
    facts::{Mechanism, Question, Register},
    law::Law,
    verdict::{Finding, Verdict},
    vocabulary::{
        DataCategory, Outcome, ReasonCode, Regime, RelationshipOutcome, UncheckedFacts, WarningCode,
    },
};
use transfer_registry_seed::law;

use crate::facts::{day, demo, facts_of};

/// A data subject in the EU, in Switzerland, and in the United Kingdom.
const EU: &str = "DE";
const SWISS: &str = "CH";
const BRITISH: &str = "GB";

/// The demo register and the shipped law, to be asked.
struct Demonstration {
    law: Arc<Law>,
    register: Register,
    unchecked_facts: UncheckedFacts,
}

impl Demonstration {
    /// As `serve --demo` sets it up: what nobody has checked carries, with a warning.
    fn new() -> Self {
        Self::with(Vec::new())
    }

    fn with(mechanisms: Vec<Mechanism>) -> Self {
        Self {
            law: law::shipped().expect("the embedded law is whole"),
            register: facts_of(&demo(), mechanisms),
            unchecked_facts: UncheckedFacts::Warn,
        }
    }

    fn ask(&self, exporter: &str, importer: &str, subject: &str, on: &str) -> Verdict {
        self.ask_for(exporter, importer, subject, on, None)
    }

    fn ask_for(
        &self,
        exporter: &str,
        importer: &str,
        subject: &str,
        on: &str,
        data_categories: Option<BTreeSet<DataCategory>>,
    ) -> Verdict {
        let question = Question {
            exporter: exporter.to_owned(),
            importer: importer.to_owned(),
            onward: Vec::new(),
            data_subjects: [subject.parse().expect("a country")].into(),
            data_categories,
            hr_data: None,
            purpose: None,
            exporter_role: None,
            importer_role: None,
            as_of: day(on),
        };
        let settings = Settings {
            unchecked_facts: self.unchecked_facts,
        };
        decide::decide(&self.law, &self.register, &question, settings)
    }
}

/// The findings of a regime; at least one.
fn under(verdict: &Verdict, regime: Regime) -> Vec<&Finding> {
    let found: Vec<_> = verdict
        .findings()
        .iter()
        .filter(|finding| finding.regime == Some(regime))
        .collect();
    assert!(
        !found.is_empty(),
        "no finding under {regime} on {}",
        verdict.as_of()
    );
    found
}

/// The outcome that all findings of a regime share, with the row that each rests on.
fn outcome(verdict: &Verdict, regime: Regime) -> (Outcome, BTreeSet<&str>) {
    let found = under(verdict, regime);
    let outcomes: BTreeSet<_> = found.iter().map(|finding| finding.outcome).collect();
    assert_eq!(outcomes.len(), 1, "{regime} on {}", verdict.as_of());
    let bases = found.iter().filter_map(|finding| finding.ground.as_ref());
    (
        outcomes.into_iter().next().expect("an outcome"),
        bases.map(|ground| ground.basis.id.as_ref()).collect(),
    )
}

fn allowed(outcome: Outcome, basis: &str) -> (Outcome, BTreeSet<&str>) {
    (outcome, [basis].into())
}

/// All reasons of a regime's findings, each of which is denied.
fn reasons(verdict: &Verdict, regime: Regime) -> BTreeSet<ReasonCode> {
    let found = under(verdict, regime);
    assert!(
        found
            .iter()
            .all(|finding| finding.outcome == Outcome::Denied),
        "something is permitted under {regime} on {}",
        verdict.as_of()
    );
    let reasons = found.iter().flat_map(|finding| &finding.reasons);
    reasons.map(|reason| reason.code).collect()
}

fn warns(verdict: &Verdict, regime: Regime, code: WarningCode) -> bool {
    let found = under(verdict, regime);
    found
        .iter()
        .all(|finding| finding.warnings.iter().any(|warning| warning.code == code))
}

fn regimes(verdict: &Verdict) -> BTreeSet<Regime> {
    verdict.findings().iter().filter_map(|f| f.regime).collect()
}

fn related(verdict: &Verdict) -> bool {
    verdict.relationship().outcome == RelationshipOutcome::Permitted
}

/// Why the relationship gate is closed.
fn unrelated(verdict: &Verdict) -> Vec<ReasonCode> {
    assert_eq!(
        verdict.relationship().outcome,
        RelationshipOutcome::Denied,
        "{}",
        verdict.as_of()
    );
    let reasons = verdict.relationship().reasons.iter();
    reasons.map(|reason| reason.code).collect()
}
