//! Where an importer touches the data, and on which days.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use transfer_decision::{
    span::{Day, next},
    vocabulary::{Activity, Place},
};
use uuid::Uuid;

use crate::{store::Draft, validation::Checks};

/// A location of an engagement or flow. Days inclusive, and within those of the engagement or flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// A country or area; `None`: recorded as unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What happens there.
    pub activity: Activity,
    /// Another legal entity that runs the location, by slug.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operated_by: Option<String>,
    /// The first day; `None`: the first of the engagement or flow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
    /// The last day; `None`: the last of the engagement or flow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
}

impl Location {
    /// Whether it is in effect on a day of its engagement or flow.
    #[must_use]
    pub fn in_effect_on(&self, day: Day) -> bool {
        self.from.is_none_or(|first| first <= day) && self.until.is_none_or(|last| day <= last)
    }

    /// What happens where by whom, whenever.
    fn what(&self) -> (Option<Place>, Activity, Option<&str>) {
        (self.place, self.activity, self.operated_by.as_deref())
    }

    /// Whether both are in effect on some day.
    fn overlaps(&self, other: &Self) -> bool {
        let begins_by_the_end_of = |one: &Self, other: &Self| match (one.from, other.until) {
            (Some(first), Some(last)) => first <= last,
            _ => true,
        };
        begins_by_the_end_of(self, other) && begins_by_the_end_of(other, self)
    }
}

/// Checks what can be said of locations without the register: of an engagement or flow from a first
/// day to a last. Those that are `kept` may lie outside of its days: they were within when they were
/// said, and nothing is touched there on a day on which it does not run.
pub(crate) fn check(
    checks: &mut Checks,
    locations: &[Location],
    kept: &[Location],
    (first, last): (Day, Option<Day>),
) {
    let said_elsewhere = checks.is_row();
    checks.at_most("/locations", locations.len(), 100);
    for (at, location) in locations.iter().enumerate() {
        if location.activity == Activity::Seat {
            checks.add(
                format!("/locations/{at}/activity"),
                "seat_is_no_location",
                "the seat is the organisation's, not a location",
            );
        }
        for (name, day) in [("from", location.from), ("until", location.until)] {
            let Some(day) = day else { continue };
            let pointer = format!("/locations/{at}/{name}");
            checks.day(&pointer, day);
            if said_elsewhere || kept.contains(location) {
                continue;
            }
            if day < first {
                let message = format!("must not be before {first}, the first day of all");
                checks.add(pointer, "outside_of_days", message);
            } else if let Some(last) = last.filter(|last| *last < day) {
                let message = format!("must not be after {last}, the last day of all");
                checks.add(pointer, "outside_of_days", message);
            }
        }
        let pointer = format!("/locations/{at}/until");
        checks.ordered(&pointer, location.from, location.until);
    }
}

/// Refuses one location twice on a day; `operators` says who runs each.
pub(crate) fn check_once(checks: &mut Checks, locations: &[Location], operators: &[Option<Uuid>]) {
    let all: Vec<_> = locations.iter().zip(operators).collect();
    for (at, (one, operator)) in all.iter().enumerate() {
        let mut before = all.iter().take(at);
        let again = before.any(|(other, others)| {
            (other.place, other.activity, others) == (one.place, one.activity, operator)
                && other.overlaps(one)
        });
        if again {
            checks.add(
                format!("/locations/{at}"),
                "overlapping_location",
                "is there already on some of these days",
            );
        }
    }
}

/// What is left of locations when their engagement or flow is given other days: those that never
/// come into effect are gone, and the others do not begin before it, nor outlast it.
pub(crate) fn within(locations: &mut Vec<Location>, first: Day, last: Option<Day>) {
    locations.retain_mut(|location| {
        let over = location.until.is_some_and(|until| until < first);
        let never = last.is_some_and(|last| location.from.is_some_and(|from| last < from));
        location.from = location.from.filter(|from| first <= *from);
        let until = location.until;
        location.until = until.filter(|until| last.is_none_or(|last| *until <= last));
        !over && !never
    });
}

/// Says from which day on it makes a difference that locations are amended.
pub(crate) fn amended(draft: &mut Draft, before: &[Location], after: &[Location]) {
    if let Some(day) = differ_from(before, after, draft.today()) {
        draft.counts_on(day);
    }
}

/// The first day to come on which other locations are in effect than before; `None`: today, or
/// never.
fn differ_from(before: &[Location], after: &[Location], today: Day) -> Option<Day> {
    let on = |locations: &[Location], day| -> BTreeSet<_> {
        let in_effect = locations.iter().filter(|one| one.in_effect_on(day));
        in_effect
            .map(|one| (one.place, one.activity, one.operated_by.clone()))
            .collect()
    };
    let differ = |day: &Day| on(before, *day) != on(after, *day);
    let edges = before.iter().chain(after);
    let edges: BTreeSet<Day> = edges
        .flat_map(|one| [one.from, one.until.map(next)])
        .flatten()
        .filter(|day| today < *day)
        .collect();
    if differ(&today) {
        None
    } else {
        edges.into_iter().find(differ)
    }
}

/// The same locations, each once: what is in effect twice on a day is united.
pub(crate) fn united(locations: Vec<Location>) -> Vec<Location> {
    let mut united: Vec<Location> = Vec::with_capacity(locations.len());
    for mut one in locations {
        let same =
            |one: &Location, other: &Location| one.what() == other.what() && one.overlaps(other);
        while let Some(at) = united.iter().position(|other| same(&one, other)) {
            let other = united.remove(at);
            one.from = one.from.min(other.from);
            one.until = one.until.zip(other.until).map(|(a, b)| a.max(b));
        }
        united.push(one);
    }
    united
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use transfer_decision::span::parse_day;

    use super::*;

    fn day(text: &str) -> Day {
        parse_day(text).unwrap()
    }

    /// Storage somewhere, from a day to a day; `-`: open.
    fn storage(place: &str, from: &str, until: &str) -> Location {
        Location {
            place: Some(place.parse().unwrap()),
            activity: Activity::Storage,
            operated_by: None,
            from: parse_day(from),
            until: parse_day(until),
        }
    }

    #[test]
    fn what_is_left_lies_within_the_days() {
        let mut locations = vec![
            storage("DE", "-", "-"),
            storage("FR", "2026-01-01", "2026-12-31"),
            storage("IT", "2026-03-01", "2026-05-31"),
            storage("IN", "-", "2026-02-28"),
            storage("US", "2026-06-01", "-"),
        ];
        within(&mut locations, day("2026-03-01"), Some(day("2026-05-31")));
        let left = [
            storage("DE", "-", "-"),
            storage("FR", "-", "-"),
            storage("IT", "2026-03-01", "2026-05-31"),
        ];
        assert_eq!(locations, left);
    }

    #[test]
    fn a_change_counts_from_the_day_on_which_other_locations_are_in_effect() {
        let today = day("2026-03-03");
        let here = storage("DE", "-", "-");
        let differ = |after: &[Location]| {
            let before = std::slice::from_ref(&here);
            assert_eq!(differ_from(before, before, today), None);
            differ_from(before, after, today)
        };
        let since = storage("IN", "2026-04-01", "2026-04-30");
        assert_eq!(
            differ(&[here.clone(), since]),
            Some(day("2026-04-01")),
            "not the day after its last"
        );
        let moved = [
            storage("DE", "-", "2026-04-30"),
            storage("FR", "2026-05-01", "-"),
        ];
        assert_eq!(differ(&moved), Some(day("2026-05-01")));
        let said = [
            storage("DE", "-", "2026-04-30"),
            storage("DE", "2026-05-01", "-"),
        ];
        assert_eq!(differ(&said), None, "the same in two parts");
        assert_eq!(differ(&[storage("FR", "-", "-")]), None, "from today");
    }

    #[test]
    fn what_is_in_effect_twice_is_united() {
        let once = united(vec![
            storage("DE", "2026-01-01", "2026-02-28"),
            storage("DE", "2026-06-01", "-"),
            storage("FR", "-", "-"),
            storage("DE", "2026-02-01", "2026-03-31"),
        ]);
        let expected = [
            storage("DE", "2026-06-01", "-"),
            storage("FR", "-", "-"),
            storage("DE", "2026-01-01", "2026-03-31"),
        ];
        assert_eq!(once, expected);
        let all = united(vec![
            storage("DE", "2026-01-01", "2026-02-28"),
            storage("DE", "-", "-"),
        ]);
        assert_eq!(all, [storage("DE", "-", "-")]);
    }
}
