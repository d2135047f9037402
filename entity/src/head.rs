//! The head: which revision the register is at, and where its ledger ends.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{columns::Coded, vocabulary::RegisterKind};

/// One row of `head`.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "head")]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Always 1: there is one head.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i16,
    /// The database's own id; checkpoints name it.
    pub database_id: Uuid,
    /// What the database holds.
    pub kind: Coded<RegisterKind>,
    /// The revision: how many transactions changed the register.
    pub revision: i64,
    /// The number of the last ledger entry; 0 before the first.
    pub ledger_seq: i64,
    /// The hash of the last ledger entry; before the first, of the database's id.
    pub ledger_hash: String,
}

/// Relations are followed by id where they are needed; none is declared.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The head's id.
pub const ONLY: i16 = 1;
