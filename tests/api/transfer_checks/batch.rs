//! `POST /v1/transfer-checks/batch`: the same answers, in the same order, of one revision.

use serde_json::{Value, json};

use super::{ask, list, question};
use crate::fixture::{Answer, Service, on_both_databases, text};

on_both_databases![
    a_batch_answers_in_order_and_of_one_revision,
    a_batch_is_one_to_a_thousand_checks,
    one_malformed_check_refuses_the_whole_batch,
];

async fn batch(service: &Service, checks: &[Value]) -> Answer {
    service
        .post("/v1/transfer-checks/batch", &json!({ "checks": checks }))
        .await
}

/// A verdict without what differs from answer to answer.
fn apart_from_the_id(mut verdict: Value) -> Value {
    verdict["id"] = Value::Null;
    verdict
}

async fn a_batch_answers_in_order_and_of_one_revision(service: Service) {
    let checks = [
        question("qcontact-ltd", "qcontact-inc", "DE", "2020-07-15"),
        question("qcontact-ltd", "qcontact-inc", "DE", "2020-07-16"),
        question("nobody", "qcontact-inc", "DE", "2020-07-16"),
        question("netcode", "stripe", "DE", "2025-01-01"),
        question("botsify", "stripe", "CH", "2024-09-15"),
        question("qcontact-ltd", "qcontact-inc", "DE", "2020-07-15"),
    ];
    let answer = batch(&service, &checks).await.ok();
    let results = list(&answer, "results");
    let decisions: Vec<&str> = results
        .iter()
        .map(|result| text(result, "decision"))
        .collect();
    assert_eq!(
        decisions,
        ["allow", "deny", "deny", "deny", "allow", "allow"],
        "{answer:#}"
    );
    for (check, result) in checks.iter().zip(results) {
        assert_eq!(result["revision"], results[0]["revision"]);
        let alone = ask(&service, check).await;
        assert_eq!(apart_from_the_id(result.clone()), apart_from_the_id(alone));
    }
    assert_ne!(
        results[0]["id"], results[5]["id"],
        "each result has an id of its own"
    );
}

async fn a_batch_is_one_to_a_thousand_checks(service: Service) {
    let check = question("qcontact-ltd", "qcontact-inc", "DE", "2020-07-15");
    let none = batch(&service, &[]).await;
    none.problem(422);
    assert_eq!(none.pointers(), ["/checks"]);
    let full = batch(&service, &vec![check.clone(); 1000]).await.ok();
    assert_eq!(list(&full, "results").len(), 1000);
    let one_more = batch(&service, &vec![check; 1001]).await;
    one_more.problem(422);
    assert_eq!(one_more.pointers(), ["/checks"]);
}

async fn one_malformed_check_refuses_the_whole_batch(service: Service) {
    let good = question("qcontact-ltd", "qcontact-inc", "DE", "2020-07-15");
    let loose = question("qcontact-ltd", "qcontact-inc", "DE", "2020-7-15");
    let lower = question("qcontact-ltd", "qcontact-inc", "de", "2020-07-15");
    let mut extra = good.clone();
    extra["colour"] = json!("blue");
    let refused = batch(&service, &[good.clone(), good, lower, loose, extra]).await;
    let problem = refused.problem(422);
    assert!(problem.get("results").is_none(), "{problem}");
    let mut pointers = refused.pointers();
    pointers.sort();
    assert_eq!(
        pointers,
        [
            "/checks/2/data_subjects/0",
            "/checks/3/as_of",
            "/checks/4/colour"
        ]
    );
}
