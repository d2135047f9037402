//! Asking the one configured address, within limits.

use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::{
    Method, Request, Response, StatusCode, Uri,
    body::{Body, Bytes, Incoming},
    header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, LOCATION, USER_AGENT},
};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use transfer_registry_core::participants::Refusal;

use crate::config::{Address, Participants};

/// Who asks.
const AGENT: &str = concat!("transfer-registry/", env!("CARGO_PKG_VERSION"));
const MEBIBYTE: u64 = 1024 * 1024;

/// What asks the configured address and nobody else. No proxy is taken from the environment, nothing
/// is decompressed, and no answer is followed to another host.
pub(super) struct Asking {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    address: Address,
    timeout: Duration,
    most_mib: u64,
    redirects: u8,
}

/// What was answered.
pub(super) struct Answer {
    /// The media type, in lower case and without parameters.
    pub(super) media_type: String,
    /// The body.
    pub(super) body: Vec<u8>,
}

impl Asking {
    pub(super) fn of(address: &Address, settings: &Participants) -> Result<Self, Refusal> {
        let mut http = HttpConnector::new();
        // Both schemes: the settings refuse an unencrypted address beyond this machine.
        http.enforce_http(false);
        // The roots are built in: the service's image has none of its own.
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())
            .map_err(|error| Refusal::Unreachable {
                address: address.to_string(),
                what: format!("no encryption: {error}"),
            })?
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        Ok(Self {
            client: Client::builder(TokioExecutor::new()).build(connector),
            address: address.clone(),
            timeout: settings.timeout,
            most_mib: settings.most_mib,
            redirects: settings.redirects,
        })
    }

    /// The address, for words and evidence.
    pub(super) fn address(&self) -> String {
        self.address.to_string()
    }

    /// Reads a path below the address.
    pub(super) async fn get(&self, path: &str) -> Result<Answer, Refusal> {
        self.ask(Method::GET, path, Bytes::new()).await
    }

    /// Sends JSON to a path below the address.
    pub(super) async fn post(&self, path: &str, json: &str) -> Result<Answer, Refusal> {
        let body = Bytes::copy_from_slice(json.as_bytes());
        self.ask(Method::POST, path, body).await
    }

    /// One question with its answer, redirects included, in the time allowed.
    async fn ask(&self, method: Method, path: &str, body: Bytes) -> Result<Answer, Refusal> {
        let seconds = self.timeout.as_secs();
        tokio::time::timeout(self.timeout, self.follow(method, path, body))
            .await
            .unwrap_or(Err(Refusal::TooSlow { seconds }))
    }

    async fn follow(&self, method: Method, path: &str, body: Bytes) -> Result<Answer, Refusal> {
        let mut to = self
            .address
            .below(path)
            .ok_or_else(|| self.unreachable("the address cannot be formed"))?;
        for _ in 0..=self.redirects {
            let answer = self.send(&method, &to, body.clone()).await?;
            if !answer.status().is_redirection() {
                return self.received(answer).await;
            }
            to = self.pointed_to(&method, &answer)?;
        }
        Err(Refusal::PassedOn {
            to: shown(&to.to_string()),
            most: self.redirects,
        })
    }

    async fn send(
        &self,
        method: &Method,
        to: &Uri,
        body: Bytes,
    ) -> Result<Response<Incoming>, Refusal> {
        let mut request = Request::builder()
            .method(method)
            .uri(to)
            .header(USER_AGENT, AGENT)
            .header(ACCEPT, "*/*");
        if *method == Method::POST {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let request = request
            .body(Full::new(body))
            .map_err(|_| self.unreachable("the request cannot be formed"))?;
        self.client.request(request).await.map_err(|error| {
            tracing::debug!(%error, source = ?std::error::Error::source(&error), "no answer");
            self.unreachable(if error.is_connect() {
                "no connection"
            } else {
                "the connection broke off"
            })
        })
    }

    /// Where an answer points, if it may be followed there: the same host, and a question that is
    /// asked again as it is.
    fn pointed_to(&self, method: &Method, answer: &Response<Incoming>) -> Result<Uri, Refusal> {
        let location = text(answer.headers(), LOCATION);
        let elsewhere = || Refusal::Elsewhere {
            to: shown(&location),
        };
        let kept = match answer.status() {
            StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => true,
            StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => *method == Method::GET,
            _ => false,
        };
        if !kept {
            return Err(elsewhere());
        }
        // `//host` would be another host in the guise of a path.
        if location.starts_with('/') && !location.starts_with("//") {
            return self.address.at(&location).ok_or_else(elsewhere);
        }
        location
            .parse()
            .ok()
            .filter(|to| self.address.is_host_of(to))
            .ok_or_else(elsewhere)
    }

    async fn received(&self, answer: Response<Incoming>) -> Result<Answer, Refusal> {
        if answer.status() != StatusCode::OK {
            return Err(Refusal::Failed {
                address: self.address(),
                status: answer.status().as_u16(),
            });
        }
        if !text(answer.headers(), CONTENT_ENCODING).is_empty() {
            return Err(Refusal::not_a_list(
                "it is compressed, which was not asked for",
            ));
        }
        let media_type = text(answer.headers(), CONTENT_TYPE)
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        let body = self.within_size(answer.into_body()).await?;
        Ok(Answer { media_type, body })
    }

    /// The body, read only as far as it may go.
    async fn within_size(&self, mut body: Incoming) -> Result<Vec<u8>, Refusal> {
        let too_large = || Refusal::TooLarge {
            mebibytes: self.most_mib,
        };
        let most = self.most_mib * MEBIBYTE;
        if body.size_hint().lower() > most {
            return Err(too_large());
        }
        let mut read = Vec::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| self.unreachable("the connection broke off"))?;
            if let Ok(data) = frame.into_data() {
                let length = u64::try_from(read.len() + data.len()).unwrap_or(u64::MAX);
                if length > most {
                    return Err(too_large());
                }
                read.extend_from_slice(&data);
            }
        }
        Ok(read)
    }

    fn unreachable(&self, what: &str) -> Refusal {
        Refusal::Unreachable {
            address: self.address(),
            what: what.to_owned(),
        }
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> String {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned()
}

/// An address that somebody else wrote, short enough for a message.
fn shown(address: &str) -> String {
    if address.is_empty() {
        return "an address that it does not name".to_owned();
    }
    address
        .chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect()
}
