//! Recorded decisions, decided again after the register and the law have changed many times.

use std::time::Instant;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::long;
use crate::fixture::{Service, on_both_databases, text};

on_both_databases![decisions_come_out_as_they_did_after_as_many_changes];

/// How many decisions, and how many changes after them.
fn number() -> usize {
    if long() { 1_000 } else { 60 }
}

/// Every so many decisions something is recorded between them.
const BETWEEN: usize = 10;

/// The questions of many kinds, over and over.
fn question(at: usize) -> Value {
    let pairs = [
        ("botsify", "stripe"),
        ("qcontact-ltd", "qcontact-inc"),
        ("botsify", "google"),
        ("qcontact-ltd", "mailer-3"),
        ("botsify", "nobody"),
    ];
    let (exporter, importer) = pairs[at % pairs.len()];
    let days = [
        "2026-11-21",
        "2026-12-15",
        "2020-07-16",
        "2024-05-05",
        "2027-02-01",
        "2019-01-01",
    ];
    let subjects = [
        json!(["DE"]),
        json!(["DE", "CH"]),
        json!(["GB"]),
        json!(["FR", "GB", "CH"]),
    ];
    let mut asked = json!({
        "exporter": exporter, "importer": importer, "data_subjects": subjects[at % subjects.len()],
        "as_of": days[at % days.len()],
    });
    match at % 7 {
        1 => asked["onward"] = json!(["cloudflare"]),
        2 => asked["data_categories"] = json!(["billing"]),
        3 => asked["known_at"] = json!(Service::NOW),
        4 => asked["data_categories"] = json!(["employment", "contact"]),
        _ => {}
    }
    asked
}

async fn amend(service: &Service, path: &str, change: &Value) {
    let tag = service.get(path).await.tag().to_owned();
    service.patch(path, &tag, change).await.ok();
}

/// One change of the register or the law; they go round.
async fn change(service: &Service, at: usize) {
    let day = 1 + at % 27;
    match at % 8 {
        0 => {
            let vendor = json!({"slug": format!("mailer-{at}"), "kind": "third_party",
                "legal_name": "Mailer, Inc.", "seat": "US", "source": "a test"});
            service.create("/v1/organisations", &vendor).await;
        }
        1 => {
            let list = "/v1/organisations/stripe/certifications";
            let held = service.every(list, 200).await;
            let path = format!("{list}/{}", text(&held[at / 8 % held.len()], "id"));
            let tag = service.get(&path).await.tag().to_owned();
            let last_day = json!({"last_day": format!("2026-{:02}-{day:02}", 10 + at % 3)});
            service
                .step(&format!("{path}/end"), &tag, &last_day)
                .await
                .ok();
        }
        2 => {
            let seats = ["IN", "US", "DE", "MA"];
            let seat = json!({"seat": seats[at / 8 % seats.len()]});
            amend(service, "/v1/organisations/qcontact-inc", &seat).await;
        }
        3 => {
            let clauses = json!({"group": "qcontact", "tool": "scc-2021-914", "module": 1 + at / 8 % 4,
                "signed_on": format!("2026-03-{day:02}"), "parties": [
                    {"organisation": "qcontact-ltd", "side": "exporter"},
                    {"organisation": "qcontact-inc", "side": "importer"}],
                "source": "the signed clauses", "checked_on": Service::TODAY});
            let made = service.create("/v1/mechanisms", &clauses).await;
            let assessment = json!({"mechanism": text(&made.json(), "id"), "destination": "US",
                "conclusion": "favourable", "concluded_on": "2026-03-01", "source": "the file"});
            service.create("/v1/impact-assessments", &assessment).await;
        }
        4 => law(service).await,
        5 => {
            let flow = json!({"group": "botsify", "exporter": "botsify", "importer": "stripe",
                "data_subjects": ["DE"], "data_categories": ["billing"],
                "valid_from": format!("2026-11-{day:02}"), "source": "a test"});
            service.create("/v1/flows", &flow).await;
        }
        6 => {
            let gdpr = json!({"attributes": {"subject_to_gdpr": at % 16 == 6}});
            amend(service, "/v1/organisations/stripe", &gdpr).await;
        }
        _ => {
            let name = json!({"name": format!("Botsify {at}")});
            amend(service, "/v1/groups/botsify", &name).await;
        }
    }
}

/// The framework of 2023 falls, or its fall is taken back.
async fn law(service: &Service) {
    let standing = "/v1/law-amendments?withdrawn=false";
    if let Some(amendment) = service.every(standing, 200).await.first() {
        let path = format!("/v1/law-amendments/{}", text(amendment, "id"));
        let tag = service.get(&path).await.tag().to_owned();
        service
            .step(&format!("{path}/withdraw"), &tag, &json!(null))
            .await
            .ok();
        return;
    }
    let path = "/v1/adequacy-decisions/EU-ADQ-US-DPF-2023-1795";
    let tag = service.get(path).await.tag().to_owned();
    let falls = json!({"on": "2026-12-01", "end_kind": "invalidated", "source": "the judgment"});
    service
        .step(&format!("{path}/end"), &tag, &falls)
        .await
        .ok();
}

/// What a decision says, without what each answer has of its own.
fn said(answer: &Value) -> Value {
    json!([
        answer["decision"],
        answer["findings"],
        answer["relationship"]
    ])
}

async fn decisions_come_out_as_they_did_after_as_many_changes(service: Service) {
    let since = Instant::now();
    let mut given = Vec::new();
    for at in 0..number() {
        service
            .registry()
            .clock()
            .advance(TimeDelta::milliseconds(1));
        if at % BETWEEN == 0 {
            change(&service, number() + at / BETWEEN).await;
        }
        let asked = question(at);
        given.push((service.check(&asked).await.ok(), asked));
    }
    let decided = since.elapsed();
    let before = service.registry().snapshot().revision();
    for at in 0..number() {
        service
            .registry()
            .clock()
            .advance(TimeDelta::milliseconds(1));
        change(&service, at).await;
    }
    let changes = service.registry().snapshot().revision() - before;
    assert!(
        usize::try_from(changes).is_ok_and(|changes| changes >= number()),
        "{changes} changes"
    );
    let changing = since.elapsed().saturating_sub(decided);
    let mut otherwise = 0;
    for (answer, asked) in &given {
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
        if asked.get("known_at").is_none() {
            let now = service.check(asked).await.ok();
            otherwise += usize::from(said(&now) != said(answer));
        }
    }
    assert!(
        otherwise > given.len() / 10,
        "{otherwise} would come out otherwise now"
    );
    let replayed = since
        .elapsed()
        .saturating_sub(decided)
        .saturating_sub(changing);
    println!(
        "{} decisions in {decided:.1?}, {changes} changes in {changing:.1?}, all replayed \
         identical in {replayed:.1?}; {otherwise} would come out otherwise now",
        given.len()
    );
}
