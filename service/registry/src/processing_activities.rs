//! Processing activities of a group's notice.

use std::collections::BTreeSet;

use transfer_decision::{
    span::Day,
    vocabulary::{DataCategory, Role},
};
use transfer_registry_entity::processing_activities;
use uuid::Uuid;

use crate::{
    Context, Registry, Scope,
    store::{Change, ChangeError, Recorded},
    validation::{Checks, LINE, PARAGRAPH},
};

/// What a group does with data, as its notice says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessingActivity {
    /// Its id.
    pub id: Uuid,
    /// The group, by slug.
    pub group: String,
    /// What it is called.
    pub name: String,
    /// The group's role in it.
    pub role: Option<Role>,
    /// The purpose's code.
    pub purpose: String,
    /// The data categories; empty: the notice connects none.
    pub data_categories: BTreeSet<DataCategory>,
    /// The data in the notice's words.
    pub data_described: Option<String>,
    /// Whose data, in words.
    pub data_subjects: Option<String>,
    /// The legal bases that the notice names.
    pub legal_bases: Vec<String>,
    /// How long the data is kept, in words.
    pub retention: Option<String>,
    /// Where the fact comes from.
    pub source: String,
    /// When somebody last checked it.
    pub checked_on: Option<Day>,
    /// How often it was written, from 1.
    pub version: i64,
}

/// A processing activity to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProcessingActivity {
    /// The group, by slug or id.
    pub group: String,
    /// What it is called.
    pub name: String,
    /// The group's role in it.
    pub role: Option<Role>,
    /// The purpose's code.
    pub purpose: String,
    /// The data categories; empty: the notice connects none.
    pub data_categories: BTreeSet<DataCategory>,
    /// The data in the notice's words.
    pub data_described: Option<String>,
    /// Whose data, in words.
    pub data_subjects: Option<String>,
    /// The legal bases that the notice names.
    pub legal_bases: Vec<String>,
    /// How long the data is kept, in words.
    pub retention: Option<String>,
    /// Where the fact comes from.
    pub source: String,
    /// When somebody last checked it.
    pub checked_on: Option<Day>,
}

/// Records a processing activity.
pub async fn record(
    context: &Context,
    scope: &Scope,
    registry: &Registry,
    new: NewProcessingActivity,
) -> Result<Recorded, ChangeError> {
    let mut change = Change::begin(registry, context, scope).await?;
    let id = record_in(&mut change, new).await?;
    let revision = change.commit().await?;
    Ok(Recorded { id, revision })
}

/// Records a processing activity as part of a change.
pub(crate) async fn record_in(
    change: &mut Change<'_>,
    new: NewProcessingActivity,
) -> Result<Uuid, ChangeError> {
    let NewProcessingActivity {
        group,
        name,
        role,
        purpose,
        data_categories,
        data_described,
        data_subjects,
        legal_bases,
        retention,
        source,
        checked_on,
    } = new;
    let mut checks = Checks::default();
    let group = change.group(&mut checks, "/group", &group).await?;
    checks.text("/name", &name, LINE);
    checks.code_if_any("/purpose", Some(&purpose));
    for (pointer, text) in [
        ("/data_described", &data_described),
        ("/data_subjects", &data_subjects),
        ("/retention", &retention),
    ] {
        checks.text_if_any(pointer, text.as_deref(), PARAGRAPH);
    }
    for (at, basis) in legal_bases.iter().enumerate() {
        checks.text(&format!("/legal_bases/{at}"), basis, PARAGRAPH);
    }
    checks.provenance(&source, checked_on, change.today());
    let group = checks.finish_with(group)?;
    let row = processing_activities::Model {
        id: change.new_id(),
        group_id: group.id,
        name,
        role: role.map(Into::into),
        purpose,
        data_categories: data_categories.into(),
        data_described,
        data_subjects,
        legal_bases: legal_bases.into(),
        retention,
        source,
        checked_on,
        version: 1,
    };
    change
        .insert::<processing_activities::Entity>([row.clone()])
        .await?;
    change.append("record", &row).await?;
    Ok(row.id)
}
