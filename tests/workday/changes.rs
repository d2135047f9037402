//! Tasks 7 and 19: what falls due, and a group that reorganises.

use serde_json::json;

use super::{Counsel, codes};
use crate::fixture::{Service, on_both_databases, text};

on_both_databases![
    task_7_an_assessment_that_falls_due_is_on_the_list_and_reviewed_in_one_decision,
    task_19_a_new_company_finds_its_cells_red_until_it_accedes_to_the_binding_rules,
];

async fn task_7_an_assessment_that_falls_due_is_on_the_list_and_reviewed_in_one_decision(
    service: Service,
) {
    let counsel = Counsel::of_acme(service).await;
    let (_, assessment) = counsel.clauses_with("cloudbase").await;
    let engagement = counsel.runs_with("cloudbase", json!([])).await;
    counsel.decisions.set(0);
    // A year on the list is looked at on any day.
    for (day, urgency) in [
        ("2027-08-01", None),
        ("2027-09-10", Some(4)),
        ("2027-10-10", Some(3)),
        ("2027-10-30", Some(2)),
        ("2027-11-04", Some(1)),
    ] {
        let list = format!("/v1/attention?kind=review_due&group=acme&as_of={day}");
        let items = counsel.service.every(&list, 50).await;
        let found: Vec<u64> = items
            .iter()
            .filter_map(|item| item["urgency"].as_u64())
            .collect();
        assert_eq!(found, Vec::from_iter(urgency), "{day}");
        if let Some(item) = items.first() {
            assert_eq!(text(item, "id"), assessment);
            assert_eq!(text(&item["affects"][0], "id"), engagement);
        }
    }
    assert!(counsel.may_send("cloudbase", "2027-11-03").await);
    assert!(!counsel.may_send("cloudbase", "2027-11-04").await);

    // The last answers stand there; only what changed is said again.
    let path = format!("/v1/impact-assessments/{assessment}");
    let review = json!({"concluded_on": Service::TODAY, "next_review": "2028-11-20",
        "steps": {"re_evaluation": "no new law since"}});
    let reviewed = counsel
        .decide_about("PATCH", &path, "", &review)
        .await
        .json();
    counsel.took_at_most(1);
    assert_eq!(reviewed["steps"]["transfer"], "customers' contact data");
    assert!(counsel.may_send("cloudbase", "2027-11-04").await);
}

async fn task_19_a_new_company_finds_its_cells_red_until_it_accedes_to_the_binding_rules(
    service: Service,
) {
    let counsel = Counsel::of_acme(service).await;
    let rules = json!({"group": "acme", "tool": "bcr-c", "approved_on": "2020-03-01",
        "approved_by": "DE", "parties": [{"organisation": "acme-gmbh", "side": "both"}],
        "title": "Binding corporate rules", "source": "the approval", "checked_on": "2026-11-02"});
    let rules = counsel
        .service
        .create("/v1/mechanisms", &rules)
        .await
        .json();
    let rules = format!("/v1/mechanisms/{}", text(&rules, "id"));

    let company = json!({"slug": "acme-sg", "kind": "group_company", "group": "acme",
        "legal_name": "Acme Pte. Ltd.", "seat": "SG", "source": "the register of companies"});
    counsel.decide("/v1/organisations", &company).await;
    let flow = json!({"group": "acme", "exporter": "acme-gmbh", "importer": "acme-sg",
        "data_subjects": ["DE"], "data_categories": ["contact"], "exporter_role": "controller",
        "importer_role": "controller", "valid_from": Service::TODAY, "source": "the plan"});
    let flow = counsel.decide("/v1/flows", &flow).await.created();
    let flow = format!("/v1/flows/{}", text(&flow, "id"));
    // The matrix: every company to every other, in one question.
    let companies = ["acme-gmbh", "acme-sg"];
    let matrix = async |day: &str| -> Vec<String> {
        let mut cells = Vec::new();
        for exporter in companies {
            for importer in companies.into_iter().filter(|other| *other != exporter) {
                cells.push(
                    json!({"exporter": exporter, "importer": importer, "as_of": day,
                    "data_subjects": ["DE"], "data_categories": ["contact"],
                    "exporter_role": "controller", "importer_role": "controller"}),
                );
            }
        }
        let answer = counsel
            .service
            .post("/v1/transfer-checks/batch", &json!({ "checks": cells }))
            .await
            .ok();
        codes(&answer["results"], "decision")
            .into_iter()
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(matrix(Service::TODAY).await, ["deny", "allow"]);
    let tag = counsel.service.get(&flow).await.tag().to_owned();
    let refused = counsel
        .service
        .step(&format!("{flow}/activate"), &tag, &json!(null))
        .await;
    assert_eq!(text(&refused.problem(409), "code"), "gate_denied");

    let accession = json!({"organisation": "acme-sg", "side": "both", "acceded_on": "2026-11-20"});
    counsel.decisions.set(counsel.decisions.get() + 1);
    let docked = counsel
        .service
        .post(&format!("{rules}/parties"), &accession)
        .await;
    assert_eq!(docked.status, 201, "{}", docked.text());
    let assessment = json!({"mechanism": docked.json()["id"], "destination": "SG",
        "conclusion": "favourable", "concluded_on": "2026-11-20", "source": "the file"});
    counsel.decide("/v1/impact-assessments", &assessment).await;
    assert_eq!(matrix(Service::TODAY).await, ["allow", "allow"]);
    assert_eq!(matrix("2026-11-19").await, ["deny", "allow"]);
    counsel
        .decide_about("POST", &flow, "/activate", &json!(null))
        .await;
    counsel.took_at_most(5);
}
