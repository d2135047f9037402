//! The unit of work: one transaction, one revision, its ledger entries, its snapshot.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Europe::Brussels;
use sea_orm::{DatabaseTransaction, DbBackend, DbErr};
use tokio::sync::OwnedMutexGuard;
use transfer_decision::span::Day;
use uuid::Uuid;

use super::{
    ChangeError, Held, Newer, Patience,
    draft::Draft,
    held, keys,
    newer::{aside, at_length},
    persist::{self, Told},
    stamp::Stamp,
};
use crate::{
    Context, Registry, Scope, Snapshot,
    validation::{Checks, LINE, PARAGRAPH},
};

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
            let work = Work::begin(self, Patience::Usual).await?;
            if let Some(before) = work.before(context, key).await? {
                return Ok(before);
            }
            let mut draft = work.draft(scope);
            let id = make(&mut draft)?;
            work.commit(context, draft, key, id, &|_| ()).await
        };
        Box::pin(changed).await.map_err(in_vain)
    }

    /// The same for a change so large that it would keep other requests waiting on this thread.
    /// `told` hears how many of its objects are written, as it goes on.
    ///
    /// It is put together before the register is held, so that others write meanwhile. When one of
    /// them does, it is put together again, over what is there then.
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
        M: FnMut(&mut Draft) -> Result<Uuid, ChangeError> + Send + 'static,
    {
        check(context)?;
        let changed = async move {
            let _turn = self.turn_at_length().await;
            // A reader is told so at once.
            if self.is_read_only() {
                return Err(ChangeError::ReadOnly);
            }
            self.look().await?;
            let now = self.clock().now();
            let draft = Draft::over(self, self.snapshot(), scope, now);
            // After the base is chosen: what was made under the key before is not to be made over.
            if let Some(key) = key
                && let Some(before) = keys::find(self.db(), &context.actor, key, now).await?
            {
                return Ok(before);
            }
            let (make, mut id, mut draft) = put_together(make, draft).await?;
            let work = Work::begin(self, Patience::Long).await?;
            if let Some(before) = work.before(context, key).await? {
                return Ok(before);
            }
            if !work.fits(&draft) {
                drop(draft);
                (_, id, draft) = put_together(make, work.draft(scope)).await?;
            }
            work.commit(context, draft, key, id, told).await
        };
        Box::pin(changed).await.map_err(in_vain)
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
        self.try_out(context, scope, make).await?.rehearsal()
    }

    /// Makes the same change in memory only. What comes of it is long work, for a thread of its
    /// own: [`Tried::rehearsal`].
    ///
    /// # Errors
    /// What `make` refuses.
    pub async fn try_out<M>(
        &self,
        context: &Context,
        scope: &Scope,
        make: M,
    ) -> Result<Tried, ChangeError>
    where
        M: FnOnce(&mut Draft) -> Result<Uuid, ChangeError>,
    {
        check(context)?;
        self.newest().await?;
        let mut draft = Draft::over(self, self.snapshot(), scope, self.clock().now());
        let id = make(&mut draft)?;
        Ok(Tried { id, draft })
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
        let mut draft = Draft::over(self, self.snapshot(), scope, self.clock().now());
        aside(move || {
            let id = make(&mut draft)?;
            Tried { id, draft }.rehearsal()
        })
        .await
    }
}

/// Lets a use-case put a change together, and gives it back: it may have to do so again.
async fn put_together<M>(mut make: M, mut draft: Draft) -> Result<(M, Uuid, Draft), ChangeError>
where
    M: FnMut(&mut Draft) -> Result<Uuid, ChangeError> + Send + 'static,
{
    aside(move || {
        let id = make(&mut draft)?;
        Ok((make, id, draft))
    })
    .await
}

/// A lock that was waited for in vain is no fault: nothing was written, and it may be tried again.
fn in_vain(error: ChangeError) -> ChangeError {
    match error {
        ChangeError::Store(error) => held::waited(error),
        error => error,
    }
}

/// A change that was made in memory only.
#[derive(Debug)]
pub struct Rehearsal {
    /// The object's id; a new one will have another.
    pub id: Uuid,
    /// The first day, from today on, on which it can make a difference to any answer. When there
    /// is none: the day that the change names, else today.
    pub as_of: Day,
    /// The register as it is.
    pub before: Arc<Snapshot>,
    /// The register as it would be.
    pub after: Snapshot,
}

/// A change that was put together and is not to be kept.
pub struct Tried {
    id: Uuid,
    draft: Draft,
}

impl Tried {
    /// The register as it is and as it would be. This looks at everything that is recorded.
    ///
    /// # Errors
    /// When it would make no sense.
    pub fn rehearsal(self) -> Result<Rehearsal, ChangeError> {
        let Self { id, draft } = self;
        let (today, named) = (draft.today(), draft.counts_from());
        let scope = draft.scope().clone();
        let before = draft.seen()?;
        let after = draft.into_preview()?;
        let after = scope.narrow(after)?;
        Ok(Rehearsal {
            id,
            as_of: before.differs_from(&after, today).unwrap_or(named),
            before,
            after,
        })
    }
}

/// A change that has the register for itself, and what it begins from.
struct Work {
    registry: Registry,
    held: Held,
    base: Arc<Snapshot>,
    last_recorded: Option<DateTime<Utc>>,
}

impl Work {
    async fn begin(registry: &Registry, patience: Patience) -> Result<Self, ChangeError> {
        if registry.db().get_database_backend() == DbBackend::Postgres && !registry.is_read_only() {
            // What other processes changed is read before they have to wait for it.
            match patience {
                Patience::Usual => registry.newest().await?,
                Patience::Long => registry.look().await?,
            }
        }
        let held = Held::take(registry, patience).await?;
        let last_recorded = held.last_recorded().await?;
        let newer = Newer::read(registry, &held.txn, &held.head).await?;
        let base = newer.show(registry).await?;
        Ok(Self {
            registry: registry.clone(),
            held,
            base,
            last_recorded,
        })
    }

    /// Now. Recorded time never runs backwards, even when the machine's clock does.
    fn now(&self) -> DateTime<Utc> {
        later(self.registry.clock().now(), self.last_recorded)
    }

    /// What was recorded under a key before.
    async fn before(
        &self,
        context: &Context,
        key: Option<&Key>,
    ) -> Result<Option<Recorded>, ChangeError> {
        match key {
            None => Ok(None),
            Some(key) => keys::find(&self.held.txn, &context.actor, key, self.now()).await,
        }
    }

    /// An empty change over what the register is.
    fn draft(&self, scope: &Scope) -> Draft {
        Draft::over(&self.registry, Arc::clone(&self.base), scope, self.now())
    }

    /// Whether a change that was put together before still begins from what the register is, on
    /// the same day.
    fn fits(&self, draft: &Draft) -> bool {
        let today = self.now().with_timezone(&Brussels).date_naive();
        draft.base().revision() == self.base.revision() && draft.today() == today
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
        if draft.is_settled() {
            // Saying again what is there is no change, and no entry of the ledger.
            return Ok(Recorded {
                id,
                revision: self.base.revision(),
                repeated: false,
            });
        }
        if draft.entries().is_empty() || draft.is_supposed() {
            return Err(ChangeError::Nothing);
        }
        // Dropped from the last to the first: the turn of the next begins when all is over.
        let Self {
            registry,
            held:
                Held {
                    turn,
                    txn,
                    mut head,
                },
            base,
            last_recorded,
        } = self;
        // As late as can be: what is known at this instant is not told until it counts.
        let clock = registry.clock().clone();
        head.revision += 1;
        let stamp = registry.stamped().begin(head.revision.unsigned_abs(), || {
            later(clock.now(), last_recorded)
        });
        persist::write(&txn, &mut head, stamp.at(), context, &draft, told).await?;
        let revision = head.revision;
        let size = base.size() + draft.entries().len();
        drop(base);
        let snapshot = at_length(size, move || Ok(draft.into_snapshot(revision)?)).await?;
        let recorded = Recorded {
            id,
            revision: snapshot.revision(),
            repeated: false,
        };
        if let Some(key) = key {
            keys::keep(&txn, &context.actor, key, &recorded, stamp.at()).await?;
        }
        let end = end(registry, txn, snapshot, (stamp, turn));
        tokio::spawn(end).await.unwrap_or_else(|cut_short| {
            let cut_short = DbErr::Custom(cut_short.to_string());
            Err(ChangeError::OutcomeUnknown(cut_short))
        })?;
        Ok(recorded)
    }
}

/// The later of now and what was recorded last.
fn later(now: DateTime<Utc>, last_recorded: Option<DateTime<Utc>>) -> DateTime<Utc> {
    last_recorded.map_or(now, |last| last.max(now))
}

/// Commits, and shows what was committed before the next writer's turn.
async fn end(
    registry: Registry,
    txn: DatabaseTransaction,
    snapshot: Snapshot,
    until_then: (Stamp, OwnedMutexGuard<()>),
) -> Result<(), ChangeError> {
    let committing = registry.committing().await;
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
    drop(committing);
    let (stamp, turn) = until_then;
    drop(stamp);
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
