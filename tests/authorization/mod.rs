//! Who may not, may not: every operation of the served document, asked without a right to.

mod forms;
mod groups;
mod matrix;
mod operator;
pub(crate) mod people;
mod proposals;
mod secrets;
pub(crate) mod tokens;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    contract::{body_for, operations, path_of},
    fixture::{Service, on_both_databases, text},
};

on_both_databases![no_operation_answers_without_a_known_token];

/// What anybody may read. An operation that is added is closed until it is named here.
const PUBLIC: [&str; 3] = [
    "/openapi.json",
    "/{group}/subprocessors",
    "/{group}/subprocessors.json",
];

async fn no_operation_answers_without_a_known_token(service: Service) {
    let document: Value = service.get_publicly("/openapi.json").await.ok();
    let before = service.head().await;
    let mut closed = BTreeSet::new();
    for operation in operations(&document) {
        let security = operation
            .body
            .get("security")
            .or_else(|| document.get("security"));
        let asks = security
            .and_then(Value::as_array)
            .is_some_and(|schemes| !schemes.is_empty());
        let public = PUBLIC.contains(&operation.path.as_str());
        assert_eq!(
            asks, !public,
            "the document says who may: {} {}",
            operation.method, operation.path
        );
        if public {
            continue;
        }
        let path = path_of(&service, &operation).await;
        let body = body_for(&operation)
            .map(|body| body.to_string())
            .unwrap_or_default();
        for credential in [
            None,
            Some("Bearer wrong"),
            Some("Basic d3Jvbmc6d3Jvbmc="),
            Some(""),
        ] {
            for body in [body.as_bytes(), b"{", b""] {
                let answer = service
                    .send_as(credential, &operation.method, &path, body)
                    .await;
                let problem = answer.problem(401);
                assert_eq!(
                    text(&problem, "code"),
                    "unauthenticated",
                    "{} {path}",
                    operation.method
                );
                assert!(
                    answer.pointers().is_empty(),
                    "nothing is said of the question: {problem}"
                );
            }
        }
        closed.insert(path);
    }
    assert!(closed.len() >= 8, "{closed:?}");
    assert_eq!(
        service.head().await,
        before,
        "a refused request changed the register"
    );
}
