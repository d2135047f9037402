//! What differs between two publications, in sentences.

use transfer_registry_core::publications::{
    Change, Difference, Differing, FieldChange, FieldValue, PublishedField, PublishedLocation,
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

/// A whole difference.
pub(super) fn difference(w: Wording, telling: &Telling<'_>, difference: &Difference) -> Vec<Said> {
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
        engagement(w, &name, one)
    });
    companies.chain(engagements).chain(group).collect()
}

/// What differs of one engagement.
pub(super) fn engagement(w: Wording, name: &Marked, differing: &Differing) -> Said {
    let (sentence, fields) = match &differing.change {
        Change::Added => (&w.changes.added, Vec::new()),
        Change::Removed => (&w.changes.removed, Vec::new()),
        Change::Altered(altered) => (&w.changes.changed, fields(w, altered)),
    };
    let service = Marked::typed(differing.service.as_deref().unwrap_or_default());
    Said {
        sentence: Marked::said(sentence, &[("name", name), ("service", &service)]),
        fields,
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
