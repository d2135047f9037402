//! How relationships stand, as far as comparing needs it.

use std::sync::Arc;

#[cfg(doc)]
use crate::verdict::Finding;
use crate::{
    law::Basis,
    vocabulary::{Activity, Outcome, Regime},
};

use super::Ends;

/// How a relationship stands, as far as comparing needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcomes<'a> {
    /// As [`super::Standing::permitted`].
    pub permitted: bool,
    /// As [`super::Standing::outcome`].
    pub outcome: Option<Outcome>,
    /// One for each finding, in the order of [`super::Standing::findings`].
    pub legs: Vec<LegOutcome<'a>>,
}

/// A finding's outcome and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LegOutcome<'a> {
    /// As [`super::StandingQuestion::exporter`].
    pub exporter: &'a Arc<str>,
    /// The question is the one along the chain.
    pub along: bool,
    /// As [`Finding::hop`].
    pub hop: usize,
    /// As [`Finding::regime`].
    pub regime: Option<Regime>,
    /// As [`Finding::destination`].
    pub destination: Option<&'a str>,
    /// As [`Finding::activity`].
    pub activity: Activity,
    /// As [`Finding::outcome`].
    pub outcome: Outcome,
    /// The row that it rests on.
    pub basis: Option<&'a Arc<Basis>>,
    /// The mechanism that fulfils it, by its id in the register.
    pub mechanism: Option<&'a Arc<str>>,
}

impl LegOutcome<'_> {
    /// Whether the same is asked, and comes out alike.
    fn alike(&self, other: &LegOutcome<'_>) -> bool {
        self.outcome == other.outcome
            && self.regime == other.regime
            && self.destination == other.destination
            && self.activity == other.activity
            && self.hop == other.hop
            && self.along == other.along
            && self.exporter == other.exporter
    }

    /// Whether it rests on the same row, by its id, and the same mechanism.
    fn rests_alike(&self, other: &LegOutcome<'_>) -> bool {
        let same_row = match (self.basis, other.basis) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other) || one.id == other.id,
            (one, other) => one.is_none() && other.is_none(),
        };
        same_row && self.mechanism == other.mechanism
    }
}

/// Whether two days or two registers differ in what a caller may rely on.
pub(super) fn differ(one: &[LegOutcome<'_>], other: &[LegOutcome<'_>]) -> bool {
    one.len() != other.len() || one.iter().zip(other).any(|(a, b)| !a.alike(b))
}

/// Whether everything comes out alike and rests on the same.
pub(crate) fn rest_alike(one: &[LegOutcome<'_>], other: &[LegOutcome<'_>]) -> bool {
    !differ(one, other) && one.iter().zip(other).all(|(a, b)| a.rests_alike(b))
}

pub(crate) fn summed<'a>(ends: Ends<'a>, legs: Vec<LegOutcome<'a>>) -> Outcomes<'a> {
    Outcomes {
        permitted: permitted(ends, &legs),
        outcome: legs.iter().map(|leg| leg.outcome).max(),
        legs,
    }
}

/// Whether nothing is denied, to an importer that is known.
pub(crate) fn permitted(ends: Ends<'_>, legs: &[LegOutcome<'_>]) -> bool {
    ends.importer.is_some() && legs.iter().all(|leg| leg.outcome != Outcome::Denied)
}
