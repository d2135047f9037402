//! Engagements, flows, their locations, and processing activities.

use sea_orm_migration::prelude::*;

use crate::schema::{
    Checks, code, code_null, id, index, link, named, ordered, reference, reference_null, text,
    text_null, version,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const ROLES: &[&str] = &["controller", "processor"];
const ACTIVITIES: &[&str] = &["storage", "processing", "remote_access"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let checks = Checks::of(manager);
        manager.create_table(subprocessors(checks)).await?;
        manager
            .create_table(locations(
                "subprocessor_locations",
                "subprocessor_id",
                "subprocessors",
            ))
            .await?;
        manager.create_table(flows(checks)).await?;
        manager
            .create_table(locations("flow_locations", "flow_id", "flows"))
            .await?;
        manager.create_table(processing_activities(checks)).await?;
        for (name, table, column) in [
            ("subprocessors_of_group", "subprocessors", "group_id"),
            (
                "subprocessors_by_organisation",
                "subprocessors",
                "organisation_id",
            ),
            ("flows_of_group", "flows", "group_id"),
            ("flows_from", "flows", "exporter_id"),
            ("flows_to", "flows", "importer_id"),
            (
                "processing_activities_of_group",
                "processing_activities",
                "group_id",
            ),
        ] {
            manager.create_index(index(name, table, &[column])).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            "processing_activities",
            "flow_locations",
            "flows",
            "subprocessor_locations",
            "subprocessors",
        ] {
            manager
                .drop_table(Table::drop().table(table).take())
                .await?;
        }
        Ok(())
    }
}

fn subprocessors(checks: Checks) -> TableCreateStatement {
    Table::create()
        .table("subprocessors")
        .col(id())
        .col(reference("group_id"))
        .col(reference("organisation_id"))
        .col(text("service"))
        .col(text_null("purpose"))
        .col(text_null("description"))
        .col(checks.json_column_null("data_categories"))
        .col(text_null("data_subjects"))
        .col(text_null("condition"))
        .col(code(
            "status",
            &["proposed", "announced", "active", "ended"],
        ))
        .col(checks.day_column("effective_from"))
        .col(checks.day_column_null("ended_on"))
        .col(code_null("exporter_role", ROLES))
        .col(code_null("importer_role", ROLES))
        .col(text_null("note"))
        .col(text("source"))
        .col(checks.day_column_null("checked_on"))
        .col(version())
        .check(ordered(
            "subprocessors_span_is_ordered",
            "effective_from",
            "ended_on",
        ))
        .check(named(
            "subprocessors_ended_have_a_last_day",
            r#""status" <> 'ended' OR "ended_on" IS NOT NULL"#,
        ))
        .foreign_key(&mut link("subprocessors", "group_id", "groups"))
        .foreign_key(&mut link(
            "subprocessors",
            "organisation_id",
            "organisations",
        ))
        .take()
}

fn flows(checks: Checks) -> TableCreateStatement {
    Table::create()
        .table("flows")
        .col(id())
        .col(reference_null("group_id"))
        .col(reference("exporter_id"))
        .col(reference("importer_id"))
        .col(code_null("exporter_role", ROLES))
        .col(code_null("importer_role", ROLES))
        .col(checks.json_column("data_subjects"))
        .col(checks.json_column_null("data_categories"))
        .col(text_null("purpose"))
        .col(code("status", &["draft", "active", "suspended", "ended"]))
        .col(checks.day_column("valid_from"))
        .col(checks.day_column_null("valid_to"))
        .col(reference_null("continues"))
        .col(checks.truth_column("collected_from_data_subject"))
        .col(text("source"))
        .col(checks.day_column_null("checked_on"))
        .col(version())
        .check(ordered("flows_span_is_ordered", "valid_from", "valid_to"))
        .check(named(
            "flows_ended_have_a_last_day",
            r#""status" <> 'ended' OR "valid_to" IS NOT NULL"#,
        ))
        .check(named(
            "flows_have_two_ends",
            r#""exporter_id" <> "importer_id""#,
        ))
        .check(named(
            "flows_do_not_continue_themselves",
            r#""continues" <> "id""#,
        ))
        .foreign_key(&mut link("flows", "group_id", "groups"))
        .foreign_key(&mut link("flows", "exporter_id", "organisations"))
        .foreign_key(&mut link("flows", "importer_id", "organisations"))
        .foreign_key(&mut link("flows", "continues", "flows"))
        .take()
}

fn locations(table: &'static str, of: &'static str, owner: &'static str) -> TableCreateStatement {
    Table::create()
        .table(table)
        .col(reference(of))
        .col(
            ColumnDef::new("position")
                .integer()
                .not_null()
                .check(Expr::cust(r#""position" >= 0"#)),
        )
        .col(text_null("place"))
        .col(code("activity", ACTIVITIES))
        .col(reference_null("operated_by"))
        .primary_key(Index::create().col(of).col("position"))
        .check(named(
            &format!("{table}_place_is_a_code"),
            r#"length("place") IN (2, 3) AND "place" = upper("place")"#,
        ))
        .foreign_key(&mut link(table, of, owner))
        .foreign_key(&mut link(table, "operated_by", "organisations"))
        .take()
}

fn processing_activities(checks: Checks) -> TableCreateStatement {
    Table::create()
        .table("processing_activities")
        .col(id())
        .col(reference("group_id"))
        .col(text("name"))
        .col(code_null("role", ROLES))
        .col(text("purpose"))
        .col(checks.json_column("data_categories"))
        .col(text_null("data_described"))
        .col(text_null("data_subjects"))
        .col(checks.json_column("legal_bases"))
        .col(text_null("retention"))
        .col(text("source"))
        .col(checks.day_column_null("checked_on"))
        .col(version())
        .foreign_key(&mut link("processing_activities", "group_id", "groups"))
        .take()
}
