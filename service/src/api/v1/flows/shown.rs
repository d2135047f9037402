//! Flows as they are shown, and engagements in the form of flows.

use poem_openapi::Object;
use serde::Serialize;
use transfer_decision::{
    span,
    vocabulary::{DataCategory, RelationshipKind, Role},
};
use transfer_registry_core::{
    Snapshot,
    flows::{self, FlowStatus},
    subprocessors,
};
use uuid::Uuid;

use super::input::Suspension;
use crate::api::{
    codes::Code,
    v1::{locations::Location, standings::Standing},
    values::{CountryCode, Day},
};

/// A registered data flow: exporter to importer. A list that is narrowed by `verdict` shows
/// engagements in the same form, each with its own id; every company of the group is then an
/// exporter. Days inclusive.
#[derive(Debug, Object, Serialize)]
pub(crate) struct Flow {
    /// The flow's id, or the engagement's.
    id: Uuid,
    /// Flow or engagement.
    kind: Code<RelationshipKind>,
    /// The group that keeps it, by slug.
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    /// Who sends, by slug; absent of an engagement: every company of the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    exporter: Option<String>,
    /// Who receives, by slug.
    importer: String,
    /// What for, in words; of an engagement only.
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<String>,
    /// The exporter's role, where recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    exporter_role: Option<Code<Role>>,
    /// The importer's role, where recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    importer_role: Option<Code<Role>>,
    /// The data subjects' countries; empty when nobody recorded any.
    data_subjects: Vec<CountryCode>,
    /// The data categories; absent when nobody recorded any.
    #[serde(skip_serializing_if = "Option::is_none")]
    data_categories: Option<Vec<Code<DataCategory>>>,
    /// The purpose's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<String>,
    /// Its stage; an engagement in effect is active.
    status: Code<FlowStatus>,
    /// The first day.
    valid_from: Day,
    /// The last day; absent: open.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_to: Option<Day>,
    /// The flow that it continues (onward transfer).
    #[serde(skip_serializing_if = "Option::is_none")]
    continues: Option<Uuid>,
    /// Whether the data subjects hand the data to the importer directly, on their own initiative.
    collected_from_data_subject: bool,
    /// The days within its own on which it was suspended, and carried nothing, in order.
    suspensions: Vec<Suspension>,
    /// Where the importer touches the data; empty when nobody recorded it.
    locations: Vec<Location>,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
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
    /// How it stands before the law; only in a list that is narrowed by `verdict`.
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<Standing>,
}

/// A page of flows.
#[derive(Debug, Object, Serialize)]
pub(crate) struct FlowPage {
    /// The flows, by id.
    pub(super) items: Vec<Flow>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_cursor: Option<String>,
}

impl Flow {
    /// The flow or engagement with this id, and how it stands.
    pub(super) fn standing(
        snapshot: &Snapshot,
        id: Uuid,
        day: span::Day,
        standing: Standing,
    ) -> Option<Self> {
        let flow = snapshot.flows().get(id).map(|flow| Self::on(flow, day));
        let found = flow.or_else(|| snapshot.subprocessors().get(id).map(Self::from))?;
        Some(Self {
            standing: Some(standing),
            ..found
        })
    }
}

impl Flow {
    /// A flow, in its stage of a day.
    pub(super) fn on(flow: &flows::Flow, day: span::Day) -> Self {
        let flows::Flow {
            id,
            group,
            exporter,
            importer,
            exporter_role,
            importer_role,
            data_subjects,
            data_categories,
            purpose,
            status: _,
            valid_from,
            valid_to,
            continues,
            collected_from_data_subject,
            suspensions,
            locations,
            owner,
            note,
            source,
            checked_on,
            version,
        } = flow;
        Self {
            id: *id,
            kind: Code(RelationshipKind::Flow),
            group: group.clone(),
            exporter: Some(exporter.clone()),
            importer: importer.clone(),
            service: None,
            exporter_role: exporter_role.map(Code),
            importer_role: importer_role.map(Code),
            data_subjects: data_subjects.iter().copied().map(CountryCode).collect(),
            data_categories: data_categories
                .as_ref()
                .map(|categories| categories.iter().copied().map(Code).collect()),
            purpose: purpose.clone(),
            status: Code(flow.stage_on(day)),
            valid_from: Day(*valid_from),
            valid_to: valid_to.map(Day),
            continues: *continues,
            collected_from_data_subject: *collected_from_data_subject,
            suspensions: suspensions.iter().map(Suspension::from).collect(),
            locations: locations.iter().map(Location::from).collect(),
            owner: owner.clone(),
            note: note.clone(),
            source: source.clone(),
            checked_on: checked_on.map(Day),
            version: *version,
            standing: None,
        }
    }
}

/// An engagement in effect, in the form of a flow.
impl From<&subprocessors::Subprocessor> for Flow {
    fn from(engagement: &subprocessors::Subprocessor) -> Self {
        let subjects = engagement.data_subject_countries.iter().flatten();
        Self {
            id: engagement.id,
            kind: Code(RelationshipKind::Engagement),
            group: Some(engagement.group.clone()),
            exporter: None,
            importer: engagement.organisation.clone(),
            service: Some(engagement.service.clone()),
            exporter_role: engagement.exporter_role.map(Code),
            importer_role: engagement.importer_role.map(Code),
            data_subjects: subjects.copied().map(CountryCode).collect(),
            data_categories: engagement
                .data_categories
                .as_ref()
                .map(|categories| categories.iter().copied().map(Code).collect()),
            purpose: engagement.purpose.clone(),
            status: Code(FlowStatus::Active),
            valid_from: Day(engagement.effective_from),
            valid_to: engagement.ended_on.map(Day),
            continues: None,
            collected_from_data_subject: false,
            suspensions: Vec::new(),
            locations: engagement.locations.iter().map(Location::from).collect(),
            owner: None,
            note: engagement.note.clone(),
            source: engagement.source.clone(),
            checked_on: engagement.checked_on.map(Day),
            version: engagement.version,
            standing: None,
        }
    }
}
