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

use super::codes::Code;
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
    };
    let mut response = Response::builder()
        .status(code.status())
        .content_type(MEDIA_TYPE)
        .body(serde_json::to_vec(&problem).unwrap_or_default());
    let more = match code {
        ProblemCode::Unauthenticated => Some((header::WWW_AUTHENTICATE, "Bearer")),
        ProblemCode::Unavailable => Some((header::RETRY_AFTER, RETRY_AFTER)),
        _ => None,
    };
    if let Some((name, value)) = more {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
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
        Refusal::RevisionNotReached { reached, .. } => {
            format!("the register is at revision {reached}; ask again when it has caught up")
        }
        Refusal::TooLarge { limit } => {
            format!("this operation takes bodies of up to {limit} bytes")
        }
        Refusal::Unauthenticated
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
