//! The ledger as it is read: entry by entry, with what was there before; and its newest checkpoint.

use std::{collections::HashMap, fs, io};

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
    sea_query::{Alias, Expr, Query, SubQueryStatement},
};
use tokio::task::spawn_blocking;
use transfer_registry_entity::ledger;
pub use transfer_registry_entity::vocabulary::ObjectType;
use uuid::Uuid;

use super::{
    checkpoint::{Checkpoint, CheckpointError, FOLDER},
    key::PublicKey,
    seen::Viewer,
};
use crate::{
    ReadError, Registry, Scope,
    reading::in_time,
    store::{begin_read, rows::read_head},
};

#[cfg(test)]
mod tests;

/// How many entries are looked at for one page before it ends short: a caller who may see few of
/// them is not to keep the database busy.
const MOST_LOOKED_AT: usize = 20_000;

/// An entry of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number, contiguous from 1.
    pub seq: u64,
    /// The register's revision that the change made.
    pub revision: u64,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// Who.
    pub actor: String,
    /// What was done to the object, as a verb.
    pub action: String,
    /// What kind of object.
    pub object_type: ObjectType,
    /// Which.
    pub object_id: Uuid,
    /// Why.
    pub reason: Option<String>,
    /// The request that asked for it.
    pub request_id: String,
    /// The object's state before, as canonical JSON; `None`: it was not there.
    pub before: Option<String>,
    /// Its state after, as canonical JSON.
    pub after: String,
    /// The hash of the entry before, in hex.
    pub prev_hash: String,
    /// The hash of this entry, in hex.
    pub hash: String,
}

/// Which entries are asked for; what is `None` narrows nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Only entries after this number.
    pub after: u64,
    /// Only those before this number.
    pub before: Option<u64>,
    /// The last comes first.
    pub newest_first: bool,
    /// Only those about this kind of object.
    pub object_type: Option<ObjectType>,
    /// Only those about one of these objects.
    pub objects: Option<Vec<Uuid>>,
    /// Only those by this actor.
    pub actor: Option<String>,
    /// Only those in which this was done.
    pub action: Option<String>,
    /// Only those of this request.
    pub request_id: Option<String>,
    /// Only those of this revision.
    pub revision: Option<u64>,
    /// Only those recorded at this instant or later.
    pub from: Option<DateTime<Utc>>,
    /// Only those recorded at this instant or before.
    pub to: Option<DateTime<Utc>>,
}

/// Entries, in the order that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The entries.
    pub entries: Vec<Entry>,
    /// The number after which to go on, or before which when the last came first; `None`: there
    /// are no more for now.
    pub next: Option<u64>,
    /// The revision that the ledger had when they were read.
    pub revision: u64,
}

/// A checkpoint and the signed note that it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// What it says.
    pub checkpoint: Checkpoint,
    /// The note, to the byte.
    pub note: String,
}

/// The entries that are asked for and that the caller may see, `limit` at most.
pub async fn list(
    scope: &Scope,
    registry: &Registry,
    wanted: &Wanted,
    limit: usize,
) -> Result<Page, ReadError> {
    in_time(async {
        let txn = begin_read(registry.db()).await?;
        let revision = revision(&txn).await?;
        // Whose an object is may only be known from that revision on.
        let viewer = Viewer::of(scope, registry, revision).await?;
        let (rows, next) = looked_through(&txn, &viewer, wanted, limit).await?;
        let entries = with_before(&txn, &viewer, rows).await?;
        txn.commit().await?;
        Ok(Page {
            entries,
            next,
            revision,
        })
    })
    .await
}

/// The entry of a number, and the revision of the ledger that it was read from; `None`: there is
/// none that the caller may see.
pub async fn find(
    scope: &Scope,
    registry: &Registry,
    seq: u64,
) -> Result<Option<(Entry, u64)>, ReadError> {
    in_time(async {
        let txn = begin_read(registry.db()).await?;
        let revision = revision(&txn).await?;
        let viewer = Viewer::of(scope, registry, revision).await?;
        let row = ledger::Entity::find_by_id(number(seq)).one(&txn).await?;
        let rows = row.filter(|row| viewer.sees(row)).into_iter().collect();
        let entry = with_before(&txn, &viewer, rows).await?.pop();
        txn.commit().await?;
        Ok(entry.map(|entry| (entry, revision)))
    })
    .await
}

/// The newest checkpoint of this registry's ledger; `None`: the data folder has none.
pub async fn newest_checkpoint(
    registry: &Registry,
) -> Result<Option<SignedCheckpoint>, CheckpointError> {
    let database = read_head(registry.db()).await?.map(|head| head.database_id);
    let data_dir = registry.data_dir().to_owned();
    let read = spawn_blocking(
        move || -> Result<Option<SignedCheckpoint>, CheckpointError> {
            let Some(database) = database else {
                return Ok(None);
            };
            let files = match fs::read_dir(data_dir.join(FOLDER)) {
                Ok(files) => files,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(error.into()),
            };
            let of_ledger = database.to_string();
            // The size in the name is written with leading zeros, so the greatest name is the newest.
            let newest = files
                .filter_map(|file| Some(file.ok()?.path()))
                .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
                .filter(|path| {
                    let name = path.file_name().and_then(|name| name.to_str());
                    name.is_some_and(|name| name.starts_with(&of_ledger))
                })
                .max();
            let Some(newest) = newest else {
                return Ok(None);
            };
            let note = fs::read_to_string(newest)?;
            let checkpoint = Checkpoint::verified(&note, &PublicKey::of(&data_dir)?)
                .map_err(|what| CheckpointError::File(io::Error::other(what)))?;
            Ok(Some(SignedCheckpoint { checkpoint, note }))
        },
    );
    read.await
        .map_err(|cut_short| CheckpointError::File(io::Error::other(cut_short)))?
}

fn number(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

async fn revision(txn: &DatabaseTransaction) -> Result<u64, DbErr> {
    let head = read_head(txn).await?;
    let revision = head.map_or(0, |head| head.revision);
    Ok(u64::try_from(revision).unwrap_or_default())
}

/// Goes through the entries, page by page, until there are enough that the viewer sees.
async fn looked_through(
    txn: &DatabaseTransaction,
    viewer: &Viewer<'_>,
    wanted: &Wanted,
    limit: usize,
) -> Result<(Vec<ledger::Model>, Option<u64>), DbErr> {
    let mut kept: Vec<ledger::Model> = Vec::new();
    let mut reached = None;
    let mut looked_at = 0;
    let more = |seq: i64| u64::try_from(seq).ok();
    // One more than is shown tells whether anything follows.
    let step = limit + 1;
    loop {
        let rows = going_on(narrowed(wanted), wanted.newest_first, reached)
            .limit(u64::try_from(step).unwrap_or(u64::MAX))
            .all(txn)
            .await?;
        let last = rows.len() < step;
        looked_at += rows.len();
        for row in rows {
            reached = Some(row.seq);
            if !viewer.sees(&row) {
                continue;
            }
            if kept.len() == limit {
                let next = kept.last().and_then(|last| more(last.seq));
                return Ok((kept, next));
            }
            kept.push(row);
        }
        if last {
            return Ok((kept, None));
        }
        if looked_at >= MOST_LOOKED_AT {
            return Ok((kept, reached.and_then(more)));
        }
    }
}

/// The entries beyond the one that was reached.
fn going_on(
    entries: Select<ledger::Entity>,
    newest_first: bool,
    reached: Option<i64>,
) -> Select<ledger::Entity> {
    use ledger::Column::Seq;

    let beyond = |seq: i64| {
        if newest_first {
            Seq.lt(seq)
        } else {
            Seq.gt(seq)
        }
    };
    let entries = match reached {
        Some(seq) => entries.filter(beyond(seq)),
        None => entries,
    };
    if newest_first {
        entries.order_by_desc(Seq)
    } else {
        entries.order_by_asc(Seq)
    }
}

/// The entries that are asked for.
fn narrowed(wanted: &Wanted) -> Select<ledger::Entity> {
    use ledger::Column;

    let Wanted {
        after,
        before,
        newest_first: _,
        object_type,
        objects,
        actor,
        action,
        request_id,
        revision,
        from,
        to,
    } = wanted;
    let mut entries = ledger::Entity::find().filter(Column::Seq.gt(number(*after)));
    if let Some(before) = before {
        entries = entries.filter(Column::Seq.lt(number(*before)));
    }
    if let Some(kind) = object_type {
        entries = entries.filter(Column::ObjectType.eq(kind.code()));
    }
    if let Some(objects) = objects {
        entries = entries.filter(Column::ObjectId.is_in(objects.iter().copied()));
    }
    for (column, text) in [
        (Column::Actor, actor),
        (Column::Action, action),
        (Column::RequestId, request_id),
    ] {
        if let Some(text) = text {
            entries = entries.filter(column.eq(text.as_str()));
        }
    }
    if let Some(revision) = revision {
        entries = entries.filter(Column::Revision.eq(number(*revision)));
    }
    if let Some(from) = from {
        entries = entries.filter(Column::RecordedAt.gte(*from));
    }
    if let Some(to) = to {
        entries = entries.filter(Column::RecordedAt.lte(*to));
    }
    entries
}

/// The entries, each with the state that its object had before.
async fn with_before(
    txn: &DatabaseTransaction,
    viewer: &Viewer<'_>,
    rows: Vec<ledger::Model>,
) -> Result<Vec<Entry>, DbErr> {
    let numbers = earlier(txn, &rows).await?;
    let states: Vec<(i64, String)> = ledger::Entity::find()
        .select_only()
        .column(ledger::Column::Seq)
        .column(ledger::Column::State)
        .filter(ledger::Column::Seq.is_in(numbers.values().copied()))
        .into_tuple()
        .all(txn)
        .await?;
    let states: HashMap<i64, String> = states.into_iter().collect();
    let entries = rows.into_iter().filter_map(|row| {
        let before = numbers.get(&row.seq).and_then(|seq| states.get(seq));
        // What named somebody who is not there for the viewer is not shown as what was before.
        let there = before.is_none_or(|before| viewer.knows(before));
        there.then(|| entry(row, before.cloned()))
    });
    Ok(entries.collect())
}

/// For each entry that is not its object's first, the number of the one before it about the same
/// object. Each is one step in the index.
async fn earlier(
    txn: &DatabaseTransaction,
    rows: &[ledger::Model],
) -> Result<HashMap<i64, i64>, DbErr> {
    use ledger::Column;

    let earlier = Alias::new("earlier");
    let of = |column: Column| Expr::col((earlier.clone(), column));
    let this = |column: Column| Expr::col((ledger::Entity, column));
    let before = Query::select()
        .expr(of(Column::Seq).max())
        .from_as(ledger::Entity, earlier.clone())
        .and_where(of(Column::ObjectType).eq(this(Column::ObjectType)))
        .and_where(of(Column::ObjectId).eq(this(Column::ObjectId)))
        .and_where(of(Column::Seq).lt(this(Column::Seq)))
        .take();
    let before = Expr::SubQuery(None, Box::new(SubQueryStatement::SelectStatement(before)));
    let numbers: Vec<(i64, Option<i64>)> = ledger::Entity::find()
        .select_only()
        .column(Column::Seq)
        .expr_as(before, "before")
        .filter(Column::Seq.is_in(rows.iter().map(|row| row.seq)))
        .into_tuple()
        .all(txn)
        .await?;
    let known = numbers
        .into_iter()
        .filter_map(|(seq, before)| Some((seq, before?)));
    Ok(known.collect())
}

fn entry(row: ledger::Model, before: Option<String>) -> Entry {
    let ledger::Model {
        seq,
        revision,
        recorded_at,
        actor,
        action,
        object_type,
        object_id,
        reason,
        request_id,
        state,
        prev_hash,
        hash,
    } = row;
    Entry {
        seq: u64::try_from(seq).unwrap_or_default(),
        revision: u64::try_from(revision).unwrap_or_default(),
        recorded_at,
        actor,
        action,
        object_type: object_type.0,
        object_id,
        reason,
        request_id,
        before,
        after: state,
        prev_hash,
        hash,
    }
}
