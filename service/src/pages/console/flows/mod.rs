//! The flows: who sends what to whom, may the data go there, and where it goes on.

mod forms;
mod one;
mod outlook;

use poem::{Request, Response, Result, handler};
use serde::Deserialize;
use transfer_decision::span::Day;
use transfer_registry_core::Snapshot;

use self::one::told;
use super::{
    desk::{Clocks, Desk, Listed, at_desk},
    forms::{Choices, Ids, among},
    relationship::{self, Location, days},
    standing::{Gates, Tense, judged},
    subprocessors::VERDICTS,
    table::{self, Asking, Cell, Filter, List, Table},
    to, words,
};
use crate::{inward::Asked, refusal::Refusal};

pub(super) use forms::FORMS;

/// Its place in the navigation.
const AT: &str = "/console/flows";

/// A flow, as the API answers it.
#[derive(Deserialize)]
struct Flow {
    id: String,
    group: Option<String>,
    /// Of an engagement nobody in particular: every company of the group sends.
    exporter: Option<String>,
    importer: String,
    exporter_role: Option<String>,
    importer_role: Option<String>,
    data_subjects: Vec<String>,
    data_categories: Option<Vec<String>>,
    purpose: Option<String>,
    status: String,
    valid_from: String,
    valid_to: Option<String>,
    continues: Option<String>,
    collected_from_data_subject: bool,
    suspensions: Vec<Suspension>,
    locations: Vec<Location>,
    owner: Option<String>,
    note: Option<String>,
    source: String,
    checked_on: Option<String>,
}

/// Days on which a flow carried nothing.
#[derive(Deserialize)]
struct Suspension {
    from: String,
    until: Option<String>,
}

impl Flow {
    /// Which day is judged on a page that shows a day, and how that is said.
    fn judged_on(&self, day: Day) -> Result<(Tense, Day), Refusal> {
        let last = self.valid_to.as_deref();
        relationship::judged_on(&self.status, &self.valid_from, last, day)
    }
}

/// The stages.
const STAGES: &[(&str, &str)] = &[
    ("draft", "Draft"),
    ("active", "Active"),
    ("suspended", "Suspended"),
    ("ended", "Ended"),
];

/// The flows.
#[handler]
pub(super) async fn index(request: &Request) -> Result<Response> {
    at_desk(request, listed).await
}

async fn listed(desk: Desk<'_>) -> Result<Response, Refusal> {
    let asking = Asking::of(&desk)?;
    let snapshot = desk.snapshot().await?;
    let filters = filters(&asking, &snapshot, desk.day.day());
    let asked = asking.narrowed("/v1/flows", &filters);
    let found: Listed<Flow> = asking.listed(&desk, asked, Clocks::Both).await?;
    // Engagements stand among the flows only where a verdict is asked for.
    let (caption, lead) = if asking.chosen("verdict").is_empty() {
        (
            "Flows, by when they were recorded",
            "A flow goes from one organisation to another; engagements stand under Subprocessors, \
             and here among those that stand in one way. How each stands is its weakest finding; \
             what is not yet in effect is judged for its first day.",
        )
    } else {
        (
            "Flows and engagements that stand so, by when they were recorded",
            "A flow goes from one organisation to another, an engagement from every company of its \
             group. How each stands is its weakest finding; what is not yet in effect is judged for \
             its first day.",
        )
    };
    let table = Table {
        caption: caption.to_owned(),
        heads: vec![
            "From whom to whom",
            "What it is",
            "Data",
            "Stage",
            "In effect",
            "How it stands",
        ],
        rows: rows(&desk, &snapshot, &found.items)?,
    };
    let list = List {
        at: AT,
        title: "Which data flows are registered, and may they run?",
        lead: lead.to_owned(),
        filters,
        add: vec![("/console/flows/new", "Register a flow")],
        export: "flows",
        empty: "No flow is registered here. Register the first one, as a draft or as it already runs.",
        ..List::default()
    };
    table::show(&desk, &asking, list, table, found.next_cursor.as_deref())
}

fn filters(asking: &Asking, snapshot: &Snapshot, day: Day) -> Vec<Filter> {
    let choices = |choices| among(choices, snapshot, day);
    vec![
        asking.one_of("group", "Group", choices(Choices::Groups)),
        asking.one_of("exporter", "From", choices(Choices::Organisations)),
        asking.one_of("importer", "To", choices(Choices::Organisations)),
        asking.one_of("status", "Stage", choices(Choices::These(STAGES))),
        asking.one_of("destination", "Destination", choices(Choices::Places)),
        asking.one_of("data_category", "Data", choices(Choices::DataCategories)),
        asking.one_of(
            "verdict",
            "How it stands",
            choices(Choices::These(VERDICTS)),
        ),
    ]
}

fn rows(desk: &Desk<'_>, snapshot: &Snapshot, items: &[Flow]) -> Result<Vec<Vec<Cell>>, Refusal> {
    let day = desk.day.day();
    let mut gates = Gates::of(snapshot);
    let mut rows = Vec::with_capacity(items.len());
    for flow in items {
        let (tense, on) = flow.judged_on(day)?;
        let state = gates.state(&flow.id, on).map_or(Cell::Nothing, Cell::State);
        let to = words::organisation(snapshot, &flow.importer);
        let (path, from, what) = match (&flow.exporter, flow.group.as_deref()) {
            (Some(exporter), _) => (AT, words::organisation(snapshot, exporter), "Flow"),
            (None, group) => (
                "/console/subprocessors",
                words::group(snapshot, group.unwrap_or_default()),
                "Engagement",
            ),
        };
        rows.push(vec![
            Cell::link(
                desk.link(&format!("{path}/{}", flow.id)),
                format!("{from} → {to}"),
            ),
            Cell::Text(what.to_owned()),
            relationship::categories(flow.data_categories.as_ref()),
            Cell::Text(words::capital(&flow.status)),
            Cell::Text(days(Some(&flow.valid_from), flow.valid_to.as_deref())),
            Cell::Several(vec![state, Cell::Quiet(relationship::said_of(tense, on))]),
        ]);
    }
    Ok(rows)
}

/// One flow.
#[handler]
pub(super) async fn show(request: &Request) -> Result<Response> {
    at_desk(request, shown).await
}

async fn shown(desk: Desk<'_>) -> Result<Response, Refusal> {
    let path = Ids::of(desk.request).fill("/v1/flows/{id}");
    let flow: Flow = desk.get(Asked::read(&path), Clocks::Both).await?;
    let snapshot = desk.snapshot().await?;
    let Some(exporter) = flow.exporter.as_deref() else {
        // An engagement has a page of its own.
        let path = format!("/console/subprocessors/{}", flow.id);
        return Ok(to(&desk.link(&path)));
    };
    let when = flow.judged_on(desk.day.day())?;
    let standing = judged(&desk, &snapshot, &path, when).await?;
    let recorded = relationship::recorded(&desk, &flow.id).await?;
    let flow = (&flow, exporter);
    let about = told(&desk, &snapshot, flow, standing, (recorded, when.1))?;
    relationship::show(&desk, about)
}
