//! The columns are the input forms, and rows go round.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod every_field;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Resource, rows::form_of};
use crate::tables::Kind;

/// What a table has beside the input form, and how.
fn beside(resource: Resource) -> BTreeMap<String, (Kind, bool)> {
    let mut beside = BTreeMap::from([("id".to_owned(), (Kind::Code, true))]);
    match resource {
        Resource::Subprocessors | Resource::Flows => {
            beside.insert("status".to_owned(), (Kind::Code, true));
        }
        Resource::Mechanisms => {
            beside.insert("uses".to_owned(), (Kind::Json, true));
        }
        Resource::Certifications => {
            beside.insert("organisation".to_owned(), (Kind::Code, false));
        }
        Resource::LawAmendments => {
            beside.insert("withdrawn".to_owned(), (Kind::Bool, true));
        }
        _ => {}
    }
    beside
}

/// The schema that a reference leads to.
fn resolved<'s>(components: &'s Value, schema: &'s Value) -> &'s Value {
    let reference = schema["$ref"].as_str();
    let name = reference.and_then(|reference| reference.rsplit('/').next());
    name.map_or(schema, |name| &components["schemas"][name])
}

/// The columns of an object's fields: its name, what its cells hold, whether it may be absent.
fn columns(
    components: &Value,
    schema: &Value,
    around: &str,
    optional: bool,
    columns: &mut BTreeMap<String, (Kind, bool)>,
) {
    let required: BTreeSet<&str> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    for (name, field) in schema["properties"].as_object().unwrap() {
        let place = format!("{around}{name}");
        let optional = optional || !required.contains(name.as_str());
        let field = resolved(components, field);
        let kind = match field["type"].as_str().unwrap() {
            "object" => {
                let flags = field["properties"].as_object().unwrap().values();
                let flags: Vec<_> = flags.map(|flag| resolved(components, flag)).collect();
                if flags.iter().any(|flag| flag["type"] != "boolean") {
                    self::columns(components, field, &format!("{place}/"), optional, columns);
                    continue;
                }
                Kind::Flags
            }
            "array" => match resolved(components, &field["items"])["type"]
                .as_str()
                .unwrap()
            {
                "string" => Kind::List,
                _ => Kind::Json,
            },
            "boolean" => Kind::Bool,
            "integer" => Kind::Integer,
            "string" if field["format"] == "date" => Kind::Day,
            _ => Kind::Text,
        };
        columns.insert(place, (kind, optional));
    }
}

#[test]
fn every_field_of_an_input_form_has_its_column_and_every_column_its_field() {
    for resource in Resource::ALL.iter().copied() {
        let (name, components) = form_of(resource);
        let mut expected = beside(resource);
        let schema = &components["schemas"][name.as_str()];
        columns(&components, schema, "", false, &mut expected);
        let sheet = resource.sheet();
        assert_eq!(sheet.name, resource.code());
        let found: BTreeMap<String, (Kind, bool)> = sheet
            .columns
            .iter()
            .map(|column| {
                // A code is text that has no space around it.
                let text = column.kind == Kind::Code && column.name != "id";
                let beside = beside(resource).contains_key(column.name);
                let kind = if text && !beside {
                    Kind::Text
                } else {
                    column.kind
                };
                (column.name.to_owned(), (kind, column.optional))
            })
            .collect();
        assert_eq!(found, expected, "{name}");
        assert_eq!(
            found.len(),
            sheet.columns.len(),
            "{name} has a column twice"
        );
    }
}

#[test]
fn what_others_refer_to_comes_before_them() {
    let place = |resource| Resource::ALL.iter().position(|one| *one == resource);
    for (first, later) in [
        (Resource::Groups, Resource::Organisations),
        (Resource::Organisations, Resource::Certifications),
        (Resource::Organisations, Resource::Subprocessors),
        (Resource::Organisations, Resource::Mechanisms),
        (Resource::Mechanisms, Resource::ImpactAssessments),
        (Resource::Organisations, Resource::Flows),
        (Resource::Groups, Resource::ProcessingActivities),
    ] {
        assert!(place(first) < place(later), "{first:?} {later:?}");
    }
}

#[test]
fn the_page_lists_every_column_as_it_is() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/import-export.md");
    let page = std::fs::read_to_string(page).unwrap();
    for resource in Resource::ALL {
        let section = format!("### {}\n", resource.code());
        let section = page
            .split(&section)
            .nth(1)
            .unwrap_or_else(|| unreachable!("{section}"));
        let section = section.split("\n#").next().unwrap();
        let told: Vec<Vec<&str>> = section
            .lines()
            .filter(|line| line.starts_with("| `"))
            .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
            .collect();
        let columns = resource.sheet().columns.iter();
        let expected: Vec<_> = columns
            .map(|column| {
                let must = if column.optional { "" } else { "required" };
                (
                    format!("`{}`", column.name),
                    kind_in_words(column.kind),
                    must,
                )
            })
            .collect();
        let told: Vec<_> = told
            .iter()
            .map(|row| (row[0].to_owned(), row[1], row[2]))
            .collect();
        assert_eq!(told, expected, "docs/import-export.md, {}", resource.code());
    }
}

fn kind_in_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Code => "code",
        Kind::Day => "day",
        Kind::Bool => "true or false",
        Kind::Integer => "number",
        Kind::List => "list",
        Kind::Flags => "flags",
        Kind::Json => "JSON",
    }
}
