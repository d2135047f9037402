//! Rows and transactions: how the register is connected, read whole, and changed.

mod change;
mod connection;
mod lock;
pub(crate) mod objects;
pub(crate) mod references;
pub(crate) mod rows;

pub(crate) use change::Change;
pub(crate) use connection::{Access, PATIENCE, begin_read, connect, sqlite_file};
pub use lock::LockError;
pub(crate) use lock::WriterLock;

use sea_orm::DbErr;
use uuid::Uuid;

use crate::{snapshot::LoadError, validation::Violation};

/// What a use-case recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded {
    /// The object's id.
    pub id: Uuid,
    /// The register's revision from which on it counts.
    pub revision: u64,
}

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// What was offered is not acceptable; all violations at once.
    #[error("what was offered is not acceptable")]
    Invalid(Vec<Violation>),
    /// The caller's groups do not include what the change is about.
    #[error("only a caller who is not limited to groups may write what all groups share")]
    OutOfScope,
    /// Another change holds the register for too long; try again.
    #[error("the register is busy")]
    Busy(#[source] DbErr),
    /// Whether the change was made is not known; ask before trying again.
    #[error("whether the change was made is not known")]
    OutcomeUnknown(#[source] DbErr),
    /// The registry was opened to be read only.
    #[error("the registry was opened to be read only")]
    ReadOnly,
    /// The register cannot be written.
    #[error("the register cannot be written")]
    Store(#[from] DbErr),
    /// The register would not make sense afterwards.
    #[error("the register would not make sense after the change")]
    Load(#[from] LoadError),
    /// The register's head is missing or does not fit its ledger.
    #[error("the register's head is damaged: {0}")]
    Head(&'static str),
}
