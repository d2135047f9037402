//! What the map says and draws of how something stands, and how it counts what goes somewhere.

use std::collections::{BTreeMap, BTreeSet};

pub(super) use crate::pages::console::state::State;

impl State {
    /// What it means.
    pub(super) const fn meaning(self) -> &'static str {
        match self {
            Self::Allowed => "a transfer basis is recorded here",
            Self::Warned => "a transfer basis is recorded here, and something else must be known",
            Self::NotAssessable => {
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
            Self::NotAssessable => Some("1.5 5"),
            Self::Denied => Some("6 4"),
        }
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
        let nothing = |state: &&State| state.is_denied();
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
        tally.count(false, "c", State::NotAssessable);
        assert_eq!(tally.number(), "1 flow");
        assert_eq!(tally.standing(), "not assessable");
    }
}
