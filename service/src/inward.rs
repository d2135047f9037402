//! Requests that the service makes itself: for who proposed them, from a proposal as it was kept,
//! and for who has signed in, from the pages.
//!
//! They go through the API's own endpoint, and so through every check that a request from outside
//! goes through. Whom they are made for stands beside the request and in no header, so that nobody
//! outside can ask so.

mod own;

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use poem::{
    Endpoint, Request, Response,
    endpoint::BoxEndpoint,
    http::{HeaderName, HeaderValue, header},
};
use transfer_registry_core::{Expected, Scope, proposals};
use uuid::Uuid;

pub(crate) use own::{Asked, Own, Replied};

use crate::{
    api::{
        problem,
        strict::JSON,
        write::{DRY_RUN, REASON},
    },
    edge::headers::RequestId,
    refusal::Refusal,
};

/// The body of a write as it was sent, for whoever keeps the request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sent(Arc<OnceLock<Vec<u8>>>);

impl Sent {
    /// Keeps a body.
    pub(crate) fn keep(request: &Request, body: &[u8]) {
        if let Some(sent) = request.data::<Self>() {
            // A request has one body; a second reader would read the same.
            let _ = sent.0.set(body.to_vec());
        }
    }

    /// The body, if there is one.
    pub(crate) fn text(&self) -> Option<String> {
        let body = self.0.get()?;
        String::from_utf8(body.clone()).ok()
    }
}

/// For whom the service makes a request, and what for.
#[derive(Debug, Clone)]
pub(crate) struct OnBehalf {
    /// By what name the ledger keeps what they do.
    pub(crate) actor: String,
    /// Whose data they may see and change.
    pub(crate) scope: Scope,
    /// What is to become of the request.
    pub(crate) purpose: Purpose,
    /// Why the proposal itself is refused, and not its request.
    pub(crate) refused: Arc<OnceLock<Refusal>>,
}

/// What is to become of a request that the service makes.
#[derive(Debug, Clone)]
pub(crate) enum Purpose {
    /// Whoever has signed in asks it.
    Own,
    /// It is only tried.
    Rehearsal,
    /// It takes the place of a proposal's request.
    Edit {
        /// The proposal.
        id: Uuid,
        /// At which version.
        expected: Expected,
    },
    /// It is made, together with the approval of its proposal.
    Approval {
        /// The proposal.
        id: Uuid,
        /// At which version.
        expected: Expected,
        /// Who approves.
        by: String,
        /// Why.
        reason: Option<String>,
    },
}

impl OnBehalf {
    /// For somebody, to some purpose.
    pub(crate) fn of(actor: &str, scope: Scope, purpose: Purpose) -> Self {
        Self {
            actor: actor.to_owned(),
            scope,
            purpose,
            refused: Arc::default(),
        }
    }

    /// Whether it is asked by who has signed in, and is no proposal's.
    pub(crate) const fn is_own(&self) -> bool {
        matches!(self.purpose, Purpose::Own)
    }

    /// Says why the proposal itself is refused.
    pub(crate) fn refuse(&self, refusal: Refusal) -> Refusal {
        // The first reason stands.
        let _ = self.refused.set(refusal.clone());
        refusal
    }
}

/// The API as the service itself asks it.
#[derive(Clone)]
pub(crate) struct Inside(Arc<BoxEndpoint<'static, Response>>);

impl fmt::Debug for Inside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Inside").finish()
    }
}

impl Inside {
    /// Asks this endpoint.
    pub(crate) fn new(endpoint: BoxEndpoint<'static, Response>) -> Self {
        Self(Arc::new(endpoint))
    }

    /// Makes a kept request, or tries it.
    ///
    /// # Errors
    /// Why the proposal is refused; else that its request would be refused now, and why.
    pub(crate) async fn ask(
        &self,
        kept: &proposals::Request,
        on_behalf: OnBehalf,
        under: &str,
    ) -> Result<Response, Refusal> {
        let refused = Arc::clone(&on_behalf.refused);
        let request = request(kept, on_behalf, under)?;
        let answered = self.0.call(request).await;
        answered.map_err(|error| {
            let refusal = problem::refusal_of(&error);
            refused.get().cloned().unwrap_or_else(|| outdated(refusal))
        })
    }
}

/// Why a proposal is not made, when its request is refused. What may be otherwise in a moment, and
/// what only the gate says, is said as it is.
fn outdated(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::GateDenied(_)
        | Refusal::Unavailable
        | Refusal::Busy
        | Refusal::OutcomeUnknown
        | Refusal::Internal => refusal,
        refusal => Refusal::ProposalOutdated(Box::new(refusal)),
    }
}

/// The request that was kept, once more.
fn request(
    kept: &proposals::Request,
    on_behalf: OnBehalf,
    under: &str,
) -> Result<Request, Refusal> {
    let dry = matches!(on_behalf.purpose, Purpose::Rehearsal);
    let uri = uri(kept, dry).parse().map_err(|_| Refusal::Internal)?;
    let method = kept.method.parse().map_err(|_| Refusal::Internal)?;
    let mut request = Request::builder().method(method).uri(uri);
    let mut headers = vec![
        // Read by nobody, but asked for before anybody looks who asks.
        (header::AUTHORIZATION, "Bearer inside".to_owned()),
    ];
    if kept.body.is_some() {
        headers.push((header::CONTENT_TYPE, JSON.to_owned()));
    }
    if let Some(tags) = &kept.if_match {
        headers.push((header::IF_MATCH, tags.clone()));
    }
    if let Some(reason) = &kept.reason {
        headers.push((HeaderName::from_static(REASON), encoded(reason)));
    }
    for (name, value) in headers {
        let value = HeaderValue::from_str(&value).map_err(|_| Refusal::Internal)?;
        request = request.header(name, value);
    }
    let mut request = request.body(kept.body.clone().unwrap_or_default());
    request.set_data(RequestId(under.to_owned()));
    request.set_data(Sent::default());
    request.set_data(on_behalf);
    Ok(request)
}

fn uri(kept: &proposals::Request, dry: bool) -> String {
    let pairs = kept.query.iter().flat_map(|query| query.split('&'));
    let names_it = |pair: &&str| pair.split('=').next() == Some(DRY_RUN);
    let mut pairs: Vec<String> = pairs
        .filter(|pair| !pair.is_empty() && !names_it(pair))
        .map(str::to_owned)
        .collect();
    if dry {
        pairs.push(format!("{DRY_RUN}=true"));
    }
    if pairs.is_empty() {
        kept.path.clone()
    } else {
        format!("{}?{}", kept.path, pairs.join("&"))
    }
}

/// A reason as a header takes it.
fn encoded(reason: &str) -> String {
    let bytes = reason.bytes().map(|byte| match byte {
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    });
    bytes.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(query: Option<&str>) -> proposals::Request {
        proposals::Request {
            operation: "endFlow".to_owned(),
            method: "POST".to_owned(),
            path: "/v1/flows/x/end".to_owned(),
            query: query.map(str::to_owned),
            body: None,
            if_match: None,
            reason: None,
        }
    }

    #[test]
    fn a_kept_request_is_tried_or_made_whatever_its_query_said_of_that() {
        for (query, dry, expected) in [
            (None, false, "/v1/flows/x/end"),
            (None, true, "/v1/flows/x/end?dry_run=true"),
            (Some("dry_run=false"), false, "/v1/flows/x/end"),
            (
                Some("dry_run=false&a=b"),
                true,
                "/v1/flows/x/end?a=b&dry_run=true",
            ),
        ] {
            assert_eq!(uri(&kept(query), dry), expected);
        }
    }

    #[test]
    fn a_reason_of_any_letters_fits_into_a_header() {
        assert_eq!(encoded("wegen § 5\n100%"), "wegen%20%C2%A7%205%0A100%25");
    }
}
