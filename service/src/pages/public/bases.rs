//! On which transfer basis data reaches a subprocessor, for the people of each regime.

use std::{collections::BTreeSet, sync::Arc};

use transfer_decision::{
    facts::Question,
    law::Basis,
    span::Day,
    verdict::{Finding, Warning},
    vocabulary::{Country, Module, Outcome, ReasonCode, Regime, Tool, WarningCode},
};
use transfer_registry_core::{Snapshot, publications::PublishedEngagement, snapshot::AsPublished};
use uuid::Uuid;

/// What is recorded for one regime.
#[derive(Debug, Clone)]
pub(super) struct RegimeBasis {
    /// The regime.
    pub(super) regime: Regime,
    /// The weakest outcome over the group's companies and the destinations.
    pub(super) outcome: Outcome,
    /// What it rests on; absent when nothing is recorded.
    pub(super) basis: Option<Arc<Basis>>,
    /// Whether it is denied because a country is recorded as unknown.
    pub(super) country_unknown: bool,
    /// The safeguard or derogation that fulfils it.
    pub(super) agreement: Option<Agreement>,
    /// What to know besides.
    pub(super) warnings: Vec<WarningCode>,
}

/// What is said in public of the mechanism that an answer rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Agreement {
    /// The tool.
    pub(super) tool: Tool,
    /// The module of the EU clauses.
    pub(super) module: Option<Module>,
}

impl RegimeBasis {
    /// The tool that it rests on, if it rests on one.
    pub(super) fn tool(&self) -> Option<Tool> {
        self.agreement.map(|agreement| agreement.tool)
    }

    /// Whether it says the same as that of another regime.
    pub(super) fn says_what(&self, other: &Self) -> bool {
        self.outcome == other.outcome
            && self.country_unknown == other.country_unknown
            && self.agreement == other.agreement
            && self.warnings == other.warnings
            && self.basis.as_ref().map(|basis| &basis.id)
                == other.basis.as_ref().map(|basis| &basis.id)
    }
}

/// Whose data stands for a regime: that of a person at home in it.
const fn home(regime: Regime) -> &'static str {
    match regime {
        Regime::Eu => "DE",
        Regime::Ch => "CH",
        Regime::Uk => "GB",
    }
}

/// The transfer basis for each regime that exists on the day. The list binds every company of the
/// group, so each is asked about, and the weakest answer is shown.
pub(super) fn of(
    snapshot: &Snapshot,
    judge: &AsPublished,
    engagement: &PublishedEngagement,
    day: Day,
) -> Vec<RegimeBasis> {
    Regime::ALL
        .iter()
        .filter_map(|regime| {
            let home: Country = home(*regime).parse().ok()?;
            judge
                .companies()
                .flat_map(|company| {
                    let question = question(company, engagement, home, day);
                    let verdict = judge.decide(&question);
                    let findings = verdict.findings().iter();
                    findings
                        .filter(|finding| finding.regime == Some(*regime))
                        .map(|finding| shown(snapshot, *regime, finding))
                        .collect::<Vec<_>>()
                })
                // Of equals the first, so that the order of companies decides and not chance.
                .reduce(|weakest, next| {
                    if next.outcome > weakest.outcome {
                        next
                    } else {
                        weakest
                    }
                })
        })
        .collect()
}

fn question(company: &str, engagement: &PublishedEngagement, home: Country, day: Day) -> Question {
    Question {
        exporter: company.to_owned(),
        importer: engagement.organisation.slug.clone(),
        onward: Vec::new(),
        data_subjects: BTreeSet::from([home]),
        data_categories: engagement.data_categories.clone(),
        hr_data: None,
        purpose: engagement.purpose.clone(),
        exporter_role: engagement.exporter_role,
        importer_role: engagement.importer_role,
        as_of: day,
    }
}

fn shown(snapshot: &Snapshot, regime: Regime, finding: &Finding) -> RegimeBasis {
    let denied = finding.outcome == Outcome::Denied;
    RegimeBasis {
        regime,
        outcome: finding.outcome,
        basis: finding
            .ground
            .as_ref()
            .map(|ground| Arc::clone(&ground.basis)),
        country_unknown: finding
            .reasons
            .iter()
            .any(|reason| reason.code == ReasonCode::CountryUnknown),
        agreement: finding
            .ground
            .as_ref()
            .and_then(|ground| agreement(snapshot, ground.mechanism.as_deref()?)),
        warnings: if denied {
            Vec::new()
        } else {
            worth_saying(&finding.warnings)
        },
    }
}

fn agreement(snapshot: &Snapshot, id: &str) -> Option<Agreement> {
    let mechanism = snapshot.mechanisms().get(Uuid::parse_str(id).ok()?)?;
    Some(Agreement {
        tool: mechanism.tool,
        module: mechanism.module,
    })
}

/// The warnings that a reader of the list should know.
pub(super) const SAID: &[WarningCode] = &[
    WarningCode::EvidenceUnchecked,
    WarningCode::UncertainLaw,
    WarningCode::InstrumentLaterInvalidated,
    WarningCode::InstrumentUnderChallenge,
    WarningCode::DerogationExceptional,
    WarningCode::EndsSoon,
];

/// What a reader of the list should know. A finding can have one warning about each of several
/// facts; the page names none of them, and says each warning once.
fn worth_saying(warnings: &[Warning]) -> Vec<WarningCode> {
    let mut said = Vec::new();
    for warning in warnings {
        if SAID.contains(&warning.code) && !said.contains(&warning.code) {
            said.push(warning.code);
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_about_several_facts_are_said_once() {
        let warnings = [
            Warning::about(WarningCode::EvidenceUnchecked, "a"),
            Warning::about(WarningCode::LocationsUndisclosed, "b"),
            Warning::about(WarningCode::EvidenceUnchecked, "c"),
            Warning::plain(WarningCode::EndsSoon),
        ];
        assert_eq!(
            worth_saying(&warnings),
            [WarningCode::EvidenceUnchecked, WarningCode::EndsSoon,]
        );
    }
}
