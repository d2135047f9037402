//! From a question to an answer that can be sent and recorded.

use chrono::{DateTime, Utc};
use transfer_decision::{facts::Question, verdict::Verdict};
use transfer_registry_core::{
    Clock, Snapshot,
    checks::{Check, CheckRecord},
};
use uuid::{NoContext, Timestamp, Uuid};

use super::{Given, TransferCheck, TransferCheckInput};
use crate::{api::values::Instant, refusal::Refusal};

/// An answer as it is sent, and what is recorded of it.
#[derive(Debug)]
pub(super) struct Decided {
    /// The answer's JSON.
    pub(super) json: Vec<u8>,
    record: Option<CheckRecord>,
}

/// When something is answered, and whose knowledge the answer rests on.
#[derive(Debug, Clone)]
pub(super) struct Moment {
    /// Stands at the instant of the answer, so that one answer does not look at two.
    pub(super) clock: Clock,
    /// The instant at which what is answered was known. It names the register that was read.
    pub(super) known_at: DateTime<Utc>,
}

impl Decided {
    /// Answers one question from a snapshot, now; `recording` says whether that is recorded.
    ///
    /// # Errors
    /// A fault of ours, when the answer cannot be serialised.
    pub(super) fn of(
        snapshot: &Snapshot,
        moment: &Moment,
        input: TransferCheckInput,
        recording: bool,
    ) -> Result<Self, Refusal> {
        let Moment { clock, known_at } = moment;
        let given = given(snapshot.revision(), clock, Some(*known_at));
        let asked = recording.then(|| input.resolved(clock.today(), *known_at));
        let question = input.question(clock.today());
        let verdict = snapshot.decide(&question);
        let json = written(&TransferCheck::of(&verdict, given))?;
        let record = match asked {
            None => None,
            Some(asked) => {
                let asked = serde_json::to_string(&asked).map_err(unwritable)?;
                let now = clock.now();
                Some(record(snapshot, now, given, &question, &verdict, asked))
            }
        };
        Ok(Self { json, record })
    }

    /// What is recorded; `None`: nothing.
    pub(super) fn check(self) -> Option<Check> {
        Some(Check {
            record: self.record?,
            answer: String::from_utf8(self.json).ok()?,
        })
    }
}

/// Answers one question from a snapshot, now.
#[cfg(test)]
pub(super) fn answer(
    snapshot: &Snapshot,
    clock: &Clock,
    input: TransferCheckInput,
) -> TransferCheck {
    let given = given(snapshot.revision(), clock, input.known_at());
    let verdict = snapshot.decide(&input.question(clock.today()));
    TransferCheck::of(&verdict, given)
}

/// A new answer's id, and the instant whose knowledge it rests on: now, unless another is asked
/// about.
pub(crate) fn given(revision: u64, clock: &Clock, known_at: Option<DateTime<Utc>>) -> Given {
    let now = clock.now();
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    let at = Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos());
    Given {
        id: Uuid::new_v7(at),
        known_at: Instant(known_at.unwrap_or(now)),
        revision,
    }
}

/// An answer's JSON.
pub(super) fn written(answer: &TransferCheck) -> Result<Vec<u8>, Refusal> {
    serde_json::to_vec(answer).map_err(unwritable)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is handed to `map_err`, which passes by value"
)]
fn unwritable(error: serde_json::Error) -> Refusal {
    tracing::error!(%error, "a question or answer could not be serialised");
    Refusal::Internal
}

fn record(
    snapshot: &Snapshot,
    now: DateTime<Utc>,
    given: Given,
    question: &Question,
    verdict: &Verdict,
    asked: String,
) -> CheckRecord {
    // By slug, however it was asked, so that it is found by both.
    let slug = |named: &str| {
        let found = snapshot.organisation(named);
        found.map_or_else(|| named.to_owned(), |found| found.slug.clone())
    };
    CheckRecord {
        id: given.id,
        recorded_at: now,
        revision: given.revision,
        law_pack: verdict.law_pack().to_string(),
        known_at: given.known_at.0,
        as_of: verdict.as_of(),
        exporter: slug(&question.exporter),
        importer: slug(&question.importer),
        decision: verdict.decision(),
        unchecked_facts: snapshot.settings().unchecked_facts,
        question: asked,
        scope: snapshot.scope().clone(),
    }
}
