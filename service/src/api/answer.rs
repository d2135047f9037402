//! JSON answers: serialised straight from their type, with the revision that they were read from.

use std::marker::PhantomData;

use poem::{
    IntoResponse, Response,
    http::{HeaderValue, header},
};
use poem_openapi::{
    ApiResponse,
    registry::{MetaHeader, MetaMediaType, MetaResponse, MetaResponses, Registry},
    types::Type,
};
use serde::Serialize;

use super::{etag, values::Revision};
use crate::refusal::Refusal;

/// The header that names the revision.
pub(crate) const REVISION: &str = crate::edge::headers::REVISION;

/// An answer of type `T` read from a snapshot, serialised already: whatever goes wrong with that
/// is a refusal like any other, and a long answer is written on the thread that made it.
#[derive(Debug)]
pub(crate) struct Answer<T> {
    revision: u64,
    json: Vec<u8>,
    of: PhantomData<fn() -> T>,
}

impl<T: Serialize> Answer<T> {
    /// What was asked for, read from the snapshot of a revision.
    ///
    /// # Errors
    /// A fault of ours, when it cannot be serialised.
    pub(crate) fn of(revision: u64, body: &T) -> Result<Self, Refusal> {
        let json = serde_json::to_vec(body).map_err(|error| {
            tracing::error!(%error, "an answer could not be serialised");
            Refusal::Internal
        })?;
        Ok(Self {
            revision,
            json,
            of: PhantomData,
        })
    }
}

impl<T> Answer<T> {
    /// What was serialised before, of something read at a revision.
    pub(crate) const fn written(revision: u64, json: Vec<u8>) -> Self {
        Self {
            revision,
            json,
            of: PhantomData,
        }
    }
}

impl<T: Send> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        Response::builder()
            .header(
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/json"),
            )
            .header(REVISION, HeaderValue::from(self.revision))
            .body(self.json)
    }
}

impl<T: Type> ApiResponse for Answer<T> {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![MetaResponse {
                description: "The answer, and the revision of the register that it was read from.",
                status: Some(200),
                status_range: None,
                content: vec![MetaMediaType {
                    content_type: "application/json",
                    schema: T::schema_ref(),
                }],
                headers: vec![MetaHeader {
                    name: REVISION.to_owned(),
                    description: Some(
                        "The revision of the register that the answer was read from.".to_owned(),
                    ),
                    required: true,
                    deprecated: false,
                    schema: Revision::schema_ref(),
                }],
            }],
        }
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

/// One object, read from a snapshot, with its strong entity tag.
#[derive(Debug)]
pub(crate) struct One<T> {
    answer: Answer<T>,
    version: Option<i64>,
}

impl<T: Serialize> One<T> {
    /// An object that has no version, read from the snapshot of a revision.
    ///
    /// # Errors
    /// A fault of ours, when it cannot be serialised.
    pub(crate) fn of(revision: u64, body: &T) -> Result<Self, Refusal> {
        Ok(Self {
            answer: Answer::of(revision, body)?,
            version: None,
        })
    }

    /// An object at its version, read from the snapshot of a revision.
    ///
    /// # Errors
    /// A fault of ours, when it cannot be serialised.
    pub(crate) fn versioned(revision: u64, version: i64, body: &T) -> Result<Self, Refusal> {
        Ok(Self {
            answer: Answer::of(revision, body)?,
            version: Some(version),
        })
    }
}

impl<T> One<T> {
    /// An object that was serialised before and has no version, read at a revision.
    pub(crate) const fn written(revision: u64, json: Vec<u8>) -> Self {
        Self {
            answer: Answer::written(revision, json),
            version: None,
        }
    }

    /// The object's version.
    pub(crate) const fn version(&self) -> Option<i64> {
        self.version
    }

    /// The strong entity tag.
    pub(crate) fn tag(&self) -> String {
        etag::of(self.version, &self.answer.json)
    }
}

impl<T: Send> IntoResponse for One<T> {
    fn into_response(self) -> Response {
        let tag = self.tag();
        let mut response = self.answer.into_response();
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        response
    }
}

/// The header of a tag, as the document shows it.
pub(crate) fn tag_header() -> MetaHeader {
    MetaHeader {
        name: "etag".to_owned(),
        description: Some(
            "The strong entity tag of exactly this answer, for `if-none-match` and, where the \
             object can be changed, for `if-match`."
                .to_owned(),
        ),
        required: true,
        deprecated: false,
        schema: String::schema_ref(),
    }
}

impl<T: Type> ApiResponse for One<T> {
    fn meta() -> MetaResponses {
        let mut meta = Answer::<T>::meta();
        for response in &mut meta.responses {
            response.headers.push(tag_header());
        }
        meta.responses.push(MetaResponse {
            description: "The answer is still the one whose tag `if-none-match` names.",
            status: Some(304),
            status_range: None,
            content: vec![],
            headers: vec![tag_header()],
        });
        meta
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde::Serializer;

    use super::*;

    #[derive(Debug)]
    struct Unspeakable;

    impl Serialize for Unspeakable {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("on purpose"))
        }
    }

    #[test]
    fn what_cannot_be_serialised_is_a_fault_of_ours_like_any_other() {
        assert_eq!(Answer::of(1, &Unspeakable).unwrap_err(), Refusal::Internal);
        assert_eq!(One::of(1, &Unspeakable).unwrap_err(), Refusal::Internal);
    }

    #[test]
    fn a_tag_is_strong_and_changes_with_all_that_is_shown() {
        let tag = |body: &str| {
            let response = One::of(1, &body.to_owned()).unwrap().into_response();
            response.header("etag").unwrap().to_owned()
        };
        assert_eq!(tag("a"), tag("a"));
        assert_ne!(tag("a"), tag("b"));
        assert!(tag("a").starts_with('"') && tag("a").ends_with('"'));
        assert_eq!(tag("a").len(), 32 + 2);
    }

    #[test]
    fn a_tag_begins_with_the_version_of_an_object_that_has_one() {
        let tag = |version, body: &str| {
            let one = One::versioned(1, version, &body.to_owned()).unwrap();
            one.into_response().header("etag").unwrap().to_owned()
        };
        assert!(tag(7, "a").starts_with("\"7."));
        assert_eq!(tag(7, "a").len(), "\"7.0123456789abcdef\"".len());
        assert_ne!(tag(7, "a"), tag(8, "a"));
        assert_ne!(tag(7, "a"), tag(7, "b"));
    }
}
