//! Amendments of the law pack that an operator records.

use sea_orm_migration::prelude::*;

use crate::schema::{Checks, id, index, text, version};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let checks = Checks::of(manager);
        manager
            .create_table(
                Table::create()
                    .table("law_amendments")
                    .col(id())
                    .col(text("kind"))
                    .col(text("row_id"))
                    .col(checks.json_column("body"))
                    .col(text("source"))
                    .col(
                        ColumnDef::new("created_at")
                            .timestamp_with_time_zone()
                            .not_null(),
                    )
                    .col(version())
                    .take(),
            )
            .await?;
        manager
            .create_index(index(
                "law_amendments_by_row",
                "law_amendments",
                &["row_id"],
            ))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("law_amendments").take())
            .await
    }
}
