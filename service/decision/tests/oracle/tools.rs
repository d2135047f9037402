//! Safeguards and derogations, read plainly from the text.

use std::collections::BTreeSet;

use transfer_decision::{
    facts::{Assessment, Mechanism, Organisation, Terms},
    law::{ASSESSMENT_FROM, ModuleScope, RoleRule, ToolRow},
    span::Day,
    vocabulary::{
        Attribute, Conclusion, MembershipStatus, Module, Outcome, PartySide, ReasonCode, Regime,
        Requirement, Role, Tool, UncheckedFacts,
    },
};

use crate::rules::{Holding, Hop, Tried, membership};

/// Every mechanism offered for the hop, against every row of the regime.
pub(crate) fn tried(hop: &Hop<'_>, regime: Regime, destination: &str) -> Tried {
    let mut tried = Tried::default();
    let offered = offered(hop);
    let addendum = offered
        .iter()
        .any(|mechanism| mechanism.terms.tool == Tool::UkAddendum);
    for mechanism in offered {
        let terms = &mechanism.terms;
        let clauses = terms.tool == Tool::Scc2021914;
        if clauses && regime == Regime::Uk {
            tried.reached = true;
            if !addendum {
                tried.reasons.insert(ReasonCode::UkAddendumMissing);
            }
        } else if clauses && terms.module.is_none() {
            tried.reached = true;
            tried.reasons.insert(ReasonCode::ModuleRoleMismatch);
        } else {
            for row in &hop.law.provisions().tools {
                let of_module = match row.module {
                    ModuleScope::One(module) => terms.module == Some(module),
                    ModuleScope::None | ModuleScope::All => true,
                };
                if row.regime == regime && row.tools.contains(&terms.tool) && of_module {
                    one(hop, row, mechanism, destination, &mut tried);
                }
            }
        }
    }
    tried
}

/// The mechanisms that are offered for a hop: each end is named in it or belongs to its group, and
/// at least one is named.
fn offered<'a>(hop: &Hop<'a>) -> Vec<&'a Mechanism> {
    let Some(exporter) = hop.exporter else {
        return Vec::new();
    };
    let named = |mechanism: &Mechanism, who: &Organisation| {
        mechanism
            .parties
            .iter()
            .any(|party| party.organisation == who.slug)
    };
    let of_group = |mechanism: &Mechanism, who: &Organisation| {
        mechanism.group.is_some() && mechanism.group == who.group
    };
    hop.mechanisms
        .iter()
        .filter(|m| named(m, exporter) || of_group(m, exporter))
        .filter(|m| named(m, hop.importer) || of_group(m, hop.importer))
        .filter(|m| named(m, exporter) || named(m, hop.importer))
        .collect()
}

/// Whether an organisation is party to a mechanism on the day, on one of the sides.
fn party(mechanism: &Mechanism, who: &Organisation, sides: &[PartySide], day: Day) -> bool {
    mechanism.parties.iter().any(|party| {
        party.organisation == who.slug
            && sides.contains(&party.side)
            && party.span.is_some_and(|span| span.contains(day))
    })
}

const SENDS: &[PartySide] = &[PartySide::Exporter, PartySide::Both];
const RECEIVES: &[PartySide] = &[PartySide::Importer, PartySide::Both];
const ANY: &[PartySide] = PartySide::ALL;

fn one(hop: &Hop<'_>, row: &ToolRow, mechanism: &Mechanism, destination: &str, tried: &mut Tried) {
    let names_parties = row.requires.iter().any(|entry| {
        matches!(
            entry,
            Requirement::PartyExporter
                | Requirement::PartyImporter
                | Requirement::ExporterBound
                | Requirement::ImporterBound
        )
    });
    let both = hop
        .exporter
        .is_some_and(|exporter| party(mechanism, exporter, SENDS, hop.day))
        && party(mechanism, hop.importer, RECEIVES, hop.day);
    if !names_parties && !both {
        return;
    }
    tried.reached = true;
    if let Some(reason) = role_or_day(hop, row, mechanism) {
        tried.reasons.insert(reason);
        return;
    }
    let mut unmet: BTreeSet<ReasonCode> = row
        .requires
        .iter()
        .filter_map(|entry| requirement(hop, row, mechanism, destination, *entry))
        .collect();
    if hop.unchecked == UncheckedFacts::Deny && !mechanism.checked {
        unmet.insert(ReasonCode::EvidenceUnchecked);
    }
    if unmet.is_empty() {
        let derogation = mechanism.terms.tool.code().contains("derogation");
        let ends = [row.last_day_of_effect, mechanism.ends_on];
        tried.holding.push(Holding {
            outcome: if derogation {
                Outcome::Derogation
            } else {
                Outcome::Safeguard
            },
            last: ends.into_iter().flatten().min(),
            basis: row.basis.id.clone(),
            mechanism: Some(mechanism.id.to_string()),
        });
    }
    tried.reasons.extend(unmet);
}

/// The first role or day that does not fit ends the candidate.
fn role_or_day(hop: &Hop<'_>, row: &ToolRow, mechanism: &Mechanism) -> Option<ReasonCode> {
    let terms = &mechanism.terms;
    let day = hop.day;
    let not_yet = if row.regime == Regime::Ch {
        ReasonCode::NotYetRecognised
    } else {
        ReasonCode::InstrumentNotYetInForce
    };
    if !roles_fit(hop, row, terms) {
        Some(ReasonCode::ModuleRoleMismatch)
    } else if mechanism.ends_on.is_some_and(|last| last < day) {
        Some(ReasonCode::MechanismEnded)
    } else if terms.signed_on.is_some_and(|signed| signed > day) {
        Some(ReasonCode::NotSignedYet)
    } else if day < row.usable_from {
        Some(not_yet)
    } else if before(terms.signed_on, row.first_signing_day) {
        Some(ReasonCode::InstrumentNotYetInForce)
    } else if before(row.last_signing_day, terms.signed_on) {
        Some(ReasonCode::InstrumentRepealed)
    } else if before(row.last_day_of_effect, Some(day)) {
        Some(ReasonCode::GrandfatheringEnded)
    } else {
        None
    }
}

fn before(one: Option<Day>, other: Option<Day>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one < other)
}

fn roles_fit(hop: &Hop<'_>, row: &ToolRow, terms: &Terms) -> bool {
    use Role::{Controller, Processor};
    let (exporter, importer) = match row.roles {
        RoleRule::Fixed { exporter, importer } => (exporter, importer),
        RoleRule::AsModule => match terms.module.map(Module::number) {
            Some(1) => (Some(Controller), Some(Controller)),
            Some(2) => (Some(Controller), Some(Processor)),
            Some(3) => (Some(Processor), Some(Processor)),
            Some(4) => (Some(Processor), Some(Controller)),
            _ => (None, None),
        },
        RoleRule::AsEuTool => match terms.tool {
            Tool::Scc2001497 | Tool::Scc2004915 => (Some(Controller), Some(Controller)),
            Tool::Scc201087 | Tool::Scc200216 => (Some(Controller), Some(Processor)),
            _ => (None, None),
        },
    };
    exporter.is_none_or(|role| role == hop.exporter_role)
        && importer.is_none_or(|role| role == hop.importer_role)
}

/// Why one entry of `requires` is not met.
fn requirement(
    hop: &Hop<'_>,
    row: &ToolRow,
    mechanism: &Mechanism,
    destination: &str,
    entry: Requirement,
) -> Option<ReasonCode> {
    use Requirement as R;
    let terms = &mechanism.terms;
    let exporter = |sides| {
        hop.exporter
            .is_some_and(|exporter| party(mechanism, exporter, sides, hop.day))
    };
    let importer = |sides| party(mechanism, hop.importer, sides, hop.day);
    let by_today = |day: Option<Day>| day.is_some_and(|day| day <= hop.day);
    let (met, otherwise) = match entry {
        R::Tia => {
            let needed = !module_four(terms) || terms.combined_with_eu_data;
            return assessment(hop, mechanism, destination, needed);
        }
        R::TiaIfCombinedWithEuData => {
            return assessment(hop, mechanism, destination, terms.combined_with_eu_data);
        }
        R::Signed => (by_today(terms.signed_on), ReasonCode::NotSignedYet),
        R::PartyExporter => (exporter(SENDS), ReasonCode::PartyMissing),
        R::PartyImporter => (importer(RECEIVES), ReasonCode::PartyMissing),
        R::ExporterBound => (exporter(ANY), ReasonCode::ImporterNotBound),
        R::ImporterBound => (importer(ANY), ReasonCode::ImporterNotBound),
        R::ImporterNotSubjectToGdpr => (
            hop.importer.attributes.get(&Attribute::SubjectToGdpr) != Some(&true),
            ReasonCode::ImporterSubjectToGdpr,
        ),
        R::ProcessingUnchanged => (
            !(by_today(terms.processing_changed_on)
                && before(row.last_signing_day, terms.processing_changed_on)),
            ReasonCode::GrandfatheringLost,
        ),
        R::Approved => (by_today(terms.approved_on), ReasonCode::ApprovalMissing),
        R::ApprovedByEeaAuthority => (eea_authority(hop, terms), ReasonCode::ApprovalMissing),
        // Nothing can be recorded that meets it: no code with general validity is known.
        R::GeneralValidity => (false, ReasonCode::ApprovalMissing),
        R::Authorised => (
            by_today(terms.authorised_on),
            ReasonCode::AuthorisationMissing,
        ),
        other => stated(hop, terms, other),
    };
    (!met).then_some(otherwise)
}

fn eea_authority(hop: &Hop<'_>, terms: &Terms) -> bool {
    terms.approved_by.is_none_or(|country| {
        membership(hop.law, Regime::Eu, country, hop.day)
            .is_some_and(|row| row.status == MembershipStatus::Inside && row.gives_regime)
    })
}

/// The entries that somebody's statement meets.
fn stated(hop: &Hop<'_>, terms: &Terms, entry: Requirement) -> (bool, ReasonCode) {
    use Requirement as R;
    let said = &terms.statements;
    let met = match entry {
        R::SwissAddendum => return (said.swiss_addendum, ReasonCode::SwissAddendumMissing),
        R::NotifiedToFdpic => return (said.notified_to_fdpic, ReasonCode::NotificationMissing),
        R::BindingCommitments => return (said.binding_commitments, ReasonCode::CommitmentsMissing),
        R::PublicBodies => return (said.public_bodies, ReasonCode::RecipientOutOfScope),
        R::Occasional => return (said.occasional, ReasonCode::DerogationNotOccasional),
        R::Explicit => said.explicit,
        R::InformedOfRisks => said.informed_of_risks,
        R::NoPublicAuthorityPowers => !said.public_authority_powers,
        R::Necessary => said.necessary,
        R::LawReference => said.law_reference,
        R::VitalInterest => said.vital_interest,
        R::IncapableOfConsent => said.incapable_of_consent,
        R::PublicRegister => said.public_register,
        R::NotTheWholeRegister => said.not_the_whole_register,
        R::NotRepetitive => said.repetitive == Some(false),
        R::LimitedSubjects => said.limited_subjects,
        R::SupervisoryAuthorityInformed => said.supervisory_authority_informed,
        R::DataSubjectsInformed => said.data_subjects_informed,
        R::DocumentedInRecord => said.documented_in_record,
        R::ExporterIsController => hop.exporter_role == Role::Controller,
        R::PublicInterestOrLegalClaims => said.public_interest_or_legal_claims,
        R::MadePublicByDataSubject => said.made_public_by_data_subject,
        R::ProcessingNotProhibited => said.processing_not_prohibited,
        _ => false,
    };
    (met, ReasonCode::DerogationConditionUnmet)
}

/// A processor that sends back to its controller, under whichever regime.
fn module_four(terms: &Terms) -> bool {
    matches!(terms.tool, Tool::Scc2021914 | Tool::UkAddendum)
        && terms.module.map(Module::number) == Some(4)
}

/// The assessment of this mechanism for this destination, from the judgment on. An unfavourable
/// one denies even where none is needed.
fn assessment(
    hop: &Hop<'_>,
    mechanism: &Mechanism,
    destination: &str,
    needed: bool,
) -> Option<ReasonCode> {
    if hop.day < ASSESSMENT_FROM {
        return None;
    }
    let concluded = |one: &Assessment| one.concluded_on.unwrap_or(Day::MIN);
    let review = |one: &Assessment| one.next_review.unwrap_or(Day::MAX);
    let mut counting: Vec<_> = mechanism
        .assessments
        .iter()
        .filter(|one| {
            one.destination
                .as_deref()
                .is_none_or(|code| code == destination)
        })
        .filter(|one| concluded(one) <= hop.day)
        .collect();
    counting.sort_by(|one, other| {
        concluded(other)
            .cmp(&concluded(one))
            .then_with(|| other.conclusion.cmp(&one.conclusion))
            .then_with(|| review(one).cmp(&review(other)))
    });
    match counting.first() {
        Some(one) if one.conclusion == Conclusion::Unfavourable => {
            Some(ReasonCode::TiaUnfavourable)
        }
        _ if !needed => None,
        None => Some(ReasonCode::TiaMissing),
        Some(one) if review(one) < hop.day => Some(ReasonCode::TiaOverdue),
        Some(_) => None,
    }
}
