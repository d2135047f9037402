//! The page of an engagement or flow: may the data go, since when and until when, what is recorded of
//! it, and what comes next.

use askama::Template;
use poem::{Response, http::StatusCode};
use serde::Deserialize;
use transfer_decision::span::{Day, parse_day};
use transfer_registry_core::Snapshot;

use super::{
    chain::Chain,
    desk::{Clocks, Desk, Listed},
    frame::Frame,
    page, remedies,
    standing::{Judged, Tense},
    table::{Cell, Table},
    words,
};
use crate::{inward::Asked, refusal::Refusal};

/// A page about an engagement or flow.
#[derive(Template)]
#[template(path = "console/relationship.html")]
struct RelationshipPage {
    frame: Frame,
    about: About,
    may_write: bool,
}

/// What the page says.
pub(super) struct About {
    /// Its place in the navigation, and that place's name.
    pub(super) at: (&'static str, &'static str),
    /// The question that the page answers.
    pub(super) title: String,
    /// What it is, in a line.
    pub(super) what: String,
    /// What is said of its stage before the verdict.
    pub(super) stage: String,
    pub(super) judged: Judged,
    pub(super) life: Vec<Stage>,
    /// What comes next, in a sentence, and where it is done.
    pub(super) next: (String, Option<Button>),
    /// What else can be done with it.
    pub(super) others: Vec<Button>,
    pub(super) facts: Vec<(&'static str, Cell)>,
    pub(super) locations: Table,
    pub(super) chain: Option<Chain>,
    /// Where the data goes on from there.
    pub(super) onward: Option<Table>,
    /// What the public list says of it.
    pub(super) published: Option<Published>,
    /// What was done to it.
    pub(super) ledger: String,
}

/// A step that can be taken.
pub(super) struct Button {
    pub(super) href: String,
    pub(super) words: &'static str,
}

/// What a public list says of an engagement.
pub(super) struct Published {
    pub(super) sentence: String,
    pub(super) links: Vec<(String, String)>,
}

/// A stage of its life.
pub(super) struct Stage {
    pub(super) name: &'static str,
    /// Where it is: `done`, `now`, `ahead` or `left-out`.
    pub(super) class: &'static str,
    /// The same in a word.
    pub(super) word: &'static str,
    /// Since when, until when, by whom.
    pub(super) when: String,
}

/// Where a stage is, seen from the one that something is in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reached {
    Done,
    Now,
    Ahead,
    LeftOut,
}

impl Stage {
    /// A stage, with what there is to say of its days.
    pub(super) fn of(name: &'static str, reached: Reached, when: String) -> Self {
        let (class, word) = match reached {
            Reached::Done => ("done", "done"),
            Reached::Now => ("now", "now"),
            Reached::Ahead => ("ahead", "to come"),
            Reached::LeftOut => ("left-out", "left out"),
        };
        Self {
            name,
            class,
            word,
            when,
        }
    }
}

/// Shows the page.
///
/// # Errors
/// A fault of ours.
pub(super) fn show(desk: &Desk<'_>, mut about: About) -> Result<Response, Refusal> {
    for healing in &mut about.judged.remedies {
        remedies::unlinked(desk, &mut healing.ways);
    }
    for part in &mut about.judged.parts {
        for finding in &mut part.findings {
            finding.mechanism = finding.mechanism.take().map(|path| desk.link(&path));
        }
    }
    // The step that comes next is offered once.
    let next = about.next.1.as_ref().map(|button| button.href.clone());
    let next = next.unwrap_or_default();
    let next = next.split('?').next().unwrap_or_default();
    about.others.retain(|button| button.href != next);
    let frame = desk.frame(about.at.0);
    let page_of = RelationshipPage {
        may_write: desk.may_write(),
        frame,
        about,
    };
    page(StatusCode::OK, &page_of)
}

/// Where the importer touches the data, as the API answers it.
#[derive(Debug, Deserialize)]
pub(super) struct Location {
    activity: String,
    place: Option<String>,
    operated_by: Option<String>,
    /// In what is published only.
    operator_name: Option<String>,
    from: Option<String>,
    until: Option<String>,
}

/// The locations.
pub(super) fn locations(desk: &Desk<'_>, snapshot: &Snapshot, all: &[Location]) -> Table {
    let rows = all.iter().map(|location| {
        let operator = location.operated_by.as_deref();
        vec![
            Cell::Text(words::capital(&words::activity_of(&location.activity))),
            Cell::Text(words::place_of(location.place.as_deref())),
            operator.map_or(Cell::Nothing, |slug| organisation(desk, snapshot, slug)),
            Cell::Text(days(location.from.as_deref(), location.until.as_deref())),
        ]
    });
    Table {
        caption: "Where the data is touched".to_owned(),
        heads: vec!["What happens there", "Where", "Run by", "On which days"],
        rows: rows.collect(),
    }
}

/// A location in a line.
pub(super) fn where_to(location: &Location) -> String {
    let mut said = format!(
        "{} in {}",
        words::activity_of(&location.activity),
        words::place_of(location.place.as_deref())
    );
    let operator = location.operator_name.as_ref();
    if let Some(operator) = operator.or(location.operated_by.as_ref()) {
        said.push_str(", run by ");
        said.push_str(operator);
    }
    if location.from.is_some() || location.until.is_some() {
        said.push_str(", ");
        said.push_str(&days(location.from.as_deref(), location.until.as_deref()));
    }
    said
}

/// An organisation, with the way to its page.
pub(super) fn organisation(desk: &Desk<'_>, snapshot: &Snapshot, slug: &str) -> Cell {
    match snapshot.organisation(slug) {
        Some(one) => {
            let path = format!("/console/organisations/{}", one.id);
            Cell::link(desk.link(&path), one.legal_name.clone())
        }
        None => Cell::Text(slug.to_owned()),
    }
}

/// A group, with the way to its page.
pub(super) fn group(desk: &Desk<'_>, snapshot: &Snapshot, slug: &str) -> Cell {
    match snapshot.group(slug) {
        Some(one) => Cell::link(
            desk.link(&format!("/console/groups/{}", one.id)),
            one.name.clone(),
        ),
        None => Cell::Text(slug.to_owned()),
    }
}

/// From a day to a day, as far as they are recorded.
pub(super) fn days(from: Option<&str>, until: Option<&str>) -> String {
    let (from, until) = (from.map(words::day_of), until.map(words::day_of));
    match (from, until) {
        (None, None) => "throughout".to_owned(),
        (Some(from), None) => format!("from {from}"),
        (None, Some(until)) => format!("until {until}"),
        (Some(from), Some(until)) => format!("from {from} to {until}"),
    }
}

/// Which day is judged where a day is shown, and how that is said: by the stage of an engagement or
/// flow, and its first and last day.
///
/// # Errors
/// A fault of ours.
pub(super) fn judged_on(
    stage: &str,
    first: &str,
    last: Option<&str>,
    day: Day,
) -> Result<(Tense, Day), Refusal> {
    let first = read_day(first)?;
    let last = last.map(read_day).transpose()?;
    Ok(match stage {
        "draft" | "proposed" | "suspended" => (Tense::WouldBe, first.max(day)),
        "ended" => (Tense::Was, last.unwrap_or(first).max(first)),
        _ if first > day => (Tense::WillBe, first),
        _ => (Tense::Is, day),
    })
}

/// For which day something is judged, as a list says it below the state; nothing of today.
pub(super) fn said_of(tense: Tense, day: Day) -> String {
    let day = words::day(day);
    match tense {
        Tense::Is => String::new(),
        Tense::WillBe => format!("from {day}"),
        Tense::WouldBe => format!("would be, on {day}"),
        Tense::Was => format!("was, on {day}"),
    }
}

/// Kinds of data, each in its words.
pub(super) fn categories(codes: Option<&Vec<String>>) -> Cell {
    listed(codes.map(|codes| {
        let named = codes.iter().map(|code| words::data_category_of(code));
        named.collect()
    }))
}

/// Countries, each by its name.
pub(super) fn countries(codes: Option<&Vec<String>>) -> Cell {
    listed(codes.map(|codes| {
        let named = codes.iter().map(|code| words::place_of(Some(code)));
        named.collect()
    }))
}

fn listed(items: Option<Vec<String>>) -> Cell {
    match items {
        Some(items) if !items.is_empty() => Cell::Text(items.join(", ")),
        _ => Cell::Quiet("nobody recorded any".to_owned()),
    }
}

/// A role on either side.
pub(super) fn roles(exporter: Option<&str>, importer: Option<&str>) -> Cell {
    if exporter.is_none() && importer.is_none() {
        return Cell::Quiet("not recorded: taken as controller to processor".to_owned());
    }
    let role = |role: Option<&str>| role.map_or_else(|| "not recorded".to_owned(), words::plain);
    Cell::Text(format!("{} to {}", role(exporter), role(importer)))
}

/// Who checked it last.
pub(super) fn checked(day: Option<&str>) -> Cell {
    match day {
        Some(day) => Cell::Text(words::day_of(day)),
        None => Cell::Quiet("never".to_owned()),
    }
}

/// A day as the API answers it.
pub(super) fn read_day(text: &str) -> Result<Day, Refusal> {
    parse_day(text).ok_or_else(|| {
        tracing::error!("an answer of the API names no day");
        Refusal::Internal
    })
}

/// The first entry of the ledger about an object.
#[derive(Deserialize)]
struct Entry {
    action: String,
    actor: String,
    recorded_at: String,
}

/// When something was recorded, by whom, and how.
///
/// # Errors
/// What the API refuses.
pub(super) async fn recorded(desk: &Desk<'_>, id: &str) -> Result<String, Refusal> {
    let asked = Asked::read("/v1/ledger")
        .with("object_id", id)
        .with("limit", "1");
    let found: Listed<Entry> = desk.get(asked, Clocks::None).await?;
    let Some(entry) = found.items.into_iter().next() else {
        return Ok(String::new());
    };
    let how = match entry.action.as_str() {
        "record_existing" => "entered as already running",
        "import" => "imported",
        _ => "entered",
    };
    Ok(format!(
        "{how} {} by {}",
        words::instant_of(&entry.recorded_at),
        entry.actor
    ))
}
