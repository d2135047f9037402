//! Refusals as problem documents (RFC 9457): one place, one exhaustive mapping.

use poem::{
    Error, Response,
    error::{MethodNotAllowedError, NotFoundError, ParsePathError},
    http::{HeaderValue, StatusCode, header},
};
use poem_openapi::{
    ApiResponse, Object,
    error::AuthorizationError,
    registry::{MetaMediaType, MetaResponse, MetaResponses, Registry},
    types::Type,
};
use serde::Serialize;
use transfer_decision::verdict;

use super::{
    codes::Code,
    etag,
    v1::transfer_checks::{Finding, Remedy},
};
use crate::refusal::{MOST_VIOLATIONS, ProblemCode, Refusal, Violation, ViolationCode};

/// The media type of every error.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// After how many seconds it is worth to ask again when the service was too busy.
const RETRY_AFTER: &str = "5";

/// Why a request was not answered (RFC 9457).
#[derive(Debug, Object, Serialize)]
pub(crate) struct Problem {
    /// The page that explains this kind of problem, relative to the service.
    #[serde(rename = "type")]
    #[oai(rename = "type")]
    kind: String,
    /// The kind of problem in one sentence.
    title: String,
    /// The HTTP status, again.
    status: u16,
    /// What it is this time.
    detail: String,
    /// The kind of problem, as a stable code.
    code: Code<ProblemCode>,
    /// The request's id, under which the log knows it.
    request_id: String,
    /// Everything that is wrong with the request, all at once; empty when the code says it whole.
    violations: Vec<ProblemViolation>,
    /// With `precondition_failed`: the version that the object is at.
    #[serde(skip_serializing_if = "Option::is_none")]
    current_version: Option<i64>,
    /// With `gate_denied`: every finding of the check, as a transfer check answers them.
    #[serde(skip_serializing_if = "Option::is_none")]
    findings: Option<Vec<Finding>>,
    /// With `gate_denied`: the remedies of all its findings.
    #[serde(skip_serializing_if = "Option::is_none")]
    remedies: Option<Vec<Remedy>>,
}

/// One thing wrong with a request, and where.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ProblemViolation {
    /// A JSON pointer into the body; for a query parameter, `/` and its name.
    pointer: String,
    /// What is wrong, as a stable code.
    code: Code<ViolationCode>,
    /// What is wrong, for a person.
    message: String,
}

impl From<&Violation> for ProblemViolation {
    fn from(violation: &Violation) -> Self {
        let Violation {
            pointer,
            code,
            message,
        } = violation;
        Self {
            pointer: pointer.clone(),
            code: Code(*code),
            message: message.clone(),
        }
    }
}

/// Shows a refusal as a problem document.
pub(crate) fn response(refusal: &Refusal, request_id: &str) -> Response {
    let code = refusal.code();
    let (findings, remedies) = grounds(refusal).unzip();
    let problem = Problem {
        kind: format!("/problems/{code}"),
        title: code.message().to_owned(),
        status: code.status().as_u16(),
        detail: detail(refusal),
        code: Code(code),
        request_id: request_id.to_owned(),
        violations: refusal
            .violations()
            .iter()
            .map(ProblemViolation::from)
            .collect(),
        current_version: match refusal {
            Refusal::Stale { version, .. } => Some(*version),
            _ => None,
        },
        findings,
        remedies,
    };
    let mut response = Response::builder()
        .status(code.status())
        .content_type(MEDIA_TYPE)
        .body(serde_json::to_vec(&problem).unwrap_or_default());
    let fixed = |name, value| Some((name, HeaderValue::from_static(value)));
    let more = match refusal {
        Refusal::Unauthenticated => fixed(header::WWW_AUTHENTICATE, "Bearer"),
        Refusal::Unavailable | Refusal::Busy | Refusal::OutcomeUnknown => {
            fixed(header::RETRY_AFTER, RETRY_AFTER)
        }
        Refusal::RateLimited { seconds } => {
            Some((header::RETRY_AFTER, HeaderValue::from(*seconds)))
        }
        Refusal::Encoded => fixed(header::ACCEPT_ENCODING, "identity"),
        Refusal::Stale { version, tag } => {
            let tag = tag.clone().unwrap_or_else(|| etag::of_version(*version));
            HeaderValue::try_from(tag)
                .ok()
                .map(|tag| (header::ETAG, tag))
        }
        _ => None,
    };
    if let Some((name, value)) = more {
        response.headers_mut().insert(name, value);
    }
    response
}

/// Why something is not activated, and what would allow it.
fn grounds(refusal: &Refusal) -> Option<(Vec<Finding>, Vec<Remedy>)> {
    let Refusal::GateDenied(denial) = refusal else {
        return None;
    };
    let findings = &denial.findings;
    let mut remedies: Vec<&verdict::Remedy> = Vec::new();
    for remedy in findings.iter().flat_map(|finding| &finding.remedies) {
        if !remedies.contains(&remedy) {
            remedies.push(remedy);
        }
    }
    Some((
        findings.iter().map(Finding::from).collect(),
        remedies.into_iter().map(Remedy::from).collect(),
    ))
}

/// What it is this time, in words for the caller.
fn detail(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Malformed(violations) | Refusal::Invalid(violations) => {
            match violations.as_slice() {
                [only] if only.pointer.is_empty() => only.message.clone(),
                [only] => format!("{} {}", only.pointer, only.message),
                several if several.len() == MOST_VIOLATIONS => {
                    format!("{MOST_VIOLATIONS} places are wrong, or more; see the violations")
                }
                several => format!("{} places are wrong; see the violations", several.len()),
            }
        }
        Refusal::Import {
            violations,
            further,
        } => match (violations.as_slice(), further) {
            ([only], 0) => format!("{} {}", only.pointer, only.message)
                .trim()
                .to_owned(),
            (several, 0) => format!(
                "{} cells or rows are wrong; see the violations",
                several.len()
            ),
            (several, further) => format!(
                "{} cells or rows are wrong; see the first {} of them in the violations",
                several.len() + further,
                several.len()
            ),
        },
        Refusal::ListRefused(violations) => {
            let words: Vec<_> = violations.iter().map(|one| one.message.as_str()).collect();
            words.join("; ")
        }
        Refusal::RevisionNotReached { reached, .. } => {
            format!("the register is at revision {reached}; ask again when it has caught up")
        }
        Refusal::TooLarge { limit } => {
            format!("this operation takes bodies of up to {limit} bytes")
        }
        Refusal::WrongStage(why) | Refusal::ApprovalRequired(why) => why.clone(),
        Refusal::ProposalOutdated(why) => {
            format!(
                "it would be refused now, as {}: {}",
                why.code(),
                detail(why)
            )
        }
        Refusal::GateDenied(denial) => format!(
            "on {} it would be denied; see the findings and their remedies",
            denial.as_of
        ),
        Refusal::Stale { version, .. } => {
            format!("the object is at version {version} now; read it again before changing it")
        }
        Refusal::Encoded => "the body must be sent without a content-encoding".to_owned(),
        Refusal::Improper(what) => (*what).to_owned(),
        Refusal::RateLimited { seconds } => {
            format!("this caller asks too often; ask again after {seconds} s")
        }
        Refusal::Unauthenticated
        | Refusal::HeadersTooLarge
        | Refusal::TooSlow
        | Refusal::Forbidden
        | Refusal::KeyReused
        | Refusal::OwnProposal
        | Refusal::ProposerNotAllowed
        | Refusal::TooManyProposals
        | Refusal::PreconditionRequired
        | Refusal::Busy
        | Refusal::OutcomeUnknown
        | Refusal::NotFound
        | Refusal::MethodNotAllowed
        | Refusal::UnsupportedMediaType
        | Refusal::Unreadable
        | Refusal::Unavailable
        | Refusal::Internal => refusal.code().message().to_owned(),
    }
}

/// What kind of refusal an error from anywhere below is.
pub(crate) fn refusal_of(error: &Error) -> Refusal {
    if let Some(refusal) = error.downcast_ref::<Refusal>() {
        return refusal.clone();
    }
    if error.is::<AuthorizationError>() {
        return Refusal::Unauthenticated;
    }
    if error.is::<NotFoundError>() || error.is::<ParsePathError>() {
        return Refusal::NotFound;
    }
    if error.is::<MethodNotAllowedError>() {
        return Refusal::MethodNotAllowed;
    }
    match error.status() {
        StatusCode::UNAUTHORIZED => Refusal::Unauthenticated,
        StatusCode::NOT_FOUND => Refusal::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Refusal::MethodNotAllowed,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Refusal::UnsupportedMediaType,
        status if status.is_client_error() => Refusal::Unreadable,
        _ => {
            tracing::error!(%error, "unexpected error");
            Refusal::Internal
        }
    }
}

/// The errors that every operation can answer with; `spec` adds those of its kind.
impl ApiResponse for Refusal {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![MetaResponse {
                description: "A fault of the service itself.",
                status: Some(500),
                status_range: None,
                content: vec![MetaMediaType {
                    content_type: MEDIA_TYPE,
                    schema: Problem::schema_ref(),
                }],
                headers: vec![],
            }],
        }
    }

    fn register(registry: &mut Registry) {
        Problem::register(registry);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn header(refusal: &Refusal, name: &str) -> Option<String> {
        response(refusal, "test").header(name).map(str::to_owned)
    }

    #[test]
    fn whoever_should_ask_again_is_told_when() {
        for (refusal, status, after) in [
            (Refusal::Unavailable, 503, Some("5")),
            (Refusal::Busy, 503, Some("5")),
            (Refusal::OutcomeUnknown, 503, Some("5")),
            (Refusal::KeyReused, 422, None),
            (Refusal::Forbidden, 403, None),
            (Refusal::PreconditionRequired, 428, None),
        ] {
            assert_eq!(refusal.code().status().as_u16(), status, "{refusal}");
            assert_eq!(
                header(&refusal, "retry-after").as_deref(),
                after,
                "{refusal}"
            );
        }
        let told = detail(&Refusal::OutcomeUnknown);
        assert!(
            told.contains("idempotency-key") && told.contains("if-match"),
            "{told}"
        );
    }

    #[tokio::test]
    async fn a_stale_change_is_told_the_version_and_the_tag_that_would_do() {
        let tagged = |tag: Option<&str>| Refusal::Stale {
            version: 8,
            tag: tag.map(str::to_owned),
        };
        let whole = "\"8.0123456789abcdef\"";
        assert_eq!(header(&tagged(Some(whole)), "etag").as_deref(), Some(whole));
        assert_eq!(header(&tagged(None), "etag").as_deref(), Some("\"8\""));
        let body = response(&tagged(None), "test").into_body();
        let problem: serde_json::Value = body.into_json().await.unwrap();
        assert_eq!(problem.get("current_version"), Some(&8.into()));
        assert_eq!(problem.get("findings"), None);
    }
}
