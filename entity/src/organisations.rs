//! Legal entities.

use std::collections::BTreeMap;

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use transfer_decision::{
    span::Day,
    vocabulary::{Attribute, OrganisationKind, Place},
};

use crate::{
    columns::{Coded, Json},
    parts::Contact,
};

/// One row of `organisations`.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "organisations")]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its stable short name.
    pub slug: String,
    /// Group company, third party, or international organisation.
    pub kind: Coded<OrganisationKind>,
    /// The group of which it is a company; present exactly then.
    pub group_id: Option<Uuid>,
    /// Its legal name.
    pub legal_name: String,
    /// Where it is established; absent: recorded as unknown.
    pub seat: Option<Coded<Place>>,
    /// What is assumed or noted about the seat.
    pub seat_note: Option<String>,
    /// Its registration number.
    pub registration: Option<String>,
    /// Its representative in the EU, Switzerland or the United Kingdom.
    pub representative: Option<String>,
    /// Attributes that somebody stated, either way.
    pub attributes: Json<BTreeMap<Attribute, bool>>,
    /// Whether it may stand on a public list.
    pub on_public_list: bool,
    /// Whom to ask there.
    #[serde(default)]
    pub contacts: Json<Vec<Contact>>,
    /// Its id on the list of participants of the Data Privacy Framework, once a person confirmed it.
    pub dpf_participant: Option<String>,
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
