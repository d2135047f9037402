//! Flows as a caller gives them.

use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use transfer_decision::vocabulary::{DataCategory, Role};
use transfer_registry_core::flows;
use uuid::Uuid;

use crate::api::{
    codes::Code,
    strict::Input,
    v1::locations::LocationInput,
    values::{CountryCode, Day, Party},
};

/// What can be said of a flow. Days inclusive.
#[derive(Debug, Clone, PartialEq, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FlowInput {
    /// The group that keeps it, by slug or id; it never changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    group: Option<Party>,
    /// Who sends, by slug or id; it never changes.
    exporter: Party,
    /// Who receives, by slug or id; it never changes.
    importer: Party,
    /// The exporter's role, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exporter_role: Option<Code<Role>>,
    /// The importer's role, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    importer_role: Option<Code<Role>>,
    /// The data subjects' countries; left out or empty: nobody recorded any.
    #[oai(validator(max_items = 250))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    data_subjects: Option<Vec<CountryCode>>,
    /// The data categories; left out: nobody recorded any.
    #[oai(validator(max_items = 100))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    data_categories: Option<Vec<Code<DataCategory>>>,
    /// The purpose's code.
    #[oai(validator(min_length = 1, max_length = 63))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    purpose: Option<String>,
    /// The first day.
    valid_from: Day,
    /// The last day; left out: open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    valid_to: Option<Day>,
    /// The flow that it continues (onward transfer), by id: the exporter is its importer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    continues: Option<Uuid>,
    /// Whether the data subjects hand the data to the importer directly, on their own initiative;
    /// left out: they do not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    collected_from_data_subject: Option<bool>,
    /// The days within its own on which it was suspended, in order; suspending and activating
    /// write them.
    #[oai(validator(max_items = 100))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    suspensions: Option<Vec<Suspension>>,
    /// Where the importer touches the data; left out or empty: nobody recorded it.
    #[oai(validator(max_items = 100))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    locations: Option<Vec<LocationInput>>,
    /// Who answers for it.
    #[oai(validator(min_length = 1, max_length = 300))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
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

/// Days on which a flow carried nothing although they are within its own. Days inclusive.
#[derive(Debug, Clone, PartialEq, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Suspension {
    /// The first day without effect.
    from: Day,
    /// The last day without effect; absent: it still is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Day>,
}

impl From<&flows::Suspension> for Suspension {
    fn from(gap: &flows::Suspension) -> Self {
        let flows::Suspension { from, until } = gap;
        Self {
            from: Day(*from),
            until: until.map(Day),
        }
    }
}

/// The registry holds the group and the ends: a slug and an id may name the same one.
impl Input for FlowInput {}

/// A flow to be recorded. Days inclusive.
#[derive(Debug, Clone, Object, Serialize, Deserialize)]
#[oai(rename = "NewFlow")]
pub(crate) struct FlowCreation {
    /// The flow.
    #[oai(flatten)]
    #[serde(flatten)]
    pub(crate) flow: FlowInput,
    /// Whether it runs in reality already: then it is active at once, whatever the law says, and
    /// listed as denied if it is. Otherwise it is a draft.
    #[oai(default)]
    #[serde(default)]
    pub(crate) record_existing: bool,
}

impl Input for FlowCreation {}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::json;
    use transfer_registry_core::flows::NewFlow;

    use super::*;
    use crate::api::v1::{bridge::bridged, standings::fields_of};

    #[test]
    fn a_flow_with_all_that_one_may_have_crosses_the_bridge_both_ways() {
        let whole = json!({
            "group": "qcontact", "exporter": "qcontact-ltd", "importer": "qcontact-inc",
            "exporter_role": "controller", "importer_role": "processor",
            "data_subjects": ["CH", "DE"], "data_categories": ["contact", "account"],
            "purpose": "support", "valid_from": "2026-01-01", "valid_to": "2026-12-31",
            "continues": "01930000-0000-7000-8000-000000000001",
            "collected_from_data_subject": true,
            "suspensions": [{"from": "2026-03-01", "until": "2026-03-31"}],
            "locations": [{"place": "US", "activity": "storage", "operated_by": "google"},
                {"activity": "remote_access", "from": "2026-02-01", "until": "2026-11-30"}],
            "owner": "anna", "note": "read this", "source": "a test", "checked_on": "2026-01-02",
        });
        let named = whole.as_object().unwrap().keys().cloned();
        assert_eq!(fields_of::<FlowInput>(), named.collect());
        let given: FlowInput = serde_json::from_value(whole.clone()).unwrap();
        let new: NewFlow = bridged(&given).unwrap();
        assert_eq!(serde_json::to_value(&new).unwrap(), whole);
        let back: FlowInput = bridged(&new).unwrap();
        assert_eq!(back, given);
    }
}
