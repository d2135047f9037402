//! The answer of a transfer check: the core's verdict in the contract's shape.

use std::sync::{Arc, LazyLock};

use poem_openapi::Object;
use serde::Serialize;
use transfer_decision::{
    verdict::{self, Verdict},
    vocabulary::{
        Activity, Attribute, DataCategory, Decision, Framework, Outcome, ReasonCode, Regime,
        RegimeCause, RelationshipKind, RelationshipOutcome, RemedyCode, Tool, WarningCode,
    },
};
use uuid::Uuid;

use crate::api::{
    codes::Code,
    values::{BasisOut, Day, Instant, OpenDay, Revision, Text},
};

/// What no verdict says anything about.
pub(crate) const NOT_ASSESSED: &str = "The legal basis of the processing itself, its principles, special \
     categories, processing contracts, security and information duties (GDPR Art. 5, 6, 9, 13, 14, \
     28 and 32, and their Swiss and British counterparts) are not assessed: the answer is about \
     the transfer only, and about what is recorded here.";

/// The same, shared by every answer.
static SHARED_NOT_ASSESSED: LazyLock<Arc<str>> = LazyLock::new(|| NOT_ASSESSED.into());

/// The answer to a transfer check. Anything but 200 with `"decision": "allow"` is a no.
#[derive(Debug, Object, Serialize)]
pub(crate) struct TransferCheck {
    /// The answer's id.
    id: Uuid,
    /// Allow or deny.
    decision: Code<Decision>,
    /// The day asked about.
    as_of: Day,
    /// The instant whose knowledge the answer rests on.
    known_at: Instant,
    /// The last day on which decision, findings and outcomes stay as they are if nothing is
    /// recorded; `null`: they stay. An allow may be kept no longer than that.
    valid_until: OpenDay,
    /// The revision of the register that was read.
    revision: Revision,
    /// The version of the law pack.
    law_pack: Text,
    /// Whether the register lets the importer receive from the exporter at all.
    relationship: Relationship,
    /// One finding for each hop, regime, destination and activity, in that order.
    findings: Vec<Finding>,
    /// Warnings about the question as a whole.
    warnings: Vec<Warning>,
    /// What this answer says nothing about.
    not_assessed: Text,
}

/// Whether the register lets the importer receive; with several hops, of the first that fails.
#[derive(Debug, Object, Serialize)]
pub(crate) struct Relationship {
    /// Permitted or denied.
    outcome: Code<RelationshipOutcome>,
    /// What connects the two.
    kind: Code<RelationshipKind>,
    /// The engagement or flow that carries the hop.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Text>,
    /// Why it does not pass.
    reasons: Vec<Reason>,
    /// What would make it pass.
    remedies: Vec<Remedy>,
}

/// One hop, regime, destination and activity, and how it comes out.
#[derive(Debug, Object, Serialize)]
pub(crate) struct Finding {
    /// The hop, from 0 along the chain; hops to operators of locations follow it.
    hop: u32,
    /// Who sends in this hop.
    exporter: Text,
    /// Who receives in this hop.
    importer: Text,
    /// The regime; absent for an importer of unknown country when no regime applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    regime: Option<Code<Regime>>,
    /// Why the regime applies.
    regime_because: Vec<Code<RegimeCause>>,
    /// A country, an area, or an organisation's slug; absent when recorded as unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    destination: Option<Text>,
    /// What the importer does with the data there.
    activity: Code<Activity>,
    /// How it comes out.
    outcome: Code<Outcome>,
    /// What it rests on; absent when denied.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<BasisOut>,
    /// The registered mechanism that it rests on, by its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    mechanism: Option<Text>,
    /// What would also hold, best first.
    fallbacks: Vec<Ground>,
    /// Every candidate that failed, and why.
    reasons: Vec<Reason>,
    /// What would make a denied finding permitted.
    remedies: Vec<Remedy>,
    /// What else to know.
    warnings: Vec<Warning>,
}

/// A row of the law pack, and the mechanism that fulfils it.
#[derive(Debug, Object, Serialize)]
pub(crate) struct Ground {
    /// The outcome to which it leads.
    outcome: Code<Outcome>,
    /// The row.
    basis: BasisOut,
    /// The registered mechanism, by its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    mechanism: Option<Text>,
}

/// Why a candidate failed or a gate is closed.
#[derive(Debug, Object, Serialize)]
pub(crate) struct Reason {
    /// The stable code; `/reasons/{code}` explains it.
    code: Code<ReasonCode>,
    /// One sentence for a person.
    message: String,
    /// The citation of the row that the candidate would have rested on.
    #[serde(skip_serializing_if = "Option::is_none")]
    citation: Option<String>,
    /// That row's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis_id: Option<String>,
}

/// What to sign, finish or correct. Those of one `alternative` belong together.
#[derive(Debug, Object, Serialize)]
pub(crate) struct Remedy {
    /// The stable code; `/reasons/{code}` explains it.
    code: Code<RemedyCode>,
    /// One sentence for a person.
    message: String,
    /// Which way it belongs to, from 1: all remedies of one way together heal the finding.
    alternative: u8,
    /// The module of the EU clauses to sign, 1 to 4.
    #[serde(skip_serializing_if = "Option::is_none")]
    module: Option<u8>,
    /// Who must do it together, or be registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    parties: Option<Vec<Text>>,
    /// The framework to look at.
    #[serde(skip_serializing_if = "Option::is_none")]
    framework: Option<Code<Framework>>,
    /// The mechanism to mend, by its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    mechanism: Option<Text>,
    /// The destination to assess.
    #[serde(skip_serializing_if = "Option::is_none")]
    destination: Option<Text>,
    /// The data categories to register.
    #[serde(skip_serializing_if = "Option::is_none")]
    data_categories: Option<Vec<Code<DataCategory>>>,
    /// The tool to sign, where the code names none by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    tool: Option<Code<Tool>>,
    /// The attributes of which one would bring the importer into scope.
    #[serde(skip_serializing_if = "Option::is_none")]
    attributes: Option<Vec<Code<Attribute>>>,
}

/// What a careful reader must know besides the outcome.
#[derive(Debug, Object, Serialize)]
pub(crate) struct Warning {
    /// The stable code; `/reasons/{code}` explains it.
    code: Code<WarningCode>,
    /// One sentence for a person.
    message: String,
}

/// The answers to several checks.
#[derive(Debug, Object, Serialize)]
pub(crate) struct TransferCheckBatch {
    /// In the order of the checks.
    pub(crate) results: Vec<TransferCheck>,
}

/// When, and from what, an answer was given.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given {
    /// The answer's id.
    pub(crate) id: Uuid,
    /// The instant.
    pub(crate) known_at: Instant,
    /// The snapshot's revision.
    pub(crate) revision: u64,
}

impl TransferCheck {
    /// The verdict in the contract's shape.
    pub(crate) fn of(verdict: &Verdict, given: Given) -> Self {
        Self {
            id: given.id,
            decision: Code(verdict.decision()),
            as_of: Day(verdict.as_of()),
            known_at: given.known_at,
            valid_until: OpenDay(verdict.valid_until().map(Day)),
            revision: Revision(given.revision),
            law_pack: verdict.law_pack().into(),
            relationship: verdict.relationship().into(),
            findings: each(verdict.findings()),
            warnings: each(verdict.warnings()),
            not_assessed: Text(Arc::clone(&SHARED_NOT_ASSESSED)),
        }
    }
}

fn each<'a, T: 'a, U: From<&'a T>>(items: &'a [T]) -> Vec<U> {
    items.iter().map(U::from).collect()
}

fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}

impl From<&verdict::RelationshipFinding> for Relationship {
    fn from(finding: &verdict::RelationshipFinding) -> Self {
        let verdict::RelationshipFinding {
            hop: _,
            outcome,
            kind,
            id,
            reasons,
            remedies,
        } = finding;
        Self {
            outcome: Code(*outcome),
            kind: Code(*kind),
            id: id.as_ref().map(Text::from),
            reasons: each(reasons),
            remedies: each(remedies),
        }
    }
}

impl From<&verdict::Finding> for Finding {
    fn from(finding: &verdict::Finding) -> Self {
        let verdict::Finding {
            hop,
            exporter,
            importer,
            regime,
            regime_because,
            destination,
            activity,
            outcome,
            ground,
            fallbacks,
            reasons,
            remedies,
            warnings,
        } = finding;
        Self {
            hop: u32::try_from(*hop).unwrap_or(u32::MAX),
            exporter: exporter.into(),
            importer: importer.into(),
            regime: regime.map(Code),
            regime_because: regime_because.iter().copied().map(Code).collect(),
            destination: destination.as_ref().map(Text::from),
            activity: Code(*activity),
            outcome: Code(*outcome),
            basis: ground
                .as_ref()
                .map(|ground| BasisOut(Arc::clone(&ground.basis))),
            mechanism: ground
                .as_ref()
                .and_then(|ground| ground.mechanism.as_ref())
                .map(Text::from),
            fallbacks: each(fallbacks),
            reasons: each(reasons),
            remedies: each(remedies),
            warnings: each(warnings),
        }
    }
}

impl From<&verdict::Ground> for Ground {
    fn from(ground: &verdict::Ground) -> Self {
        let verdict::Ground {
            outcome,
            basis,
            mechanism,
        } = ground;
        Self {
            outcome: Code(*outcome),
            basis: BasisOut(Arc::clone(basis)),
            mechanism: mechanism.as_ref().map(Text::from),
        }
    }
}

impl From<&verdict::Reason> for Reason {
    fn from(reason: &verdict::Reason) -> Self {
        Self {
            code: Code(reason.code),
            message: reason.message(),
            citation: reason.basis.as_ref().map(|basis| basis.citation.clone()),
            basis_id: reason.basis.as_ref().map(|basis| basis.id.clone()),
        }
    }
}

impl From<&verdict::Remedy> for Remedy {
    fn from(remedy: &verdict::Remedy) -> Self {
        let verdict::Remedy {
            code,
            alternative,
            module,
            parties,
            framework,
            mechanism,
            destination,
            data_categories,
            tool,
            attributes,
        } = remedy;
        Self {
            code: Code(*code),
            message: code.message().to_owned(),
            alternative: *alternative,
            module: module.map(transfer_decision::vocabulary::Module::number),
            parties: some(each(parties)),
            framework: framework.map(Code),
            mechanism: mechanism.as_ref().map(Text::from),
            destination: destination.as_ref().map(Text::from),
            data_categories: some(data_categories.iter().copied().map(Code).collect()),
            tool: tool.map(Code),
            attributes: some(attributes.iter().copied().map(Code).collect()),
        }
    }
}

impl From<&verdict::Warning> for Warning {
    fn from(warning: &verdict::Warning) -> Self {
        Self {
            code: Code(warning.code),
            message: warning.message(),
        }
    }
}
