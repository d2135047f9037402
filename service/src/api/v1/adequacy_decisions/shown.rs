//! An adequacy decision as the API shows it.

use poem_openapi::Object;
use serde::Serialize;
use transfer_decision::vocabulary::{Confidence, EndKind, Regime};
use transfer_registry_core::Snapshot;
use transfer_registry_seed::law::AdequacyRecord;
use uuid::Uuid;

use super::conditions::AdequacyCondition;
use crate::api::{
    codes::Code,
    v1::law_amendments,
    values::{CountryCode, Day},
};

/// One phase of an adequacy decision, for one territory or organisation under one regime, as it
/// stands with all amendments; days inclusive.
#[derive(Debug, Object, Serialize)]
pub(crate) struct AdequacyDecision {
    /// The row's stable id.
    id: String,
    /// The act of which this is one phase.
    instrument: String,
    /// The regime under which it counts.
    regime: Code<Regime>,
    /// The territory that it covers; absent when it is for an international organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    territory: Option<CountryCode>,
    /// The international organisation that it covers.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<String>,
    /// What it is called.
    title: String,
    /// The official citation.
    citation: String,
    /// The official text.
    url: String,
    /// CELEX numbers of the acts that made this phase of it.
    amended_by: Vec<String>,
    /// The first day on which it applies.
    valid_from: Day,
    /// The last day on which it applies; absent when open.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_to: Option<Day>,
    /// What must hold besides; all of them.
    conditions: Vec<AdequacyCondition>,
    /// How it ended, or ends on a last day that is known already.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_kind: Option<Code<EndKind>>,
    /// What ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_by: Option<String>,
    /// The official text of what ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    ending_act_url: Option<String>,
    /// Whether the court that struck it down kept its effects to its last day.
    effects_preserved: bool,
    /// A pending challenge in court.
    #[serde(skip_serializing_if = "Option::is_none")]
    challenge: Option<String>,
    /// How well the row is established.
    confidence: Code<Confidence>,
    /// What a reader should know besides.
    #[serde(skip_serializing_if = "Option::is_none")]
    notes: Option<String>,
    /// Whether it differs from the law pack, or is not in it.
    amended: bool,
    /// The amendments that made it what it is, by id, in the order of recording.
    amendments: Vec<Uuid>,
    /// How often it was written: by the pack, by each amendment of it that was recorded or
    /// withdrawn, and by each later pack.
    version: i64,
}

impl AdequacyDecision {
    /// What is shown of a row of a snapshot's law.
    pub(crate) fn of(snapshot: &Snapshot, record: &AdequacyRecord) -> Self {
        let AdequacyRecord {
            id,
            instrument,
            regime,
            territory,
            organisation,
            title,
            citation,
            url,
            amended_by,
            valid_from,
            valid_to,
            conditions: _,
            end_kind,
            ended_by,
            ending_act_url,
            effects_preserved,
            challenge,
            confidence,
            notes,
            amendments,
        } = record;
        let rules = &snapshot.law().provisions().adequacy;
        let rule = rules.iter().find(|rule| rule.basis.id == *id);
        let conditions = rule.map(|rule| rule.conditions.as_slice());
        Self {
            id: id.clone(),
            instrument: instrument.clone(),
            regime: Code(*regime),
            territory: territory.map(CountryCode),
            organisation: organisation.clone(),
            title: title.clone(),
            citation: citation.clone(),
            url: url.clone(),
            amended_by: amended_by.clone(),
            valid_from: Day(*valid_from),
            valid_to: valid_to.map(Day),
            conditions: conditions
                .unwrap_or_default()
                .iter()
                .map(AdequacyCondition::from)
                .collect(),
            end_kind: end_kind.map(Code),
            ended_by: ended_by.clone(),
            ending_act_url: ending_act_url.clone(),
            effects_preserved: *effects_preserved,
            challenge: challenge.clone(),
            confidence: Code(*confidence),
            notes: notes.clone(),
            amended: record.is_amended(),
            amendments: law_amendments::ids(snapshot, amendments),
            version: version(snapshot, id),
        }
    }
}

/// How often a row was written.
pub(super) fn version(snapshot: &Snapshot, id: &str) -> i64 {
    law_amendments::version(snapshot, |amendment| amendment.row() == id)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::collections::BTreeSet;

    use transfer_registry_seed::law;

    use super::*;

    #[test]
    fn conditions_are_told_in_the_words_of_the_law_files() {
        let shipped = law::shipped().unwrap();
        let mut kinds = BTreeSet::new();
        for record in law::adequacy_records().unwrap() {
            let rows = &shipped.provisions().adequacy;
            let row = rows.iter().find(|row| row.basis.id == record.id).unwrap();
            let told: Vec<_> = row
                .conditions
                .iter()
                .map(|condition| {
                    let AdequacyCondition { kind, values } = condition.into();
                    kinds.insert(kind.0.code());
                    format!("{}={}", kind.0.code(), values.join("|"))
                })
                .collect();
            assert_eq!(told, record.conditions, "{}", record.id);
        }
        assert!(kinds.contains("hr_data_requires"), "{kinds:?}");
        let files: String = law::FILES.iter().map(|file| file.text).collect();
        for kind in kinds {
            assert!(files.contains(&format!("{{ {kind} = ")), "{kind}");
        }
    }
}
