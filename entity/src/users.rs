//! People who sign in.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    columns::{Coded, Json as JsonColumn},
    vocabulary::Role,
};

/// One row of `users`. What a password is recognised by stands in `passwords`, which the ledger does
/// not keep.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "users")]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// The user's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The name under which the user signs in, and the ledger keeps what is done.
    pub name: String,
    /// What the user may do.
    pub role: Coded<Role>,
    /// The groups that exist for the user; `None`: all of them.
    pub group_ids: Option<JsonColumn<Vec<Uuid>>>,
    /// Who the user is for the issuer that says so; `None`: the user has a password here.
    pub subject: Option<String>,
    /// The password, by its row.
    pub password_id: Option<Uuid>,
    /// Which other person gave the user the password last; `None`: who made the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_given_by: Option<String>,
    /// Who made the user.
    pub created_by: String,
    /// Since when the user is refused.
    pub disabled_at: Option<DateTimeUtc>,
    /// How often it was written, from 1.
    pub version: i64,
}

/// Relations are followed by id where they are needed; none is declared.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
