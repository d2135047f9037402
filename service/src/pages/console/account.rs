//! A person's own account.

use askama::Template;
use poem::{Body, Request, Response, Result, handler, http::StatusCode};
use serde::Deserialize;
use transfer_registry_core::{
    ChangeError, Context, Expected, Registry, Scope, Snapshot,
    sessions::{self, Who},
    users::{self, Password, PasswordError, SHORTEST, User},
};

use super::{
    SignedIn,
    desk::{Desk, at_desk},
    frame::Frame,
    page, private, sent,
    sign_in::{begun, unkept},
};
use crate::{
    callers::Principal,
    edge::{attempts::Attempts, client::ClientAddress, headers::RequestId},
    refusal::Refusal,
};

#[derive(Template)]
#[template(path = "console/account.html")]
struct AccountPage {
    frame: Frame,
    name: String,
    role: &'static str,
    groups: Vec<String>,
    limited: bool,
    /// Whether the password is kept here.
    password: bool,
    shortest: usize,
    wrong: Option<&'static str>,
}

/// Who one is, and what one may do.
#[handler]
pub(super) async fn show(request: &Request) -> Result<Response> {
    at_desk(request, shown).await
}

async fn shown(desk: Desk<'_>) -> Result<Response, Refusal> {
    account(&desk, StatusCode::OK, None)
}

fn account(
    desk: &Desk<'_>,
    status: StatusCode,
    wrong: Option<&'static str>,
) -> Result<Response, Refusal> {
    let snapshot = desk.registry().snapshot();
    let person = desk.person();
    let groups = match &person.scope {
        Scope::All => Vec::new(),
        Scope::Groups(groups) => {
            let groups = groups.iter().filter_map(|id| snapshot.groups().get(*id));
            groups.map(|group| group.name.clone()).collect()
        }
    };
    page(
        status,
        &AccountPage {
            frame: desk.frame("/account"),
            name: person.name.to_string(),
            role: person.role.code(),
            groups,
            limited: !person.scope.shared(),
            password: user(&snapshot, person).is_some_and(|user| user.subject.is_none()),
            shortest: SHORTEST,
            wrong,
        },
    )
}

fn user<'s>(snapshot: &'s Snapshot, person: &Principal) -> Option<&'s User> {
    snapshot.users().get(person.user?)
}

/// What is typed to change a password.
#[derive(Deserialize)]
struct Typed {
    #[serde(default)]
    current: String,
    #[serde(default)]
    new: String,
}

/// Changes one's own password. Every session of the user ends, and this browser gets a new one.
#[handler]
pub(super) async fn change_password(request: &Request, body: Body) -> Result<Response> {
    private(changed(request, body).await)
}

async fn changed(request: &Request, body: Body) -> Result<Response, Refusal> {
    let Ok(desk) = Desk::of(request).await? else {
        return Err(Refusal::Forbidden);
    };
    let SignedIn {
        person,
        site,
        secret,
    } = &desk.signed_in;
    let Typed { current, new } = sent(request, body, site, secret).await?;
    let attempts = request.data::<Attempts>().ok_or(Refusal::Internal)?;
    let registry = request.data::<Registry>().ok_or(Refusal::Internal)?;
    let snapshot = registry.snapshot();
    let user = user(&snapshot, person).ok_or(Refusal::Forbidden)?;
    let household = ClientAddress::of_request(request).household();
    attempts.take(household, &user.name)?;
    let current = Password::typed(current).is_of(registry, Some(user)).await;
    let again = |wrong| {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        account(&desk, status, Some(wrong))
    };
    if !current.map_err(unkept)? {
        return again("The current password is wrong.");
    }
    let kept = match Password::chosen(new) {
        Ok(password) => password.keep(registry).await,
        Err(error) => Err(error),
    };
    let kept = match kept {
        Err(PasswordError::Unfit) => return again("The new password is too short or too long."),
        kept => kept.map_err(unkept)?,
    };
    let context = Context {
        actor: person.name.to_string(),
        reason: None,
        request_id: request
            .data::<RequestId>()
            .map(|id| id.0.clone())
            .unwrap_or_default(),
    };
    let expected = Expected::Versions(vec![user.version]);
    // It is one's own, whatever one is limited to.
    let set = registry.change(&context, &Scope::All, None, |draft| {
        users::set_password_in(draft, &context.actor, user.id, &expected, kept)
    });
    set.await
        .map_err(|error: ChangeError| Refusal::from(error))?;
    // The sessions that are over with it need not stay until their time.
    sessions::end_all(registry, user.id).await?;
    users::forget_unused(registry).await?;
    let who = Who::User {
        id: user.id,
        password: Some(kept),
    };
    begun(request, registry, site, who, "/account").await
}
