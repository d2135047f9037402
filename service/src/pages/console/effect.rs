//! What a change would do to the answers of the register, in sentences: before a form saves, and
//! when somebody asks what if.

use serde::Deserialize;
use transfer_registry_core::Snapshot;

use super::{explain::Ground, words};

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
    remedies: Vec<Said>,
    service: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Side {
    as_of: String,
    outcome: Option<String>,
    permitted: bool,
}

#[derive(Debug, Deserialize)]
struct Said {
    code: String,
    message: String,
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
    /// What would carry it.
    pub(super) carried_by: Vec<String>,
    /// Why it is denied: a sentence and the page of its code.
    pub(super) reasons: Vec<(String, String)>,
    /// What would make it permitted.
    pub(super) remedies: Vec<String>,
}

impl Effect {
    /// In sentences.
    pub(super) fn of(snapshot: &Snapshot, analysis: Analysis) -> Self {
        let changes = analysis.changes.into_iter();
        Self {
            sentence: sentence(&analysis.counts),
            changes: changes.map(|change| shown(snapshot, change)).collect(),
            truncated: analysis.truncated,
        }
    }
}

fn sentence(counts: &Counts) -> String {
    let said: Vec<String> = [
        (counts.denied, "becomes denied", "become denied"),
        (counts.permitted, "becomes allowed", "become allowed"),
        (
            counts.other_basis,
            "stays allowed on another basis",
            "stay allowed on another basis",
        ),
        (
            counts.still_denied,
            "stays denied for other reasons",
            "stay denied for other reasons",
        ),
        (counts.new, "is new", "are new"),
        (counts.gone, "ends", "end"),
    ]
    .into_iter()
    .filter(|(count, ..)| *count > 0)
    .map(|(count, one, many)| {
        let verb = if count == 1 { one } else { many };
        format!(
            "{} {verb}",
            words::count(count, "engagement or flow", "engagements and flows")
        )
    })
    .collect();
    if said.is_empty() {
        "No verdict about a registered engagement or flow changes.".to_owned()
    } else {
        format!("{}.", said.join(", "))
    }
}

fn shown(snapshot: &Snapshot, change: Change) -> Shown {
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
    let reasons = change.reasons.into_iter();
    Shown {
        href: format!("/console/{noun}/{}", change.id),
        what: format!("{from} → {}{service}", name(&change.importer)),
        state,
        effect,
        before: side(change.before.as_ref()),
        after: side(change.after.as_ref()),
        carried_by: change.carried_by.iter().map(Ground::sentence).collect(),
        reasons: reasons
            .map(|reason| {
                (
                    words::capital(&reason.message),
                    format!("/reasons/{}", reason.code),
                )
            })
            .collect(),
        remedies: words::distinct(
            change
                .remedies
                .into_iter()
                .map(|remedy| words::capital(&remedy.message)),
        ),
    }
}

fn side(side: Option<&Side>) -> String {
    let Some(side) = side else {
        return "not in effect".to_owned();
    };
    let verdict = if side.permitted { "allowed" } else { "denied" };
    let rests = side.outcome.as_deref().map(words::outcome_of);
    let rests = rests.map_or_else(String::new, |on| format!(": {on}"));
    format!(
        "{verdict}{rests} (judged for {})",
        words::day_of(&side.as_of)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_said_in_a_sentence() {
        let none = Counts {
            denied: 0,
            gone: 0,
            new: 0,
            other_basis: 0,
            permitted: 0,
            still_denied: 0,
        };
        assert_eq!(
            sentence(&none),
            "No verdict about a registered engagement or flow changes."
        );
        let some = Counts {
            permitted: 2,
            still_denied: 1,
            ..none
        };
        assert_eq!(
            sentence(&some),
            "2 engagements and flows become allowed, 1 engagement or flow stays denied for other reasons."
        );
    }
}
