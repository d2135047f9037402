//! What changed, in sentences: of formats that have one language.

use transfer_decision::vocabulary::{Activity, Area, Place, Role};
use transfer_registry_core::publications::{
    Change, Differing, FieldChange, FieldValue, PublishedField, PublishedLocation,
};

/// A place in words.
fn place(place: Option<Place>) -> &'static str {
    match place {
        Some(Place::Country(country)) => country.name(),
        Some(Place::Area(Area::Eea)) => "European Economic Area",
        Some(Place::Area(Area::Eu)) => "European Union",
        None => "an unknown country",
    }
}

/// What happens at a location, in words.
const fn activity(activity: Activity) -> &'static str {
    match activity {
        Activity::Seat => "seat",
        Activity::Storage => "storage",
        Activity::Processing => "processing",
        Activity::RemoteAccess => "remote access",
    }
}

/// What happened to a company or an engagement.
pub(super) fn differing(one: &Differing) -> String {
    let name = &one.legal_name;
    let (kind, of) = match &one.service {
        Some(service) => ("subprocessor", format!(" ({service})")),
        None => ("group company", String::new()),
    };
    match &one.change {
        Change::Added => format!("Added: the {kind} {name}{of}"),
        Change::Removed => format!("Removed: the {kind} {name}{of}"),
        Change::Altered(fields) => {
            let fields: Vec<String> = fields.iter().map(field).collect();
            format!("Changed: the {kind} {name}{of}: {}", fields.join("; "))
        }
    }
}

/// What a field was and is.
pub(super) fn field(change: &FieldChange) -> String {
    let name = name(change.field);
    match (&change.before, &change.after) {
        (None, Some(after)) => format!("{name}: now {}", value(after)),
        (Some(before), None) => format!("{name}: no longer {}", value(before)),
        (Some(before), Some(after)) => {
            format!("{name}: {} instead of {}", value(after), value(before))
        }
        (None, None) => name.to_owned(),
    }
}

const fn name(field: PublishedField) -> &'static str {
    match field {
        PublishedField::Name => "name",
        PublishedField::NoticeNote => "note on the notice",
        PublishedField::NoticeDays => "days of notice",
        PublishedField::ObjectionDays => "days to object",
        PublishedField::Seat => "seat",
        PublishedField::SeatNote => "note on the seat",
        PublishedField::Registration => "registration",
        PublishedField::Representative => "representative",
        PublishedField::Service => "service",
        PublishedField::Purpose => "purpose",
        PublishedField::Description => "description",
        PublishedField::DataCategories => "data",
        PublishedField::DataSubjects => "whose data",
        PublishedField::Locations => "locations",
        PublishedField::Condition => "condition",
        PublishedField::Note => "note",
        PublishedField::ExporterRole => "role of the group",
        PublishedField::ImporterRole => "role of the subprocessor",
        PublishedField::AnnouncedOn => "announced on",
        PublishedField::ObjectionUntil => "last day to object",
        PublishedField::EffectiveFrom => "in effect from",
        PublishedField::EndedOn => "last day in effect",
    }
}

fn value(value: &FieldValue) -> String {
    match value {
        FieldValue::Text(text) => format!("“{text}”"),
        FieldValue::Day(day) => day.to_string(),
        FieldValue::Days(days) => days.to_string(),
        FieldValue::Place(at) => place(Some(*at)).to_owned(),
        FieldValue::Categories(categories) => {
            let codes: Vec<&str> = categories.iter().map(|one| one.code()).collect();
            codes.join(", ")
        }
        FieldValue::Locations(locations) => {
            let locations: Vec<String> = locations.iter().map(location).collect();
            locations.join(", ")
        }
        FieldValue::Role(Role::Controller) => "controller".to_owned(),
        FieldValue::Role(Role::Processor) => "processor".to_owned(),
    }
}

fn location(at: &PublishedLocation) -> String {
    let mut words = format!("{} in {}", activity(at.activity), place(at.place));
    let by = at.operated_by.as_ref();
    if let Some(name) = by.and_then(|by| by.legal_name.as_ref()) {
        words.push_str(" by ");
        words.push_str(name);
    }
    for (when, day) in [("from", at.from), ("until", at.until)] {
        if let Some(day) = day {
            words = format!("{words} {when} {day}");
        }
    }
    words
}
