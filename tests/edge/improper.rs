//! What is no request, or could be read as two, is refused with everything that an answer has.

use transfer_registry::config::Config;

use super::{Caller, with_settings};
use crate::fixture::{Answer, Service, text};

with_settings![as_it_is =>
    what_is_no_proper_request_is_refused_like_any_other,
    the_connection_s_next_request_is_held_to_the_same,
    an_old_client_without_a_host_is_answered,
];

fn as_it_is(_: &mut Config) {}

fn is_secured(answer: &Answer, about: &str) {
    for (name, part) in [
        ("content-security-policy", "default-src 'none'"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
        ("x-request-id", ""),
    ] {
        let value = answer.header(name);
        let has = value.is_some_and(|value| value.contains(part));
        assert!(has, "{about}: {name}: {value:?}");
    }
    let problem = answer.problem(answer.status);
    let id = text(&problem, "request_id");
    assert_eq!(answer.header("x-request-id"), Some(id), "{about}");
}

const LINE: &str = "POST /v1/transfer-checks HTTP/1.1\r\n";
const HOST: &str = "host: registry.example\r\n";
const CHUNKED: &str = "transfer-encoding: chunked\r\n";
const LENGTH: &str = "content-length: 2\r\n";

async fn what_is_no_proper_request_is_refused_like_any_other(service: Service) {
    let many = "x-many: 1\r\n".repeat(65);
    let long = format!("x-long: {}\r\n", "1".repeat(20_000));
    let known = format!(
        "content-type: application/json\r\nauthorization: Bearer {}\r\n",
        Service::TOKEN
    );
    for request in [
        "\u{1} / HTTP/1.1\r\n".to_owned(),
        "hello\r\n".to_owned(),
        "PRI * HTTP/2.0\r\n".to_owned(),
        format!("{LINE}{HOST}a b: c\r\n"),
        format!("{LINE}{HOST}content-length: x\r\n"),
        format!("{LINE}{HOST}{LENGTH}content-length: 3\r\n"),
        format!("{LINE}{known}"),
        format!("{LINE}{HOST}{HOST}{known}"),
        format!("{LINE}host: a/b\r\n{known}"),
        format!("{LINE}{HOST}{known}authorization: Bearer other\r\n"),
    ] {
        refused(&service, &format!("{request}\r\n"), 400, "bad_request").await;
    }
    for lengths in [[LENGTH, CHUNKED], [CHUNKED, LENGTH]] {
        let lengths = lengths.concat();
        let request = format!("{LINE}{HOST}{known}{lengths}\r\n2\r\n{{}}\r\n0\r\n\r\n");
        refused(&service, &request, 400, "bad_request").await;
    }
    let request = format!("{LINE}{HOST}{known}{CHUNKED}\r\nzz\r\n");
    refused(&service, &request, 400, "bad_request").await;
    for headers in [many, long] {
        let request = format!("{LINE}{HOST}{headers}\r\n");
        refused(&service, &request, 431, "headers_too_large").await;
    }
    let packed = format!("{LINE}{HOST}{known}{LENGTH}content-encoding: gzip\r\n\r\n{{}}");
    let answer = refused(&service, &packed, 415, "unsupported_media_type").await;
    assert_eq!(answer.header("accept-encoding"), Some("identity"));
}

async fn refused(service: &Service, request: &str, status: u16, code: &str) -> Answer {
    let mut caller = Caller::at(service.address()).await;
    caller.send(request.as_bytes()).await;
    let answer = caller.last_answer().await;
    let said = answer.json();
    assert_eq!(
        (answer.status, text(&said, "code")),
        (status, code),
        "{request}"
    );
    is_secured(&answer, request);
    answer
}

async fn the_connection_s_next_request_is_held_to_the_same(service: Service) {
    let good = format!(
        "GET /openapi.json HTTP/1.1\r\nhost: {}\r\n\r\n",
        service.address()
    );
    for bad in ["\u{1}\r\n\r\n", "GET /v1/groups HTTP/1.1\r\n\r\n"] {
        for together in [true, false] {
            let mut caller = Caller::at(service.address()).await;
            caller.send(good.as_bytes()).await;
            if together {
                caller.send(bad.as_bytes()).await;
                assert_eq!(caller.answer().await.status, 200);
            } else {
                assert_eq!(caller.answer().await.status, 200);
                caller.send(bad.as_bytes()).await;
            }
            let answer = caller.last_answer().await;
            assert_eq!(answer.status, 400, "{bad}");
            is_secured(&answer, bad);
        }
    }
}

async fn an_old_client_without_a_host_is_answered(service: Service) {
    let mut caller = Caller::at(service.address()).await;
    caller.send(b"GET /openapi.json HTTP/1.0\r\n\r\n").await;
    assert_eq!(caller.last_answer().await.status, 200);
}
