//! The conditions of derogations: GDPR Art. 49, Directive 95/46 Art. 26(1), FADP Art. 17, old FADP
//! Art. 6(2). Each row names its own; all must be met, and what nobody stated is not met.

use crate::{
    facts::Statements,
    vocabulary::{Requirement, Role},
};

/// Whether the statements meet a condition. Requirements of safeguards are not conditions, and
/// are never met here.
pub(crate) fn met(condition: Requirement, stated: &Statements, exporter: Role) -> bool {
    match condition {
        Requirement::Explicit => stated.explicit,
        Requirement::InformedOfRisks => stated.informed_of_risks,
        Requirement::NoPublicAuthorityPowers => !stated.public_authority_powers,
        Requirement::Necessary => stated.necessary,
        Requirement::Occasional => stated.occasional,
        Requirement::LawReference => stated.law_reference,
        Requirement::VitalInterest => stated.vital_interest,
        Requirement::IncapableOfConsent => stated.incapable_of_consent,
        Requirement::PublicRegister => stated.public_register,
        Requirement::NotTheWholeRegister => stated.not_the_whole_register,
        Requirement::NotRepetitive => stated.repetitive == Some(false),
        Requirement::LimitedSubjects => stated.limited_subjects,
        Requirement::SupervisoryAuthorityInformed => stated.supervisory_authority_informed,
        Requirement::DataSubjectsInformed => stated.data_subjects_informed,
        Requirement::DocumentedInRecord => stated.documented_in_record,
        Requirement::ExporterIsController => exporter == Role::Controller,
        Requirement::PublicInterestOrLegalClaims => stated.public_interest_or_legal_claims,
        Requirement::MadePublicByDataSubject => stated.made_public_by_data_subject,
        Requirement::ProcessingNotProhibited => stated.processing_not_prohibited,
        Requirement::Tia
        | Requirement::TiaIfCombinedWithEuData
        | Requirement::Signed
        | Requirement::PartyExporter
        | Requirement::PartyImporter
        | Requirement::ImporterNotSubjectToGdpr
        | Requirement::ProcessingUnchanged
        | Requirement::Approved
        | Requirement::ApprovedByEeaAuthority
        | Requirement::ImporterBound
        | Requirement::ExporterBound
        | Requirement::PublicBodies
        | Requirement::GeneralValidity
        | Requirement::BindingCommitments
        | Requirement::Authorised
        | Requirement::SwissAddendum
        | Requirement::NotifiedToFdpic => false,
    }
}
