//! The list as it was read.

use serde::{Deserialize, Serialize};
use transfer_decision::{
    span::{Day, day},
    vocabulary::Framework,
};

/// The list's name in evidence.
pub const LIST: &str = "data-privacy-framework-list";

/// The frameworks that the list is about.
pub const FRAMEWORKS: [Framework; 3] = [
    Framework::EuUsDpf,
    Framework::UkExtension,
    Framework::SwissUsDpf,
];

/// The first day on which a certification of the framework can exist, as the law pack has it. The
/// list carries older days over from the Privacy Shield; they say nothing about this framework.
pub(super) const fn opening(framework: Framework) -> Option<Day> {
    match framework {
        Framework::EuUsDpf => Some(day(2023, 7, 10)),
        Framework::UkExtension | Framework::SwissUsDpf => Some(day(2023, 7, 17)),
        _ => None,
    }
}

/// Where a list was read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The official workbook, handed in by a person.
    Workbook,
    /// The configured address.
    Http(String),
}

/// A list of participants of one day. Participants are in the order of their ids, each once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParticipantList {
    /// The day of the list itself, not of its reading.
    pub day: Day,
    /// SHA-256 of what was read, in lower-case hexadecimal.
    pub sha256: String,
    /// Where it was read from.
    pub source: Source,
    /// Its participants.
    pub entries: Vec<Participant>,
}

/// One participant of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// The list's own id; where it gives none, a key made of the legal name
    /// ([`name_key`](super::name_key)).
    pub id: String,
    /// The name under which the list shows it.
    pub display_name: String,
    /// Its legal name.
    pub legal_name: String,
    /// Its place in each framework, at most one each.
    pub frameworks: Vec<Listing>,
    /// Legal entities that its certifications cover besides itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub covered_entities: Vec<String>,
    /// The public page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// A participant's place in one framework. What a list leaves out is `None`, and is compared with
/// nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// The framework.
    pub framework: Framework,
    /// Whether it is certified.
    pub status: Status,
    /// The first day ("Install Date").
    pub first_day: Option<Day>,
    /// The day by which it must be renewed ("Usage End Date"): due, not the end.
    pub recertification_due: Option<Day>,
    /// Whether it covers HR data.
    pub covers_hr: Option<bool>,
    /// Whether it covers other data.
    pub covers_non_hr: Option<bool>,
}

/// Whether a participant is certified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// "Active".
    Active,
    /// "Active - Re-certification under Review": still active.
    UnderReview,
    /// Inactive, from a day on where the list names one.
    Inactive {
        /// The first inactive day.
        since: Option<Day>,
    },
}

impl Status {
    /// Whether the certification holds.
    #[must_use]
    pub const fn is_active(self) -> bool {
        !matches!(self, Self::Inactive { .. })
    }

    /// The status as the list writes it.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::UnderReview => "Active - Re-certification under Review",
            Self::Inactive { .. } => "Inactive",
        }
    }
}

impl Listing {
    /// The first day on which the certification can carry a transfer.
    #[must_use]
    pub fn begins(&self) -> Option<Day> {
        let first = self.first_day?;
        Some(opening(self.framework).map_or(first, |opening| first.max(opening)))
    }
}

impl Participant {
    /// Its place in a framework.
    #[must_use]
    pub fn listing(&self, framework: Framework) -> Option<&Listing> {
        self.frameworks
            .iter()
            .find(|listing| listing.framework == framework)
    }

    /// Whether more is known of it than its name and whether it is active.
    #[must_use]
    pub fn has_particulars(&self) -> bool {
        let mut frameworks = self.frameworks.iter();
        frameworks.any(|listing| listing.first_day.is_some() || listing.covers_hr.is_some())
    }

    /// Whether any of its certifications holds.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.frameworks
            .iter()
            .any(|listing| listing.status.is_active())
    }

    /// Adds a place in a framework. Where a list gives several, the active one counts, else the
    /// later one.
    pub fn add(&mut self, listing: Listing) {
        let rank = |listing: &Listing| {
            let since = match listing.status {
                Status::Inactive { since } => since,
                _ => None,
            };
            (listing.status.is_active(), listing.first_day, since)
        };
        let held = self
            .frameworks
            .iter_mut()
            .find(|held| held.framework == listing.framework);
        match held {
            Some(held) if rank(held) < rank(&listing) => *held = listing,
            Some(_) => {}
            None => {
                self.frameworks.push(listing);
                self.frameworks.sort_by_key(|listing| listing.framework);
            }
        }
    }
}

impl ParticipantList {
    /// A list with its participants in the order of their ids.
    #[must_use]
    pub fn new(day: Day, sha256: String, source: Source, mut entries: Vec<Participant>) -> Self {
        entries.sort_by(|a, b| a.id.cmp(&b.id));
        Self {
            day,
            sha256,
            source,
            entries,
        }
    }

    /// The participant with an id.
    #[must_use]
    pub fn participant(&self, id: &str) -> Option<&Participant> {
        self.entries
            .binary_search_by(|entry| entry.id.as_str().cmp(id))
            .ok()
            .and_then(|at| self.entries.get(at))
    }

    /// How many participants hold an active certification.
    #[must_use]
    pub fn active(&self) -> usize {
        self.entries
            .iter()
            .filter(|entry| entry.is_active())
            .count()
    }
}
