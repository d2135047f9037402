//! Changes that wait for another person's approval.

use sea_orm_migration::prelude::*;

use crate::schema::{Checks, code, id, named, text, text_null, version};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const STATES: &[&str] = &["open", "approved", "refused", "withdrawn"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let checks = Checks::of(manager);
        let instant = |name: &'static str| {
            let mut column = ColumnDef::new(name);
            column.timestamp_with_time_zone();
            column
        };
        let decided = r#"("state" = 'open') = ("decided_by" IS NULL) AND ("decided_by" IS NULL) = ("decided_at" IS NULL)"#;
        manager
            .create_table(
                Table::create()
                    .table("proposals")
                    .col(id())
                    .col(text("operation"))
                    .col(text("method"))
                    .col(text("path"))
                    .col(text_null("query"))
                    .col(text_null("body"))
                    .col(text_null("if_match"))
                    .col(text_null("reason"))
                    .col(checks.json_column("subjects"))
                    .col(text("proposed_by"))
                    .col(instant("proposed_at").not_null())
                    .col(checks.json_column("authors"))
                    .col(checks.json_column_null("group_ids"))
                    .col(ColumnDef::new("base_revision").big_integer().not_null())
                    .col(code("state", STATES))
                    .col(text_null("decided_by"))
                    .col(instant("decided_at").null())
                    .col(text_null("decision_reason"))
                    .col(version())
                    .check(named("proposals_decided", decided))
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("proposals").take())
            .await
    }
}
