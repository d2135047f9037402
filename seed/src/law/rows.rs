//! The rows as their authors write them. An unknown field is an error, never ignored; what the
//! texts in them mean is read in `terms`.

use serde::Deserialize;

/// The pack as a whole.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PackRow {
    pub(super) date: String,
    pub(super) about: String,
}

/// One adequacy instrument.
#[derive(Deserialize)]
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
    #[serde(default)]
    pub(super) effects_preserved: bool,
    pub(super) challenge: Option<String>,
    pub(super) confidence: String,
    pub(super) notes: Option<String>,
}

/// One scope condition: a table with a single key.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ConditionRow {
    RequiresCertification(String),
    HrDataRequires(String),
    RequiresRecipientAttribute(Vec<String>),
    ExcludesRecipient(Vec<String>),
    ExcludesPurpose(Vec<String>),
    RequiresDataCategory(String),
    ExcludesData(Vec<String>),
}

/// One span of days of a territory.
#[derive(Deserialize)]
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
#[derive(Deserialize)]
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
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FrameworkRow {
    pub(super) framework: String,
    pub(super) regimes: Vec<String>,
    pub(super) first_certification_day: String,
    pub(super) instrument_ids: Vec<String>,
    pub(super) note: String,
}

/// What an `inside` membership rests on; its days are those of the membership.
#[derive(Deserialize)]
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
#[derive(Deserialize)]
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
