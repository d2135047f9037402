//! The door: what every answer has in common, whoever gave it.
//!
//! Each request gets an id; each error becomes a problem document; a panic is a fault of ours and
//! not the caller's broken connection; each answer carries the security headers.

mod conditional;
pub(crate) mod headers;
pub(crate) mod listening;
pub(crate) mod ops;
pub(crate) mod surface;
pub(crate) mod turns;

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    http::{HeaderValue, StatusCode, header},
};
use tokio::time::Instant;
use transfer_registry_core::Clock;
use uuid::{NoContext, Timestamp, Uuid};

use crate::{api::problem, refusal::Refusal};
use conditional::Known;
use surface::Surface;

/// The door in front of an endpoint.
pub(crate) struct Edge<E> {
    inner: E,
    surface: Surface,
    clock: Clock,
    /// Whether the log tells of each request only when asked for more.
    quiet: bool,
}

impl<E> Edge<E> {
    /// Puts the door in front of an endpoint whose paths are known.
    pub(crate) fn new(inner: E, surface: Surface, clock: Clock) -> Self {
        Self {
            inner,
            surface,
            clock,
            quiet: false,
        }
    }

    /// The same for an endpoint that is asked all the time, by probes.
    pub(crate) fn quiet(inner: E, surface: Surface, clock: Clock) -> Self {
        Self {
            quiet: true,
            ..Self::new(inner, surface, clock)
        }
    }

    /// The caller's own id for the request, if it is one that a log can hold; else a new one.
    fn request_id(&self, request: &Request) -> String {
        let offered = request
            .headers()
            .get(headers::REQUEST_ID)
            .and_then(|id| id.to_str().ok())
            .filter(|id| {
                (8..=128).contains(&id.len())
                    && id
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
            });
        offered.map_or_else(|| self.new_id(), str::to_owned)
    }

    fn new_id(&self) -> String {
        let now = self.clock.now();
        let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
        let at = Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos());
        Uuid::new_v7(at).to_string()
    }
}

impl<E: Endpoint> Endpoint for Edge<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let begun = Instant::now();
        let id = self.request_id(&request);
        request.set_data(headers::RequestId(id.clone()));
        let method = request.method().clone();
        // Without its query, in which a careless caller may have put a secret.
        let path = request.uri().path().to_owned();
        let known = Known::of(&request);

        let answered = AssertUnwindSafe(self.inner.call(request))
            .catch_unwind()
            .await;
        let mut response = match answered {
            Ok(Ok(output)) => known.spare(output.into_response()),
            Ok(Err(error)) if error.is_from_response() => error.into_response(),
            Ok(Err(error)) => problem::response(&problem::refusal_of(&error), &id),
            Err(_) => {
                tracing::error!(request_id = id, %method, path, "a request ended in a panic");
                problem::response(&Refusal::Internal, &id)
            }
        };
        if response.status() == StatusCode::METHOD_NOT_ALLOWED
            && let Ok(allowed) = HeaderValue::from_str(&self.surface.allowed(&path))
        {
            response.headers_mut().insert(header::ALLOW, allowed);
        }
        headers::secure(&path, &mut response);
        if let Ok(id) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(headers::REQUEST_ID, id);
        }
        let status = response.status().as_u16();
        let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        // One line a request, whatever became of it.
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            tracing::error!(%method, path, status, micros, request_id = id, "answered");
        } else if self.quiet {
            tracing::debug!(%method, path, status, micros, request_id = id, "answered");
        } else {
            tracing::info!(%method, path, status, micros, request_id = id, "answered");
        }
        Ok(response)
    }
}

#[cfg(test)]
mod tests;
