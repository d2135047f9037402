//! Where data goes on a day: every engagement and flow in effect, judged by the core, and gathered
//! by destination.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use transfer_decision::{
    facts::{Relationship, Sender},
    law::Basis,
    span::Day,
    standing::{LegalGate, Standing},
    verdict::{Finding, Warning},
    vocabulary::{Activity, Outcome, Place, ReasonCode, Regime, RelationshipKind, WarningCode},
};
use transfer_registry_core::Snapshot;

use super::state::{State, Tally};
use crate::{pages::console::standing::Standing as Whole, refusal::Refusal};

/// What of it is looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Narrowed {
    /// Only what this group keeps, by slug.
    pub(super) group: Option<String>,
    /// Only under this regime.
    pub(super) regime: Option<Regime>,
    /// Only what stands so.
    pub(super) state: Option<State>,
}

/// Where data goes; the order is that of the rows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Destination {
    /// A country or an area.
    Place(Place),
    /// An international organisation, by its slug.
    Organisation(Arc<str>),
    /// Recorded as unknown.
    Unknown,
}

impl Destination {
    fn of(finding: &Finding) -> Self {
        match &finding.destination {
            None => Self::Unknown,
            Some(code) => code
                .parse()
                .map_or_else(|_| Self::Organisation(Arc::clone(code)), Self::Place),
        }
    }

    /// What the row is called in addresses.
    pub(super) fn code(&self) -> &str {
        match self {
            Self::Place(place) => place.code(),
            Self::Organisation(slug) => slug,
            Self::Unknown => "unknown",
        }
    }
}

/// Everything that goes to one destination.
#[derive(Debug)]
pub(super) struct Reached<'s> {
    /// What goes there.
    pub(super) tally: Tally<'s>,
    /// The same, from where.
    pub(super) from: BTreeMap<Option<Place>, Tally<'s>>,
    /// Each engagement and flow that goes there, with its own worst.
    pub(super) ways: BTreeMap<&'s str, Way>,
    /// What it comes to under each regime; without one, none applies.
    pub(super) regimes: BTreeMap<Option<Regime>, Under<'s>>,
    /// What happens there.
    pub(super) activities: BTreeSet<Activity>,
    /// Since when the first of them has been in effect.
    pub(super) since: Day,
    /// The last day on which all of this stays as it is.
    pub(super) until: Option<Day>,
}

/// One engagement or flow that goes somewhere.
#[derive(Debug)]
pub(super) struct Way {
    pub(super) state: State,
    /// Who receives it there when that is not the importer: who runs a location.
    pub(super) through: BTreeSet<Arc<str>>,
}

/// What a destination comes to under one regime.
#[derive(Debug, Default)]
pub(super) struct Under<'s> {
    /// What goes there under it.
    pub(super) tally: Tally<'s>,
    /// What carries it, by the rows' ids.
    pub(super) carried: BTreeMap<String, Carried<'s>>,
    /// What would carry it if that fell away.
    pub(super) fallbacks: BTreeMap<String, Arc<Basis>>,
    /// Why the rest is denied, in words, by the order of the reasons.
    pub(super) reasons: BTreeSet<(ReasonCode, String)>,
    /// What else to know.
    pub(super) warnings: BTreeSet<WarningCode>,
}

/// What carries something, and how much.
#[derive(Debug)]
pub(super) struct Carried<'s> {
    pub(super) outcome: Outcome,
    pub(super) basis: Arc<Basis>,
    pub(super) what: BTreeSet<&'s str>,
}

/// A finding, with what is said beside all of its question.
struct Found<'f> {
    finding: &'f Finding,
    beside: &'f [Warning],
}

impl Found<'_> {
    /// How it stands.
    fn state(&self) -> State {
        State::of_finding(self.finding).with_warning(!self.beside.is_empty())
    }
}

/// Every destination on a day.
pub(super) type Reach<'s> = BTreeMap<Destination, Reached<'s>>;

/// Judges everything in effect on a day; `still` is asked between two of them.
///
/// # Errors
/// When nobody waits for it any more.
pub(super) fn of<'s>(
    snapshot: &'s Snapshot,
    day: Day,
    narrowed: &Narrowed,
    still: &dyn Fn() -> Result<(), Refusal>,
) -> Result<Reach<'s>, Refusal> {
    let (law, register) = (snapshot.law(), snapshot.register());
    let gate = LegalGate::on(law, register, day, snapshot.settings());
    let mut reach = Reach::new();
    for relationship in register.relationships() {
        still()?;
        if relationship.runs_on(day) && keeps(snapshot, narrowed, relationship) {
            let standing = gate.standing(relationship);
            add(&mut reach, snapshot, relationship, &standing, narrowed);
        }
    }
    Ok(reach)
}

fn keeps(snapshot: &Snapshot, narrowed: &Narrowed, relationship: &Relationship) -> bool {
    let Some(wanted) = narrowed.group.as_deref() else {
        return true;
    };
    match &relationship.sender {
        Sender::Group(group) => **group == *wanted,
        Sender::Organisation(_) => {
            let id = relationship.id.parse().ok();
            let flow = id.and_then(|id| snapshot.flows().get(id));
            flow.is_some_and(|flow| flow.group.as_deref() == Some(wanted))
        }
    }
}

/// Puts a relationship where it goes.
fn add<'s>(
    reach: &mut Reach<'s>,
    snapshot: &'s Snapshot,
    relationship: &'s Relationship,
    standing: &Standing,
    narrowed: &Narrowed,
) {
    let mut places: BTreeMap<Destination, Vec<Found<'_>>> = BTreeMap::new();
    for question in &standing.questions {
        for finding in &question.findings {
            if narrowed.regime.is_none() || finding.regime == narrowed.regime {
                let there = places.entry(Destination::of(finding)).or_default();
                let beside = &question.warnings;
                there.push(Found { finding, beside });
            }
        }
    }
    if places.is_empty() && narrowed.regime.is_none() {
        // No regime has anything to say: it goes to the importer's seat all the same.
        let importer = snapshot.register().organisation(&relationship.importer);
        let seat = importer.and_then(|importer| importer.seat);
        places.insert(
            seat.map_or(Destination::Unknown, Destination::Place),
            Vec::new(),
        );
    }
    for (destination, findings) in places {
        let worst = findings.iter().map(Found::state).max();
        let state = worst.unwrap_or_else(|| Whole::from(standing).state());
        if narrowed.state.is_none_or(|wanted| wanted == state) {
            let reached = reach
                .entry(destination)
                .or_insert_with(|| Reached::none_yet(relationship));
            reached.add(snapshot, relationship, standing, &findings, state);
        }
    }
}

impl<'s> Reached<'s> {
    fn none_yet(first: &Relationship) -> Self {
        Self {
            tally: Tally::default(),
            from: BTreeMap::new(),
            ways: BTreeMap::new(),
            regimes: BTreeMap::new(),
            activities: BTreeSet::new(),
            since: first.span.first(),
            until: None,
        }
    }

    fn add(
        &mut self,
        snapshot: &'s Snapshot,
        relationship: &'s Relationship,
        standing: &Standing,
        findings: &[Found<'_>],
        state: State,
    ) {
        let engagement = relationship.kind == RelationshipKind::Engagement;
        let id: &'s str = &relationship.id;
        self.tally.count(engagement, id, state);
        self.since = self.since.min(relationship.span.first());
        let ends = [self.until, standing.valid_until, relationship.span.last()];
        self.until = ends.into_iter().flatten().min();
        let mut way = Way {
            state,
            through: BTreeSet::new(),
        };
        if findings.is_empty() {
            let under = self.regimes.entry(None).or_default();
            under.tally.count(engagement, id, state);
        }
        for one in findings {
            let (finding, found) = (one.finding, one.state());
            let exporter = snapshot.register().organisation(&finding.exporter);
            let from = exporter.and_then(|exporter| exporter.seat);
            let from = self.from.entry(from).or_default();
            from.count(engagement, id, found);
            self.activities.insert(finding.activity);
            if finding.importer != relationship.importer {
                way.through.insert(Arc::clone(&finding.importer));
            }
            let under = self.regimes.entry(finding.regime).or_default();
            under.tally.count(engagement, id, found);
            under.add(id, one);
        }
        self.ways.insert(id, way);
    }
}

impl<'s> Under<'s> {
    fn add(&mut self, id: &'s str, found: &Found<'_>) {
        let finding = found.finding;
        if let Some(ground) = &finding.ground {
            let carried = self.carried.entry(ground.basis.id.clone());
            let carried = carried.or_insert_with(|| Carried {
                outcome: ground.outcome,
                basis: Arc::clone(&ground.basis),
                what: BTreeSet::new(),
            });
            carried.what.insert(id);
            for fallback in &finding.fallbacks {
                let basis = Arc::clone(&fallback.basis);
                self.fallbacks.insert(basis.id.clone(), basis);
            }
            let warnings = finding.warnings.iter().chain(found.beside);
            self.warnings.extend(warnings.map(|warning| warning.code));
        } else {
            let reasons = finding.reasons.iter();
            self.reasons
                .extend(reasons.map(|reason| (reason.code, reason.message())));
        }
    }
}
