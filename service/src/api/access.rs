//! Who may do what: one table, from which the checks, the document and the tests are made.
//!
//! An operation that stands in no line of the table is nobody's.

use std::{collections::HashMap, sync::Arc};

use poem::{PathPattern, Request, http::Method};
use serde_json::{Value, json};
use transfer_registry_core::tokens::Role;

use super::spec;

/// What a role may be granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Right {
    /// Asking transfer checks.
    Check,
    /// Reading the register, its ledger and what was decided.
    Read,
    /// Changing the register.
    Write,
    /// Approving and refusing what others propose.
    Approve,
    /// Saying who may do what.
    Administer,
}

impl Right {
    /// The roles that have it.
    pub(crate) const fn roles(self) -> &'static [Role] {
        match self {
            Self::Check => Role::ALL,
            Self::Read => &[Role::Admin, Role::Editor, Role::Approver, Role::Reader],
            Self::Write => &[Role::Admin, Role::Editor],
            Self::Approve => &[Role::Admin, Role::Approver],
            Self::Administer => &[Role::Admin],
        }
    }
}

/// The right that each operation asks for, by its `operationId`.
pub(crate) const TABLE: &[(Right, &[&str])] = &[
    (Right::Check, &["checkTransfer", "checkTransfers"]),
    (
        Right::Read,
        &[
            "analyseImpact",
            "exportRegister",
            "getAdequacyDecision",
            "getCertification",
            "getFlow",
            "getFlowStanding",
            "getGroup",
            "getImpactAssessment",
            "getLawAmendment",
            "getLedgerCheckpoint",
            "getLedgerEntry",
            "getMechanism",
            "getOrganisation",
            "getParticipantList",
            "getProcessingActivity",
            "getProposal",
            "getProposalImpact",
            "getPublication",
            "getPublicationPreview",
            "getSubprocessor",
            "getSubprocessorStanding",
            "getTerritory",
            "getTransferCheck",
            "getUpstreamGraph",
            "listAdequacyDecisions",
            "listAttention",
            "listCertifications",
            "listFlows",
            "listGroups",
            "listImpactAssessments",
            "listLawAmendments",
            "listLedgerEntries",
            "listMechanisms",
            "listOrganisations",
            "listParticipantDifferences",
            "listParticipantLists",
            "listParticipants",
            "listProcessingActivities",
            "listProposals",
            "listPublications",
            "listSubprocessors",
            "listTerritories",
            "listTransferChecks",
            "replayTransferCheck",
        ],
    ),
    (
        Right::Write,
        &[
            "activateFlow",
            "activateSubprocessor",
            "announceSubprocessor",
            "challengeAdequacyDecision",
            "confirmDifference",
            "createAdequacyDecision",
            "createCertification",
            "createFlow",
            "createGroup",
            "createImpactAssessment",
            "createImport",
            "createLawAmendment",
            "createMechanism",
            "createOrganisation",
            "createProcessingActivity",
            "createPublication",
            "createSubprocessor",
            "dockMechanism",
            "endAdequacyDecision",
            "endCertification",
            "endFlow",
            "endMechanism",
            "endSubprocessor",
            "extendAdequacyDecision",
            "getImport",
            "readParticipantList",
            "replaceProposal",
            "suspendFlow",
            "updateAdequacyDecision",
            "updateCertification",
            "updateFlow",
            "updateGroup",
            "updateImpactAssessment",
            "updateMechanism",
            "updateOrganisation",
            "updateProcessingActivity",
            "updateSubprocessor",
            "useMechanism",
            "withdrawLawAmendment",
            "withdrawProposal",
            "withdrawSubprocessor",
        ],
    ),
    (Right::Approve, &["approveProposal", "refuseProposal"]),
    (
        Right::Administer,
        &[
            "createToken",
            "createUser",
            "disableUser",
            "enableUser",
            "getToken",
            "getUser",
            "listTokens",
            "listUsers",
            "revokeToken",
            "updateUser",
        ],
    ),
];

/// The right that an operation asks for.
fn right_of(operation: &str) -> Option<Right> {
    let mut lines = TABLE.iter();
    let line = lines.find(|(_, operations)| operations.contains(&operation));
    line.map(|(right, _)| *right)
}

/// The rights and the operations' ids, by method and the shape of the path.
#[derive(Debug, Clone)]
pub(crate) struct Access(Arc<HashMap<(String, String), (Right, String)>>);

impl Access {
    /// What the operations of a document ask for; an operation without a right is nobody's.
    pub(crate) fn to(document: &Value, right: impl Fn(&str) -> Option<Right>) -> Self {
        let operations = spec::operation_ids(document).into_iter();
        let rights = operations.filter_map(|(path, method, id)| {
            let right = right(&id)?;
            Some(((method.to_uppercase(), shape(&path)), (right, id)))
        });
        Self(Arc::new(rights.collect()))
    }

    /// That of the table.
    pub(crate) fn of_the_table() -> Self {
        Self::to(spec::value(), right_of)
    }

    fn asked(&self, method: &Method, pattern: &str) -> Option<&(Right, String)> {
        let key = (method.as_str().to_owned(), shape(pattern));
        self.0.get(&key)
    }

    fn right(&self, method: &Method, pattern: &str) -> Option<Right> {
        self.asked(method, pattern).map(|(right, _)| *right)
    }
}

/// The id of the operation that a request asks for.
pub(crate) fn operation(request: &Request) -> Option<String> {
    let access = request.data::<Access>()?;
    let pattern = request.data::<PathPattern>()?;
    let asked = access.asked(request.method(), &pattern.0);
    asked.map(|(_, id)| id.clone())
}

/// Whether a role may do what a request asks for.
pub(crate) fn may(role: Role, request: &Request) -> bool {
    let access = request.data::<Access>();
    let pattern = request.data::<PathPattern>();
    let right = access
        .zip(pattern)
        .and_then(|(access, pattern)| access.right(request.method(), &pattern.0));
    right.is_some_and(|right| right.roles().contains(&role))
}

/// A path of the document, such as `/v1/groups/{id}`, or the router's pattern for it, such as
/// `/v1/groups/:param0/`: what its parameters are called is left out.
fn shape(path: &str) -> String {
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    let segments = segments.map(|segment| {
        if segment.starts_with([':', '{']) {
            "/{}".to_owned()
        } else {
            format!("/{segment}")
        }
    });
    segments.collect()
}

/// Says in the document which roles may ask for each operation.
pub(crate) fn declare(operation: &mut Value) {
    let id = operation.get("operationId").and_then(Value::as_str);
    let right = id.and_then(right_of);
    let roles = right.map_or(&[][..], Right::roles);
    let codes: Vec<&str> = roles.iter().map(|role| role.code()).collect();
    if let Some(fields) = operation.as_object_mut() {
        fields.insert("x-roles".to_owned(), json!(codes));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_operation_stands_in_the_table_once_and_no_other() {
        let listed: Vec<&str> = TABLE
            .iter()
            .flat_map(|(_, ids)| ids.iter().copied())
            .collect();
        let once: BTreeSet<&str> = listed.iter().copied().collect();
        assert_eq!(once.len(), listed.len(), "an operation stands twice");
        let documented = spec::operation_ids(spec::value());
        let documented: BTreeSet<&str> = documented.iter().map(|(_, _, id)| id.as_str()).collect();
        assert_eq!(once, documented);
    }

    #[test]
    fn what_stands_nowhere_is_nobodys() {
        let access = Access::of_the_table();
        let right = |method, pattern| access.right(&method, pattern);
        assert_eq!(right(Method::GET, "/v1/groups/:param0"), Some(Right::Read));
        assert_eq!(right(Method::GET, "/v1/groups/"), Some(Right::Read));
        assert_eq!(right(Method::DELETE, "/v1/groups/:id"), None);
        assert_eq!(right(Method::GET, "/v1/secrets"), None);
    }
}
