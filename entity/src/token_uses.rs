//! When each token was last used. This is no fact of the register: the ledger keeps nothing of it.

use sea_orm::entity::prelude::*;

/// One row of `token_uses`.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "token_uses")]
pub struct Model {
    /// The token.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_id: Uuid,
    /// When it was last used, to the minute or so.
    pub last_used_at: DateTimeUtc,
}

/// Relations are followed by id where they are needed; none is declared.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
