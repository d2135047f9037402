//! Engagements as they are shown.

use poem_openapi::Object;
use serde::Serialize;
use transfer_decision::{
    span,
    vocabulary::{DataCategory, Role},
};
use transfer_registry_core::subprocessors::{self, SubprocessorStatus};
use uuid::Uuid;

use crate::api::{
    codes::Code,
    v1::{locations::Location, standings::Standing},
    values::{CountryCode, Day},
};

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
    /// The data subjects' countries; absent when nobody recorded any.
    #[serde(skip_serializing_if = "Option::is_none")]
    data_subject_countries: Option<Vec<CountryCode>>,
    /// When it applies at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<String>,
    /// Its stage.
    status: Code<SubprocessorStatus>,
    /// The day on which the customers were told.
    #[serde(skip_serializing_if = "Option::is_none")]
    announced_on: Option<Day>,
    /// The last day on which they can object.
    #[serde(skip_serializing_if = "Option::is_none")]
    objection_until: Option<Day>,
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
    /// How it stands before the law; only in a list that is narrowed by `verdict`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) standing: Option<Standing>,
}

/// A page of subprocessors.
#[derive(Debug, Object, Serialize)]
pub(crate) struct SubprocessorPage {
    /// The engagements, by id.
    pub(super) items: Vec<Subprocessor>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_cursor: Option<String>,
}

impl Subprocessor {
    /// An engagement, in its stage of a day.
    pub(super) fn on(subprocessor: &subprocessors::Subprocessor, day: span::Day) -> Self {
        let subprocessors::Subprocessor {
            id,
            group,
            organisation,
            service,
            purpose,
            description,
            data_categories,
            data_subjects,
            data_subject_countries,
            condition,
            status: _,
            announced_on,
            objection_until,
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
            data_subject_countries: data_subject_countries
                .as_ref()
                .map(|countries| countries.iter().copied().map(CountryCode).collect()),
            condition: condition.clone(),
            status: Code(subprocessor.stage_on(day)),
            announced_on: announced_on.map(Day),
            objection_until: objection_until.map(Day),
            effective_from: Day(*effective_from),
            ended_on: ended_on.map(Day),
            exporter_role: exporter_role.map(Code),
            importer_role: importer_role.map(Code),
            locations: locations.iter().map(Location::from).collect(),
            note: note.clone(),
            source: source.clone(),
            checked_on: checked_on.map(Day),
            version: *version,
            standing: None,
        }
    }
}
