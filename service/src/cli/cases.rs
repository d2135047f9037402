//! `cases`: runs case files against the shipped law pack.

use std::path::PathBuf;

use clap::Args;
use transfer_decision::{case::Case, law::Law};

use super::{Ended, FAILED, complain, say};

/// Run case files.
#[derive(Debug, Args)]
pub(super) struct Cases {
    /// The files: one JSON object a line.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// How the cases came out.
#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    passed: u64,
    failed: u64,
}

impl Cases {
    pub(super) fn run(self) -> Result<u8, Ended> {
        let law = transfer_registry_seed::law::shipped().map_err(|error| Ended::failed(&error))?;
        let mut count = Count::default();
        for file in &self.files {
            let name = file.display();
            match std::fs::read_to_string(file) {
                Ok(text) => {
                    for complaint in judge_lines(&law, &name.to_string(), &text, &mut count) {
                        say(complaint)?;
                    }
                }
                Err(error) => {
                    count.failed += 1;
                    complain(format_args!("{name}:1: cannot be read: {error}"));
                }
            }
        }
        say(format_args!(
            "{} passed, {} failed",
            count.passed, count.failed
        ))?;
        Ok(if count.failed == 0 { 0 } else { FAILED })
    }
}

/// Judges every line of a file, and says what does not hold.
fn judge_lines(law: &Law, name: &str, text: &str, count: &mut Count) -> Vec<String> {
    let mut complaints = Vec::new();
    for (number, line) in (1_u64..).zip(text.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        match judge(law, line) {
            Ok(()) => count.passed += 1,
            Err(complaint) => {
                count.failed += 1;
                complaints.push(format!("{name}:{number}: {complaint}"));
            }
        }
    }
    complaints
}

fn judge(law: &Law, line: &str) -> Result<(), String> {
    let case = Case::parse(line).map_err(|error| error.to_string())?;
    let about = |what: String| format!("{}: {what}", case.id);
    let outcome = case.judge(law).map_err(|error| about(error.to_string()))?;
    case.mismatch(&outcome)
        .map_or(Ok(()), |mismatch| Err(about(mismatch)))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    const HOLDS: &str = r#"{"id": "A", "why": "accession", "question": {"as_of": "2004-05-01", "regime": "eu", "importer": {"country": "PL"}}, "expect": {"outcome": "not_restricted", "basis": "EU-MEMBER"}, "confidence": "known"}"#;

    #[test]
    fn a_mismatch_and_a_broken_line_each_fail_by_their_place() {
        let law = transfer_registry_seed::law::shipped().unwrap();
        let wrong = HOLDS
            .replace("2004-05-01", "2004-04-30")
            .replace("\"A\"", "\"B\"");
        let text = format!("{HOLDS}\n\n{wrong}\n{{\n");
        let mut count = Count::default();
        let complaints = judge_lines(&law, "cases.jsonl", &text, &mut count);
        assert_eq!(
            count,
            Count {
                passed: 1,
                failed: 2
            }
        );
        assert!(
            complaints
                .first()
                .unwrap()
                .starts_with("cases.jsonl:3: B: "),
            "{complaints:?}"
        );
        assert!(
            complaints.last().unwrap().starts_with("cases.jsonl:4: "),
            "{complaints:?}"
        );
    }
}
