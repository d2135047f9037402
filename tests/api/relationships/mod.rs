//! Engagements and flows over HTTP: their lives, the gate before what becomes active, and the lists
//! of those that are denied or fell back.

mod attention;
mod engagements;
mod flows;
mod locations;
mod stages;
mod standings;

use serde_json::{Value, json};

use crate::fixture::{Answer, Service, text};

/// A group with one German company, and a vendor in the United States with whom nothing is signed.
async fn acme(service: &Service) {
    let group = json!({
        "slug": "acme", "name": "Acme", "notice_days": 14, "objection_days": 10, "source": "a test",
    });
    service.create("/v1/groups", &group).await;
    for organisation in [
        json!({"slug": "acme-gmbh", "kind": "group_company", "group": "acme",
            "legal_name": "Acme GmbH", "seat": "DE", "source": "a test"}),
        json!({"slug": "mailer", "kind": "third_party", "legal_name": "Mailer, Inc.",
            "seat": "US", "source": "a test"}),
    ] {
        service.create("/v1/organisations", &organisation).await;
    }
}

/// Signs the standard contractual clauses of a module between the two, and concludes that they
/// hold in the United States; the mechanism's id.
async fn sign(service: &Service, module: u8) -> String {
    let clauses = json!({
        "group": "acme", "tool": "scc-2021-914", "module": module, "signed_on": "2026-11-01",
        "parties": [{"organisation": "acme-gmbh", "side": "exporter"},
            {"organisation": "mailer", "side": "importer"}],
        "source": "a test", "checked_on": "2026-11-02",
    });
    let clauses = service.create("/v1/mechanisms", &clauses).await.created();
    let assessment = json!({
        "mechanism": clauses["id"], "destination": "US", "conclusion": "favourable",
        "concluded_on": "2026-11-03", "source": "a test",
    });
    service.create("/v1/impact-assessments", &assessment).await;
    text(&clauses, "id").to_owned()
}

/// Certifies the vendor under the Data Privacy Framework; to its last day, if it has one.
async fn certify(service: &Service, last_day: Option<&str>) {
    let mut certification = json!({
        "framework": "eu-us-dpf", "valid_from": "2024-01-01", "covers_hr": false,
        "source": "a test", "checked_on": "2026-11-02",
    });
    if let Some(last_day) = last_day {
        certification["valid_to"] = json!(last_day);
    }
    let held = "/v1/organisations/mailer/certifications";
    service.create(held, &certification).await;
}

fn engagement() -> Value {
    json!({
        "group": "acme", "organisation": "mailer", "service": "newsletters",
        "data_categories": ["contact"], "data_subject_countries": ["DE"],
        "exporter_role": "controller", "importer_role": "processor",
        "effective_from": "2026-12-15", "source": "a test",
    })
}

fn flow() -> Value {
    json!({
        "group": "acme", "exporter": "acme-gmbh", "importer": "mailer",
        "data_subjects": ["DE"], "data_categories": ["contact"],
        "exporter_role": "controller", "importer_role": "processor",
        "valid_from": "2026-11-10", "owner": "anna", "source": "a test",
    })
}

/// What runs already.
fn existing(mut new: Value) -> Value {
    new["record_existing"] = json!(true);
    new
}

/// What a check between the two decides on a day, and every reason that it gives.
async fn decided(service: &Service, as_of: &str) -> (String, String) {
    let question = json!({
        "exporter": "acme-gmbh", "importer": "mailer", "data_subjects": ["DE"],
        "data_categories": ["contact"], "as_of": as_of,
    });
    let answer = service.check(&question).await.ok();
    let reasons = answer["relationship"]["reasons"].to_string();
    (text(&answer, "decision").to_owned(), reasons)
}

/// The path of what was made or changed.
fn path_of(collection: &str, answer: &Answer) -> String {
    format!("{collection}/{}", text(&answer.json(), "id"))
}

fn remedies(refused: &Value) -> Vec<&str> {
    let remedies = refused["remedies"].as_array().expect("remedies");
    remedies.iter().map(|remedy| text(remedy, "code")).collect()
}
