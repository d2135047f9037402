//! The second clock: what the registry had recorded by an instant, on every read, page and check.

use chrono::TimeDelta;
use serde_json::{Value, json};
use transfer_decision::span::parse_day;
use transfer_registry_core::{
    Context, Expected, Scope,
    certifications::{self, NewCertification},
    groups::{self, NewGroup},
};

use crate::fixture::{Service, on_both_databases, text};

on_both_databases![
    every_list_and_object_shows_what_was_recorded_by_then,
    a_check_is_answered_from_what_was_recorded_by_then,
    each_check_of_a_batch_may_look_back_on_its_own,
    a_public_list_shows_what_was_recorded_by_then,
    pages_of_a_list_of_then_are_not_moved_by_what_is_recorded_meanwhile,
    nobody_looks_ahead,
];

pub(super) fn context() -> Context {
    Context {
        actor: "anna".to_owned(),
        reason: Some("the certification was not renewed".to_owned()),
        request_id: "request-1".to_owned(),
    }
}

pub(super) fn later(service: &Service, by: TimeDelta) {
    service.registry().clock().advance(by);
}

/// Sets the last day of every certification that an organisation holds.
pub(super) async fn end_certifications(service: &Service, organisation: &str, last_day: &str) {
    let last_day = parse_day(last_day).expect("a day");
    let registry = service.registry();
    let held: Vec<_> = registry
        .snapshot()
        .organisation(organisation)
        .expect("the organisation")
        .certifications
        .iter()
        .map(|certification| certification.id)
        .collect();
    assert!(!held.is_empty());
    for id in held {
        let context = context();
        let made = registry.change(&context, &Scope::All, None, |draft| {
            certifications::end_in(draft, id, &Expected::Any, last_day)
        });
        made.await.expect("the certification ends");
    }
}

pub(super) async fn create_group(service: &Service, slug: &str) -> u64 {
    let new = NewGroup {
        slug: slug.to_owned(),
        name: format!("Group {slug}"),
        notice_note: None,
        notice_days: None,
        objection_days: None,
        source: "a test".to_owned(),
        checked_on: None,
    };
    let created = groups::create(&context(), &Scope::All, service.registry(), new).await;
    created.expect("a group").revision
}

/// Gives a certification a first day that is a day later.
async fn move_certifications(service: &Service, organisation: &str) {
    let registry = service.registry();
    let snapshot = registry.snapshot();
    let holder = snapshot.organisation(organisation).expect("it is there");
    for held in &holder.certifications {
        let mut new = NewCertification::of(held, organisation.to_owned());
        new.valid_from = new.valid_from.succ_opt().expect("a day");
        let (context, id) = (context(), held.id);
        let made = registry.change(&context, &Scope::All, None, |draft| {
            certifications::amend_in(draft, id, &Expected::Any, new)
        });
        made.await.expect("amended");
    }
}

async fn every_list_and_object_shows_what_was_recorded_by_then(service: Service) {
    let lists = [
        "/v1/groups",
        "/v1/organisations",
        "/v1/subprocessors",
        "/v1/mechanisms",
        "/v1/adequacy-decisions",
    ];
    let paths: Vec<String> = lists
        .iter()
        .map(|list| format!("{list}?limit=200"))
        .chain(
            [
                "/v1/organisations/stripe?as_of=2026-12-01",
                "/v1/groups/qcontact?",
            ]
            .map(str::to_owned),
        )
        .collect();
    let mut before = Vec::new();
    for path in &paths {
        before.push(service.get(path).await);
    }
    later(&service, TimeDelta::microseconds(1));
    create_group(&service, "latecomer").await;
    end_certifications(&service, "stripe", "2026-11-30").await;
    for (path, before) in paths.iter().zip(before) {
        let then = service
            .get(&format!("{path}&known_at={}", Service::NOW))
            .await;
        assert_eq!(then.ok(), before.ok(), "{path}");
        let revision = "x-registry-revision";
        assert_eq!(then.header(revision), before.header(revision), "{path}");
    }
    let now = service.get("/v1/groups?limit=200").await.ok();
    assert!(now.to_string().contains("latecomer"));
    let just_now = "/v1/groups?limit=200&known_at=2026-11-21T12:00:00.000001Z";
    assert_eq!(service.get(just_now).await.ok(), now);
    service.get("/v1/groups/latecomer").await.ok();
    let path = format!("/v1/groups/latecomer?known_at={}", Service::NOW);
    service.get(&path).await.problem(404);
    let ended = service.get("/v1/organisations/stripe?as_of=2026-12-01");
    assert_eq!(ended.await.ok()["certifications"], json!([]));
    let nothing = service.get("/v1/groups?known_at=2020-01-01T00:00:00Z");
    let nothing = nothing.await;
    assert_eq!(nothing.ok()["items"], json!([]));
    assert_eq!(nothing.header("x-registry-revision"), Some("0"));
}

fn question(known_at: Option<&str>) -> Value {
    let mut question = json!({
        "exporter": "botsify", "importer": "stripe", "data_subjects": ["DE"], "as_of": "2026-12-15",
    });
    if let Some(known_at) = known_at {
        question["known_at"] = json!(known_at);
    }
    question
}

/// What an answer says, without what every answer has of its own.
fn said(mut answer: Value) -> Value {
    for own in ["id", "known_at"] {
        answer[own] = Value::Null;
    }
    answer
}

async fn a_check_is_answered_from_what_was_recorded_by_then(service: Service) {
    let before = service.check(&question(None)).await.ok();
    assert_eq!(before["decision"], "allow", "{before}");
    later(&service, TimeDelta::seconds(1));
    end_certifications(&service, "stripe", "2026-11-30").await;
    let after = service.check(&question(None)).await.ok();
    assert_eq!(after["decision"], "deny", "{after}");

    let asked = service.check(&question(Some(Service::NOW))).await;
    let then = asked.ok();
    assert_eq!(text(&then, "known_at"), Service::NOW);
    let revision = before["revision"].to_string();
    assert_eq!(asked.header("x-registry-revision"), Some(&*revision));
    assert_ne!(then["id"], before["id"]);
    assert_eq!(said(then), said(before));

    // Finer than the clock is cut off, and the register may be asked to have come further.
    let mut finer = question(Some("2026-11-21T12:00:00.0000009Z"));
    finer["at_least_revision"] = after["revision"].clone();
    let finer = service.check(&finer).await.ok();
    assert_eq!(text(&finer, "known_at"), Service::NOW);
    assert_eq!(finer["decision"], "allow");
    // Nobody was registered by then.
    let never = service.check(&question(Some("2026-11-21T11:59:59Z"))).await;
    let never = never.ok();
    assert_eq!(
        (&never["decision"], &never["revision"]),
        (&json!("deny"), &json!(0))
    );
    assert!(never.to_string().contains("exporter_unknown"), "{never}");
}

async fn each_check_of_a_batch_may_look_back_on_its_own(service: Service) {
    later(&service, TimeDelta::seconds(1));
    end_certifications(&service, "stripe", "2026-11-30").await;
    let instants = [None, Some(Service::NOW), Some("2020-01-01T00:00:00Z"), None];
    let checks: Vec<Value> = instants
        .iter()
        .cycle()
        .take(30)
        .map(|at| question(*at))
        .collect();
    let answer = service
        .post("/v1/transfer-checks/batch", &json!({ "checks": checks }))
        .await;
    let results = answer.ok()["results"].as_array().expect("results").clone();
    assert_eq!(results.len(), 30);
    for (at, result) in instants.iter().cycle().zip(&results) {
        let alone = service.check(&question(*at)).await.ok();
        assert_eq!(said(result.clone()), said(alone), "{at:?}");
        let known_at = at.unwrap_or("2026-11-21T12:00:01Z");
        assert_eq!(text(result, "known_at"), known_at);
    }
    let decisions: Vec<&str> = results.iter().map(|one| text(one, "decision")).collect();
    assert_eq!(decisions[..4], ["deny", "allow", "deny", "deny"]);
    let newest = service.registry().snapshot().revision().to_string();
    assert_eq!(answer.header("x-registry-revision"), Some(&*newest));

    let many: Vec<Value> = (0..51)
        .map(|second| question(Some(&format!("2026-11-21T11:00:{second:02}Z"))))
        .collect();
    let refused = service
        .post("/v1/transfer-checks/batch", &json!({ "checks": many }))
        .await;
    refused.problem(422);
    assert_eq!(refused.pointers(), ["/checks"]);
}

async fn a_public_list_shows_what_was_recorded_by_then(service: Service) {
    let json = "/botsify/subprocessors.json?as_of=2026-12-15";
    let before = service.get_publicly(json).await.ok();
    later(&service, TimeDelta::seconds(1));
    end_certifications(&service, "stripe", "2026-11-30").await;
    let after = service.get_publicly(json).await.ok();
    assert_ne!(after["subprocessors"], before["subprocessors"]);
    assert!(after.get("known_at").is_none());
    let then = format!("{json}&known_at={}", Service::NOW);
    let mut then = service.get_publicly(&then).await.ok();
    assert_eq!(text(&then, "known_at"), Service::NOW);
    then.as_object_mut().expect("an object").remove("known_at");
    assert_eq!(then, before);

    let page = format!(
        "/botsify/subprocessors?as_of=2026-12-15&known_at={}",
        Service::NOW
    );
    let page = service.get_publicly(&page).await;
    assert_eq!(page.status, 200);
    let shown = page.text();
    assert!(shown.contains("As recorded by"), "{shown}");
    assert!(shown.contains(&format!("name=\"known_at\" value=\"{}\"", Service::NOW)));
    let today = service.get_publicly("/botsify/subprocessors").await.text();
    assert!(!today.contains("As recorded by") && !today.contains("known_at"));
}

async fn pages_of_a_list_of_then_are_not_moved_by_what_is_recorded_meanwhile(service: Service) {
    let list = format!("/v1/organisations?known_at={}", Service::NOW);
    let whole = service.every(&list, 200).await;
    let first = service.get(&format!("{list}&limit=10")).await.ok();
    later(&service, TimeDelta::seconds(1));
    move_certifications(&service, "stripe").await;
    let cursor = text(&first, "next_cursor");
    let path = format!("{list}&limit=200&cursor={cursor}");
    let rest = service.get(&path).await.ok();
    let mut pages = first["items"].as_array().expect("items").clone();
    pages.extend(rest["items"].as_array().expect("items").iter().cloned());
    assert_eq!(pages, whole);
    // The cursor is of then, and not of now.
    let path = format!("/v1/organisations?limit=10&cursor={cursor}");
    let moved = service.get(&path).await;
    moved.problem(422);
    assert_eq!(moved.pointers(), ["/cursor"]);
}

async fn nobody_looks_ahead(service: Service) {
    let ahead = "known_at=2026-11-21T12:00:00.000001Z";
    for path in [
        "/v1/groups",
        "/v1/groups/qcontact",
        "/v1/organisations",
        "/v1/organisations/stripe",
        "/v1/subprocessors",
        "/v1/mechanisms",
        "/v1/adequacy-decisions",
        "/v1/ledger",
        "/v1/ledger/1",
        "/v1/transfer-checks",
        "/botsify/subprocessors.json",
    ] {
        let refused = service.get(&format!("{path}?{ahead}")).await;
        let problem = refused.problem(422);
        assert_eq!(refused.pointers(), ["/known_at"], "{path}");
        assert_eq!(problem["violations"][0]["code"], "known_at_in_future");
        let path = format!("{path}?known_at={}", Service::NOW);
        let without = service.get(&path).await;
        assert_eq!(without.status, 200, "{path}: {}", without.text());
    }
    let checks = json!({"checks": [question(None), question(Some("2999-01-01T00:00:00Z"))]});
    let refused = service.post("/v1/transfer-checks/batch", &checks).await;
    refused.problem(422);
    assert_eq!(refused.pointers(), ["/checks/1/known_at"]);
}
