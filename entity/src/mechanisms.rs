//! Transfer mechanisms.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use transfer_decision::{
    facts::Statements,
    span::Day,
    vocabulary::{Country, Tool},
};

use crate::{
    columns::{Coded, Json},
    parts::Use,
};

/// One row of `mechanisms`.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "mechanisms")]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The group that keeps it.
    pub group_id: Option<Uuid>,
    /// What it is.
    pub tool: Coded<Tool>,
    /// The module of the EU clauses, 1 to 4.
    pub module: Option<i16>,
    /// The day of signature.
    pub signed_on: Option<Day>,
    /// The first day on which the processing was no longer what was signed for.
    pub processing_changed_on: Option<Day>,
    /// The day of approval.
    pub approved_on: Option<Day>,
    /// The country of the approving authority.
    pub approved_by: Option<Coded<Country>>,
    /// The day of authorisation.
    pub authorised_on: Option<Day>,
    /// Whether a processor combined the data with data that it collected in the EU.
    pub combined_with_eu_data: bool,
    /// The statements made about it.
    pub statements: Json<Statements>,
    /// The last day on which it carries transfers.
    pub ends_on: Option<Day>,
    /// What it is called among the parties.
    pub title: Option<String>,
    /// The law that governs it, in words.
    pub governing_law: Option<String>,
    /// Where the document is.
    pub document: Option<String>,
    /// SHA-256 of the document, in hex.
    pub document_sha256: Option<String>,
    /// What else a reader must know, such as why a derogation is necessary.
    pub note: Option<String>,
    /// How often it may be used; absent: as often as the law lets it.
    pub uses_limit: Option<i32>,
    /// When it was used, in the order of recording.
    #[serde(default)]
    pub uses: Json<Vec<Use>>,
    /// Where the fact comes from.
    pub source: String,
    /// When somebody last checked it.
    pub checked_on: Option<Day>,
    /// How often it was written, from 1.
    pub version: i64,
}

/// Relations are followed by id where they are needed; none is declared.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
