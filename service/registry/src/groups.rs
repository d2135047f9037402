//! Groups that keep a register.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use transfer_decision::span::Day;
use transfer_registry_entity::groups;
use uuid::Uuid;

use crate::{
    Context, Registry, Scope,
    imports::{self, Outcome},
    store::{ChangeError, Draft, Expected, Recorded, action, next},
    validation::{Checks, LINE, PARAGRAPH},
};

/// A corporate group that keeps a register and publishes a subprocessor list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: Uuid,
    /// Its stable short name.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What a reader must know of its notice.
    pub notice_note: Option<String>,
    /// How many days ahead its customers are told of a change.
    pub notice_days: Option<i32>,
    /// How many days they have to object.
    pub objection_days: Option<i32>,
    /// Where the fact comes from.
    pub source: String,
    /// When somebody last checked it.
    pub checked_on: Option<Day>,
    /// How often it was written, from 1.
    pub version: i64,
}

/// A group to be created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewGroup {
    /// Its stable short name.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What a reader must know of its notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_note: Option<String>,
    /// How many days ahead its customers are told of a change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_days: Option<i32>,
    /// How many days they have to object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objection_days: Option<i32>,
    /// Where the fact comes from.
    pub source: String,
    /// When somebody last checked it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_on: Option<Day>,
}

/// Creates a group.
pub async fn create(
    context: &Context,
    scope: &Scope,
    registry: &Registry,
    new: NewGroup,
) -> Result<Recorded, ChangeError> {
    registry
        .change(context, scope, None, |draft| create_in(draft, new))
        .await
}

/// Creates a group as part of a change.
///
/// # Errors
/// When it is not acceptable.
pub fn create_in(draft: &mut Draft, new: NewGroup) -> Result<Uuid, ChangeError> {
    draft.shared()?;
    let mut checks = Checks::default();
    checks.slug("/slug", &new.slug);
    draft.free_for_a_group(&mut checks, &new.slug);
    write(draft, checks, None, new)
}

/// Gives a group anew; its slug stays.
///
/// # Errors
/// When there is none, it was changed meanwhile, or it is not acceptable.
pub fn amend_in(
    draft: &mut Draft,
    id: Uuid,
    expected: &Expected,
    new: NewGroup,
) -> Result<Uuid, ChangeError> {
    let before = draft.existing_group(id, expected)?;
    if NewGroup::of(&before) == new {
        return Ok(draft.unchanged(id));
    }
    let mut checks = Checks::default();
    checks.fixed("/slug", new.slug == before.slug);
    write(draft, checks, Some((id, before.version)), new)
}

/// Creates a group from a row of a file, or gives the one with its id or slug anew.
///
/// # Errors
/// When it is not acceptable.
pub(crate) fn import_in(
    draft: &mut Draft,
    id: Option<Uuid>,
    new: NewGroup,
) -> Result<Outcome, ChangeError> {
    let base = Arc::clone(draft.base());
    let found = match id {
        Some(id) => base.groups().get(id),
        None => base.group(&new.slug),
    };
    if let Some(view) = found {
        return imports::amended(NewGroup::of(view) == new, view.id, || {
            amend_in(draft, view.id, &Expected::Any, new)
        });
    }
    draft.shared()?;
    let mut checks = Checks::default();
    checks.slug("/slug", &new.slug);
    draft.free_for_a_group(&mut checks, &new.slug);
    write(draft, checks, draft.given(id)?, new).map(Outcome::Created)
}

impl NewGroup {
    /// What a group would be created as again.
    #[must_use]
    pub fn of(view: &Group) -> Self {
        let Group {
            id: _,
            slug,
            name,
            notice_note,
            notice_days,
            objection_days,
            source,
            checked_on,
            version: _,
        } = view.clone();
        Self {
            slug,
            name,
            notice_note,
            notice_days,
            objection_days,
            source,
            checked_on,
        }
    }
}

fn write(
    draft: &mut Draft,
    mut checks: Checks,
    before: Option<(Uuid, i64)>,
    new: NewGroup,
) -> Result<Uuid, ChangeError> {
    let NewGroup {
        slug,
        name,
        notice_note,
        notice_days,
        objection_days,
        source,
        checked_on,
    } = new;
    checks.text("/name", &name, LINE);
    checks.text_if_any("/notice_note", notice_note.as_deref(), PARAGRAPH);
    checks.count("/notice_days", notice_days, 0..=3650);
    checks.count("/objection_days", objection_days, 0..=3650);
    checks.provenance(&source, checked_on, draft.today());
    checks.finish()?;
    let id = before.map_or_else(|| draft.new_id(), |(id, _)| id);
    draft.put(
        action(before, "create"),
        groups::Model {
            id,
            slug,
            name,
            notice_note,
            notice_days,
            objection_days,
            source,
            checked_on,
            version: next(before),
        },
    );
    Ok(id)
}
