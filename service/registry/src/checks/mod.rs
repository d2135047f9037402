//! Decisions that were given: recorded apart from the ledger, found again, and purged with time.

mod recorder;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, FromQueryResult, QueryFilter,
    QueryOrder, QuerySelect, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use serde::Deserialize;
use tokio::sync::OwnedMutexGuard;
use transfer_decision::{
    span::Day,
    vocabulary::{Decision, UncheckedFacts},
};
use transfer_registry_entity::{
    columns::{Coded, Json},
    transfer_checks,
};
use uuid::Uuid;

pub use recorder::{Counts, ROOM, Recorder};

use crate::{ReadError, Registry, Scope, Snapshot, reading::in_time};

/// How many records are looked at for one page before it ends short.
const MOST_LOOKED_AT: usize = 20_000;
/// How many records are purged in one transaction, so that nobody waits long for it.
const PURGED_AT_ONCE: u64 = 500;

/// What is recorded of a decision, apart from the answer itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRecord {
    /// The answer's id.
    pub id: Uuid,
    /// When the answer was given.
    pub recorded_at: DateTime<Utc>,
    /// The register's revision that it was read from.
    pub revision: u64,
    /// The version of the law pack.
    pub law_pack: String,
    /// The instant whose knowledge it rests on.
    pub known_at: DateTime<Utc>,
    /// The day asked about.
    pub as_of: Day,
    /// Who sends, by slug; as asked, when nobody of that name was registered.
    pub exporter: String,
    /// Who receives first, likewise.
    pub importer: String,
    /// Allow or deny.
    pub decision: Decision,
    /// What unchecked facts did to it.
    pub unchecked_facts: UncheckedFacts,
    /// The question as JSON, what it left out filled in. Its `exporter`, `importer` and `onward`
    /// name the parties.
    pub question: String,
    /// Whose data existed for who asked.
    pub scope: Scope,
}

/// A recorded decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What is recorded of it.
    pub record: CheckRecord,
    /// The answer, exactly as it was given.
    pub answer: String,
}

/// Which decisions are asked for; what is `None` narrows nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Only those after this one.
    pub after: Option<Uuid>,
    /// Only those in which this one sends, by slug.
    pub exporter: Option<String>,
    /// Only those in which this one receives first, by slug.
    pub importer: Option<String>,
    /// Only those that came out so.
    pub decision: Option<Decision>,
    /// Only those that asked about this day.
    pub as_of: Option<Day>,
    /// Only those given at this instant or later.
    pub from: Option<DateTime<Utc>>,
    /// Only those given at this instant or before.
    pub to: Option<DateTime<Utc>>,
}

/// Recorded decisions by id, hence in the order in which they were given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What is recorded of each.
    pub records: Vec<CheckRecord>,
    /// The id after which to go on; `None`: there are no more.
    pub next: Option<Uuid>,
}

/// The recorded decision of an id; `None`: there is none that the caller may see.
pub async fn find(
    scope: &Scope,
    registry: &Registry,
    id: Uuid,
) -> Result<Option<Check>, ReadError> {
    let row = transfer_checks::Entity::find_by_id(id).one(registry.db());
    let check = in_time(row).await?.map(Check::from);
    let snapshot = registry.snapshot();
    Ok(check.filter(|check| visible(&snapshot, scope, &check.record)))
}

/// The recorded decisions that are asked for and that the caller may see, `limit` at most.
pub async fn list(
    scope: &Scope,
    registry: &Registry,
    wanted: &Wanted,
    limit: usize,
) -> Result<Page, ReadError> {
    in_time(looked_through(scope, registry, wanted, limit)).await
}

/// Goes through the records, page by page, until there are enough that the caller may see.
async fn looked_through(
    scope: &Scope,
    registry: &Registry,
    wanted: &Wanted,
    limit: usize,
) -> Result<Page, DbErr> {
    let snapshot = registry.snapshot();
    let mut records: Vec<CheckRecord> = Vec::new();
    let mut after = wanted.after;
    let mut looked_at = 0;
    // One more than is shown tells whether anything follows.
    let step = limit + 1;
    loop {
        let rows = narrowed(wanted, after)
            .limit(u64::try_from(step).unwrap_or(u64::MAX))
            .into_model::<Row>()
            .all(registry.db())
            .await?;
        let last = rows.len() < step;
        looked_at += rows.len();
        for row in rows {
            let record = CheckRecord::from(row);
            after = Some(record.id);
            if !visible(&snapshot, scope, &record) {
                continue;
            }
            if records.len() == limit {
                let next = records.last().map(|last| last.id);
                return Ok(Page { records, next });
            }
            records.push(record);
        }
        if last || looked_at >= MOST_LOOKED_AT {
            let next = after.filter(|_| !last);
            return Ok(Page { records, next });
        }
    }
}

/// The records that are asked for, without their answers, which may be long.
fn narrowed(wanted: &Wanted, after: Option<Uuid>) -> sea_orm::Select<transfer_checks::Entity> {
    use transfer_checks::Column;

    let Wanted {
        after: _,
        exporter,
        importer,
        decision,
        as_of,
        from,
        to,
    } = wanted;
    let mut rows = transfer_checks::Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::RecordedAt,
            Column::Revision,
            Column::LawPack,
            Column::KnownAt,
            Column::AsOf,
            Column::Exporter,
            Column::Importer,
            Column::Decision,
            Column::UncheckedFacts,
            Column::Question,
            Column::GroupIds,
        ])
        .order_by_asc(Column::Id);
    if let Some(after) = after {
        rows = rows.filter(Column::Id.gt(after));
    }
    if let Some(exporter) = exporter {
        rows = rows.filter(Column::Exporter.eq(exporter.as_str()));
    }
    if let Some(importer) = importer {
        rows = rows.filter(Column::Importer.eq(importer.as_str()));
    }
    if let Some(decision) = decision {
        rows = rows.filter(Column::Decision.eq(decision.code()));
    }
    if let Some(as_of) = as_of {
        rows = rows.filter(Column::AsOf.eq(*as_of));
    }
    if let Some(from) = from {
        rows = rows.filter(Column::RecordedAt.gte(*from));
    }
    if let Some(to) = to {
        rows = rows.filter(Column::RecordedAt.lte(*to));
    }
    rows
}

/// Forgets the decisions given before an instant, a few at a time. Gives how many they were.
///
/// # Errors
/// When the database cannot be written; what was forgotten until then stays so.
pub async fn purge(registry: &Registry, before: DateTime<Utc>) -> Result<u64, ReadError> {
    let mut purged = 0;
    loop {
        let step = purge_some(registry, before).await?;
        purged += step;
        if step < PURGED_AT_ONCE {
            return Ok(purged);
        }
    }
}

async fn purge_some(registry: &Registry, before: DateTime<Utc>) -> Result<u64, DbErr> {
    use transfer_checks::Column;

    let writing = Writing::begin(registry).await?;
    let old: Vec<Uuid> = transfer_checks::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::RecordedAt.lt(before))
        .order_by_asc(Column::RecordedAt)
        .limit(PURGED_AT_ONCE)
        .into_tuple()
        .all(&writing.txn)
        .await?;
    if old.is_empty() {
        return Ok(0);
    }
    let purged = transfer_checks::Entity::delete_many()
        .filter(Column::Id.is_in(old))
        .exec(&writing.txn)
        .await?;
    writing.commit().await?;
    Ok(purged.rows_affected)
}

/// A transaction beside the register's own.
struct Writing {
    txn: DatabaseTransaction,
    /// On SQLite there is one writer at a time: a turn among those of this process, so that none of
    /// them polls the database's lock. On PostgreSQL these tables are nobody else's.
    _turn: Option<OwnedMutexGuard<()>>,
}

impl Writing {
    async fn begin(registry: &Registry) -> Result<Self, DbErr> {
        let sqlite = registry.db().get_database_backend() != DbBackend::Postgres;
        let turn = if sqlite {
            Some(registry.turn().await)
        } else {
            None
        };
        let options = TransactionOptions {
            sqlite_transaction_mode: sqlite.then_some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let txn = registry.db().begin_with_options(options).await?;
        Ok(Self { txn, _turn: turn })
    }

    async fn commit(self) -> Result<(), DbErr> {
        self.txn.commit().await
    }
}

/// The parties of a question.
#[derive(Debug, Deserialize)]
struct Parties {
    exporter: String,
    importer: String,
    #[serde(default)]
    onward: Vec<String>,
}

/// Whether a recorded decision exists for the caller. Of one that was given to somebody limited to
/// groups, these are whose it is; in any other nobody may belong to a group that does not exist for
/// the caller, and somebody must belong to one that does.
fn visible(snapshot: &Snapshot, scope: &Scope, record: &CheckRecord) -> bool {
    let viewer = match scope {
        Scope::All => return true,
        Scope::Groups(groups) => groups,
    };
    if let Scope::Groups(asked_for) = &record.scope {
        return asked_for.is_subset(viewer);
    }
    let Ok(parties) = serde_json::from_str::<Parties>(&record.question) else {
        return false;
    };
    let named = [&parties.exporter, &parties.importer];
    let mut own = false;
    for party in named.into_iter().chain(&parties.onward) {
        let organisation = snapshot.organisation(party);
        let Some(slug) = organisation.and_then(|found| found.group.as_deref()) else {
            continue;
        };
        let group = snapshot.group(slug);
        if !group.is_some_and(|group| scope.includes(group.id)) {
            return false;
        }
        own = true;
    }
    own
}

/// A row without its answer.
#[derive(Debug, FromQueryResult)]
struct Row {
    id: Uuid,
    recorded_at: DateTime<Utc>,
    revision: i64,
    law_pack: String,
    known_at: DateTime<Utc>,
    as_of: Day,
    exporter: String,
    importer: String,
    decision: Coded<Decision>,
    unchecked_facts: Coded<UncheckedFacts>,
    question: String,
    group_ids: Option<Json<Vec<Uuid>>>,
}

impl From<Row> for CheckRecord {
    fn from(row: Row) -> Self {
        let Row {
            id,
            recorded_at,
            revision,
            law_pack,
            known_at,
            as_of,
            exporter,
            importer,
            decision,
            unchecked_facts,
            question,
            group_ids,
        } = row;
        Self {
            id,
            recorded_at,
            revision: u64::try_from(revision).unwrap_or_default(),
            law_pack,
            known_at,
            as_of,
            exporter,
            importer,
            decision: decision.0,
            unchecked_facts: unchecked_facts.0,
            question,
            scope: within(group_ids),
        }
    }
}

impl From<transfer_checks::Model> for Check {
    fn from(row: transfer_checks::Model) -> Self {
        let transfer_checks::Model {
            id,
            recorded_at,
            revision,
            law_pack,
            known_at,
            as_of,
            exporter,
            importer,
            decision,
            unchecked_facts,
            question,
            answer,
            group_ids,
        } = row;
        let record = CheckRecord::from(Row {
            id,
            recorded_at,
            revision,
            law_pack,
            known_at,
            as_of,
            exporter,
            importer,
            decision,
            unchecked_facts,
            question,
            group_ids,
        });
        Self { record, answer }
    }
}

impl From<Check> for transfer_checks::Model {
    fn from(check: Check) -> Self {
        let Check { record, answer } = check;
        let CheckRecord {
            id,
            recorded_at,
            revision,
            law_pack,
            known_at,
            as_of,
            exporter,
            importer,
            decision,
            unchecked_facts,
            question,
            scope,
        } = record;
        Self {
            id,
            recorded_at,
            revision: i64::try_from(revision).unwrap_or(i64::MAX),
            law_pack,
            known_at,
            as_of,
            exporter,
            importer,
            decision: decision.into(),
            unchecked_facts: unchecked_facts.into(),
            question,
            answer,
            group_ids: match scope {
                Scope::All => None,
                Scope::Groups(groups) => Some(groups.into_iter().collect::<Vec<_>>().into()),
            },
        }
    }
}

fn within(groups: Option<Json<Vec<Uuid>>>) -> Scope {
    groups.map_or(Scope::All, |groups| {
        Scope::Groups(groups.0.into_iter().collect())
    })
}
