//! Examples from the demo register.

use serde_json::{Value, json};

use super::operations_mut;

/// A question about the demo register.
const QUESTION: &str = include_str!("examples/check-question.json");
/// Its answer, as the service gave it.
const ANSWER: &str = include_str!("examples/check-answer.json");

/// Adds the examples to their operations.
pub(super) fn add(document: &mut Value) {
    let question: Value = serde_json::from_str(QUESTION).unwrap_or_default();
    let answer: Value = serde_json::from_str(ANSWER).unwrap_or_default();
    for (_, _, operation) in operations_mut(document) {
        let (question, answer) = match operation.get("operationId").and_then(Value::as_str) {
            Some("checkTransfer") => (question.clone(), answer.clone()),
            Some("checkTransfers") => (json!({"checks": [question]}), json!({"results": [answer]})),
            _ => continue,
        };
        let request = operation.pointer_mut("/requestBody/content/application~1json");
        if let Some(media) = request.and_then(Value::as_object_mut) {
            media.insert("example".to_owned(), question);
        }
        let response = operation.pointer_mut("/responses/200/content/application~1json");
        if let Some(media) = response.and_then(Value::as_object_mut) {
            media.insert("example".to_owned(), answer);
        }
    }
}
