//! How the list writes its values.

use chrono::NaiveDate;
use transfer_decision::{span::Day, vocabulary::Framework};
use transfer_registry_core::participants::{Refusal, Status};

/// The days that a list can speak of; outside, a day is misread.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2099;

/// Forms of a day: the list is American, so that the month comes first where there are slashes.
const DAY_FORMS: &[&str] = &[
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%m/%d/%Y",
    "%d-%b-%Y",
    "%d %b %Y",
    "%b %d, %Y",
    "%b %d %Y",
    "%d %B %Y",
    "%B %d, %Y",
    "%B %d %Y",
    "%A, %B %d, %Y",
    "%a, %B %d, %Y",
    "%a, %d %b %Y",
];

/// What stands in a cell in which nothing stands.
fn is_nothing(text: &str) -> bool {
    matches!(
        text.to_ascii_lowercase().as_str(),
        "" | "-" | "–" | "—" | "n/a" | "na" | "none" | "null"
    )
}

/// A day that is read from a calendar, when a list can speak of it.
pub(super) fn plausible(day: Day) -> Option<Day> {
    use chrono::Datelike;
    YEARS.contains(&day.year()).then_some(day)
}

/// A day as a text; `Ok(None)` when nothing stands there.
pub(super) fn day(text: &str) -> Result<Option<Day>, String> {
    let text = text.trim();
    if is_nothing(text) {
        return Ok(None);
    }
    let misread = || format!("“{}” is no day", short(text));
    // A time of day may follow, and says nothing that is asked.
    let day = DAY_FORMS
        .iter()
        .find_map(|form| {
            let (day, rest) = NaiveDate::parse_and_remainder(text, form).ok()?;
            is_time_of_day(rest).then_some(day)
        })
        .ok_or_else(misread)?;
    plausible(day).map(Some).ok_or_else(misread)
}

fn is_time_of_day(rest: &str) -> bool {
    if rest.is_empty() {
        return true;
    }
    // A further digit would belong to the day.
    let begins = rest.starts_with([' ', 'T', ',']);
    let after = rest.trim_start_matches([' ', 'T', ',']);
    begins
        && after.starts_with(|c: char| c.is_ascii_digit())
        && after.contains(':')
        && after
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | ':' | '.' | '+' | '-'))
}

/// A framework; `None` for another than the three.
pub(super) fn framework(text: &str) -> Option<Framework> {
    let text = folded(text);
    let words: Vec<&str> = text.split(' ').collect();
    let has = |word: &str| words.contains(&word);
    if !(has("dpf") || text.contains("data privacy framework")) {
        return None;
    }
    if has("uk") && has("extension") {
        Some(Framework::UkExtension)
    } else if has("swiss") {
        Some(Framework::SwissUsDpf)
    } else if has("eu") {
        Some(Framework::EuUsDpf)
    } else {
        None
    }
}

/// A status; `since` is the day on which it became inactive, where one is given.
pub(super) fn status(text: &str, since: Option<Day>) -> Result<Status, String> {
    let folded = folded(text);
    match folded.as_str() {
        "active" => Ok(Status::Active),
        "active re certification under review" | "active recertification under review" => {
            Ok(Status::UnderReview)
        }
        other if other == "inactive" || other.starts_with("inactive ") => {
            Ok(Status::Inactive { since })
        }
        _ => Err(format!("“{}” is no known status", short(text))),
    }
}

/// Whether something is covered; `Ok(None)` when nothing stands there.
pub(super) fn covers(text: &str) -> Result<Option<bool>, String> {
    if is_nothing(text.trim()) {
        return Ok(None);
    }
    match folded(text).as_str() {
        "yes" | "y" | "true" | "x" | "1" | "covered" => Ok(Some(true)),
        "no" | "n" | "false" | "0" | "not covered" => Ok(Some(false)),
        _ => Err(format!("“{}” is neither yes nor no", short(text))),
    }
}

/// Lower case, words only, `U.S.` as `us`: what a heading, a status or a framework is known by.
pub(super) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() {
            folded.extend(c.to_lowercase());
        } else if c != '.' && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded.trim().to_owned()
}

/// A value that somebody else wrote, short enough for a message.
pub(super) fn short(text: &str) -> String {
    let mut short: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// Adds where it stands to what is not understood.
pub(super) fn at(place: &str) -> impl Fn(String) -> Refusal {
    move |what| Refusal::reshaped(format!("{place}: {what}"))
}

#[cfg(test)]
mod tests {
    use transfer_decision::span::day as on;

    use super::*;

    #[test]
    fn a_day_is_read_in_every_form_that_the_list_has_been_seen_to_use() {
        for text in [
            "2024-02-03",
            "2024-02-03T00:00:00",
            "2024-02-03T00:00:00.000Z",
            "2024-02-03 00:00:00",
            "2/3/2024",
            "02/03/2024",
            "2/3/2024 12:00:00 AM",
            "03-Feb-2024",
            "3 Feb 2024",
            "Feb 3, 2024",
            "February 3, 2024",
            "Saturday, February 3, 2024 6:00 AM EST",
            " 2/3/2024 ",
        ] {
            assert_eq!(day(text), Ok(Some(on(2024, 2, 3))), "{text}");
        }
    }

    #[test]
    fn what_is_no_day_is_not_guessed() {
        for text in [
            "23/02/2024",
            "2/30/2024",
            "2/3/24",
            "2/3/20245",
            "soon",
            "1/1/0001",
            "2024",
            "Sunday, February 3, 2024",
            "2024-02-03 or later",
            "2024-02-031",
        ] {
            assert!(day(text).is_err(), "{text}");
        }
        for nothing in ["", " ", "-", "N/A"] {
            assert_eq!(day(nothing), Ok(None), "{nothing}");
        }
    }

    #[test]
    fn a_framework_is_known_by_its_words_and_no_other_is_taken_for_it() {
        for (text, known) in [
            ("EU-U.S. Data Privacy Framework", Some(Framework::EuUsDpf)),
            ("EU-U.S. DPF", Some(Framework::EuUsDpf)),
            (
                "UK Extension to the EU-U.S. Data Privacy Framework",
                Some(Framework::UkExtension),
            ),
            (
                "UK Extension to the EU-U.S. DPF",
                Some(Framework::UkExtension),
            ),
            (
                "Swiss-U.S. Data Privacy Framework",
                Some(Framework::SwissUsDpf),
            ),
            ("EU-U.S. Privacy Shield", None),
            ("Swiss-U.S. Privacy Shield", None),
            ("Global CBPR", None),
            ("", None),
        ] {
            assert_eq!(framework(text), known, "{text}");
        }
    }

    #[test]
    fn only_known_statuses_are_read() {
        let since = Some(on(2026, 11, 3));
        assert_eq!(status("Active", since), Ok(Status::Active));
        for text in [
            "Active - Re-certification under Review",
            "Active – Re-certification Under Review",
            "ACTIVE - RECERTIFICATION UNDER REVIEW",
        ] {
            assert_eq!(status(text, since), Ok(Status::UnderReview), "{text}");
        }
        assert_eq!(status("Inactive", since), Ok(Status::Inactive { since }));
        for text in [
            "",
            "Active - Pending Removal",
            "Activ",
            "Withdrawn",
            "Inactivated?",
        ] {
            assert!(status(text, since).is_err(), "{text}");
        }
    }

    #[test]
    fn coverage_is_yes_no_or_nothing() {
        assert_eq!(covers("Yes"), Ok(Some(true)));
        assert_eq!(covers("FALSE"), Ok(Some(false)));
        assert_eq!(covers(""), Ok(None));
        assert!(covers("maybe").is_err());
    }
}
