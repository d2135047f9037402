//! The conventions of writing, end to end, on a resource that exists for this test alone.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

pub(in crate::api) mod document;
mod patches;
#[expect(
    clippy::unused_async,
    reason = "an operation is async to poem-openapi, whether it waits or not"
)]
mod vessels;

use poem::{
    Endpoint, EndpointExt, Response, Route,
    http::Method,
    test::{TestClient, TestResponse},
};
use poem_openapi::OpenApiService;
use serde_json::{Value, json};
use transfer_registry_core::{
    Clock, Registry, RegistryConfig, Scope,
    ledger::feed::{self, Entry},
};

use crate::{
    api::access::{Access, Right},
    callers::Keys,
    config::{Config, Token},
    edge::{Edge, surface::Surface, turns::Turns},
};
use vessels::Vessels;

const TOKEN: &str = "a-token-of-at-least-32-characters";

fn service() -> OpenApiService<Vessels, ()> {
    OpenApiService::new(Vessels, "Vessels", "1")
}

/// The test's resource behind the door, over a registry of its own.
async fn client() -> (TestClient<impl Endpoint>, Harbour) {
    let folder = tempfile::tempdir().unwrap();
    let registry = Registry::open(RegistryConfig {
        database_url: "sqlite::memory:".to_owned(),
        data_dir: folder.path().to_owned(),
        ..Config::defaults(false).registry()
    });
    let registry = registry.await.unwrap();
    let keys = Keys {
        bootstrap: Some(Token::given(TOKEN)),
        ..Keys::default()
    };
    let said = serde_json::from_str(&service().spec()).unwrap();
    let access = Access::to(&said, |_| Some(Right::Write));
    let routes = Route::new()
        .nest_no_strip("/v1", service())
        .data(keys)
        .data(access)
        .data(registry.clone())
        .data(Turns::of_this_machine())
        .map_to_response();
    let door = Edge::new(routes, Surface::default(), Clock::system());
    let harbour = Harbour {
        registry,
        _folder: folder,
    };
    (TestClient::new(door), harbour)
}

/// The registry behind the resource.
struct Harbour {
    registry: Registry,
    _folder: tempfile::TempDir,
}

impl Harbour {
    /// Everything that was recorded.
    async fn recorded(&self) -> Vec<Entry> {
        let all = feed::Wanted::default();
        let page = feed::list(&Scope::All, &self.registry, &all, 100).await;
        page.unwrap().entries
    }
}

/// What was answered.
struct Answered {
    status: u16,
    head: Response,
    body: Value,
}

impl Answered {
    async fn of(response: TestResponse) -> Self {
        let (parts, body) = response.0.into_parts();
        let bytes = body.into_bytes().await.unwrap();
        Self {
            status: parts.status.as_u16(),
            body: serde_json::from_slice(&bytes).unwrap(),
            head: Response::from_parts(parts, poem::Body::empty()),
        }
    }

    fn header(&self, name: &str) -> &str {
        self.head.header(name).unwrap_or_default()
    }

    fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{:#}", self.body);
        self
    }

    /// A problem's code, and the places and codes of its violations.
    fn problem(&self) -> (&str, Vec<(&str, &str)>) {
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.body["status"], self.status);
        let violations = self.body["violations"].as_array().unwrap();
        let said = violations.iter().map(|violation| {
            let text = |name: &str| violation[name].as_str().unwrap();
            (text("pointer"), text("code"))
        });
        (self.body["code"].as_str().unwrap(), said.collect())
    }
}

/// Sends a write with these headers.
async fn send(
    client: &TestClient<impl Endpoint>,
    (method, path): (Method, &str),
    headers: &[(&'static str, &str)],
    body: &Value,
) -> Answered {
    let mut request = client
        .request(method, path)
        .header("authorization", format!("Bearer {TOKEN}"));
    if !body.is_null() {
        request = request
            .content_type("application/json")
            .body(body.to_string());
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Answered::of(request.send().await).await
}

const CREATE: (Method, &str) = (Method::POST, "/v1/vessels");
const CHANGE: (Method, &str) = (Method::PATCH, "/v1/vessels/argo");
const LAUNCH: (Method, &str) = (Method::POST, "/v1/vessels/argo/launch");
const READ: (Method, &str) = (Method::GET, "/v1/vessels/argo");

fn argo() -> Value {
    json!({"slug": "argo", "name": "Argo", "country": "GR", "crew": 50})
}

#[tokio::test]
async fn what_is_created_is_shown_with_its_place_tag_and_revision() {
    let (client, _) = client().await;
    let created = send(&client, CREATE, &[], &argo()).await.expect(201);
    let (collection, id) = created.header("location").rsplit_once('/').unwrap();
    assert_eq!(collection, "/v1/vessels");
    assert!(id.parse::<uuid::Uuid>().is_ok(), "{id}");
    assert_eq!(created.header("x-registry-revision"), "1");
    assert!(created.header("etag").starts_with("\"1."));
    assert_eq!(created.header("idempotency-replayed"), "");
    assert_eq!(created.body["version"], 1);
    let read = send(&client, READ, &[], &Value::Null).await.expect(200);
    assert_eq!(read.body, created.body);
    assert_eq!(read.header("etag"), created.header("etag"));
    let there = (Method::GET, created.header("location"));
    let read = send(&client, there, &[], &Value::Null).await.expect(200);
    assert_eq!(read.body, created.body);
}

#[tokio::test]
async fn a_change_names_the_version_that_it_is_made_to() {
    let (client, _) = client().await;
    let first = send(&client, CREATE, &[], &argo()).await.expect(201);
    let change = json!({"crew": 51});
    let missing = send(&client, CHANGE, &[], &change).await.expect(428);
    assert_eq!(missing.problem(), ("precondition_required", vec![]));

    let tag = first.header("etag");
    let changed = send(&client, CHANGE, &[("if-match", tag)], &change).await;
    let changed = changed.expect(200);
    assert!(changed.header("etag").starts_with("\"2."));
    assert_eq!(changed.header("x-registry-revision"), "2");
    assert_eq!(
        (&changed.body["crew"], &changed.body["version"]),
        (&json!(51), &json!(2))
    );

    for stale in [tag, "\"1\"", "W/\"2\"", "2", "\"two\"", ""] {
        let refused = send(&client, CHANGE, &[("if-match", stale)], &change).await;
        let refused = refused.expect(412);
        assert_eq!(refused.problem(), ("precondition_failed", vec![]));
        assert_eq!(refused.body["current_version"], 2, "{stale}");
        assert_eq!(refused.header("etag"), changed.header("etag"), "{stale}");
    }
    let now = changed.header("etag").to_owned();
    for (crew, fresh) in [(52, now.as_str()), (53, "\"9\", \"3\""), (54, "*")] {
        let change = json!({ "crew": crew });
        send(&client, CHANGE, &[("if-match", fresh)], &change)
            .await
            .expect(200);
    }
}

#[tokio::test]
async fn whoever_has_no_token_learns_nothing_else() {
    let (client, _) = client().await;
    for (method, path) in [CREATE, CHANGE, LAUNCH] {
        let request = client.request(method, format!("{path}?colour=blue"));
        let refused = Answered::of(request.body("{").send().await)
            .await
            .expect(401);
        assert_eq!(refused.problem(), ("unauthenticated", vec![]));
    }
}

#[tokio::test]
async fn the_ledger_is_told_who_asks_why_and_under_which_request() {
    let (client, harbour) = client().await;
    let headers = [
        ("x-change-reason", "50%25 more crew, f%C3%BCr Jason"),
        ("x-request-id", "request-of-jason"),
    ];
    send(&client, CREATE, &headers, &argo()).await.expect(201);
    let entry = harbour.recorded().await.pop().unwrap();
    assert_eq!(entry.actor, "bootstrap");
    assert_eq!(entry.reason.as_deref(), Some("50% more crew, für Jason"));
    assert_eq!(entry.request_id, "request-of-jason");

    let change = json!({"crew": 1});
    let plain = [("if-match", "*"), ("x-change-reason", "für Jason")];
    send(&client, CHANGE, &plain, &change).await.expect(200);
    let entry = harbour.recorded().await.pop().unwrap();
    assert_eq!(entry.reason.as_deref(), Some("für Jason"));
    let change = json!({"crew": 2});
    send(&client, CHANGE, &[("if-match", "*")], &change)
        .await
        .expect(200);
    assert_eq!(harbour.recorded().await.pop().unwrap().reason, None);
}

#[tokio::test]
async fn what_is_wrong_beside_the_body_is_said_at_once_and_by_its_name() {
    let (client, harbour) = client().await;
    let long = "x".repeat(256);
    let wordy = "x".repeat(4001);
    for (headers, query, expected) in [
        (
            vec![("x-change-reason", "100% sure")],
            "",
            vec![("/x-change-reason", "bad_value")],
        ),
        (
            vec![("x-change-reason", "100%")],
            "",
            vec![("/x-change-reason", "bad_value")],
        ),
        (
            vec![("x-change-reason", "%FF")],
            "",
            vec![("/x-change-reason", "bad_value")],
        ),
        (
            vec![("x-change-reason", "%00")],
            "",
            vec![("/x-change-reason", "control_character")],
        ),
        (
            vec![("x-change-reason", "%20%20")],
            "",
            vec![("/x-change-reason", "blank")],
        ),
        (
            vec![("x-change-reason", "")],
            "",
            vec![("/x-change-reason", "blank")],
        ),
        (
            vec![("x-change-reason", wordy.as_str())],
            "",
            vec![("/x-change-reason", "too_long")],
        ),
        (
            vec![("idempotency-key", "")],
            "",
            vec![("/idempotency-key", "bad_value")],
        ),
        (
            vec![("idempotency-key", long.as_str())],
            "",
            vec![("/idempotency-key", "bad_value")],
        ),
        (
            vec![("idempotency-key", "schlüssel")],
            "",
            vec![("/idempotency-key", "bad_value")],
        ),
        (vec![], "?dry_run=yes", vec![("/dry_run", "wrong_type")]),
        (
            vec![],
            "?dry_run=true&dry_run=true",
            vec![("/dry_run", "repeated_parameter")],
        ),
        (
            vec![
                ("idempotency-key", ""),
                ("x-change-reason", ""),
                ("x-change-reason", "a"),
            ],
            "?dry_run=&colour=blue",
            vec![
                ("/colour", "unknown_parameter"),
                ("/dry_run", "wrong_type"),
                ("/idempotency-key", "bad_value"),
                ("/x-change-reason", "repeated_header"),
            ],
        ),
    ] {
        let path = format!("/v1/vessels{query}");
        let refused = send(&client, (Method::POST, &path), &headers, &argo()).await;
        let refused = refused.expect(422);
        assert_eq!(
            refused.problem(),
            ("invalid_request", expected),
            "{headers:?} {query}"
        );
    }
    assert!(
        harbour.recorded().await.is_empty(),
        "a refused write was done"
    );
}

#[tokio::test]
async fn a_key_counts_once_and_its_answer_is_shown_again() {
    let (client, harbour) = client().await;
    let key = [("idempotency-key", "0190 a key")];
    let first = send(&client, CREATE, &key, &argo()).await.expect(201);
    let reason = [
        ("idempotency-key", "0190 a key"),
        ("x-change-reason", "again"),
    ];
    send(&client, CHANGE, &[("if-match", "*")], &json!({"crew": 1}))
        .await
        .expect(200);
    let again = send(&client, CREATE, &reason, &argo()).await.expect(201);
    assert_eq!(again.header("idempotency-replayed"), "true");
    for same in ["location", "etag", "x-registry-revision"] {
        assert_eq!(again.header(same), first.header(same), "{same}");
    }
    assert_eq!(again.body, first.body);
    assert_eq!(harbour.recorded().await.len(), 2, "done again");

    let mut other = argo();
    other["crew"] = json!(49);
    for (path, body) in [
        ("/v1/vessels", &other),
        ("/v1/vessels?dry_run=false", &argo()),
    ] {
        let refused = send(&client, (Method::POST, path), &key, body)
            .await
            .expect(422);
        assert_eq!(refused.problem(), ("idempotency_key_reused", vec![]));
    }
}

#[tokio::test]
async fn a_dry_run_stores_nothing_and_keeps_no_key() {
    let (client, harbour) = client().await;
    let key = [("idempotency-key", "a key"), ("if-match", "*")];
    let dry = |path| (Method::POST, path);
    let tried = send(&client, dry("/v1/vessels?dry_run=true"), &key, &argo()).await;
    let tried = tried.expect(200);
    assert_eq!(tried.body, json!({"vessels": 1}));
    assert_eq!(tried.header("x-registry-revision"), "0");
    assert!(tried.header("etag").is_empty() && tried.header("location").is_empty());
    assert!(harbour.recorded().await.is_empty());
    send(&client, dry("/v1/vessels?dry_run=false"), &key, &argo())
        .await
        .expect(201);

    let change = (Method::PATCH, "/v1/vessels/argo?dry_run=true");
    let tried = send(&client, change, &key, &json!({"crew": 1}))
        .await
        .expect(200);
    assert_eq!(tried.body, json!({"vessels": 1}));
    assert_eq!(harbour.recorded().await.len(), 1);
}

#[tokio::test]
async fn a_step_in_life_is_refused_with_its_grounds_or_its_stage() {
    let (client, _) = client().await;
    send(&client, CREATE, &[], &argo()).await.expect(201);
    let any = [("if-match", "*")];
    send(&client, LAUNCH, &[], &Value::Null).await.expect(428);
    let stale = send(&client, LAUNCH, &[("if-match", "\"7\"")], &Value::Null).await;
    stale.expect(412);
    let denied = send(&client, LAUNCH, &any, &Value::Null).await.expect(409);
    assert_eq!(denied.problem(), ("gate_denied", vec![]));
    assert_eq!(denied.body["findings"][0]["outcome"], "denied");
    assert_eq!(denied.body["findings"].as_array().unwrap().len(), 2);
    // Both findings have the same remedy.
    assert_eq!(
        denied.body["findings"][0]["remedies"],
        denied.body["remedies"]
    );
    assert!(
        denied.body["detail"]
            .as_str()
            .unwrap()
            .contains("2026-12-01")
    );
    assert_eq!(denied.body["remedies"][0]["code"], "record_country");

    let change = json!({"country": null});
    send(&client, CHANGE, &any, &change).await.expect(200);
    let launched = send(&client, LAUNCH, &any, &Value::Null).await.expect(200);
    assert!(launched.header("etag").starts_with("\"3."));
    let twice = send(&client, LAUNCH, &any, &Value::Null).await.expect(409);
    assert_eq!(twice.problem(), ("wrong_stage", vec![]));
    let told = "launching is not possible while it is at sea";
    assert_eq!(twice.body["detail"], told);
}

#[tokio::test]
async fn a_merge_patch_is_taken_under_both_of_its_media_types_and_no_other() {
    let (client, _) = client().await;
    send(&client, CREATE, &[], &argo()).await.expect(201);
    for (media_type, status) in [
        ("application/merge-patch+json", 200),
        ("application/merge-patch+json; charset=utf-8", 200),
        ("application/json", 200),
        ("application/json-patch+json", 415),
        ("application/merge-patch+json; charset=latin1", 415),
        ("text/plain", 415),
    ] {
        let request = client
            .request(Method::PATCH, "/v1/vessels/argo")
            .header("authorization", format!("Bearer {TOKEN}"))
            .header("if-match", "*")
            .content_type(media_type)
            .body(r#"{"crew": 1}"#);
        Answered::of(request.send().await).await.expect(status);
    }
    let plain = client
        .request(Method::POST, "/v1/vessels")
        .header("authorization", format!("Bearer {TOKEN}"))
        .content_type("application/merge-patch+json")
        .body(argo().to_string());
    Answered::of(plain.send().await).await.expect(415);
}
