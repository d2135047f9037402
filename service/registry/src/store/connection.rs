//! Connecting to either database.

use std::{path::PathBuf, time::Duration};

use sea_orm::{
    AccessMode, ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    DbErr, IsolationLevel, TransactionOptions, TransactionTrait,
    sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

/// How long anybody waits for the database before giving up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// Connections to a database file or server; readers never wait for the one writer.
const CONNECTIONS: u32 = 8;

/// What a connection may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Read and write; an SQLite file may be made.
    Write,
    /// Read what is there; nothing is made or changed.
    Read,
}

/// Connects. Statements are never logged: they carry people's names.
pub(crate) async fn connect(url: &str, access: Access) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options
        // Each connection to `:memory:` would have a database of its own.
        .max_connections(if url.contains(":memory:") {
            1
        } else {
            CONNECTIONS
        })
        .acquire_timeout(PATIENCE)
        .connect_timeout(PATIENCE)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .map_sqlx_sqlite_opts(move |sqlite| {
            let sqlite = sqlite.foreign_keys(true).busy_timeout(PATIENCE);
            match access {
                // A commit that was acknowledged survives a power cut.
                Access::Write => sqlite
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full),
                Access::Read => sqlite.read_only(true).create_if_missing(false),
            }
        });
    Database::connect(options).await
}

/// Begins a transaction that sees the database at one moment and cannot change it.
pub(crate) async fn begin_read(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let options = match db.get_database_backend() {
        DbBackend::Postgres => TransactionOptions {
            isolation_level: Some(IsolationLevel::RepeatableRead),
            access_mode: Some(AccessMode::ReadOnly),
            sqlite_transaction_mode: None,
        },
        // A deferred transaction reads from one moment of the write-ahead log.
        _ => TransactionOptions::default(),
    };
    db.begin_with_options(options).await
}

/// The file of an SQLite database; `None`: one in memory, or a server's.
pub(crate) fn sqlite_file(url: &str) -> Option<PathBuf> {
    if !url.starts_with("sqlite:") || url.contains(":memory:") || url.contains("mode=memory") {
        return None;
    }
    // The driver's own reading of the address, so that both mean the same file.
    let options: SqliteConnectOptions = url.parse().ok()?;
    Some(options.get_filename().to_owned())
}
