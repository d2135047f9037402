//! Writers side by side, and the snapshot that follows them.

use std::{future::poll_fn, pin::pin, task::Poll};

use sea_orm::{DbBackend, EntityTrait};
use transfer_registry_entity::ledger;

use super::support::{context, new_group, new_third_party, on_each_database};
use crate::{Scope, Verification, groups, organisations, store::rows::read_head};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_writers_lose_no_update() {
    const WRITERS: usize = 32;
    on_each_database(async |site| {
        // Two registries on one database stand for two processes; SQLite allows one.
        let here = site.open().await;
        let there = match here.db().get_database_backend() {
            DbBackend::Postgres => site.open().await,
            _ => here.clone(),
        };
        let registries = [here, there];
        let writers: Vec<_> = (0..WRITERS)
            .map(|at| {
                let registry = registries[at % 2].clone();
                tokio::spawn(async move {
                    let new = new_third_party(&format!("org-{at}"));
                    let recorded = organisations::create(&context(), &Scope::All, &registry, new)
                        .await
                        .unwrap();
                    // Read your own write: the snapshot was swapped before the answer.
                    assert!(registry.snapshot().revision() >= recorded.revision);
                    assert!(
                        registry
                            .snapshot()
                            .organisation(&format!("org-{at}"))
                            .is_some()
                    );
                    recorded.revision
                })
            })
            .collect();
        let mut revisions = Vec::new();
        for writer in writers {
            revisions.push(writer.await.unwrap());
        }
        revisions.sort_unstable();
        assert_eq!(revisions, (1..=WRITERS as u64).collect::<Vec<_>>());

        let entries = ledger::Entity::find().all(&site.raw().await).await.unwrap();
        assert_eq!(entries.len(), WRITERS);
        drop(registries);
        let registry = site.open().await;
        assert_eq!(registry.snapshot().organisations().len(), WRITERS);
        registry.write_checkpoint().await.unwrap();
        assert!(matches!(
            site.verify().await,
            Verification::Whole { entries: 32, .. }
        ));
    })
    .await;
}

#[tokio::test]
async fn recorded_time_never_runs_backwards() {
    on_each_database(async |site| {
        let registry = site.open().await;
        groups::create(&context(), &Scope::All, &registry, new_group("alpha"))
            .await
            .unwrap();
        site.config.clock.advance(chrono::TimeDelta::hours(-30));
        groups::create(&context(), &Scope::All, &registry, new_group("beta"))
            .await
            .unwrap();
        let entries = ledger::Entity::find().all(&site.raw().await).await.unwrap();
        assert_eq!(
            entries[0].recorded_at.to_string(),
            "2026-11-21 10:00:00.123456 UTC"
        );
        assert_eq!(entries[1].recorded_at, entries[0].recorded_at);
    })
    .await;
}

#[tokio::test]
async fn an_entry_says_who_what_when_why_and_the_whole_state() {
    on_each_database(async |site| {
        let registry = site.open().await;
        let id = groups::create(&context(), &Scope::All, &registry, new_group("alpha")).await.unwrap().id;
        let entry = ledger::Entity::find_by_id(1).one(&site.raw().await).await.unwrap().unwrap();
        assert_eq!((entry.seq, entry.revision), (1, 1));
        assert_eq!((entry.actor.as_str(), entry.reason.as_deref()), ("anna", Some("first entry")));
        assert_eq!((entry.request_id.as_str(), entry.action.as_str()), ("request-1", "create"));
        assert_eq!((entry.object_type.0.code(), entry.object_id), ("group", id));
        assert_eq!(
            entry.state,
            format!(
                r#"{{"checked_on":"2026-01-02","id":"{id}","name":"Group alpha","notice_days":30,"notice_note":"undated","objection_days":14,"slug":"alpha","source":"notice of 2019, §4, 004.txt","version":1}}"#
            )
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_register_that_is_being_written_is_whole_at_every_moment() {
    on_each_database(async |site| {
        let registry = site.open().await;
        registry.write_checkpoint().await.unwrap();
        let writer = tokio::spawn(async move {
            for at in 0..30 {
                let new = new_group(&format!("group-{at}"));
                groups::create(&context(), &Scope::All, &registry, new)
                    .await
                    .unwrap();
                registry.write_checkpoint().await.unwrap();
            }
        });
        let mut verified = 0;
        while !writer.is_finished() {
            let verification = site.verify().await;
            assert!(
                matches!(verification, Verification::Whole { .. }),
                "{verification:?}"
            );
            verified += 1;
        }
        writer.await.unwrap();
        assert!(verified > 0, "the writer was faster than one verification");
    })
    .await;
}

/// Polls a future so many times, and drops it if it is not ready by then.
async fn abandoned_after<F: Future>(polls: u64, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|cx| {
        left -= 1;
        match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

#[tokio::test]
async fn a_caller_who_goes_away_leaves_no_committed_change_unseen() {
    on_each_database(async |site| {
        let registry = site.open().await;
        let mut answered = 0;
        for at in 0..2_000 {
            // How many polls a change takes differs a little from one to the next.
            let polls = 1 + at % 25;
            let new = new_group(&format!("group-{at}"));
            let (context, all) = (context(), Scope::All);
            let create = groups::create(&context, &all, &registry, new);
            answered += i64::from(abandoned_after(polls, create).await.is_some());
            // The turn passes on when the change has come to its end, whichever it is.
            drop(registry.turn().await);
            let head = read_head(registry.db()).await.unwrap().unwrap();
            assert_eq!(
                registry.snapshot().revision(),
                head.revision.unsigned_abs(),
                "abandoned after {polls} polls"
            );
            if head.revision > answered {
                return;
            }
        }
        panic!("no caller went away while the change was committed");
    })
    .await;
}
