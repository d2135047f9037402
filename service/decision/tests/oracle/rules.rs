//! The legal gate read plainly from the text: one finding at a time, every row looked at, nothing
//! indexed and nothing remembered.

use std::{cmp::Reverse, collections::BTreeSet};

use transfer_decision::{
    facts::{Certification, Mechanism, Organisation, Slug},
    law::{AdequacyInstrument, CH_RECORDED_FROM, Condition, Law, Membership, Territory},
    span::{Day, Span},
    vocabulary::{
        Area, Country, DataCategory, EndKind, Framework, MembershipStatus, Outcome, Place,
        ReasonCode, Regime, Role, UncheckedFacts,
    },
};

use crate::tools;

/// Everything about one hop that a rule may ask for.
pub(crate) struct Hop<'a> {
    pub(crate) law: &'a Law,
    pub(crate) day: Day,
    pub(crate) unchecked: UncheckedFacts,
    pub(crate) purpose: Option<&'a str>,
    pub(crate) mechanisms: &'a [Mechanism],
    pub(crate) exporter: Option<&'a Organisation>,
    pub(crate) importer: &'a Organisation,
    pub(crate) exporter_role: Role,
    pub(crate) importer_role: Role,
    pub(crate) hr: bool,
    pub(crate) kinds: Option<BTreeSet<DataCategory>>,
    /// The id under which the hop is no transfer at all, when it is none.
    pub(crate) no_transfer: Option<&'static str>,
}

/// Where the data goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Destination {
    Unknown,
    Place(Place),
    Organisation(Slug),
}

impl Destination {
    pub(crate) fn of(place: Option<Place>) -> Self {
        place.map_or(Self::Unknown, Self::Place)
    }

    pub(crate) fn code(&self) -> Option<String> {
        match self {
            Self::Unknown => None,
            Self::Place(place) => Some(place.code().to_owned()),
            Self::Organisation(slug) => Some(slug.to_string()),
        }
    }
}

/// A row that holds, with the last day on which it does.
#[derive(Debug, Clone)]
pub(crate) struct Holding {
    pub(crate) outcome: Outcome,
    pub(crate) last: Option<Day>,
    pub(crate) basis: String,
    pub(crate) mechanism: Option<String>,
}

impl Holding {
    fn rank(&self) -> (Outcome, Reverse<Day>, String, Option<String>) {
        (
            self.outcome,
            Reverse(self.last.unwrap_or(Day::MAX)),
            self.basis.clone(),
            self.mechanism.clone(),
        )
    }

    pub(crate) fn name(&self) -> (String, Option<String>) {
        (self.basis.clone(), self.mechanism.clone())
    }
}

/// How one destination comes out.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) outcome: Outcome,
    pub(crate) basis: Option<(String, Option<String>)>,
    pub(crate) fallbacks: BTreeSet<(String, Option<String>)>,
    pub(crate) reasons: BTreeSet<ReasonCode>,
    /// Whether a tool's or certification's rule was asked.
    pub(crate) reached: bool,
}

/// Rows tried: those that hold, and why the others do not.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tried {
    pub(crate) holding: Vec<Holding>,
    pub(crate) reasons: BTreeSet<ReasonCode>,
    pub(crate) reached: bool,
}

impl Tried {
    pub(crate) fn add(&mut self, other: Self) {
        self.holding.extend(other.holding);
        self.reasons.extend(other.reasons);
        self.reached |= other.reached;
    }
}

/// The membership row of a country on a day.
pub(crate) fn membership(
    law: &Law,
    regime: Regime,
    country: Country,
    day: Day,
) -> Option<&Membership> {
    law.provisions()
        .memberships
        .iter()
        .find(|row| row.regime == regime && row.country == country && row.span.contains(day))
}

/// One destination of a hop under one regime.
pub(crate) fn judge(hop: &Hop<'_>, regime: Option<Regime>, destination: &Destination) -> Found {
    let Some(regime) = regime else {
        return denied(BTreeSet::from([ReasonCode::CountryUnknown]), false);
    };
    let mut also = BTreeSet::new();
    if regime == Regime::Ch && hop.day < CH_RECORDED_FROM {
        also.insert(ReasonCode::LawNotRecorded);
    }
    if *destination == Destination::Unknown {
        also.insert(ReasonCode::CountryUnknown);
        return denied(also, false);
    }
    if let Some(id) = hop.no_transfer {
        return not_restricted(id);
    }
    let mut tried = Tried::default();
    if let Destination::Place(place) = destination {
        match inside(hop, regime, *place) {
            Inside::Yes(basis) => tried.holding.push(Holding {
                outcome: Outcome::NotRestricted,
                last: None,
                basis,
                mechanism: None,
            }),
            Inside::InReview => {
                also.insert(ReasonCode::ReviewRequired);
            }
            Inside::No => {}
        }
    }
    tried.add(adequacy(hop, regime, destination));
    tried.add(tools::tried(
        hop,
        regime,
        &destination.code().unwrap_or_default(),
    ));
    combine(tried, also)
}

fn combine(mut tried: Tried, also: BTreeSet<ReasonCode>) -> Found {
    tried.holding.sort_by_key(Holding::rank);
    let mut holding = tried.holding.iter();
    let Some(first) = holding.next() else {
        tried.reasons.extend(also);
        return denied(tried.reasons, tried.reached);
    };
    Found {
        outcome: first.outcome,
        basis: Some(first.name()),
        fallbacks: holding.map(Holding::name).collect(),
        reasons: tried.reasons,
        reached: tried.reached,
    }
}

fn denied(mut reasons: BTreeSet<ReasonCode>, reached: bool) -> Found {
    reasons.insert(ReasonCode::NoMechanism);
    Found {
        outcome: Outcome::Denied,
        basis: None,
        fallbacks: BTreeSet::new(),
        reasons,
        reached,
    }
}

fn not_restricted(id: &str) -> Found {
    Found {
        outcome: Outcome::NotRestricted,
        basis: Some((id.to_owned(), None)),
        fallbacks: BTreeSet::new(),
        reasons: BTreeSet::new(),
        reached: false,
    }
}

enum Inside {
    Yes(String),
    InReview,
    No,
}

fn inside(hop: &Hop<'_>, regime: Regime, place: Place) -> Inside {
    match place {
        Place::Area(Area::Eu) if regime == Regime::Eu => Inside::Yes("EU-MEMBER".to_owned()),
        Place::Area(Area::Eea) if regime == Regime::Eu => {
            // A row that is not yet in force is not cited: the Directive came to the EEA in 2000.
            let own = hop.law.provisions().memberships.iter().any(|row| {
                row.span.contains(hop.day)
                    && row
                        .basis
                        .as_ref()
                        .is_some_and(|basis| basis.id == "EEA-MEMBER")
            });
            Inside::Yes(if own { "EEA-MEMBER" } else { "EU-MEMBER" }.to_owned())
        }
        Place::Area(_) => Inside::No,
        Place::Country(country) => {
            let Some(row) = membership(hop.law, regime, country, hop.day) else {
                return Inside::No;
            };
            match (row.status, &row.basis) {
                (MembershipStatus::Inside, Some(basis)) => Inside::Yes(basis.id.clone()),
                (MembershipStatus::ReviewRequired, _) => Inside::InReview,
                _ => Inside::No,
            }
        }
    }
}

/// The states for which an area stands on a day.
pub(crate) fn members(law: &Law, area: Area, day: Day) -> BTreeSet<Country> {
    law.provisions()
        .memberships
        .iter()
        .filter(|row| row.regime == Regime::Eu && row.span.contains(day))
        .filter(|row| {
            row.basis.as_ref().is_some_and(|basis| {
                basis.id == "EU-MEMBER" || (area == Area::Eea && basis.id == "EEA-MEMBER")
            })
        })
        .map(|row| row.country)
        .collect()
}

fn adequacy(hop: &Hop<'_>, regime: Regime, destination: &Destination) -> Tried {
    match destination {
        Destination::Unknown => Tried::default(),
        Destination::Organisation(slug) => {
            adequacy_of(hop, regime, &Territory::Organisation(slug.clone()))
        }
        Destination::Place(Place::Country(country)) => {
            adequacy_of(hop, regime, &Territory::Country(*country))
        }
        // Inside for `eu`, and nowhere else.
        Destination::Place(Place::Area(_)) if regime == Regime::Eu => Tried::default(),
        Destination::Place(Place::Area(area)) => adequacy_of_area(hop, regime, *area),
    }
}

/// An area is adequate only if every one of its states is; it rests on the one that ends first.
fn adequacy_of_area(hop: &Hop<'_>, regime: Regime, area: Area) -> Tried {
    let mut failing = Tried::default();
    let mut all = true;
    let mut first: Option<Holding> = None;
    for country in members(hop.law, area, hop.day) {
        let mut of_state = adequacy_of(hop, regime, &Territory::Country(country));
        of_state.holding.sort_by_key(Holding::rank);
        failing.reached |= of_state.reached;
        let Some(best) = of_state.holding.first() else {
            all = false;
            failing.reasons.extend(of_state.reasons);
            continue;
        };
        let ends = |holding: &Holding| holding.last.unwrap_or(Day::MAX);
        // Countries come in the order of their codes, so a tie keeps the smaller code.
        if first
            .as_ref()
            .is_none_or(|so_far| ends(best) < ends(so_far))
        {
            first = Some(best.clone());
        }
    }
    if all {
        failing.holding.extend(first);
    }
    failing
}

fn adequacy_of(hop: &Hop<'_>, regime: Regime, territory: &Territory) -> Tried {
    let mut tried = Tried::default();
    for row in &hop.law.provisions().adequacy {
        if row.regime != regime || row.territory != *territory {
            continue;
        }
        if row.span.begins_after(hop.day) {
            tried.reasons.insert(ReasonCode::InstrumentNotYetInForce);
        } else if row.span.ended_by(hop.day) {
            tried.reasons.extend(ended(row.end_kind));
        } else {
            let unmet = conditions(hop, regime, row);
            tried.reached |= row
                .conditions
                .iter()
                .any(|condition| matches!(condition, Condition::RequiresCertification(_)));
            if unmet.is_empty() {
                tried.holding.push(Holding {
                    outcome: Outcome::Adequacy,
                    last: row.span.last(),
                    basis: row.basis.id.clone(),
                    mechanism: None,
                });
            }
            tried.reasons.extend(unmet);
        }
    }
    tried
}

const fn ended(kind: Option<EndKind>) -> Option<ReasonCode> {
    match kind {
        Some(EndKind::Invalidated) => Some(ReasonCode::InstrumentInvalidated),
        Some(EndKind::Withdrawn) => Some(ReasonCode::InstrumentWithdrawn),
        Some(EndKind::Expired) => Some(ReasonCode::AdequacyExpired),
        Some(EndKind::Replaced | EndKind::Accession) | None => None,
    }
}

fn conditions(hop: &Hop<'_>, regime: Regime, row: &AdequacyInstrument) -> BTreeSet<ReasonCode> {
    let covering_hr = row
        .conditions
        .contains(&Condition::HrDataRequiresHrCoverage);
    let holds = |attribute| hop.importer.attributes.get(attribute) == Some(&true);
    let mut unmet = BTreeSet::new();
    for condition in &row.conditions {
        match condition {
            Condition::RequiresCertification(framework) => {
                unmet.extend(certification(hop, regime, *framework, covering_hr));
            }
            Condition::HrDataRequiresHrCoverage => {}
            Condition::RequiresRecipientAttribute(list) => {
                if !list.iter().any(holds) {
                    unmet.insert(ReasonCode::RecipientOutOfScope);
                }
            }
            Condition::ExcludesRecipient(list) => {
                if list.iter().any(holds) {
                    unmet.insert(ReasonCode::RecipientOutOfScope);
                }
            }
            Condition::ExcludesPurpose(list) => {
                if list.iter().any(|code| hop.purpose == Some(code.as_str())) {
                    unmet.insert(ReasonCode::PurposeOutOfScope);
                }
            }
            Condition::RequiresDataCategory(kind) => {
                if !hop.kinds.as_ref().is_some_and(|kinds| kinds.contains(kind)) {
                    unmet.insert(ReasonCode::DataOutOfScope);
                }
            }
            Condition::ExcludesData(list) => {
                let kinds = hop.kinds.as_ref();
                if kinds.is_some_and(|kinds| list.iter().any(|kind| kinds.contains(kind))) {
                    unmet.insert(ReasonCode::DataOutOfScope);
                }
            }
        }
    }
    unmet
}

/// A certification counts from the later of its start and its framework's first day.
fn effective(law: &Law, certification: &Certification) -> Option<Span> {
    let row = law
        .provisions()
        .frameworks
        .iter()
        .find(|row| row.framework == certification.framework)?;
    let from = certification.span.first().max(row.first_certification_day);
    Span::inclusive(from, certification.span.last()).ok()
}

fn certification(
    hop: &Hop<'_>,
    regime: Regime,
    framework: Framework,
    covering_hr: bool,
) -> BTreeSet<ReasonCode> {
    let mut unmet = BTreeSet::new();
    let active =
        |held: &&Certification| effective(hop.law, held).is_some_and(|span| span.contains(hop.day));
    let held = || hop.importer.certifications.iter();
    let mut counting: Vec<_> = held()
        .filter(|held| held.framework == framework)
        .filter(active)
        .collect();
    if counting.is_empty() {
        let lapsed = held()
            .filter(|held| held.framework == framework)
            .any(|held| effective(hop.law, held).is_some_and(|span| span.ended_by(hop.day)));
        if lapsed {
            return BTreeSet::from([ReasonCode::CertificationLapsed]);
        }
        unmet.insert(ReasonCode::CertificationMissing);
        if held()
            .filter(active)
            .any(|held| !serves(hop.law, held.framework, regime))
        {
            unmet.insert(ReasonCode::CertificationWrongFramework);
        }
        return unmet;
    }
    if hop.hr && covering_hr {
        let covering: Vec<_> = counting
            .iter()
            .copied()
            .filter(|held| held.covers_hr)
            .collect();
        if covering.is_empty() {
            unmet.insert(ReasonCode::HrDataNotCovered);
        } else {
            counting = covering;
        }
    }
    if hop.unchecked == UncheckedFacts::Deny && !counting.iter().any(|held| held.checked) {
        unmet.insert(ReasonCode::EvidenceUnchecked);
    }
    unmet
}

fn serves(law: &Law, framework: Framework, regime: Regime) -> bool {
    law.provisions()
        .frameworks
        .iter()
        .any(|row| row.framework == framework && row.regimes.contains(&regime))
}
