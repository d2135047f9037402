//! The ledger: every change that was made, in sentences, with what was before and after.

use askama::Template;
use poem::{Request, Response, Result, handler, http::StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value};
use transfer_registry_core::Snapshot;

use super::{
    day_bar,
    desk::{Clocks, Desk, Listed, at_desk},
    forms::{Choice, Ids},
    frame::Frame,
    objects, page,
    table::{self, Asking, Cell, Filter, List, Table},
    words,
};
use crate::{inward::Asked, refusal::Refusal};

/// Its place in the navigation.
const AT: &str = "/console/ledger";

/// The kinds of objects of which the ledger tells.
const KINDS: [&str; 14] = [
    "group",
    "organisation",
    "certification",
    "subprocessor",
    "flow",
    "mechanism",
    "impact_assessment",
    "processing_activity",
    "law_amendment",
    "law_pack",
    "publication",
    "proposal",
    "user",
    "token",
];

/// An entry, as the API answers it.
#[derive(Deserialize)]
struct Entry {
    action: String,
    actor: String,
    after: Value,
    before: Option<Value>,
    hash: String,
    object_id: String,
    object_type: String,
    prev_hash: String,
    reason: Option<String>,
    recorded_at: String,
    request_id: String,
    revision: u64,
    seq: u64,
}

/// What an action is called, of somebody who did it.
fn did(action: &str) -> Option<&'static str> {
    Some(match action {
        "create" | "record" => "recorded",
        "update" | "amend" => "changed",
        "end" => "ended",
        "announce" => "announced",
        "activate" => "activated",
        "suspend" => "suspended",
        "withdraw" => "withdrew",
        "propose" => "proposed",
        "approve" => "had approved",
        "refuse" => "refused",
        "issue" => "issued",
        "revoke" => "revoked",
        "disable" => "disabled",
        "enable" => "let in again",
        "set_password" => "gave another password to",
        "dock" => "had a party accede to",
        "use" => "recorded a use of",
        "adopt" => "adopted",
        "publish" => "published",
        "import" => "imported",
        _ => return None,
    })
}

impl Entry {
    /// What was done, in a sentence.
    fn sentence(&self, snapshot: &Snapshot) -> String {
        let kind = objects::kind(&self.object_type);
        let name = self.name(snapshot);
        let name = if name.is_empty() {
            String::new()
        } else {
            format!(" {name}")
        };
        match did(&self.action) {
            Some(did) => format!("{} {did} the {kind}{name}.", self.actor),
            None => format!(
                "{} did this to the {kind}{name}: {}.",
                self.actor,
                words::plain(&self.action)
            ),
        }
    }

    /// What it is about, as it is called now, or was then.
    fn name(&self, snapshot: &Snapshot) -> String {
        let now = objects::named(snapshot, &self.object_type, &self.object_id).name;
        if !now.is_empty() {
            return now;
        }
        let names = ["legal_name", "name", "title", "slug"];
        let row = self.after.get("row").unwrap_or(&self.after);
        let mut found = names.iter().filter_map(|name| row.get(name)?.as_str());
        found.next().unwrap_or_default().to_owned()
    }
}

/// The ledger.
#[handler]
pub(super) async fn index(request: &Request) -> Result<Response> {
    at_desk(request, listed).await
}

async fn listed(desk: Desk<'_>) -> Result<Response, Refusal> {
    let asking = Asking::of(&desk)?;
    let snapshot = desk.snapshot().await?;
    let kinds = KINDS.iter().map(|kind| Choice {
        value: (*kind).to_owned(),
        label: objects::kind(kind),
    });
    let filters = vec![
        asking.one_of("object_type", "About a", kinds.collect()),
        asking.typed("object_id", "Object (its id)", "text"),
        asking.typed("actor", "By", "text"),
        asking.typed("action", "What was done", "text"),
    ];
    let days = vec![
        asking.typed("from", "From", "date"),
        asking.typed("to", "To", "date"),
    ];
    let asked = asking.narrowed("/v1/ledger", &filters);
    let asked = words::within_days(asked, asking.chosen("from"), asking.chosen("to"));
    let asked = asked.with("newest_first", "true");
    let found: Listed<Entry> = desk.get(asked, Clocks::Known).await?;
    let rows = found.items.iter().map(|entry| row(&desk, &snapshot, entry));
    let table = Table {
        caption: "Entries, the newest first".to_owned(),
        heads: vec!["Number", "What was done", "About", "When", "Why"],
        rows: rows.collect(),
    };
    let filters: Vec<Filter> = filters.into_iter().chain(days).collect();
    let list = List {
        at: AT,
        title: "What was changed, by whom, and why?",
        lead: "Every change of the register and the law, each bound to the one before by its hash. Days are those of UTC.".to_owned(),
        filters,
        empty: "Nothing was changed yet.",
        files: file(&desk, &asking),
        ..List::default()
    };
    table::show(&desk, &asking, list, table, found.next_cursor.as_deref())
}

fn row(desk: &Desk<'_>, snapshot: &Snapshot, entry: &Entry) -> Vec<Cell> {
    let object = objects::named(snapshot, &entry.object_type, &entry.object_id);
    let about = match object.page.filter(|page| desk.opens(page)) {
        Some(page) => Cell::link(desk.link(&page), entry.name(snapshot)),
        None => Cell::Text(entry.name(snapshot)),
    };
    vec![
        Cell::link(
            desk.link(&format!("{AT}/{}", entry.seq)),
            entry.seq.to_string(),
        ),
        Cell::Text(entry.sentence(snapshot)),
        about,
        Cell::Text(words::instant_of(&entry.recorded_at)),
        Cell::maybe(entry.reason.clone()),
    ]
}

/// The entries that the filters leave as a file, from the API.
fn file(desk: &Desk<'_>, asking: &Asking) -> Vec<(String, &'static str)> {
    let names = ["object_type", "object_id", "actor", "action", "from", "to"];
    let pairs = names
        .iter()
        .map(|name| (*name, asking.chosen(name).to_owned()));
    let pairs: Vec<(&str, String)> = pairs.filter(|(_, value)| !value.is_empty()).collect();
    let path = day_bar::with("/console/ledger.json", &pairs);
    vec![(desk.link(&path), "JSON")]
}

/// The entries that the filters leave, as the API shows them: those of up to so many pages.
const PAGES: usize = 500;

/// The ledger as a file.
#[handler]
pub(super) async fn export(request: &Request) -> Result<Response> {
    at_desk(request, exported).await
}

async fn exported(desk: Desk<'_>) -> Result<Response, Refusal> {
    let asking = Asking::of(&desk)?;
    let mut entries: Vec<Value> = Vec::new();
    let mut cursor: Option<String> = None;
    for _ in 0..PAGES {
        let mut asked = Asked::read("/v1/ledger").with("limit", "200");
        for name in ["object_type", "object_id", "actor", "action"] {
            if !asking.chosen(name).is_empty() {
                asked = asked.with(name, asking.chosen(name));
            }
        }
        asked = words::within_days(asked, asking.chosen("from"), asking.chosen("to"));
        if let Some(cursor) = cursor {
            asked = asked.with("cursor", cursor);
        }
        let found: Listed<Value> = desk.get(asked, Clocks::Known).await?;
        let full = found.items.len() == 200;
        entries.extend(found.items);
        cursor = found.next_cursor.filter(|_| full);
        if cursor.is_none() {
            break;
        }
    }
    let whole = cursor.is_none();
    let text = serde_json::json!({ "items": entries, "complete": whole });
    Ok(Response::builder()
        .content_type("application/json")
        .header(
            "content-disposition",
            "attachment; filename=\"ledger.json\"",
        )
        .body(text.to_string()))
}

#[derive(Template)]
#[template(path = "console/entry.html")]
struct EntryPage {
    frame: Frame,
    entry: Entry,
    sentence: String,
    when: String,
    about: Option<(String, String)>,
    rows: Vec<Row>,
    same: usize,
    checkpoint: Option<Checkpoint>,
    covered: bool,
    next: Option<String>,
    before: Option<String>,
}

/// A field that an entry changed.
struct Row {
    field: String,
    before: String,
    after: String,
    change: &'static str,
}

/// The newest signed checkpoint.
#[derive(Deserialize)]
struct Checkpoint {
    instant: String,
    note: String,
    size: u64,
}

/// One entry.
#[handler]
pub(super) async fn show(request: &Request) -> Result<Response> {
    at_desk(request, shown).await
}

async fn shown(desk: Desk<'_>) -> Result<Response, Refusal> {
    let ids = Ids::of(desk.request);
    let asked = Asked::read(ids.fill("/v1/ledger/{id}"));
    let entry: Entry = desk.get(asked, Clocks::Known).await?;
    let snapshot = desk.snapshot().await?;
    let object = objects::named(&snapshot, &entry.object_type, &entry.object_id);
    let name = entry.name(&snapshot);
    let asked = Asked::read("/v1/ledger/checkpoint");
    let checkpoint: Option<Checkpoint> = match desk.get(asked, Clocks::None).await {
        Ok(checkpoint) => Some(checkpoint),
        // None was signed yet.
        Err(Refusal::NotFound | Refusal::Forbidden) => None,
        Err(refusal) => return Err(refusal),
    };
    let (rows, same) = compared(entry.before.as_ref(), &entry.after);
    let next = neighbour(&desk, entry.seq.checked_add(1)).await?;
    let before = neighbour(&desk, entry.seq.checked_sub(1)).await?;
    page(
        StatusCode::OK,
        &EntryPage {
            frame: desk.frame(AT),
            sentence: entry.sentence(&snapshot),
            when: words::instant_of(&entry.recorded_at),
            about: object
                .page
                .filter(|page| desk.opens(page))
                .map(|page| (desk.link(&page), name)),
            rows,
            same,
            covered: checkpoint.as_ref().is_some_and(|one| entry.seq <= one.size),
            checkpoint,
            next,
            before,
            entry,
        },
    )
}

/// The entry of a number, if it is there for the reader.
async fn neighbour(desk: &Desk<'_>, seq: Option<u64>) -> Result<Option<String>, Refusal> {
    let Some(seq) = seq else { return Ok(None) };
    let asked = Asked::read(format!("/v1/ledger/{seq}"));
    match desk.read(asked, Clocks::Known).await {
        Ok(_) => Ok(Some(desk.link(&format!("{AT}/{seq}")))),
        Err(Refusal::NotFound) => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

/// What changed between two states, field by field, and how many fields did not.
fn compared(before: Option<&Value>, after: &Value) -> (Vec<Row>, usize) {
    let (mut then, mut now) = (Map::new(), Map::new());
    if let Some(before) = before {
        flattened(before, "", &mut then);
    }
    flattened(after, "", &mut now);
    let mut names: Vec<&String> = now.keys().collect();
    names.extend(then.keys().filter(|name| !now.contains_key(*name)));
    let mut same = 0;
    let mut rows = Vec::new();
    for name in names {
        let (old, new) = (words::value(then.get(name)), words::value(now.get(name)));
        let change = match (old.as_str(), new.as_str()) {
            (old, new) if old == new => {
                same += 1;
                continue;
            }
            ("—", _) => "added",
            (_, "—") => "taken out",
            _ => "changed",
        };
        rows.push(Row {
            field: name.clone(),
            before: old,
            after: new,
            change,
        });
    }
    (rows, same)
}

/// A state as a list of fields, by their places in words.
fn flattened(value: &Value, prefix: &str, into: &mut Map<String, Value>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let name = words::plain(name);
                let name = if prefix.is_empty() {
                    name
                } else {
                    format!("{prefix}, {name}")
                };
                flattened(value, &name, into);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            for (at, item) in items.iter().enumerate() {
                flattened(item, &format!("{prefix} {}", at + 1), into);
            }
        }
        other => {
            into.insert(prefix.to_owned(), other.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn two_states_are_compared_field_by_field() {
        let before = json!({"name": "A", "days": 3, "parts": [{"place": "US"}], "note": "x"});
        let after = json!({"name": "A", "days": 4, "parts": [{"place": "US"}, {"place": "DE"}]});
        let (rows, same) = compared(Some(&before), &after);
        let told: Vec<_> = rows
            .iter()
            .map(|row| {
                (
                    row.field.as_str(),
                    row.before.as_str(),
                    row.after.as_str(),
                    row.change,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("days", "3", "4", "changed"),
                ("parts 2, place", "—", "DE", "added"),
                ("note", "x", "—", "taken out"),
            ]
        );
        assert_eq!(same, 2);
    }
}
