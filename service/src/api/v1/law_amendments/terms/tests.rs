//! Every kind of amendment crosses to the law and back whole, and has only its own fields.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use serde_json::json;

use super::*;
use crate::api::strict::parse;

/// One of each kind with all that it may have.
fn whole() -> Vec<Value> {
    let decision = |kind: &str| {
        json!({
            "kind": kind, "id": "EU-ADQ-KE-2027-100", "regime": "eu", "territory": "KE",
            "organisation": "epo", "instrument": "EU-ADQ-KE", "title": "Kenya",
            "citation": "(EU) 2027/100", "celex": "32027D0100", "fedlex": "2024/435",
            "uk": "uksi/2023/1028", "fdpic": true, "amended_by": ["32027D0101"],
            "valid_from": "2027-02-01", "valid_to": "2031-01-31",
            "conditions": [
                {"kind": "requires_certification", "values": ["eu-us-dpf"]},
                {"kind": "excludes_data", "values": ["journalistic", "pnr"]},
            ],
            "end_kind": "invalidated", "ended_by": "a judgment",
            "ending_act": {"celex": "62031CJ0001"}, "effects_preserved": true,
            "challenge": "T-1/28", "confidence": "sourced", "notes": "made up",
        })
    };
    let membership = |kind: &str, name: &str, whose: Value| {
        let mut terms = json!({
            "kind": kind, "valid_from": "2027-01-01", "valid_to": "2028-12-31",
            "status": "inside", "basis": "EEA-MEMBER", "gives_regime": true,
            "reason": "accession", "confidence": "sourced",
        });
        terms[name] = whose;
        terms
    };
    let mut added = membership("add_membership", "regime", json!("eu"));
    added["territory"] = json!("CH");
    vec![
        json!({
            "kind": "end_adequacy_decision", "decision": "X", "last_day": "2026-11-30",
            "end_kind": "withdrawn", "effects_preserved": true, "ended_by": "an act",
            "ending_act": {"uk": "uksi/2027/1"}, "note": "sudden",
        }),
        json!({
            "kind": "challenge_adequacy_decision", "decision": "X", "challenge": "T-1/28",
            "note": "pending",
        }),
        json!({
            "kind": "extend_adequacy_decision", "decision": "X", "last_day": "2031-12-27",
            "amended_by": ["32031D0001"], "note": "once more",
        }),
        decision("add_adequacy_decision"),
        decision("revise_adequacy_decision"),
        added,
        membership("revise_membership", "membership", json!("eu/CH/2026-01-01")),
        json!({
            "kind": "end_membership", "membership": "eu/CH/2026-01-01", "last_day": "2027-01-01",
            "note": "it left",
        }),
    ]
}

fn read(terms: &Value) -> LawAmendmentTerms {
    #[derive(Debug, Object, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Given {
        /// What it says.
        amendment: LawAmendmentTerms,
    }
    impl crate::api::strict::Input for Given {}
    let body = json!({ "amendment": terms }).to_string();
    parse::<Given>(body.as_bytes()).unwrap().amendment
}

#[test]
fn every_kind_with_all_that_it_may_have_crosses_to_the_law_and_back() {
    let all = whole();
    assert_eq!(all.len(), AmendmentKind::ALL.len());
    for (terms, kind) in all.iter().zip(AmendmentKind::ALL) {
        let given = read(terms);
        let amendment = given.amendment("").unwrap();
        assert_eq!(amendment.kind(), kind.code());
        assert_eq!(LawAmendmentTerms::of(&amendment).unwrap(), given);
        // And each field of the kind is among those that were given.
        let (needed, allowed) = kind.fields();
        assert_eq!(
            terms.as_object().unwrap().len(),
            1 + needed.len() + allowed.len(),
            "{}",
            kind.code()
        );
    }
}

#[test]
fn a_field_that_is_missing_or_of_another_kind_is_named() {
    for (terms, kind) in whole().iter().zip(AmendmentKind::ALL) {
        let (needed, allowed) = kind.fields();
        for name in needed {
            let mut less = terms.clone();
            less.as_object_mut().unwrap().remove(*name);
            let refusal = read(&less).amendment("/amendment").unwrap_err();
            let [violation] = refusal.violations() else {
                unreachable!("{refusal:?}");
            };
            assert_eq!(violation.pointer, format!("/amendment/{name}"));
            assert_eq!(violation.code, ViolationCode::MissingField);
        }
        let foreign = if allowed.contains(&"note") {
            "reason"
        } else {
            "note"
        };
        if needed.contains(&foreign) {
            continue;
        }
        let mut more = terms.clone();
        more[foreign] = json!("of another kind");
        let refusal = read(&more).amendment("/amendment").unwrap_err();
        assert_eq!(
            refusal.violations()[0].pointer,
            format!("/amendment/{foreign}")
        );
        assert_eq!(refusal.violations()[0].code, ViolationCode::UnknownField);
    }
}
