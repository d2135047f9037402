//! The triggers by which the database itself refuses to change the ledger.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use transfer_registry_migration::ledger_triggers;

/// The statements that make the triggers that are not there, by name: somebody took them away.
async fn absent(db: &impl ConnectionTrait) -> Result<Vec<(&'static str, &'static str)>, DbErr> {
    let backend = db.get_database_backend();
    let there = match backend {
        DbBackend::Postgres => {
            "SELECT tgname AS name FROM pg_trigger
             WHERE tgrelid = 'ledger'::regclass AND tgenabled <> 'D'"
        }
        _ => "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger'",
    };
    let rows = db
        .query_all_raw(Statement::from_string(backend, there))
        .await?;
    let there = rows
        .iter()
        .map(|row| row.try_get::<String>("", "name"))
        .collect::<Result<BTreeSet<_>, _>>()?;
    let wanted = ledger_triggers(backend).iter();
    let absent = wanted.filter(|(name, _)| !there.contains(*name));
    Ok(absent.copied().collect())
}

/// The names of the triggers that are not there.
pub(crate) async fn missing(db: &impl ConnectionTrait) -> Result<Vec<&'static str>, DbErr> {
    let absent = absent(db).await?;
    Ok(absent.into_iter().map(|(name, _)| name).collect())
}

/// Makes the triggers that are not there, and says so: the chain shows what was changed meanwhile.
pub(crate) async fn restore(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    let backend = db.get_database_backend();
    for (name, statement) in absent(db).await? {
        tracing::error!(
            trigger = name,
            "the database did not keep the ledger append-only: a trigger was taken away, and is \
             made again. Run `audit verify`"
        );
        // A trigger that is there and does not fire is in the way of the new one.
        if backend == DbBackend::Postgres {
            let drop = format!("DROP TRIGGER IF EXISTS {name} ON ledger");
            db.execute_unprepared(&drop).await?;
        }
        db.execute_unprepared(statement).await?;
    }
    Ok(())
}
