//! What the law says, in words.

use transfer_decision::{
    law::Condition,
    span::Day,
    vocabulary::{Attribute, Confidence, EndKind, MembershipStatus, Regime, Requirement},
};
use transfer_registry_seed::law::{AdequacyRecord, MembershipRecord};

pub(super) use crate::pages::console::words::{capital, day, regime};
use crate::pages::console::words::{data_category, framework};

/// The regime's own area.
pub(super) const fn area(regime: Regime) -> &'static str {
    match regime {
        Regime::Eu => "the European Economic Area",
        Regime::Ch => "Switzerland",
        Regime::Uk => "the United Kingdom",
    }
}

/// How something ended, or will, in a word or two.
pub(super) const fn ended(kind: Option<EndKind>, over: bool) -> &'static str {
    match (kind, over) {
        (Some(EndKind::Invalidated), true) => "struck down",
        (Some(EndKind::Invalidated), false) => "is struck down",
        (Some(EndKind::Withdrawn), true) => "withdrawn",
        (Some(EndKind::Withdrawn), false) => "is withdrawn",
        (Some(EndKind::Expired), true) => "expired",
        (Some(EndKind::Expired), false) => "expires",
        (Some(EndKind::Replaced), true) => "replaced",
        (Some(EndKind::Replaced), false) => "is replaced",
        (Some(EndKind::Accession), true) => "joined the area",
        (Some(EndKind::Accession), false) => "joins the area",
        (None, true) => "ended",
        (None, false) => "ends",
    }
}

/// The same as a sentence's end.
pub(super) const fn because(kind: EndKind, over: bool) -> &'static str {
    match (kind, over) {
        (EndKind::Invalidated, true) => "a court struck it down",
        (EndKind::Invalidated, false) => "a court strikes it down",
        (EndKind::Withdrawn, true) => "its authority withdrew it",
        (EndKind::Withdrawn, false) => "its authority withdraws it",
        (EndKind::Expired, true) => "it reached its own last day",
        (EndKind::Expired, false) => "it reaches its own last day",
        (EndKind::Replaced, true) => "another act continued it",
        (EndKind::Replaced, false) => "another act continues it",
        (EndKind::Accession, true) => "the territory joined the area itself",
        (EndKind::Accession, false) => "the territory joins the area itself",
    }
}

/// What an international organisation with a decision of its own is called.
pub(super) fn organisation(slug: &str) -> &str {
    match slug {
        "epo" => "European Patent Organisation",
        other => other,
    }
}

/// How well a row is established.
pub(super) const fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Sourced => "read in the official text",
        Confidence::Known => "established knowledge of the field",
        Confidence::Uncertain => {
            "uncertain; applied as written, and every verdict that rests on it says so"
        }
    }
}

/// A span of days: "from 10 July 2023" or "10 July 2023 to 4 May 2024".
pub(super) fn days(from: Day, to: Option<Day>) -> String {
    match to {
        None => format!("from {}", day(from)),
        Some(to) => format!("{} to {}", day(from), day(to)),
    }
}

/// Whether it is inside needs a look.
pub(super) fn under_review(regime: Regime) -> String {
    format!("Under review: whether it is inside {}", area(regime))
}

/// An adequacy decision, in a sentence or two, as it is told on a day.
pub(super) fn of_decision(record: &AdequacyRecord, on: Day) -> String {
    let mut said = format!(
        "{} ({}): {}",
        record.title,
        record.citation,
        days(record.valid_from, record.valid_to)
    );
    if let Some(kind) = record.end_kind {
        said.push_str(", when ");
        said.push_str(because(kind, record.valid_to.is_some_and(|last| last < on)));
    }
    said.push('.');
    if !record.conditions.is_empty() {
        said.push_str(" It covers a part only.");
    }
    if record.challenge.is_some() {
        said.push_str(" It is being challenged in court.");
    }
    if record.is_amended() {
        said.push_str(" Recorded or changed here beside the law pack.");
    }
    said
}

/// A membership, in a sentence or two.
pub(super) fn of_membership(record: &MembershipRecord, title: &str) -> String {
    let days = days(record.valid_from, record.valid_to);
    let mut said = format!("{title}: {days}.");
    let (reason, working_note) = for_readers(&record.reason);
    if working_note && record.status == MembershipStatus::ReviewRequired {
        // All of it is what was found so far, for whoever looks, and settles nothing.
        said.push_str(" It is judged as a third country until somebody has looked.");
    } else if !reason.is_empty() {
        said.push(' ');
        said.push_str(&capital(reason));
        if !said.ends_with('.') {
            said.push('.');
        }
    }
    if record.is_amended() {
        said.push_str(" Recorded or changed here beside the law pack.");
    }
    said
}

/// What of a membership's reason is written for readers: not the working note in brackets at its end.
/// Whether there is such a note.
fn for_readers(reason: &str) -> (&str, bool) {
    match reason.rsplit_once(" [") {
        Some((reason, note)) if note.ends_with(']') => (reason.trim(), true),
        _ => (reason.trim(), false),
    }
}

/// A condition of an adequacy decision, as a sentence without its end.
pub(super) fn condition(condition: &Condition) -> String {
    let list = |words: Vec<String>| words.join(" or ");
    let who = |all: &[Attribute]| list(all.iter().map(|one| attribute(*one).to_owned()).collect());
    match condition {
        Condition::RequiresCertification(of) => format!(
            "the importer is certified under the {} on the day",
            framework(*of)
        ),
        Condition::HrDataRequiresHrCoverage => {
            "for employment (HR) data, the certification covers such data".to_owned()
        }
        Condition::RequiresRecipientAttribute(any) => format!("the importer is {}", who(any)),
        Condition::ExcludesRecipient(none) => format!("the importer is not {}", who(none)),
        Condition::ExcludesPurpose(none) => format!(
            "the purpose is not {}",
            list(none.iter().map(|code| code.replace('_', " ")).collect())
        ),
        Condition::RequiresDataCategory(category) => {
            format!("the data is {}", data_category(*category))
        }
        Condition::ExcludesData(none) => format!(
            "the data is not of the category {}",
            list(none.iter().map(|one| format!("“{}”", one.code())).collect())
        ),
    }
}

/// Who has an attribute.
const fn attribute(attribute: Attribute) -> &'static str {
    match attribute {
        Attribute::SubjectToPipeda => "a commercial organisation under PIPEDA",
        Attribute::SubjectToCaEquivalentProvincialLaw => {
            "under a provincial law that Switzerland treats as equivalent to PIPEDA"
        }
        Attribute::UsCbp => "US Customs and Border Protection",
        Attribute::CaCbsa => "the Canada Border Services Agency",
        Attribute::AutomatedProcessing => "one that processes the data by automated means",
        Attribute::AppiBusinessOperator => "a business operator under the APPI",
        Attribute::ReligiousMissionary => "a religious organisation in its missionary activity",
        Attribute::PoliticalPartyNomination => "a political party in nominating candidates",
        Attribute::CreditInformationUnderFsc => {
            "a controller overseen by the FSC, for personal credit information"
        }
        Attribute::SubjectToGdpr => "itself subject to the GDPR",
    }
}

/// What a transfer tool asks for, in words.
pub(super) const fn requirement(requirement: Requirement) -> &'static str {
    match requirement {
        Requirement::Tia => "a favourable transfer impact assessment (from 16 July 2020)",
        Requirement::TiaIfCombinedWithEuData => {
            "a favourable transfer impact assessment, if the processor combines the data with data collected in the EU"
        }
        Requirement::Signed => "a signature by the day",
        Requirement::PartyExporter => "the exporter is a party",
        Requirement::PartyImporter => "the importer is a party",
        Requirement::ImporterNotSubjectToGdpr => "the importer is not itself subject to the GDPR",
        Requirement::ProcessingUnchanged => {
            "the processing did not change after the last day of signing"
        }
        Requirement::Approved => "an approval by the day",
        Requirement::ApprovedByEeaAuthority => "an approval by an authority in the EEA",
        Requirement::ImporterBound => "the importer is bound",
        Requirement::ExporterBound => "the exporter is bound",
        Requirement::PublicBodies => "both are public bodies",
        Requirement::GeneralValidity => "general validity, given by the Commission",
        Requirement::BindingCommitments => "binding and enforceable commitments of the importer",
        Requirement::Authorised => "an authorisation by the day",
        Requirement::SwissAddendum => "the adaptations that the FDPIC asks for",
        Requirement::NotifiedToFdpic => "notification to the FDPIC beforehand",
        Requirement::Explicit => "explicit consent",
        Requirement::InformedOfRisks => "the data subject was told of the risks",
        Requirement::NoPublicAuthorityPowers => "no exercise of public powers",
        Requirement::Necessary => "the transfer is necessary for the purpose",
        Requirement::Occasional => "the transfer is occasional",
        Requirement::LawReference => "the law or treaty that recognises the interest is named",
        Requirement::VitalInterest => "vital interests are at stake",
        Requirement::IncapableOfConsent => "the data subject cannot consent",
        Requirement::PublicRegister => "the data come from a public register",
        Requirement::NotTheWholeRegister => "not the whole register",
        Requirement::NotRepetitive => "the transfer is not repetitive",
        Requirement::LimitedSubjects => "a limited number of data subjects",
        Requirement::SupervisoryAuthorityInformed => "the supervisory authority was informed",
        Requirement::DataSubjectsInformed => "the data subjects were informed",
        Requirement::DocumentedInRecord => "the assessment stands in the record of processing",
        Requirement::ExporterIsController => "the exporter is a controller",
        Requirement::PublicInterestOrLegalClaims => "overriding public interest or legal claims",
        Requirement::MadePublicByDataSubject => {
            "the data subject made the data generally accessible"
        }
        Requirement::ProcessingNotProhibited => "and did not expressly prohibit the processing",
    }
}
