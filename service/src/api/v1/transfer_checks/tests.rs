//! The document's example is a real answer, and an answer has no other `null` than its own.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;

use poem::{http::StatusCode, test::TestClient};
use serde_json::Value;
use transfer_registry_core::{Context, RegistryConfig};

use super::{deciding::answer, *};
use crate::{
    App,
    api::strict,
    config::{Config, DatabaseUrl, RecordChecks, Token},
};

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

fn batch(checks: usize, onward: usize) -> String {
    let check = serde_json::json!({
        "exporter": "qcontact-ltd", "importer": "qcontact-inc", "data_subjects": ["DE"],
        "onward": vec!["castillo-ltd"; onward],
    });
    serde_json::json!({"checks": vec![check; checks]}).to_string()
}

#[test]
fn a_batch_is_held_to_its_importers_and_not_only_to_its_checks() {
    assert!(strict::parse::<TransferCheckBatchInput>(batch(1000, 4).as_bytes()).is_ok());
    assert!(strict::parse::<TransferCheckBatchInput>(batch(238, 20).as_bytes()).is_ok());
    for (checks, onward) in [(1000, 5), (239, 20), (1001, 0)] {
        let parsed = strict::parse::<TransferCheckBatchInput>(batch(checks, onward).as_bytes());
        let refusal = parsed.unwrap_err();
        let [only] = refusal.violations() else {
            panic!("{refusal:?}");
        };
        assert_eq!(
            (only.pointer.as_str(), only.code),
            ("/checks", ViolationCode::TooManyItems)
        );
    }
}

#[tokio::test]
async fn no_categories_are_a_question_about_none() {
    let folder = tempfile::tempdir().unwrap();
    let registry = demo(&folder).await;
    let question = r#"{"exporter": "qcontact-ltd", "importer": "qcontact-inc", "data_subjects": ["DE"], "data_categories": [], "as_of": "2019-06-01"}"#;
    assert_eq!(ask(&registry, question)["decision"], "allow");
}

/// The service with the demo register, a token that opens it, and how batches get their turn.
async fn service(folder: &tempfile::TempDir) -> (App, String) {
    let token = "a-token-of-at-least-32-characters".to_owned();
    let mut config = Config::defaults(true);
    config.database_url = DatabaseUrl::new("sqlite::memory:");
    config.data_dir = folder.path().to_owned();
    config.bootstrap_token = Some(Token::given(&token));
    (App::build(config).await.unwrap(), token)
}

#[tokio::test]
async fn a_batch_is_answered_of_one_instant_and_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let (app, token) = service(&folder).await;
    let client = TestClient::new(app.endpoint());
    let response = client
        .post("/v1/transfer-checks/batch")
        .header("authorization", format!("Bearer {token}"))
        .content_type("application/json")
        .body(batch(50, 1))
        .send()
        .await;
    response.assert_status_is_ok();
    let body = response.0.into_body().into_string().await.unwrap();
    let answer: Value = serde_json::from_str(&body).unwrap();
    let results = answer["results"].as_array().unwrap();
    assert_eq!(results.len(), 50);
    let ids: BTreeSet<_> = results.iter().map(|one| one["id"].as_str()).collect();
    assert_eq!(ids.len(), 50);
    for result in results {
        assert_eq!(result["known_at"], results[0]["known_at"]);
        assert_eq!(result["revision"], results[0]["revision"]);
    }
}

#[tokio::test]
async fn a_batch_without_a_turn_is_told_when_to_ask_again() {
    let folder = tempfile::tempdir().unwrap();
    let (app, token) = service(&folder).await;
    app.turns().end();
    let client = TestClient::new(app.endpoint());
    let response = client
        .post("/v1/transfer-checks/batch")
        .header("authorization", format!("Bearer {token}"))
        .content_type("application/json")
        .body(batch(2, 0))
        .send()
        .await
        .0;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(response.header("retry-after"), Some("5"));
    let body = response.into_body().into_string().await.unwrap();
    let problem: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(problem["code"], "unavailable");
}

#[tokio::test]
async fn an_organisation_shown_with_fewer_certifications_has_another_tag() {
    let folder = tempfile::tempdir().unwrap();
    let (app, token) = service(&folder).await;
    let client = TestClient::new(app.endpoint());
    let get = async |path: &str, known: &str| {
        client
            .get(path)
            .header("authorization", format!("Bearer {token}"))
            .header("if-none-match", known)
            .send()
            .await
            .0
    };
    let whole = get("/v1/organisations/qcontact-inc", "").await;
    let before = get("/v1/organisations/qcontact-inc?as_of=2001-01-01", "").await;
    let tag = whole.header("etag").unwrap().to_owned();
    assert_ne!(Some(tag.as_str()), before.header("etag"));
    let body = whole.into_body().into_string().await.unwrap();
    let early = before.into_body().into_string().await.unwrap();
    assert_ne!(body, early, "the two show different certifications");
    let again = get("/v1/organisations/qcontact-inc", &tag).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn where_nothing_is_to_be_recorded_nothing_is() {
    let folder = tempfile::tempdir().unwrap();
    let token = "a-token-of-at-least-32-characters";
    let mut config = Config::defaults(true);
    config.database_url = DatabaseUrl::new("sqlite::memory:");
    config.data_dir = folder.path().to_owned();
    config.bootstrap_token = Some(Token::given(token));
    for (setting, expected) in [(RecordChecks::All, 1), (RecordChecks::None, 0)] {
        config.record_checks = setting;
        let app = App::build(config.clone()).await.unwrap();
        let client = TestClient::new(app.endpoint());
        let authorization = format!("Bearer {token}");
        let answer = client
            .post("/v1/transfer-checks")
            .header("authorization", &authorization)
            .content_type("application/json")
            .body(QUESTION)
            .send()
            .await;
        answer.assert_status_is_ok();
        let listed = client
            .get("/v1/transfer-checks")
            .header("authorization", &authorization)
            .send()
            .await;
        let listed = listed.0.into_body().into_string().await.unwrap();
        let listed: Value = serde_json::from_str(&listed).unwrap();
        assert_eq!(listed["items"].as_array().unwrap().len(), expected);
    }
}
