//! Transfer impact assessments.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use transfer_decision::{span::Day, vocabulary::Conclusion};

use crate::{
    columns::{Coded, Json as JsonColumn},
    parts::Steps,
};

/// One row of `impact_assessments`.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "impact_assessments")]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The mechanism that it is made for.
    pub mechanism_id: Uuid,
    /// A country's or area's code, or an organisation's slug.
    pub destination: String,
    /// What it came to.
    pub conclusion: Coded<Conclusion>,
    /// The day on which it was concluded.
    pub concluded_on: Day,
    /// The day of its next review; overdue from the day after.
    pub next_review: Option<Day>,
    /// The supplementary measures.
    pub measures: Option<String>,
    /// The six steps of the assessment.
    #[serde(default)]
    pub steps: JsonColumn<Steps>,
    /// Where the fact comes from.
    pub source: String,
    /// How often it was written, from 1.
    pub version: i64,
}

/// Relations are followed by id where they are needed; none is declared.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
