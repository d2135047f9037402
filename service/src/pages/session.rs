//! Whose browser it is, and whether a form was sent by somebody who saw it.
//!
//! A form changes something only when it was sent from a page of this site (`origin`, and
//! `sec-fetch-site` where the browser says it) and carries what only that page can know.

use cookie::{Cookie, SameSite};
use poem::{
    Body, Request,
    error::ReadBodyError,
    http::{HeaderMap, HeaderValue, Uri, header},
};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use transfer_registry_core::{
    Registry,
    sessions::{self, Secret},
};

use crate::{
    callers::{self, Keys, Principal},
    config::{SignIn, is_this_machine},
    refusal::{Refusal, Violation, ViolationCode},
};

/// The longest form.
const LONGEST_FORM: usize = 64 * 1024;
/// The most fields of a form: more than any page of ours has. A mechanism with a thousand parties has
/// four for each.
const MOST_PAIRS: usize = 5_000;
/// The field that a form carries.
const FORM_TOKEN: &str = "form_token";

/// The address under which a browser knows the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Site {
    /// The origin, as the browser writes it.
    pub(super) origin: String,
    /// Whether nobody on the way can read along.
    secure: bool,
}

impl Site {
    /// The configured address; else this machine's, and no other.
    pub(super) fn of(request: &Request) -> Option<Self> {
        let configured = request.data::<SignIn>()?.address.as_ref();
        if let Some(address) = configured {
            return Some(Self {
                origin: address.origin().to_owned(),
                secure: address.is_secure(),
            });
        }
        let host = request.header(header::HOST)?.to_ascii_lowercase();
        let uri: Uri = format!("http://{host}/").parse().ok()?;
        is_this_machine(uri.host()?).then(|| Self {
            origin: format!("http://{host}"),
            secure: false,
        })
    }

    /// The name of a cookie. The prefix makes a browser refuse one that anybody else has set.
    fn name(&self, jar: Jar) -> String {
        let prefix = if self.secure { "__Host-" } else { "" };
        format!("{prefix}{}", jar.name())
    }

    /// The secret in a cookie, if there is one.
    pub(super) fn secret(&self, request: &Request, jar: Jar) -> Option<Secret> {
        let name = self.name(jar);
        let sent = request.headers().get_all(header::COOKIE).iter();
        let texts = sent.filter_map(|value| value.to_str().ok());
        let mut cookies = texts.flat_map(Cookie::split_parse).filter_map(Result::ok);
        let found = cookies.find(|cookie| cookie.name() == name)?;
        Secret::offered(found.value())
    }

    /// Gives the browser a secret to keep until it is closed.
    pub(super) fn keep(&self, headers: &mut HeaderMap, jar: Jar, secret: &Secret) {
        self.set(headers, jar, secret.reveal(), false);
    }

    /// Has the browser forget a secret.
    pub(super) fn forget(&self, headers: &mut HeaderMap, jar: Jar) {
        self.set(headers, jar, "", true);
    }

    fn set(&self, headers: &mut HeaderMap, jar: Jar, value: &str, over: bool) {
        let cookie = Cookie::build((self.name(jar), value))
            .path("/")
            .http_only(true)
            .secure(self.secure)
            // The way back from an issuer begins at another site.
            .same_site(SameSite::Lax);
        let cookie = if over {
            cookie.max_age(cookie::time::Duration::ZERO)
        } else {
            cookie
        };
        if let Ok(mut value) = HeaderValue::from_str(&cookie.build().to_string()) {
            value.set_sensitive(true);
            headers.append(header::SET_COOKIE, value);
        }
    }
}

/// The cookies there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Jar {
    /// Of somebody who has signed in.
    Session,
    /// Of somebody who is about to.
    SignIn,
}

impl Jar {
    const fn name(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::SignIn => "sign-in",
        }
    }
}

/// Somebody who has signed in.
pub(super) struct SignedIn {
    /// Who it is.
    pub(super) person: Principal,
    /// The secret of the session.
    pub(super) secret: Secret,
    /// The address under which the browser knows the service.
    pub(super) site: Site,
}

impl SignedIn {
    /// Whoever a request comes from; `None`: nobody who has signed in.
    ///
    /// # Errors
    /// When that cannot be known.
    pub(super) async fn of(request: &Request) -> Result<Option<Self>, Refusal> {
        let registry = request.data::<Registry>().ok_or(Refusal::Internal)?;
        let keys = request.data::<Keys>().ok_or(Refusal::Internal)?;
        let sign_in = request.data::<SignIn>().ok_or(Refusal::Internal)?;
        let Some(site) = Site::of(request) else {
            return Ok(None);
        };
        let Some(secret) = site.secret(request, Jar::Session) else {
            return Ok(None);
        };
        callers::fresh(registry).await?;
        let who = sessions::whose(registry, &secret, sign_in.lasting).await?;
        let person = who.and_then(|who| keys.signed_in(registry, &who));
        Ok(person.map(|person| Self {
            person,
            secret,
            site,
        }))
    }
}

/// Reads a form that was sent by somebody who saw it: from a page of this site, with the token that
/// belongs to the browser's secret.
///
/// # Errors
/// When it was sent by anybody else, or cannot be read.
pub(super) async fn sent<T: DeserializeOwned>(
    request: &Request,
    body: Body,
    site: &Site,
    secret: &Secret,
) -> Result<T, Refusal> {
    sent_within(LONGEST_FORM, request, body, site, secret).await
}

/// The same for a form of another length, in bytes.
///
/// # Errors
/// As there.
pub(super) async fn sent_within<T: DeserializeOwned>(
    limit: usize,
    request: &Request,
    body: Body,
    site: &Site,
    secret: &Secret,
) -> Result<T, Refusal> {
    if !from_a_page_of(site, request.headers()) {
        tracing::warn!("a form was sent that is not from a page of this site");
        return Err(Refusal::Forbidden);
    }
    let body = read(limit, body).await?;
    let pairs = pairs(&body)?;
    let token = pairs.iter().find(|(name, _)| name == FORM_TOKEN);
    if !token.is_some_and(|(_, token)| same(token, &secret.form_token())) {
        tracing::warn!("a form was sent without the token of its page");
        return Err(Refusal::Forbidden);
    }
    serde_urlencoded::from_bytes(&body).map_err(|_| Refusal::Unreadable)
}

/// Reads a form that was sent from a page of this site by nobody who is signed in: to show it to the
/// browser that sent it, and for nothing else.
///
/// # Errors
/// When it was sent from elsewhere, or cannot be read.
pub(super) async fn unsigned(
    limit: usize,
    request: &Request,
    body: Body,
) -> Result<Vec<(String, String)>, Refusal> {
    let site = Site::of(request).ok_or(Refusal::Forbidden)?;
    if !from_a_page_of(&site, request.headers()) {
        return Err(Refusal::Forbidden);
    }
    let body = read(limit, body).await?;
    pairs(&body)
}

async fn read(limit: usize, body: Body) -> Result<Vec<u8>, Refusal> {
    let body = body.into_bytes_limit(limit).await;
    let body = body.map_err(|error| match error {
        ReadBodyError::PayloadTooLarge => Refusal::TooLarge { limit },
        _ => Refusal::Unreadable,
    })?;
    Ok(body.into())
}

fn pairs(body: &[u8]) -> Result<Vec<(String, String)>, Refusal> {
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_bytes(body).map_err(|_| Refusal::Unreadable)?;
    if pairs.len() > MOST_PAIRS {
        let why = ViolationCode::TooManyItems;
        return Err(Refusal::invalid(vec![Violation::plain("", why)]));
    }
    Ok(pairs)
}

fn from_a_page_of(site: &Site, headers: &HeaderMap) -> bool {
    let only = |name: &str| {
        let mut values = headers.get_all(name).iter();
        let value = values.next().and_then(|value| value.to_str().ok());
        value.filter(|_| values.next().is_none())
    };
    let origin = only("origin") == Some(site.origin.as_str());
    let fetched =
        headers.get("sec-fetch-site").is_none() || only("sec-fetch-site") == Some("same-origin");
    let media_type = only("content-type").unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    origin && fetched && media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// Whether two texts are one, in a time that does not tell where they differ.
fn same(a: &str, b: &str) -> bool {
    let hash = |text: &str| -> [u8; 32] { Sha256::digest(text.as_bytes()).into() };
    hash(a) == hash(b)
}

/// Where somebody wanted to go, if that is a page of this site.
pub(super) fn within(path: &str) -> &str {
    let inside = path.starts_with('/')
        && !path.starts_with("//")
        && path
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if inside { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for path in ["/", "/account", "/qcontact/subprocessors?as_of=2026-01-01"] {
            assert_eq!(within(path), path);
        }
        for path in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/\tx",
            "/\r\nset-cookie: x",
            "javascript:alert(1)",
        ] {
            assert_eq!(within(path), "/", "{path}");
        }
    }
}
