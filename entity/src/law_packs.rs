//! Law packs that the register was decided upon, each whole.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::columns::Json as JsonColumn;

/// One row of `law_packs`. The newest is in use.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "law_packs")]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its id; a later pack has a greater one.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its version: a day and the beginning of its hash.
    pub pack: String,
    /// SHA-256 over all files, in hex.
    pub sha256: String,
    /// Every file's text by its path.
    pub files: JsonColumn<std::collections::BTreeMap<String, String>>,
    /// How often it was written: once.
    pub version: i64,
}

/// Relations are followed by id where they are needed; none is declared.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
