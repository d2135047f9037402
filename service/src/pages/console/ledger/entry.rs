//! One entry of the ledger: what was done, with what was before and after, and how it is bound.

use askama::Template;
use poem::{Request, Response, Result, handler, http::StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{AT, Entry};
use crate::{
    inward::Asked,
    pages::console::{
        desk::{Clocks, Desk, at_desk},
        forms::Ids,
        frame::Frame,
        objects, page, words,
    },
    refusal::Refusal,
};

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
    /// Where it can be read, of what is no text for people.
    href: Option<String>,
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
pub(in super::super) async fn show(request: &Request) -> Result<Response> {
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
    let (mut rows, same) = compared(entry.before.as_ref(), &entry.after);
    if entry.object_type == "publication" {
        // What a publication shows is kept to the letter, and read on its own page.
        let content = rows.iter_mut().filter(|row| row.field == "content");
        for row in content {
            let path = format!("/console/publications/{}", entry.object_id);
            row.href = Some(desk.link(&path));
            "What this version shows and changed".clone_into(&mut row.after);
        }
    }
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
        let (old, new) = (said(then.get(name)), said(now.get(name)));
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
            href: None,
        });
    }
    (rows, same)
}

/// A value as it was kept, with its day or instant written out.
fn said(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => match words::day_of(text) {
            day if day != *text => day,
            _ => words::instant_of(text),
        },
        value => words::value(value),
    }
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
    fn days_and_instants_are_written_out() {
        let kept = |text: &str| said(Some(&json!(text)));
        assert_eq!(kept("2020-07-16"), "16 July 2020");
        assert_eq!(
            kept("2020-07-16T09:30:00.123456Z"),
            "16 July 2020, 09:30:00 UTC"
        );
        assert_eq!(kept("Version 2 of 2020-07-16"), "Version 2 of 2020-07-16");
    }

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
