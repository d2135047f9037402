//! Engagements as a caller gives them.

use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use transfer_decision::vocabulary::{DataCategory, Role};

use crate::api::{
    codes::Code,
    strict::Input,
    v1::locations::LocationInput,
    values::{CountryCode, Day, Party},
};

/// What can be said of an engagement. Days inclusive.
#[derive(Debug, Clone, PartialEq, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SubprocessorInput {
    /// The group, by slug or id; it never changes.
    group: Party,
    /// The organisation engaged, by slug or id; it never changes.
    organisation: Party,
    /// What for.
    #[oai(validator(min_length = 1, max_length = 300))]
    service: String,
    /// The purpose's code.
    #[oai(validator(min_length = 1, max_length = 63))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    purpose: Option<String>,
    /// More about it, in words.
    #[oai(validator(min_length = 1, max_length = 4000))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// The data categories; left out: nobody recorded any.
    #[oai(validator(max_items = 100))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    data_categories: Option<Vec<Code<DataCategory>>>,
    /// Whose data, in words.
    #[oai(validator(min_length = 1, max_length = 4000))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    data_subjects: Option<String>,
    /// The data subjects' countries; left out: nobody recorded any.
    #[oai(validator(max_items = 250))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    data_subject_countries: Option<Vec<CountryCode>>,
    /// When it applies at all ("only if feature X is on").
    #[oai(validator(min_length = 1, max_length = 4000))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    condition: Option<String>,
    /// The day on which the customers were told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    announced_on: Option<Day>,
    /// The last day on which they can object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    objection_until: Option<Day>,
    /// The first day in effect.
    effective_from: Day,
    /// The last day in effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended_on: Option<Day>,
    /// The group's role, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exporter_role: Option<Code<Role>>,
    /// The subprocessor's role, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    importer_role: Option<Code<Role>>,
    /// Where it touches the data; left out or empty: nobody recorded it.
    #[oai(validator(max_items = 100))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    locations: Option<Vec<LocationInput>>,
    /// What else a reader must know.
    #[oai(validator(min_length = 1, max_length = 4000))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// Where the fact comes from.
    #[oai(validator(min_length = 1, max_length = 4000))]
    source: String,
    /// When somebody last checked it; not after today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    checked_on: Option<Day>,
}

/// The registry holds the group and the organisation: a slug and an id may name the same one.
impl Input for SubprocessorInput {}

/// An engagement to be recorded. Days inclusive.
#[derive(Debug, Clone, Object, Serialize, Deserialize)]
#[oai(rename = "NewSubprocessor")]
pub(crate) struct SubprocessorCreation {
    /// The engagement.
    #[oai(flatten)]
    #[serde(flatten)]
    pub(crate) engagement: SubprocessorInput,
    /// Whether it runs in reality already: then it is active at once, whatever the law says, and
    /// listed as denied if it is. Otherwise it is proposed.
    #[oai(default)]
    #[serde(default)]
    pub(crate) record_existing: bool,
}

impl Input for SubprocessorCreation {}

/// When the customers are told of an engagement, and when it takes effect.
#[derive(Debug, Clone, Default, PartialEq, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(rename = "SubprocessorAnnouncement")]
pub(crate) struct AnnouncementInput {
    /// The day on which they are told; left out: today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    announced_on: Option<Day>,
    /// The last day on which they can object; left out: as the group's objection period says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    objection_until: Option<Day>,
    /// The first day in effect; left out: the one that was proposed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    effective_from: Option<Day>,
}

impl Input for AnnouncementInput {}

/// From when an engagement takes effect.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(rename = "SubprocessorActivation")]
pub(crate) struct ActivationInput {
    /// The first day in effect; left out: the one that was proposed or announced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) effective_from: Option<Day>,
}

impl Input for ActivationInput {}

/// The end of an engagement or a flow.
#[derive(Debug, Clone, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(rename = "RelationshipEnd")]
pub(crate) struct EndInput {
    /// The last day; from the day after it carries nothing. A day that is past is a correction.
    pub(crate) last_day: Day,
}

impl Input for EndInput {}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::json;
    use transfer_registry_core::subprocessors::{Announcement, NewSubprocessor};

    use super::*;
    use crate::api::v1::{bridge::bridged, standings::fields_of};

    #[test]
    fn an_engagement_with_all_that_one_may_have_crosses_the_bridge_both_ways() {
        let whole = json!({
            "group": "qcontact", "organisation": "stripe", "service": "payment",
            "purpose": "payment", "description": "cards", "data_categories": ["account", "billing"],
            "data_subjects": "customers", "data_subject_countries": ["CH", "DE"],
            "condition": "only if paid", "announced_on": "2026-01-01",
            "objection_until": "2026-01-15", "effective_from": "2026-02-01",
            "ended_on": "2026-12-31", "exporter_role": "controller", "importer_role": "processor",
            "locations": [{"place": "EEA", "activity": "storage", "operated_by": "google"},
                {"activity": "remote_access", "from": "2026-03-01", "until": "2026-11-30"}],
            "note": "read this", "source": "a test", "checked_on": "2026-01-02",
        });
        let named = whole.as_object().unwrap().keys().cloned();
        assert_eq!(fields_of::<SubprocessorInput>(), named.collect());
        let given: SubprocessorInput = serde_json::from_value(whole.clone()).unwrap();
        let new: NewSubprocessor = bridged(&given).unwrap();
        assert_eq!(serde_json::to_value(&new).unwrap(), whole);
        let back: SubprocessorInput = bridged(&new).unwrap();
        assert_eq!(back, given);
    }

    #[test]
    fn an_announcement_crosses_the_bridge() {
        let whole = json!({
            "announced_on": "2026-01-01", "objection_until": "2026-01-15",
            "effective_from": "2026-02-01",
        });
        let given: AnnouncementInput = serde_json::from_value(whole.clone()).unwrap();
        let announcement: Announcement = bridged(&given).unwrap();
        assert_eq!(serde_json::to_value(&announcement).unwrap(), whole);
        let empty: Announcement = bridged(&AnnouncementInput::default()).unwrap();
        assert_eq!(serde_json::to_value(&empty).unwrap(), json!({}));
    }
}
