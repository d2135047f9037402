//! The engagements and flows in which somebody takes part, each with how it stands.

use serde::Deserialize;
use transfer_registry_core::Snapshot;

use super::{
    desk::{Clocks, Desk, Listed},
    detail::{Content, Part},
    relationship::{judged_on, said_of},
    standing::Gates,
    table::{Cell, Table},
    words,
};
use crate::{inward::Asked, refusal::Refusal};

/// How many a page shows of each list that somebody stands in.
const SHOWN: usize = 50;

/// A list in which somebody may stand, and on which side of it.
struct Side<'a> {
    /// The list's name, in the API as in the console.
    noun: &'static str,
    /// What narrows it, and to what.
    by: (&'static str, &'a str),
    /// What all of it is called.
    all: &'static str,
}

/// An engagement or flow, as the API's lists show them.
#[derive(Debug, Deserialize)]
struct Relationship {
    id: String,
    /// Of an engagement nobody in particular: every company of the group sends.
    exporter: Option<String>,
    group: Option<String>,
    #[serde(alias = "organisation")]
    importer: String,
    service: Option<String>,
    status: String,
    #[serde(alias = "effective_from")]
    valid_from: String,
    #[serde(alias = "ended_on")]
    valid_to: Option<String>,
}

/// Where an organisation sends data, and where it receives some. A company of a group sends under
/// every engagement of its group.
///
/// # Errors
/// When it cannot be read.
pub(super) async fn part(
    desk: &Desk<'_>,
    slug: &str,
    group: Option<&str>,
) -> Result<Part, Refusal> {
    let snapshot = desk.snapshot().await?;
    let side = |noun, by, all| Side { noun, by, all };
    let mut sides = vec![
        side(
            "subprocessors",
            ("organisation", slug),
            "All engagements of it",
        ),
        side("flows", ("importer", slug), "All flows to it"),
        side("flows", ("exporter", slug), "All flows from it"),
    ];
    sides.extend(group.map(|group| {
        let all = "All engagements of its group";
        side("subprocessors", ("group", group), all)
    }));
    let mut gates = Gates::of(&snapshot);
    let mut rows = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    let mut further: Vec<Cell> = Vec::new();
    for Side { noun, by, all } in sides {
        let (name, value) = by;
        let asked = Asked::read(format!("/v1/{noun}"))
            .with(name, value)
            .with("limit", SHOWN.to_string());
        let found: Listed<Relationship> = desk.get(asked, Clocks::Both).await?;
        if found.next_cursor.is_some() {
            let path = format!("/console/{noun}?{name}={value}");
            further.push(Cell::link(desk.link(&path), all));
        }
        for one in found.items {
            // What is over stands on a page of a day before its end.
            if one.status != "ended" && !seen.contains(&one.id) {
                rows.push(row(desk, &snapshot, &mut gates, noun, &one)?);
                seen.push(one.id);
            }
        }
    }
    let table = Table {
        caption: format!(
            "Engagements and flows as they stand on {}",
            words::day(desk.day.day())
        ),
        heads: vec!["Who sends to whom", "What it is", "Stage", "How it stands"],
        rows,
    };
    let empty = "No engagement or flow leads to it, or from it, on this day.";
    let title = "Where does data go to it, and from it?";
    let mut part = Part::of("used", title, Content::Table(table, empty));
    if group.is_some() {
        part = part.after("Every engagement of its group binds it as exporter.");
    }
    if !further.is_empty() {
        let sentence = format!("There are more; of each list the first {SHOWN} are shown here.");
        part.contents.push(Content::Said(sentence));
        part.contents.push(Content::Links(further));
    }
    Ok(part)
}

fn row(
    desk: &Desk<'_>,
    snapshot: &Snapshot,
    gates: &mut Gates<'_>,
    noun: &str,
    one: &Relationship,
) -> Result<Vec<Cell>, Refusal> {
    let name = |slug: &str| words::organisation(snapshot, slug);
    let from = match (&one.exporter, &one.group) {
        (Some(exporter), _) => name(exporter),
        (None, Some(group)) => words::group(snapshot, group),
        (None, None) => "everybody".to_owned(),
    };
    let what = one.service.as_ref().map_or_else(
        || "flow".to_owned(),
        |service| format!("engagement: {service}"),
    );
    let (first, last) = (one.valid_from.as_str(), one.valid_to.as_deref());
    let (tense, on) = judged_on(&one.status, first, last, desk.day.day())?;
    let state = gates.state(&one.id, on).map_or(Cell::Nothing, |state| {
        // What carries nothing yet is not allowed; it would be.
        if state.is_denied() || !matches!(one.status.as_str(), "proposed" | "draft") {
            return Cell::State(state);
        }
        Cell::Word {
            class: state.class(),
            word: format!("Would be {}", words::small(state.word())),
        }
    });
    Ok(vec![
        Cell::link(
            desk.link(&format!("/console/{noun}/{}", one.id)),
            format!("{from} → {}", name(&one.importer)),
        ),
        Cell::Text(what),
        Cell::Text(words::plain(&one.status)),
        Cell::Several(vec![state, Cell::Quiet(said_of(tense, on))]),
    ])
}
