//! How an engagement or flow stands, as a page says it: a sentence first, then the findings, then
//! what would change it.

mod from_core;

use std::collections::BTreeMap;

use serde::Deserialize;
use transfer_decision::{
    span::{Day, next, parse_day},
    standing::LegalGate,
    vocabulary::Regime,
};
use transfer_registry_core::Snapshot;

use super::{
    bases,
    desk::{Clocks, Desk},
    explain::{self, Finding, Ground, Said, ShownFinding, ShownReason, State},
    remedies::{Healing, healing},
    table::{Cell, Table},
    words,
};
use crate::{inward::Asked, refusal::Refusal};

/// A standing, as the API answers it.
#[derive(Debug, Deserialize)]
pub(super) struct Standing {
    pub(super) standing: Summary,
    pub(super) questions: Vec<Question>,
}

/// What a standing comes down to.
#[derive(Debug, Deserialize)]
pub(super) struct Summary {
    pub(super) permitted: bool,
    pub(super) as_of: String,
    pub(super) valid_until: Option<String>,
    pub(super) carried_by: Vec<Ground>,
    pub(super) carried_before: Vec<Ground>,
}

/// One question for which something stands.
#[derive(Debug, Deserialize)]
pub(super) struct Question {
    pub(super) exporter: String,
    pub(super) along: Vec<String>,
    pub(super) permitted: bool,
    pub(super) findings: Vec<Finding>,
    pub(super) warnings: Vec<Said>,
}

/// Which day is judged, seen from the day that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tense {
    /// It is in effect.
    Is,
    /// It comes into effect by itself.
    WillBe,
    /// It would be, if somebody put it into effect.
    WouldBe,
    /// It was, on its last day.
    Was,
}

/// A standing, as a page shows it.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) state: State,
    /// The state in a word; of what carries nothing yet, what it would be.
    pub(super) word: &'static str,
    pub(super) permitted: bool,
    /// The verdict in a sentence.
    pub(super) sentence: String,
    /// What becomes of it when nothing is recorded.
    pub(super) then: Option<String>,
    /// What it has fallen back from.
    pub(super) fallen: Option<String>,
    /// Each exporter under each regime.
    pub(super) overview: Table,
    pub(super) parts: Vec<Part>,
    /// What would make it permitted, each once, with what it is for.
    pub(super) remedies: Vec<Healing>,
}

/// What one exporter sends.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) heading: String,
    pub(super) open: bool,
    pub(super) warnings: Vec<ShownReason>,
    pub(super) findings: Vec<ShownFinding>,
}

impl Standing {
    /// That of an engagement or flow, on a day.
    ///
    /// # Errors
    /// What the API refuses.
    pub(super) async fn on(desk: &Desk<'_>, path: &str, day: Day) -> Result<Self, Refusal> {
        let asked = Asked::read(format!("{path}/standing")).with("as_of", day.to_string());
        desk.get(asked, Clocks::Known).await
    }

    fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.questions
            .iter()
            .flat_map(|question| &question.findings)
    }

    /// The four states of a page.
    pub(super) fn state(&self) -> State {
        let questions = self.questions.iter();
        let weakest = questions.map(Question::state).max();
        weakest.unwrap_or(if self.standing.permitted {
            State::Allowed
        } else {
            State::Denied
        })
    }
}

impl Question {
    /// How it stands: as its weakest finding, with what is said beside them.
    fn state(&self) -> State {
        let findings = self.findings.iter().map(Finding::state);
        State::of_question(findings, !self.warnings.is_empty(), self.permitted)
    }
}

/// Asks how an engagement or flow stands on a day, and what comes after.
///
/// # Errors
/// What the API refuses.
pub(super) async fn judged(
    desk: &Desk<'_>,
    snapshot: &Snapshot,
    path: &str,
    (tense, day): (Tense, Day),
) -> Result<Judged, Refusal> {
    let now = Standing::on(desk, path, day).await?;
    let until = now.standing.valid_until.as_deref();
    let until = until.and_then(parse_day);
    let after = match until.map(next) {
        Some(after) => Some((after, Standing::on(desk, path, after).await?)),
        None => None,
    };
    Ok(shown(snapshot, tense, &now, after.as_ref()))
}

/// A standing as a page shows it, with the next that comes after it.
pub(super) fn shown(
    snapshot: &Snapshot,
    tense: Tense,
    now: &Standing,
    after: Option<&(Day, Standing)>,
) -> Judged {
    let ends = after.filter(|(_, then)| now.standing.permitted && !then.standing.permitted);
    let until = ends.and(now.standing.valid_until.as_deref());
    let fallen = now.standing.carried_before.iter();
    let fallen: Vec<String> = fallen.map(|ground| ground.sentence(snapshot)).collect();
    let findings: Vec<&Finding> = now.findings().collect();
    Judged {
        state: now.state(),
        word: word(now.state(), tense),
        permitted: now.standing.permitted,
        sentence: sentence(snapshot, tense, now, until),
        // Of what is over nothing becomes.
        then: after
            .filter(|_| tense != Tense::Was)
            .map(|(day, then)| becomes(snapshot, *day, now, then)),
        fallen: (!fallen.is_empty()).then(|| {
            format!(
                "What carried it before no longer does: {}.",
                fallen.join("; ")
            )
        }),
        overview: overview(snapshot, now),
        parts: now
            .questions
            .iter()
            .map(|question| part(snapshot, question))
            .collect(),
        remedies: healing(snapshot, &findings),
    }
}

/// A state in a word, seen from the day that is shown.
const fn word(state: State, tense: Tense) -> &'static str {
    match (state, tense) {
        (State::Allowed, Tense::WouldBe) => "Would be allowed",
        (State::Warned, Tense::WouldBe) => "Would be allowed, with a warning",
        (state, _) => state.word(),
    }
}

/// The verdict, with what it rests on or lacks.
fn sentence(snapshot: &Snapshot, tense: Tense, now: &Standing, until: Option<&str>) -> String {
    let day = words::day_of(&now.standing.as_of);
    let until = until.map(words::day_of);
    let until = until.map_or_else(String::new, |day| format!(" until {day}"));
    let allowed = now.standing.permitted;
    let verdict = match (tense, allowed) {
        (Tense::Is, true) => format!("Allowed{until}"),
        (Tense::Is, false) => "Denied".to_owned(),
        (Tense::WillBe, true) => format!("Allowed from {day}{until}"),
        (Tense::WillBe, false) => format!("Denied from {day}"),
        (Tense::WouldBe, true) => format!("On {day} it would be allowed"),
        (Tense::WouldBe, false) => format!("On {day} it would be denied"),
        (Tense::Was, true) => format!("On {day}, its last day, it was allowed"),
        (Tense::Was, false) => format!("On {day}, its last day, it was denied"),
    };
    format!("{verdict}, because {}.", because(snapshot, now))
}

/// Why it is allowed or denied.
fn because(snapshot: &Snapshot, now: &Standing) -> String {
    if now.standing.permitted {
        let grounds = &now.standing.carried_by;
        let on = words::distinct(
            grounds
                .iter()
                .map(|ground| bases::clause(snapshot, &ground.outcome, &ground.basis)),
        );
        return match on.as_slice() {
            [] => "no regime that is recorded here applies to it".to_owned(),
            _ => on.join(", and "),
        };
    }
    let mut lacking: BTreeMap<Option<&str>, Vec<String>> = BTreeMap::new();
    for finding in now.findings().filter(|one| one.outcome == "denied") {
        let places = lacking.entry(finding.regime.as_deref()).or_default();
        let place = words::place_of(finding.destination.as_deref());
        let place = match snapshot.organisation(finding.destination.as_deref().unwrap_or("")) {
            Some(organisation) => organisation.legal_name.clone(),
            None => place,
        };
        if !places.contains(&place) {
            places.push(place);
        }
    }
    let lacking: Vec<String> = lacking
        .into_iter()
        .map(|(regime, places)| {
            let whose = match regime.and_then(|code| code.parse().ok()) {
                Some(regime) => format!("under {}", words::regime(regime)),
                None => "under any regime".to_owned(),
            };
            format!("{whose} for {}", places.join(" and "))
        })
        .collect();
    match lacking.as_slice() {
        [] => "the parties are not recorded as far as a verdict needs".to_owned(),
        _ => format!(
            "no transfer basis recorded here holds {}",
            lacking.join(", nor ")
        ),
    }
}

/// What becomes of it on the day after, when nothing is recorded.
fn becomes(snapshot: &Snapshot, day: Day, now: &Standing, then: &Standing) -> String {
    let on = words::day(day);
    let why = because(snapshot, then);
    match (now.standing.permitted, then.standing.permitted) {
        (true, false) => format!("From {on} it is denied if nothing is recorded, because {why}."),
        (false, true) => format!("From {on} it is allowed, because {why}."),
        (true, true) if why == because(snapshot, now) => {
            format!("On {on} one of its findings changes; it stays allowed.")
        }
        (true, true) => format!("From {on} it stays allowed on another basis: {why}."),
        (false, false) => format!("On {on} one of its findings changes; it stays denied."),
    }
}

/// Each exporter under each regime, the weakest finding of each.
fn overview(snapshot: &Snapshot, now: &Standing) -> Table {
    let rows = now.questions.iter().map(|question| {
        let weakest = |regime: Regime| {
            let of = question.findings.iter();
            let of = of.filter(|one| one.regime.as_deref() == Some(regime.code()));
            of.map(Finding::state).max()
        };
        let cell = |regime| match weakest(regime) {
            Some(state) => Cell::State(state),
            None => Cell::Quiet("does not apply".to_owned()),
        };
        let mut row = vec![Cell::Text(exporter(snapshot, question))];
        row.extend(Regime::ALL.iter().map(|regime| cell(*regime)));
        row
    });
    let mut heads = vec!["Who sends"];
    heads.extend(Regime::ALL.iter().map(|regime| words::regime(*regime)));
    Table {
        caption: "The weakest finding for each exporter under each regime".to_owned(),
        heads,
        rows: rows.collect(),
    }
}

fn exporter(snapshot: &Snapshot, question: &Question) -> String {
    let name = words::organisation(snapshot, &question.exporter);
    let name = if name == question.exporter {
        words::group(snapshot, &question.exporter)
    } else {
        name
    };
    if question.along.is_empty() {
        name
    } else {
        format!("{name}, along the chain that it continues")
    }
}

fn part(snapshot: &Snapshot, question: &Question) -> Part {
    let findings = explain::findings(snapshot, &question.findings);
    Part {
        heading: format!("What {} sends", exporter(snapshot, question)),
        open: !question.permitted,
        warnings: question.warnings.iter().map(explain::reason).collect(),
        findings,
    }
}

/// The legal gate, as a list asks it about each of its rows.
pub(super) struct Gates<'s> {
    snapshot: &'s Snapshot,
    gates: BTreeMap<Day, LegalGate<'s>>,
}

impl<'s> Gates<'s> {
    /// Those of a register.
    pub(super) const fn of(snapshot: &'s Snapshot) -> Self {
        Self {
            snapshot,
            gates: BTreeMap::new(),
        }
    }

    /// How an engagement or flow stands on a day.
    pub(super) fn state(&mut self, id: &str, day: Day) -> Option<State> {
        let snapshot = self.snapshot;
        let relationship = snapshot.register().relationship(id)?;
        let standing = self.gate(day).standing(relationship);
        Some(Standing::from(&standing).state())
    }

    fn gate(&mut self, day: Day) -> &LegalGate<'s> {
        let snapshot = self.snapshot;
        self.gates.entry(day).or_insert_with(|| {
            let (law, register) = (snapshot.law(), snapshot.register());
            LegalGate::on(law, register, day, snapshot.settings())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_carries_nothing_yet_is_not_allowed_but_would_be() {
        assert_eq!(word(State::Allowed, Tense::WouldBe), "Would be allowed");
        assert_eq!(
            word(State::Warned, Tense::WouldBe),
            "Would be allowed, with a warning"
        );
        assert_eq!(word(State::Denied, Tense::WouldBe), "Denied");
        assert_eq!(word(State::Allowed, Tense::Is), "Allowed");
    }
}
