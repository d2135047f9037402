//! Keys under which a caller asked for a change, so that asking again does not repeat it.

use sea_orm::entity::prelude::*;

/// One row of `idempotency_keys`.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_keys")]
pub struct Model {
    /// Who asked.
    #[sea_orm(primary_key, auto_increment = false)]
    pub actor: String,
    /// The key that the caller chose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// The request's digest: another request under the same key is refused.
    pub fingerprint: String,
    /// The object that was made or changed.
    pub object_id: Uuid,
    /// The revision that the change made.
    pub revision: i64,
    /// When.
    pub recorded_at: DateTimeUtc,
}

/// Relations are followed by id where they are needed; none is declared.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
