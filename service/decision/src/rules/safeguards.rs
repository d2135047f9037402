//! Appropriate safeguards (GDPR Art. 46, FADP Art. 16(2), UK GDPR Art. 46) and what every tool row
//! asks for; the conditions of derogations stand in [`super::derogations`].

use std::{cmp::Reverse, sync::Arc};

use super::{Held, Keeps, Leg, Offered, derogations, ends_soon};
use crate::{
    facts::Assessment,
    law::{ASSESSMENT_FROM, Law, ModuleScope, RoleRule, ToolRow},
    span::Day,
    verdict::{Reason, Warning},
    vocabulary::{
        Attribute, Conclusion, MembershipStatus, Module, Outcome, ReasonCode, Regime, Requirement,
        Role, Tool, UncheckedFacts, WarningCode,
    },
};

/// Tries every mechanism offered against every row that knows its tool.
pub(crate) fn collect<'a>(law: &'a Law, leg: &Leg<'a, '_>, candidates: &mut impl Keeps<'a>) {
    for offered in leg.mechanisms {
        let terms = offered.terms;
        if terms.tool == Tool::Scc2021914 {
            if leg.regime == Regime::Uk {
                // For the UK the EU clauses count only with the UK Addendum, a tool of its own.
                let addendum = |o: &Offered<'_>| o.terms.tool == Tool::UkAddendum;
                if !leg.mechanisms.iter().any(addendum) {
                    candidates.fail(|| without_row(ReasonCode::UkAddendumMissing, offered));
                }
                continue;
            }
            if terms.module.is_none() {
                candidates.fail(|| without_row(ReasonCode::ModuleRoleMismatch, offered));
                continue;
            }
        }
        for row in law.tool_rows(leg.regime, terms.tool) {
            if matches!(row.module, ModuleScope::One(module) if terms.module != Some(module)) {
                continue;
            }
            if offered.named_both || names_parties(row) {
                try_row(law, leg, row, offered, candidates);
            }
        }
    }
}

/// What is wrong with a mechanism whichever row it is tried against.
fn without_row(code: ReasonCode, offered: &Offered<'_>) -> Reason {
    Reason {
        fact: offered.id.cloned(),
        ..Reason::plain(code)
    }
}

/// Whether the row itself asks who is party to the mechanism or bound by it.
fn names_parties(row: &ToolRow) -> bool {
    row.requires.iter().any(|requirement| {
        matches!(
            requirement,
            Requirement::PartyExporter
                | Requirement::PartyImporter
                | Requirement::ExporterBound
                | Requirement::ImporterBound
        )
    })
}

fn try_row<'a, K: Keeps<'a>>(
    law: &Law,
    leg: &Leg<'_, '_>,
    row: &'a ToolRow,
    offered: &Offered<'a>,
    candidates: &mut K,
) {
    let mut fail = |code| {
        candidates.fail(|| Reason {
            code,
            basis: Some(Arc::clone(&row.basis)),
            fact: offered.id.cloned(),
        });
    };
    if let Some(code) = unfit(leg, row, offered) {
        fail(code);
        return;
    }
    let unmet = |requirement: &Requirement| unmet(law, leg, row, *requirement, offered);
    let unchecked = leg.unchecked_facts == UncheckedFacts::Deny && !offered.checked;
    let mut failed = row
        .requires
        .iter()
        .filter_map(unmet)
        .chain(unchecked.then_some(ReasonCode::EvidenceUnchecked))
        .peekable();
    if failed.peek().is_some() {
        if K::TOLD {
            failed.for_each(fail);
        }
        return;
    }
    let derogation = row.is_derogation();
    candidates.hold(Held {
        outcome: if derogation {
            Outcome::Derogation
        } else {
            Outcome::Safeguard
        },
        basis: &row.basis,
        mechanism: offered.id,
        ends: match (row.last_day_of_effect, offered.ends_on) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        },
        warnings: if K::TOLD {
            warnings(leg, row, offered, derogation)
        } else {
            Vec::new()
        },
    });
}

/// A role or day that does not fit ends the candidate with the first that fails.
fn unfit(leg: &Leg<'_, '_>, row: &ToolRow, offered: &Offered<'_>) -> Option<ReasonCode> {
    let terms = offered.terms;
    if !roles_fit(leg, row, terms.tool, terms.module) {
        return Some(ReasonCode::ModuleRoleMismatch);
    }
    if offered.ends_on.is_some_and(|last| last < leg.day) {
        return Some(ReasonCode::MechanismEnded);
    }
    let signed = terms.signed_on;
    if signed.is_some_and(|signed| signed > leg.day) {
        return Some(ReasonCode::NotSignedYet);
    }
    if leg.day < row.usable_from {
        return Some(if leg.regime == Regime::Ch {
            ReasonCode::NotYetRecognised
        } else {
            ReasonCode::InstrumentNotYetInForce
        });
    }
    if let (Some(signed), Some(first)) = (signed, row.first_signing_day)
        && signed < first
    {
        return Some(ReasonCode::InstrumentNotYetInForce);
    }
    if let (Some(signed), Some(last)) = (signed, row.last_signing_day)
        && signed > last
    {
        return Some(ReasonCode::InstrumentRepealed);
    }
    if row.last_day_of_effect.is_some_and(|last| last < leg.day) {
        return Some(ReasonCode::GrandfatheringEnded);
    }
    None
}

/// The module must match the role pair of this hop; a module that is absent on a tool other than
/// the EU clauses is not checked.
fn roles_fit(leg: &Leg<'_, '_>, row: &ToolRow, tool: Tool, module: Option<Module>) -> bool {
    let fits = |(exporter, importer): (Role, Role)| {
        exporter == leg.exporter_role && importer == leg.importer_role
    };
    match row.roles {
        RoleRule::Fixed { exporter, importer } => {
            exporter.is_none_or(|role| role == leg.exporter_role)
                && importer.is_none_or(|role| role == leg.importer_role)
        }
        RoleRule::AsModule => module.is_none_or(|module| fits(module.roles())),
        RoleRule::AsEuTool => tool.legacy_roles().is_none_or(fits),
    }
}

/// The reason code of a requirement that is not met.
fn unmet(
    law: &Law,
    leg: &Leg<'_, '_>,
    row: &ToolRow,
    requirement: Requirement,
    offered: &Offered<'_>,
) -> Option<ReasonCode> {
    let terms = offered.terms;
    let by_the_day = |day: Option<Day>| day.is_some_and(|day| day <= leg.day);
    let (met, code) = match requirement {
        Requirement::Tia | Requirement::TiaIfCombinedWithEuData => {
            let unmet = assessment_unmet(leg, offered.assessments);
            // Clause 14 of Module Four binds only a processor that combined the data. An
            // assessment that was made all the same and came out unfavourable still denies.
            let modular = matches!(terms.tool, Tool::Scc2021914 | Tool::UkAddendum);
            let four = modular && terms.module == Some(Module::Four);
            let asked = !four || terms.combined_with_eu_data;
            return unmet.filter(|code| asked || *code == ReasonCode::TiaUnfavourable);
        }
        Requirement::Signed => (by_the_day(terms.signed_on), ReasonCode::NotSignedYet),
        Requirement::PartyExporter => (offered.party_exporter, ReasonCode::PartyMissing),
        Requirement::PartyImporter => (offered.party_importer, ReasonCode::PartyMissing),
        Requirement::ImporterBound => (offered.importer_bound, ReasonCode::ImporterNotBound),
        Requirement::ExporterBound => (offered.exporter_bound, ReasonCode::ImporterNotBound),
        Requirement::ImporterNotSubjectToGdpr => (
            leg.attributes.get(&Attribute::SubjectToGdpr) != Some(&true),
            ReasonCode::ImporterSubjectToGdpr,
        ),
        Requirement::ProcessingUnchanged => (
            !changed_too_late(leg, row, terms.processing_changed_on),
            ReasonCode::GrandfatheringLost,
        ),
        Requirement::Approved => (by_the_day(terms.approved_on), ReasonCode::ApprovalMissing),
        Requirement::ApprovedByEeaAuthority => (
            // An authority that is inside the EEA on the day; the TCA's bridge made none of the
            // British one.
            terms.approved_by.is_none_or(|country| {
                law.own_area_on(Regime::Eu, country, leg.day)
                    .is_some_and(|row| row.status == MembershipStatus::Inside)
            }),
            ReasonCode::ApprovalMissing,
        ),
        Requirement::Authorised => (
            by_the_day(terms.authorised_on),
            ReasonCode::AuthorisationMissing,
        ),
        // No code of conduct with general validity for transfers is known: nothing can state it.
        Requirement::GeneralValidity => (false, ReasonCode::ApprovalMissing),
        Requirement::SwissAddendum => (
            terms.statements.swiss_addendum,
            ReasonCode::SwissAddendumMissing,
        ),
        Requirement::NotifiedToFdpic => (
            terms.statements.notified_to_fdpic,
            ReasonCode::NotificationMissing,
        ),
        Requirement::BindingCommitments => (
            terms.statements.binding_commitments,
            ReasonCode::CommitmentsMissing,
        ),
        Requirement::PublicBodies => (
            terms.statements.public_bodies,
            ReasonCode::RecipientOutOfScope,
        ),
        Requirement::Occasional => (
            terms.statements.occasional,
            ReasonCode::DerogationNotOccasional,
        ),
        condition => (
            derogations::met(condition, &terms.statements, leg.exporter_role),
            ReasonCode::DerogationConditionUnmet,
        ),
    };
    (!met).then_some(code)
}

/// Legacy clauses carry only the processing for which they were signed (2021/914 Art. 4(4)).
fn changed_too_late(leg: &Leg<'_, '_>, row: &ToolRow, changed_on: Option<Day>) -> bool {
    changed_on.is_some_and(|changed| {
        changed <= leg.day && row.last_signing_day.is_some_and(|last| changed > last)
    })
}

/// The assessment that counts on the day for the leg's destination: the one concluded last; of
/// several on one day the least favourable.
pub(crate) fn assessment<'a>(
    leg: &Leg<'_, '_>,
    assessments: &'a [Assessment],
) -> Option<&'a Assessment> {
    let destination = leg.destination.code();
    assessments
        .iter()
        .filter(|a| a.destination.as_deref().is_none_or(|of| of == destination))
        .filter(|a| a.concluded_on.is_none_or(|day| day <= leg.day))
        .max_by_key(|a| {
            (
                a.concluded_on,
                a.conclusion == Conclusion::Unfavourable,
                Reverse(a.next_review.unwrap_or(Day::MAX)),
            )
        })
}

/// C-311/18: from 2020-07-16 a safeguard needs a favourable assessment for the destination.
fn assessment_unmet(leg: &Leg<'_, '_>, assessments: &[Assessment]) -> Option<ReasonCode> {
    if leg.day < ASSESSMENT_FROM {
        return None;
    }
    match assessment(leg, assessments) {
        None => Some(ReasonCode::TiaMissing),
        Some(a) if a.conclusion == Conclusion::Unfavourable => Some(ReasonCode::TiaUnfavourable),
        Some(a) if a.next_review.is_some_and(|review| review < leg.day) => {
            Some(ReasonCode::TiaOverdue)
        }
        Some(_) => None,
    }
}

fn warnings(
    leg: &Leg<'_, '_>,
    row: &ToolRow,
    offered: &Offered<'_>,
    derogation: bool,
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let tool = offered.terms.tool;
    if derogation {
        warnings.push(Warning::about(
            WarningCode::DerogationExceptional,
            tool.code(),
        ));
    }
    if !offered.checked {
        warnings.push(Warning::about(WarningCode::EvidenceUnchecked, tool.code()));
    }
    warnings.extend(ends_soon(leg.day, row.last_day_of_effect, &row.basis.title));
    let mechanism = format!("mechanism {tool}");
    warnings.extend(ends_soon(leg.day, offered.ends_on, &mechanism));
    if leg.day >= ASSESSMENT_FROM && row.asks_for_assessment() {
        let review = assessment(leg, offered.assessments).and_then(|a| a.next_review);
        warnings.extend(ends_soon(leg.day, review, "the impact assessment"));
    }
    warnings
}
