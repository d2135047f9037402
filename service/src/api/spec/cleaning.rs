//! What poem-openapi writes that no generator should read, put right.

use serde_json::{Map, Value, json};

/// Puts right every part of the document.
pub(super) fn clean(part: &mut Value) {
    match part {
        Value::Object(fields) => {
            fields.retain(|name, field| !idle(name, field));
            plain_reference(fields);
            number_formats(fields);
            for field in fields.values_mut() {
                clean(field);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(clean),
        _ => {}
    }
}

/// What says nothing.
fn idle(name: &str, field: &Value) -> bool {
    match name {
        "deprecated" => field == &json!(false),
        "explode" => field.is_boolean(),
        _ => false,
    }
}

/// A reference with a description beside it comes as `allOf`, which generators turn into a new
/// type for each field; the component has a description of its own.
fn plain_reference(fields: &mut Map<String, Value>) {
    let reference = fields
        .get("allOf")
        .and_then(Value::as_array)
        .and_then(|all| all.first())
        .filter(|first| first.get("$ref").is_some())
        .cloned();
    if let Some(Value::Object(reference)) = reference {
        *fields = reference;
    }
}

/// Rust's integer formats and float bounds, as OpenAPI's own.
fn number_formats(fields: &mut Map<String, Value>) {
    if fields.get("type").and_then(Value::as_str) != Some("integer") {
        return;
    }
    let (format, unsigned) = match fields.get("format").and_then(Value::as_str) {
        Some("uint8" | "uint16" | "uint32") => ("int32", true),
        Some("uint64") => ("int64", true),
        Some("int8" | "int16" | "int32") => ("int32", false),
        _ => ("int64", false),
    };
    fields.insert("format".to_owned(), format.into());
    if unsigned {
        fields.entry("minimum").or_insert_with(|| 0.into());
    }
    for bound in ["minimum", "maximum"] {
        if let Some(value) = fields.get(bound).and_then(Value::as_f64) {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a bound of ours is a whole number"
            )]
            fields.insert(bound.to_owned(), (value as i64).into());
        }
    }
}
