//! The register held by one writer: its turn in this process, a transaction, and the head's lock.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, IsolationLevel,
    QuerySelect, RuntimeErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
    sqlx::error::DatabaseError,
};
use tokio::{sync::OwnedMutexGuard, time::timeout};
use transfer_registry_entity::{head, ledger};

use super::{ChangeError, PATIENCE};
use crate::Registry;

/// How long a change waits that takes long itself.
const LONGEST: Duration = Duration::from_mins(10);

/// For how long a writer waits for others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patience {
    /// As long as a request may: somebody waits for the answer.
    Usual,
    /// As long as others may take with as much.
    Long,
}

impl Patience {
    const fn limit(self) -> Duration {
        match self {
            Self::Usual => PATIENCE,
            Self::Long => LONGEST,
        }
    }
}

/// A transaction that has the register for itself.
pub(crate) struct Held {
    pub(crate) txn: DatabaseTransaction,
    pub(crate) head: head::Model,
    // Writers of this process queue here instead of polling the database's lock.
    pub(crate) turn: OwnedMutexGuard<()>,
}

impl Held {
    /// Takes the head for itself: on SQLite by `BEGIN IMMEDIATE`, on PostgreSQL by its row's lock.
    ///
    /// # Errors
    /// `Busy` when others hold it for longer than that.
    pub(crate) async fn take(registry: &Registry, patience: Patience) -> Result<Self, ChangeError> {
        if registry.is_read_only() {
            return Err(ChangeError::ReadOnly);
        }
        let limit = patience.limit();
        let turn = timeout(limit, registry.turn()).await.map_err(|_| {
            let waited = format!("another change takes longer than {} s", limit.as_secs());
            ChangeError::Busy(DbErr::Custom(waited))
        })?;
        let backend = registry.db().get_database_backend();
        let txn = registry.db().begin_with_options(options(backend)).await;
        let txn = txn.map_err(ChangeError::Busy)?;
        if backend == DbBackend::Postgres {
            let most = format!("SET LOCAL lock_timeout = {}", limit.as_millis());
            txn.execute_unprepared(&most).await?;
        }
        let head = head::Entity::find_by_id(head::ONLY)
            .lock_exclusive()
            .one(&txn)
            .await
            .map_err(waited)?
            .ok_or(ChangeError::Head("it is missing"))?;
        Ok(Self { txn, head, turn })
    }

    /// When the newest entry was recorded.
    pub(crate) async fn last_recorded(&self) -> Result<Option<DateTime<Utc>>, ChangeError> {
        if self.head.ledger_seq == 0 {
            return Ok(None);
        }
        let last = ledger::Entity::find_by_id(self.head.ledger_seq)
            .select_only()
            .column(ledger::Column::RecordedAt)
            .into_tuple::<DateTime<Utc>>();
        let last = last.one(&self.txn).await?;
        last.map(Some)
            .ok_or(ChangeError::Head("its ledger entry is missing"))
    }
}

/// A lock that was waited for in vain is no fault: nothing was written, and it may be tried again.
pub(crate) fn waited(error: DbErr) -> ChangeError {
    if gave_up(&error) {
        ChangeError::Busy(error)
    } else {
        ChangeError::Store(error)
    }
}

fn gave_up(error: &DbErr) -> bool {
    let (DbErr::Query(RuntimeErr::SqlxError(error)) | DbErr::Exec(RuntimeErr::SqlxError(error))) =
        error
    else {
        return false;
    };
    // PostgreSQL's lock_not_available.
    let is_it = |error: &dyn DatabaseError| error.code().is_some_and(|code| code == "55P03");
    error.as_database_error().is_some_and(is_it)
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
