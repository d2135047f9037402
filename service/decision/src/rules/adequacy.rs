//! Adequacy instruments: GDPR Art. 45, FADP Art. 16(1), UK GDPR Art. 45A.

use std::{collections::BTreeSet, sync::Arc};

use super::{Candidates, Destination, Held, Leg, area, ends_soon, recertification_due};
use crate::{
    facts::Certification,
    law::{AdequacyInstrument, Condition, Law},
    span::Span,
    verdict::{Ground, Reason, Warning},
    vocabulary::{
        Attribute, Country, EndKind, Framework, Outcome, Place, ReasonCode, UncheckedFacts,
        WarningCode,
    },
};

/// Tries every adequacy row for the destination.
pub(crate) fn collect(law: &Law, leg: &Leg<'_>, candidates: &mut Candidates) {
    match leg.destination {
        Destination::Organisation(slug) => {
            let rows = law.adequacy_for_organisation(leg.regime, slug);
            rows.for_each(|row| try_row(law, leg, row, candidates));
        }
        Destination::Place(Place::Country(country)) => {
            collect_country(law, leg, country, candidates);
        }
        Destination::Place(Place::Area(of)) => {
            let states = area::members(law, of, leg.day);
            let states: Vec<Country> = states.into_iter().map(|row| row.country).collect();
            // The regime to which these states belong asks nothing more of them.
            if leg.regime != crate::vocabulary::Regime::Eu {
                collect_area(law, leg, &states, candidates);
            }
        }
    }
}

fn collect_country(law: &Law, leg: &Leg<'_>, country: Country, candidates: &mut Candidates) {
    for row in law.adequacy_for(leg.regime, country) {
        try_row(law, leg, row, candidates);
    }
}

/// An area is adequate only if every one of its states is; the finding names the one that ends
/// first, ties by code.
fn collect_area(law: &Law, leg: &Leg<'_>, states: &[Country], candidates: &mut Candidates) {
    let mut weakest: Option<Held> = None;
    let mut missing = states.is_empty();
    let mut warnings = BTreeSet::new();
    for country in states {
        let mut of_state = Candidates::default();
        collect_country(law, leg, *country, &mut of_state);
        let best = of_state
            .held
            .into_iter()
            .min_by(|a, b| super::rank(a).cmp(&super::rank(b)));
        match best {
            None => {
                missing = true;
                candidates.reasons.extend(of_state.reasons);
            }
            Some(best) => {
                warnings.extend(best.warnings.iter().cloned());
                warnings.extend(super::uncertainty([&best.ground.basis]));
                // States come in the order of their codes, so the first of equals stays.
                let sooner = weakest.as_ref().is_none_or(|so_far| {
                    best.ends
                        .is_some_and(|end| so_far.ends.is_none_or(|other| end < other))
                });
                if sooner {
                    weakest = Some(best);
                }
            }
        }
    }
    if let Some(mut held) = weakest.filter(|_| !missing) {
        held.warnings = warnings.into_iter().collect();
        candidates.held.push(held);
    }
}

/// A row not in force gives only its time code; one in force gives every condition that fails.
fn try_row(law: &Law, leg: &Leg<'_>, row: &AdequacyInstrument, candidates: &mut Candidates) {
    if row.span.begins_after(leg.day) {
        candidates.fail(ReasonCode::InstrumentNotYetInForce, &row.basis, None);
        return;
    }
    if row.span.ended_by(leg.day) {
        if let Some(code) = ended(row.end_kind) {
            candidates.fail(code, &row.basis, None);
        }
        return;
    }
    let mut tried = Tried::default();
    for condition in &row.conditions {
        try_condition(law, leg, row, condition, &mut tried);
    }
    if tried.failed.is_empty() {
        candidates.held.push(Held {
            ground: Ground {
                outcome: Outcome::Adequacy,
                basis: Arc::clone(&row.basis),
                mechanism: None,
            },
            ends: row.span.last(),
            warnings: warnings(leg, row, tried),
        });
    } else {
        for (code, fact) in tried.failed {
            candidates.reasons.push(Reason {
                code,
                basis: Some(Arc::clone(&row.basis)),
                fact,
            });
        }
    }
}

/// Whether a row carries the leg.
pub(crate) fn holds(law: &Law, leg: &Leg<'_>, row: &AdequacyInstrument) -> bool {
    let mut candidates = Candidates::default();
    try_row(law, leg, row, &mut candidates);
    !candidates.held.is_empty()
}

/// Whether the importer's certification under one framework meets a row.
pub(crate) fn certified(
    law: &Law,
    leg: &Leg<'_>,
    row: &AdequacyInstrument,
    framework: Framework,
) -> bool {
    let mut tried = Tried::default();
    certification(law, leg, row, framework, &mut tried);
    tried.failed.is_empty()
}

/// Why a row that has ended no longer carries; one that another row continues gives no reason.
const fn ended(kind: Option<EndKind>) -> Option<ReasonCode> {
    match kind {
        Some(EndKind::Invalidated) => Some(ReasonCode::InstrumentInvalidated),
        Some(EndKind::Withdrawn) => Some(ReasonCode::InstrumentWithdrawn),
        Some(EndKind::Expired) => Some(ReasonCode::AdequacyExpired),
        Some(EndKind::Replaced | EndKind::Accession) | None => None,
    }
}

#[derive(Default)]
struct Tried<'a> {
    failed: Vec<(ReasonCode, Option<Arc<str>>)>,
    relied_on: Vec<&'a Certification>,
    unconfirmed: Vec<&'static str>,
}

impl Tried<'_> {
    fn fail(&mut self, code: ReasonCode) {
        self.failed.push((code, None));
    }
}

fn try_condition<'a>(
    law: &Law,
    leg: &Leg<'a>,
    row: &AdequacyInstrument,
    condition: &Condition,
    tried: &mut Tried<'a>,
) {
    let is = |attribute: &Attribute| leg.attributes.get(attribute).copied();
    match condition {
        Condition::RequiresCertification(framework) => {
            certification(law, leg, row, *framework, tried);
        }
        // Asked together with each certification that the row requires.
        Condition::HrDataRequiresHrCoverage => {}
        Condition::RequiresRecipientAttribute(any) => {
            if !any.iter().any(|a| is(a) == Some(true)) {
                tried.fail(ReasonCode::RecipientOutOfScope);
            }
        }
        Condition::ExcludesRecipient(none) => {
            if none.iter().any(|a| is(a) == Some(true)) {
                tried.fail(ReasonCode::RecipientOutOfScope);
            } else if none.iter().any(|a| is(a).is_none()) {
                tried.unconfirmed.push("recipient");
            }
        }
        Condition::ExcludesPurpose(none) => {
            let excluded = |purpose: &str| none.iter().any(|code| code == purpose);
            // What the register records counts when the question is silent, but confirms nothing.
            let known = leg.purpose.or(leg.recorded_purpose);
            if known.is_some_and(excluded) {
                tried.fail(ReasonCode::PurposeOutOfScope);
            } else if leg.purpose.is_none() {
                tried.unconfirmed.push("purpose");
            }
        }
        Condition::RequiresDataCategory(category) => {
            if !leg.data_categories.is_some_and(|of| of.contains(category)) {
                tried.fail(ReasonCode::DataOutOfScope);
            }
        }
        Condition::ExcludesData(none) => match leg.data_categories {
            Some(of) if none.iter().any(|category| of.contains(category)) => {
                tried.fail(ReasonCode::DataOutOfScope);
            }
            Some(_) => {}
            None => tried.unconfirmed.push("data"),
        },
    }
}

/// The days on which a certification counts: from the later of its start and its framework's
/// first day.
fn effective(law: &Law, certification: &Certification) -> Option<Span> {
    let row = law.framework(certification.framework)?;
    certification.span.not_before(row.first_certification_day)
}

fn certification<'a>(
    law: &Law,
    leg: &Leg<'a>,
    row: &AdequacyInstrument,
    framework: Framework,
    tried: &mut Tried<'a>,
) {
    let held = || {
        leg.certifications
            .iter()
            .filter(move |c| c.framework == framework)
    };
    let active = |c: &&Certification| effective(law, c).is_some_and(|s| s.contains(leg.day));
    let mut pool: Vec<&Certification> = held().filter(active).collect();
    if pool.is_empty() {
        let lapsed = held()
            .filter(|c| effective(law, c).is_some_and(|s| s.ended_by(leg.day)))
            .min_by_key(|c| &c.id);
        if let Some(lapsed) = lapsed {
            tried.failed.push((
                ReasonCode::CertificationLapsed,
                Some(Arc::clone(&lapsed.id)),
            ));
            return;
        }
        tried.fail(ReasonCode::CertificationMissing);
        let serves_another = leg
            .certifications
            .iter()
            .filter(active)
            .filter(|c| {
                law.framework(c.framework)
                    .is_some_and(|row| !row.regimes.contains(&leg.regime))
            })
            .min_by_key(|c| &c.id);
        if let Some(other) = serves_another {
            tried.failed.push((
                ReasonCode::CertificationWrongFramework,
                Some(Arc::clone(&other.id)),
            ));
        }
        return;
    }
    // The order of rows must not show in which certification is named.
    pool.sort_by(|a, b| (!a.checked, &a.id).cmp(&(!b.checked, &b.id)));
    let asks_hr = row
        .conditions
        .contains(&Condition::HrDataRequiresHrCoverage);
    if leg.hr_data && asks_hr {
        let covering: Vec<&Certification> = pool.iter().copied().filter(|c| c.covers_hr).collect();
        if covering.is_empty() {
            let first = pool.first().map(|c| Arc::clone(&c.id));
            tried.failed.push((ReasonCode::HrDataNotCovered, first));
        } else {
            pool = covering;
        }
    }
    let Some(best) = pool.first().copied() else {
        return;
    };
    if leg.unchecked_facts == UncheckedFacts::Deny && !best.checked {
        tried
            .failed
            .push((ReasonCode::EvidenceUnchecked, Some(Arc::clone(&best.id))));
    }
    tried.relied_on.push(best);
}

fn warnings(leg: &Leg<'_>, row: &AdequacyInstrument, tried: Tried<'_>) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if row.end_kind == Some(EndKind::Invalidated) && !row.effects_preserved {
        // A judgment on validity has effect for the past as well (CJEU, C-311/18, C-362/14).
        warnings.push(Warning::about(
            WarningCode::InstrumentLaterInvalidated,
            row.basis.id.clone(),
        ));
    }
    if let Some(challenge) = &row.challenge {
        warnings.push(Warning::about(
            WarningCode::InstrumentUnderChallenge,
            challenge.clone(),
        ));
    }
    for what in tried.unconfirmed {
        warnings.push(Warning::about(WarningCode::ScopeUnconfirmed, what));
    }
    // A row that another one continues without a gap does not end for the person who relies on it.
    if row.end_kind != Some(EndKind::Replaced) {
        warnings.extend(ends_soon(leg.day, row.span.last(), &row.basis.title));
    }
    for certification in tried.relied_on {
        if !certification.checked {
            warnings.push(Warning::about(
                WarningCode::EvidenceUnchecked,
                certification.framework.code(),
            ));
        }
        let name = format!("certification {}", certification.framework);
        warnings.extend(ends_soon(leg.day, certification.span.last(), &name));
        warnings.extend(recertification_due(leg.day, certification));
    }
    warnings
}
