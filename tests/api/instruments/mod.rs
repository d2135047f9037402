//! Mechanisms, impact assessments and the law: entered, corrected, ended and taken back over HTTP.

mod law;
mod mechanisms;
mod supposed;

use serde_json::{Value, json};

use crate::fixture::{Answer, Service, on_both_databases, text};

on_both_databases![a_change_names_what_it_was_made_to,];

/// The decision on the framework of 2023.
const DPF: &str = "EU-ADQ-US-DPF-2023-1795";

/// Makes a company of the group in a country of which nothing was found, with clauses that it, a
/// company in the United Kingdom and a third party signed.
async fn signed(service: &Service) -> Answer {
    let company = json!({
        "slug": "qcontact-india", "kind": "group_company", "group": "qcontact",
        "legal_name": "QContact India Pvt Ltd", "seat": "IN", "source": "a test",
    });
    service.create("/v1/organisations", &company).await;
    service.create("/v1/mechanisms", &clauses()).await
}

/// Clauses of module 1 that two companies of the group and a third party signed.
fn clauses() -> Value {
    json!({
        "group": "qcontact",
        "tool": "scc-2021-914",
        "module": 1,
        "signed_on": "2026-01-10",
        "parties": [
            {"organisation": "qcontact-ltd", "side": "exporter"},
            {"organisation": "qcontact-india", "side": "importer"},
            {"organisation": "stripe", "side": "importer"},
        ],
        "title": "Clauses within the group",
        "document_sha256": "5e".repeat(32),
        "source": "the signed clauses",
        "checked_on": Service::TODAY,
    })
}

fn assessment(mechanism: &str, destination: &str) -> Value {
    json!({
        "mechanism": mechanism,
        "destination": destination,
        "conclusion": "favourable",
        "concluded_on": "2026-01-05",
        "next_review": "2027-01-05",
        "steps": {
            "transfer": "support tickets",
            "supplementary_measures": [{"kind": "technical", "description": "encryption"}],
        },
        "source": "the file of the assessment",
    })
}

async fn a_change_names_what_it_was_made_to(service: Service) {
    let mechanism = signed(&service).await;
    let id = text(&mechanism.json(), "id").to_owned();
    let assessed = service
        .create("/v1/impact-assessments", &assessment(&id, "IN"))
        .await;
    let before = service.head().await;
    let mechanism = format!("/v1/mechanisms/{id}");
    let assessment = format!("/v1/impact-assessments/{}", text(&assessed.json(), "id"));
    let decision = format!("/v1/adequacy-decisions/{DPF}");
    let source = json!({"source": "x"});
    let ending = json!({"on": "2026-12-01", "end_kind": "invalidated", "source": "x"});
    for (method, path, body) in [
        ("PATCH", mechanism.clone(), json!({"title": "x"})),
        (
            "POST",
            format!("{mechanism}/end"),
            json!({"last_day": "2026-12-01"}),
        ),
        ("PATCH", assessment, json!({"measures": "x"})),
        (
            "PATCH",
            decision.clone(),
            json!({"title": "x", "source": "x"}),
        ),
        ("POST", format!("{decision}/end"), ending),
        ("POST", format!("{decision}/extend"), source.clone()),
        ("POST", format!("{decision}/challenge"), source),
    ] {
        let missing = service.write(method, &path, &[], &body).await;
        missing.problem(428);
        let stale = service
            .write(method, &path, &[("if-match", "\"2\"")], &body)
            .await;
        let problem = stale.problem(412);
        assert_eq!(problem["current_version"], 1, "{path}");
    }
    assert_eq!(service.head().await, before);
}
