//! The decisions that were given, apart from the ledger.

use sea_orm::entity::prelude::*;
use transfer_decision::{
    span::Day,
    vocabulary::{Decision, UncheckedFacts},
};

use crate::columns::{Coded, Json as JsonColumn};

/// One row of `transfer_checks`.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transfer_checks")]
pub struct Model {
    /// The answer's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// When the answer was given, in whole microseconds.
    pub recorded_at: DateTimeUtc,
    /// The register's revision that it was read from.
    pub revision: i64,
    /// The version of the law pack.
    pub law_pack: String,
    /// The instant whose knowledge it rests on.
    pub known_at: DateTimeUtc,
    /// The day asked about.
    pub as_of: Day,
    /// Who sends, by slug; as asked, when nobody of that name was registered.
    pub exporter: String,
    /// Who receives first, likewise.
    pub importer: String,
    /// Allow or deny.
    pub decision: Coded<Decision>,
    /// What unchecked facts did to it.
    pub unchecked_facts: Coded<UncheckedFacts>,
    /// The question, with what it left out filled in, as JSON.
    pub question: String,
    /// The answer, exactly as it was given.
    pub answer: String,
    /// The groups that existed for who asked; `None`: all of them.
    pub group_ids: Option<JsonColumn<Vec<Uuid>>>,
}

/// Relations are followed by id where they are needed; none is declared.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
