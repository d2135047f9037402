//! The Data Privacy Framework's list beside the demo register, over HTTP.

mod attention;
mod believing;
mod confirming;
mod scheduled;
mod workbook;

use serde_json::{Value, json};

use crate::fixture::{Answer, Service, text};
use workbook::{LIST_DAY, XLSX};

/// The demo's certified companies, each with who sends to it.
const FOUR: [(&str, &str); 4] = [
    ("botsify", "amazon-web-services"),
    ("botsify", "digitalocean"),
    ("botsify", "stripe"),
    ("qcontact-inc", "cloudflare"),
];

/// Hands a workbook in, as of a day.
async fn hand_in(service: &Service, day: &str, workbook: &[u8]) -> Answer {
    let path = format!("/v1/participant-lists?day={day}");
    service.upload(&path, &[], XLSX, workbook).await
}

/// Hands in a workbook that must be believed.
async fn read(service: &Service, workbook: &[u8]) -> Value {
    let answer = hand_in(service, LIST_DAY, workbook).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

/// How often each kind of difference is counted.
fn counted(reading: &Value) -> Vec<(String, u64)> {
    let counts = reading["differences"].as_array().expect("counts");
    let count = |one: &Value| {
        let count = one["count"].as_u64().expect("a count");
        (text(one, "kind").to_owned(), count)
    };
    counts.iter().map(count).collect()
}

/// The differences that a filter leaves.
async fn differences(service: &Service, filter: &str) -> Vec<Value> {
    let path = format!("/v1/participant-lists/newest/differences?{filter}");
    service.every(&path, 3).await
}

/// Confirms every difference of a kind about an organisation.
async fn confirm(service: &Service, organisation: &str, kind: &str) -> usize {
    let filter = format!("organisation={organisation}&kind={kind}");
    let found = differences(service, &filter).await;
    for difference in &found {
        confirm_key(service, text(difference, "key"), "").await.ok();
    }
    found.len()
}

async fn confirm_key(service: &Service, key: &str, query: &str) -> Answer {
    let path = format!("/v1/participant-lists/newest/differences/{key}/confirm{query}");
    let reason = [("x-change-reason", "seen on the official page")];
    service.write("POST", &path, &reason, &Value::Null).await
}

/// Confirms who each of the four is.
async fn confirm_the_four(service: &Service) {
    for (_, company) in FOUR {
        assert_eq!(
            confirm(service, company, "match_proposed").await,
            1,
            "{company}"
        );
    }
}

/// May a company receive from who sends to it, under one regime?
async fn ask(service: &Service, (exporter, importer): (&str, &str), subject: &str) -> Value {
    let question = json!({
        "exporter": exporter, "importer": importer, "data_subjects": [subject],
        "exporter_role": "controller", "importer_role": "processor",
    });
    service.check(&question).await.ok()
}

/// The answers about all four companies under all regimes, whole but for the ids of the decisions.
async fn verdicts(service: &Service) -> Vec<Value> {
    let mut answers = Vec::new();
    for pair in FOUR {
        for subject in ["DE", "CH", "GB"] {
            let mut answer = ask(service, pair, subject).await;
            answer.as_object_mut().expect("an answer").remove("id");
            answers.push(answer);
        }
    }
    answers
}

/// Whether an answer has this warning somewhere.
fn warns(answer: &Value, code: &str) -> bool {
    answer.to_string().contains(&format!("\"code\":\"{code}\""))
}

/// The items of the work list of a kind.
async fn attention(service: &Service, kind: &str) -> Vec<Value> {
    service
        .every(&format!("/v1/attention?kind={kind}"), 50)
        .await
}

/// An organisation's certifications, by framework.
async fn certifications(service: &Service, organisation: &str) -> Vec<Value> {
    let path = format!("/v1/organisations/{organisation}/certifications");
    service.every(&path, 50).await
}
