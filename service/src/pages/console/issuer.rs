//! Signing in at the issuer: there and back.

use poem::{
    Request, Response, Result, handler,
    http::{HeaderValue, StatusCode, header},
};
use transfer_registry_core::{
    Context, Registry, Scope,
    sessions::{self, SignIn},
    users::{self, Issued},
};

use super::{
    private,
    sign_in::{asked, begun, fresh},
};
use crate::{
    callers::{self, Keys, groups_of},
    edge::{attempts::Attempts, client::ClientAddress, headers::RequestId},
    issuer::{Issuer, IssuerError, Kept, Person, Reason, Return},
    pages::session::{Jar, Site},
    refusal::Refusal,
};

/// Who the ledger says it was that made a user of somebody whom the issuer knows.
const ACTOR: &str = "issuer";

/// Sends somebody to the issuer.
#[handler]
pub(super) async fn begin(request: &Request) -> Result<Response> {
    private(sent_there(request).await)
}

fn issuer(request: &Request) -> Result<&Issuer, Refusal> {
    let keys = request.data::<Keys>().ok_or(Refusal::Internal)?;
    keys.issuer.as_ref().ok_or(Refusal::NotFound)
}

/// Counts one more of those who go there from an address. Whoever comes back has been counted: without
/// what was kept of going there, nobody is asked anything.
fn tries(request: &Request) -> Result<(), Refusal> {
    let attempts = request.data::<Attempts>().ok_or(Refusal::Internal)?;
    attempts.take_from(ClientAddress::of_request(request).household())
}

async fn sent_there(request: &Request) -> Result<Response, Refusal> {
    let issuer = issuer(request)?;
    let registry = request.data::<Registry>().ok_or(Refusal::Internal)?;
    let site = Site::of(request).ok_or(Refusal::Forbidden)?;
    tries(request)?;
    let beginning = match issuer.begin(registry.clock().now()).await {
        Ok(beginning) => beginning,
        Err(error) => return said(request, error),
    };
    // Whoever returns must be the browser that went.
    let secret = fresh()?;
    let sign_in = SignIn {
        state: beginning.state,
        nonce: beginning.nonce,
        verifier: beginning.verifier,
    };
    sessions::keep(registry, &secret, sign_in).await?;
    let location = HeaderValue::from_str(&beginning.address).map_err(|_| Refusal::Internal)?;
    let mut response = Response::builder()
        .status(StatusCode::SEE_OTHER)
        .header(header::LOCATION, location)
        .finish();
    site.keep(response.headers_mut(), Jar::SignIn, &secret);
    Ok(response)
}

/// Lets somebody in who comes back from the issuer.
#[handler]
pub(super) async fn back(request: &Request) -> Result<Response> {
    private(come_back(request).await)
}

async fn come_back(request: &Request) -> Result<Response, Refusal> {
    let issuer = issuer(request)?;
    let registry = request.data::<Registry>().ok_or(Refusal::Internal)?;
    let site = Site::of(request).ok_or(Refusal::Forbidden)?;
    let query = request.uri().query().unwrap_or_default();
    let returned: Return = serde_urlencoded::from_str(query).map_err(|_| Refusal::Unreadable)?;
    let other = IssuerError::Refused(Reason::OtherSignIn);
    let Some(secret) = site.secret(request, Jar::SignIn) else {
        return said(request, other);
    };
    let Some(sign_in) = sessions::take(registry, &secret).await? else {
        return said(request, other);
    };
    let kept = Kept {
        state: sign_in.state,
        nonce: sign_in.nonce,
        verifier: sign_in.verifier,
    };
    let person = issuer
        .redeem(&returned, &kept, registry.clock().now())
        .await;
    let person = match person {
        Ok(person) => person,
        Err(error) => return said(request, error),
    };
    callers::fresh(registry).await?;
    match admitted(request, registry, &person).await? {
        Ok(who) => begun(request, registry, &site, who, "/").await,
        Err(reason) => said(request, reason.into()),
    }
}

/// The user that somebody is, made or brought up to what the issuer says.
async fn admitted(
    request: &Request,
    registry: &Registry,
    person: &Person,
) -> Result<Result<sessions::Who, Reason>, Refusal> {
    let snapshot = registry.snapshot();
    let groups = match groups_of(&snapshot, person) {
        Ok(groups) => groups,
        Err(reason) => return Ok(Err(reason)),
    };
    let issued = Issued {
        subject: person.subject.to_string(),
        name: person.name.clone(),
        role: person.role,
        groups,
    };
    let known = users::known_by_subject(&snapshot, &issued.subject);
    if known.is_some_and(|user| !user.is_enabled()) {
        return Ok(Err(Reason::Disabled));
    }
    if let Some(user) = known.filter(|user| issued.is(user)) {
        return Ok(Ok(user.signing_in()));
    }
    let request_id = request.data::<RequestId>();
    let context = Context {
        actor: ACTOR.to_owned(),
        reason: None,
        request_id: request_id.map(|id| id.0.clone()).unwrap_or_default(),
    };
    let made = registry.change(&context, &Scope::All, None, |draft| {
        users::admit_in(draft, ACTOR, &issued)
    });
    let made = made.await?;
    let snapshot = registry.snapshot();
    let user = snapshot.users().get(made.id).ok_or(Refusal::Internal)?;
    Ok(if user.is_enabled() {
        Ok(user.signing_in())
    } else {
        Err(Reason::Disabled)
    })
}

/// Why somebody could not sign in, on the page where it can be tried again.
fn said(request: &Request, error: IssuerError) -> Result<Response, Refusal> {
    tracing::warn!(%error, "somebody could not sign in at the issuer");
    let status = match error {
        IssuerError::Unreachable(_) => StatusCode::SERVICE_UNAVAILABLE,
        IssuerError::Refused(_) => StatusCode::FORBIDDEN,
    };
    let said = format!("You are not signed in: {error}.");
    asked(request, status, "", "", Some(&said))
}
