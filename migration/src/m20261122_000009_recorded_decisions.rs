//! What was answered is never answered otherwise afterwards: a recorded decision refuses an update.
//! It may be deleted, because records are kept for as long as the operator says.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const SQLITE: &[&str] = &[
    "CREATE TRIGGER transfer_checks_refuse_update BEFORE UPDATE ON transfer_checks
     BEGIN SELECT RAISE(ABORT, 'a recorded decision does not change'); END",
];

const POSTGRES: &[&str] = &[
    "CREATE FUNCTION transfer_checks_do_not_change() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN RAISE EXCEPTION 'a recorded decision does not change'; END $$",
    "CREATE TRIGGER transfer_checks_refuse_update BEFORE UPDATE ON transfer_checks
     FOR EACH ROW EXECUTE FUNCTION transfer_checks_do_not_change()",
];

const SQLITE_DOWN: &[&str] = &["DROP TRIGGER transfer_checks_refuse_update"];

const POSTGRES_DOWN: &[&str] = &[
    "DROP TRIGGER transfer_checks_refuse_update ON transfer_checks",
    "DROP FUNCTION transfer_checks_do_not_change()",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, SQLITE, POSTGRES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, SQLITE_DOWN, POSTGRES_DOWN).await
    }
}

async fn run(manager: &SchemaManager<'_>, sqlite: &[&str], postgres: &[&str]) -> Result<(), DbErr> {
    let statements = match manager.get_database_backend() {
        DbBackend::Postgres => postgres,
        _ => sqlite,
    };
    for statement in statements {
        manager
            .get_connection()
            .execute_unprepared(statement)
            .await?;
    }
    Ok(())
}
