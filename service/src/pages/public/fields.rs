//! What differs between two publications, in sentences.

use transfer_decision::span::Day;
use transfer_registry_core::{
    clock::day_of,
    publications::{
        Change, Difference, Differing, FieldChange, FieldValue, Publication, PublishedField,
        PublishedLocation,
    },
};

use super::{
    cells::Telling,
    words::{Marked, Wording},
};

/// One thing that differs: a sentence, and the fields of what it is about.
pub(super) struct Said {
    /// The sentence.
    pub(super) sentence: Marked,
    /// The fields that differ.
    pub(super) fields: Vec<Marked>,
}

/// A whole difference, of a publication from the one before.
pub(super) fn difference(
    w: Wording,
    telling: &Telling<'_>,
    difference: &Difference,
    publication: &Publication,
) -> Vec<Said> {
    let group = (!difference.group.is_empty()).then(|| Said {
        sentence: Marked::text(&w.changes.group_changed),
        fields: fields(w, &difference.group),
    });
    let companies = difference.companies.iter().map(|one| {
        let name = Marked::name(&one.legal_name);
        let (sentence, fields) = match &one.change {
            Change::Added => (&w.changes.company_added, Vec::new()),
            Change::Removed => (&w.changes.company_removed, Vec::new()),
            Change::Altered(altered) => (&w.changes.company_changed, fields(w, altered)),
        };
        Said {
            sentence: Marked::said(sentence, &[("name", &name)]),
            fields,
        }
    });
    let engagements = difference.engagements.iter().map(|one| {
        let name = telling.name(&one.slug, &one.legal_name);
        engagement(w, &name, one, publication)
    });
    companies.chain(engagements).chain(group).collect()
}

/// What a publication changed of one engagement, as seen on the publication's own day: what was
/// still ahead of its readers is told as such.
pub(super) fn engagement(
    w: Wording,
    name: &Marked,
    differing: &Differing,
    publication: &Publication,
) -> Said {
    let published = day_of(publication.published_at);
    let service = Marked::typed(differing.service.as_deref().unwrap_or_default());
    let said = |sentence: &str| Marked::said(sentence, &[("name", name), ("service", &service)]);
    match &differing.change {
        Change::Added => {
            let engagement = publication.content.engagements.get(&differing.id);
            let first = engagement.map(|one| one.effective_from);
            let sentence = match first.filter(|first| published < *first) {
                Some(first) => Marked::said(
                    &w.changes.announced,
                    &[
                        ("name", name),
                        ("service", &service),
                        ("day", &w.day(first)),
                    ],
                ),
                None => said(&w.changes.added),
            };
            Said {
                sentence,
                fields: Vec::new(),
            }
        }
        Change::Removed => Said {
            sentence: said(&w.changes.removed),
            fields: Vec::new(),
        },
        Change::Altered(altered) => {
            let ending = altered
                .iter()
                .find_map(|one| last_day_ahead(one, published));
            let ending = ending.map(|last| {
                let last = w.day(last);
                Marked::said(&w.changes.will_end, &[("name", name), ("day", &last)])
            });
            let others = altered.iter();
            let others: Vec<_> = others
                .filter(|one| last_day_ahead(one, published).is_none())
                .cloned()
                .collect();
            match ending {
                Some(sentence) if others.is_empty() => Said {
                    sentence,
                    fields: Vec::new(),
                },
                ending => Said {
                    sentence: said(&w.changes.changed),
                    fields: ending.into_iter().chain(fields(w, &others)).collect(),
                },
            }
        }
    }
}

/// The last day that was given to what had none, where it was not over when it was published.
fn last_day_ahead(change: &FieldChange, published: Day) -> Option<Day> {
    match (change.field, &change.before, &change.after) {
        (PublishedField::EndedOn, None, Some(FieldValue::Day(last))) => {
            Some(*last).filter(|last| published <= *last)
        }
        _ => None,
    }
}

fn fields(w: Wording, changes: &[FieldChange]) -> Vec<Marked> {
    let said = changes.iter().map(|change| {
        let field = Marked::text(w.field(change.field));
        let value = |value: &Option<FieldValue>| match value {
            Some(value) => shown(w, change.field, value),
            None => Marked::text(&w.shared.not_recorded).within("span", "unknown"),
        };
        let (before, after) = (value(&change.before), value(&change.after));
        Marked::said(
            &w.changes.from_to,
            &[("field", &field), ("before", &before), ("after", &after)],
        )
    });
    said.collect()
}

fn shown(w: Wording, field: PublishedField, value: &FieldValue) -> Marked {
    match value {
        FieldValue::Text(code) if field == PublishedField::Purpose => w.purpose(code),
        FieldValue::Text(text) => Marked::typed(text),
        FieldValue::Day(day) => w.day(*day),
        FieldValue::Days(days) => Marked::text(&days.to_string()),
        FieldValue::Place(place) => Marked::text(w.place(Some(*place))),
        FieldValue::Categories(all) => Marked::text(&w.categories(all)),
        FieldValue::Locations(all) => {
            let all = all.iter().map(|at| location(w, at));
            Marked::joined(all, &Marked::text("; "))
        }
        FieldValue::Role(role) => Marked::text(w.role(*role)),
    }
}

/// A location in one line, with its own days.
fn location(w: Wording, at: &PublishedLocation) -> Marked {
    let what = format!("{} ({})", w.place(at.place), w.activity(at.activity));
    let days = match (at.from, at.until) {
        (None, None) => return Marked::text(&what),
        (Some(from), Some(until)) => Marked::said(
            &w.detail.from_to,
            &[("from", &w.day(from)), ("to", &w.day(until))],
        ),
        (Some(from), None) => Marked::said(&w.detail.from_on, &[("from", &w.day(from))]),
        (None, Some(until)) => Marked::said(&w.list.until, &[("day", &w.day(until))]),
    };
    Marked::joined([Marked::text(&what), days], &Marked::text(" "))
}
