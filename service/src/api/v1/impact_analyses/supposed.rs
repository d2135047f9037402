//! Changes that are supposed, as a caller gives them.

use poem_openapi::{Enum, Object};
use serde::{Deserialize, Serialize};
use transfer_decision::{span, vocabulary::Activity};
use transfer_registry_core::impact_analyses::Hypothesis;
use uuid::Uuid;

use crate::{
    api::{
        codes::Code,
        strict::Input,
        v1::bridge::bridged,
        values::{Day, PlaceCode},
    },
    refusal::{Refusal, Violation, ViolationCode},
};

/// What is supposed to happen, and the day that is asked about.
#[derive(Debug, Clone, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(rename = "ImpactAnalysisRequest")]
pub(crate) struct ImpactAnalysisInput {
    /// The changes, in their order.
    #[oai(validator(min_items = 1, max_items = 100))]
    changes: Vec<SupposedChange>,
    /// The day for which everything is judged, not before the first that a change names; absent:
    /// the last day that a change names, or today when that is past.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    as_of: Option<Day>,
}

impl Input for ImpactAnalysisInput {}

/// What is supposed to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[oai(rename_all = "snake_case")]
pub(crate) enum SupposedKind {
    /// An adequacy decision falls: `id`, `on`.
    EndAdequacyDecision,
    /// A certification ends or lapses: `id`, `on`.
    EndCertification,
    /// A mechanism ends: `id`, `on`.
    EndMechanism,
    /// An engagement ends: `id`, `on`.
    EndSubprocessor,
    /// A flow ends: `id`, `on`.
    EndFlow,
    /// A location of an engagement or flow moves: `id`, `from`, `to`, `activity`, `on`.
    MoveLocation,
    /// An engagement or flow reaches one more country: `id`, `country`, `activity`, `on`.
    AddCountry,
}

/// One change that is supposed. What ends `on` a day no longer counts on that day, and what begins
/// `on` a day counts from it.
#[derive(Debug, Clone, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SupposedChange {
    /// What happens.
    kind: SupposedKind,
    /// To what: the id of an adequacy decision, or of an object of the register.
    #[oai(validator(min_length = 1, max_length = 200))]
    id: String,
    /// The first day on which what ends no longer counts. Of a location that moves, the first day
    /// at its new place, and of one that is added, its first day; absent: all days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    on: Option<Day>,
    /// Where the location is now; absent: recorded as unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<PlaceCode>,
    /// Where it will be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<PlaceCode>,
    /// The country that is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    country: Option<PlaceCode>,
    /// What happens there; of a location that moves, only where this happens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    activity: Option<Code<Activity>>,
}

impl ImpactAnalysisInput {
    /// The changes in the registry's words.
    ///
    /// # Errors
    /// A field that is missing, or that the kind does not take, by its place.
    pub(crate) fn hypotheses(&self) -> Result<Vec<Hypothesis>, Refusal> {
        let mut found = Vec::new();
        for (at, change) in self.changes.iter().enumerate() {
            change.examine(&format!("/changes/{at}"), &mut found);
        }
        if !found.is_empty() {
            return Err(Refusal::invalid(found));
        }
        self.changes.iter().map(bridged).collect()
    }

    /// The day that is asked about.
    ///
    /// # Errors
    /// When none of the changes has happened by then: nothing would change, whatever they are.
    pub(crate) fn as_of(
        &self,
        changes: &[Hypothesis],
        today: span::Day,
    ) -> Result<span::Day, Refusal> {
        let Some(named) = self.as_of.as_ref().map(|day| day.0) else {
            let last = changes.iter().filter_map(Hypothesis::on).max();
            return Ok(last.map_or(today, |last| last.max(today)));
        };
        // One without a day counts on every day.
        let days: Option<Vec<_>> = changes.iter().map(Hypothesis::on).collect();
        if let Some(first) = days.and_then(|days| days.into_iter().min())
            && named < first
        {
            let detail = format!("nothing changes before {first}");
            let early = Violation::detailed("/as_of", ViolationCode::OutOfRange, detail);
            return Err(Refusal::invalid(vec![early]));
        }
        Ok(named)
    }
}

impl SupposedChange {
    /// Which fields the kind needs, and which it may have.
    const fn fields(&self) -> (&'static [&'static str], &'static [&'static str]) {
        match self.kind {
            SupposedKind::EndAdequacyDecision
            | SupposedKind::EndCertification
            | SupposedKind::EndMechanism
            | SupposedKind::EndSubprocessor
            | SupposedKind::EndFlow => (&["on"], &[]),
            SupposedKind::MoveLocation => (&["to"], &["from", "activity", "on"]),
            SupposedKind::AddCountry => (&["country", "activity"], &["on"]),
        }
    }

    fn examine(&self, place: &str, found: &mut Vec<Violation>) {
        let (needed, allowed) = self.fields();
        let given = [
            ("on", self.on.is_some()),
            ("from", self.from.is_some()),
            ("to", self.to.is_some()),
            ("country", self.country.is_some()),
            ("activity", self.activity.is_some()),
        ];
        for (name, is_given) in given {
            let code = match (needed.contains(&name), is_given) {
                (true, false) => ViolationCode::MissingField,
                (false, true) if !allowed.contains(&name) => ViolationCode::UnknownField,
                _ => continue,
            };
            found.push(Violation::plain(format!("{place}/{name}"), code));
        }
        let of_the_register = self.kind != SupposedKind::EndAdequacyDecision;
        if of_the_register && self.id.parse::<Uuid>().is_err() {
            let place = format!("{place}/id");
            found.push(Violation::plain(place, ViolationCode::BadValue));
        }
    }
}
