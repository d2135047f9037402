//! What a legal team keeps besides: notice periods, contacts, evidence, documents, the steps of an
//! assessment; the law packs decided upon; keys of repeated requests; the lists that were read.

use sea_orm_migration::prelude::*;

use crate::schema::{Checks, id, index, reference, text, text_null, version};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The columns added to a table, by name.
const ADDED: &[(&str, &[&str])] = &[
    ("groups", &["notice_days", "objection_days"]),
    ("organisations", &["contacts", "dpf_participant"]),
    ("certifications", &["evidence"]),
    (
        "subprocessors",
        &["data_subject_countries", "announced_on", "objection_until"],
    ),
    (
        "mechanisms",
        &[
            "title",
            "governing_law",
            "document_sha256",
            "note",
            "uses_limit",
            "uses",
        ],
    ),
    ("impact_assessments", &["steps"]),
    ("flows", &["owner", "note"]),
    ("law_amendments", &["withdrawn"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let checks = Checks::of(manager);
        for (table, names) in ADDED {
            for name in *names {
                let column = column(checks, name);
                manager
                    .alter_table(Table::alter().table(*table).add_column(column).take())
                    .await?;
            }
        }
        manager.create_table(law_packs(checks)).await?;
        manager.create_table(idempotency_keys(checks)).await?;
        manager.create_table(participant_lists(checks)).await?;
        manager
            .create_index(index(
                "idempotency_keys_by_age",
                "idempotency_keys",
                &["recorded_at"],
            ))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["participant_lists", "idempotency_keys", "law_packs"] {
            manager
                .drop_table(Table::drop().table(table).take())
                .await?;
        }
        for (table, names) in ADDED {
            for name in *names {
                manager
                    .alter_table(Table::alter().table(*table).drop_column(*name).take())
                    .await?;
            }
        }
        Ok(())
    }
}

fn column(checks: Checks, name: &'static str) -> ColumnDef {
    match name {
        "notice_days" | "objection_days" => counted(name, "BETWEEN 0 AND 3650"),
        "uses_limit" => counted(name, "BETWEEN 1 AND 100000"),
        "contacts" | "uses" => checks.json_column_filled(name, "[]"),
        "steps" => checks.json_column_filled(name, "{}"),
        "evidence" | "data_subject_countries" => checks.json_column_null(name),
        "announced_on" | "objection_until" => checks.day_column_null(name),
        "document_sha256" => ColumnDef::new(name)
            .text()
            .null()
            .check(checks.hash(name))
            .take(),
        "withdrawn" => checks.truth_column(name).default(false).take(),
        text => text_null(text),
    }
}

fn counted(name: &'static str, range: &str) -> ColumnDef {
    ColumnDef::new(name)
        .integer()
        .null()
        .check(Expr::cust(format!(r#""{name}" {range}"#)))
        .take()
}

fn law_packs(checks: Checks) -> TableCreateStatement {
    Table::create()
        .table("law_packs")
        .col(id())
        .col(text("pack"))
        .col(
            ColumnDef::new("sha256")
                .text()
                .not_null()
                .check(checks.hash("sha256")),
        )
        .col(checks.json_column("files"))
        .col(version())
        .take()
}

fn idempotency_keys(checks: Checks) -> TableCreateStatement {
    Table::create()
        .table("idempotency_keys")
        .col(text("actor"))
        .col(text("key"))
        .col(
            ColumnDef::new("fingerprint")
                .text()
                .not_null()
                .check(checks.hash("fingerprint")),
        )
        .col(reference("object_id"))
        .col(ColumnDef::new("revision").big_integer().not_null())
        .col(
            ColumnDef::new("recorded_at")
                .timestamp_with_time_zone()
                .not_null(),
        )
        .primary_key(Index::create().col("actor").col("key"))
        .take()
}

fn participant_lists(checks: Checks) -> TableCreateStatement {
    Table::create()
        .table("participant_lists")
        .col(id())
        .col(checks.day_column("day"))
        .col(
            ColumnDef::new("sha256")
                .text()
                .not_null()
                .check(checks.hash("sha256")),
        )
        .col(text("origin"))
        .col(
            ColumnDef::new("read_at")
                .timestamp_with_time_zone()
                .not_null(),
        )
        .col(ColumnDef::new("entries").integer().not_null())
        .col(text("content"))
        .take()
}
