//! Recording what was decided, without keeping anybody waiting for it.
//!
//! One task writes what waits, all of it in one transaction: many decisions share one commit. A
//! decision waits for its record for a moment; then it is answered anyway and the record follows.
//! What the queue has no room for, and what cannot be written, is counted and lost: an answer never
//! depends on its record.

use std::{
    mem,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use sea_orm::{DbErr, EntityTrait, IntoActiveModel, sea_query::OnConflict};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot},
    task::JoinHandle,
    time::{sleep, timeout},
};
use transfer_registry_entity::transfer_checks;

use super::{Check, Writing};
use crate::Registry;

/// How long an answer waits for its record.
const LONGEST_WAIT: Duration = Duration::from_millis(250);
/// How much may wait to be written, in MiB, when nothing else is said: half a minute of a few
/// thousand decisions a second.
pub const ROOM: u16 = 64;
/// How many decisions go into one transaction; one batch of checks always goes into one.
const MOST_AT_ONCE: usize = 1_000;
/// How many rows go into one statement: SQLite takes 32766 values in one, and a row has twelve.
const ROWS_A_STATEMENT: usize = 200;
/// How long the first pause after a failure is; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// How long a pause may become.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How often a transaction is tried: for some five minutes.
const MOST_TRIES: u32 = 64;
/// How often it is tried when the service stops.
const LAST_TRIES: u32 = 3;

/// How many decisions were recorded, and how many were not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Decisions in the database.
    pub recorded: u64,
    /// Decisions answered and not recorded.
    pub lost: u64,
}

/// Takes decisions to be recorded. Clones share one queue; when the last is gone, what waits is
/// still written.
#[derive(Debug, Clone)]
pub struct Recorder(Option<Arc<Desk>>);

#[derive(Debug)]
struct Desk {
    offers: Mutex<Option<mpsc::UnboundedSender<Offer>>>,
    state: Arc<State>,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// What both sides of the queue know.
#[derive(Debug)]
struct State {
    room: Arc<Semaphore>,
    /// Whether the writer is so late that waiting for it is in vain.
    behind: AtomicBool,
    /// How much may wait, in bytes.
    most: u32,
    /// How many were lost since the last success.
    missing: AtomicU64,
    /// Of how many of them it was said.
    said: AtomicU64,
    stopping: AtomicBool,
    recorded: AtomicU64,
    lost: AtomicU64,
}

/// Decisions to be recorded together, and whoever waits for that.
#[derive(Debug)]
struct Offer {
    checks: Vec<Check>,
    done: oneshot::Sender<()>,
    _room: OwnedSemaphorePermit,
}

impl Recorder {
    /// Records nothing.
    #[must_use]
    pub const fn none() -> Self {
        Self(None)
    }

    /// Begins to record into a registry's database. Must be called inside of the runtime.
    #[must_use]
    pub fn start(registry: &Registry) -> Self {
        Self::with_room(registry, ROOM)
    }

    /// The same, with as many MiB for what waits to be written; 4095 at the most.
    #[must_use]
    pub fn with_room(registry: &Registry, mebibytes: u16) -> Self {
        let most = u32::from(mebibytes).saturating_mul(1 << 20);
        let room = usize::try_from(most).unwrap_or(Semaphore::MAX_PERMITS);
        let state = Arc::new(State {
            room: Arc::new(Semaphore::new(room)),
            behind: AtomicBool::new(false),
            most,
            missing: AtomicU64::new(0),
            said: AtomicU64::new(0),
            stopping: AtomicBool::new(false),
            recorded: AtomicU64::new(0),
            lost: AtomicU64::new(0),
        });
        let (offers, waiting) = mpsc::unbounded_channel();
        let task = tokio::spawn(write(registry.clone(), waiting, Arc::clone(&state)));
        Self(Some(Arc::new(Desk {
            offers: Mutex::new(Some(offers)),
            state,
            task: Mutex::new(Some(task)),
        })))
    }

    /// Whether anything is recorded at all.
    #[must_use]
    pub const fn records(&self) -> bool {
        self.0.is_some()
    }

    /// Records decisions that were made together. Returns when they are in the database or a short
    /// moment is over, whichever comes first; never fails.
    pub async fn record(&self, checks: Vec<Check>) {
        let Some(desk) = &self.0 else {
            return;
        };
        let number = checks.len();
        let Some(recorded) = desk.offer(checks) else {
            desk.state.lose(number, "the queue is full, or closed");
            return;
        };
        if desk.state.behind.load(Ordering::Relaxed) {
            return;
        }
        if timeout(LONGEST_WAIT, recorded).await.is_err() {
            // Whoever comes next does not wait for what is this late; a success takes it back.
            desk.state.behind.store(true, Ordering::Relaxed);
        }
    }

    /// How many decisions were recorded, and how many were not.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let state = self.0.as_ref().map(|desk| &desk.state);
        state.map_or_else(Counts::default, |state| Counts {
            recorded: state.recorded.load(Ordering::Relaxed),
            lost: state.lost.load(Ordering::Relaxed),
        })
    }

    /// Takes no more, and writes what waits; gives up after a while.
    pub async fn stop(&self, patience: Duration) {
        let Some(desk) = &self.0 else {
            return;
        };
        desk.state.stopping.store(true, Ordering::Relaxed);
        drop(lock(&desk.offers).take());
        let task = lock(&desk.task).take();
        let Some(mut task) = task else {
            return;
        };
        if timeout(patience, &mut task).await.is_err() {
            task.abort();
            tracing::error!("not all decisions were recorded before the end");
        }
    }
}

impl Desk {
    /// Puts decisions into the queue, if there is room.
    fn offer(&self, checks: Vec<Check>) -> Option<oneshot::Receiver<()>> {
        let bytes: usize = checks.iter().map(Check::size).sum();
        // A batch that is larger than the whole room may have it alone.
        let most = self.state.most;
        let size = u32::try_from(bytes).unwrap_or(most).min(most);
        let room = Arc::clone(&self.state.room).try_acquire_many_owned(size);
        let (done, recorded) = oneshot::channel();
        let offer = Offer {
            checks,
            done,
            _room: room.ok()?,
        };
        lock(&self.offers).as_ref()?.send(offer).ok()?;
        Some(recorded)
    }
}

impl Check {
    /// About how many bytes it takes.
    fn size(&self) -> usize {
        self.answer.len() + self.record.question.len() + mem::size_of::<Self>()
    }
}

impl State {
    fn lose(&self, number: usize, why: &str) {
        let number = u64::try_from(number).unwrap_or(u64::MAX);
        self.lost.fetch_add(number, Ordering::Relaxed);
        let missing = self.missing.fetch_add(number, Ordering::Relaxed) + number;
        // Said when they are twice as many as were said, and not with every answer.
        let said = self.said.load(Ordering::Relaxed);
        if missing >= said.saturating_mul(2) {
            self.said.store(missing, Ordering::Relaxed);
            tracing::error!(
                why,
                lost = missing,
                "decisions are answered and not recorded"
            );
        }
    }

    fn gain(&self, number: usize) {
        let number = u64::try_from(number).unwrap_or(u64::MAX);
        self.recorded.fetch_add(number, Ordering::Relaxed);
        self.behind.store(false, Ordering::Relaxed);
        self.said.store(0, Ordering::Relaxed);
        let lost = self.missing.swap(0, Ordering::Relaxed);
        if lost > 0 {
            tracing::warn!(
                lost,
                "decisions are recorded again; so many were not and never will be"
            );
        }
    }

    fn tries(&self) -> u32 {
        if self.stopping.load(Ordering::Relaxed) {
            LAST_TRIES
        } else {
            MOST_TRIES
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes what waits, until nobody offers any more.
async fn write(registry: Registry, mut waiting: mpsc::UnboundedReceiver<Offer>, state: Arc<State>) {
    while let Some(first) = waiting.recv().await {
        let mut number = first.checks.len();
        let mut offers = vec![first];
        while number < MOST_AT_ONCE
            && let Ok(next) = waiting.try_recv()
        {
            number += next.checks.len();
            offers.push(next);
        }
        match persist(&registry, &mut offers, &state).await {
            Ok(()) => {
                state.gain(number);
                for offer in offers {
                    // Whoever waited may have been answered already.
                    let _ = offer.done.send(());
                }
            }
            Err(error) => state.lose(number, &error.to_string()),
        }
    }
}

/// Writes until it is written, or has been tried for long enough.
async fn persist(registry: &Registry, offers: &mut [Offer], state: &State) -> Result<(), DbErr> {
    let rows: Vec<transfer_checks::Model> = offers
        .iter_mut()
        .flat_map(|offer| mem::take(&mut offer.checks))
        .map(transfer_checks::Model::from)
        .collect();
    let mut pause = FIRST_PAUSE;
    let mut tried = 0;
    loop {
        let error = match store(registry, &rows).await {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        tried += 1;
        if tried >= state.tries() {
            return Err(error);
        }
        if tried == 1 {
            tracing::warn!(%error, "decisions could not be recorded; it is tried again");
        }
        state.behind.store(true, Ordering::Relaxed);
        sleep(pause).await;
        pause = (2 * pause).min(LONGEST_PAUSE);
    }
}

/// Writes all of them or none. A commit whose answer was lost may have been one: what is there
/// already is left as it is.
async fn store(registry: &Registry, rows: &[transfer_checks::Model]) -> Result<(), DbErr> {
    let writing = Writing::begin(registry).await?;
    for rows in rows.chunks(ROWS_A_STATEMENT) {
        let rows = rows.iter().map(|row| row.clone().into_active_model());
        let there_already = OnConflict::column(transfer_checks::Column::Id)
            .do_nothing()
            .to_owned();
        transfer_checks::Entity::insert_many(rows)
            .on_conflict(there_already)
            .exec_without_returning(&writing.txn)
            .await?;
    }
    writing.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::on_each_database;

    #[tokio::test]
    #[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    async fn a_commit_whose_answer_was_lost_may_be_tried_again() {
        on_each_database(async |demo| {
            let check = super::super::tests::check(demo, 0, 10);
            let rows = [transfer_checks::Model::from(check.clone())];
            store(&demo.registry, &rows).await.unwrap();
            let mut more = rows.to_vec();
            more.push(super::super::tests::check(demo, 1, 10).into());
            store(&demo.registry, &more).await.unwrap();
            store(&demo.registry, &more).await.unwrap();
            let kept = transfer_checks::Entity::find()
                .all(demo.registry.db())
                .await;
            assert_eq!(kept.unwrap().len(), 2);
        })
        .await;
    }
}
