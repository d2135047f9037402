//! The register as it was known at the instant that a request names; API, pages and command line
//! look back alike.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use transfer_registry_core::{HistoryError, ReadError, Registry, Scope, Snapshot};

use crate::refusal::{Refusal, Violation, ViolationCode};

/// The register as known at an instant; without one, as it is. `pointer` is where the request
/// names the instant.
///
/// # Errors
/// When the instant is yet to come, or the ledger cannot be read.
pub(crate) async fn snapshot(
    registry: &Registry,
    scope: &Scope,
    known_at: Option<DateTime<Utc>>,
    pointer: &str,
) -> Result<Arc<Snapshot>, Refusal> {
    let whole = match known_at {
        None => registry.snapshot(),
        Some(instant) => {
            let then = registry.known_at(instant).await;
            then.map_err(|error| refused(error, pointer))?
        }
    };
    seen(registry, &whole, scope)
}

/// What of a moment's register exists for whom the scope is.
///
/// # Errors
/// A fault of ours.
pub(crate) fn seen(
    registry: &Registry,
    whole: &Arc<Snapshot>,
    scope: &Scope,
) -> Result<Arc<Snapshot>, Refusal> {
    registry.seen(whole, scope).map_err(|error| {
        tracing::error!(%error, "what exists for a caller makes no register");
        Refusal::Internal
    })
}

/// What is wrong with asking for the knowledge of an instant, now.
pub(crate) fn fault(known_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<ViolationCode> {
    (known_at > now).then_some(ViolationCode::KnownAtInFuture)
}

fn refused(error: HistoryError, pointer: &str) -> Refusal {
    match error {
        HistoryError::Future => Refusal::invalid(vec![Violation::plain(
            pointer,
            ViolationCode::KnownAtInFuture,
        )]),
        HistoryError::Read(error) => error.into(),
        error => {
            tracing::error!(%error, source = ?std::error::Error::source(&error), "the register of an earlier moment cannot be had");
            Refusal::Internal
        }
    }
}

impl From<HistoryError> for Refusal {
    fn from(error: HistoryError) -> Self {
        refused(error, "")
    }
}

impl From<ReadError> for Refusal {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Busy(error) => {
                tracing::warn!(%error, "the database did not answer in time");
                Self::Unavailable
            }
            ReadError::Database(error) => {
                tracing::error!(%error, "the database cannot be read");
                Self::Internal
            }
        }
    }
}
