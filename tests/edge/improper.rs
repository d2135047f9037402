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

async fn what_is_no_proper_request_is_refused_like_any_other(service: Service) {
    let line = "POST /v1/transfer-checks HTTP/1.1\r\n";
    let host = "host: registry.example\r\n";
    let known = format!("authorization: Bearer {}\r\n", Service::TOKEN);
    let many: String = (0..65).map(|at| format!("x-{at}: 1\r\n")).collect();
    let long = format!("x-long: {}\r\n", "1".repeat(20_000));
    let json = "content-type: application/json\r\n";
    for (about, request, status, code) in [
        (
            "no method",
            "\u{1} / HTTP/1.1\r\n\r\n".to_owned(),
            400,
            "bad_request",
        ),
        ("no HTTP", "hello\r\n\r\n".to_owned(), 400, "bad_request"),
        (
            "HTTP/2",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
            400,
            "bad_request",
        ),
        (
            "no header",
            format!("{line}{host}a b: c\r\n\r\n"),
            400,
            "bad_request",
        ),
        (
            "a bad length",
            format!("{line}{host}content-length: x\r\n\r\n"),
            400,
            "bad_request",
        ),
        (
            "two lengths",
            format!("{line}{host}content-length: 1\r\ncontent-length: 2\r\n\r\n"),
            400,
            "bad_request",
        ),
        (
            "many headers",
            format!("{line}{host}{many}\r\n"),
            431,
            "headers_too_large",
        ),
        (
            "a long header",
            format!("{line}{host}{long}\r\n"),
            431,
            "headers_too_large",
        ),
        ("no host", format!("{line}{known}\r\n"), 400, "bad_request"),
        (
            "two hosts",
            format!("{line}{host}{host}{known}\r\n"),
            400,
            "bad_request",
        ),
        (
            "a bad host",
            format!("{line}host: a/b\r\n{known}\r\n"),
            400,
            "bad_request",
        ),
        (
            "two tokens",
            format!("{line}{host}{known}{known}\r\n"),
            400,
            "bad_request",
        ),
        (
            "a length and chunks",
            format!(
                "{line}{host}{known}{json}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n"
            ),
            400,
            "bad_request",
        ),
        (
            "chunks and a length",
            format!(
                "{line}{host}{known}{json}transfer-encoding: chunked\r\ncontent-length: 2\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n"
            ),
            400,
            "bad_request",
        ),
        (
            "bad chunks",
            format!("{line}{host}{known}{json}transfer-encoding: chunked\r\n\r\nzz\r\n"),
            400,
            "bad_request",
        ),
        (
            "a packed body",
            format!(
                "{line}{host}{known}{json}content-encoding: gzip\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{{}}"
            ),
            415,
            "unsupported_media_type",
        ),
    ] {
        let mut caller = Caller::at(service.address()).await;
        caller.send(request.as_bytes()).await;
        let answer = caller.last_answer().await;
        assert_eq!(
            (answer.status, text(&answer.json(), "code")),
            (status, code),
            "{about}"
        );
        is_secured(&answer, about);
        if status == 415 {
            assert_eq!(answer.header("accept-encoding"), Some("identity"));
        }
    }
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
