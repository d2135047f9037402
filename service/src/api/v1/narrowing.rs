//! Filters that name something of the register, looked up once for a whole list.

use transfer_registry_core::Snapshot;

use crate::api::query::{Parameters, Query};

/// What a filter asks for, by slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked<'s> {
    /// The filter is not given.
    Anything,
    /// What it names, which has this slug.
    Slug(&'s str),
    /// It names what is not there, so nothing is left.
    Nothing,
}

impl<'s> Asked<'s> {
    /// The group that a parameter names, by slug or id.
    pub(crate) fn group<P: Parameters>(
        snapshot: &'s Snapshot,
        query: &Query<P>,
        parameter: &str,
    ) -> Self {
        let find = |key: &str| snapshot.group(key).map(|group| group.slug.as_str());
        query
            .text(parameter)
            .map_or(Self::Anything, |key| find(key).into())
    }

    /// The organisation that a parameter names, by slug or id.
    pub(crate) fn organisation<P: Parameters>(
        snapshot: &'s Snapshot,
        query: &Query<P>,
        parameter: &str,
    ) -> Self {
        let find = |key: &str| snapshot.organisation(key).map(|one| one.slug.as_str());
        query
            .text(parameter)
            .map_or(Self::Anything, |key| find(key).into())
    }

    /// Whether something of this slug, or of none, is left.
    pub(crate) fn admits(self, slug: Option<&str>) -> bool {
        match self {
            Self::Anything => true,
            Self::Slug(asked) => slug == Some(asked),
            Self::Nothing => false,
        }
    }
}

impl<'s> From<Option<&'s str>> for Asked<'s> {
    fn from(found: Option<&'s str>) -> Self {
        found.map_or(Self::Nothing, Self::Slug)
    }
}
