//! What takes the place of a proposed request.

use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use transfer_registry_core::proposals::{Proposal, Request};

use super::body::ProposedBody;
use crate::api::strict::Input;

/// What is proposed instead.
#[derive(Debug, Clone, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(rename = "NewProposalBody")]
pub(crate) struct ProposalInput {
    /// The request's new body, in the form in which the operation takes it; left out: none, for an
    /// operation that takes none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<ProposedBody>,
    /// The entity tag of the object that the change is made to, when it is another version than
    /// before; left out: as before.
    #[oai(validator(min_length = 1, max_length = 1000, pattern = "^[ -~]+$"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    if_match: Option<String>,
}

impl Input for ProposalInput {}

impl ProposalInput {
    /// The request of a proposal with this in its place.
    pub(super) fn request(self, before: &Proposal, reason: Option<String>) -> Request {
        let Self { body, if_match } = self;
        let Request {
            operation,
            method,
            path,
            query,
            body: _,
            if_match: named,
            reason: _,
        } = before.request.clone();
        Request {
            operation,
            method,
            path,
            query,
            body: body.and_then(|body| serde_json::to_string(&body).ok()),
            if_match: if_match.or(named),
            reason,
        }
    }
}
