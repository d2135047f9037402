//! Writers side by side, and the snapshot that follows them.

use sea_orm::EntityTrait;
use transfer_registry_entity::ledger;

use super::support::{context, new_group, new_third_party, on_each_database};
use crate::{Scope, Verification, groups, organisations};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_writers_lose_no_update() {
    const WRITERS: usize = 32;
    on_each_database(async |site| {
        // Two registries on one database stand for two processes.
        let registries = [site.open().await, site.open().await];
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
async fn a_refresh_shows_what_another_process_wrote() {
    on_each_database(async |site| {
        let (here, there) = (site.open().await, site.open().await);
        groups::create(&context(), &Scope::All, &there, new_group("alpha"))
            .await
            .unwrap();
        assert!(here.snapshot().group("alpha").is_none());
        here.refresh().await.unwrap();
        assert!(here.snapshot().group("alpha").is_some());
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
                r#"{{"checked_on":"2026-01-02","id":"{id}","name":"Group alpha","notice_note":"undated","slug":"alpha","source":"notice of 2019, §4, 004.txt","version":1}}"#
            )
        );
    })
    .await;
}
