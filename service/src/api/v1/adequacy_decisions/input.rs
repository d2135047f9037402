//! What a caller says of an adequacy decision: all of it, or what happens to it.

use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use transfer_decision::{
    span::previous,
    vocabulary::{Confidence, EndKind, Regime},
};
use transfer_registry_core::law_amendments::Amendment;
use transfer_registry_seed::law::amendment::{
    AdequacyDecisionTerms, ChallengeAdequacyDecision, EndAdequacyDecision, ExtendAdequacyDecision,
};

use super::conditions::{AdequacyCondition, rows};
use crate::{
    api::{
        codes::Code,
        strict::Input,
        v1::bridge::bridged,
        values::{CountryCode, Day},
    },
    refusal::Refusal,
};

/// An adequacy decision, or one phase of one, to be added to the law; days inclusive.
#[derive(Debug, Clone, PartialEq, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(rename = "NewAdequacyDecision")]
pub(crate) struct AdequacyDecisionInput {
    /// The row's id, which verdicts name: letters and digits in words joined by hyphens.
    #[oai(validator(min_length = 1, max_length = 200))]
    id: String,
    /// The regime under which it counts.
    regime: Code<Regime>,
    /// The territory that it covers; this or `organisation`.
    #[serde(skip_serializing_if = "Option::is_none")]
    territory: Option<CountryCode>,
    /// The slug of the international organisation that it covers; this or `territory`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 300))]
    organisation: Option<String>,
    /// The act of which this is one phase; absent: it is an act of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 300))]
    instrument: Option<String>,
    /// What it is called.
    #[oai(validator(max_length = 300))]
    title: String,
    /// The official citation.
    #[oai(validator(max_length = 300))]
    citation: String,
    /// The CELEX number of the act; exactly one of `celex`, `fedlex`, `uk` and `fdpic`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 300))]
    celex: Option<String>,
    /// Year and page in the official compilation of Swiss law.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 300))]
    fedlex: Option<String>,
    /// The path on legislation.gov.uk.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 300))]
    uk: Option<String>,
    /// `true`: it stands on the FDPIC's list, which has no number.
    #[serde(skip_serializing_if = "Option::is_none")]
    fdpic: Option<bool>,
    /// CELEX numbers of the acts that made this phase.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[oai(default, validator(max_items = 100))]
    amended_by: Vec<String>,
    /// The first day on which it applies.
    valid_from: Day,
    /// The last day on which it applies; absent when open.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_to: Option<Day>,
    /// What must hold besides; all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[oai(default, validator(max_items = 100))]
    conditions: Vec<AdequacyCondition>,
    /// How it ends; exactly when there is a last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_kind: Option<Code<EndKind>>,
    /// What ends it, as a lawyer cites it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 4000))]
    ended_by: Option<String>,
    /// The official number of what ends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    ending_act: Option<EndingAct>,
    /// Whether the court that struck it down kept its effects to its last day.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[oai(default)]
    effects_preserved: bool,
    /// A challenge that is pending in court.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 4000))]
    challenge: Option<String>,
    /// How well it is established.
    confidence: Code<Confidence>,
    /// What a reader should know.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 40000))]
    notes: Option<String>,
    /// Where the fact comes from; an amendment says it anew.
    #[serde(skip_serializing_if = "String::is_empty")]
    source: String,
}

impl Input for AdequacyDecisionInput {
    const FIXED: &'static [&'static str] = &["id"];
}

/// The official number of what ended an adequacy decision: exactly one of the three.
#[derive(Debug, Clone, PartialEq, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndingAct {
    /// The CELEX number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 300))]
    celex: Option<String>,
    /// Year and page in the official compilation of Swiss law.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 300))]
    fedlex: Option<String>,
    /// The path on legislation.gov.uk.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 300))]
    uk: Option<String>,
}

impl AdequacyDecisionInput {
    /// The decision in the law's terms, and where it comes from.
    ///
    /// # Errors
    /// A condition that names several codes where the law takes one.
    pub(super) fn terms(self) -> Result<(AdequacyDecisionTerms, String), Refusal> {
        let conditions = rows(&self.conditions, "/conditions")?;
        let source = self.source.clone();
        let mut given = serde_json::to_value(Self {
            conditions: Vec::new(),
            ..self
        })
        .unwrap_or_default();
        if let Some(fields) = given.as_object_mut() {
            fields.remove("source");
        }
        let terms = bridged(&given)?;
        Ok((
            AdequacyDecisionTerms {
                conditions,
                ..terms
            },
            source,
        ))
    }

    /// A decision as somebody would give it again, without saying where it comes from.
    ///
    /// # Errors
    /// A fault of ours.
    pub(super) fn of(terms: AdequacyDecisionTerms) -> Result<Self, Refusal> {
        let conditions = terms
            .conditions
            .iter()
            .map(AdequacyCondition::from)
            .collect();
        let mut given = serde_json::to_value(AdequacyDecisionTerms {
            conditions: Vec::new(),
            ..terms
        })
        .unwrap_or_default();
        if let Some(fields) = given.as_object_mut() {
            fields.insert("source".to_owned(), Value::from(""));
        }
        let given: Self = bridged(&given)?;
        Ok(Self {
            conditions,
            ..given
        })
    }
}

/// The end of an adequacy decision.
#[derive(Debug, Clone, PartialEq, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AdequacyDecisionEnd {
    /// The first day on which it no longer applies: of one that a court strikes down, the day of
    /// the judgment.
    on: Day,
    /// How it ends. Nobody guesses it: what a court strikes down is something else than what its
    /// authority takes back.
    end_kind: Code<EndKind>,
    /// What ends it, as a lawyer cites it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 4000))]
    ended_by: Option<String>,
    /// The official number of what ends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    ending_act: Option<EndingAct>,
    /// Whether the court that strikes it down keeps its effects to its last day.
    #[serde(default)]
    #[oai(default)]
    effects_preserved: bool,
    /// What a reader should know; added to the decision's notes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 4000))]
    note: Option<String>,
    /// Where the fact comes from.
    pub(super) source: String,
}

impl Input for AdequacyDecisionEnd {}

impl AdequacyDecisionEnd {
    /// The amendment that says it of a decision.
    pub(super) fn of(&self, decision: &str) -> Result<Amendment, Refusal> {
        let ending_act = self.ending_act.as_ref().map(bridged).transpose()?;
        Ok(Amendment::EndAdequacyDecision(EndAdequacyDecision {
            decision: decision.to_owned(),
            last_day: previous(self.on.0),
            end_kind: self.end_kind.0,
            effects_preserved: self.effects_preserved,
            ended_by: self.ended_by.clone(),
            ending_act,
            note: self.note.clone(),
        }))
    }
}

/// A later last day of an adequacy decision that would expire.
#[derive(Debug, Clone, PartialEq, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AdequacyDecisionExtension {
    /// The new last day; absent: it no longer expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_day: Option<Day>,
    /// CELEX numbers of the acts that extend it.
    #[serde(default)]
    #[oai(default, validator(max_items = 100))]
    amended_by: Vec<String>,
    /// What a reader should know; added to the decision's notes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 4000))]
    note: Option<String>,
    /// Where the fact comes from.
    pub(super) source: String,
}

impl Input for AdequacyDecisionExtension {}

impl AdequacyDecisionExtension {
    /// The amendment that says it of a decision.
    pub(super) fn of(&self, decision: &str) -> Amendment {
        Amendment::ExtendAdequacyDecision(ExtendAdequacyDecision {
            decision: decision.to_owned(),
            last_day: self.last_day.map(|day| day.0),
            amended_by: self.amended_by.clone(),
            note: self.note.clone(),
        })
    }
}

/// Whether a challenge of an adequacy decision is pending in court.
#[derive(Debug, Clone, PartialEq, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AdequacyDecisionChallenge {
    /// The pending challenge, as a lawyer cites it; absent: none is pending any longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 4000))]
    challenge: Option<String>,
    /// What a reader should know; added to the decision's notes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 4000))]
    note: Option<String>,
    /// Where the fact comes from.
    pub(super) source: String,
}

impl Input for AdequacyDecisionChallenge {}

impl AdequacyDecisionChallenge {
    /// The amendment that says it of a decision.
    pub(super) fn of(&self, decision: &str) -> Amendment {
        Amendment::ChallengeAdequacyDecision(ChallengeAdequacyDecision {
            decision: decision.to_owned(),
            challenge: self.challenge.clone(),
            note: self.note.clone(),
        })
    }
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
mod tests {
    use serde_json::json;
    use transfer_registry_seed::law::shipped_pack;

    use super::*;
    use crate::{api::strict::parse, refusal::ViolationCode};

    #[test]
    fn a_decision_with_all_that_it_may_have_crosses_to_the_law_and_back() {
        let mut whole = json!({
            "id": "EU-ADQ-KE-2027-100",
            "regime": "eu",
            "territory": "KE",
            "organisation": "epo",
            "instrument": "EU-ADQ-KE",
            "title": "Kenya",
            "citation": "(EU) 2027/100",
            "celex": "32027D0100",
            "fedlex": "2024/435",
            "uk": "uksi/2023/1028",
            "fdpic": true,
            "amended_by": ["32027D0101"],
            "valid_from": "2027-02-01",
            "valid_to": "2031-01-31",
            "conditions": [
                {"kind": "requires_certification", "values": ["eu-us-dpf"]},
                {"kind": "hr_data_requires", "values": ["hr_coverage"]},
                {"kind": "requires_recipient_attribute", "values": ["pipeda"]},
                {"kind": "excludes_recipient", "values": ["a", "b"]},
                {"kind": "excludes_purpose", "values": ["journalism"]},
                {"kind": "requires_data_category", "values": ["pnr"]},
                {"kind": "excludes_data", "values": ["journalistic", "pnr"]},
            ],
            "end_kind": "invalidated",
            "ended_by": "a judgment",
            "ending_act": {"celex": "62031CJ0001"},
            "effects_preserved": true,
            "challenge": "T-1/28",
            "confidence": "sourced",
            "notes": "made up",
            "source": "a test",
        });
        let given: AdequacyDecisionInput = parse(whole.to_string().as_bytes()).unwrap();
        let (terms, source) = given.terms().unwrap();
        assert_eq!(source, "a test");
        let back = AdequacyDecisionInput::of(terms).unwrap();
        // Where it comes from is said with each amendment.
        whole.as_object_mut().unwrap().remove("source");
        assert_eq!(serde_json::to_value(&back).unwrap(), whole);
    }

    #[test]
    fn every_decision_of_the_pack_can_be_given_again() {
        let pack = shipped_pack().unwrap();
        for record in &pack.adequacy {
            let terms = pack.adequacy_terms(&record.id).unwrap();
            let given = AdequacyDecisionInput::of(terms.clone()).unwrap();
            let mut json = serde_json::to_value(&given).unwrap();
            json["source"] = json!("a test");
            let again: AdequacyDecisionInput = parse(json.to_string().as_bytes()).unwrap();
            assert_eq!(again.terms().unwrap().0, terms, "{}", record.id);
        }
    }

    #[test]
    fn a_condition_that_takes_one_code_refuses_more() {
        let json = json!({
            "id": "X", "regime": "eu", "territory": "KE", "title": "X", "citation": "X",
            "valid_from": "2027-02-01", "confidence": "sourced", "source": "a test",
            "conditions": [
                {"kind": "excludes_data", "values": ["pnr", "journalistic"]},
                {"kind": "requires_data_category", "values": ["pnr", "journalistic"]},
            ],
        });
        let given: AdequacyDecisionInput = parse(json.to_string().as_bytes()).unwrap();
        let refusal = given.terms().unwrap_err();
        let told: Vec<_> = refusal
            .violations()
            .iter()
            .map(|violation| (violation.pointer.as_str(), violation.code))
            .collect();
        assert_eq!(
            told,
            [("/conditions/1/values", ViolationCode::TooManyItems)]
        );
    }
}
