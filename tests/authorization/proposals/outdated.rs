//! A proposal that can no longer be made says so, and stays open.

use serde_json::{Value, json};

use super::{Person, decided, falls, issued, where_approval_is_required};
use crate::fixture::{Service, text};

where_approval_is_required![
    what_was_changed_meanwhile_is_not_changed_by_an_older_proposal,
    what_is_not_there_any_more_to_be_done_is_said_of_the_proposal,
    who_may_no_longer_act_has_nothing_approved,
];

async fn what_was_changed_meanwhile_is_not_changed_by_an_older_proposal(service: Service) {
    let editor = Person::of(&service, "editor", "editor", None).await;
    let approver = Person::of(&service, "approver", "approver", None).await;
    let stripe = "/v1/organisations/stripe";
    let read = service.get(stripe).await;
    let moved = json!({"seat": "CA"});
    let path = editor.proposes("PATCH", stripe, read.tag(), &moved).await;
    let note = json!({"seat_note": "as its imprint says"});
    let noted = service.patch(stripe, read.tag(), &note).await;
    noted.ok();
    let before = service.head().await;
    let impact = approver.get(&format!("{path}/impact")).await;
    for refused in [impact, approver.approves(&path).await] {
        let problem = refused.problem(409);
        assert_eq!(text(&problem, "code"), "proposal_outdated");
        let detail = text(&problem, "detail");
        assert!(detail.contains("precondition_failed"), "{detail}");
    }
    assert_eq!(service.head().await, before);
    let open = approver.get(&path).await;
    assert_eq!(open.ok()["state"], "open");
    // Who proposed it looks again, and says what it is made to now.
    let edit = json!({"body": moved, "if_match": noted.tag()});
    let headers = [("if-match", open.tag())];
    editor.send("PUT", &path, &headers, &edit).await.ok();
    approver.approves(&path).await.ok();
    let shown = service.get(stripe).await.ok();
    assert_eq!(shown["seat"], "CA");
    assert_eq!(shown["seat_note"], "as its imprint says");
}

async fn what_is_not_there_any_more_to_be_done_is_said_of_the_proposal(service: Service) {
    let editor = Person::of(&service, "editor", "editor", None).await;
    let approver = Person::of(&service, "approver", "approver", None).await;
    let held = "/v1/organisations/linkedin/certifications";
    let new = json!({"framework": "eu-us-dpf", "valid_from": "2025-02-01", "source": "a test"});
    let first = editor.proposes("POST", held, "*", &new).await;
    let second = editor.proposes("POST", held, "*", &new).await;
    approver.approves(&first).await.ok();
    let impact = approver.get(&format!("{second}/impact")).await;
    for refused in [impact, approver.approves(&second).await] {
        let problem = refused.problem(409);
        assert_eq!(text(&problem, "code"), "proposal_outdated");
        assert!(!refused.pointers().is_empty(), "{problem:#}");
    }
    assert_eq!(approver.get(&second).await.ok()["state"], "open");
    approver.step(&second, "refuse", "*").await.ok();
}

async fn who_may_no_longer_act_has_nothing_approved(service: Service) {
    let (id, token) = issued(&service, "leaves", "editor", None).await;
    let leaves = Person {
        service: service.clone(),
        token,
    };
    let approver = Person::of(&service, "approver", "approver", None).await;
    let path = falls(&leaves).await;
    let revoke = format!("/v1/tokens/{id}/revoke");
    service.step(&revoke, "*", &Value::Null).await.ok();
    let before = service.head().await;
    let impact = approver.get(&format!("{path}/impact")).await;
    for refused in [impact, approver.approves(&path).await] {
        let problem = refused.problem(409);
        assert_eq!(text(&problem, "code"), "proposer_not_allowed");
    }
    assert_eq!(service.head().await, before);
    assert_eq!(decided(&service).await, "allow");
    assert_eq!(approver.get(&path).await.ok()["state"], "open");
    approver.step(&path, "refuse", "*").await.ok();
}
