//! Answers that the caller has already: 304 where `if-none-match` names the answer's own tag.

use poem::{
    Request, Response,
    http::{HeaderMap, Method, StatusCode, header},
};

/// The tags that a request already has the answers of.
pub(crate) struct Known(Option<String>);

impl Known {
    /// The tags named by a request that only reads.
    pub(crate) fn of(request: &Request) -> Self {
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        Self(reads.then(|| listed(request.headers())).flatten())
    }

    /// The answer, or that it has not changed.
    pub(crate) fn spare(&self, mut response: Response) -> Response {
        let tag = response.headers().get(header::ETAG);
        let known = tag
            .and_then(|tag| tag.to_str().ok())
            .is_some_and(|tag| response.status() == StatusCode::OK && self.names(tag));
        if known {
            drop(response.take_body());
            response.set_status(StatusCode::NOT_MODIFIED);
            response.headers_mut().remove(header::CONTENT_TYPE);
        }
        response
    }

    /// Whether a tag is among them. A weak one will do: what is read again is the same.
    fn names(&self, tag: &str) -> bool {
        self.0.as_deref().is_some_and(|listed| {
            listed
                .split(',')
                .map(str::trim)
                .any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
        })
    }
}

fn listed(headers: &HeaderMap) -> Option<String> {
    let values: Vec<_> = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    (!values.is_empty()).then(|| values.join(","))
}
