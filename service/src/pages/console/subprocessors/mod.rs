//! The subprocessors: whom a group engages, may the data go there, and what comes next.

mod forms;
mod new;
mod one;

use poem::{Request, Response, Result, handler};
use serde::Deserialize;
use transfer_decision::span::Day;
use transfer_registry_core::Snapshot;

use self::one::told;
use super::{
    desk::{Clocks, Desk, Listed, at_desk},
    forms::{Choices, Ids, among},
    relationship::{self, Location, days, read_day},
    standing::{Gates, Tense, judged},
    table::{self, Asking, Cell, Filter, List, Table},
    words,
};
use crate::{inward::Asked, refusal::Refusal};

pub(super) use forms::{FORMS, LOCATION, ROLES};
pub(super) use new::FORMS as ONBOARDING;

/// Its place in the navigation.
const AT: &str = "/console/subprocessors";

/// An engagement, as the API answers it.
#[derive(Deserialize)]
struct Subprocessor {
    id: String,
    group: String,
    organisation: String,
    service: String,
    purpose: Option<String>,
    description: Option<String>,
    data_categories: Option<Vec<String>>,
    data_subjects: Option<String>,
    data_subject_countries: Option<Vec<String>>,
    condition: Option<String>,
    status: String,
    announced_on: Option<String>,
    objection_until: Option<String>,
    effective_from: String,
    ended_on: Option<String>,
    exporter_role: Option<String>,
    importer_role: Option<String>,
    locations: Vec<Location>,
    note: Option<String>,
    source: String,
    checked_on: Option<String>,
}

impl Subprocessor {
    /// Which day is judged on a page that shows a day, and how that is said.
    fn judged_on(&self, day: Day) -> Result<(Tense, Day), Refusal> {
        let last = self.ended_on.as_deref();
        relationship::judged_on(&self.status, &self.effective_from, last, day)
    }

    /// Its stage in a word of the lists.
    fn stage(&self, day: Day) -> Result<Cell, Refusal> {
        let soon = read_day(&self.effective_from)? > day;
        let text = match self.status.as_str() {
            "active" if soon => "active, not yet in effect",
            stage => stage,
        };
        Ok(Cell::Text(words::capital(text)))
    }
}

/// The stages.
const STAGES: &[(&str, &str)] = &[
    ("proposed", "Proposed"),
    ("announced", "Announced"),
    ("active", "Active"),
    ("ended", "Ended"),
];

/// What an engagement or flow can be asked to be.
pub(super) const VERDICTS: &[(&str, &str)] = &[
    ("allow", "Allowed"),
    ("fallback", "Allowed on another basis than before"),
    ("deny", "Denied"),
];

/// The subprocessors.
#[handler]
pub(super) async fn index(request: &Request) -> Result<Response> {
    at_desk(request, listed).await
}

async fn listed(desk: Desk<'_>) -> Result<Response, Refusal> {
    let asking = Asking::of(&desk)?;
    let snapshot = desk.snapshot().await?;
    let filters = filters(&asking, &snapshot, desk.day.day());
    let asked = asking.narrowed("/v1/subprocessors", &filters);
    let found: Listed<Subprocessor> = asking.listed(&desk, asked, Clocks::Both).await?;
    let rows = rows(&desk, &snapshot, &found.items)?;
    let table = Table {
        caption: "Engagements, by when they were recorded".to_owned(),
        heads: vec![
            "Subprocessor",
            "Service",
            "Group",
            "Stage",
            "In effect",
            "How it stands",
        ],
        rows,
    };
    let list = List {
        at: AT,
        title: "Whom does each group engage, and may the data go there?",
        lead: "An engagement binds every company of its group as exporter. How it stands is its \
               weakest finding; what is not yet in effect is judged for its first day."
            .to_owned(),
        filters,
        add: vec![
            ("/console/subprocessors/new", "Take on a subprocessor"),
            (
                "/console/subprocessors/existing?record_existing=true",
                "Record one that already runs",
            ),
        ],
        export: "subprocessors",
        empty: "No subprocessor is recorded here. Take on the first one: you are led through what is needed.",
        ..List::default()
    };
    table::show(&desk, &asking, list, table, found.next_cursor.as_deref())
}

fn filters(asking: &Asking, snapshot: &Snapshot, day: Day) -> Vec<Filter> {
    let choices = |choices| among(choices, snapshot, day);
    vec![
        asking.one_of("group", "Group", choices(Choices::Groups)),
        asking.one_of(
            "organisation",
            "Organisation",
            choices(Choices::ThirdParties),
        ),
        asking.one_of("status", "Stage", choices(Choices::These(STAGES))),
        asking.one_of(
            "verdict",
            "How it stands",
            choices(Choices::These(VERDICTS)),
        ),
    ]
}

fn rows(
    desk: &Desk<'_>,
    snapshot: &Snapshot,
    items: &[Subprocessor],
) -> Result<Vec<Vec<Cell>>, Refusal> {
    let day = desk.day.day();
    let mut gates = Gates::of(snapshot);
    let mut rows = Vec::with_capacity(items.len());
    for one in items {
        let (tense, on) = one.judged_on(day)?;
        let state = gates.state(&one.id, on).map_or(Cell::Nothing, Cell::State);
        let name = words::organisation(snapshot, &one.organisation);
        rows.push(vec![
            Cell::link(desk.link(&format!("{AT}/{}", one.id)), name),
            Cell::Text(one.service.clone()),
            Cell::Text(words::group(snapshot, &one.group)),
            one.stage(day)?,
            Cell::Text(days(Some(&one.effective_from), one.ended_on.as_deref())),
            Cell::Several(vec![state, Cell::Quiet(relationship::said_of(tense, on))]),
        ]);
    }
    Ok(rows)
}

/// One subprocessor.
#[handler]
pub(super) async fn show(request: &Request) -> Result<Response> {
    at_desk(request, shown).await
}

async fn shown(desk: Desk<'_>) -> Result<Response, Refusal> {
    let path = Ids::of(desk.request).fill("/v1/subprocessors/{id}");
    let subprocessor: Subprocessor = desk.get(Asked::read(&path), Clocks::Both).await?;
    let snapshot = desk.snapshot().await?;
    let when = subprocessor.judged_on(desk.day.day())?;
    let standing = judged(&desk, &snapshot, &path, when).await?;
    let recorded = relationship::recorded(&desk, &subprocessor.id).await?;
    let about = told(&desk, &snapshot, &subprocessor, standing, recorded)?;
    relationship::show(&desk, about)
}
