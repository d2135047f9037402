//! Sign-ins that are under way at an issuer. The ledger keeps nothing of them.

use sea_orm::entity::prelude::*;

/// One row of `sign_ins`. It is used once.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_ins")]
pub struct Model {
    /// The SHA-256 of the secret that the browser has, in hex.
    #[sea_orm(primary_key, auto_increment = false)]
    pub sha256: String,
    /// By what the browser's return is recognised.
    pub state: String,
    /// What the issuer is to repeat in the ID token.
    pub nonce: String,
    /// The code verifier (RFC 7636).
    pub verifier: String,
    /// When it began.
    pub began_at: DateTimeUtc,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model").finish_non_exhaustive()
    }
}

/// Relations are followed by id where they are needed; none is declared.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
