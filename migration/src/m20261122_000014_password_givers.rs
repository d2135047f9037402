//! Who gave a user the password that is good: they can sign in as the user.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Of users who are there already nobody knows more than who made them.
        let column = ColumnDef::new("password_given_by").text().null().take();
        manager
            .alter_table(Table::alter().table("users").add_column(column).take())
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = "password_given_by";
        manager
            .alter_table(Table::alter().table("users").drop_column(column).take())
            .await
    }
}
