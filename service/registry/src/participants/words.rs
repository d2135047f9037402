//! What register and list say, in words.

use transfer_decision::{span::Day, vocabulary::Framework};

use super::{
    known::KnownCertification,
    list::{Listing, Participant, Status},
};

/// A framework's name.
pub(super) const fn name(framework: Framework) -> &'static str {
    match framework {
        Framework::EuUsDpf => "EU-US Data Privacy Framework",
        Framework::UkExtension => "UK Extension to the EU-US Data Privacy Framework",
        Framework::SwissUsDpf => "Swiss-US Data Privacy Framework",
        other => other.code(),
    }
}

/// A certification as it is recorded.
pub(super) fn recorded(held: &KnownCertification) -> String {
    let mut said = vec![format!("{} from {}", name(held.framework), held.valid_from)];
    said.push(match held.valid_to {
        Some(last) => format!("to {last}"),
        None => "no last day".to_owned(),
    });
    said.extend(held.recertification_due.map(due_on));
    said.push(hr(held.covers_hr).to_owned());
    said.join(", ")
}

/// A place in a framework as the list shows it.
pub(super) fn listed(listing: &Listing) -> String {
    let mut said = vec![format!(
        "{}: {}",
        name(listing.framework),
        status(listing.status)
    )];
    said.extend(listing.first_day.map(|first| format!("first day {first}")));
    said.extend(listing.recertification_due.map(due_on));
    said.extend(listing.covers_hr.map(|covers| hr(covers).to_owned()));
    said.join(", ")
}

fn due_on(day: Day) -> String {
    format!("re-certification due {day}")
}

/// A status, with its day.
pub(super) fn status(status: Status) -> String {
    match status {
        Status::Inactive { since: Some(since) } => format!("inactive since {since}"),
        Status::Inactive { since: None } => {
            "inactive, since a day that it does not name".to_owned()
        }
        Status::Active => "active".to_owned(),
        Status::UnderReview => "active, re-certification under review".to_owned(),
    }
}

/// Whether HR data is covered.
pub(super) const fn hr(covers: bool) -> &'static str {
    if covers {
        "covers HR data"
    } else {
        "does not cover HR data"
    }
}

/// A participant by its names.
pub(super) fn participant(entry: &Participant) -> String {
    let (legal, display) = (&entry.legal_name, &entry.display_name);
    if legal == display {
        format!("“{legal}”, participant {}", entry.id)
    } else {
        format!("“{legal}” (shown as “{display}”), participant {}", entry.id)
    }
}

/// When a certification must be renewed.
pub(super) fn due(day: Day, today: Day) -> String {
    let side = if day < today { "was due" } else { "is due" };
    format!("re-certification {side} on {day}")
}
