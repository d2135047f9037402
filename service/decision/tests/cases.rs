//! The committed case file holds, line by line, under the shipped law pack.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use transfer_decision::case::Case;

#[test]
fn every_case_of_the_committed_file_holds_under_the_shipped_law() {
    let law = transfer_registry_seed::law::shipped().unwrap();
    let text = include_str!("../cases/transfer-cases.jsonl");
    let mut mismatches = Vec::new();
    let mut held = 0;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let case = Case::parse(line).unwrap();
        let outcome = case.judge(&law).unwrap();
        match case.mismatch(&outcome) {
            Some(mismatch) => mismatches.push(mismatch),
            None => held += 1,
        }
    }
    assert!(mismatches.is_empty(), "{}", mismatches.join("\n"));
    assert_eq!(held, 178);
}

#[test]
fn an_unknown_field_or_a_loose_day_is_an_error_and_never_ignored() {
    let line = |question: &str| {
        format!(
            r#"{{"id":"X","why":"","question":{question},"expect":{{"outcome":"denied"}},"confidence":"known"}}"#
        )
    };
    let importer = r#""importer":{"country":"US"}"#;
    for (question, named) in [
        (
            format!(r#"{{"as_of":"2024-01-01","regime":"eu","colour":1,{importer}}}"#),
            "colour",
        ),
        (
            format!(r#"{{"as_of":"2024-1-1","regime":"eu",{importer}}}"#),
            "2024-1-1",
        ),
        (
            format!(r#"{{"as_of":"2024-01-01","regime":"fr",{importer}}}"#),
            "fr",
        ),
        (
            r#"{"as_of":"2024-01-01","regime":"eu","importer":{"country":"UK"}}"#.to_owned(),
            "UK",
        ),
        (
            format!(
                r#"{{"as_of":"2024-01-01","regime":"eu","mechanisms":[{{"tool":"scc"}}],{importer}}}"#
            ),
            "scc",
        ),
        (
            format!(r#"{{"as_of":"2024-01-01","as_of":"2024-01-02","regime":"eu",{importer}}}"#),
            "as_of",
        ),
    ] {
        let error = Case::parse(&line(&question)).unwrap_err().to_string();
        assert!(error.contains(named), "{error}");
    }
    let early = format!(r#"{{"as_of":"1999-12-31","regime":"eu",{importer}}}"#);
    let law = transfer_registry_seed::law::shipped().unwrap();
    assert!(Case::parse(&line(&early)).unwrap().judge(&law).is_err());
}
