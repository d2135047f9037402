//! Where an importer touches the data, as engagements and flows show and take it.

use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use transfer_decision::vocabulary::Activity;
use transfer_registry_core::locations;

use crate::api::{
    codes::Code,
    values::{Day, Party, PlaceCode},
};

/// Where an importer touches the data. Days inclusive.
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
    /// The first day; absent: the first of the engagement or flow.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Day>,
    /// The last day; absent: the last of the engagement or flow.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Day>,
}

/// A location to be recorded. Days inclusive, and within those of the engagement or flow.
#[derive(Debug, Clone, PartialEq, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(rename = "NewLocation")]
pub(crate) struct LocationInput {
    /// A country, or the area `EEA` or `EU`; left out: recorded as unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<PlaceCode>,
    /// What happens there; the seat is the organisation's, and no location.
    activity: Code<Activity>,
    /// Another legal entity that runs the location, by slug or id: a hop of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    operated_by: Option<Party>,
    /// The first day; left out: the first of the engagement or flow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<Day>,
    /// The last day; left out: the last of the engagement or flow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Day>,
}

impl From<&locations::Location> for Location {
    fn from(location: &locations::Location) -> Self {
        let locations::Location {
            place,
            activity,
            operated_by,
            from,
            until,
        } = location;
        Self {
            place: place.map(PlaceCode),
            activity: Code(*activity),
            operated_by: operated_by.clone(),
            from: from.map(Day),
            until: until.map(Day),
        }
    }
}
