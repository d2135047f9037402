//! From the newest snapshot to the database's register: by what the ledger says was recorded since,
//! or, when that is more than the register itself, by reading all of it again.

use std::sync::Arc;

use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder,
};
use transfer_registry_entity::{head, ledger, vocabulary::RegisterKind};

use super::{
    ChangeError,
    rows::{RecordedError, Rows},
};
use crate::{
    Registry, Snapshot,
    ledger::{comparison, verify},
};

/// A register of so many objects is put together on a thread of its own: it takes longer than
/// another request should wait.
const LARGE: usize = 1_000;
/// So few entries are never worth reading everything again.
const FEW: i64 = 1_000;

/// What a snapshot lacks.
pub(crate) enum Newer {
    /// Nothing.
    Nothing,
    /// What was recorded since.
    Since(Arc<Snapshot>, Rows),
    /// It is so much, or so different, that this is the whole register.
    Whole(Rows),
}

impl Newer {
    /// Reads what the newest snapshot lacks of the register at a head. The connection must be a
    /// transaction that sees that head's moment.
    ///
    /// # Errors
    /// The database cannot be read, or its ledger does not go on from what the snapshot knows: what
    /// somebody wrote there past the registry is not believed.
    pub(crate) async fn read(
        registry: &Registry,
        txn: &DatabaseTransaction,
        head: &head::Model,
    ) -> Result<Self, DbErr> {
        let base = registry.snapshot();
        let known = i64::try_from(base.revision()).unwrap_or(i64::MAX);
        if known == head.revision {
            return Ok(Self::Nothing);
        }
        let demo = head.kind.0 == RegisterKind::Demo;
        let mut followed = false;
        if let Some(shared) = shared(txn, &base, head).await? {
            if let Some(fault) = verify::first_fault(txn, &shared, head).await? {
                return Err(DbErr::Custom(fault));
            }
            followed = true;
            let after = shared.seq;
            match Rows::recorded(txn, (after, head.ledger_seq), head.revision, demo).await {
                Ok(rows) => return Ok(Self::Since(base, rows)),
                Err(RecordedError::Read(error)) => return Err(error),
                // The tables say the same, in words that an older program may know.
                Err(error @ RecordedError::State { .. }) => {
                    tracing::warn!(%error, "the whole register is read instead");
                }
            }
        }
        // What is opened is verified by whoever serves it; states that this program cannot read, it
        // cannot compare either, and their entries follow the last one that it knows.
        if known > 0
            && !followed
            && let Some(difference) = comparison::first_difference(txn, head.ledger_seq).await?
        {
            let (sequence, what) = (difference.sequence, difference.what);
            return Err(DbErr::Custom(format!("ledger entry {sequence}: {what}")));
        }
        let rows = Rows::read(txn, head.revision, head.kind.0).await?;
        Ok(Self::Whole(rows))
    }

    /// Puts the newer snapshot together and shows it.
    pub(crate) async fn show(self, registry: &Registry) -> Result<Arc<Snapshot>, ChangeError> {
        let settings = registry.settings();
        let snapshot = match self {
            Self::Nothing => return Ok(registry.snapshot()),
            Self::Since(base, rows) => {
                let size = base.size() + rows.len();
                at_length(size, move || Ok(base.with(rows)?)).await?
            }
            Self::Whole(rows) => {
                at_length(rows.len(), move || Ok(Snapshot::new(settings, rows)?)).await?
            }
        };
        let snapshot = Arc::new(snapshot);
        registry.publish(Arc::clone(&snapshot));
        Ok(snapshot)
    }
}

/// The last entry that a snapshot has in common with the ledger up to a head, unless so much came
/// after it that reading everything is less.
async fn shared(
    txn: &impl ConnectionTrait,
    base: &Snapshot,
    head: &head::Model,
) -> Result<Option<ledger::Model>, DbErr> {
    let known = i64::try_from(base.revision()).unwrap_or(i64::MAX);
    // A database that was put back to an earlier day is another register.
    if known == 0 || known > head.revision {
        return Ok(None);
    }
    let last = ledger::Entity::find()
        .filter(ledger::Column::Revision.lte(known))
        .order_by_desc(ledger::Column::Revision)
        .order_by_desc(ledger::Column::Seq);
    let Some(last) = last.one(txn).await? else {
        return Ok(None);
    };
    let most = FEW.max(i64::try_from(base.size()).unwrap_or(i64::MAX));
    Ok((head.ledger_seq - last.seq <= most).then_some(last))
}

/// Does what grows with a register of this size: on a thread of its own when it is large.
pub(crate) async fn at_length<T: Send + 'static>(
    size: usize,
    work: impl FnOnce() -> Result<T, ChangeError> + Send + 'static,
) -> Result<T, ChangeError> {
    if size < LARGE {
        work()
    } else {
        aside(work).await
    }
}

/// Does long work on a thread of its own.
pub(crate) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ChangeError> + Send + 'static,
) -> Result<T, ChangeError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|cut_short| ChangeError::Store(DbErr::Custom(cut_short.to_string())))?
}

/// Lets go of a register, on a thread of its own when it is large: that takes long, too.
pub(crate) fn let_go(snapshot: Arc<Snapshot>) {
    if snapshot.size() >= LARGE
        && let Ok(runtime) = tokio::runtime::Handle::try_current()
    {
        runtime.spawn_blocking(move || drop(snapshot));
    }
}
