//! The ledger over HTTP: audit trail, history of an object, change feed.

use chrono::TimeDelta;
use sea_orm::{EntityTrait as _, QueryOrder as _};
use serde_json::{Value, json};
use transfer_registry_entity::ledger;

use super::known_at::{create_group, end_certifications, later};
use crate::fixture::{Service, on_both_databases, text};

on_both_databases![
    the_whole_ledger_is_listed_with_who_what_when_and_why,
    a_filter_gives_what_matches_and_nothing_else,
    an_object_is_followed_from_state_to_state,
    whoever_keeps_the_last_number_misses_nothing,
    an_entry_that_is_not_there_is_not_found,
    the_newest_checkpoint_says_what_the_ledger_says,
];

/// Whether an entry is to be found.
type Matches = Box<dyn Fn(&Value) -> bool>;

async fn the_whole_ledger_is_listed_with_who_what_when_and_why(service: Service) {
    later(&service, TimeDelta::seconds(1));
    end_certifications(&service, "stripe", "2026-11-30").await;
    let db = service.database().await;
    let rows = ledger::Entity::find()
        .order_by_asc(ledger::Column::Seq)
        .all(&db)
        .await;
    let rows = rows.expect("the ledger");
    db.close().await.expect("closed");
    for size in [7, 200] {
        let items = service.every("/v1/ledger", size).await;
        assert_eq!(items.len(), rows.len());
        for (item, row) in items.iter().zip(&rows) {
            assert_eq!(item["seq"], json!(row.seq));
            assert_eq!(item["revision"], json!(row.revision));
            let at = text(item, "recorded_at");
            assert_eq!(at.parse(), Ok(row.recorded_at));
            assert!(at.ends_with('Z'), "{at}");
            assert_eq!(text(item, "actor"), row.actor);
            assert_eq!(text(item, "action"), row.action);
            assert_eq!(text(item, "object_type"), row.object_type.0.code());
            assert_eq!(text(item, "object_id"), row.object_id.to_string());
            assert_eq!(text(item, "reason"), row.reason.clone().unwrap_or_default());
            assert_eq!(text(item, "request_id"), row.request_id);
            assert_eq!(text(item, "prev_hash"), row.prev_hash);
            assert_eq!(text(item, "hash"), row.hash);
            let after: Value = serde_json::from_str(&row.state).expect("a state");
            assert_eq!(item["after"], after);
        }
    }
    let last = rows.last().expect("entries").seq;
    let alone = service.get(&format!("/v1/ledger/{last}")).await;
    let listed = service.every("/v1/ledger", 200).await;
    assert_eq!(Some(&alone.ok()), listed.last());
    assert!(alone.header("etag").is_some());
}

async fn a_filter_gives_what_matches_and_nothing_else(service: Service) {
    later(&service, TimeDelta::seconds(1));
    let revision = create_group(&service, "latecomer").await;
    later(&service, TimeDelta::seconds(1));
    end_certifications(&service, "stripe", "2026-11-30").await;
    let whole = service.every("/v1/ledger", 200).await;
    let group = service.get("/v1/groups/latecomer").await.ok();
    let id = text(&group, "id").to_owned();
    let is = |key: &'static str, value: Value| move |entry: &Value| entry[key] == value;
    let filters: Vec<(String, Matches)> = vec![
        (
            "object_type=flow".to_owned(),
            Box::new(is("object_type", json!("flow"))),
        ),
        (
            format!("object_id={id}"),
            Box::new(is("object_id", json!(id))),
        ),
        (
            "object_id=latecomer".to_owned(),
            Box::new(is("object_id", json!(id))),
        ),
        ("object_id=nobody".to_owned(), Box::new(|_| false)),
        (
            "actor=anna".to_owned(),
            Box::new(is("actor", json!("anna"))),
        ),
        (
            "action=end".to_owned(),
            Box::new(is("action", json!("end"))),
        ),
        (
            "request_id=request-1".to_owned(),
            Box::new(is("request_id", json!("request-1"))),
        ),
        (
            format!("revision={revision}"),
            Box::new(is("revision", json!(revision))),
        ),
        (
            "recorded_from=2026-11-21T12:00:01Z&recorded_to=2026-11-21T12:00:01Z".to_owned(),
            Box::new(is("revision", json!(revision))),
        ),
        (
            format!("known_at={}", Service::NOW),
            Box::new(|entry| text(entry, "recorded_at") == Service::NOW),
        ),
        (
            "actor=anna&object_type=group".to_owned(),
            Box::new(is("object_id", json!(id))),
        ),
        (
            "after=5".to_owned(),
            Box::new(|entry| entry["seq"].as_u64() > Some(5)),
        ),
    ];
    for (filter, matches) in filters {
        let expected: Vec<_> = whole
            .iter()
            .filter(|entry| matches(entry))
            .cloned()
            .collect();
        let found = service.every(&format!("/v1/ledger?{filter}"), 50).await;
        assert_eq!(found, expected, "{filter}");
    }
    for (wrong, pointer) in [
        ("object_type=groups", "/object_type"),
        ("after=-1", "/after"),
        ("after=1.5", "/after"),
        ("revision=", "/revision"),
        ("recorded_from=2026-11-21", "/recorded_from"),
        ("limit=201", "/limit"),
        ("since=5", "/since"),
    ] {
        let refused = service.get(&format!("/v1/ledger?{wrong}")).await;
        refused.problem(422);
        assert_eq!(refused.pointers(), [pointer], "{wrong}");
    }
}

async fn an_object_is_followed_from_state_to_state(service: Service) {
    for last_day in ["2026-11-30", "2026-12-31"] {
        later(&service, TimeDelta::seconds(1));
        end_certifications(&service, "stripe", last_day).await;
    }
    let stripe = service.get("/v1/organisations/stripe").await.ok();
    let held = text(&stripe["certifications"][0], "id");
    let entries = service
        .every(&format!("/v1/ledger?object_id={held}"), 2)
        .await;
    assert_eq!(entries.len(), 3);
    assert!(entries[0].get("before").is_none());
    for pair in entries.windows(2) {
        assert_eq!(pair[1]["before"], pair[0]["after"]);
    }
    let ended: Vec<_> = entries
        .iter()
        .map(|entry| text(&entry["after"], "valid_to"))
        .collect();
    assert_eq!(ended, ["", "2026-11-30", "2026-12-31"]);
    for entry in &entries {
        let alone = service.get(&format!("/v1/ledger/{}", entry["seq"])).await;
        assert_eq!(alone.ok(), *entry);
    }
}

async fn whoever_keeps_the_last_number_misses_nothing(service: Service) {
    let whole = service.every("/v1/ledger", 200).await;
    let mut last = whole.last().expect("entries")["seq"].clone();
    for round in 0..3 {
        let news = service.get(&format!("/v1/ledger?after={last}")).await.ok();
        assert_eq!(news["items"], json!([]), "{round}");
        assert!(news.get("next_cursor").is_none());
        let revision = create_group(&service, &format!("group-{round}")).await;
        let answer = service.get(&format!("/v1/ledger?after={last}")).await;
        let news = answer.ok();
        assert_eq!(news["items"].as_array().map(Vec::len), Some(1));
        let revision = revision.to_string();
        assert_eq!(answer.header("x-registry-revision"), Some(&*revision));
        last = news["items"][0]["seq"].clone();
    }
}

async fn an_entry_that_is_not_there_is_not_found(service: Service) {
    for number in [
        "0",
        "1000000",
        "-1",
        "one",
        "9223372036854775807",
        "18446744073709551615",
    ] {
        let refused = service.get(&format!("/v1/ledger/{number}")).await;
        refused.problem(404);
    }
    later(&service, TimeDelta::seconds(1));
    create_group(&service, "latecomer").await;
    let seq = service.every("/v1/ledger", 200).await.len();
    service.get(&format!("/v1/ledger/{seq}")).await.ok();
    let then = format!("/v1/ledger/{seq}?known_at={}", Service::NOW);
    service.get(&then).await.problem(404);
}

async fn the_newest_checkpoint_says_what_the_ledger_says(service: Service) {
    let checkpoint = service.get("/v1/ledger/checkpoint").await.ok();
    let path = format!("/v1/ledger/{}", checkpoint["size"]);
    let last = service.get(&path).await.ok();
    for same in ["hash", "revision"] {
        assert_eq!(checkpoint[same], last[same], "{same}");
    }
    let note = text(&checkpoint, "note");
    assert!(note.starts_with("transfer-registry/ledger/"), "{note}");
    assert!(note.contains(text(&checkpoint, "database")));
    assert!(note.contains("\n\n— transfer-registry "), "{note}");
    assert_eq!(text(&checkpoint, "instant"), Service::NOW);
}
