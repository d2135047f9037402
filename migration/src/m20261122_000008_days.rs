//! The days on which an importer touches the data at a location, and on which a flow is suspended.

use sea_orm_migration::prelude::*;

use crate::schema::Checks;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: &[&str] = &["subprocessor_locations", "flow_locations"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let checks = Checks::of(manager);
        for table in TABLES {
            for column in [
                checks.day_column_null("first_day"),
                checks.last_day_column_null("last_day", "first_day"),
            ] {
                manager
                    .alter_table(Table::alter().table(*table).add_column(column).take())
                    .await?;
            }
        }
        let suspensions = checks.json_column_filled("suspensions", "[]");
        manager
            .alter_table(Table::alter().table("flows").add_column(suspensions).take())
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("flows")
                    .drop_column("suspensions")
                    .take(),
            )
            .await?;
        for table in TABLES {
            for column in ["last_day", "first_day"] {
                manager
                    .alter_table(Table::alter().table(*table).drop_column(column).take())
                    .await?;
            }
        }
        Ok(())
    }
}
