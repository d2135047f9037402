//! When the list is read, and what the desk is told.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::sync::watch;
use transfer_decision::span::Day;
use transfer_registry_core::{
    ReadError,
    participants::{Difference, DifferenceKind, Known, ParticipantList, Refusal},
};
use wiremock::ResponseTemplate;

use super::{SAID_DAY, Stage, TODAY, acme, address, answer, json_of, page, ten, text};
use crate::{
    config::Participants,
    jobs::participants::{Desk, run, turn},
};

/// A desk that remembers what it was told.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Told>>);

#[derive(Default)]
struct Told {
    last: Option<Arc<ParticipantList>>,
    found: Vec<DifferenceKind>,
    refused: Vec<&'static str>,
}

impl Desk for Notes {
    fn today(&self) -> Day {
        TODAY
    }

    fn known(&self) -> Vec<Known> {
        vec![acme()]
    }

    async fn last(&self) -> Result<Option<Arc<ParticipantList>>, ReadError> {
        Ok(self.0.lock().unwrap().last.clone())
    }

    async fn accepted(&self, list: ParticipantList, found: Vec<Difference>) {
        let mut told = self.0.lock().unwrap();
        told.last = Some(Arc::new(list));
        told.found.extend(found.into_iter().map(|one| one.kind));
    }

    async fn refused(&self, refusal: Refusal) {
        self.0.lock().unwrap().refused.push(refusal.code());
    }
}

#[tokio::test]
async fn a_believed_list_is_told_with_its_differences_and_is_the_last_one_from_then_on() {
    let (stage, desk) = (Stage::whole().await, Notes::default());
    let settings = stage.settings();
    turn(address(&settings), &settings, &desk).await;
    assert_eq!(
        desk.0.lock().unwrap().found,
        [DifferenceKind::Confirmed, DifferenceKind::NotRecorded]
    );

    let half = Stage::empty().await;
    half.day(text(SAID_DAY)).await;
    half.list("Active", json_of(&answer(&ten()[5..]))).await;
    half.list("Inactive", json_of(&answer(&[]))).await;
    half.page(7, json_of(&page(7, "Acme, Inc."))).await;
    let settings = half.settings();
    turn(address(&settings), &settings, &desk).await;
    let told = desk.0.lock().unwrap();
    assert_eq!(told.refused, ["list_shrunken"]);
    // The refused list did not become the last one, and told of no difference.
    assert_eq!(told.last.as_deref().map(ParticipantList::active), Some(10));
    assert_eq!(told.found.len(), 2);
}

#[tokio::test]
async fn a_refused_list_is_asked_for_no_particulars() {
    let stage = Stage::empty().await;
    stage.day(text("2026-11-21")).await;
    stage.list("Active", json_of(&answer(&ten()))).await;
    stage.list("Inactive", json_of(&answer(&[]))).await;
    let (desk, settings) = (Notes::default(), stage.settings());
    turn(address(&settings), &settings, &desk).await;
    assert_eq!(desk.0.lock().unwrap().refused, ["list_of_a_future_day"]);
    assert_eq!(stage.asked().await.len(), 3);
}

#[tokio::test]
async fn without_an_address_nothing_runs() {
    let (_tell, stop) = watch::channel(false);
    assert!(Participants::default().address.is_none());
    assert!(run(Participants::default(), Notes::default(), stop).is_none());
}

#[tokio::test]
async fn the_list_is_read_at_once_and_the_reading_ends_when_told_to_stop() {
    let (stage, desk) = (Stage::whole().await, Notes::default());
    let (tell, stop) = watch::channel(false);
    let job = run(stage.settings(), desk.clone(), stop).unwrap();
    let mut waited = 0;
    while desk.0.lock().unwrap().last.is_none() {
        waited += 1;
        assert!(waited < 500, "nothing was read");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tell.send(true).unwrap();
    tokio::time::timeout(Duration::from_secs(5), job)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn a_reading_under_way_is_given_up_when_told_to_stop() {
    let (stage, desk) = (Stage::empty().await, Notes::default());
    stage
        .day(ResponseTemplate::new(200).set_delay(Duration::from_mins(1)))
        .await;
    let mut settings = stage.settings();
    settings.timeout = Duration::from_mins(1);
    let (tell, stop) = watch::channel(false);
    let job = run(settings, desk.clone(), stop).unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    tell.send(true).unwrap();
    tokio::time::timeout(Duration::from_secs(5), job)
        .await
        .unwrap()
        .unwrap();
    assert!(desk.0.lock().unwrap().refused.is_empty());
}
