//! What the pages ask the API in the name of whoever has signed in.

use std::sync::Arc;

use poem::{
    Request, Response,
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
};
use serde_json::Value;

use super::{Inside, OnBehalf, Purpose, Sent, encoded};
use crate::{
    api::{
        problem,
        strict::JSON,
        write::{DRY_RUN, KEY, REASON},
    },
    callers::Principal,
    edge::headers::RequestId,
    refusal::Refusal,
};

/// The longest answer that a page is made from.
const LONGEST_ANSWER: usize = 64 << 20;

/// The API as a page asks it: nothing can be done here that could not be done over the API, and
/// whatever that refuses is refused here.
#[derive(Debug, Clone)]
pub(crate) struct Own(Inside);

/// What a page asks for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    /// `GET` unless it is said.
    pub(crate) method: Method,
    /// The path, with `/v1`.
    pub(crate) path: String,
    /// The query's pairs.
    pub(crate) query: Vec<(String, String)>,
    /// The body.
    pub(crate) body: Option<Value>,
    /// The tag of the version that a change is made to.
    pub(crate) if_match: Option<String>,
    /// Why the change is made.
    pub(crate) reason: Option<String>,
    /// Under which key it counts once.
    pub(crate) key: Option<String>,
    /// Whether it is only to be tried.
    pub(crate) dry_run: bool,
}

/// What the API replied.
#[derive(Debug, Clone)]
pub(crate) struct Replied {
    /// 200, 201, or 202 for a proposal.
    pub(crate) status: StatusCode,
    /// The tag of the object's version.
    pub(crate) tag: Option<String>,
    /// The body.
    pub(crate) body: Value,
}

impl Asked {
    /// To read something.
    pub(crate) fn read(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            ..Self::default()
        }
    }

    /// To have something done.
    pub(crate) fn done(method: Method, path: impl Into<String>, body: Option<Value>) -> Self {
        Self {
            method,
            path: path.into(),
            body,
            ..Self::default()
        }
    }

    /// With a pair of the query.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.query.push((name.to_owned(), value.into()));
        self
    }

    fn request(self, on_behalf: OnBehalf, under: &str) -> Result<Request, Refusal> {
        let mut pairs = self.query;
        if self.dry_run {
            pairs.push((DRY_RUN.to_owned(), "true".to_owned()));
        }
        let query = serde_urlencoded::to_string(&pairs).map_err(|_| Refusal::Internal)?;
        let uri = match query.as_str() {
            "" => self.path,
            query => format!("{}?{query}", self.path),
        };
        let uri = uri.parse().map_err(|_| Refusal::NotFound)?;
        let mut request = Request::builder().method(self.method).uri(uri);
        // Read by nobody, but asked for before anybody looks who asks.
        let mut headers = vec![(header::AUTHORIZATION, "Bearer inside".to_owned())];
        if self.body.is_some() {
            headers.push((header::CONTENT_TYPE, JSON.to_owned()));
        }
        let named = [
            (header::IF_MATCH, self.if_match),
            (HeaderName::from_static(KEY), self.key),
            (
                HeaderName::from_static(REASON),
                self.reason.as_deref().map(encoded),
            ),
        ];
        headers.extend(
            named
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?))),
        );
        for (name, value) in headers {
            let value = HeaderValue::from_str(&value).map_err(|_| Refusal::Unreadable)?;
            request = request.header(name, value);
        }
        let body = self
            .body
            .map(|body| body.to_string().into_bytes())
            .unwrap_or_default();
        let mut request = request.body(body);
        request.set_data(RequestId(under.to_owned()));
        request.set_data(Sent::default());
        request.set_data(on_behalf);
        Ok(request)
    }
}

impl Own {
    /// Asks this API.
    pub(crate) const fn new(api: Inside) -> Self {
        Self(api)
    }

    /// Asks in somebody's name, and takes the answer as it comes.
    ///
    /// # Errors
    /// What the API refuses.
    pub(crate) async fn raw(
        &self,
        person: &Principal,
        asked: Asked,
        under: &str,
    ) -> Result<Response, Refusal> {
        let on_behalf = OnBehalf::of(&person.name, person.scope.clone(), Purpose::Own);
        let request = asked.request(on_behalf, under)?;
        let endpoint = Arc::clone(&self.0.0);
        // On the heap: what the whole API keeps while it waits is large.
        let answered = Box::pin(async move { endpoint.call(request).await });
        answered.await.map_err(|error| problem::refusal_of(&error))
    }

    /// Asks in somebody's name, for JSON.
    ///
    /// # Errors
    /// What the API refuses.
    pub(crate) async fn ask(
        &self,
        person: &Principal,
        asked: Asked,
        under: &str,
    ) -> Result<Replied, Refusal> {
        let mut response = self.raw(person, asked, under).await?;
        let status = response.status();
        let tag = response.header(header::ETAG).map(str::to_owned);
        let body = response.take_body().into_bytes_limit(LONGEST_ANSWER).await;
        let body = body.map_err(|error| {
            tracing::error!(%error, "an answer of the API could not be read by a page");
            Refusal::Internal
        })?;
        let body = serde_json::from_slice(&body).map_err(|error| {
            tracing::error!(%error, "an answer of the API is no JSON");
            Refusal::Internal
        })?;
        Ok(Replied { status, tag, body })
    }
}
