//! How long a public answer may be kept, and who may read it.

use std::sync::Arc;

use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    http::{HeaderValue, Method, StatusCode, header},
};
use sha2::{Digest, Sha256};

use tokio::runtime::Handle;
use tracing::Span;

use crate::{edge::turns::PublicTurns, refusal::Refusal};

/// Anybody may keep an answer, and asks before each use whether it is still the one: what was
/// published, struck down or withdrawn a moment ago must not be read in its old form. An answer
/// that has not changed costs a 304.
const KEEP: HeaderValue = HeaderValue::from_static("public, max-age=0, must-revalidate");

/// Makes a public answer on a thread beside those that answer who works here: how long it takes is
/// for the length of the list to say, and anybody may ask.
pub(super) async fn made<E: Endpoint + 'static>(
    next: Arc<E>,
    request: Request,
) -> Result<Response> {
    let turns = request.data::<PublicTurns>().cloned();
    let turns = turns.ok_or(Refusal::Internal)?;
    let (runtime, span) = (Handle::current(), Span::current());
    let made = turns.pages.run(move |_| {
        let answer = span.in_scope(|| runtime.block_on(next.call(request)));
        Ok(answer.map(IntoResponse::into_response))
    });
    made.await?
}

/// Gives a public answer the tag of its bytes.
///
/// What is no page may be read by the scripts of other sites too: it is the same for everybody, and
/// nothing that says who asks is looked at.
pub(super) async fn kept<E: Endpoint>(next: Arc<E>, mut request: Request) -> Result<Response> {
    // Who asks for the head alone is told of the bytes that there would be.
    let head = *request.method() == Method::HEAD;
    if head {
        request.set_method(Method::GET);
    }
    let mut response = next.call(request).await?.into_response();
    if response.status() != StatusCode::OK {
        return Ok(response);
    }
    let bytes = response.take_body().into_bytes().await.map_err(|error| {
        tracing::error!(%error, "a public answer could not be read");
        Refusal::Internal
    })?;
    let tag = format!("\"{}\"", hex::encode(Sha256::digest(&bytes)));
    let page = response
        .content_type()
        .is_some_and(|media_type| media_type.starts_with("text/html"));
    if !head {
        response.set_body(bytes);
    }
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, KEEP);
    if !page {
        let anybody = HeaderValue::from_static("*");
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, anybody);
        let seen = HeaderValue::from_static("etag, x-registry-revision");
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, seen);
    }
    Ok(response)
}
