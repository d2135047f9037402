//! Certifications: objects of their own, under the organisation that holds them.

use serde_json::json;

use super::{pairs, place};
use crate::fixture::{Service, on_both_databases, text};

on_both_databases![
    a_certification_is_written_apart_from_its_holder,
    a_certification_ends_and_the_checks_after_its_last_day_with_it,
];

async fn a_certification_is_written_apart_from_its_holder(service: Service) {
    let holder = service.get("/v1/organisations/linkedin").await;
    let collection = "/v1/organisations/linkedin/certifications";
    let new = json!({
        "framework": "eu-us-dpf", "valid_from": "2025-02-01", "source": "the official list",
    });
    let created = service.create(collection, &new).await;
    let now = service.get("/v1/organisations/linkedin").await;
    assert_eq!(now.ok()["version"], holder.ok()["version"]);
    assert_ne!(now.tag(), holder.tag(), "another answer has another tag");
    let shown = now.ok()["certifications"].clone();
    assert!(
        shown
            .as_array()
            .expect("a list")
            .contains(&created.created())
    );
    // Who has read the holder before may still amend it.
    let note = json!({"seat_note": "as its imprint says"});
    let path = "/v1/organisations/linkedin";
    service.patch(path, holder.tag(), &note).await.ok();
    let read = service.get(&place(&created)).await;
    assert_eq!(read.tag(), created.tag());

    let id = text(&created.created(), "id").to_owned();
    let elsewhere = format!("/v1/organisations/stripe/certifications/{id}");
    service.get(&elsewhere).await.problem(404);
    service
        .patch(&elsewhere, "*", &json!({}))
        .await
        .problem(404);
    let end = json!({"last_day": "2026-01-01"});
    let step = format!("{elsewhere}/end");
    service.step(&step, "*", &end).await.problem(404);
    let nobodys = "/v1/organisations/nobody/certifications";
    service.get(nobodys).await.problem(404);
    service.post(nobodys, &new).await.problem(404);
    service.get(&format!("{collection}/1")).await.problem(404);
}

async fn a_certification_ends_and_the_checks_after_its_last_day_with_it(service: Service) {
    let list = "/v1/organisations/stripe/certifications";
    let framework = format!("{list}?framework=eu-us-dpf");
    let held = service.every(&framework, 200).await;
    assert_eq!(held.len(), 1);
    let held = &held[0];
    let path = format!("{list}/{}", text(held, "id"));
    let step = format!("{path}/end");
    let read = service.get(&path).await;
    let last_day = json!({"last_day": "2026-11-30"});
    let unnamed = service.write("POST", &step, &[], &last_day).await;
    unnamed.problem(428);
    let early = json!({"last_day": "2001-01-01"});
    let refused = service.step(&step, read.tag(), &early).await;
    assert_eq!(
        pairs(&refused.violations()),
        [("/last_day", "days_reversed")]
    );
    let refused = service.step(&step, read.tag(), &json!({"on": 1})).await;
    let unreadable = [("/last_day", "missing_field"), ("/on", "unknown_field")];
    assert_eq!(pairs(&refused.violations()), unreadable);

    let ended = service.step(&step, read.tag(), &last_day).await;
    assert_eq!(ended.ok()["valid_to"], "2026-11-30");
    assert_eq!(ended.ok()["version"], 2);
    service
        .step(&step, read.tag(), &last_day)
        .await
        .problem(412);
    for (as_of, decision, listed) in [("2026-11-30", "allow", 1), ("2026-12-01", "deny", 0)] {
        let question = json!({
            "exporter": "botsify", "importer": "stripe", "data_subjects": ["DE"], "as_of": as_of,
        });
        let answer = service.check(&question).await.ok();
        assert_eq!(text(&answer, "decision"), decision, "{answer:#}");
        let holding = format!("{framework}&as_of={as_of}");
        assert_eq!(service.every(&holding, 200).await.len(), listed);
    }
}
