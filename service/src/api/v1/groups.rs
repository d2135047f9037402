//! Groups that keep a register.

use poem::{Result, web::Data};
use poem_openapi::{Object, OpenApi, param::Path};
use serde::Serialize;
use transfer_registry_core::{Registry, groups};
use uuid::Uuid;

use super::Tag;
use crate::{
    api::{
        answer::{Answer, One},
        auth::Caller,
        paging::page,
        query::{AS_OF, CURSOR, KNOWN_AT, LIMIT, Parameter, Parameters, Query},
        values::Day,
    },
    refusal::Refusal,
};

/// Groups.
pub(crate) struct Groups;

/// A corporate group that keeps a register and publishes a subprocessor list.
#[derive(Debug, Object, Serialize)]
pub(crate) struct Group {
    /// Its id.
    id: Uuid,
    /// Its stable short name, accepted wherever its id is.
    slug: String,
    /// Its name.
    name: String,
    /// What a reader must know of its notice.
    #[serde(skip_serializing_if = "Option::is_none")]
    notice_note: Option<String>,
    /// Where the fact comes from.
    source: String,
    /// When somebody last checked it.
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_on: Option<Day>,
    /// How often it was written, from 1.
    version: i64,
}

/// A page of groups.
#[derive(Debug, Object, Serialize)]
pub(crate) struct GroupPage {
    /// The groups, by id.
    items: Vec<Group>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl From<&groups::Group> for Group {
    fn from(group: &groups::Group) -> Self {
        let groups::Group {
            id,
            slug,
            name,
            notice_note,
            source,
            checked_on,
            version,
        } = group;
        Self {
            id: *id,
            slug: slug.clone(),
            name: name.clone(),
            notice_note: notice_note.clone(),
            source: source.clone(),
            checked_on: checked_on.map(Day),
            version: *version,
        }
    }
}

/// What narrows the list.
pub(crate) struct GroupFilters;

impl Parameters for GroupFilters {
    const OPERATION: &'static str = "listGroups";
    const PARAMETERS: &'static [Parameter] = &[LIMIT, CURSOR, AS_OF, KNOWN_AT];
}

/// What one group is asked with.
pub(crate) struct GroupQuery;

impl Parameters for GroupQuery {
    const OPERATION: &'static str = "getGroup";
    const PARAMETERS: &'static [Parameter] = &[KNOWN_AT];
}

#[OpenApi(prefix_path = "/v1/groups", tag = "Tag::Groups")]
impl Groups {
    /// List groups
    ///
    /// Every group, by id.
    #[oai(path = "/", method = "get", operation_id = "listGroups")]
    async fn list(
        &self,
        _caller: Caller,
        registry: Data<&Registry>,
        query: Query<GroupFilters>,
    ) -> Result<Answer<GroupPage>, Refusal> {
        let snapshot = registry.snapshot();
        let (items, next_cursor) = page(snapshot.groups().iter(), &query, |group| {
            group.id.to_string()
        });
        Answer::of(
            snapshot.revision(),
            &GroupPage {
                items: items.into_iter().map(Group::from).collect(),
                next_cursor,
            },
        )
    }

    /// Get a group
    ///
    /// One group, by slug or id.
    #[oai(path = "/:id", method = "get", operation_id = "getGroup")]
    async fn get(
        &self,
        _caller: Caller,
        registry: Data<&Registry>,
        _query: Query<GroupQuery>,
        /// The group's slug or id.
        id: Path<String>,
    ) -> Result<One<Group>, Refusal> {
        let snapshot = registry.snapshot();
        let group = snapshot.group(&id.0).ok_or(Refusal::NotFound)?;
        One::of(snapshot.revision(), &group.into())
    }
}
