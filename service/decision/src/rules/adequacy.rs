//! Adequacy instruments: GDPR Art. 45, FADP Art. 16(1), UK GDPR Art. 45A.

use std::{collections::BTreeSet, sync::Arc};

use super::{Destination, Firmest, Held, Keeps, Leg, area, ends_soon, recertification_due};
use crate::{
    facts::Certification,
    law::{AdequacyInstrument, Condition, Law},
    span::Span,
    verdict::{Reason, Warning},
    vocabulary::{
        Attribute, Country, EndKind, Framework, Outcome, Place, ReasonCode, UncheckedFacts,
        WarningCode,
    },
};

/// Tries every adequacy row for the destination.
pub(crate) fn collect<'a>(law: &'a Law, leg: &Leg<'a, '_>, candidates: &mut impl Keeps<'a>) {
    match leg.destination {
        Destination::Organisation(slug) => {
            let rows = law.adequacy_for_organisation(leg.regime, slug);
            rows.for_each(|row| try_row(law, leg, row, candidates));
        }
        Destination::Place(Place::Country(country)) => {
            collect_country(law, leg, country, candidates);
        }
        Destination::Place(Place::Area(of)) => {
            // The regime to which these states belong asks nothing more of them.
            if leg.regime != crate::vocabulary::Regime::Eu {
                let states = area::members(law, of, leg.day);
                let states: Vec<Country> = states.into_iter().map(|row| row.country).collect();
                collect_area(law, leg, &states, candidates);
            }
        }
    }
}

fn collect_country<'a>(
    law: &'a Law,
    leg: &Leg<'a, '_>,
    country: Country,
    candidates: &mut impl Keeps<'a>,
) {
    for row in law.adequacy_for(leg.regime, country) {
        try_row(law, leg, row, candidates);
    }
}

/// An area is adequate only if every one of its states is; the finding names the one that ends
/// first, ties by code.
fn collect_area<'a, K: Keeps<'a>>(
    law: &'a Law,
    leg: &Leg<'a, '_>,
    states: &[Country],
    candidates: &mut K,
) {
    let mut weakest: Option<Held<'a>> = None;
    let mut missing = states.is_empty();
    let mut warnings = BTreeSet::new();
    for country in states {
        let mut of_state = K::default();
        collect_country(law, leg, *country, &mut of_state);
        match of_state.firmest() {
            (None, reasons) => {
                missing = true;
                for reason in reasons {
                    candidates.fail(|| reason);
                }
            }
            (Some(best), _) => {
                if K::TOLD {
                    warnings.extend(best.warnings.iter().cloned());
                    warnings.extend(super::uncertainty([best.basis]));
                }
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
        candidates.hold(held);
    }
}

/// A row not in force gives only its time code; one in force gives every condition that fails.
fn try_row<'a, K: Keeps<'a>>(
    law: &'a Law,
    leg: &Leg<'a, '_>,
    row: &'a AdequacyInstrument,
    candidates: &mut K,
) {
    let mut fail = |code, fact: Option<&Arc<str>>| {
        candidates.fail(|| Reason {
            code,
            basis: Some(Arc::clone(&row.basis)),
            fact: fact.cloned(),
        });
    };
    if row.span.begins_after(leg.day) {
        fail(ReasonCode::InstrumentNotYetInForce, None);
        return;
    }
    if row.span.ended_by(leg.day) {
        if let Some(code) = ended(row.end_kind) {
            fail(code, None);
        }
        return;
    }
    let mut tried = Tried::new(K::TOLD);
    for condition in &row.conditions {
        try_condition(law, leg, row, condition, &mut tried);
        if !K::TOLD && !tried.holds {
            return;
        }
    }
    if tried.holds {
        candidates.hold(Held {
            outcome: Outcome::Adequacy,
            basis: &row.basis,
            mechanism: None,
            ends: row.span.last(),
            warnings: if K::TOLD {
                warnings(leg, row, tried)
            } else {
                Vec::new()
            },
        });
    } else {
        for (code, fact) in tried.failed {
            fail(code, fact);
        }
    }
}

/// Whether a row carries the leg.
pub(crate) fn holds(law: &Law, leg: &Leg<'_, '_>, row: &AdequacyInstrument) -> bool {
    let mut firmest = Firmest::default();
    try_row(law, leg, row, &mut firmest);
    firmest.firmest().0.is_some()
}

/// Whether the importer's certification under one framework meets a row.
pub(crate) fn certified(
    law: &Law,
    leg: &Leg<'_, '_>,
    row: &AdequacyInstrument,
    framework: Framework,
) -> bool {
    let mut tried = Tried::new(false);
    certification(law, leg, row, framework, &mut tried);
    tried.holds
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

/// How the conditions of one row come out.
struct Tried<'a> {
    holds: bool,
    /// Whether the rest is read by anybody.
    told: bool,
    failed: Vec<(ReasonCode, Option<&'a Arc<str>>)>,
    relied_on: Vec<&'a Certification>,
    unconfirmed: Vec<&'static str>,
}

impl<'a> Tried<'a> {
    const fn new(told: bool) -> Self {
        Self {
            holds: true,
            told,
            failed: Vec::new(),
            relied_on: Vec::new(),
            unconfirmed: Vec::new(),
        }
    }

    fn fail(&mut self, code: ReasonCode) {
        self.fail_by(code, None);
    }

    fn fail_by(&mut self, code: ReasonCode, fact: Option<&'a Arc<str>>) {
        self.holds = false;
        if self.told {
            self.failed.push((code, fact));
        }
    }

    fn unconfirmed(&mut self, what: &'static str) {
        if self.told {
            self.unconfirmed.push(what);
        }
    }

    fn rely_on(&mut self, certification: &'a Certification) {
        if self.told {
            self.relied_on.push(certification);
        }
    }
}

fn try_condition<'a>(
    law: &Law,
    leg: &Leg<'a, '_>,
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
                tried.unconfirmed("recipient");
            }
        }
        Condition::ExcludesPurpose(none) => {
            let excluded = |purpose: &str| none.iter().any(|code| code == purpose);
            // What the register records counts when the question is silent, but confirms nothing.
            let known = leg.purpose.or(leg.recorded_purpose);
            if known.is_some_and(excluded) {
                tried.fail(ReasonCode::PurposeOutOfScope);
            } else if leg.purpose.is_none() {
                tried.unconfirmed("purpose");
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
            None => tried.unconfirmed("data"),
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
    leg: &Leg<'a, '_>,
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
    // The order of rows must not show in which certification is named.
    let first =
        |a: &&Certification, b: &&Certification| (!a.checked, &a.id).cmp(&(!b.checked, &b.id));
    let Some(mut best) = held().filter(active).min_by(first) else {
        not_held(law, leg, framework, tried);
        return;
    };
    let asks_hr = row
        .conditions
        .contains(&Condition::HrDataRequiresHrCoverage);
    if leg.hr_data && asks_hr {
        let covering = held().filter(active).filter(|c| c.covers_hr);
        match covering.min_by(first) {
            Some(covering) => best = covering,
            None => tried.fail_by(ReasonCode::HrDataNotCovered, Some(&best.id)),
        }
    }
    if leg.unchecked_facts == UncheckedFacts::Deny && !best.checked {
        tried.fail_by(ReasonCode::EvidenceUnchecked, Some(&best.id));
    }
    tried.rely_on(best);
}

/// No certification under the framework is active: one that lapsed is named, else one that serves
/// other regimes.
fn not_held<'a>(law: &Law, leg: &Leg<'a, '_>, framework: Framework, tried: &mut Tried<'a>) {
    let named = |of: &dyn Fn(&Certification, Span) -> bool| {
        leg.certifications
            .iter()
            .filter(|c| effective(law, c).is_some_and(|span| of(c, span)))
            .min_by_key(|c| &c.id)
    };
    let lapsed = named(&|c, span| c.framework == framework && span.ended_by(leg.day));
    if let Some(lapsed) = lapsed {
        tried.fail_by(ReasonCode::CertificationLapsed, Some(&lapsed.id));
        return;
    }
    tried.fail(ReasonCode::CertificationMissing);
    let serves_another = named(&|c, span| {
        span.contains(leg.day)
            && law
                .framework(c.framework)
                .is_some_and(|row| !row.regimes.contains(&leg.regime))
    });
    if let Some(other) = serves_another {
        tried.fail_by(ReasonCode::CertificationWrongFramework, Some(&other.id));
    }
}

fn warnings(leg: &Leg<'_, '_>, row: &AdequacyInstrument, tried: Tried<'_>) -> Vec<Warning> {
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
