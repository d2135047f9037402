//! What the registry refuses reaches the caller whole, under codes that are documented.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::{collections::BTreeSet, fs, path::Path};

use transfer_decision::span::parse_day;
use transfer_registry_core::{self as registry, ChangeError};
use uuid::Uuid;

use super::*;

/// The text between a call's brackets, which begins after the opening one.
fn arguments(text: &str) -> &str {
    let mut open = 1;
    let end = text.find(|c| {
        open += i32::from(c == '(') - i32::from(c == ')');
        open == 0
    });
    &text[..end.unwrap_or(text.len())]
}

/// Every code that stands in a call of `Checks::add`, or in a violation written out, in the
/// registry's sources.
fn given(folder: &Path, codes: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("tests") {
                given(&path, codes);
            }
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for call in text.split(".add(").skip(1) {
            let words = arguments(call).split('"').skip(1).step_by(2);
            let code = |word: &&str| {
                !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
            };
            codes.extend(words.filter(code).map(str::to_owned));
        }
        for code in text.split("code: \"").skip(1) {
            codes.extend(code.split('"').next().map(str::to_owned));
        }
    }
}

#[test]
fn every_violation_that_the_registry_gives_is_a_documented_one() {
    let mut codes = BTreeSet::new();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("registry/src");
    given(&sources, &mut codes);
    assert!(
        codes.len() >= 20,
        "violations are given otherwise now: {codes:?}"
    );
    let documented: BTreeSet<String> = ViolationCode::ALL
        .iter()
        .map(|code| code.code().to_owned())
        .collect();
    let unknown: Vec<_> = codes.difference(&documented).collect();
    assert!(unknown.is_empty(), "no ViolationCode for {unknown:?}");
}

fn violation(pointer: &str, code: &'static str) -> registry::Violation {
    registry::Violation {
        pointer: pointer.to_owned(),
        code,
        message: format!("about {pointer}"),
    }
}

#[test]
fn what_the_registry_finds_wrong_keeps_its_places_codes_and_words() {
    let refused = ChangeError::Invalid(vec![
        violation("/slug", "taken"),
        violation("/name", "blank"),
    ]);
    let expected = [
        ("/name", ViolationCode::Blank),
        ("/slug", ViolationCode::Taken),
    ];
    let refusal = Refusal::from(refused);
    assert_eq!(refusal.code(), ProblemCode::InvalidRequest);
    assert_eq!(refusal.violations().len(), 2);
    for (violation, (pointer, code)) in refusal.violations().iter().zip(expected) {
        assert_eq!(
            (violation.pointer.as_str(), violation.code),
            (pointer, code)
        );
        assert_eq!(violation.message, format!("about {pointer}"));
    }
}

#[test]
fn a_code_that_nobody_documented_is_still_a_violation_of_its_place() {
    let refusal = Refusal::from(ChangeError::Invalid(vec![violation(
        "/name",
        "no_such_code",
    )]));
    assert_eq!(refusal.violations()[0].code, ViolationCode::BadValue);
    assert_eq!(refusal.violations()[0].pointer, "/name");
}

#[test]
fn each_reason_of_the_registry_has_its_own_status_and_code() {
    let denial = Denial {
        as_of: parse_day("2026-12-01").unwrap(),
        findings: Vec::new(),
    };
    let stage = ChangeError::WrongStage {
        what: "suspending",
        stage: "ended",
    };
    let sentence = stage.to_string();
    for (error, status, code) in [
        (ChangeError::NotFound, 404, "not_found"),
        (
            ChangeError::Stale { version: 8 },
            412,
            "precondition_failed",
        ),
        (ChangeError::Nothing, 422, "invalid_request"),
        (ChangeError::IdTaken(Uuid::nil()), 422, "invalid_request"),
        (ChangeError::KeyReused, 422, "idempotency_key_reused"),
        (stage, 409, "wrong_stage"),
        (ChangeError::Denied(Box::new(denial)), 409, "gate_denied"),
        (ChangeError::OutOfScope, 403, "forbidden"),
        (ChangeError::NotEmpty, 500, "internal_error"),
        (ChangeError::ReadOnly, 500, "internal_error"),
        (ChangeError::Head("on purpose"), 500, "internal_error"),
    ] {
        let about = error.to_string();
        let refusal = Refusal::from(error);
        assert_eq!(refusal.code().status().as_u16(), status, "{about}");
        assert_eq!(refusal.code().code(), code, "{about}");
        if let Refusal::WrongStage(said) = &refusal {
            assert_eq!(*said, sentence);
        }
    }
}

#[test]
fn every_code_of_a_list_is_another_one() {
    let problems: BTreeSet<_> = ProblemCode::ALL.iter().map(|code| code.code()).collect();
    assert_eq!(problems.len(), ProblemCode::ALL.len());
    let violations: BTreeSet<_> = ViolationCode::ALL.iter().map(|code| code.code()).collect();
    assert_eq!(violations.len(), ViolationCode::ALL.len());
}
