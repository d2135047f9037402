//! What every answer has, whatever became of the request.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::{
    io,
    sync::{Arc, Mutex},
};

use poem::{EndpointExt, Route, get, handler, test::TestClient};
use serde_json::Value;
use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

use super::*;
use uuid::Uuid;

#[handler]
fn panics() -> Response {
    #[expect(clippy::panic, reason = "the panic is what is tested")]
    {
        panic!("on purpose");
    }
}

#[handler]
fn answers() -> &'static str {
    "answer"
}

#[handler]
fn tagged() -> Response {
    Response::builder()
        .header("etag", "\"one\"")
        .content_type("application/json")
        .body("{}")
}

fn door() -> Edge<impl Endpoint> {
    let routes = Route::new()
        .at("/v1/panics", get(panics))
        .at("/answers", get(answers))
        .at("/tagged", get(tagged));
    let paths = vec![("/answers".to_owned(), vec!["GET".to_owned()])];
    Edge::new(
        routes.map_to_response(),
        Surface::new(paths),
        Clock::system(),
    )
}

async fn problem(response: poem::test::TestResponse) -> (StatusCode, Value, Response) {
    let response = response.0;
    let status = response.status();
    assert_eq!(response.content_type(), Some("application/problem+json"));
    let (parts, body) = response.into_parts();
    let bytes = body.into_bytes().await.unwrap();
    let problem = serde_json::from_slice(&bytes).unwrap();
    (
        status,
        problem,
        Response::from_parts(parts, poem::Body::empty()),
    )
}

#[tokio::test]
async fn a_panic_is_a_problem_of_ours_and_says_nothing_of_itself() {
    let client = TestClient::new(door());
    let (status, problem, response) = problem(client.get("/v1/panics").send().await).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(problem["code"], "internal_error");
    assert!(!problem.to_string().contains("purpose"));
    assert_eq!(
        response.header(headers::REQUEST_ID),
        problem["request_id"].as_str()
    );
    assert_eq!(response.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn an_unknown_path_and_method_are_problems_and_the_method_names_the_allowed_ones() {
    let client = TestClient::new(door());
    let (status, said, _) = problem(client.get("/nothing").send().await).await;
    assert_eq!(
        (status, &said["code"]),
        (StatusCode::NOT_FOUND, &"not_found".into())
    );
    let (status, said, response) = problem(client.post("/answers").send().await).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(said["code"], "method_not_allowed");
    assert_eq!(response.header("allow"), Some("GET, HEAD"));
}

#[tokio::test]
async fn what_can_be_got_can_be_asked_for_without_its_body() {
    let client = TestClient::new(door());
    let response = client.head("/answers").send().await;
    response.assert_status_is_ok();
    response.assert_text("").await;
}

#[tokio::test]
async fn a_request_keeps_an_id_that_a_log_can_hold_and_else_gets_one() {
    let client = TestClient::new(door());
    for (offered, kept) in [
        ("0190-abcd.EF_1", true),
        ("short", false),
        ("has spaces in it", false),
        ("quote\"quote\"quote", false),
    ] {
        let response = client
            .get("/answers")
            .header(headers::REQUEST_ID, offered)
            .send()
            .await;
        let answered = response.0.header(headers::REQUEST_ID).unwrap().to_owned();
        assert_eq!(answered == offered, kept, "{offered}: {answered}");
        assert!(kept || answered.parse::<Uuid>().is_ok(), "{answered}");
    }
}

#[tokio::test]
async fn every_answer_keeps_browsers_from_what_nobody_asked_for() {
    let client = TestClient::new(door());
    for path in ["/answers", "/nothing", "/v1/panics"] {
        let response = client.get(path).send().await.0;
        for (name, part) in [
            ("content-security-policy", "default-src 'none'"),
            ("content-security-policy", "frame-ancestors 'none'"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            let value = response.header(name).unwrap_or_default();
            assert!(value.contains(part), "{path}: {name}: {value}");
        }
    }
}

#[tokio::test]
async fn what_the_caller_has_already_is_not_sent_again() {
    let client = TestClient::new(door());
    for (known, status) in [
        ("\"one\"", 304),
        ("W/\"one\"", 304),
        ("\"zero\", \"one\"", 304),
        ("*", 304),
        ("\"two\"", 200),
        ("one", 200),
    ] {
        let response = client
            .get("/tagged")
            .header("if-none-match", known)
            .send()
            .await
            .0;
        assert_eq!(response.status().as_u16(), status, "{known}");
        assert_eq!(response.header("etag"), Some("\"one\""));
        assert!(response.header(headers::REQUEST_ID).is_some());
        assert_eq!(response.header("content-type").is_some(), status == 200);
        let body = response.into_body().into_string().await.unwrap();
        assert_eq!(body.is_empty(), status == 304, "{known}");
    }
    let untagged = client.get("/answers").header("if-none-match", "*");
    untagged.send().await.assert_status_is_ok();
}

/// A log that a test can read.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl Log {
    /// What is logged, as the settings have it when nobody sets them, while something is done.
    async fn of(doing: impl Future<Output = ()>) -> Vec<String> {
        let log = Self::default();
        let filter = EnvFilter::new(crate::config::Config::defaults(false).log);
        let subscriber = crate::cli::log_to(log.clone(), filter, false);
        let until_dropped = tracing::subscriber::set_default(subscriber);
        doing.await;
        drop(until_dropped);
        let bytes = log.0.lock().unwrap().clone();
        let text = String::from_utf8(bytes).unwrap();
        text.lines().map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn each_request_is_one_plain_line_of_the_log_without_secrets() {
    let client = TestClient::new(door());
    let lines = Log::of(async {
        for path in ["/answers", "/nothing"] {
            let request = client
                .get(format!("{path}?token=hunter2"))
                .header("authorization", "Bearer hunter2")
                .header(headers::REQUEST_ID, "a-known-request");
            request.send().await;
        }
    })
    .await;
    assert_eq!(lines.len(), 2, "{lines:#?}");
    for (line, (path, status)) in lines.iter().zip([("/answers", 200), ("/nothing", 404)]) {
        assert!(line.contains(" INFO "), "{line}");
        assert!(line.contains("method=GET"), "{line}");
        assert!(line.contains(&format!("path=\"{path}\"")), "{line}");
        assert!(line.contains(&format!("status={status}")), "{line}");
        assert!(line.contains("micros="), "{line}");
        assert!(line.contains("request_id=\"a-known-request\""), "{line}");
        assert!(!line.contains("hunter2"), "{line}");
        assert!(!line.contains('\u{1b}'), "{line}");
    }
}

#[tokio::test]
async fn probes_do_not_fill_the_log() {
    let routes = Route::new().at("/answers", get(answers)).map_to_response();
    let client = TestClient::new(Edge::quiet(routes, Surface::default(), Clock::system()));
    let lines = Log::of(async {
        client.get("/answers").send().await;
    })
    .await;
    assert!(lines.is_empty(), "{lines:#?}");
}
