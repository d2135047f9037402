//! The engagements and flows in which somebody takes part, each with how it stands.

use serde::Deserialize;
use transfer_registry_core::Snapshot;

use super::{
    desk::{Clocks, Desk, Listed},
    explain::{Said, State},
    table::{Cell, Table},
    words,
};
use crate::{inward::Asked, refusal::Refusal};

/// How many a page shows of those that somebody sends, and of those that they receive.
const SHOWN: usize = 100;

/// An engagement or flow, as the API's list shows it.
#[derive(Debug, Deserialize)]
struct Relationship {
    id: String,
    kind: String,
    exporter: Option<String>,
    group: Option<String>,
    importer: String,
    service: Option<String>,
    status: String,
    standing: Option<Standing>,
}

#[derive(Debug, Deserialize)]
struct Standing {
    verdict: String,
    reasons: Vec<Said>,
}

/// Where an organisation sends data, and where it receives some.
///
/// # Errors
/// When it cannot be read.
pub(super) async fn by(desk: &Desk<'_>, slug: &str) -> Result<(Table, bool), Refusal> {
    let snapshot = desk.snapshot().await?;
    let mut found: Vec<Relationship> = Vec::new();
    let mut more = false;
    for side in ["importer", "exporter"] {
        let asked = Asked::read("/v1/flows")
            .with(side, slug)
            .with("limit", SHOWN.to_string());
        let some: Listed<Relationship> = desk.get(asked, Clocks::Both).await?;
        more |= some.next_cursor.is_some();
        for one in some.items {
            if !found.iter().any(|other| other.id == one.id) {
                found.push(one);
            }
        }
    }
    let rows = found.iter().map(|one| row(desk, &snapshot, one));
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

fn row(desk: &Desk<'_>, snapshot: &Snapshot, one: &Relationship) -> Vec<Cell> {
    let name = |slug: &str| words::organisation(snapshot, slug);
    let from = match (&one.exporter, &one.group) {
        (Some(exporter), _) => name(exporter),
        (None, Some(group)) => words::group(snapshot, group),
        (None, None) => "everybody".to_owned(),
    };
    let (noun, what) = match one.kind.as_str() {
        "flow" => ("flows", "flow"),
        _ => ("subprocessors", "engagement"),
    };
    let service = one.service.as_ref();
    let path = format!("/console/{noun}/{}", one.id);
    vec![
        Cell::link(
            desk.link(&path),
            format!("{from} → {}", name(&one.importer)),
        ),
        Cell::Text(service.map_or_else(|| what.to_owned(), |service| format!("{what}: {service}"))),
        Cell::Text(words::plain(&one.status)),
        one.standing.as_ref().map_or(Cell::Nothing, |standing| {
            let state = state(standing);
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

fn state(standing: &Standing) -> State {
    match standing.verdict.as_str() {
        "allow" => State::Allowed,
        "fallback" => State::Warned,
        _ => State::of("denied", false, &standing.reasons),
    }
}
