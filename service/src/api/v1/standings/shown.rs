//! Standings as they are shown.

use poem_openapi::Object;
use serde::Serialize;
use transfer_decision::{
    span, standing, verdict,
    vocabulary::{Outcome, RelationshipKind},
};
use transfer_registry_core::Snapshot;
use uuid::Uuid;

use super::{Judge, StandingVerdict, judge::Judged};
use crate::{
    api::{
        answer::One,
        codes::Code,
        v1::{
            grounds::Grounds,
            transfer_checks::{Finding, Ground, NOT_ASSESSED, Reason, Remedy, Warning},
        },
        values::{Day, Text},
    },
    refusal::Refusal,
};

/// How an engagement or flow stands before the legal gate on a day, each thing once.
#[derive(Debug, Object, Serialize)]
pub(crate) struct Standing {
    /// Allowed, allowed on another basis than before, or denied.
    verdict: Code<StandingVerdict>,
    /// Whether every finding is permitted.
    permitted: bool,
    /// The weakest outcome of any finding; absent when no regime applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<Code<Outcome>>,
    /// The day for which it was judged. In a list it is later than the day asked about when the
    /// engagement or flow is not yet in effect then: it is its own first day.
    as_of: Day,
    /// The last day on which permission and outcomes stay as they are if nothing is recorded;
    /// absent: they stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<Day>,
    /// What carries it: each basis once.
    carried_by: Vec<Ground>,
    /// What carried it before it last changed, and no longer does; empty unless it fell back.
    carried_before: Vec<Ground>,
    /// Why it is denied.
    reasons: Vec<Reason>,
    /// What would make it permitted.
    remedies: Vec<Remedy>,
}

/// How one engagement or flow stands before the legal gate on a day, with every finding.
#[derive(Debug, Object, Serialize)]
pub(crate) struct RelationshipStanding {
    /// The engagement's or flow's id.
    id: Uuid,
    /// Engagement or flow.
    kind: Code<RelationshipKind>,
    /// The version of the law pack.
    law_pack: Text,
    /// How it stands.
    standing: Standing,
    /// The questions for which it stands: one for each exporter, and one along the chain that it
    /// continues. All must be permitted.
    questions: Vec<StandingQuestion>,
    /// What this answer says nothing about.
    not_assessed: String,
}

/// One question for which an engagement or flow stands, and its answer.
#[derive(Debug, Object, Serialize)]
pub(crate) struct StandingQuestion {
    /// The exporter, by slug; the group's slug when it has no company yet.
    exporter: Text,
    /// The flows that lead here, by id, from the first of the chain; empty: the hop alone.
    along: Vec<Text>,
    /// Whether the legal gate permits it.
    permitted: bool,
    /// The findings of this hop, and of the hops to operators of its locations.
    findings: Vec<Finding>,
    /// Warnings about the question as a whole.
    warnings: Vec<Warning>,
}

impl RelationshipStanding {
    /// How the engagement or flow with this id stands on a day.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) fn on(
        snapshot: &Snapshot,
        id: Uuid,
        as_of: span::Day,
    ) -> Result<One<Self>, Refusal> {
        let found = snapshot.register().relationship(&id.to_string());
        let relationship = found.ok_or(Refusal::NotFound)?;
        let judged = Judge::on(snapshot, as_of).judged(relationship, as_of);
        let body = Self {
            id,
            kind: Code(relationship.kind),
            law_pack: snapshot.law().version().into(),
            standing: Standing::from(&judged),
            questions: judged.standing.questions.iter().map(Into::into).collect(),
            not_assessed: NOT_ASSESSED.to_owned(),
        };
        One::of(snapshot.revision(), &body)
    }
}

impl From<&Judged> for Standing {
    fn from(judged: &Judged) -> Self {
        let Judged { standing, lost } = judged;
        let grounds = Grounds::of(standing);
        Self {
            verdict: Code(judged.verdict()),
            permitted: standing.permitted,
            outcome: standing.outcome.map(Code),
            as_of: Day(standing.as_of),
            valid_until: standing.valid_until.map(Day),
            carried_by: grounds.carried_by(),
            carried_before: lost.iter().map(Ground::from).collect(),
            reasons: grounds.reasons(),
            remedies: grounds.remedies(),
        }
    }
}

impl From<&standing::StandingQuestion> for StandingQuestion {
    fn from(question: &standing::StandingQuestion) -> Self {
        let standing::StandingQuestion {
            exporter,
            along,
            permitted,
            findings,
            warnings,
        } = question;
        let each_finding = |one: &verdict::Finding| Finding::from(one);
        Self {
            exporter: exporter.into(),
            along: along.iter().map(Text::from).collect(),
            permitted: *permitted,
            findings: findings.iter().map(each_finding).collect(),
            warnings: warnings.iter().map(Warning::from).collect(),
        }
    }
}
