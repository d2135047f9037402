//! Calendar days and half-open spans of them.
//!
//! A day is a calendar day in Europe/Brussels. At the edges of the system (files, API, forms,
//! pages) both ends of a span are inclusive; inside, a span is half-open: `[from, until)`.

use chrono::{Days, NaiveDate};

/// A calendar day.
pub type Day = NaiveDate;

/// The first day about which a question can be asked: 2000-01-01.
pub const FIRST_DAY: Day = day(2000, 1, 1);

/// A day known to exist; for constants.
///
/// # Panics
/// If the calendar has no such day: in a constant, when it is compiled.
#[must_use]
#[expect(
    clippy::panic,
    reason = "a mistyped constant must not become another day"
)]
pub const fn day(year: i32, month: u32, day: u32) -> Day {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(day) => day,
        None => panic!("the calendar has no such day"),
    }
}

/// Reads a day in exactly the form `YYYY-MM-DD`. Looser forms that other readers take
/// (`2023-2-3`, `+02023-02-03`) are refused.
#[must_use]
pub fn parse_day(text: &str) -> Option<Day> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if shape { text.parse().ok() } else { None }
}

/// The day after; the last day of the calendar has itself.
#[must_use]
pub fn next(day: Day) -> Day {
    day.checked_add_days(Days::new(1)).unwrap_or(day)
}

/// The day before; the first day of the calendar has itself.
#[must_use]
pub fn previous(day: Day) -> Day {
    day.checked_sub_days(Days::new(1)).unwrap_or(day)
}

/// A half-open span of days `[from, until)`; no `until` means open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    from: Day,
    until: Option<Day>,
}

/// The last day of a span lies before its first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the last day {last} is before the first day {first}")]
pub struct SpanReversed {
    /// The first day offered.
    pub first: Day,
    /// The last day offered.
    pub last: Day,
}

impl Span {
    /// From the inclusive ends that the edges of the system speak.
    ///
    /// # Errors
    /// When the last day is before the first.
    pub fn inclusive(first: Day, last: Option<Day>) -> Result<Self, SpanReversed> {
        if let Some(last) = last.filter(|last| *last < first) {
            return Err(SpanReversed { first, last });
        }
        Ok(Self {
            from: first,
            until: last.map(next),
        })
    }

    /// From a first day, without end.
    #[must_use]
    pub const fn starting(from: Day) -> Self {
        Self { from, until: None }
    }

    /// The first day, inclusive.
    #[must_use]
    pub const fn first(self) -> Day {
        self.from
    }

    /// The last day, inclusive; `None` when open.
    #[must_use]
    pub fn last(self) -> Option<Day> {
        self.until.map(previous)
    }

    /// The first day after the span; `None` when open.
    #[must_use]
    pub const fn until(self) -> Option<Day> {
        self.until
    }

    /// Whether the day lies in the span.
    #[must_use]
    pub fn contains(self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    /// Whether the span begins after the day.
    #[must_use]
    pub fn begins_after(self, day: Day) -> bool {
        day < self.from
    }

    /// Whether the span has ended by the day.
    #[must_use]
    pub fn ended_by(self, day: Day) -> bool {
        self.until.is_some_and(|until| until <= day)
    }

    /// Whether two spans share a day.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.until.is_none_or(|until| other.from < until)
            && other.until.is_none_or(|until| self.from < until)
    }

    /// The span with its first day moved to a later one; `None` when nothing is left.
    #[must_use]
    pub fn not_before(self, first: Day) -> Option<Self> {
        let from = self.from.max(first);
        self.until
            .is_none_or(|until| from < until)
            .then_some(Self { from, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_of_a_span_are_inclusive_at_the_edges() {
        let span = Span::inclusive(day(2020, 2, 1), Some(day(2020, 2, 29)));
        let span = span.unwrap_or(Span::starting(FIRST_DAY));
        assert!(!span.contains(day(2020, 1, 31)));
        assert!(span.contains(day(2020, 2, 1)));
        assert!(span.contains(day(2020, 2, 29)));
        assert!(!span.contains(day(2020, 3, 1)));
        assert_eq!(span.until(), Some(day(2020, 3, 1)));
        assert_eq!(span.last(), Some(day(2020, 2, 29)));
        assert!(span.begins_after(day(2020, 1, 31)) && !span.begins_after(day(2020, 2, 1)));
        assert!(span.ended_by(day(2020, 3, 1)) && !span.ended_by(day(2020, 2, 29)));
    }

    #[test]
    fn a_reversed_span_is_refused_and_one_day_is_a_span() {
        assert!(Span::inclusive(day(2020, 2, 2), Some(day(2020, 2, 1))).is_err());
        assert!(Span::inclusive(day(2020, 2, 2), Some(day(2020, 2, 2))).is_ok());
    }

    #[test]
    fn neighbouring_spans_do_not_overlap_and_a_shared_day_does() {
        let span = |from, to| Span::inclusive(day(2020, 1, from), Some(day(2020, 1, to)));
        let overlap = |a: Result<Span, _>, b: Result<Span, SpanReversed>| {
            a.ok().zip(b.ok()).is_some_and(|(a, b)| a.overlaps(b))
        };
        assert!(!overlap(span(1, 10), span(11, 20)));
        assert!(overlap(span(1, 10), span(10, 20)));
        assert!(overlap(Ok(Span::starting(day(2020, 1, 1))), span(5, 6)));
    }

    #[test]
    fn a_day_is_read_in_one_form_only() {
        assert_eq!(parse_day("2023-02-03"), Some(day(2023, 2, 3)));
        for loose in [
            "2023-2-3",
            "+2023-02-3",
            "2023-02-30",
            "20230203",
            "2023-02-03 ",
            "",
            "2023-02-0３",
        ] {
            assert_eq!(parse_day(loose), None, "{loose}");
        }
    }
}
