//! The ledger, which the database itself keeps append-only, and the head.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

use crate::schema::{Checks, code, index, named, reference, text, text_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// What keeps the ledger append-only, by the trigger's name. An entry is only ever added behind the
/// last one. The third trigger also catches SQLite's `INSERT OR REPLACE`, which deletes a row
/// without firing the second.
const SQLITE: &[(&str, &str)] = &[
    (
        "ledger_refuses_update",
        "CREATE TRIGGER ledger_refuses_update BEFORE UPDATE ON ledger
     BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
    ),
    (
        "ledger_refuses_delete",
        "CREATE TRIGGER ledger_refuses_delete BEFORE DELETE ON ledger
     BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
    ),
    (
        "ledger_refuses_gap",
        "CREATE TRIGGER ledger_refuses_gap BEFORE INSERT ON ledger
     WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM ledger)
     BEGIN SELECT RAISE(ABORT, 'a ledger entry follows the last one'); END",
    ),
];

/// What the triggers of PostgreSQL call, by name, and what each does.
const FUNCTIONS: &[(&str, &str)] = &[
    (
        "ledger_is_append_only",
        "BEGIN RAISE EXCEPTION 'the ledger is append-only'; END",
    ),
    (
        "ledger_has_no_gap",
        "BEGIN
         IF NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM ledger) THEN
             RAISE EXCEPTION 'a ledger entry follows the last one';
         END IF;
         RETURN NEW;
     END",
    ),
];

const POSTGRES: &[(&str, &str)] = &[
    (
        "ledger_refuses_update",
        "CREATE TRIGGER ledger_refuses_update BEFORE UPDATE ON ledger
     FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only()",
    ),
    (
        "ledger_refuses_delete",
        "CREATE TRIGGER ledger_refuses_delete BEFORE DELETE ON ledger
     FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only()",
    ),
    (
        "ledger_refuses_truncate",
        "CREATE TRIGGER ledger_refuses_truncate BEFORE TRUNCATE ON ledger
     FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only()",
    ),
    (
        "ledger_refuses_gap",
        "CREATE TRIGGER ledger_refuses_gap BEFORE INSERT ON ledger
     FOR EACH ROW EXECUTE FUNCTION ledger_has_no_gap()",
    ),
];

/// The triggers that keep the ledger append-only, each with the statement that makes it.
#[must_use]
pub fn ledger_triggers(backend: DbBackend) -> &'static [(&'static str, &'static str)] {
    match backend {
        DbBackend::Postgres => POSTGRES,
        _ => SQLITE,
    }
}

/// What the triggers call on PostgreSQL: the name of each function, and its body.
#[must_use]
pub const fn ledger_functions() -> &'static [(&'static str, &'static str)] {
    FUNCTIONS
}

/// The statement that makes such a function, or makes it anew.
#[must_use]
pub fn ledger_function(name: &str, body: &str) -> String {
    format!("CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let checks = Checks::of(manager);
        manager.create_table(ledger()).await?;
        manager
            .create_index(index(
                "ledger_by_object",
                "ledger",
                &["object_type", "object_id", "seq"],
            ))
            .await?;
        manager.create_table(head(checks)).await?;
        let backend = manager.get_database_backend();
        let db = manager.get_connection();
        if backend == DbBackend::Postgres {
            for (name, body) in FUNCTIONS {
                db.execute_unprepared(&ledger_function(name, body)).await?;
            }
        }
        for (_, trigger) in ledger_triggers(backend) {
            db.execute_unprepared(trigger).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["head", "ledger"] {
            manager
                .drop_table(Table::drop().table(table).take())
                .await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            for function in ["ledger_is_append_only", "ledger_has_no_gap"] {
                let drop = format!("DROP FUNCTION {function}()");
                manager.get_connection().execute_unprepared(&drop).await?;
            }
        }
        Ok(())
    }
}

/// The kinds of objects are not listed here: they grow with what the register keeps, and what an
/// entry says is held by its hash.
fn ledger() -> TableCreateStatement {
    Table::create()
        .table("ledger")
        .col(
            ColumnDef::new("seq")
                .big_integer()
                .not_null()
                .primary_key()
                .check(Expr::cust(r#""seq" >= 1"#)),
        )
        .col(ColumnDef::new("revision").big_integer().not_null())
        .col(
            ColumnDef::new("recorded_at")
                .timestamp_with_time_zone()
                .not_null(),
        )
        .col(text("actor"))
        .col(text("action"))
        .col(text("object_type"))
        .col(reference("object_id"))
        .col(text_null("reason"))
        .col(text("request_id"))
        .col(text("state"))
        .col(text("prev_hash"))
        .col(text("hash"))
        .take()
}

fn head(checks: Checks) -> TableCreateStatement {
    Table::create()
        .table("head")
        .col(
            ColumnDef::new("id")
                .small_integer()
                .not_null()
                .primary_key()
                .check(Expr::cust(r#""id" = 1"#)),
        )
        .col(reference("database_id"))
        .col(code("kind", &["own", "demo"]))
        .col(ColumnDef::new("revision").big_integer().not_null())
        .col(ColumnDef::new("ledger_seq").big_integer().not_null())
        .col(
            ColumnDef::new("ledger_hash")
                .text()
                .not_null()
                .check(checks.hash("ledger_hash")),
        )
        .check(named(
            "head_counts_from_zero",
            r#""revision" >= 0 AND "ledger_seq" >= 0"#,
        ))
        .check(named(
            "head_has_an_entry_for_each_revision",
            r#""ledger_seq" >= "revision" AND ("revision" > 0) = ("ledger_seq" > 0)"#,
        ))
        .take()
}
