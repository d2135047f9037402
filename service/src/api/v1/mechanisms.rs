//! Transfer mechanisms, with their parties and impact assessments.

use poem::{Result, web::Data};
use poem_openapi::{Object, OpenApi, param::Path};
use serde::Serialize;
use transfer_decision::{
    facts,
    vocabulary::{Conclusion, PartySide, Tool},
};
use transfer_registry_core::{Registry, Snapshot, impact_assessments, mechanisms};
use uuid::Uuid;

use super::Tag;
use crate::{
    api::{
        answer::{Answer, One},
        auth::Caller,
        codes::Code,
        paging::page,
        query::{AS_OF, CURSOR, KNOWN_AT, Kind, LIMIT, Parameter, Parameters, Query},
        values::{CountryCode, Day},
    },
    days::concluded_on,
    refusal::Refusal,
};

/// Mechanisms.
pub(crate) struct Mechanisms;

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
    /// Where the document is.
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<String>,
    /// Where the fact comes from.
    source: String,
    /// When somebody last checked it.
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_on: Option<Day>,
    /// How often it was written, from 1.
    version: i64,
}

/// An organisation's part in a mechanism; days inclusive.
#[derive(Debug, Object, Serialize)]
pub(crate) struct MechanismParty {
    /// Who, by slug.
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

/// A transfer impact assessment: the exporter's assessment for a mechanism and a destination.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ImpactAssessment {
    /// Its id.
    id: Uuid,
    /// A country's or area's code, or an organisation's slug.
    destination: String,
    /// What it came to.
    conclusion: Code<Conclusion>,
    /// The day on which it was concluded.
    concluded_on: Day,
    /// The day of its next review; overdue from the day after.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_review: Option<Day>,
    /// The supplementary measures.
    #[serde(skip_serializing_if = "Option::is_none")]
    measures: Option<String>,
    /// Where the fact comes from.
    source: String,
    /// How often it was written, from 1.
    version: i64,
}

/// Statements about a mechanism, each under the name of the requirement that it meets.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "MechanismStatements")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one statement of the law's own list"
)]
pub(crate) struct Statements {
    /// The adaptations that the FDPIC asks for are agreed.
    swiss_addendum: bool,
    /// The FDPIC was notified beforehand.
    notified_to_fdpic: bool,
    /// The importer made binding and enforceable commitments.
    binding_commitments: bool,
    /// Both parties are public bodies.
    public_bodies: bool,
    /// Consent is explicit.
    explicit: bool,
    /// The data subject was told of the risks.
    informed_of_risks: bool,
    /// The transfer is necessary.
    necessary: bool,
    /// It is occasional.
    occasional: bool,
    /// It is repetitive; unstated counts as repetitive.
    #[serde(skip_serializing_if = "Option::is_none")]
    repetitive: Option<bool>,
    /// It concerns a limited number of data subjects.
    limited_subjects: bool,
    /// The supervisory authority was informed.
    supervisory_authority_informed: bool,
    /// The data subjects were informed.
    data_subjects_informed: bool,
    /// The assessment stands in the record of processing.
    documented_in_record: bool,
    /// The exporter acts in the exercise of public powers.
    public_authority_powers: bool,
    /// The law or treaty is named.
    law_reference: bool,
    /// Vital interests are at stake.
    vital_interest: bool,
    /// The data subject cannot consent.
    incapable_of_consent: bool,
    /// The data come from a public register.
    public_register: bool,
    /// And not the whole of it.
    not_the_whole_register: bool,
    /// Overriding public interest or legal claims.
    public_interest_or_legal_claims: bool,
    /// The data subject made the data generally accessible.
    made_public_by_data_subject: bool,
    /// And did not expressly prohibit the processing.
    processing_not_prohibited: bool,
}

/// A page of mechanisms.
#[derive(Debug, Object, Serialize)]
pub(crate) struct MechanismPage {
    /// The mechanisms, by id.
    items: Vec<Mechanism>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
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

impl From<&impact_assessments::ImpactAssessment> for ImpactAssessment {
    fn from(assessment: &impact_assessments::ImpactAssessment) -> Self {
        let impact_assessments::ImpactAssessment {
            id,
            destination,
            conclusion,
            concluded_on,
            next_review,
            measures,
            source,
            version,
        } = assessment;
        Self {
            id: *id,
            destination: destination.clone(),
            conclusion: Code(*conclusion),
            concluded_on: Day(*concluded_on),
            next_review: next_review.map(Day),
            measures: measures.clone(),
            source: source.clone(),
            version: *version,
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
            document,
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
            assessments: assessments.iter().map(ImpactAssessment::from).collect(),
            document: document.clone(),
            source: source.clone(),
            checked_on: checked_on.map(Day),
            version: *version,
        }
    }
}

/// What narrows the list.
pub(crate) struct MechanismFilters;

impl Parameters for MechanismFilters {
    const OPERATION: &'static str = "listMechanisms";
    const PARAMETERS: &'static [Parameter] = &[
        LIMIT,
        CURSOR,
        AS_OF,
        KNOWN_AT,
        Parameter::new(
            "group",
            "Only mechanisms that this group keeps, by slug or id.",
            Kind::Name,
        ),
        Parameter::new(
            "organisation",
            "Only mechanisms to which this organisation is party, by slug or id.",
            Kind::Name,
        ),
        Parameter::new(
            "tool",
            "Only mechanisms of this tool.",
            Kind::code::<Tool>(),
        ),
    ];
}

/// What one mechanism is asked with.
pub(crate) struct MechanismQuery;

impl Parameters for MechanismQuery {
    const OPERATION: &'static str = "getMechanism";
    const PARAMETERS: &'static [Parameter] = &[KNOWN_AT];
}

#[OpenApi(prefix_path = "/v1/mechanisms", tag = "Tag::Mechanisms")]
impl Mechanisms {
    /// List mechanisms
    ///
    /// Every mechanism that the filters leave, by id.
    #[oai(path = "/", method = "get", operation_id = "listMechanisms")]
    async fn list(
        &self,
        _caller: Caller,
        registry: Data<&Registry>,
        query: Query<MechanismFilters>,
    ) -> Result<Answer<MechanismPage>, Refusal> {
        let snapshot = registry.snapshot();
        let kept = snapshot
            .mechanisms()
            .iter()
            .filter(|m| keeps(&snapshot, &query, m));
        let (items, next_cursor) = page(kept, &query, |mechanism| mechanism.id.to_string());
        let items = items.into_iter().map(Mechanism::from).collect();
        Answer::of(snapshot.revision(), &MechanismPage { items, next_cursor })
    }

    /// Get a mechanism
    ///
    /// One mechanism, by id.
    #[oai(path = "/:id", method = "get", operation_id = "getMechanism")]
    async fn get(
        &self,
        _caller: Caller,
        registry: Data<&Registry>,
        _query: Query<MechanismQuery>,
        /// The mechanism's id.
        id: Path<String>,
    ) -> Result<One<Mechanism>, Refusal> {
        let snapshot = registry.snapshot();
        let id: Uuid = id.0.parse().map_err(|_| Refusal::NotFound)?;
        let found = snapshot
            .mechanisms()
            .iter()
            .find(|mechanism| mechanism.id == id)
            .ok_or(Refusal::NotFound)?;
        One::of(snapshot.revision(), &found.into())
    }
}

fn keeps(
    snapshot: &Snapshot,
    query: &Query<MechanismFilters>,
    mechanism: &mechanisms::Mechanism,
) -> bool {
    let of_group = query.text("group").is_none_or(|named| {
        let group = snapshot.group(named).map(|group| group.slug.as_str());
        group.is_some() && group == mechanism.group.as_deref()
    });
    let of_organisation = query.text("organisation").is_none_or(|named| {
        snapshot.organisation(named).is_some_and(|organisation| {
            mechanism
                .parties
                .iter()
                .any(|party| party.organisation == organisation.slug)
        })
    });
    of_group
        && of_organisation
        && query
            .code("tool")
            .is_none_or(|tool: Tool| tool == mechanism.tool)
        && query.as_of().is_none_or(|day| concluded_on(mechanism, day))
}
