//! Tokens by which callers are known.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    columns::{Coded, Json as JsonColumn},
    vocabulary::Role,
};

/// One row of `tokens`. The token itself is kept nowhere.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "tokens")]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Under which name the ledger keeps what is done with it.
    pub name: String,
    /// What it may be used for.
    pub role: Coded<Role>,
    /// The groups that exist for it; `None`: all of them.
    pub group_ids: Option<JsonColumn<Vec<Uuid>>>,
    /// The SHA-256 of its text, in hex.
    pub sha256: String,
    /// Who issued it.
    pub issued_by: String,
    /// When it was issued.
    pub issued_at: DateTimeUtc,
    /// From when on it is refused.
    pub expires_at: DateTimeUtc,
    /// Since when it is refused, if it was revoked.
    pub revoked_at: Option<DateTimeUtc>,
    /// How often it was written, from 1.
    pub version: i64,
}

/// Relations are followed by id where they are needed; none is declared.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
