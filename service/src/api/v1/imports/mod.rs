//! The register in: files of rows, all of them in one change or nothing.

mod answer;
mod jobs;
mod shown;
mod upload;

use std::time::Duration;

use poem::{Result, web::Data};
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};
use transfer_registry_core::Registry;
use uuid::Uuid;

pub(crate) use answer::ImportAnswer;
pub(crate) use jobs::Imports;
pub(crate) use shown::{Import, ImportState};
pub(crate) use upload::{ImportParameters, ImportQuery, Importing, Upload, schema};

use super::Tag;
use crate::{
    api::{answer::One, auth::Caller, query::Query},
    refusal::Refusal,
};

/// Imports.
pub(crate) struct ImportResource;

/// How long an answer waits for the import to end.
const PATIENCE: Duration = Duration::from_secs(10);

#[OpenApi(prefix_path = "/v1/imports", tag = "Tag::Imports")]
impl ImportResource {
    /// Import rows
    ///
    /// Takes a file as `GET /v1/exports/…` gives it: CSV, a workbook, or JSON. Each row is an object
    /// in the form in which it is created, with its `id` where it has one: an object that is there
    /// is given anew, one that is not is made. Without `resource` the file's tables are taken by
    /// their names. All rows count in one change, or, when one is wrong, none; then the violations
    /// name the table, the row and the column. An import that takes longer than ten seconds is
    /// answered while it goes on, with its path in `location`.
    #[oai(path = "/", method = "post", operation_id = "createImport")]
    async fn create(
        &self,
        importing: Importing,
        registry: Data<&Registry>,
        imports: Data<&Imports>,
        /// `respond-async`: answer at once, while the import goes on; `wait=5`: after so many
        /// seconds, at most 10.
        prefer: Header<Option<String>>,
        upload: Upload,
    ) -> Result<ImportAnswer, Refusal> {
        let wait = patience(prefer.0.as_deref());
        let (job, repeated) = imports.begin(&registry, importing, upload)?;
        ImportAnswer::after(&registry, &job, repeated, wait).await
    }

    /// Get an import
    ///
    /// How far an import is, or what became of it: for an hour after its end, and for who sent it.
    #[oai(path = "/:id", method = "get", operation_id = "getImport")]
    async fn get(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        imports: Data<&Imports>,
        _query: Query<ImportQuery>,
        /// The import's id.
        id: Path<String>,
    ) -> Result<One<Import>, Refusal> {
        let id: Uuid = id.0.parse().map_err(|_| Refusal::NotFound)?;
        let job = imports.find(id, caller.name()).ok_or(Refusal::NotFound)?;
        job.shown(registry.snapshot().revision())
    }
}

/// How long a caller wants to wait (RFC 7240).
fn patience(prefer: Option<&str>) -> Duration {
    let mut preferences = prefer.into_iter().flat_map(|list| list.split(','));
    let wait = preferences.find_map(|preference| {
        let preference = preference.trim();
        if preference.eq_ignore_ascii_case("respond-async") {
            return Some(Duration::ZERO);
        }
        let (name, seconds) = preference.split_once('=')?;
        let wait = name.trim().eq_ignore_ascii_case("wait");
        let seconds = seconds.trim().parse().ok()?;
        wait.then(|| Duration::from_secs(seconds))
    });
    wait.unwrap_or(PATIENCE).min(PATIENCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_waits_longer_than_ten_seconds() {
        for (prefer, seconds) in [
            (None, 10),
            (Some("respond-async"), 0),
            (Some("respond-async, wait=5"), 0),
            (Some("handling=strict, Wait=5"), 5),
            (Some("wait=3600"), 10),
            (Some("wait=soon"), 10),
        ] {
            assert_eq!(patience(prefer).as_secs(), seconds, "{prefer:?}");
        }
    }
}
