//! The decisions that were given, kept apart from the ledger, and what looking back asks of it.

use sea_orm_migration::prelude::*;

use crate::schema::{Checks, code, id, index, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Which moment an instant or a revision names, and what one request changed.
const OF_THE_LEDGER: &[(&str, &[&str])] = &[
    ("ledger_by_time", &["recorded_at", "seq"]),
    ("ledger_by_revision", &["revision", "seq"]),
    ("ledger_by_request", &["request_id", "seq"]),
];

/// Every list of decisions is in the order of their ids; purging goes by time.
const OF_THE_CHECKS: &[(&str, &[&str])] = &[
    ("transfer_checks_by_time", &["recorded_at"]),
    ("transfer_checks_by_exporter", &["exporter", "id"]),
    ("transfer_checks_by_importer", &["importer", "id"]),
    ("transfer_checks_by_decision", &["decision", "id"]),
    ("transfer_checks_by_day", &["as_of", "id"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(checks(Checks::of(manager))).await?;
        for (name, columns) in OF_THE_CHECKS {
            manager
                .create_index(index(name, "transfer_checks", columns))
                .await?;
        }
        for (name, columns) in OF_THE_LEDGER {
            manager.create_index(index(name, "ledger", columns)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in OF_THE_LEDGER {
            let mut drop = Index::drop();
            drop.name(*name).table("ledger");
            manager.drop_index(drop).await?;
        }
        manager
            .drop_table(Table::drop().table("transfer_checks").take())
            .await
    }
}

/// Question and answer are texts and not JSON columns: what was said is kept to the byte, and
/// PostgreSQL's JSON would put its fields into another order.
fn checks(checks: Checks) -> TableCreateStatement {
    let instant = |name: &'static str| {
        ColumnDef::new(name)
            .timestamp_with_time_zone()
            .not_null()
            .take()
    };
    Table::create()
        .table("transfer_checks")
        .col(id())
        .col(instant("recorded_at"))
        .col(
            ColumnDef::new("revision")
                .big_integer()
                .not_null()
                .check(Expr::cust(r#""revision" >= 0"#)),
        )
        .col(text("law_pack"))
        .col(instant("known_at"))
        .col(checks.day_column("as_of"))
        .col(text("exporter"))
        .col(text("importer"))
        .col(code("decision", &["allow", "deny"]))
        .col(code("unchecked_facts", &["deny", "warn"]))
        .col(text("question"))
        .col(text("answer"))
        .take()
}
