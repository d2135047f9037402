//! `POST /v1/transfer-checks` and its batch, asked about the demo register.

mod answers;
mod batch;
mod demo_table;
mod denials;
mod time;

use serde_json::{Value, json};

use crate::fixture::{Service, text};

/// A question about one pair, one data subject, one day.
fn question(exporter: &str, importer: &str, subject: &str, as_of: &str) -> Value {
    json!({ "exporter": exporter, "importer": importer, "data_subjects": [subject], "as_of": as_of })
}

/// Asks, and expects an answer.
async fn ask(service: &Service, question: &Value) -> Value {
    service.check(question).await.ok()
}

/// A list inside JSON.
fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key]
        .as_array()
        .unwrap_or_else(|| panic!("no list {key} in {value}"))
}

/// The codes of a list of reasons, remedies or warnings.
fn codes<'a>(value: &'a Value, key: &str) -> Vec<&'a str> {
    list(value, key)
        .iter()
        .map(|entry| text(entry, "code"))
        .collect()
}

/// The findings under one regime.
fn findings_under<'a>(verdict: &'a Value, regime: &str) -> Vec<&'a Value> {
    let all = list(verdict, "findings").iter();
    all.filter(|finding| text(finding, "regime") == regime)
        .collect()
}
