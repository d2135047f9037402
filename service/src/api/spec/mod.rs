//! The API's document: what poem-openapi says, made into clean OpenAPI 3.0.3.
//!
//! The committed `openapi/openapi.json` is exactly [`document`]; a test compares the two. The
//! request checks read the same document, so that what is promised is what is held.

mod cleaning;
mod examples;
mod responses;
mod writing;

use std::{collections::BTreeSet, sync::LazyLock};

use poem_openapi::{registry::Registry, types::Type};
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Map, Value, json};

use super::{
    access, codes,
    paging::{CURSOR_PATTERN, GREATEST, USUAL},
    query::{Kind, Parameter, Parameters},
    service, v1,
    values::GREATEST_REVISION,
};

pub(crate) use writing::{IF_MATCH, WRITING, mark};

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| build(&service().spec()));
static TEXT: LazyLock<String> = LazyLock::new(|| {
    let mut text = serde_json::to_string_pretty(&Ordered(&DOCUMENT)).unwrap_or_default();
    text.push('\n');
    text
});

/// The API's document, exactly as it is committed and served.
#[must_use]
pub fn document() -> &'static str {
    &TEXT
}

/// The components that a request's body of type `T` is made of, as the document shows them.
pub(crate) fn components<T: Type>() -> Value {
    let mut registry = Registry::new();
    T::register(&mut registry);
    let mut schemas = serde_json::to_value(&registry.schemas).unwrap_or_default();
    cleaning::clean(&mut schemas);
    for schema in schemas
        .as_object_mut()
        .into_iter()
        .flat_map(Map::values_mut)
    {
        close(schema);
    }
    let mut document = json!({"components": {"schemas": schemas}});
    list_growing(&mut document);
    document
        .get_mut("components")
        .map(Value::take)
        .unwrap_or_default()
}

/// The components that requests are made of, by name.
fn inputs(document: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for operation in operations(document) {
        if let Some(body) = operation.get("requestBody") {
            reach(document, body, &mut names);
        }
    }
    names
}

/// The document that is made of what poem-openapi says.
pub(crate) fn build(said: &str) -> Value {
    let mut document = serde_json::from_str(said).unwrap_or_default();
    cleaning::clean(&mut document);
    head(&mut document);
    parameters(&mut document);
    writing::declare(&mut document);
    responses::declare(&mut document);
    close_inputs(&mut document);
    list_growing(&mut document);
    examples::add(&mut document);
    for (_, _, operation) in operations_mut(&mut document) {
        access::declare(operation);
    }
    document
}

fn head(document: &mut Value) {
    let Some(root) = document.as_object_mut() else {
        return;
    };
    root.insert("openapi".to_owned(), "3.0.3".into());
    root.insert(
        "info".to_owned(),
        json!({
            "title": "Transfer Registry",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "May this personal data go there, on this day, and why? The registry \
                answers transfer checks under the GDPR, the Swiss FADP and the UK GDPR from dated, \
                cited law and from what a group has recorded of its organisations, engagements, \
                flows and transfer mechanisms.\n\nA change names the version that it is made to \
                (`if-match`), may say why (`x-change-reason`), counts once under an \
                `idempotency-key` where it creates something, and with `dry_run` shows what it \
                would do instead of doing it.\n\nIn answers a field without a value is absent. \
                Days are calendar days in Brussels, both ends of a span inclusive. Vocabularies \
                marked `x-extensible-enum` may grow.",
            "contact": {"name": "Transfer Registry"},
            "license": {
                "name": "Apache-2.0",
                "url": "https://www.apache.org/licenses/LICENSE-2.0",
            },
        }),
    );
    root.insert(
        "servers".to_owned(),
        json!([{"url": "/", "description": "The service that serves this document."}]),
    );
}

/// The query parameters, which poem-openapi does not see, from their declarations.
fn parameters(document: &mut Value) {
    add::<v1::attention::AttentionFilters>(document);
    add::<v1::groups::GroupFilters>(document);
    add::<v1::groups::GroupQuery>(document);
    add::<v1::organisations::OrganisationFilters>(document);
    add::<v1::organisations::OrganisationQuery>(document);
    add::<v1::organisations::CertificationFilters>(document);
    add::<v1::organisations::CertificationQuery>(document);
    add::<v1::organisations::UpstreamQuery>(document);
    add::<v1::processing_activities::ProcessingActivityFilters>(document);
    add::<v1::processing_activities::ProcessingActivityQuery>(document);
    add::<v1::proposals::ProposalFilters>(document);
    add::<v1::proposals::ProposalQuery>(document);
    add::<v1::proposals::ImpactQuery>(document);
    add::<v1::publications::PublicationFilters>(document);
    add::<v1::publications::PublicationQuery>(document);
    add::<v1::publications::PreviewQuery>(document);
    add::<v1::subprocessors::SubprocessorFilters>(document);
    add::<v1::subprocessors::SubprocessorQuery>(document);
    add::<v1::subprocessors::SubprocessorStandingQuery>(document);
    add::<v1::flows::FlowFilters>(document);
    add::<v1::flows::FlowQuery>(document);
    add::<v1::flows::FlowStandingQuery>(document);
    add::<v1::mechanisms::MechanismFilters>(document);
    add::<v1::mechanisms::MechanismQuery>(document);
    add::<v1::impact_assessments::ImpactAssessmentFilters>(document);
    add::<v1::impact_assessments::ImpactAssessmentQuery>(document);
    add::<v1::adequacy_decisions::AdequacyDecisionFilters>(document);
    add::<v1::adequacy_decisions::AdequacyDecisionQuery>(document);
    add::<v1::law_amendments::LawAmendmentFilters>(document);
    add::<v1::law_amendments::LawAmendmentQuery>(document);
    add::<v1::territories::TerritoryFilters>(document);
    add::<v1::territories::TerritoryQuery>(document);
    add::<v1::exports::ExportParameters>(document);
    add::<v1::imports::ImportParameters>(document);
    add::<v1::imports::ImportQuery>(document);
    add::<v1::ledger::LedgerFilters>(document);
    add::<v1::ledger::LedgerEntryQuery>(document);
    add::<v1::tokens::TokenFilters>(document);
    add::<v1::tokens::TokenQuery>(document);
    add::<v1::users::UserFilters>(document);
    add::<v1::users::UserQuery>(document);
    add::<v1::transfer_checks::RecordedCheckFilters>(document);
    add::<v1::participant_lists::ReadingQuery>(document);
    add::<v1::participant_lists::ReadingFilters>(document);
    add::<v1::participant_lists::ReadingLookup>(document);
    add::<v1::participant_lists::DifferenceFilters>(document);
    add::<v1::participant_lists::ParticipantFilters>(document);
}

fn add<P: Parameters>(document: &mut Value) {
    let declared: Vec<Value> = P::PARAMETERS.iter().map(shown).collect();
    for (_, _, operation) in operations_mut(document) {
        if operation.get("operationId").and_then(Value::as_str) != Some(P::OPERATION) {
            continue;
        }
        if let Some(operation) = operation.as_object_mut() {
            let list = operation.entry("parameters").or_insert_with(|| json!([]));
            if let Some(list) = list.as_array_mut() {
                list.extend(declared.iter().cloned());
            }
        }
    }
}

/// A query parameter as the document shows it.
fn shown(parameter: &Parameter) -> Value {
    let schema = match parameter.kind {
        Kind::Limit => json!({
            "type": "integer", "format": "int32", "minimum": 1, "maximum": GREATEST, "default": USUAL,
        }),
        Kind::Cursor => json!({"type": "string", "pattern": CURSOR_PATTERN}),
        Kind::AsOf => json!({"type": "string", "format": "date"}),
        Kind::KnownAt | Kind::Instant => json!({"type": "string", "format": "date-time"}),
        Kind::Number => json!({
            "type": "integer", "format": "int64", "minimum": 0, "maximum": GREATEST_REVISION,
        }),
        Kind::Name => json!({"type": "string", "minLength": 1, "maxLength": 200}),
        Kind::Flag => json!({"type": "boolean"}),
        Kind::Place => json!({"type": "string", "pattern": "^([A-Z]{2}|EEA)$"}),
        Kind::Country => json!({"$ref": "#/components/schemas/Country"}),
        Kind::Code(name, _) => json!({"$ref": format!("#/components/schemas/{name}")}),
    };
    json!({
        "name": parameter.name,
        "in": "query",
        "description": parameter.about,
        "required": parameter.required,
        "schema": schema,
    })
}

/// Requests take no field that the document does not name.
fn close_inputs(document: &mut Value) {
    for name in inputs(document) {
        if let Some(schema) = component_mut(document, &name) {
            close(schema);
        }
    }
}

/// Closes an object; a map from names to values says itself what it takes.
fn close(schema: &mut Value) {
    if let Some(fields) = schema.as_object_mut()
        && fields.get("type").and_then(Value::as_str) == Some("object")
    {
        let closed = fields.entry("additionalProperties");
        closed.or_insert_with(|| false.into());
    }
}

/// Vocabularies that may grow: today's codes, without closing the list.
fn list_growing(document: &mut Value) {
    for (name, today) in codes::growing() {
        for name in [name.to_owned(), format!("{name}OrNull")] {
            if let Some(schema) = component_mut(document, &name).and_then(Value::as_object_mut) {
                schema.insert("x-extensible-enum".to_owned(), json!(today));
            }
        }
    }
}

fn component_mut<'a>(document: &'a mut Value, name: &str) -> Option<&'a mut Value> {
    document
        .get_mut("components")?
        .get_mut("schemas")?
        .get_mut(name)
}

/// Every operation of the document.
fn operations(document: &Value) -> impl Iterator<Item = &Value> {
    document
        .get("paths")
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(Map::values)
        .filter_map(Value::as_object)
        .flat_map(Map::values)
}

/// The API's document.
pub(crate) fn value() -> &'static Value {
    &DOCUMENT
}

/// Path, method and id of every operation of a document.
pub(crate) fn operation_ids(document: &Value) -> Vec<(String, String, String)> {
    let mut document = document.clone();
    let operations = operations_mut(&mut document);
    let named = operations.filter_map(|(path, method, operation)| {
        let id = operation.get("operationId")?.as_str()?;
        Some((path.to_owned(), method.to_owned(), id.to_owned()))
    });
    named.collect()
}

/// The same to be changed, each with its path and method.
fn operations_mut(document: &mut Value) -> impl Iterator<Item = (&str, &str, &mut Value)> {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    paths.into_iter().flatten().flat_map(|(path, methods)| {
        let methods = methods.as_object_mut().into_iter().flatten();
        methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

/// Collects the components that a part of the document refers to, and theirs.
fn reach(document: &Value, part: &Value, names: &mut BTreeSet<String>) {
    match part {
        Value::Object(fields) => {
            let name = fields
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|reference| reference.strip_prefix("#/components/schemas/"));
            if let Some(name) = name
                && names.insert(name.to_owned())
                && let Some(schema) = document.pointer(&format!("/components/schemas/{name}"))
            {
                reach(document, schema, names);
            }
            for field in fields.values() {
                reach(document, field, names);
            }
        }
        Value::Array(items) => {
            for item in items {
                reach(document, item, names);
            }
        }
        _ => {}
    }
}

/// Keys in the order in which a reader expects them, whatever order the map itself keeps.
struct Ordered<'a>(&'a Value);

/// What stands first, in this order; everything else follows by name.
const FIRST: &[&str] = &[
    "openapi",
    "info",
    "servers",
    "tags",
    "paths",
    "components",
    "operationId",
    "name",
    "in",
    "title",
    "summary",
    "description",
    "type",
    "format",
];

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(fields) => {
                let rank = |name: &str| FIRST.iter().position(|first| *first == name);
                let mut fields: Vec<_> = fields.iter().collect();
                fields.sort_by_key(|(name, _)| (rank(name).unwrap_or(FIRST.len()), name.as_str()));
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, field) in fields {
                    map.serialize_entry(name, &Ordered(field))?;
                }
                map.end()
            }
            Value::Array(items) => serializer.collect_seq(items.iter().map(Ordered)),
            other => other.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests;
