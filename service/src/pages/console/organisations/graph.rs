//! Whom an organisation passes data on to, and whom they do: a picture from left to right, and the
//! same in a table.

use serde::Deserialize;
use transfer_registry_core::Snapshot;

use crate::{
    inward::Asked,
    pages::console::{
        desk::{Clocks, Desk},
        detail::{Content, Part},
        standing::Gates,
        state::State,
        table::{Cell, Table},
        words,
    },
    refusal::Refusal,
};

/// How wide a column is, and the box in it.
const COLUMN: usize = 328;
const BOX: usize = 264;
/// How high a row is, and the box in it.
const ROW: usize = 108;
const HIGH: usize = 92;
/// How many organisations a picture shows; of more, the table tells.
const MOST_DRAWN: usize = 30;
/// How many letters of a name fit into a box.
const LETTERS: usize = 33;

/// The API's answer.
#[derive(Debug, Deserialize)]
struct Upstream {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    truncated: bool,
}

#[derive(Debug, Deserialize)]
struct Node {
    organisation: String,
    legal_name: String,
    seat: Option<String>,
    depth: usize,
}

#[derive(Debug, Deserialize)]
struct Edge {
    id: String,
    kind: String,
    exporter: String,
    importer: String,
    service: Option<String>,
    operates_locations: bool,
}

/// A picture of who passes data on to whom.
#[derive(Debug)]
pub(in super::super) struct Graph {
    pub(in super::super) width: usize,
    pub(in super::super) height: usize,
    /// What it shows, for whoever does not see it.
    pub(in super::super) title: String,
    pub(in super::super) boxes: Vec<Drawn>,
    pub(in super::super) lines: Vec<Line>,
}

/// An organisation in the picture.
#[derive(Debug)]
pub(in super::super) struct Drawn {
    pub(in super::super) x: usize,
    pub(in super::super) y: usize,
    pub(in super::super) name: String,
    pub(in super::super) short: String,
    pub(in super::super) seat: String,
    /// How the weakest way to it stands; `None`: it is where the picture begins.
    pub(in super::super) state: Option<State>,
    /// Whether no way in the picture stands worse.
    pub(in super::super) weakest: bool,
}

/// A way that data goes.
#[derive(Debug)]
pub(in super::super) struct Line {
    pub(in super::super) x1: usize,
    pub(in super::super) y1: usize,
    pub(in super::super) x2: usize,
    pub(in super::super) y2: usize,
    pub(in super::super) state: State,
}

/// Whom an organisation passes data on to; nothing, when it passes none on.
///
/// # Errors
/// When it cannot be read.
pub(super) async fn part(
    desk: &Desk<'_>,
    snapshot: &Snapshot,
    slug: &str,
) -> Result<Option<Part>, Refusal> {
    let asked = Asked::read(format!("/v1/organisations/{slug}/upstream"));
    let found: Upstream = desk.get(asked, Clocks::Both).await?;
    if found.edges.is_empty() {
        return Ok(None);
    }
    let day = desk.day.day();
    let mut gates = Gates::of(snapshot);
    let states: Vec<State> = found
        .edges
        .iter()
        .map(|edge| gates.state(&edge.id, day).unwrap_or(State::NotAssessable))
        .collect();
    let mut contents = Vec::new();
    if found.nodes.len() <= MOST_DRAWN {
        contents.push(Content::Graph(drawn(&found, &states)));
    }
    contents.push(Content::Table(table(desk, snapshot, &found, &states), ""));
    let mut lead = "Directly and through others, as far as engagements and flows in effect on this day say. A chain is as good as its weakest link.".to_owned();
    if found.truncated {
        lead.push_str(" Data goes on further than is shown.");
    }
    Ok(Some(Part {
        anchor: "upstream",
        title: "Whom does it pass data on to?".to_owned(),
        lead,
        contents,
        acts: Vec::new(),
    }))
}

fn table(desk: &Desk<'_>, snapshot: &Snapshot, found: &Upstream, states: &[State]) -> Table {
    let name = |slug: &str| words::organisation(snapshot, slug);
    let rows = found.edges.iter().zip(states).map(|(edge, state)| {
        let seat = found.nodes.iter();
        let mut seat = seat.filter(|node| node.organisation == edge.importer);
        let seat = seat.next().and_then(|node| node.seat.as_deref());
        let (noun, kind) = match edge.kind.as_str() {
            "flow" => ("flows", "flow"),
            _ => ("subprocessors", "engagement"),
        };
        let what = if edge.operates_locations {
            format!("{kind}: it operates a location")
        } else {
            let service = edge.service.as_ref();
            service.map_or_else(|| kind.to_owned(), |service| format!("{kind}: {service}"))
        };
        vec![
            Cell::link(
                desk.link(&format!("/console/{noun}/{}", edge.id)),
                format!("{} → {}", name(&edge.exporter), name(&edge.importer)),
            ),
            Cell::Text(what),
            Cell::Text(words::place_of(seat)),
            Cell::State(*state),
        ]
    });
    Table {
        caption: format!(
            "Who passes data on to whom on {}",
            words::day(desk.day.day())
        ),
        heads: vec![
            "Who sends to whom",
            "What it is",
            "Seat of the recipient",
            "How it stands",
        ],
        rows: rows.collect(),
    }
}

fn drawn(found: &Upstream, states: &[State]) -> Graph {
    let mut filled: Vec<usize> = Vec::new();
    let mut boxes: Vec<Drawn> = Vec::new();
    let worst = states.iter().copied().max();
    for node in &found.nodes {
        if filled.len() <= node.depth {
            filled.resize(node.depth + 1, 0);
        }
        let row = filled.get(node.depth).copied().unwrap_or_default();
        if let Some(rows) = filled.get_mut(node.depth) {
            *rows += 1;
        }
        let ways = found.edges.iter().zip(states);
        let ways = ways.filter(|(edge, _)| edge.importer == node.organisation && node.depth > 0);
        let state = ways.map(|(_, state)| *state).max();
        boxes.push(Drawn {
            x: node.depth * COLUMN,
            y: row * ROW + 4,
            short: shortened(&node.legal_name),
            name: node.legal_name.clone(),
            seat: words::place_of(node.seat.as_deref()),
            weakest: state.is_some() && state == worst && worst > Some(State::Allowed),
            state,
        });
    }
    let place = |slug: &str| {
        let at = found
            .nodes
            .iter()
            .position(|node| node.organisation == slug)?;
        boxes.get(at)
    };
    let lines = found.edges.iter().zip(states).filter_map(|(edge, state)| {
        let (from, to) = (place(&edge.exporter)?, place(&edge.importer)?);
        Some(Line {
            x1: from.x + BOX,
            y1: from.y + HIGH / 2,
            x2: to.x,
            y2: to.y + HIGH / 2,
            state: *state,
        })
    });
    let lines = lines.collect();
    let rows = filled.iter().copied().max().unwrap_or(1);
    let others = found.nodes.len().saturating_sub(1);
    Graph {
        width: filled.len().saturating_sub(1) * COLUMN + BOX + 4,
        height: rows * ROW,
        title: format!(
            "Data goes to {}; the table below says the same",
            words::count(others as u64, "organisation", "organisations")
        ),
        boxes,
        lines,
    }
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= LETTERS {
        return name.to_owned();
    }
    let short: String = name.chars().take(LETTERS - 1).collect();
    format!("{}…", short.trim_end())
}
