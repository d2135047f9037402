//! What a reader is told, and what becomes of a page that fails.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt;

use poem::{Endpoint, test::TestClient};
use transfer_registry_core::{Context, Registry, RegistryConfig};

use super::*;
use crate::{
    callers::Keys,
    config::{Config, SignIn},
    edge::turns::{PublicTurns, Turns},
    refusal::{Violation, ViolationCode},
};

struct Unspeakable;

impl fmt::Display for Unspeakable {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Err(fmt::Error)
    }
}

#[derive(Template)]
#[template(source = "{{ word }}", ext = "txt")]
struct Failing {
    word: Unspeakable,
}

#[test]
fn a_page_that_cannot_be_rendered_is_a_fault_of_ours_like_any_other() {
    let failed = page(StatusCode::OK, &Failing { word: Unspeakable });
    assert_eq!(failed.unwrap_err(), Refusal::Internal);
}

async fn words(refusal: &Refusal) -> String {
    let body = refused(refusal).unwrap().into_body();
    body.into_string().await.unwrap()
}

#[tokio::test]
async fn a_refused_page_says_its_sentence_with_and_without_violations() {
    let without = words(&Refusal::Unreadable).await;
    assert!(
        without.contains("The request could not be read."),
        "{without}"
    );
    let violation = Violation::plain("/as_of", ViolationCode::BadDay);
    let with = words(&Refusal::invalid(vec![violation])).await;
    assert!(with.contains("its violations say where and why."), "{with}");
    assert!(with.contains("“as_of” must be a calendar day"), "{with}");
}

/// The pages of the demo register.
async fn pages(folder: &tempfile::TempDir) -> TestClient<impl Endpoint> {
    let registry = Registry::open(RegistryConfig {
        database_url: "sqlite::memory:".to_owned(),
        data_dir: folder.path().to_owned(),
        ..Config::defaults(true).registry()
    });
    let registry = registry.await.unwrap();
    let context = Context {
        actor: "test".to_owned(),
        reason: None,
        request_id: "test".to_owned(),
    };
    assert!(!registry.snapshot().is_demo(), "it is empty as yet");
    registry.load_demo(&context).await.unwrap();
    let pages = routes("{}").into_endpoint().data(registry);
    let pages = pages.data(Keys::default()).data(SignIn::default());
    let turns = PublicTurns::beside(&Turns::of_this_machine());
    TestClient::new(pages.data(turns))
}

async fn text(client: &TestClient<impl Endpoint>, path: &str) -> String {
    let response = client.get(path).send().await;
    response.assert_status_is_ok();
    response.0.into_body().into_string().await.unwrap()
}

#[tokio::test]
async fn a_demo_page_says_that_the_company_did_not_publish_it() {
    let folder = tempfile::tempdir().unwrap();
    let client = pages(&folder).await;
    let list = text(&client, "/qcontact/subprocessors").await;
    assert!(list.contains("Demonstration."), "{list}");
    assert!(
        list.contains("It is not published by <bdi>QContact"),
        "{list}"
    );
    assert!(list.contains("Group companies: <bdi>QContact"), "{list}");
    assert!(!list.contains("Published by"), "{list}");
    assert!(text(&client, "/sign-in").await.contains("Demonstration."));
}

#[tokio::test]
async fn an_engagement_without_a_condition_has_none_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let client = pages(&folder).await;
    let list = text(&client, "/qcontact/subprocessors").await;
    assert!(list.contains("no condition recorded"), "{list}");
    assert!(!list.contains(">always<"), "{list}");
}
