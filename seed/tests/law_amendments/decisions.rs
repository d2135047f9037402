//! Adequacy decisions that end, are challenged, are extended, are added or revised.

use serde_json::{Value, json};
use transfer_decision::vocabulary::{EndKind, Outcome::Adequacy, ReasonCode};
use transfer_registry_seed::law::{Amendment, amendment::EndAdequacyDecision};

use super::{DPF, amended, carries, day, decision, denies, dpf_falls, shipped};

/// A decision about Kenya, made up.
pub(super) fn kenya() -> Value {
    json!({
        "kind": "add_adequacy_decision",
        "id": "EU-ADQ-KE-2027-100",
        "regime": "eu",
        "territory": "KE",
        "title": "Kenya",
        "citation": "(EU) 2027/100",
        "celex": "32027D0100",
        "valid_from": "2027-02-01",
        "confidence": "sourced",
    })
}

#[test]
fn the_dpf_falls_with_one_amendment() {
    let pack = amended(&[dpf_falls()]);
    carries(&pack.law, ("eu", "US", "2026-11-30"), Adequacy, DPF);
    denies(
        &pack.law,
        ("eu", "US", "2026-12-01"),
        ReasonCode::InstrumentInvalidated,
    );
    // The shipped law, and the other regimes' own instruments, are as before.
    carries(&shipped().law, ("eu", "US", "2026-12-01"), Adequacy, DPF);
    carries(
        &pack.law,
        ("ch", "US", "2026-12-01"),
        Adequacy,
        "CH-DPO-A1-US",
    );
    carries(
        &pack.law,
        ("uk", "US", "2026-12-01"),
        Adequacy,
        "UK-SI-2023-1028-US",
    );

    let record = decision(&pack, DPF);
    assert_eq!(record.valid_to, Some(day("2026-11-30")));
    assert_eq!(record.end_kind, Some(EndKind::Invalidated));
    assert!(!record.effects_preserved);
    assert!(record.ended_by.as_ref().unwrap().contains("C-703/25 P"));
    assert!(
        record
            .ending_act_url
            .as_ref()
            .unwrap()
            .ends_with("CELEX:62025CJ0703")
    );
    // The court has decided: nothing is pending any longer.
    assert!(decision(shipped(), DPF).challenge.is_some());
    assert_eq!(record.challenge, None);
}

#[test]
fn a_decision_that_falls_on_a_day_has_its_last_day_the_day_before() {
    let change = EndAdequacyDecision::falling_on(DPF, day("2026-12-01"), EndKind::Invalidated);
    assert_eq!(change.last_day, day("2026-11-30"));
    let pack = shipped()
        .amended(&[Amendment::EndAdequacyDecision(change)])
        .unwrap();
    assert_eq!(decision(&pack, DPF).valid_to, Some(day("2026-11-30")));
}

#[test]
fn how_a_decision_ended_decides_what_a_denial_says() {
    for (end_kind, reason) in [
        ("invalidated", ReasonCode::InstrumentInvalidated),
        ("withdrawn", ReasonCode::InstrumentWithdrawn),
        ("expired", ReasonCode::AdequacyExpired),
    ] {
        let pack = amended(&[json!({
            "kind": "end_adequacy_decision", "decision": "EU-ADQ-NZ-2013-65",
            "last_day": "2027-06-30", "end_kind": end_kind, "note": "a note",
        })]);
        carries(
            &pack.law,
            ("eu", "NZ", "2027-06-30"),
            Adequacy,
            "EU-ADQ-NZ-2013-65",
        );
        denies(&pack.law, ("eu", "NZ", "2027-07-01"), reason);
        let notes = decision(&pack, "EU-ADQ-NZ-2013-65").notes.clone().unwrap();
        assert!(notes.ends_with("a note"), "{notes}");
    }
}

#[test]
fn an_invalidation_can_keep_its_effects() {
    let mut falls = dpf_falls();
    falls["effects_preserved"] = true.into();
    let pack = amended(&[falls]);
    assert!(decision(&pack, DPF).effects_preserved);
    let rows = &pack.law.provisions().adequacy;
    assert!(
        rows.iter()
            .any(|row| row.basis.id == DPF && row.effects_preserved)
    );
}

#[test]
fn a_sunset_can_end_earlier_than_its_own_day() {
    let last = "EU-ADQ-GB-2021-1772-p3";
    let pack = amended(&[json!({
        "kind": "end_adequacy_decision", "decision": last,
        "last_day": "2028-03-31", "end_kind": "withdrawn",
    })]);
    carries(&pack.law, ("eu", "GB", "2028-03-31"), Adequacy, last);
    denies(
        &pack.law,
        ("eu", "GB", "2028-04-01"),
        ReasonCode::InstrumentWithdrawn,
    );
    assert!(decision(shipped(), last).ended_by.is_some());
    assert_eq!(
        decision(&pack, last).ended_by,
        None,
        "the sunset's words no longer hold"
    );
}

#[test]
fn a_challenge_is_set_and_cleared() {
    let id = "EU-ADQ-JP-2019-419";
    let set = json!({
        "kind": "challenge_adequacy_decision", "decision": id,
        "challenge": "Action T-1/27 pending",
    });
    let pack = amended(&[set]);
    assert_eq!(
        decision(&pack, id).challenge.as_deref(),
        Some("Action T-1/27 pending")
    );
    let rows = &pack.law.provisions().adequacy;
    let row = rows.iter().find(|row| row.basis.id == id).unwrap();
    assert_eq!(row.challenge.as_deref(), Some("Action T-1/27 pending"));

    let cleared = amended(&[json!({
        "kind": "challenge_adequacy_decision", "decision": DPF, "note": "appeal dismissed",
    })]);
    assert_eq!(decision(&cleared, DPF).challenge, None);
    let notes = decision(&cleared, DPF).notes.clone().unwrap();
    assert!(notes.ends_with("\nappeal dismissed"), "{notes}");
}

#[test]
fn a_sunset_moves_to_a_later_day_or_goes() {
    let last = "EU-ADQ-GB-2021-1772-p3";
    let denied_after = |pack: &transfer_registry_seed::law::Pack, on| {
        denies(&pack.law, ("eu", "GB", on), ReasonCode::AdequacyExpired);
    };
    denied_after(shipped(), "2031-12-28");
    let moved = amended(&[json!({
        "kind": "extend_adequacy_decision", "decision": last,
        "last_day": "2035-12-27", "amended_by": ["32031D1000"],
    })]);
    carries(&moved.law, ("eu", "GB", "2035-12-27"), Adequacy, last);
    denied_after(&moved, "2035-12-28");
    let record = decision(&moved, last);
    assert_eq!(record.end_kind, Some(EndKind::Expired));
    assert_eq!(record.ended_by, None, "the old day's words no longer hold");
    assert_eq!(record.amended_by, ["32025D2574", "32031D1000"]);

    let open = amended(&[json!({ "kind": "extend_adequacy_decision", "decision": last })]);
    carries(&open.law, ("eu", "GB", "2040-01-01"), Adequacy, last);
    let record = decision(&open, last);
    assert_eq!((record.valid_to, record.end_kind), (None, None));
}

#[test]
fn a_new_decision_covers_its_territory_from_its_first_day() {
    let pack = amended(&[kenya()]);
    denies(
        &pack.law,
        ("eu", "KE", "2027-01-31"),
        ReasonCode::InstrumentNotYetInForce,
    );
    carries(
        &pack.law,
        ("eu", "KE", "2027-02-01"),
        Adequacy,
        "EU-ADQ-KE-2027-100",
    );
    denies(
        &pack.law,
        ("ch", "KE", "2027-02-01"),
        ReasonCode::NoMechanism,
    );
    let record = decision(&pack, "EU-ADQ-KE-2027-100");
    assert!(record.url.ends_with("CELEX:32027D0100"));
    assert_eq!(record.instrument, record.id);
}

#[test]
fn a_new_decision_has_its_scope() {
    let mut scoped = kenya();
    scoped["territory"] = "US".into();
    scoped["id"] = "EU-ADQ-US-2027-100".into();
    scoped["conditions"] = json!([
        { "requires_certification": "eu-us-dpf" },
        { "hr_data_requires": "hr_coverage" },
        { "requires_recipient_attribute": ["subject_to_pipeda"] },
        { "excludes_recipient": ["appi_business_operator"] },
        { "excludes_purpose": ["public_security"] },
        { "requires_data_category": "pnr" },
        { "excludes_data": ["journalistic", "special"] },
    ]);
    let pack = amended(&[scoped]);
    assert_eq!(
        decision(&pack, "EU-ADQ-US-2027-100").conditions,
        [
            "requires_certification=eu-us-dpf",
            "hr_data_requires=hr_coverage",
            "requires_recipient_attribute=subject_to_pipeda",
            "excludes_recipient=appi_business_operator",
            "excludes_purpose=public_security",
            "requires_data_category=pnr",
            "excludes_data=journalistic|special",
        ]
    );
    denies(
        &amended(&[dpf_falls(), scoped_to_pipeda()]).law,
        ("eu", "US", "2027-03-01"),
        ReasonCode::RecipientOutOfScope,
    );
}

fn scoped_to_pipeda() -> Value {
    let mut scoped = kenya();
    scoped["territory"] = "US".into();
    scoped["conditions"] = json!([{ "requires_recipient_attribute": ["subject_to_pipeda"] }]);
    scoped
}

#[test]
fn one_act_continues_in_a_new_phase() {
    let renewed = json!({
        "kind": "add_adequacy_decision",
        "id": "EU-ADQ-GB-2021-1772-p4",
        "instrument": "EU-ADQ-GB-2021-1772",
        "regime": "eu",
        "territory": "GB",
        "title": "United Kingdom",
        "citation": "(EU) 2021/1772",
        "celex": "32021D1772",
        "amended_by": ["32031D1000"],
        "valid_from": "2030-01-01",
        "confidence": "known",
    });
    let replaced = json!({
        "kind": "end_adequacy_decision", "decision": "EU-ADQ-GB-2021-1772-p3",
        "last_day": "2029-12-31", "end_kind": "replaced",
    });
    // The two settle each other, in whichever order.
    for pair in [
        [renewed.clone(), replaced.clone()],
        [replaced.clone(), renewed.clone()],
    ] {
        let pack = amended(&pair);
        for (on, basis) in [
            ("2029-12-31", "EU-ADQ-GB-2021-1772-p3"),
            ("2030-01-01", "EU-ADQ-GB-2021-1772-p4"),
        ] {
            carries(&pack.law, ("eu", "GB", on), Adequacy, basis);
        }
    }
}

#[test]
fn a_row_of_the_pack_can_be_given_anew() {
    let id = "EU-ADQ-NZ-2013-65";
    let pack = amended(&[json!({
        "kind": "revise_adequacy_decision", "id": id, "regime": "eu", "territory": "NZ",
        "title": "New Zealand", "citation": "(EU) 2013/65", "celex": "32013D0065",
        "valid_from": "2012-12-20", "confidence": "known",
    })]);
    denies(
        &pack.law,
        ("eu", "NZ", "2012-12-19"),
        ReasonCode::InstrumentNotYetInForce,
    );
    carries(&pack.law, ("eu", "NZ", "2012-12-20"), Adequacy, id);
    carries(&shipped().law, ("eu", "NZ", "2012-12-19"), Adequacy, id);
}

#[test]
fn a_decision_for_an_international_organisation_can_be_added() {
    let mut row = kenya();
    row["id"] = "EU-ADQ-ICC-2027-200".into();
    row["organisation"] = "icc".into();
    row.as_object_mut().unwrap().remove("territory");
    let pack = amended(&[row]);
    let rows: Vec<_> = pack
        .law
        .adequacy_for_organisation(transfer_decision::vocabulary::Regime::Eu, "icc")
        .map(|row| row.basis.id.as_str())
        .collect();
    assert_eq!(rows, ["EU-ADQ-ICC-2027-200"]);
}
