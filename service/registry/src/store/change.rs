//! The unit of work: one transaction, one revision, its ledger entries, its snapshot.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, IntoActiveModel,
    IsolationLevel, QuerySelect, Set, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use tokio::sync::OwnedMutexGuard;
use transfer_decision::span::Day;
use transfer_registry_entity::{head, ledger, vocabulary::RegisterKind};
use uuid::Uuid;

use super::{ChangeError, objects::Object, rows::Rows};
use crate::{
    Context, Registry, Scope, Snapshot,
    ledger::entry,
    validation::{Checks, LINE, PARAGRAPH},
};

/// A change in the making. It counts when [`Change::commit`] returns; dropped before, it leaves
/// nothing behind.
pub(crate) struct Change<'r> {
    registry: &'r Registry,
    context: &'r Context,
    scope: &'r Scope,
    txn: DatabaseTransaction,
    head: head::Model,
    now: DateTime<Utc>,
    // Writers of this process queue here instead of polling the database's lock.
    turn: OwnedMutexGuard<()>,
}

impl<'r> Change<'r> {
    /// Takes the head for itself: on SQLite by `BEGIN IMMEDIATE`, on PostgreSQL by its row's lock.
    pub(crate) async fn begin(
        registry: &'r Registry,
        context: &'r Context,
        scope: &'r Scope,
    ) -> Result<Self, ChangeError> {
        check(context)?;
        if registry.is_read_only() {
            return Err(ChangeError::ReadOnly);
        }
        let turn = registry.turn().await;
        let options = match registry.db().get_database_backend() {
            // Each statement sees what was committed before it, hence before the lock was had.
            DbBackend::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::ReadCommitted),
                ..TransactionOptions::default()
            },
            _ => TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            },
        };
        let txn = registry
            .db()
            .begin_with_options(options)
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
        Ok(Self {
            registry,
            context,
            scope,
            txn,
            head: head::Model {
                revision: head.revision + 1,
                ..head
            },
            now,
            turn,
        })
    }

    /// The transaction.
    pub(crate) const fn txn(&self) -> &DatabaseTransaction {
        &self.txn
    }

    /// Whose data the caller may see and change.
    pub(crate) const fn scope(&self) -> &'r Scope {
        self.scope
    }

    /// What the database holds, and whether anything.
    pub(crate) const fn holds(&self) -> (RegisterKind, bool) {
        (self.head.kind.0, self.head.ledger_seq > 0)
    }

    /// Says that the database now holds the demo register.
    pub(crate) const fn becomes_demo(&mut self) {
        self.head.kind.0 = RegisterKind::Demo;
    }

    /// A new id, greater than all before it.
    pub(crate) fn new_id(&self) -> Uuid {
        self.registry.new_id(self.now)
    }

    /// The calendar day.
    pub(crate) fn today(&self) -> Day {
        self.registry.clock().today()
    }

    /// Whether the last day of something that may have one is over.
    pub(crate) fn is_past(&self, last: Option<Day>) -> bool {
        last.is_some_and(|last| last < self.today())
    }

    /// Whether the caller may write what no single group keeps.
    pub(crate) const fn shared(&self) -> Result<(), ChangeError> {
        if self.scope.shared() {
            Ok(())
        } else {
            Err(ChangeError::OutOfScope)
        }
    }

    /// Inserts rows; what is to be recorded of them is said by [`Change::append`].
    pub(crate) async fn insert<E>(
        &self,
        rows: impl IntoIterator<Item = E::Model>,
    ) -> Result<(), ChangeError>
    where
        E: EntityTrait,
        E::Model: IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: Send,
    {
        for row in rows {
            E::insert(row.into_active_model())
                .exec_without_returning(&self.txn)
                .await?;
        }
        Ok(())
    }

    /// Appends the object's state after the change to the ledger.
    pub(crate) async fn append<O: Object>(
        &mut self,
        action: &str,
        object: &O,
    ) -> Result<(), ChangeError> {
        let entry = entry::next(&self.head, self.now, self.context, action, O::TYPE, object)
            .map_err(|error| DbErr::Json(error.to_string()))?;
        self.head.ledger_seq = entry.seq;
        self.head.ledger_hash.clone_from(&entry.hash);
        ledger::Entity::insert(entry.into_active_model())
            .exec_without_returning(&self.txn)
            .await?;
        Ok(())
    }

    /// Advances the head, makes the new snapshot from what is about to be committed, commits, and
    /// swaps the snapshot. A register that makes no snapshot is never committed.
    ///
    /// From the commit on it goes to its end even when the caller goes away: a change that counts
    /// must be seen.
    pub(crate) async fn commit(self) -> Result<u64, ChangeError> {
        let head = self.head;
        let (revision, kind) = (head.revision, head.kind.0);
        head::ActiveModel {
            id: Set(head.id),
            kind: Set(head.kind),
            revision: Set(head.revision),
            ledger_seq: Set(head.ledger_seq),
            ledger_hash: Set(head.ledger_hash),
            ..Default::default()
        }
        .update(&self.txn)
        .await?;
        let rows = Rows::read(&self.txn, revision, kind).await?;
        let snapshot = Snapshot::new(self.registry.law().clone(), self.registry.settings(), rows)?;
        let end = end(self.registry.clone(), self.txn, snapshot, self.turn);
        tokio::spawn(end).await.unwrap_or_else(|cut_short| {
            let cut_short = DbErr::Custom(cut_short.to_string());
            Err(ChangeError::OutcomeUnknown(cut_short))
        })
    }
}

/// Commits, and shows what was committed before the next writer's turn.
async fn end(
    registry: Registry,
    txn: DatabaseTransaction,
    snapshot: Snapshot,
    turn: OwnedMutexGuard<()>,
) -> Result<u64, ChangeError> {
    let revision = snapshot.revision();
    let outcome = match txn.commit().await {
        Ok(()) => {
            registry.publish(snapshot);
            Ok(revision)
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
