//! Tasks 14 and 18: what an auditor and an authority are shown.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::Counsel;
use crate::fixture::{Service, on_both_databases, text};

on_both_databases![
    task_14_an_auditor_is_shown_what_was_in_force_and_what_was_known,
    task_18_an_authority_is_answered_from_the_register_itself,
];

async fn task_14_an_auditor_is_shown_what_was_in_force_and_what_was_known(service: Service) {
    let counsel = Counsel::of_acme(service).await;
    let engagement = counsel.runs_with("cloudbase", json!([])).await;
    let asked = counsel.verdict("cloudbase", Service::TODAY).await;
    assert_eq!(asked["decision"], "deny");
    counsel.later(TimeDelta::hours(1));
    counsel.clauses_with("cloudbase").await;
    counsel.decisions.set(0);

    // In force that day, as known now: the clauses were signed before.
    assert!(counsel.may_send("cloudbase", "2026-11-10").await);
    // As known then: nobody had recorded them.
    let then = json!({"exporter": "acme-gmbh", "importer": "cloudbase", "data_subjects": ["DE"],
        "data_categories": ["contact"], "as_of": "2026-11-10", "known_at": Service::NOW});
    assert_eq!(counsel.service.check(&then).await.ok()["decision"], "deny");
    for (list, count) in [
        ("/v1/mechanisms?group=acme&as_of=2026-11-10", 1),
        ("/v1/mechanisms?group=acme&as_of=2026-10-31", 0),
        ("/v1/subprocessors?group=acme&as_of=2026-11-10", 1),
        ("/v1/subprocessors?group=acme&as_of=2026-11-04", 0),
    ] {
        assert_eq!(counsel.service.every(list, 50).await.len(), count, "{list}");
    }
    let known = format!(
        "/v1/mechanisms?group=acme&as_of=2026-11-10&known_at={}",
        Service::NOW
    );
    assert!(counsel.service.every(&known, 50).await.is_empty());
    // The answer that was given is made again from what was known.
    let replay = format!("/v1/transfer-checks/{}/replay", text(&asked, "id"));
    let replayed = counsel.service.post(&replay, &Value::Null).await.ok();
    assert_eq!(replayed["identical"], true, "{replayed:#}");
    // Who entered what, when and why stands in the ledger.
    let entries = format!("/v1/ledger?object_id={engagement}");
    let entries = counsel.service.every(&entries, 50).await;
    assert_eq!(text(&entries[0], "action"), "record_existing");
    assert_eq!(text(&entries[0], "actor"), "bootstrap");
    counsel.took_at_most(0);
}

async fn task_18_an_authority_is_answered_from_the_register_itself(service: Service) {
    let counsel = Counsel::of_acme(service).await;
    counsel.clauses_with("cloudbase").await;
    let engagement = counsel.runs_with("cloudbase", json!([])).await;
    counsel.decisions.set(0);
    // The register, as a file that a person can open.
    let register = "/v1/exports/register?format=json&group=acme";
    let register = counsel.service.get(register).await.ok();
    for resource in ["subprocessors", "mechanisms", "impact_assessments"] {
        let rows = register[resource].as_array();
        assert_eq!(rows.map(Vec::len), Some(1), "{resource}: {register:#}");
    }
    assert_eq!(register["subprocessors"][0]["id"], engagement);
    assert_eq!(
        register["mechanisms"][0]["document_sha256"],
        "a1".repeat(32)
    );
    let workbook = counsel
        .service
        .get("/v1/exports/register?format=xlsx&group=acme")
        .await;
    assert_eq!(workbook.status, 200);
    assert!(workbook.body.starts_with(b"PK"));
    // The decisions with their reasons, and the open points.
    let standing = format!("/v1/subprocessors/{engagement}/standing");
    let standing = counsel.service.get(&standing).await.ok();
    assert_eq!(standing["standing"]["permitted"], true);
    assert_eq!(
        standing["standing"]["carried_by"][0]["outcome"],
        "safeguard"
    );
    assert!(counsel.attention("denied").await.is_empty());
    counsel.took_at_most(0);
}
