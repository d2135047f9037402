//! Tasks 1, 2 and 5: a vendor comes, grows, and signs.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Counsel, codes};
use crate::fixture::{Service, on_both_databases, text};

on_both_databases![
    task_1_onboarding_a_vendor_takes_five_decisions,
    task_2_a_vendors_new_region_is_seen_in_its_effect_before_it_is_recorded,
    task_5_a_signed_contract_covers_what_waits_for_it,
];

async fn task_1_onboarding_a_vendor_takes_five_decisions(service: Service) {
    let counsel = Counsel::of_acme(service).await;
    // Who it is.
    let mailer = json!({"slug": "mailer", "kind": "third_party", "legal_name": "Mailer, Inc.",
        "seat": "US", "source": "its website", "contacts": [
            {"kind": "data_protection", "email": "privacy@mailer.example"}]});
    counsel.decide("/v1/organisations", &mailer).await;
    // Whose data, why, where, from when.
    let engagement = json!({"group": "acme", "organisation": "mailer", "service": "newsletters",
        "purpose": "marketing", "data_categories": ["contact"], "data_subject_countries": ["DE"],
        "exporter_role": "controller", "importer_role": "processor",
        "locations": [{"place": "US", "activity": "processing"}],
        "effective_from": "2027-01-15", "source": "the offer"});
    let proposed = counsel.decide("/v1/subprocessors", &engagement).await;
    let proposed = proposed.created();
    assert_eq!(proposed["status"], "proposed");
    let path = format!("/v1/subprocessors/{}", text(&proposed, "id"));
    // What it will need is said before anything is signed.
    let standing = counsel.service.get(&format!("{path}/standing")).await.ok();
    let remedies = codes(&standing["standing"]["remedies"], "code");
    assert!(
        remedies.contains(&"sign_scc") && remedies.contains(&"complete_tia"),
        "{standing:#}"
    );
    assert!(!counsel.may_send("mailer", "2027-01-15").await);
    // The contract and its assessment.
    counsel.clauses_with("mailer").await;
    // The customers are told; their objection period and the notice follow from the group.
    let announced = counsel
        .decide_about("POST", &path, "/announce", &Value::Null)
        .await;
    assert_eq!(announced.json()["objection_until"], "2026-12-05");
    counsel.took_at_most(5);

    assert!(!counsel.may_send("mailer", "2027-01-14").await);
    assert!(counsel.may_send("mailer", "2027-01-15").await);
    // Nobody reads of it before the list is published, which is one step more.
    counsel
        .service
        .get_publicly("/acme/subprocessors.json")
        .await
        .problem(404);
    counsel.service.publish("acme").await;
    let page = counsel
        .service
        .get_publicly("/acme/subprocessors.json")
        .await
        .ok();
    assert_eq!(page["upcoming"][0]["slug"], "mailer");
}

async fn task_2_a_vendors_new_region_is_seen_in_its_effect_before_it_is_recorded(service: Service) {
    let counsel = Counsel::of_acme(service).await;
    let here = json!([{"place": "DE", "activity": "storage"}]);
    let frankfurt = json!({"slug": "frankfurt-cloud", "kind": "third_party", "seat": "DE",
        "legal_name": "Frankfurt Cloud GmbH", "source": "its website"});
    counsel
        .service
        .create("/v1/organisations", &frankfurt)
        .await;
    let id = counsel.runs_with("frankfurt-cloud", here).await;
    assert!(counsel.may_send("frankfurt-cloud", Service::TODAY).await);
    counsel.decisions.set(0);

    let support = json!({"changes": [
        {"kind": "add_country", "id": id, "country": "IN", "activity": "remote_access",
            "on": "2026-12-15"}]});
    let supposed = counsel
        .service
        .post("/v1/impact-analyses", &support)
        .await
        .ok();
    assert_eq!(supposed["as_of"], "2026-12-15");
    assert_eq!(supposed["counts"]["denied"], 1);
    assert_eq!(supposed["changes"][0]["id"], id);
    assert!(codes(&supposed["changes"][0]["remedies"], "code").contains(&"sign_scc"));
    // Recording it for its day says the same before it is saved.
    let path = format!("/v1/subprocessors/{id}");
    let locations = json!({"locations": [
        {"place": "DE", "activity": "storage"},
        {"place": "IN", "activity": "remote_access", "from": "2026-12-15"}]});
    let foreseen = counsel.foresee("PATCH", &path, "", &locations).await;
    assert_eq!(foreseen["changes"], supposed["changes"]);
    assert_eq!(foreseen["as_of"], "2026-12-15");
    assert!(counsel.may_send("frankfurt-cloud", "2026-12-15").await);

    counsel.decide_about("PATCH", &path, "", &locations).await;
    counsel.took_at_most(1);
    // What was asked and is asked about the days before stays as it was.
    for (as_of, allowed) in [
        ("2026-11-05", true),
        (Service::TODAY, true),
        ("2026-12-14", true),
        ("2026-12-15", false),
    ] {
        let may = counsel.may_send("frankfurt-cloud", as_of).await;
        assert_eq!(may, allowed, "{as_of}");
    }
    let today = counsel.verdict("frankfurt-cloud", Service::TODAY).await;
    assert_eq!(today["valid_until"], "2026-12-14");
    let denied = async |as_of: &str| {
        let list = format!("/v1/flows?verdict=deny&group=acme&as_of={as_of}");
        counsel.service.every(&list, 50).await
    };
    assert!(denied(Service::TODAY).await.is_empty());
    assert_eq!(text(&denied("2026-12-15").await[0], "id"), id);
}

async fn task_5_a_signed_contract_covers_what_waits_for_it(service: Service) {
    let counsel = Counsel::of_acme(service).await;
    counsel.runs_with("cloudbase", json!([])).await;
    assert_eq!(counsel.attention("denied").await.len(), 1);
    counsel.later(TimeDelta::seconds(1));
    counsel.decisions.set(0);

    let (clauses, _) = counsel.clauses_with("cloudbase").await;
    counsel.took_at_most(3);

    let verdict = counsel.verdict("cloudbase", Service::TODAY).await;
    assert_eq!(verdict["decision"], "allow");
    assert_eq!(verdict["findings"][0]["mechanism"], clauses);
    assert!(counsel.attention("denied").await.is_empty());
    let shown = counsel
        .service
        .get(&format!("/v1/mechanisms/{clauses}"))
        .await
        .ok();
    assert_eq!(shown["document_sha256"], "a1".repeat(32));
}
