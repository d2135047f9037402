//! A mechanism as a caller gives it.

use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use transfer_decision::vocabulary::Tool;

use super::shown::{MechanismParty, Statements};
use crate::api::{
    codes::Code,
    strict::Input,
    values::{CountryCode, Day},
};

/// A mechanism to be recorded; days inclusive.
#[derive(Debug, Clone, PartialEq, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(rename = "NewMechanism")]
pub(crate) struct MechanismInput {
    /// The group that keeps it, by slug or id; absent: it is shared by all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(min_length = 1, max_length = 200))]
    group: Option<String>,
    /// What it is.
    tool: Code<Tool>,
    /// The module of the EU clauses, 1 to 4: required of the EU clauses of 2021 and of the UK
    /// addendum to them, and of no other tool.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(minimum(value = "1"), maximum(value = "4")))]
    module: Option<u8>,
    /// The day of signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_on: Option<Day>,
    /// The first day on which the processing was no longer what was signed for.
    #[serde(skip_serializing_if = "Option::is_none")]
    processing_changed_on: Option<Day>,
    /// The day of approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    approved_on: Option<Day>,
    /// The country of the approving authority; absent: one in the EEA.
    #[serde(skip_serializing_if = "Option::is_none")]
    approved_by: Option<CountryCode>,
    /// The day of authorisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    authorised_on: Option<Day>,
    /// Whether a processor combined the data with data that it collected in the EU; absent: yes.
    #[serde(default = "combined")]
    #[oai(default = "combined")]
    combined_with_eu_data: bool,
    /// The statements made about it; what is left out is not stated.
    #[serde(default)]
    #[oai(default)]
    statements: Statements,
    /// The last day on which it carries transfers.
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_on: Option<Day>,
    /// Who is party to it, or bound by it.
    #[oai(validator(min_items = 1, max_items = 1000))]
    parties: Vec<MechanismParty>,
    /// What it is called among the parties.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// The law that governs it, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    governing_law: Option<String>,
    /// Where the document is.
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<String>,
    /// SHA-256 of the document, in 64 lower-case hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    document_sha256: Option<String>,
    /// What else a reader must know, such as why a derogation is necessary.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// How often it may be used; absent: as often as the law lets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(minimum(value = "1"), maximum(value = "100000")))]
    uses_limit: Option<i32>,
    /// Where the fact comes from.
    source: String,
    /// When somebody last checked it.
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_on: Option<Day>,
}

/// What nobody says was combined.
const fn combined() -> bool {
    true
}

impl Input for MechanismInput {
    const FIXED: &'static [&'static str] = &["group", "tool"];
}

/// The end of a mechanism.
#[derive(Debug, Clone, PartialEq, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MechanismEnd {
    /// The last day on which it carries transfers.
    pub(super) last_day: Day,
}

impl Input for MechanismEnd {}

/// One use of a mechanism.
#[derive(Debug, Clone, PartialEq, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(rename = "NewMechanismUse")]
pub(crate) struct MechanismUseInput {
    /// The day.
    pub(super) on: Day,
    /// What was transferred, and why it was necessary.
    pub(super) note: String,
}

impl Input for MechanismUseInput {}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
mod tests {
    use serde_json::{Value, json};
    use transfer_registry_core::mechanisms::{NewMechanism, Party};

    use super::*;
    use crate::api::{strict::parse, v1::bridge::bridged};

    /// A mechanism with all that one may have; every statement says otherwise than when left out.
    fn whole() -> Value {
        let mut statements = serde_json::to_value(Statements::default()).unwrap();
        let stated = statements.as_object_mut().unwrap();
        for statement in stated.values_mut() {
            *statement = json!(true);
        }
        stated.insert("repetitive".to_owned(), json!(false));
        json!({
            "group": "qcontact",
            "tool": "scc-2021-914",
            "module": 2,
            "signed_on": "2026-01-01",
            "processing_changed_on": "2026-06-01",
            "approved_on": "2026-02-01",
            "approved_by": "IE",
            "authorised_on": "2026-03-01",
            "combined_with_eu_data": false,
            "statements": statements,
            "ends_on": "2029-12-31",
            "parties": [
                {"organisation": "qcontact-ltd", "side": "exporter"},
                {
                    "organisation": "aws", "side": "importer",
                    "acceded_on": "2026-02-01", "left_on": "2028-01-01",
                },
            ],
            "title": "Clauses with AWS",
            "governing_law": "Irish law",
            "document": "https://example.org/clauses.pdf",
            "document_sha256": "ab".repeat(32),
            "note": "signed in two languages",
            "uses_limit": 3,
            "source": "contract 17",
            "checked_on": "2026-11-01",
        })
    }

    #[test]
    fn a_mechanism_with_all_that_it_may_have_crosses_to_the_registry_and_back() {
        let text = whole().to_string();
        let given: MechanismInput = parse(text.as_bytes()).unwrap();
        let new: NewMechanism = bridged(&given).unwrap();
        assert_eq!(serde_json::to_value(&new).unwrap(), whole());
        let back: MechanismInput = bridged(&new).unwrap();
        assert_eq!(back, given);
        let party: Party = bridged(given.parties.last().unwrap()).unwrap();
        assert_eq!(party.organisation, "aws");
    }

    #[test]
    fn what_is_left_out_is_what_the_registry_takes_it_for() {
        let least = json!({
            "tool": "derogation-49-1-a", "source": "a test",
            "parties": [{"organisation": "a", "side": "exporter"}],
        });
        let given: MechanismInput = parse(least.to_string().as_bytes()).unwrap();
        let new: NewMechanism = bridged(&given).unwrap();
        assert!(new.combined_with_eu_data);
        assert_eq!(
            new.statements,
            transfer_decision::facts::Statements::default()
        );
        let read: NewMechanism = serde_json::from_value(least).unwrap();
        assert_eq!(new, read);
    }

    #[test]
    fn a_number_that_is_none_of_a_modules_is_named() {
        let mut wrong = whole();
        wrong["module"] = json!(5);
        wrong["uses_limit"] = json!(0);
        wrong["statements"]["occasional"] = json!("yes");
        let refusal = parse::<MechanismInput>(wrong.to_string().as_bytes()).unwrap_err();
        let places: Vec<_> = refusal
            .violations()
            .iter()
            .map(|v| v.pointer.as_str())
            .collect();
        assert_eq!(places, ["/module", "/statements/occasional", "/uses_limit"]);
    }
}
