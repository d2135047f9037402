//! Differences between register and list as they are shown.

use poem_openapi::Object;
use serde::Serialize;
use transfer_decision::vocabulary::Framework;
use transfer_registry_core::{
    attention::Found,
    participants::{
        Amendment, Correction, Difference, DifferenceKind, LastDay, ListReference, Match,
    },
};
use uuid::Uuid;

use crate::api::{codes::Code, v1::attention::AffectedRelationship, values::Day};

/// How many concerned engagements and flows a difference names.
const NAMED: usize = 100;

/// One difference between the register and the newest list, or that they agree.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ParticipantDifference {
    /// By what it is confirmed. It is the same while register and list say what they say here, and
    /// stands for nothing once either says something else.
    key: String,
    /// How they differ.
    kind: Code<DifferenceKind>,
    /// The organisation, by slug.
    organisation: String,
    /// The group whose company it is, by slug.
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    /// The certification, where one is recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    certification: Option<Uuid>,
    /// The framework, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    framework: Option<Code<Framework>>,
    /// The participant's id on the list; absent: no participant is found.
    #[serde(skip_serializing_if = "Option::is_none")]
    participant: Option<String>,
    /// The day from which the list has it so, where it names one: of a lapse the first inactive day,
    /// of a renewal the day by which it is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    on: Option<Day>,
    /// What the register says, in words.
    register_says: String,
    /// What the list says, in words.
    list_says: String,
    /// Why the participant may be the organisation, where that is proposed.
    #[serde(skip_serializing_if = "Option::is_none")]
    proposed: Option<ProposedMatch>,
    /// The list that says so.
    evidence: ParticipantListReference,
    /// What confirming it writes; absent: nothing, or a person must settle it in the register.
    #[serde(skip_serializing_if = "Option::is_none")]
    correction: Option<ParticipantCorrection>,
    /// The active engagements and flows under which the organisation receives; at most 100.
    affects: Vec<AffectedRelationship>,
    /// How many they are.
    affected: u64,
}

/// Why a participant may be an organisation.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ProposedMatch {
    /// How sure, to 100: equal legal names with the same legal form.
    score: u8,
    /// The name on the list that matches.
    name: String,
    /// In words.
    why: String,
}

/// Which list says something.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ParticipantListReference {
    /// The list's day.
    day: Day,
    /// SHA-256 of the list, in hexadecimal.
    sha256: String,
}

/// What confirming writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CorrectionKind {
    /// Which participant an organisation is.
    ConfirmParticipant,
    /// A certification is amended.
    AmendCertification,
    /// A certification is recorded.
    RecordCertification,
}

impl CorrectionKind {
    /// Every kind.
    pub(crate) const ALL: &'static [Self] = &[
        Self::ConfirmParticipant,
        Self::AmendCertification,
        Self::RecordCertification,
    ];

    /// The stable code.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::ConfirmParticipant => "confirm_participant",
            Self::AmendCertification => "amend_certification",
            Self::RecordCertification => "record_certification",
        }
    }
}

/// What confirming a difference writes; what is absent stays as it is.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ParticipantCorrection {
    /// What is written.
    write: Code<CorrectionKind>,
    /// The first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_from: Option<Day>,
    /// The last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_to: Option<Day>,
    /// `true`: the last day is taken away.
    #[serde(skip_serializing_if = "Option::is_none")]
    without_last_day: Option<bool>,
    /// The day by which it must be renewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    recertification_due: Option<Day>,
    /// Whether it covers HR data.
    #[serde(skip_serializing_if = "Option::is_none")]
    covers_hr: Option<bool>,
    /// The day on which it counts as checked, with the list as evidence. Absent while something
    /// else of the certification still differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_on: Option<Day>,
}

impl ParticipantCorrection {
    const fn nothing(write: CorrectionKind) -> Self {
        Self {
            write: Code(write),
            valid_from: None,
            valid_to: None,
            without_last_day: None,
            recertification_due: None,
            covers_hr: None,
            checked_on: None,
        }
    }
}

impl From<&Correction> for ParticipantCorrection {
    fn from(correction: &Correction) -> Self {
        match correction {
            // Which participant stands in the difference itself.
            Correction::ConfirmParticipant { participant: _ } => {
                Self::nothing(CorrectionKind::ConfirmParticipant)
            }
            Correction::AmendCertification {
                certification: _,
                amendment,
            } => Self::amending(amendment),
            Correction::RecordCertification {
                framework: _,
                valid_from,
                recertification_due,
                covers_hr,
                checked_on,
                evidence: _,
                source: _,
            } => Self {
                valid_from: Some(Day(*valid_from)),
                recertification_due: recertification_due.map(Day),
                covers_hr: Some(*covers_hr),
                checked_on: Some(Day(*checked_on)),
                ..Self::nothing(CorrectionKind::RecordCertification)
            },
        }
    }
}

impl ParticipantCorrection {
    fn amending(amendment: &Amendment) -> Self {
        let Amendment {
            valid_from,
            valid_to,
            recertification_due,
            covers_hr,
            checked_on,
            evidence: _,
        } = amendment;
        let (last, open) = match valid_to {
            Some(LastDay::On(day)) => (Some(Day(*day)), None),
            Some(LastDay::Open) => (None, Some(true)),
            None => (None, None),
        };
        Self {
            valid_from: valid_from.map(Day),
            valid_to: last,
            without_last_day: open,
            recertification_due: recertification_due.map(Day),
            covers_hr: *covers_hr,
            checked_on: checked_on.map(Day),
            ..Self::nothing(CorrectionKind::AmendCertification)
        }
    }
}

impl From<&Match> for ProposedMatch {
    fn from(proposed: &Match) -> Self {
        let Match { score, name, why } = proposed.clone();
        Self { score, name, why }
    }
}

impl From<&ListReference> for ParticipantListReference {
    fn from(list: &ListReference) -> Self {
        let ListReference { day, sha256 } = list.clone();
        Self {
            day: Day(day),
            sha256,
        }
    }
}

impl From<&Found> for ParticipantDifference {
    fn from(found: &Found) -> Self {
        let Found {
            difference,
            group,
            affects,
        } = found;
        let Difference {
            key,
            kind,
            organisation: _,
            slug,
            certification,
            framework,
            participant,
            on,
            register_says,
            list_says,
            proposed,
            list,
            correction,
        } = difference;
        Self {
            key: key.clone(),
            kind: Code(*kind),
            organisation: slug.clone(),
            group: group.clone(),
            certification: *certification,
            framework: framework.map(Code),
            participant: participant.clone(),
            on: on.map(Day),
            register_says: register_says.clone(),
            list_says: list_says.clone(),
            proposed: proposed.as_ref().map(ProposedMatch::from),
            evidence: list.into(),
            correction: correction.as_ref().map(ParticipantCorrection::from),
            affected: u64::try_from(affects.len()).unwrap_or(u64::MAX),
            affects: affects
                .iter()
                .take(NAMED)
                .map(AffectedRelationship::from)
                .collect(),
        }
    }
}

/// In which order differences are listed: by organisation, then by kind.
pub(super) fn order(found: &Found) -> String {
    let difference = &found.difference;
    let kind = DifferenceKind::ALL
        .iter()
        .position(|kind| *kind == difference.kind);
    let kind = kind.unwrap_or_default();
    format!("{} {kind:02} {}", difference.slug, difference.key)
}

/// A page of differences.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ParticipantDifferencePage {
    /// The differences, by organisation and kind.
    pub(super) items: Vec<ParticipantDifference>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_cursor: Option<String>,
}
