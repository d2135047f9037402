//! Tokens: those there are, and one of them.

use askama::Template;
use poem::{Request, Response, Result, handler, http::StatusCode};
use serde::Deserialize;

use crate::{
    inward::Asked,
    pages::console::{
        desk::{Clocks, Desk, Listed, at_desk},
        forms::{ADMINS, Choice, Form, Ids, Way},
        frame::Frame,
        page,
        table::{self, Asking, Cell, List, Table},
        words,
    },
    refusal::Refusal,
};

/// Its place in the navigation.
pub(super) const AT: &str = "/console/tokens";

/// The forms about a token that is there.
pub(in super::super) const FORMS: &[Form] = &[Form {
    path: "/console/tokens/:id/revoke",
    at: AT,
    title: "Should this token be refused from now on?",
    intro: "It is refused from the next request on, on every replica, and cannot be brought back. Tokens that were issued with it stay good: look at them, too.",
    save: "Revoke it",
    way: Way::Step,
    api: "/v1/tokens/{id}/revoke",
    object: "/v1/tokens/{id}",
    then: "/console/tokens/{id}?said=revoked",
    roles: ADMINS,
    fields: &[],
}];

/// A token, as the API answers it.
#[derive(Deserialize)]
struct Token {
    id: String,
    name: String,
    role: String,
    groups: Option<Vec<String>>,
    issued_by: String,
    issued_at: String,
    expires_at: String,
    revoked_at: Option<String>,
    last_used_at: Option<String>,
}

impl Token {
    /// How it stands at an instant, as requests write it.
    fn state(&self, now: &str) -> (&'static str, &'static str) {
        let reached = |text: &str| {
            let parse = |text: &str| chrono::DateTime::parse_from_rfc3339(text).ok();
            parse(text) <= parse(now)
        };
        if self.revoked_at.is_some() {
            ("denied", "Revoked")
        } else if reached(&self.expires_at) {
            ("unassessable", "Expired")
        } else {
            ("recorded", "Good")
        }
    }
}

fn now(desk: &Desk<'_>) -> String {
    let now = desk.registry().clock().now();
    desk.day.known_at().unwrap_or(now).to_rfc3339()
}

/// The tokens there are.
#[handler]
pub(in super::super) async fn index(request: &Request) -> Result<Response> {
    at_desk(request, listed).await
}

async fn listed(desk: Desk<'_>) -> Result<Response, Refusal> {
    let asking = Asking::of(&desk)?;
    let good = vec![Choice::of("true", "good"), Choice::of("false", "refused")];
    let filters = vec![
        asking.one_of("role", "Role", super::users::roles()),
        asking.one_of("good", "State", good),
    ];
    let asked = asking.narrowed("/v1/tokens", &filters);
    let found: Listed<Token> = asking.listed(&desk, asked, Clocks::Known).await?;
    let now = now(&desk);
    let snapshot = desk.snapshot().await?;
    let rows = found.items.into_iter().map(|one| {
        let (class, word) = one.state(&now);
        vec![
            Cell::link(desk.link(&format!("{AT}/{}", one.id)), one.name),
            Cell::Text(one.role),
            Cell::Text(super::users::groups(&snapshot, one.groups.as_deref())),
            Cell::Word {
                class,
                word: word.to_owned(),
            },
            Cell::Text(words::instant_of(&one.expires_at)),
            Cell::maybe(one.last_used_at.as_deref().map(words::instant_of)),
            Cell::Text(one.issued_by),
        ]
    });
    let table = Table {
        caption: "Tokens, in the order in which they were issued".to_owned(),
        heads: vec![
            "Name",
            "Role",
            "Groups",
            "State",
            "Refused from",
            "Last used",
            "Issued by",
        ],
        rows: rows.collect(),
    };
    let list = List {
        at: AT,
        title: "Which programs may ask, and what?",
        lead: "A program comes with a token. Its name is its own for good: the ledger keeps what was done with it."
            .to_owned(),
        filters,
        add: vec![("/console/tokens/new", "Issue a token")],
        empty: "No token was issued yet. Issue one for each program.",
        ..List::default()
    };
    table::show(&desk, &asking, list, table, found.next_cursor.as_deref())
}

#[derive(Template)]
#[template(path = "console/token.html")]
struct TokenPage {
    frame: Frame,
    class: &'static str,
    word: &'static str,
    groups: String,
    issued_at: String,
    expires_at: String,
    revoked_at: Option<String>,
    last_used_at: Option<String>,
    may_revoke: bool,
    done: String,
    token: Token,
}

/// One token.
#[handler]
pub(in super::super) async fn detail(request: &Request) -> Result<Response> {
    at_desk(request, shown).await
}

async fn shown(desk: Desk<'_>) -> Result<Response, Refusal> {
    let asked = Asked::read(Ids::of(desk.request).fill("/v1/tokens/{id}"));
    let token: Token = desk.get(asked, Clocks::Known).await?;
    let snapshot = desk.snapshot().await?;
    let (class, word) = token.state(&now(&desk));
    let by = super::super::day_bar::with(
        "/console/ledger",
        &[("actor", format!("token:{}", token.name))],
    );
    page(
        StatusCode::OK,
        &TokenPage {
            frame: desk.frame(AT),
            class,
            word,
            groups: super::users::groups(&snapshot, token.groups.as_deref()),
            issued_at: words::instant_of(&token.issued_at),
            expires_at: words::instant_of(&token.expires_at),
            revoked_at: token.revoked_at.as_deref().map(words::instant_of),
            last_used_at: token.last_used_at.as_deref().map(words::instant_of),
            may_revoke: desk.may(ADMINS) && word == "Good",
            done: desk.link(&by),
            token,
        },
    )
}
