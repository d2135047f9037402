//! From rows to publications.

use std::{collections::HashMap, sync::Arc};

use transfer_registry_entity::publications;

use uuid::Uuid;

use super::{LoadError, Names, Views};
use crate::publications::{
    Content, Publication,
    content::{UnreadableContent, sha256},
};

impl Views {
    /// Puts publications, by id. What each has in common with its group's last one is held once.
    pub(super) fn put_publications(
        &mut self,
        rows: Vec<publications::Model>,
    ) -> Result<(), LoadError> {
        if rows.is_empty() {
            return Ok(());
        }
        let names = Names {
            groups: &self.groups,
            organisations: &self.organisations,
        };
        let known = self.publications.iter();
        let mut latest: HashMap<String, Arc<Content>> = known
            .map(|one| (one.group.clone(), Arc::clone(&one.content)))
            .collect();
        let mut made = Vec::with_capacity(rows.len());
        for row in rows {
            let group = names.group("publication", row.id, row.group_id)?;
            let mut content = content(&row)?;
            if let Some(before) = latest.get(&group) {
                content.share_with(before);
            }
            let content = Arc::new(content);
            latest.insert(group.clone(), Arc::clone(&content));
            made.push(publication(row, group, content));
        }
        self.publications.put(made);
        Ok(())
    }
}

/// What a row says was published.
fn content(row: &publications::Model) -> Result<Content, LoadError> {
    let meaningless = |what: String| meaningless(row.id, what);
    if sha256(&row.content) != row.content_sha256 {
        return Err(meaningless("its content has another hash".to_owned()));
    }
    Content::read(&row.content).map_err(|error: UnreadableContent| meaningless(error.to_string()))
}

fn meaningless(id: Uuid, what: String) -> LoadError {
    LoadError::Meaningless {
        of: "publication",
        id,
        what,
    }
}

fn publication(row: publications::Model, group: String, content: Arc<Content>) -> Publication {
    let publications::Model {
        id,
        group_id: _,
        number,
        published_at,
        published_by,
        note,
        content: _,
        content_sha256,
        version,
    } = row;
    Publication {
        id,
        group,
        number,
        published_at,
        published_by,
        note,
        content,
        content_sha256,
        version,
    }
}
