//! Signing in and out.

use askama::Template;
use poem::{
    Body, Request, Response, Result, handler,
    http::{HeaderValue, StatusCode, header},
};
use serde::Deserialize;
use transfer_registry_core::{
    Registry,
    sessions::{self, Secret, Who},
    users::{self, BOOTSTRAP, Password, PasswordError},
};

use super::{Listed, SignedIn, listed, page, private, sent, to};
use crate::{
    callers::{self, Keys},
    config::SignIn,
    edge::{attempts::Attempts, client::ClientAddress},
    pages::session::{Jar, Site, within},
    refusal::Refusal,
};

#[derive(Template)]
#[template(path = "console/sign_in.html")]
struct SignInPage {
    /// Why it is shown again.
    wrong: Option<String>,
    /// Whether people can sign in under the address at which they are.
    here: bool,
    /// Whether an issuer says who people are.
    issuer: bool,
    name: String,
    to: String,
    form_token: String,
    groups: Vec<Listed>,
    demo: bool,
}

/// Where somebody wanted to go.
#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    to: String,
}

/// The page on which people sign in.
#[handler]
pub(super) async fn show(request: &Request) -> Result<Response> {
    private(shown(request).await)
}

async fn shown(request: &Request) -> Result<Response, Refusal> {
    let wanted = serde_urlencoded::from_str(request.uri().query().unwrap_or_default());
    let wanted = wanted.map_or_else(|_| String::new(), |Wanted { to }| to);
    if SignedIn::of(request).await?.is_some() {
        return Ok(to(within(&wanted)));
    }
    asked(request, StatusCode::OK, &wanted, "", None)
}

/// The page, with what was typed except the password.
pub(super) fn asked(
    request: &Request,
    status: StatusCode,
    wanted: &str,
    name: &str,
    wrong: Option<&str>,
) -> Result<Response, Refusal> {
    let keys = request.data::<Keys>().ok_or(Refusal::Internal)?;
    let registry = request.data::<Registry>().ok_or(Refusal::Internal)?;
    let site = Site::of(request);
    let known = site
        .as_ref()
        .and_then(|site| site.secret(request, Jar::SignIn));
    let (secret, new) = match known {
        Some(secret) => (secret, false),
        None => (fresh()?, true),
    };
    let snapshot = registry.snapshot();
    let mut response = page(
        status,
        &SignInPage {
            wrong: wrong.map(str::to_owned),
            here: site.is_some(),
            issuer: keys.issuer.is_some(),
            name: name.to_owned(),
            to: within(wanted).to_owned(),
            form_token: secret.form_token(),
            groups: listed(&snapshot, |_| true),
            demo: snapshot.is_demo(),
        },
    )?;
    if let Some(site) = site.filter(|_| new) {
        site.keep(response.headers_mut(), Jar::SignIn, &secret);
    }
    Ok(response)
}

pub(super) fn fresh() -> Result<Secret, Refusal> {
    Secret::fresh().map_err(|error| {
        tracing::error!(%error, "no randomness for a session");
        Refusal::Internal
    })
}

/// What somebody types to sign in.
#[derive(Deserialize)]
struct Typed {
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    to: String,
}

/// Signs somebody in by name and password.
#[handler]
pub(super) async fn sign_in(request: &Request, body: Body) -> Result<Response> {
    private(signed_in(request, body).await)
}

async fn signed_in(request: &Request, body: Body) -> Result<Response, Refusal> {
    let (Some(site), attempts) = (Site::of(request), request.data::<Attempts>()) else {
        return Err(Refusal::Forbidden);
    };
    let secret = site
        .secret(request, Jar::SignIn)
        .ok_or(Refusal::Forbidden)?;
    let Typed { name, password, to } = sent(request, body, &site, &secret).await?;
    let household = ClientAddress::of_request(request).household();
    attempts.ok_or(Refusal::Internal)?.take(household, &name)?;
    let registry = request.data::<Registry>().ok_or(Refusal::Internal)?;
    // Nobody is let in by a register that may know a disabled user as enabled.
    callers::fresh(registry).await?;
    let Some(who) = recognised(request, registry, &name, password).await? else {
        // What was typed as a name may be a password.
        let user = users::known_by_name(&registry.snapshot(), &name).map(|user| user.id);
        tracing::warn!(?user, %household, "somebody could not sign in");
        let wrong = Some("The name or the password is wrong, or the user is disabled.");
        return asked(request, StatusCode::FORBIDDEN, &to, &name, wrong);
    };
    begun(request, registry, &site, who, &to).await
}

/// Who somebody is, by name and password.
async fn recognised(
    request: &Request,
    registry: &Registry,
    name: &str,
    password: String,
) -> Result<Option<Who>, Refusal> {
    let keys = request.data::<Keys>().ok_or(Refusal::Internal)?;
    if name.eq_ignore_ascii_case(BOOTSTRAP) {
        let key = keys.bootstrap.as_ref().filter(|key| key.is(&password));
        return Ok(key.map(|key| Who::Bootstrap(key.fingerprint())));
    }
    let snapshot = registry.snapshot();
    let user = users::known_by_name(&snapshot, name);
    let theirs = Password::typed(password).is_of(registry, user).await;
    let theirs = theirs.map_err(unkept)?;
    Ok(user.filter(|_| theirs).map(users::User::signing_in))
}

/// Begins a session under a secret that nobody had before, and ends the one that the browser had.
pub(super) async fn begun(
    request: &Request,
    registry: &Registry,
    site: &Site,
    who: Who,
    wanted: &str,
) -> Result<Response, Refusal> {
    let lasting = request.data::<SignIn>().ok_or(Refusal::Internal)?.lasting;
    if let Some(before) = site.secret(request, Jar::Session) {
        sessions::end(registry, &before).await?;
    }
    let secret = fresh()?;
    let household = ClientAddress::of_request(request).household();
    let user = match &who {
        Who::User { id, .. } => id.to_string(),
        Who::Bootstrap(_) => BOOTSTRAP.to_owned(),
    };
    tracing::info!(user, %household, "somebody has signed in");
    sessions::begin(registry, &secret, who, lasting).await?;
    let mut response = to(within(wanted));
    site.keep(response.headers_mut(), Jar::Session, &secret);
    site.forget(response.headers_mut(), Jar::SignIn);
    Ok(response)
}

/// A password that could not be kept or compared.
pub(super) fn unkept(error: PasswordError) -> Refusal {
    match error {
        PasswordError::Store(error) => error.into(),
        error => {
            tracing::error!(%error, "a password could not be hashed");
            Refusal::Internal
        }
    }
}

/// What is sent to sign out, besides the form's token.
#[derive(Deserialize)]
struct Nothing {}

/// Ends the session.
#[handler]
pub(super) async fn sign_out(request: &Request, body: Body) -> Result<Response> {
    private(signed_out(request, body).await)
}

async fn signed_out(request: &Request, body: Body) -> Result<Response, Refusal> {
    let signed_in = SignedIn::of(request).await?.ok_or(Refusal::Forbidden)?;
    let SignedIn { site, secret, .. } = signed_in;
    let Nothing {} = sent(request, body, &site, &secret).await?;
    let registry = request.data::<Registry>().ok_or(Refusal::Internal)?;
    sessions::end(registry, &secret).await?;
    let mut response = to("/sign-in");
    site.forget(response.headers_mut(), Jar::Session);
    // What the browser kept of pages that were this person's.
    let name = header::HeaderName::from_static("clear-site-data");
    let cache = HeaderValue::from_static("\"cache\"");
    response.headers_mut().insert(name, cache);
    Ok(response)
}
