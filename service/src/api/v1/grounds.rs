//! What a standing comes down to, each thing once: what carries it, why it is denied, and what
//! would heal it.

use transfer_decision::{standing::Standing, verdict, vocabulary::Outcome};

use super::transfer_checks::{Ground, Reason, Remedy};

/// What the findings of one standing have in common.
#[derive(Debug, Default)]
pub(crate) struct Grounds<'a> {
    carried_by: Vec<&'a verdict::Ground>,
    reasons: Vec<&'a verdict::Reason>,
    remedies: Vec<&'a verdict::Remedy>,
}

impl<'a> Grounds<'a> {
    /// Those of a standing, in the order of its findings.
    pub(crate) fn of(standing: &'a Standing) -> Self {
        let mut grounds = Self::default();
        for finding in standing.findings() {
            once(&mut grounds.carried_by, finding.ground.as_ref());
            if finding.outcome == Outcome::Denied {
                once(&mut grounds.reasons, &finding.reasons);
                once(&mut grounds.remedies, &finding.remedies);
            }
        }
        grounds
    }

    /// What carries it.
    pub(crate) fn carried_by(&self) -> Vec<Ground> {
        self.carried_by.iter().copied().map(Ground::from).collect()
    }

    /// Why it is denied.
    pub(crate) fn reasons(&self) -> Vec<Reason> {
        self.reasons.iter().copied().map(Reason::from).collect()
    }

    /// What would make it permitted.
    pub(crate) fn remedies(&self) -> Vec<Remedy> {
        self.remedies.iter().copied().map(Remedy::from).collect()
    }
}

/// Puts in what is not there yet.
fn once<'a, T: PartialEq>(kept: &mut Vec<&'a T>, more: impl IntoIterator<Item = &'a T>) {
    for item in more {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
}
