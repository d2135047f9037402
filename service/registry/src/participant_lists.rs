//! The lists of participants that were read: kept, compared with the register, and acted upon when
//! somebody says so.

mod acting;
mod by_then;
#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect, Select, sea_query::Expr,
};
use transfer_decision::span::Day;
use transfer_registry_entity::participant_lists;
use uuid::Uuid;

use crate::{
    ChangeError, Key, ReadError, Registry,
    participants::{ParticipantList, Refusal, Source},
    reading::in_time,
    store::{Held, Patience, Recorded, keys},
};

pub use acting::{against, confirm_in, known};

/// How many lists are kept.
const KEPT: u64 = 30;

/// A list that was read, and what it is compared with besides the register.
#[derive(Debug, Clone)]
pub struct Lists {
    /// The id of the newest reading.
    pub id: Uuid,
    /// When it was read.
    pub read_at: DateTime<Utc>,
    /// The newest list.
    pub newest: Arc<ParticipantList>,
    /// The oldest that is kept, if there is another: who was renamed, or is no longer covered, is
    /// not to be forgotten because the list was read once more.
    pub before: Option<Arc<ParticipantList>>,
}

impl Lists {
    /// A list that is not kept, after those that are.
    #[must_use]
    pub fn supposing(list: ParticipantList, kept: Option<Self>, now: DateTime<Utc>) -> Self {
        Self {
            id: Uuid::nil(),
            read_at: now,
            newest: Arc::new(list),
            before: kept.map(|kept| kept.before.unwrap_or(kept.newest)),
        }
    }
}

/// A list that was not believed, or not had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub refusal: Refusal,
    /// When it was asked for.
    pub at: DateTime<Utc>,
}

/// The lists that were last asked for, and the last refusal since.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    lists: Mutex<Option<Lists>>,
    refused: Mutex<Option<Refused>>,
}

impl Shelf {
    /// The lists, if they are still those of a reading.
    fn lists(&self, id: Uuid, read_at: DateTime<Utc>) -> Option<Lists> {
        let lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |kept: &&Lists| kept.id == id && kept.read_at == read_at;
        lists.as_ref().filter(same).cloned()
    }

    fn put(&self, lists: &Lists) {
        let mut kept = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = Some(lists.clone());
    }

    fn refused(&self, refused: Option<Refused>) {
        let mut kept = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = refused;
    }
}

/// A reading without its entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Its id.
    pub id: Uuid,
    /// The list's own day.
    pub day: Day,
    /// SHA-256 of what was read, in hex.
    pub sha256: String,
    /// Where it was read from.
    pub origin: String,
    /// When; of the same list read several times, the last time.
    pub read_at: DateTime<Utc>,
    /// How many entries it has.
    pub entries: i32,
}

/// A list that is kept now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The reading.
    pub reading: Reading,
    /// Whether it was made before, under the same key; nothing was done this time.
    pub repeated: bool,
}

/// The columns of a reading without its entries, which are long.
type Columns = (Uuid, Day, String, String, DateTime<Utc>, i32);

impl From<Columns> for Reading {
    fn from((id, day, sha256, origin, read_at, entries): Columns) -> Self {
        Self {
            id,
            day,
            sha256,
            origin,
            read_at,
            entries,
        }
    }
}

/// The readings, the newest first, without their entries.
fn readings() -> Select<participant_lists::Entity> {
    use participant_lists::Column::{Day, Entries, Id, Origin, ReadAt, Sha256};
    participant_lists::Entity::find()
        .select_only()
        .columns([Id, Day, Sha256, Origin, ReadAt, Entries])
        .order_by_desc(Id)
}

impl Registry {
    /// Keeps a list that is believed. It changes nothing in the register. The same list read again
    /// is the same reading, made later. `key` is what the reading counts once under, and whose key
    /// it is.
    ///
    /// # Errors
    /// When it cannot be written, or the key was used for something else.
    pub async fn keep_participant_list(
        &self,
        list: &ParticipantList,
        key: Option<(&str, &Key)>,
    ) -> Result<Kept, ChangeError> {
        let now = self.clock().now();
        let row = self.row(list, now)?;
        // Between changes: SQLite has one writer at a time, and a key counts once in every process.
        let held = Held::take(self, Patience::Usual).await?;
        if let Some((actor, key)) = key
            && let Some(reading) = reading_of(&held.txn, actor, key, now).await?
        {
            return Ok(Kept {
                reading,
                repeated: true,
            });
        }
        let reading = keep(&held.txn, row).await?;
        if let Some((actor, key)) = key {
            let recorded = Recorded {
                id: reading.id,
                revision: self.snapshot().revision(),
                repeated: false,
            };
            keys::keep(&held.txn, actor, key, &recorded, now).await?;
        }
        let committed = held.txn.commit().await;
        committed.map_err(ChangeError::OutcomeUnknown)?;
        self.shelf().refused(None);
        Ok(Kept {
            reading,
            repeated: false,
        })
    }

    fn row(
        &self,
        list: &ParticipantList,
        now: DateTime<Utc>,
    ) -> Result<participant_lists::Model, DbErr> {
        let content =
            serde_json::to_string(list).map_err(|error| DbErr::Json(error.to_string()))?;
        Ok(participant_lists::Model {
            id: self.new_id(now),
            day: list.day,
            sha256: list.sha256.clone(),
            origin: match &list.source {
                Source::Workbook => "workbook".to_owned(),
                Source::Http(address) => address.clone(),
            },
            read_at: now,
            entries: i32::try_from(list.entries.len()).unwrap_or(i32::MAX),
            content,
        })
    }

    /// The reading that was made before under a key.
    ///
    /// # Errors
    /// When the key was used for something else, or it cannot be read.
    pub async fn participant_list_of(
        &self,
        actor: &str,
        key: &Key,
    ) -> Result<Option<Reading>, ChangeError> {
        reading_of(self.db(), actor, key, self.clock().now()).await
    }

    /// Remembers, until a list is kept, that the last one was refused. It changes nothing else.
    pub fn participant_list_refused(&self, refusal: Refusal) {
        let at = self.clock().now();
        self.shelf().refused(Some(Refused { refusal, at }));
    }

    /// The last refusal since a list was kept.
    #[must_use]
    pub fn refused_participant_list(&self) -> Option<Refused> {
        let refused = self.shelf().refused.lock();
        refused.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The lists that were read, the newest first, without their entries.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn participant_readings(&self) -> Result<Vec<Reading>, ReadError> {
        let rows = readings().limit(KEPT).into_tuple::<Columns>();
        let rows = in_time(rows.all(self.db())).await?;
        Ok(rows.into_iter().map(Reading::from).collect())
    }

    /// The newest list and the one that it is compared with; `None`: none was read yet.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn participant_lists(&self) -> Result<Option<Lists>, ReadError> {
        let readings = self.participant_readings().await?;
        let Some(newest) = readings.first() else {
            return Ok(None);
        };
        if let Some(lists) = self.shelf().lists(newest.id, newest.read_at) {
            return Ok(Some(lists));
        }
        let lists = self.lists_of(&readings).await?;
        if let Some(lists) = &lists {
            self.shelf().put(lists);
        }
        Ok(lists)
    }

    /// The first of these readings, and the last, with which it is compared.
    async fn lists_of(&self, readings: &[Reading]) -> Result<Option<Lists>, ReadError> {
        let Some(newest) = readings.first() else {
            return Ok(None);
        };
        let Some(list) = self.list(newest.id).await? else {
            return Ok(None);
        };
        let before = match readings.last().filter(|before| before.id != newest.id) {
            Some(before) => self.list(before.id).await?,
            None => None,
        };
        Ok(Some(Lists {
            id: newest.id,
            read_at: newest.read_at,
            newest: list,
            before,
        }))
    }

    /// The entries of a reading.
    async fn list(&self, id: Uuid) -> Result<Option<Arc<ParticipantList>>, ReadError> {
        let content = participant_lists::Entity::find_by_id(id)
            .select_only()
            .column(participant_lists::Column::Content)
            .into_tuple::<String>();
        let Some(content) = in_time(content.one(self.db())).await? else {
            return Ok(None);
        };
        // Thousands of entries: that would keep other requests waiting on this thread.
        let read = tokio::task::spawn_blocking(move || serde_json::from_str(&content)).await;
        match read {
            Ok(Ok(list)) => Ok(Some(Arc::new(list))),
            Ok(Err(error)) => Err(DbErr::Json(error.to_string()).into()),
            Err(error) => Err(DbErr::Custom(error.to_string()).into()),
        }
    }
}

/// The reading that was made before under a key.
async fn reading_of(
    db: &impl ConnectionTrait,
    actor: &str,
    key: &Key,
    now: DateTime<Utc>,
) -> Result<Option<Reading>, ChangeError> {
    let Some(recorded) = keys::find(db, actor, key, now).await? else {
        return Ok(None);
    };
    let reading = readings().filter(participant_lists::Column::Id.eq(recorded.id));
    let reading = reading.into_tuple::<Columns>().one(db).await?;
    // More lists than are kept were read since.
    reading
        .map(|found| Some(found.into()))
        .ok_or(ChangeError::NotFound)
}

/// Writes a list, or that the newest was read again, and forgets those that are too many.
async fn keep(txn: &DatabaseTransaction, row: participant_lists::Model) -> Result<Reading, DbErr> {
    let newest = readings().into_tuple::<Columns>().one(txn).await?;
    if let Some(newest) = newest.map(Reading::from)
        && newest.day == row.day
        && newest.sha256 == row.sha256
    {
        participant_lists::Entity::update_many()
            .col_expr(participant_lists::Column::ReadAt, Expr::value(row.read_at))
            .filter(participant_lists::Column::Id.eq(newest.id))
            .exec(txn)
            .await?;
        return Ok(Reading {
            read_at: row.read_at,
            ..newest
        });
    }
    let reading = Reading {
        id: row.id,
        day: row.day,
        sha256: row.sha256.clone(),
        origin: row.origin.clone(),
        read_at: row.read_at,
        entries: row.entries,
    };
    participant_lists::Entity::insert(row.into_active_model())
        .exec_without_returning(txn)
        .await?;
    forget(txn).await?;
    Ok(reading)
}

/// Forgets the lists that are too many.
async fn forget(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    let too_many = readings().offset(KEPT).limit(1).into_tuple::<Columns>();
    if let Some((newest, ..)) = too_many.one(db).await? {
        participant_lists::Entity::delete_many()
            .filter(participant_lists::Column::Id.lte(newest))
            .exec(db)
            .await?;
    }
    Ok(())
}
