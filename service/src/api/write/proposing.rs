//! Writes that need another person's approval: kept as a proposal instead of being made, and made
//! when it is approved.

use poem::{Request, http::header};
use transfer_registry_core::{Draft, proposals};
use uuid::Uuid;

use super::Writing;
use crate::{
    api::access,
    callers,
    inward::{OnBehalf, Purpose, Sent},
    refusal::Refusal,
};

/// The operations on proposals themselves.
const OWN: &str = "/v1/proposals";

/// A request, as far as it is kept where it becomes a proposal.
#[derive(Debug)]
pub(super) struct Asked {
    operation: String,
    method: String,
    path: String,
    query: Option<String>,
    if_match: Option<String>,
    sent: Sent,
    /// For whom the service makes it, when it comes from no caller.
    on_behalf: Option<OnBehalf>,
}

impl Asked {
    pub(super) fn of(request: &Request) -> Self {
        let tags = request.headers().get_all(header::IF_MATCH).iter();
        let tags: Vec<&str> = tags.filter_map(|tags| tags.to_str().ok()).collect();
        let filled = |text: String| Some(text).filter(|text| !text.is_empty());
        let uri = request.uri();
        Self {
            operation: access::operation(request).unwrap_or_default(),
            method: request.method().to_string(),
            path: uri.path().to_owned(),
            query: uri.query().map(str::to_owned).and_then(filled),
            if_match: filled(tags.join(",")),
            sent: request.data::<Sent>().cloned().unwrap_or_default(),
            on_behalf: request
                .data::<OnBehalf>()
                .filter(|one| !one.is_own())
                .cloned(),
        }
    }

    /// Whether what it made may be a proposal to make it; what is done with a proposal is none.
    pub(super) fn may_be_proposed(&self) -> bool {
        !self.path.starts_with(OWN)
    }
}

impl Writing {
    /// What must hold of a proposal before its request is looked at: what is wrong with the one is
    /// not to be taken for what is wrong with the other.
    pub(super) fn begin(&self, draft: &Draft) -> Result<(), Refusal> {
        let Some(on_behalf) = &self.asked.on_behalf else {
            return Ok(());
        };
        let held = match &on_behalf.purpose {
            Purpose::Own | Purpose::Rehearsal => Ok(()),
            Purpose::Edit { id, expected } => {
                proposals::editable(draft, &on_behalf.actor, *id, expected)
            }
            Purpose::Approval {
                id, expected, by, ..
            } => proposals::approvable(draft, by, *id, expected),
        };
        held.map_err(|error| on_behalf.refuse(error.into()))
    }

    /// What becomes of a request that put its change into the draft: it is kept instead when it
    /// needs approval, and approved with it when it was proposed.
    pub(super) fn end(&self, draft: &mut Draft, id: Uuid) -> Result<Uuid, Refusal> {
        if self.dry_run {
            return Ok(id);
        }
        let actor = &self.context.actor;
        let Some(on_behalf) = &self.asked.on_behalf else {
            let subjects = proposals::subjects::of(draft, &self.approvals)?;
            if subjects.is_empty() {
                return Ok(id);
            }
            // Whether somebody whom only the issuer knows may still do it cannot be asked later.
            if callers::is_only_issued(actor) {
                return Err(Refusal::ProposerNotAllowed);
            }
            return Ok(proposals::propose_in(draft, actor, self.kept(), subjects)?);
        };
        let refused = |error: transfer_registry_core::ChangeError| on_behalf.refuse(error.into());
        match &on_behalf.purpose {
            Purpose::Own | Purpose::Rehearsal => Err(Refusal::Internal),
            Purpose::Edit { id, expected } => {
                let subjects = proposals::subjects::of(draft, &self.approvals)?;
                let which = (*id, expected);
                proposals::edit_in(draft, actor, which, self.kept(), subjects).map_err(refused)
            }
            Purpose::Approval {
                id: proposal,
                expected,
                by,
                reason,
            } => {
                proposals::approve_in(draft, by, reason.clone(), *proposal, expected)
                    .map_err(refused)?;
                Ok(id)
            }
        }
    }

    /// The request, to be made when it is approved.
    fn kept(&self) -> proposals::Request {
        let asked = &self.asked;
        proposals::Request {
            operation: asked.operation.clone(),
            method: asked.method.clone(),
            path: asked.path.clone(),
            query: asked.query.clone(),
            body: asked
                .sent
                .text()
                .filter(|body| !body.is_empty())
                .as_deref()
                .map(compact),
            if_match: asked.if_match.clone(),
            reason: self.context.reason.clone(),
        }
    }
}

/// A body without the spaces between: what is kept for good is not to be as long as somebody likes.
fn compact(body: &str) -> String {
    let value: Result<serde_json::Value, _> = serde_json::from_str(body);
    value.map_or_else(|_| body.to_owned(), |value| value.to_string())
}
