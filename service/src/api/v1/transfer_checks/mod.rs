//! Transfer checks: may this data go there, on this day, and why?

mod answer;
mod question;
#[cfg(test)]
mod tests;

use poem::{Result, web::Data};
use poem_openapi::OpenApi;
use transfer_registry_core::{Clock, Registry, Snapshot};
use uuid::{NoContext, Timestamp, Uuid};

pub(crate) use answer::{Given, TransferCheck, TransferCheckBatch};
pub(crate) use question::{TransferCheckBatchInput, TransferCheckInput};

use super::Tag;
use crate::{
    api::{
        answer::Answer,
        auth::Caller,
        query::{Parameter, Parameters, Query},
        strict::StrictJson,
        values::Instant,
    },
    refusal::{Refusal, Violation, ViolationCode, step},
};

/// Checks.
pub(crate) struct TransferChecks;

/// A check takes no query.
pub(crate) struct NoQuery;

impl Parameters for NoQuery {
    const OPERATION: &'static str = "checkTransfer";
    const PARAMETERS: &'static [Parameter] = &[];
}

#[OpenApi(prefix_path = "/v1/transfer-checks", tag = "Tag::TransferChecks")]
impl TransferChecks {
    /// Check one transfer
    ///
    /// Answers whether the data may go from the exporter to the importer on the day, with every
    /// finding and its legal reason. A legal "no", an unknown party and an unregistered pair are
    /// answers (200 with `deny`); only a malformed question is an error. Anything but 200 with
    /// `"decision": "allow"` is a no.
    #[oai(path = "/", method = "post", operation_id = "checkTransfer")]
    async fn check(
        &self,
        _caller: Caller,
        registry: Data<&Registry>,
        _query: Query<NoQuery>,
        input: StrictJson<TransferCheckInput>,
    ) -> Result<Answer<TransferCheck>, Refusal> {
        let snapshot = registry.snapshot();
        reached(&snapshot, &[("", &input.0)])?;
        Ok(Answer {
            revision: snapshot.revision(),
            body: answer(&snapshot, registry.clock(), input.0),
        })
    }

    /// Check several transfers
    ///
    /// Answers 1 to 1000 checks from one revision, in their order. One malformed check refuses the
    /// whole batch; a legal "no" stays with its check.
    #[oai(path = "/batch", method = "post", operation_id = "checkTransfers")]
    async fn check_batch(
        &self,
        _caller: Caller,
        registry: Data<&Registry>,
        _query: Query<NoQuery>,
        input: StrictJson<TransferCheckBatchInput>,
    ) -> Result<Answer<TransferCheckBatch>, Refusal> {
        let snapshot = registry.snapshot();
        let places: Vec<String> = (0..input.0.checks.len())
            .map(|at| step("/checks", at))
            .collect();
        let asked: Vec<_> = places
            .iter()
            .map(String::as_str)
            .zip(&input.0.checks)
            .collect();
        reached(&snapshot, &asked)?;
        let results = input
            .0
            .checks
            .into_iter()
            .map(|check| answer(&snapshot, registry.clock(), check))
            .collect();
        Ok(Answer {
            revision: snapshot.revision(),
            body: TransferCheckBatch { results },
        })
    }
}

/// Whether the snapshot has reached every revision that the questions ask for.
fn reached(snapshot: &Snapshot, asked: &[(&str, &TransferCheckInput)]) -> Result<(), Refusal> {
    let reached = snapshot.revision();
    let violations: Vec<_> = asked
        .iter()
        .filter(|(_, check)| {
            check
                .at_least_revision()
                .is_some_and(|least| least > reached)
        })
        .map(|(place, _)| {
            let pointer = step(place, "at_least_revision");
            Violation::plain(pointer, ViolationCode::RevisionNotReached)
        })
        .collect();
    if violations.is_empty() {
        Ok(())
    } else {
        Err(Refusal::RevisionNotReached {
            reached,
            violations,
        })
    }
}

/// Answers one question from a snapshot, now.
pub(crate) fn answer(
    snapshot: &Snapshot,
    clock: &Clock,
    input: TransferCheckInput,
) -> TransferCheck {
    let verdict = snapshot.decide(&input.question(clock.today()));
    TransferCheck::of(&verdict, given(snapshot.revision(), clock))
}

/// A new answer's id and instant.
pub(crate) fn given(revision: u64, clock: &Clock) -> Given {
    let now = clock.now();
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    let at = Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos());
    Given {
        id: Uuid::new_v7(at),
        known_at: Instant(now),
        revision,
    }
}
