//! Processing activities: what a group does with data, as its notices say.

use poem::{Request, Response, Result, handler};
use serde::Deserialize;

use super::{
    desk::{Clocks, Desk, Listed, at_desk},
    detail::{self, Content, Detail, Part},
    forms::{Choices, EDITORS, Field, Form, Ids, Kind, Way, among},
    organisations::checked,
    table::{self, Asking, Cell, List, Table},
    words,
};
use crate::{inward::Asked, refusal::Refusal};

/// Its place in the navigation.
const AT: &str = "/console/activities";

/// The forms about processing activities.
pub(super) const FORMS: &[Form] = &[
    Form {
        path: "/console/activities/new",
        at: AT,
        title: "What does the group do with data?",
        intro: "One activity for each purpose, as the group's notice or its record of processing (Art. 30 GDPR) puts it.",
        save: "Add the activity",
        way: Way::Create,
        api: "/v1/processing-activities",
        object: "",
        then: "/console/activities/{id}",
        roles: EDITORS,
        fields: NEW,
    },
    Form {
        path: "/console/activities/:id/edit",
        at: AT,
        title: "What changed about this activity?",
        intro: "",
        save: "Save the changes",
        way: Way::Change,
        api: "/v1/processing-activities/{id}",
        object: "/v1/processing-activities/{id}",
        then: "/console/activities/{id}",
        roles: EDITORS,
        fields: EDIT,
    },
];

const ROLES: &[(&str, &str)] = &[("controller", "controller"), ("processor", "processor")];

/// The fields of an activity, after those that never change.
macro_rules! activity {
    ($($fixed:expr),*) => {
        &[
            $($fixed,)*
            Field::needed(
                "name",
                "Name",
                Kind::Line,
                "As the notice calls it.",
            ),
            Field::needed(
                "purpose",
                "Purpose",
                Kind::Line,
                "A code: small letters and underscores, such as service_provision.",
            ),
            Field::asked(
                "role",
                "Role of the group",
                Kind::One(Choices::These(ROLES)),
                "Whether it decides on the purposes and means (Art. 4(7) and (8) GDPR).",
            ),
            Field::asked(
                "data_categories",
                "Data categories",
                Kind::Many(Choices::DataCategories),
                "",
            ),
            Field::asked(
                "data_described",
                "The data in the notice's words",
                Kind::Text,
                "",
            ),
            Field::asked("data_subjects", "Whose data", Kind::Line, ""),
            Field::asked(
                "legal_bases",
                "Legal bases",
                Kind::Lines,
                "As the notice states them, each on a line of its own (Art. 6 GDPR).",
            ),
            Field::asked(
                "retention",
                "How long it is kept",
                Kind::Text,
                "",
            ),
            Field::needed(
                "source",
                "Source",
                Kind::Text,
                "Where this is known from: a document, a date, a section.",
            ),
            Field::asked(
                "checked_on",
                "Checked on",
                Kind::Day,
                "The day on which somebody last compared this with its source.",
            ),
        ]
    };
}

const EDIT: &[Field] = activity!();
const NEW: &[Field] = activity!(Field::needed(
    "group",
    "Group",
    Kind::One(Choices::Groups),
    "",
));

/// An activity, as far as the console shows it.
#[derive(Deserialize)]
struct Activity {
    id: String,
    group: String,
    name: String,
    purpose: String,
    role: Option<String>,
    data_categories: Vec<String>,
    data_described: Option<String>,
    data_subjects: Option<String>,
    legal_bases: Vec<String>,
    retention: Option<String>,
    source: String,
    checked_on: Option<String>,
}

/// The activities.
#[handler]
pub(super) async fn index(request: &Request) -> Result<Response> {
    at_desk(request, listed).await
}

async fn listed(desk: Desk<'_>) -> Result<Response, Refusal> {
    let asking = Asking::of(&desk)?;
    let snapshot = desk.snapshot().await?;
    let of = |choices| among(choices, &snapshot, desk.day.day());
    let filters = vec![
        asking.one_of("group", "Group", of(Choices::Groups)),
        asking.one_of("role", "Role", of(Choices::These(ROLES))),
        asking.one_of("data_category", "Data", of(Choices::DataCategories)),
        asking.typed("purpose", "Purpose", "text"),
    ];
    let asked = asking.narrowed("/v1/processing-activities", &filters);
    let found: Listed<Activity> = asking.listed(&desk, asked, Clocks::Both).await?;
    let rows = found.items.iter().map(|one| {
        vec![
            Cell::link(desk.link(&format!("{AT}/{}", one.id)), one.name.clone()),
            Cell::Text(words::group(&snapshot, &one.group)),
            Cell::Text(words::plain(&one.purpose)),
            categories(&one.data_categories),
            Cell::maybe(one.retention.clone()),
        ]
    });
    let table = Table {
        caption: "What the groups do with data".to_owned(),
        heads: vec![
            "Activity",
            "Group",
            "Purpose",
            "Data",
            "How long it is kept",
        ],
        rows: rows.collect(),
    };
    let list = List {
        at: AT,
        title: "What do the groups do with data, and for how long?",
        filters,
        add: vec![("/console/activities/new", "Add an activity")],
        export: "processing_activities",
        empty: "There is no processing activity yet. Add what the group's notice says it does with data.",
        ..List::default()
    };
    table::show(&desk, &asking, list, table, found.next_cursor.as_deref())
}

fn categories(codes: &[String]) -> Cell {
    let named: Vec<String> = codes
        .iter()
        .map(|code| words::data_category_of(code))
        .collect();
    Cell::maybe(Some(named.join(", ")).filter(|text| !text.is_empty()))
}

/// One activity.
#[handler]
pub(super) async fn show(request: &Request) -> Result<Response> {
    at_desk(request, shown).await
}

async fn shown(desk: Desk<'_>) -> Result<Response, Refusal> {
    let path = Ids::of(desk.request).fill("/v1/processing-activities/{id}");
    let activity: Activity = desk.get(Asked::read(path), Clocks::Known).await?;
    let snapshot = desk.snapshot().await?;
    let group = words::group(&snapshot, &activity.group);
    let role = activity.role.as_deref();
    let bases = activity.legal_bases.iter().cloned().map(Cell::Text);
    let bases: Vec<Cell> = bases.collect();
    let facts = vec![
        ("Purpose", Cell::Text(words::plain(&activity.purpose))),
        ("Role of the group", Cell::maybe(activity.role.clone())),
        ("Data categories", categories(&activity.data_categories)),
        (
            "In the notice's words",
            Cell::maybe(activity.data_described),
        ),
        ("Whose data", Cell::maybe(activity.data_subjects)),
        (
            "Legal bases",
            if bases.is_empty() {
                Cell::Nothing
            } else {
                Cell::Several(bases)
            },
        ),
        ("How long it is kept", Cell::maybe(activity.retention)),
        ("Source", Cell::Text(activity.source)),
        ("Checked on", checked(activity.checked_on.as_deref())),
    ];
    let detail = Detail {
        at: AT,
        of: "Processing",
        lead: match role {
            Some(role) => format!("What {group} does as {role}."),
            None => format!("What {group} does with data."),
        },
        title: activity.name,
        acts: vec![(format!("{AT}/{}/edit", activity.id), "Change")],
        parts: vec![Part::of("", "", Content::Facts(facts))],
        id: activity.id,
        ..Detail::default()
    };
    detail::show(&desk, detail)
}
