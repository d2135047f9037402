//! Engagements of third parties by groups.

use poem::{Result, web::Data};
use poem_openapi::{Object, OpenApi, param::Path};
use serde::Serialize;
use transfer_decision::vocabulary::{Activity, DataCategory, Role};
use transfer_registry_core::{
    Registry, Snapshot, locations,
    subprocessors::{self, SubprocessorStatus},
};
use uuid::Uuid;

use super::Tag;
use crate::{
    api::{
        answer::{Answer, One},
        auth::Caller,
        codes::Code,
        paging::page,
        query::{AS_OF, CURSOR, KNOWN_AT, Kind, LIMIT, Parameter, Parameters, Query},
        values::{Day, PlaceCode},
    },
    days::engaged_on,
    refusal::Refusal,
};

/// Subprocessors.
pub(crate) struct Subprocessors;

/// An engagement: a group engages a third party for a service. It binds every company of the
/// group as exporter. Days inclusive.
#[derive(Debug, Object, Serialize)]
pub(crate) struct Subprocessor {
    /// Its id.
    id: Uuid,
    /// The group, by slug.
    group: String,
    /// The organisation engaged, by slug.
    organisation: String,
    /// What for.
    service: String,
    /// The purpose's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<String>,
    /// More about it, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// The data categories; absent when nobody recorded any.
    #[serde(skip_serializing_if = "Option::is_none")]
    data_categories: Option<Vec<Code<DataCategory>>>,
    /// Whose data, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    data_subjects: Option<String>,
    /// When it applies at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<String>,
    /// Its stage.
    status: Code<SubprocessorStatus>,
    /// The first day in effect.
    effective_from: Day,
    /// The last day in effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_on: Option<Day>,
    /// The group's role, where recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    exporter_role: Option<Code<Role>>,
    /// The subprocessor's role, where recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    importer_role: Option<Code<Role>>,
    /// Where it touches the data; empty when nobody recorded it.
    locations: Vec<Location>,
    /// What else a reader must know.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// Where the fact comes from.
    source: String,
    /// When somebody last checked it.
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_on: Option<Day>,
    /// How often it was written, from 1.
    version: i64,
}

/// Where an importer touches the data.
#[derive(Debug, Object, Serialize)]
pub(crate) struct Location {
    /// A country, or the area `EEA` or `EU`; absent when recorded as unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<PlaceCode>,
    /// What happens there.
    activity: Code<Activity>,
    /// Another legal entity that runs the location, by slug.
    #[serde(skip_serializing_if = "Option::is_none")]
    operated_by: Option<String>,
}

/// A page of subprocessors.
#[derive(Debug, Object, Serialize)]
pub(crate) struct SubprocessorPage {
    /// The engagements, by id.
    items: Vec<Subprocessor>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl From<&locations::Location> for Location {
    fn from(location: &locations::Location) -> Self {
        let locations::Location {
            place,
            activity,
            operated_by,
        } = location;
        Self {
            place: place.map(PlaceCode),
            activity: Code(*activity),
            operated_by: operated_by.clone(),
        }
    }
}

impl From<&subprocessors::Subprocessor> for Subprocessor {
    fn from(subprocessor: &subprocessors::Subprocessor) -> Self {
        let subprocessors::Subprocessor {
            id,
            group,
            organisation,
            service,
            purpose,
            description,
            data_categories,
            data_subjects,
            condition,
            status,
            effective_from,
            ended_on,
            exporter_role,
            importer_role,
            locations,
            note,
            source,
            checked_on,
            version,
        } = subprocessor;
        Self {
            id: *id,
            group: group.clone(),
            organisation: organisation.clone(),
            service: service.clone(),
            purpose: purpose.clone(),
            description: description.clone(),
            data_categories: data_categories
                .as_ref()
                .map(|categories| categories.iter().copied().map(Code).collect()),
            data_subjects: data_subjects.clone(),
            condition: condition.clone(),
            status: Code(*status),
            effective_from: Day(*effective_from),
            ended_on: ended_on.map(Day),
            exporter_role: exporter_role.map(Code),
            importer_role: importer_role.map(Code),
            locations: locations.iter().map(Location::from).collect(),
            note: note.clone(),
            source: source.clone(),
            checked_on: checked_on.map(Day),
            version: *version,
        }
    }
}

/// What narrows the list.
pub(crate) struct SubprocessorFilters;

impl Parameters for SubprocessorFilters {
    const OPERATION: &'static str = "listSubprocessors";
    const PARAMETERS: &'static [Parameter] = &[
        LIMIT,
        CURSOR,
        AS_OF,
        KNOWN_AT,
        Parameter::new(
            "group",
            "Only engagements of this group, by slug or id.",
            Kind::Name,
        ),
        Parameter::new(
            "organisation",
            "Only engagements of this organisation, by slug or id.",
            Kind::Name,
        ),
        Parameter::new(
            "status",
            "Only engagements in this stage.",
            Kind::code::<SubprocessorStatus>(),
        ),
    ];
}

/// What one subprocessor is asked with.
pub(crate) struct SubprocessorQuery;

impl Parameters for SubprocessorQuery {
    const OPERATION: &'static str = "getSubprocessor";
    const PARAMETERS: &'static [Parameter] = &[KNOWN_AT];
}

#[OpenApi(prefix_path = "/v1/subprocessors", tag = "Tag::Subprocessors")]
impl Subprocessors {
    /// List subprocessors
    ///
    /// Every engagement that the filters leave, by id.
    #[oai(path = "/", method = "get", operation_id = "listSubprocessors")]
    async fn list(
        &self,
        _caller: Caller,
        registry: Data<&Registry>,
        query: Query<SubprocessorFilters>,
    ) -> Result<Answer<SubprocessorPage>, Refusal> {
        let snapshot = registry.snapshot();
        let kept = snapshot
            .subprocessors()
            .iter()
            .filter(|s| keeps(&snapshot, &query, s));
        let (items, next_cursor) = page(kept, &query, |subprocessor| subprocessor.id.to_string());
        let items = items.into_iter().map(Subprocessor::from).collect();
        Answer::of(
            snapshot.revision(),
            &SubprocessorPage { items, next_cursor },
        )
    }

    /// Get a subprocessor
    ///
    /// One engagement, by id.
    #[oai(path = "/:id", method = "get", operation_id = "getSubprocessor")]
    async fn get(
        &self,
        _caller: Caller,
        registry: Data<&Registry>,
        _query: Query<SubprocessorQuery>,
        /// The engagement's id.
        id: Path<String>,
    ) -> Result<One<Subprocessor>, Refusal> {
        let snapshot = registry.snapshot();
        let id: Uuid = id.0.parse().map_err(|_| Refusal::NotFound)?;
        let found = snapshot
            .subprocessors()
            .iter()
            .find(|subprocessor| subprocessor.id == id)
            .ok_or(Refusal::NotFound)?;
        One::of(snapshot.revision(), &found.into())
    }
}

fn keeps(
    snapshot: &Snapshot,
    query: &Query<SubprocessorFilters>,
    subprocessor: &subprocessors::Subprocessor,
) -> bool {
    let of_group = query.text("group").is_none_or(|named| {
        snapshot
            .group(named)
            .is_some_and(|group| group.slug == subprocessor.group)
    });
    let of_organisation = query.text("organisation").is_none_or(|named| {
        snapshot
            .organisation(named)
            .is_some_and(|o| o.slug == subprocessor.organisation)
    });
    of_group
        && of_organisation
        && query
            .code("status")
            .is_none_or(|status: SubprocessorStatus| status == subprocessor.status)
        && query
            .as_of()
            .is_none_or(|day| engaged_on(subprocessor, day))
}
