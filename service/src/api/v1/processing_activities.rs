//! What groups do with data, as their notices say.

use poem::{Result, web::Data};
use poem_openapi::{Object, OpenApi, param::Path};
use serde::{Deserialize, Serialize};
use transfer_decision::vocabulary::{DataCategory, Role};
use transfer_registry_core::{
    Registry, Snapshot,
    processing_activities::{self, NewProcessingActivity},
};
use uuid::Uuid;

use super::{Tag, bridge::bridged, impact_analyses::ImpactAnalysis};
use crate::{
    api::{
        answer::{Answer, One},
        auth::Caller,
        codes::Code,
        etag::IfMatch,
        paging::page,
        patch::Patch,
        query::{AS_OF, CURSOR, KNOWN_AT, Kind, LIMIT, Parameter, Parameters, Query},
        strict::{Input, StrictJson},
        values::{Day, Party},
        write::{Changed, Created, Writing, Written},
    },
    refusal::Refusal,
};

/// Processing activities.
pub(crate) struct ProcessingActivities;

/// What a group does with data, as its notice says.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ProcessingActivity {
    /// Its id.
    id: Uuid,
    /// The group, by slug.
    group: String,
    /// What it is called.
    name: String,
    /// The group's role in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Code<Role>>,
    /// The purpose's code.
    purpose: String,
    /// The data categories; empty when the notice connects none with it.
    data_categories: Vec<Code<DataCategory>>,
    /// The data in the notice's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    data_described: Option<String>,
    /// Whose data, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    data_subjects: Option<String>,
    /// The legal bases that the notice names.
    legal_bases: Vec<String>,
    /// How long the data is kept, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    retention: Option<String>,
    /// Where the fact comes from.
    source: String,
    /// When somebody last checked it.
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_on: Option<Day>,
    /// How often it was written, from 1.
    version: i64,
}

/// A page of processing activities.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ProcessingActivityPage {
    /// The processing activities, by id.
    items: Vec<ProcessingActivity>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl From<&processing_activities::ProcessingActivity> for ProcessingActivity {
    fn from(activity: &processing_activities::ProcessingActivity) -> Self {
        let ProcessingActivityInput {
            group,
            name,
            role,
            purpose,
            data_categories,
            data_described,
            data_subjects,
            legal_bases,
            retention,
            source,
            checked_on,
        } = activity.into();
        Self {
            id: activity.id,
            group: group.0,
            name,
            role,
            purpose,
            data_categories: data_categories.unwrap_or_default(),
            data_described,
            data_subjects,
            legal_bases: legal_bases.unwrap_or_default(),
            retention,
            source,
            checked_on,
            version: activity.version,
        }
    }
}

/// A processing activity to be recorded.
#[derive(Debug, Clone, PartialEq, Eq, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(rename = "NewProcessingActivity")]
pub(crate) struct ProcessingActivityInput {
    /// The group, by slug or id. It never changes.
    group: Party,
    /// What it is called.
    name: String,
    /// The group's role in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Code<Role>>,
    /// The purpose's code, in `snake_case`.
    purpose: String,
    /// The data categories; left out or empty when the notice connects none with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    data_categories: Option<Vec<Code<DataCategory>>>,
    /// The data in the notice's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    data_described: Option<String>,
    /// Whose data, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    data_subjects: Option<String>,
    /// The legal bases that the notice names.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_items = 50))]
    legal_bases: Option<Vec<String>>,
    /// How long the data is kept, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    retention: Option<String>,
    /// Where the fact comes from.
    source: String,
    /// When somebody last checked it; not after today.
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_on: Option<Day>,
}

/// The registry holds the group, because a slug and an id may name the same one.
impl Input for ProcessingActivityInput {}

impl From<&processing_activities::ProcessingActivity> for ProcessingActivityInput {
    fn from(activity: &processing_activities::ProcessingActivity) -> Self {
        let processing_activities::ProcessingActivity {
            id: _,
            group,
            name,
            role,
            purpose,
            data_categories,
            data_described,
            data_subjects,
            legal_bases,
            retention,
            source,
            checked_on,
            version: _,
        } = activity.clone();
        Self {
            group: Party(group),
            name,
            role: role.map(Code),
            purpose,
            data_categories: Some(data_categories.into_iter().map(Code).collect()),
            data_described,
            data_subjects,
            legal_bases: Some(legal_bases),
            retention,
            source,
            checked_on: checked_on.map(Day),
        }
    }
}

/// The processing activity with this id.
fn find<'s>(
    snapshot: &'s Snapshot,
    id: &str,
) -> Result<&'s processing_activities::ProcessingActivity, Refusal> {
    let found = id.parse().ok().and_then(|id: Uuid| {
        let activities = snapshot.processing_activities();
        activities.get(id)
    });
    found.ok_or(Refusal::NotFound)
}

/// A processing activity as it is shown.
fn shown(
    snapshot: &Snapshot,
    activity: &processing_activities::ProcessingActivity,
) -> Result<One<ProcessingActivity>, Refusal> {
    One::versioned(snapshot.revision(), activity.version, &activity.into())
}

/// The processing activity that a write made.
fn made(snapshot: &Snapshot, id: Uuid) -> Result<One<ProcessingActivity>, Refusal> {
    shown(snapshot, find(snapshot, &id.to_string())?)
}

/// What narrows the list.
pub(crate) struct ProcessingActivityFilters;

impl Parameters for ProcessingActivityFilters {
    const OPERATION: &'static str = "listProcessingActivities";
    const PARAMETERS: &'static [Parameter] = &[
        LIMIT,
        CURSOR,
        AS_OF,
        KNOWN_AT,
        Parameter::new(
            "group",
            "Only activities of this group, by slug or id.",
            Kind::Name,
        ),
        Parameter::new(
            "role",
            "Only activities in which the group has this role.",
            Kind::code::<Role>(),
        ),
        Parameter::new(
            "purpose",
            "Only activities for this purpose, by its code.",
            Kind::Name,
        ),
        Parameter::new(
            "data_category",
            "Only activities with data of this category.",
            Kind::code::<DataCategory>(),
        ),
    ];
}

/// What one processing activity is asked with.
pub(crate) struct ProcessingActivityQuery;

impl Parameters for ProcessingActivityQuery {
    const OPERATION: &'static str = "getProcessingActivity";
    const PARAMETERS: &'static [Parameter] = &[KNOWN_AT];
}

#[OpenApi(
    prefix_path = "/v1/processing-activities",
    tag = "Tag::ProcessingActivities"
)]
impl ProcessingActivities {
    /// List processing activities
    ///
    /// Every processing activity that the filters leave, by id.
    #[oai(path = "/", method = "get", operation_id = "listProcessingActivities")]
    async fn list(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<ProcessingActivityFilters>,
    ) -> Result<Answer<ProcessingActivityPage>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        let kept = snapshot
            .processing_activities()
            .iter()
            .filter(|activity| keeps(&snapshot, &query, activity));
        let (items, next_cursor) = page(kept, &query, |activity| activity.id.to_string());
        let items = items.into_iter().map(ProcessingActivity::from).collect();
        Answer::of(
            snapshot.revision(),
            &ProcessingActivityPage { items, next_cursor },
        )
    }

    /// Get a processing activity
    ///
    /// One processing activity, by id.
    #[oai(path = "/:id", method = "get", operation_id = "getProcessingActivity")]
    async fn get(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<ProcessingActivityQuery>,
        /// The activity's id.
        id: Path<String>,
    ) -> Result<One<ProcessingActivity>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        shown(&snapshot, find(&snapshot, &id)?)
    }

    /// Create a processing activity
    ///
    /// Records what a group does with data.
    #[oai(path = "/", method = "post", operation_id = "createProcessingActivity")]
    async fn create(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        input: StrictJson<ProcessingActivityInput>,
    ) -> Result<Written<Created<ProcessingActivity>, ImpactAnalysis>, Refusal> {
        let new: NewProcessingActivity = bridged(&input.0)?;
        let write = writing.create(&registry, input.digest(), |draft| {
            Ok(processing_activities::record_in(draft, new)?)
        });
        let collection = "/v1/processing-activities";
        write
            .await?
            .created(collection, made, ImpactAnalysis::of)
            .await
    }

    /// Amend a processing activity
    ///
    /// Amends a processing activity; its group stays.
    #[oai(
        path = "/:id",
        method = "patch",
        operation_id = "updateProcessingActivity"
    )]
    async fn update(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The activity's id.
        id: Path<String>,
        if_match: IfMatch,
        patch: Patch<ProcessingActivityInput>,
    ) -> Result<Written<Changed<ProcessingActivity>, ImpactAnalysis>, Refusal> {
        let write = writing.change(&registry, |draft| {
            let base = draft.seen()?;
            let current = find(&base, &id)?;
            let shown = shown(&base, current)?;
            let expected = if_match.holds(&shown)?;
            let new = bridged(&patch.apply(&current.into())?)?;
            Ok(processing_activities::amend_in(
                draft, current.id, expected, new,
            )?)
        });
        write.await?.changed(made, ImpactAnalysis::of).await
    }
}

fn keeps(
    snapshot: &Snapshot,
    query: &Query<ProcessingActivityFilters>,
    activity: &processing_activities::ProcessingActivity,
) -> bool {
    let of_group = query.text("group").is_none_or(|named| {
        snapshot
            .group(named)
            .is_some_and(|group| group.slug == activity.group)
    });
    of_group
        && query
            .code("role")
            .is_none_or(|role: Role| activity.role == Some(role))
        && query
            .text("purpose")
            .is_none_or(|purpose| purpose == activity.purpose)
        && query
            .code("data_category")
            .is_none_or(|category: DataCategory| activity.data_categories.contains(&category))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use transfer_decision::span::parse_day;

    use super::*;

    #[test]
    fn an_activity_with_all_that_one_may_have_is_the_same_on_both_sides() {
        let input = ProcessingActivityInput {
            group: Party("acme".to_owned()),
            name: "Answering customers".to_owned(),
            role: Some(Code(Role::Controller)),
            purpose: "customer_support".to_owned(),
            data_categories: Some(vec![
                Code(DataCategory::Contact),
                Code(DataCategory::Support),
            ]),
            data_described: Some("what customers write".to_owned()),
            data_subjects: Some("customers".to_owned()),
            legal_bases: Some(vec!["GDPR Art. 6(1)(b)".to_owned()]),
            retention: Some("three years".to_owned()),
            source: "https://acme.example/privacy".to_owned(),
            checked_on: parse_day("2026-11-20").map(Day),
        };
        let new: NewProcessingActivity = bridged(&input).unwrap();
        assert_eq!(new.data_categories.len(), 2);
        assert_eq!(bridged::<ProcessingActivityInput>(&new).unwrap(), input);
    }
}
