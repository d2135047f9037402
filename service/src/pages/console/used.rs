//! The engagements and flows in which somebody takes part, each with how it stands.

use serde::Deserialize;
use transfer_decision::span::parse_day;

use super::{
    desk::{Clocks, Desk, Listed},
    standing::Gates,
    table::{Cell, Table},
    words,
};
use crate::{inward::Asked, refusal::Refusal};

/// How many a page shows of those that somebody sends, and of those that they receive.
const SHOWN: usize = 100;

/// An engagement or flow, as the API's lists show it.
#[derive(Debug, Deserialize)]
struct Relationship {
    id: String,
    exporter: Option<String>,
    group: Option<String>,
    #[serde(alias = "organisation")]
    importer: String,
    service: Option<String>,
    status: String,
    #[serde(alias = "effective_from")]
    valid_from: String,
    /// What it is, by its collection.
    #[serde(skip)]
    noun: &'static str,
}

/// Where an organisation sends data, and where it receives some; an engagement binds every company of
/// its group as exporter.
///
/// # Errors
/// When it cannot be read.
pub(super) async fn by(
    desk: &Desk<'_>,
    slug: &str,
    group: Option<&str>,
) -> Result<(Table, bool), Refusal> {
    let snapshot = desk.snapshot().await?;
    let mut found: Vec<Relationship> = Vec::new();
    let mut more = false;
    let sides = [
        ("subprocessors", "organisation", Some(slug)),
        ("flows", "importer", Some(slug)),
        ("subprocessors", "group", group),
        ("flows", "exporter", Some(slug)),
    ];
    for (noun, side, key) in sides {
        let Some(key) = key else { continue };
        let asked = Asked::read(format!("/v1/{noun}"))
            .with(side, key)
            .with("limit", SHOWN.to_string());
        let some: Listed<Relationship> = desk.get(asked, Clocks::Both).await?;
        more |= some.next_cursor.is_some();
        for one in some.items {
            if one.status != "ended" && !found.iter().any(|other| other.id == one.id) {
                found.push(Relationship { noun, ..one });
            }
        }
    }
    let mut gates = Gates::of(&snapshot);
    let rows = found.iter().map(|one| row(desk, &mut gates, one));
    let table = Table {
        caption: format!(
            "Engagements and flows as they stand on {}",
            words::day(desk.day.day())
        ),
        heads: vec!["Who sends to whom", "What it is", "Stage", "How it stands"],
        rows: rows.collect(),
    };
    Ok((table, more))
}

fn row(desk: &Desk<'_>, gates: &mut Gates<'_>, one: &Relationship) -> Vec<Cell> {
    let snapshot = gates.snapshot();
    let name = |slug: &str| words::organisation(snapshot, slug);
    let from = match (&one.exporter, &one.group) {
        (Some(exporter), _) => name(exporter),
        (None, Some(group)) => words::group(snapshot, group),
        (None, None) => "everybody".to_owned(),
    };
    let what = match one.noun {
        "flows" => "flow",
        _ => "engagement",
    };
    let service = one.service.as_ref();
    let path = format!("/console/{}/{}", one.noun, one.id);
    // What begins later is judged on its own first day.
    let day = desk.day.day();
    let first = parse_day(&one.valid_from).map_or(day, |first| first.max(day));
    vec![
        Cell::link(
            desk.link(&path),
            format!("{from} → {}", name(&one.importer)),
        ),
        Cell::Text(service.map_or_else(|| what.to_owned(), |service| format!("{what}: {service}"))),
        Cell::Text(words::plain(&one.status)),
        gates.state(&one.id, first).map_or(Cell::Nothing, |state| {
            // What carries nothing yet is not allowed; it would be.
            let begun = !matches!(one.status.as_str(), "proposed" | "draft");
            if begun || state > State::Warned {
                return Cell::State(state);
            }
            Cell::Word {
                class: state.class(),
                word: format!("Would be {}", words::small(state.word())),
            }
        }),
    ]
}
