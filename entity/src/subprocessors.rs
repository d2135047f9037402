//! Engagements of third parties by groups.

use std::collections::BTreeSet;

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use transfer_decision::{
    span::Day,
    vocabulary::{Country, DataCategory, Role},
};

use crate::{
    columns::{Coded, Json},
    vocabulary::SubprocessorStatus,
};

/// One row of `subprocessors`.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "subprocessors")]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The group that engages.
    pub group_id: Uuid,
    /// The organisation engaged.
    pub organisation_id: Uuid,
    /// What for.
    pub service: String,
    /// The purpose's code.
    pub purpose: Option<String>,
    /// More about it, in words.
    pub description: Option<String>,
    /// The data categories; absent: nobody recorded any.
    pub data_categories: Option<Json<BTreeSet<DataCategory>>>,
    /// Whose data, in words.
    pub data_subjects: Option<String>,
    /// The data subjects' countries; absent: nobody recorded any.
    pub data_subject_countries: Option<Json<BTreeSet<Country>>>,
    /// When it applies at all ("only if …").
    pub condition: Option<String>,
    /// Its stage.
    pub status: Coded<SubprocessorStatus>,
    /// The day on which the customers were told.
    pub announced_on: Option<Day>,
    /// The last day on which they can object.
    pub objection_until: Option<Day>,
    /// The first day in effect.
    pub effective_from: Day,
    /// The last day in effect.
    pub ended_on: Option<Day>,
    /// The group's role, where recorded.
    pub exporter_role: Option<Coded<Role>>,
    /// The subprocessor's role, where recorded.
    pub importer_role: Option<Coded<Role>>,
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
