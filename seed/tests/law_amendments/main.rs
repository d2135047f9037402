//! What a person amends about the law: each kind with its effect on verdicts, each mistake refused
//! with the amendment's number and field, and the names of what comes out.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot make its amendment has failed"
)]

mod decisions;
mod identity;
mod memberships;
mod records;
mod refusals;
mod shape;

use serde_json::{Value, json};
use transfer_decision::{
    case::{Case, CaseOutcome},
    law::Law,
    span::Day,
    vocabulary::{Outcome, ReasonCode},
};
use transfer_registry_seed::law::{self, AdequacyRecord, Amendment, MembershipRecord, Pack};

const DPF: &str = "EU-ADQ-US-DPF-2023-1795";

fn shipped() -> &'static Pack {
    law::shipped_pack().expect("the shipped pack")
}

/// An amendment as a person sends it.
fn amendment(json: Value) -> Amendment {
    serde_json::from_value(json).expect("an amendment")
}

/// The shipped pack with these amendments.
fn amended(amendments: &[Value]) -> Pack {
    let amendments: Vec<_> = amendments.iter().cloned().map(amendment).collect();
    shipped()
        .amended(&amendments)
        .unwrap_or_else(|error| panic_with(&error.to_string()))
}

#[expect(clippy::panic, reason = "the faults are what a failed test must show")]
fn panic_with(what: &str) -> ! {
    panic!("{what}")
}

/// The Commission finds, or no longer finds, that the United States are adequate for those who
/// take part in the framework.
fn dpf_falls() -> Value {
    json!({
        "kind": "end_adequacy_decision",
        "decision": DPF,
        "last_day": "2026-11-30",
        "end_kind": "invalidated",
        "ended_by": "invalidated by C-703/25 P (judgment 2026-12-01)",
        "ending_act": { "celex": "62025CJ0703" },
    })
}

/// One question about personal data of controllers, judged against a law. The importer holds
/// every certification of the framework of 2023.
fn judged(law: &Law, regime: &str, importer: &str, on: &str) -> CaseOutcome {
    let held = |framework: &str| json!({ "framework": framework, "valid_from": "2023-10-12", "covers_hr": false });
    let exporter = match regime {
        "ch" => "CH",
        "uk" => "GB",
        _ => "DE",
    };
    let case = json!({
        "id": "amended", "why": "an amendment", "confidence": "known",
        "question": {
            "as_of": on, "regime": regime,
            "exporter": { "country": exporter, "role": "controller" },
            "importer": {
                "country": importer, "role": "processor",
                "certifications": [held("eu-us-dpf"), held("uk-extension"), held("swiss-us-dpf")],
            },
            "data": { "hr": false }, "mechanisms": [],
        },
        "expect": { "outcome": "denied" },
    });
    let case = Case::parse(&case.to_string()).expect("a case");
    case.judge(law).expect("an outcome")
}

/// Demands that a regime's data may go to an importer's country on a day, on this basis.
fn carries(law: &Law, (regime, importer, on): (&str, &str, &str), outcome: Outcome, basis: &str) {
    let judged = judged(law, regime, importer, on);
    assert_eq!(
        (judged.outcome, judged.basis.as_deref()),
        (outcome, Some(basis)),
        "{importer} on {on}: {:?}",
        judged.reasons
    );
}

/// Demands a denial, with this reason among others.
fn denies(law: &Law, (regime, importer, on): (&str, &str, &str), reason: ReasonCode) {
    let judged = judged(law, regime, importer, on);
    assert_eq!(judged.outcome, Outcome::Denied, "{importer} on {on}");
    assert!(judged.reasons.contains(&reason), "{:?}", judged.reasons);
}

fn decision<'a>(pack: &'a Pack, id: &str) -> &'a AdequacyRecord {
    let mut all = pack.adequacy.iter();
    all.find(|record| record.id == id).expect(id)
}

fn membership<'a>(pack: &'a Pack, id: &str) -> &'a MembershipRecord {
    let mut all = pack.territories.iter().flat_map(|t| &t.memberships);
    all.find(|record| record.id == id).expect(id)
}

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}
