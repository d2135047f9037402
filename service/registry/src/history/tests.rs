//! What was recorded by a moment is what the register was then, for ever.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::sync::Arc;

use chrono::TimeDelta;
use uuid::Uuid;

use super::*;
use crate::fixture::{Demo, on_each_database};

/// What the register was after each of a few changes, with the instant of each.
async fn past(demo: &Demo) -> Vec<(DateTime<Utc>, Arc<Snapshot>)> {
    let registry = &demo.registry;
    let held = demo.certification_of("stripe");
    let mut past = vec![(registry.clock().now(), registry.snapshot())];
    // Instants of every width: what SQLite keeps as text must still be in the order of time.
    for (step, micros) in [1, 499_999, 500_000, 1_000_001, 10, 59_000_000]
        .into_iter()
        .enumerate()
    {
        demo.later(TimeDelta::microseconds(micros));
        if step % 2 == 0 {
            demo.create_group(&format!("group-{step}")).await;
        } else {
            demo.end_certification(held, &format!("2026-12-0{step}"))
                .await;
        }
        past.push((registry.clock().now(), registry.snapshot()));
    }
    past
}

#[tokio::test]
async fn the_register_of_an_earlier_moment_is_the_one_that_was_seen_then() {
    on_each_database(async |demo| {
        let registry = &demo.registry;
        let past = past(demo).await;
        demo.later(TimeDelta::hours(1));
        for pair in past.windows(2) {
            let ((_, before), (at, after)) = (&pair[0], &pair[1]);
            let then = registry.known_at(*at).await.unwrap();
            assert!(then.shows_the_same(after), "{at}");
            let just_before = *at - TimeDelta::microseconds(1);
            let then = registry.known_at(just_before).await.unwrap();
            assert!(then.shows_the_same(before), "just before {at}");
            assert!(!then.shows_the_same(after), "just before {at}");
            let then = registry.at_revision(before.revision()).await.unwrap();
            assert!(then.shows_the_same(before), "{at}");
        }
    })
    .await;
}

#[tokio::test]
async fn before_the_first_entry_the_register_is_empty() {
    on_each_database(async |demo| {
        let before = "2026-11-21T09:59:59.999999Z".parse().unwrap();
        let then = demo.registry.known_at(before).await.unwrap();
        assert_eq!(then.revision(), 0);
        assert!(then.groups().is_empty() && then.organisations().is_empty());
        let first = demo.registry.at_revision(0).await.unwrap();
        assert!(first.shows_the_same(&then));
    })
    .await;
}

#[tokio::test]
async fn what_is_yet_to_come_is_not_known() {
    on_each_database(async |demo| {
        let registry = &demo.registry;
        let now = registry.clock().now();
        let newest = registry.known_at(now).await.unwrap();
        assert!(Arc::ptr_eq(&newest, &registry.snapshot()));
        let later = now + TimeDelta::microseconds(1);
        let refused = registry.known_at(later).await;
        assert!(matches!(refused, Err(HistoryError::Future)));
        let reached = newest.revision();
        let refused = registry.at_revision(reached + 1).await;
        assert!(matches!(refused, Err(HistoryError::NotReached { reached: at }) if at == reached));
    })
    .await;
}

#[tokio::test]
async fn a_moment_is_made_once_however_many_ask_and_only_the_last_few_are_kept() {
    on_each_database(async |demo| {
        let registry = &demo.registry;
        for number in 0..=KEPT + 1 {
            demo.create_group(&format!("group-{number}")).await;
        }
        let first = registry.snapshot().revision() - u64::try_from(KEPT).unwrap() - 1;
        let asked = (0..16).map(|_| registry.at_revision(first));
        let made = futures_util::future::join_all(asked).await;
        let made: Vec<_> = made.into_iter().map(Result::unwrap).collect();
        assert!(made.iter().all(|one| Arc::ptr_eq(one, &made[0])));
        for further in 1..KEPT {
            let further = first + u64::try_from(further).unwrap();
            registry.at_revision(further).await.unwrap();
        }
        let kept = registry.at_revision(first).await.unwrap();
        assert!(Arc::ptr_eq(&kept, &made[0]), "it is among the last few");
        for further in 1..=KEPT {
            let further = first + u64::try_from(further).unwrap();
            registry.at_revision(further).await.unwrap();
        }
        let again = registry.at_revision(first).await.unwrap();
        assert!(!Arc::ptr_eq(&again, &made[0]), "it was let go of");
        assert!(again.shows_the_same(&made[0]));
    })
    .await;
}

#[tokio::test]
async fn a_replica_that_is_behind_knows_at_an_instant_what_the_database_knows() {
    on_each_database(async |demo| {
        let reader = Registry::open_to_read(demo.config.clone()).await.unwrap();
        demo.later(TimeDelta::seconds(1));
        let revision = demo.create_group("later").await;
        assert!(reader.snapshot().revision() < revision);
        let now = reader.clock().now();
        let then = reader.known_at(now).await.unwrap();
        assert_eq!(then.revision(), revision);
        assert!(then.group("later").is_some());
        assert!(Arc::ptr_eq(&then, &reader.snapshot()), "it has caught up");
    })
    .await;
}

#[tokio::test]
async fn an_instant_at_which_something_is_being_written_is_waited_for_and_never_told_otherwise() {
    on_each_database(async |demo| {
        let registry = &demo.registry;
        demo.later(TimeDelta::seconds(1));
        let before = registry.snapshot().revision();
        let (then, just_before) = {
            let now = registry.clock().now();
            (now, now - TimeDelta::microseconds(1))
        };
        assert_eq!(registry.present().1, then);
        let stamp = registry.stamped().begin(before + 1, || then);
        let (snapshot, known_at) = registry.present();
        assert_eq!((snapshot.revision(), known_at), (before, just_before));
        assert_eq!(
            registry.known_at(just_before).await.unwrap().revision(),
            before
        );
        let soon = timeout(Duration::from_millis(100), registry.known_at(then)).await;
        assert!(soon.is_err(), "it was not waited for");
        let (known, ()) = tokio::join!(registry.known_at(then), async {
            tokio::task::yield_now().await;
            drop(stamp);
        });
        assert_eq!(known.unwrap().revision(), before);
        assert_eq!(registry.present().1, then);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_changes_are_committed_what_was_known_at_an_instant_never_changes() {
    let folder = tempfile::tempdir().unwrap();
    let registry = Registry::open(crate::RegistryConfig {
        database_url: format!("sqlite://{}/registry.db?mode=rwc", folder.path().display()),
        data_dir: folder.path().to_owned(),
        unchecked_facts: transfer_decision::vocabulary::UncheckedFacts::Deny,
        clock: crate::Clock::system(),
    });
    let registry = registry.await.unwrap();
    let writer = registry.clone();
    let writing = tokio::spawn(async move {
        for at in 0..40 {
            let make = move |draft: &mut crate::Draft| {
                let mut last = Uuid::nil();
                for number in 0..20 {
                    let new = crate::groups::NewGroup {
                        slug: format!("group-{at}-{number}"),
                        name: "A group".to_owned(),
                        notice_note: None,
                        notice_days: None,
                        objection_days: None,
                        source: "a test".to_owned(),
                        checked_on: None,
                    };
                    last = crate::groups::create_in(draft, new)?;
                }
                Ok(last)
            };
            let context = crate::fixture::context();
            let change = writer.change(&context, &crate::Scope::All, None, make);
            change.await.unwrap();
        }
    });
    let mut told = Vec::new();
    while !writing.is_finished() {
        let (snapshot, known_at) = registry.present();
        told.push((known_at, snapshot.revision()));
        let now = registry.clock().now();
        let known = registry.known_at(now).await.unwrap();
        told.push((now, known.revision()));
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    writing.await.unwrap();
    for (instant, revision) in told {
        let known = registry.known_at(instant).await.unwrap();
        assert_eq!(known.revision(), revision, "{instant}");
    }
}
