//! A mechanism as the API shows it.

use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use transfer_decision::{
    facts,
    vocabulary::{PartySide, Tool},
};
use transfer_registry_core::mechanisms;
use uuid::Uuid;

use crate::api::{
    codes::Code,
    strict::Input,
    v1::impact_assessments::ImpactAssessment,
    values::{CountryCode, Day},
};

/// The instrument that a transfer rests on: a safeguard or derogation concluded between parties.
/// Days inclusive.
#[derive(Debug, Object, Serialize)]
pub(crate) struct Mechanism {
    /// Its id.
    id: Uuid,
    /// The group that keeps it, by slug.
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    /// What it is.
    tool: Code<Tool>,
    /// The module of the EU clauses, 1 to 4.
    #[serde(skip_serializing_if = "Option::is_none")]
    module: Option<u8>,
    /// The day of signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_on: Option<Day>,
    /// The first day on which the processing was no longer what was signed for.
    #[serde(skip_serializing_if = "Option::is_none")]
    processing_changed_on: Option<Day>,
    /// The day of approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    approved_on: Option<Day>,
    /// The country of the approving authority; absent: one in the EEA.
    #[serde(skip_serializing_if = "Option::is_none")]
    approved_by: Option<CountryCode>,
    /// The day of authorisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    authorised_on: Option<Day>,
    /// Whether a processor combined the data with data that it collected in the EU.
    combined_with_eu_data: bool,
    /// The statements made about it.
    statements: Statements,
    /// The last day on which it carries transfers.
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_on: Option<Day>,
    /// Who is party to it, or bound by it.
    parties: Vec<MechanismParty>,
    /// The impact assessments made for it.
    assessments: Vec<ImpactAssessment>,
    /// What it is called among the parties.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// The law that governs it, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    governing_law: Option<String>,
    /// Where the document is.
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<String>,
    /// SHA-256 of the document, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    document_sha256: Option<String>,
    /// What else a reader must know, such as why a derogation is necessary.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// How often it may be used; absent: as often as the law lets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    uses_limit: Option<i32>,
    /// When it was used, in the order of recording.
    uses: Vec<MechanismUse>,
    /// The day from which on it carries nothing any more, because it was used as often as it may
    /// be.
    #[serde(skip_serializing_if = "Option::is_none")]
    exhausted_from: Option<Day>,
    /// Where the fact comes from.
    source: String,
    /// When somebody last checked it.
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_on: Option<Day>,
    /// How often it was written, from 1.
    version: i64,
}

/// An organisation's part in a mechanism; days inclusive.
#[derive(Debug, Clone, PartialEq, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MechanismParty {
    /// Who, by slug; to be recorded, by slug or id.
    #[oai(validator(min_length = 1, max_length = 200))]
    organisation: String,
    /// On which side.
    side: Code<PartySide>,
    /// The day of accession; absent: the mechanism's own first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    acceded_on: Option<Day>,
    /// The last day as a party.
    #[serde(skip_serializing_if = "Option::is_none")]
    left_on: Option<Day>,
}

impl Input for MechanismParty {}

/// One use of a mechanism that may be used a limited number of times.
#[derive(Debug, Object, Serialize)]
pub(crate) struct MechanismUse {
    /// Its id.
    id: Uuid,
    /// The day.
    on: Day,
    /// What was transferred, and why it was necessary.
    note: String,
}

impl From<&mechanisms::Use> for MechanismUse {
    fn from(used: &mechanisms::Use) -> Self {
        let mechanisms::Use { id, on, note } = used;
        Self {
            id: *id,
            on: Day(*on),
            note: note.clone(),
        }
    }
}

/// Statements about a mechanism, each under the name of the requirement that it meets.
#[derive(Debug, Clone, Default, PartialEq, Object, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[oai(rename = "MechanismStatements")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one statement of the law's own list"
)]
pub(crate) struct Statements {
    /// The adaptations that the FDPIC asks for are agreed.
    #[oai(default)]
    swiss_addendum: bool,
    /// The FDPIC was notified beforehand.
    #[oai(default)]
    notified_to_fdpic: bool,
    /// The importer made binding and enforceable commitments.
    #[oai(default)]
    binding_commitments: bool,
    /// Both parties are public bodies.
    #[oai(default)]
    public_bodies: bool,
    /// Consent is explicit.
    #[oai(default)]
    explicit: bool,
    /// The data subject was told of the risks.
    #[oai(default)]
    informed_of_risks: bool,
    /// The transfer is necessary.
    #[oai(default)]
    necessary: bool,
    /// It is occasional.
    #[oai(default)]
    occasional: bool,
    /// It is repetitive; unstated counts as repetitive.
    #[serde(skip_serializing_if = "Option::is_none")]
    repetitive: Option<bool>,
    /// It concerns a limited number of data subjects.
    #[oai(default)]
    limited_subjects: bool,
    /// The supervisory authority was informed.
    #[oai(default)]
    supervisory_authority_informed: bool,
    /// The data subjects were informed.
    #[oai(default)]
    data_subjects_informed: bool,
    /// The assessment stands in the record of processing.
    #[oai(default)]
    documented_in_record: bool,
    /// The exporter acts in the exercise of public powers.
    #[oai(default)]
    public_authority_powers: bool,
    /// The law or treaty is named.
    #[oai(default)]
    law_reference: bool,
    /// Vital interests are at stake.
    #[oai(default)]
    vital_interest: bool,
    /// The data subject cannot consent.
    #[oai(default)]
    incapable_of_consent: bool,
    /// The data come from a public register.
    #[oai(default)]
    public_register: bool,
    /// And not the whole of it.
    #[oai(default)]
    not_the_whole_register: bool,
    /// Overriding public interest or legal claims.
    #[oai(default)]
    public_interest_or_legal_claims: bool,
    /// The data subject made the data generally accessible.
    #[oai(default)]
    made_public_by_data_subject: bool,
    /// And did not expressly prohibit the processing.
    #[oai(default)]
    processing_not_prohibited: bool,
}

impl From<&facts::Statements> for Statements {
    fn from(statements: &facts::Statements) -> Self {
        let facts::Statements {
            swiss_addendum,
            notified_to_fdpic,
            binding_commitments,
            public_bodies,
            explicit,
            informed_of_risks,
            necessary,
            occasional,
            repetitive,
            limited_subjects,
            supervisory_authority_informed,
            data_subjects_informed,
            documented_in_record,
            public_authority_powers,
            law_reference,
            vital_interest,
            incapable_of_consent,
            public_register,
            not_the_whole_register,
            public_interest_or_legal_claims,
            made_public_by_data_subject,
            processing_not_prohibited,
        } = *statements;
        Self {
            swiss_addendum,
            notified_to_fdpic,
            binding_commitments,
            public_bodies,
            explicit,
            informed_of_risks,
            necessary,
            occasional,
            repetitive,
            limited_subjects,
            supervisory_authority_informed,
            data_subjects_informed,
            documented_in_record,
            public_authority_powers,
            law_reference,
            vital_interest,
            incapable_of_consent,
            public_register,
            not_the_whole_register,
            public_interest_or_legal_claims,
            made_public_by_data_subject,
            processing_not_prohibited,
        }
    }
}

impl From<&mechanisms::Party> for MechanismParty {
    fn from(party: &mechanisms::Party) -> Self {
        let mechanisms::Party {
            organisation,
            side,
            acceded_on,
            left_on,
        } = party;
        Self {
            organisation: organisation.clone(),
            side: Code(*side),
            acceded_on: acceded_on.map(Day),
            left_on: left_on.map(Day),
        }
    }
}

impl From<&mechanisms::Mechanism> for Mechanism {
    fn from(mechanism: &mechanisms::Mechanism) -> Self {
        let mechanisms::Mechanism {
            id,
            group,
            tool,
            module,
            signed_on,
            processing_changed_on,
            approved_on,
            approved_by,
            authorised_on,
            combined_with_eu_data,
            statements,
            ends_on,
            parties,
            assessments,
            title,
            governing_law,
            document,
            document_sha256,
            note,
            uses_limit,
            uses,
            source,
            checked_on,
            version,
        } = mechanism;
        Self {
            id: *id,
            group: group.clone(),
            tool: Code(*tool),
            module: module.map(transfer_decision::vocabulary::Module::number),
            signed_on: signed_on.map(Day),
            processing_changed_on: processing_changed_on.map(Day),
            approved_on: approved_on.map(Day),
            approved_by: approved_by.map(CountryCode),
            authorised_on: authorised_on.map(Day),
            combined_with_eu_data: *combined_with_eu_data,
            statements: statements.into(),
            ends_on: ends_on.map(Day),
            parties: parties.iter().map(MechanismParty::from).collect(),
            assessments: assessments
                .iter()
                .map(|made| ImpactAssessment::of(mechanism.id, made))
                .collect(),
            title: title.clone(),
            governing_law: governing_law.clone(),
            document: document.clone(),
            document_sha256: document_sha256.clone(),
            note: note.clone(),
            uses_limit: *uses_limit,
            uses: uses.iter().map(MechanismUse::from).collect(),
            exhausted_from: mechanism.exhausted_from().map(Day),
            source: source.clone(),
            checked_on: checked_on.map(Day),
            version: *version,
        }
    }
}
