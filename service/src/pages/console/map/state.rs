//! How something stands, in the four words of every page: a word, a shape and a colour.

use std::collections::{BTreeMap, BTreeSet};

use transfer_decision::{
    verdict::Finding,
    vocabulary::{Outcome, ReasonCode},
};

use crate::pages::console::explain;

/// How something stands; the order is from the best to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    /// A basis is recorded, and there is nothing else to know.
    Allowed,
    /// A basis is recorded, and something else must be known.
    Warned,
    /// A fact without which nobody can tell is not recorded; until it is, nothing permits.
    Unassessable,
    /// No basis is recorded.
    Denied,
}

impl State {
    pub(super) const ALL: [Self; 4] = [
        Self::Denied,
        Self::Unassessable,
        Self::Warned,
        Self::Allowed,
    ];

    /// How a finding comes out.
    pub(super) fn of(finding: &Finding) -> Self {
        let unknown = |code| {
            matches!(
                code,
                ReasonCode::CountryUnknown | ReasonCode::LawNotRecorded
            )
        };
        if finding.outcome != Outcome::Denied {
            if finding.warnings.is_empty() {
                Self::Allowed
            } else {
                Self::Warned
            }
        } else if finding.reasons.iter().any(|reason| unknown(reason.code)) {
            Self::Unassessable
        } else {
            Self::Denied
        }
    }

    /// The same, as every page shows it.
    const fn shown(self) -> explain::State {
        match self {
            Self::Allowed => explain::State::Allowed,
            Self::Warned => explain::State::Warned,
            Self::Unassessable => explain::State::NotAssessable,
            Self::Denied => explain::State::Denied,
        }
    }

    /// The word.
    pub(super) const fn word(self) -> &'static str {
        self.shown().word()
    }

    /// The word within a sentence.
    pub(super) const fn in_a_sentence(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Warned => "allowed with a warning",
            Self::Unassessable => "not assessable",
            Self::Denied => "denied",
        }
    }

    /// What it means.
    pub(super) const fn meaning(self) -> &'static str {
        match self {
            Self::Allowed => "a transfer basis is recorded here",
            Self::Warned => "a transfer basis is recorded here, and something else must be known",
            Self::Unassessable => {
                "a country or the law of the day is not recorded; until it is, nothing permits"
            }
            Self::Denied => "no transfer basis is recorded here",
        }
    }

    /// Whether its ground is hatched: only what is plainly allowed is plainly filled.
    pub(super) fn hatched(self) -> bool {
        self != Self::Allowed
    }

    /// How an arc is dashed.
    pub(super) const fn dash(self) -> Option<&'static str> {
        match self {
            Self::Allowed => None,
            Self::Warned => Some("14 4"),
            Self::Unassessable => Some("1.5 5"),
            Self::Denied => Some("6 4"),
        }
    }

    /// What addresses, classes and shapes call it.
    pub(super) const fn code(self) -> &'static str {
        self.shown().class()
    }
}

/// What goes somewhere, each engagement and flow with the worst of how it stands there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tally<'a> {
    engagements: BTreeMap<&'a str, State>,
    flows: BTreeMap<&'a str, State>,
}

impl<'a> Tally<'a> {
    /// Counts one more.
    pub(super) fn count(&mut self, engagement: bool, id: &'a str, state: State) {
        let counted = if engagement {
            &mut self.engagements
        } else {
            &mut self.flows
        };
        let worst = counted.entry(id).or_insert(state);
        *worst = state.max(*worst);
    }

    /// How many there are.
    pub(super) fn total(&self) -> usize {
        self.engagements.len() + self.flows.len()
    }

    /// The worst.
    pub(super) fn state(&self) -> State {
        let all = self.engagements.values().chain(self.flows.values());
        all.copied().max().unwrap_or(State::Allowed)
    }

    /// How many of them are carried by nothing.
    pub(super) fn uncarried(&self) -> usize {
        let all = self.engagements.values().chain(self.flows.values());
        let nothing = |state: &&State| matches!(state, State::Denied | State::Unassessable);
        all.filter(nothing).count()
    }

    /// How many of what: "2 engagements and 1 flow".
    pub(super) fn number(&self) -> String {
        let engagements = counted(self.engagements.len(), "engagement", "engagements");
        let flows = counted(self.flows.len(), "flow", "flows");
        match (self.engagements.is_empty(), self.flows.is_empty()) {
            (_, true) => engagements,
            (true, false) => flows,
            (false, false) => format!("{engagements} and {flows}"),
        }
    }

    /// How they stand: "denied", or "2 denied, 1 allowed".
    pub(super) fn standing(&self) -> String {
        let all: Vec<State> = self
            .engagements
            .values()
            .chain(self.flows.values())
            .copied()
            .collect();
        let states: BTreeSet<State> = all.iter().copied().collect();
        if states.len() < 2 {
            return self.state().in_a_sentence().to_owned();
        }
        let parts = states.iter().rev().map(|state| {
            let number = all.iter().filter(|one| *one == state).count();
            format!("{number} {}", state.in_a_sentence())
        });
        parts.collect::<Vec<_>>().join(", ")
    }
}

/// A number of things.
pub(super) fn counted(number: usize, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_findings_of_one_engagement_are_one_engagement_as_bad_as_its_worst() {
        let mut tally = Tally::default();
        tally.count(true, "a", State::Denied);
        tally.count(true, "a", State::Allowed);
        assert_eq!(
            (tally.total(), tally.number(), tally.standing()),
            (1, "1 engagement".to_owned(), "denied".to_owned())
        );
        tally.count(true, "b", State::Allowed);
        tally.count(false, "c", State::Allowed);
        tally.count(false, "d", State::Warned);
        assert_eq!(tally.number(), "2 engagements and 2 flows");
        assert_eq!(
            tally.standing(),
            "1 denied, 1 allowed with a warning, 2 allowed"
        );
        assert_eq!(tally.state(), State::Denied);
    }

    #[test]
    fn only_flows_are_called_flows() {
        let mut tally = Tally::default();
        tally.count(false, "c", State::Unassessable);
        assert_eq!(tally.number(), "1 flow");
        assert_eq!(tally.standing(), "not assessable");
    }
}
