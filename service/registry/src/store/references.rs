//! The rows that belong to an object.

use sea_orm::prelude::Uuid;
use transfer_registry_entity::{flow_locations, subprocessor_locations};

use crate::locations::Location;

/// The rows of a flow's locations.
pub(crate) fn of_flow(
    flow_id: Uuid,
    locations: Vec<Location>,
    operators: Vec<Option<Uuid>>,
) -> Vec<flow_locations::Model> {
    (0..)
        .zip(locations.into_iter().zip(operators))
        .map(
            |(position, (location, operated_by))| flow_locations::Model {
                flow_id,
                position,
                place: location.place.map(Into::into),
                activity: location.activity.into(),
                operated_by,
                first_day: location.from,
                last_day: location.until,
            },
        )
        .collect()
}

/// The rows of an engagement's locations.
pub(crate) fn of_subprocessor(
    subprocessor_id: Uuid,
    locations: Vec<Location>,
    operators: Vec<Option<Uuid>>,
) -> Vec<subprocessor_locations::Model> {
    (0..)
        .zip(locations.into_iter().zip(operators))
        .map(
            |(position, (location, operated_by))| subprocessor_locations::Model {
                subprocessor_id,
                position,
                place: location.place.map(Into::into),
                activity: location.activity.into(),
                operated_by,
                first_day: location.from,
                last_day: location.until,
            },
        )
        .collect()
}
