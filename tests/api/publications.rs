//! What groups have published: previewed, made once, told, and nobody else's.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::fixture::{Service, on_both_databases, text};

on_both_databases![
    the_demo_has_published_its_lists,
    what_is_previewed_is_what_is_published,
    who_saw_another_publication_or_content_publishes_nothing,
    a_dry_run_shows_the_difference_and_publishes_nothing,
    publications_are_listed_page_by_page_and_as_known_then,
    the_work_list_names_what_is_not_published,
];

const LIST: &str = "/v1/groups/botsify/publications";
const PREVIEW: &str = "/v1/groups/botsify/publication-preview";

/// Gives the demo's engagement of Stripe other locations.
async fn move_stripe(service: &Service, place: &str, from: &str) -> String {
    let path = "/v1/subprocessors?group=botsify&organisation=stripe";
    let id = text(&service.every(path, 50).await[0], "id").to_owned();
    let path = format!("/v1/subprocessors/{id}");
    let tag = service.get(&path).await.tag().to_owned();
    let locations = json!({"locations": [{"place": place, "activity": "storage", "from": from}]});
    service.patch(&path, &tag, &locations).await.ok();
    id
}

async fn the_demo_has_published_its_lists(service: Service) {
    for group in [
        "qcontact",
        "botsify",
        "netcode",
        "qiscus",
        "instantchatbots",
    ] {
        let path = format!("/v1/groups/{group}/publications");
        let list = service.every(&path, 50).await;
        assert_eq!(list.len(), 1, "{group}");
        assert_eq!(list[0]["number"], 1);
        assert!(list[0].get("content").is_none());
        let preview = format!("/v1/groups/{group}/publication-preview");
        let preview = service.get(&preview).await.ok();
        assert_eq!(
            (&preview["differs"], &preview["after"]),
            (&json!(false), &json!(1))
        );
        assert_eq!(preview["content_sha256"], list[0]["content_sha256"]);
        let one = format!("/v1/publications/{}", text(&list[0], "id"));
        let one = service.get(&one).await.ok();
        assert_eq!(one["content"], preview["content"], "{group}");
        let added = one["difference"]["subprocessors"].as_array().unwrap();
        assert!(added.iter().all(|one| one["change"] == "added"));
        assert_eq!(
            added.len(),
            one["content"]["subprocessors"].as_array().unwrap().len()
        );
    }
}

async fn what_is_previewed_is_what_is_published(service: Service) {
    let id = move_stripe(&service, "CN", "2026-11-22").await;
    let preview = service.get(PREVIEW).await.ok();
    assert_eq!(preview["differs"], true);
    let changes = preview["difference"]["subprocessors"].as_array().unwrap();
    let [change] = changes.as_slice() else {
        panic!("{preview:#}");
    };
    assert_eq!(
        (text(change, "id"), text(change, "change")),
        (&*id, "altered")
    );
    let fields = change["fields"].as_array().unwrap();
    assert_eq!(fields.len(), 1, "{fields:?}");
    assert_eq!(fields[0]["field"], "locations");
    assert_eq!(
        fields[0]["after"],
        json!({"locations": [{"place": "CN", "activity": "storage", "from": "2026-11-22"}]})
    );

    let new = json!({"after": 1, "content_sha256": preview["content_sha256"], "note": "moved"});
    let made = service.create(LIST, &new).await.json();
    assert_eq!(
        (&made["number"], &made["note"]),
        (&json!(2), &json!("moved"))
    );
    assert_eq!(made["published_by"], "bootstrap");
    assert_eq!(made["content"], preview["content"]);
    assert_eq!(made["difference"], preview["difference"]);
    let path = format!("/v1/publications/{}", text(&made, "id"));
    assert_eq!(service.get(&path).await.ok(), made);
    let entries = format!("/v1/ledger?object_id={}", text(&made, "id"));
    let entries = service.every(&entries, 10).await;
    assert_eq!(entries.len(), 1);
    assert_eq!(
        (&entries[0]["action"], &entries[0]["object_type"]),
        (&json!("publish"), &json!("publication"))
    );
    let live = service.get(PREVIEW).await.ok();
    assert_eq!(
        (&live["differs"], &live["after"]),
        (&json!(false), &json!(2))
    );
    // What was published is there whole, and is never written again.
    for method in ["PATCH", "PUT", "DELETE"] {
        let refused = service
            .send(method, &path, Some("application/json"), b"{}")
            .await;
        refused.problem(405);
    }
}

async fn who_saw_another_publication_or_content_publishes_nothing(service: Service) {
    let nothing = service.post(LIST, &json!({"after": 1})).await;
    assert_eq!(
        nothing.violations(),
        [(String::new(), "nothing_to_change".to_owned())]
    );
    let before = service.get(PREVIEW).await.ok();
    move_stripe(&service, "CN", "2026-11-22").await;
    for after in [0, 2] {
        let stale = service.post(LIST, &json!({ "after": after })).await;
        assert_eq!(stale.problem(412)["current_version"], 1);
    }
    let new = json!({"after": 1, "content_sha256": before["content_sha256"]});
    let changed = service.post(LIST, &new).await;
    let told = ("/content_sha256".to_owned(), "content_changed".to_owned());
    assert_eq!(changed.violations(), [told]);
    for wrong in [
        json!({}),
        json!({"after": -1}),
        json!({"after": 1, "note": " "}),
        json!({"after": 1, "content_sha256": "x"}),
        json!({"after": 1, "force": true}),
    ] {
        service.post(LIST, &wrong).await.problem(422);
    }
    let missing = service
        .post("/v1/groups/nobody/publications", &json!({"after": 0}))
        .await;
    missing.problem(404);
    assert_eq!(service.every(LIST, 50).await.len(), 1);
    // Of two who saw the same, one publishes; under one key it is one publication.
    let keyed = [("idempotency-key", "publish-1")];
    let new = json!({"after": 1});
    let first = service.write("POST", LIST, &keyed, &new).await;
    first.created();
    let again = service.write("POST", LIST, &keyed, &new).await;
    assert_eq!((again.status, again.json()), (201, first.json()));
    service.post(LIST, &new).await.problem(412);
    assert_eq!(service.every(LIST, 50).await.len(), 2);
}

async fn a_dry_run_shows_the_difference_and_publishes_nothing(service: Service) {
    move_stripe(&service, "CN", "2026-11-22").await;
    let preview = service.get(PREVIEW).await.ok();
    let dry = service
        .post(&format!("{LIST}?dry_run=true"), &json!({"after": 1}))
        .await
        .ok();
    assert_eq!(dry["publication"], preview["difference"]);
    assert_eq!(dry["changes"], json!([]), "publishing changes no verdict");
    assert_eq!(service.every(LIST, 50).await.len(), 1);
    let other = json!({"name": "Botsify of then"});
    let path = "/v1/groups/botsify?dry_run=true";
    let other = service
        .write("PATCH", path, &[("if-match", "*")], &other)
        .await
        .ok();
    assert!(other.get("publication").is_none());
}

async fn publications_are_listed_page_by_page_and_as_known_then(service: Service) {
    for (number, place) in (2..5).zip(["CN", "IN", "CN"]) {
        service.registry().clock().advance(TimeDelta::seconds(1));
        move_stripe(&service, place, "2026-11-22").await;
        assert_eq!(service.publish("botsify").await["number"], number);
    }
    for size in [1, 3, 50] {
        let numbers = service.every(LIST, size).await;
        let numbers: Vec<_> = numbers.iter().map(|one| one["number"].as_i64()).collect();
        assert_eq!(numbers, [Some(1), Some(2), Some(3), Some(4)]);
    }
    let then = format!("{LIST}?known_at={}", Service::NOW);
    assert_eq!(service.every(&then, 50).await.len(), 1);
    let newest = service.every(LIST, 50).await.remove(3);
    let newest = format!("/v1/publications/{}", text(&newest, "id"));
    service.get(&newest).await.ok();
    let unknown = service
        .get(&format!("{newest}?known_at={}", Service::NOW))
        .await;
    unknown.problem(404);
    service.get("/v1/publications/nothing").await.problem(404);
}

async fn items(service: &Service, more: &str) -> Vec<Value> {
    let path = format!("/v1/attention?kind=unpublished_changes{more}");
    service.every(&path, 50).await
}

async fn the_work_list_names_what_is_not_published(service: Service) {
    assert!(
        items(&service, "").await.is_empty(),
        "the demo is published"
    );
    let group = json!({"slug": "acme", "name": "Acme", "source": "a test"});
    service.create("/v1/groups", &group).await;
    assert!(
        items(&service, "").await.is_empty(),
        "there is nothing to publish"
    );
    let engagement = json!({"group": "acme", "organisation": "stripe", "service": "payments",
        "effective_from": "2026-12-15", "source": "a test"});
    let proposed = service.create("/v1/subprocessors", &engagement).await;
    assert!(
        items(&service, "").await.is_empty(),
        "nobody was told of it"
    );
    let path = format!(
        "/v1/subprocessors/{}/announce",
        text(&proposed.json(), "id")
    );
    service.step(&path, "*", &Value::Null).await.ok();
    let found = items(&service, "").await;
    let [item] = found.as_slice() else {
        panic!("{found:#?}");
    };
    assert_eq!(
        (text(item, "about"), text(item, "group")),
        ("group", "acme")
    );
    assert_eq!(
        (text(item, "next_step"), text(item, "due")),
        ("publish", "2026-12-15")
    );
    assert_eq!(
        (&item["urgency"], &item["affected"]),
        (&json!(3), &json!(1))
    );
    assert!(text(item, "title").contains("never published"));
    service.publish("acme").await;
    assert!(items(&service, "").await.is_empty());

    let id = move_stripe(&service, "CN", "2026-11-01").await;
    let found = items(&service, "&group=botsify").await;
    assert_eq!(
        (&found[0]["urgency"], text(&found[0], "due")),
        (&json!(1), Service::TODAY)
    );
    assert_eq!(
        found[0]["affects"],
        json!([{"kind": "engagement", "id": id}])
    );
    assert!(text(&found[0], "title").contains("publication 1"));
    assert!(items(&service, "&group=acme").await.is_empty());
}
