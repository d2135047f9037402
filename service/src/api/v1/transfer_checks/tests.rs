//! The document's example is a real answer, and an answer has no other `null` than its own.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use serde_json::Value;
use transfer_registry_core::{Context, RegistryConfig};

use super::*;
use crate::{api::strict, config::Config};

const QUESTION: &str = include_str!("../../spec/examples/check-question.json");
const ANSWER: &str = include_str!("../../spec/examples/check-answer.json");

async fn demo(folder: &tempfile::TempDir) -> Registry {
    let registry = Registry::open(RegistryConfig {
        database_url: "sqlite::memory:".to_owned(),
        data_dir: folder.path().to_owned(),
        ..Config::defaults(true).registry()
    });
    let registry = registry.await.unwrap();
    let context = Context {
        actor: "test".to_owned(),
        reason: None,
        request_id: "test".to_owned(),
    };
    registry.load_demo(&context).await.unwrap();
    registry
}

fn ask(registry: &Registry, question: &str) -> Value {
    let input = strict::parse(question.as_bytes()).unwrap();
    serde_json::to_value(answer(&registry.snapshot(), registry.clock(), input)).unwrap()
}

#[tokio::test]
async fn the_example_of_the_document_is_what_the_demo_register_answers() {
    let folder = tempfile::tempdir().unwrap();
    let registry = demo(&folder).await;
    let mut given = ask(&registry, QUESTION);
    let mut shown: Value = serde_json::from_str(ANSWER).unwrap();
    // What differs from one answer, or one law pack, to the next.
    for changing in ["id", "known_at", "law_pack"] {
        assert!(
            given[changing].is_string() && shown[changing].is_string(),
            "{changing}"
        );
        given[changing] = Value::Null;
        shown[changing] = Value::Null;
    }
    assert_eq!(
        shown, given,
        "service/src/api/spec/examples/check-answer.json"
    );
}

fn nulls(value: &Value, at: &str) -> Vec<String> {
    match value {
        Value::Null => vec![at.to_owned()],
        Value::Array(items) => items.iter().flat_map(|item| nulls(item, at)).collect(),
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, field)| nulls(field, &format!("{at}/{name}")))
            .collect(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn nothing_but_valid_until_is_ever_null() {
    let folder = tempfile::tempdir().unwrap();
    let registry = demo(&folder).await;
    let mut seen = 0;
    for (exporter, importer) in [
        ("qcontact-ltd", "qcontact-inc"),
        ("botsify", "stripe"),
        ("qiscus-customers", "qiscus-pte-ltd"),
        ("instantchatbots-customers", "instantchatbots-ai"),
        ("nobody", "no-one"),
    ] {
        for day in ["2019-06-01", "2020-07-16", "2026-01-01"] {
            let question = format!(
                r#"{{"exporter": "{exporter}", "importer": "{importer}", "data_subjects": ["DE", "CH"], "as_of": "{day}"}}"#
            );
            let answer = ask(&registry, &question);
            let null = nulls(&answer, "");
            assert!(
                null.iter().all(|at| at == "/valid_until"),
                "{null:?}: {answer}"
            );
            assert!(answer.get("valid_until").is_some());
            seen += null.len();
        }
    }
    assert!(
        seen > 0,
        "an answer that nothing recorded ends is among them"
    );
}
