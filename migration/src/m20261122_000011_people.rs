//! People who sign in: users, the hashes of their passwords, their sessions, and sign-ins that are
//! under way at an issuer.

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
        manager.create_table(users(checks)).await?;
        manager.create_table(passwords()).await?;
        manager.create_table(sessions(checks)).await?;
        manager.create_table(sign_ins(checks)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["sign_ins", "sessions", "passwords", "users"] {
            manager
                .drop_table(Table::drop().table(table).take())
                .await?;
        }
        Ok(())
    }
}

fn instant(name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    column.timestamp_with_time_zone();
    column
}

fn users(checks: Checks) -> TableCreateStatement {
    Table::create()
        .table("users")
        .col(id())
        .col(text("name").unique_key())
        .col(code("role", ROLES))
        .col(checks.json_column_null("group_ids"))
        .col(ColumnDef::new("subject").text().null().unique_key())
        .col(ColumnDef::new("password_id").uuid().null())
        .col(text("created_by"))
        .col(instant("disabled_at").null())
        .col(version())
        .take()
}

fn passwords() -> TableCreateStatement {
    Table::create()
        .table("passwords")
        .col(id())
        .col(text("hash"))
        .col(instant("made_at").not_null())
        .take()
}

/// Known by the SHA-256 of a secret that only the browser has.
fn known_by(checks: Checks, name: &'static str) -> ColumnDef {
    ColumnDef::new(name)
        .text()
        .not_null()
        .check(checks.hash(name))
        .take()
}

fn sessions(checks: Checks) -> TableCreateStatement {
    Table::create()
        .table("sessions")
        .col(known_by(checks, "sha256").primary_key())
        .col(ColumnDef::new("user_id").uuid().null())
        .col(ColumnDef::new("password_id").uuid().null())
        .col(ColumnDef::new("bootstrap_sha256").text().null())
        .col(instant("began_at").not_null())
        .col(instant("seen_at").not_null())
        .take()
}

fn sign_ins(checks: Checks) -> TableCreateStatement {
    Table::create()
        .table("sign_ins")
        .col(known_by(checks, "sha256").primary_key())
        .col(text("state"))
        .col(text("nonce"))
        .col(text("verifier"))
        .col(instant("began_at").not_null())
        .take()
}
