//! Recorded decisions, as lists show them.

use poem_openapi::Object;
use serde::Serialize;
use serde_json::Value;
use transfer_decision::vocabulary::{Decision, UncheckedFacts};
use transfer_registry_core::{
    Snapshot,
    checks::{CheckRecord, Wanted},
};
use uuid::Uuid;

use super::TransferCheckInput;
use crate::{
    api::{
        codes::Code,
        query::{CURSOR, KNOWN_AT, Kind, LIMIT, Parameter, Parameters, Query},
        values::{Day, Instant, Revision},
    },
    refusal::Refusal,
};

/// A decision that was given, with the question that it answers.
#[derive(Debug, Object, Serialize)]
pub(crate) struct RecordedCheck {
    /// The answer's id; under it stands the whole answer.
    id: Uuid,
    /// When the answer was given.
    recorded_at: Instant,
    /// Allow or deny.
    decision: Code<Decision>,
    /// Who sends, by slug; as asked, when nobody of that name was registered.
    exporter: String,
    /// Who receives first, likewise.
    importer: String,
    /// The day asked about.
    as_of: Day,
    /// The instant whose knowledge the answer rests on.
    known_at: Instant,
    /// The revision of the register that was read.
    revision: Revision,
    /// The version of the law pack.
    law_pack: String,
    /// What unchecked facts did to it.
    unchecked_facts: Code<UncheckedFacts>,
    /// The question, with what it left to the moment filled in.
    question: Asked,
}

/// A page of recorded decisions.
#[derive(Debug, Object, Serialize)]
pub(crate) struct RecordedCheckPage {
    /// The decisions, by id, hence in the order in which they were given.
    pub(super) items: Vec<RecordedCheck>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_cursor: Option<String>,
}

impl TryFrom<CheckRecord> for RecordedCheck {
    type Error = Refusal;

    fn try_from(record: CheckRecord) -> Result<Self, Refusal> {
        let CheckRecord {
            id,
            recorded_at,
            revision,
            law_pack,
            known_at,
            as_of,
            exporter,
            importer,
            decision,
            unchecked_facts,
            question,
            scope: _,
        } = record;
        Ok(Self {
            id,
            recorded_at: Instant(recorded_at),
            decision: Code(decision),
            exporter,
            importer,
            as_of: Day(as_of),
            known_at: Instant(known_at),
            revision: Revision(revision),
            law_pack,
            unchecked_facts: Code(unchecked_facts),
            question: Asked(parsed(&question)?),
        })
    }
}

/// What was recorded as JSON.
pub(super) fn parsed<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Refusal> {
    serde_json::from_str(text).map_err(|error| {
        tracing::error!(%error, "a recorded decision cannot be read");
        Refusal::Internal
    })
}

/// What narrows the list.
pub(crate) struct RecordedCheckFilters;

impl Parameters for RecordedCheckFilters {
    const OPERATION: &'static str = "listTransferChecks";
    const PARAMETERS: &'static [Parameter] = &[
        LIMIT,
        CURSOR,
        KNOWN_AT,
        Parameter::new(
            "exporter",
            "Only decisions in which this organisation sends, by slug or id.",
            Kind::Name,
        ),
        Parameter::new(
            "importer",
            "Only decisions in which this organisation receives first, by slug or id.",
            Kind::Name,
        ),
        Parameter::new(
            "decision",
            "Only those that came out so.",
            Kind::code::<Decision>(),
        ),
        Parameter::new("as_of", "Only those that asked about this day.", Kind::AsOf),
        Parameter::new(
            "recorded_from",
            "Only those given at this instant or later.",
            Kind::Instant,
        ),
        Parameter::new(
            "recorded_to",
            "Only those given at this instant or before.",
            Kind::Instant,
        ),
    ];
}

/// What the query asks for.
pub(super) fn wanted(snapshot: &Snapshot, query: &Query<RecordedCheckFilters>) -> Wanted {
    let slug = |name: &str| {
        let named = query.text(name)?;
        let found = snapshot.organisation(named);
        Some(found.map_or_else(|| named.to_owned(), |found| found.slug.clone()))
    };
    // What was known at an instant is what was recorded by then.
    let to = [query.instant("recorded_to"), query.known_at()];
    Wanted {
        after: query.after().and_then(|id| id.parse().ok()),
        exporter: slug("exporter"),
        importer: slug("importer"),
        decision: query.code("decision"),
        as_of: query.as_of(),
        from: query.instant("recorded_from"),
        to: to.into_iter().flatten().min(),
    }
}

/// Shows a value that was kept as JSON under the schema of the type that it was made from.
macro_rules! kept_as_json {
    ($(#[$meta:meta])* $name:ident like $ty:ty) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(transparent)]
        pub(crate) struct $name(pub(super) Value);

        impl poem_openapi::types::Type for $name {
            const IS_REQUIRED: bool = true;

            type RawValueType = Self;
            type RawElementValueType = Self;

            fn name() -> std::borrow::Cow<'static, str> {
                <$ty as poem_openapi::types::Type>::name()
            }

            fn schema_ref() -> poem_openapi::registry::MetaSchemaRef {
                <$ty as poem_openapi::types::Type>::schema_ref()
            }

            fn register(registry: &mut poem_openapi::registry::Registry) {
                <$ty as poem_openapi::types::Type>::register(registry);
            }

            fn as_raw_value(&self) -> Option<&Self> {
                Some(self)
            }

            fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
                Box::new(std::iter::once(self))
            }
        }

        impl poem_openapi::types::ToJSON for $name {
            fn to_json(&self) -> Option<Value> {
                Some(self.0.clone())
            }
        }

        impl poem_openapi::types::ParseFromJSON for $name {
            fn parse_from_json(_: Option<Value>) -> poem_openapi::types::ParseResult<Self> {
                Err(poem_openapi::types::ParseError::custom("this is only ever shown"))
            }
        }
    };
}
pub(super) use kept_as_json;

kept_as_json! {
    /// A question as it was recorded.
    Asked like TransferCheckInput
}
