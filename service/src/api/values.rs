//! The API's scalar values: strict on the way in, in the contract's form on the way out, each with
//! the schema that the document shows.

use std::{borrow::Cow, collections::BTreeMap, fmt, sync::Arc};

use chrono::{DateTime, SecondsFormat, Utc};
use poem_openapi::{
    registry::{MetaSchema, MetaSchemaRef, Registry},
    types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value};
use transfer_decision::{
    law::Basis,
    span,
    vocabulary::{Attribute, Country, Place},
};
use transfer_registry_core::validation::turns_text;

use crate::scalars;

/// The longest name of an organisation in a question.
pub(crate) const LONGEST_PARTY: usize = 200;
/// A name of an organisation: no control characters and no marks of direction.
pub(crate) const PARTY_PATTERN: &str =
    r"^[^\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+$";
/// A purpose's code.
pub(crate) const PURPOSE_PATTERN: &str = "^[a-z][a-z0-9_]{0,63}$";
/// A country's code by its shape; whether it exists is checked besides.
pub(crate) const COUNTRY_PATTERN: &str = "^[A-Z]{2}$";
/// A country's or area's code by its shape; whether it exists is checked besides.
pub(crate) const PLACE_PATTERN: &str = "^([A-Z]{2}|EEA)$";
/// The greatest revision that every client can hold exactly.
pub(crate) const GREATEST_REVISION: u64 = 9_007_199_254_740_991;

/// Implements poem-openapi's side of a type that goes through serde, with its schema.
macro_rules! schema {
    ($ty:ty, $name:literal, $schema:expr) => {
        impl Type for $ty {
            const IS_REQUIRED: bool = true;

            type RawValueType = Self;
            type RawElementValueType = Self;

            fn name() -> Cow<'static, str> {
                $name.into()
            }

            fn schema_ref() -> MetaSchemaRef {
                MetaSchemaRef::Inline(Box::new($schema))
            }

            fn as_raw_value(&self) -> Option<&Self> {
                Some(self)
            }

            fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
                Box::new(std::iter::once(self))
            }
        }

        impl ToJSON for $ty {
            fn to_json(&self) -> Option<Value> {
                serde_json::to_value(self).ok()
            }
        }

        impl ParseFromJSON for $ty {
            fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
                serde_json::from_value(value.unwrap_or_default()).map_err(ParseError::custom)
            }
        }
    };
}

/// Implements poem-openapi's side of a type that is only ever shown, with a schema of its own name.
macro_rules! named {
    ($ty:ty, $name:literal, $schema:expr) => {
        impl Type for $ty {
            const IS_REQUIRED: bool = true;

            type RawValueType = Self;
            type RawElementValueType = Self;

            fn name() -> Cow<'static, str> {
                $name.into()
            }

            fn schema_ref() -> MetaSchemaRef {
                MetaSchemaRef::Reference($name.to_owned())
            }

            fn register(registry: &mut Registry) {
                registry.create_schema::<Self, _>($name.to_owned(), |_| $schema);
            }

            fn as_raw_value(&self) -> Option<&Self> {
                Some(self)
            }

            fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
                Box::new(std::iter::once(self))
            }
        }

        impl ToJSON for $ty {
            fn to_json(&self) -> Option<Value> {
                serde_json::to_value(self).ok()
            }
        }

        impl ParseFromJSON for $ty {
            fn parse_from_json(_: Option<Value>) -> ParseResult<Self> {
                Err(ParseError::custom("this is only ever shown"))
            }
        }
    };
}
pub(crate) use named;

/// Reads a text through a function that may refuse it; every other JSON type is refused.
fn text<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    read: impl FnOnce(&str) -> Option<T>,
) -> Result<T, D::Error> {
    let text = Cow::<str>::deserialize(deserializer)?;
    read(&text).ok_or_else(|| de::Error::custom("not a value of this field"))
}

/// Whether a text is free of control characters (C0, DEL, C1) and of marks of direction.
pub(crate) fn printable(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() || turns_text(c))
}

/// A calendar day, `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day(pub(crate) span::Day);

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text(deserializer, |day| scalars::fact_day(day).ok().map(Self))
    }
}

schema!(Day, "Day", MetaSchema::new_with_format("string", "date"));

/// An instant in UTC, ending in `Z`, with as many digits as it has, at most to the microsecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Instant(pub(crate) DateTime<Utc>);

impl Instant {
    /// Reads an instant; only UTC, written `Z`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        scalars::instant(text).ok().map(Self)
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text(deserializer, Self::parse)
    }
}

schema!(
    Instant,
    "Instant",
    MetaSchema::new_with_format("string", "date-time")
);

/// A country's code in a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CountryCode(pub(crate) Country);

impl Serialize for CountryCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for CountryCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Country::deserialize(deserializer).map(Self)
    }
}

impl Type for CountryCode {
    const IS_REQUIRED: bool = true;

    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "Country".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Reference("Country".to_owned())
    }

    fn register(registry: &mut Registry) {
        registry.create_schema::<Self, _>("Country".to_owned(), |_| MetaSchema {
            description: Some(
                "A country or territory by its ISO 3166-1 alpha-2 code, in upper case; `GB` and `GR`, never `UK` or `EL`.",
            ),
            pattern: Some(COUNTRY_PATTERN.to_owned()),
            ..MetaSchema::new("string")
        });
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ToJSON for CountryCode {
    fn to_json(&self) -> Option<Value> {
        Some(self.0.code().into())
    }
}

impl ParseFromJSON for CountryCode {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        serde_json::from_value(value.unwrap_or_default()).map_err(ParseError::custom)
    }
}

/// A country's or area's code in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct PlaceCode(pub(crate) Place);

schema!(
    PlaceCode,
    "Place",
    MetaSchema {
        pattern: Some(PLACE_PATTERN.to_owned()),
        ..MetaSchema::new("string")
    }
);

/// An organisation's slug or id in a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Party(pub(crate) String);

impl Party {
    /// Whether a text can name an organisation.
    pub(crate) fn fits(text: &str) -> bool {
        !text.is_empty() && text.chars().count() <= LONGEST_PARTY && printable(text)
    }
}

impl<'de> Deserialize<'de> for Party {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text(deserializer, |name| {
            Self::fits(name).then(|| Self(name.to_owned()))
        })
    }
}

schema!(
    Party,
    "Party",
    MetaSchema {
        min_length: Some(1),
        max_length: Some(LONGEST_PARTY),
        pattern: Some(PARTY_PATTERN.to_owned()),
        ..MetaSchema::new("string")
    }
);

/// A purpose's code in a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Purpose(pub(crate) String);

impl Purpose {
    /// Whether a text has the form of a purpose's code.
    pub(crate) fn fits(text: &str) -> bool {
        let code = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        text.len() <= 64
            && text.bytes().all(code)
            && text
                .bytes()
                .next()
                .is_some_and(|first| first.is_ascii_lowercase())
    }
}

impl<'de> Deserialize<'de> for Purpose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text(deserializer, |code| {
            Self::fits(code).then(|| Self(code.to_owned()))
        })
    }
}

schema!(
    Purpose,
    "Purpose",
    MetaSchema {
        pattern: Some(PURPOSE_PATTERN.to_owned()),
        ..MetaSchema::new("string")
    }
);

/// A revision of the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub(crate) struct Revision(pub(crate) u64);

impl<'de> Deserialize<'de> for Revision {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let revision = u64::deserialize(deserializer)?;
        if revision > GREATEST_REVISION {
            return Err(de::Error::custom("too great"));
        }
        Ok(Self(revision))
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "the bound is chosen so that it is exact"
)]
fn revision_schema() -> MetaSchema {
    MetaSchema {
        minimum: Some(0.0),
        maximum: Some(GREATEST_REVISION as f64),
        ..MetaSchema::new_with_format("integer", "int64")
    }
}

schema!(Revision, "Revision", revision_schema());

/// A text of the core, shared and not copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text(pub(crate) Arc<str>);

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text(deserializer, |text| Some(Self(text.into())))
    }
}

impl From<&Arc<str>> for Text {
    fn from(text: &Arc<str>) -> Self {
        Self(Arc::clone(text))
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

schema!(Text, "Text", MetaSchema::new("string"));

/// A day that may be open: the one place where the contract shows `null`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct OpenDay(pub(crate) Option<Day>);

schema!(
    OpenDay,
    "OpenDay",
    MetaSchema {
        nullable: true,
        ..MetaSchema::new_with_format("string", "date")
    }
);

/// The attributes that somebody stated of an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct OrganisationAttributes(pub(crate) BTreeMap<Attribute, bool>);

named!(
    OrganisationAttributes,
    "OrganisationAttributes",
    MetaSchema {
        description: Some(
            "Attributes that somebody stated of the organisation, either way, by their codes; one that nobody stated is absent.",
        ),
        additional_properties: Some(Box::new(MetaSchemaRef::Inline(Box::new(MetaSchema::new(
            "boolean"
        ))))),
        ..MetaSchema::new("object")
    }
);

/// What a finding rests on, as the core shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct BasisOut(#[serde(serialize_with = "shared")] pub(crate) Arc<Basis>);

fn shared<S: Serializer>(basis: &Arc<Basis>, serializer: S) -> Result<S::Ok, S::Error> {
    basis.as_ref().serialize(serializer)
}

fn basis_schema() -> MetaSchema {
    let described = |description, schema: MetaSchema| {
        MetaSchemaRef::Inline(Box::new(MetaSchema {
            description: Some(description),
            ..schema
        }))
    };
    let date = || MetaSchema::new_with_format("string", "date");
    MetaSchema {
        description: Some("A row of the law pack that a finding rests on; days inclusive."),
        required: vec!["id", "title", "citation", "url", "valid_from"],
        properties: vec![
            (
                "id",
                described("The row's stable id.", MetaSchema::new("string")),
            ),
            (
                "title",
                described("What it is called.", MetaSchema::new("string")),
            ),
            (
                "citation",
                described("The official citation.", MetaSchema::new("string")),
            ),
            (
                "url",
                described(
                    "The official text.",
                    MetaSchema::new_with_format("string", "uri"),
                ),
            ),
            (
                "valid_from",
                described("The first day on which it applies.", date()),
            ),
            (
                "valid_to",
                described(
                    "The last day on which it applies; absent when open.",
                    date(),
                ),
            ),
        ],
        ..MetaSchema::new("object")
    }
}

named!(BasisOut, "Basis", basis_schema());

/// An object's whole state, as the ledger keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct ObjectState(pub(crate) Map<String, Value>);

named!(
    ObjectState,
    "ObjectState",
    MetaSchema {
        description: Some(
            "An object's whole state as the ledger keeps it: its row, and the rows that belong to no other object. The entry's hash is over its canonical text: no spaces, the keys of each object in order.",
        ),
        additional_properties: Some(Box::new(MetaSchemaRef::Inline(Box::new(MetaSchema::ANY)))),
        ..MetaSchema::new("object")
    }
);
