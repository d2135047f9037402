//! Amendments that do not fit the pack are refused, by number, row and field.

use serde_json::{Value, json};
use transfer_registry_seed::{
    Fault,
    law::{Pack, amendment_index},
};

use super::{DPF, amendment, decisions::kenya, dpf_falls, memberships::montenegro_joins, shipped};

fn faults_on(pack: &Pack, amendments: &[Value]) -> Vec<Fault> {
    let amendments: Vec<_> = amendments.iter().cloned().map(amendment).collect();
    let error = pack.amended(&amendments).expect_err("a refusal");
    error.faults
}

/// Demands that an amendment is refused with exactly one fault, of this row and field, that says
/// this; and that its number is told when others stand before it.
fn refuses(json: &Value, (row, field, says): (&str, &str, &str)) {
    for before in [vec![], vec![challenge_japan()]] {
        let number = before.len();
        let amendments = [before, vec![json.clone()]].concat();
        let faults = faults_on(shipped(), &amendments);
        let [fault] = faults.as_slice() else {
            assert_eq!(faults.len(), 1, "{faults:#?}");
            return;
        };
        assert_eq!(fault.file, format!("amendment {}", number + 1), "{fault}");
        assert_eq!(amendment_index(fault), Some(number));
        assert_eq!(
            (fault.row.as_str(), fault.field.as_str()),
            (row, field),
            "{fault}"
        );
        assert!(fault.what.contains(says), "{fault}");
    }
}

/// An amendment without a fault.
fn challenge_japan() -> Value {
    json!({
        "kind": "challenge_adequacy_decision", "decision": "EU-ADQ-JP-2019-419",
        "challenge": "Action T-1/27 pending",
    })
}

/// An amendment with one field set, or taken away by null.
fn with(mut amendment: Value, field: &str, value: Value) -> Value {
    let fields = amendment.as_object_mut().expect("an object");
    fields.remove(field);
    if !value.is_null() {
        fields.insert(field.to_owned(), value);
    }
    amendment
}

#[test]
fn a_row_that_does_not_exist_cannot_be_amended() {
    let unknown = "EU-ADQ-US-DPF";
    for kind in [
        json!({ "kind": "end_adequacy_decision", "last_day": "2026-11-30", "end_kind": "withdrawn" }),
        json!({ "kind": "challenge_adequacy_decision", "challenge": "pending" }),
        json!({ "kind": "extend_adequacy_decision" }),
    ] {
        let json = with(kind, "decision", unknown.into());
        refuses(
            &json,
            (unknown, "decision", "no adequacy decision of the law pack"),
        );
    }
    let revise = with(kenya(), "kind", "revise_adequacy_decision".into());
    refuses(
        &revise,
        (
            "EU-ADQ-KE-2027-100",
            "id",
            "no adequacy decision of the law pack",
        ),
    );
    // A tool is no adequacy decision.
    refuses(
        &with(dpf_falls(), "decision", "EU-BCR-C".into()),
        ("EU-BCR-C", "decision", "no adequacy decision"),
    );
    let end = json!({
        "kind": "end_membership", "membership": "eu/GB/2021-06-29", "last_day": "2030-01-01",
    });
    refuses(
        &end,
        (
            "eu/GB/2021-06-29",
            "membership",
            "no membership of the law pack",
        ),
    );
    let revise = json!({
        "kind": "revise_membership", "membership": "eu/HU", "valid_from": "2004-05-01",
        "status": "third_country", "reason": "because", "confidence": "known",
    });
    refuses(
        &revise,
        ("eu/HU", "membership", "regime/territory/first day"),
    );
}

#[test]
fn nothing_ends_before_it_began() {
    refuses(
        &with(dpf_falls(), "last_day", "2023-07-09".into()),
        (
            DPF,
            "last_day",
            "2023-07-09 is before the first day 2023-07-10",
        ),
    );
    let dated = with(kenya(), "end_kind", "expired".into());
    refuses(
        &with(dated, "valid_to", "2027-01-31".into()),
        ("EU-ADQ-KE-2027-100", "valid_to", "is before the first day"),
    );
    refuses(
        &with(montenegro_joins(), "valid_to", "2027-12-31".into()),
        ("eu/ME/2028-01-01", "valid_to", "is before the first day"),
    );
    let end = json!({
        "kind": "end_membership", "membership": "eu/HU/2004-05-01", "last_day": "2004-04-30",
    });
    refuses(
        &end,
        ("eu/HU/2004-05-01", "last_day", "is before the first day"),
    );
}

#[test]
fn what_has_ended_does_not_end_again_later() {
    let shield = "EU-ADQ-US-PS-2016-1250";
    refuses(
        &with(dpf_falls(), "decision", shield.into()),
        (shield, "last_day", "it ends on 2020-07-15 already"),
    );
    let end = json!({
        "kind": "end_membership", "membership": "eu/GB/2020-02-01", "last_day": "2021-01-01",
    });
    refuses(
        &end,
        (
            "eu/GB/2020-02-01",
            "last_day",
            "it ends on 2020-12-31 already",
        ),
    );
}

#[test]
fn only_a_sunset_is_extended_and_only_to_a_later_day() {
    let extend = |id: &str, day: Value| {
        let json = json!({ "kind": "extend_adequacy_decision", "decision": id });
        with(json, "last_day", day)
    };
    refuses(
        &extend(DPF, "2030-01-01".into()),
        (DPF, "decision", "no last day that could be moved"),
    );
    let shield = "EU-ADQ-US-PS-2016-1250";
    refuses(
        &extend(shield, Value::Null),
        (shield, "decision", "is `invalidated`"),
    );
    let replaced = "EU-ADQ-GB-2021-1772-p2";
    refuses(
        &extend(replaced, Value::Null),
        (replaced, "decision", "is `replaced`"),
    );
    let sunset = "EU-ADQ-GB-2021-1772-p3";
    for day in ["2031-12-27", "2031-12-26"] {
        refuses(
            &extend(sunset, day.into()),
            (sunset, "last_day", "is not later"),
        );
    }
}

#[test]
fn a_challenge_that_is_not_pending_cannot_be_cleared() {
    let id = "EU-ADQ-JP-2019-419";
    let json = json!({ "kind": "challenge_adequacy_decision", "decision": id });
    let faults = faults_on(shipped(), std::slice::from_ref(&json));
    assert_eq!(faults.len(), 1);
    assert_eq!(
        faults[0].to_string(),
        "amendment 1: EU-ADQ-JP-2019-419: challenge: is left out, but no challenge is pending"
    );
    // Once it is set, it can.
    let set = amendment(challenge_japan());
    assert!(shipped().amended(&[set, amendment(json)]).is_ok());
}

#[test]
fn a_new_row_has_a_name_of_its_own() {
    for id in [DPF, "EU-BCR-C", "EU-MEMBER", "NO-TRANSFER-SAME-ENTITY"] {
        refuses(
            &with(kenya(), "id", id.into()),
            (id, "id", "exists already"),
        );
    }
    for id in ["", "EU ADQ KE", "eu/KE/2027-02-01", "EU-", "EU-ADQ-KÉ"] {
        let says = if id.is_empty() {
            "says nothing"
        } else {
            "letters, digits and hyphens"
        };
        refuses(&with(kenya(), "id", id.into()), (id, "id", says));
    }
    refuses(
        &with(
            with(montenegro_joins(), "territory", "HU".into()),
            "valid_from",
            "2004-05-01".into(),
        ),
        (
            "eu/HU/2004-05-01",
            "valid_from",
            "exists already; revise it",
        ),
    );
    let revise = json!({
        "kind": "revise_membership", "membership": "eu/GB/2020-02-01", "valid_from": "2021-01-01",
        "status": "third_country", "reason": "because", "confidence": "known",
    });
    refuses(
        &revise,
        (
            "eu/GB/2020-02-01",
            "valid_from",
            "`eu/GB/2021-01-01` exists already",
        ),
    );
    // Nor may two amendments make the same row.
    let faults = faults_on(shipped(), &[kenya(), kenya()]);
    assert_eq!(faults.len(), 1, "{faults:#?}");
    assert_eq!(amendment_index(&faults[0]), Some(1));
}

#[test]
fn phases_of_one_act_do_not_overlap() {
    let phase = json!({
        "kind": "add_adequacy_decision", "id": "EU-ADQ-GB-2021-1772-p0",
        "instrument": "EU-ADQ-GB-2021-1772", "regime": "eu", "territory": "GB",
        "title": "United Kingdom", "citation": "(EU) 2021/1772", "celex": "32021D1772",
        "valid_from": "2031-12-27", "confidence": "known",
    });
    let id = "EU-ADQ-GB-2021-1772-p0";
    refuses(
        &phase,
        (id, "valid_from", "overlaps EU-ADQ-GB-2021-1772-p3"),
    );
    // The day after, it is the next phase.
    let next = with(phase.clone(), "valid_from", "2031-12-28".into());
    assert!(shipped().amended(&[amendment(next)]).is_ok());
    // Without `instrument` it is another act, and two acts may cover the same days.
    let other = with(phase, "instrument", Value::Null);
    assert!(shipped().amended(&[amendment(other)]).is_ok());
}

#[test]
fn memberships_of_one_territory_do_not_overlap() {
    let again = with(montenegro_joins(), "territory", "HU".into());
    refuses(
        &again,
        (
            "eu/HU/2028-01-01",
            "valid_from",
            "overlaps eu/HU/2004-05-01",
        ),
    );
    // Also when the row that stays is named later by the checks than the new one.
    let before = with(
        with(again.clone(), "valid_from", "2004-01-01".into()),
        "valid_to",
        "2004-05-01".into(),
    );
    refuses(
        &before,
        ("eu/HU/2004-01-01", "valid_to", "overlaps eu/HU/2004-05-01"),
    );
    let twice = faults_on(
        shipped(),
        &[
            montenegro_joins(),
            with(montenegro_joins(), "valid_from", "2028-06-01".into()),
        ],
    );
    assert_eq!(twice.len(), 1, "{twice:#?}");
    assert!(amendment_index(&twice[0]).is_some(), "{twice:#?}");
    let earlier = json!({
        "kind": "revise_membership", "membership": "eu/GI/2026-07-15", "valid_from": "2026-07-01",
        "status": "third_country", "reason": "because", "confidence": "known",
    });
    let faults = faults_on(shipped(), &[earlier]);
    assert_eq!(
        faults[0].to_string(),
        "amendment 1: eu/GI/2026-07-01: valid_from: overlaps eu/GI/2021-01-01"
    );
    let leaves = json!({
        "kind": "end_membership", "membership": "eu/HU/2004-05-01", "last_day": "2027-12-31",
    });
    let both = [again, leaves].map(amendment);
    assert!(
        shipped().amended(&both).is_ok(),
        "one ends before the other begins"
    );
}

#[test]
fn an_end_has_a_kind_that_fits() {
    refuses(
        &with(dpf_falls(), "end_kind", "replaced".into()),
        (
            DPF,
            "end_kind",
            "replaced, but no row continues it the day after",
        ),
    );
    let kept = with(dpf_falls(), "effects_preserved", true.into());
    refuses(
        &with(kept, "end_kind", "withdrawn".into()),
        (DPF, "effects_preserved", "only a court"),
    );
    refuses(
        &with(kenya(), "valid_to", "2030-01-01".into()),
        (
            "EU-ADQ-KE-2027-100",
            "end_kind",
            "a last day and an end kind go together",
        ),
    );
    refuses(
        &with(dpf_falls(), "ending_act", json!({ "celex": "C-703/25 P" })),
        (DPF, "ending_act", "no CELEX number"),
    );
    refuses(
        &with(dpf_falls(), "ending_act", json!({})),
        (DPF, "ending_act", "exactly one of"),
    );
    refuses(
        &with(kenya(), "ending_act", json!({ "uk": "uksi/2030/1" })),
        ("EU-ADQ-KE-2027-100", "ending_act", "no last day"),
    );
}

#[test]
fn texts_say_something_and_links_are_numbers() {
    refuses(
        &with(dpf_falls(), "ended_by", " ".into()),
        (DPF, "ended_by", "says nothing"),
    );
    let id = "EU-ADQ-KE-2027-100";
    refuses(
        &with(kenya(), "title", "".into()),
        (id, "title", "says nothing"),
    );
    refuses(
        &with(kenya(), "celex", "https://example.org".into()),
        (id, "celex", "no CELEX number"),
    );
    refuses(
        &with(kenya(), "celex", Value::Null),
        (id, "celex", "exactly one of"),
    );
    refuses(
        &with(kenya(), "organisation", "icc".into()),
        (id, "territory", "either a `territory` or an `organisation`"),
    );
    let gossip = json!([{ "excludes_data": ["gossip"] }]);
    refuses(
        &with(kenya(), "conditions", gossip),
        (id, "conditions", "unknown data category `gossip`"),
    );
    let nothing = json!([{ "excludes_data": [] }]);
    refuses(
        &with(kenya(), "conditions", nothing),
        (id, "conditions", "names nothing"),
    );
    let unwritten = json!({
        "kind": "extend_adequacy_decision", "decision": "EU-ADQ-GB-2021-1772-p3",
        "last_day": "2033-01-01", "amended_by": ["an act"],
    });
    refuses(
        &unwritten,
        ("EU-ADQ-GB-2021-1772-p3", "amended_by", "no CELEX number"),
    );
}

#[test]
fn a_membership_says_what_it_rests_on_and_whom_it_covers() {
    let row = "eu/ME/2028-01-01";
    let change = |field, value| with(montenegro_joins(), field, value);
    refuses(
        &change("basis", Value::Null),
        (row, "basis", "exactly when"),
    );
    refuses(
        &change("basis", "EU-FRIEND".into()),
        (row, "basis", "no membership basis"),
    );
    refuses(
        &change("gives_regime", Value::Null),
        (row, "gives_regime", "must say"),
    );
    refuses(
        &change("reason", "".into()),
        (row, "reason", "says nothing"),
    );
}

#[test]
fn what_an_amendment_does_to_the_row_beside_it_is_laid_to_it() {
    // The second phase begins a day later: the first is no longer continued.
    let id = "EU-ADQ-GB-2021-1772-p2";
    let later = json!({
        "kind": "revise_adequacy_decision", "id": id, "instrument": "EU-ADQ-GB-2021-1772",
        "regime": "eu", "territory": "GB", "title": "United Kingdom",
        "citation": "(EU) 2021/1772", "celex": "32021D1772", "valid_from": "2025-06-29",
        "valid_to": "2025-12-18", "end_kind": "replaced", "confidence": "known",
    });
    for number in 0..3 {
        let mut amendments = vec![challenge_japan(), dpf_falls()];
        amendments.insert(number, later.clone());
        let faults = faults_on(shipped(), &amendments);
        assert_eq!(faults.len(), 1, "{faults:#?}");
        assert_eq!(faults[0].row, "EU-ADQ-GB-2021-1772-p1");
        assert_eq!(amendment_index(&faults[0]), Some(number), "{faults:#?}");
    }
}

#[test]
fn all_faults_are_found_at_once_in_the_order_of_the_amendments() {
    let faults = faults_on(
        shipped(),
        &[
            with(kenya(), "title", "".into()),
            with(dpf_falls(), "decision", "EU-ADQ-XX".into()),
            challenge_japan(),
            with(
                with(montenegro_joins(), "reason", "".into()),
                "basis",
                "EU-FRIEND".into(),
            ),
        ],
    );
    let named: Vec<_> = faults
        .iter()
        .map(|fault| (amendment_index(fault), fault.field.as_str()))
        .collect();
    assert_eq!(
        named,
        [
            (Some(0), "title"),
            (Some(1), "decision"),
            (Some(3), "reason"),
            (Some(3), "basis"),
        ],
        "{faults:#?}"
    );
}

#[test]
fn numbers_are_those_of_the_call() {
    let once = shipped().amended(&[amendment(kenya())]).expect("a pack");
    let late = json!({
        "kind": "end_adequacy_decision", "decision": "EU-ADQ-KE-2027-100",
        "last_day": "2027-01-01", "end_kind": "withdrawn",
    });
    let faults = faults_on(&once, std::slice::from_ref(&late));
    assert_eq!(
        (amendment_index(&faults[0]), faults[0].field.as_str()),
        (Some(0), "last_day")
    );
    // A row that was added and ended in one call: each field is laid to who set it.
    let wrong = with(kenya(), "celex", "none".into());
    let end = with(late, "last_day", "2028-01-01".into());
    let faults = faults_on(shipped(), &[wrong, end]);
    assert_eq!(
        (amendment_index(&faults[0]), faults[0].field.as_str()),
        (Some(0), "celex")
    );
}
