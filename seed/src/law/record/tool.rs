//! Safeguards, derogations and certification schemes.

use serde::Serialize;
use transfer_decision::{
    law::{FrameworkRow, ModuleScope, RoleRule, ToolRow},
    span::Day,
    vocabulary::{Confidence, Framework, Module, Regime, Requirement, Role, Tool},
};

/// A safeguard or derogation under one regime: who may use it, from when, and what it requires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ToolRecord {
    /// The row's stable id.
    pub id: String,
    /// The regime under which it counts.
    pub regime: Regime,
    /// The tools that a mechanism may record for it.
    pub tools: Vec<Tool>,
    /// Whether they are derogations; safeguards otherwise.
    pub derogation: bool,
    /// The modules that it is about; empty when the tool has none.
    pub modules: Vec<u8>,
    /// The exporter's role; absent when either fits, or when the module decides.
    pub exporter_role: Option<Role>,
    /// The importer's role; absent when either fits, or when the module decides.
    pub importer_role: Option<Role>,
    /// Where the roles come from when the row does not fix them: `as the module` or
    /// `as the EU tool`.
    pub roles: Option<&'static str>,
    /// What it is called.
    pub title: String,
    /// The official citation.
    pub citation: String,
    /// The link to the official text.
    pub url: String,
    /// The first day on which it can be signed.
    pub first_signing_day: Option<Day>,
    /// The last day on which it can be signed.
    pub last_signing_day: Option<Day>,
    /// The first day on which it carries transfers.
    pub usable_from: Day,
    /// The last day on which it carries transfers; absent when open.
    pub last_day_of_effect: Option<Day>,
    /// What must be recorded about a mechanism; all of it.
    pub requires: Vec<Requirement>,
    /// How well the row is established.
    pub confidence: Confidence,
}

impl From<&ToolRow> for ToolRecord {
    fn from(row: &ToolRow) -> Self {
        let ToolRow {
            basis,
            regime,
            tools,
            module,
            roles,
            first_signing_day,
            usable_from,
            last_signing_day,
            last_day_of_effect,
            requires,
        } = row;
        let (exporter_role, importer_role, roles) = match roles {
            RoleRule::Fixed { exporter, importer } => (*exporter, *importer, None),
            RoleRule::AsModule => (None, None, Some(crate::law::terms::AS_THE_MODULE)),
            RoleRule::AsEuTool => (None, None, Some(crate::law::terms::AS_THE_EU_TOOL)),
        };
        Self {
            id: basis.id.clone(),
            regime: *regime,
            tools: tools.clone(),
            derogation: row.is_derogation(),
            modules: match module {
                ModuleScope::None => Vec::new(),
                ModuleScope::One(module) => vec![module.number()],
                ModuleScope::All => Module::ALL.iter().map(|module| module.number()).collect(),
            },
            exporter_role,
            importer_role,
            roles,
            title: basis.title.clone(),
            citation: basis.citation.clone(),
            url: basis.url.clone(),
            first_signing_day: *first_signing_day,
            last_signing_day: *last_signing_day,
            usable_from: *usable_from,
            last_day_of_effect: *last_day_of_effect,
            requires: requires.clone(),
            confidence: basis.confidence,
        }
    }
}

/// A certification scheme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FrameworkRecord {
    /// The scheme.
    pub framework: Framework,
    /// The regimes that it serves.
    pub regimes: Vec<Regime>,
    /// The first day on which a certification can exist.
    pub first_certification_day: Day,
    /// The adequacy rows that ask for it.
    pub instrument_ids: Vec<String>,
    /// What a reader should know.
    pub note: String,
}

impl FrameworkRecord {
    /// A scheme's row and its note.
    pub(in crate::law) fn new(row: &FrameworkRow, note: &str) -> Self {
        let FrameworkRow {
            framework,
            regimes,
            first_certification_day,
            instrument_ids,
        } = row;
        Self {
            framework: *framework,
            regimes: regimes.clone(),
            first_certification_day: *first_certification_day,
            instrument_ids: instrument_ids.clone(),
            note: note.to_owned(),
        }
    }
}
