//! The list read on its schedule from the configured address.

use std::time::Duration;

use transfer_registry::config::{Config, Form};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path},
};

use super::{
    FOUR, ask, certifications, confirm_the_four, counted, warns,
    workbook::{LIST_DAY, XLSX, differing, published},
};
use crate::fixture::{Database, on_configured, text};

async fn the_list_is_read_from_the_configured_address(kind: Database) {
    let server = MockServer::start().await;
    let said = ResponseTemplate::new(200).set_body_string(LIST_DAY);
    let list = ResponseTemplate::new(200).set_body_raw(published(differing()), XLSX);
    for (verb, at, answer) in [
        ("GET", "/api/participants/filemodified", said),
        ("POST", "/api/downloadfile", list),
    ] {
        let mock = Mock::given(method(verb)).and(path(at));
        mock.respond_with(answer).mount(&server).await;
    }
    let address = format!("{}/api", server.uri());
    let origin = address.clone();
    let configure = move |config: &mut Config| {
        config.participants.address = Some(address.parse().expect("an address"));
        config.participants.form = Form::Workbook;
    };
    on_configured(kind, configure, |service| async move {
        let mut newest = service.get("/v1/participant-lists/newest").await;
        for _ in 0..600 {
            if newest.status != 404 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            newest = service.get("/v1/participant-lists/newest").await;
        }
        let newest = newest.ok();
        assert_eq!(text(&newest, "origin"), origin);
        assert_eq!(counted(&newest), [("match_proposed".to_owned(), 4)]);
        confirm_the_four(&service).await;
        for held in certifications(&service, FOUR[0].1).await {
            let list = text(&held["evidence"], "list");
            assert!(list.contains(&origin), "{list}");
        }
        assert!(!warns(
            &ask(&service, FOUR[0], "DE").await,
            "evidence_unchecked"
        ));
    })
    .await;
    let asked = server.received_requests().await.expect("what was asked");
    assert_eq!(asked.len(), 2, "the day and the list, once each");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_is_read_from_the_configured_address_on_sqlite() {
    the_list_is_read_from_the_configured_address(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_is_read_from_the_configured_address_on_postgres() {
    the_list_is_read_from_the_configured_address(Database::Postgres).await;
}
