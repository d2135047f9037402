//! Asking the issuer, within limits.

use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::{
    Request, Response, StatusCode, Uri,
    body::{Body, Bytes, Incoming},
    header::{ACCEPT, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, USER_AGENT},
};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};

use super::{error::Failing, settings::Fault};

/// Who asks.
const AGENT: &str = concat!("transfer-registry/", env!("CARGO_PKG_VERSION"));
/// What an answer may have: documents and keys take a few kilobytes.
const MOST_BYTES: usize = 256 * 1024;

/// What asks the issuer and nobody else. No proxy is taken from the environment, nothing is
/// decompressed, and no answer is followed to another address.
pub(super) struct Asking {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    timeout: Duration,
}

impl Asking {
    pub(super) fn of(timeout: Duration) -> Result<Self, Fault> {
        let mut http = HttpConnector::new();
        // Both schemes: an unencrypted address beyond this machine is refused before.
        http.enforce_http(false);
        // The roots are built in: the service's image has none of its own.
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())
            .map_err(|_| Fault::new("issuer", "cannot be asked: no encryption on this machine"))?
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        Ok(Self {
            // Minutes lie between two questions: a kept connection would only be found closed.
            client: Client::builder(TokioExecutor::new())
                .pool_max_idle_per_host(0)
                .build(connector),
            timeout,
        })
    }

    /// Reads a document.
    pub(super) async fn get(&self, from: &Uri) -> Result<Bytes, Failing> {
        let request = Request::get(from).body(Full::default());
        match self.ask(request).await? {
            (StatusCode::OK, body) => Ok(body),
            (status, _) => Err(Failing::Status(status.as_u16())),
        }
    }

    /// Sends a form, with the client's name and secret if they go into the header.
    pub(super) async fn post(
        &self,
        to: &Uri,
        form: String,
        authorization: Option<HeaderValue>,
    ) -> Result<(StatusCode, Bytes), Failing> {
        let mut request =
            Request::post(to).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(value) = authorization {
            request = request.header(AUTHORIZATION, value);
        }
        self.ask(request.body(Full::from(form))).await
    }

    /// One question with its answer, in the time allowed.
    async fn ask(
        &self,
        request: Result<Request<Full<Bytes>>, hyper::http::Error>,
    ) -> Result<(StatusCode, Bytes), Failing> {
        let mut request = request.map_err(|_| Failing::Address)?;
        let headers = request.headers_mut();
        headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let answered = async { received(self.send(request).await?).await };
        tokio::time::timeout(self.timeout, answered)
            .await
            .unwrap_or(Err(Failing::TooSlow))
    }

    async fn send(&self, request: Request<Full<Bytes>>) -> Result<Response<Incoming>, Failing> {
        self.client.request(request).await.map_err(|error| {
            tracing::debug!(%error, source = ?std::error::Error::source(&error), "no answer");
            if error.is_connect() {
                Failing::NoConnection
            } else {
                Failing::BrokeOff
            }
        })
    }
}

async fn received(answer: Response<Incoming>) -> Result<(StatusCode, Bytes), Failing> {
    let status = answer.status();
    if status.is_redirection() {
        return Err(Failing::PassedOn);
    }
    if answer.headers().contains_key(CONTENT_ENCODING) {
        return Err(Failing::Compressed);
    }
    Ok((status, within_size(answer.into_body()).await?))
}

/// The body, read only as far as it may go.
async fn within_size(mut body: Incoming) -> Result<Bytes, Failing> {
    if usize::try_from(body.size_hint().lower()).map_or(true, |size| size > MOST_BYTES) {
        return Err(Failing::TooLarge);
    }
    let mut read = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Failing::BrokeOff)?;
        if let Ok(data) = frame.into_data() {
            if read.len() + data.len() > MOST_BYTES {
                return Err(Failing::TooLarge);
            }
            read.extend_from_slice(&data);
        }
    }
    Ok(read.into())
}
