//! Every field that the schemas have, said and not said, goes out in every format and comes back.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use transfer_registry_core::{
    ChangeError, Context, Draft, Registry, RegistryConfig, Scope, imports::Row,
};

use super::{Resource, resolved};
use crate::{
    config::Config,
    exchange::{Options, export, rows},
    tables::{Format, Kind, Record, Sheet, Source, TableFile, write_table},
};

/// A text that no format may touch.
const TEXT: &str = " =1; a\\b, 'c' and \"d\" ";
const ID: &str = "01930000-0000-7000-8000-000000000001";

/// Which of the fields that may be left out are there, and what some of them say.
struct Wanted<'w> {
    has: &'w dyn Fn(&str) -> bool,
    says: Option<(&'w str, Value)>,
}

/// The values of one resource, made from its schemas.
struct Forms {
    components: Value,
    /// The schema of the input form, with what a row has beside it.
    schema: Value,
    sheet: Sheet,
}

impl Forms {
    fn of(resource: Resource) -> Self {
        let (name, components) = rows::form_of(resource);
        let mut schema = components["schemas"][name.as_str()].clone();
        let fields = schema["properties"].as_object_mut().unwrap();
        let text = json!({"type": "string", "pattern": "id"});
        fields.insert("id".to_owned(), json!({"type": "string", "format": "uuid"}));
        match resource {
            Resource::Subprocessors => {
                let stages = ["proposed", "announced", "active", "ended"];
                fields.insert(
                    "status".to_owned(),
                    json!({"type": "string", "enum": stages}),
                );
            }
            Resource::Flows => {
                let stages = ["draft", "active", "suspended", "ended"];
                fields.insert(
                    "status".to_owned(),
                    json!({"type": "string", "enum": stages}),
                );
            }
            Resource::Mechanisms => {
                let one = json!({"type": "object", "required": ["on", "note"], "properties": {
                    "id": {"type": "string", "format": "uuid"},
                    "on": {"type": "string", "format": "date"}, "note": {"type": "string"}}});
                fields.insert("uses".to_owned(), json!({"type": "array", "items": one}));
            }
            Resource::Certifications => {
                fields.insert("organisation".to_owned(), text);
                let required = schema["required"].as_array_mut().unwrap();
                required.push(json!("organisation"));
            }
            Resource::LawAmendments => {
                fields.insert("withdrawn".to_owned(), json!({"type": "boolean"}));
            }
            _ => {}
        }
        let sheet = resource.sheet();
        Self {
            components,
            schema,
            sheet,
        }
    }

    /// A value of a schema.
    fn value(&self, schema: &Value, place: &str, wanted: &Wanted<'_>) -> Value {
        if let Some((_, said)) = wanted.says.as_ref().filter(|(at, _)| *at == place) {
            return said.clone();
        }
        let schema = resolved(&self.components, schema);
        match schema["type"].as_str().unwrap() {
            "object" => {
                let mut fields = Map::new();
                for (name, field) in schema["properties"].as_object().unwrap() {
                    let inside = format!("{place}/{name}");
                    let required = schema["required"].as_array().into_iter().flatten();
                    if required.into_iter().any(|one| one == name) || (wanted.has)(&inside) {
                        fields.insert(name.clone(), self.value(field, &inside, wanted));
                    }
                }
                Value::Object(fields)
            }
            "array" => json!([self.value(&schema["items"], &format!("{place}/0"), wanted)]),
            "boolean" => json!(true),
            "integer" => json!(schema["minimum"].as_i64().unwrap_or(3)),
            _ => text(schema).unwrap_or_else(|| self.free(place)),
        }
    }

    /// A text that may be anything: as much of it as its column takes.
    fn free(&self, place: &str) -> Value {
        let mut columns = self.sheet.columns.iter();
        let column = columns.find(|column| place.strip_prefix('/') == Some(column.name));
        json!(match column.map(|column| column.kind) {
            Some(Kind::Code) => "a code",
            _ => TEXT,
        })
    }

    /// Every place, and what else may stand there than what is written everywhere.
    fn places(&self, schema: &Value, place: &str, found: &mut Vec<(String, Vec<Value>)>) {
        let schema = resolved(&self.components, schema);
        let others = match schema["type"].as_str().unwrap() {
            "object" => {
                for (name, field) in schema["properties"].as_object().unwrap() {
                    self.places(field, &format!("{place}/{name}"), found);
                }
                return found.push((place.to_owned(), Vec::new()));
            }
            "array" => {
                self.places(&schema["items"], &format!("{place}/0"), found);
                // Uses that are none are not said: those that there are stay.
                let others = if place == "/uses" {
                    None
                } else {
                    Some(json!([]))
                };
                others.into_iter().collect()
            }
            "boolean" => vec![json!(false)],
            _ => codes(schema).skip(1).cloned().collect(),
        };
        found.push((place.to_owned(), others));
    }

    /// Each field alone, all but each, and each thing that a field may say.
    fn all(&self) -> Vec<Value> {
        let mut places = Vec::new();
        self.places(&self.schema, "", &mut places);
        let make =
            |has: &dyn Fn(&str) -> bool, says| self.value(&self.schema, "", &Wanted { has, says });
        let within = |place: &str, outer: &str| {
            let rest = place.strip_prefix(outer);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let mut all = vec![make(&|_| true, None), make(&|_| false, None)];
        for (place, others) in &places {
            all.push(make(&|at| !within(at, place), None));
            all.push(make(&|at| within(place, at), None));
            for other in others {
                all.push(make(&|_| true, Some((place.as_str(), other.clone()))));
                all.push(make(
                    &|at| within(place, at),
                    Some((place.as_str(), other.clone())),
                ));
            }
        }
        all
    }
}

/// The codes that a text may be.
fn codes(schema: &Value) -> impl Iterator<Item = &Value> {
    let codes = schema["enum"].as_array();
    let codes = codes.or_else(|| schema["x-extensible-enum"].as_array());
    codes.into_iter().flatten()
}

/// A text of a certain form; nothing when it may be any.
fn text(schema: &Value) -> Option<Value> {
    if let Some(code) = codes(schema).next() {
        return Some(code.clone());
    }
    match (schema["format"].as_str(), schema["pattern"].as_str()) {
        (Some("date"), _) => Some(json!("2026-01-02")),
        (Some("uuid"), _) => Some(json!(ID)),
        (Some(format), _) => unreachable!("nobody writes a {format} here"),
        (_, Some(pattern)) if pattern.contains("[A-Z]{2}") => Some(json!("DE")),
        (_, Some(_)) => Some(json!("a-slug")),
        (None, None) => None,
    }
}

fn read(sheet: Sheet, format: Format, all: &[Value]) -> Vec<Record> {
    let mut bytes = Vec::new();
    write_table(format, &mut bytes, &sheet, all.iter().cloned()).unwrap();
    let mut file = TableFile::open(Source::Bytes(bytes), Some(format)).unwrap();
    let records = file.records(&sheet).unwrap();
    records.map(Result::unwrap).collect()
}

/// The forms that are acceptable as they are. Of an amendment of the law, what its kind does not
/// have is taken out.
fn acceptable(resource: Resource, forms: &Forms) -> Vec<Value> {
    let mut all = forms.all();
    if resource == Resource::LawAmendments {
        let kinds: Vec<_> = codes(&forms.components["schemas"]["LawAmendmentKind"]).collect();
        let of_each = |value: &Value| {
            kinds
                .iter()
                .map(|kind| {
                    let mut value = value.clone();
                    value["amendment"]["kind"] = json!(kind);
                    value
                })
                .collect::<Vec<_>>()
        };
        all = all.iter().flat_map(of_each).collect();
        for value in &mut all {
            for fault in faults(resource, value) {
                let unknown = fault.0 == "unknown_field";
                let name = fault.1.strip_prefix("amendment/").filter(|_| unknown);
                let name = name.and_then(|name| name.split('/').next());
                let terms = value["amendment"].as_object_mut().unwrap();
                name.map(|name| terms.remove(name));
            }
        }
    }
    all.retain(|value| faults(resource, value).is_empty());
    all
}

/// What is wrong with a form, by code and column.
fn faults(resource: Resource, value: &Value) -> Vec<(&'static str, String)> {
    let records = read(resource.sheet(), Format::Json, std::slice::from_ref(value));
    let faults = records
        .into_iter()
        .flat_map(|record| rows::faults(resource, record));
    faults
        .map(|fault| (fault.code, fault.column.unwrap_or_default()))
        .collect()
}

/// What a table's records say.
fn said(resource: Resource, records: Vec<Record>, draft: &Draft) -> Vec<Row> {
    let row = |record: Record| {
        let found = rows::faults(resource, record.clone());
        assert!(found.is_empty(), "{resource:?} {found:?}\n{}", record.value);
        rows::row(resource, record.value, draft, Options::default()).unwrap()
    };
    records.into_iter().map(row).collect()
}

fn goes_round(resource: Resource, draft: &Draft) {
    let sheet = resource.sheet();
    let forms = Forms::of(resource);
    let all = acceptable(resource, &forms);
    for column in sheet.columns {
        let says = |value: &&Value| column.at(value).is_some();
        assert!(
            all.iter().any(|value| says(&value)),
            "{resource:?} never has {}",
            column.name
        );
        assert!(
            !column.optional || !all.iter().all(|value| says(&value)),
            "{resource:?} always has {}",
            column.name
        );
    }
    let given = said(resource, read(sheet, Format::Json, &all), draft);
    assert_eq!(given.len(), all.len());
    let exported: Vec<Value> = given.iter().cloned().map(export::form).collect();
    for format in Format::ALL.iter().copied() {
        let back = said(resource, read(sheet, format, &exported), draft);
        for ((given, back), form) in given.iter().zip(&back).zip(&all) {
            assert_eq!(given, back, "{resource:?} as {format:?}: {form}");
        }
        assert_eq!(given.len(), back.len());
    }
}

#[tokio::test]
async fn every_field_said_or_not_said_goes_out_and_comes_back_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let registry = Registry::open(RegistryConfig {
        database_url: "sqlite::memory:".to_owned(),
        data_dir: folder.path().to_owned(),
        ..Config::defaults(false).registry()
    });
    let registry = registry.await.unwrap();
    let context = Context {
        actor: "a test".to_owned(),
        reason: None,
        request_id: "a test".to_owned(),
    };
    let nothing = registry.rehearse(&context, &Scope::All, |draft| {
        for resource in Resource::ALL.iter().copied() {
            goes_round(resource, draft);
        }
        Err(ChangeError::Nothing)
    });
    assert!(matches!(nothing.await, Err(ChangeError::Nothing)));
}

#[test]
fn the_forms_say_each_flag_both_ways_and_not_at_all() {
    let all = Forms::of(Resource::Mechanisms).all();
    let said = |flag: &str| -> BTreeSet<String> {
        let said = all.iter().map(|form| form["statements"][flag].to_string());
        said.collect()
    };
    let expected: BTreeSet<_> = ["true", "false", "null"].map(str::to_owned).into();
    for flag in ["repetitive", "swiss_addendum"] {
        assert_eq!(said(flag), expected, "{flag}");
    }
}
