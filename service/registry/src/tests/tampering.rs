//! Whatever is done to the ledger or the register behind the registry's back is found and named.

use sea_orm::{
    ActiveModelTrait, DatabaseConnection, DbBackend, EntityTrait, IntoActiveModel, QueryOrder,
};
use transfer_registry_entity::{head, ledger};

use super::support::{
    Site, context, disarm, execute, new_third_party, on_each_database, one_of_each,
};
use crate::{
    CheckpointError, Scope, Verification,
    ledger::entry::{self, Content},
    organisations,
};

/// How many entries there are to tamper with.
const ENTRIES: i64 = 60;

pub(super) const COLUMNS: &str = "revision, recorded_at, actor, action, object_type, object_id, reason, \
                       request_id, state, prev_hash, hash";

/// A register of sixty entries and a checkpoint of them, without the database's own guards.
async fn filled(site: &Site) -> DatabaseConnection {
    let registry = site.open().await;
    one_of_each(&registry).await;
    for at in 9..ENTRIES {
        let new = new_third_party(&format!("org-{at}"));
        organisations::create(&context(), &Scope::All, &registry, new)
            .await
            .unwrap();
    }
    registry.write_checkpoint().await.unwrap();
    assert!(matches!(
        site.verify().await,
        Verification::Whole { entries: 60, .. }
    ));
    let db = site.raw().await;
    disarm(&db).await;
    execute(
        &db,
        &["CREATE TABLE ledger_before AS SELECT * FROM ledger".to_owned()],
    )
    .await;
    db
}

async fn restore(db: &DatabaseConnection) {
    execute(
        db,
        &[
            "DELETE FROM ledger".to_owned(),
            "INSERT INTO ledger SELECT * FROM ledger_before".to_owned(),
        ],
    )
    .await;
}

/// The first bad number after some statements, which are then undone.
async fn found_after(site: &Site, db: &DatabaseConnection, statements: &[String]) -> u64 {
    execute(db, statements).await;
    let verification = site.verify().await;
    restore(db).await;
    match verification {
        Verification::Broken { sequence, .. } => sequence,
        other => panic!("{statements:?} was not found: {other:?}"),
    }
}

/// One other value for each column of an entry.
pub(super) fn edits(backend: DbBackend) -> [(&'static str, &'static str); 13] {
    let (instant, id) = match backend {
        DbBackend::Postgres => (
            "recorded_at + interval '1 microsecond'",
            "'01933f6e-8c00-7000-8000-000000000000'::uuid",
        ),
        _ => (
            "replace(recorded_at, '.123456', '.123457')",
            "x'01933F6E8C0070008000000000000000'",
        ),
    };
    [
        ("seq", "seq + 1000"),
        ("revision", "revision + 1"),
        ("recorded_at", instant),
        ("actor", "'eve'"),
        ("action", "action || 'd'"),
        ("object_type", "'law_amendment'"),
        ("object_id", id),
        ("reason", "NULL"),
        ("reason", "'because'"),
        ("request_id", "request_id || ' '"),
        ("state", "state || ' '"),
        ("prev_hash", "hash"),
        ("hash", "prev_hash"),
    ]
}

#[tokio::test]
async fn an_edit_of_any_column_of_any_entry_is_found_and_named() {
    on_each_database(async |site| {
        let db = filled(site).await;
        for seq in 1..=ENTRIES {
            for (column, value) in edits(db.get_database_backend()) {
                let edit = format!("UPDATE ledger SET {column} = {value} WHERE seq = {seq}");
                let found = found_after(site, &db, &[edit]).await;
                assert_eq!(found, seq.unsigned_abs(), "{column} of {seq}");
            }
        }
        site.whole_but_disarmed().await;
    })
    .await;
}

#[tokio::test]
async fn an_entry_deleted_swapped_doubled_moved_or_inserted_is_found_and_named() {
    on_each_database(async |site| {
        let db = filled(site).await;
        let after = ENTRIES + 1;
        for seq in 1..=ENTRIES {
            let next = seq + 1;
            let named = seq.unsigned_abs();
            let delete = format!("DELETE FROM ledger WHERE seq = {seq}");
            assert_eq!(
                found_after(site, &db, &[delete]).await,
                named,
                "deleted {seq}"
            );

            let moved = format!("UPDATE ledger SET seq = {after} WHERE seq = {seq}");
            assert_eq!(found_after(site, &db, &[moved]).await, named, "moved {seq}");

            let copied = format!(
                "INSERT INTO ledger SELECT {after}, {COLUMNS} FROM ledger WHERE seq = {seq}"
            );
            assert_eq!(
                found_after(site, &db, &[copied]).await,
                after.unsigned_abs(),
                "doubled {seq}"
            );

            // A copy of the entry right behind it, all later ones moved up by one.
            let inserted = [
                format!("UPDATE ledger SET seq = seq + 1000 WHERE seq > {seq}"),
                "UPDATE ledger SET seq = seq - 999 WHERE seq > 1000".to_owned(),
                format!(
                    "INSERT INTO ledger SELECT {next}, {COLUMNS} FROM ledger WHERE seq = {seq}"
                ),
            ];
            assert_eq!(
                found_after(site, &db, &inserted).await,
                next.unsigned_abs(),
                "inserted {seq}"
            );

            // All later ones moved down by one over the gap.
            let closed = [
                format!("DELETE FROM ledger WHERE seq = {seq}"),
                format!("UPDATE ledger SET seq = seq + 1000 WHERE seq > {seq}"),
                "UPDATE ledger SET seq = seq - 1001 WHERE seq > 1000".to_owned(),
            ];
            assert_eq!(
                found_after(site, &db, &closed).await,
                named,
                "closed over {seq}"
            );

            if seq < ENTRIES {
                let swapped = [
                    format!("UPDATE ledger SET seq = 9999 WHERE seq = {seq}"),
                    format!("UPDATE ledger SET seq = {seq} WHERE seq = {next}"),
                    format!("UPDATE ledger SET seq = {next} WHERE seq = 9999"),
                ];
                assert_eq!(
                    found_after(site, &db, &swapped).await,
                    named,
                    "swapped {seq}"
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_number_that_stands_twice_is_found_and_named() {
    on_each_database(async |site| {
        let db = filled(site).await;
        // The same columns without the primary key.
        let mut without_key = vec![
            "DROP TABLE ledger".to_owned(),
            "CREATE TABLE ledger AS SELECT * FROM ledger_before".to_owned(),
        ];
        execute(&db, &without_key).await;
        site.whole_but_disarmed().await;
        without_key =
            vec!["INSERT INTO ledger SELECT * FROM ledger_before WHERE seq = 17".to_owned()];
        assert_eq!(found_after(site, &db, &without_key).await, 17);
    })
    .await;
}

#[tokio::test]
async fn a_cut_off_end_is_found_by_the_head_and_by_the_checkpoint() {
    on_each_database(async |site| {
        let db = filled(site).await;
        let entries = ledger::Entity::find()
            .order_by_asc(ledger::Column::Seq)
            .all(&db)
            .await
            .unwrap();
        let at_the_end = head::Entity::find_by_id(head::ONLY)
            .one(&db)
            .await
            .unwrap()
            .unwrap();
        for last in 0..ENTRIES {
            let cut = format!("DELETE FROM ledger WHERE seq > {last}");
            let missing = (last + 1).unsigned_abs();
            assert_eq!(
                found_after(site, &db, std::slice::from_ref(&cut)).await,
                missing
            );

            // The head cut back as well: now only the checkpoint knows.
            let (revision, hash) = match usize::try_from(last).unwrap().checked_sub(1) {
                Some(at) => (entries[at].revision, entries[at].hash.clone()),
                None => (0, entry::genesis(at_the_end.database_id)),
            };
            let back = format!(
                "UPDATE head SET revision = {revision}, ledger_seq = {last}, ledger_hash = '{hash}'"
            );
            assert_eq!(found_after(site, &db, &[cut, back]).await, missing);
            let restored = at_the_end.clone().into_active_model().reset_all();
            restored.update(&db).await.unwrap();
        }
        site.whole_but_disarmed().await;
    })
    .await;
}

#[tokio::test]
async fn an_end_cut_off_with_everything_that_it_recorded_is_known_to_the_checkpoint() {
    on_each_database(async |site| {
        let db = filled(site).await;
        for last in [59, 58, 30, 9] {
            let kept = ledger::Entity::find_by_id(last).one(&db).await.unwrap();
            let hash = kept.unwrap().hash;
            // The entries from the tenth on record `org-9` and so forth.
            let cut = (last..ENTRIES)
                .map(|at| format!("DELETE FROM organisations WHERE slug = 'org-{at}'"))
                .chain([
                    format!("DELETE FROM ledger WHERE seq > {last}"),
                    format!("UPDATE head SET revision = {last}, ledger_seq = {last}, ledger_hash = '{hash}'"),
                ]);
            execute(&db, &cut.collect::<Vec<_>>()).await;
            let Verification::Broken { sequence, what } = site.verify().await else {
                panic!("cut off at {last} and not found")
            };
            assert_eq!(sequence, (last + 1).unsigned_abs());
            assert!(what.contains("checkpoint"), "{what}");
        }
        // Nor is it signed again, which would hide it.
        let refused = site.open().await.write_checkpoint().await;
        assert!(matches!(refused, Err(CheckpointError::Broken { sequence: 10, .. })), "{refused:?}");
        for file in site.checkpoint_files() {
            std::fs::remove_file(file).unwrap();
        }
        assert!(matches!(site.verify().await, Verification::Incomplete { .. }));
    })
    .await;
}

#[tokio::test]
async fn a_ledger_rewritten_with_fresh_hashes_contradicts_its_checkpoint() {
    on_each_database(async |site| {
        let db = filled(site).await;
        let entries = ledger::Entity::find()
            .order_by_asc(ledger::Column::Seq)
            .all(&db)
            .await
            .unwrap();
        let mut last = entries[29].prev_hash.clone();
        for mut entry in entries.into_iter().skip(29) {
            entry.actor = "eve".to_owned();
            entry.prev_hash = last;
            entry.hash = entry::hash(&Content {
                seq: entry.seq,
                revision: entry.revision,
                recorded_at: entry.recorded_at,
                actor: &entry.actor,
                action: &entry.action,
                object_type: entry.object_type.0.code(),
                object_id: entry.object_id,
                reason: entry.reason.as_deref(),
                request_id: &entry.request_id,
                state: &entry.state,
                prev_hash: &entry.prev_hash,
            });
            last = entry.hash.clone();
            entry
                .into_active_model()
                .reset_all()
                .update(&db)
                .await
                .unwrap();
        }
        execute(&db, &[format!("UPDATE head SET ledger_hash = '{last}'")]).await;
        let Verification::Broken { sequence: 60, what } = site.verify().await else {
            panic!("not found")
        };
        assert!(what.contains("checkpoint"), "{what}");
        // Nor is the rewritten ledger signed when the service starts again.
        assert!(site.open().await.write_checkpoint().await.is_err());
        for file in site.checkpoint_files() {
            std::fs::remove_file(file).unwrap();
        }
        assert!(matches!(
            site.verify().await,
            Verification::Incomplete { .. }
        ));
    })
    .await;
}

#[tokio::test]
async fn a_head_that_does_not_fit_the_ledger_is_found() {
    on_each_database(async |site| {
        let db = filled(site).await;
        let head = head::Entity::find_by_id(head::ONLY)
            .one(&db)
            .await
            .unwrap()
            .unwrap();
        let hash = "0".repeat(64);
        for (edit, sequence) in [
            ("UPDATE head SET ledger_seq = 70".to_owned(), 61),
            (
                "UPDATE head SET ledger_seq = 59, revision = 59".to_owned(),
                60,
            ),
            (format!("UPDATE head SET ledger_hash = '{hash}'"), 60),
            ("UPDATE head SET revision = 59".to_owned(), 60),
            (
                "UPDATE head SET database_id = (SELECT id FROM groups)".to_owned(),
                1,
            ),
            ("DELETE FROM head".to_owned(), 1),
        ] {
            assert_eq!(
                found_after(site, &db, std::slice::from_ref(&edit)).await,
                sequence,
                "{edit}"
            );
            execute(&db, &["DELETE FROM head".to_owned()]).await;
            head::Entity::insert(head.clone().into_active_model())
                .exec_without_returning(&db)
                .await
                .unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn an_object_edited_behind_the_registrys_back_is_found_by_its_entry() {
    on_each_database(async |site| {
        let registry = site.open().await;
        one_of_each(&registry).await;
        registry.write_checkpoint().await.unwrap();
        let db = site.raw().await;
        for (edit, back, sequence) in [
            ("UPDATE groups SET name = 'Other'", "UPDATE groups SET name = 'Group alpha'", 1),
            ("UPDATE organisations SET seat = 'DE' WHERE slug = 'cloud'", "UPDATE organisations SET seat = 'US' WHERE slug = 'cloud'", 3),
            ("UPDATE organisations SET seat = 'XX' WHERE slug = 'cloud'", "UPDATE organisations SET seat = 'US' WHERE slug = 'cloud'", 3),
            ("UPDATE organisations SET attributes = '{}' WHERE slug = 'cloud'", "UPDATE organisations SET attributes = '{\"subject_to_gdpr\": true, \"us_cbp\": false}' WHERE slug = 'cloud'", 3),
            ("UPDATE certifications SET valid_to = '2030-01-01'", "UPDATE certifications SET valid_to = NULL", 4),
            ("UPDATE subprocessors SET effective_from = '2018-01-01'", "UPDATE subprocessors SET effective_from = '2019-06-01'", 5),
            ("UPDATE subprocessor_locations SET place = 'DE' WHERE position = 1", "UPDATE subprocessor_locations SET place = NULL WHERE position = 1", 5),
            ("UPDATE subprocessor_locations SET position = 7 WHERE position = 0", "UPDATE subprocessor_locations SET position = 0 WHERE position = 7", 5),
            ("UPDATE mechanisms SET ends_on = NULL", "UPDATE mechanisms SET ends_on = '2028-02-29'", 6),
            ("UPDATE mechanism_parties SET left_on = NULL WHERE position = 1", "UPDATE mechanism_parties SET left_on = '2023-12-31' WHERE position = 1", 6),
            ("UPDATE impact_assessments SET conclusion = 'unfavourable'", "UPDATE impact_assessments SET conclusion = 'favourable'", 7),
            ("UPDATE flows SET status = 'suspended'", "UPDATE flows SET status = 'active'", 8),
            ("UPDATE flow_locations SET place = 'DE'", "UPDATE flow_locations SET place = 'MA'", 8),
            ("UPDATE processing_activities SET retention = NULL", "UPDATE processing_activities SET retention = 'until you unsubscribe'", 9),
        ] {
            execute(&db, &[edit.to_owned()]).await;
            match site.verify().await {
                Verification::Broken { sequence: found, .. } => assert_eq!(found, sequence, "{edit}"),
                other => panic!("{edit}: {other:?}"),
            }
            execute(&db, &[back.to_owned()]).await;
            assert!(matches!(site.verify().await, Verification::Whole { .. }), "{back}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_object_deleted_or_inserted_behind_the_registrys_back_is_found() {
    on_each_database(async |site| {
        let registry = site.open().await;
        one_of_each(&registry).await;
        registry.write_checkpoint().await.unwrap();
        let db = site.raw().await;
        execute(&db, &["DELETE FROM certifications".to_owned()]).await;
        assert!(matches!(
            site.verify().await,
            Verification::Broken { sequence: 4, .. }
        ));
        execute(
            &db,
            &[
                "DELETE FROM flow_locations".to_owned(),
                "DELETE FROM flows".to_owned(),
            ],
        )
        .await;
        assert!(matches!(
            site.verify().await,
            Verification::Broken { sequence: 4, .. }
        ));
    })
    .await;
    on_each_database(async |site| {
        let registry = site.open().await;
        one_of_each(&registry).await;
        registry.write_checkpoint().await.unwrap();
        let db = site.raw().await;
        let id = match db.get_database_backend() {
            DbBackend::Postgres => "'01933f6e-8c00-7000-8000-000000000000'::uuid",
            _ => "x'01933F6E8C0070008000000000000000'",
        };
        let insert = format!("INSERT INTO groups (id, slug, name, notice_note, source, checked_on, version) SELECT {id}, 'eve', name, notice_note, source, checked_on, version FROM groups");
        execute(&db, &[insert]).await;
        assert!(matches!(site.verify().await, Verification::Broken { sequence: 10, .. }));
    })
    .await;
}

#[tokio::test]
async fn a_row_that_stands_twice_is_found() {
    on_each_database(async |site| {
        let registry = site.open().await;
        one_of_each(&registry).await;
        registry.write_checkpoint().await.unwrap();
        let db = site.raw().await;
        let rebuilt = [
            "CREATE TABLE rebuilt AS SELECT * FROM certifications",
            "DROP TABLE certifications",
            "ALTER TABLE rebuilt RENAME TO certifications",
            "INSERT INTO certifications SELECT * FROM certifications",
        ];
        execute(&db, &rebuilt.map(str::to_owned)).await;
        assert!(matches!(
            site.verify().await,
            Verification::Broken { sequence: 4, .. }
        ));
    })
    .await;
}

#[tokio::test]
async fn a_register_that_is_not_what_its_ledger_says_is_not_signed() {
    on_each_database(async |site| {
        let registry = site.open().await;
        one_of_each(&registry).await;
        let db = site.raw().await;
        let edit = "UPDATE organisations SET seat = 'DE' WHERE slug = 'cloud'";
        execute(&db, &[edit.to_owned()]).await;
        let refused = registry.write_checkpoint().await;
        assert!(
            matches!(refused, Err(CheckpointError::Broken { sequence: 3, .. })),
            "{refused:?}"
        );
    })
    .await;
}
