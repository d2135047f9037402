//! The one append-only, hash-chained list of every change.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{columns::Coded, vocabulary::ObjectType};

/// One row of `ledger`.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "ledger")]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its number, contiguous from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// The register's revision that the change made.
    pub revision: i64,
    /// When it was recorded, in whole microseconds.
    pub recorded_at: DateTimeUtc,
    /// Who.
    pub actor: String,
    /// What was done to the object, as a verb.
    pub action: String,
    /// What kind of object.
    pub object_type: Coded<ObjectType>,
    /// Which.
    pub object_id: Uuid,
    /// Why.
    pub reason: Option<String>,
    /// The request that asked for it.
    pub request_id: String,
    /// The object's whole state after the change, as canonical JSON.
    pub state: String,
    /// The hash of the entry before, in hex.
    pub prev_hash: String,
    /// The hash of this entry, in hex.
    pub hash: String,
}

/// Relations are followed by id where they are needed; none is declared.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
