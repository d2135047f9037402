//! On which transfer basis data reaches a subprocessor, for the people of each regime.

use std::{collections::BTreeSet, sync::Arc};

use transfer_decision::{
    facts::Question,
    law::Basis,
    span::Day,
    verdict::{Finding, Warning},
    vocabulary::{Country, Outcome, ReasonCode, Regime, WarningCode},
};
use transfer_registry_core::{publications::PublishedEngagement, snapshot::AsPublished};

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
    /// What to know besides.
    pub(super) warnings: Vec<&'static str>,
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
                        .map(|finding| shown(*regime, finding))
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

fn shown(regime: Regime, finding: &Finding) -> RegimeBasis {
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
        warnings: if denied {
            Vec::new()
        } else {
            worth_saying(&finding.warnings)
        },
    }
}

/// What a reader of the list should know. A finding can have one warning about each of several
/// facts; the page names none of them, and says each warning once.
fn worth_saying(warnings: &[Warning]) -> Vec<&'static str> {
    let mut said = Vec::new();
    for warning in warnings {
        let message = warning.code.message();
        let worth_saying = matches!(
            warning.code,
            WarningCode::EvidenceUnchecked
                | WarningCode::UncertainLaw
                | WarningCode::InstrumentLaterInvalidated
                | WarningCode::InstrumentUnderChallenge
                | WarningCode::DerogationExceptional
                | WarningCode::EndsSoon
        );
        if worth_saying && !said.contains(&message) {
            said.push(message);
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
            [
                WarningCode::EvidenceUnchecked.message(),
                WarningCode::EndsSoon.message(),
            ]
        );
    }
}
