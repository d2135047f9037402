//! `transfer-registry audit verify`, the real program, on a ledger that somebody got at.

use std::path::Path;

use sea_orm::DatabaseConnection;

use super::{execute, unguard_the_ledger};
use crate::fixture::{Database, Finished, Home, Program};

/// A way to get at the ledger, and the sequence number that must be named.
struct Tampering {
    what: &'static str,
    statements: &'static [&'static str],
    /// None: it depends on how long the ledger is.
    named: Option<i64>,
}

const TAMPERINGS: &[Tampering] = &[
    Tampering {
        what: "a changed actor",
        statements: &["UPDATE ledger SET actor = 'somebody else' WHERE seq = 7"],
        named: Some(7),
    },
    Tampering {
        what: "a changed state",
        statements: &[
            "UPDATE ledger SET state = replace(state, '\"version\":1', '\"version\":2') WHERE seq = 3",
        ],
        named: Some(3),
    },
    Tampering {
        what: "a reason taken away or made up",
        statements: &[
            "UPDATE ledger SET reason = CASE WHEN reason IS NULL THEN 'x' END WHERE seq = 5",
        ],
        named: Some(5),
    },
    Tampering {
        what: "a changed instant",
        statements: &[
            "UPDATE ledger SET recorded_at = '2020-01-01T00:00:00.000000+00:00' WHERE seq = 9",
        ],
        named: Some(9),
    },
    Tampering {
        what: "a deleted entry",
        statements: &["DELETE FROM ledger WHERE seq = 11"],
        named: Some(11),
    },
    Tampering {
        what: "a deleted first entry",
        statements: &["DELETE FROM ledger WHERE seq = 1"],
        named: Some(1),
    },
    Tampering {
        what: "an entry inserted with the numbers moved up",
        statements: &[
            "UPDATE ledger SET seq = seq + 1000000 WHERE seq >= 6",
            "INSERT INTO ledger SELECT 6, revision, recorded_at, actor, action, object_type, object_id, reason, request_id, state, prev_hash, hash FROM ledger WHERE seq = 5",
            "UPDATE ledger SET seq = seq - 999999 WHERE seq > 1000000",
        ],
        named: Some(6),
    },
    Tampering {
        what: "an entry added at the end",
        statements: &[
            "INSERT INTO ledger SELECT seq + 1, revision, recorded_at, actor, action, object_type, object_id, reason, request_id, state, prev_hash, hash FROM ledger ORDER BY seq DESC LIMIT 1",
        ],
        named: None,
    },
    Tampering {
        what: "two entries swapped",
        statements: &[
            "UPDATE ledger SET seq = 1000000 WHERE seq = 4",
            "UPDATE ledger SET seq = 4 WHERE seq = 8",
            "UPDATE ledger SET seq = 8 WHERE seq = 1000000",
        ],
        named: Some(4),
    },
    Tampering {
        what: "the last entry deleted",
        statements: &["DELETE FROM ledger WHERE seq = (SELECT max(seq) FROM ledger)"],
        named: None,
    },
    Tampering {
        what: "the end deleted and the head moved back",
        statements: &[
            "DELETE FROM ledger WHERE seq > 10",
            "UPDATE head SET ledger_seq = 10, revision = (SELECT revision FROM ledger WHERE seq = 10), ledger_hash = (SELECT hash FROM ledger WHERE seq = 10)",
        ],
        named: None,
    },
    Tampering {
        what: "everything deleted",
        statements: &["DELETE FROM ledger"],
        named: Some(1),
    },
];

/// Facts that are no longer what the ledger says, though the ledger itself is whole: what is done,
/// and what undoes it from the copies.
const BEHIND_THE_LEDGER: &[(&str, &str)] = &[
    (
        "UPDATE organisations SET seat = 'DE' WHERE slug = 'google'",
        "UPDATE organisations SET seat = 'US' WHERE slug = 'google'",
    ),
    (
        "UPDATE certifications SET covers_hr = NOT covers_hr",
        "UPDATE certifications SET covers_hr = NOT covers_hr",
    ),
    (
        "DELETE FROM certifications WHERE framework = 'uk-extension'",
        "INSERT INTO certifications SELECT * FROM certifications_before WHERE framework = 'uk-extension'",
    ),
    (
        "DELETE FROM subprocessor_locations",
        "INSERT INTO subprocessor_locations SELECT * FROM subprocessor_locations_before",
    ),
];

async fn verify(home: &Home, folder: &Path) -> Finished {
    Program::new(folder, &["audit", "verify"])
        .setting("DATABASE_URL", &home.url)
        .setting("DATA_DIR", &folder.display().to_string())
        .run()
        .await
}

/// Serves the demo once, so that there is a ledger and a first checkpoint.
async fn served_once(home: &Home) {
    let folder = home.folder.path();
    let mut running = Program::new(folder, &["serve", "--demo"])
        .setting("DATABASE_URL", &home.url)
        .setting("DATA_DIR", &folder.display().to_string())
        .on_free_ports()
        .start();
    while let Some(line) = running.line().await {
        if line.starts_with("listening on ") {
            break;
        }
    }
    let finished = running.terminate().await;
    assert_eq!(finished.code, Some(0), "{finished:?}");
}

/// Whether a number stands in a text by itself.
fn names(text: &str, number: i64) -> bool {
    text.split(|c: char| !c.is_ascii_digit())
        .any(|digits| digits == number.to_string())
}

/// Ledger and head as they were made.
async fn restore(db: &DatabaseConnection) {
    for table in ["ledger", "head"] {
        let empty = format!("DELETE FROM {table}");
        execute(db, &empty).await.expect("emptied");
        let fill = format!("INSERT INTO {table} SELECT * FROM {table}_before");
        execute(db, &fill).await.expect("as before");
    }
}

/// Nothing is wrong but that the triggers are not there, and that is said.
async fn only_unguarded(home: &Home, what: &str) {
    let found = verify(home, home.folder.path()).await;
    assert_eq!(found.code, Some(3), "{what}: {found:?}");
    let why = "incomplete proof: the database does not keep the ledger append-only: no trigger";
    assert!(found.out.contains(why), "{what}: {found:?}");
}

/// Gets at a ledger that was whole.
async fn tamper(home: &Home, db: &DatabaseConnection, tampering: &Tampering) {
    restore(db).await;
    only_unguarded(home, tampering.what).await;
    for statement in tampering.statements {
        execute(db, statement)
            .await
            .unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

async fn every_tampering_is_found(kind: Database) {
    let home = Home::new(kind).await;
    served_once(&home).await;
    let db = home.connect().await;
    unguard_the_ledger(&db).await;
    for table in ["ledger", "head", "certifications", "subprocessor_locations"] {
        let copy = format!("CREATE TABLE {table}_before AS SELECT * FROM {table}");
        execute(&db, &copy).await.expect("a copy");
    }
    for tampering in TAMPERINGS {
        tamper(&home, &db, tampering).await;
        let found = verify(&home, home.folder.path()).await;
        assert_eq!(found.code, Some(1), "{}: {found:?}", tampering.what);
        let said = format!("{}{}", found.out, found.err);
        match tampering.named {
            Some(seq) => assert!(
                names(&said, seq),
                "{} names {seq}: {found:?}",
                tampering.what
            ),
            None => assert!(
                said.chars().any(|c| c.is_ascii_digit()),
                "{}: {found:?}",
                tampering.what
            ),
        }
    }
    restore(&db).await;
    for (change, undo) in BEHIND_THE_LEDGER {
        execute(&db, change)
            .await
            .unwrap_or_else(|error| panic!("{change}: {error}"));
        let found = verify(&home, home.folder.path()).await;
        assert_eq!(found.code, Some(1), "{change}: {found:?}");
        assert!(
            format!("{}{}", found.out, found.err)
                .chars()
                .any(|c| c.is_ascii_digit()),
            "{found:?}"
        );
        execute(&db, undo)
            .await
            .unwrap_or_else(|error| panic!("{undo}: {error}"));
        only_unguarded(&home, undo).await;
    }
    db.close().await.expect("closed");
    home.remove().await;
}

async fn the_proof_is_whole_missing_or_impossible(kind: Database) {
    let home = Home::new(kind).await;
    // A database that nobody made.
    let nothing = Home::new(kind).await;
    let nowhere = nothing.folder.path().join("nowhere");
    let absent = Program::new(nothing.folder.path(), &["audit", "verify"])
        .setting(
            "DATABASE_URL",
            &format!("sqlite://{}/none.db", nowhere.display()),
        )
        .setting("DATA_DIR", &nowhere.display().to_string())
        .run()
        .await;
    assert_eq!(absent.code, Some(2), "{absent:?}");
    assert!(!nowhere.exists(), "looking makes nothing");
    let empty = verify(&nothing, nothing.folder.path()).await;
    assert_eq!(
        empty.code,
        Some(2),
        "a database without the tables: {empty:?}"
    );
    nothing.remove().await;

    served_once(&home).await;
    let whole = verify(&home, home.folder.path()).await;
    assert_eq!(whole.code, Some(0), "{whole:?}");
    assert_eq!(
        verify(&home, home.folder.path()).await.code,
        Some(0),
        "looking changes nothing"
    );

    // Without the checkpoints the chain may be whole, but nobody can vouch for its end.
    let elsewhere = tempfile::tempdir().expect("a folder");
    let incomplete = verify(&home, elsewhere.path()).await;
    assert_eq!(incomplete.code, Some(3), "{incomplete:?}");
    home.remove().await;
}

mod every_tampering_with_the_ledger_is_found_and_named {
    use super::*;

    #[tokio::test]
    async fn sqlite() {
        every_tampering_is_found(Database::Sqlite).await;
    }

    #[tokio::test]
    async fn postgres() {
        every_tampering_is_found(Database::Postgres).await;
    }
}

mod a_proof_is_whole_incomplete_or_could_not_be_made {
    use super::*;

    #[tokio::test]
    async fn sqlite() {
        the_proof_is_whole_missing_or_impossible(Database::Sqlite).await;
    }

    #[tokio::test]
    async fn postgres() {
        the_proof_is_whole_missing_or_impossible(Database::Postgres).await;
    }
}
