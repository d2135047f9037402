//! Where the importer of an engagement touches the data.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use transfer_decision::{
    span::Day,
    vocabulary::{Activity, Place},
};

use crate::columns::Coded;

/// One row of `subprocessor_locations`.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "subprocessor_locations")]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// The engagement.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subprocessor_id: Uuid,
    /// Its place in the list, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// A country or area; absent: recorded as unknown.
    pub place: Option<Coded<Place>>,
    /// What happens there.
    pub activity: Coded<Activity>,
    /// Another legal entity that runs the location.
    pub operated_by: Option<Uuid>,
    /// The first day; absent: the first of all. What the ledger said of locations before they had
    /// days of their own reads, and is written, as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_day: Option<Day>,
    /// The last day; absent: the last of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<Day>,
}

/// Relations are followed by id where they are needed; none is declared.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
