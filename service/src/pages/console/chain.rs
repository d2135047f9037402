//! The chain of an onward transfer, drawn from left to right with its weakest link marked. The table
//! beside it says the same.

use transfer_decision::span::Day;
use transfer_registry_core::{Snapshot, flows::Flow};

use super::{
    desk::Desk,
    explain::State,
    relationship::organisation,
    standing::Gates,
    table::{Cell, Table},
    words,
};

/// The longest chain that is drawn.
const LONGEST: usize = 12;

/// The picture's measures, in its own units.
const BOX: usize = 176;
const GAP: usize = 124;
/// How many letters of a name a box has room for.
const LETTERS: usize = 21;

/// A chain of flows.
pub(super) struct Chain {
    /// What there is to see, in a sentence.
    pub(super) sentence: String,
    pub(super) boxes: Vec<ShownBox>,
    pub(super) links: Vec<ShownLink>,
    pub(super) width: usize,
    pub(super) table: Table,
}

/// An organisation of the chain.
pub(super) struct ShownBox {
    pub(super) x: usize,
    pub(super) middle: usize,
    pub(super) name: String,
    pub(super) short: String,
    pub(super) place: &'static str,
}

/// A hop of the chain.
pub(super) struct ShownLink {
    /// What it is, for whoever cannot see it.
    pub(super) name: String,
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) middle: usize,
    pub(super) class: &'static str,
    pub(super) word: &'static str,
    pub(super) weakest: bool,
}

/// The flows that lead to a flow, from the first, and the flow itself.
fn leading<'s>(snapshot: &'s Snapshot, flow: &'s Flow) -> Vec<&'s Flow> {
    let mut chain = vec![flow];
    let mut at = flow;
    while let Some(before) = at.continues.and_then(|id| snapshot.flows().get(id)) {
        // A chain that leads back to itself is drawn once.
        if chain.len() == LONGEST || chain.iter().any(|seen| seen.id == before.id) {
            break;
        }
        chain.push(before);
        at = before;
    }
    chain.reverse();
    chain
}

/// The chain that a flow continues; nothing when it begins one.
pub(super) fn of(desk: &Desk<'_>, snapshot: &Snapshot, flow: &Flow, day: Day) -> Option<Chain> {
    let chain = leading(snapshot, flow);
    if chain.len() < 2 {
        return None;
    }
    let mut gates = Gates::of(snapshot);
    let states: Vec<State> = chain
        .iter()
        .map(|flow| {
            let seen = gates.state(&flow.id.to_string(), day);
            seen.unwrap_or(State::NotAssessable)
        })
        .collect();
    let worst = states.iter().copied().max().unwrap_or(State::Allowed);
    let weak = |state: State| state == worst && worst != State::Allowed;
    let name = |slug: &str| words::organisation(snapshot, slug);
    let first = chain.first().map(|flow| flow.exporter.as_str());
    let parties = first
        .into_iter()
        .chain(chain.iter().map(|flow| flow.importer.as_str()));
    let boxes = parties.enumerate().map(|(at, slug)| {
        let x = at * (BOX + GAP);
        let name = name(slug);
        ShownBox {
            x,
            middle: x + BOX / 2,
            short: shortened(&name),
            name,
            place: seat(snapshot, slug),
        }
    });
    let links = chain.iter().zip(&states).enumerate();
    let links = links.map(|(at, (flow, state))| {
        let from = at * (BOX + GAP) + BOX;
        ShownLink {
            name: format!(
                "{} to {}: {}",
                name(&flow.exporter),
                name(&flow.importer),
                state.word()
            ),
            from,
            to: from + GAP,
            middle: from + GAP / 2,
            class: state.class(),
            word: short(*state),
            weakest: weak(*state),
        }
    });
    let rows = chain.iter().zip(&states).enumerate();
    let rows = rows.map(|(at, (flow, state))| {
        let path = desk.link(&format!("/console/flows/{}", flow.id));
        let told = format!("{} to {}", name(&flow.exporter), name(&flow.importer));
        vec![
            Cell::link(path, format!("{}. {told}", at + 1)),
            Cell::State(*state),
            if weak(*state) {
                Cell::Text("the weakest".to_owned())
            } else {
                Cell::Nothing
            },
        ]
    });
    Some(Chain {
        sentence: if worst == State::Allowed {
            "Every link holds.".to_owned()
        } else {
            "A chain holds as far as its weakest link, which is marked.".to_owned()
        },
        width: chain.len() * (BOX + GAP) + BOX,
        boxes: boxes.collect(),
        links: links.collect(),
        table: Table {
            caption: "The chain, hop by hop".to_owned(),
            heads: vec!["Hop", "How it stands", "Weakest link"],
            rows: rows.collect(),
        },
    })
}

/// Where the data goes on from a flow; nothing when it goes no further.
pub(super) fn onward(desk: &Desk<'_>, snapshot: &Snapshot, flow: &Flow, day: Day) -> Option<Table> {
    let flows = snapshot.flows().iter();
    let on: Vec<&Flow> = flows.filter(|on| on.continues == Some(flow.id)).collect();
    if on.is_empty() {
        return None;
    }
    let mut gates = Gates::of(snapshot);
    let rows = on.into_iter().map(|on| {
        let path = desk.link(&format!("/console/flows/{}", on.id));
        let state = gates.state(&on.id.to_string(), day.max(on.valid_from));
        vec![
            Cell::link(path, words::organisation(snapshot, &on.importer)),
            organisation(desk, snapshot, &on.exporter),
            state.map_or(Cell::Nothing, Cell::State),
        ]
    });
    Some(Table {
        caption: "Flows that continue this one".to_owned(),
        heads: vec!["To", "From", "How it stands"],
        rows: rows.collect(),
    })
}

fn seat(snapshot: &Snapshot, slug: &str) -> &'static str {
    words::place(snapshot.organisation(slug).and_then(|one| one.seat))
}

/// A state in a word that fits on a line of the picture.
const fn short(state: State) -> &'static str {
    match state {
        State::Allowed => "allowed",
        State::Warned => "with a warning",
        State::Denied => "denied",
        State::NotAssessable => "not assessable",
    }
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= LETTERS {
        return name.to_owned();
    }
    let kept: String = name.chars().take(LETTERS - 1).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_shortened_between_letters() {
        assert_eq!(shortened("QContact Ltd"), "QContact Ltd");
        assert_eq!(
            shortened("Zürcher Gesellschaft für Übertragungen AG"),
            "Zürcher Gesellschaft…"
        );
    }
}
