//! Processing activities of a group's notice.

use std::collections::BTreeSet;

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use transfer_decision::{
    span::Day,
    vocabulary::{DataCategory, Role},
};

use crate::columns::{Coded, Json};

/// One row of `processing_activities`.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "processing_activities")]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The group.
    pub group_id: Uuid,
    /// What it is called.
    pub name: String,
    /// The group's role in it.
    pub role: Option<Coded<Role>>,
    /// The purpose's code.
    pub purpose: String,
    /// The data categories; empty: the notice connects none.
    pub data_categories: Json<BTreeSet<DataCategory>>,
    /// The data in the notice's words.
    pub data_described: Option<String>,
    /// Whose data, in words.
    pub data_subjects: Option<String>,
    /// The legal bases that the notice names.
    pub legal_bases: Json<Vec<String>>,
    /// How long the data is kept, in words.
    pub retention: Option<String>,
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
