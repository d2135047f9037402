//! What an import is answered with: its end, or that it goes on.

use std::{sync::Arc, time::Duration};

use poem::{
    IntoResponse, Response,
    http::{HeaderValue, StatusCode, header},
};
use poem_openapi::{
    ApiResponse,
    registry::{MetaHeader, MetaMediaType, MetaResponse, MetaResponses, Registry as Types},
    types::Type,
};
use transfer_registry_core::Registry;

use super::{jobs::Job, shown::Import};
use crate::{
    api::{answer::One, strict::JSON, write::REPLAYED},
    refusal::Refusal,
};

/// An import that was made, was tried, or goes on.
#[derive(Debug)]
pub(crate) struct ImportAnswer {
    status: StatusCode,
    import: One<Import>,
    location: Option<String>,
    repeated: bool,
}

impl ImportAnswer {
    /// The answer after a time.
    ///
    /// # Errors
    /// Why the import was not made.
    pub(super) async fn after(
        registry: &Registry,
        job: &Arc<Job>,
        repeated: bool,
        wait: Duration,
    ) -> Result<Self, Refusal> {
        let ended = job.end_within(wait).await;
        if let Some(refusal) = ended.as_ref().and_then(|ended| ended.refusal.clone()) {
            return Err(refusal);
        }
        let before = ended.as_ref().and_then(|ended| ended.before);
        let id = before.unwrap_or(job.id);
        let status = match &ended {
            None => StatusCode::ACCEPTED,
            Some(_) if job.dry_run => StatusCode::OK,
            Some(_) => StatusCode::CREATED,
        };
        Ok(Self {
            status,
            import: job.shown(registry.snapshot().revision())?,
            location: (status != StatusCode::OK).then(|| format!("/v1/imports/{id}")),
            repeated: repeated || before.is_some(),
        })
    }
}

impl IntoResponse for ImportAnswer {
    fn into_response(self) -> Response {
        let mut response = self.import.into_response();
        response.set_status(self.status);
        let headers = response.headers_mut();
        let location = self.location.and_then(|to| HeaderValue::from_str(&to).ok());
        if let Some(location) = location {
            headers.insert(header::LOCATION, location);
        }
        if self.repeated {
            headers.insert(REPLAYED, HeaderValue::from_static("true"));
        }
        response
    }
}

impl ApiResponse for ImportAnswer {
    fn meta() -> MetaResponses {
        let header = |name: &str, about: &str, required| MetaHeader {
            name: name.to_owned(),
            description: Some(about.to_owned()),
            required,
            deprecated: false,
            schema: String::schema_ref(),
        };
        let answer = |status, description| {
            let one = <One<Import> as ApiResponse>::meta().responses.into_iter();
            let mut headers: Vec<_> = one.take(1).flat_map(|one| one.headers).collect();
            if status > 200 {
                headers.push(header("location", "Where the import is.", true));
            }
            if status == 201 {
                let about = "`true` when an earlier request of the same key made it.";
                headers.push(header(REPLAYED, about, false));
            }
            MetaResponse {
                description,
                status: Some(status),
                status_range: None,
                content: vec![MetaMediaType {
                    content_type: JSON,
                    schema: Import::schema_ref(),
                }],
                headers,
            }
        };
        let tried = "What the import would do; nothing was stored.";
        let made = "The import was made, now or by an earlier request of the same key.";
        let goes_on = "The import goes on; its path tells how far it is.";
        let responses = vec![answer(200, tried), answer(201, made), answer(202, goes_on)];
        MetaResponses { responses }
    }

    fn register(types: &mut Types) {
        Import::register(types);
    }
}
