//! Writers side by side, and the snapshot that follows them.

use std::{future::poll_fn, pin::pin, sync::mpsc, task::Poll, time::Duration};

use chrono::TimeDelta;
use sea_orm::{DbBackend, EntityTrait};
use tokio::time::timeout;
use transfer_registry_entity::ledger;

use super::support::{context, new_group, new_third_party, on_each_database};
use crate::{
    ChangeError, Draft, Key, Recorded, Registry, Scope, Verification, groups, organisations,
    store::rows::read_head,
};

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
        site.config.clock.advance(TimeDelta::hours(-30));
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

/// A large change that stands still when it is put together, for as long as the test wants.
struct Slow {
    began: mpsc::Receiver<()>,
    go_on: mpsc::Sender<()>,
    changed: tokio::task::JoinHandle<Result<Recorded, ChangeError>>,
}

impl Slow {
    fn begin(registry: &Registry, key: Option<Key>) -> Self {
        let (tell, began) = mpsc::channel();
        let (go_on, wait) = mpsc::channel::<()>();
        let registry = registry.clone();
        let changed = tokio::spawn(async move {
            let make = move |draft: &mut Draft| {
                let id = groups::create_in(draft, new_group("large"))?;
                tell.send(()).unwrap();
                wait.recv().unwrap();
                Ok(id)
            };
            let (context, all) = (context(), Scope::All);
            registry
                .change_at_length(&context, &all, key.as_ref(), &|_| (), make)
                .await
        });
        Self {
            began,
            go_on,
            changed,
        }
    }

    /// Waits until it is being put together.
    async fn began(self) -> Self {
        tokio::task::spawn_blocking(move || {
            self.began.recv().unwrap();
            self
        })
        .await
        .unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_a_large_change_is_put_together_others_write() {
    on_each_database(async |site| {
        let registry = site.open().await;
        let slow = Slow::begin(&registry, None).began().await;
        let (context, all) = (context(), Scope::All);
        let small = groups::create(&context, &all, &registry, new_group("small"));
        let small = timeout(Duration::from_secs(5), small).await;
        assert_eq!(small.expect("it waited").unwrap().revision, 1);
        // It is put together again, over what is there now.
        slow.go_on.send(()).unwrap();
        let slow = slow.began().await;
        assert!(registry.snapshot().group("large").is_none());
        slow.go_on.send(()).unwrap();
        let made = slow.changed.await.unwrap().unwrap();
        assert_eq!(made.revision, 2);
        let snapshot = registry.snapshot();
        assert!(snapshot.group("small").is_some() && snapshot.group("large").is_some());
        registry.write_checkpoint().await.unwrap();
        assert!(matches!(site.verify().await, Verification::Whole { .. }));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_change_that_nobody_came_before_is_put_together_once() {
    on_each_database(async |site| {
        let registry = site.open().await;
        let slow = Slow::begin(&registry, None).began().await;
        slow.go_on.send(()).unwrap();
        assert_eq!(slow.changed.await.unwrap().unwrap().revision, 1);
        assert!(slow.began.recv().is_err(), "it was put together twice");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_change_is_recorded_at_the_instant_at_which_it_is_written() {
    on_each_database(async |site| {
        let registry = site.open().await;
        let begun = registry.clock().now();
        let slow = Slow::begin(&registry, None).began().await;
        site.config.clock.advance(TimeDelta::minutes(5));
        let then = registry.clock().now();
        let known = registry.known_at(then).await.unwrap();
        assert_eq!(known.revision(), 0);
        site.config.clock.advance(TimeDelta::minutes(5));
        slow.go_on.send(()).unwrap();
        slow.changed.await.unwrap().unwrap();
        let entry = ledger::Entity::find_by_id(1).one(registry.db()).await;
        assert_eq!(
            entry.unwrap().unwrap().recorded_at,
            begun + TimeDelta::minutes(10)
        );
        let known = registry.known_at(then).await.unwrap();
        assert_eq!(known.revision(), 0, "what was known changed afterwards");
    })
    .await;
}

#[tokio::test]
async fn a_key_is_known_for_seven_days_whether_or_not_it_was_forgotten() {
    on_each_database(async |site| {
        let registry = site.open().await;
        let (context, all) = (context(), Scope::All);
        let key = Key {
            key: "monday".to_owned(),
            fingerprint: "0".repeat(64),
        };
        let create = async |slug: &str| {
            let new = new_group(slug);
            let make = |draft: &mut Draft| groups::create_in(draft, new);
            let change = registry.change(&context, &all, Some(&key), make);
            change.await.unwrap()
        };
        let first = create("alpha").await;
        site.config.clock.advance(TimeDelta::days(7));
        let again = create("alpha").await;
        assert!(again.repeated && again.id == first.id);
        site.config.clock.advance(TimeDelta::microseconds(1));
        let other = create("beta").await;
        assert!(!other.repeated && other.id != first.id);
    })
    .await;
}
