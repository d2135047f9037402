//! Headers of ours, and those that keep a browser from doing what nobody asked for.

use poem::{
    Response,
    http::{HeaderName, HeaderValue, header},
};
use transfer_registry_core::Clock;
use uuid::{NoContext, Timestamp, Uuid};

/// The request's id, on every answer.
pub(crate) const REQUEST_ID: &str = "x-request-id";
/// The revision of the register that an answer was read from.
pub(crate) const REVISION: &str = "x-registry-revision";

/// The id of a request, for whoever answers it.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// A new id for a request.
pub(crate) fn new_id(clock: &Clock) -> String {
    let now = clock.now();
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    let at = Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos());
    Uuid::new_v7(at).to_string()
}

/// What a page may load: our own style sheet, and nothing else.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'";
/// What anything else may load.
const OTHER_POLICY: &str = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/// Adds the headers that every answer has.
pub(crate) fn secure(path: &str, response: &mut Response) {
    let page = response
        .content_type()
        .is_some_and(|content_type| content_type.starts_with("text/html"));
    let policy = if page { PAGE_POLICY } else { OTHER_POLICY };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        // A form that is sent without a referrer would not say from which site either.
        (
            header::REFERRER_POLICY,
            if page { "same-origin" } else { "no-referrer" },
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=()",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if path.starts_with("/v1") {
        // Whatever an operation says: its answers are one caller's, and true for a moment.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    } else if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    }
}
