//! The errors that each operation can answer with, by what kind of operation it is.

use serde_json::{Map, Value, json};

use super::operations_mut;
use crate::{api::problem::MEDIA_TYPE, refusal::ProblemCode};

/// Declares every error, and the headers that every answer has.
pub(super) fn declare(document: &mut Value) {
    let Some(paths) = document.get("paths").and_then(Value::as_object) else {
        return;
    };
    let named: Vec<bool> = paths
        .iter()
        .flat_map(|(path, methods)| {
            let one = path.contains('{');
            methods
                .as_object()
                .into_iter()
                .flat_map(Map::keys)
                .map(move |_| one)
        })
        .collect();
    for (operation, one) in operations_mut(document).zip(named) {
        let body = operation.get("requestBody").is_some();
        let turns = operation.get("operationId").and_then(Value::as_str) == Some(LONG_WORK);
        if let Some(responses) = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut)
        {
            for code in errors(body, one, turns) {
                responses.insert(code.status().as_u16().to_string(), error(code));
            }
            for response in responses.values_mut() {
                request_id(response);
            }
            if responses.contains_key("304") {
                if_none_match(operation);
            }
        }
    }
}

/// The operation whose work waits for its turn.
const LONG_WORK: &str = "checkTransfers";

/// Which errors an operation can answer with: whether it takes a body, whether its path names one
/// object, and whether it waits for a turn.
fn errors(body: bool, one: bool, turns: bool) -> Vec<ProblemCode> {
    ProblemCode::ALL
        .iter()
        .copied()
        .filter(|code| match code {
            ProblemCode::Unauthenticated
            | ProblemCode::MethodNotAllowed
            | ProblemCode::InvalidRequest
            | ProblemCode::Internal => true,
            ProblemCode::MalformedJson
            | ProblemCode::RevisionNotReached
            | ProblemCode::PayloadTooLarge
            | ProblemCode::UnsupportedMediaType => body,
            ProblemCode::NotFound => one,
            ProblemCode::Unavailable => turns,
            ProblemCode::BadRequest => false,
        })
        .collect()
}

fn error(code: ProblemCode) -> Value {
    let mut headers = Map::new();
    let mut header = |name: &str, about: &str| {
        let schema = json!({"type": "string"});
        headers.insert(
            name.to_owned(),
            json!({"description": about, "required": true, "schema": schema}),
        );
    };
    match code {
        ProblemCode::Unauthenticated => header("www-authenticate", "`Bearer`."),
        ProblemCode::MethodNotAllowed => header("allow", "The methods that the path answers."),
        ProblemCode::Unavailable => header("retry-after", "After how many seconds to ask again."),
        _ => {}
    }
    let mut content = Map::new();
    content.insert(
        MEDIA_TYPE.to_owned(),
        json!({"schema": {"$ref": "#/components/schemas/Problem"}}),
    );
    let mut sentence = code.message().to_owned();
    if let Some(first) = sentence.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    json!({"description": format!("{sentence} (`{code}`)."), "headers": headers, "content": content})
}

/// The header with which an operation is asked for nothing that the caller has already.
fn if_none_match(operation: &mut Value) {
    let Some(operation) = operation.as_object_mut() else {
        return;
    };
    let list = operation.entry("parameters").or_insert_with(|| json!([]));
    if let Some(list) = list.as_array_mut() {
        list.push(json!({
            "name": "if-none-match",
            "in": "header",
            "description": "The entity tag of an answer that the caller has; 304 while it is the same.",
            "required": false,
            "schema": {"type": "string"},
        }));
    }
}

fn request_id(response: &mut Value) {
    let Some(response) = response.as_object_mut() else {
        return;
    };
    let headers = response.entry("headers").or_insert_with(|| json!({}));
    if let Some(headers) = headers.as_object_mut() {
        headers.insert(
            "x-request-id".to_owned(),
            json!({
                "description": "The request's id: the caller's own, or a new one.",
                "required": true,
                "schema": {"type": "string"},
            }),
        );
    }
}
