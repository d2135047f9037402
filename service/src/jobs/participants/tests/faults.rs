//! Every fault of the list: none of them yields a list.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use transfer_registry_core::participants::Refusal;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

use super::{
    EU, HEADINGS, SAID_DAY, Stage, TODAY, acme, address, answer, item, json_of, last, page, row,
    ten, text, workbook,
};
use crate::{
    config::{Form, Participants},
    jobs::participants::read_address,
};

async fn refused(settings: &Participants) -> Refusal {
    read_address(address(settings), settings, &[acme()], Some(&last()), TODAY)
        .await
        .unwrap_err()
}

/// The refusal of a list whose active half is answered like this.
async fn with_active(active: ResponseTemplate) -> Refusal {
    let stage = Stage::empty().await;
    stage.day(text(SAID_DAY)).await;
    stage.list("Active", active).await;
    stage.list("Inactive", json_of(&answer(&[]))).await;
    stage.page(7, json_of(&page(7, "Acme, Inc."))).await;
    refused(&stage.settings()).await
}

async fn with_items(items: &[Value]) -> Refusal {
    with_active(json_of(&answer(items))).await
}

/// A connection on which a question has arrived: an answer before it would be none.
async fn question(listener: &TcpListener) -> TcpStream {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut read = Vec::new();
    while !read.ends_with(b"\r\n\r\n") {
        read.push(stream.read_u8().await.unwrap());
    }
    stream
}

#[tokio::test]
async fn an_address_at_which_nobody_listens_yields_no_list() {
    let stage = Stage::whole().await;
    let mut settings = stage.settings();
    // A port that was free a moment ago.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let free = listener.local_addr().unwrap();
    drop(listener);
    settings.address = Some(format!("http://{free}/api").parse().unwrap());
    let refusal = refused(&settings).await;
    assert_eq!(refusal.code(), "list_unreachable");
    assert!(refusal.to_string().contains(&free.to_string()), "{refusal}");
    assert_eq!(stage.asked().await.len(), 0);
}

#[tokio::test]
async fn a_connection_that_breaks_off_yields_no_list() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let mut stream = question(&listener).await;
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n2026")
            .await;
    });
    let settings = Participants {
        address: Some(format!("http://{at}/api").parse().unwrap()),
        timeout: Duration::from_secs(5),
        ..Participants::default()
    };
    assert_eq!(refused(&settings).await.code(), "list_unreachable");
    server.await.unwrap();
}

#[tokio::test]
async fn a_list_that_takes_too_long_yields_no_list() {
    let stage = Stage::empty().await;
    stage
        .day(text(SAID_DAY).set_delay(Duration::from_secs(20)))
        .await;
    let mut settings = stage.settings();
    settings.timeout = Duration::from_secs(1);
    assert_eq!(refused(&settings).await, Refusal::TooSlow { seconds: 1 });
}

#[tokio::test]
async fn a_list_on_which_nobody_stands_yields_no_list() {
    assert_eq!(with_items(&[]).await, Refusal::Empty);
    let nobody: Vec<_> = ten()
        .into_iter()
        .map(|mut item| {
            item["EUCert"] = json!({"PublicStatus": "Inactive"});
            item["UKCert"] = json!(null);
            item
        })
        .collect();
    assert_eq!(with_items(&nobody).await, Refusal::Empty);
}

#[tokio::test]
async fn a_list_half_as_long_as_the_last_one_yields_no_list() {
    assert_eq!(with_items(&ten()[5..]).await.code(), "list_shrunken");
    assert_eq!(with_items(&ten()[3..]).await.code(), "list_shrunken");
}

#[tokio::test]
async fn a_list_shorter_than_it_says_yields_no_list() {
    let stage = Stage::empty().await;
    stage.day(text(SAID_DAY)).await;
    let mut part = answer(&ten());
    part["SumCount"] = json!(11);
    stage.list("Active", json_of(&part)).await;
    let mut rest = answer(&[]);
    rest["SumCount"] = json!(11);
    Mock::given(wiremock::matchers::body_partial_json(
        json!({"PageNumber": 1}),
    ))
    .respond_with(json_of(&rest))
    .mount(&stage.server)
    .await;
    assert_eq!(
        refused(&stage.settings()).await,
        Refusal::Incomplete {
            stated: 11,
            found: 10
        }
    );
}

#[tokio::test]
async fn a_list_of_another_shape_yields_no_list() {
    let renamed = |from: &str, to: &str| -> Vec<Value> {
        let text = serde_json::to_string(&ten()).unwrap();
        serde_json::from_str(&text.replace(from, to)).unwrap()
    };
    for items in [
        renamed("OrganizationPublicDisplayName", "Organisation"),
        renamed("Cert", "Certification"),
        renamed("\"Active\"", "\"Approved\""),
        renamed("{\"PublicStatus\":\"Active\"}", "\"Active\""),
        vec![json!("Acme, Inc.")],
    ] {
        let refusal = with_items(&items).await;
        assert_eq!(refusal.code(), "list_reshaped", "{refusal}");
    }
    for envelope in [
        json!(ten()),
        json!({"Items": ten()}),
        json!({"SumCount": 10, "Results": ten()}),
        json!({"SumCount": 10, "Items": {"1": item(1, "Acme, Inc.")}}),
        json!({"error": "try again later"}),
    ] {
        let refusal = with_active(json_of(&envelope)).await;
        assert_eq!(refusal.code(), "list_reshaped", "{refusal}");
    }
}

#[tokio::test]
async fn a_list_that_breaks_off_or_is_no_json_yields_no_list() {
    let whole = answer(&ten()).to_string();
    for body in [&whole[..whole.len() / 2], "", "Active"] {
        let answer = ResponseTemplate::new(200).set_body_raw(body, "application/json");
        assert_eq!(with_active(answer).await.code(), "not_a_list");
    }
}

#[tokio::test]
async fn a_list_of_another_media_type_yields_no_list() {
    let whole = answer(&ten()).to_string();
    for media_type in ["text/html; charset=utf-8", "text/plain", "application/xlsx"] {
        let answer = ResponseTemplate::new(200).set_body_raw(whole.clone(), media_type);
        let refusal = with_active(answer).await;
        assert_eq!(refusal.code(), "not_a_list", "{refusal}");
    }
    let stage = Stage::empty().await;
    let page = ResponseTemplate::new(200).set_body_raw(SAID_DAY, "text/html");
    stage.day(page).await;
    assert_eq!(refused(&stage.settings()).await.code(), "not_a_list");
    let packed = json_of(&answer(&ten())).insert_header("content-encoding", "gzip");
    assert_eq!(with_active(packed).await.code(), "not_a_list");
}

#[tokio::test]
async fn a_list_older_than_the_last_one_yields_no_list() {
    for (day, code) in [
        ("Tuesday, November 17, 2026 6:00 AM EST", "list_stale"),
        ("2026-11-21", "list_of_a_future_day"),
        ("soon", "list_reshaped"),
        ("", "list_reshaped"),
    ] {
        let stage = Stage::empty().await;
        stage.day(text(day)).await;
        stage.list("Active", json_of(&answer(&ten()))).await;
        stage.list("Inactive", json_of(&answer(&[]))).await;
        stage.page(7, json_of(&page(7, "Acme, Inc."))).await;
        assert_eq!(refused(&stage.settings()).await.code(), code, "{day}");
    }
}

#[tokio::test]
async fn a_failing_address_yields_no_list() {
    for status in [500, 503, 404, 403, 204, 206] {
        let answer = ResponseTemplate::new(status).set_body_json(answer(&ten()));
        let refusal = with_active(answer).await;
        assert_eq!(refusal.code(), "list_failed", "{refusal}");
        assert!(refusal.to_string().contains(&status.to_string()));
    }
}

#[tokio::test]
async fn a_missing_page_of_a_participant_that_matters_yields_no_list() {
    let whole = page(7, "Acme, Inc.");
    let mut inactive = whole.clone();
    inactive["EUCert"]["PublicStatus"] = json!("Inactive");
    let mut other = whole.clone();
    other["OrganizationId"] = json!(8);
    for (page, code) in [
        (ResponseTemplate::new(500), "list_failed"),
        (ResponseTemplate::new(404), "list_failed"),
        (text("<html></html>"), "not_a_list"),
        (json_of(&json!({})), "list_reshaped"),
        (json_of(&inactive), "list_reshaped"),
        (json_of(&other), "list_reshaped"),
    ] {
        let stage = Stage::empty().await;
        stage.day(text(SAID_DAY)).await;
        stage.list("Active", json_of(&answer(&ten()))).await;
        stage.list("Inactive", json_of(&answer(&[]))).await;
        stage.page(7, page).await;
        assert_eq!(refused(&stage.settings()).await.code(), code);
    }
}

#[tokio::test]
async fn a_list_larger_than_allowed_yields_no_list_whether_it_says_its_size_or_not() {
    let large = "x".repeat(1024 * 1024 + 1);
    let stated = ResponseTemplate::new(200).set_body_raw(large, "application/json");
    assert_eq!(
        with_active(stated).await,
        Refusal::TooLarge { mebibytes: 1 }
    );

    // Without a length, for ever.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let mut stream = question(&listener).await;
        let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
        let mut sent = 0_u64;
        let mut open = stream.write_all(head).await.is_ok();
        // Bounded, should the other side read on.
        while open && sent < 4096 {
            open = stream.write_all(chunk.as_bytes()).await.is_ok();
            sent += 1;
        }
        sent
    });
    let settings = Participants {
        address: Some(format!("http://{at}/api").parse().unwrap()),
        most_mib: 1,
        ..Participants::default()
    };
    assert_eq!(refused(&settings).await, Refusal::TooLarge { mebibytes: 1 });
    let sent = server.await.unwrap();
    assert!(sent < 4096, "it was read to its end");
}

#[tokio::test]
async fn a_redirect_to_another_host_is_never_followed() {
    let elsewhere = MockServer::start().await;
    Mock::given(any())
        .respond_with(text(SAID_DAY))
        .mount(&elsewhere)
        .await;
    let other = elsewhere.uri();
    for (status, location) in [
        (301, format!("{other}/api/participants/filemodified")),
        (302, other.clone()),
        (303, other.clone()),
        (307, other.clone()),
        (308, other.replace("http:", "")),
        (307, other.replace("127.0.0.1", "localhost")),
        (307, String::new()),
    ] {
        let stage = Stage::empty().await;
        let answer = ResponseTemplate::new(status).insert_header("location", location.as_str());
        stage.day(answer).await;
        let mut settings = stage.settings();
        settings.redirects = 5;
        let refusal = refused(&settings).await;
        assert_eq!(
            refusal.code(),
            "list_elsewhere",
            "{status} {location}: {refusal}"
        );
        assert_eq!(stage.asked().await.len(), 1);
    }
    assert_eq!(elsewhere.received_requests().await.unwrap().len(), 0);
}

#[tokio::test]
async fn a_redirect_in_circles_ends() {
    let stage = Stage::empty().await;
    let round =
        ResponseTemplate::new(307).insert_header("location", "/api/participants/filemodified");
    stage.day(round).await;
    let mut settings = stage.settings();
    settings.redirects = 3;
    assert_eq!(refused(&settings).await.code(), "list_elsewhere");
    assert_eq!(stage.asked().await.len(), 4);
}

#[tokio::test]
async fn a_page_where_the_workbook_should_be_yields_no_list() {
    for (body, media_type, code) in [
        (b"<html></html>".to_vec(), "text/html", "not_a_list"),
        (
            workbook(&HEADINGS, &[row(7, "Acme, Inc.", EU)]),
            "text/html",
            "not_a_list",
        ),
        (b"{}".to_vec(), "application/json", "not_a_list"),
        (
            b"<html></html>".to_vec(),
            "application/octet-stream",
            "not_a_list",
        ),
        (
            workbook(&HEADINGS, &[]),
            "application/octet-stream",
            "list_empty",
        ),
        (
            workbook(&HEADINGS, &[row(7, "Acme, Inc.", EU)]),
            "application/octet-stream",
            "list_shrunken",
        ),
        (
            workbook(&HEADINGS[1..], &[]),
            "application/octet-stream",
            "list_reshaped",
        ),
    ] {
        let stage = Stage::empty().await;
        stage.day(text(SAID_DAY)).await;
        Mock::given(wiremock::matchers::path("/api/downloadfile"))
            .respond_with(ResponseTemplate::new(200).set_body_raw(body, media_type))
            .mount(&stage.server)
            .await;
        let mut settings = stage.settings();
        settings.form = Form::Workbook;
        assert_eq!(refused(&settings).await.code(), code, "{media_type}");
    }
}
