//! Lists with every fault: each is refused in words, and none changes a verdict.

use std::time::Duration;

use serde_json::Value;
use transfer_registry::{
    config::{Form, Participants},
    jobs::participants::{RegisterDesk, turn},
};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path},
};

use super::{
    attention, confirm_key, confirm_the_four, differences, hand_in, read, verdicts,
    workbook::{HEADINGS, LIST_DAY, Row, XLSX, four, headed, others, published, with, workbook},
};
use crate::fixture::{Service, on_both_databases, text};

on_both_databases![
    no_faulty_workbook_changes_a_verdict,
    no_faulty_answer_changes_a_verdict,
    a_renamed_participant_stays_the_one_that_was_confirmed,
];

/// The list as it should be, with the four confirmed.
async fn confirmed(service: &Service) -> Vec<Value> {
    read(service, &published(four())).await;
    confirm_the_four(service).await;
    let answers = verdicts(service).await;
    assert!(answers.iter().all(|answer| answer["decision"] == "allow"));
    answers
}

/// The others without the four and without some more: nobody whom the register knows is on it.
fn half() -> Vec<Vec<Row>> {
    others().into_iter().take(12).collect()
}

/// A workbook without a column.
fn reshaped() -> Vec<u8> {
    let headings: Vec<&str> = HEADINGS
        .into_iter()
        .filter(|one| *one != "Status")
        .collect();
    headed(&headings, &four())
}

/// Everybody is there, and nobody is active.
fn lapsed_all() -> Vec<u8> {
    let inactive = [("Status", "Inactive"), ("Inactive Start Date", "11/3/2026")];
    let all = four().into_iter().chain(others());
    let all: Vec<_> = all.map(|rows| with(rows, &inactive)).collect();
    workbook(&all)
}

async fn no_faulty_workbook_changes_a_verdict(service: Service) {
    let before = confirmed(&service).await;
    let head = service.head().await;
    let good = published(four());
    for (day, workbook, code, pointer) in [
        (LIST_DAY, workbook(&[]), "list_empty", ""),
        (LIST_DAY, lapsed_all(), "list_empty", ""),
        (LIST_DAY, workbook(&half()), "list_shrunken", ""),
        (LIST_DAY, reshaped(), "list_reshaped", ""),
        (LIST_DAY, b"no workbook".to_vec(), "not_a_list", ""),
        (LIST_DAY, good[..good.len() / 2].to_vec(), "not_a_list", ""),
        ("2026-11-18", good.clone(), "list_stale", "/day"),
        ("2026-11-22", good.clone(), "list_of_a_future_day", "/day"),
    ] {
        let refused = hand_in(&service, day, &workbook).await;
        let problem = refused.problem(422);
        assert_eq!(text(&problem, "code"), "list_refused");
        let expected = [(pointer.to_owned(), code.to_owned())];
        assert_eq!(refused.violations(), expected, "{problem:#}");
        assert_eq!(verdicts(&service).await, before, "{code}");
    }
    assert_eq!(service.head().await, head);
    let kept = service.get("/v1/participant-lists").await.ok();
    assert_eq!(kept["items"].as_array().map(Vec::len), Some(1));

    let day = format!("/v1/participant-lists?day={LIST_DAY}");
    let wrong = service
        .upload(&day, &[], "text/csv", b"a,b")
        .await
        .problem(415);
    assert_eq!(text(&wrong, "code"), "unsupported_media_type");
    let path = "/v1/participant-lists?colour=blue&dry_run=perhaps";
    let found = service.upload(path, &[], XLSX, &good).await.violations();
    let pointers: Vec<&str> = found.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(pointers, ["/colour", "/day", "/dry_run"]);
}

/// What plays the list's address.
struct Stage(MockServer);

impl Stage {
    async fn with(day: ResponseTemplate, list: ResponseTemplate) -> Self {
        let server = MockServer::start().await;
        for (verb, at, answer) in [
            ("GET", "/api/participants/filemodified", day),
            ("POST", "/api/downloadfile", list),
        ] {
            let mock = Mock::given(method(verb)).and(path(at));
            mock.respond_with(answer).mount(&server).await;
        }
        Self(server)
    }

    /// A workbook of the day of these tests.
    async fn playing(workbook: Vec<u8>) -> Self {
        Self::with(day(LIST_DAY), file(workbook)).await
    }
}

fn day(day: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_string(day)
}

fn file(workbook: Vec<u8>) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(workbook, XLSX)
}

/// Reads the list once from an address, as the schedule does.
async fn read_from(service: &Service, address: &str) {
    let settings = Participants {
        address: Some(address.parse().expect("an address")),
        form: Form::Workbook,
        timeout: Duration::from_secs(1),
        ..Participants::default()
    };
    let desk = RegisterDesk::new(service.registry().clone(), settings.lapses);
    let address = settings.address.as_ref().expect("an address");
    turn(address, &settings, &desk).await;
}

async fn no_faulty_answer_changes_a_verdict(service: Service) {
    let before = confirmed(&service).await;
    let head = service.head().await;
    let good = published(four());
    let slow = file(good.clone()).set_delay(Duration::from_secs(5));
    let page = ResponseTemplate::new(200).set_body_raw("<html>Sign in</html>", "text/html");
    for (stage, code) in [
        (Stage::with(day(LIST_DAY), slow).await, "list_too_slow"),
        (
            Stage::with(day(LIST_DAY), ResponseTemplate::new(500)).await,
            "list_failed",
        ),
        (Stage::with(day(LIST_DAY), page).await, "not_a_list"),
        (Stage::playing(workbook(&[])).await, "list_empty"),
        (Stage::playing(workbook(&half())).await, "list_shrunken"),
        (Stage::playing(reshaped()).await, "list_reshaped"),
        (
            Stage::with(day("2026-11-18"), file(good.clone())).await,
            "list_stale",
        ),
    ] {
        read_from(&service, &format!("{}/api", stage.0.uri())).await;
        refused(&service, code).await;
        assert_eq!(verdicts(&service).await, before, "{code}");
    }
    // Nobody listens on the port that was let go of.
    let gone = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}/api", gone.local_addr().expect("its address"));
    drop(gone);
    read_from(&service, &address).await;
    refused(&service, "list_unreachable").await;
    assert_eq!(verdicts(&service).await, before);
    assert_eq!(service.head().await, head);

    // The next list that is believed ends it.
    let stage = Stage::playing(good).await;
    read_from(&service, &format!("{}/api", stage.0.uri())).await;
    let lists = service.get("/v1/participant-lists").await.ok();
    assert!(lists.get("last_refusal").is_none(), "{lists:#}");
    assert!(attention(&service, "list_refused").await.is_empty());
    assert_eq!(verdicts(&service).await, before);
}

/// The refusal is shown with the lists, and waits in the work list.
async fn refused(service: &Service, code: &str) {
    let lists = service.get("/v1/participant-lists").await.ok();
    assert_eq!(lists["last_refusal"]["code"], code, "{lists:#}");
    assert!(!text(&lists["last_refusal"], "detail").is_empty());
    let items = attention(service, "list_refused").await;
    let [item] = items.as_slice() else {
        panic!("{items:#?}");
    };
    assert_eq!(item["id"], code);
    assert_eq!(item["title"], lists["last_refusal"]["detail"]);
    assert_eq!(item["next_step"], "check_list_source");
}

async fn a_renamed_participant_stays_the_one_that_was_confirmed(service: Service) {
    let before = confirmed(&service).await;
    let mut renamed = four();
    let name = "Cloudfront Holdings, Inc.";
    let names = [("Legal Name", name), ("Public Display Name", name)];
    renamed[3] = with(renamed[3].clone(), &names);
    let read = hand_in(&service, LIST_DAY, &published(renamed)).await;
    assert_eq!(read.status, 201, "{}", read.text());
    let stripped = |answers: Vec<Value>| -> Vec<Value> {
        let strip = |mut answer: Value| {
            let fields = answer.as_object_mut().expect("an answer");
            // A list of the same day with another hash is no reason to write anything.
            fields.remove("revision");
            answer
        };
        answers.into_iter().map(strip).collect()
    };
    assert_eq!(stripped(verdicts(&service).await), stripped(before));
    let found = differences(&service, "organisation=cloudflare&kind=renamed").await;
    let [renamed] = found.as_slice() else {
        panic!("{found:#?}");
    };
    assert!(text(renamed, "list_says").contains(name), "{renamed:#}");
    // That is for a person to settle in the register.
    assert!(renamed.get("correction").is_none());
    let refused = confirm_key(&service, text(renamed, "key"), "")
        .await
        .problem(409);
    assert_eq!(text(&refused, "code"), "wrong_stage");
}
