//! The unit of work: one transaction, one revision, its ledger entries, its snapshot.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sea_orm::{
    DatabaseTransaction, DbBackend, DbErr, EntityTrait, IsolationLevel, QuerySelect,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use tokio::sync::OwnedMutexGuard;
use transfer_decision::span::Day;
use transfer_registry_entity::{head, ledger};
use uuid::Uuid;

use super::{
    ChangeError,
    draft::Draft,
    keys,
    persist::{self, Told},
    rows::Rows,
};
use crate::{
    Context, Registry, Scope, Snapshot,
    validation::{Checks, LINE, PARAGRAPH},
};

/// A change of so many objects is put into a snapshot on a thread of its own.
const LARGE: usize = 1_000;

/// What a use-case recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded {
    /// The object's id.
    pub id: Uuid,
    /// The register's revision from which on it counts.
    pub revision: u64,
    /// Whether it was recorded before, under the same key; nothing was done this time.
    pub repeated: bool,
}

/// A caller's own name for a request, so that asking again does not repeat it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The key that the caller chose.
    pub key: String,
    /// The request's digest, SHA-256 in hex.
    pub fingerprint: String,
}

impl Registry {
    /// Makes a change: all that `make` puts into the draft, or nothing. It counts, is in the
    /// ledger, and is seen by every later question when this returns.
    ///
    /// # Errors
    /// What `make` refuses, or why it could not be kept.
    pub async fn change<M>(
        &self,
        context: &Context,
        scope: &Scope,
        key: Option<&Key>,
        make: M,
    ) -> Result<Recorded, ChangeError>
    where
        M: FnOnce(&mut Draft) -> Result<Uuid, ChangeError>,
    {
        check(context)?;
        // On the heap: what waits for a commit is large, and every caller's future holds it.
        let changed = async move {
            let work = Work::begin(self).await?;
            if let Some(key) = key
                && let Some(before) = keys::find(&work.txn, &context.actor, key).await?
            {
                return Ok(before);
            }
            let mut draft = Draft::over(self, Arc::clone(&work.base), scope, work.now);
            let id = make(&mut draft)?;
            work.commit(context, draft, key, id, &|_| ()).await
        };
        Box::pin(changed).await
    }

    /// The same for a change so large that it would keep other requests waiting on this thread.
    /// `told` hears how many of its objects are written, as it goes on.
    ///
    /// # Errors
    /// What `make` refuses, or why it could not be kept.
    pub async fn change_at_length<M>(
        &self,
        context: &Context,
        scope: &Scope,
        key: Option<&Key>,
        told: &(dyn Fn(u64) + Send + Sync),
        make: M,
    ) -> Result<Recorded, ChangeError>
    where
        M: FnOnce(&mut Draft) -> Result<Uuid, ChangeError> + Send + 'static,
    {
        check(context)?;
        let work = Work::begin(self).await?;
        if let Some(key) = key
            && let Some(before) = keys::find(&work.txn, &context.actor, key).await?
        {
            return Ok(before);
        }
        let mut draft = Draft::over(self, Arc::clone(&work.base), scope, work.now);
        let (id, draft) = aside(move || make(&mut draft).map(|id| (id, draft))).await?;
        work.commit(context, draft, key, id, told).await
    }

    /// Makes the same change in memory only, and gives the register as it would be.
    ///
    /// # Errors
    /// What `make` refuses.
    pub async fn rehearse<M>(
        &self,
        context: &Context,
        scope: &Scope,
        make: M,
    ) -> Result<Rehearsal, ChangeError>
    where
        M: FnOnce(&mut Draft) -> Result<Uuid, ChangeError>,
    {
        check(context)?;
        self.newest().await?;
        let before = self.snapshot();
        let mut draft = Draft::over(self, Arc::clone(&before), scope, self.clock().now());
        let id = make(&mut draft)?;
        Rehearsal::of(id, draft, before)
    }

    /// The same for a change so large that it would keep other requests waiting on this thread.
    ///
    /// # Errors
    /// What `make` refuses.
    pub async fn rehearse_at_length<M>(
        &self,
        context: &Context,
        scope: &Scope,
        make: M,
    ) -> Result<Rehearsal, ChangeError>
    where
        M: FnOnce(&mut Draft) -> Result<Uuid, ChangeError> + Send + 'static,
    {
        check(context)?;
        self.newest().await?;
        let before = self.snapshot();
        let mut draft = Draft::over(self, Arc::clone(&before), scope, self.clock().now());
        aside(move || {
            let id = make(&mut draft)?;
            Rehearsal::of(id, draft, before)
        })
        .await
    }
}

/// Does long work on a thread of its own.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ChangeError> + Send + 'static,
) -> Result<T, ChangeError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|cut_short| ChangeError::Store(DbErr::Custom(cut_short.to_string())))?
}

/// A change that was made in memory only.
#[derive(Debug)]
pub struct Rehearsal {
    /// The object's id; a new one will have another.
    pub id: Uuid,
    /// The day on which it first makes a difference, as far as is known; else today.
    pub as_of: Day,
    /// The register as it is.
    pub before: Arc<Snapshot>,
    /// The register as it would be.
    pub after: Snapshot,
}

impl Rehearsal {
    fn of(id: Uuid, draft: Draft, before: Arc<Snapshot>) -> Result<Self, ChangeError> {
        let as_of = draft.counts_from();
        let after = draft.into_preview()?;
        Ok(Self {
            id,
            as_of,
            before,
            after,
        })
    }
}

/// A transaction that has the register for itself.
struct Work {
    registry: Registry,
    txn: DatabaseTransaction,
    base: Arc<Snapshot>,
    head: head::Model,
    now: DateTime<Utc>,
    // Writers of this process queue here instead of polling the database's lock.
    turn: OwnedMutexGuard<()>,
}

impl Work {
    /// Takes the head for itself: on SQLite by `BEGIN IMMEDIATE`, on PostgreSQL by its row's lock.
    async fn begin(registry: &Registry) -> Result<Self, ChangeError> {
        if registry.is_read_only() {
            return Err(ChangeError::ReadOnly);
        }
        let turn = registry.turn().await;
        let txn = registry
            .db()
            .begin_with_options(options(registry.db().get_database_backend()))
            .await
            .map_err(ChangeError::Busy)?;
        let head = head::Entity::find_by_id(head::ONLY)
            .lock_exclusive()
            .one(&txn)
            .await?
            .ok_or(ChangeError::Head("it is missing"))?;
        let mut now = registry.clock().now();
        if head.ledger_seq > 0 {
            let last = ledger::Entity::find_by_id(head.ledger_seq)
                .one(&txn)
                .await?
                .ok_or(ChangeError::Head("its ledger entry is missing"))?;
            // Recorded time never runs backwards, even when the machine's clock does.
            now = now.max(last.recorded_at);
        }
        let base = base(registry, &txn, &head).await?;
        Ok(Self {
            registry: registry.clone(),
            txn,
            base,
            head,
            now,
            turn,
        })
    }

    /// Writes entries and rows, advances the head, makes the new snapshot of what was written,
    /// commits, and swaps the snapshot. A register that makes no snapshot is never committed.
    ///
    /// From the commit on it goes to its end even when the caller goes away: a change that counts
    /// must be seen.
    async fn commit(
        self,
        context: &Context,
        draft: Draft,
        key: Option<&Key>,
        id: Uuid,
        told: Told<'_>,
    ) -> Result<Recorded, ChangeError> {
        debug_assert!(!draft.is_supposed(), "a supposition is never committed");
        if draft.entries().is_empty() || draft.is_supposed() {
            return Err(ChangeError::Nothing);
        }
        let mut head = self.head;
        head.revision += 1;
        persist::write(&self.txn, &mut head, self.now, context, &draft, told).await?;
        let revision = head.revision;
        let snapshot = if draft.entries().len() < LARGE {
            draft.into_snapshot(revision)?
        } else {
            aside(move || Ok(draft.into_snapshot(revision)?)).await?
        };
        let recorded = Recorded {
            id,
            revision: snapshot.revision(),
            repeated: false,
        };
        if let Some(key) = key {
            keys::keep(&self.txn, &context.actor, key, &recorded, self.now).await?;
        }
        let end = end(self.registry, self.txn, snapshot, self.turn);
        tokio::spawn(end).await.unwrap_or_else(|cut_short| {
            let cut_short = DbErr::Custom(cut_short.to_string());
            Err(ChangeError::OutcomeUnknown(cut_short))
        })?;
        Ok(recorded)
    }
}

fn options(backend: DbBackend) -> TransactionOptions {
    match backend {
        // Each statement sees what was committed before it, hence before the lock was had.
        DbBackend::Postgres => TransactionOptions {
            isolation_level: Some(IsolationLevel::ReadCommitted),
            ..TransactionOptions::default()
        },
        _ => TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        },
    }
}

/// The register that the change begins from: the snapshot, unless another process was faster.
async fn base(
    registry: &Registry,
    txn: &DatabaseTransaction,
    head: &head::Model,
) -> Result<Arc<Snapshot>, ChangeError> {
    let current = registry.snapshot();
    if i64::try_from(current.revision()) == Ok(head.revision) {
        return Ok(current);
    }
    let rows = Rows::read(txn, head.revision, head.kind.0).await?;
    let newer = Arc::new(Snapshot::new(registry.settings(), rows)?);
    // Nobody else reads it again while this change is on its way.
    registry.publish(Arc::clone(&newer));
    Ok(newer)
}

/// Commits, and shows what was committed before the next writer's turn.
async fn end(
    registry: Registry,
    txn: DatabaseTransaction,
    snapshot: Snapshot,
    turn: OwnedMutexGuard<()>,
) -> Result<(), ChangeError> {
    let outcome = match txn.commit().await {
        Ok(()) => {
            registry.publish(snapshot);
            Ok(())
        }
        // The answer may be lost rather than the change; the snapshot must follow whichever it was.
        Err(error) => {
            if let Err(unread) = registry.refresh().await {
                tracing::error!(error = %unread, "the register cannot be read after a commit that failed");
            }
            Err(ChangeError::OutcomeUnknown(error))
        }
    };
    drop(turn);
    outcome
}

/// What the ledger keeps of a context must be fit to be kept, the same on both databases.
fn check(context: &Context) -> Result<(), ChangeError> {
    let Context {
        actor,
        reason,
        request_id,
    } = context;
    let mut checks = Checks::default();
    checks.text("/actor", actor, LINE);
    checks.text_if_any("/reason", reason.as_deref(), PARAGRAPH);
    checks.text("/request_id", request_id, LINE);
    checks.finish()
}
