//! The rows as their authors write them. An unknown field is an error, never ignored; what the
//! texts in them mean is read in `terms`.

use serde::{Deserialize, Serialize};

/// The pack as a whole.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PackRow {
    pub(super) date: String,
    pub(super) about: String,
}

/// One adequacy instrument.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AdequacyRow {
    pub(super) id: String,
    pub(super) instrument: Option<String>,
    pub(super) territory: Option<String>,
    pub(super) organisation: Option<String>,
    pub(super) title: String,
    pub(super) citation: String,
    pub(super) celex: Option<String>,
    pub(super) fedlex: Option<String>,
    pub(super) uk: Option<String>,
    pub(super) fdpic: Option<bool>,
    #[serde(default)]
    pub(super) amended_by: Vec<String>,
    pub(super) valid_from: String,
    pub(super) valid_to: Option<String>,
    #[serde(default)]
    pub(super) conditions: Vec<toml::Value>,
    pub(super) end_kind: Option<String>,
    pub(super) ended_by: Option<String>,
    pub(super) ending_act: Option<EndingAct>,
    #[serde(default)]
    pub(super) effects_preserved: bool,
    pub(super) challenge: Option<String>,
    pub(super) confidence: String,
    pub(super) notes: Option<String>,
}

/// The official number of what ended an adequacy decision: exactly one of the three.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndingAct {
    /// The CELEX number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub celex: Option<String>,
    /// Year and page in the official compilation of Swiss law.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fedlex: Option<String>,
    /// The path on legislation.gov.uk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uk: Option<String>,
}

/// One scope condition of an adequacy decision as its author writes it: an object with a single
/// key. Codes within one condition are alternatives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConditionRow {
    /// An active certification of the importer under this framework on the day.
    RequiresCertification(String),
    /// `hr_coverage`: HR data needs every required certification to cover HR.
    HrDataRequires(String),
    /// At least one of the attributes is true of the importer.
    RequiresRecipientAttribute(Vec<String>),
    /// None of the attributes is true of the importer.
    ExcludesRecipient(Vec<String>),
    /// The purpose is none of these.
    ExcludesPurpose(Vec<String>),
    /// The data is of this category.
    RequiresDataCategory(String),
    /// The data is of none of these categories.
    ExcludesData(Vec<String>),
}

/// One span of days of a territory.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MembershipRow {
    pub(super) territory: String,
    pub(super) valid_from: String,
    pub(super) valid_to: Option<String>,
    pub(super) status: String,
    pub(super) basis: Option<String>,
    pub(super) gives_regime: Option<bool>,
    pub(super) reason: String,
    pub(super) confidence: String,
}

/// One safeguard or derogation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ToolRow {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) tools: Vec<String>,
    /// A module's number, or `"1-4"` for every one.
    pub(super) module: Option<toml::Value>,
    pub(super) roles: Option<String>,
    pub(super) exporter_role: Option<String>,
    pub(super) importer_role: Option<String>,
    pub(super) first_signing_day: Option<String>,
    pub(super) usable_from: String,
    pub(super) last_signing_day: Option<String>,
    pub(super) last_day_of_effect: Option<String>,
    pub(super) requires: Vec<String>,
    pub(super) citation: String,
    pub(super) celex: Option<String>,
    pub(super) fedlex: Option<String>,
    pub(super) uk: Option<String>,
    pub(super) confidence: String,
}

/// One certification scheme.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FrameworkRow {
    pub(super) framework: String,
    pub(super) regimes: Vec<String>,
    pub(super) first_certification_day: String,
    pub(super) instrument_ids: Vec<String>,
    pub(super) note: String,
}

/// What an `inside` membership rests on; its days are those of the membership.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MembershipBasisRow {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) citation: String,
    pub(super) celex: Option<String>,
    pub(super) fedlex: Option<String>,
    pub(super) uk: Option<String>,
}

/// Why something is no transfer at all.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NoTransferRow {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) citation: String,
    pub(super) celex: Option<String>,
    pub(super) fedlex: Option<String>,
    pub(super) uk: Option<String>,
    pub(super) valid_from: String,
    pub(super) valid_to: Option<String>,
    pub(super) confidence: String,
}
