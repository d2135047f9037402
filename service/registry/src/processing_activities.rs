//! Processing activities of a group's notice.

use std::{collections::BTreeSet, sync::Arc};

use serde::{Deserialize, Serialize};
use transfer_decision::{
    span::Day,
    vocabulary::{DataCategory, Role},
};
use transfer_registry_entity::processing_activities;
use uuid::Uuid;

use crate::{
    Context, Registry, Scope,
    imports::{self, Outcome},
    store::{ChangeError, Draft, Expected, Recorded, action, next},
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewProcessingActivity {
    /// The group, by slug or id.
    pub group: String,
    /// What it is called.
    pub name: String,
    /// The group's role in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The purpose's code.
    pub purpose: String,
    /// The data categories; empty: the notice connects none.
    #[serde(default)]
    pub data_categories: BTreeSet<DataCategory>,
    /// The data in the notice's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_described: Option<String>,
    /// Whose data, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_subjects: Option<String>,
    /// The legal bases that the notice names.
    #[serde(default)]
    pub legal_bases: Vec<String>,
    /// How long the data is kept, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<String>,
    /// Where the fact comes from.
    pub source: String,
    /// When somebody last checked it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_on: Option<Day>,
}

/// Records a processing activity.
pub async fn record(
    context: &Context,
    scope: &Scope,
    registry: &Registry,
    new: NewProcessingActivity,
) -> Result<Recorded, ChangeError> {
    registry
        .change(context, scope, None, |draft| record_in(draft, new))
        .await
}

/// Records a processing activity as part of a change.
///
/// # Errors
/// When it is not acceptable.
pub fn record_in(draft: &mut Draft, new: NewProcessingActivity) -> Result<Uuid, ChangeError> {
    write(draft, Checks::default(), None, new)
}

/// Gives a processing activity anew; its group stays.
///
/// # Errors
/// When there is none, it was changed meanwhile, or it is not acceptable.
pub fn amend_in(
    draft: &mut Draft,
    id: Uuid,
    expected: &Expected,
    new: NewProcessingActivity,
) -> Result<Uuid, ChangeError> {
    let before = draft.existing_activity(id, expected)?;
    if NewProcessingActivity::of(&before) == new {
        return Ok(draft.unchanged(id));
    }
    let mut checks = Checks::default();
    let named = draft.base().group(&new.group);
    checks.fixed(
        "/group",
        named.is_some_and(|named| named.slug == before.group),
    );
    write(draft, checks, Some((id, before.version)), new)
}

/// Records a processing activity from a row of a file, or gives the one with its id anew.
///
/// # Errors
/// When it is not acceptable.
pub(crate) fn import_in(
    draft: &mut Draft,
    id: Option<Uuid>,
    new: NewProcessingActivity,
) -> Result<Outcome, ChangeError> {
    let base = Arc::clone(draft.base());
    if let Some(view) = id.and_then(|id| base.processing_activities().get(id)) {
        let same = NewProcessingActivity::of(view) == new;
        return imports::amended(same, view.id, || {
            amend_in(draft, view.id, &Expected::Any, new)
        });
    }
    write(draft, Checks::default(), draft.given(id)?, new).map(Outcome::Created)
}

impl NewProcessingActivity {
    /// What a processing activity would be recorded as again.
    #[must_use]
    pub fn of(view: &ProcessingActivity) -> Self {
        let ProcessingActivity {
            id: _,
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
            version: _,
        } = view.clone();
        Self {
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
        }
    }
}

fn write(
    draft: &mut Draft,
    mut checks: Checks,
    before: Option<(Uuid, i64)>,
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
    let group = draft.group(&mut checks, "/group", &group);
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
    checks.provenance(&source, checked_on, draft.today());
    let (group_id, _) = checks.finish_with(group)?;
    let id = before.map_or_else(|| draft.new_id(), |(id, _)| id);
    draft.put(
        action(before, "record"),
        processing_activities::Model {
            id,
            group_id,
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
            version: next(before),
        },
    );
    Ok(id)
}
