//! The ledger: every change that was made, in sentences, with what was before and after.

mod entry;

use poem::{Request, Response, Result, handler};
use serde::Deserialize;
use serde_json::Value;
use transfer_registry_core::Snapshot;

use super::{
    day_bar,
    desk::{Clocks, Desk, Listed, at_desk},
    forms::Choice,
    objects,
    table::{self, Asking, Cell, Filter, List, Table},
    words,
};
use crate::{inward::Asked, refusal::Refusal};

pub(super) use self::entry::show;

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
        "draft" => "drafted",
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
        // The list and its version say what it is.
        let what = match self.object_type.as_str() {
            "publication" if !name.is_empty() => name.trim_start().to_owned(),
            _ => format!("the {kind}{name}"),
        };
        match did(&self.action) {
            _ if self.action == "record_existing" => {
                format!("{} recorded {what} as already running.", self.actor)
            }
            Some(did) => format!("{} {did} {what}.", self.actor),
            None => format!(
                "{} did this to {what}: {}.",
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
    let kinds = KINDS
        .iter()
        .map(|kind| Choice::of(*kind, objects::kind(kind)));
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
    let found: Listed<Entry> = asking.listed(&desk, asked, Clocks::Known).await?;
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
        // What has no name is called what it is.
        Some(page) => Cell::link(
            desk.link(&page),
            Some(entry.name(snapshot))
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| objects::kind(&entry.object_type)),
        ),
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
