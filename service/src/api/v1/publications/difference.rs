//! What differs between two publications, as the API shows it.

use poem_openapi::Object;
use serde::Serialize;
use transfer_decision::vocabulary::{DataCategory, Role};
use transfer_registry_core::publications::{
    self, Change, Content, Difference, Differing, FieldChange, FieldValue, PublicationChange,
    PublishedField,
};
use uuid::Uuid;

use super::shown::PublishedLocation;
use crate::api::{
    codes::Code,
    values::{Day, PlaceCode},
};

/// What differs between two publications, or between one and what would be published.
#[derive(Debug, Object, Serialize)]
pub(crate) struct PublicationDifference {
    /// What differs of the group itself.
    group: Vec<PublishedFieldChange>,
    /// The companies that differ, by id.
    companies: Vec<PublishedChange>,
    /// The engagements that differ, by id.
    subprocessors: Vec<PublishedChange>,
}

/// A company or engagement that differs.
#[derive(Debug, Object, Serialize)]
pub(crate) struct PublishedChange {
    /// Its id.
    id: Uuid,
    /// The organisation's slug.
    slug: String,
    /// The organisation's legal name.
    legal_name: String,
    /// What an engagement is for; absent of a company.
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<String>,
    /// What happened to it.
    change: Code<PublicationChange>,
    /// The fields that differ, of what is in both.
    fields: Vec<PublishedFieldChange>,
}

/// A field that differs.
#[derive(Debug, Object, Serialize)]
pub(crate) struct PublishedFieldChange {
    /// Which.
    field: Code<PublishedField>,
    /// What it was; absent: nothing was recorded, or of a seat, that it is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<PublishedValue>,
    /// What it is; absent in the same cases.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<PublishedValue>,
}

/// What a field holds: exactly one of these.
#[derive(Debug, Default, Object, Serialize)]
pub(crate) struct PublishedValue {
    /// Words, as somebody wrote them; of the purpose its code.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// A day.
    #[serde(skip_serializing_if = "Option::is_none")]
    day: Option<Day>,
    /// How many days.
    #[serde(skip_serializing_if = "Option::is_none")]
    days: Option<i32>,
    /// A country or area.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<PlaceCode>,
    /// Data categories.
    #[serde(skip_serializing_if = "Option::is_none")]
    data_categories: Option<Vec<Code<DataCategory>>>,
    /// Locations.
    #[serde(skip_serializing_if = "Option::is_none")]
    locations: Option<Vec<PublishedLocation>>,
    /// A role.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Code<Role>>,
}

impl PublicationDifference {
    /// What differs in a content from what was published before it.
    pub(crate) fn between(before: Option<&publications::Publication>, content: &Content) -> Self {
        let before = before.map(|before| &*before.content);
        let Difference {
            group,
            companies,
            engagements,
        } = Difference::between(before, content);
        Self {
            group: group.iter().map(PublishedFieldChange::from).collect(),
            companies: companies.iter().map(PublishedChange::from).collect(),
            subprocessors: engagements.iter().map(PublishedChange::from).collect(),
        }
    }
}

impl From<&Differing> for PublishedChange {
    fn from(differing: &Differing) -> Self {
        let Differing {
            id,
            slug,
            legal_name,
            service,
            change,
        } = differing;
        let fields = match change {
            Change::Added | Change::Removed => &[][..],
            Change::Altered(fields) => fields,
        };
        Self {
            id: *id,
            slug: slug.clone(),
            legal_name: legal_name.clone(),
            service: service.clone(),
            change: Code(change.kind()),
            fields: fields.iter().map(PublishedFieldChange::from).collect(),
        }
    }
}

impl From<&FieldChange> for PublishedFieldChange {
    fn from(changed: &FieldChange) -> Self {
        let FieldChange {
            field,
            before,
            after,
        } = changed;
        Self {
            field: Code(*field),
            before: before.as_ref().map(PublishedValue::from),
            after: after.as_ref().map(PublishedValue::from),
        }
    }
}

impl From<&FieldValue> for PublishedValue {
    fn from(value: &FieldValue) -> Self {
        let mut shown = Self::default();
        match value {
            FieldValue::Text(text) => shown.text = Some(text.clone()),
            FieldValue::Day(day) => shown.day = Some(Day(*day)),
            FieldValue::Days(days) => shown.days = Some(*days),
            FieldValue::Place(place) => shown.place = Some(PlaceCode(*place)),
            FieldValue::Categories(categories) => {
                shown.data_categories = Some(categories.iter().copied().map(Code).collect());
            }
            FieldValue::Locations(locations) => {
                shown.locations = Some(locations.iter().map(PublishedLocation::from).collect());
            }
            FieldValue::Role(role) => shown.role = Some(Code(*role)),
        }
        shown
    }
}
