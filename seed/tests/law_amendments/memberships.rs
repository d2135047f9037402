//! Territories that join or leave a regime's own area, or come under review.

use serde_json::{Value, json};
use transfer_decision::vocabulary::{
    Country, MembershipStatus,
    Outcome::{Adequacy, NotRestricted},
    ReasonCode, Regime,
};

use super::{amended, carries, day, denies, membership, shipped};

pub(super) fn montenegro_joins() -> Value {
    json!({
        "kind": "add_membership", "regime": "eu", "territory": "ME", "valid_from": "2028-01-01",
        "status": "inside", "basis": "EU-MEMBER", "gives_regime": true,
        "reason": "member state", "confidence": "known",
    })
}

#[test]
fn a_state_that_joins_is_inside_from_the_day_of_accession() {
    let pack = amended(&[montenegro_joins()]);
    denies(
        &pack.law,
        ("eu", "ME", "2027-12-31"),
        ReasonCode::NoMechanism,
    );
    carries(
        &pack.law,
        ("eu", "ME", "2028-01-01"),
        NotRestricted,
        "EU-MEMBER",
    );
    let country: Country = "ME".parse().unwrap();
    let own = |on| pack.law.own_area_on(Regime::Eu, country, day(on)).is_some();
    assert!(!own("2027-12-31") && own("2028-01-01"));
}

#[test]
fn a_state_that_leaves_is_a_third_country_the_day_after() {
    let member = "eu/HU/2004-05-01";
    let pack = amended(&[json!({
        "kind": "end_membership", "membership": member, "last_day": "2029-06-30",
        "note": "withdrawal under Art. 50 TEU",
    })]);
    carries(
        &pack.law,
        ("eu", "HU", "2029-06-30"),
        NotRestricted,
        "EU-MEMBER",
    );
    denies(
        &pack.law,
        ("eu", "HU", "2029-07-01"),
        ReasonCode::NoMechanism,
    );
    let record = membership(&pack, member);
    assert_eq!(record.valid_to, Some(day("2029-06-30")));
    assert!(
        record.reason.ends_with("\nwithdrawal under Art. 50 TEU"),
        "{}",
        record.reason
    );
}

#[test]
fn a_review_ends_in_an_answer() {
    let gibraltar = "eu/GI/2026-07-15";
    assert_eq!(
        membership(shipped(), gibraltar).status,
        MembershipStatus::ReviewRequired
    );
    let pack = amended(&[json!({
        "kind": "revise_membership", "membership": gibraltar, "valid_from": "2026-07-15",
        "status": "third_country", "reason": "the treaty does not reach personal data",
        "confidence": "known",
    })]);
    let record = membership(&pack, gibraltar);
    assert_eq!(record.status, MembershipStatus::ThirdCountry);
    assert!(!record.gives_regime);
    let reasons = |pack: &transfer_registry_seed::law::Pack| {
        super::judged(&pack.law, "eu", "GI", "2026-08-01").reasons
    };
    assert!(reasons(shipped()).contains(&ReasonCode::ReviewRequired));
    assert!(!reasons(&pack).contains(&ReasonCode::ReviewRequired));
}

#[test]
fn a_membership_with_another_first_day_is_named_by_it() {
    let revise = json!({
        "kind": "revise_membership", "membership": "eu/GI/2026-07-15", "valid_from": "2026-09-01",
        "status": "inside", "basis": "EU-TERRITORY-355", "gives_regime": false,
        "reason": "the treaty's effect", "confidence": "uncertain",
    });
    // A later amendment speaks of it by its new name.
    let pack = amended(&[
        revise,
        json!({
            "kind": "end_membership", "membership": "eu/GI/2026-09-01", "last_day": "2026-12-31",
        }),
    ]);
    let of_gibraltar: Vec<_> = pack
        .territories
        .iter()
        .flat_map(|territory| &territory.memberships)
        .filter(|row| row.territory.code() == "GI" && row.regime == Regime::Eu)
        .map(|row| (row.id.as_str(), row.amendments.as_slice()))
        .collect();
    let (last, before) = of_gibraltar.split_last().unwrap();
    assert_eq!(*last, ("eu/GI/2026-09-01", [0, 1].as_slice()));
    assert!(before.iter().all(|(_, amendments)| amendments.is_empty()));
    for (on, inside) in [
        ("2026-08-31", false),
        ("2026-09-01", true),
        ("2026-12-31", true),
        ("2027-01-01", false),
    ] {
        let outcome = super::judged(&pack.law, "eu", "GI", on).outcome;
        assert_eq!(outcome == NotRestricted, inside, "{on}");
    }
}

#[test]
fn accession_ends_a_decision_and_begins_a_membership() {
    let pack = amended(&[
        json!({
            "kind": "end_adequacy_decision", "decision": "EU-ADQ-AD-2010-625",
            "last_day": "2027-12-31", "end_kind": "accession",
        }),
        json!({
            "kind": "end_membership", "membership": "eu/AD/2000-01-01", "last_day": "2027-12-31",
        }),
        json!({
            "kind": "add_membership", "regime": "eu", "territory": "AD", "valid_from": "2028-01-01",
            "status": "inside", "basis": "EEA-MEMBER", "gives_regime": true,
            "reason": "association agreement", "confidence": "known",
        }),
    ]);
    carries(
        &pack.law,
        ("eu", "AD", "2027-12-31"),
        Adequacy,
        "EU-ADQ-AD-2010-625",
    );
    carries(
        &pack.law,
        ("eu", "AD", "2028-01-01"),
        NotRestricted,
        "EEA-MEMBER",
    );
}
