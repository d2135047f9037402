//! What an import does to the register, row by row.

use serde_json::Value;
use transfer_registry_core::imports::Outcome;
use uuid::Uuid;

use super::Resource;

/// How many rows are told of one by one; all are counted.
pub(crate) const MOST: usize = 1_000;
/// How many characters of a value are shown.
const LONGEST: usize = 500;
/// How much text of all values together is shown.
const MOST_TEXT: usize = 4 << 20;

/// What became, or would become, of one row that is not as the register says already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    /// The resource.
    pub(crate) resource: Resource,
    /// The row as a spreadsheet shows it.
    pub(crate) row: u32,
    /// Whether it makes an object; otherwise it changes one.
    pub(crate) creates: bool,
    /// The object.
    pub(crate) id: Uuid,
    /// Its slug, where it has one.
    pub(crate) slug: Option<String>,
    /// What it changes, by the column.
    pub(crate) fields: Vec<FieldDifference>,
}

/// One cell that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldDifference {
    /// The column.
    pub(crate) column: &'static str,
    /// What the register says, as a cell; absent: nothing.
    pub(crate) before: Option<String>,
    /// What the file says.
    pub(crate) after: Option<String>,
}

/// The first differences, and whether there are more.
#[derive(Debug, Default)]
pub(crate) struct Differences {
    /// The first of them, in the order in which they were found.
    pub(crate) listed: Vec<Difference>,
    /// Whether there are more than are listed.
    pub(crate) truncated: bool,
    text: usize,
}

impl Differences {
    /// Whether another one would be listed.
    pub(super) fn takes(&self) -> bool {
        self.listed.len() < MOST && self.text < MOST_TEXT
    }

    /// Takes note of what a row did; of a changed object with its form before and after.
    pub(super) fn add(
        &mut self,
        (resource, row): (Resource, u32),
        outcome: Outcome,
        slug: Option<String>,
        forms: Option<(Value, Value)>,
    ) {
        let creates = match outcome {
            Outcome::Unchanged(_) => return,
            Outcome::Created(_) => true,
            Outcome::Changed(_) => false,
        };
        if !self.takes() {
            self.truncated = true;
            return;
        }
        let fields = forms.map_or_else(Vec::new, |(before, after)| {
            compared(resource, &before, &after)
        });
        let shown = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let text: usize = fields
            .iter()
            .map(|field| shown(&field.before) + shown(&field.after))
            .sum();
        self.text += text;
        self.listed.push(Difference {
            resource,
            row,
            creates,
            id: outcome.id(),
            slug,
            fields,
        });
    }
}

/// The columns in which two forms of an object differ.
fn compared(resource: Resource, before: &Value, after: &Value) -> Vec<FieldDifference> {
    let columns = resource.sheet().columns.iter();
    columns
        // A row may find its object otherwise.
        .filter(|column| column.name != "id")
        .filter_map(|column| {
            let (before, after) = (column.at(before), column.at(after));
            (before != after).then(|| FieldDifference {
                column: column.name,
                before: before.map(|value| shortened(&column.shown(value))),
                after: after.map(|value| shortened(&column.shown(value))),
            })
        })
        .collect()
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn changed(at: u32) -> ((Resource, u32), Outcome) {
        ((Resource::Groups, at), Outcome::Changed(Uuid::nil()))
    }

    #[test]
    fn a_change_is_told_by_column_as_cells_show_it() {
        let before = json!({"slug": "acme", "name": "Acme", "notice_days": 30});
        let after = json!({"slug": "acme", "name": "=Acme", "notice_note": "all of them"});
        let mut differences = Differences::default();
        let (row, outcome) = changed(2);
        differences.add(row, outcome, None, Some((before, after)));
        let told: Vec<_> = differences
            .listed
            .iter()
            .flat_map(|difference| &difference.fields)
            .map(|field| {
                (
                    field.column,
                    field.before.as_deref(),
                    field.after.as_deref(),
                )
            })
            .collect();
        let expected = [
            ("name", Some("Acme"), Some("=Acme")),
            ("notice_note", None, Some("all of them")),
            ("notice_days", Some("30"), None),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn a_thousand_rows_are_told_of_and_long_values_are_shortened() {
        let mut differences = Differences::default();
        let long = json!({"name": "ä".repeat(40_000)});
        for at in 0..1_001 {
            let (row, outcome) = changed(at);
            assert!(!differences.truncated, "{at}");
            differences.add(row, outcome, None, Some((json!({}), long.clone())));
            differences.add(row, Outcome::Unchanged(Uuid::nil()), None, None);
        }
        assert_eq!(differences.listed.len(), MOST);
        assert!(differences.truncated && differences.text < MOST * 1_100);
    }
}
