//! Answers to what is no request yet, or is not let in: with everything that every answer has.

use std::fmt::Write as _;

use poem::http::{HeaderName, HeaderValue, header};
use transfer_registry_core::Clock;

use super::headers;
use crate::{api::problem, refusal::Refusal};

/// A refusal as it goes over the wire, after which the connection is closed.
pub(super) async fn answer(refusal: &Refusal, clock: &Clock) -> Vec<u8> {
    let id = headers::new_id(clock);
    let mut response = problem::response(refusal, &id);
    // What was asked for is not known, so the stricter of the rules holds.
    headers::secure("/v1", &mut response);
    let status = response.status();
    tracing::info!(
        status = status.as_u16(),
        request_id = id,
        "refused what is no request"
    );
    let now = clock.now().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let body = response.take_body().into_vec().await.unwrap_or_default();
    let length = HeaderValue::from(body.len());
    for (name, value) in [
        (
            HeaderName::from_static(headers::REQUEST_ID),
            HeaderValue::try_from(id),
        ),
        (header::DATE, HeaderValue::try_from(now)),
        (header::CONTENT_LENGTH, Ok(length)),
        (header::CONNECTION, Ok(HeaderValue::from_static("close"))),
    ] {
        if let Ok(value) = value {
            response.headers_mut().insert(name, value);
        }
    }
    let mut head = String::new();
    let reason = status.canonical_reason().unwrap_or_default();
    // Nothing can go wrong with a text.
    let _ = write!(head, "HTTP/1.1 {} {reason}\r\n", status.as_u16());
    for (name, value) in response.headers() {
        let _ = write!(head, "{name}: {}\r\n", value.to_str().unwrap_or_default());
    }
    head.push_str("\r\n");
    [head.into_bytes(), body].concat()
}
