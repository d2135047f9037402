//! Users: those there are, and one of them.

use askama::Template;
use poem::{Request, Response, Result, handler, http::StatusCode};
use serde::Deserialize;
use transfer_registry_core::{Snapshot, tokens::Role};

use super::{GROUPS, ROLE};
use crate::{
    inward::Asked,
    pages::console::{
        day_bar,
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
pub(super) const AT: &str = "/console/users";
const OBJECT: &str = "/v1/users/{id}";
const THEN: &str = "/console/users/{id}";

const fn step(
    path: &'static str,
    title: &'static str,
    intro: &'static str,
    save: &'static str,
    api: &'static str,
) -> Form {
    Form {
        path,
        at: AT,
        title,
        intro,
        save,
        way: Way::Step,
        api,
        object: OBJECT,
        then: THEN,
        roles: ADMINS,
        fields: &[],
    }
}

/// The forms about a user who is there.
pub(in super::super) const FORMS: &[Form] = &[
    Form {
        path: "/console/users/:id/edit",
        at: AT,
        title: "What may this user do?",
        intro: "It holds from the user's next request on.",
        save: "Save the changes",
        way: Way::Change,
        api: OBJECT,
        object: OBJECT,
        then: THEN,
        roles: ADMINS,
        fields: &[ROLE, GROUPS],
    },
    step(
        "/console/users/:id/disable",
        "Should this user be refused from now on?",
        "From the next request on, and every session ends. Tokens that the user issued stay good: look at them, too.",
        "Disable the user",
        "/v1/users/{id}/disable",
    ),
    step(
        "/console/users/:id/enable",
        "Should this user be let in again?",
        "The sessions of before stay ended.",
        "Let the user in again",
        "/v1/users/{id}/enable",
    ),
];

/// A user, as the API answers it.
#[derive(Deserialize)]
struct User {
    id: String,
    name: String,
    role: String,
    groups: Option<Vec<String>>,
    subject: Option<String>,
    created_by: String,
    disabled_at: Option<String>,
}

impl User {
    fn state(&self) -> (&'static str, &'static str) {
        match self.disabled_at {
            Some(_) => ("denied", "Disabled"),
            None => ("recorded", "May come in"),
        }
    }
}

/// The roles there are.
pub(super) fn roles() -> Vec<Choice> {
    let roles = Role::ALL
        .iter()
        .map(|role| Choice::of(role.code(), role.code()));
    roles.collect()
}

/// The groups that exist for somebody.
pub(super) fn groups(snapshot: &Snapshot, slugs: Option<&[String]>) -> String {
    let Some(slugs) = slugs else {
        return "all".to_owned();
    };
    let names = slugs.iter().map(|slug| words::group(snapshot, slug));
    names.collect::<Vec<_>>().join(", ")
}

/// The users there are.
#[handler]
pub(in super::super) async fn index(request: &Request) -> Result<Response> {
    at_desk(request, listed).await
}

async fn listed(desk: Desk<'_>) -> Result<Response, Refusal> {
    let asking = Asking::of(&desk)?;
    let enabled = vec![
        Choice::of("true", "may come in"),
        Choice::of("false", "disabled"),
    ];
    let filters = vec![
        asking.one_of("role", "Role", roles()),
        asking.one_of("enabled", "State", enabled),
    ];
    let asked = asking.narrowed("/v1/users", &filters);
    let found: Listed<User> = asking.listed(&desk, asked, Clocks::Known).await?;
    let snapshot = desk.snapshot().await?;
    let rows = found.items.into_iter().map(|one| {
        let (class, word) = one.state();
        let by = match one.subject {
            Some(_) => "the issuer",
            None => "a password",
        };
        vec![
            Cell::link(desk.link(&format!("{AT}/{}", one.id)), one.name),
            Cell::Text(one.role),
            Cell::Text(groups(&snapshot, one.groups.as_deref())),
            Cell::Word {
                class,
                word: word.to_owned(),
            },
            Cell::Text(by.to_owned()),
            Cell::Text(one.created_by),
        ]
    });
    let table = Table {
        caption: "Users, in the order in which they were made".to_owned(),
        heads: vec!["Name", "Role", "Groups", "State", "Signs in by", "Made by"],
        rows: rows.collect(),
    };
    let list = List {
        at: AT,
        title: "Which people may come in, and do what?",
        filters,
        add: vec![("/console/users/new", "Make a user")],
        empty: "There is no user yet: whoever is here came by the operator's token. Make one for each person.",
        ..List::default()
    };
    table::show(&desk, &asking, list, table, found.next_cursor.as_deref())
}

#[derive(Template)]
#[template(path = "console/user.html")]
struct UserPage {
    frame: Frame,
    class: &'static str,
    word: &'static str,
    groups: String,
    disabled_at: Option<String>,
    may_change: bool,
    done: String,
    user: User,
}

/// One user.
#[handler]
pub(in super::super) async fn detail(request: &Request) -> Result<Response> {
    at_desk(request, shown).await
}

async fn shown(desk: Desk<'_>) -> Result<Response, Refusal> {
    let asked = Asked::read(Ids::of(desk.request).fill(OBJECT));
    let user: User = desk.get(asked, Clocks::Known).await?;
    let snapshot = desk.snapshot().await?;
    let (class, word) = user.state();
    let by = day_bar::with(
        "/console/ledger",
        &[("actor", format!("user:{}", user.name))],
    );
    page(
        StatusCode::OK,
        &UserPage {
            frame: desk.frame(AT),
            class,
            word,
            groups: groups(&snapshot, user.groups.as_deref()),
            disabled_at: user.disabled_at.as_deref().map(words::instant_of),
            may_change: desk.may(ADMINS),
            done: desk.link(&by),
            user,
        },
    )
}
