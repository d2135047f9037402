//! Proposals as they are shown.

use poem_openapi::Object;
use serde::Serialize;
use serde_json::Value;
use transfer_registry_core::{
    Snapshot,
    proposals::{self, ApprovalSubject, ProposalState, Request},
};
use uuid::Uuid;

use super::body::ProposedBody;
use crate::api::{
    codes::Code,
    values::{Instant, Revision},
};

/// A change that waits for another person's approval, and what became of it.
#[derive(Debug, Object, Serialize)]
pub(crate) struct Proposal {
    /// Its id.
    id: Uuid,
    /// What became of it.
    state: Code<ProposalState>,
    /// For what it needs approval.
    subjects: Vec<Code<ApprovalSubject>>,
    /// The operation that was asked for, by its id in the contract.
    operation: String,
    /// The request's method.
    method: String,
    /// The request's path.
    path: String,
    /// The request's query.
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<String>,
    /// The request's body.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<ProposedBody>,
    /// The version of the object that the change is made to, as the request named it in `if-match`.
    #[serde(skip_serializing_if = "Option::is_none")]
    if_match: Option<String>,
    /// Why the change is to be made.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Who proposed it as it is now: under this name the ledger keeps the change when it is made.
    proposed_by: String,
    /// When.
    proposed_at: Instant,
    /// Everybody who proposed any of its versions: none of them approves it.
    authors: Vec<String>,
    /// The groups that exist for who proposed it, by slug; absent: all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<Vec<String>>,
    /// The register's revision that it was made against.
    base_revision: Revision,
    /// Who approved, refused or withdrew it.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_at: Option<Instant>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision_reason: Option<String>,
    /// How often it was written, from 1.
    version: i64,
}

impl Proposal {
    pub(super) fn of(snapshot: &Snapshot, proposal: &proposals::Proposal) -> Self {
        let proposals::Proposal {
            id,
            request,
            subjects,
            proposed_by,
            proposed_at,
            authors,
            groups,
            base_revision,
            state,
            decision,
            version,
        } = proposal.clone();
        let Request {
            operation,
            method,
            path,
            query,
            body,
            if_match,
            reason,
        } = request;
        let slug = |id: &Uuid| snapshot.groups().get(*id).map(|group| group.slug.clone());
        let (decided_by, decided_at, decision_reason) = decision
            .map_or((None, None, None), |decision| {
                (Some(decision.by), Some(decision.at), decision.reason)
            });
        Self {
            id,
            state: Code(state),
            subjects: subjects.into_iter().map(Code).collect(),
            operation,
            method,
            path,
            query,
            body: body.as_deref().and_then(object),
            if_match,
            reason,
            proposed_by,
            proposed_at: Instant(proposed_at),
            authors,
            groups: groups.map(|groups| groups.iter().filter_map(slug).collect()),
            base_revision: Revision(base_revision),
            decided_by,
            decided_at: decided_at.map(Instant),
            decision_reason,
            version,
        }
    }
}

/// A body as it was sent: every write takes an object.
fn object(body: &str) -> Option<ProposedBody> {
    match serde_json::from_str(body) {
        Ok(Value::Object(fields)) => Some(ProposedBody(fields)),
        _ => None,
    }
}

/// A page of proposals.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ProposalPage {
    /// The proposals, by id, hence in the order in which they were made.
    pub(super) items: Vec<Proposal>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_cursor: Option<String>,
}
