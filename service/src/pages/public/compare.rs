//! The lists of two days side by side: what was added, what was removed, and which fields differ in
//! what the pages of the two days show, the law's own changes among them.

use askama::Template;
use poem::Response;

use super::{
    cells::{Row, Telling},
    frame::{Frame, Here},
    list::{Entry, List},
    reading::{Reading, found},
    words::{Marked, filled},
};
use crate::refusal::Refusal;

/// The page.
#[derive(Template)]
#[template(path = "public/compare.html")]
struct Page {
    frame: Frame,
    heading: Marked,
    lead: Marked,
    action: String,
    from: String,
    to: String,
    hidden: Vec<(&'static str, String)>,
    labels: [Marked; 2],
    added: Vec<Marked>,
    removed: Vec<Marked>,
    changed: Vec<Changed>,
}

/// An entry that is on both lists, and not the same.
struct Changed {
    name: Marked,
    fields: Vec<Differing>,
}

/// A column in which it differs.
struct Differing {
    label: &'static str,
    before: Marked,
    after: Marked,
}

/// The comparison of two days; without them, of today and a year before.
///
/// # Errors
/// When the group has no list.
pub(super) fn page(reading: &Reading) -> Result<(Response, u64), Refusal> {
    let w = reading.wording;
    let to = reading.asked.to.unwrap_or(reading.today);
    let year_before = to.checked_sub_months(chrono::Months::new(12)).unwrap_or(to);
    let from = reading.asked.from.unwrap_or(year_before);
    let (before, after) = (reading.list_on(from)?, reading.list_on(to)?);
    let days = [w.date(from), w.date(to)];
    let [from_day, to_day] = days.each_ref().map(String::as_str);
    let title = [
        ("group", after.name.as_str()),
        ("from", from_day),
        ("to", to_day),
    ];
    let (from_day, to_day) = (w.day(from), w.day(to));
    let between = [("from", &from_day), ("to", &to_day)];
    let telling = Telling::of(reading);
    let mut hidden = reading.asked.pairs();
    hidden.retain(|(name, _)| *name == "known_at" || *name == "lang");
    let page = Page {
        heading: Marked::text(&w.compare.heading),
        lead: Marked::said(&w.compare.lead, &between),
        action: Here::Comparison.path(&reading.group),
        from: from.to_string(),
        to: to.to_string(),
        hidden,
        labels: [from_day.clone(), to_day.clone()],
        added: only_in(&telling, &after, &before),
        removed: only_in(&telling, &before, &after),
        changed: changed(&telling, &before, &after),
        frame: Frame::of(
            reading,
            &Here::Comparison,
            &after.name,
            filled(&w.compare.title, &title),
        ),
    };
    found(reading, &page.frame, &page)
}

fn same<'a>(list: &'a List, entry: &Entry) -> Option<&'a Entry> {
    list.entries.iter().find(|other| other.id == entry.id)
}

/// The entries of one list that the other does not have.
fn only_in(telling: &Telling<'_>, list: &List, other: &List) -> Vec<Marked> {
    let only = list
        .entries
        .iter()
        .filter(|entry| same(other, entry).is_none());
    let shown = only.map(|entry| {
        let name = telling.name(&entry.slug, &entry.legal_name);
        let service = Marked::typed(&entry.service);
        Marked::joined([name, service], &Marked::text(", "))
    });
    shown.collect()
}

/// The entries that are on both lists, with what differs in what is shown of them.
fn changed(telling: &Telling<'_>, before: &List, after: &List) -> Vec<Changed> {
    let both = after.entries.iter();
    let both = both.filter_map(|entry| Some((same(before, entry)?, entry)));
    let changed = both.filter_map(|(was, is)| {
        let (
            Row { cells: was, .. },
            Row {
                name, cells: is, ..
            },
        ) = (telling.row(was), telling.row(is));
        let pairs = was.into_iter().zip(is).filter(|(was, is)| was != is);
        let fields: Vec<_> = pairs
            .map(|(was, is)| Differing {
                label: is.label,
                before: was.shown,
                after: is.shown,
            })
            .collect();
        (!fields.is_empty()).then_some(Changed { name, fields })
    });
    changed.collect()
}
