//! What a change would do to the answers of the register, in sentences: before a form saves, and
//! when somebody asks what if.

use serde::Deserialize;
use transfer_decision::{span::parse_day, vocabulary::Regime};
use transfer_registry_core::Snapshot;

use super::{
    bases,
    explain::{Ground, State},
    remedies::{self, Remedy},
    standing::Gates,
    words,
};

/// How many changes are looked at for what is to be known besides how they stood: each is judged anew.
const LOOKED_AT: usize = 100;

/// What the API answers of a change that is only tried.
#[derive(Debug, Deserialize)]
pub(super) struct Analysis {
    changes: Vec<Change>,
    counts: Counts,
    truncated: bool,
}

#[derive(Debug, Deserialize)]
struct Counts {
    denied: u64,
    gone: u64,
    new: u64,
    other_basis: u64,
    permitted: u64,
    still_denied: u64,
}

#[derive(Debug, Deserialize)]
struct Change {
    after: Option<Side>,
    before: Option<Side>,
    carried_by: Vec<Ground>,
    effect: String,
    exporter: Option<String>,
    group: Option<String>,
    id: String,
    importer: String,
    kind: String,
    reasons: Vec<Said>,
    remedies: Vec<Remedy>,
    service: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Side {
    as_of: String,
    permitted: bool,
    #[serde(default)]
    findings: Vec<Found>,
}

/// A finding, as far as a comparison needs it.
#[derive(Debug, Deserialize)]
struct Found {
    regime: Option<String>,
    outcome: String,
    basis_id: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Said {
    code: String,
    message: String,
    basis_id: Option<String>,
}

/// What is only supposed to have ended.
#[derive(Debug, Clone, Copy)]
pub(super) enum Supposed<'s> {
    /// Nothing.
    Nothing,
    /// An adequacy decision, by its id.
    Decision(&'s str),
    /// A certification.
    Certification,
    /// A mechanism.
    Mechanism,
}

impl Supposed<'_> {
    /// What a reason says, where it takes what is supposed for a fact.
    fn instead_of(self, reason: &Said) -> Option<&'static str> {
        match (self, reason.code.as_str()) {
            (Self::Decision(id), "instrument_invalidated")
                if reason.basis_id.as_deref() == Some(id) =>
            {
                Some("The decision is supposed to have ended")
            }
            (Self::Certification, "certification_lapsed") => {
                Some("The importer’s certification is supposed to have ended")
            }
            (Self::Mechanism, "mechanism_ended") => Some("The mechanism is supposed to have ended"),
            _ => None,
        }
    }
}

/// What a change would do, as a page shows it.
#[derive(Debug)]
pub(super) struct Effect {
    /// All of it in a sentence.
    pub(super) sentence: String,
    /// What becomes of each engagement and flow.
    pub(super) changes: Vec<Shown>,
    /// Whether there is more than is shown.
    pub(super) truncated: bool,
}

/// What becomes of one engagement or flow.
#[derive(Debug)]
pub(super) struct Shown {
    /// Its page.
    pub(super) href: String,
    /// Who sends what to whom.
    pub(super) what: String,
    /// The state's name for the style sheet: `allowed`, `warned`, `denied`, `none`.
    pub(super) state: &'static str,
    /// What becomes of it.
    pub(super) effect: &'static str,
    /// What it was before.
    pub(super) before: String,
    /// What it would be.
    pub(super) after: String,
    /// How it would stand under each regime.
    pub(super) regimes: Vec<String>,
    /// Why it is denied: a sentence and the page of its code.
    pub(super) reasons: Vec<(String, String)>,
    /// What would make it permitted.
    pub(super) remedies: Vec<String>,
}

impl Effect {
    /// In sentences.
    pub(super) fn of(snapshot: &Snapshot, analysis: Analysis) -> Self {
        Self::supposing(snapshot, analysis, Supposed::Nothing)
    }

    /// The same of what is only supposed.
    pub(super) fn supposing(
        snapshot: &Snapshot,
        analysis: Analysis,
        supposed: Supposed<'_>,
    ) -> Self {
        let sentence = sentence(&analysis);
        let mut gates = Gates::of(snapshot);
        let changes = analysis.changes.into_iter().enumerate();
        let changes = changes.map(|(at, change)| {
            let before = change.before.as_ref().filter(|_| at < LOOKED_AT);
            let before = before.and_then(|side| parse_day(&side.as_of));
            let state = before.and_then(|day| gates.state(&change.id, day));
            shown(snapshot, supposed, &change, state)
        });
        Self {
            sentence,
            changes: changes.collect(),
            truncated: analysis.truncated,
        }
    }
}

fn sentence(analysis: &Analysis) -> String {
    let counts = &analysis.counts;
    let said: Vec<String> = [
        ("denied", counts.denied, "becomes denied", "become denied"),
        (
            "permitted",
            counts.permitted,
            "becomes allowed",
            "become allowed",
        ),
        (
            "other_basis",
            counts.other_basis,
            "stays allowed on another basis",
            "stay allowed on another basis",
        ),
        (
            "still_denied",
            counts.still_denied,
            "stays denied for other reasons",
            "stay denied for other reasons",
        ),
        ("new", counts.new, "is new", "are new"),
        ("gone", counts.gone, "ends", "end"),
    ]
    .into_iter()
    .filter(|(_, count, ..)| *count > 0)
    .map(|(effect, count, one, many)| {
        let verb = if count == 1 { one } else { many };
        format!("{} {verb}", counted(analysis, effect, count))
    })
    .collect();
    if said.is_empty() {
        "No verdict about a registered engagement or flow changes.".to_owned()
    } else {
        format!("{}.", said.join(", "))
    }
}

/// How many engagements and how many flows have an effect in common.
fn counted(analysis: &Analysis, effect: &str, count: u64) -> String {
    let same = analysis.changes.iter().filter(|one| one.effect == effect);
    let (flows, engagements): (Vec<&Change>, Vec<_>) = same.partition(|one| one.kind == "flow");
    let [flows, engagements] =
        [flows, engagements].map(|some| u64::try_from(some.len()).unwrap_or(u64::MAX));
    // What is not shown is counted all the same, and nobody knows which of them are flows.
    if flows.saturating_add(engagements) != count {
        return words::count(count, "engagement or flow", "engagements and flows");
    }
    let mut parts = Vec::new();
    if engagements > 0 {
        parts.push(words::count(engagements, "engagement", "engagements"));
    }
    if flows > 0 {
        parts.push(words::count(flows, "flow", "flows"));
    }
    parts.join(" and ")
}

fn shown(
    snapshot: &Snapshot,
    supposed: Supposed<'_>,
    change: &Change,
    before: Option<State>,
) -> Shown {
    let (state, effect) = match change.effect.as_str() {
        "denied" => ("denied", "Becomes denied"),
        "still_denied" => ("denied", "Stays denied"),
        "other_basis" => ("warned", "Allowed on another basis"),
        "permitted" => ("allowed", "Becomes allowed"),
        "gone" => ("none", "Ends"),
        _ => match &change.after {
            Some(side) if side.permitted => ("allowed", "New, and allowed"),
            _ => ("denied", "New, and denied"),
        },
    };
    let name = |slug: &str| words::organisation(snapshot, slug);
    let from = match (&change.exporter, &change.group) {
        (Some(exporter), _) => name(exporter),
        (None, Some(group)) => words::group(snapshot, group),
        (None, None) => "everybody".to_owned(),
    };
    let service = change.service.as_ref();
    let service = service.map_or_else(String::new, |service| format!(" ({service})"));
    let noun = if change.kind == "flow" {
        "flows"
    } else {
        "subprocessors"
    };
    let under = only_regime(change.after.as_ref());
    let needed = change.remedies.iter();
    Shown {
        href: format!("/console/{noun}/{}", change.id),
        what: format!("{from} → {}{service}", name(&change.importer)),
        state,
        effect,
        before: side(change.before.as_ref(), before),
        after: side(change.after.as_ref(), None),
        regimes: regimes(snapshot, change),
        remedies: words::distinct(needed.map(|remedy| remedies::sentence(snapshot, under, remedy))),
        reasons: change
            .reasons
            .iter()
            .map(|reason| {
                let said = supposed.instead_of(reason);
                let said = said.map_or_else(|| words::capital(&reason.message), str::to_owned);
                (said, format!("/reasons/{}", reason.code))
            })
            .collect(),
    }
}

/// The regime under which something is denied, where it is one alone.
fn only_regime(side: Option<&Side>) -> Option<Regime> {
    let found = side.map_or(&[][..], |side| &side.findings);
    let denied = found.iter().filter(|one| one.outcome == "denied");
    let mut regimes: Vec<Option<Regime>> = denied.map(Found::regime).collect();
    regimes.dedup();
    match regimes.as_slice() {
        [one] => *one,
        _ => None,
    }
}

impl Found {
    fn regime(&self) -> Option<Regime> {
        self.regime.as_deref()?.parse().ok()
    }
}

/// How it would stand under each regime: what changes, and what carries it still.
fn regimes(snapshot: &Snapshot, change: &Change) -> Vec<String> {
    let Some(after) = &change.after else {
        return Vec::new();
    };
    let of = |side: &Side, regime: Option<Regime>| -> Vec<(String, Option<String>)> {
        let of = side.findings.iter().filter(|one| one.regime() == regime);
        of.map(|one| (one.outcome.clone(), one.basis_id.clone()))
            .collect()
    };
    let all = Regime::ALL.iter().map(|regime| Some(*regime)).chain([None]);
    all.filter_map(|regime| {
        let now = of(after, regime);
        if now.is_empty() {
            return None;
        }
        let was = change.before.as_ref().map(|side| of(side, regime));
        let is_denied = |found: &[(String, Option<String>)]| {
            found.iter().any(|(outcome, _)| outcome == "denied")
        };
        let denied = is_denied(&now);
        let same = was
            .as_ref()
            .is_some_and(|was| if denied { is_denied(was) } else { *was == now });
        let still = if same { "still " } else { "" };
        let area = words::short_area(regime);
        if denied {
            return Some(format!("{area}: {still}denied"));
        }
        let grounds = change.carried_by.iter().filter(|ground| {
            let id = Some(ground.basis.id.as_str());
            now.iter().any(|(_, basis)| basis.as_deref() == id)
        });
        let on = words::distinct(
            grounds.map(|ground| bases::phrase(snapshot, &ground.outcome, &ground.basis)),
        );
        Some(match on.as_slice() {
            [] => format!("{area}: {still}allowed"),
            _ => format!("{area}: {still}allowed: {}", on.join(", and ")),
        })
    })
    .collect()
}

/// How it stands on one side, for which day.
fn side(side: Option<&Side>, state: Option<State>) -> String {
    let Some(side) = side else {
        return "not in effect".to_owned();
    };
    let verdict = match (side.permitted, state) {
        (true, Some(State::Warned)) => "allowed, with a warning",
        (true, _) => "allowed",
        (false, Some(State::NotAssessable)) => "not assessable",
        (false, _) => "denied",
    };
    format!("{verdict} (judged for {})", words::day_of(&side.as_of))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn analysis(counts: &[(&str, u64)], changes: &[(&str, &str)]) -> Analysis {
        let mut all = json!({ "denied": 0, "gone": 0, "new": 0, "other_basis": 0, "permitted": 0,
            "still_denied": 0 });
        for (name, count) in counts {
            let all = all.as_object_mut().unwrap();
            all.insert((*name).to_owned(), json!(count));
        }
        let changes = changes.iter().map(|(kind, effect)| {
            json!({ "carried_by": [], "effect": effect, "id": "", "importer": "", "kind": kind,
                "reasons": [], "remedies": [] })
        });
        let changes: Vec<Value> = changes.collect();
        let all = json!({ "changes": changes, "counts": all, "truncated": false });
        serde_json::from_value(all).unwrap()
    }

    #[test]
    fn counts_are_said_in_a_sentence() {
        let none = analysis(&[], &[]);
        assert_eq!(
            sentence(&none),
            "No verdict about a registered engagement or flow changes."
        );
        let some = analysis(
            &[("permitted", 2), ("still_denied", 1), ("denied", 3)],
            &[
                ("engagement", "permitted"),
                ("engagement", "permitted"),
                ("flow", "still_denied"),
                ("engagement", "denied"),
                ("flow", "denied"),
                ("flow", "denied"),
            ],
        );
        assert_eq!(
            sentence(&some),
            "1 engagement and 2 flows become denied, 2 engagements become allowed, 1 flow stays denied \
             for other reasons."
        );
        assert_eq!(
            sentence(&analysis(&[("gone", 2000)], &[("flow", "gone")])),
            "2000 engagements and flows end.",
            "which of them are flows is not known"
        );
    }

    #[test]
    fn what_is_supposed_is_not_said_as_a_fact() {
        let reason = |code: &str, basis: &str| Said {
            code: code.to_owned(),
            message: "a court struck the instrument down".to_owned(),
            basis_id: Some(basis.to_owned()),
        };
        let supposed = Supposed::Decision("EU-ADQ-US-DPF-2023-1795");
        let this = reason("instrument_invalidated", "EU-ADQ-US-DPF-2023-1795");
        assert_eq!(
            supposed.instead_of(&this),
            Some("The decision is supposed to have ended")
        );
        let other = reason("instrument_invalidated", "EU-ADQ-US-PS-2016-1250");
        assert_eq!(
            supposed.instead_of(&other),
            None,
            "that one was struck down"
        );
        assert_eq!(Supposed::Nothing.instead_of(&this), None);
    }

    #[test]
    fn what_stood_with_a_warning_is_said_with_it() {
        let allowed = Side {
            as_of: "2026-12-01".to_owned(),
            permitted: true,
            findings: Vec::new(),
        };
        assert_eq!(
            side(Some(&allowed), Some(State::Warned)),
            "allowed, with a warning (judged for 1 December 2026)"
        );
        assert_eq!(
            side(Some(&allowed), None),
            "allowed (judged for 1 December 2026)"
        );
        assert_eq!(side(None, None), "not in effect");
    }
}
