//! The configured address, when it answers as it should.

use serde_json::json;
use transfer_decision::{span::day, vocabulary::Framework};
use transfer_registry_core::participants::{
    DifferenceKind, Participant, ParticipantList, Refusal, Source, Status, differences,
};
use wiremock::{
    Mock, ResponseTemplate,
    matchers::{body_partial_json, method, path},
};

use super::{
    EU, HEADINGS, LIST_DAY, SAID_DAY, Stage, TODAY, acme, address, answer, item, json_of, last,
    page, row, ten, text, workbook,
};
use crate::{config::Form, jobs::participants::read_address};

async fn read(stage: &Stage) -> Result<ParticipantList, Refusal> {
    let settings = stage.settings();
    read_address(
        address(&settings),
        &settings,
        &[acme()],
        Some(&last()),
        TODAY,
    )
    .await
}

#[tokio::test]
async fn the_list_is_read_with_the_particulars_of_those_that_matter_and_of_nobody_else() {
    let stage = Stage::whole().await;
    let list = read(&stage).await.unwrap();
    assert_eq!((list.day, list.entries.len()), (LIST_DAY, 10));
    assert_eq!(
        list.source,
        Source::Http(format!("{}/api", stage.server.uri()))
    );
    let acme = list.participant("7").unwrap();
    let listing = acme.listing(Framework::EuUsDpf).unwrap();
    assert_eq!(listing.first_day, Some(day(2023, 9, 1)));
    assert_eq!(listing.recertification_due, Some(day(2027, 8, 30)));
    assert_eq!(
        (listing.covers_hr, listing.covers_non_hr),
        (Some(false), Some(true))
    );
    assert_eq!(acme.covered_entities, ["Acme Logs, LLC", "Acme Mail, Inc."]);
    assert!(acme.listing(Framework::SwissUsDpf).is_none());
    let other = list.participant("1").unwrap();
    assert_eq!(other.listing(Framework::EuUsDpf).unwrap().first_day, None);

    let asked: Vec<_> = stage
        .asked()
        .await
        .into_iter()
        .map(|request| format!("{} {}", request.method, request.url.path()))
        .collect();
    assert_eq!(
        asked,
        [
            "GET /api/participants/filemodified",
            "POST /api/participants",
            "POST /api/participants",
            "GET /api/participants/7",
        ]
    );
}

#[tokio::test]
async fn what_is_read_over_http_confirms_the_register() {
    let stage = Stage::whole().await;
    let list = read(&stage).await.unwrap();
    let kinds: Vec<_> = differences(&list, &[acme()], None, TODAY)
        .into_iter()
        .map(|one| one.kind)
        .collect();
    assert_eq!(
        kinds,
        [DifferenceKind::Confirmed, DifferenceKind::NotRecorded]
    );
}

#[tokio::test]
async fn the_question_is_the_one_that_the_address_is_known_to_answer() {
    let stage = Stage::whole().await;
    read(&stage).await.unwrap();
    let asked = stage.asked().await;
    let question: serde_json::Value = asked[1].body_json().unwrap();
    assert_eq!(
        question,
        json!({
            "DataCovered": [], "Frameworks": [], "Industries": [], "PageNumber": 0,
            "RecourseMechanisms": [], "StatutoryBody": [], "RowsPerPage": 5000, "Search": "",
            "StartLetter": "", "Status": "Active", "States": [], "VerificationMethod": ""
        })
    );
    let header = |name: &str| asked[1].headers.get(name).unwrap().to_str().unwrap();
    assert_eq!(header("content-type"), "application/json");
    assert!(header("user-agent").starts_with("transfer-registry/"));
}

#[tokio::test]
async fn an_inactive_participant_is_read_with_the_day_on_which_it_lapsed() {
    let stage = Stage::empty().await;
    stage.day(text(SAID_DAY)).await;
    let mut active = ten();
    active[6] = item(11, "New, Inc.");
    stage.list("Active", json_of(&answer(&active))).await;
    let lapsed = json!({
        "OrganizationId": 7, "OrganizationPublicDisplayName": "Acme, Inc.",
        "EUCert": {"PublicStatus": "Inactive"}, "UKCert": null, "SwissCert": null,
    });
    stage.list("Inactive", json_of(&answer(&[lapsed]))).await;
    let mut own = page(7, "Acme, Inc.");
    own["EUCert"] = json!({"PublicStatus": "Inactive", "InactiveStartDate": "11/3/2026"});
    own["UKCert"] = json!(null);
    stage.page(7, json_of(&own)).await;
    let list = read(&stage).await.unwrap();
    let listing = list.participant("7").unwrap().frameworks[0];
    assert_eq!(
        listing.status,
        Status::Inactive {
            since: Some(day(2026, 11, 3))
        }
    );
    let found = differences(&list, &[acme()], None, TODAY);
    assert_eq!(found[0].kind, DifferenceKind::Lapsed);
}

#[tokio::test]
async fn a_participant_on_both_halves_of_the_list_is_one_participant() {
    let stage = Stage::empty().await;
    stage.day(text(SAID_DAY)).await;
    stage.list("Active", json_of(&answer(&ten()))).await;
    let swiss = json!({
        "OrganizationId": 3, "OrganizationPublicDisplayName": "Participant 3, Inc.",
        "EUCert": {"PublicStatus": "Active"}, "SwissCert": {"PublicStatus": "Inactive"},
    });
    stage.list("Inactive", json_of(&answer(&[swiss]))).await;
    stage.page(7, json_of(&page(7, "Acme, Inc."))).await;
    let list = read(&stage).await.unwrap();
    assert_eq!(list.entries.len(), 10);
    let statuses: Vec<_> = list
        .participant("3")
        .unwrap()
        .frameworks
        .iter()
        .map(|l| l.status.is_active())
        .collect();
    assert_eq!(statuses, [true, true, false]);
}

#[tokio::test]
async fn an_entry_that_was_renamed_is_read_and_noticed() {
    let stage = Stage::whole().await;
    let before = read(&stage).await.unwrap();
    let stage = Stage::empty().await;
    stage.day(text("\"2026-11-20\"")).await;
    let mut renamed = ten();
    renamed[6] = item(7, "Acme Cloud, Inc.");
    stage.list("Active", json_of(&answer(&renamed))).await;
    stage.list("Inactive", json_of(&answer(&[]))).await;
    stage.page(7, json_of(&page(7, "Acme Cloud, Inc."))).await;
    let after = read(&stage).await.unwrap();
    let found = differences(&after, &[acme()], Some(&before), TODAY);
    assert_eq!(found[0].kind, DifferenceKind::Renamed);
    assert!(
        found[0].list_says.contains("Acme Cloud, Inc."),
        "{}",
        found[0].list_says
    );
    assert!(found.iter().all(|one| one.kind != DifferenceKind::Lapsed));
}

#[tokio::test]
async fn a_list_of_several_pages_is_read_to_its_end() {
    let stage = Stage::empty().await;
    stage.day(text(SAID_DAY)).await;
    let all = ten();
    for (number, items) in all.chunks(6).enumerate() {
        let mut part = answer(items);
        part["SumCount"] = json!(10);
        Mock::given(method("POST"))
            .and(path("/api/participants"))
            .and(body_partial_json(
                json!({"Status": "Active", "PageNumber": number}),
            ))
            .respond_with(json_of(&part))
            .mount(&stage.server)
            .await;
    }
    stage.list("Inactive", json_of(&answer(&[]))).await;
    stage.page(7, json_of(&page(7, "Acme, Inc."))).await;
    assert_eq!(read(&stage).await.unwrap().active(), 10);
}

#[tokio::test]
async fn a_redirect_on_the_same_host_is_followed_as_often_as_is_allowed() {
    let stage = Stage::empty().await;
    let moved = ResponseTemplate::new(307).insert_header("location", "/v2/day");
    stage.day(moved).await;
    Mock::given(path("/v2/day"))
        .respond_with(text(SAID_DAY))
        .mount(&stage.server)
        .await;
    stage.list("Active", json_of(&answer(&ten()))).await;
    stage.list("Inactive", json_of(&answer(&[]))).await;
    stage.page(7, json_of(&page(7, "Acme, Inc."))).await;
    let refused = read(&stage).await.unwrap_err();
    assert_eq!(refused.code(), "list_elsewhere");
    let said = refused.to_string();
    assert!(said.contains("at most 0 such redirects"), "{said}");
    assert!(!said.contains("is not the configured address"), "{said}");
    let mut settings = stage.settings();
    settings.redirects = 1;
    let list = read_address(address(&settings), &settings, &[acme()], None, TODAY).await;
    assert_eq!(list.unwrap().active(), 10);
}

#[tokio::test]
async fn the_official_workbook_can_be_asked_for_instead() {
    let stage = Stage::empty().await;
    stage.day(text(SAID_DAY)).await;
    let bytes = workbook(&HEADINGS, &[row(7, "Acme, Inc.", EU)]);
    Mock::given(method("POST"))
        .and(path("/api/downloadfile"))
        .and(body_partial_json(json!({"FileType": "xlsx"})))
        .respond_with(ResponseTemplate::new(200).set_body_raw(
            bytes,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ))
        .mount(&stage.server)
        .await;
    let mut settings = stage.settings();
    settings.form = Form::Workbook;
    let list = read_address(address(&settings), &settings, &[acme()], None, TODAY)
        .await
        .unwrap();
    assert_eq!(list.day, LIST_DAY);
    let Some(Participant { frameworks, .. }) = list.participant("7") else {
        panic!("no participant 7");
    };
    assert_eq!(frameworks[0].first_day, Some(day(2023, 9, 1)));
    assert_eq!(stage.asked().await.len(), 2);
}
