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
        if let Some(responses) = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut)
        {
            for code in errors(body, one) {
                responses.insert(code.status().as_u16().to_string(), error(code));
            }
            for response in responses.values_mut() {
                request_id(response);
            }
        }
    }
}

/// Which errors an operation can answer with: whether it takes a body, and whether its path names
/// one object.
fn errors(body: bool, one: bool) -> Vec<ProblemCode> {
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
