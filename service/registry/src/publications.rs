//! What groups have published as their subprocessor lists.
//!
//! A publication is a numbered version of a group's list that nothing changes any more: the public
//! page reads it, and not the register, so that what nobody published yet cannot appear. How it is
//! judged is another matter: see [`crate::snapshot::AsPublished`].

pub mod content;
pub mod difference;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use transfer_registry_entity::publications;
use uuid::Uuid;

pub use self::{
    content::{
        Content, PublishedEngagement, PublishedGroup, PublishedLocation, PublishedOperator,
        PublishedOrganisation,
    },
    difference::{
        Change, Difference, Differing, FieldChange, FieldValue, PublicationChange, PublishedField,
    },
};
use crate::{
    Snapshot,
    groups::Group,
    store::{ChangeError, Draft, Expected},
    validation::{Checks, PARAGRAPH},
};

/// What a group published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// Its id.
    pub id: Uuid,
    /// The group, by slug.
    pub group: String,
    /// Which of the group's publications it is, from 1.
    pub number: i64,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// By whom.
    pub published_by: String,
    /// What changed and why, for readers.
    pub note: Option<String>,
    /// What is published.
    pub content: Arc<Content>,
    /// SHA-256 over the content's text, as it is kept, in hex.
    pub content_sha256: String,
    /// How often it was written: once.
    pub version: i64,
}

/// A publication to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPublication {
    /// What changed and why, for readers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The number of the publication that was seen last; 0: there was none.
    pub after: i64,
    /// The hash of the content that was seen; `None`: whatever it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_sha256: Option<String>,
}

impl Snapshot {
    /// What a group published last; `None`: it never did.
    #[must_use]
    pub fn published(&self, group: &str) -> Option<&Publication> {
        self.publications_of(group).next_back()
    }

    /// What a group published, the oldest first. Ids grow with time, and so do the numbers.
    pub fn publications_of(&self, group: &str) -> impl DoubleEndedIterator<Item = &Publication> {
        self.publications()
            .iter()
            .filter(move |one| one.group == group)
    }

    /// What a group published before one of its publications.
    #[must_use]
    pub fn published_before(&self, publication: &Publication) -> Option<&Publication> {
        self.publications_of(&publication.group)
            .rfind(|one| one.number < publication.number)
    }
}

/// Publishes a group's list as it is now.
///
/// # Errors
/// When there is no such group, another publication was made since, the note is not acceptable,
/// nothing differs from what is published, the content is not the one that was seen, or part of the
/// list does not exist for the caller.
pub fn publish_in(
    draft: &mut Draft,
    actor: &str,
    group: Uuid,
    new: NewPublication,
) -> Result<Uuid, ChangeError> {
    let group = draft.existing_group(group, &Expected::Any)?;
    let base = Arc::clone(draft.base());
    let latest = base.published(&group.slug);
    Expected::Versions(vec![new.after]).admits(latest.map_or(0, |latest| latest.number))?;
    let content = Content::of(&base, &group);
    if !draft.scope().shared() && Content::of(&*draft.seen()?, &group) != content {
        return Err(ChangeError::OutOfScope);
    }
    let mut checks = Checks::default();
    checks.text_if_any("/note", new.note.as_deref(), PARAGRAPH);
    checks.sha256("/content_sha256", new.content_sha256.as_deref());
    let seen = new.content_sha256.as_deref();
    if seen.is_some_and(|seen| seen != content.sha256()) {
        checks.add(
            "/content_sha256",
            "content_changed",
            "what would be published is not what was seen",
        );
    }
    checks.finish()?;
    if latest.is_some_and(|latest| *latest.content == content) {
        return Err(ChangeError::Nothing);
    }
    put(draft, actor, (&group, content), new.note, new.after + 1)
}

/// Publishes the list of every group that the change made, as the change leaves it.
pub(crate) fn publish_first_in(
    draft: &mut Draft,
    actor: &str,
    note: &str,
) -> Result<(), ChangeError> {
    let after = draft.preview()?;
    for group in &after.groups().clone() {
        let content = Content::of(&after, group);
        put(draft, actor, (group, content), Some(note.to_owned()), 1)?;
    }
    Ok(())
}

fn put(
    draft: &mut Draft,
    actor: &str,
    (group, content): (&Group, Content),
    note: Option<String>,
    number: i64,
) -> Result<Uuid, ChangeError> {
    let id = draft.new_id();
    let text = content.text();
    let text = text.map_err(|error| DbErr::Json(error.to_string()))?;
    draft.put(
        "publish",
        publications::Model {
            id,
            group_id: group.id,
            number,
            published_at: draft.now(),
            published_by: actor.to_owned(),
            note,
            content_sha256: content::sha256(&text),
            content: text,
            version: 1,
        },
    );
    Ok(id)
}
