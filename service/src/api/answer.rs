//! JSON answers: serialised straight from their type, with the revision that they were read from.

use poem::{
    IntoResponse, Response,
    http::{HeaderValue, StatusCode, header},
};
use poem_openapi::{
    ApiResponse,
    registry::{MetaHeader, MetaMediaType, MetaResponse, MetaResponses, Registry},
    types::Type,
};
use serde::Serialize;

use super::values::Revision;

/// The header that names the revision.
pub(crate) const REVISION: &str = crate::edge::headers::REVISION;

/// An answer read from a snapshot.
#[derive(Debug)]
pub(crate) struct Answer<T> {
    /// The snapshot's revision.
    pub(crate) revision: u64,
    /// What was asked for.
    pub(crate) body: T,
}

impl<T: Serialize + Send> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.body) {
            Ok(json) => Response::builder()
                .header(
                    header::CONTENT_TYPE,
                    HeaderValue::from_static("application/json"),
                )
                .header(REVISION, HeaderValue::from(self.revision))
                .body(json),
            Err(error) => {
                tracing::error!(%error, "an answer could not be serialised");
                Response::builder()
                    .status(StatusCode::INTERNAL_SERVER_ERROR)
                    .finish()
            }
        }
    }
}

impl<T: Type + Serialize> ApiResponse for Answer<T> {
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
    /// What the tag names: the object's version.
    pub(crate) version: String,
    /// The answer.
    pub(crate) answer: Answer<T>,
}

impl<T: Serialize + Send> IntoResponse for One<T> {
    fn into_response(self) -> Response {
        let mut response = self.answer.into_response();
        if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", self.version)) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        response
    }
}

impl<T: Type + Serialize> ApiResponse for One<T> {
    fn meta() -> MetaResponses {
        let mut meta = Answer::<T>::meta();
        for response in &mut meta.responses {
            response.headers.push(MetaHeader {
                name: "etag".to_owned(),
                description: Some("The object's version as a strong entity tag.".to_owned()),
                required: true,
                deprecated: false,
                schema: String::schema_ref(),
            });
        }
        meta
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}
