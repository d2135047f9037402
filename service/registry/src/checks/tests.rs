//! Decisions are recorded soon, found again, and never keep an answer waiting.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use sea_orm::ConnectionTrait;
use transfer_decision::span::parse_day;
use uuid::Timestamp;

use super::*;
use crate::{
    fixture::{Demo, on_each_database},
    store::{Held, Patience},
};

/// Longer than anything here may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A decision with an answer of about that many bytes.
pub(super) fn check(demo: &Demo, number: u64, size: usize) -> Check {
    let now = demo.registry.clock().now();
    let seconds = u64::try_from(now.timestamp()).unwrap();
    let counter = uuid::ContextV7::new();
    let exporter = if number.is_multiple_of(2) {
        "qcontact-ltd"
    } else {
        "botsify"
    };
    Check {
        record: CheckRecord {
            id: Uuid::new_v7(Timestamp::from_unix(
                &counter,
                seconds,
                now.timestamp_subsec_nanos(),
            )),
            recorded_at: now,
            revision: 1,
            law_pack: "a pack".to_owned(),
            known_at: now,
            as_of: parse_day("2026-11-21").unwrap(),
            exporter: exporter.to_owned(),
            importer: "stripe".to_owned(),
            decision: if number.is_multiple_of(3) {
                Decision::Allow
            } else {
                Decision::Deny
            },
            unchecked_facts: UncheckedFacts::Warn,
            question: format!(r#"{{"exporter":"{exporter}","importer":"stripe"}}"#),
            scope: Scope::All,
        },
        answer: format!(r#"{{"number":{number},"filler":"{}"}}"#, "x".repeat(size)),
    }
}

async fn all(demo: &Demo, wanted: &Wanted, limit: usize) -> Vec<CheckRecord> {
    let mut wanted = wanted.clone();
    let mut records = Vec::new();
    for _ in 0..10_000 {
        let page = list(&Scope::All, &demo.registry, &wanted, limit)
            .await
            .unwrap();
        records.extend(page.records);
        match page.next {
            Some(next) => wanted.after = Some(next),
            None => return records,
        }
    }
    unreachable!("it does not come to an end")
}

/// Waits until so many are recorded.
async fn recorded(recorder: &Recorder, number: u64) {
    let begun = Instant::now();
    while recorder.counts().recorded < number {
        assert!(begun.elapsed() < PATIENCE, "{:?}", recorder.counts());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn what_was_recorded_is_found_again_to_the_byte() {
    on_each_database(async |demo| {
        let recorder = Recorder::start(&demo.registry);
        let check = check(demo, 1, 100);
        recorder.record(vec![check.clone()]).await;
        let found = find(&Scope::All, &demo.registry, check.record.id).await;
        assert_eq!(found.unwrap(), Some(check));
        let other = Uuid::from_u128(1);
        let found = find(&Scope::All, &demo.registry, other).await;
        assert_eq!(found.unwrap(), None);
        let counts = Counts {
            recorded: 1,
            lost: 0,
        };
        assert_eq!(recorder.counts(), counts);
    })
    .await;
}

#[tokio::test]
async fn many_at_once_are_all_recorded_and_in_far_fewer_transactions() {
    on_each_database(async |demo| {
        let recorder = Recorder::start(&demo.registry);
        let writes = (0..300).map(|number| recorder.record(vec![check(demo, number, 10)]));
        futures_util::future::join_all(writes).await;
        recorded(&recorder, 300).await;
        assert_eq!(all(demo, &Wanted::default(), 200).await.len(), 300);
        // One that is larger than a statement and than a transaction of many.
        let batch = (0..1_000).map(|number| check(demo, number, 10)).collect();
        recorder.record(batch).await;
        recorded(&recorder, 1_300).await;
        assert_eq!(all(demo, &Wanted::default(), 200).await.len(), 1_300);
        assert_eq!(recorder.counts().lost, 0);
    })
    .await;
}

#[tokio::test]
async fn a_filter_gives_what_matches_in_pages_of_any_size() {
    on_each_database(async |demo| {
        let recorder = Recorder::start(&demo.registry);
        let begun = demo.registry.clock().now();
        for number in 0..12 {
            demo.later(TimeDelta::milliseconds(100));
            recorder.record(vec![check(demo, number, 10)]).await;
        }
        recorded(&recorder, 12).await;
        let whole = all(demo, &Wanted::default(), 200).await;
        assert!(whole.is_sorted_by_key(|record| record.id));
        assert!(
            whole.is_sorted_by_key(|record| record.recorded_at),
            "as they were given"
        );
        let none = Wanted::default();
        let at = |step: i32| Some(begun + TimeDelta::milliseconds(100) * step);
        for (wanted, number) in [
            (none.clone(), 12),
            (
                Wanted {
                    exporter: Some("botsify".to_owned()),
                    ..none.clone()
                },
                6,
            ),
            (
                Wanted {
                    importer: Some("botsify".to_owned()),
                    ..none.clone()
                },
                0,
            ),
            (
                Wanted {
                    decision: Some(Decision::Allow),
                    ..none.clone()
                },
                4,
            ),
            (
                Wanted {
                    as_of: parse_day("2026-11-21"),
                    ..none.clone()
                },
                12,
            ),
            (
                Wanted {
                    as_of: parse_day("2026-11-20"),
                    ..none.clone()
                },
                0,
            ),
            (
                Wanted {
                    from: at(3),
                    to: at(5),
                    ..none.clone()
                },
                3,
            ),
        ] {
            for size in [1, 5, 12, 13] {
                assert_eq!(all(demo, &wanted, size).await.len(), number, "{wanted:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn while_others_write_at_length_no_answer_waits_longer_than_a_moment() {
    on_each_database(async |demo| {
        let recorder = Recorder::start(&demo.registry);
        // On SQLite the turn is taken; on PostgreSQL the table is locked.
        let turn = demo.registry.turn().await;
        let db = demo.raw().await;
        let lock = db.begin().await.unwrap();
        if lock.get_database_backend() == DbBackend::Postgres {
            let sql = "LOCK TABLE transfer_checks IN ACCESS EXCLUSIVE MODE";
            lock.execute_unprepared(sql).await.unwrap();
        }
        let begun = Instant::now();
        recorder.record(vec![check(demo, 0, 10)]).await;
        let first = begun.elapsed();
        assert!(
            first >= Duration::from_millis(200),
            "it was not waited for: {first:?}"
        );
        assert!(first < Duration::from_secs(2), "{first:?}");
        let begun = Instant::now();
        for number in 1..50 {
            recorder.record(vec![check(demo, number, 10)]).await;
        }
        let others = begun.elapsed();
        assert!(
            others < Duration::from_secs(2),
            "each of them waited: {others:?}"
        );
        assert_eq!(recorder.counts().recorded, 0);
        lock.rollback().await.unwrap();
        drop(turn);
        recorded(&recorder, 50).await;
        assert_eq!(all(demo, &Wanted::default(), 200).await.len(), 50);
        assert_eq!(recorder.counts().lost, 0);
    })
    .await;
}

#[tokio::test]
async fn what_the_queue_has_no_room_for_is_counted_and_delays_nobody() {
    on_each_database(async |demo| {
        let recorder = Recorder::with_room(&demo.registry, 16);
        let turn = demo.registry.turn().await;
        let db = demo.raw().await;
        let lock = db.begin().await.unwrap();
        if lock.get_database_backend() == DbBackend::Postgres {
            let sql = "LOCK TABLE transfer_checks IN ACCESS EXCLUSIVE MODE";
            lock.execute_unprepared(sql).await.unwrap();
        }
        let begun = Instant::now();
        for number in 0..40 {
            recorder.record(vec![check(demo, number, 1 << 20)]).await;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(5),
            "{:?}",
            begun.elapsed()
        );
        let lost = recorder.counts().lost;
        assert!((20..40).contains(&lost), "{lost}");
        lock.rollback().await.unwrap();
        drop(turn);
        recorded(&recorder, 40 - lost).await;
        // There is room again, even for one that is larger than all of it.
        recorder.record(vec![check(demo, 40, 20 << 20)]).await;
        recorded(&recorder, 41 - lost).await;
        assert_eq!(recorder.counts().lost, lost);
    })
    .await;
}

#[tokio::test]
async fn what_is_answered_while_a_writer_holds_the_register_for_seconds_is_all_recorded() {
    on_each_database(async |demo| {
        let recorder = Recorder::start(&demo.registry);
        let held = Held::take(&demo.registry, Patience::Usual).await.unwrap();
        let begun = Instant::now();
        for _ in 0..9 {
            let some = (0..1_000).map(|number| check(demo, number, 2_000));
            recorder.record(some.collect()).await;
        }
        tokio::time::sleep(Duration::from_secs(3).saturating_sub(begun.elapsed())).await;
        drop(held);
        recorded(&recorder, 9_000).await;
        assert_eq!(recorder.counts().lost, 0);
        assert_eq!(all(demo, &Wanted::default(), 1_000).await.len(), 9_000);
    })
    .await;
}

#[tokio::test]
async fn a_database_that_fails_for_a_while_loses_nothing() {
    on_each_database(async |demo| {
        let recorder = Recorder::start(&demo.registry);
        let db = demo.raw().await;
        db.execute_unprepared("ALTER TABLE transfer_checks RENAME TO elsewhere")
            .await
            .unwrap();
        for number in 0..5 {
            recorder.record(vec![check(demo, number, 10)]).await;
        }
        assert_eq!(recorder.counts(), Counts::default());
        db.execute_unprepared("ALTER TABLE elsewhere RENAME TO transfer_checks")
            .await
            .unwrap();
        recorded(&recorder, 5).await;
        assert_eq!(all(demo, &Wanted::default(), 200).await.len(), 5);
    })
    .await;
}

#[tokio::test]
async fn stopping_writes_what_waits_and_gives_up_on_what_cannot_be_written() {
    on_each_database(async |demo| {
        let recorder = Recorder::start(&demo.registry);
        let turn = demo.registry.turn().await;
        let offers = (0..20).map(|number| recorder.record(vec![check(demo, number, 10)]));
        let stopped = async {
            futures_util::future::join_all(offers).await;
            tokio::join!(recorder.stop(PATIENCE), async { drop(turn) });
        };
        stopped.await;
        assert_eq!(
            recorder.counts(),
            Counts {
                recorded: 20,
                lost: 0
            }
        );
        recorder.record(vec![check(demo, 21, 10)]).await;
        assert_eq!(recorder.counts().lost, 1, "nothing is taken after the end");

        let recorder = Recorder::start(&demo.registry);
        let db = demo.raw().await;
        db.execute_unprepared("ALTER TABLE transfer_checks RENAME TO elsewhere")
            .await
            .unwrap();
        recorder.record(vec![check(demo, 0, 10)]).await;
        let begun = Instant::now();
        recorder.stop(PATIENCE).await;
        assert!(begun.elapsed() < PATIENCE / 2, "{:?}", begun.elapsed());
        assert_eq!(
            recorder.counts(),
            Counts {
                recorded: 0,
                lost: 1
            }
        );
    })
    .await;
}

#[tokio::test]
async fn what_waits_when_the_last_recorder_is_gone_is_still_written() {
    on_each_database(async |demo| {
        let turn = demo.registry.turn().await;
        let recorder = Recorder::start(&demo.registry);
        recorder.record(vec![check(demo, 0, 10)]).await;
        drop(recorder);
        drop(turn);
        let begun = Instant::now();
        while all(demo, &Wanted::default(), 10).await.is_empty() {
            assert!(begun.elapsed() < PATIENCE);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn only_what_is_older_is_forgotten() {
    on_each_database(async |demo| {
        let recorder = Recorder::start(&demo.registry);
        let old = (0..1_200).map(|number| check(demo, number, 10)).collect();
        recorder.record(old).await;
        demo.later(TimeDelta::days(1));
        let kept = demo.registry.clock().now();
        recorder.record(vec![check(demo, 0, 10)]).await;
        recorded(&recorder, 1_201).await;
        let at_first = kept - TimeDelta::days(1);
        assert_eq!(purge(&demo.registry, at_first).await.unwrap(), 0);
        assert_eq!(purge(&demo.registry, kept).await.unwrap(), 1_200);
        let left = all(demo, &Wanted::default(), 10).await;
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].recorded_at, kept);
    })
    .await;
}

#[tokio::test]
async fn a_caller_limited_to_groups_sees_the_decisions_about_them() {
    on_each_database(async |demo| {
        let recorder = Recorder::start(&demo.registry);
        let (own, foreign) = (check(demo, 0, 10), check(demo, 1, 10));
        let mut onward = check(demo, 0, 10);
        onward.record.question =
            r#"{"exporter":"qcontact-ltd","importer":"stripe","onward":["netcode"]}"#.to_owned();
        let mut nobodys = check(demo, 0, 10);
        nobodys.record.question = r#"{"exporter":"stripe","importer":"nobody"}"#.to_owned();
        let offered = [&own, &foreign, &onward, &nobodys].map(Clone::clone);
        recorder.record(offered.to_vec()).await;
        recorded(&recorder, 4).await;
        let scope = demo.scope_of("qcontact");
        for limit in [1, 2, 10] {
            let mut wanted = Wanted::default();
            let mut seen = Vec::new();
            loop {
                let page = list(&scope, &demo.registry, &wanted, limit).await.unwrap();
                seen.extend(page.records);
                let Some(next) = page.next else { break };
                wanted.after = Some(next);
            }
            assert_eq!(seen, std::slice::from_ref(&own.record));
        }
        for (check, sees) in [
            (own, true),
            (foreign, false),
            (onward, false),
            (nobodys, false),
        ] {
            let found = find(&scope, &demo.registry, check.record.id).await.unwrap();
            assert_eq!(found.is_some(), sees, "{}", check.record.question);
        }
    })
    .await;
}
