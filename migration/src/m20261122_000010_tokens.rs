//! Tokens by which callers are known, when each was last used, and to which groups whoever asked a
//! recorded check was limited.

use sea_orm_migration::prelude::*;

use crate::schema::{Checks, code, id, text, version};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const ROLES: &[&str] = &["admin", "editor", "approver", "reader", "checker"];

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
        manager
            .create_table(
                Table::create()
                    .table("tokens")
                    .col(id())
                    .col(text("name"))
                    .col(code("role", ROLES))
                    .col(checks.json_column_null("group_ids"))
                    .col(
                        ColumnDef::new("sha256")
                            .text()
                            .not_null()
                            .unique_key()
                            .check(checks.hash("sha256")),
                    )
                    .col(text("issued_by"))
                    .col(instant("issued_at").not_null())
                    .col(instant("expires_at").not_null())
                    .col(instant("revoked_at").null())
                    .col(version())
                    .take(),
            )
            .await?;
        let asked_for = checks.json_column_null("group_ids");
        manager
            .alter_table(
                Table::alter()
                    .table("transfer_checks")
                    .add_column(asked_for)
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("token_uses")
                    .col(ColumnDef::new("token_id").uuid().not_null().primary_key())
                    .col(instant("last_used_at").not_null())
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("transfer_checks")
                    .drop_column("group_ids")
                    .take(),
            )
            .await?;
        for table in ["token_uses", "tokens"] {
            manager
                .drop_table(Table::drop().table(table).take())
                .await?;
        }
        Ok(())
    }
}
