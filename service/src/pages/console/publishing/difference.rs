//! What differs between two publications, in words.

use serde::Deserialize;

use crate::pages::console::{
    relationship::{Location, where_to},
    table::{Cell, Table},
    words,
};

/// What differs, as the API answers it.
#[derive(Deserialize)]
pub(super) struct Difference {
    group: Vec<FieldChange>,
    companies: Vec<Change>,
    subprocessors: Vec<Change>,
}

/// A company or engagement that differs.
#[derive(Deserialize)]
struct Change {
    legal_name: String,
    service: Option<String>,
    change: String,
    fields: Vec<FieldChange>,
}

/// A field that differs.
#[derive(Deserialize)]
struct FieldChange {
    field: String,
    before: Option<Holds>,
    after: Option<Holds>,
}

/// What a field holds: one of these.
#[derive(Deserialize)]
struct Holds {
    text: Option<String>,
    day: Option<String>,
    days: Option<u64>,
    place: Option<String>,
    role: Option<String>,
    data_categories: Option<Vec<String>>,
    locations: Option<Vec<Location>>,
}

impl Difference {
    /// How much differs, in a sentence.
    pub(super) fn sentence(&self) -> String {
        let items = self.companies.iter().chain(&self.subprocessors);
        let said = counted(self.group.len(), items.map(|one| one.change.as_str()));
        format!("{}.", words::capital(&said))
    }

    /// Everything that differs.
    pub(super) fn table(&self, caption: &str) -> Table {
        let mut rows = Vec::new();
        if !self.group.is_empty() {
            rows.push(vec![
                Cell::Text("The group itself".to_owned()),
                Cell::Text("changed".to_owned()),
                Cell::Several(self.group.iter().map(FieldChange::cell).collect()),
            ]);
        }
        for (change, what) in self
            .subprocessors
            .iter()
            .map(|one| (one, "subprocessor"))
            .chain(self.companies.iter().map(|one| (one, "company")))
        {
            let service = change.service.as_deref().unwrap_or(what);
            let fields = change.fields.iter().map(FieldChange::cell);
            rows.push(vec![
                Cell::Text(format!("{} ({service})", change.legal_name)),
                Cell::Text(verb(&change.change).to_owned()),
                Cell::Several(fields.collect()),
            ]);
        }
        Table {
            caption: caption.to_owned(),
            heads: vec!["What", "What becomes of it", "Field by field"],
            rows,
        }
    }
}

fn verb(change: &str) -> &str {
    match change {
        "altered" => "changed",
        other => other,
    }
}

/// So many things that differ, in words: the group's own fields, and what became of each thing.
pub(super) fn counted<'c>(fields: usize, changes: impl Iterator<Item = &'c str>) -> String {
    let (mut added, mut removed, mut altered) = (0, 0, 0);
    for change in changes {
        match change {
            "added" => added += 1,
            "removed" => removed += 1,
            _ => altered += 1,
        }
    }
    let fields = u64::try_from(fields).unwrap_or(u64::MAX);
    let said: Vec<String> = [
        (added, "added"),
        (removed, "removed"),
        (altered, "changed"),
        (fields, "of the group’s own facts changed"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect();
    if said.is_empty() {
        "nothing differs".to_owned()
    } else {
        said.join(", ")
    }
}

impl FieldChange {
    fn cell(&self) -> Cell {
        let name = words::capital(&name(&self.field));
        let said = |holds: &Option<Holds>| holds.as_ref().map(Holds::words);
        Cell::Text(match (said(&self.before), said(&self.after)) {
            (Some(before), Some(after)) => format!("{name}: was “{before}”, is now “{after}”"),
            (None, Some(after)) => format!("{name}: is now “{after}”, nothing was said before"),
            (Some(before), None) => format!("{name}: was “{before}”, nothing is said any more"),
            (None, None) => name,
        })
    }
}

/// A field's name.
fn name(field: &str) -> String {
    match field {
        "notice_note" => "note on the list".to_owned(),
        "notice_days" => "days of notice".to_owned(),
        "objection_days" => "days to object".to_owned(),
        "seat_note" => "about the seat".to_owned(),
        "registration" => "registration number".to_owned(),
        "description" => "more about it".to_owned(),
        "data_categories" => "data".to_owned(),
        "data_subjects" => "whose data".to_owned(),
        "locations" => "where the data is touched".to_owned(),
        "exporter_role" => "the group’s role".to_owned(),
        "importer_role" => "the subprocessor’s role".to_owned(),
        "announced_on" => "announced on".to_owned(),
        "objection_until" => "objections until".to_owned(),
        "effective_from" => "first day in effect".to_owned(),
        "ended_on" => "last day in effect".to_owned(),
        other => words::plain(other),
    }
}

impl Holds {
    fn words(&self) -> String {
        let list = |items: Vec<String>| items.join(", ");
        let days = self.days.map(|days| words::count(days, "day", "days"));
        let categories = self.data_categories.as_ref();
        let categories = categories.map(|codes| {
            let named = codes.iter().map(|code| words::data_category_of(code));
            list(named.collect())
        });
        let locations = self.locations.as_ref();
        let locations =
            locations.map(|all| all.iter().map(where_to).collect::<Vec<_>>().join("; "));
        let place = self.place.as_deref();
        self.text
            .clone()
            .or_else(|| self.day.as_deref().map(words::day_of))
            .or(days)
            .or_else(|| place.map(|place| words::place_of(Some(place))))
            .or_else(|| self.role.as_deref().map(words::plain))
            .or(categories)
            .or(locations)
            .unwrap_or_default()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_differs_is_counted_and_said_field_by_field() {
        let found: Difference = serde_json::from_value(json!({
            "group": [{ "field": "notice_days", "before": { "days": 1 }, "after": { "days": 30 } }],
            "companies": [],
            "subprocessors": [
                { "legal_name": "New, Inc.", "service": "mail", "change": "added", "fields": [] },
                { "legal_name": "Old AG", "service": "hosting", "change": "altered", "fields": [
                    { "field": "locations",
                      "before": { "locations": [{ "activity": "storage", "place": "DE" }] },
                      "after": { "locations": [
                          { "activity": "storage", "place": "US", "from": "2027-01-01" },
                          { "activity": "remote_access" },
                      ] } },
                    { "field": "ended_on", "after": { "day": "2027-01-31" } },
                ] },
            ],
        }))
        .unwrap();
        assert_eq!(
            found.sentence(),
            "1 added, 1 changed, 1 of the group’s own facts changed."
        );
        let table = format!("{:?}", found.table("").rows);
        for said in [
            "Days of notice: was “1 day”, is now “30 days”",
            "New, Inc. (mail)",
            "was “storage in Germany”, is now “storage in United States",
            "from 1 January 2027; remote access in an unknown country”",
            "Last day in effect: is now “31 January 2027”, nothing was said before",
        ] {
            assert!(table.contains(said), "{said}: {table}");
        }
        assert_eq!(counted(0, std::iter::empty()), "nothing differs");
    }
}
