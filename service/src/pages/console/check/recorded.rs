//! Decisions that were given: the list, one of them, and one decided again.

use askama::Template;
use poem::{
    Request, Response, Result, handler,
    http::{Method, StatusCode},
};
use serde::Deserialize;
use serde_json::Value;

use super::answered::{Answer, Answered};
use crate::{
    inward::Asked,
    pages::console::{
        desk::{Clocks, Desk, Listed, at_desk, typed},
        explain::State,
        forms::{Choice, Ids},
        frame::Frame,
        page,
        table::{self, Asking, Cell, List, Table},
        words,
    },
    refusal::Refusal,
};

/// Its place in the navigation: that of the form.
const AT: &str = super::AT;
const PATH: &str = "/v1/transfer-checks/{id}";

/// A decision, as lists show it.
#[derive(Deserialize)]
struct Recorded {
    id: String,
    recorded_at: String,
    decision: String,
    exporter: String,
    importer: String,
    as_of: String,
    known_at: String,
    law_pack: String,
}

/// What was decided, as it was given.
#[handler]
pub(in super::super) async fn index(request: &Request) -> Result<Response> {
    at_desk(request, listed).await
}

async fn listed(desk: Desk<'_>) -> Result<Response, Refusal> {
    let asking = Asking::of(&desk)?;
    let decisions = vec![Choice::of("allow", "allowed"), Choice::of("deny", "denied")];
    let filters = vec![
        asking.typed("exporter", "Who sends", "text"),
        asking.typed("importer", "Who receives", "text"),
        asking.one_of("decision", "Came out", decisions),
    ];
    let days = vec![
        asking.typed("from", "Given from", "date"),
        asking.typed("to", "Given to", "date"),
    ];
    let asked = asking.narrowed("/v1/transfer-checks", &filters);
    let asked = words::within_days(asked, asking.chosen("from"), asking.chosen("to"));
    let found: Listed<Recorded> = asking.listed(&desk, asked, Clocks::Known).await?;
    let snapshot = desk.snapshot().await?;
    let rows = found.items.into_iter().map(|one| {
        let state = match one.decision.as_str() {
            "allow" => State::Allowed,
            _ => State::Denied,
        };
        let name = |slug: &str| words::organisation(&snapshot, slug);
        let known = if one.known_at == one.recorded_at {
            Cell::Quiet("as known then".to_owned())
        } else {
            Cell::Text(words::instant_of(&one.known_at))
        };
        vec![
            Cell::link(
                desk.link(&format!("/console/checks/{}", one.id)),
                words::instant_of(&one.recorded_at),
            ),
            Cell::Text(format!("{} → {}", name(&one.exporter), name(&one.importer))),
            Cell::State(state),
            Cell::Text(words::day_of(&one.as_of)),
            known,
            Cell::Quiet(one.law_pack),
        ]
    });
    let table = Table {
        caption: "Decisions, in the order in which they were given".to_owned(),
        heads: vec![
            "Given",
            "Who sends to whom",
            "Decision",
            "Asked for",
            "As known on",
            "Law pack",
        ],
        rows: rows.collect(),
    };
    let list = List {
        at: AT,
        title: "What was decided?",
        lead: "Every answer that a check has given, with what it rested on. Each can be decided again.".to_owned(),
        filters: filters.into_iter().chain(days).collect(),
        empty: "Nothing was asked yet. Check a transfer first.",
        ..List::default()
    };
    table::show(&desk, &asking, list, table, found.next_cursor.as_deref())
}

#[derive(Template)]
#[template(path = "console/recorded_check.html")]
struct RecordedPage {
    frame: Frame,
    answered: Answered,
    replay: String,
    replayed: Option<Replayed>,
}

/// A decision given again.
struct Replayed {
    identical: bool,
    differences: Vec<(String, String, String)>,
}

/// One decision, as it was given.
#[handler]
pub(in super::super) async fn detail(request: &Request) -> Result<Response> {
    at_desk(request, shown).await
}

async fn shown(desk: Desk<'_>) -> Result<Response, Refusal> {
    let ids = Ids::of(desk.request);
    let answer: Answer = desk.get(Asked::read(ids.fill(PATH)), Clocks::None).await?;
    one(&desk, &ids, answer, None).await
}

async fn one(
    desk: &Desk<'_>,
    ids: &Ids,
    answer: Answer,
    replayed: Option<Replayed>,
) -> Result<Response, Refusal> {
    let snapshot = desk.snapshot().await?;
    page(
        StatusCode::OK,
        &RecordedPage {
            frame: desk.frame(AT),
            answered: Answered::of(desk, &snapshot, answer),
            replay: desk.link(&ids.fill("/console/checks/{id}/replay")),
            replayed,
        },
    )
}

/// A decision beside the same question decided again.
#[derive(Deserialize)]
struct Replay {
    identical: bool,
    differences: Vec<Difference>,
    recorded: Value,
}

#[derive(Deserialize)]
struct Difference {
    pointer: String,
    recorded: Option<Value>,
    replayed: Option<Value>,
}

/// One decision, decided again from what was recorded by then.
#[handler]
pub(in super::super) async fn replay(request: &Request) -> Result<Response> {
    at_desk(request, again).await
}

async fn again(desk: Desk<'_>) -> Result<Response, Refusal> {
    let ids = Ids::of(desk.request);
    let path = format!("{}/replay", ids.fill(PATH));
    // It reads, although it is posted.
    let asked = Asked::done(Method::POST, path, None);
    let both: Replay = desk.get(asked, Clocks::None).await?;
    let differences = both.differences.into_iter().map(|one| {
        (
            place(&one.pointer),
            words::value(one.recorded.as_ref()),
            words::value(one.replayed.as_ref()),
        )
    });
    let replayed = Replayed {
        identical: both.identical,
        differences: differences.collect(),
    };
    one(&desk, &ids, typed(both.recorded)?, Some(replayed)).await
}

/// A place in an answer, in words.
fn place(pointer: &str) -> String {
    let steps = pointer.trim_start_matches('/').split('/');
    let steps: Vec<String> = steps
        .map(|step| match step.parse::<usize>() {
            Ok(number) => format!("number {}", number + 1),
            Err(_) => words::plain(step),
        })
        .collect();
    steps.join(", ")
}
