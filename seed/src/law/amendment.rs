//! What a person can change about the law without a new pack: one dated fact at a time.
//!
//! An amendment is kept and compared as data, so its shape is strict: an unknown field is an
//! error, a day has one form, and both ends of a span are inclusive. Whether it fits the pack is
//! found out when it is applied ([`super::Pack::amended`]); the same amendments serve for what
//! has happened and for what might.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize};
use transfer_decision::{
    span::{Day, parse_day, previous},
    vocabulary::{Confidence, Country, EndKind, MembershipStatus, Regime},
};

pub use super::rows::{ConditionRow as ScopeCondition, EndingAct};

/// One change of the law pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Amendment {
    /// An adequacy decision ends, or ends earlier than the pack says.
    EndAdequacyDecision(EndAdequacyDecision),
    /// A challenge in court becomes pending, or is no longer.
    ChallengeAdequacyDecision(ChallengeAdequacyDecision),
    /// An adequacy decision that would expire does so later, or not at all.
    ExtendAdequacyDecision(ExtendAdequacyDecision),
    /// A new adequacy decision, or a new phase of one.
    AddAdequacyDecision(AdequacyDecisionTerms),
    /// An adequacy decision is given anew, with everything but its id.
    ReviseAdequacyDecision(AdequacyDecisionTerms),
    /// A span of days in which a territory is inside a regime's own area, a third country or
    /// under review.
    AddMembership(MembershipTerms),
    /// A membership is given anew, also with other days.
    ReviseMembership(ReviseMembership),
    /// A membership ends.
    EndMembership(EndMembership),
}

/// The last day of an adequacy decision and what ended it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndAdequacyDecision {
    /// The id of the row.
    pub decision: String,
    /// The last day on which it applies, inclusive: for an act that a court strikes down, the day
    /// before the judgment.
    #[serde(deserialize_with = "strict_day")]
    pub last_day: Day,
    /// How it ends.
    pub end_kind: EndKind,
    /// Whether the court that struck it down kept its effects to the last day.
    #[serde(default, skip_serializing_if = "is_false")]
    pub effects_preserved: bool,
    /// What ended it, as a lawyer cites it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<String>,
    /// The official number of what ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending_act: Option<EndingAct>,
    /// What a reader should know; added to the notes of the row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl EndAdequacyDecision {
    /// A decision that no longer covers anything from a day on: it falls on that day, and the day
    /// before is its last.
    #[must_use]
    pub fn falling_on(decision: &str, day: Day, end_kind: EndKind) -> Self {
        Self {
            decision: decision.to_owned(),
            last_day: previous(day),
            end_kind,
            effects_preserved: false,
            ended_by: None,
            ending_act: None,
            note: None,
        }
    }
}

/// Whether a challenge of an adequacy decision is pending in court.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChallengeAdequacyDecision {
    /// The id of the row.
    pub decision: String,
    /// The pending challenge, as a lawyer cites it; left out when none is pending any longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<String>,
    /// What a reader should know; added to the notes of the row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A later last day of an adequacy decision that would expire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtendAdequacyDecision {
    /// The id of the row.
    pub decision: String,
    /// The new last day, inclusive; left out when it no longer expires.
    #[serde(
        default,
        deserialize_with = "strict_day_or_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub last_day: Option<Day>,
    /// CELEX numbers of the acts that extended it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amended_by: Vec<String>,
    /// What a reader should know; added to the notes of the row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Everything about an adequacy decision, or about one phase of it, as in the files of the pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdequacyDecisionTerms {
    /// The row's id, which verdicts name.
    pub id: String,
    /// The regime under which it counts.
    pub regime: Regime,
    /// The territory that it covers; this or `organisation`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub territory: Option<Country>,
    /// The slug of the international organisation that it covers; this or `territory`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// The act of which this is one phase; left out when it is an act of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instrument: Option<String>,
    /// What it is called.
    pub title: String,
    /// The official citation.
    pub citation: String,
    /// The CELEX number of the act; exactly one of the four.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub celex: Option<String>,
    /// Year and page in the official compilation of Swiss law.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fedlex: Option<String>,
    /// The path on legislation.gov.uk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uk: Option<String>,
    /// `true`: the FDPIC's list, which has no number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fdpic: Option<bool>,
    /// CELEX numbers of the acts that made this phase.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amended_by: Vec<String>,
    /// The first day on which it applies.
    #[serde(deserialize_with = "strict_day")]
    pub valid_from: Day,
    /// The last day on which it applies, inclusive; left out when open.
    #[serde(
        default,
        deserialize_with = "strict_day_or_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub valid_to: Option<Day>,
    /// Its scope; all must hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<ScopeCondition>,
    /// How it ended or will end; exactly when there is a last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_kind: Option<EndKind>,
    /// What ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<String>,
    /// The official number of what ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending_act: Option<EndingAct>,
    /// Whether the court that struck it down kept its effects to the last day.
    #[serde(default, skip_serializing_if = "is_false")]
    pub effects_preserved: bool,
    /// A challenge that is pending in court.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<String>,
    /// How well it is established.
    pub confidence: Confidence,
    /// What a reader should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

/// Everything about a new membership, as in the files of the pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MembershipTerms {
    /// The regime whose area is meant.
    pub regime: Regime,
    /// The territory.
    pub territory: Country,
    /// The first day.
    #[serde(deserialize_with = "strict_day")]
    pub valid_from: Day,
    /// The last day, inclusive; left out when open.
    #[serde(
        default,
        deserialize_with = "strict_day_or_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub valid_to: Option<Day>,
    /// Inside, third country, or under review.
    pub status: MembershipStatus,
    /// The id of the membership basis; exactly when inside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
    /// Whether people and exporters there fall under the regime; must be said unless it is a third
    /// country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gives_regime: Option<bool>,
    /// Why; shown to people.
    pub reason: String,
    /// How well it is established.
    pub confidence: Confidence,
}

/// Everything about a membership of the pack but whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviseMembership {
    /// The row: `regime/territory/first day`, with the first day that it had before.
    pub membership: String,
    /// The first day; the row is named by it from then on.
    #[serde(deserialize_with = "strict_day")]
    pub valid_from: Day,
    /// The last day, inclusive; left out when open.
    #[serde(
        default,
        deserialize_with = "strict_day_or_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub valid_to: Option<Day>,
    /// Inside, third country, or under review.
    pub status: MembershipStatus,
    /// The id of the membership basis; exactly when inside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
    /// Whether people and exporters there fall under the regime; must be said unless it is a third
    /// country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gives_regime: Option<bool>,
    /// Why; shown to people.
    pub reason: String,
    /// How well it is established.
    pub confidence: Confidence,
}

/// The last day of a membership; from the day after, without another row, the territory is an
/// ordinary third country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndMembership {
    /// The row: `regime/territory/first day`.
    pub membership: String,
    /// The last day, inclusive.
    #[serde(deserialize_with = "strict_day")]
    pub last_day: Day,
    /// Why; added to the reason of the row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Amendment {
    /// The code of its kind.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::EndAdequacyDecision(_) => "end_adequacy_decision",
            Self::ChallengeAdequacyDecision(_) => "challenge_adequacy_decision",
            Self::ExtendAdequacyDecision(_) => "extend_adequacy_decision",
            Self::AddAdequacyDecision(_) => "add_adequacy_decision",
            Self::ReviseAdequacyDecision(_) => "revise_adequacy_decision",
            Self::AddMembership(_) => "add_membership",
            Self::ReviseMembership(_) => "revise_membership",
            Self::EndMembership(_) => "end_membership",
        }
    }

    /// The row that it changes, or makes: an adequacy decision's id, or `regime/territory/first
    /// day` of a membership.
    #[must_use]
    pub fn row(&self) -> Cow<'_, str> {
        match self {
            Self::EndAdequacyDecision(end) => (&end.decision).into(),
            Self::ChallengeAdequacyDecision(challenge) => (&challenge.decision).into(),
            Self::ExtendAdequacyDecision(extend) => (&extend.decision).into(),
            Self::AddAdequacyDecision(terms) | Self::ReviseAdequacyDecision(terms) => {
                (&terms.id).into()
            }
            Self::AddMembership(terms) => {
                let MembershipTerms {
                    regime,
                    territory,
                    valid_from,
                    ..
                } = terms;
                format!("{regime}/{territory}/{valid_from}").into()
            }
            Self::ReviseMembership(revise) => (&revise.membership).into(),
            Self::EndMembership(end) => (&end.membership).into(),
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands a reference to every field"
)]
const fn is_false(value: &bool) -> bool {
    !*value
}

fn strict_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Day, D::Error> {
    let text = Cow::<'de, str>::deserialize(deserializer)?;
    parse_day(&text).ok_or_else(|| {
        serde::de::Error::custom(format!(
            "`{text}` is no day of the calendar in the form YYYY-MM-DD"
        ))
    })
}

fn strict_day_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Day>, D::Error> {
    struct Strict(Day);
    impl<'de> Deserialize<'de> for Strict {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            strict_day(deserializer).map(Self)
        }
    }
    Ok(Option::<Strict>::deserialize(deserializer)?.map(|Strict(day)| day))
}
