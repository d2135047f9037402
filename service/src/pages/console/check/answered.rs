//! The answer to a transfer check, as a page shows it.

use serde::Deserialize;
use transfer_registry_core::Snapshot;

use crate::pages::console::{
    desk::Desk,
    explain::{self, Finding, Remedy, Said, ShownFinding, ShownReason, ShownRemedy, State},
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
    pub(super) until: Option<String>,
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
            explain::unlinked(desk, &mut finding.remedies);
        }
        gate.page = gate.page.filter(|_| reads).map(|page| desk.link(&page));
        explain::unlinked(desk, &mut gate.remedies);
        let until = answer.valid_until.as_deref().map(words::day_of);
        let state = state(&answer, &findings, &gate);
        Self {
            sentence: sentence(&answer, &findings, &gate, until.as_deref()),
            state,
            gate,
            findings,
            warnings: answer.warnings.iter().map(explain::reason).collect(),
            until,
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

/// The verdict in a sentence.
fn sentence(
    answer: &Answer,
    findings: &[ShownFinding],
    gate: &Gate,
    until: Option<&str>,
) -> String {
    let until = until.map_or_else(String::new, |day| format!(" until {day}"));
    if answer.decision == "allow" {
        let mut bases: Vec<String> = Vec::new();
        for finding in &answer.findings {
            let on = words::outcome_of(&finding.outcome);
            let on = finding.basis.as_ref().map_or(on.clone(), |basis| {
                format!("{on}, {} ({})", basis.title, basis.citation)
            });
            if !bases.contains(&on) {
                bases.push(on);
            }
        }
        return match bases.as_slice() {
            [] => format!("Allowed{until}, because none of the recorded regimes applies."),
            [one] => format!("Allowed{until}, because of {one}."),
            more => format!("Allowed{until}, because of {}.", more.join("; and of ")),
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
    format!("Denied{until}, because {}.", because.join(", and because "))
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
            remedies: explain::alternatives(snapshot, &said.remedies),
        }
    }
}
