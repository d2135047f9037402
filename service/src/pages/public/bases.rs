//! On which transfer basis data reaches a subprocessor, for the people of each regime.

use std::{collections::BTreeSet, sync::Arc};

use transfer_decision::{
    facts::Question,
    law::Basis,
    span::Day,
    verdict::{Finding, Warning},
    vocabulary::{Country, Module, Outcome, Place, ReasonCode, Regime, Tool, WarningCode},
};
use transfer_registry_core::{Snapshot, publications::PublishedEngagement, snapshot::AsPublished};
use uuid::Uuid;

/// What is recorded for one regime; where different destinations rest on different things, one of
/// them.
#[derive(Debug, Clone)]
pub(super) struct RegimeBasis {
    /// The regime.
    pub(super) regime: Regime,
    /// The weakest outcome over the group's companies and the destinations.
    pub(super) outcome: Outcome,
    /// The destinations that it is about, where it is not about all; `None`: recorded as unknown.
    pub(super) at: BTreeSet<Option<Place>>,
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
        self.rests_on_what(other) && self.at == other.at && self.warnings == other.warnings
    }

    /// Whether it rests on the same.
    fn rests_on_what(&self, other: &Self) -> bool {
        self.outcome == other.outcome
            && self.country_unknown == other.country_unknown
            && self.agreement == other.agreement
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
/// group, so each is asked about, and the weakest answer is shown: whatever is as weak as the weakest,
/// each with its destinations, so that none is hidden behind another.
pub(super) fn of(
    snapshot: &Snapshot,
    judge: &AsPublished,
    engagement: &PublishedEngagement,
    day: Day,
) -> Vec<RegimeBasis> {
    let mut bases = Vec::new();
    for regime in Regime::ALL {
        let Ok(home) = home(*regime).parse::<Country>() else {
            continue;
        };
        let mut found: Vec<RegimeBasis> = Vec::new();
        for company in judge.companies() {
            let verdict = judge.decide(&question(company, engagement, home, day));
            let findings = verdict.findings().iter();
            for finding in findings.filter(|finding| finding.regime == Some(*regime)) {
                add(&mut found, shown(snapshot, *regime, finding));
            }
        }
        bases.extend(weakest(found));
    }
    bases
}

/// Adds what is said of a destination to what is said of others that rest on the same.
fn add(found: &mut Vec<RegimeBasis>, next: RegimeBasis) {
    let Some(same) = found.iter_mut().find(|one| one.rests_on_what(&next)) else {
        found.push(next);
        return;
    };
    same.at.extend(next.at);
    for warning in next.warnings {
        if !same.warnings.contains(&warning) {
            same.warnings.push(warning);
        }
    }
}

/// What is as weak as the weakest, in the order of the companies and their findings, so that it is not
/// chance which comes first.
fn weakest(mut found: Vec<RegimeBasis>) -> Vec<RegimeBasis> {
    let weakest = found.iter().map(|one| one.outcome).max();
    found.retain(|one| Some(one.outcome) == weakest);
    if let [alone] = found.as_mut_slice() {
        alone.at.clear();
    }
    found
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
        at: BTreeSet::from([finding
            .destination
            .as_deref()
            .and_then(|destination| destination.parse().ok())]),
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

    fn resting(outcome: Outcome, place: &str, warnings: &[WarningCode]) -> RegimeBasis {
        RegimeBasis {
            regime: Regime::Eu,
            outcome,
            at: BTreeSet::from([place.parse().ok()]),
            basis: None,
            country_unknown: false,
            agreement: Some(Agreement {
                tool: if place == "NZ" {
                    Tool::BcrP
                } else {
                    Tool::BcrC
                },
                module: None,
            }),
            warnings: warnings.to_vec(),
        }
    }

    #[test]
    fn no_destination_is_hidden_behind_another_that_is_as_weak() {
        use WarningCode::{EndsSoon, InstrumentUnderChallenge as Challenged};
        let all = [
            resting(Outcome::Safeguard, "NZ", &[]),
            resting(Outcome::Safeguard, "US", &[Challenged]),
            resting(Outcome::NotRestricted, "IE", &[]),
            resting(Outcome::Safeguard, "CA", &[EndsSoon]),
        ];
        for turned in 0..all.len() {
            let mut found = Vec::new();
            for one in all.iter().cycle().skip(turned).take(all.len()) {
                add(&mut found, one.clone());
            }
            let mut found = weakest(found);
            found.sort_by_key(|one| one.at.len());
            let [plain, warned] = found.as_slice() else {
                unreachable!("{found:?}")
            };
            assert_eq!(plain.at, BTreeSet::from(["NZ".parse().ok()]));
            assert!(plain.warnings.is_empty());
            assert_eq!(warned.at, ["US", "CA"].map(|at| at.parse().ok()).into());
            let mut warnings = warned.warnings.clone();
            warnings.sort_unstable();
            assert_eq!(warnings, {
                let mut both = [Challenged, EndsSoon];
                both.sort_unstable();
                both
            });
        }
    }

    #[test]
    fn what_is_about_every_destination_names_none() {
        let found = weakest(vec![resting(Outcome::Safeguard, "US", &[])]);
        assert!(found.iter().all(|one| one.at.is_empty()));
    }

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
