//! Amendments of the law pack that an operator recorded.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::columns::Json as JsonColumn;

/// One row of `law_amendments`.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "law_amendments")]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What it does, as in `end_adequacy_decision`.
    pub kind: String,
    /// The row of the law pack that it amends.
    pub row_id: String,
    /// What it says.
    pub body: JsonColumn<serde_json::Value>,
    /// Where the fact comes from.
    pub source: String,
    /// Whether it no longer counts.
    #[serde(default)]
    pub withdrawn: bool,
    /// When it was recorded.
    pub created_at: DateTimeUtc,
    /// How often it was written, from 1.
    pub version: i64,
}

/// Relations are followed by id where they are needed; none is declared.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
