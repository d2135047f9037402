//! The ledger read entry by entry.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use chrono::TimeDelta;

use super::*;
use crate::fixture::{Demo, on_each_database};

/// Whether an entry is to be found.
type Kept = Box<dyn Fn(&Entry) -> bool>;

async fn all(demo: &Demo, scope: &Scope, wanted: &Wanted, limit: usize) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut wanted = wanted.clone();
    for _ in 0..10_000 {
        let page = list(scope, &demo.registry, &wanted, limit).await.unwrap();
        assert!(page.entries.len() <= limit);
        entries.extend(page.entries);
        match page.next {
            Some(next) if wanted.newest_first => wanted.before = Some(next),
            Some(next) => wanted.after = next,
            None => return entries,
        }
    }
    unreachable!("it does not come to an end")
}

#[tokio::test]
async fn each_entry_shows_what_was_there_before_it() {
    on_each_database(async |demo| {
        let held = demo.certification_of("stripe");
        demo.end_certification(held, "2026-12-01").await;
        demo.end_certification(held, "2026-12-02").await;
        let wanted = Wanted {
            object_type: Some(ObjectType::Certification),
            objects: Some(vec![held]),
            ..Wanted::default()
        };
        for limit in [1, 2, 10] {
            let entries = all(demo, &Scope::All, &wanted, limit).await;
            let actions: Vec<_> = entries.iter().map(|entry| &*entry.action).collect();
            assert_eq!(actions, ["record", "end", "end"]);
            assert_eq!(entries[0].before, None);
            assert_eq!(entries[1].before.as_ref(), Some(&entries[0].after));
            assert_eq!(entries[2].before.as_ref(), Some(&entries[1].after));
            assert!(entries[2].after.contains("2026-12-02"));
            let (one, _) = find(&Scope::All, &demo.registry, entries[1].seq)
                .await
                .unwrap()
                .unwrap();
            assert_eq!(one, entries[1]);
        }
    })
    .await;
}

#[tokio::test]
async fn pages_of_any_size_give_the_whole_ledger_once_and_what_comes_follows() {
    on_each_database(async |demo| {
        let whole = all(demo, &Scope::All, &Wanted::default(), 200).await;
        let numbers: Vec<u64> = whole.iter().map(|entry| entry.seq).collect();
        let expected: Vec<u64> = (1..=u64::try_from(whole.len()).unwrap()).collect();
        assert_eq!(numbers, expected);
        for size in [1, 7, whole.len() - 1, whole.len(), whole.len() + 1] {
            assert_eq!(
                all(demo, &Scope::All, &Wanted::default(), size).await,
                whole
            );
        }
        let mut turned = whole.clone();
        turned.reverse();
        let newest_first = Wanted {
            newest_first: true,
            ..Wanted::default()
        };
        for size in [1, 7, whole.len(), whole.len() + 1] {
            let found = all(demo, &Scope::All, &newest_first, size).await;
            assert_eq!(found, turned);
        }
        let since = Wanted {
            after: 5,
            ..newest_first
        };
        let found = all(demo, &Scope::All, &since, 7).await;
        assert_eq!(found, turned[..turned.len() - 5]);
        let last = whole.last().unwrap();
        let wanted = Wanted {
            after: last.seq,
            ..Wanted::default()
        };
        assert_eq!(all(demo, &Scope::All, &wanted, 5).await, []);
        let revision = demo.create_group("alpha").await;
        let more = list(&Scope::All, &demo.registry, &wanted, 5).await.unwrap();
        assert_eq!(more.entries.len(), 1);
        assert_eq!(more.entries[0].prev_hash, last.hash);
        assert_eq!((more.next, more.revision), (None, revision));
    })
    .await;
}

#[tokio::test]
async fn a_filter_gives_what_matches_and_nothing_else() {
    on_each_database(async |demo| {
        let loaded = demo.registry.clock().now();
        demo.later(TimeDelta::milliseconds(1));
        let revision = demo.create_group("alpha").await;
        let changed = demo.registry.clock().now();
        let whole = all(demo, &Scope::All, &Wanted::default(), 200).await;
        let alpha = whole.last().unwrap().object_id;
        let none = Wanted::default();
        let filters: Vec<(Wanted, Kept)> = vec![
            (
                Wanted {
                    object_type: Some(ObjectType::Flow),
                    ..none.clone()
                },
                Box::new(|entry| entry.object_type == ObjectType::Flow),
            ),
            (
                Wanted {
                    objects: Some(vec![alpha]),
                    ..none.clone()
                },
                Box::new(move |entry| entry.object_id == alpha),
            ),
            (
                Wanted {
                    objects: Some(vec![]),
                    ..none.clone()
                },
                Box::new(|_| false),
            ),
            (
                Wanted {
                    actor: Some("anna".to_owned()),
                    ..none.clone()
                },
                Box::new(|_| true),
            ),
            (
                Wanted {
                    actor: Some("ann".to_owned()),
                    ..none.clone()
                },
                Box::new(|_| false),
            ),
            (
                Wanted {
                    action: Some("record".to_owned()),
                    ..none.clone()
                },
                Box::new(|entry| entry.action == "record"),
            ),
            (
                Wanted {
                    request_id: Some("other".to_owned()),
                    ..none.clone()
                },
                Box::new(|_| false),
            ),
            (
                Wanted {
                    revision: Some(revision),
                    ..none.clone()
                },
                Box::new(move |entry| entry.revision == revision),
            ),
            (
                Wanted {
                    from: Some(changed),
                    ..none.clone()
                },
                Box::new(move |entry| entry.recorded_at >= changed),
            ),
            (
                Wanted {
                    to: Some(loaded),
                    ..none.clone()
                },
                Box::new(move |entry| entry.recorded_at <= loaded),
            ),
        ];
        for (wanted, kept) in filters {
            let expected: Vec<_> = whole.iter().filter(|entry| kept(entry)).cloned().collect();
            assert_eq!(
                all(demo, &Scope::All, &wanted, 50).await,
                expected,
                "{wanted:?}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_caller_limited_to_a_group_sees_its_entries_and_what_all_share() {
    on_each_database(async |demo| {
        let own = demo.scope_of("qcontact");
        let group = |slug: &str| demo.registry.snapshot().group(slug).unwrap().id;
        let (qcontact, botsify) = (group("qcontact"), group("botsify"));
        // The company's own certifications belong to its group; a third party's are everybody's.
        let company = demo.certification_of("qcontact-inc");
        let shared = demo.certification_of("stripe");
        for size in [1, 3, 200] {
            let seen = all(demo, &own, &Wanted::default(), size).await;
            let has = |id: Uuid| seen.iter().any(|entry| entry.object_id == id);
            assert!(has(qcontact) && has(company) && has(shared));
            assert!(!has(botsify));
            let foreign = botsify.to_string();
            let of_botsify = |entry: &&Entry| entry.after.contains(&foreign);
            assert_eq!(seen.iter().filter(of_botsify).count(), 0);
            assert!(
                seen.iter()
                    .any(|entry| entry.object_type == ObjectType::Flow)
            );
        }
        let other = demo.scope_of("botsify");
        let theirs = all(demo, &other, &Wanted::default(), 200).await;
        let whole = all(demo, &Scope::All, &Wanted::default(), 200).await;
        for entry in &whole {
            let found = find(&other, &demo.registry, entry.seq).await.unwrap();
            let listed = theirs.contains(entry);
            assert_eq!(found.is_some(), listed, "{entry:?}");
        }
        let found = find(&other, &demo.registry, number_of(&whole, company)).await;
        assert_eq!(found.unwrap(), None);
    })
    .await;
}

fn number_of(entries: &[Entry], object: Uuid) -> u64 {
    let entry = entries.iter().find(|entry| entry.object_id == object);
    entry.unwrap().seq
}

#[tokio::test]
async fn the_newest_checkpoint_is_the_one_that_was_signed_last() {
    on_each_database(async |demo| {
        assert_eq!(newest_checkpoint(&demo.registry).await.unwrap(), None);
        for slug in ["alpha", "beta"] {
            demo.create_group(slug).await;
            demo.later(TimeDelta::minutes(1));
            let written = demo.registry.write_checkpoint().await.unwrap();
            let newest = newest_checkpoint(&demo.registry).await.unwrap().unwrap();
            assert_eq!(newest.checkpoint, written);
            assert!(newest.note.starts_with("transfer-registry/ledger/"));
        }
    })
    .await;
}
