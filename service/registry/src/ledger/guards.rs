//! The triggers by which the database itself refuses to change the ledger.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use transfer_registry_migration::{ledger_function, ledger_functions, ledger_triggers};

/// The triggers that fire, each with what it does, and the functions that they call. A trigger of
/// PostgreSQL's is only its name here: what it does is its function's body.
async fn found(db: &impl ConnectionTrait) -> Result<BTreeMap<String, String>, DbErr> {
    let backend = db.get_database_backend();
    let there = match backend {
        // Enabled for ordinary sessions, or for all.
        DbBackend::Postgres => {
            "SELECT tgname::text AS name, '' AS body FROM pg_trigger
             WHERE tgrelid = 'ledger'::regclass AND tgenabled IN ('O', 'A')
             UNION ALL
             SELECT proname::text, prosrc FROM pg_proc
             WHERE pronamespace = current_schema()::regnamespace"
        }
        _ => {
            "SELECT name, sql AS body FROM sqlite_master
             WHERE type = 'trigger' AND tbl_name = 'ledger'"
        }
    };
    let rows = db
        .query_all_raw(Statement::from_string(backend, there))
        .await?;
    let read = |row: &sea_orm::QueryResult| {
        let body: String = row.try_get("", "body")?;
        Ok((row.try_get("", "name")?, plain(&body)))
    };
    rows.iter().map(read).collect()
}

/// A statement however it was set.
fn plain(statement: &str) -> String {
    let words: Vec<&str> = statement.split_whitespace().collect();
    words.join(" ")
}

/// What is not there, or does something else: the name, and the statement that makes it. Functions
/// come before the triggers that call them.
async fn absent(db: &impl ConnectionTrait) -> Result<Vec<(&'static str, String)>, DbErr> {
    let found = found(db).await?;
    let mut absent = Vec::new();
    let postgres = db.get_database_backend() == DbBackend::Postgres;
    if postgres {
        for (name, body) in ledger_functions() {
            if found.get(*name) != Some(&plain(body)) {
                absent.push((*name, ledger_function(name, body)));
            }
        }
    }
    for (name, statement) in ledger_triggers(db.get_database_backend()) {
        let does = if postgres {
            String::new()
        } else {
            plain(statement)
        };
        if found.get(*name) != Some(&does) {
            absent.push((*name, (*statement).to_owned()));
        }
    }
    Ok(absent)
}

/// The names of the triggers, and of what they call, that are not there or do something else.
pub(crate) async fn missing(db: &impl ConnectionTrait) -> Result<Vec<&'static str>, DbErr> {
    let absent = absent(db).await?;
    Ok(absent.into_iter().map(|(name, _)| name).collect())
}

/// Makes what is not there, and says so: the chain shows what was changed meanwhile.
pub(crate) async fn restore(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    let postgres = db.get_database_backend() == DbBackend::Postgres;
    for (name, statement) in absent(db).await? {
        tracing::error!(
            trigger = name,
            "the database did not keep the ledger append-only: a trigger was taken away or \
             changed, and is made again. Run `audit verify`"
        );
        // What has the name and does not do it is in the way of the new one.
        if statement.starts_with("CREATE TRIGGER") {
            let on = if postgres { " ON ledger" } else { "" };
            let drop = format!("DROP TRIGGER IF EXISTS {name}{on}");
            db.execute_unprepared(&drop).await?;
        }
        db.execute_unprepared(&statement).await?;
    }
    Ok(())
}
