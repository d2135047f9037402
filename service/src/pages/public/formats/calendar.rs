//! What is to come, for a calendar (RFC 5545): each change on its first day, and the last day to
//! object to it.
//!
//! Every instant in it is that of the publication and not that of the question, so that a calendar
//! that was read twice is the same, and each event keeps its id when its day is moved.

use chrono::Days;
use transfer_decision::span::Day;

use super::{
    super::{
        list::{Entry, List},
        words::{Wording, filled},
    },
    Address,
};

pub(super) const MEDIA_TYPE: &str = "text/calendar; charset=utf-8";

/// The longest line, in bytes, without its end.
const LONGEST_LINE: usize = 75;

/// The zone in which the registry counts its days, so that they are not taken for another's; also,
/// a calendar must have a component when nothing is to come.
const ZONE: &[&str] = &[
    "BEGIN:VTIMEZONE",
    "TZID:Europe/Brussels",
    "BEGIN:STANDARD",
    "DTSTART:19961027T030000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "TZNAME:CET",
    "END:STANDARD",
    "BEGIN:DAYLIGHT",
    "DTSTART:19810329T020000",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "TZNAME:CEST",
    "END:DAYLIGHT",
    "END:VTIMEZONE",
];

/// The calendar.
pub(super) fn of(list: &List, w: &Wording, address: &Address) -> String {
    let name = filled(&w.upcoming.title, &[("group", &list.name)]);
    let mut lines = Lines::default();
    lines.plain("BEGIN:VCALENDAR");
    lines.plain("VERSION:2.0");
    lines.plain("PRODID:-//Transfer Registry//Subprocessors//EN");
    lines.plain("CALSCALE:GREGORIAN");
    lines.plain("METHOD:PUBLISH");
    lines.text("NAME", &name);
    lines.text("X-WR-CALNAME", &name);
    lines.plain("X-WR-TIMEZONE:Europe/Brussels");
    for line in ZONE {
        lines.plain(line);
    }
    let page = address.at(&format!("/{}/subprocessors/upcoming", list.slug));
    let about = About {
        list,
        w,
        page: address.origin().map(|_| page),
    };
    for entry in &list.upcoming {
        about.change(&mut lines, entry);
        about.objection(&mut lines, entry);
    }
    for entry in &list.entries {
        about.end(&mut lines, entry);
    }
    lines.plain("END:VCALENDAR");
    lines.0
}

/// What all events have in common.
struct About<'a> {
    list: &'a List,
    w: &'a Wording,
    page: Option<String>,
}

impl About<'_> {
    /// The first day of a change.
    fn change(&self, lines: &mut Lines, entry: &Entry) {
        let words = &self.w.upcoming;
        let (sentence, which) = if entry.changes {
            (&words.moves, format!("place-{}", entry.since))
        } else {
            (&words.starts, "effective".to_owned())
        };
        self.event(lines, entry, (&which, entry.since), sentence);
    }

    /// The last day to object, while there is one. It belongs to the announcement, and not to a
    /// place that is reached later.
    fn objection(&self, lines: &mut Lines, entry: &Entry) {
        let last = entry
            .objection_until
            .filter(|last| *last >= self.list.as_of);
        if let Some(last) = last
            && !entry.changes
        {
            let sentence = &self.w.upcoming.objection;
            self.event(lines, entry, ("objection", last), sentence);
        }
    }

    /// The last day of one that ends.
    fn end(&self, lines: &mut Lines, entry: &Entry) {
        let last = entry.until.filter(|last| *last >= self.list.as_of);
        if let Some(last) = last {
            let sentence = &self.w.upcoming.ends;
            self.event(lines, entry, ("end", last), sentence);
        }
    }

    fn event(&self, lines: &mut Lines, entry: &Entry, which: (&str, Day), sentence: &str) {
        let (which, day) = which;
        let publication = &self.list.publication;
        let stamp = publication.published_at.format("%Y%m%dT%H%M%SZ");
        // The end is the day after the last.
        let end = day.checked_add_days(Days::new(1)).unwrap_or(day);
        let sentence = filled(
            sentence,
            &[("name", &entry.legal_name), ("day", &self.w.date(day))],
        );
        let summary = format!("{}{}{sentence}", self.list.name, self.w.shared.colon);
        lines.plain("BEGIN:VEVENT");
        lines.plain(&format!("UID:{}-{which}@transfer-registry", entry.id));
        lines.plain(&format!("DTSTAMP:{stamp}"));
        lines.plain(&format!("LAST-MODIFIED:{stamp}"));
        // Of two calendars the one that was published later counts.
        lines.plain(&format!("SEQUENCE:{}", publication.number));
        lines.plain(&format!("DTSTART;VALUE=DATE:{}", day.format("%Y%m%d")));
        lines.plain(&format!("DTEND;VALUE=DATE:{}", end.format("%Y%m%d")));
        lines.text("SUMMARY", &summary);
        lines.text("DESCRIPTION", &self.description(entry));
        if let Some(page) = &self.page {
            lines.plain(&format!("URL:{page}"));
        }
        lines.plain("CLASS:PUBLIC");
        lines.plain("STATUS:CONFIRMED");
        lines.plain("TRANSP:TRANSPARENT");
        lines.plain("END:VEVENT");
    }

    fn description(&self, entry: &Entry) -> String {
        let mut said = vec![entry.service.clone()];
        said.extend(entry.description.clone());
        let places = entry.locations.iter().map(|at| {
            let (place, activity) = (self.w.place(at.place), self.w.activity(at.activity));
            format!("{place}{}{activity}", self.w.shared.colon)
        });
        said.extend(places);
        said.extend(entry.condition.clone());
        said.join("\n")
    }
}

/// The lines of a calendar.
#[derive(Default)]
struct Lines(String);

impl Lines {
    /// A property whose value is a text (RFC 5545, 3.3.11).
    fn text(&mut self, name: &str, value: &str) {
        let mut line = format!("{name}:");
        for letter in value.chars() {
            match letter {
                '\\' | ';' | ',' => line.extend(['\\', letter]),
                '\n' => line.push_str("\\n"),
                // Nothing else that ends a line or moves a cursor has a place in a text.
                _ if letter.is_control() => line.push(' '),
                _ => line.push(letter),
            }
        }
        self.plain(&line);
    }

    /// A line as it is, folded where it is too long (RFC 5545, 3.1), and never inside a letter.
    fn plain(&mut self, line: &str) {
        let mut length = 0;
        for letter in line.chars() {
            if length + letter.len_utf8() > LONGEST_LINE {
                self.0.push_str("\r\n ");
                length = 1;
            }
            self.0.push(letter);
            length += letter.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests;
