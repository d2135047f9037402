//! From which day on two sides differ at all.
//!
//! What is recorded of the future changes no answer today. A difference is looked for on today and
//! on every later day on which what differs begins, ends or changes by itself.

use std::collections::{BTreeMap, BTreeSet};

use super::{Side, key, touched::in_pairs};
use crate::{
    facts::{Assessment, Certification, Mechanism, Organisation, Register, Relationship, Terms},
    law::{AdequacyInstrument, Condition, Law, Membership, Territory},
    span::{Day, Span, next},
    vocabulary::{Conclusion, MembershipStatus, PartySide, Regime},
};

/// The first day, from today on, on which a difference between two sides can make one to any
/// answer; `None`: on no day.
#[must_use]
pub fn first_day(before: Side<'_>, after: Side<'_>, today: Day) -> Option<Day> {
    let mut onset = Onset { today, first: None };
    onset.of_registers(before.register, after.register);
    if !std::ptr::eq(before.law, after.law) {
        onset.of_laws(before.law, after.law);
    }
    onset.first
}

struct Onset {
    today: Day,
    first: Option<Day>,
}

impl Onset {
    /// A difference from today on.
    const fn at_once(&mut self) {
        self.first = Some(self.today);
    }

    /// A difference between two states that change on these days only.
    fn of(&mut self, days: &BTreeSet<Day>, differ_on: impl Fn(Day) -> bool) {
        let later = days.iter().copied().filter(|day| *day > self.today);
        let found = std::iter::once(self.today)
            .chain(later)
            .take_while(|day| self.first.is_none_or(|first| *day < first))
            .find(|day| differ_on(*day));
        self.first = found.or(self.first);
    }

    fn of_registers(&mut self, before: &Register, after: &Register) {
        let (one, other) = (before.relationships(), after.relationships());
        in_pairs(one, other, key, |pair| {
            if pair[0] != pair[1] {
                self.of_relationship(pair);
            }
        });
        for (at, organisation) in after.organisations().iter().enumerate() {
            let before = before
                .organisations()
                .get(at)
                .filter(|across| across.slug == organisation.slug)
                .or_else(|| before.organisation(&organisation.slug));
            match before {
                Some(before) if before == organisation => {}
                Some(before) => self.of_organisation(before, organisation),
                // What a group engages, its new company receives as well.
                None if organisation.group.is_some() => self.at_once(),
                None => {}
            }
        }
        let id = |mechanism: &'_ Mechanism| mechanism.id.clone();
        in_pairs(before.mechanisms(), after.mechanisms(), id, |pair| {
            if pair[0] != pair[1] {
                self.of_mechanism(pair);
            }
        });
    }

    fn of_relationship(&mut self, pair: [Option<&Relationship>; 2]) {
        let mut days = BTreeSet::new();
        for one in pair.into_iter().flatten() {
            let spans = one.suspensions.iter().copied();
            edges(&mut days, spans.chain([one.span]));
            days.extend(one.locations.iter().filter_map(|place| place.first_day));
            let last = one.locations.iter().filter_map(|place| place.last_day);
            days.extend(last.map(next));
        }
        let says_otherwise = match pair {
            [Some(before), Some(after)] => {
                let mut same = after.clone();
                (same.span, same.stage) = (before.span, before.stage);
                same.suspensions.clone_from(&before.suspensions);
                same.locations.clone_from(&before.locations);
                same != *before
            }
            _ => true,
        };
        self.of(&days, |day| {
            let [was, is] = pair.map(|one| one.is_some_and(|one| one.runs_on(day)));
            was != is || (is && (says_otherwise || touches_otherwise(pair, day)))
        });
    }

    fn of_organisation(&mut self, before: &Organisation, after: &Organisation) {
        let mut days = BTreeSet::new();
        for held in [before, after].iter().flat_map(|one| &one.certifications) {
            edges(&mut days, [held.span]);
            days.extend(held.recertification_due.map(next));
        }
        let is = |one: &Organisation| {
            let undated = Organisation {
                certifications: Vec::new(),
                ..one.clone()
            };
            (undated, one.certifications.clone())
        };
        let ((was, held_before), (is, held_after)) = (is(before), is(after));
        let same = was == is;
        self.of(&days, |day| {
            !same || held_on(&held_before, day) != held_on(&held_after, day)
        });
    }

    fn of_mechanism(&mut self, pair: [Option<&Mechanism>; 2]) {
        let mut days = BTreeSet::new();
        for one in pair.into_iter().flatten() {
            let terms = &one.terms;
            let begins = [
                terms.signed_on,
                terms.processing_changed_on,
                terms.approved_on,
                terms.authorised_on,
            ];
            days.extend(begins.into_iter().flatten());
            days.extend(one.ends_on.map(next));
            edges(&mut days, one.parties.iter().filter_map(|party| party.span));
            for made in &one.assessments {
                days.extend(made.concluded_on);
                days.extend(made.next_review.map(next));
            }
        }
        self.of(&days, |day| {
            let [was, is] = pair.map(|one| one.and_then(|one| Concluded::on(one, day)));
            was != is
        });
    }

    fn of_laws(&mut self, before: &Law, after: &Law) {
        let (one, other) = (before.provisions(), after.provisions());
        let same = |one: &dyn std::fmt::Debug, other: &dyn std::fmt::Debug| {
            format!("{one:?}") == format!("{other:?}")
        };
        if !(same(&one.tools, &other.tools)
            && same(&one.frameworks, &other.frameworks)
            && same(&one.no_transfer, &other.no_transfer))
        {
            self.at_once();
        }
        let rows = [&one.adequacy, &other.adequacy]
            .map(|rows| by(rows, |row: &AdequacyInstrument| &row.basis.id));
        self.of_rows(&rows, |row| row.span, covers);
        let rows =
            [&one.memberships, &other.memberships].map(|rows| by(rows, |row: &Membership| &row.id));
        self.of_rows(&rows, |row| row.span, stands);
    }

    /// Rows of the law, each by its id: one counts on its days.
    fn of_rows<'l, T, S: PartialEq>(
        &mut self,
        rows: &[BTreeMap<&'l str, &'l T>; 2],
        span: impl Fn(&'l T) -> Span,
        says: impl Fn(&'l T) -> S,
    ) {
        let ids: BTreeSet<&str> = rows.iter().flat_map(|rows| rows.keys().copied()).collect();
        for id in ids {
            let pair = [0, 1].map(|side: usize| rows.get(side).and_then(|rows| rows.get(id)));
            let mut days = BTreeSet::new();
            edges(&mut days, pair.iter().flatten().map(|row| span(row)));
            self.of(&days, |day| {
                let [was, is] = pair.map(|row| {
                    row.filter(|row| span(row).contains(day))
                        .map(|row| says(row))
                });
                was != is
            });
        }
    }
}

/// Whether two states of a relationship touch the data at other places on a day.
fn touches_otherwise(pair: [Option<&Relationship>; 2], day: Day) -> bool {
    let [was, is] = pair.map(|one| {
        let touched = one.into_iter().flat_map(|one| one.locations_on(day));
        let undated = touched.map(|at| (at.place, at.activity, at.operated_by.as_ref()));
        undated.collect::<Vec<_>>()
    });
    was != is
}

/// The days on which spans begin, and those after they have ended.
fn edges(days: &mut BTreeSet<Day>, spans: impl IntoIterator<Item = Span>) {
    for span in spans {
        days.insert(span.first());
        days.extend(span.until());
    }
}

fn by<'l, T>(rows: &'l [T], id: impl Fn(&'l T) -> &'l String) -> BTreeMap<&'l str, &'l T> {
    rows.iter().map(|row| (id(row).as_str(), row)).collect()
}

/// What an adequacy row says on the days on which it applies.
fn covers(row: &AdequacyInstrument) -> (Regime, &Territory, &[Condition]) {
    (row.regime, &row.territory, &row.conditions)
}

/// What a membership says on its days.
fn stands(row: &Membership) -> (MembershipStatus, Option<&str>, bool) {
    let basis = row.basis.as_ref().map(|basis| basis.id.as_str());
    (row.status, basis, row.gives_regime)
}

/// The certifications that are active on a day, and whether each is overdue for renewal.
fn held_on(held: &[Certification], day: Day) -> Vec<(Certification, bool)> {
    let active = held.iter().filter(|one| one.span.contains(day));
    active
        .map(|one| {
            let overdue = one.recertification_due.is_some_and(|due| due < day);
            let undated = Certification {
                span: Span::starting(day),
                recertification_due: None,
                ..one.clone()
            };
            (undated, overdue)
        })
        .collect()
}

/// What a mechanism is on a day on which somebody is bound by it.
#[derive(PartialEq)]
struct Concluded<'m> {
    terms: Terms,
    checked: bool,
    group: Option<&'m str>,
    parties: Vec<(&'m str, PartySide)>,
    assessments: Vec<(Option<&'m str>, Conclusion, bool)>,
}

impl<'m> Concluded<'m> {
    fn on(mechanism: &'m Mechanism, day: Day) -> Option<Self> {
        let ended = mechanism.ends_on.is_some_and(|last| last < day);
        let parties: Vec<_> = mechanism
            .parties
            .iter()
            .filter(|party| party.span.is_none_or(|span| span.contains(day)))
            .map(|party| (&*party.organisation, party.side))
            .collect();
        if ended || parties.is_empty() {
            return None;
        }
        let come = |on: Option<Day>| on.filter(|on| *on <= day);
        let terms = &mechanism.terms;
        let made = |made: &'m Assessment| {
            let counts = made.concluded_on.is_none_or(|on| on <= day);
            let overdue = made.next_review.is_some_and(|review| review < day);
            counts.then_some((made.destination.as_deref(), made.conclusion, overdue))
        };
        Some(Self {
            terms: Terms {
                signed_on: come(terms.signed_on),
                processing_changed_on: come(terms.processing_changed_on),
                approved_on: come(terms.approved_on),
                authorised_on: come(terms.authorised_on),
                ..terms.clone()
            },
            checked: mechanism.checked,
            group: mechanism.group.as_deref(),
            parties,
            assessments: mechanism.assessments.iter().filter_map(made).collect(),
        })
    }
}
