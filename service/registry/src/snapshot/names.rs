//! The slugs of groups and organisations, by id and by slug.

use std::collections::HashMap;

use uuid::Uuid;

use super::{List, LoadError, list::Identified};
use crate::{groups::Group, organisations::Organisation};

/// Where each slug stands in its list; ids are found by search.
pub(super) type Slugs = HashMap<Box<str>, u32>;

/// The places of slugs.
pub(super) fn slugs<'a>(slugs: impl Iterator<Item = &'a String>) -> Slugs {
    (0..)
        .zip(slugs)
        .map(|(at, slug)| (slug.as_str().into(), at))
        .collect()
}

/// The item with this slug or id.
pub(super) fn named<'a, T: Identified>(
    list: &'a List<T>,
    slugs: &Slugs,
    slug_or_id: &str,
) -> Option<&'a T> {
    if let Some(at) = slugs.get(slug_or_id) {
        return list.at(*at as usize).map(AsRef::as_ref);
    }
    // An id is its hyphenated lower-case form; others are not what the service ever showed.
    let id: Uuid = slug_or_id.parse().ok()?;
    (id.to_string() == slug_or_id).then(|| list.get(id))?
}

/// The slugs that rows refer to by id.
pub(super) struct Names<'a> {
    pub(super) groups: &'a List<Group>,
    pub(super) organisations: &'a List<Organisation>,
}

impl Names<'_> {
    pub(super) fn group(
        &self,
        of: &'static str,
        id: Uuid,
        group: Uuid,
    ) -> Result<String, LoadError> {
        let found = self.groups.get(group).map(|group| group.slug.clone());
        found.ok_or(LoadError::Dangling {
            of,
            id,
            to: "group",
            missing: group,
        })
    }

    pub(super) fn group_if_any(
        &self,
        of: &'static str,
        id: Uuid,
        group: Option<Uuid>,
    ) -> Result<Option<String>, LoadError> {
        group.map(|group| self.group(of, id, group)).transpose()
    }

    pub(super) fn organisation(
        &self,
        of: &'static str,
        id: Uuid,
        organisation: Uuid,
    ) -> Result<String, LoadError> {
        let found = self.organisations.get(organisation);
        found
            .map(|organisation| organisation.slug.clone())
            .ok_or(LoadError::Dangling {
                of,
                id,
                to: "organisation",
                missing: organisation,
            })
    }
}
