//! The answer to a transfer check, as a page shows it.

use serde::Deserialize;
use transfer_registry_core::Snapshot;

use crate::pages::console::{
    bases,
    desk::Desk,
    explain::{self, Finding, Said, ShownFinding, ShownReason, State},
    remedies::{self, Healing, Remedy, ShownRemedy},
    words,
};

/// An answer, as the API gives it.
#[derive(Deserialize)]
pub(super) struct Answer {
    id: String,
    decision: String,
    as_of: String,
    known_at: String,
    valid_until: Option<String>,
    revision: u64,
    law_pack: String,
    relationship: Relationship,
    findings: Vec<Finding>,
    warnings: Vec<Said>,
    not_assessed: String,
}

/// What the relationship gate says.
#[derive(Deserialize)]
struct Relationship {
    outcome: String,
    kind: String,
    id: Option<String>,
    reasons: Vec<Said>,
    remedies: Vec<Remedy>,
}

/// An answer, as a page shows it.
pub(super) struct Answered {
    pub(super) state: State,
    pub(super) sentence: String,
    pub(super) gate: Gate,
    pub(super) findings: Vec<ShownFinding>,
    pub(super) warnings: Vec<ShownReason>,
    /// What would make it permitted, each once, with whom it is for.
    pub(super) healing: Vec<Healing>,
    /// How long it stays so.
    pub(super) stays: String,
    pub(super) not_assessed: String,
    /// Its own page.
    pub(super) kept: String,
    pub(super) as_of: String,
    pub(super) known_at: String,
    pub(super) revision: u64,
    pub(super) law_pack: String,
}

/// The relationship gate, as a page shows it.
pub(super) struct Gate {
    pub(super) state: State,
    pub(super) sentence: String,
    /// The engagement or flow that carries the hop.
    pub(super) page: Option<String>,
    pub(super) reasons: Vec<ShownReason>,
    pub(super) remedies: Vec<Vec<ShownRemedy>>,
}

impl Answered {
    /// In sentences, with links for those who may follow them.
    pub(super) fn of(desk: &Desk<'_>, snapshot: &Snapshot, answer: Answer) -> Self {
        let mut findings = explain::findings(snapshot, &answer.findings);
        let mut gate = Gate::of(snapshot, &answer.relationship);
        let reads = desk.person().role != transfer_registry_core::tokens::Role::Checker;
        for finding in &mut findings {
            finding.mechanism = finding
                .mechanism
                .take()
                .filter(|_| reads)
                .map(|page| desk.link(&page));
        }
        let denied: Vec<&Finding> = answer.findings.iter().collect();
        let mut healing = remedies::healing(snapshot, &denied);
        for healing in &mut healing {
            remedies::unlinked(desk, &mut healing.ways);
        }
        gate.page = gate.page.filter(|_| reads).map(|page| desk.link(&page));
        remedies::unlinked(desk, &mut gate.remedies);
        let until = answer.valid_until.as_deref().map(words::day_of);
        let state = state(&answer, &findings, &gate);
        Self {
            sentence: sentence(snapshot, &answer, &findings, &gate, until.as_deref()),
            stays: stays(answer.decision == "allow", until.as_deref()),
            state,
            gate,
            findings,
            warnings: answer.warnings.iter().map(explain::reason).collect(),
            healing,
            not_assessed: answer.not_assessed,
            kept: desk.link(&format!("/console/checks/{}", answer.id)),
            as_of: words::day_of(&answer.as_of),
            known_at: words::instant_of(&answer.known_at),
            revision: answer.revision,
            law_pack: answer.law_pack,
        }
    }
}

fn state(answer: &Answer, findings: &[ShownFinding], gate: &Gate) -> State {
    let warned = |one: &ShownFinding| one.state != State::Allowed;
    match answer.decision.as_str() {
        "allow" if !answer.warnings.is_empty() || findings.iter().any(warned) => State::Warned,
        "allow" => State::Allowed,
        _ if gate.state == State::Denied => State::Denied,
        _ if findings.iter().any(|one| one.state == State::Denied) => State::Denied,
        _ => State::NotAssessable,
    }
}

/// How long it stays so. A denial has no end: what comes after it may be another.
fn stays(allowed: bool, until: Option<&str>) -> String {
    match until {
        None => "It stays so as long as nothing is recorded.".to_owned(),
        Some(day) if allowed => format!("It stays so until {day}, if nothing is recorded."),
        Some(_) => String::new(),
    }
}

/// The verdict in a sentence or two.
fn sentence(
    snapshot: &Snapshot,
    answer: &Answer,
    findings: &[ShownFinding],
    gate: &Gate,
    until: Option<&str>,
) -> String {
    if answer.decision == "allow" {
        let until = until.map_or_else(String::new, |day| format!(" until {day}"));
        let mut on: Vec<String> = Vec::new();
        for finding in &answer.findings {
            let clause = match &finding.basis {
                Some(basis) => bases::clause(snapshot, &finding.outcome, basis),
                None => format!("there is {}", words::outcome_of(&finding.outcome)),
            };
            if !on.contains(&clause) {
                on.push(clause);
            }
        }
        return match on.as_slice() {
            [] => format!("Allowed{until}, because none of the recorded regimes applies."),
            _ => format!("Allowed{until}, because {}.", on.join("; and ")),
        };
    }
    let mut because: Vec<String> = Vec::new();
    if gate.state == State::Denied {
        because.push("no relationship that is recorded here carries it".to_owned());
    }
    let denied = findings.iter().filter(|one| one.state.is_denied()).count();
    if denied > 0 {
        let all = findings.len();
        because.push(match (denied, all) {
            (1, 1) => "no transfer basis recorded here holds".to_owned(),
            (denied, all) if denied == all => {
                format!("no transfer basis recorded here holds for any of the {all} findings")
            }
            (denied, all) => {
                format!("no transfer basis recorded here holds for {denied} of the {all} findings")
            }
        });
    }
    denial(&because, until)
}

/// A denial, with the day after which it is another one, or none.
fn denial(because: &[String], until: Option<&str>) -> String {
    let changes = until.map_or_else(String::new, |day| {
        format!(" What is denied, or why, changes after {day}.")
    });
    format!(
        "Denied, because {}.{changes}",
        because.join(", and because ")
    )
}

impl Gate {
    fn of(snapshot: &Snapshot, said: &Relationship) -> Self {
        let passed = said.outcome != "denied";
        let noun = if said.kind == "flow" {
            "flows"
        } else {
            "subprocessors"
        };
        let sentence = match (passed, said.kind.as_str()) {
            (true, "flow") => "A registered flow connects the two.".to_owned(),
            (true, "subprocessor" | "engagement") => {
                "A registered engagement connects the two.".to_owned()
            }
            (true, kind) => format!("The two are connected: {}.", words::plain(kind)),
            (false, _) => "No recorded relationship carries this.".to_owned(),
        };
        Self {
            state: if passed {
                State::Allowed
            } else {
                State::Denied
            },
            sentence,
            page: said.id.as_ref().map(|id| format!("/console/{noun}/{id}")),
            reasons: said.reasons.iter().map(explain::reason).collect(),
            remedies: remedies::alternatives(snapshot, None, &said.remedies),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denial_is_never_said_to_last_until_a_day() {
        let because = ["no transfer basis recorded here holds".to_owned()];
        assert_eq!(
            denial(&because, Some("7 September 2020")),
            "Denied, because no transfer basis recorded here holds. What is denied, or why, changes \
             after 7 September 2020."
        );
        assert_eq!(stays(false, Some("7 September 2020")), "");
        assert_eq!(
            stays(true, Some("7 September 2020")),
            "It stays so until 7 September 2020, if nothing is recorded."
        );
    }
}
