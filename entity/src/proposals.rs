//! Changes that wait for another person's approval, and what became of them.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    columns::{Coded, Json as JsonColumn},
    vocabulary::{ApprovalSubject, ProposalState},
};

/// One row of `proposals`: a request as it was sent, and what is decided about it.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "proposals")]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The operation's id in the contract.
    pub operation: String,
    /// The request's method.
    pub method: String,
    /// Its path.
    pub path: String,
    /// Its query, as it was sent.
    pub query: Option<String>,
    /// Its body, as it was sent: a text, so that it stays the same to the byte.
    pub body: Option<String>,
    /// The version of the object that the change is made to, as it was sent.
    pub if_match: Option<String>,
    /// Why the change is to be made.
    pub reason: Option<String>,
    /// For what it needs approval.
    pub subjects: JsonColumn<Vec<Coded<ApprovalSubject>>>,
    /// Who proposed it as it is now.
    pub proposed_by: String,
    /// When.
    pub proposed_at: DateTimeUtc,
    /// Everybody who proposed any of its versions.
    pub authors: JsonColumn<Vec<String>>,
    /// The groups that exist for who proposed it; `None`: all of them.
    pub group_ids: Option<JsonColumn<Vec<Uuid>>>,
    /// The register's revision that it was made against.
    pub base_revision: i64,
    /// What became of it.
    pub state: Coded<ProposalState>,
    /// Who decided that.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<DateTimeUtc>,
    /// Why.
    pub decision_reason: Option<String>,
    /// How often it was written, from 1.
    pub version: i64,
}

/// Relations are followed by id where they are needed; none is declared.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
