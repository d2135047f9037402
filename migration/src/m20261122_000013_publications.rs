//! What groups have published as their subprocessor lists.

use sea_orm_migration::prelude::*;

use crate::schema::{Checks, id, link, reference, text, text_null, version};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let checks = Checks::of(manager);
        let mut once = Index::create()
            .name("publications_once")
            .col("group_id")
            .col("number")
            .unique()
            .take();
        manager
            .create_table(
                Table::create()
                    .table("publications")
                    .col(id())
                    .col(reference("group_id"))
                    .col(
                        ColumnDef::new("number")
                            .big_integer()
                            .not_null()
                            .check(Expr::cust(r#""number" >= 1"#)),
                    )
                    .col(
                        ColumnDef::new("published_at")
                            .timestamp_with_time_zone()
                            .not_null(),
                    )
                    .col(text("published_by"))
                    .col(text_null("note"))
                    .col(text("content"))
                    .col(
                        ColumnDef::new("content_sha256")
                            .text()
                            .not_null()
                            .check(checks.hash("content_sha256")),
                    )
                    .col(version())
                    .index(&mut once)
                    .foreign_key(&mut link("publications", "group_id", "groups"))
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("publications").take())
            .await
    }
}
