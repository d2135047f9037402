//! `cases`, `check` and `openapi`, which need no database of their own.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::fixture::{Finished, Program, text};

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../service/decision/cases/transfer-cases.jsonl")
}

async fn run(arguments: &[&str]) -> Finished {
    let folder = tempfile::tempdir().expect("a folder");
    let finished = Program::new(folder.path(), arguments).run().await;
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .expect("the folder")
        .collect();
    assert!(left.is_empty(), "{arguments:?} left {left:?}");
    finished
}

#[tokio::test]
async fn every_shipped_case_holds() {
    let path = shipped();
    let finished = run(&["cases", path.to_str().unwrap()]).await;
    assert_eq!(finished.last_line(), "178 passed, 0 failed", "{finished:?}");
    assert_eq!(
        finished.out.trim_end().lines().count(),
        1,
        "a line for each mismatch, and there is none"
    );
    assert_eq!(finished.code, Some(0));
}

/// The shipped cases with one line changed, run.
async fn doctored(change: impl FnOnce(&mut Value)) -> Finished {
    let all = std::fs::read_to_string(shipped()).expect("the cases");
    let mut lines: Vec<String> = all.lines().map(str::to_owned).collect();
    let mut case: Value = serde_json::from_str(&lines[0]).expect("a case");
    change(&mut case);
    lines[0] = case.to_string();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("doctored.jsonl");
    std::fs::write(&file, lines.join("\n")).expect("written");
    let path = file.to_str().unwrap();
    run(&["cases", path]).await
}

#[tokio::test]
async fn a_case_that_does_not_hold_is_shown_and_ends_in_failure() {
    let finished = doctored(|case| case["expect"]["outcome"] = "denied".into()).await;
    assert_eq!(finished.last_line(), "177 passed, 1 failed", "{finished:?}");
    assert_eq!(finished.code, Some(1));
    assert!(
        finished
            .out
            .lines()
            .next()
            .unwrap_or_default()
            .contains("G002"),
        "{finished:?}"
    );

    let finished = doctored(|case| case["expect"]["basis"] = "EEA-MEMBER".into()).await;
    assert_eq!(
        (finished.last_line(), finished.code),
        ("177 passed, 1 failed", Some(1)),
        "{finished:?}"
    );

    let finished = doctored(|case| {
        case["expect"] = json!({"outcome": "not_restricted", "reason": "no_mechanism"});
    })
    .await;
    assert_eq!(
        (finished.last_line(), finished.code),
        ("177 passed, 1 failed", Some(1)),
        "{finished:?}"
    );
}

#[tokio::test]
async fn a_field_that_no_case_has_is_an_error_and_never_ignored() {
    for change in [
        |case: &mut Value| case["colour"] = "blue".into(),
        |case: &mut Value| case["question"]["importer"]["colour"] = "blue".into(),
        |case: &mut Value| case["question"]["as_of"] = "2004-5-1".into(),
        |case: &mut Value| case["question"]["importer"]["country"] = "pl".into(),
        |case: &mut Value| case["expect"]["reasons"] = "no_mechanism".into(),
    ] {
        let finished = doctored(change).await;
        assert_ne!(finished.code, Some(0), "{finished:?}");
        let said = format!("{}{}", finished.out, finished.err);
        assert!(
            said.contains("G002") || said.contains("line 1") || said.contains(":1"),
            "it says which: {finished:?}"
        );
    }
    let finished = run(&["cases", "no-such-file.jsonl"]).await;
    assert_ne!(finished.code, Some(0));
    let said = format!("{}{}", finished.out, finished.err);
    assert!(said.contains("no-such-file.jsonl"), "{finished:?}");
}

#[tokio::test]
async fn several_files_are_counted_together() {
    let path = shipped();
    let path = path.to_str().unwrap();
    let finished = run(&["cases", path, path]).await;
    assert_eq!(
        (finished.last_line(), finished.code),
        ("356 passed, 0 failed", Some(0)),
        "{finished:?}"
    );
}

#[tokio::test]
async fn the_document_is_printed() {
    let finished = run(&["openapi"]).await;
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let document: Value = serde_json::from_str(&finished.out).expect("JSON");
    assert!(
        text(&document, "openapi").starts_with("3."),
        "{}",
        document["openapi"]
    );
}
