//! The door: what every answer has in common, whoever gave it.
//!
//! Each request gets an id; each error becomes a problem document; a panic is a fault of ours and
//! not the caller's broken connection; each answer carries the security headers.
//!
//! Below it, `listening` accepts connections and `connection` answers on one, with the deadlines of
//! `progress` and `pace`; what is no request is answered by `bare`.

mod admission;
mod arrival;
pub(crate) mod attempts;
mod bare;
pub(crate) mod client;
mod conditional;
mod connection;
pub(crate) mod headers;
pub(crate) mod listening;
pub(crate) mod ops;
mod pace;
mod progress;
mod proper;
pub(crate) mod rates;
pub(crate) mod surface;
pub(crate) mod turns;
mod wire;

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    http::{HeaderValue, StatusCode, header},
};
use tokio::time::Instant;
use transfer_registry_core::Clock;

use crate::{api::problem, refusal::Refusal};
use arrival::Arrival;
use conditional::Known;
use proper::Improper;
use rates::Shares;
use surface::Surface;

/// The door in front of an endpoint.
pub(crate) struct Edge<E> {
    inner: E,
    surface: Surface,
    clock: Clock,
    /// Whether the log tells of each request only when asked for more.
    quiet: bool,
    /// How often whoever may ask, where that is limited.
    shares: Option<Shares>,
}

impl<E> Edge<E> {
    /// Puts the door in front of an endpoint whose paths are known.
    pub(crate) fn new(inner: E, surface: Surface, clock: Clock) -> Self {
        Self {
            inner,
            surface,
            clock,
            quiet: false,
            shares: None,
        }
    }

    /// The same door, at which everybody has a share.
    pub(crate) fn sharing(self, shares: Shares) -> Self {
        Self {
            shares: Some(shares),
            ..self
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
        offered.map_or_else(|| headers::new_id(&self.clock), str::to_owned)
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
        let arrival = request.data::<Arrival>().cloned().unwrap_or_default();
        let improper = request
            .data::<Improper>()
            .map(|improper| improper.0.clone());
        let shares = self.shares.as_ref().filter(|_| improper.is_none());
        let standing = shares.and_then(|shares| shares.take(&request));
        let refusal = improper.or_else(|| standing.as_ref()?.refusal());

        let answering = async {
            match refusal {
                Some(refusal) => Err(refusal.into()),
                None => self.inner.call(request).await,
            }
        };
        let answered = AssertUnwindSafe(answering).catch_unwind().await;
        let mut response = match answered {
            // Whoever read the body could not say why it broke off.
            Ok(Err(_)) if let Some(late) = arrival.refusal() => problem::response(&late, &id),
            Ok(Ok(output)) => output.into_response(),
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
        if let Some(standing) = &standing {
            standing.show(response.headers_mut());
        }
        headers::secure(&path, &mut response);
        // Last, because a browser takes the headers of a 304 for those of the page that it has.
        let mut response = known.spare(response);
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
