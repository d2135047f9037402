//! What a write is sent with besides its body, from the one argument that its handler has for it.
//!
//! An extractor can declare one parameter. Ours declare a mark in its place; here the mark becomes
//! the headers and the query parameter that the extractor reads.

use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use serde_json::{Value, json};

use super::operations_mut;
use crate::api::write::{DRY_RUN, KEY, LONGEST_KEY, LONGEST_REASON, REASON};

/// The mark of the header that names the version to be changed, and the header's name.
pub(crate) const IF_MATCH: &str = "if-match";
/// The mark of what every write is sent with.
pub(crate) const WRITING: &str = "writing";

/// A mark that stands for parameters.
pub(crate) fn mark(mark: &'static str) -> MetaSchemaRef {
    MetaSchemaRef::Inline(Box::new(MetaSchema::new_with_format("string", mark)))
}

/// Puts the parameters in the place of their marks.
pub(super) fn declare(document: &mut Value) {
    for (_, _, operation) in operations_mut(document) {
        let creates = operation.pointer("/responses/201").is_some();
        let Some(parameters) = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut)
        else {
            continue;
        };
        *parameters = std::mem::take(parameters)
            .into_iter()
            .flat_map(|parameter| {
                let mark = parameter.pointer("/schema/format").and_then(Value::as_str);
                match mark {
                    Some(IF_MATCH) => vec![if_match()],
                    Some(WRITING) => writing(creates),
                    _ => vec![parameter],
                }
            })
            .collect();
    }
}

fn if_match() -> Value {
    json!({
        "name": IF_MATCH,
        "in": "header",
        "description": "The entity tag that the object had when it was read, or several; `*` for \
            whichever it has. The change is made only to the version that the tag begins with, \
            whatever else was shown with it.",
        "required": true,
        "schema": {"type": "string"},
    })
}

fn writing(creates: bool) -> Vec<Value> {
    let mut parameters = vec![json!({
        "name": REASON,
        "in": "header",
        "description": "Why the change is made, for the ledger. UTF-8, of which anything may be \
            percent-encoded; a percent sign is written `%25`.",
        "required": false,
        "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_REASON},
    })];
    if creates {
        parameters.push(json!({
            "name": KEY,
            "in": "header",
            "description": "A key of the caller's choice, such as a new UUID: however often the \
                same request is sent with it, something is created once, and each answer shows it.",
            "required": false,
            "schema": {
                "type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[ -~]+$",
            },
        }));
    }
    parameters.push(json!({
        "name": DRY_RUN,
        "in": "query",
        "description": "Whether to answer what the write would do, and to store nothing.",
        "required": false,
        "schema": {"type": "boolean", "default": false},
    }));
    parameters
}
