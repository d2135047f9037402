//! Where an importer touches the data.

use serde::{Deserialize, Serialize};
use transfer_decision::vocabulary::{Activity, Place};

use crate::validation::Checks;

/// A location of an engagement or flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// A country or area; `None`: recorded as unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What happens there.
    pub activity: Activity,
    /// Another legal entity that runs the location, by slug.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operated_by: Option<String>,
}

impl Location {
    /// Checks one location of a list.
    pub(crate) fn check(&self, checks: &mut Checks, at: usize) {
        if self.activity == Activity::Seat {
            let pointer = format!("/locations/{at}/activity");
            checks.add(
                pointer,
                "seat_is_no_location",
                "the seat is the organisation's, not a location",
            );
        }
    }
}
