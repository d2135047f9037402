//! JSON bodies, read strictly.
//!
//! The fast way, of questions, is one pass of serde into the operation's own type, which refuses
//! unknown fields, duplicate keys and every other JSON type than the field's. Only when it fails is
//! the body read again, slowly, to find everything that is wrong with it at once.
//!
//! The [`Input`] of a write is always read slowly: there are few of them, and then every rule of
//! its schema holds without being written a second time.

mod no_body;
mod schema;
#[cfg(test)]
mod tests;
mod value;

use std::pin::pin;

use futures_util::StreamExt;
use poem::{Body, Request, RequestBody, Result, http::header};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaMediaType, MetaRequest, Registry},
    types::Type,
};
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::task::spawn_blocking;

pub(crate) use self::no_body::NoBody;
use self::value::Path;
use super::values::printable;
use crate::{
    inward::Sent,
    refusal::{MOST_VIOLATIONS, Refusal, Violation, ViolationCode},
};

/// How much of a body over its limit is still read, so that a client that is busy sending gets the
/// answer and not a broken connection.
const DRAINED: usize = 4 << 20;

/// A longer body is read on a thread of its own: all that is wrong with it may take long to find.
const AT_ONCE: usize = 64 << 10;

/// The longest array that any body may have: the checks of a batch.
const LONGEST_ARRAY: usize = 1000;

/// How many items of all arrays together are looked at when a body is wrong.
const MOST_ITEMS: usize = 50_000;

/// How many bytes a write may have.
const WRITE_LIMIT: usize = 256 << 10;

/// The type of a request's body.
pub(crate) trait Inbound: Type + DeserializeOwned + 'static {
    /// The greatest size in bytes.
    const LIMIT: usize;

    /// Whether every body is held against the schema, and not only one that serde refuses.
    const THOROUGH: bool = false;

    /// Whether the rules hold that serde does not see: counts of items, and what is not served.
    fn fits(&self) -> bool;

    /// What is wrong beyond the schema, found in the raw value.
    fn examine(value: &Value, pointer: &str, found: &mut Vec<Violation>);
}

/// The body of a write: an object of the register as a caller gives it. Its schema is the rule;
/// what else must hold is the registry's to say.
pub(crate) trait Input: Type + Serialize + DeserializeOwned + 'static {
    /// The fields that an amendment must leave as they are.
    const FIXED: &'static [&'static str] = &[];
}

impl<T: Input> Inbound for T {
    const LIMIT: usize = WRITE_LIMIT;
    const THOROUGH: bool = true;

    fn fits(&self) -> bool {
        true
    }

    fn examine(_: &Value, _: &str, _: &mut Vec<Violation>) {}
}

/// A JSON body of type `T`.
#[derive(Debug)]
pub(crate) struct StrictJson<T>(pub(crate) T, Vec<u8>);

impl<T> StrictJson<T> {
    /// The SHA-256 of the body as it was sent.
    pub(crate) fn digest(&self) -> [u8; 32] {
        Sha256::digest(&self.1).into()
    }
}

impl<'a, T: Inbound> ApiExtractor<'a> for StrictJson<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(MetaRequest {
            description: None,
            content: vec![MetaMediaType {
                content_type: JSON,
                schema: T::schema_ref(),
            }],
            required: true,
        })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<Self::ParamType>,
    ) -> Result<Self> {
        let bytes = body_of(request, body, &[JSON], T::LIMIT).await?;
        if T::THOROUGH {
            Sent::keep(request, &bytes);
        }
        if bytes.len() <= AT_ONCE {
            return Ok(Self(parse(&bytes)?, bytes));
        }
        let parsed = spawn_blocking(move || parse(&bytes).map(|read| Self(read, bytes))).await;
        Ok(parsed.map_err(|_| Refusal::Internal)??)
    }
}

/// Reads a body of type `T`.
///
/// # Errors
/// Everything that is wrong with it.
pub(crate) fn parse<T: Inbound>(bytes: &[u8]) -> Result<T, Refusal> {
    if !T::THOROUGH
        && let Ok(read) = serde_json::from_slice::<T>(bytes)
        && read.fits()
    {
        return Ok(read);
    }
    judge(value(bytes)?, Vec::new())
}

/// Reads a body as a value.
///
/// # Errors
/// That it is no JSON, or its duplicate keys.
pub(crate) fn value(bytes: &[u8]) -> Result<Value, Refusal> {
    value::read(bytes).map_err(Refusal::Malformed)
}

/// Makes a `T` of a value in which some things were found wrong already.
///
/// # Errors
/// Everything that is wrong with it.
pub(crate) fn judge<T: Inbound>(value: Value, mut found: Vec<Violation>) -> Result<T, Refusal> {
    found.extend(wrong::<T>(&value));
    if found.is_empty() {
        let read = serde_json::from_value::<T>(value).ok();
        if let Some(read) = read.filter(|_| T::THOROUGH) {
            return Ok(read);
        }
        // The two ways of reading disagree; the stricter one decides.
        found.push(Violation::plain("", ViolationCode::BadValue));
    }
    Err(Refusal::invalid(found))
}

/// Everything that is wrong with a value as a `T`.
pub(crate) fn wrong<T: Inbound>(value: &Value) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut value = value.clone();
    let mut left = MOST_ITEMS;
    shorten(&mut value, &mut left);
    control_characters(&value, &Path::Root, &mut found);
    T::examine(&value, "", &mut found);
    found.extend(schema::violations::<T>(&value));
    found
}

/// Leaves of every array one item more than any may have, and of all together no more than are
/// worth looking at, so that what is wrong with a body costs no more than the body.
fn shorten(value: &mut Value, left: &mut usize) {
    match value {
        Value::Array(items) => {
            items.truncate(LONGEST_ARRAY + 1);
            items.truncate((*left).max(1));
            *left = left.saturating_sub(items.len());
            for item in items {
                shorten(item, left);
            }
        }
        Value::Object(fields) => {
            for (_, field) in fields.iter_mut() {
                shorten(field, left);
            }
        }
        _ => {}
    }
}

fn control_characters(value: &Value, path: &Path<'_>, found: &mut Vec<Violation>) {
    if found.len() >= MOST_VIOLATIONS {
        return;
    }
    match value {
        // Line ends and tabs belong into a note; where they do not, the field's pattern says so.
        Value::String(text) if !printable(&text.replace(['\n', '\t'], "")) => {
            let code = ViolationCode::ControlCharacter;
            found.push(Violation::plain(path.pointer(), code));
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                control_characters(item, &Path::Item(path, at), found);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                control_characters(field, &Path::Field(path, name), found);
            }
        }
        _ => {}
    }
}

/// JSON's media type.
pub(crate) const JSON: &str = "application/json";

/// Reads a body of one of these media types, up to a limit.
///
/// # Errors
/// When it is of another type, or longer.
pub(crate) async fn body_of(
    request: &Request,
    body: &mut RequestBody,
    media_types: &[&str],
    limit: usize,
) -> Result<Vec<u8>> {
    if !is_one_of(request, media_types) {
        return Err(Refusal::UnsupportedMediaType.into());
    }
    Ok(read(request, body.take()?, limit).await?)
}

/// Whether the body says that it is of one of these media types, in the only encoding that is
/// taken.
pub(crate) fn is_one_of(request: &Request, media_types: &[&str]) -> bool {
    let Some(content_type) = request.content_type() else {
        return false;
    };
    let mut parts = content_type.split(';').map(str::trim);
    let media_type = parts.next().unwrap_or_default();
    media_types
        .iter()
        .any(|taken| media_type.eq_ignore_ascii_case(taken))
        && parts.all(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            !name.trim().eq_ignore_ascii_case("charset")
                || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
}

/// Reads a body as it comes, so that a chunked one is held to the limit as well.
async fn read(request: &Request, body: Body, limit: usize) -> Result<Vec<u8>, Refusal> {
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit + DRAINED) {
        return Err(Refusal::TooLarge { limit });
    }
    let mut chunks = pin!(body.into_bytes_stream());
    let mut bytes = Vec::with_capacity(announced.unwrap_or(0).min(limit));
    let mut received = 0_usize;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Refusal::Unreadable)?;
        received = received.saturating_add(chunk.len());
        if received <= limit {
            bytes.extend_from_slice(&chunk);
        } else if received > limit + DRAINED {
            break;
        }
    }
    if received > limit {
        return Err(Refusal::TooLarge { limit });
    }
    Ok(bytes)
}

/// Reads a field that may be left out, but not given as `null`.
pub(crate) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
