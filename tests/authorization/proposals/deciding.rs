//! Who decides about a proposal, and what becomes of it.

use serde_json::{Value, json};

use super::{Person, decided, entries_of, fall, falls, proposed, where_approval_is_required};
use crate::fixture::{Service, text};

where_approval_is_required![
    an_approval_makes_exactly_what_was_proposed_in_one_revision,
    nobody_approves_their_own_by_any_token,
    what_is_edited_is_approved_anew,
    a_proposal_is_refused_with_a_reason_and_withdrawn_by_who_made_it,
    of_two_who_approve_at_once_one_does,
];

async fn an_approval_makes_exactly_what_was_proposed_in_one_revision(service: Service) {
    let editor = Person::of(&service, "editor", "editor", None).await;
    let approver = Person::of(&service, "approver", "approver", None).await;
    let path = falls(&editor).await;
    assert_eq!(decided(&service).await, "allow");
    let tried = approver
        .send(
            "POST",
            &format!("{path}/approve?dry_run=true"),
            &[("if-match", "*")],
            &Value::Null,
        )
        .await;
    let impact = service.get(&format!("{path}/impact")).await.ok();
    assert_eq!(tried.ok(), impact);
    assert!(impact["counts"]["denied"].as_u64() > Some(0), "{impact:#}");
    assert_eq!(decided(&service).await, "allow");

    let answer = approver.approves(&path).await;
    let shown = answer.ok();
    assert_eq!(shown["state"], "approved");
    assert_eq!(shown["decided_by"], "token:approver");
    assert_eq!(shown["decision_reason"], "seen");
    assert_eq!(shown["version"], 2);
    assert_eq!(service.get(&path).await.ok(), shown);
    assert_eq!(decided(&service).await, "deny");
    let entries = entries_of(&service, answer.revision()).await;
    let told: Vec<_> = entries
        .iter()
        .map(|entry| {
            (
                text(entry, "object_type"),
                text(entry, "action"),
                text(entry, "actor"),
            )
        })
        .collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!((told[0].0, told[0].2), ("law_amendment", "token:editor"));
    assert_eq!(told[1], ("proposal", "approve", "token:editor"));
    assert_eq!(entries[0]["reason"], "because § 5 says so");
    assert_eq!(entries[1]["after"]["decided_by"], "token:approver");
    assert_eq!(entries[1]["object_id"], shown["id"]);
    let amendment = &entries[0]["after"];
    assert_eq!(amendment["source"], fall()["source"], "{amendment:#}");

    // It is decided: nothing more becomes of it.
    let before = service.head().await;
    for step in ["approve", "refuse"] {
        let again = approver.step(&path, step, "*").await;
        assert_eq!(text(&again.problem(409), "code"), "wrong_stage", "{step}");
    }
    let back = editor.step(&path, "withdraw", "*").await;
    assert_eq!(text(&back.problem(409), "code"), "wrong_stage");
    approver.get(&format!("{path}/impact")).await.problem(409);
    assert_eq!(service.head().await, before);
}

/// A token that somebody has issued with their own.
async fn issued_by(person: &Person, name: &str, role: &str) -> Person {
    let new = json!({"name": name, "role": role});
    let made = person.send("POST", "/v1/tokens", &[], &new).await;
    Person {
        service: person.service.clone(),
        token: text(&made.created(), "token").to_owned(),
    }
}

async fn nobody_approves_their_own_by_any_token(service: Service) {
    let chief = Person::of(&service, "chief", "admin", None).await;
    let deputy = issued_by(&chief, "deputy", "admin").await;
    let clerk = issued_by(&deputy, "clerk", "approver").await;
    let other = Person::of(&service, "other", "approver", None).await;
    let path = falls(&deputy).await;
    let before = service.head().await;
    for (who, person) in [
        ("who proposed it", &deputy),
        ("a token of theirs", &clerk),
        ("who issued theirs", &chief),
        ("who issued that", &Person::operator(&service)),
    ] {
        for step in ["approve", "approve?dry_run=true", "refuse"] {
            let refused = person.step(&path, step, "*").await;
            let problem = refused.problem(403);
            assert_eq!(text(&problem, "code"), "own_proposal", "{who}: {step}");
        }
    }
    assert_eq!(service.head().await, before);
    assert_eq!(decided(&service).await, "allow");
    other.approves(&path).await.ok();
    assert_eq!(decided(&service).await, "deny");
}

async fn what_is_edited_is_approved_anew(service: Service) {
    let editor = Person::of(&service, "editor", "admin", None).await;
    let second = issued_by(&editor, "second", "admin").await;
    let stranger = Person::of(&service, "stranger", "editor", None).await;
    let approver = Person::of(&service, "approver", "approver", None).await;
    let path = falls(&editor).await;
    let seen = approver.get(&path).await;
    let mut later = fall();
    later["on"] = json!("2027-01-01");
    let edit = json!({ "body": later });
    let headers = [("if-match", seen.tag()), ("x-change-reason", "a day later")];
    let foreign = stranger.send("PUT", &path, &headers, &edit).await;
    assert_eq!(text(&foreign.problem(403), "code"), "forbidden");
    let wrong = json!({"body": {"on": "soon"}});
    let wrong = editor.send("PUT", &path, &headers, &wrong).await;
    let problem = wrong.problem(409);
    assert_eq!(text(&problem, "code"), "proposal_outdated", "{problem:#}");
    assert!(problem.to_string().contains("/on"), "{problem:#}");
    let tried = format!("{path}?dry_run=true");
    let tried = second.send("PUT", &tried, &headers, &edit).await;
    assert_eq!(tried.ok()["as_of"], "2027-01-01", "{}", tried.text());

    let edited = second.send("PUT", &path, &headers, &edit).await;
    let shown = edited.ok();
    assert_eq!(shown["version"], 2);
    assert_eq!(shown["state"], "open");
    assert_eq!(shown["body"], later);
    assert_eq!(shown["reason"], "a day later");
    assert_eq!(shown["proposed_by"], "token:second");
    assert_eq!(shown["authors"], json!(["token:editor", "token:second"]));
    let entries = entries_of(&service, edited.revision()).await;
    assert_eq!(entries.len(), 1, "{entries:#?}");
    assert_eq!(entries[0]["action"], "amend");
    let stale = editor.send("PUT", &path, &headers, &edit).await;
    stale.problem(412);

    let before = service.head().await;
    approver
        .step(&path, "approve", seen.tag())
        .await
        .problem(412);
    approver
        .step(&path, "refuse", seen.tag())
        .await
        .problem(412);
    for author in [&editor, &second] {
        let own = author.approves(&path).await.problem(403);
        assert_eq!(text(&own, "code"), "own_proposal");
    }
    assert_eq!(service.head().await, before);
    approver.approves(&path).await.ok();
    assert_eq!(decided(&service).await, "allow", "it falls a month later");
}

async fn a_proposal_is_refused_with_a_reason_and_withdrawn_by_who_made_it(service: Service) {
    let editor = Person::of(&service, "editor", "editor", None).await;
    let stranger = Person::of(&service, "stranger", "editor", None).await;
    let approver = Person::of(&service, "approver", "approver", None).await;
    let path = falls(&editor).await;
    let refuse = format!("{path}/refuse");
    let any = [("if-match", "*")];
    let unsaid = approver.send("POST", &refuse, &any, &Value::Null).await;
    let missing = ("/x-change-reason".to_owned(), "missing_field".to_owned());
    assert_eq!(unsaid.violations(), [missing]);
    approver.step(&path, "withdraw", "*").await.problem(403);
    editor.step(&path, "refuse", "*").await.problem(403);
    stranger.step(&path, "withdraw", "*").await.problem(403);
    approver
        .send("POST", &refuse, &[], &Value::Null)
        .await
        .problem(428);
    let refused = approver.step(&path, "refuse", "*").await.ok();
    assert_eq!(refused["state"], "refused");
    assert_eq!(refused["decided_by"], "token:approver");
    assert_eq!(refused["decision_reason"], "seen");

    let path = falls(&editor).await;
    let withdrawn = editor.step(&path, "withdraw", "*").await.ok();
    assert_eq!(withdrawn["state"], "withdrawn");
    let late = approver.step(&path, "approve", "*").await.problem(409);
    assert_eq!(text(&late, "code"), "wrong_stage");
    assert_eq!(decided(&service).await, "allow");
    for (state, number) in [
        ("open", 0),
        ("refused", 1),
        ("withdrawn", 1),
        ("approved", 0),
    ] {
        let found = service
            .every(&format!("/v1/proposals?state={state}"), 1)
            .await;
        assert_eq!(found.len(), number, "{state}");
    }
    let found = service
        .every("/v1/proposals?proposed_by=token:editor", 1)
        .await;
    assert_eq!(found.len(), 2);
    let none = service.every("/v1/proposals?proposed_by=token:stranger", 1);
    assert!(none.await.is_empty());
}

async fn of_two_who_approve_at_once_one_does(service: Service) {
    let editor = Person::of(&service, "editor", "editor", None).await;
    let one = Person::of(&service, "one", "approver", None).await;
    let other = Person::of(&service, "other", "approver", None).await;
    let held = "/v1/organisations/linkedin/certifications";
    let new = json!({"framework": "eu-us-dpf", "valid_from": "2025-02-01", "source": "a test"});
    let path = proposed(&editor.send("POST", held, &[], &new).await);
    let tag = one.get(&path).await.tag().to_owned();
    let before = service.every(held, 50).await.len();
    let both = tokio::join!(
        one.step(&path, "approve", &tag),
        other.step(&path, "approve", &tag)
    );
    let mut statuses = [both.0.status, both.1.status];
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200, "{statuses:?}");
    assert!([409, 412].contains(&statuses[1]), "{statuses:?}");
    for answer in [both.0, both.1] {
        assert!(
            !answer.text().contains("proposal_outdated"),
            "{}",
            answer.text()
        );
    }
    assert_eq!(service.every(held, 50).await.len(), before + 1);
}
