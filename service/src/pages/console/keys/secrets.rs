//! The forms whose answer is a secret: a token, or a password. It is shown on the page that answers,
//! which no cache keeps, and is never to be had again.

use askama::Template;
use poem::{
    Body, Request, Response, Result, handler,
    http::{Method, StatusCode},
};
use serde_json::{Value, json};
use transfer_registry_core::{sessions::Secret, users::Password};

use super::{GROUPS, ROLE, tokens, users};
use crate::{
    inward::{Asked, Replied},
    pages::console::{
        desk::{Clocks, Desk, at_desk},
        forms::{
            ADMINS, Control, Errors, Field, Ids, Kind, ShownField, Typed, at, elsewhere,
            names::{KEY, REASON, TAG},
            shown_fields,
        },
        frame::Frame,
        page, private, sent, to, words,
    },
    refusal::{Refusal, Violation},
};

/// A form whose answer is a secret.
#[derive(Debug, Clone, Copy)]
struct Asks {
    at: &'static str,
    title: &'static str,
    intro: &'static str,
    save: &'static str,
    fields: &'static [Field],
    /// Which secret it gives.
    gives: Gives,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gives {
    Token,
    User,
    Password,
}

const TOKEN: Asks = Asks {
    at: tokens::AT,
    title: "For which program is the token?",
    intro: "The token is shown once, on the next page.",
    save: "Issue the token",
    fields: &[
        Field::needed(
            "name",
            "Name",
            Kind::Line,
            "Under which the ledger keeps what is done with it. No other token ever has it.",
        ),
        ROLE,
        GROUPS,
        Field::asked(
            "expires_at",
            "From which day on it is refused",
            Kind::Day,
            "At most a year ahead. Left empty: in 90 days.",
        ),
    ],
    gives: Gives::Token,
};

const USER: Asks = Asks {
    at: users::AT,
    title: "Who is to come in?",
    intro: "A password is made, and shown once, on the next page. Whoever reads it can sign in as the user, and counts as the same person where another one must approve.",
    save: "Make the user",
    fields: &[
        Field::needed(
            "name",
            "Name",
            Kind::Line,
            "Without spaces and colons. No other user ever has it.",
        ),
        ROLE,
        GROUPS,
    ],
    gives: Gives::User,
};

const PASSWORD: Asks = Asks {
    at: users::AT,
    title: "Should this user get another password?",
    intro: "A password is made, and shown once, on the next page. The one before is good no more, and every session of the user ends. Whoever reads the new one can sign in as the user, and counts as the same person where another one must approve.",
    save: "Make another password",
    fields: &[],
    gives: Gives::Password,
};

#[derive(Template)]
#[template(path = "console/secret_form.html")]
struct SecretForm {
    frame: Frame,
    asks: Asks,
    action: String,
    back: String,
    asked: Vec<ShownField>,
    errors: Errors,
    reason: String,
    key: String,
    tag: String,
}

#[derive(Template)]
#[template(path = "console/secret.html")]
struct SecretPage {
    frame: Frame,
    title: &'static str,
    what: &'static str,
    name: String,
    /// `None`: it was shown already.
    secret: Option<String>,
    page: String,
}

/// Issues a token: the form.
#[handler]
pub(in super::super) async fn issue(request: &Request) -> Result<Response> {
    at_desk(request, token_form).await
}

/// Issues a token.
#[handler]
pub(in super::super) async fn issued(request: &Request, body: Body) -> Result<Response> {
    private(Box::pin(filled_in(request, body, TOKEN)).await)
}

/// Makes a user: the form.
#[handler]
pub(in super::super) async fn make(request: &Request) -> Result<Response> {
    at_desk(request, user_form).await
}

/// Makes a user.
#[handler]
pub(in super::super) async fn made(request: &Request, body: Body) -> Result<Response> {
    private(Box::pin(filled_in(request, body, USER)).await)
}

/// Gives a user another password: the form.
#[handler]
pub(in super::super) async fn new_password(request: &Request) -> Result<Response> {
    at_desk(request, password_form).await
}

/// Gives a user another password.
#[handler]
pub(in super::super) async fn given(request: &Request, body: Body) -> Result<Response> {
    private(Box::pin(filled_in(request, body, PASSWORD)).await)
}

async fn token_form(desk: Desk<'_>) -> Result<Response, Refusal> {
    opened(&desk, TOKEN).await
}

async fn user_form(desk: Desk<'_>) -> Result<Response, Refusal> {
    opened(&desk, USER).await
}

async fn password_form(desk: Desk<'_>) -> Result<Response, Refusal> {
    opened(&desk, PASSWORD).await
}

async fn opened(desk: &Desk<'_>, asks: Asks) -> Result<Response, Refusal> {
    if !desk.may(ADMINS) {
        return Err(Refusal::Forbidden);
    }
    let mut typed = Typed::default();
    if asks.gives == Gives::Password {
        let asked = Asked::read(Ids::of(desk.request).fill("/v1/users/{id}"));
        let replied = desk.read(asked, Clocks::None).await?;
        typed.put(TAG, replied.tag.unwrap_or_default());
    }
    let fresh = Secret::fresh().map_err(|_| Refusal::Internal)?;
    typed.put(KEY, fresh.form_token());
    shown(desk, asks, &typed, StatusCode::OK, &[], Vec::new()).await
}

async fn filled_in(request: &Request, body: Body, asks: Asks) -> Result<Response, Refusal> {
    let Ok(desk) = Desk::of(request).await? else {
        return Err(Refusal::Forbidden);
    };
    let pairs = sent(request, body, &desk.signed_in.site, &desk.signed_in.secret);
    let typed = Typed::of(pairs.await?);
    if !desk.may(ADMINS) {
        return Err(Refusal::Forbidden);
    }
    let filled = |name| Some(typed.first(name).trim().to_owned()).filter(|text| !text.is_empty());
    let (done, secret) = match asks.gives {
        Gives::Password => {
            let path = Ids::of(request).fill("/v1/users/{id}");
            let password = Password::fresh().map_err(|_| Refusal::Internal)?;
            let body = json!({ "password": password.reveal() });
            let done = Asked {
                if_match: filled(TAG),
                ..Asked::done(Method::PATCH, path, Some(body))
            };
            (done, Some(password.reveal().to_owned()))
        }
        gives => {
            let path = if gives == Gives::Token {
                "/v1/tokens"
            } else {
                "/v1/users"
            };
            let done = Asked {
                key: filled(KEY),
                ..Asked::done(Method::POST, path, Some(new(asks, &typed)))
            };
            (done, None)
        }
    };
    let done = Asked {
        reason: filled(REASON),
        ..done
    };
    match desk.act(done).await {
        Ok(replied) => answered(&desk, asks, &replied, secret),
        Err(Refusal::Invalid(found) | Refusal::Malformed(found)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            shown(&desk, asks, &typed, status, &found, Vec::new()).await
        }
        Err(
            refusal @ (Refusal::Forbidden
            | Refusal::NotFound
            | Refusal::Unauthenticated
            | Refusal::Internal),
        ) => Err(refusal),
        Err(refusal) => {
            let wrong = vec![format!("{}.", words::capital(&refusal.to_string()))];
            shown(&desk, asks, &typed, refusal.code().status(), &[], wrong).await
        }
    }
}

/// What is typed, as the API takes it: a token is refused from the beginning of its day on.
fn new(asks: Asks, typed: &Typed) -> Value {
    let mut body = typed.body(asks.fields);
    if let Some(expires) = body.get_mut("expires_at")
        && let Some(day) = expires.as_str()
    {
        *expires = Value::from(format!("{day}T00:00:00Z"));
    }
    body
}

/// The secret, once.
fn answered(
    desk: &Desk<'_>,
    asks: Asks,
    replied: &Replied,
    secret: Option<String>,
) -> Result<Response, Refusal> {
    let text = |name: &str| {
        let value = at(&replied.body, name).and_then(Value::as_str);
        value.map(str::to_owned)
    };
    let id = text("id").unwrap_or_default();
    if replied.status == StatusCode::ACCEPTED {
        return Ok(to(&format!("/console/proposals/{id}?said=proposed")));
    }
    let (title, what) = match asks.gives {
        Gives::Token => ("Here is the token", "token"),
        Gives::User => ("Here is the new user's password", "password"),
        Gives::Password => ("Here is the new password", "password"),
    };
    let secret = secret.or_else(|| match asks.gives {
        Gives::Token => text("token"),
        _ => text("password"),
    });
    page(
        StatusCode::OK,
        &SecretPage {
            frame: desk.frame(asks.at),
            title,
            what,
            name: text("name").unwrap_or_default(),
            secret,
            page: desk.link(&format!("{}/{id}", asks.at)),
        },
    )
}

async fn shown(
    desk: &Desk<'_>,
    asks: Asks,
    typed: &Typed,
    status: StatusCode,
    violations: &[Violation],
    mut wrong: Vec<String>,
) -> Result<Response, Refusal> {
    let snapshot = desk.snapshot().await?;
    let day = desk.day.day();
    let (asked, left) = shown_fields(asks.fields, typed, violations, &snapshot, day);
    wrong.extend(elsewhere(&left));
    let back = match asks.gives {
        Gives::Password => Ids::of(desk.request).fill("/console/users/{id}"),
        _ => asks.at.to_owned(),
    };
    page(
        status,
        &SecretForm {
            frame: desk.frame(asks.at),
            asks,
            action: desk.request.uri().path().to_owned(),
            back: desk.link(&back),
            errors: Errors::of(&asked, wrong),
            asked,
            reason: typed.first(REASON).to_owned(),
            key: typed.first(KEY).to_owned(),
            tag: typed.first(TAG).to_owned(),
        },
    )
}
