//! How an amendment is written.

use serde_json::{Value, json};
use transfer_registry_seed::law::Amendment;

use super::{amendment, decisions::kenya, dpf_falls, memberships::montenegro_joins};

fn all_kinds() -> Vec<Value> {
    let mut revised = kenya();
    revised["kind"] = "revise_adequacy_decision".into();
    vec![
        dpf_falls(),
        json!({ "kind": "challenge_adequacy_decision", "decision": "X", "challenge": "pending" }),
        json!({ "kind": "extend_adequacy_decision", "decision": "X", "last_day": "2030-01-01" }),
        kenya(),
        revised,
        montenegro_joins(),
        json!({
            "kind": "revise_membership", "membership": "eu/GI/2026-07-15",
            "valid_from": "2026-07-15", "valid_to": "2026-08-01", "status": "third_country",
            "reason": "because", "confidence": "known",
        }),
        json!({
            "kind": "end_membership", "membership": "eu/HU/2004-05-01", "last_day": "2029-06-30",
        }),
    ]
}

#[test]
fn every_kind_is_written_as_it_is_read() {
    let rows = [
        super::DPF,
        "X",
        "X",
        "EU-ADQ-KE-2027-100",
        "EU-ADQ-KE-2027-100",
        "eu/ME/2028-01-01",
        "eu/GI/2026-07-15",
        "eu/HU/2004-05-01",
    ];
    for (json, row) in all_kinds().into_iter().zip(rows) {
        let read = amendment(json.clone());
        assert_eq!(read.kind(), json["kind"]);
        assert_eq!(read.row(), row);
        assert_eq!(serde_json::to_value(&read).unwrap(), json);
    }
}

#[test]
fn an_unknown_field_or_kind_is_an_error() {
    for json in all_kinds() {
        let mut unknown = json.clone();
        unknown["because"] = "of the weather".into();
        let error = serde_json::from_value::<Amendment>(unknown).expect_err("an unknown field");
        assert!(error.to_string().contains("`because`"), "{error}");
        let mut unknown = json;
        unknown["kind"] = "repeal_everything".into();
        let error = serde_json::from_value::<Amendment>(unknown).expect_err("an unknown kind");
        assert!(error.to_string().contains("repeal_everything"), "{error}");
    }
}

#[test]
fn a_day_has_one_form_and_codes_are_those_of_the_vocabulary() {
    for (base, field, wrong) in [
        (dpf_falls(), "last_day", "2026-11-3"),
        (dpf_falls(), "last_day", "2026-11-31"),
        (dpf_falls(), "last_day", "+12026-11-30"),
        (dpf_falls(), "end_kind", "repealed"),
        (kenya(), "valid_from", "1 December"),
        (kenya(), "valid_to", "2027-2-3"),
        (kenya(), "territory", "EL"),
        (kenya(), "regime", "us"),
        (kenya(), "confidence", "sure"),
        (montenegro_joins(), "status", "member"),
        (montenegro_joins(), "territory", "me"),
    ] {
        let mut json = base;
        json[field] = wrong.into();
        let error = serde_json::from_value::<Amendment>(json).expect_err(wrong);
        assert!(error.to_string().contains(wrong), "{error}");
    }
}

#[test]
fn what_must_be_said_may_not_be_left_out() {
    for (base, field) in [
        (dpf_falls(), "decision"),
        (dpf_falls(), "last_day"),
        (dpf_falls(), "end_kind"),
        (kenya(), "id"),
        (kenya(), "citation"),
        (kenya(), "valid_from"),
        (kenya(), "confidence"),
        (montenegro_joins(), "status"),
        (montenegro_joins(), "reason"),
    ] {
        let mut json = base;
        json.as_object_mut().unwrap().remove(field);
        let error = serde_json::from_value::<Amendment>(json).expect_err(field);
        assert!(error.to_string().contains(field), "{error}");
    }
}
