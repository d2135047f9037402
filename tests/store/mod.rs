//! One conformance suite for every database: what is kept, and what cannot be.

mod audit;
mod constraints;
mod editors;
mod kills;
mod replay;
mod replays;
mod schema;
mod speed;

use sea_orm::{ConnectionTrait as _, DatabaseBackend, DatabaseConnection, DbErr};

/// Whether the long runs were asked for.
fn long() -> bool {
    std::env::var_os("TEST_LONG").is_some()
}

/// Runs statements as an administrator with the whole database in hand could.
async fn execute(db: &DatabaseConnection, sql: &str) -> Result<(), DbErr> {
    db.execute_unprepared(sql).await.map(|_| ())
}

/// Takes away what the database itself does against a change of the ledger.
async fn unguard_the_ledger(db: &DatabaseConnection) {
    let statements = match db.get_database_backend() {
        DatabaseBackend::Postgres => vec!["ALTER TABLE ledger DISABLE TRIGGER ALL"],
        _ => vec![
            "DROP TRIGGER ledger_refuses_update",
            "DROP TRIGGER ledger_refuses_delete",
            "DROP TRIGGER ledger_refuses_gap",
        ],
    };
    for statement in statements {
        execute(db, statement)
            .await
            .expect("the guards are taken away");
    }
}

/// A register of the operator's own: any change that is not the demo's.
pub(crate) async fn make_it_somebodys_own(home: &crate::fixture::Home) {
    let db = home.connect().await;
    let hash = "0".repeat(64);
    let object = match db.get_database_backend() {
        DatabaseBackend::Postgres => "'01900000-0000-7000-8000-000000000000'",
        _ => "x'01900000000070008000000000000000'",
    };
    for statement in [
        format!(
            "INSERT INTO groups (id, slug, name, source, version) VALUES ({object}, 'own', 'Own', 'a test', 1)"
        ),
        format!(
            "INSERT INTO ledger SELECT 1, 1, '2026-01-01T00:00:00.000000+00:00', 'a', 'create', 'group', {object}, NULL, 'r', '{{}}', '{hash}', '{hash}'"
        ),
        format!("UPDATE head SET revision = 1, ledger_seq = 1, ledger_hash = '{hash}'"),
    ] {
        execute(&db, &statement).await.expect("somebody's own data");
    }
    db.close().await.expect("closed");
}
