//! Groups, organisations and their certifications.

use sea_orm_migration::prelude::*;

use crate::schema::{
    Checks, code, id, index, link, named, ordered, reference, reference_null, text, text_null,
    version,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let checks = Checks::of(manager);
        manager.create_table(groups(checks)).await?;
        manager.create_table(organisations(checks)).await?;
        manager.create_table(certifications(checks)).await?;
        manager
            .create_index(index(
                "organisations_of_group",
                "organisations",
                &["group_id"],
            ))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["certifications", "organisations", "groups"] {
            manager
                .drop_table(Table::drop().table(table).take())
                .await?;
        }
        Ok(())
    }
}

fn groups(checks: Checks) -> TableCreateStatement {
    Table::create()
        .table("groups")
        .col(id())
        .col(checks.slug_column("slug"))
        .col(text("name"))
        .col(text_null("notice_note"))
        .col(text("source"))
        .col(checks.day_column_null("checked_on"))
        .col(version())
        .take()
}

fn organisations(checks: Checks) -> TableCreateStatement {
    Table::create()
        .table("organisations")
        .col(id())
        .col(checks.slug_column("slug"))
        .col(code(
            "kind",
            &["group_company", "third_party", "international_organisation"],
        ))
        .col(reference_null("group_id"))
        .col(text("legal_name"))
        .col(text_null("seat"))
        .col(text_null("seat_note"))
        .col(text_null("registration"))
        .col(text_null("representative"))
        .col(checks.json_column("attributes"))
        .col(checks.truth_column("on_public_list"))
        .col(text("source"))
        .col(checks.day_column_null("checked_on"))
        .col(version())
        .check(named(
            "organisations_of_a_group_are_its_companies",
            r#"("kind" = 'group_company') = ("group_id" IS NOT NULL)"#,
        ))
        .check(named(
            "organisations_seat_is_a_code",
            r#"length("seat") IN (2, 3) AND "seat" = upper("seat")"#,
        ))
        .foreign_key(&mut link("organisations", "group_id", "groups"))
        .take()
}

fn certifications(checks: Checks) -> TableCreateStatement {
    Table::create()
        .table("certifications")
        .col(id())
        .col(reference("organisation_id"))
        .col(text("framework"))
        .col(checks.day_column("valid_from"))
        .col(checks.day_column_null("valid_to"))
        .col(checks.day_column_null("recertification_due"))
        .col(checks.truth_column("covers_hr"))
        .col(text("source"))
        .col(checks.day_column_null("checked_on"))
        .col(version())
        .check(ordered(
            "certifications_span_is_ordered",
            "valid_from",
            "valid_to",
        ))
        .check(ordered(
            "certifications_are_renewed_after_they_begin",
            "valid_from",
            "recertification_due",
        ))
        .foreign_key(&mut link(
            "certifications",
            "organisation_id",
            "organisations",
        ))
        .index(
            Index::create()
                .name("certifications_begin_once")
                .unique()
                .col("organisation_id")
                .col("framework")
                .col("valid_from"),
        )
        .take()
}
