//! What groups have published as their subprocessor lists.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// One row of `publications`: a group's list as it stood when it was published. None is written a
/// second time.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "publications")]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The group whose list it is.
    pub group_id: Uuid,
    /// Which of the group's publications it is, from 1.
    pub number: i64,
    /// When it was published.
    pub published_at: DateTimeUtc,
    /// By whom.
    pub published_by: String,
    /// What changed and why, for readers.
    pub note: Option<String>,
    /// Everything that is published, as JSON: a text, so that it stays the same to the byte.
    pub content: String,
    /// SHA-256 of that text, in hex.
    pub content_sha256: String,
    /// How often it was written: once.
    pub version: i64,
}

/// Relations are followed by id where they are needed; none is declared.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
