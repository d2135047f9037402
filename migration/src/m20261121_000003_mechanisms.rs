//! Transfer mechanisms, their parties, and impact assessments.

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
        manager.create_table(mechanisms(checks)).await?;
        manager.create_table(parties(checks)).await?;
        manager.create_table(impact_assessments(checks)).await?;
        for (name, table, column) in [
            ("mechanisms_of_group", "mechanisms", "group_id"),
            (
                "mechanism_parties_by_organisation",
                "mechanism_parties",
                "organisation_id",
            ),
            (
                "impact_assessments_of_mechanism",
                "impact_assessments",
                "mechanism_id",
            ),
        ] {
            manager.create_index(index(name, table, &[column])).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["impact_assessments", "mechanism_parties", "mechanisms"] {
            manager
                .drop_table(Table::drop().table(table).take())
                .await?;
        }
        Ok(())
    }
}

fn mechanisms(checks: Checks) -> TableCreateStatement {
    Table::create()
        .table("mechanisms")
        .col(id())
        .col(reference_null("group_id"))
        .col(text("tool"))
        .col(
            ColumnDef::new("module")
                .small_integer()
                .null()
                .check(Expr::cust(r#""module" BETWEEN 1 AND 4"#)),
        )
        .col(checks.day_column_null("signed_on"))
        .col(checks.day_column_null("processing_changed_on"))
        .col(checks.day_column_null("approved_on"))
        .col(text_null("approved_by"))
        .col(checks.day_column_null("authorised_on"))
        .col(checks.truth_column("combined_with_eu_data"))
        .col(checks.json_column("statements"))
        .col(checks.day_column_null("ends_on"))
        .col(text_null("document"))
        .col(text("source"))
        .col(checks.day_column_null("checked_on"))
        .col(version())
        .check(named(
            "mechanisms_of_tools_with_modules_name_theirs",
            r#"("tool" IN ('scc-2021-914', 'uk-addendum')) = ("module" IS NOT NULL)"#,
        ))
        .check(named(
            "mechanisms_authority_is_in_a_country",
            r#"length("approved_by") = 2 AND "approved_by" = upper("approved_by")"#,
        ))
        .check(ordered(
            "mechanisms_end_after_signature",
            "signed_on",
            "ends_on",
        ))
        .foreign_key(&mut link("mechanisms", "group_id", "groups"))
        .take()
}

fn parties(checks: Checks) -> TableCreateStatement {
    Table::create()
        .table("mechanism_parties")
        .col(reference("mechanism_id"))
        .col(
            ColumnDef::new("position")
                .integer()
                .not_null()
                .check(Expr::cust(r#""position" >= 0"#)),
        )
        .col(reference("organisation_id"))
        .col(code("side", &["exporter", "importer", "both"]))
        .col(checks.day_column_null("acceded_on"))
        .col(checks.day_column_null("left_on"))
        .primary_key(Index::create().col("mechanism_id").col("position"))
        .check(ordered(
            "mechanism_parties_span_is_ordered",
            "acceded_on",
            "left_on",
        ))
        .foreign_key(&mut link("mechanism_parties", "mechanism_id", "mechanisms"))
        .foreign_key(&mut link(
            "mechanism_parties",
            "organisation_id",
            "organisations",
        ))
        .take()
}

fn impact_assessments(checks: Checks) -> TableCreateStatement {
    Table::create()
        .table("impact_assessments")
        .col(id())
        .col(reference("mechanism_id"))
        .col(text("destination"))
        .col(code("conclusion", &["favourable", "unfavourable"]))
        .col(checks.day_column("concluded_on"))
        .col(checks.day_column_null("next_review"))
        .col(text_null("measures"))
        .col(text("source"))
        .col(version())
        .check(ordered(
            "impact_assessments_are_reviewed_later",
            "concluded_on",
            "next_review",
        ))
        .foreign_key(&mut link(
            "impact_assessments",
            "mechanism_id",
            "mechanisms",
        ))
        .take()
}
