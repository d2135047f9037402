//! The two clocks at the top of the console: *in force on*, *as known on*.
//!
//! They stand in the address of every page, so that what somebody saw can be sent to somebody else.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use poem::Request;
use transfer_decision::span::Day;
use transfer_registry_core::Clock;

use crate::{
    moments,
    refusal::{Refusal, Violation, ViolationCode},
    scalars,
};

/// The day and the instant that the console shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DayBar {
    today: Day,
    as_of: Option<Day>,
    known_at: Option<DateTime<Utc>>,
}

impl DayBar {
    /// What a request asks to be shown. Whatever else it asks is read elsewhere.
    ///
    /// # Errors
    /// When it names no day, or an instant that is yet to come.
    pub(super) fn of(request: &Request, clock: &Clock) -> Result<Self, Refusal> {
        let pairs = request
            .params::<Vec<(String, String)>>()
            .map_err(|_| Refusal::Unreadable)?;
        let value = |name: &str| {
            let mut values = pairs.iter().filter(|(pair, _)| pair == name);
            let value = values.next().map(|(_, value)| value.trim());
            value.filter(|value| !value.is_empty())
        };
        let mut found = Vec::new();
        let mut wrong =
            |pointer: &str, code: ViolationCode| found.push(Violation::plain(pointer, code));
        let (today, now) = (clock.today(), clock.now());
        let as_of = value("as_of").and_then(|text| match scalars::day(text) {
            Ok(day) => Some(day).filter(|day| *day != today),
            Err(code) => {
                wrong("/as_of", code);
                None
            }
        });
        let exact = pairs.iter().filter(|(pair, _)| pair == "known_at");
        let exact = exact.skip(1).find_map(|(_, value)| instant(value).ok());
        let meant = |text| instant(text).map(|typed| as_shown(typed, exact));
        let known_at = value("known_at").and_then(|text| match meant(text) {
            Ok(instant) => match moments::fault(instant, now) {
                None => Some(instant),
                Some(code) => {
                    wrong("/known_at", code);
                    None
                }
            },
            Err(code) => {
                wrong("/known_at", code);
                None
            }
        });
        if found.is_empty() {
            Ok(Self {
                today,
                as_of,
                known_at,
            })
        } else {
            Err(Refusal::invalid(found))
        }
    }

    /// The day asked for, when it is another than today.
    pub(super) const fn as_of(&self) -> Option<Day> {
        self.as_of
    }

    /// The day that is shown.
    pub(super) fn day(&self) -> Day {
        self.as_of.unwrap_or(self.today)
    }

    /// Today.
    pub(super) const fn today(&self) -> Day {
        self.today
    }

    /// The instant asked for.
    pub(super) const fn known_at(&self) -> Option<DateTime<Utc>> {
        self.known_at
    }

    /// The instant asked for, as requests write it.
    pub(super) fn known_at_text(&self) -> Option<String> {
        let text = |instant: DateTime<Utc>| instant.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        self.known_at.map(text)
    }

    /// The instant asked for, as the browser's field writes it: UTC, without saying so, and to the
    /// millisecond, which is as exact as that field can be.
    pub(super) fn known_at_field(&self) -> String {
        let text =
            |instant| to_the_millisecond(instant).to_rfc3339_opts(SecondsFormat::AutoSi, true);
        let text = self.known_at.map(text).unwrap_or_default();
        text.trim_end_matches('Z').to_owned()
    }

    /// Whether something else than what holds and is known now is shown.
    pub(super) const fn is_past(&self) -> bool {
        self.as_of.is_some() || self.known_at.is_some()
    }

    /// What an address says of another moment than now.
    pub(super) fn pairs(&self) -> Vec<(&'static str, String)> {
        let as_of = self.as_of.map(|day| ("as_of", day.to_string()));
        let known_at = self.known_at_text().map(|text| ("known_at", text));
        as_of.into_iter().chain(known_at).collect()
    }

    /// The same page of the console on the same day.
    pub(super) fn link(&self, path: &str) -> String {
        with(path, &self.pairs())
    }
}

/// A path with pairs added to its query, before its fragment.
pub(super) fn with(path: &str, pairs: &[(&str, String)]) -> String {
    let Ok(query) = serde_urlencoded::to_string(pairs) else {
        return path.to_owned();
    };
    if query.is_empty() {
        return path.to_owned();
    }
    let (path, fragment) = match path.split_once('#') {
        Some((path, fragment)) => (path, format!("#{fragment}")),
        None => (path, String::new()),
    };
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{path}{joint}{query}{fragment}")
}

/// An instant to the millisecond: the next one, so that what was known by then is known.
fn to_the_millisecond(instant: DateTime<Utc>) -> DateTime<Utc> {
    let over = i64::from(instant.timestamp_subsec_nanos() % 1_000_000);
    let missing = TimeDelta::nanoseconds((1_000_000 - over) % 1_000_000);
    instant.checked_add_signed(missing).unwrap_or(instant)
}

/// The instant that is meant: the exact one that the bar carries along, unless another was typed than
/// the bar showed for it.
fn as_shown(typed: DateTime<Utc>, exact: Option<DateTime<Utc>>) -> DateTime<Utc> {
    exact
        .filter(|exact| to_the_millisecond(*exact) == typed)
        .unwrap_or(typed)
}

/// An instant as an address or as the browser's field for one writes it.
fn instant(text: &str) -> Result<DateTime<Utc>, ViolationCode> {
    let zoned = if text.ends_with('Z') {
        text.to_owned()
    } else if text.len() == "2026-01-01T12:00".len() {
        format!("{text}:00Z")
    } else {
        format!("{text}Z")
    };
    scalars::instant(&zoned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_read_as_the_browser_writes_it() {
        let expected = scalars::instant("2026-03-01T12:00:00Z");
        assert!(expected.is_ok());
        for text in [
            "2026-03-01T12:00",
            "2026-03-01T12:00:00",
            "2026-03-01T12:00:00Z",
        ] {
            assert_eq!(instant(text), expected, "{text}");
        }
        assert_eq!(instant("2026-03-01"), Err(ViolationCode::BadInstant));
    }

    #[test]
    fn an_instant_is_as_exact_as_it_was_until_another_is_typed() {
        let exact = instant("2026-03-01T12:00:00.123456Z").unwrap_or_default();
        let whole = instant("2026-03-01T12:00:00Z").unwrap_or_default();
        let bar = |known_at| DayBar {
            today: Day::default(),
            as_of: None,
            known_at: Some(known_at),
        };
        assert_eq!(bar(exact).known_at_field(), "2026-03-01T12:00:00.124");
        assert_eq!(bar(whole).known_at_field(), "2026-03-01T12:00:00");
        let shown = to_the_millisecond(exact);
        assert!(shown > exact && as_shown(shown, None) == shown);
        assert_eq!(as_shown(shown, Some(exact)), exact);
        assert_eq!(as_shown(whole, Some(exact)), whole, "another was typed");
        assert_eq!(to_the_millisecond(whole), whole);
    }

    #[test]
    fn pairs_go_before_the_fragment() {
        let pairs = [("as_of", "2020-01-01".to_owned())];
        for (path, expected) in [
            ("/console/map", "/console/map?as_of=2020-01-01"),
            ("/console/map?q=a", "/console/map?q=a&as_of=2020-01-01"),
            ("/console/map#US", "/console/map?as_of=2020-01-01#US"),
        ] {
            assert_eq!(with(path, &pairs), expected);
        }
        assert_eq!(with("/a#b", &[]), "/a#b");
    }
}
