//! What is long to find out is found out in turns, over a register of some thousand engagements.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use poem::{Endpoint, Response, http::StatusCode, test::TestClient};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{task::yield_now, time::timeout};
use transfer_registry_core::{
    Context, Scope,
    subprocessors::{self, NewSubprocessor},
};

use crate::{
    App,
    config::{Config, DatabaseUrl, Token},
    edge::turns::Turns,
};

const TOKEN: &str = "a-token-of-at-least-32-characters";
const DPF: &str = "EU-ADQ-US-DPF-2023-1795";
const ENGAGEMENTS: usize = 3_000;
const PATIENCE: Duration = Duration::from_mins(1);

/// The demo with some thousand engagements more, and these turns.
async fn service(folder: &TempDir, turns: Turns) -> App {
    let mut config = Config::defaults(true);
    // A file, as in use: a database in memory is gone when a caller who hangs up breaks off its only
    // connection.
    let file = folder.path().join("registry.db");
    config.database_url = DatabaseUrl::new(format!("sqlite://{}?mode=rwc", file.display()));
    config.data_dir = folder.path().to_owned();
    config.bootstrap_token = Some(Token::given(TOKEN));
    let app = App::build(config).await.unwrap().with_turns(turns);
    let context = Context {
        actor: "a test".to_owned(),
        reason: None,
        request_id: "1".to_owned(),
    };
    let new: NewSubprocessor = serde_json::from_value(engagement()).unwrap();
    let made = app.registry().change(&context, &Scope::All, None, |draft| {
        let mut last = uuid::Uuid::nil();
        for _ in 0..ENGAGEMENTS {
            last = subprocessors::record_existing_in(draft, new.clone())?;
        }
        Ok(last)
    });
    made.await.unwrap();
    app
}

fn engagement() -> Value {
    json!({
        "group": "qcontact", "organisation": "stripe", "service": "payments",
        "effective_from": "2026-01-10", "source": "a test",
        "locations": [{"place": "US", "activity": "storage"}],
    })
}

fn analysis() -> Value {
    json!({"changes": [{"kind": "end_adequacy_decision", "id": DPF, "on": "2027-02-01"}]})
}

async fn post(client: &TestClient<impl Endpoint>, path: &str, body: &Value) -> Response {
    let request = client
        .post(path)
        .header("authorization", format!("Bearer {TOKEN}"))
        .content_type("application/json")
        .body(body.to_string());
    request.send().await.0
}

/// An analysis or a dry run, in turn.
async fn ask(client: &TestClient<impl Endpoint>, at: usize) -> Response {
    if at.is_multiple_of(2) {
        post(client, "/v1/impact-analyses", &analysis()).await
    } else {
        post(client, "/v1/subprocessors?dry_run=true", &engagement()).await
    }
}

#[tokio::test]
async fn what_comes_to_no_turn_is_told_when_to_ask_again_and_short_work_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let app = service(&folder, Turns::new(2, Duration::from_millis(20))).await;
    let client = TestClient::new(app.endpoint());
    let taken = join_all((0..2).map(|_| app.turns().take())).await;
    for answer in join_all((0..6).map(|at| ask(&client, at))).await {
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.header("retry-after"), Some("5"));
        let body = answer.into_body().into_string().await.unwrap();
        let problem: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(problem["code"], "unavailable");
    }
    let question = json!({"exporter": "qcontact-ltd", "importer": "stripe",
        "data_subjects": ["DE"]});
    let check = post(&client, "/v1/transfer-checks", &question).await;
    assert_eq!(check.status(), StatusCode::OK);
    let written = post(&client, "/v1/subprocessors", &engagement()).await;
    assert_eq!(written.status(), StatusCode::CREATED, "a write takes none");
    drop(taken);
    for at in 0..2 {
        assert_eq!(ask(&client, at).await.status(), StatusCode::OK);
    }
    assert_eq!(app.turns().free(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_goes_away_frees_its_turn() {
    let folder = tempfile::tempdir().unwrap();
    let app = Arc::new(service(&folder, Turns::new(1, PATIENCE)).await);
    let client = Arc::new(TestClient::new(app.endpoint()));
    for at in 0..6 {
        let asked = tokio::spawn({
            let client = Arc::clone(&client);
            async move { ask(&client, at).await.status() }
        });
        // It goes away when it has its turn, or has been answered.
        let had = async {
            while app.turns().free() > 0 && !asked.is_finished() {
                yield_now().await;
            }
        };
        timeout(PATIENCE, had).await.unwrap();
        asked.abort();
    }
    let back = async {
        while app.turns().free() == 0 {
            yield_now().await;
        }
    };
    timeout(PATIENCE, back).await.unwrap();
    assert_eq!(ask(&client, 0).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_caller_that_goes_away_while_it_waits_leaves_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let app = service(&folder, Turns::new(1, PATIENCE)).await;
    let client = TestClient::new(app.endpoint());
    let taken = app.turns().take().await.unwrap();
    for at in 0..4 {
        let waits = timeout(Duration::from_millis(20), ask(&client, at)).await;
        assert!(waits.is_err(), "there is no turn");
    }
    drop(taken);
    assert_eq!(ask(&client, 0).await.status(), StatusCode::OK);
    assert_eq!(app.turns().free(), 1);
}
