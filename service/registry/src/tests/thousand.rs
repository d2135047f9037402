//! A ledger of a thousand entries: whatever is done to one of them, or to its end, is found and
//! named.
//!
//! The ordinary run takes entries at even distances; `TEST_LONG=1` takes each of them.

use std::{ops::RangeInclusive, time::Instant};

use sea_orm::{
    ActiveModelTrait, DatabaseConnection, DbBackend, EntityTrait, IntoActiveModel, QueryOrder,
};
use transfer_registry_entity::{head, ledger};

use super::{
    support::{Site, context, disarm, execute, new_third_party, on_each_database, one_of_each},
    tampering::{COLUMNS, edits},
};
use crate::{
    Scope, Verification,
    ledger::entry::{self, Content},
    organisations,
};

const ENTRIES: i64 = 1_000;

/// The entries before these record one object of each kind; these record third parties.
const THIRD_PARTIES: i64 = 10;

/// How many entries one change records.
const AT_ONCE: i64 = 50;

fn long() -> bool {
    std::env::var_os("TEST_LONG").is_some()
}

/// The entries that a test gets at, the last one always among them.
fn some(entries: RangeInclusive<i64>, apart: usize) -> Vec<i64> {
    let apart = if long() { 1 } else { apart };
    entries.rev().step_by(apart).collect()
}

/// A register of a thousand entries and a checkpoint of them, without the database's guards or the
/// key that makes a number stand once. The file's commits are not waited for.
async fn filled(site: &Site) -> DatabaseConnection {
    let registry = site.open().await;
    one_of_each(&registry).await;
    for first in (THIRD_PARTIES..=ENTRIES).step_by(50) {
        let context = context();
        let made = registry.change(&context, &Scope::All, None, |draft| {
            let mut last = uuid::Uuid::nil();
            for at in first..(first + AT_ONCE).min(ENTRIES + 1) {
                last = organisations::create_in(draft, new_third_party(&format!("org-{at}")))?;
            }
            Ok(last)
        });
        made.await.unwrap();
    }
    registry.write_checkpoint().await.unwrap();
    let verification = site.verify().await;
    assert!(
        matches!(verification, Verification::Whole { entries: 1_000, .. }),
        "{verification:?}"
    );
    let db = site.raw().await;
    disarm(&db).await;
    let mut statements = vec![
        "CREATE TABLE ledger_before AS SELECT * FROM ledger",
        "CREATE TABLE organisations_before AS SELECT * FROM organisations",
        "DROP TABLE ledger",
        "CREATE TABLE ledger AS SELECT * FROM ledger_before",
        "CREATE INDEX ledger_by_number ON ledger (seq)",
        "CREATE INDEX ledger_before_by_number ON ledger_before (seq)",
    ];
    if db.get_database_backend() == DbBackend::Sqlite {
        statements.push("PRAGMA synchronous = OFF");
    }
    let statements: Vec<_> = statements.into_iter().map(str::to_owned).collect();
    execute(&db, &statements).await;
    site.whole_but_disarmed().await;
    db
}

/// Something done to the ledger.
struct Tampering {
    what: String,
    statements: Vec<String>,
    /// The numbers that stand differently afterwards.
    touched: (i64, i64),
    /// The first that is wrong.
    named: i64,
}

/// An entry changed in one column.
fn edited(backend: DbBackend, seq: i64, turn: usize) -> Tampering {
    let edits = edits(backend);
    let (column, value) = edits[turn % edits.len()];
    let to = if column == "seq" { seq + 1000 } else { seq };
    Tampering {
        what: format!("{column} of {seq} edited"),
        statements: vec![format!(
            "UPDATE ledger SET {column} = {value} WHERE seq = {seq}"
        )],
        touched: (seq, to),
        named: seq,
    }
}

fn deleted(seq: i64) -> Tampering {
    Tampering {
        what: format!("{seq} deleted"),
        statements: vec![format!("DELETE FROM ledger WHERE seq = {seq}")],
        touched: (seq, seq),
        named: seq,
    }
}

fn swapped(seq: i64) -> Tampering {
    let next = seq + 1;
    Tampering {
        what: format!("{seq} and {next} swapped"),
        statements: vec![format!(
            "UPDATE ledger SET seq = {seq} + {next} - seq WHERE seq IN ({seq}, {next})"
        )],
        touched: (seq, next),
        named: seq,
    }
}

/// The same entry twice under one number.
fn doubled(seq: i64) -> Tampering {
    Tampering {
        what: format!("{seq} doubled"),
        statements: vec![format!(
            "INSERT INTO ledger SELECT * FROM ledger WHERE seq = {seq}"
        )],
        touched: (seq, seq),
        named: seq,
    }
}

/// The same entry once more behind itself, the later ones moved up by one.
fn repeated(seq: i64) -> Tampering {
    let next = seq + 1;
    Tampering {
        what: format!("{seq} repeated"),
        statements: vec![
            format!("UPDATE ledger SET seq = seq + 1 WHERE seq > {seq}"),
            format!("INSERT INTO ledger SELECT {next}, {COLUMNS} FROM ledger WHERE seq = {seq}"),
        ],
        touched: (seq, ENTRIES + 1),
        named: next,
    }
}

/// The entry taken out and put in again elsewhere, those between moved to close the gap.
fn moved(seq: i64) -> Tampering {
    let to = match seq * 389 % ENTRIES + 1 {
        to if to == seq => seq % ENTRIES + 1,
        to => to,
    };
    let (first, last) = (seq.min(to), seq.max(to));
    let step = if to > seq { -1 } else { 1 };
    Tampering {
        what: format!("{seq} put in again at {to}"),
        statements: vec![format!(
            "UPDATE ledger SET seq = CASE WHEN seq = {seq} THEN {to} ELSE seq + {step} END \
             WHERE seq BETWEEN {first} AND {last}"
        )],
        touched: (first, last),
        named: first,
    }
}

/// Does it, verifies, and undoes it; gives the number that was named.
async fn found(site: &Site, db: &DatabaseConnection, tampering: &Tampering) -> u64 {
    execute(db, &tampering.statements).await;
    let verification = site.verify().await;
    let (first, last) = tampering.touched;
    let undo = [
        format!("DELETE FROM ledger WHERE seq BETWEEN {first} AND {last}"),
        format!(
            "INSERT INTO ledger SELECT * FROM ledger_before WHERE seq BETWEEN {first} AND {last}"
        ),
    ];
    execute(db, &undo).await;
    match verification {
        Verification::Broken { sequence, .. } => sequence,
        other => panic!("{} was not found: {other:?}", tampering.what),
    }
}

/// How many were found in how long, for whoever reads the run.
fn told(what: &str, db: &DatabaseConnection, number: usize, since: Instant) {
    let (backend, took) = (db.get_database_backend(), since.elapsed());
    println!("{what} on {backend:?}: {number} of {number} found and named, in {took:.1?}");
}

#[tokio::test]
async fn whatever_is_done_to_one_of_a_thousand_entries_is_found_and_named() {
    on_each_database(async |site| {
        let db = filled(site).await;
        let (since, mut number) = (Instant::now(), 0);
        for (turn, seq) in some(1..=ENTRIES, 53).into_iter().enumerate() {
            let mut tamperings = vec![
                edited(db.get_database_backend(), seq, turn),
                deleted(seq),
                doubled(seq),
                repeated(seq),
                moved(seq),
            ];
            if seq < ENTRIES {
                tamperings.push(swapped(seq));
            }
            for tampering in tamperings {
                let named = found(site, &db, &tampering).await;
                assert_eq!(named, tampering.named.unsigned_abs(), "{}", tampering.what);
                number += 1;
            }
        }
        site.whole_but_disarmed().await;
        told("single entries", &db, number, since);
    })
    .await;
}

/// Removes the checkpoints that a verification would go by, and puts them back.
async fn without_checkpoints(site: &Site) -> Verification {
    let kept: Vec<_> = site
        .checkpoint_files()
        .into_iter()
        .map(|path| (std::fs::read(&path).unwrap(), path))
        .collect();
    for (_, path) in &kept {
        std::fs::remove_file(path).unwrap();
    }
    let verification = site.verify().await;
    for (note, path) in kept {
        std::fs::write(path, note).unwrap();
    }
    verification
}

/// Only a checkpoint tells: it names the number, and without it nobody claims that all is well.
async fn only_a_checkpoint_tells(site: &Site, named: i64, what: &str) {
    match site.verify().await {
        Verification::Broken {
            sequence,
            what: why,
        } => {
            assert_eq!(sequence, named.unsigned_abs(), "{what}");
            assert!(why.contains("checkpoint"), "{what}: {why}");
        }
        other => panic!("{what} was not found: {other:?}"),
    }
    match without_checkpoints(site).await {
        Verification::Incomplete { why } => assert!(why.contains("checkpoint"), "{what}: {why}"),
        other => panic!("{what}: {other:?}"),
    }
}

async fn head_of(db: &DatabaseConnection) -> head::Model {
    let head = head::Entity::find_by_id(head::ONLY).one(db).await.unwrap();
    head.unwrap()
}

#[tokio::test]
async fn every_end_of_a_thousand_entries_that_is_cut_off_is_found_by_the_checkpoint() {
    on_each_database(async |site| {
        let db = filled(site).await;
        let at_the_end = head_of(&db).await;
        let (since, ends) = (Instant::now(), some(THIRD_PARTIES - 1..=ENTRIES - 1, 97));
        for last in &ends {
            let kept = ledger::Entity::find_by_id(*last).one(&db).await.unwrap();
            let kept = kept.unwrap();
            let (revision, hash) = (kept.revision, kept.hash);
            // With everything that it recorded, and the head as it was then.
            let cut = [
                format!("DELETE FROM organisations WHERE id IN (SELECT object_id FROM ledger WHERE seq > {last})"),
                format!("DELETE FROM ledger WHERE seq > {last}"),
                format!("UPDATE head SET revision = {revision}, ledger_seq = {last}, ledger_hash = '{hash}'"),
            ];
            execute(&db, &cut).await;
            only_a_checkpoint_tells(site, last + 1, &format!("cut off at {last}")).await;
            let undo = [
                format!("INSERT INTO organisations SELECT * FROM organisations_before WHERE id IN (SELECT object_id FROM ledger_before WHERE seq > {last})"),
                format!("INSERT INTO ledger SELECT * FROM ledger_before WHERE seq > {last}"),
            ];
            execute(&db, &undo).await;
            let restored = at_the_end.clone().into_active_model().reset_all();
            restored.update(&db).await.unwrap();
        }
        site.whole_but_disarmed().await;
        told("ends cut off", &db, ends.len(), since);
    })
    .await;
}

/// The entries from one on as somebody else's, with fresh hashes that follow each other.
fn rewritten(entries: &[ledger::Model], from: usize) -> Vec<ledger::Model> {
    let mut last = entries[from].prev_hash.clone();
    let mut rewritten = entries[from..].to_vec();
    for entry in &mut rewritten {
        "eve".clone_into(&mut entry.actor);
        entry.prev_hash.clone_from(&last);
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
        last.clone_from(&entry.hash);
    }
    rewritten
}

#[tokio::test]
async fn every_end_of_a_thousand_entries_that_is_rewritten_is_found_by_the_checkpoint() {
    on_each_database(async |site| {
        let db = filled(site).await;
        let entries = ledger::Entity::find()
            .order_by_asc(ledger::Column::Seq)
            .all(&db)
            .await
            .unwrap();
        let at_the_end = head_of(&db).await;
        let (since, starts) = (Instant::now(), some(1..=ENTRIES, 199));
        for first in &starts {
            let rewritten = rewritten(&entries, usize::try_from(first - 1).unwrap());
            let hash = rewritten.last().unwrap().hash.clone();
            execute(&db, &[format!("DELETE FROM ledger WHERE seq >= {first}")]).await;
            for rows in rewritten.chunks(500) {
                let rows = rows.iter().cloned().map(IntoActiveModel::into_active_model);
                let insert = ledger::Entity::insert_many(rows);
                insert.exec_without_returning(&db).await.unwrap();
            }
            execute(&db, &[format!("UPDATE head SET ledger_hash = '{hash}'")]).await;
            only_a_checkpoint_tells(site, ENTRIES, &format!("rewritten from {first}")).await;
            let undo = [
                format!("DELETE FROM ledger WHERE seq >= {first}"),
                format!("INSERT INTO ledger SELECT * FROM ledger_before WHERE seq >= {first}"),
                format!("UPDATE head SET ledger_hash = '{}'", at_the_end.ledger_hash),
            ];
            execute(&db, &undo).await;
        }
        site.whole_but_disarmed().await;
        told("ends rewritten", &db, starts.len(), since);
    })
    .await;
}
