//! Lists of participants as they are shown.

use poem_openapi::Object;
use serde::Serialize;
use transfer_decision::vocabulary::Framework;
use transfer_registry_core::{
    ledger::feed::ObjectType,
    participant_lists::{Reading, Refused},
    participants::{Difference, DifferenceKind, Listing, Participant, Status},
};
use uuid::Uuid;

use crate::{
    api::{
        codes::Code,
        values::{Day, Instant},
    },
    refusal::{self, ViolationCode},
};

/// A list of participants that was read and believed.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ParticipantListReading {
    /// Its id.
    id: Uuid,
    /// The list's own day.
    day: Day,
    /// SHA-256 of what was read, in hexadecimal.
    sha256: String,
    /// Where it was read from: an address, or `workbook`.
    origin: String,
    /// When it was read; of the same list read several times, the last time.
    read_at: Instant,
    /// How many participants it names, active or not.
    entries: u32,
    /// Of the newest list: how many differences of each kind it has to the register, `confirmed`
    /// among them.
    #[serde(skip_serializing_if = "Option::is_none")]
    differences: Option<Vec<ParticipantDifferenceCount>>,
}

/// How many differences of a kind there are.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ParticipantDifferenceCount {
    /// The kind.
    kind: Code<DifferenceKind>,
    /// How many.
    count: u64,
}

/// How many differences of each kind there are; kinds without any are left out.
pub(super) fn counts(found: &[Difference]) -> Vec<ParticipantDifferenceCount> {
    let count = |kind: DifferenceKind| {
        let of_kind = found.iter().filter(|difference| difference.kind == kind);
        u64::try_from(of_kind.count()).unwrap_or(u64::MAX)
    };
    let kinds = DifferenceKind::ALL.iter();
    kinds
        .map(|kind| ParticipantDifferenceCount {
            kind: Code(*kind),
            count: count(*kind),
        })
        .filter(|counted| counted.count > 0)
        .collect()
}

impl ParticipantListReading {
    /// A reading; `differences` are those of the newest.
    pub(super) fn of(
        reading: &Reading,
        differences: Option<Vec<ParticipantDifferenceCount>>,
    ) -> Self {
        let Reading {
            id,
            day,
            sha256,
            origin,
            read_at,
            entries,
        } = reading;
        Self {
            id: *id,
            day: Day(*day),
            sha256: sha256.clone(),
            origin: origin.clone(),
            read_at: Instant(*read_at),
            entries: u32::try_from(*entries).unwrap_or_default(),
            differences,
        }
    }
}

/// A page of readings.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ParticipantListPage {
    /// The readings, the newest first; the newest 30 are kept.
    pub(super) items: Vec<ParticipantListReading>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_cursor: Option<String>,
    /// Why the list that was last asked for was refused; absent when one was believed since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) last_refusal: Option<ParticipantListRefusal>,
}

/// Why a list was refused. It changed nothing.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ParticipantListRefusal {
    /// Why, as a stable code.
    code: Code<ViolationCode>,
    /// Why, in words.
    detail: String,
    /// When it was asked for.
    at: Instant,
}

impl From<&Refused> for ParticipantListRefusal {
    fn from(refused: &Refused) -> Self {
        let Refused { refusal, at } = refused;
        Self {
            code: Code(refusal::list::code(refusal)),
            detail: refusal.to_string(),
            at: Instant(*at),
        }
    }
}

/// An entry of the newest list.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ListedParticipant {
    /// The participant's id, which an organisation's `dpf_participant` names.
    id: String,
    /// Its legal name.
    legal_name: String,
    /// The name under which the list shows it.
    display_name: String,
    /// Whether any of its certifications holds.
    active: bool,
    /// Its place in each framework.
    frameworks: Vec<ListedFramework>,
    /// Legal entities that its certifications cover besides itself, as far as the list says.
    covered_entities: Vec<String>,
    /// Its public page.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

/// A participant's place in a framework, as far as the list says.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ListedFramework {
    /// The framework.
    framework: Code<Framework>,
    /// The status in the list's words.
    status: String,
    /// The first inactive day.
    #[serde(skip_serializing_if = "Option::is_none")]
    inactive_since: Option<Day>,
    /// The first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    first_day: Option<Day>,
    /// The day by which it must be renewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    recertification_due: Option<Day>,
    /// Whether it covers HR data.
    #[serde(skip_serializing_if = "Option::is_none")]
    covers_hr: Option<bool>,
    /// Whether it covers other data.
    #[serde(skip_serializing_if = "Option::is_none")]
    covers_non_hr: Option<bool>,
}

impl From<&Listing> for ListedFramework {
    fn from(listing: &Listing) -> Self {
        let Listing {
            framework,
            status,
            first_day,
            recertification_due,
            covers_hr,
            covers_non_hr,
        } = *listing;
        let since = match status {
            Status::Inactive { since } => since,
            Status::Active | Status::UnderReview => None,
        };
        Self {
            framework: Code(framework),
            status: status.text().to_owned(),
            inactive_since: since.map(Day),
            first_day: first_day.map(Day),
            recertification_due: recertification_due.map(Day),
            covers_hr,
            covers_non_hr,
        }
    }
}

impl From<&Participant> for ListedParticipant {
    fn from(participant: &Participant) -> Self {
        let Participant {
            id,
            display_name,
            legal_name,
            frameworks,
            covered_entities,
            link,
        } = participant;
        Self {
            id: id.clone(),
            legal_name: legal_name.clone(),
            display_name: display_name.clone(),
            active: participant.is_active(),
            frameworks: frameworks.iter().map(ListedFramework::from).collect(),
            covered_entities: covered_entities.clone(),
            link: link.clone(),
        }
    }
}

/// Whether a participant is what somebody looks for; `wanted` is in lower case.
pub(super) fn is_found(participant: &Participant, wanted: &str) -> bool {
    let names = [&participant.legal_name, &participant.display_name];
    let mut names = names.into_iter().chain(&participant.covered_entities);
    participant.id.eq_ignore_ascii_case(wanted)
        || names.any(|name| name.to_lowercase().contains(wanted))
}

/// A page of entries of the newest list.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ListedParticipantPage {
    /// The entries, by id.
    pub(super) items: Vec<ListedParticipant>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_cursor: Option<String>,
}

/// What was written because a difference was confirmed.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ConfirmedDifference {
    /// What was written: an organisation or a certification.
    pub(super) object: Code<ObjectType>,
    /// Its id.
    pub(super) id: Uuid,
    /// Its version now.
    pub(super) version: i64,
    /// The organisation that it is, or that holds it, by slug.
    pub(super) organisation: String,
}
