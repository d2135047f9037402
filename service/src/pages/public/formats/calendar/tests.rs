//! What a calendar program reads.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use super::{
    super::sample::{HOSTILE, day, entry, list},
    *,
};
use crate::pages::public::words::Language;

fn english() -> Wording {
    Wording::of(Language::English).unwrap()
}

/// A calendar's lines, unfolded.
fn lines(calendar: &str) -> Vec<String> {
    assert!(calendar.ends_with("\r\n"));
    assert!(
        !calendar.replace("\r\n", "").contains(['\r', '\n']),
        "every line ends with CR LF"
    );
    for line in calendar.split("\r\n") {
        assert!(line.len() <= LONGEST_LINE, "{line}");
    }
    let unfolded = calendar.replace("\r\n ", "");
    unfolded
        .split_terminator("\r\n")
        .map(str::to_owned)
        .collect()
}

/// The values of a property, as its text was.
fn values(calendar: &str, name: &str) -> Vec<String> {
    let start = format!("{name}:");
    let found = lines(calendar).into_iter();
    let found = found.filter_map(|line| line.strip_prefix(&start).map(str::to_owned));
    found.map(|value| unescaped(&value)).collect()
}

fn unescaped(value: &str) -> String {
    let mut text = String::new();
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next().unwrap() {
                'n' => text.push('\n'),
                other => text.push(other),
            },
            other => text.push(other),
        }
    }
    text
}

fn upcoming(name: &str, since: &str) -> Entry {
    Entry {
        since: day(since),
        ..entry(name)
    }
}

#[test]
fn a_change_to_come_is_an_event_on_its_day_and_one_on_the_last_day_to_object() {
    let list = list(Vec::new(), vec![upcoming("Acme", "2027-01-01")]);
    let calendar = of(&list, &english(), &Address::default());
    let days = |name| values(&calendar, name);
    assert_eq!(days("DTSTART;VALUE=DATE"), ["20270101", "20261215"]);
    assert_eq!(days("DTEND;VALUE=DATE"), ["20270102", "20261216"]);
    assert_eq!(
        values(&calendar, "SUMMARY"),
        [
            "Group & Söhne: Acme takes effect on 1 January 2027",
            "Group & Söhne: Last day to object to Acme"
        ]
    );
    assert_eq!(days("DTSTAMP"), ["20261120T093000Z", "20261120T093000Z"]);
    assert_eq!(days("SEQUENCE"), ["3", "3"]);
    let description = values(&calendar, "DESCRIPTION").remove(0);
    for said in [
        "content delivery",
        "United States: storage",
        "only if feature X is on",
    ] {
        assert!(description.contains(said), "{said}: {description}");
    }
}

#[test]
fn an_event_keeps_its_id_when_its_day_is_moved() {
    let ids = |since| {
        let list = list(Vec::new(), vec![upcoming("Acme", since)]);
        values(&of(&list, &english(), &Address::default()), "UID")
    };
    assert_eq!(ids("2027-01-01"), ids("2027-03-01"));
    assert_ne!(ids("2027-01-01")[0], ids("2027-01-01")[1]);
}

#[test]
fn nobody_can_object_to_a_place_that_is_reached_later_or_after_the_last_day() {
    let moved = Entry {
        changes: true,
        ..upcoming("Acme", "2027-01-01")
    };
    let late = Entry {
        objection_until: Some(day("2026-11-20")),
        ..upcoming("Acme", "2027-01-01")
    };
    let today = Entry {
        objection_until: Some(day("2026-11-21")),
        ..upcoming("Acme", "2027-01-01")
    };
    for (entry, events) in [(moved, 1), (late, 1), (today, 2)] {
        let calendar = of(
            &list(Vec::new(), vec![entry]),
            &english(),
            &Address::default(),
        );
        assert_eq!(
            values(&calendar, "BEGIN")
                .iter()
                .filter(|it| *it == "VEVENT")
                .count(),
            events
        );
    }
}

#[test]
fn no_name_ends_its_line_or_loses_a_letter() {
    let long = "ä".repeat(300);
    for name in HOSTILE.iter().copied().chain([long.as_str()]) {
        let list = list(Vec::new(), vec![upcoming(name, "2027-01-01")]);
        let calendar = of(&list, &english(), &Address::default());
        let events = values(&calendar, "BEGIN");
        assert_eq!(
            events.iter().filter(|it| *it == "VEVENT").count(),
            2,
            "{name}"
        );
        let shown: String = name
            .chars()
            .map(|letter| {
                if letter.is_control() && letter != '\n' {
                    ' '
                } else {
                    letter
                }
            })
            .collect();
        let summary = format!("Group & Söhne: {shown} takes effect on 1 January 2027");
        assert_eq!(values(&calendar, "SUMMARY")[0], summary);
    }
}

#[test]
fn a_calendar_without_events_is_one_still() {
    let calendar = of(
        &list(Vec::new(), Vec::new()),
        &english(),
        &Address::default(),
    );
    let begun = values(&calendar, "BEGIN");
    assert_eq!(begun, ["VCALENDAR", "VTIMEZONE", "STANDARD", "DAYLIGHT"]);
    let mut ended = values(&calendar, "END");
    ended.sort();
    assert_eq!(ended, ["DAYLIGHT", "STANDARD", "VCALENDAR", "VTIMEZONE"]);
}

#[test]
fn an_event_links_to_the_page_where_the_address_is_known() {
    let list = list(Vec::new(), vec![upcoming("Acme", "2027-01-01")]);
    let known = Address(Some("https://registry.example".to_owned()));
    let linked = of(&list, &english(), &known);
    assert_eq!(
        values(&linked, "URL")[0],
        "https://registry.example/group/subprocessors/upcoming"
    );
    let relative = of(&list, &english(), &Address::default());
    assert!(values(&relative, "URL").is_empty());
}
