//! Official lists of certified participants that were read, so that an entry can be shown again.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// One row of `participant_lists`. The newest is compared with the register.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "participant_lists")]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its id; a list read later has a greater one.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The list's own day.
    pub day: Date,
    /// SHA-256 of what was read, in hex.
    pub sha256: String,
    /// Where it was read from.
    pub origin: String,
    /// When.
    pub read_at: DateTimeUtc,
    /// How many entries it has.
    pub entries: i32,
    /// The entries, as JSON.
    pub content: String,
}

/// Relations are followed by id where they are needed; none is declared.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
