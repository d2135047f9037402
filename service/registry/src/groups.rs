//! Groups that keep a register.

use transfer_decision::span::Day;
use transfer_registry_entity::groups;
use uuid::Uuid;

use crate::{
    Context, Registry, Scope,
    store::{Change, ChangeError, Recorded},
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
    /// Where the fact comes from.
    pub source: String,
    /// When somebody last checked it.
    pub checked_on: Option<Day>,
    /// How often it was written, from 1.
    pub version: i64,
}

/// A group to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGroup {
    /// Its stable short name.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What a reader must know of its notice.
    pub notice_note: Option<String>,
    /// Where the fact comes from.
    pub source: String,
    /// When somebody last checked it.
    pub checked_on: Option<Day>,
}

/// Creates a group.
pub async fn create(
    context: &Context,
    scope: &Scope,
    registry: &Registry,
    new: NewGroup,
) -> Result<Recorded, ChangeError> {
    let mut change = Change::begin(registry, context, scope).await?;
    let id = create_in(&mut change, new).await?;
    let revision = change.commit().await?;
    Ok(Recorded { id, revision })
}

/// Creates a group as part of a change.
pub(crate) async fn create_in(change: &mut Change<'_>, new: NewGroup) -> Result<Uuid, ChangeError> {
    change.shared()?;
    let NewGroup {
        slug,
        name,
        notice_note,
        source,
        checked_on,
    } = new;
    let mut checks = Checks::default();
    checks.slug("/slug", &slug);
    change
        .free::<groups::Entity>(&mut checks, groups::Column::Slug, &slug)
        .await?;
    checks.text("/name", &name, LINE);
    checks.text_if_any("/notice_note", notice_note.as_deref(), PARAGRAPH);
    checks.provenance(&source, checked_on, change.today());
    checks.finish()?;
    let row = groups::Model {
        id: change.new_id(),
        slug,
        name,
        notice_note,
        source,
        checked_on,
        version: 1,
    };
    change.insert::<groups::Entity>([row.clone()]).await?;
    change.append("create", &row).await?;
    Ok(row.id)
}
