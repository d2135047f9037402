//! The second clock: the register as it was recorded by an earlier moment.
//!
//! Each ledger entry keeps the object's whole state after it, so a past register is read and not
//! replayed: the newest state of each object up to an entry. A moment is therefore the number of
//! that entry. The last few moments asked about are kept, since who looks back looks more than once.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use tokio::{
    sync::{OnceCell, Semaphore},
    task::spawn_blocking,
    time::timeout,
};
use transfer_registry_entity::ledger;

use crate::{
    Registry, Snapshot,
    reading::{ReadError, in_time},
    snapshot::LoadError,
    store::{
        PATIENCE,
        rows::{RecordedError, Rows},
    },
};

#[cfg(test)]
mod tests;

/// How many earlier moments are kept in memory.
const KEPT: usize = 8;
/// How many are made at the same time: each takes a connection, and as much memory as the register.
const AT_ONCE: usize = 2;
/// How long a register may take to be read from its ledger.
const LONGEST: Duration = Duration::from_mins(1);

/// Why the register of an earlier moment is not there.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The instant is yet to come.
    #[error("the instant is in the future")]
    Future,
    /// The revision is yet to come.
    #[error("the register is at revision {reached}")]
    NotReached {
        /// The newest revision.
        reached: u64,
    },
    /// The ledger cannot be read, or not in time.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// What an entry keeps of its object cannot be understood.
    #[error("the state that ledger entry {sequence} keeps cannot be read")]
    State {
        /// The entry.
        sequence: i64,
        /// Why.
        source: serde_json::Error,
    },
    /// What was recorded by then makes no register.
    #[error("what was recorded by then makes no register")]
    Load(#[from] LoadError),
    /// The work was cut short.
    #[error("the register of then was not made to its end")]
    CutShort,
}

/// How far the ledger had come: its last entry, and that entry's revision. Both are 0 before the
/// first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Moment {
    seq: i64,
    revision: u64,
}

impl From<RecordedError> for HistoryError {
    fn from(error: RecordedError) -> Self {
        match error {
            RecordedError::Read(error) => Self::Read(error.into()),
            RecordedError::State { sequence, source } => Self::State { sequence, source },
        }
    }
}

type Cell = Arc<OnceCell<Arc<Snapshot>>>;

/// The earlier moments that were asked about last.
#[derive(Debug)]
pub(crate) struct Past {
    /// The latest asked about comes first. Whoever asks for a moment that is being made waits for it.
    kept: Mutex<VecDeque<(i64, Cell)>>,
    making: Semaphore,
}

impl Default for Past {
    fn default() -> Self {
        Self {
            kept: Mutex::default(),
            making: Semaphore::new(AT_ONCE),
        }
    }
}

impl Past {
    /// The place of a moment, which is now the latest asked about.
    fn cell(&self, seq: i64) -> Cell {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let cell = match kept.iter().position(|(of, _)| *of == seq) {
            Some(at) => kept.remove(at).map(|(_, cell)| cell),
            None => None,
        };
        let cell = cell.unwrap_or_default();
        kept.push_front((seq, Arc::clone(&cell)));
        kept.truncate(KEPT);
        cell
    }
}

impl Registry {
    /// The register and law as recorded by an instant. When nothing was recorded since, it is the
    /// newest snapshot.
    ///
    /// A change counts as recorded from the instant at which it began to be written. Whoever asks
    /// about that instant or a later one waits until this process has committed it; what another
    /// process is writing is not waited for. A revision never changes.
    ///
    /// # Errors
    /// When the instant is yet to come, or the ledger cannot be read in time.
    pub async fn known_at(&self, instant: DateTime<Utc>) -> Result<Arc<Snapshot>, HistoryError> {
        if instant > self.clock().now() {
            return Err(HistoryError::Future);
        }
        self.settled(instant).await?;
        // Recorded time never runs backwards, so the order of time is the order of numbers.
        let last = ledger::Entity::find()
            .filter(ledger::Column::RecordedAt.lte(instant))
            .order_by_desc(ledger::Column::RecordedAt);
        let moment = self.moment(last).await?;
        self.recorded_by(moment).await
    }

    /// The register and law as they were at a revision.
    ///
    /// # Errors
    /// When the register has not come so far, or the ledger cannot be read.
    pub async fn at_revision(&self, revision: u64) -> Result<Arc<Snapshot>, HistoryError> {
        if !self.reach(revision).await {
            let reached = self.snapshot().revision();
            return Err(HistoryError::NotReached { reached });
        }
        let newest = self.snapshot();
        if newest.revision() == revision {
            return Ok(newest);
        }
        let last = ledger::Entity::find()
            .filter(ledger::Column::Revision.lte(i64::try_from(revision).unwrap_or(i64::MAX)))
            .order_by_desc(ledger::Column::Revision);
        let moment = self.moment(last).await?;
        self.recorded_by(moment).await
    }

    /// The register as it is, with the latest instant whose knowledge it is: asked about that
    /// instant later, the answer is this register.
    #[must_use]
    pub fn present(&self) -> (Arc<Snapshot>, DateTime<Utc>) {
        loop {
            let read = || {
                let snapshot = self.snapshot();
                let revision = snapshot.revision();
                (snapshot, revision)
            };
            let (snapshot, known_at) = self.stamped().before(read, || self.clock().now());
            // What another process changed in between belongs to the next look.
            if self.snapshot().revision() == snapshot.revision() {
                return (snapshot, known_at);
            }
        }
    }

    /// Waits until no change of this process is being written that will count at an instant.
    async fn settled(&self, instant: DateTime<Utc>) -> Result<(), ReadError> {
        let settled = timeout(PATIENCE, self.stamped().settled(instant)).await;
        settled.map_err(|_| {
            let what = "what is being written counts at that instant".to_owned();
            ReadError::Busy(DbErr::Custom(what))
        })
    }

    /// The moment of the last of these entries.
    async fn moment(&self, entries: Select<ledger::Entity>) -> Result<Moment, ReadError> {
        let last = entries
            .order_by_desc(ledger::Column::Seq)
            .select_only()
            .column(ledger::Column::Seq)
            .column(ledger::Column::Revision)
            .limit(1)
            .into_tuple::<(i64, i64)>();
        let last = in_time(last.one(self.db())).await?;
        Ok(last.map_or_else(Moment::default, |(seq, revision)| Moment {
            seq,
            revision: u64::try_from(revision).unwrap_or_default(),
        }))
    }

    /// The register of a moment: the newest snapshot, one that is kept, or one made anew.
    async fn recorded_by(&self, moment: Moment) -> Result<Arc<Snapshot>, HistoryError> {
        // A replica may not have seen its newest revision yet.
        self.reach(moment.revision).await;
        let newest = self.snapshot();
        if newest.revision() == moment.revision {
            return Ok(newest);
        }
        let cell = self.past().cell(moment.seq);
        let snapshot = cell
            .get_or_try_init(|| self.made(moment, newest.is_demo()))
            .await?;
        Ok(Arc::clone(snapshot))
    }

    async fn made(&self, moment: Moment, demo: bool) -> Result<Arc<Snapshot>, HistoryError> {
        let busy = |what: &str| ReadError::Busy(DbErr::Custom(what.to_owned()));
        let _turn = timeout(PATIENCE, self.past().making.acquire())
            .await
            .map_err(|_| busy("others look back at this moment"))?
            .map_err(|_| HistoryError::CutShort)?;
        let revision = i64::try_from(moment.revision).unwrap_or(i64::MAX);
        let rows = Rows::recorded(self.db(), (0, moment.seq), revision, demo);
        let rows = timeout(LONGEST, rows)
            .await
            .map_err(|_| busy("the ledger takes too long to be read"))??;
        // The law is of that moment too: the packs and amendments are among the rows.
        let settings = self.settings();
        let snapshot = spawn_blocking(move || Snapshot::new(settings, rows)).await;
        let snapshot = snapshot.map_err(|_| HistoryError::CutShort)??;
        Ok(Arc::new(snapshot))
    }
}
