//! Where an importer touches the data, as engagements and flows show and take it.

use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use transfer_decision::vocabulary::Activity;
use transfer_registry_core::locations;

use crate::api::{
    codes::Code,
    values::{Party, PlaceCode},
};

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

/// A location to be recorded.
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
