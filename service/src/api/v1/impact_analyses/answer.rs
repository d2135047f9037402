//! What a change does to everything that is active, as the API shows it.

use poem_openapi::Object;
use serde::Serialize;
use transfer_decision::{
    impact::{self, Change, Comparison, Side, Stands},
    span,
    standing::{self, LegOutcome},
    vocabulary::{Activity, Effect, Outcome, Regime, RelationshipKind},
};
use transfer_registry_core::{Rehearsal, Snapshot};
use uuid::Uuid;

use crate::{
    api::{
        codes::Code,
        v1::{
            grounds::Grounds,
            publications::PublicationDifference,
            transfer_checks::{Ground, Reason, Remedy},
        },
        values::{Day, Revision, Text},
    },
    edge::turns::Wanted,
    refusal::Refusal,
};

/// How many changed engagements and flows one answer shows; all are counted.
const SHOWN: usize = 1_000;

/// What a change does, or would do, to every active engagement and flow. Nothing was stored.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ImpactAnalysis {
    /// The day for which both sides were judged; what is active and begins later was judged for its
    /// own first day.
    as_of: Day,
    /// The revision of the register that the change was tried on.
    revision: Revision,
    /// The law before.
    law_pack: Text,
    /// The law after.
    law_pack_after: Text,
    /// How many changed in each way.
    counts: ImpactCounts,
    /// The engagements and flows whose answer changes: those newly denied first, then by effect,
    /// then by id; at most 1000.
    changes: Vec<ImpactChange>,
    /// Whether there are more changes than are shown.
    truncated: bool,
    /// What would be published, as it differs from what is; only of a publication, which changes no
    /// answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    publication: Option<PublicationDifference>,
}

/// How many engagements and flows changed in each way.
#[derive(Debug, Default, Object, Serialize)]
pub(crate) struct ImpactCounts {
    /// Permitted before, denied after.
    denied: u64,
    /// Denied before and after, for other reasons or at other places.
    still_denied: u64,
    /// Permitted before and after, on another basis.
    other_basis: u64,
    /// Denied before, permitted after.
    permitted: u64,
    /// Active only after.
    new: u64,
    /// Active only before.
    gone: u64,
}

/// An engagement or flow whose answer changes.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ImpactChange {
    /// Its id.
    id: Uuid,
    /// Engagement or flow.
    kind: Code<RelationshipKind>,
    /// The group that keeps it, by slug.
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    /// Who sends, by slug; of an engagement, every company of the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    exporter: Option<String>,
    /// Who receives, by slug.
    importer: String,
    /// What it is for, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<String>,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    /// What the change does to it.
    effect: Code<Effect>,
    /// How it stood; absent: it was not active.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<ImpactSide>,
    /// How it stands after; absent: it is not active.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<ImpactSide>,
    /// What carries it after, or would: each basis once.
    carried_by: Vec<Ground>,
    /// Why it is denied after.
    reasons: Vec<Reason>,
    /// What would make it permitted after.
    remedies: Vec<Remedy>,
}

/// How an engagement or flow stands on one side of a change.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ImpactSide {
    /// The day for which it was judged: that of the analysis, or its own first day when it is active
    /// and not yet in effect then.
    as_of: Day,
    /// Whether every finding is permitted.
    permitted: bool,
    /// The weakest outcome; absent when no regime applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<Code<Outcome>>,
    /// Every finding's outcome and basis.
    findings: Vec<ImpactFinding>,
}

/// A finding's outcome and what it rests on.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ImpactFinding {
    /// Who sends, by slug.
    exporter: Text,
    /// The regime; absent when none applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    regime: Option<Code<Regime>>,
    /// The destination; absent when it is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    destination: Option<String>,
    /// What happens there.
    activity: Code<Activity>,
    /// The outcome.
    outcome: Code<Outcome>,
    /// The id of the row that it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis_id: Option<String>,
    /// The mechanism that it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    mechanism: Option<Text>,
}

impl ImpactAnalysis {
    /// What a rehearsed change would do on a day, found out by so many threads.
    ///
    /// # Errors
    /// When nobody waits for the answer any more.
    pub(crate) fn on(
        rehearsal: &Rehearsal,
        as_of: span::Day,
        threads: usize,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Self, Refusal> {
        let Rehearsal { before, after, .. } = rehearsal;
        let comparison = Comparison {
            as_of,
            settings: before.settings(),
            threads,
            wanted: &|_| true,
            stop,
        };
        let changes = impact::compare(side(before), side(after), &comparison)
            .map_err(|_| Refusal::Unavailable)?;
        let mut counts = ImpactCounts::default();
        for change in &changes {
            counts.count(change.effect);
        }
        Ok(Self {
            as_of: Day(as_of),
            revision: Revision(before.revision()),
            law_pack: before.law().version().into(),
            law_pack_after: after.law().version().into(),
            counts,
            truncated: changes.len() > SHOWN,
            changes: changes
                .iter()
                .take(SHOWN)
                .map(|change| ImpactChange::of(change, before, after))
                .collect(),
            publication: publication(rehearsal),
        })
    }

    /// What a write that was only tried would do, on the day from which on it counts.
    ///
    /// # Errors
    /// When nobody waits for the answer any more.
    pub(crate) fn of(rehearsal: &Rehearsal, wanted: &Wanted) -> Result<Self, Refusal> {
        // Its turn is one thread's.
        let stop = || wanted.still().is_err();
        Self::on(rehearsal, rehearsal.as_of, 1, &stop)
    }

    /// The same, found out by all cores but one, which short requests keep.
    ///
    /// # Errors
    /// When nobody waits for the answer any more.
    pub(crate) fn by_many(
        rehearsal: &Rehearsal,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Self, Refusal> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = cores.saturating_sub(1).max(1);
        Self::on(rehearsal, rehearsal.as_of, threads, stop)
    }
}

/// What a rehearsed publication would publish.
fn publication(rehearsal: &Rehearsal) -> Option<PublicationDifference> {
    let Rehearsal { id, after, .. } = rehearsal;
    let made = after.publications().get(*id)?;
    let before = after.published_before(made);
    Some(PublicationDifference::between(before, &made.content))
}

fn side(snapshot: &Snapshot) -> Side<'_> {
    Side {
        law: snapshot.law(),
        register: snapshot.register(),
    }
}

impl ImpactAnalysis {
    /// The counts on one line.
    pub(crate) fn in_words(&self) -> String {
        let ImpactCounts {
            denied,
            still_denied,
            other_basis,
            permitted,
            new,
            gone,
        } = &self.counts;
        format!(
            "of what is active on {} or begins later: {denied} newly denied, {still_denied} denied \
             otherwise, {other_basis} on another basis, {permitted} newly permitted, {new} new, {gone} gone",
            self.as_of.0
        )
    }
}

impl ImpactCounts {
    fn count(&mut self, effect: Effect) {
        let count = match effect {
            Effect::Denied => &mut self.denied,
            Effect::StillDenied => &mut self.still_denied,
            Effect::OtherBasis => &mut self.other_basis,
            Effect::Permitted => &mut self.permitted,
            Effect::New => &mut self.new,
            Effect::Gone => &mut self.gone,
        };
        *count += 1;
    }
}

impl ImpactChange {
    fn of(change: &Change<'_>, before: &Snapshot, after: &Snapshot) -> Self {
        let id = change.id.parse().unwrap_or_default();
        let shown = if change.after.is_some() {
            after
        } else {
            before
        };
        let who = Who::of(shown, change.kind, id);
        let full = change.after.as_ref().map(|stands| {
            let settings = after.settings();
            standing::of(
                after.law(),
                after.register(),
                stands.relationship,
                stands.as_of,
                settings,
            )
        });
        let grounds = full.as_ref().map(Grounds::of).unwrap_or_default();
        Self {
            id,
            kind: Code(change.kind),
            group: who.group,
            exporter: who.exporter,
            importer: who.importer,
            service: who.service,
            owner: who.owner,
            effect: Code(change.effect),
            before: change.before.as_ref().map(ImpactSide::from),
            after: change.after.as_ref().map(ImpactSide::from),
            carried_by: grounds.carried_by(),
            reasons: grounds.reasons(),
            remedies: grounds.remedies(),
        }
    }
}

/// Whose an engagement or flow is.
#[derive(Default)]
struct Who {
    group: Option<String>,
    exporter: Option<String>,
    importer: String,
    service: Option<String>,
    owner: Option<String>,
}

impl Who {
    fn of(snapshot: &Snapshot, kind: RelationshipKind, id: Uuid) -> Self {
        match kind {
            RelationshipKind::Flow => snapshot.flows().get(id).map(|flow| Self {
                group: flow.group.clone(),
                exporter: Some(flow.exporter.clone()),
                importer: flow.importer.clone(),
                service: flow.note.clone(),
                owner: flow.owner.clone(),
            }),
            _ => snapshot.subprocessors().get(id).map(|engagement| Self {
                group: Some(engagement.group.clone()),
                exporter: None,
                importer: engagement.organisation.clone(),
                service: Some(engagement.service.clone()),
                owner: None,
            }),
        }
        .unwrap_or_default()
    }
}

impl From<&Stands<'_>> for ImpactSide {
    fn from(stands: &Stands<'_>) -> Self {
        let outcomes = &stands.outcomes;
        Self {
            as_of: Day(stands.as_of),
            permitted: outcomes.permitted,
            outcome: outcomes.outcome.map(Code),
            findings: outcomes.legs.iter().map(ImpactFinding::from).collect(),
        }
    }
}

impl From<&LegOutcome<'_>> for ImpactFinding {
    fn from(leg: &LegOutcome<'_>) -> Self {
        Self {
            exporter: leg.exporter.into(),
            regime: leg.regime.map(Code),
            destination: leg.destination.map(str::to_owned),
            activity: Code(leg.activity),
            outcome: Code(leg.outcome),
            basis_id: leg.basis.map(|basis| basis.id.clone()),
            mechanism: leg.mechanism.map(Text::from),
        }
    }
}
