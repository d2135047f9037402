//! Groups that keep a register.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use transfer_decision::span::Day;

/// One row of `groups`.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "groups")]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its stable short name.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What a reader must know of its notice.
    pub notice_note: Option<String>,
    /// How many days ahead its customers are told of a change.
    pub notice_days: Option<i32>,
    /// How many days they have to object.
    pub objection_days: Option<i32>,
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
