//! What is wrong with a request is said in one form, by field, all at once, and changes nothing.

mod questions;

use serde_json::{Value, json};

use questions::with;

use crate::{
    contract::{committed, operations, path_of},
    fixture::{Answer, Service, on_both_databases},
};

on_both_databases![
    a_malformed_question_is_refused_by_its_fields,
    everything_wrong_is_said_at_once,
    a_body_that_is_no_json_object_is_refused,
    a_body_over_its_limit_is_refused_however_it_comes,
    only_json_is_taken,
    a_step_that_takes_no_body_refuses_one_and_is_not_taken,
    a_path_or_method_that_is_not_there_says_so,
    without_the_token_nothing_is_answered,
    a_query_is_read_as_strictly_as_a_body,
];

const CHECKS: &str = "/v1/transfer-checks";

/// Runs some refused requests and holds the register still against them.
async fn nothing_changes(service: &Service, refused: impl AsyncFnOnce()) {
    let before = service.head().await;
    refused().await;
    assert_eq!(
        service.head().await,
        before,
        "a refused request changed the register"
    );
}

async fn a_malformed_question_is_refused_by_its_fields(service: Service) {
    let questions = questions::malformed();
    nothing_changes(&service, async || {
        for (what, question, pointer) in &questions {
            let refused = service.check(question).await;
            assert_eq!(refused.status, 422, "{what}: {}", refused.text());
            refused.problem(422);
            assert_eq!(refused.pointers(), [*pointer], "{what}: {}", refused.text());
        }
    })
    .await;
}

async fn everything_wrong_is_said_at_once(service: Service) {
    let question = json!({
        "exporter": 7, "data_subjects": ["DE", "xx", 3], "as_of": "2023-2-3", "colour": "blue",
        "hr_data": "no", "onward": ["a\u{0}"],
    });
    let refused = service.check(&question).await;
    refused.problem(422);
    let mut pointers = refused.pointers();
    pointers.sort();
    let expected = [
        "/as_of",
        "/colour",
        "/data_subjects/1",
        "/data_subjects/2",
        "/exporter",
        "/hr_data",
        "/importer",
        "/onward/0",
    ];
    assert_eq!(pointers, expected, "{}", refused.text());
}

async fn a_body_that_is_no_json_object_is_refused(service: Service) {
    let malformed: &[(&str, &str, &str)] = &[
        ("nothing", "", ""),
        ("half of it", r#"{"exporter": "qcontact-ltd""#, ""),
        ("more than one", r#"{"exporter": "a"} {}"#, ""),
        ("a comma too many", r#"{"exporter": "a",}"#, ""),
        ("single quotes", "{'exporter': 'a'}", ""),
        ("no number", r#"{"at_least_revision": NaN}"#, ""),
        (
            "a duplicate key",
            r#"{"exporter": "qcontact-ltd", "importer": "qcontact-inc", "data_subjects": ["DE"], "exporter": "netcode"}"#,
            "exporter",
        ),
        (
            "a duplicate key, written otherwise",
            r#"{"exporter": "qcontact-ltd", "importer": "qcontact-inc", "data_subjects": ["DE"], "\u0065xporter": "netcode"}"#,
            "exporter",
        ),
        (
            "a duplicate unknown key",
            r#"{"exporter": "qcontact-ltd", "importer": "qcontact-inc", "data_subjects": ["DE"], "x": {"y": 1, "y": 1}}"#,
            "y",
        ),
    ];
    nothing_changes(&service, async || {
        for (what, body, named) in malformed {
            let refused = service
                .send("POST", CHECKS, Some("application/json"), body.as_bytes())
                .await;
            assert_eq!(refused.status, 400, "{what}: {}", refused.text());
            let problem = refused.problem(400);
            assert!(
                problem.to_string().contains(named),
                "{what} is named: {problem}"
            );
        }
        let deep = format!("{}{}", "[".repeat(100_000 / 4), "]".repeat(100_000 / 4));
        service
            .send("POST", CHECKS, Some("application/json"), deep.as_bytes())
            .await
            .problem(400);
        let no_text = service
            .send(
                "POST",
                CHECKS,
                Some("application/json"),
                b"{\"exporter\": \"\xff\xfe\"}",
            )
            .await;
        no_text.problem(400);
        for other in ["[]", "null", "7", "\"text\""] {
            let refused = service
                .send("POST", CHECKS, Some("application/json"), other.as_bytes())
                .await;
            refused.problem(422);
            assert!(!refused.pointers().is_empty(), "{}", refused.text());
        }
    })
    .await;
}

/// A good question, as long as asked for by spaces that mean nothing.
fn padded(length: usize) -> Vec<u8> {
    let mut body = with("hr_data", json!(false)).to_string().into_bytes();
    assert!(body.len() <= length);
    body.resize(length, b' ');
    body
}

async fn a_body_over_its_limit_is_refused_however_it_comes(service: Service) {
    let limit = 64 * 1024;
    nothing_changes(&service, async || {
        let whole = service
            .send("POST", CHECKS, Some("application/json"), &padded(limit))
            .await;
        whole.ok();
        for length in [limit + 1, limit * 4] {
            let refused = service
                .send("POST", CHECKS, Some("application/json"), &padded(length))
                .await;
            refused.problem(413);
        }
        // Without a length to look at.
        let chunked = service.send_chunked(CHECKS, &padded(limit)).await;
        assert_eq!(chunked.status, 200, "{}", chunked.text());
        let refused = service.send_chunked(CHECKS, &padded(limit + 1)).await;
        refused.problem(413);

        let batch = "/v1/transfer-checks/batch";
        let mut body = json!({ "checks": [with("hr_data", json!(false))] })
            .to_string()
            .into_bytes();
        body.resize(1024 * 1024, b' ');
        service
            .send("POST", batch, Some("application/json"), &body)
            .await
            .ok();
        body.push(b' ');
        service
            .send("POST", batch, Some("application/json"), &body)
            .await
            .problem(413);
    })
    .await;
}

async fn only_json_is_taken(service: Service) {
    let body = with("hr_data", json!(false)).to_string();
    for wrong in [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("application/json; charset=latin1"),
        Some("multipart/form-data"),
    ] {
        let refused = service.send("POST", CHECKS, wrong, body.as_bytes()).await;
        assert_eq!(refused.status, 415, "{wrong:?}: {}", refused.text());
        refused.problem(415);
    }
    for right in [
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON",
    ] {
        service
            .send("POST", CHECKS, Some(right), body.as_bytes())
            .await
            .ok();
    }
}

async fn a_path_or_method_that_is_not_there_says_so(service: Service) {
    nothing_changes(&service, async || {
        for path in [
            "/v1",
            "/v1/",
            "/v1/nothing",
            "/v1/organisations/nobody",
            "/v1/organisations/%00",
            "/v1/organisations/%ff",
            "/v1/groups/nobody",
            "/v1/transfer-checks/batch/1",
            "/nobody/subprocessors.json",
            "/V1/groups",
            "/v1/organisations/..%2f..%2fetc",
            "/v2/groups",
        ] {
            let answer = service.get(path).await;
            assert_eq!(answer.status, 404, "{path}: {}", answer.text());
            answer.problem(404);
        }
        for (method, path, allowed) in [
            ("DELETE", CHECKS, "POST"),
            ("PUT", "/v1/transfer-checks/batch", "POST"),
            ("PUT", "/v1/groups", "POST"),
            ("DELETE", "/v1/organisations/qcontact-inc", "PATCH"),
            ("DELETE", "/v1/subprocessors", "GET"),
            ("POST", "/openapi.json", "GET"),
        ] {
            let answer = service
                .send(method, path, Some("application/json"), b"{}")
                .await;
            assert_eq!(answer.status, 405, "{method} {path}: {}", answer.text());
            answer.problem(405);
            let allow = answer.header("allow").unwrap_or_default();
            let methods: Vec<&str> = allow.split(',').map(str::trim).collect();
            assert!(
                methods.contains(&allowed),
                "{method} {path}: Allow is {allow:?}"
            );
            assert!(
                !methods.contains(&method),
                "{method} {path}: Allow is {allow:?}"
            );
        }
    })
    .await;
}

fn expect_no_entry(answer: &Answer, who: &str) {
    let problem = answer.problem(401);
    let challenge = answer.header("www-authenticate").unwrap_or_default();
    assert!(challenge.starts_with("Bearer"), "{who}: {challenge:?}");
    assert!(
        !problem.to_string().contains(Service::TOKEN),
        "{who}: {problem}"
    );
}

async fn without_the_token_nothing_is_answered(service: Service) {
    let question = with("hr_data", json!(false)).to_string();
    let almost = &Service::TOKEN[..Service::TOKEN.len() - 1];
    let credentials = [
        None,
        Some(String::new()),
        Some("Bearer".to_owned()),
        Some("Bearer ".to_owned()),
        Some("Bearer wrong".to_owned()),
        Some(format!("Bearer {almost}")),
        Some(format!("Bearer {}x", Service::TOKEN)),
        Some(format!("Basic {}", Service::TOKEN)),
        Some(Service::TOKEN.to_owned()),
        Some(format!("Bearer {}", Service::TOKEN.to_uppercase())),
    ];
    nothing_changes(&service, async || {
        for credential in &credentials {
            let who = format!("{credential:?}");
            let answer = service
                .send_as(credential.as_deref(), "POST", CHECKS, question.as_bytes())
                .await;
            expect_no_entry(&answer, &who);
            // Who may not ask is not told either what was wrong with the question.
            let answer = service
                .send_as(credential.as_deref(), "POST", CHECKS, b"{")
                .await;
            expect_no_entry(&answer, &who);
        }
    })
    .await;
}

async fn a_query_is_read_as_strictly_as_a_body(service: Service) {
    for (path, pointer) in [
        ("/v1/groups?limit=0", "/limit"),
        ("/v1/groups?limit=-1", "/limit"),
        ("/v1/groups?limit=ten", "/limit"),
        ("/v1/groups?limit=1000000", "/limit"),
        ("/v1/groups?limit=1&limit=2", "/limit"),
        ("/v1/groups?colour=blue", "/colour"),
        ("/v1/subprocessors?as_of=2023-2-3", "/as_of"),
        ("/v1/subprocessors?as_of=1999-12-31", "/as_of"),
        ("/v1/subprocessors?known_at=2023-02-03", "/known_at"),
        ("/v1/adequacy-decisions?regime=EU", "/regime"),
        ("/v1/adequacy-decisions?territory=us", "/territory"),
    ] {
        let refused = service.get(path).await;
        assert_eq!(refused.status, 422, "{path}: {}", refused.text());
        refused.problem(422);
        assert_eq!(refused.pointers(), [pointer], "{path}: {}", refused.text());
    }
    let refused = service
        .get("/v1/subprocessors?limit=0&known_at=2999-02-03T00:00:00Z")
        .await;
    refused.problem(422);
    assert_eq!(refused.pointers(), ["/known_at", "/limit"]);
}

async fn a_step_that_takes_no_body_refuses_one_and_is_not_taken(service: Service) {
    let document: Value = serde_json::from_slice(&committed()).expect("JSON");
    let steps: Vec<_> = operations(&document)
        .into_iter()
        .filter(|step| step.method == "POST" && step.body.get("requestBody").is_none())
        .collect();
    assert!(steps.len() >= 6, "{} steps", steps.len());
    let head = service.head().await;
    let any = [("if-match", "*")];
    let long = "x".repeat(5 << 10);
    for step in &steps {
        let path = path_of(&service, step).await;
        for body in [
            json!({"last_day": "2026-12-31"}),
            json!([]),
            json!("now"),
            json!(0),
            json!({ "note": long }),
        ] {
            let refused = service.write("POST", &path, &any, &body).await;
            let unexpected = (String::new(), "unexpected_body".to_owned());
            assert_eq!(refused.violations(), [unexpected], "{path} {body:.40}");
        }
    }
    assert_eq!(service.head().await, head, "a refused step was taken");
    // What clients send for no body is none.
    for step in &steps {
        let path = path_of(&service, step).await;
        for none in [json!({}), json!(null)] {
            let answer = service.write("POST", &path, &any, &none).await;
            assert_ne!(answer.status, 422, "{path}: {}", answer.text());
        }
    }
}
