//! Transfer checks: may this data go there, on this day, and why?

mod answer;
mod deciding;
mod question;
mod recorded;
mod replay;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};
use poem::{Result, web::Data};
use poem_openapi::{OpenApi, param::Path};
use transfer_registry_core::{
    Clock, Registry, Scope, Snapshot,
    checks::{self, Check, Recorder},
};

pub(crate) use answer::{
    Finding, Given, Ground, NOT_ASSESSED, Reason, Remedy, TransferCheck, TransferCheckBatch,
    Warning,
};
pub(crate) use deciding::given;
pub(crate) use question::{TransferCheckBatchInput, TransferCheckInput};
pub(crate) use recorded::RecordedCheckFilters;

use super::Tag;
use crate::{
    api::{
        answer::{Answer, One},
        auth::Caller,
        query::{Parameter, Parameters, Query},
        strict::{NoBody, StrictJson},
    },
    edge::turns::{Turns, Wanted},
    moments,
    refusal::{Refusal, Violation, ViolationCode, step},
};
use deciding::{Decided, Moment};
use recorded::RecordedCheckPage;
use replay::Replay;

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
        caller: Caller,
        registry: Data<&Registry>,
        recorder: Data<&Recorder>,
        _query: Query<NoQuery>,
        input: StrictJson<TransferCheckInput>,
    ) -> Result<Answer<TransferCheck>, Refusal> {
        let asked = [("", &input.0)];
        past(registry.clock(), &asked)?;
        reached(&registry, &asked).await?;
        let (snapshot, known_at) = match input.0.known_at() {
            None => {
                let (whole, present) = registry.present();
                (moments::seen(&registry, &whole, caller.scope())?, present)
            }
            Some(then) => (
                moments::snapshot(&registry, caller.scope(), Some(then), "/known_at").await?,
                then,
            ),
        };
        let moment = moment(&registry, known_at);
        let decided = Decided::of(&snapshot, &moment, input.0, recorder.records())?;
        let answer = Answer::written(snapshot.revision(), decided.json.clone());
        // What is waited for below must not keep the register of another moment in memory.
        drop(snapshot);
        record(&recorder, [decided]).await;
        Ok(answer)
    }

    /// Check several transfers
    ///
    /// Answers 1 to 1000 checks at one instant, in their order; those that do not look back with
    /// `known_at` are answered from one revision. Together they may name 5000 importers and 50
    /// different `known_at`. One malformed check refuses the whole batch; a legal "no" stays
    /// with its check. Few batches are answered at once: one that does not come to its turn within
    /// seconds is refused with 503, and so is one that is under way when the service stops.
    #[oai(path = "/batch", method = "post", operation_id = "checkTransfers")]
    async fn check_batch(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        recorder: Data<&Recorder>,
        turns: Data<&Turns>,
        _query: Query<NoQuery>,
        input: StrictJson<TransferCheckBatchInput>,
    ) -> Result<Answer<TransferCheckBatch>, Refusal> {
        let checks = input.0.checks;
        let places: Vec<String> = (0..checks.len()).map(|at| step("/checks", at)).collect();
        let asked: Vec<_> = places.iter().map(String::as_str).zip(&checks).collect();
        past(registry.clock(), &asked)?;
        reached(&registry, &asked).await?;
        let (newest, present) = registry.present();
        let newest = moments::seen(&registry, &newest, caller.scope())?;
        let now = moment(&registry, present);
        let mut decided = Vec::with_capacity(checks.len());
        // One moment after the other, so that no more than one is needed in memory.
        for (known_at, checks) in by_moment(checks) {
            let snapshot = match known_at {
                None => Arc::clone(&newest),
                then => moments::snapshot(&registry, caller.scope(), then, "/checks").await?,
            };
            let moment = Moment {
                known_at: known_at.unwrap_or(present),
                ..now.clone()
            };
            let recording = recorder.records();
            // A thousand decisions would keep other requests waiting on this thread.
            let of_then =
                turns.run(move |wanted| answers(&snapshot, &moment, checks, recording, wanted));
            decided.extend(of_then.await?);
        }
        decided.sort_by_key(|(at, _)| *at);
        let decided: Vec<Decided> = decided.into_iter().map(|(_, decided)| decided).collect();
        let answer = Answer::written(newest.revision(), batch(&decided));
        drop(newest);
        record(&recorder, decided).await;
        Ok(answer)
    }

    /// List recorded transfer checks
    ///
    /// The decisions that were given and that the filters leave, with their questions, in the order
    /// in which they were given. They are kept apart from the ledger, and for as long as the
    /// operator decided.
    #[oai(path = "/", method = "get", operation_id = "listTransferChecks")]
    async fn list(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<RecordedCheckFilters>,
    ) -> Result<Answer<RecordedCheckPage>, Refusal> {
        let snapshot = moments::seen(&registry, &registry.snapshot(), caller.scope())?;
        let wanted = recorded::wanted(&snapshot, &query);
        let found = checks::list(caller.scope(), &registry, &wanted, query.limit()).await?;
        let items = found.records.into_iter().map(TryInto::try_into);
        let items = items.collect::<Result<_, _>>()?;
        let next_cursor = found.next.map(|id| query.cursor_after(&id.to_string()));
        Answer::of(
            snapshot.revision(),
            &RecordedCheckPage { items, next_cursor },
        )
    }

    /// Get a recorded transfer check
    ///
    /// The answer exactly as it was given.
    #[oai(path = "/:id", method = "get", operation_id = "getTransferCheck")]
    async fn get(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        _query: Query<NoQuery>,
        /// The answer's id.
        id: Path<String>,
    ) -> Result<One<TransferCheck>, Refusal> {
        let check = found(&registry, caller.scope(), &id.0).await?;
        Ok(One::written(
            check.record.revision,
            check.answer.into_bytes(),
        ))
    }

    /// Replay a recorded transfer check
    ///
    /// Decides the recorded question again, from the register at the revision that was read then
    /// and with the law and the settings of that time, and says whether the answer is the same in
    /// every field. Nothing is recorded.
    #[oai(
        path = "/:id/replay",
        method = "post",
        operation_id = "replayTransferCheck"
    )]
    async fn replay(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        _query: Query<NoQuery>,
        /// The answer's id.
        id: Path<String>,
        _body: NoBody,
    ) -> Result<Answer<Replay>, Refusal> {
        let check = found(&registry, caller.scope(), &id.0).await?;
        let replay = replay::replay(&registry, &check).await?;
        Answer::of(check.record.revision, &replay)
    }
}

/// The recorded decision of an id.
async fn found(registry: &Registry, scope: &Scope, id: &str) -> Result<Check, Refusal> {
    let id = id.parse().map_err(|_| Refusal::NotFound)?;
    let found = checks::find(scope, registry, id).await?;
    found.ok_or(Refusal::NotFound)
}

/// Now, for an answer that rests on the knowledge of an instant.
fn moment(registry: &Registry, known_at: DateTime<Utc>) -> Moment {
    Moment {
        clock: Clock::fixed(registry.clock().now()),
        known_at,
    }
}

/// Records what was decided, if that is wanted.
async fn record(recorder: &Recorder, decided: impl IntoIterator<Item = Decided>) {
    if recorder.records() {
        let checks = decided.into_iter().filter_map(Decided::check);
        recorder.record(checks.collect()).await;
    }
}

/// Checks with their places, by the instant whose knowledge they ask about.
type ByMoment = BTreeMap<Option<DateTime<Utc>>, Vec<(usize, TransferCheckInput)>>;

fn by_moment(checks: Vec<TransferCheckInput>) -> ByMoment {
    let mut moments = ByMoment::new();
    for (at, check) in checks.into_iter().enumerate() {
        moments
            .entry(check.known_at())
            .or_default()
            .push((at, check));
    }
    moments
}

/// Answers several questions, for as long as the answers are wanted.
fn answers(
    snapshot: &Snapshot,
    moment: &Moment,
    checks: Vec<(usize, TransferCheckInput)>,
    recording: bool,
    wanted: &Wanted,
) -> Result<Vec<(usize, Decided)>, Refusal> {
    let mut results = Vec::with_capacity(checks.len());
    for (at, check) in checks {
        wanted.still()?;
        results.push((at, Decided::of(snapshot, moment, check, recording)?));
    }
    wanted.still()?;
    Ok(results)
}

/// The answer to a batch, from answers that are written already.
fn batch(decided: &[Decided]) -> Vec<u8> {
    let size: usize = decided.iter().map(|one| one.json.len() + 1).sum();
    let mut json = Vec::with_capacity(size + 16);
    json.extend_from_slice(br#"{"results":["#);
    for (at, one) in decided.iter().enumerate() {
        if at > 0 {
            json.push(b',');
        }
        json.extend_from_slice(&one.json);
    }
    json.extend_from_slice(b"]}");
    json
}

/// Whether every instant that the questions look back to is past.
fn past(clock: &Clock, asked: &[(&str, &TransferCheckInput)]) -> Result<(), Refusal> {
    let now = clock.now();
    let faults = asked.iter().filter_map(|(place, check)| {
        let code = moments::fault(check.known_at()?, now)?;
        Some(Violation::plain(step(place, "known_at"), code))
    });
    let faults: Vec<_> = faults.collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Refusal::invalid(faults))
    }
}

/// Whether the register has reached every revision that the questions ask for.
async fn reached(
    registry: &Registry,
    asked: &[(&str, &TransferCheckInput)],
) -> Result<(), Refusal> {
    let revisions = asked
        .iter()
        .filter_map(|(_, check)| check.at_least_revision());
    registry.reach(revisions.max().unwrap_or_default()).await;
    let reached = registry.snapshot().revision();
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
