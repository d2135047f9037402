//! The registry: one database, one law pack, one snapshot at a time.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, EntityTrait,
    PaginatorTrait, Set, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use tokio::sync::OwnedMutexGuard;
use transfer_decision::{decide::Settings, vocabulary::UncheckedFacts};
use transfer_registry_entity::{head, ledger, vocabulary::RegisterKind};
use transfer_registry_migration::{Migrator, MigratorTrait};
use transfer_registry_seed::SeedError;
use uuid::{ContextV7, Timestamp, Uuid};

use crate::{
    Clock, Context, DemoError, DemoOutcome, Scope, Snapshot,
    follow::Looks,
    history::Past,
    ledger::{
        checkpoint::{self, Checkpoint, CheckpointError},
        entry, guards,
        verify::{self, Verification, VerifyError},
    },
    participant_lists::Shelf,
    scope::Sights,
    snapshot::LoadError,
    store::{
        Access, ChangeError, LockError, Newer, Stamped, WriterLock, begin_read, connect, let_go,
        rows::{Rows, read_head},
        sqlite_file,
    },
};

/// Serialises migrations of one PostgreSQL database; any constant will do that nobody else uses.
const MIGRATION_LOCK: i64 = 0x7472_616e_7366_6572;

/// What the registry needs to know of its surroundings.
#[derive(Debug, Clone)]
pub struct RegistryConfig {
    /// `sqlite://…` or `postgres://…`.
    pub database_url: String,
    /// Where checkpoints and their key are kept.
    pub data_dir: PathBuf,
    /// What a certification or mechanism that nobody has checked does to a verdict.
    pub unchecked_facts: UncheckedFacts,
    /// Tells the time.
    pub clock: Clock,
}

/// Why the registry cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The data folder cannot be made.
    #[error("the data folder cannot be made")]
    Folder(#[source] std::io::Error),
    /// Another process writes the SQLite database, or the lock against that cannot be had.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The database cannot be reached, read or migrated.
    #[error("the database cannot be opened")]
    Database(#[from] DbErr),
    /// The law pack has faults.
    #[error("the law pack cannot be used")]
    Law(#[from] SeedError),
    /// What the database holds makes no register.
    #[error("what the database holds makes no register")]
    Load(#[from] LoadError),
    /// The head is missing although there is a ledger.
    #[error("the register's head is missing although there is a ledger")]
    HeadMissing,
}

/// The registry. Clones are cheap and share everything.
#[derive(Debug, Clone)]
pub struct Registry(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: RegistryConfig,
    db: DatabaseConnection,
    snapshot: ArcSwap<Snapshot>,
    access: Access,
    turns: Turns,
    stamped: Stamped,
    behind: Mutex<Option<Behind>>,
    past: Past,
    shelf: Shelf,
    sights: Sights,
    looks: Looks,
    ids: Mutex<ContextV7>,
    // Let go of last, after the connections.
    _lock: Option<WriterLock>,
}

/// One at a time each.
#[derive(Debug, Default)]
struct Turns {
    writing: Arc<tokio::sync::Mutex<()>>,
    committing: Arc<tokio::sync::Mutex<()>>,
    refreshing: Arc<tokio::sync::Mutex<()>>,
    at_length: Arc<tokio::sync::Mutex<()>>,
}

/// What the snapshot is known to lack.
#[derive(Debug, Clone, Copy)]
struct Behind {
    since: Instant,
    revision: u64,
}

impl Registry {
    /// Makes the folders, connects, migrates, reads the law pack, and takes the first snapshot. An
    /// SQLite database is then this registry's alone to write, until the last clone is dropped.
    pub async fn open(config: RegistryConfig) -> Result<Self, OpenError> {
        let (db, lock) = prepare(&config).await?;
        Self::over(config, db, Access::Write, lock).await
    }

    /// Connects to a database that is there and up to date, reads the law pack, and takes the first
    /// snapshot; also beside a process that writes it. Makes nothing, and refuses every change.
    pub async fn open_to_read(config: RegistryConfig) -> Result<Self, OpenError> {
        let db = connect(&config.database_url, Access::Read).await?;
        Self::over(config, db, Access::Read, None).await
    }

    /// Opens the registry for a short change; also while another process serves an SQLite database.
    /// That one sees the change as one of a replica.
    pub async fn open_beside(config: RegistryConfig) -> Result<Self, OpenError> {
        match Self::open(config.clone()).await {
            Err(OpenError::Lock(LockError::Held(_))) => {
                let db = connect(&config.database_url, Access::Write).await?;
                Self::over(config, db, Access::Write, None).await
            }
            opened => opened,
        }
    }

    async fn over(
        config: RegistryConfig,
        db: DatabaseConnection,
        access: Access,
        lock: Option<WriterLock>,
    ) -> Result<Self, OpenError> {
        let snapshot = read(&db, settings(&config)).await?;
        Ok(Self(Arc::new(Inner {
            config,
            db,
            snapshot: ArcSwap::from_pointee(snapshot),
            access,
            turns: Turns::default(),
            stamped: Stamped::default(),
            behind: Mutex::default(),
            past: Past::default(),
            shelf: Shelf::default(),
            sights: Sights::default(),
            looks: Looks::default(),
            ids: Mutex::new(ContextV7::new()),
            _lock: lock,
        })))
    }

    /// Brings the database up to date and does nothing else.
    pub async fn migrate(config: &RegistryConfig) -> Result<(), OpenError> {
        let (db, _lock) = prepare(config).await?;
        db.close().await?;
        Ok(())
    }

    /// The register and law as of the last change. Lock-free.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.0.snapshot.load_full()
    }

    /// What of a moment's register exists for whom the scope is.
    ///
    /// # Errors
    /// When that makes no register.
    pub fn seen(
        &self,
        snapshot: &Arc<Snapshot>,
        scope: &Scope,
    ) -> Result<Arc<Snapshot>, LoadError> {
        self.0.sights.of(snapshot, scope)
    }

    /// Makes sure that the snapshot holds every change that was acknowledged before this was
    /// called, on whichever replica. Many who ask at the same time share one look at the database.
    ///
    /// # Errors
    /// When the database cannot be asked in time: nobody knows then what still holds.
    pub async fn fresh(&self) -> Result<(), ChangeError> {
        // A task of its own: whoever goes away while it looks leaves the connection as it was.
        let look = async || {
            let registry = self.clone();
            let looked = tokio::spawn(async move { registry.newest().await }).await;
            looked.unwrap_or_else(|cut_short| Err(DbErr::Custom(cut_short.to_string()).into()))
        };
        self.0.looks.share(look).await
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.config.clock
    }

    /// Loads the demo register into an empty database, in one transaction.
    pub async fn load_demo(&self, context: &Context) -> Result<DemoOutcome, DemoError> {
        crate::demo::load(self, context).await
    }

    /// Signs how far the ledger has come, outside the database.
    pub async fn write_checkpoint(&self) -> Result<Checkpoint, CheckpointError> {
        checkpoint::write(&self.0.db, &self.0.config.data_dir, self.clock().now()).await
    }

    /// Whether the ledger is whole and the register is what it says. Reads only.
    pub async fn verify_ledger(config: &RegistryConfig) -> Result<Verification, VerifyError> {
        verify::verify(config).await
    }

    /// For how long the database is known to be further than the snapshot.
    #[must_use]
    pub fn behind_for(&self) -> Option<Duration> {
        let behind = *self.behind();
        let lacks = behind.filter(|behind| self.snapshot().revision() < behind.revision);
        lacks.map(|behind| behind.since.elapsed())
    }

    /// Notes that the database is further than the snapshot. What it lacks already counts from
    /// when that was found.
    pub(crate) fn fell_behind(&self, revision: u64) {
        let reached = self.snapshot().revision();
        let mut behind = self.behind();
        let lacks = behind.filter(|behind| reached < behind.revision);
        *behind = lacks.or(Some(Behind {
            since: Instant::now(),
            revision,
        }));
    }

    fn behind(&self) -> std::sync::MutexGuard<'_, Option<Behind>> {
        let behind = self.0.behind.lock();
        behind.unwrap_or_else(PoisonError::into_inner)
    }

    /// Brings the snapshot to where the database is.
    pub(crate) async fn refresh(&self) -> Result<(), ChangeError> {
        let txn = begin_read(self.db()).await.map_err(ChangeError::Busy)?;
        let head = read_head(&txn)
            .await?
            .ok_or(ChangeError::Head("it is missing"))?;
        let newer = Newer::read(self, &txn, &head).await?;
        txn.commit().await?;
        newer.show(self).await?;
        Ok(())
    }

    /// Swaps the snapshot, unless it is of the same revision or a later one already.
    pub(crate) fn publish(&self, snapshot: impl Into<Arc<Snapshot>>) {
        let snapshot = snapshot.into();
        let before = self.0.snapshot.rcu(|current| {
            if current.revision() >= snapshot.revision() {
                Arc::clone(current)
            } else {
                Arc::clone(&snapshot)
            }
        });
        let_go(before);
    }

    /// Waits for its turn to write.
    pub(crate) async fn turn(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.0.turns.writing).lock_owned().await
    }

    /// Waits for its turn to write what is no part of the register. SQLite has one writer at a time;
    /// on PostgreSQL such a table is nobody else's.
    pub(crate) async fn turn_beside(&self) -> Option<OwnedMutexGuard<()>> {
        match self.db().get_database_backend() {
            DbBackend::Postgres => None,
            _ => Some(self.turn().await),
        }
    }

    /// Waits for its turn at a large change: there is not room for two.
    pub(crate) async fn turn_at_length(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.0.turns.at_length).lock_owned().await
    }

    /// Held from a change's commit until it is shown: what the database then has and the snapshot
    /// lacks is about to come.
    pub(crate) async fn committing(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.0.turns.committing).lock_owned().await
    }

    /// Held while the register is read again, so that many who miss the same change read it once.
    pub(crate) async fn refreshing(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.0.turns.refreshing).lock_owned().await
    }

    /// The instant of the change that is being written.
    pub(crate) fn stamped(&self) -> &Stamped {
        &self.0.stamped
    }

    /// The participants' lists that were asked for last.
    pub(crate) fn shelf(&self) -> &Shelf {
        &self.0.shelf
    }

    /// The earlier moments that were asked about last.
    pub(crate) fn past(&self) -> &Past {
        &self.0.past
    }

    /// Where checkpoints and their key are kept.
    pub(crate) fn data_dir(&self) -> &Path {
        &self.0.config.data_dir
    }

    /// Whether it was opened to be read only.
    pub(crate) fn is_read_only(&self) -> bool {
        self.0.access == Access::Read
    }

    pub(crate) fn db(&self) -> &DatabaseConnection {
        &self.0.db
    }

    pub(crate) fn settings(&self) -> Settings {
        settings(&self.0.config)
    }

    /// A new id, greater than all that this registry gave out before.
    pub(crate) fn new_id(&self, now: DateTime<Utc>) -> Uuid {
        let ids = self.0.ids.lock().unwrap_or_else(PoisonError::into_inner);
        id_at(&ids, now)
    }
}

/// An id of an instant, greater than all that the same context made before.
fn id_at(context: &ContextV7, now: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    let instant = Timestamp::from_unix(context, seconds, now.timestamp_subsec_nanos());
    Uuid::new_v7(instant)
}

const fn settings(config: &RegistryConfig) -> Settings {
    Settings {
        unchecked_facts: config.unchecked_facts,
    }
}

/// A database that is there, up to date, and has a head; an SQLite database with its lock.
async fn prepare(
    config: &RegistryConfig,
) -> Result<(DatabaseConnection, Option<WriterLock>), OpenError> {
    std::fs::create_dir_all(&config.data_dir).map_err(OpenError::Folder)?;
    let file = sqlite_file(&config.database_url);
    // SQLite makes only the file.
    if let Some(folder) = file.as_deref().and_then(Path::parent) {
        std::fs::create_dir_all(folder).map_err(OpenError::Folder)?;
    }
    let lock = file.as_deref().map(WriterLock::of).transpose()?;
    let db = connect(&config.database_url, Access::Write).await?;
    migrate(&db).await?;
    ensure_head(&db, config.clock.now()).await?;
    Ok((db, lock))
}

/// Migrates, one process at a time.
async fn migrate(db: &DatabaseConnection) -> Result<(), DbErr> {
    if db.get_database_backend() != DbBackend::Postgres {
        Migrator::up(db, None).await?;
        return guards::restore(db).await;
    }
    let lock = db.begin().await?;
    lock.execute_raw(Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT pg_advisory_xact_lock($1)",
        [MIGRATION_LOCK.into()],
    ))
    .await?;
    Migrator::up(db, None).await?;
    guards::restore(db).await?;
    lock.commit().await
}

/// Makes the head of a new database. One that has a ledger but no head was tampered with.
async fn ensure_head(db: &DatabaseConnection, now: DateTime<Utc>) -> Result<(), OpenError> {
    if read_head(db).await?.is_some() {
        return Ok(());
    }
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let txn = db.begin_with_options(options).await?;
    if txn.get_database_backend() == DbBackend::Postgres {
        txn.execute_unprepared("LOCK TABLE head IN EXCLUSIVE MODE")
            .await?;
    }
    if read_head(&txn).await?.is_none() {
        if ledger::Entity::find().count(&txn).await? > 0 {
            return Err(OpenError::HeadMissing);
        }
        let database = id_at(&ContextV7::new(), now);
        head::ActiveModel {
            id: Set(head::ONLY),
            database_id: Set(database),
            kind: Set(RegisterKind::Own.into()),
            revision: Set(0),
            ledger_seq: Set(0),
            ledger_hash: Set(entry::genesis(database)),
        }
        .insert(&txn)
        .await?;
    }
    txn.commit().await?;
    Ok(())
}

/// The snapshot of one moment.
async fn read(db: &DatabaseConnection, settings: Settings) -> Result<Snapshot, OpenError> {
    let txn = begin_read(db).await?;
    let head = read_head(&txn).await?.ok_or(OpenError::HeadMissing)?;
    let rows = Rows::read(&txn, head.revision, head.kind.0).await?;
    txn.commit().await?;
    Ok(Snapshot::new(settings, rows)?)
}
