//! Registered data flows.

use std::collections::BTreeSet;

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use transfer_decision::{
    span::Day,
    vocabulary::{Country, DataCategory, Role},
};

use crate::{
    columns::{Coded, Json},
    parts::Suspension,
    vocabulary::FlowStatus,
};

/// One row of `flows`.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "flows")]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The group that keeps it.
    pub group_id: Option<Uuid>,
    /// Who sends.
    pub exporter_id: Uuid,
    /// Who receives.
    pub importer_id: Uuid,
    /// The exporter's role, where recorded.
    pub exporter_role: Option<Coded<Role>>,
    /// The importer's role, where recorded.
    pub importer_role: Option<Coded<Role>>,
    /// The data subjects' countries, where recorded.
    pub data_subjects: Json<BTreeSet<Country>>,
    /// The data categories; absent: nobody recorded any.
    pub data_categories: Option<Json<BTreeSet<DataCategory>>>,
    /// The purpose's code.
    pub purpose: Option<String>,
    /// Its stage.
    pub status: Coded<FlowStatus>,
    /// The first day.
    pub valid_from: Day,
    /// The last day; absent: open.
    pub valid_to: Option<Day>,
    /// The days on which it was suspended, in order.
    #[serde(default)]
    pub suspensions: Json<Vec<Suspension>>,
    /// The flow that it continues (onward transfer).
    pub continues: Option<Uuid>,
    /// The data subjects hand the data to the importer directly, on their own initiative.
    pub collected_from_data_subject: bool,
    /// Who answers for it.
    pub owner: Option<String>,
    /// What else a reader must know.
    pub note: Option<String>,
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
