//! From rows to publications.

use std::sync::Arc;

use transfer_registry_entity::publications;

use super::{LoadError, Names, Views};
use crate::publications::{
    Content, Publication,
    content::{UnreadableContent, sha256},
};

impl Views {
    pub(super) fn put_publications(
        &mut self,
        rows: Vec<publications::Model>,
    ) -> Result<(), LoadError> {
        for row in rows {
            let names = Names {
                groups: &self.groups,
                organisations: &self.organisations,
            };
            let publication = self.publication(&names, row)?;
            self.publications.put([publication]);
        }
        Ok(())
    }

    /// A publication; what it has in common with the group's last one is held once.
    fn publication(
        &self,
        names: &Names<'_>,
        row: publications::Model,
    ) -> Result<Publication, LoadError> {
        let publications::Model {
            id,
            group_id,
            number,
            published_at,
            published_by,
            note,
            content,
            content_sha256,
            version,
        } = row;
        let meaningless = |what: String| LoadError::Meaningless {
            of: "publication",
            id,
            what,
        };
        if sha256(&content) != content_sha256 {
            return Err(meaningless("its content has another hash".to_owned()));
        }
        let unreadable = |error: UnreadableContent| meaningless(error.to_string());
        let mut content = Content::read(&content).map_err(unreadable)?;
        let group = names.group("publication", id, group_id)?;
        let before = self.publications.iter().rfind(|one| one.group == group);
        if let Some(before) = before {
            content.share_with(&before.content);
        }
        Ok(Publication {
            id,
            group,
            number,
            published_at,
            published_by,
            note,
            content: Arc::new(content),
            content_sha256,
            version,
        })
    }
}
