//! Safeguards and derogations.

use toml::Value;
use transfer_decision::{
    law::{Basis, ModuleScope, RoleRule, ToolRow},
    vocabulary::{Module, Role},
};

use crate::law::{fields::Fields, publication::Numbers, rows, tables::OfRegime};

/// One row.
pub(super) fn read(
    OfRegime { regime, row }: &OfRegime<rows::ToolRow>,
    fields: &mut Fields<'_>,
) -> Option<ToolRow> {
    let id = fields.says_something("id", &row.id);
    let title = fields.says_something("title", &row.title);
    let citation = fields.says_something("citation", &row.citation);
    let tools = fields.codes("tools", &row.tools);
    let module = module(row.module.as_ref(), fields);
    let roles = roles(row, fields);
    let first_signing = fields.may_day("first_signing_day", row.first_signing_day.as_deref());
    let last_signing = fields.may_day("last_signing_day", row.last_signing_day.as_deref());
    let span = fields.span(
        ("usable_from", &row.usable_from),
        ("last_day_of_effect", row.last_day_of_effect.as_deref()),
    );
    let requires = fields.codes("requires", &row.requires);
    if row.requires.is_empty() {
        fields.fault("requires", "names nothing; no tool carries unconditionally");
    }
    let confidence = fields.code("confidence", &row.confidence);
    let publication = Numbers {
        celex: row.celex.as_deref(),
        fedlex: row.fedlex.as_deref(),
        uk: row.uk.as_deref(),
        fdpic: None,
    }
    .publication(fields);

    let span = span?;
    Some(ToolRow {
        basis: Basis::new(id?, title?, citation?, &publication?, span, confidence?),
        regime: *regime,
        tools: tools?,
        module: module?,
        roles: roles?,
        first_signing_day: first_signing?,
        usable_from: span.first(),
        last_signing_day: last_signing?,
        last_day_of_effect: span.last(),
        requires: requires?,
    })
}

fn module(field: Option<&Value>, fields: &mut Fields<'_>) -> Option<ModuleScope> {
    let scope = match field {
        None => Some(ModuleScope::None),
        Some(Value::Integer(number)) => u8::try_from(*number)
            .ok()
            .and_then(Module::from_number)
            .map(ModuleScope::One),
        Some(Value::String(words)) if words == "1-4" => Some(ModuleScope::All),
        Some(_) => None,
    };
    if scope.is_none() {
        fields.fault(
            "module",
            "is a number from 1 to 4, or \"1-4\" for every one",
        );
    }
    scope
}

/// What stands in `roles` where a row does not fix them itself.
pub(in crate::law) const AS_THE_MODULE: &str = "as the module";
pub(in crate::law) const AS_THE_EU_TOOL: &str = "as the EU tool";

fn roles(row: &rows::ToolRow, fields: &mut Fields<'_>) -> Option<RoleRule> {
    let exporter = fields.may_code::<Role>("exporter_role", row.exporter_role.as_deref());
    let importer = fields.may_code::<Role>("importer_role", row.importer_role.as_deref());
    let (exporter, importer) = (exporter?, importer?);
    match row.roles.as_deref() {
        None => Some(RoleRule::Fixed { exporter, importer }),
        Some(_) if exporter.is_some() || importer.is_some() => {
            fields.fault(
                "roles",
                "stands in place of `exporter_role` and `importer_role`, not beside them",
            );
            None
        }
        Some(AS_THE_MODULE) => Some(RoleRule::AsModule),
        Some(AS_THE_EU_TOOL) => Some(RoleRule::AsEuTool),
        Some(other) => {
            fields.fault(
                "roles",
                format!("`{other}` is neither `{AS_THE_MODULE}` nor `{AS_THE_EU_TOOL}`"),
            );
            None
        }
    }
}
