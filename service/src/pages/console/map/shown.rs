//! The table beside the map: a row for each destination, with everything that the map says.

use std::collections::BTreeSet;

use transfer_decision::{
    span::Day,
    vocabulary::{ReasonCode, Regime},
};
use transfer_registry_core::Snapshot;

use super::{
    named,
    reach::{Destination, Reached, Under},
    state::{State, counted},
    words,
};
use crate::pages::console::{self, words::capital};

/// How many engagements and flows a row names before it only counts them.
const MOST_WAYS: usize = 12;
/// How many reasons a cell gives.
const MOST_REASONS: usize = 3;

/// A destination.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) state: State,
    pub(super) number: String,
    pub(super) standing: String,
    pub(super) activities: String,
    pub(super) ways: Vec<ShownWay>,
    /// How many more there are than are named.
    pub(super) more: usize,
    pub(super) from: Vec<String>,
    pub(super) cells: Vec<Cell>,
    pub(super) since: Day,
    pub(super) until: Option<Day>,
}

/// An engagement or flow.
#[derive(Debug)]
pub(super) struct ShownWay {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) state: State,
    pub(super) through: Option<String>,
}

/// What a destination comes to under one regime.
#[derive(Debug)]
pub(super) struct Cell {
    /// Whose data it is about.
    pub(super) data: &'static str,
    /// How it stands; absent when nothing goes there under this regime.
    pub(super) state: Option<State>,
    pub(super) carried: Vec<Line>,
    /// What is carried by nothing.
    pub(super) uncarried: Option<String>,
    pub(super) reasons: Vec<String>,
    /// How many more reasons there are.
    pub(super) more: usize,
    pub(super) fallbacks: Vec<Line>,
    pub(super) warnings: Vec<&'static str>,
}

/// A basis.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) kind: &'static str,
    pub(super) title: String,
    pub(super) citation: String,
    /// Where it is explained; elsewhere, when that is the official text.
    pub(super) path: String,
    pub(super) elsewhere: bool,
    /// For how many, when not for all.
    pub(super) number: Option<usize>,
}

impl Row {
    /// The row of a destination. Only the columns that are wanted are filled.
    pub(super) fn of(
        snapshot: &Snapshot,
        destination: &Destination,
        reached: &Reached<'_>,
        regimes: &[Regime],
        link: &dyn Fn(&str) -> String,
    ) -> Self {
        let mut ways: Vec<ShownWay> = reached
            .ways
            .iter()
            .map(|(id, way)| {
                let (name, path) = named::relationship(snapshot, id);
                ShownWay {
                    name,
                    path: link(&path),
                    state: way.state,
                    through: words::through(snapshot, way),
                }
            })
            .collect();
        ways.sort_by(|one, other| {
            let worst_first = other.state.cmp(&one.state);
            worst_first.then_with(|| one.name.cmp(&other.name))
        });
        let more = ways.len().saturating_sub(MOST_WAYS);
        ways.truncate(MOST_WAYS);
        let from = reached.from.iter().map(|(from, tally)| {
            let count = tally.total();
            format!("{} ({count})", console::words::place(*from))
        });
        let activities = reached.activities.iter();
        let activities: Vec<_> = activities
            .map(|one| console::words::activity(*one))
            .collect();
        Self {
            code: destination.code().to_owned(),
            name: words::destination(snapshot, destination),
            state: reached.tally.state(),
            number: reached.tally.number(),
            standing: reached.tally.standing(),
            activities: activities.join(", "),
            ways,
            more,
            from: from.collect(),
            cells: regimes
                .iter()
                .map(|regime| Cell::of(snapshot, *regime, reached, link))
                .collect(),
            since: reached.since,
            until: reached.until,
        }
    }
}

impl Row {
    /// Since when, written out.
    pub(super) fn since_in_words(&self) -> String {
        console::words::day(self.since)
    }

    /// Until when, written out.
    pub(super) fn until_in_words(&self) -> String {
        self.until.map_or_else(String::new, console::words::day)
    }
}

impl Cell {
    fn of(
        snapshot: &Snapshot,
        regime: Regime,
        reached: &Reached<'_>,
        link: &dyn Fn(&str) -> String,
    ) -> Self {
        let mut cell = Self {
            data: named::data(regime),
            state: None,
            carried: Vec::new(),
            uncarried: None,
            reasons: Vec::new(),
            more: 0,
            fallbacks: Vec::new(),
            warnings: Vec::new(),
        };
        if let Some(under) = reached.regimes.get(&Some(regime)) {
            cell.fill(snapshot, under, link);
        }
        cell
    }

    fn fill(&mut self, snapshot: &Snapshot, under: &Under<'_>, link: &dyn Fn(&str) -> String) {
        let total = under.tally.total();
        self.state = Some(under.tally.state());
        self.uncarried = words::uncarried(under);
        let carried = under.carried.values();
        self.carried = carried
            .map(|one| {
                let number = (one.what.len() < total).then_some(one.what.len());
                Line::of(snapshot, named::kind(one.outcome), &one.basis, number, link)
            })
            .collect();
        let fallbacks = under.fallbacks.values();
        // What carries one of them already is said above.
        self.fallbacks = fallbacks
            .filter(|basis| !under.carried.contains_key(&basis.id))
            .map(|basis| Line::of(snapshot, "", basis, None, link))
            .collect();
        let telling = under
            .reasons
            .iter()
            .filter(|(code, _)| *code != ReasonCode::NoMechanism);
        let reasons: BTreeSet<_> = telling.collect();
        self.more = reasons.len().saturating_sub(MOST_REASONS);
        let reasons = reasons.into_iter().take(MOST_REASONS);
        self.reasons = reasons.map(|(_, message)| message.clone()).collect();
        let warnings = under.warnings.iter();
        self.warnings = warnings.map(|code| code.message()).collect();
    }
}

impl Cell {
    /// Whether there is more to say than fits a cell.
    pub(super) fn has_more(&self) -> bool {
        !(self.reasons.is_empty() && self.fallbacks.is_empty() && self.warnings.is_empty())
    }

    /// What more there is.
    pub(super) fn more_in_words(&self) -> String {
        let notes = match self.warnings.len() {
            0 if self.fallbacks.is_empty() => String::new(),
            0 => "what else would hold".to_owned(),
            number => counted(number, "note", "notes"),
        };
        match (self.reasons.is_empty(), notes.is_empty()) {
            (true, _) => capital(&notes),
            (false, true) => "Why".to_owned(),
            (false, false) => format!("Why, and {notes}"),
        }
    }
}

impl Line {
    fn of(
        snapshot: &Snapshot,
        kind: &'static str,
        basis: &transfer_decision::law::Basis,
        number: Option<usize>,
        link: &dyn Fn(&str) -> String,
    ) -> Self {
        let path = named::basis_path(snapshot, basis).map(|path| link(&path));
        Self {
            kind,
            title: basis.title.clone(),
            citation: basis.citation.clone(),
            elsewhere: path.is_none(),
            path: path.unwrap_or_else(|| basis.url.clone()),
            number,
        }
    }
}
