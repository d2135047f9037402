//! Recorded decisions: given back to the byte, listed, and decided again from what was known then.

use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, DbBackend};
use serde_json::{Value, json};

use super::known_at::{create_group, end_certifications, later};
use crate::fixture::{Service, on_both_databases, text};

on_both_databases![
    every_answer_is_given_back_to_the_byte,
    every_answer_of_a_batch_is_recorded,
    a_filter_gives_what_matches_and_nothing_else,
    a_replay_after_later_changes_is_identical,
    a_record_that_was_tampered_with_is_no_longer_what_is_decided,
    what_was_refused_is_not_recorded_and_what_is_not_there_not_found,
];

fn question(exporter: &str, importer: &str, as_of: &str) -> Value {
    json!({
        "exporter": exporter, "importer": importer, "data_subjects": ["DE", "CH"], "as_of": as_of,
    })
}

/// Records are written a moment after their answers at the latest.
async fn listed(service: &Service, list: &str, number: usize) -> Vec<Value> {
    for _ in 0..500 {
        let items = service.every(list, 200).await;
        assert!(items.len() <= number, "{list} gives {} items", items.len());
        if items.len() == number {
            return items;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{list} never gives {number} items")
}

async fn every_answer_is_given_back_to_the_byte(service: Service) {
    let mut answers = Vec::new();
    for (exporter, importer) in [
        ("qcontact-ltd", "qcontact-inc"),
        ("botsify", "stripe"),
        ("nobody", "no \"one\" é"),
    ] {
        answers.push(
            service
                .check(&question(exporter, importer, "2020-07-16"))
                .await,
        );
    }
    listed(&service, "/v1/transfer-checks", 3).await;
    for answer in answers {
        let id = text(&answer.json(), "id").to_owned();
        let again = service.get(&format!("/v1/transfer-checks/{id}")).await;
        assert_eq!(again.ok(), answer.ok());
        assert_eq!(again.body, answer.body);
        let revision = "x-registry-revision";
        assert_eq!(again.header(revision), answer.header(revision));
        assert!(again.header("etag").is_some());
    }
}

async fn every_answer_of_a_batch_is_recorded(service: Service) {
    let checks: Vec<Value> = (1..=12)
        .map(|month| question("botsify", "stripe", &format!("2024-{month:02}-01")))
        .collect();
    let batch = service
        .post("/v1/transfer-checks/batch", &json!({ "checks": checks }))
        .await
        .ok();
    let results = batch["results"].as_array().expect("results");
    assert_eq!(
        listed(&service, "/v1/transfer-checks", 12).await.len(),
        results.len()
    );
    for result in results {
        let id = text(result, "id");
        let recorded = service.get(&format!("/v1/transfer-checks/{id}")).await;
        assert_eq!(recorded.ok(), *result);
    }
}

async fn a_filter_gives_what_matches_and_nothing_else(service: Service) {
    let stripe = service.get("/v1/organisations/stripe").await.ok();
    let by_id = text(&stripe, "id").to_owned();
    for (importer, as_of) in [("stripe", "2026-11-21"), (&by_id, "2018-06-01")] {
        service
            .check(&question("botsify", importer, as_of))
            .await
            .ok();
        later(&service, TimeDelta::seconds(1));
    }
    let mut today = question("qcontact-ltd", "nobody", "2026-11-21");
    today.as_object_mut().expect("an object").remove("as_of");
    service.check(&today).await.ok();
    let whole = listed(&service, "/v1/transfer-checks", 3).await;
    let record = &whole[2];
    assert_eq!(text(record, "exporter"), "qcontact-ltd");
    assert_eq!(text(record, "decision"), "deny");
    assert_eq!(text(record, "as_of"), Service::TODAY);
    assert_eq!(text(record, "unchecked_facts"), "warn");
    assert_eq!(text(record, "recorded_at"), "2026-11-21T12:00:02Z");
    assert_eq!(
        record["question"],
        json!({
            "exporter": "qcontact-ltd", "importer": "nobody", "data_subjects": ["DE", "CH"],
            "as_of": Service::TODAY, "known_at": "2026-11-21T12:00:02Z",
        })
    );
    for (filter, kept) in [
        ("exporter=botsify".to_owned(), vec![0, 1]),
        ("importer=stripe".to_owned(), vec![0, 1]),
        (format!("importer={by_id}"), vec![0, 1]),
        ("importer=nobody".to_owned(), vec![2]),
        ("importer=no-one".to_owned(), vec![]),
        ("decision=allow".to_owned(), vec![0]),
        ("decision=deny".to_owned(), vec![1, 2]),
        (format!("as_of={}", Service::TODAY), vec![0, 2]),
        ("as_of=2018-06-01&exporter=botsify".to_owned(), vec![1]),
        ("recorded_from=2026-11-21T12:00:01Z".to_owned(), vec![1, 2]),
        ("recorded_to=2026-11-21T12:00:01Z".to_owned(), vec![0, 1]),
        (format!("known_at={}", Service::NOW), vec![0]),
    ] {
        let expected: Vec<Value> = kept.iter().map(|at: &usize| whole[*at].clone()).collect();
        for size in [1, 2, 200] {
            let found = service
                .every(&format!("/v1/transfer-checks?{filter}"), size)
                .await;
            assert_eq!(found, expected, "{filter}");
        }
    }
    for (wrong, pointer) in [
        ("decision=maybe", "/decision"),
        ("as_of=yesterday", "/as_of"),
        ("recorded_to=2026-11-21", "/recorded_to"),
        ("onward=stripe", "/onward"),
    ] {
        let refused = service.get(&format!("/v1/transfer-checks?{wrong}")).await;
        refused.problem(422);
        assert_eq!(refused.pointers(), [pointer], "{wrong}");
    }
}

/// How many decisions are replayed: a few, or with `--long` as many as were promised.
fn rounds() -> usize {
    if std::env::var_os("TEST_LONG").is_some() {
        1_000
    } else {
        25
    }
}

async fn a_replay_after_later_changes_is_identical(service: Service) {
    let mut given = Vec::new();
    for round in 0..rounds() {
        later(&service, TimeDelta::milliseconds(10));
        if round % 3 == 0 {
            create_group(&service, &format!("group-{round}")).await;
        } else {
            // The day wanders, and with it what the question comes to.
            let day = format!("2026-{:02}-{:02}", 10 + round % 3, 1 + round % 28);
            end_certifications(&service, "stripe", &day).await;
        }
        let mut asked = question(
            "botsify",
            "stripe",
            &format!("2026-12-{:02}", 1 + round % 31),
        );
        match round % 4 {
            0 => asked["data_categories"] = json!(["billing"]),
            1 => asked["onward"] = json!(["cloudflare"]),
            2 => asked["known_at"] = json!(Service::NOW),
            _ => {}
        }
        let answer = service.check(&asked).await;
        given.push((asked, answer.ok()));
    }
    later(&service, TimeDelta::days(40));
    end_certifications(&service, "stripe", "2026-12-01").await;
    listed(&service, "/v1/transfer-checks", given.len()).await;
    let mut changed = 0;
    for (asked, answer) in &given {
        let path = format!("/v1/transfer-checks/{}/replay", text(answer, "id"));
        let replay = service.send("POST", &path, None, b"").await.ok();
        assert_eq!(
            replay["identical"], true,
            "{asked}: {}",
            replay["differences"]
        );
        assert_eq!(replay["differences"], json!([]));
        assert_eq!(replay["recorded"], *answer);
        assert_eq!(replay["replayed"], *answer);
        let now = service.check(asked).await.ok();
        changed += usize::from(now["findings"] != answer["findings"]);
    }
    assert!(
        changed > given.len() / 10,
        "{changed} would come out otherwise now"
    );
}

async fn a_record_that_was_tampered_with_is_no_longer_what_is_decided(service: Service) {
    let answer = service
        .check(&question("botsify", "stripe", "2018-06-01"))
        .await
        .ok();
    assert_eq!(answer["decision"], "deny");
    listed(&service, "/v1/transfer-checks", 1).await;
    let db = service.database().await;
    let sql = r#"UPDATE transfer_checks SET answer = replace(answer, '"decision":"deny"', '"decision":"allow"')"#;
    let refused = db.execute_unprepared(sql).await.expect_err("refused");
    let why = refused.to_string();
    assert!(why.contains("a recorded decision does not change"), "{why}");
    let on = match db.get_database_backend() {
        DbBackend::Postgres => " ON transfer_checks",
        _ => "",
    };
    let drop = format!("DROP TRIGGER transfer_checks_refuse_update{on}");
    db.execute_unprepared(&drop).await.expect("dropped");
    let changed = db.execute_unprepared(sql).await;
    assert_eq!(changed.expect("changed").rows_affected(), 1);
    db.close().await.expect("closed");
    let path = format!("/v1/transfer-checks/{}/replay", text(&answer, "id"));
    let replay = service.send("POST", &path, None, b"").await.ok();
    assert_eq!(replay["identical"], false);
    assert_eq!(
        replay["differences"],
        json!([{"pointer": "/decision", "recorded": "allow", "replayed": "deny"}])
    );
    assert_eq!(replay["replayed"], answer);
}

async fn what_was_refused_is_not_recorded_and_what_is_not_there_not_found(service: Service) {
    let refused = service.check(&json!({ "exporter": "botsify" })).await;
    refused.problem(422);
    let ahead = json!({
        "exporter": "botsify", "importer": "stripe", "data_subjects": ["DE"],
        "at_least_revision": 1_000_000,
    });
    service.check(&ahead).await.problem(409);
    service
        .check(&question("botsify", "stripe", "2026-11-21"))
        .await
        .ok();
    listed(&service, "/v1/transfer-checks", 1).await;
    for id in ["01900000-0000-7000-8000-000000000000", "nothing", "batch"] {
        let path = format!("/v1/transfer-checks/{id}");
        if id != "batch" {
            service.get(&path).await.problem(404);
        }
        let replay = service
            .send("POST", &format!("{path}/replay"), None, b"")
            .await;
        replay.problem(404);
    }
}
