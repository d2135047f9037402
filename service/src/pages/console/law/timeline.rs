//! The law as a chart: a row for each territory and regime, a bar for each instrument.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};
use transfer_decision::{
    span::Day,
    vocabulary::{Country, EndKind, MembershipStatus, Place, Regime},
};
use transfer_registry_seed::law::{AdequacyRecord, MembershipRecord, Pack};

use super::words;

/// The year in which the axis begins: that of Directive 95/46/EC.
pub(super) const FIRST_YEAR: i32 = 1995;
/// How many years the axis shows behind today.
const YEARS_AHEAD: i32 = 2;
/// How high a line of bars is.
const LINE: usize = 26;
/// How many years of the axis the words at a bar's end take.
const LABEL_YEARS: i32 = 5;

/// The years of the chart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Axis {
    first: Day,
    end: Day,
}

/// A year on the axis.
#[derive(Debug)]
pub(super) struct Year {
    pub(super) year: i32,
    pub(super) x: String,
    /// Its first day, when a question can be asked about it.
    pub(super) day: Option<String>,
}

impl Axis {
    /// From 1995 to two years after today, or to the day that is shown.
    pub(super) fn of(today: Day, shown: Day) -> Self {
        let last = (today.year() + YEARS_AHEAD).max(shown.year());
        Self {
            first: first_of(FIRST_YEAR),
            end: first_of(last + 1),
        }
    }

    /// Where a day lies, in hundredths of a percent; what lies outside lies at the edge.
    fn at(self, day: Day) -> i64 {
        let whole = (self.end - self.first).num_days().max(1);
        let part = (day - self.first).num_days().clamp(0, whole);
        part * 10_000 / whole
    }

    /// Where a day lies, as a length.
    pub(super) fn x(self, day: Day) -> String {
        percent(self.at(day))
    }

    /// Every second year.
    pub(super) fn years(self) -> Vec<Year> {
        let years = (self.first.year()..self.end.year()).filter(|year| year % 2 == 0);
        years
            .map(|year| {
                let day = first_of(year);
                let asked = day >= transfer_decision::span::FIRST_DAY;
                Year {
                    year,
                    x: self.x(day),
                    day: asked.then(|| day.to_string()),
                }
            })
            .collect()
    }
}

fn first_of(year: i32) -> Day {
    NaiveDate::from_yo_opt(year, 1).unwrap_or(NaiveDate::MAX)
}

fn percent(hundredths: i64) -> String {
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// What a bar stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An adequacy decision.
    Decision,
    /// The territory is inside the regime's own area.
    Inside,
    /// Whether it is, needs a person's look.
    Review,
}

/// A territory or organisation with what was ever recorded of it.
#[derive(Debug)]
pub(super) struct Territory {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) lanes: Vec<Lane>,
}

/// What was recorded under one regime.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) regime: Regime,
    pub(super) bars: Vec<Bar>,
    /// How many bars lie above each other.
    pub(super) depth: usize,
}

/// One instrument, as long as it applied.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is something that the chart shows, and they go together in every way"
)]
pub(super) struct Bar {
    pub(super) kind: Kind,
    /// The decision that it is.
    pub(super) id: Option<String>,
    /// Where that is shown.
    pub(super) href: Option<String>,
    pub(super) title: String,
    pub(super) from: Day,
    pub(super) to: Option<Day>,
    pub(super) x: String,
    pub(super) width: String,
    /// Where it ends, for the words there.
    pub(super) end: String,
    /// In which line it lies, from 0.
    pub(super) line: usize,
    /// Whether it covers a part only.
    pub(super) partial: bool,
    pub(super) ended: Option<EndKind>,
    /// Whether the words stand at its end; what continues it stands there otherwise.
    pub(super) labelled: bool,
    pub(super) challenged: bool,
    pub(super) amended: bool,
    pub(super) uncertain: bool,
    pub(super) in_force: bool,
    /// Whether its last day is past on the shown day.
    pub(super) over: bool,
    pub(super) sentence: String,
}

impl Bar {
    /// How it looks.
    pub(super) const fn class(&self) -> &'static str {
        match self.kind {
            Kind::Decision => "decision",
            Kind::Inside => "inside",
            Kind::Review => "review",
        }
    }

    /// What stands at its end.
    pub(super) const fn end_word(&self) -> &'static str {
        words::ended(self.ended, self.over)
    }

    /// The sign at its end; none while it goes on, or where the next one begins.
    pub(super) fn mark(&self) -> Option<&'static str> {
        let sign = match self.ended {
            Some(EndKind::Invalidated | EndKind::Withdrawn) => "✕",
            Some(EndKind::Replaced | EndKind::Accession) => "▸",
            Some(EndKind::Expired) | None => "┤",
        };
        self.labelled.then_some(sign)
    }

    /// Where it lies from above.
    pub(super) const fn y(&self) -> usize {
        self.line * LINE + 4
    }

    /// Where words beside it stand.
    pub(super) const fn text_y(&self) -> usize {
        self.line * LINE + 19
    }

    /// Its first day, written out.
    pub(super) fn first_day(&self) -> String {
        words::day(self.from)
    }

    /// Its last day, written out.
    pub(super) fn last_day(&self) -> String {
        self.to.map_or_else(String::new, words::day)
    }
}

/// Which rows are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Territories and organisations that the register names, by code or slug.
    Ours(std::collections::BTreeSet<String>),
    /// Everything of which something is recorded.
    All,
    /// What is named so.
    Search(String),
}

/// Who a row is about: organisations after territories.
type Key = (bool, String, String);

/// The chart of a law on a day.
pub(super) fn of(pack: &Pack, axis: Axis, day: Day, wanted: &Wanted) -> Vec<Territory> {
    let mut rows: BTreeMap<Key, BTreeMap<Regime, Vec<Bar>>> = BTreeMap::new();
    let key = |country: Country| (false, country.name().to_owned(), country.code().to_owned());
    if let Wanted::Ours(ours) = wanted {
        // Of whom nothing is recorded, that is what there is to say.
        let countries = ours.iter().filter_map(|code| code.parse::<Country>().ok());
        rows.extend(countries.map(|country| (key(country), BTreeMap::new())));
    }
    for record in &pack.adequacy {
        let at = match (record.territory, &record.organisation) {
            (Some(country), _) => key(country),
            (None, organisation) => {
                let slug = organisation.clone().unwrap_or_default();
                (true, words::organisation(&slug).to_owned(), slug)
            }
        };
        let bars = rows.entry(at).or_default();
        let bars = bars.entry(record.regime).or_default();
        bars.push(Bar::of_decision(record, axis, day));
    }
    for territory in &pack.territories {
        for record in &territory.memberships {
            if let Some(bar) = Bar::of_membership(record, axis, day) {
                let bars = rows.entry(key(record.territory)).or_default();
                bars.entry(record.regime).or_default().push(bar);
            }
        }
    }
    if let Wanted::Search(words) = wanted {
        // Who is asked for and has nothing is found all the same.
        let found = Country::all().filter(|country| named(words, country.name(), country.code()));
        for country in found {
            rows.entry(key(country)).or_default();
        }
    }
    let rows = rows
        .into_iter()
        .filter(|((_, name, code), lanes)| match wanted {
            Wanted::All => true,
            Wanted::Ours(ours) => ours.contains(code),
            Wanted::Search(words) => {
                let mut bars = lanes.values().flatten();
                named(words, name, code) || bars.any(|bar| named(words, &bar.title, ""))
            }
        });
    rows.map(|((_, name, code), lanes)| Territory {
        code,
        name,
        lanes: lanes
            .into_iter()
            .map(|(regime, bars)| Lane::of(regime, bars, axis))
            .collect(),
    })
    .collect()
}

fn named(words: &str, name: &str, code: &str) -> bool {
    let words = words.trim().to_lowercase();
    name.to_lowercase().contains(&words) || code.to_lowercase() == words
}

impl Bar {
    fn between(
        axis: Axis,
        day: Day,
        kind: Kind,
        title: String,
        from: Day,
        to: Option<Day>,
    ) -> Self {
        let x = axis.at(from);
        let end = to.and_then(|last| last.succ_opt()).unwrap_or(axis.end);
        let end = axis.at(end);
        Self {
            kind,
            id: None,
            href: None,
            title,
            from,
            to,
            x: percent(x),
            // What applied for a few days is seen all the same.
            width: percent((end - x).max(30)),
            end: percent(end),
            line: 0,
            partial: false,
            ended: None,
            labelled: false,
            challenged: false,
            amended: false,
            uncertain: false,
            in_force: from <= day && to.is_none_or(|last| day <= last),
            over: to.is_some_and(|last| last < day),
            sentence: String::new(),
        }
    }

    fn of_decision(record: &AdequacyRecord, axis: Axis, day: Day) -> Self {
        let (from, to) = (record.valid_from, record.valid_to);
        let bar = Self::between(axis, day, Kind::Decision, record.title.clone(), from, to);
        Self {
            id: Some(record.id.clone()),
            partial: !record.conditions.is_empty(),
            ended: record.end_kind,
            challenged: record.challenge.is_some(),
            amended: record.is_amended(),
            uncertain: record.confidence == transfer_decision::vocabulary::Confidence::Uncertain,
            sentence: words::of_decision(record, day),
            ..bar
        }
    }

    /// None for the days of an ordinary third country.
    fn of_membership(record: &MembershipRecord, axis: Axis, day: Day) -> Option<Self> {
        let kind = match record.status {
            MembershipStatus::Inside => Kind::Inside,
            MembershipStatus::ReviewRequired => Kind::Review,
            MembershipStatus::ThirdCountry => return None,
        };
        let title = match (kind, &record.basis) {
            (Kind::Inside, Some(basis)) => basis.title.clone(),
            _ => words::under_review(record.regime),
        };
        let (from, to) = (record.valid_from, record.valid_to);
        let bar = Self::between(axis, day, kind, title, from, to);
        Some(Self {
            amended: record.is_amended(),
            uncertain: record.confidence == transfer_decision::vocabulary::Confidence::Uncertain,
            sentence: words::of_membership(record, &bar.title),
            ..bar
        })
    }
}

impl Lane {
    /// How high it is.
    pub(super) const fn height(&self) -> usize {
        self.depth * LINE + 4
    }

    /// Its regime, in a column.
    pub(super) const fn regime(&self) -> &'static str {
        words::regime(self.regime)
    }

    /// Puts bars into as few lines as there are room for them and the words at their ends.
    fn of(regime: Regime, mut bars: Vec<Bar>, axis: Axis) -> Self {
        bars.sort_by(|one, other| (one.from, &one.id).cmp(&(other.from, &other.id)));
        let mut lines: Vec<Day> = Vec::new();
        let starts: Vec<Day> = bars.iter().map(|bar| bar.from).collect();
        for bar in &mut bars {
            let after = bar.to.and_then(|last| last.succ_opt());
            // Where another row takes over, that row says so.
            let continued = after.is_some_and(|after| starts.contains(&after))
                && matches!(
                    bar.ended,
                    None | Some(EndKind::Replaced | EndKind::Accession)
                );
            bar.labelled = after.is_some_and(|after| !continued && after < axis.end);
            let free = match after {
                None => Day::MAX,
                Some(after) if bar.labelled => later(after, LABEL_YEARS),
                Some(after) => after,
            };
            let line = lines.iter().position(|taken| *taken <= bar.from);
            bar.line = line.unwrap_or(lines.len());
            match lines.get_mut(bar.line) {
                Some(taken) => *taken = free,
                None => lines.push(free),
            }
        }
        Self {
            regime,
            bars,
            depth: lines.len(),
        }
    }
}

fn later(day: Day, years: i32) -> Day {
    first_of(day.year() + years).max(day)
}

/// The codes and slugs of everywhere that a register leads.
pub(super) fn ours(
    snapshot: &transfer_registry_core::Snapshot,
) -> std::collections::BTreeSet<String> {
    let register = snapshot.register();
    let mut found = std::collections::BTreeSet::new();
    let mut add = |place: Option<Place>| {
        if let Some(Place::Country(country)) = place {
            found.insert(country.code().to_owned());
        }
    };
    for organisation in register.organisations() {
        add(organisation.seat);
    }
    for relationship in register.relationships() {
        relationship.locations.iter().for_each(|at| add(at.place));
    }
    let international = register.organisations().iter().filter(|one| {
        one.kind == transfer_decision::vocabulary::OrganisationKind::InternationalOrganisation
    });
    found.extend(international.map(|one| one.slug.to_string()));
    found
}
