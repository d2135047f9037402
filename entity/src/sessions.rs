//! Sessions of people who have signed in. The ledger keeps nothing of them.

use sea_orm::entity::prelude::*;

/// One row of `sessions`.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    /// The SHA-256 of the secret that the browser has, in hex.
    #[sea_orm(primary_key, auto_increment = false)]
    pub sha256: String,
    /// The user; `None`: whoever has the bootstrap token.
    pub user_id: Option<Uuid>,
    /// The user's password at that moment: with another, the session is over.
    pub password_id: Option<Uuid>,
    /// The SHA-256 of that bootstrap token, in hex.
    pub bootstrap_sha256: Option<String>,
    /// When the session began.
    pub began_at: DateTimeUtc,
    /// When it was last used, to the minute or so.
    pub seen_at: DateTimeUtc,
}

/// Relations are followed by id where they are needed; none is declared.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
