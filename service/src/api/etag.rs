//! Strong entity tags, and the `if-match` header that names them.
//!
//! A tag is `"{version}.{hash}"`: the version is the object's own; the hash is of the whole answer,
//! because an answer shows other objects with it (certifications, assessments) and changes with the
//! query. A change is held against the version alone: who amends an organisation must not fail
//! because somebody recorded a certification of it meanwhile, which the change does not touch.

use poem::{
    Request, RequestBody, Result,
    http::{HeaderMap, header},
};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaParamIn, MetaSchemaRef},
};
use sha2::{Digest, Sha256};
use transfer_registry_core::Expected;

use super::{answer::One, spec};
use crate::refusal::Refusal;

/// How many bytes of the hash stand beside a version: enough that nobody meets two answers of one
/// version and tag by chance.
const BESIDE_VERSION: usize = 8;
/// How many bytes of the hash a tag has that consists of nothing else.
const ALONE: usize = 16;

/// The strong entity tag of an answer.
pub(crate) fn of(version: Option<i64>, json: &[u8]) -> String {
    let hash = Sha256::digest(json);
    let shown = |bytes: usize| hex::encode(hash.get(..bytes).unwrap_or(&hash));
    match version {
        Some(version) => format!("\"{version}.{}\"", shown(BESIDE_VERSION)),
        None => format!("\"{}\"", shown(ALONE)),
    }
}

/// A tag for `if-match` where the object itself is not at hand.
pub(crate) fn of_version(version: i64) -> String {
    format!("\"{version}\"")
}

/// Reads the values of a header as one list. What is no strong tag of ours matches nothing.
fn expected(list: &str) -> Expected {
    if list.trim() == "*" {
        return Expected::Any;
    }
    let versions = members(list)
        .into_iter()
        .filter_map(|member| version(member.trim()));
    Expected::Versions(versions.collect())
}

/// The members of a list; a comma within a tag's quotes does not end one.
fn members(list: &str) -> Vec<&str> {
    let mut quoted = false;
    list.split(|c| {
        quoted ^= c == '"';
        c == ',' && !quoted
    })
    .collect()
}

/// The version that a strong tag names, written as we write it.
fn version(tag: &str) -> Option<i64> {
    let opaque = tag.strip_prefix('"')?.strip_suffix('"')?;
    let (number, hash) = opaque.split_once('.').unwrap_or((opaque, "0"));
    let version: i64 = number.parse().ok()?;
    let ours = version.to_string() == number
        && version > 0
        && !hash.is_empty()
        && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    ours.then_some(version)
}

/// The `if-match` header, which every change of an object needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IfMatch(Expected);

impl IfMatch {
    /// Reads the header.
    ///
    /// # Errors
    /// When it is missing.
    fn of(headers: &HeaderMap) -> Result<Self, Refusal> {
        let values: Vec<_> = headers
            .get_all(header::IF_MATCH)
            .iter()
            .map(|value| value.to_str().unwrap_or_default())
            .collect();
        if values.is_empty() {
            return Err(Refusal::PreconditionRequired);
        }
        Ok(Self(expected(&values.join(","))))
    }

    /// The version that the change is made to, when it is the one that `current` shows.
    ///
    /// # Errors
    /// When it is another one; the refusal carries the current version and tag.
    pub(crate) fn holds<T>(&self, current: &One<T>) -> Result<&Expected, Refusal> {
        let version = current.version().ok_or(Refusal::Internal)?;
        match &self.0 {
            Expected::Versions(named) if !named.contains(&version) => Err(Refusal::Stale {
                version,
                tag: Some(current.tag()),
            }),
            expected => Ok(expected),
        }
    }
}

impl<'a> ApiExtractor<'a> for IfMatch {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];
    const PARAM_IS_REQUIRED: bool = true;

    type ParamType = ();
    type ParamRawType = ();

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Header)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        Some(spec::mark(spec::IF_MATCH))
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        Ok(Self::of(request.headers())?)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn versions(list: &[i64]) -> Expected {
        Expected::Versions(list.to_vec())
    }

    #[test]
    fn a_header_names_versions_and_only_strong_tags_of_ours_count() {
        for (header, expected) in [
            ("\"7\"", versions(&[7])),
            ("\"7.0123456789abcdef\"", versions(&[7])),
            ("\"7\", \"9.ab\"", versions(&[7, 9])),
            ("\"7\",\"7.ab\" , \"8\"", versions(&[7, 7, 8])),
            ("*", Expected::Any),
            (" * ", Expected::Any),
            ("", versions(&[])),
            ("W/\"7\"", versions(&[])),
            ("w/\"7\", \"8\"", versions(&[8])),
            ("7", versions(&[])),
            ("\"7", versions(&[])),
            ("\"\"", versions(&[])),
            ("\"07\"", versions(&[])),
            ("\"+7\"", versions(&[])),
            ("\"-7\"", versions(&[])),
            ("\"0\"", versions(&[])),
            ("\"7.\"", versions(&[])),
            ("\"7.xyz\"", versions(&[])),
            ("\"7,8\"", versions(&[])),
            ("\"x,7\", \"8\"", versions(&[8])),
            ("\"99999999999999999999\"", versions(&[])),
            ("\"abc\", *", versions(&[])),
        ] {
            assert_eq!(super::expected(header), expected, "{header}");
        }
    }

    #[test]
    fn a_change_without_the_header_is_refused_and_several_headers_are_one_list() {
        let mut headers = HeaderMap::new();
        assert_eq!(IfMatch::of(&headers), Err(Refusal::PreconditionRequired));
        headers.append(header::IF_MATCH, "\"1\"".parse().unwrap());
        headers.append(header::IF_MATCH, "\"2\"".parse().unwrap());
        assert_eq!(IfMatch::of(&headers), Ok(IfMatch(versions(&[1, 2]))));
    }

    #[test]
    fn a_change_holds_for_the_version_however_much_else_is_shown_with_it() {
        let shown = |version, body: &str| One::versioned(1, version, &body.to_owned()).unwrap();
        let read = shown(7, "read then");
        let named = IfMatch(expected(&read.tag()));
        assert_eq!(named.holds(&shown(7, "shown now")), Ok(&versions(&[7])));
        let now = shown(8, "read then");
        assert_eq!(
            named.holds(&now),
            Err(Refusal::Stale {
                version: 8,
                tag: Some(now.tag())
            })
        );
        assert_eq!(IfMatch(Expected::Any).holds(&now), Ok(&Expected::Any));
    }
}
