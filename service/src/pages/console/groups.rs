//! The groups, each with what it keeps and publishes.

use askama::Template;
use poem::{Request, Response, Result, handler, http::StatusCode};
use serde::Deserialize;

use super::{
    desk::{Clocks, Desk, Listed, at_desk},
    forms::{EDITORS, Field, Form, Ids, Kind, Way},
    frame::Frame,
    page,
    table::{self, Asking, Cell, List, Table},
    words,
};
use crate::{inward::Asked, refusal::Refusal};

/// Its place in the navigation.
const AT: &str = "/console/groups";

/// The forms about a group.
pub(super) const FORMS: &[Form] = &[
    Form {
        path: "/console/groups/new",
        at: AT,
        title: "Which group keeps its register here?",
        intro: "A group is a corporate group with one subprocessor list. Its companies are added next.",
        save: "Add the group",
        way: Way::Create,
        api: "/v1/groups",
        object: "",
        then: "/console/groups/{id}",
        roles: EDITORS,
        fields: FIELDS,
    },
    Form {
        path: "/console/groups/:id/edit",
        at: AT,
        title: "What changed about this group?",
        intro: "",
        save: "Save the changes",
        way: Way::Change,
        api: "/v1/groups/{id}",
        object: "/v1/groups/{id}",
        then: "/console/groups/{id}",
        roles: EDITORS,
        fields: FIELDS,
    },
];

const FIELDS: &[Field] = &[
    Field::needed("name", "Name", Kind::Line, "As the public list shows it."),
    Field::needed(
        "slug",
        "Short name for addresses",
        Kind::Line,
        "Small letters, digits and hyphens; the public list stands under /short-name/subprocessors.",
    ),
    Field::asked(
        "notice_days",
        "Days of notice",
        Kind::Number,
        "How many days before it takes effect a new subprocessor is announced: the longest period of any customer contract.",
    ),
    Field::asked(
        "objection_days",
        "Days to object",
        Kind::Number,
        "How many days customers have to object, counted from the announcement.",
    ),
    Field::asked(
        "notice_note",
        "Note on the public list",
        Kind::Text,
        "Stands above the public list.",
    ),
    Field::needed(
        "source",
        "Source",
        Kind::Line,
        "Where this is known from: a document, a date, a section.",
    ),
    Field::asked(
        "checked_on",
        "Checked on",
        Kind::Day,
        "The day on which somebody last compared this with its source.",
    ),
];

/// A group, as far as the console shows it.
#[derive(Deserialize)]
struct Group {
    id: String,
    slug: String,
    name: String,
    notice_days: Option<u32>,
    objection_days: Option<u32>,
    notice_note: Option<String>,
    source: String,
    checked_on: Option<String>,
}

/// The groups.
#[handler]
pub(super) async fn index(request: &Request) -> Result<Response> {
    at_desk(request, listed).await
}

async fn listed(desk: Desk<'_>) -> Result<Response, Refusal> {
    let asking = Asking::of(&desk)?;
    let snapshot = desk.snapshot().await?;
    let asked = asking.narrowed("/v1/groups", &[]);
    let found: Listed<Group> = asking.listed(&desk, asked, Clocks::Both).await?;
    let days =
        |days: Option<u32>| Cell::maybe(days.map(|days| words::count(days.into(), "day", "days")));
    let rows = found.items.into_iter().map(|group| {
        vec![
            Cell::link(desk.link(&format!("{AT}/{}", group.id)), group.name),
            if snapshot.published(&group.slug).is_some() {
                Cell::link(format!("/{}/subprocessors", group.slug), "public list")
            } else {
                let path = format!("/console/publishing/{}", group.id);
                Cell::link(desk.link(&path), "nothing yet: what would be published")
            },
            days(group.notice_days),
            days(group.objection_days),
        ]
    });
    let table = Table {
        caption: "Groups that keep their register here".to_owned(),
        heads: vec!["Group", "Published", "Notice", "Objection"],
        rows: rows.collect(),
    };
    let list = List {
        at: AT,
        title: "Which groups keep their register here?",
        add: vec![("/console/groups/new", "Add a group")],
        export: "groups",
        empty: "There is no group yet. Add the first one, then its companies.",
        ..List::default()
    };
    table::show(&desk, &asking, list, table, found.next_cursor.as_deref())
}

#[derive(Template)]
#[template(path = "console/group.html")]
struct GroupPage {
    frame: Frame,
    group: Group,
    /// Whether there is a public list.
    published: bool,
    /// Where it is published.
    publishing: String,
    companies: Vec<Cell>,
    /// All of them, where there are more than are shown.
    all: Option<String>,
    may_write: bool,
}

/// An organisation, as far as this page names it.
#[derive(Deserialize)]
struct Company {
    id: String,
    legal_name: String,
}

/// One group.
#[handler]
pub(super) async fn show(request: &Request) -> Result<Response> {
    at_desk(request, shown).await
}

async fn shown(desk: Desk<'_>) -> Result<Response, Refusal> {
    let path = Ids::of(desk.request).fill("/v1/groups/{id}");
    let group: Group = desk.get(Asked::read(path), Clocks::Known).await?;
    let asked = Asked::read("/v1/organisations")
        .with("group", group.slug.clone())
        .with("limit", "200");
    let companies: Listed<Company> = desk.get(asked, Clocks::Both).await?;
    let all = format!("/console/organisations?group={}", group.slug);
    let all = companies.next_cursor.map(|_| desk.link(&all));
    let companies = companies.items.into_iter().map(|one| {
        let path = format!("/console/organisations/{}", one.id);
        Cell::link(desk.link(&path), one.legal_name)
    });
    page(
        StatusCode::OK,
        &GroupPage {
            frame: desk.frame(AT),
            published: desk.snapshot().await?.published(&group.slug).is_some(),
            publishing: desk.link(&format!("/console/publishing/{}", group.id)),
            companies: companies.collect(),
            all,
            may_write: desk.may_write(),
            group,
        },
    )
}
