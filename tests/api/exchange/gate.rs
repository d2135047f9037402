//! The gate before what a file makes active.

use serde_json::{Value, json};

use super::{JSON, import, imported};
use crate::fixture::{Service, on_both_databases, text};

on_both_databases![
    what_the_gate_denies_is_refused_at_its_status_unless_it_runs_already,
    what_a_file_brings_along_permits_what_it_makes_active,
    what_ran_before_and_what_is_over_is_not_asked_about,
];

const FLOW: &str = "01930000-0000-7000-8000-000000000071";
const ENGAGEMENT: &str = "01930000-0000-7000-8000-000000000072";

/// A group in Germany, and a vendor in China, whose protection nobody found adequate.
fn parties() -> Value {
    json!({
        "groups": [{"slug": "gated", "name": "Gated", "source": "a test"}],
        "organisations": [
            {"slug": "gated-gmbh", "kind": "group_company", "group": "gated",
                "legal_name": "Gated GmbH", "seat": "DE", "source": "a test"},
            {"slug": "gated-cn", "kind": "third_party", "legal_name": "Vendor", "seat": "CN",
                "source": "a test"},
        ],
    })
}

fn flow(status: &str, importer: &str) -> Value {
    json!({"id": FLOW, "group": "gated", "exporter": "gated-gmbh", "importer": importer,
        "exporter_role": "controller", "importer_role": "processor", "data_subjects": ["DE"],
        "status": status, "valid_from": "2026-01-01", "source": "a test"})
}

fn engagement(status: &str) -> Value {
    json!({"id": ENGAGEMENT, "group": "gated", "organisation": "gated-cn", "service": "mail",
        "exporter_role": "controller", "importer_role": "processor",
        "data_subject_countries": ["DE"], "status": status, "effective_from": "2026-01-01",
        "source": "a test"})
}

fn file(flows: &[Value], subprocessors: &[Value]) -> String {
    json!({"flows": flows, "subprocessors": subprocessors}).to_string()
}

async fn brought(service: &Service, query: &str, file: &str) -> Value {
    imported(service, query, JSON, file.as_bytes()).await
}

/// What an import is refused for, and in which words.
async fn refused(service: &Service, query: &str, file: &str) -> (Vec<(String, String)>, String) {
    let answer = import(service, query, JSON, file.as_bytes()).await;
    (answer.violations(), answer.text())
}

fn denied(places: &[&str]) -> Vec<(String, String)> {
    let places = places.iter();
    places
        .map(|place| ((*place).to_owned(), "gate_denied".to_owned()))
        .collect()
}

async fn what_the_gate_denies_is_refused_at_its_status_unless_it_runs_already(service: Service) {
    brought(&service, "", &parties().to_string()).await;
    let before = service.head().await;
    let both = file(&[flow("active", "gated-cn")], &[engagement("active")]);
    for query in ["", "?dry_run=true", "?record_existing=false"] {
        let headers = &[][..];
        let path = format!("/v1/imports{query}");
        let answer = service
            .send_file(&path, JSON, headers, both.as_bytes())
            .await;
        let places = ["/subprocessors/1/status", "/flows/1/status"];
        assert_eq!(answer.violations(), denied(&places), "{query}");
        assert!(answer.text().contains("no_mechanism"), "{}", answer.text());
    }
    // What was announced takes effect on its day, and a draft that becomes active is asked about.
    brought(
        &service,
        "",
        &file(&[flow("draft", "gated-cn")], &[engagement("proposed")]),
    )
    .await;
    let announced = file(&[flow("active", "gated-cn")], &[engagement("announced")]);
    let (found, _) = refused(&service, "", &announced).await;
    assert_eq!(
        found,
        denied(&["/subprocessors/1/status", "/flows/1/status"])
    );

    // What runs already says so, and why it is recorded.
    let path = "/v1/imports?record_existing=true";
    let silent = service.send_file(path, JSON, &[], both.as_bytes()).await;
    let missing = ("/x-change-reason".to_owned(), "missing_field".to_owned());
    assert_eq!(silent.violations(), [missing]);
    brought(&service, "?record_existing=true", &both).await;
    let denied = service
        .every("/v1/flows?group=gated&verdict=deny", 10)
        .await;
    assert_eq!(denied.len(), 2, "{denied:?}");
    for id in [FLOW, ENGAGEMENT] {
        let ledger = format!("/v1/ledger?object_id={id}");
        let entries = service.every(&ledger, 10).await;
        let last = entries.last().expect("an entry");
        assert_eq!(
            (text(last, "action"), text(last, "reason")),
            ("record_existing", "a test")
        );
    }
    assert_ne!(service.head().await, before);
}

async fn what_a_file_brings_along_permits_what_it_makes_active(service: Service) {
    let mut tables = parties();
    tables["flows"] = json!([flow("active", "gated-cn")]);
    let (found, words) = refused(&service, "", &tables.to_string()).await;
    assert_eq!(found, denied(&["/flows/1/status"]), "{words}");
    let mechanism = "01930000-0000-7000-8000-000000000073";
    tables["mechanisms"] = json!([{"id": mechanism, "group": "gated", "tool": "scc-2021-914",
        "module": 2, "signed_on": "2025-12-01", "source": "a test",
        "parties": [{"organisation": "gated-gmbh", "side": "exporter"},
            {"organisation": "gated-cn", "side": "importer"}]}]);
    tables["impact_assessments"] = json!([{"mechanism": mechanism, "destination": "CN",
        "conclusion": "favourable", "concluded_on": "2025-12-01", "source": "a test"}]);
    // A row that is wrong hides what the gate would say without it.
    let mut wrong = tables.clone();
    wrong["mechanisms"][0]["signed_on"] = json!("2025-12-1");
    let (found, _) = refused(&service, "", &wrong.to_string()).await;
    let bad_day = ("/mechanisms/1/signed_on".to_owned(), "bad_day".to_owned());
    assert_eq!(found, [bad_day]);
    brought(&service, "", &tables.to_string()).await;
    let shown = service.get(&format!("/v1/flows/{FLOW}")).await.ok();
    assert_eq!(text(&shown, "status"), "active");
}

async fn what_ran_before_and_what_is_over_is_not_asked_about(service: Service) {
    brought(&service, "", &parties().to_string()).await;
    let mut over = flow("active", "gated-cn");
    over["valid_to"] = json!("2026-02-01");
    brought(&service, "", &file(&[over.clone()], &[])).await;
    // In effect again: that is asked about.
    let again = file(&[flow("active", "gated-cn")], &[]);
    let (found, _) = refused(&service, "", &again).await;
    assert_eq!(found, denied(&["/flows/1/status"]));
    brought(&service, "?record_existing=true", &again).await;
    let mut noted = flow("active", "gated-cn");
    noted["note"] = json!("it is known that nothing permits it");
    let made = brought(&service, "", &file(&[noted], &[])).await;
    assert_eq!(made["counts"]["changed"], 1);
}
