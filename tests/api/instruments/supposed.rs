//! What would happen if: suppositions, and the day from which on a write that is tried counts.

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{DPF, clauses, signed};
use crate::fixture::{Answer, Service, on_both_databases, text};

on_both_databases![
    a_supposition_of_a_day_before_anything_changes_is_refused,
    everything_wrong_with_suppositions_is_said_at_once_where_it_was_given,
    one_object_may_be_supposed_to_change_several_times,
    a_tried_amendment_is_judged_on_the_day_from_which_it_counts,
    a_tried_certification_is_judged_on_the_day_from_which_it_counts,
    a_tried_mechanism_is_judged_on_the_day_from_which_it_counts,
    a_tried_engagement_is_judged_on_the_day_from_which_it_counts,
    long_work_is_refused_or_done_and_short_work_goes_on,
];

const ANALYSES: &str = "/v1/impact-analyses";

fn falls(on: &str) -> Value {
    json!({"kind": "end_adequacy_decision", "id": DPF, "on": on})
}

async fn suppose(service: &Service, changes: Value) -> Answer {
    service.post(ANALYSES, &json!({ "changes": changes })).await
}

async fn a_supposition_of_a_day_before_anything_changes_is_refused(service: Service) {
    let ask = async |as_of: &str, changes: Value| {
        let body = json!({"changes": changes, "as_of": as_of});
        service.post(ANALYSES, &body).await
    };
    let two = json!([falls("2027-02-01"), falls("2027-01-01")]);
    let early = ask("2026-12-31", two.clone()).await;
    let refused = early.violations();
    assert_eq!(
        refused,
        [("/as_of".to_owned(), "out_of_range".to_owned())],
        "a day before all of it"
    );
    assert!(early.text().contains("2027-01-01"), "{}", early.text());
    let on = ask("2027-01-01", two).await.ok();
    assert!(on["counts"]["denied"].as_u64() > Some(0), "{on:#}");

    // What moves from now on has no day to be asked too early about.
    let engagement = &service.every("/v1/subprocessors?status=active", 200).await[0];
    let reaches = json!({"kind": "add_country", "id": engagement["id"], "country": "CN",
        "activity": "storage"});
    let mixed = json!([reaches, falls("2027-01-01")]);
    ask("2026-12-01", mixed).await.ok();
}

async fn everything_wrong_with_suppositions_is_said_at_once_where_it_was_given(service: Service) {
    let nobody = "00000000-0000-7000-8000-000000000001";
    let end = |kind: &str, id: &str, on: &str| json!({"kind": kind, "id": id, "on": on});
    let held = service
        .every("/v1/organisations/stripe/certifications", 200)
        .await;
    let held = text(&held[0], "id");
    let mechanism = signed(&service).await.created();
    let proposed = json!({"group": "qcontact", "organisation": "stripe", "service": "x",
        "effective_from": "2026-12-15", "source": "a test"});
    let proposed = service.create("/v1/subprocessors", &proposed).await.json();
    let wrong = suppose(
        &service,
        json!([
            falls("2026-12-01"),
            end("end_certification", nobody, "2026-12-01"),
            end("end_certification", held, "2001-01-01"),
            end("end_mechanism", text(&mechanism, "id"), "2025-01-01"),
            end("end_subprocessor", text(&proposed, "id"), "2026-12-01"),
            end("end_adequacy_decision", "EU-ADQ-XX", "2026-12-01"),
            falls("2020-01-01"),
            end("end_flow", nobody, "2026-12-01"),
        ]),
    );
    let said = wrong.await.violations();
    let said: Vec<(&str, &str)> = said
        .iter()
        .map(|(pointer, code)| (pointer.as_str(), code.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            ("/changes/1/id", "unknown_object"),
            ("/changes/2/on", "days_reversed"),
            ("/changes/3/on", "days_reversed"),
            ("/changes/4/id", "stage_forbids"),
            ("/changes/5/id", "law_contradicted"),
            ("/changes/6/on", "law_contradicted"),
            ("/changes/7/id", "unknown_object"),
        ]
    );
    let malformed = json!([
        end("end_certification", "held", "2026-12-01"),
        end("end_flow", "newsletters", "2026-12-01"),
    ]);
    let malformed = suppose(&service, malformed).await.violations();
    let places: Vec<&str> = malformed.iter().map(|(place, _)| place.as_str()).collect();
    assert_eq!(places, ["/changes/0/id", "/changes/1/id"]);

    // What ended can be supposed to end earlier, and not before it began.
    let tag = service
        .get(&format!("/v1/adequacy-decisions/{DPF}"))
        .await
        .tag()
        .to_owned();
    let end = json!({"on": "2026-12-01", "end_kind": "invalidated", "source": "the judgment"});
    let path = format!("/v1/adequacy-decisions/{DPF}/end");
    service.step(&path, &tag, &end).await.ok();
    let later = suppose(&service, json!([falls("2027-06-01")])).await;
    let places = later.violations();
    assert_eq!(places[0].0, "/changes/0/on", "{places:?}");
}

async fn one_object_may_be_supposed_to_change_several_times(service: Service) {
    let engagement = &service.every("/v1/subprocessors?status=active", 200).await[0];
    let id = text(engagement, "id");
    let reaches = |country: &str| {
        json!({"kind": "add_country", "id": id, "country": country,
        "activity": "storage"})
    };
    let both = suppose(&service, json!([reaches("CN"), reaches("RU")]));
    let both = both.await.ok();
    let changes = both["changes"].as_array().expect("changes");
    let [change] = changes.as_slice() else {
        panic!("{both:#}");
    };
    let findings = change["after"]["findings"].to_string();
    assert!(
        findings.contains("\"CN\"") && findings.contains("\"RU\""),
        "{findings}"
    );
    let ends = |on: &str| json!({"kind": "end_subprocessor", "id": id, "on": on});
    let gone = suppose(
        &service,
        json!([reaches("CN"), ends("2027-02-01"), ends("2027-01-01")]),
    );
    let gone = gone.await.ok();
    assert_eq!(gone["as_of"], "2027-02-01");
    assert_eq!(gone["counts"]["gone"], 1);
    // What was refused leaves nothing behind for the next.
    let refused = suppose(&service, json!([falls("2001-01-01"), falls("2026-12-01")])).await;
    let places = refused.violations();
    assert_eq!(places.len(), 1, "{places:?}");
}

/// What a write that is only tried would do.
async fn tried(service: &Service, path: &str, tag: &str, body: &Value) -> Value {
    let path = format!("{path}?dry_run=true");
    service
        .write("POST", &path, &[("if-match", tag)], body)
        .await
        .ok()
}

fn count(impact: &Value, effect: &str) -> u64 {
    impact["counts"][effect].as_u64().expect("a count")
}

async fn a_tried_amendment_is_judged_on_the_day_from_which_it_counts(service: Service) {
    let path = format!("/v1/adequacy-decisions/{DPF}");
    let tag = service.get(&path).await.tag().to_owned();
    let end = json!({"on": "2026-12-01", "end_kind": "invalidated", "source": "the judgment"});
    let path = format!("{path}/end");
    let fallen = tried(&service, &path, &tag, &end).await;
    assert_eq!(fallen["as_of"], "2026-12-01");
    service.step(&path, &tag, &end).await.ok();
    let recorded = service.every("/v1/law-amendments", 200).await;
    let recorded = format!("/v1/law-amendments/{}", text(&recorded[0], "id"));
    let tag = service.get(&recorded).await.tag().to_owned();
    let withdraw = format!("{recorded}/withdraw");
    let taken_back = tried(&service, &withdraw, &tag, &Value::Null).await;
    assert_eq!(taken_back["as_of"], "2026-12-01");
    assert_eq!(count(&taken_back, "permitted"), count(&fallen, "denied"));
    assert!(count(&fallen, "denied") > 0, "{fallen:#}");

    let kenya = json!({
        "id": "EU-ADQ-KE-2027-100", "regime": "eu", "territory": "KE", "title": "Kenya",
        "citation": "(EU) 2027/100", "celex": "32027D0100", "valid_from": "2027-02-01",
        "confidence": "sourced", "source": "the Official Journal",
    });
    let added = service
        .post("/v1/adequacy-decisions?dry_run=true", &kenya)
        .await;
    assert_eq!(added.ok()["as_of"], "2027-02-01");
}

async fn a_tried_certification_is_judged_on_the_day_from_which_it_counts(service: Service) {
    let held = "/v1/organisations/stripe/certifications";
    let all = service.every(held, 200).await;
    let certification = all
        .iter()
        .find(|one| one["framework"] == "eu-us-dpf")
        .expect("a certification");
    let path = format!("{held}/{}", text(certification, "id"));
    let tag = service.get(&path).await.tag().to_owned();
    let end = format!("{path}/end");
    let last = json!({"last_day": "2026-12-31"});
    let ended = tried(&service, &end, &tag, &last).await;
    assert_eq!(ended["as_of"], "2027-01-01");
    assert!(count(&ended, "denied") > 0, "{ended:#}");
    let lapsed = service.step(&end, &tag, &last).await;
    lapsed.ok();
    // Given anew with another last day: nothing is otherwise before the earlier of both is over.
    let renewed = service
        .write(
            "PATCH",
            &format!("{path}?dry_run=true"),
            &[("if-match", lapsed.tag())],
            &json!({"valid_to": "2027-12-31"}),
        )
        .await
        .ok();
    assert_eq!(renewed["as_of"], "2027-01-01");
    assert_eq!(count(&renewed, "permitted"), count(&ended, "denied"));
    // Certified again from a day on.
    let again = json!({"framework": "eu-us-dpf", "valid_from": "2027-03-01", "covers_hr": true,
        "source": "the list", "checked_on": Service::TODAY});
    let again = service.post(&format!("{held}?dry_run=true"), &again).await;
    let again = again.ok();
    assert_eq!(again["as_of"], "2027-03-01");
    assert!(count(&again, "permitted") > 0, "{again:#}");
}

async fn a_tried_mechanism_is_judged_on_the_day_from_which_it_counts(service: Service) {
    let mut new = clauses();
    new["parties"][1]["organisation"] = json!("stripe");
    new["parties"].as_array_mut().expect("parties").truncate(2);
    let made = service.create("/v1/mechanisms", &new).await;
    let path = format!("/v1/mechanisms/{}", text(&made.json(), "id"));
    let docked = json!({"organisation": "google", "side": "importer", "acceded_on": "2027-01-15"});
    let docked = service
        .write(
            "POST",
            &format!("{path}/parties?dry_run=true"),
            &[("if-match", made.tag())],
            &docked,
        )
        .await;
    assert_eq!(docked.ok()["as_of"], "2027-01-15");
    let last = json!({"last_day": "2026-12-31"});
    let ended = tried(&service, &format!("{path}/end"), made.tag(), &last).await;
    assert_eq!(ended["as_of"], "2027-01-01");
}

async fn a_tried_engagement_is_judged_on_the_day_from_which_it_counts(service: Service) {
    let new = json!({"group": "qcontact", "organisation": "stripe", "service": "x",
        "effective_from": "2027-01-10", "source": "a test"});
    let mut runs = new.clone();
    runs["record_existing"] = json!(true);
    let recorded = service
        .post("/v1/subprocessors?dry_run=true", &runs)
        .await
        .ok();
    assert_eq!(recorded["as_of"], "2027-01-10");
    assert_eq!(count(&recorded, "new"), 1);
    let proposed = service.create("/v1/subprocessors", &new).await;
    let path = format!("/v1/subprocessors/{}", text(&proposed.json(), "id"));
    let announce = format!("{path}/announce");
    let told = tried(&service, &announce, proposed.tag(), &Value::Null).await;
    assert_eq!(told["as_of"], "2027-01-10");
    let announced = service.step(&announce, proposed.tag(), &Value::Null).await;
    announced.ok();
    let withdraw = format!("{path}/withdraw");
    let withdrawn = tried(&service, &withdraw, announced.tag(), &Value::Null).await;
    assert_eq!(withdrawn["as_of"], "2027-01-10");
    assert_eq!(count(&withdrawn, "gone"), 1);
}

async fn long_work_is_refused_or_done_and_short_work_goes_on(service: Service) {
    let engagement = json!({"group": "qcontact", "organisation": "stripe", "service": "x",
        "effective_from": "2026-01-10", "record_existing": true, "source": "a test"});
    let changes: Vec<Value> = (0..5).map(|_| falls("2026-12-01")).collect();
    let analysis = json!({ "changes": changes });
    // Callers that go away again do not keep the turns.
    for _ in 0..20 {
        let path = "/v1/subprocessors?dry_run=true";
        let (tried, supposed) = (
            service.post(path, &engagement),
            service.post(ANALYSES, &analysis),
        );
        let going = async { tokio::join!(tried, supposed) };
        let gone = tokio::time::timeout(std::time::Duration::from_millis(3), going).await;
        drop(gone);
    }
    let mut asked = JoinSet::new();
    for at in 0..24 {
        let (service, analysis, engagement) =
            (service.clone(), analysis.clone(), engagement.clone());
        asked.spawn_local(async move {
            if at % 2 == 0 {
                service.post(ANALYSES, &analysis).await
            } else {
                let path = "/v1/subprocessors?dry_run=true";
                service.post(path, &engagement).await
            }
        });
    }
    let question = json!({"exporter": "qcontact-ltd", "importer": "stripe",
        "data_subjects": ["DE"], "as_of": Service::TODAY});
    for _ in 0..20 {
        service.check(&question).await.ok();
    }
    for answer in asked.join_all().await {
        if answer.status == 503 {
            assert!(answer.header("retry-after").is_some(), "{}", answer.text());
            answer.problem(503);
        } else {
            answer.ok();
        }
    }
    // Nobody waits any more, and every turn is free again.
    service.post(ANALYSES, &analysis).await.ok();
}
