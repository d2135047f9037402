//! The days of the locations of engagements and flows.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{acme, engagement, existing, flow, path_of};
use crate::fixture::{Answer, Service, on_both_databases, text};

on_both_databases![
    what_was_answered_about_the_days_before_a_new_region_is_answered_still,
    a_location_is_shown_as_it_was_given_and_every_wrong_day_is_named,
    a_supposed_move_on_a_day_shows_what_it_does_on_that_day,
    a_list_of_a_destination_on_a_day_goes_by_the_locations_of_that_day,
];

const DAY_OF_CHANGE: &str = "2026-12-01";

/// A vendor in Germany that receives since 2026-03-01, and where it touches the data.
async fn hosting(service: &Service, locations: Value) -> Answer {
    acme(service).await;
    let vendor = json!({"slug": "frankfurt", "kind": "third_party", "seat": "DE",
        "legal_name": "Frankfurt Cloud GmbH", "source": "a test"});
    service.create("/v1/organisations", &vendor).await;
    let mut new = existing(engagement());
    new["organisation"] = json!("frankfurt");
    new["effective_from"] = json!("2026-03-01");
    new["locations"] = locations;
    service.create("/v1/subprocessors", &new).await
}

async fn answered(service: &Service, as_of: &str) -> Value {
    let question = json!({"exporter": "acme-gmbh", "importer": "frankfurt",
        "data_subjects": ["DE"], "data_categories": ["contact"], "as_of": as_of});
    service.check(&question).await.ok()
}

/// Everything of an answer but its id and what it was made from.
fn substance(answer: &Value) -> Value {
    let mut answer = answer.clone();
    for key in ["id", "revision", "known_at"] {
        answer.as_object_mut().expect("an answer").remove(key);
    }
    answer
}

async fn what_was_answered_about_the_days_before_a_new_region_is_answered_still(service: Service) {
    let here = json!([{"place": "DE", "activity": "storage"}]);
    let made = hosting(&service, here).await;
    let path = path_of("/v1/subprocessors", &made);
    let before = answered(&service, "2026-03-03").await;
    assert_eq!(before["decision"], "allow");
    assert_eq!(before["valid_until"], Value::Null);
    let recorded_by = service.registry().clock().now();
    service.registry().clock().advance(TimeDelta::seconds(5));

    let india = json!({"locations": [{"place": "DE", "activity": "storage"},
        {"place": "IN", "activity": "remote_access", "from": DAY_OF_CHANGE}]});
    let tried = format!("{path}?dry_run=true");
    let tried = service.patch(&tried, made.tag(), &india).await.ok();
    assert_eq!(tried["as_of"], DAY_OF_CHANGE, "the day that it is about");
    assert_eq!(tried["counts"]["denied"], 1);
    let amended = service.patch(&path, made.tag(), &india).await;
    assert_eq!(amended.ok()["locations"], india["locations"]);

    let after = answered(&service, "2026-03-03").await;
    assert_eq!(after["decision"], "allow");
    assert_eq!(after["findings"], before["findings"]);
    assert_eq!(after["valid_until"], "2026-11-30");
    for (as_of, decision) in [("2026-11-30", "allow"), (DAY_OF_CHANGE, "deny")] {
        let answer = answered(&service, as_of).await;
        assert_eq!(text(&answer, "decision"), decision, "{as_of}");
    }
    // The register of then knew of no such day; what it answered is decided alike again.
    let instant = recorded_by.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    let question = json!({"exporter": "acme-gmbh", "importer": "frankfurt",
        "data_subjects": ["DE"], "data_categories": ["contact"], "as_of": "2026-03-03",
        "known_at": instant});
    let then = service.check(&question).await.ok();
    assert_eq!(substance(&then), substance(&before));
    for answer in [&before, &after] {
        let replay = format!("/v1/transfer-checks/{}/replay", text(answer, "id"));
        let replay = service.send("POST", &replay, None, b"").await.ok();
        assert_eq!(replay["identical"], true, "{replay:#}");
    }
    // India ends: it is given its last day, and denies on its own days only.
    let ends = json!({"locations": [{"place": "DE", "activity": "storage"},
        {"place": "IN", "activity": "remote_access", "from": DAY_OF_CHANGE,
            "until": "2026-12-31"}]});
    service.patch(&path, amended.tag(), &ends).await.ok();
    for (as_of, decision) in [
        ("2026-11-30", "allow"),
        ("2026-12-31", "deny"),
        ("2027-01-01", "allow"),
    ] {
        let answer = answered(&service, as_of).await;
        assert_eq!(text(&answer, "decision"), decision, "{as_of}");
    }
}

async fn a_location_is_shown_as_it_was_given_and_every_wrong_day_is_named(service: Service) {
    let given = json!([{"place": "DE", "activity": "storage", "until": "2026-06-30"},
        {"place": "FR", "activity": "storage", "from": "2026-07-01"},
        {"activity": "remote_access"}]);
    let made = hosting(&service, given.clone()).await;
    assert_eq!(made.json()["locations"], given);
    let path = path_of("/v1/subprocessors", &made);
    let shown = service.get(&path).await;
    assert_eq!(shown.json()["locations"], given, "absent days stay absent");

    let wrong = json!({"locations": [
        {"place": "DE", "activity": "storage", "from": "2026-7-1"}]});
    let refused = service.patch(&path, made.tag(), &wrong).await;
    let at = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
    assert_eq!(refused.violations(), [at("/locations/0/from", "bad_day")]);
    let wrong = json!({"ended_on": "2027-12-31", "locations": [
        {"place": "DE", "activity": "storage", "from": "2026-02-28"},
        {"place": "DE", "activity": "storage", "until": "2028-01-01"},
        {"place": "FR", "activity": "storage", "from": "2026-05-02", "until": "2026-05-01"}]});
    let refused = service.patch(&path, made.tag(), &wrong).await;
    let expected = [
        at("/locations/0/from", "outside_of_days"),
        at("/locations/1", "overlapping_location"),
        at("/locations/1/until", "outside_of_days"),
        at("/locations/2/until", "days_reversed"),
    ];
    assert_eq!(refused.violations(), expected);
    // What ends keeps them as they were said.
    let end = format!("{path}/end");
    let last = json!({"last_day": "2026-06-15"});
    let ended = service.step(&end, made.tag(), &last).await.ok();
    assert_eq!(ended["locations"], given);
}

async fn a_supposed_move_on_a_day_shows_what_it_does_on_that_day(service: Service) {
    let here = json!([{"place": "DE", "activity": "storage"}]);
    let made = hosting(&service, here).await;
    let id = text(&made.json(), "id").to_owned();
    let suppose = async |changes: Value| {
        let body = json!({ "changes": [changes] });
        service.post("/v1/impact-analyses", &body).await
    };
    let relocation = json!({"kind": "move_location", "id": id, "from": "DE", "to": "IN",
        "activity": "storage", "on": DAY_OF_CHANGE});
    let moved = suppose(relocation.clone()).await.ok();
    assert_eq!(moved["as_of"], DAY_OF_CHANGE);
    assert_eq!(moved["counts"]["denied"], 1);
    let mut earlier = json!({ "changes": [relocation], "as_of": "2026-11-30" });
    let none = service.post("/v1/impact-analyses", &earlier).await;
    let nothing_yet = [("/as_of".to_owned(), "out_of_range".to_owned())];
    assert_eq!(
        none.violations(),
        nothing_yet,
        "it is in Germany until then"
    );
    earlier["changes"][0]["kind"] = json!("end_subprocessor");
    let refused = service.post("/v1/impact-analyses", &earlier).await;
    let codes: Vec<_> = refused.violations();
    assert!(
        codes.iter().all(|(_, code)| code == "unknown_field"),
        "{codes:?}"
    );

    let adds = json!({"kind": "add_country", "id": id, "country": "IN",
        "activity": "remote_access", "on": DAY_OF_CHANGE});
    let added = suppose(adds).await.ok();
    assert_eq!(
        (&added["as_of"], &added["counts"]["denied"]),
        (&json!(DAY_OF_CHANGE), &json!(1))
    );

    for (change, pointer, code) in [
        (
            json!({"kind": "move_location", "id": id, "from": "FR", "to": "IN"}),
            "/changes/0/from",
            "unknown_location",
        ),
        (
            json!({"kind": "move_location", "id": "01930000-0000-7000-8000-000000000001",
                "from": "FR", "to": "IN"}),
            "/changes/0/id",
            "unknown_object",
        ),
    ] {
        let refused = suppose(change).await;
        assert_eq!(
            refused.violations(),
            [(pointer.to_owned(), code.to_owned())]
        );
    }
}

async fn a_list_of_a_destination_on_a_day_goes_by_the_locations_of_that_day(service: Service) {
    acme(&service).await;
    let mut new = existing(flow());
    new["locations"] = json!([{"place": "IE", "activity": "storage", "until": "2026-11-30"},
        {"place": "IN", "activity": "storage", "from": DAY_OF_CHANGE}]);
    service.create("/v1/flows", &new).await;
    for (query, found) in [
        ("destination=IN", 1),
        ("destination=IN&as_of=2026-11-30", 0),
        ("destination=IE&as_of=2026-11-30", 1),
        ("destination=IN&as_of=2026-12-01", 1),
        ("destination=IE&as_of=2026-12-01", 0),
        ("destination=IN&verdict=deny", 0),
        ("destination=IE&verdict=deny", 1),
        ("destination=IN&verdict=deny&as_of=2026-12-01", 1),
    ] {
        let list = format!("/v1/flows?group=acme&{query}");
        assert_eq!(service.every(&list, 50).await.len(), found, "{query}");
    }
}
