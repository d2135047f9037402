//! Many editors of one row: each change is made to what its editor has read, or not at all.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::time::sleep;

use super::long;
use crate::fixture::{Answer, Service, on_both_databases, text};

on_both_databases![editors_of_one_row_never_overwrite_each_other];

const EDITORS: usize = 32;
const ROW: &str = "/v1/organisations/stripe";

/// An editor who is refused this often in a row does not get on.
const MOST_TRIES: usize = 500;

/// How many changes are made in all.
fn edits() -> usize {
    if long() { 10_000 } else { 1_000 }
}

/// What an editor wrote and was told that it is kept.
#[derive(Debug)]
struct Accepted {
    version: i64,
    revision: u64,
    text: String,
}

/// What the editors share: how many changes were begun, and how many were refused.
#[derive(Debug, Default)]
struct Desk {
    begun: AtomicUsize,
    refused: AtomicUsize,
    busy: AtomicUsize,
}

/// What an editor has before it: the row's tag, and the number of the edit that it shows.
async fn read(service: &Service, desk: &Desk) -> (String, String) {
    for _ in 0..MOST_TRIES {
        let answer = service.get(ROW).await;
        if !is_busy(desk, &answer).await {
            let shown = answer.ok();
            return (answer.tag().to_owned(), number(&shown).to_owned());
        }
    }
    panic!("the row is never to be read");
}

/// The number of the edit that a row shows; what it said before the first has none.
fn number(row: &Value) -> &str {
    let note = text(row, "seat_note");
    note.strip_prefix("edit ")
        .and_then(|rest| rest.split(' ').next())
        .unwrap_or("none")
}

/// Whether the service asks to come again.
async fn is_busy(desk: &Desk, answer: &Answer) -> bool {
    let busy = answer.status == 503;
    if busy {
        answer.problem(503);
        desk.busy.fetch_add(1, Ordering::Relaxed);
        sleep(Duration::from_millis(20)).await;
    }
    busy
}

/// How long an editor waits who was refused: longer each time, and seldom as long as another.
fn pause(tried: usize, turn: usize) -> Duration {
    let longest = 40 * (tried.min(7) + 1);
    let millis = (turn * 61 + tried * 37) % longest;
    Duration::from_millis(u64::try_from(millis).expect("a short pause"))
}

/// Makes one change, as often as it takes.
async fn edit(service: &Service, desk: &Desk, edit: usize, editor: usize) -> Accepted {
    let (mut tag, mut seen) = read(service, desk).await;
    for tried in 0..MOST_TRIES {
        let text = format!("edit {edit} by editor {editor}, who has read {seen}");
        let answer = service
            .patch(ROW, &tag, &json!({ "seat_note": text }))
            .await;
        if is_busy(desk, &answer).await {
            continue;
        }
        if answer.status == 412 {
            let problem = answer.problem(412);
            assert_eq!(problem["code"], "precondition_failed");
            desk.refused.fetch_add(1, Ordering::Relaxed);
            // The fewer get in each other's way the sooner all have their turn.
            sleep(pause(tried, edit + editor * 7)).await;
            (tag, seen) = read(service, desk).await;
            continue;
        }
        let shown = answer.ok();
        assert_eq!(
            shown["seat_note"], *text,
            "the answer shows what was written"
        );
        return Accepted {
            version: shown["version"].as_i64().expect("a version"),
            revision: answer.revision(),
            text,
        };
    }
    panic!("edit {edit} was refused {MOST_TRIES} times");
}

/// One editor, until all changes are made.
async fn editing(service: Service, desk: Arc<Desk>, editor: usize) -> Vec<Accepted> {
    let mut accepted = Vec::new();
    loop {
        let next = desk.begun.fetch_add(1, Ordering::Relaxed);
        if next >= edits() {
            return accepted;
        }
        accepted.push(edit(&service, &desk, next, editor).await);
    }
}

async fn editors_of_one_row_never_overwrite_each_other(service: Service) {
    let since = Instant::now();
    let before = service.get(ROW).await.ok();
    let first = before["version"].as_i64().expect("a version");
    let desk = Arc::new(Desk::default());
    let editors: Vec<_> = (0..EDITORS)
        .map(|editor| tokio::spawn(editing(service.clone(), Arc::clone(&desk), editor)))
        .collect();
    let mut accepted = BTreeMap::new();
    for editor in editors {
        for edit in editor.await.expect("an editor ends well") {
            let other = accepted.insert(edit.version, edit);
            assert!(other.is_none(), "two edits made one version: {other:?}");
        }
    }
    assert_eq!(accepted.len(), edits());

    // The accepted edits are the versions, and the last one is what the row says.
    let versions: Vec<i64> = accepted.keys().copied().collect();
    let newest = first + i64::try_from(edits()).expect("a number");
    assert_eq!(versions, (first + 1..=newest).collect::<Vec<_>>());
    let now = service.get(ROW).await.ok();
    assert_eq!(now["version"], newest);
    assert_eq!(now["seat_note"], *accepted[&newest].text);

    // Each was made to what its editor had read: the edit just before it.
    let list = format!("/v1/ledger?object_id={}", text(&before, "id"));
    let entries = service.every(&list, 200).await;
    let entries: Vec<_> = entries
        .iter()
        .filter(|entry| entry["after"]["version"].as_i64() > Some(first))
        .collect();
    assert_eq!(
        entries.len(),
        accepted.len(),
        "an entry for each accepted edit"
    );
    for (entry, edit) in entries.iter().zip(accepted.values()) {
        assert_eq!(entry["after"]["version"], edit.version);
        assert_eq!(entry["after"]["seat_note"], *edit.text);
        assert_eq!(entry["revision"], edit.revision);
        let read = edit
            .text
            .rsplit(' ')
            .next()
            .expect("the edit that was read");
        assert_eq!(read, number(&entry["before"]), "{entry}");
    }
    let refused = desk.refused.load(Ordering::Relaxed);
    assert!(
        refused > edits() / 10,
        "only {refused} met another's change"
    );
    let (busy, took) = (desk.busy.load(Ordering::Relaxed), since.elapsed());
    println!(
        "{EDITORS} editors, {} edits accepted, version {newest}, {refused} refused for a newer \
         version, {busy} asked to come again, in {took:.1?}",
        accepted.len()
    );
}
