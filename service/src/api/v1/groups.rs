//! Groups that keep a register.

use poem::{Result, web::Data};
use poem_openapi::{Object, OpenApi, param::Path};
use serde::{Deserialize, Serialize};
use transfer_registry_core::{
    Registry, Snapshot,
    groups::{self, NewGroup},
};
use uuid::Uuid;

use super::{Tag, bridge::bridged, impact_analyses::ImpactAnalysis};
use crate::{
    api::{
        answer::{Answer, One},
        auth::Caller,
        etag::IfMatch,
        paging::page,
        patch::Patch,
        query::{AS_OF, CURSOR, KNOWN_AT, LIMIT, Parameter, Parameters, Query},
        strict::{Input, StrictJson},
        values::Day,
        write::{Changed, Created, Writing, Written},
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
    /// How many days ahead its customers are told of a change.
    #[serde(skip_serializing_if = "Option::is_none")]
    notice_days: Option<i32>,
    /// How many days they have to object.
    #[serde(skip_serializing_if = "Option::is_none")]
    objection_days: Option<i32>,
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
            notice_days,
            objection_days,
            source,
            checked_on,
            version,
        } = group;
        Self {
            id: *id,
            slug: slug.clone(),
            name: name.clone(),
            notice_note: notice_note.clone(),
            notice_days: *notice_days,
            objection_days: *objection_days,
            source: source.clone(),
            checked_on: checked_on.map(Day),
            version: *version,
        }
    }
}

/// A group to be created.
#[derive(Debug, Clone, PartialEq, Eq, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(rename = "NewGroup")]
pub(crate) struct GroupInput {
    /// Its stable short name, accepted wherever its id is: 2 to 63 lower-case letters and digits,
    /// with single hyphens between. It never changes.
    slug: String,
    /// Its name.
    name: String,
    /// What a reader must know of its notice.
    #[serde(skip_serializing_if = "Option::is_none")]
    notice_note: Option<String>,
    /// How many days ahead its customers are told of a change: 0 to 3650.
    #[serde(skip_serializing_if = "Option::is_none")]
    notice_days: Option<i32>,
    /// How many days they have to object: 0 to 3650.
    #[serde(skip_serializing_if = "Option::is_none")]
    objection_days: Option<i32>,
    /// Where the fact comes from.
    source: String,
    /// When somebody last checked it; not after today.
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_on: Option<Day>,
}

impl Input for GroupInput {
    const FIXED: &'static [&'static str] = &["slug"];
}

impl From<&groups::Group> for GroupInput {
    fn from(group: &groups::Group) -> Self {
        let groups::Group {
            id: _,
            slug,
            name,
            notice_note,
            notice_days,
            objection_days,
            source,
            checked_on,
            version: _,
        } = group.clone();
        Self {
            slug,
            name,
            notice_note,
            notice_days,
            objection_days,
            source,
            checked_on: checked_on.map(Day),
        }
    }
}

/// The group with this slug or id.
fn find<'s>(snapshot: &'s Snapshot, id: &str) -> Result<&'s groups::Group, Refusal> {
    snapshot.group(id).ok_or(Refusal::NotFound)
}

/// A group as it is shown.
fn shown(snapshot: &Snapshot, group: &groups::Group) -> Result<One<Group>, Refusal> {
    One::versioned(snapshot.revision(), group.version, &group.into())
}

/// The group that a write made.
fn made(snapshot: &Snapshot, id: Uuid) -> Result<One<Group>, Refusal> {
    shown(
        snapshot,
        snapshot.groups().get(id).ok_or(Refusal::NotFound)?,
    )
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
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<GroupFilters>,
    ) -> Result<Answer<GroupPage>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
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
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<GroupQuery>,
        /// The group's slug or id.
        id: Path<String>,
    ) -> Result<One<Group>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        shown(&snapshot, find(&snapshot, &id)?)
    }

    /// Create a group
    ///
    /// Creates a group that keeps a register of its own.
    #[oai(path = "/", method = "post", operation_id = "createGroup")]
    async fn create(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        input: StrictJson<GroupInput>,
    ) -> Result<Written<Created<Group>, ImpactAnalysis>, Refusal> {
        let new: NewGroup = bridged(&input.0)?;
        let write = writing.create(&registry, input.digest(), |draft| {
            Ok(groups::create_in(draft, new)?)
        });
        write
            .await?
            .created("/v1/groups", made, ImpactAnalysis::of)
            .await
    }

    /// Amend a group
    ///
    /// Amends a group; its slug stays.
    #[oai(path = "/:id", method = "patch", operation_id = "updateGroup")]
    async fn update(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The group's slug or id.
        id: Path<String>,
        if_match: IfMatch,
        patch: Patch<GroupInput>,
    ) -> Result<Written<Changed<Group>, ImpactAnalysis>, Refusal> {
        let write = writing.change(&registry, |draft| {
            let base = draft.seen()?;
            let current = find(&base, &id)?;
            let shown = shown(&base, current)?;
            let expected = if_match.holds(&shown)?;
            let new = bridged(&patch.apply(&current.into())?)?;
            Ok(groups::amend_in(draft, current.id, expected, new)?)
        });
        write.await?.changed(made, ImpactAnalysis::of).await
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use transfer_decision::span::parse_day;

    use super::*;

    #[test]
    fn a_group_with_all_that_one_may_have_is_the_same_on_both_sides() {
        let input = GroupInput {
            slug: "acme".to_owned(),
            name: "Acme".to_owned(),
            notice_note: Some("in two languages".to_owned()),
            notice_days: Some(30),
            objection_days: Some(14),
            source: "https://acme.example/privacy".to_owned(),
            checked_on: parse_day("2026-11-20").map(Day),
        };
        let new: NewGroup = bridged(&input).unwrap();
        assert_eq!(new.notice_days, Some(30));
        assert_eq!(bridged::<GroupInput>(&new).unwrap(), input);
    }
}
