//! What is to come: what takes effect, reaches another place, or ends, and until when customers can
//! object.

use askama::Template;
use poem::Response;
use transfer_decision::span::{self, Day, previous};
use transfer_registry_core::publications::PublishedField;

use super::{
    cells::Telling,
    frame::{Frame, Here},
    list::{Entry, List},
    query::Asked,
    reading::{Reading, found},
    words::{Marked, Wording, filled},
};
use crate::refusal::Refusal;

/// The page.
#[derive(Template)]
#[template(path = "public/upcoming.html")]
struct Page {
    frame: Frame,
    heading: Marked,
    lead: Marked,
    /// How long customers are told ahead, and have to object.
    terms: Vec<String>,
    changes: Vec<Change>,
    /// What is said where there is no change to come.
    none: Marked,
    /// Where what changed after a past day is compared with today.
    compared: Option<String>,
    calendar: String,
    back: String,
}

/// One change.
struct Change {
    id: String,
    what: Marked,
    facts: Vec<(&'static str, Marked)>,
    /// Column, before, after.
    fields: Vec<(&'static str, Marked, Marked)>,
}

/// What happens on a day.
enum Event<'a> {
    /// It takes effect, or reaches another place.
    Begins(&'a Entry),
    /// It has its last day.
    Ends(&'a Entry, Day),
}

impl Event<'_> {
    fn day(&self) -> Day {
        match self {
            Self::Begins(entry) => entry.since,
            Self::Ends(_, last) => *last,
        }
    }

    fn entry(&self) -> &Entry {
        match self {
            Self::Begins(entry) | Self::Ends(entry, _) => entry,
        }
    }

    /// What happens, in one line.
    fn said(&self, w: Wording, name: &Marked) -> Marked {
        let sentence = match self {
            Self::Begins(entry) if entry.changes => &w.upcoming.moves,
            Self::Begins(_) => &w.upcoming.starts,
            Self::Ends(..) => &w.upcoming.ends,
        };
        Marked::said(sentence, &[("name", name), ("day", &w.day(self.day()))])
    }
}

/// The first day on which the list will be another: somebody takes effect, changes places, or is
/// no longer on it.
pub(super) fn next_change(list: &List, today: Day) -> Option<Day> {
    let events = events(list, today).into_iter();
    let days = events.map(|event| match event {
        Event::Begins(entry) => entry.since,
        Event::Ends(_, day) => span::next(day),
    });
    days.min()
}

/// Everything to come that a list knows of, by day.
fn events(list: &List, today: Day) -> Vec<Event<'_>> {
    let begins = list.upcoming.iter().map(Event::Begins);
    // Looking back, nothing is to come.
    let ahead = list.as_of >= today;
    let running = list.entries.iter().filter(|_| ahead);
    let ends = running.filter_map(|entry| Some(Event::Ends(entry, entry.until?)));
    let mut events: Vec<_> = begins.chain(ends).collect();
    events.sort_by_key(|event| (event.day(), event.entry().id));
    events
}

/// One line for each change to come.
pub(super) fn briefly(reading: &Reading, list: &List) -> Vec<Marked> {
    let telling = Telling::of(reading);
    let events = events(list, reading.today).into_iter();
    let lines = events.map(|event| {
        let entry = event.entry();
        let name = telling.name(&entry.slug, &entry.legal_name);
        event.said(reading.wording, &name)
    });
    lines.collect()
}

/// The page of what is to come.
///
/// # Errors
/// When the group has no list.
pub(super) fn page(reading: &Reading) -> Result<(Response, u64), Refusal> {
    let w = reading.wording;
    let list = reading.list()?;
    let title = filled(&w.upcoming.title, &[("group", &list.name)]);
    let name = Marked::name(&list.name);
    let telling = Telling::of(reading);
    let mut changes = Vec::new();
    for event in events(&list, reading.today) {
        changes.push(change(reading, &telling, &event)?);
    }
    // Of a past day nobody may read that nothing changed: the changes are told elsewhere.
    let past = list.as_of < reading.today;
    let compared = Asked {
        from: Some(list.as_of),
        ..reading.asked.of_any()
    };
    let page = Page {
        none: if past {
            Marked::said(&w.upcoming.past, &[("day", &w.day(list.as_of))])
        } else {
            Marked::text(&w.upcoming.none)
        },
        compared: past.then(|| compared.at(&Here::Comparison.path(&reading.group))),
        frame: Frame::of(reading, &Here::Upcoming, &list.name, title),
        heading: Marked::said(&w.upcoming.title, &[("group", &name)]),
        lead: Marked::said(&w.upcoming.lead, &[("day", &w.day(list.as_of))]),
        terms: terms(reading)?,
        changes,
        calendar: format!("/{}/subprocessors/upcoming.ics", reading.group),
        back: reading
            .asked
            .of_a_day()
            .at(&Here::List.path(&reading.group)),
    };
    found(reading, &page.frame, &page)
}

/// How long customers are told ahead, and have to object, where the group says it.
fn terms(reading: &Reading) -> Result<Vec<String>, Refusal> {
    let group = &reading.published()?.content.group;
    let words = &reading.wording.words().upcoming;
    let said = [
        (&words.notice, group.notice_days),
        (&words.objecting, group.objection_days),
    ];
    let said = said.into_iter().filter_map(|(sentence, days)| {
        let days = days?.to_string();
        Some(filled(sentence, &[("days", &days)]))
    });
    Ok(said.collect())
}

fn change(reading: &Reading, telling: &Telling<'_>, event: &Event<'_>) -> Result<Change, Refusal> {
    let w = reading.wording;
    let words = w.words();
    let entry = event.entry();
    let name = telling.name(&entry.slug, &entry.legal_name);
    let effective = match event {
        Event::Begins(_) => words.upcoming.effective.as_str(),
        Event::Ends(..) => w.field(PublishedField::EndedOn),
    };
    let why = entry.note.as_deref().map(Marked::typed);
    let objection = entry
        .objection_until
        .map(|day| Marked::said(&w.upcoming.objection_day, &[("day", &w.day(day))]));
    let mut facts = vec![
        (words.upcoming.what.as_str(), does(w, entry)),
        (
            words.upcoming.why.as_str(),
            why.unwrap_or_else(|| Marked::text(&words.upcoming.no_reason)),
        ),
        (effective, w.day(event.day())),
    ];
    if let Event::Begins(_) = event {
        let announced = entry.announced_on.map(|day| w.day(day));
        facts.extend(announced.map(|day| (w.field(PublishedField::AnnouncedOn), day)));
        facts.push((
            w.field(PublishedField::ObjectionUntil),
            objection.unwrap_or_else(|| Marked::text(&words.upcoming.no_window)),
        ));
    }
    let fields = match event {
        Event::Begins(entry) => before_and_after(reading, telling, entry)?,
        Event::Ends(..) => Vec::new(),
    };
    Ok(Change {
        id: format!("change-{}-{}", entry.id, event.day()),
        what: event.said(w, &name),
        facts,
        fields,
    })
}

/// What it is for.
fn does(w: Wording, entry: &Entry) -> Marked {
    let purpose = entry.purpose.as_deref().map(|purpose| w.purpose(purpose));
    let description = entry.description.as_deref().map(Marked::typed);
    super::cells::lines([Some(Marked::typed(&entry.service)), purpose, description])
}

/// Where it touches the data and on which basis, on the day before and on the day.
fn before_and_after(
    reading: &Reading,
    telling: &Telling<'_>,
    entry: &Entry,
) -> Result<Vec<(&'static str, Marked, Marked)>, Refusal> {
    let words = reading.wording.words();
    let shown = |entry: &Entry| [telling.places(&entry.locations), telling.bases(entry)];
    let before = if entry.changes {
        let list = reading.list_on(previous(entry.since))?;
        list.entries
            .iter()
            .find(|other| other.id == entry.id)
            .map(shown)
    } else {
        None
    };
    let before = before.unwrap_or_else(|| {
        let not_engaged = || Marked::text(&words.upcoming.not_engaged).within("span", "unknown");
        [not_engaged(), not_engaged()]
    });
    let columns = [words.list.places.as_str(), words.list.basis.as_str()];
    let fields = columns
        .into_iter()
        .zip(before.into_iter().zip(shown(entry)));
    Ok(fields
        .map(|(column, (before, after))| (column, before, after))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::{
        super::formats::sample::{day, entry, list},
        *,
    };

    #[test]
    fn the_next_change_is_the_first_start_or_move_or_the_day_after_a_last_one() {
        let ends = |last: &str| Entry {
            until: Some(day(last)),
            ..entry("Ending")
        };
        let begins = |first: &str, changes| Entry {
            since: day(first),
            changes,
            ..entry("Beginning")
        };
        for (entries, upcoming, expected) in [
            (vec![entry("Acme")], Vec::new(), None),
            (
                vec![entry("Acme"), ends("2026-12-14")],
                vec![begins("2027-01-01", false)],
                Some("2026-12-15"),
            ),
            (
                vec![ends("2026-12-31")],
                vec![begins("2027-01-02", false), begins("2026-12-24", true)],
                Some("2026-12-24"),
            ),
            (vec![ends("2026-11-21")], Vec::new(), Some("2026-11-22")),
        ] {
            let list = list(entries, upcoming);
            assert_eq!(next_change(&list, list.as_of), expected.map(day));
        }
        // Looking back, nothing is to come.
        let past = list(vec![ends("2026-11-21")], Vec::new());
        assert_eq!(next_change(&past, day("2026-11-22")), None);
    }
}
