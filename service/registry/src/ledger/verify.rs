//! Whether the ledger is whole and the register is what it says. Reads only.

use std::slice;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::TryStreamExt;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QueryResult, QueryTrait, StreamTrait,
};
use transfer_registry_entity::{head, ledger};
use uuid::Uuid;

use super::{
    checkpoint::{Checkpoint, Kept, LONGEST_INTERVAL},
    comparison,
    entry::{self, Content},
    guards,
    key::{KeyError, PublicKey},
};
use crate::{
    RegistryConfig,
    store::{Access, begin_read, connect, rows::read_head},
};

/// How far ahead of this machine's clock a checkpoint's may be.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(5);

/// What came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verification {
    /// Everything holds.
    Whole {
        /// How many entries the ledger has.
        entries: u64,
        /// The newest checkpoint.
        checkpoint: Checkpoint,
    },
    /// Something was changed, deleted, inserted, swapped, duplicated or cut off.
    Broken {
        /// The first entry that is wrong or missing.
        sequence: u64,
        /// What is wrong.
        what: String,
    },
    /// Nothing is known to be wrong, but the proof is incomplete.
    Incomplete {
        /// What is missing.
        why: String,
    },
}

/// Why nothing could be verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The database cannot be opened or read.
    #[error("the database cannot be read")]
    Database(#[from] DbErr),
    /// The data folder cannot be read.
    #[error("the data folder cannot be read")]
    Folder(#[from] std::io::Error),
}

/// What is wrong, and where.
struct Fault {
    sequence: u64,
    what: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ledger entry {}: {}", self.sequence, self.what)
    }
}

impl Fault {
    fn at(sequence: i64, what: impl Into<String>) -> Self {
        Self {
            sequence: u64::try_from(sequence).unwrap_or_default(),
            what: what.into(),
        }
    }
}

/// Verifies the ledger of a configuration.
pub(crate) async fn verify(config: &RegistryConfig) -> Result<Verification, VerifyError> {
    let db = connect(&config.database_url, Access::Read).await?;
    let kept = match PublicKey::of(&config.data_dir) {
        Ok(key) => Ok(Kept::read(&config.data_dir, &key)?),
        Err(error) => Err(error),
    };
    let txn = begin_read(&db).await?;
    let verification = examine(&txn, kept, config.clock.now()).await;
    txn.rollback().await?;
    db.close().await?;
    verification
}

async fn examine(
    txn: &DatabaseTransaction,
    kept: Result<Kept, KeyError>,
    now: DateTime<Utc>,
) -> Result<Verification, VerifyError> {
    let broken = |fault: Fault| {
        Ok(Verification::Broken {
            sequence: fault.sequence,
            what: fault.what,
        })
    };
    let Some(head) = read_head(txn).await? else {
        return broken(Fault::at(1, "the head is missing"));
    };
    let checkpoints = match &kept {
        Ok(kept) => kept.of_ledger(head.database_id),
        Err(_) => Vec::new(),
    };
    let end = match chain(txn, &head, &checkpoints).await? {
        Ok(end) => end,
        Err(fault) => return broken(fault),
    };
    if let Some(fault) = at_the_end(&head, &end, &checkpoints) {
        return broken(fault);
    }
    if let Some(difference) = comparison::first_difference(txn, end.seq).await? {
        return broken(Fault::at(difference.sequence, difference.what));
    }
    let proof = proof(kept, head.database_id, checkpoints, now);
    let unguarded = guards::missing(txn).await?.first().map(|trigger| {
        format!("the database does not keep the ledger append-only: no trigger {trigger}")
    });
    Ok(match (proof, unguarded) {
        (Ok(checkpoint), None) => Verification::Whole {
            entries: u64::try_from(end.seq).unwrap_or_default(),
            checkpoint,
        },
        (Err(why), None) | (Ok(_), Some(why)) => Verification::Incomplete { why },
        (Err(unproven), Some(unguarded)) => Verification::Incomplete {
            why: format!("{unproven}; {unguarded}"),
        },
    })
}

/// What is wrong with the entries that came after one, up to the head; nothing if they follow it.
/// This finds whoever writes to the tables by hand; what a signature proves is [`verify`]'s.
pub(crate) async fn first_fault(
    txn: &DatabaseTransaction,
    shared: &ledger::Model,
    head: &head::Model,
) -> Result<Option<String>, DbErr> {
    let mut end = End {
        seq: shared.seq,
        revision: shared.revision,
        hash: shared.hash.clone(),
    };
    let statement = ledger::Entity::find()
        .filter(ledger::Column::Seq.gt(shared.seq))
        .order_by_asc(ledger::Column::Seq)
        .build(ConnectionTrait::get_database_backend(txn));
    let mut rows = txn.stream_raw(statement).await?;
    while let Some(row) = rows.try_next().await? {
        match link(&row, &end) {
            Ok(next) => end = next,
            Err(fault) => return Ok(Some(fault.to_string())),
        }
    }
    Ok(at_the_end(head, &end, &[]).map(|fault| fault.to_string()))
}

/// Where the chain ends.
struct End {
    seq: i64,
    revision: i64,
    hash: String,
}

/// Walks the whole chain, one entry at a time, past the checkpoints in the order of their sizes.
async fn chain(
    txn: &DatabaseTransaction,
    head: &head::Model,
    checkpoints: &[Checkpoint],
) -> Result<Result<End, Fault>, DbErr> {
    let mut checkpoints = checkpoints.iter().peekable();
    let mut end = End {
        seq: 0,
        revision: 0,
        hash: entry::genesis(head.database_id),
    };
    if let Err(fault) = signed(&mut checkpoints, &end) {
        return Ok(Err(fault));
    }
    let statement = ledger::Entity::find()
        .order_by_asc(ledger::Column::Seq)
        .build(ConnectionTrait::get_database_backend(txn));
    let mut rows = txn.stream_raw(statement).await?;
    while let Some(row) = rows.try_next().await? {
        let next = link(&row, &end).and_then(|next| signed(&mut checkpoints, &next).map(|()| next));
        match next {
            Ok(next) => end = next,
            Err(fault) => return Ok(Err(fault)),
        }
    }
    Ok(Ok(end))
}

type Checkpoints<'a> = std::iter::Peekable<slice::Iter<'a, Checkpoint>>;

/// Whether the chain so far is what the checkpoints of this size signed.
fn signed(checkpoints: &mut Checkpoints<'_>, end: &End) -> Result<(), Fault> {
    let here = u64::try_from(end.seq).unwrap_or_default();
    while let Some(checkpoint) = checkpoints.next_if(|checkpoint| checkpoint.size == here) {
        if checkpoint.hash != end.hash {
            return Err(Fault::at(
                end.seq.max(1),
                "it is not what a checkpoint signed",
            ));
        }
    }
    Ok(())
}

/// The chain's end after one more entry.
fn link(row: &QueryResult, before: &End) -> Result<End, Fault> {
    let expected = before.seq + 1;
    let seq: i64 = row
        .try_get("", "seq")
        .map_err(|error| Fault::at(expected, format!("its number cannot be read: {error}")))?;
    if seq > expected {
        return Err(Fault::at(
            expected,
            format!("it is missing; the next is {seq}"),
        ));
    }
    if seq < expected {
        return Err(Fault::at(seq, "it stands where another belongs"));
    }
    let entry =
        Entry::read(row).map_err(|error| Fault::at(seq, format!("it cannot be read: {error}")))?;
    if entry.prev_hash != before.hash {
        return Err(Fault::at(seq, "it does not follow the entry before it"));
    }
    if entry.hash != entry::hash(&entry.content(seq)) {
        return Err(Fault::at(seq, "it is not what was recorded"));
    }
    if entry.revision != before.revision && entry.revision != before.revision + 1 {
        return Err(Fault::at(seq, "its revision does not follow"));
    }
    Ok(End {
        seq,
        revision: entry.revision,
        hash: entry.hash,
    })
}

/// The columns of an entry, read one by one so that a damaged one is a finding and no failure.
struct Entry {
    revision: i64,
    recorded_at: DateTime<Utc>,
    actor: String,
    action: String,
    object_type: String,
    object_id: Uuid,
    reason: Option<String>,
    request_id: String,
    state: String,
    prev_hash: String,
    hash: String,
}

impl Entry {
    fn read(row: &QueryResult) -> Result<Self, DbErr> {
        Ok(Self {
            revision: row.try_get("", "revision")?,
            recorded_at: row.try_get("", "recorded_at")?,
            actor: row.try_get("", "actor")?,
            action: row.try_get("", "action")?,
            object_type: row.try_get("", "object_type")?,
            object_id: row.try_get("", "object_id")?,
            reason: row.try_get("", "reason")?,
            request_id: row.try_get("", "request_id")?,
            state: row.try_get("", "state")?,
            prev_hash: row.try_get("", "prev_hash")?,
            hash: row.try_get("", "hash")?,
        })
    }

    fn content(&self, seq: i64) -> Content<'_> {
        Content {
            seq,
            revision: self.revision,
            recorded_at: self.recorded_at,
            actor: &self.actor,
            action: &self.action,
            object_type: &self.object_type,
            object_id: self.object_id,
            reason: self.reason.as_deref(),
            request_id: &self.request_id,
            state: &self.state,
            prev_hash: &self.prev_hash,
        }
    }
}

/// Whether the head and the checkpoints end where the chain does.
fn at_the_end(head: &head::Model, end: &End, checkpoints: &[Checkpoint]) -> Option<Fault> {
    if head.ledger_seq > end.seq {
        return Some(Fault::at(
            end.seq + 1,
            "it is missing; the head knows of it",
        ));
    }
    let longest = checkpoints.last().map_or(0, |checkpoint| checkpoint.size);
    if longest > u64::try_from(end.seq).unwrap_or_default() {
        return Some(Fault::at(
            end.seq + 1,
            "it is missing; a checkpoint knows of it",
        ));
    }
    if head.ledger_seq < end.seq {
        return Some(Fault::at(
            head.ledger_seq + 1,
            "the head knows nothing of it",
        ));
    }
    if head.ledger_hash != end.hash {
        return Some(Fault::at(end.seq.max(1), "the head names another hash"));
    }
    if head.revision != end.revision {
        return Some(Fault::at(end.seq.max(1), "the head names another revision"));
    }
    None
}

/// The newest checkpoint, if all of them prove something of this ledger and it is new enough.
fn proof(
    kept: Result<Kept, KeyError>,
    database: Uuid,
    of_ledger: Vec<Checkpoint>,
    now: DateTime<Utc>,
) -> Result<Checkpoint, String> {
    let kept = kept.map_err(|error| format!("no key to verify checkpoints with: {error}"))?;
    if let Some((path, why)) = kept.worthless.first() {
        let path = path.display();
        return Err(format!("the checkpoint {path} proves nothing: {why}"));
    }
    if let Some((path, other)) = kept.of_another(database) {
        return Err(format!(
            "the checkpoint {} is of another ledger, that of database {}",
            path.display(),
            other.database
        ));
    }
    let newest = of_ledger
        .into_iter()
        .max_by_key(|checkpoint| (checkpoint.instant, checkpoint.size));
    let newest = newest.ok_or("there is no checkpoint")?;
    let age = now.signed_duration_since(newest.instant);
    if age > LONGEST_INTERVAL {
        return Err(format!("the newest checkpoint is of {}", newest.instant));
    }
    if age < -CLOCKS_DIFFER {
        return Err(format!(
            "the newest checkpoint is of the future: {}",
            newest.instant
        ));
    }
    Ok(newest)
}
