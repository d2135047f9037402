//! Findings and the verdict that they combine to.
//!
//! A [`Verdict`] is made only here, from what [`crate::decide::decide`] found; an allow carries
//! [`Evidence`], which has no other constructor than the check that it is complete. Nobody outside
//! can make either:
//!
//! ```compile_fail,E0423
//! let evidence = transfer_decision::verdict::Evidence(());
//! ```
//! ```compile_fail,E0603
//! use transfer_decision::verdict::Findings;
//! ```

use std::sync::Arc;

use crate::{
    law::Basis,
    span::Day,
    vocabulary::{
        Activity, Attribute, DataCategory, Decision, Framework, Module, Outcome, ReasonCode,
        Regime, RegimeCause, RelationshipKind, RelationshipOutcome, RemedyCode, Tool, WarningCode,
    },
};

/// Why a candidate failed or a gate is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The code.
    pub code: ReasonCode,
    /// The row of the law pack that the candidate would have rested on.
    pub basis: Option<Arc<Basis>>,
    /// The certification, mechanism, engagement or flow concerned, by its id in the register.
    pub fact: Option<Arc<str>>,
}

impl Reason {
    /// A reason without a row or fact.
    #[must_use]
    pub const fn plain(code: ReasonCode) -> Self {
        Self {
            code,
            basis: None,
            fact: None,
        }
    }

    /// One sentence for a person, naming the instrument.
    #[must_use]
    pub fn message(&self) -> String {
        match &self.basis {
            Some(basis) => format!("{}: {}", basis.title, self.code.message()),
            None => self.code.message().to_owned(),
        }
    }
}

/// What a careful reader must know besides the outcome.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Warning {
    /// The code.
    pub code: WarningCode,
    /// What exactly it is about, when the code alone does not say.
    pub detail: Option<String>,
}

impl Warning {
    /// A warning that its code says whole.
    #[must_use]
    pub const fn plain(code: WarningCode) -> Self {
        Self { code, detail: None }
    }

    /// A warning about something named.
    #[must_use]
    pub fn about(code: WarningCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: Some(detail.into()),
        }
    }

    /// One sentence for a person.
    #[must_use]
    pub fn message(&self) -> String {
        match &self.detail {
            Some(detail) => format!("{} ({detail})", self.code.message()),
            None => self.code.message().to_owned(),
        }
    }
}

/// What to sign, finish or correct. Remedies of one `alternative` belong together: done all, they
/// make the denied finding permitted; different alternatives are different ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remedy {
    /// The code.
    pub code: RemedyCode,
    /// Which way it belongs to, from 1.
    pub alternative: u8,
    /// The tool to sign.
    pub tool: Option<Tool>,
    /// Its module to sign.
    pub module: Option<Module>,
    /// What to confirm of the importer; any one that applies will do.
    pub attributes: Vec<Attribute>,
    /// Who must do it together, or be registered.
    pub parties: Vec<Arc<str>>,
    /// The framework to look at.
    pub framework: Option<Framework>,
    /// The mechanism to mend.
    pub mechanism: Option<Arc<str>>,
    /// The destination to assess.
    pub destination: Option<Arc<str>>,
    /// The data categories to register.
    pub data_categories: Vec<DataCategory>,
}

impl Remedy {
    /// A remedy that needs nothing besides its code.
    #[must_use]
    pub const fn plain(code: RemedyCode, alternative: u8) -> Self {
        Self {
            code,
            alternative,
            tool: None,
            module: None,
            attributes: Vec::new(),
            parties: Vec::new(),
            framework: None,
            mechanism: None,
            destination: None,
            data_categories: Vec::new(),
        }
    }
}

/// A row of the law pack and the fact that fulfils it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    /// The outcome to which it leads.
    pub outcome: Outcome,
    /// The row.
    pub basis: Arc<Basis>,
    /// The mechanism that fulfils it, by its id in the register.
    pub mechanism: Option<Arc<str>>,
}

/// One hop, regime, destination and activity, and how it comes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The hop, from 0 along the chain; hops to operators of locations follow the chain.
    pub hop: usize,
    /// The exporter of the hop, by slug (as asked, where it is unknown).
    pub exporter: Arc<str>,
    /// The importer of the hop, by slug.
    pub importer: Arc<str>,
    /// The regime; absent for an importer of unknown country when no regime applies.
    pub regime: Option<Regime>,
    /// Why the regime applies, in the vocabulary's order.
    pub regime_because: Vec<RegimeCause>,
    /// A country, an area, or an organisation's slug; absent: recorded as unknown.
    pub destination: Option<Arc<str>>,
    /// What happens there.
    pub activity: Activity,
    /// How it comes out.
    pub outcome: Outcome,
    /// What it rests on; present exactly when it is not denied.
    pub ground: Option<Ground>,
    /// What would also hold, best first.
    pub fallbacks: Vec<Ground>,
    /// Every failed candidate; for a denial `no_mechanism` is always among them.
    pub reasons: Vec<Reason>,
    /// What would make a denied finding permitted.
    pub remedies: Vec<Remedy>,
    /// What else to know.
    pub warnings: Vec<Warning>,
}

impl Finding {
    /// What a finding is about; the order of findings and the identity of one across days.
    #[must_use]
    pub fn key(&self) -> (usize, Option<Regime>, Option<&str>, Activity) {
        (
            self.hop,
            self.regime,
            self.destination.as_deref(),
            self.activity,
        )
    }
}

/// How the relationship gate comes out; with several hops, for the first hop that fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelationshipFinding {
    /// The hop that it is about.
    pub hop: usize,
    /// Whether every hop passes.
    pub outcome: RelationshipOutcome,
    /// What connects the two.
    pub kind: RelationshipKind,
    /// The engagement or flow that carries the hop, by its id in the register.
    pub id: Option<Arc<str>>,
    /// Why it does not pass.
    pub reasons: Vec<Reason>,
    /// What would make it pass.
    pub remedies: Vec<Remedy>,
}

/// The complete evidence without which there is no allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence(());

impl Evidence {
    /// Whether everything needed is there: the relationship passed on every hop; every finding
    /// permits on a named basis; and every hop has a finding for every regime, or no regime
    /// applies at all.
    fn complete(
        relationship: &RelationshipFinding,
        findings: &[Finding],
        hops: usize,
        regimes: &[Regime],
    ) -> Option<Self> {
        let passed = relationship.outcome == RelationshipOutcome::Permitted;
        let permitted = findings
            .iter()
            .all(|f| f.outcome != Outcome::Denied && f.ground.is_some());
        let covered = (0..hops).all(|hop| {
            regimes.iter().all(|regime| {
                findings
                    .iter()
                    .any(|f| f.hop == hop && f.regime == Some(*regime))
            })
        });
        (passed && permitted && covered && hops > 0).then_some(Self(()))
    }
}

/// What was found on one day, before it is combined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Findings {
    /// The relationship gate.
    pub(crate) relationship: RelationshipFinding,
    /// The legal gate, ordered by hop, regime, destination and activity.
    pub(crate) legal: Vec<Finding>,
    /// Warnings about the question as a whole.
    pub(crate) warnings: Vec<Warning>,
    /// The number of hops of the chain, operators of locations included.
    pub(crate) hops: usize,
    /// The regimes that apply, in the vocabulary's order.
    pub(crate) regimes: Vec<Regime>,
}

impl Findings {
    /// The evidence for an allow, if it is complete.
    pub(crate) fn evidence(&self) -> Option<Evidence> {
        Evidence::complete(&self.relationship, &self.legal, self.hops, &self.regimes)
    }
}

/// The answer to a transfer check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    evidence: Option<Evidence>,
    found: Findings,
    as_of: Day,
    valid_until: Option<Day>,
    law_pack: Arc<str>,
}

impl Verdict {
    /// Combines findings to the verdict; the one way in which an allow comes to be.
    pub(crate) fn combine(
        found: Findings,
        as_of: Day,
        valid_until: Option<Day>,
        law_pack: Arc<str>,
    ) -> Self {
        Self {
            evidence: found.evidence(),
            found,
            as_of,
            valid_until,
            law_pack,
        }
    }

    /// Allow or deny.
    #[must_use]
    pub const fn decision(&self) -> Decision {
        match self.evidence {
            Some(_) => Decision::Allow,
            None => Decision::Deny,
        }
    }

    /// The relationship gate.
    #[must_use]
    pub const fn relationship(&self) -> &RelationshipFinding {
        &self.found.relationship
    }

    /// The legal gate, ordered by hop, regime, destination and activity.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.found.legal
    }

    /// Warnings about the question as a whole.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.found.warnings
    }

    /// The day asked about.
    #[must_use]
    pub const fn as_of(&self) -> Day {
        self.as_of
    }

    /// The last day, inclusive, on which decision, findings and outcomes stay as they are if
    /// nothing is recorded; `None`: they stay.
    #[must_use]
    pub const fn valid_until(&self) -> Option<Day> {
        self.valid_until
    }

    /// The version of the law pack.
    #[must_use]
    pub const fn law_pack(&self) -> &Arc<str> {
        &self.law_pack
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        span::{FIRST_DAY, Span},
        vocabulary::Confidence,
    };

    fn relationship(outcome: RelationshipOutcome) -> RelationshipFinding {
        RelationshipFinding {
            hop: 0,
            outcome,
            kind: RelationshipKind::SameGroup,
            id: None,
            reasons: Vec::new(),
            remedies: Vec::new(),
        }
    }

    fn finding(hop: usize, regime: Regime, outcome: Outcome) -> Finding {
        let basis = Basis::new(
            "X",
            "X",
            "X",
            &crate::citation::Publication::Fdpic,
            Span::starting(FIRST_DAY),
            Confidence::Known,
        );
        Finding {
            hop,
            exporter: "a".into(),
            importer: "b".into(),
            regime: Some(regime),
            regime_because: vec![RegimeCause::DataSubject],
            destination: Some("US".into()),
            activity: Activity::Seat,
            outcome,
            ground: (outcome != Outcome::Denied).then_some(Ground {
                outcome,
                basis,
                mechanism: None,
            }),
            fallbacks: Vec::new(),
            reasons: Vec::new(),
            remedies: Vec::new(),
            warnings: Vec::new(),
        }
    }

    fn decision(
        outcome: RelationshipOutcome,
        findings: Vec<Finding>,
        hops: usize,
        regimes: &[Regime],
    ) -> Decision {
        let found = Findings {
            relationship: relationship(outcome),
            legal: findings,
            warnings: Vec::new(),
            hops,
            regimes: regimes.to_vec(),
        };
        Verdict::combine(found, FIRST_DAY, None, "law".into()).decision()
    }

    #[test]
    fn an_allow_needs_the_relationship_and_a_basis_for_every_hop_and_regime() {
        use Outcome::{Adequacy, Denied, Safeguard};
        use Regime::{Ch, Eu};
        use RelationshipOutcome::{Denied as Closed, Permitted as Open};
        let eu = || finding(0, Eu, Adequacy);
        let ch = || finding(0, Ch, Safeguard);
        assert_eq!(
            decision(Open, vec![eu(), ch()], 1, &[Eu, Ch]),
            Decision::Allow
        );
        assert_eq!(decision(Open, vec![], 1, &[]), Decision::Allow);
        assert_eq!(
            decision(Closed, vec![eu(), ch()], 1, &[Eu, Ch]),
            Decision::Deny
        );
        assert_eq!(decision(Closed, vec![], 1, &[]), Decision::Deny);
        assert_eq!(decision(Open, vec![eu()], 1, &[Eu, Ch]), Decision::Deny);
        assert_eq!(decision(Open, vec![eu()], 2, &[Eu]), Decision::Deny);
        assert_eq!(decision(Open, vec![], 1, &[Eu]), Decision::Deny);
        assert_eq!(decision(Open, vec![], 0, &[]), Decision::Deny);
        let denied = finding(0, Ch, Denied);
        assert_eq!(
            decision(Open, vec![eu(), denied], 1, &[Eu, Ch]),
            Decision::Deny
        );
        let baseless = Finding {
            ground: None,
            ..eu()
        };
        assert_eq!(decision(Open, vec![baseless], 1, &[Eu]), Decision::Deny);
    }
}
