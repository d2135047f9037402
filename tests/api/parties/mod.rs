//! Groups, organisations, certifications and processing activities: written, read back, corrected.

mod certifications;
mod filters;
mod upstream;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::known_at::later;
use crate::fixture::{Answer, Service, on_both_databases, text};

on_both_databases![
    a_party_is_created_read_listed_and_amended,
    a_change_names_the_version_that_it_is_made_to,
    everything_that_is_wrong_with_a_party_is_said_at_once,
    what_a_party_keeps_for_its_life_is_not_amended,
    the_same_creation_sent_again_happens_once,
    a_dry_run_says_what_would_change_and_stores_nothing,
    what_a_party_was_is_read_with_known_at,
    the_ledger_says_who_made_a_party_and_why,
];

/// A resource: where it is, what it takes, and a change of one field.
struct Party {
    collection: String,
    new: Value,
    change: (&'static str, Value),
}

fn party(collection: &str, new: Value, field: &'static str, value: &str) -> Party {
    Party {
        collection: collection.to_owned(),
        new,
        change: (field, json!(value)),
    }
}

/// One of each, with all that it may have.
fn parties() -> [Party; 4] {
    let group = json!({
        "slug": "acme", "name": "Acme", "notice_note": "in two languages", "notice_days": 30,
        "objection_days": 14, "source": "https://acme.example/privacy", "checked_on": "2026-11-20",
    });
    let organisation = json!({
        "slug": "acme-gmbh", "kind": "group_company", "group": "acme", "legal_name": "Acme GmbH",
        "seat": "DE", "seat_note": "as its imprint says", "registration": "HRB 1",
        "representative": "Acme Ltd, London", "attributes": {"subject_to_gdpr": true},
        "on_public_list": true, "dpf_participant": "a1b2",
        "contacts": [{"kind": "data_protection", "name": "Privacy office",
            "email": "privacy@acme.example", "phone": "+49 30 1", "address": "Acme\nBerlin"}],
        "source": "https://acme.example/imprint", "checked_on": "2026-11-20",
    });
    let certification = json!({
        "framework": "eu-us-dpf", "valid_from": "2025-02-01", "valid_to": "2027-01-31",
        "recertification_due": "2027-01-31", "covers_hr": true,
        "evidence": {"list": "the official list", "day": "2026-11-20", "sha256": "0a".repeat(32),
            "participant": "a1b2", "status": "Active"},
        "source": "the official list", "checked_on": "2026-11-20",
    });
    let activity = json!({
        "group": "acme", "name": "Answering customers", "role": "controller",
        "purpose": "customer_support", "data_categories": ["contact", "support"],
        "data_described": "what customers write", "data_subjects": "customers",
        "legal_bases": ["GDPR Art. 6(1)(b)"], "retention": "three years",
        "source": "https://acme.example/privacy", "checked_on": "2026-11-20",
    });
    let held = "/v1/organisations/acme-gmbh/certifications";
    [
        party("/v1/groups", group, "name", "Acme International"),
        party("/v1/organisations", organisation, "legal_name", "Acme SE"),
        party(held, certification, "source", "the list of 2026-11-21"),
        party(
            "/v1/processing-activities",
            activity,
            "retention",
            "two years",
        ),
    ]
}

/// The path of what was just created.
fn place(created: &Answer) -> String {
    created.header("location").expect("a location").to_owned()
}

fn pairs(violations: &[(String, String)]) -> Vec<(&str, &str)> {
    violations
        .iter()
        .map(|(pointer, code)| (pointer.as_str(), code.as_str()))
        .collect()
}

async fn a_party_is_created_read_listed_and_amended(service: Service) {
    for Party {
        collection,
        new,
        change: (field, value),
    } in parties()
    {
        let created = service.create(&collection, &new).await;
        let shown = created.created();
        for (name, given) in new.as_object().expect("an object") {
            assert_eq!(&shown[name], given, "{collection} {name}");
        }
        assert_eq!(shown["version"], 1, "{collection}");
        let path = place(&created);
        let read = service.get(&path).await;
        assert_eq!(read.ok(), shown, "{path}");
        assert_eq!(read.tag(), created.tag(), "{path}");
        assert_eq!(read.revision(), created.revision(), "{path}");
        let listed = service.every(&collection, 200).await;
        assert!(listed.contains(&shown), "{collection}");

        let changed = service
            .patch(&path, read.tag(), &json!({ field: value }))
            .await;
        let mut expected = shown;
        expected[field] = value;
        expected["version"] = json!(2);
        assert_eq!(changed.ok(), expected, "{path}");
        assert!(changed.tag().starts_with("\"2."), "{}", changed.tag());
        assert_eq!(changed.revision(), created.revision() + 1, "{path}");
        let read = service.get(&path).await;
        assert_eq!((read.ok(), read.tag()), (expected, changed.tag()), "{path}");
    }
}

async fn a_change_names_the_version_that_it_is_made_to(service: Service) {
    for Party {
        collection,
        new,
        change: (field, value),
    } in parties()
    {
        let created = service.create(&collection, &new).await;
        let path = place(&created);
        let change = json!({ field: value });
        let unnamed = service.write("PATCH", &path, &[], &change).await;
        assert_eq!(unnamed.problem(428)["code"], "precondition_required");
        let changed = service.patch(&path, created.tag(), &change).await;
        changed.ok();
        let stale = service.patch(&path, created.tag(), &change).await;
        let problem = stale.problem(412);
        assert_eq!(problem["code"], "precondition_failed", "{path}");
        assert_eq!(problem["current_version"], 2, "{path}");
        assert_eq!(stale.tag(), changed.tag(), "{path}");
        assert_eq!(service.get(&path).await.ok()["version"], 2, "{path}");
    }
}

async fn everything_that_is_wrong_with_a_party_is_said_at_once(service: Service) {
    let before = service.head().await;
    let refused = |path, body| {
        let service = service.clone();
        async move { service.post(path, &body).await.violations() }
    };
    let group = json!({
        "slug": "QContact", "name": " ", "notice_days": -1, "objection_days": 4000,
        "source": "a test", "checked_on": "2026-11-22",
    });
    assert_eq!(
        pairs(&refused("/v1/groups", group).await),
        [
            ("/checked_on", "future_day"),
            ("/name", "blank"),
            ("/notice_days", "out_of_range"),
            ("/objection_days", "out_of_range"),
            ("/slug", "malformed_slug"),
        ]
    );
    let organisation = json!({
        "slug": "stripe", "kind": "group_company", "group": "nobodys", "legal_name": "",
        "contacts": [{"kind": "legal"}], "source": "a test",
    });
    assert_eq!(
        pairs(&refused("/v1/organisations", organisation).await),
        [
            ("/contacts/0", "contact_empty"),
            ("/group", "unknown_group"),
            ("/legal_name", "blank"),
            ("/slug", "taken"),
        ]
    );
    let unreadable = json!({
        "slug": "new", "kind": "neighbour", "seat": "XX", "colour": "blue", "on_public_list": "yes",
        "attributes": {"blue_eyes": true}, "source": "a test",
    });
    assert_eq!(
        pairs(&refused("/v1/organisations", unreadable).await),
        [
            ("/attributes/blue_eyes", "unknown_field"),
            ("/colour", "unknown_field"),
            ("/kind", "unknown_code"),
            ("/legal_name", "missing_field"),
            ("/on_public_list", "wrong_type"),
            ("/seat", "unknown_country"),
        ]
    );
    let certification = json!({
        "framework": "eu-us-dpf", "valid_from": "2026-02-01", "valid_to": "2026-01-31",
        "recertification_due": "2026-01-30", "source": " ",
        "evidence": {"list": "the list", "day": "2026-11-20", "sha256": "0A"},
    });
    let held = "/v1/organisations/stripe/certifications";
    assert_eq!(
        pairs(&refused(held, certification).await),
        [
            ("/evidence/sha256", "malformed_hash"),
            ("/recertification_due", "days_reversed"),
            ("/source", "blank"),
            ("/valid_from", "overlapping_certification"),
            ("/valid_to", "days_reversed"),
        ]
    );
    let activity = json!({
        "group": "nobodys", "name": "", "purpose": "Customer Support", "legal_bases": ["", "b"],
        "source": "a test",
    });
    assert_eq!(
        pairs(&refused("/v1/processing-activities", activity).await),
        [
            ("/group", "unknown_group"),
            ("/legal_bases/0", "blank"),
            ("/name", "blank"),
            ("/purpose", "malformed_code"),
        ]
    );
    assert_eq!(service.head().await, before);
}

async fn what_a_party_keeps_for_its_life_is_not_amended(service: Service) {
    for (path, change, pointers) in [
        (
            "/v1/groups/qcontact",
            json!({"slug": "other"}),
            vec!["/slug"],
        ),
        (
            "/v1/organisations/qcontact-inc",
            json!({"slug": "other", "kind": "third_party"}),
            vec!["/kind", "/slug"],
        ),
        (
            "/v1/organisations/qcontact-inc",
            json!({"group": "botsify"}),
            vec!["/group"],
        ),
        (
            "/v1/organisations/qcontact-inc",
            json!({"group": null}),
            vec!["/group"],
        ),
    ] {
        let refused = service.patch(path, "*", &change).await;
        let expected: Vec<_> = pointers.iter().map(|at| (*at, "immutable_field")).collect();
        assert_eq!(pairs(&refused.violations()), expected, "{path} {change}");
    }
    // An id names the same group as its slug.
    let group = service.get("/v1/groups/qcontact").await.ok();
    let same = json!({"group": group["id"]});
    let path = "/v1/organisations/qcontact-inc";
    assert_eq!(
        service.patch(path, "*", &same).await.ok()["group"],
        "qcontact"
    );

    let activity = &service
        .every("/v1/processing-activities?group=qcontact", 200)
        .await[0];
    let path = format!("/v1/processing-activities/{}", text(activity, "id"));
    let refused = service
        .patch(&path, "*", &json!({"group": "botsify"}))
        .await;
    assert_eq!(
        pairs(&refused.violations()),
        [("/group", "immutable_field")]
    );
    let held = &service.get("/v1/organisations/stripe").await.ok()["certifications"][0];
    let path = format!(
        "/v1/organisations/stripe/certifications/{}",
        text(held, "id")
    );
    let other = json!({"framework": "uk-extension"});
    let refused = service.patch(&path, "*", &other).await;
    assert_eq!(
        pairs(&refused.violations()),
        [("/framework", "immutable_field")]
    );
}

async fn the_same_creation_sent_again_happens_once(service: Service) {
    for (at, party) in parties().into_iter().enumerate() {
        let key = format!("key-{at}");
        let headers = [("idempotency-key", key.as_str())];
        let send = |body: Value| {
            let (service, path) = (service.clone(), party.collection.clone());
            async move { service.write("POST", &path, &headers, &body).await }
        };
        let first = send(party.new.clone()).await;
        first.created();
        let before = service.head().await;
        let again = send(party.new.clone()).await;
        assert_eq!(again.created(), first.created(), "{}", party.collection);
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        let mut other = party.new.clone();
        other["source"] = json!("another source");
        let reused = send(other).await;
        assert_eq!(reused.problem(422)["code"], "idempotency_key_reused");
        assert_eq!(service.head().await, before);
    }
}

async fn a_dry_run_says_what_would_change_and_stores_nothing(service: Service) {
    let dry = |collection: &str| format!("{collection}?dry_run=true");
    for party in parties() {
        let before = service.head().await;
        let tried = service.post(&dry(&party.collection), &party.new).await;
        let preview = tried.ok();
        assert_eq!(preview["changes"], json!([]), "{}", party.collection);
        assert_eq!(tried.header("location"), None);
        assert_eq!(service.head().await, before, "{}", party.collection);

        let created = service.create(&party.collection, &party.new).await;
        let before = service.head().await;
        let (field, value) = &party.change;
        let path = dry(&place(&created));
        let tried = service.patch(&path, "*", &json!({ *field: value })).await;
        assert_eq!(tried.ok()["as_of"], Service::TODAY);
        assert_eq!(tried.header("etag"), None);
        assert_eq!(service.head().await, before, "{}", party.collection);
        let read = service.get(&place(&created)).await;
        assert_eq!(read.ok(), created.created());
    }
    // The framework that carries an engagement ends, and then nothing carries it.
    let held = &service.get("/v1/organisations/stripe").await.ok()["certifications"][0];
    let path = format!(
        "/v1/organisations/stripe/certifications/{}/end?dry_run=true",
        text(held, "id")
    );
    let before = service.head().await;
    let last_day = json!({"last_day": "2026-11-30"});
    let preview = service.step(&path, "*", &last_day).await.ok();
    assert_eq!(preview["as_of"], "2026-12-01");
    let change = &preview["changes"][0];
    assert_eq!(text(change, "importer"), "stripe", "{preview:#}");
    assert_eq!(text(change, "effect"), "denied", "{preview:#}");
    assert_eq!(service.head().await, before);
}

async fn what_a_party_was_is_read_with_known_at(service: Service) {
    for Party {
        collection,
        new,
        change: (field, value),
    } in parties()
    {
        let before_it = service.registry().clock().now();
        later(&service, TimeDelta::seconds(1));
        let created = service.create(&collection, &new).await;
        let when_new = service.registry().clock().now();
        later(&service, TimeDelta::seconds(1));
        let path = place(&created);
        let change = json!({ field: value });
        let changed = service.patch(&path, created.tag(), &change).await;
        let then = |path: &str, at: chrono::DateTime<chrono::Utc>| {
            let at = at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
            let (service, path) = (service.clone(), format!("{path}?known_at={at}"));
            async move { service.get(&path).await }
        };
        then(&path, before_it).await.problem(404);
        let read = then(&path, when_new).await;
        assert_eq!(read.ok(), created.created(), "{path}");
        assert_eq!(read.tag(), created.tag(), "{path}");
        assert_eq!(service.get(&path).await.ok(), changed.ok(), "{path}");
        let listed = then(&collection, when_new).await.ok();
        let shown = created.created();
        let items = listed["items"].as_array().expect("items");
        let of_then = items.iter().find(|item| item["id"] == shown["id"]);
        // A list that is longer than a page may not show it at once.
        assert!(of_then.is_none_or(|item| *item == shown), "{collection}");
    }
}

async fn the_ledger_says_who_made_a_party_and_why(service: Service) {
    for party in parties() {
        let headers = [
            ("x-change-reason", "a new customer, f%C3%BCr Acme"),
            ("x-request-id", "request-of-anna"),
        ];
        let created = service
            .write("POST", &party.collection, &headers, &party.new)
            .await;
        let id = text(&created.created(), "id").to_owned();
        let entries = service
            .every(&format!("/v1/ledger?object_id={id}"), 200)
            .await;
        let [entry] = entries.as_slice() else {
            panic!("{} entries of {}", entries.len(), party.collection)
        };
        assert_eq!(text(entry, "actor"), "bootstrap");
        assert_eq!(text(entry, "reason"), "a new customer, für Acme");
        assert_eq!(text(entry, "request_id"), "request-of-anna");
        assert_eq!(entry["revision"], json!(created.revision()));
        assert_eq!(entry["after"]["source"], party.new["source"]);
    }
}
