//! JSON bodies, read strictly.
//!
//! The fast way is one pass of serde into the operation's own type, which refuses unknown fields,
//! duplicate keys and every other JSON type than the field's. Only when it fails is the body read
//! again, slowly, to find everything that is wrong with it at once.

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
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;
use tokio::task::spawn_blocking;

use self::value::Path;
use super::values::printable;
use crate::refusal::{MOST_VIOLATIONS, Refusal, Violation, ViolationCode};

/// How much of a body over its limit is still read, so that a client that is busy sending gets the
/// answer and not a broken connection.
const DRAINED: usize = 4 << 20;

/// A longer body is read on a thread of its own: all that is wrong with it may take long to find.
const AT_ONCE: usize = 64 << 10;

/// The longest array that any body may have: the checks of a batch.
const LONGEST_ARRAY: usize = 1000;

/// How many items of all arrays together are looked at when a body is wrong.
const MOST_ITEMS: usize = 50_000;

/// The type of a request's body.
pub(crate) trait Inbound: Type + DeserializeOwned + 'static {
    /// The greatest size in bytes.
    const LIMIT: usize;

    /// Whether the rules hold that serde does not see: counts of items, and what is not served.
    fn fits(&self) -> bool;

    /// What is wrong beyond the schema, found in the raw value.
    fn examine(value: &Value, pointer: &str, found: &mut Vec<Violation>);
}

/// A JSON body of type `T`.
#[derive(Debug)]
pub(crate) struct StrictJson<T>(pub(crate) T);

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
                content_type: "application/json",
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
        if !is_json(request) {
            return Err(Refusal::UnsupportedMediaType.into());
        }
        let bytes = read(request, body.take()?, T::LIMIT).await?;
        if bytes.len() <= AT_ONCE {
            return Ok(parse(&bytes).map(Self)?);
        }
        let parsed = spawn_blocking(move || parse(&bytes)).await;
        Ok(parsed.map_err(|_| Refusal::Internal)?.map(Self)?)
    }
}

/// Reads a body of type `T`.
///
/// # Errors
/// Everything that is wrong with it.
pub(crate) fn parse<T: Inbound>(bytes: &[u8]) -> Result<T, Refusal> {
    match serde_json::from_slice::<T>(bytes) {
        Ok(read) if read.fits() => Ok(read),
        _ => Err(examine::<T>(bytes)),
    }
}

/// Everything that is wrong with a body that the fast way refused.
fn examine<T: Inbound>(bytes: &[u8]) -> Refusal {
    let mut value = match value::read(bytes) {
        Ok(value) => value,
        Err(violations) => return Refusal::Malformed(violations),
    };
    let mut found = Vec::new();
    let mut left = MOST_ITEMS;
    shorten(&mut value, &mut left);
    control_characters(&value, &Path::Root, &mut found);
    T::examine(&value, "", &mut found);
    found.extend(schema::violations(&T::name(), &value));
    if found.is_empty() {
        // The two ways of reading disagree; the stricter one decides.
        found.push(Violation::plain("", ViolationCode::BadValue));
    }
    Refusal::invalid(found)
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
        Value::String(text) if !printable(text) => {
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

/// Whether the body says that it is JSON, in the only encoding that JSON has.
fn is_json(request: &Request) -> bool {
    let Some(content_type) = request.content_type() else {
        return false;
    };
    let mut parts = content_type.split(';').map(str::trim);
    let media_type = parts.next().unwrap_or_default();
    media_type.eq_ignore_ascii_case("application/json")
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
