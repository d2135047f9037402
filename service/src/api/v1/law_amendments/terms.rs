//! What an amendment says, in one flat object: which fields it has depends on its kind.

use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use transfer_decision::vocabulary::{Confidence, EndKind, MembershipStatus, Regime};
use transfer_registry_core::law_amendments::Amendment;

use crate::{
    api::{
        codes::Code,
        v1::{
            adequacy_decisions::{AdequacyCondition, EndingAct, rows},
            bridge::bridged,
        },
        values::{CountryCode, Day},
    },
    refusal::{Refusal, Violation, ViolationCode, step},
};

/// What an amendment does to the law.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AmendmentKind {
    /// An adequacy decision ends.
    EndAdequacyDecision,
    /// A challenge in court becomes pending, or is no longer.
    ChallengeAdequacyDecision,
    /// An adequacy decision that would expire does so later, or not at all.
    ExtendAdequacyDecision,
    /// A new adequacy decision, or a new phase of one.
    AddAdequacyDecision,
    /// An adequacy decision is given anew.
    ReviseAdequacyDecision,
    /// A territory is something to a regime for a span of days.
    AddMembership,
    /// A membership is given anew.
    ReviseMembership,
    /// A membership ends.
    EndMembership,
}

/// The fields of an adequacy decision that must be said, and those that may be.
const DECISION: Fields = (
    &[
        "id",
        "regime",
        "title",
        "citation",
        "valid_from",
        "confidence",
    ],
    &[
        "territory",
        "organisation",
        "instrument",
        "celex",
        "fedlex",
        "uk",
        "fdpic",
        "amended_by",
        "valid_to",
        "conditions",
        "end_kind",
        "ended_by",
        "ending_act",
        "effects_preserved",
        "challenge",
        "notes",
    ],
);

/// Which fields a kind needs, and which it may have.
type Fields = (&'static [&'static str], &'static [&'static str]);

impl AmendmentKind {
    /// Every kind.
    pub(crate) const ALL: &'static [Self] = &[
        Self::EndAdequacyDecision,
        Self::ChallengeAdequacyDecision,
        Self::ExtendAdequacyDecision,
        Self::AddAdequacyDecision,
        Self::ReviseAdequacyDecision,
        Self::AddMembership,
        Self::ReviseMembership,
        Self::EndMembership,
    ];

    /// The stable code.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::EndAdequacyDecision => "end_adequacy_decision",
            Self::ChallengeAdequacyDecision => "challenge_adequacy_decision",
            Self::ExtendAdequacyDecision => "extend_adequacy_decision",
            Self::AddAdequacyDecision => "add_adequacy_decision",
            Self::ReviseAdequacyDecision => "revise_adequacy_decision",
            Self::AddMembership => "add_membership",
            Self::ReviseMembership => "revise_membership",
            Self::EndMembership => "end_membership",
        }
    }

    const fn fields(self) -> Fields {
        match self {
            Self::EndAdequacyDecision => (
                &["decision", "last_day", "end_kind"],
                &["effects_preserved", "ended_by", "ending_act", "note"],
            ),
            Self::ChallengeAdequacyDecision => (&["decision"], &["challenge", "note"]),
            Self::ExtendAdequacyDecision => (&["decision"], &["last_day", "amended_by", "note"]),
            Self::AddAdequacyDecision | Self::ReviseAdequacyDecision => DECISION,
            Self::AddMembership => (
                &[
                    "regime",
                    "territory",
                    "valid_from",
                    "status",
                    "reason",
                    "confidence",
                ],
                &["valid_to", "basis", "gives_regime"],
            ),
            Self::ReviseMembership => (
                &["membership", "valid_from", "status", "reason", "confidence"],
                &["valid_to", "basis", "gives_regime"],
            ),
            Self::EndMembership => (&["membership", "last_day"], &["note"]),
        }
    }
}

/// What an amendment of the law says; days inclusive. Each kind has its own fields:
/// `end_adequacy_decision` says `decision`, `last_day` and `end_kind`, and may say
/// `effects_preserved`, `ended_by`, `ending_act` and `note`; `challenge_adequacy_decision` says
/// `decision`, and `challenge` while one is pending; `extend_adequacy_decision` says `decision`,
/// and the new `last_day` if there still is one, and may say `amended_by`; `add_adequacy_decision`
/// and `revise_adequacy_decision` say the whole decision, from `id` to `notes`; `add_membership`
/// says `regime`, `territory`, its days, `status`, `reason` and `confidence`, and as needed `basis`
/// and `gives_regime`; `revise_membership` says the same of a `membership`; `end_membership` says
/// `membership` and `last_day`.
#[derive(Debug, Clone, PartialEq, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LawAmendmentTerms {
    /// What happens.
    kind: Code<AmendmentKind>,
    /// The id of the adequacy decision to which it happens.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 300))]
    decision: Option<String>,
    /// The membership to which it happens: `regime/territory/first day`, as `eu/GB/2020-02-01`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 300))]
    membership: Option<String>,
    /// The last day on which the row applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_day: Option<Day>,
    /// What a reader should know; added to what the row says already.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 4000))]
    note: Option<String>,
    /// The id of the adequacy decision, which verdicts name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 200))]
    id: Option<String>,
    /// The regime under which it counts, or whose area is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    regime: Option<Code<Regime>>,
    /// The territory.
    #[serde(skip_serializing_if = "Option::is_none")]
    territory: Option<CountryCode>,
    /// The slug of the international organisation that the decision covers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 300))]
    organisation: Option<String>,
    /// The act of which the decision is one phase.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 300))]
    instrument: Option<String>,
    /// What the decision is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 300))]
    title: Option<String>,
    /// The decision's official citation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 300))]
    citation: Option<String>,
    /// The CELEX number of the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 300))]
    celex: Option<String>,
    /// Year and page in the official compilation of Swiss law.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 300))]
    fedlex: Option<String>,
    /// The path on legislation.gov.uk.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 300))]
    uk: Option<String>,
    /// `true`: it stands on the FDPIC's list, which has no number.
    #[serde(skip_serializing_if = "Option::is_none")]
    fdpic: Option<bool>,
    /// CELEX numbers of the acts that amended or extended the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_items = 100))]
    amended_by: Option<Vec<String>>,
    /// The first day on which the row applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_from: Option<Day>,
    /// The last day on which the row applies; absent when open.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_to: Option<Day>,
    /// What must hold for the decision besides; all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_items = 100))]
    conditions: Option<Vec<AdequacyCondition>>,
    /// How the decision ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_kind: Option<Code<EndKind>>,
    /// What ends the decision, as a lawyer cites it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 4000))]
    ended_by: Option<String>,
    /// The official number of what ends the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    ending_act: Option<EndingAct>,
    /// Whether the court that strikes it down keeps its effects to its last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    effects_preserved: Option<bool>,
    /// The challenge that is pending in court, as a lawyer cites it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 4000))]
    challenge: Option<String>,
    /// What a reader of the decision should know.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 40000))]
    notes: Option<String>,
    /// What the territory is to the regime.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Code<MembershipStatus>>,
    /// The id of the membership basis; exactly when inside.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 300))]
    basis: Option<String>,
    /// Whether people and exporters there fall under the regime; must be said unless it is a third
    /// country.
    #[serde(skip_serializing_if = "Option::is_none")]
    gives_regime: Option<bool>,
    /// Why the territory is that; shown to people.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(validator(max_length = 4000))]
    reason: Option<String>,
    /// How well the row is established.
    #[serde(skip_serializing_if = "Option::is_none")]
    confidence: Option<Code<Confidence>>,
}

impl LawAmendmentTerms {
    /// The same in the law's terms; `place` is where it stands in the request.
    ///
    /// # Errors
    /// Fields that are missing, or that the kind does not have.
    pub(crate) fn amendment(&self, place: &str) -> Result<Amendment, Refusal> {
        let mut given = serde_json::to_value(self).unwrap_or_default();
        if let Some(fields) = given.as_object() {
            let found = examined(self.kind.0, fields, place);
            if !found.is_empty() {
                return Err(Refusal::invalid(found));
            }
        }
        if let Some(conditions) = &self.conditions {
            let rows = rows(conditions, &step(place, "conditions"))?;
            replace(&mut given, rows);
        }
        bridged(&given)
    }

    /// What is shown of an amendment.
    ///
    /// # Errors
    /// A fault of ours.
    pub(crate) fn of(amendment: &Amendment) -> Result<Self, Refusal> {
        let mut shown = serde_json::to_value(amendment).unwrap_or_default();
        let (Amendment::AddAdequacyDecision(terms) | Amendment::ReviseAdequacyDecision(terms)) =
            amendment
        else {
            return bridged(&shown);
        };
        if !terms.conditions.is_empty() {
            let conditions: Vec<AdequacyCondition> = terms
                .conditions
                .iter()
                .map(AdequacyCondition::from)
                .collect();
            replace(&mut shown, conditions);
        }
        bridged(&shown)
    }
}

/// Gives an object other conditions.
fn replace(object: &mut Value, conditions: impl Serialize) {
    if let (Some(fields), Ok(conditions)) =
        (object.as_object_mut(), serde_json::to_value(conditions))
    {
        fields.insert("conditions".to_owned(), conditions);
    }
}

/// What is missing of a kind, and what it does not have.
fn examined(kind: AmendmentKind, given: &Map<String, Value>, place: &str) -> Vec<Violation> {
    let (needed, allowed) = kind.fields();
    let missing = needed
        .iter()
        .filter(|name| !given.contains_key(**name))
        .map(|name| Violation::plain(step(place, name), ViolationCode::MissingField));
    let unknown = given
        .keys()
        .map(String::as_str)
        .filter(|name| *name != "kind" && !needed.contains(name) && !allowed.contains(name))
        .map(|name| {
            let of = format!("`{}` has no such field", kind.code());
            Violation::detailed(step(place, name), ViolationCode::UnknownField, of)
        });
    missing.chain(unknown).collect()
}

#[cfg(test)]
mod tests;
