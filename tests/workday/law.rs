//! Tasks 3, 4 and 9: the law moves, a certification lapses, an exception is made.

use serde_json::{Value, json};

use super::Counsel;
use crate::fixture::{Service, on_both_databases, text};

on_both_databases![
    task_3_a_framework_that_falls_is_foreseen_and_then_one_decision,
    task_4_a_certification_that_lapses_or_leaves_out_hr_data_blocks_what_it_does_not_cover,
    task_9_an_exception_is_counted_and_ends_when_it_is_used_up,
];

const DPF: &str = "EU-ADQ-US-DPF-2023-1795";

async fn certified(counsel: &Counsel, covers_hr: bool) -> String {
    let certification = json!({"framework": "eu-us-dpf", "valid_from": "2024-01-01",
        "covers_hr": covers_hr, "source": "the list", "checked_on": "2026-11-02"});
    let held = "/v1/organisations/cloudbase/certifications";
    let made = counsel.decide(held, &certification).await;
    text(&made.created(), "id").to_owned()
}

async fn task_3_a_framework_that_falls_is_foreseen_and_then_one_decision(service: Service) {
    let counsel = Counsel::of_acme(service).await;
    certified(&counsel, false).await;
    // One vendor has nothing but the framework, another has clauses as well.
    let lone = counsel.runs_with("cloudbase", json!([])).await;
    let backed = json!({"slug": "backed", "kind": "third_party", "legal_name": "Backed, Inc.",
        "seat": "US", "source": "its website"});
    counsel.service.create("/v1/organisations", &backed).await;
    let certification = json!({"framework": "eu-us-dpf", "valid_from": "2024-01-01",
        "covers_hr": false, "source": "the list", "checked_on": "2026-11-02"});
    counsel
        .service
        .create("/v1/organisations/backed/certifications", &certification)
        .await;
    counsel.clauses_with("backed").await;
    let carried = counsel.runs_with("backed", json!([])).await;
    counsel.decisions.set(0);

    let falls = json!({"changes": [
        {"kind": "end_adequacy_decision", "id": DPF, "on": "2026-12-01"}]});
    let supposed = counsel
        .service
        .post("/v1/impact-analyses", &falls)
        .await
        .ok();
    let of = |id: &str| -> Value {
        let changes = supposed["changes"].as_array().expect("changes");
        let found = changes.iter().find(|change| change["id"] == id);
        found.cloned().unwrap_or_else(|| panic!("{supposed:#}"))
    };
    assert_eq!(of(&lone)["effect"], "denied");
    assert!(
        !of(&lone)["remedies"]
            .as_array()
            .expect("remedies")
            .is_empty()
    );
    assert_eq!(of(&carried)["effect"], "other_basis");
    assert_eq!(of(&carried)["carried_by"][0]["outcome"], "safeguard");

    // The day of the judgment.
    let end = json!({"on": "2026-12-01", "end_kind": "invalidated", "source": "the judgment"});
    let decision = format!("/v1/adequacy-decisions/{DPF}");
    counsel.decide_about("POST", &decision, "/end", &end).await;
    counsel.took_at_most(2);
    assert!(counsel.may_send("cloudbase", "2026-11-30").await);
    assert!(!counsel.may_send("cloudbase", "2026-12-01").await);
    assert!(counsel.may_send("backed", "2026-12-01").await);
    let list = "/v1/flows?verdict=deny&group=acme&as_of=2026-12-01";
    let denied = counsel.service.every(list, 50).await;
    assert_eq!(denied.len(), 1);
    assert_eq!(text(&denied[0], "id"), lone);
    // It is on the work list before the day comes.
    let soon = counsel.attention("will_be_denied").await;
    assert_eq!(text(&soon[0], "id"), lone);
    assert_eq!(text(&soon[0], "due"), "2026-12-01");
}

async fn task_4_a_certification_that_lapses_or_leaves_out_hr_data_blocks_what_it_does_not_cover(
    service: Service,
) {
    let counsel = Counsel::of_acme(service).await;
    let certification = certified(&counsel, false).await;
    let engagement = counsel.runs_with("cloudbase", json!([])).await;
    let path = format!("/v1/subprocessors/{engagement}");
    let more = json!({"data_categories": ["contact", "employment"]});
    let foreseen = counsel.foresee("PATCH", &path, "", &more).await;
    assert_eq!(foreseen["counts"]["denied"], 1, "{foreseen:#}");
    let question = json!({"exporter": "acme-gmbh", "importer": "cloudbase",
        "data_subjects": ["DE"], "data_categories": ["contact"], "hr_data": true});
    let staff = counsel.service.check(&question).await.ok();
    assert_eq!(staff["decision"], "deny");
    assert!(staff.to_string().contains("hr_data_not_covered"));
    assert!(counsel.may_send("cloudbase", Service::TODAY).await);
    counsel.decisions.set(0);

    let held = format!("/v1/organisations/cloudbase/certifications/{certification}");
    let lapsed = json!({"last_day": "2026-11-19"});
    let foreseen = counsel.foresee("POST", &held, "/end", &lapsed).await;
    assert_eq!(foreseen["counts"]["denied"], 1);
    counsel.decide_about("POST", &held, "/end", &lapsed).await;
    counsel.took_at_most(1);
    assert!(!counsel.may_send("cloudbase", Service::TODAY).await);
    assert!(counsel.may_send("cloudbase", "2026-11-19").await);
    let denied = counsel.attention("denied").await;
    assert_eq!(text(&denied[0], "id"), engagement);
    assert_eq!(text(&denied[0], "next_step"), "heal_or_end");
}

async fn task_9_an_exception_is_counted_and_ends_when_it_is_used_up(service: Service) {
    let counsel = Counsel::of_acme(service).await;
    counsel.runs_with("cloudbase", json!([])).await;
    counsel.decisions.set(0);
    let exception = json!({"group": "acme", "tool": "derogation-49-1-e",
        "statements": {"necessary": true, "occasional": true},
        "parties": [{"organisation": "acme-gmbh", "side": "exporter"},
            {"organisation": "cloudbase", "side": "importer"}],
        "uses_limit": 1, "note": "one filing before a court in New York",
        "ends_on": "2026-12-31", "source": "counsel's memorandum", "checked_on": Service::TODAY});
    let made = counsel.decide("/v1/mechanisms", &exception).await.created();
    let verdict = counsel.verdict("cloudbase", Service::TODAY).await;
    assert_eq!(verdict["decision"], "allow");
    assert_eq!(verdict["findings"][0]["outcome"], "derogation");
    assert!(verdict.to_string().contains("derogation_exceptional"));

    let uses = format!("/v1/mechanisms/{}/uses", text(&made, "id"));
    let filing = json!({"on": Service::TODAY, "note": "the filing of today"});
    counsel.decisions.set(counsel.decisions.get() + 1);
    let answer = counsel.service.post(&uses, &filing).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    counsel.took_at_most(2);
    assert!(!counsel.may_send("cloudbase", Service::TODAY).await);
    assert_eq!(counsel.attention("denied").await.len(), 1);
}
