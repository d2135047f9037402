//! Transfer checks: may this data go there, on this day, and why?

mod answer;
mod question;
#[cfg(test)]
mod tests;

use poem::{Result, web::Data};
use poem_openapi::OpenApi;
use transfer_registry_core::{Clock, Registry, Snapshot};
use uuid::{NoContext, Timestamp, Uuid};

pub(crate) use answer::{Given, NOT_ASSESSED, TransferCheck, TransferCheckBatch};
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
    edge::turns::{Turns, Wanted},
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
        let least = input.0.at_least_revision();
        registry.reach(least.unwrap_or_default()).await;
        let snapshot = registry.snapshot();
        reached(&snapshot, &[("", &input.0)])?;
        let answer = answer(&snapshot, &moment(&registry), input.0);
        Answer::of(snapshot.revision(), &answer)
    }

    /// Check several transfers
    ///
    /// Answers 1 to 1000 checks from one revision and one instant, in their order; together they
    /// may name 5000 importers. One malformed check refuses the whole batch; a legal "no" stays
    /// with its check. Few batches are answered at once: one that does not come to its turn within
    /// seconds is refused with 503, and so is one that is under way when the service stops.
    #[oai(path = "/batch", method = "post", operation_id = "checkTransfers")]
    async fn check_batch(
        &self,
        _caller: Caller,
        registry: Data<&Registry>,
        turns: Data<&Turns>,
        _query: Query<NoQuery>,
        input: StrictJson<TransferCheckBatchInput>,
    ) -> Result<Answer<TransferCheckBatch>, Refusal> {
        let checks = input.0.checks.iter();
        let least = checks
            .filter_map(TransferCheckInput::at_least_revision)
            .max();
        registry.reach(least.unwrap_or_default()).await;
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
        let clock = moment(&registry);
        // A thousand decisions would keep other requests waiting on this thread.
        turns
            .run(move |wanted| answers(&snapshot, &clock, input.0.checks, wanted))
            .await
    }
}

/// A clock that stands at this instant, so that one answer does not look at two.
fn moment(registry: &Registry) -> Clock {
    Clock::fixed(registry.clock().now())
}

/// Answers several questions, for as long as the answers are wanted.
fn answers(
    snapshot: &Snapshot,
    clock: &Clock,
    checks: Vec<TransferCheckInput>,
    wanted: &Wanted,
) -> Result<Answer<TransferCheckBatch>, Refusal> {
    let mut results = Vec::with_capacity(checks.len());
    for check in checks {
        wanted.still()?;
        results.push(answer(snapshot, clock, check));
    }
    wanted.still()?;
    Answer::of(snapshot.revision(), &TransferCheckBatch { results })
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
