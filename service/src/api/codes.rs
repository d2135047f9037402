//! The core's closed vocabularies in the API's document.
//!
//! The words are those of the core and stand nowhere else: a vocabulary is listed here once, with
//! its name in the document and whether it may grow in answers.

use std::borrow::Cow;

use poem_openapi::{
    registry::{MetaSchema, MetaSchemaRef, Registry},
    types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use transfer_decision::vocabulary as core;

/// A vocabulary as the document shows it.
pub(crate) trait Vocabulary: Copy + Send + Sync + 'static {
    /// Its name in the document.
    const NAME: &'static str;
    /// What its codes are about.
    const ABOUT: &'static str;
    /// Whether it may grow: then the document lists today's codes without closing the list, so
    /// that a generated client does not fail on a new one.
    const GROWS: bool;

    /// Its members.
    fn all() -> &'static [Self];

    /// The stable code.
    fn code(self) -> &'static str;
}

/// The vocabularies that may grow, by name, with today's codes; for the document.
pub(crate) type Growing = (&'static str, Vec<&'static str>);

macro_rules! vocabularies {
    ($($ty:ty, $name:literal, $grows:literal, $about:literal;)+) => {
        $(impl Vocabulary for $ty {
            const NAME: &'static str = $name;
            const ABOUT: &'static str = $about;
            const GROWS: bool = $grows;

            fn all() -> &'static [Self] {
                Self::ALL
            }

            fn code(self) -> &'static str {
                <$ty>::code(self)
            }
        })+

        /// Every vocabulary that may grow.
        pub(crate) fn growing() -> Vec<Growing> {
            let mut growing = Vec::new();
            $(if <$ty as Vocabulary>::GROWS {
                growing.push(($name, <$ty>::ALL.iter().map(|member| <$ty>::code(*member)).collect()));
            })+
            growing
        }
    };
}

vocabularies! {
    core::Regime, "Regime", false, "A body of law that protects the data: `eu` (GDPR, EEA), `ch` (Swiss FADP), `uk` (UK GDPR).";
    core::Role, "Role", false, "What an organisation is to the data within one hop.";
    core::Outcome, "Outcome", false, "How a finding comes out, from the firmest basis to none.";
    core::UncheckedFacts, "UncheckedFacts", false, "What a certification or mechanism that nobody has checked does to a verdict.";
    core::Decision, "Decision", false, "The answer. Anything but 200 with `allow` is a no.";
    core::Activity, "Activity", false, "What the importer does with the data at a destination.";
    core::RegimeCause, "RegimeCause", false, "Why a regime applies.";
    core::RelationshipKind, "RelationshipKind", false, "What connects exporter and importer in the register.";
    core::RelationshipOutcome, "RelationshipOutcome", false, "Whether the register lets the importer receive from the exporter at all.";
    core::OrganisationKind, "OrganisationKind", false, "What kind of legal entity an organisation is to the register.";
    core::Conclusion, "Conclusion", false, "What a transfer impact assessment came to.";
    core::PartySide, "PartySide", false, "On which side an organisation stands in a mechanism.";
    core::EndKind, "EndKind", false, "How an adequacy decision ended.";
    core::Confidence, "Confidence", false, "How well a fact of the law pack is established.";
    core::DataCategory, "DataCategory", true, "A category of personal data.";
    core::Effect, "Effect", true, "What a change does to an active engagement or flow.";
    transfer_registry_core::attention::AttentionKind, "AttentionKind", true, "What somebody should look at.";
    transfer_registry_core::attention::NextStep, "NextStep", true, "What to do next about an item of the work list.";
    transfer_registry_core::participants::DifferenceKind, "ParticipantDifferenceKind", true, "How the register and the Data Privacy Framework's list differ; `confirmed`: they agree.";
    crate::api::v1::participant_lists::CorrectionKind, "ParticipantCorrectionKind", true, "What confirming a difference writes.";
    transfer_registry_core::organisations::ContactKind, "ContactKind", true, "For what an organisation's contact is asked.";
    transfer_registry_core::impact_assessments::MeasureKind, "MeasureKind", false, "Of what kind a supplementary measure is.";
    core::Framework, "Framework", true, "A certification scheme.";
    core::Tool, "Tool", true, "A safeguard or derogation by name.";
    core::Attribute, "Attribute", true, "An attribute of an importer that a scope condition of the law names.";
    core::ReasonCode, "ReasonCode", true, "Why a candidate failed or a gate is closed; each has a page at `/reasons/{code}`.";
    core::WarningCode, "WarningCode", true, "What a careful reader must know besides the outcome; each has a page at `/reasons/{code}`.";
    core::RemedyCode, "RemedyCode", true, "What to sign, finish or correct; each has a page at `/reasons/{code}`.";
    core::MembershipStatus, "MembershipStatus", false, "What a territory is to a regime on a day.";
    crate::api::v1::law_amendments::AmendmentKind, "LawAmendmentKind", true, "What an amendment does to the law.";
    crate::api::v1::adequacy_decisions::ConditionKind, "AdequacyConditionKind", true, "What a condition of an adequacy decision asks for, by the law pack's name for it.";
    transfer_registry_core::subprocessors::SubprocessorStatus, "SubprocessorStatus", false, "In which stage of its life an engagement is; only active days pass the gate.";
    transfer_registry_core::flows::FlowStatus, "FlowStatus", false, "In which stage of its life a flow is; only active days pass the gate.";
    crate::api::v1::standings::StandingVerdict, "StandingVerdict", false, "How an engagement or flow stands before the legal gate: permitted (`allow`), permitted although what carried it before it last changed no longer does (`fallback`), or denied (`deny`).";
    transfer_registry_core::tokens::Role, "CallerRole", false, "What a caller may do.";
    transfer_registry_core::ledger::feed::ObjectType, "ObjectType", true, "What kind of object a ledger entry is about.";
    transfer_registry_core::proposals::ApprovalSubject, "ApprovalSubject", true, "What needs another person's approval, where the operator asks for it.";
    transfer_registry_core::proposals::ProposalState, "ProposalState", false, "What became of a proposal.";
    transfer_registry_core::publications::PublicationChange, "PublicationChange", false, "What happened to a company or an engagement between two publications.";
    transfer_registry_core::publications::PublishedField, "PublishedField", true, "What differs between two publications.";
    crate::exchange::Resource, "ExchangeResource", false, "A resource that goes in and out as a table.";
    crate::tables::Format, "TableFormat", false, "The form of a file of tables.";
    crate::api::v1::imports::ImportState, "ImportState", false, "What an import is at, or what became of it.";
    crate::refusal::ProblemCode, "ProblemCode", true, "What kind of refusal this is; each has a page at `/problems/{code}`.";
    crate::refusal::ViolationCode, "ViolationCode", true, "What is wrong at one place of a request.";
}

/// A member of a vocabulary, on its way in or out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Code<T>(pub(crate) T);

/// The member with this code.
pub(crate) fn parse<T: Vocabulary>(code: &str) -> Option<T> {
    T::all()
        .iter()
        .copied()
        .find(|member| member.code() == code)
}

impl<T: Vocabulary> Serialize for Code<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.code())
    }
}

impl<'de, T: Vocabulary> Deserialize<'de> for Code<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = Cow::<str>::deserialize(deserializer)?;
        parse(&code)
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom("unknown code"))
    }
}

impl<T: Vocabulary> Type for Code<T> {
    const IS_REQUIRED: bool = true;

    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        T::NAME.into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Reference(T::NAME.to_owned())
    }

    fn register(registry: &mut Registry) {
        registry.create_schema::<Self, _>(T::NAME.to_owned(), |_| MetaSchema {
            description: Some(T::ABOUT),
            enum_items: if T::GROWS {
                Vec::new()
            } else {
                T::all().iter().map(|member| member.code().into()).collect()
            },
            ..MetaSchema::new("string")
        });
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl<T: Vocabulary> ToJSON for Code<T> {
    fn to_json(&self) -> Option<Value> {
        Some(self.0.code().into())
    }
}

impl<T: Vocabulary> ParseFromJSON for Code<T> {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        value
            .as_ref()
            .and_then(Value::as_str)
            .and_then(parse)
            .map(Self)
            .ok_or_else(ParseError::expected_input)
    }
}
