//! Who is party to a mechanism, or bound by it.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use transfer_decision::{span::Day, vocabulary::PartySide};

use crate::columns::Coded;

/// One row of `mechanism_parties`.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "mechanism_parties")]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// The mechanism.
    #[sea_orm(primary_key, auto_increment = false)]
    pub mechanism_id: Uuid,
    /// Its place in the list, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// Who.
    pub organisation_id: Uuid,
    /// On which side.
    pub side: Coded<PartySide>,
    /// The day of accession; absent: the mechanism's own first day.
    pub acceded_on: Option<Day>,
    /// The last day as a party.
    pub left_on: Option<Day>,
}

/// Relations are followed by id where they are needed; none is declared.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
