//! The life of an engagement.

use serde_json::{Value, json};

use super::{acme, decided, engagement, existing, path_of, remedies, sign};
use crate::fixture::{Service, on_both_databases, text};

on_both_databases![
    an_engagement_is_proposed_announced_activated_and_ended,
    an_engagement_that_is_denied_is_not_activated_until_the_remedy_is_taken,
    an_announcement_leaves_customers_the_time_that_the_group_promised,
    an_engagement_that_ends_counts_no_more_for_the_next_check,
    everything_wrong_with_an_engagement_is_said_at_once,
    an_engagement_is_changed_only_from_the_version_that_was_seen,
    a_tried_engagement_shows_its_effect_and_is_not_kept,
    the_same_request_under_one_key_makes_one_engagement,
];

const ENGAGEMENTS: &str = "/v1/subprocessors";

async fn an_engagement_is_proposed_announced_activated_and_ended(service: Service) {
    acme(&service).await;
    sign(&service, 2).await;
    let proposed = service.create(ENGAGEMENTS, &engagement()).await;
    assert_eq!(text(&proposed.json(), "status"), "proposed");
    let path = path_of(ENGAGEMENTS, &proposed);
    let (decision, reasons) = decided(&service, "2026-12-20").await;
    assert_eq!(decision, "deny", "a proposal carries nothing: {reasons}");

    let announce = format!("{path}/announce");
    let announced = service.step(&announce, proposed.tag(), &Value::Null).await;
    let shown = announced.ok();
    assert_eq!(text(&shown, "status"), "announced");
    assert_eq!(text(&shown, "announced_on"), Service::TODAY);
    assert_eq!(text(&shown, "objection_until"), "2026-12-01");
    assert_eq!(text(&shown, "effective_from"), "2026-12-15");

    let withdraw = format!("{path}/withdraw");
    let withdrawn = service.step(&withdraw, announced.tag(), &Value::Null).await;
    assert_eq!(text(&withdrawn.ok(), "status"), "proposed");
    assert!(withdrawn.json().get("objection_until").is_none());
    let later = json!({"effective_from": "2026-12-18"});
    let again = service.step(&announce, withdrawn.tag(), &later).await;
    assert_eq!(text(&again.ok(), "effective_from"), "2026-12-18");

    let activate = format!("{path}/activate");
    let active = service.step(&activate, again.tag(), &Value::Null).await;
    assert_eq!(text(&active.ok(), "status"), "active");
    let (decision, reasons) = decided(&service, "2026-12-17").await;
    assert_eq!(decision, "deny");
    assert!(reasons.contains("not_yet_effective"), "{reasons}");
    assert_eq!(decided(&service, "2026-12-18").await.0, "allow");

    let end = format!("{path}/end");
    let last = json!({"last_day": "2026-12-31"});
    let ended = service.step(&end, active.tag(), &last).await;
    assert_eq!(text(&ended.ok(), "ended_on"), "2026-12-31");
    assert_eq!(decided(&service, "2026-12-31").await.0, "allow");
    let (decision, reasons) = decided(&service, "2027-01-01").await;
    assert_eq!(decision, "deny");
    assert!(reasons.contains("ended"), "{reasons}");

    let stages = service.step(&withdraw, ended.tag(), &Value::Null).await;
    assert_eq!(text(&stages.problem(409), "code"), "wrong_stage");
    let kept = service.get(&path).await;
    assert_eq!(kept.ok(), ended.ok(), "what ended stays");
    assert_eq!(kept.tag(), ended.tag());
}

async fn an_engagement_that_is_denied_is_not_activated_until_the_remedy_is_taken(service: Service) {
    acme(&service).await;
    let proposed = service.create(ENGAGEMENTS, &engagement()).await;
    let path = path_of(ENGAGEMENTS, &proposed);
    let announce = format!("{path}/announce");
    let told = service.step(&announce, proposed.tag(), &Value::Null).await;
    told.ok();
    let activate = format!("{path}/activate");
    let refused = service.step(&activate, told.tag(), &json!({})).await;
    let problem = refused.problem(409);
    assert_eq!(text(&problem, "code"), "gate_denied");
    let findings = problem["findings"].as_array().expect("findings");
    assert!(!findings.is_empty());
    for finding in findings {
        assert_eq!(text(finding, "exporter"), "acme-gmbh");
        assert_eq!(text(finding, "outcome"), "denied", "{finding}");
    }
    let offered = remedies(&problem);
    assert!(
        offered.contains(&"sign_scc") && offered.contains(&"complete_tia"),
        "{offered:?}"
    );
    let signing = problem["remedies"].as_array().expect("remedies");
    let signing = signing
        .iter()
        .find(|one| text(one, "code") == "sign_scc")
        .unwrap();
    assert_eq!(signing["module"], 2, "controller to processor");
    assert_eq!(text(&service.get(&path).await.ok(), "status"), "announced");

    sign(&service, 2).await;
    let later = json!({"effective_from": "2026-12-20"});
    let active = service.step(&activate, told.tag(), &later).await.ok();
    assert_eq!(text(&active, "status"), "active");
    assert_eq!(text(&active, "effective_from"), "2026-12-20");
    assert_eq!(decided(&service, "2026-12-20").await.0, "allow");
}

async fn an_announcement_leaves_customers_the_time_that_the_group_promised(service: Service) {
    acme(&service).await;
    let proposed = service.create(ENGAGEMENTS, &engagement()).await;
    let announce = format!("{}/announce", path_of(ENGAGEMENTS, &proposed));
    for (announcement, code) in [
        (json!({"effective_from": "2026-12-04"}), "notice_too_short"),
        (
            json!({"objection_until": "2026-12-15"}),
            "objection_window_open",
        ),
    ] {
        let refused = service.step(&announce, proposed.tag(), &announcement).await;
        let violations = refused.violations();
        assert_eq!(
            violations,
            [("/effective_from".to_owned(), code.to_owned())]
        );
    }
    let unknown = json!({"effective_on": "2026-12-20"});
    let refused = service.step(&announce, proposed.tag(), &unknown).await;
    assert_eq!(refused.violations()[0].1, "unknown_field");
}

async fn an_engagement_that_ends_counts_no_more_for_the_next_check(service: Service) {
    acme(&service).await;
    sign(&service, 2).await;
    let mut running = existing(engagement());
    running["effective_from"] = json!("2026-11-05");
    let running = service.create(ENGAGEMENTS, &running).await;
    assert_eq!(text(&running.json(), "status"), "active");
    assert_eq!(decided(&service, Service::TODAY).await.0, "allow");
    let end = format!("{}/end", path_of(ENGAGEMENTS, &running));
    let before = service
        .step(&end, running.tag(), &json!({"last_day": "2026-11-04"}))
        .await;
    let reversed = ("/last_day".to_owned(), "days_reversed".to_owned());
    assert_eq!(before.violations(), [reversed]);
    let yesterday = json!({"last_day": "2026-11-20"});
    let ended = service.step(&end, running.tag(), &yesterday).await;
    assert_eq!(text(&ended.ok(), "status"), "ended");
    let (decision, reasons) = decided(&service, Service::TODAY).await;
    assert_eq!(decision, "deny");
    assert!(reasons.contains("ended"), "{reasons}");
    assert_eq!(decided(&service, "2026-11-20").await.0, "allow");
}

fn places(violations: &[(String, String)]) -> Vec<(&str, &str)> {
    violations
        .iter()
        .map(|(place, code)| (place.as_str(), code.as_str()))
        .collect()
}

async fn everything_wrong_with_an_engagement_is_said_at_once(service: Service) {
    let head = service.head().await;
    let form = json!({
        "group": "", "service": 7, "effective_from": "tomorrow", "source": "a test",
        "data_categories": ["secrets"], "colour": "blue",
        "locations": [{"place": "XX", "activity": "storage"}, {"place": "US"}],
    });
    let refused = service.post(ENGAGEMENTS, &form).await;
    assert_eq!(
        places(&refused.violations()),
        [
            ("/colour", "unknown_field"),
            ("/data_categories/0", "unknown_code"),
            ("/effective_from", "bad_day"),
            ("/group", "too_short"),
            ("/locations/0/place", "unknown_country"),
            ("/locations/1/activity", "missing_field"),
            ("/organisation", "missing_field"),
            ("/service", "wrong_type"),
        ]
    );
    let mut meaning = engagement();
    meaning["locations"] = json!([{"place": "US", "activity": "seat", "operated_by": "nobody"}]);
    meaning["ended_on"] = json!("2026-12-14");
    meaning["checked_on"] = json!("2026-11-22");
    let refused = service.post(ENGAGEMENTS, &meaning).await;
    assert_eq!(
        places(&refused.violations()),
        [
            ("/checked_on", "future_day"),
            ("/ended_on", "days_reversed"),
            ("/group", "unknown_group"),
            ("/locations/0/activity", "seat_is_no_location"),
            ("/locations/0/operated_by", "unknown_organisation"),
            ("/organisation", "unknown_organisation"),
        ]
    );
    assert_eq!(service.head().await, head, "a refused write was done");
}

async fn an_engagement_is_changed_only_from_the_version_that_was_seen(service: Service) {
    acme(&service).await;
    let made = service.create(ENGAGEMENTS, &engagement()).await;
    let path = path_of(ENGAGEMENTS, &made);
    let change = json!({"note": "asked by anna", "purpose": "marketing", "condition": null});
    let without = service.write("PATCH", &path, &[], &change).await;
    assert_eq!(text(&without.problem(428), "code"), "precondition_required");
    let changed = service.patch(&path, made.tag(), &change).await;
    assert_eq!(text(&changed.ok(), "note"), "asked by anna");
    assert_eq!(changed.json()["version"], 2);
    for (method, path, body) in [
        ("PATCH", path.clone(), change),
        ("POST", format!("{path}/announce"), Value::Null),
        ("POST", format!("{path}/activate"), Value::Null),
        (
            "POST",
            format!("{path}/end"),
            json!({"last_day": "2027-01-01"}),
        ),
    ] {
        let stale = [("if-match", made.tag())];
        let refused = service.write(method, &path, &stale, &body).await;
        assert_eq!(refused.problem(412)["current_version"], 2, "{path}");
        assert_eq!(refused.tag(), changed.tag());
        service.write(method, &path, &[], &body).await.problem(428);
    }
    // An id names the same group, and no other group ever becomes its own.
    let group = service.get("/v1/groups/acme").await.ok();
    let same = json!({"group": group["id"], "data_categories": null});
    let cleared = service.patch(&path, changed.tag(), &same).await;
    assert!(cleared.ok().get("data_categories").is_none());
    let other = json!({"group": "qcontact", "organisation": "google", "service": null});
    let refused = service.patch(&path, cleared.tag(), &other).await;
    assert_eq!(
        places(&refused.violations()),
        [("/service", "missing_field")]
    );
    let other = json!({"group": "qcontact", "organisation": "google"});
    let refused = service.patch(&path, cleared.tag(), &other).await;
    let fixed = [
        ("/group", "immutable_field"),
        ("/organisation", "immutable_field"),
    ];
    assert_eq!(places(&refused.violations()), fixed);
    let nowhere = format!("{ENGAGEMENTS}/01930000-0000-7000-8000-000000000001");
    service.patch(&nowhere, "*", &json!({})).await.problem(404);
}

async fn a_tried_engagement_shows_its_effect_and_is_not_kept(service: Service) {
    acme(&service).await;
    let mut running = existing(engagement());
    running["effective_from"] = json!("2026-11-05");
    let head = service.head().await;
    let tried = service
        .post("/v1/subprocessors?dry_run=true", &running)
        .await
        .ok();
    assert_eq!(tried["counts"]["new"], 1, "{tried}");
    let change = &tried["changes"][0];
    assert_eq!(text(change, "importer"), "mailer");
    assert_eq!(change["after"]["permitted"], false);
    assert_eq!(service.head().await, head);

    let made = service.create(ENGAGEMENTS, &running).await;
    let path = path_of(ENGAGEMENTS, &made);
    let head = service.head().await;
    let moved = json!({"locations": [{"place": "FR", "activity": "processing"}]});
    let tried = service
        .patch(&format!("{path}?dry_run=true"), made.tag(), &moved)
        .await;
    assert_eq!(
        text(&tried.ok()["changes"][0], "id"),
        text(&made.json(), "id")
    );
    let last = json!({"last_day": "2026-11-20"});
    let tried = service
        .step(&format!("{path}/end?dry_run=true"), made.tag(), &last)
        .await;
    assert_eq!(tried.ok()["counts"]["gone"], 1);
    assert_eq!(service.head().await, head);
    assert_eq!(service.get(&path).await.ok(), made.json());
}

async fn the_same_request_under_one_key_makes_one_engagement(service: Service) {
    acme(&service).await;
    let key = [
        ("idempotency-key", "one engagement"),
        ("x-change-reason", "asked for"),
    ];
    let first = service
        .write("POST", ENGAGEMENTS, &key, &engagement())
        .await;
    let again = service
        .write("POST", ENGAGEMENTS, &key, &engagement())
        .await;
    assert_eq!(first.created(), again.created());
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let listed = service.every("/v1/subprocessors?group=acme", 10).await;
    assert_eq!(listed.len(), 1);
    let existing = existing(engagement());
    let other = service.write("POST", ENGAGEMENTS, &key, &existing).await;
    assert_eq!(text(&other.problem(422), "code"), "idempotency_key_reused");
}
