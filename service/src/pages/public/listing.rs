//! The list of a day, as a page.

use std::collections::BTreeMap;

use askama::Template;
use poem::Response;
use transfer_decision::span::Day;
use transfer_registry_core::{clock::day_of, publications::PublishedField};

use super::{
    cells::{Row, Telling, missing},
    facets::{self, Choice, Facet},
    frame::{Frame, Here},
    kinds::Kind,
    list::{Company, Entry, List},
    query::Asked,
    reading::{Reading, found},
    upcoming,
    words::{Marked, Wording, filled},
};
use crate::refusal::Refusal;

/// The page.
#[derive(Template)]
#[template(path = "public/list.html")]
struct Page<'a> {
    frame: Frame,
    list: &'a List,
    columns: [&'static str; 7],
    head: Head,
    upcoming: Vec<Marked>,
    sections: Vec<Section>,
    filters: Filters,
    companies: Vec<CompanyRow>,
}

/// What stands at the top.
struct Head {
    heading: Marked,
    companies: Option<Marked>,
    scope: Marked,
    demo_note: Marked,
    version: Marked,
    in_force: Marked,
    /// Whether the day is not over: what followed a past one is no plan.
    ahead: bool,
    next: Option<Marked>,
    upcoming: String,
    permanent: String,
    action: String,
    hidden: Vec<(&'static str, String)>,
    made_from: String,
    legend: [(&'static str, &'static str); 4],
}

/// What the list can be narrowed by.
struct Filters {
    facets: Vec<Facet>,
    outside: Option<Choice>,
    active: bool,
    text: String,
    hidden: Vec<(&'static str, String)>,
    reset: String,
    shown: String,
}

/// Entries of one kind.
struct Section {
    /// None where all are of one kind.
    name: Option<&'static str>,
    rows: Vec<Row>,
}

/// A company of the group.
struct CompanyRow {
    name: Marked,
    seat: Marked,
    registration: Marked,
    representative: Marked,
}

/// The list of the day that is asked for; `archived`: the day of its path.
///
/// # Errors
/// When there is none.
pub(super) fn page(reading: &Reading, archived: Option<Day>) -> Result<(Response, u64), Refusal> {
    let w = reading.wording;
    let mut list = reading.list()?;
    let here = archived.map_or(Here::List, Here::Archived);
    // From an archived page, a filter leads to the list of its day.
    let path = Here::List.path(&reading.group);
    let facets = facets::of(w, &list.entries, &reading.asked, &path);
    let outside = facets::outside(w, &list.entries, &reading.asked, &path);
    let all = list.entries.len();
    reading.asked.filters.narrow(&mut list);
    let day = w.date(list.as_of);
    let title = filled(&w.list.title, &[("group", &list.name), ("day", &day)]);
    let frame = Frame::of(reading, &here, &list.name, title);
    let telling = Telling::of(reading);
    let counts = [
        ("shown", list.entries.len().to_string()),
        ("all", all.to_string()),
    ];
    let counts = counts
        .each_ref()
        .map(|(name, count)| (*name, count.as_str()));
    let page = Page {
        columns: telling.columns(),
        head: head(reading, &list),
        upcoming: upcoming::briefly(reading, &list),
        sections: sections(w, &telling, &list.entries),
        filters: Filters {
            facets,
            outside,
            active: reading.asked.filters.narrow_anything(),
            text: reading.asked.filters.text.clone().unwrap_or_default(),
            hidden: hidden(&reading.asked, &["q"]),
            reset: reading.asked.of_a_day().at(&path),
            shown: filled(&w.filter.shown, &counts),
        },
        companies: list.companies.iter().map(|one| company(w, one)).collect(),
        list: &list,
        frame,
    };
    found(reading, &page.frame, &page)
}

/// The fields that a form sends along, but for its own.
fn hidden(asked: &Asked, own: &[&str]) -> Vec<(&'static str, String)> {
    let mut pairs = asked.pairs();
    pairs.retain(|(name, _)| !own.contains(name));
    pairs
}

fn head(reading: &Reading, list: &List) -> Head {
    let w = reading.wording;
    let name = Marked::name(&list.name);
    let companies = list
        .companies
        .iter()
        .map(|one| Marked::name(&one.legal_name));
    let companies = Marked::joined(companies, &Marked::text("; "));
    let publishers = if list.demo {
        &w.list.companies_of_demo
    } else {
        &w.list.published_by
    };
    let as_of = w.day(list.as_of);
    let published = w.day(day_of(list.publication.published_at));
    let number = Marked::text(&list.publication.number.to_string());
    let first = upcoming::next_change(list, reading.today);
    let revision = list.revision.to_string();
    let states = &w.words().state;
    Head {
        heading: Marked::said(&w.list.heading, &[("group", &name)]),
        companies: (!list.companies.is_empty())
            .then(|| Marked::said(publishers, &[("companies", &companies)])),
        scope: Marked::said(&w.list.scope, &[("group", &name)]),
        demo_note: Marked::said(&w.shared.demo_note, &[("group", &name)]),
        version: Marked::said(
            &w.list.version_of,
            &[("number", &number), ("day", &published)],
        ),
        in_force: if list.is_today {
            Marked::said(&w.list.today, &[("day", &as_of)])
        } else {
            as_of
        },
        ahead: list.as_of >= reading.today,
        next: first.map(|day| w.day(day)),
        upcoming: reading
            .asked
            .of_a_day()
            .at(&Here::Upcoming.path(&reading.group)),
        permanent: reading
            .asked
            .of_any()
            .at(&Here::Archived(list.as_of).path(&reading.group)),
        action: Here::List.path(&reading.group),
        hidden: hidden(&reading.asked, &["as_of"]),
        made_from: filled(
            &w.list.made_from,
            &[("revision", &revision), ("pack", &list.law_pack)],
        ),
        legend: [
            ("mark recorded", &states.recorded),
            ("mark warned", &states.warned),
            ("mark none", &states.none),
            ("mark unassessable", &states.unknown),
        ],
    }
}

/// The entries by kind, and by name within it.
fn sections(w: Wording, telling: &Telling<'_>, entries: &[Entry]) -> Vec<Section> {
    let mut kinds: BTreeMap<Kind, Vec<&Entry>> = BTreeMap::new();
    for entry in entries {
        let kind = Kind::of(entry.purpose.as_deref());
        kinds.entry(kind).or_default().push(entry);
    }
    let several = kinds.len() > 1;
    let sections = kinds.into_iter().map(|(kind, mut entries)| {
        entries.sort_by_key(|entry| (entry.legal_name.to_lowercase(), entry.id));
        Section {
            name: several.then(|| kind.name(w)),
            rows: entries
                .into_iter()
                .map(|entry| telling.row(entry))
                .collect(),
        }
    });
    sections.collect()
}

fn company(w: Wording, company: &Company) -> CompanyRow {
    let seat = match company.seat {
        Some(_) => Marked::text(w.place(company.seat)),
        None => missing(&w.list.unknown_place),
    };
    let note = company.seat_note.as_deref();
    let note = note.map(|note| Marked::typed(note).within("small", "note"));
    let or_missing = |text: &Option<String>| {
        text.as_deref()
            .map_or_else(|| missing(&w.shared.not_recorded), Marked::typed)
    };
    CompanyRow {
        name: Marked::name(&company.legal_name),
        seat: super::cells::lines([Some(seat), note]),
        registration: or_missing(&company.registration),
        representative: or_missing(&company.representative),
    }
}
