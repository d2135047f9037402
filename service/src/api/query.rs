//! Query parameters, declared once: read from the declaration, and shown in the document from it.
//!
//! Unknown and repeated parameters are refused by name, and everything wrong is said at once.

use std::{collections::BTreeMap, marker::PhantomData, sync::Arc};

use chrono::{DateTime, Utc};
use poem::{FromRequest, Request, RequestBody, Result};
use transfer_decision::{
    span::Day,
    vocabulary::{Country, Place},
};
use transfer_registry_core::{Registry, Snapshot};

use super::{
    auth::Caller,
    codes::{self, Vocabulary},
    paging::{self, Cursor},
    values::{GREATEST_REVISION, Party},
};
use crate::{
    moments,
    refusal::{Refusal, Violation, ViolationCode},
    scalars,
};

/// What a parameter takes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// How many items a page has.
    Limit,
    /// Where the page begins.
    Cursor,
    /// A day, such as one on which what is listed is in force.
    AsOf,
    /// An instant at which it was known.
    KnownAt,
    /// An instant that bounds what is listed.
    Instant,
    /// A number that counts from 0: an entry's, a revision.
    Number,
    /// The slug or id of something.
    Name,
    /// `true` or `false`.
    Flag,
    /// A country's or area's code.
    Place,
    /// A country's code.
    Country,
    /// A code of a vocabulary: its name in the document, and its codes.
    Code(&'static str, fn() -> Vec<&'static str>),
}

impl Kind {
    /// A code of the vocabulary `T`.
    pub(crate) const fn code<T: Vocabulary>() -> Self {
        Self::Code(T::NAME, codes_of::<T>)
    }
}

fn codes_of<T: Vocabulary>() -> Vec<&'static str> {
    T::all().iter().map(|member| member.code()).collect()
}

/// A query parameter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parameter {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it does, for the document.
    pub(crate) about: &'static str,
    /// What it takes.
    pub(crate) kind: Kind,
    /// Whether it must be given.
    pub(crate) required: bool,
}

impl Parameter {
    /// A parameter.
    pub(crate) const fn new(name: &'static str, about: &'static str, kind: Kind) -> Self {
        Self {
            name,
            about,
            kind,
            required: false,
        }
    }

    /// The same, where it must be given.
    pub(crate) const fn required(self) -> Self {
        Self {
            required: true,
            ..self
        }
    }
}

/// `limit`.
pub(crate) const LIMIT: Parameter =
    Parameter::new("limit", "How many items a page has at most.", Kind::Limit);
/// `cursor`.
pub(crate) const CURSOR: Parameter = Parameter::new(
    "cursor",
    "The `next_cursor` of the page before, with the same filters. It is opaque.",
    Kind::Cursor,
);
/// `as_of`.
pub(crate) const AS_OF: Parameter = Parameter::new(
    "as_of",
    "Only what is in force on this day; lists without days are not narrowed.",
    Kind::AsOf,
);
/// `known_at`.
pub(crate) const KNOWN_AT: Parameter = Parameter::new(
    "known_at",
    "What the registry had recorded by this instant (RFC 3339, UTC, `Z`), which is not in the future; left out: by now.",
    Kind::KnownAt,
);

/// The parameters of one operation.
pub(crate) trait Parameters: Send {
    /// The operation's id in the document.
    const OPERATION: &'static str;
    /// Its parameters.
    const PARAMETERS: &'static [Parameter];
}

/// The query of a request, read by the parameters of `P`.
#[derive(Debug)]
pub(crate) struct Query<P> {
    values: BTreeMap<&'static str, String>,
    after: Option<String>,
    parameters: PhantomData<fn() -> P>,
}

impl<P: Parameters> Query<P> {
    /// Reads the pairs of a query string. Whether `known_at` is yet to come is said by
    /// [`Self::asked_at`], which knows the time.
    ///
    /// # Errors
    /// Everything else that is wrong with them.
    #[cfg(test)]
    pub(crate) fn of(pairs: Vec<(String, String)>) -> Result<Self, Refusal> {
        Self::asked_at(pairs, DateTime::<Utc>::MAX_UTC)
    }

    /// Reads the pairs of a query string that is asked now.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub(crate) fn asked_at(
        pairs: Vec<(String, String)>,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        let mut found = Vec::new();
        let mut values = BTreeMap::new();
        for (name, value) in pairs {
            let pointer = crate::refusal::step("", &name);
            let Some(parameter) = P::PARAMETERS.iter().find(|known| known.name == name) else {
                found.push(Violation::plain(pointer, ViolationCode::UnknownParameter));
                continue;
            };
            if let Err(violation) = check(parameter.kind, &pointer, &value, now) {
                found.push(violation);
            }
            if values.insert(parameter.name, value).is_some() {
                found.push(Violation::plain(pointer, ViolationCode::RepeatedParameter));
            }
        }
        let missing =
            |parameter: &&Parameter| parameter.required && !values.contains_key(parameter.name);
        found.extend(P::PARAMETERS.iter().filter(missing).map(|parameter| {
            let pointer = crate::refusal::step("", parameter.name);
            Violation::plain(pointer, ViolationCode::MissingField)
        }));
        let mut query = Self {
            values,
            after: None,
            parameters: PhantomData,
        };
        if let Some(cursor) = query.values.get("cursor") {
            query.after = Cursor::open(P::OPERATION, &query.filters(), cursor);
            if query.after.is_none() {
                found.push(Violation::plain("/cursor", ViolationCode::BadCursor));
            }
        }
        if found.is_empty() {
            Ok(query)
        } else {
            Err(Refusal::invalid(found))
        }
    }

    /// What narrows the list, in one text; a cursor holds only for the same.
    fn filters(&self) -> String {
        let narrowing = |name: &&str| !matches!(*name, "limit" | "cursor");
        self.values
            .iter()
            .filter(|(name, _)| narrowing(name))
            .fold(String::new(), |text, (name, value)| {
                text + name + "=" + value + "\n"
            })
    }

    /// How many items the page has.
    pub(crate) fn limit(&self) -> usize {
        self.text("limit")
            .and_then(|limit| limit.parse().ok())
            .unwrap_or(paging::USUAL)
    }

    /// The key of the item after which the page begins.
    pub(crate) fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }

    /// The cursor of the page that begins after an item.
    pub(crate) fn cursor_after(&self, key: &str) -> String {
        Cursor::seal(P::OPERATION, &self.filters(), key)
    }

    /// The day on which the listed must be in force.
    pub(crate) fn as_of(&self) -> Option<Day> {
        self.day("as_of")
    }

    /// The instant at which what is read was known.
    pub(crate) fn known_at(&self) -> Option<DateTime<Utc>> {
        self.instant("known_at")
    }

    /// The register as it was known at `known_at`; without that, as it is. Every operation that
    /// reads the register reads it from here.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(crate) async fn snapshot(
        &self,
        registry: &Registry,
        caller: &Caller,
    ) -> Result<Arc<Snapshot>, Refusal> {
        moments::snapshot(registry, caller.scope(), self.known_at(), "/known_at").await
    }

    /// A parameter's value as an instant.
    pub(crate) fn instant(&self, name: &str) -> Option<DateTime<Utc>> {
        self.text(name).and_then(|text| scalars::instant(text).ok())
    }

    /// A parameter's value as a number.
    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.text(name).and_then(|text| text.parse().ok())
    }

    /// A parameter's value as a day.
    pub(crate) fn day(&self, name: &str) -> Option<Day> {
        self.text(name).and_then(|text| scalars::day(text).ok())
    }

    /// A parameter's value.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// A parameter's value as `true` or `false`.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.text(name).map(|value| value == "true")
    }

    /// A parameter's value as a member of a vocabulary.
    pub(crate) fn code<T: Vocabulary>(&self, name: &str) -> Option<T> {
        self.text(name).and_then(codes::parse)
    }

    /// A parameter's value as a country.
    pub(crate) fn country(&self, name: &str) -> Option<Country> {
        self.text(name).and_then(|code| code.parse().ok())
    }

    /// A parameter's value as a place.
    pub(crate) fn place(&self, name: &str) -> Option<Place> {
        self.text(name).and_then(|code| code.parse().ok())
    }
}

/// Whether a value is one that the parameter takes; the cursor is checked when all others are read.
fn check(kind: Kind, pointer: &str, value: &str, now: DateTime<Utc>) -> Result<(), Violation> {
    let refuse = |code| Err(Violation::plain(pointer, code));
    match kind {
        // `parse` alone would take a sign.
        Kind::Limit | Kind::Number if !value.bytes().all(|byte| byte.is_ascii_digit()) => {
            refuse(ViolationCode::WrongType)
        }
        Kind::Number => match value.parse::<u64>() {
            Ok(number) if number <= GREATEST_REVISION => Ok(()),
            _ if value.is_empty() => refuse(ViolationCode::WrongType),
            _ => Err(Violation::detailed(
                pointer,
                ViolationCode::OutOfRange,
                format!("at most {GREATEST_REVISION}"),
            )),
        },
        Kind::Limit => match value.parse::<usize>() {
            Ok(limit) if (1..=paging::GREATEST).contains(&limit) => Ok(()),
            Ok(_) => Err(Violation::detailed(
                pointer,
                ViolationCode::OutOfRange,
                format!("1 to {}", paging::GREATEST),
            )),
            Err(_) => refuse(ViolationCode::WrongType),
        },
        Kind::Cursor => Ok(()),
        Kind::AsOf => scalars::day(value).map(|_| ()).or_else(refuse),
        Kind::Instant => scalars::instant(value).map(|_| ()).or_else(refuse),
        Kind::KnownAt => match scalars::instant(value) {
            Ok(instant) => moments::fault(instant, now).map_or(Ok(()), refuse),
            Err(code) => refuse(code),
        },
        Kind::Name if Party::fits(value) => Ok(()),
        Kind::Name => refuse(ViolationCode::BadValue),
        Kind::Flag if matches!(value, "true" | "false") => Ok(()),
        Kind::Flag => refuse(ViolationCode::WrongType),
        Kind::Place if value.parse::<Place>().is_ok() => Ok(()),
        Kind::Country if value.parse::<Country>().is_ok() => Ok(()),
        Kind::Place | Kind::Country => refuse(ViolationCode::UnknownCountry),
        Kind::Code(_, codes) if codes().contains(&value) => Ok(()),
        Kind::Code(..) => refuse(ViolationCode::UnknownCode),
    }
}

impl<'a, P: Parameters> FromRequest<'a> for Query<P> {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        let pairs = request
            .params::<Vec<(String, String)>>()
            .map_err(|_| Refusal::Unreadable)?;
        let registry = request.data::<Registry>().ok_or(Refusal::Internal)?;
        Ok(Self::asked_at(pairs, registry.clock().now())?)
    }
}
