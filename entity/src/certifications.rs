//! Organisations' places in frameworks.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use transfer_decision::{span::Day, vocabulary::Framework};

use crate::{
    columns::{Coded, Json},
    parts::Evidence,
};

/// One row of `certifications`.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "certifications")]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The organisation that holds it.
    pub organisation_id: Uuid,
    /// The framework.
    pub framework: Coded<Framework>,
    /// The first day.
    pub valid_from: Day,
    /// The last day; absent: open.
    pub valid_to: Option<Day>,
    /// The day by which it must be renewed.
    pub recertification_due: Option<Day>,
    /// Whether it covers HR data.
    pub covers_hr: bool,
    /// What it was last checked against.
    pub evidence: Option<Json<Evidence>>,
    /// Where the fact comes from.
    pub source: String,
    /// When somebody last checked it.
    pub checked_on: Option<Day>,
    /// How often it was written, from 1.
    pub version: i64,
}

/// Relations are followed by id where they are needed; none is declared.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
