//! Where the importer of an engagement touches the data.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use transfer_decision::vocabulary::{Activity, Place};

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
}

/// Relations are followed by id where they are needed; none is declared.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
