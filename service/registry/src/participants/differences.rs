//! A difference between register and list, and what would be written to end it.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use transfer_decision::{span::Day, vocabulary::Framework};
use uuid::Uuid;

/// What differs, or that nothing does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceKind {
    /// A participant that the organisation may be; a person confirms it once.
    MatchProposed,
    /// A participant that may cover the organisation; a person confirms it once.
    CoveredEntity,
    /// A certification is recorded as running, and nobody on the list bears a name like the
    /// organisation's: for a person to look into, and never a lapse.
    NoParticipant,
    /// The participant bears other names than on an earlier list.
    Renamed,
    /// A participant, its framework or its cover of the organisation is missing: for a person to
    /// look into, and never a lapse by itself.
    NotOnList,
    /// Recorded as running, and inactive on the list.
    Lapsed,
    /// Other days than recorded.
    DaysDiffer,
    /// Other HR coverage than recorded.
    HrCoverageDiffers,
    /// Active on the list, and not recorded.
    NotRecorded,
    /// To be renewed within 90 days, or overdue.
    RecertificationDue,
    /// Register and list agree.
    Confirmed,
}

impl DifferenceKind {
    /// Every kind, in the order in which an organisation's differences are given.
    pub const ALL: &'static [Self] = &[
        Self::MatchProposed,
        Self::CoveredEntity,
        Self::NoParticipant,
        Self::Renamed,
        Self::NotOnList,
        Self::Lapsed,
        Self::DaysDiffer,
        Self::HrCoverageDiffers,
        Self::NotRecorded,
        Self::RecertificationDue,
        Self::Confirmed,
    ];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::MatchProposed => "match_proposed",
            Self::CoveredEntity => "covered_entity",
            Self::NoParticipant => "no_participant",
            Self::Renamed => "renamed",
            Self::NotOnList => "not_on_list",
            Self::Lapsed => "lapsed",
            Self::DaysDiffer => "days_differ",
            Self::HrCoverageDiffers => "hr_coverage_differs",
            Self::NotRecorded => "not_recorded",
            Self::RecertificationDue => "recertification_due",
            Self::Confirmed => "confirmed",
        }
    }
}

/// The list that says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListReference {
    /// The list's day.
    pub day: Day,
    /// The list's hash.
    pub sha256: String,
}

/// Why a participant may be the organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// How sure, to 100: equal legal names with the same legal form.
    pub score: u8,
    /// The name on the list that matches.
    pub name: String,
    /// In words.
    pub why: String,
}

/// What a certification was checked against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The list's name ([`LIST`](super::LIST)).
    pub list: String,
    /// The participant's id on it.
    pub participant: String,
    /// The list's day.
    pub day: Day,
    /// The list's hash.
    pub sha256: String,
    /// The status as the list writes it.
    pub status: String,
}

/// A last day to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LastDay {
    /// None: the certification runs on.
    Open,
    /// This one.
    On(Day),
}

/// What of a certification would be written; what is `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Amendment {
    /// The first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Day>,
    /// The last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<LastDay>,
    /// The day by which it must be renewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recertification_due: Option<Day>,
    /// Whether it covers HR data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub covers_hr: Option<bool>,
    /// When it was last checked: the list's day. Absent while something else of the certification
    /// still differs, because then it is not as the list has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked_on: Option<Day>,
    /// What it was checked against; present exactly with `checked_on`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
}

/// What would be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "write", rename_all = "snake_case")]
pub enum Correction {
    /// The organisation is, or is covered by, this participant.
    ConfirmParticipant {
        /// The participant's id.
        participant: String,
    },
    /// A recorded certification is amended.
    AmendCertification {
        /// Its id.
        certification: Uuid,
        /// What of it.
        amendment: Amendment,
    },
    /// A certification is recorded; it runs on.
    RecordCertification {
        /// The framework.
        framework: Framework,
        /// The first day.
        valid_from: Day,
        /// The day by which it must be renewed.
        recertification_due: Option<Day>,
        /// Whether it covers HR data.
        covers_hr: bool,
        /// When it was checked: the list's day.
        checked_on: Day,
        /// What it was checked against.
        evidence: Evidence,
        /// Where the fact comes from, in words.
        source: String,
    },
}

/// One difference between register and list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Stable while register and list say what they say here, whatever the list's day: a person's
    /// answer refers to it, and does not apply once either says something else.
    pub key: String,
    /// What differs.
    pub kind: DifferenceKind,
    /// The organisation.
    pub organisation: Uuid,
    /// Its slug.
    pub slug: String,
    /// The certification, where one is recorded.
    pub certification: Option<Uuid>,
    /// The framework, where it is about one.
    pub framework: Option<Framework>,
    /// The participant's id on the list; `None`: no participant is found.
    pub participant: Option<String>,
    /// The day from which the list has it so, where it names one: of a lapse the first inactive day,
    /// of a renewal the day by which it is due.
    pub on: Option<Day>,
    /// What the register says, in words.
    pub register_says: String,
    /// What the list says, in words.
    pub list_says: String,
    /// Why the participant may be the organisation, where that is proposed.
    pub proposed: Option<Match>,
    /// The list that says so.
    pub list: ListReference,
    /// What would be written; `None`: a person must look into it first, or nothing is to be
    /// written.
    pub correction: Option<Correction>,
}

/// What makes a difference the same difference on another list. The list's day and hash are left
/// out.
pub(super) fn key(kind: DifferenceKind, parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in [kind.code()].iter().chain(parts) {
        // Each part with its length, so that no two splits of one text are equal.
        hasher.update(part.len().to_string());
        hasher.update(":");
        hasher.update(part);
    }
    let mut key = format!("{}-", kind.code().replace('_', "-"));
    for byte in hasher.finalize().iter().take(12) {
        // Writing to a text cannot fail.
        let _ = write!(key, "{byte:02x}");
    }
    key
}
