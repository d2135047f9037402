//! Rows and transactions: how the register is connected, read whole, and changed.

mod change;
mod connection;
mod draft;
mod held;
pub(crate) mod keys;
mod lock;
mod newer;
pub(crate) mod objects;
mod persist;
pub(crate) mod references;
pub(crate) mod rows;
mod stamp;

pub use change::{Key, Recorded, Rehearsal, Tried};
pub(crate) use connection::{Access, PATIENCE, begin_read, connect, sqlite_file};
pub use draft::{Draft, Expected};
pub(crate) use held::{Held, Patience};
pub use lock::LockError;
pub(crate) use lock::WriterLock;
pub(crate) use newer::{Newer, let_go};
pub(crate) use stamp::Stamped;

use sea_orm::DbErr;
use uuid::Uuid;

use crate::{lifecycle::Denial, snapshot::LoadError, validation::Violation};

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// What was offered is not acceptable; all violations at once.
    #[error("what was offered is not acceptable")]
    Invalid(Vec<Violation>),
    /// There is no such object for the caller.
    #[error("there is no such object")]
    NotFound,
    /// The object was changed since the caller saw it.
    #[error("the object is at version {version}")]
    Stale {
        /// The object's version.
        version: i64,
    },
    /// One change would write an object twice.
    #[error("the change writes {0} twice")]
    Twice(Uuid),
    /// Another object has the id.
    #[error("another object has the id {0}")]
    IdTaken(Uuid),
    /// The change holds nothing.
    #[error("there is nothing to change")]
    Nothing,
    /// The register holds something already.
    #[error("the register holds something already")]
    NotEmpty,
    /// The key was used before, for another request.
    #[error("the key was used for another request")]
    KeyReused,
    /// The object's stage does not allow it.
    #[error("{what} is not possible while it is {stage}")]
    WrongStage {
        /// What was asked for, as a verb.
        what: &'static str,
        /// The stage that it is in.
        stage: &'static str,
    },
    /// The transfer check denies what would become active.
    #[error("the transfer check denies it")]
    Denied(Box<Denial>),
    /// Who asks is a person who proposed it.
    #[error("nobody decides about what they proposed themselves")]
    OwnProposal,
    /// Who asks is nobody who proposed it.
    #[error("only who proposed it may do this")]
    NotTheProposer,
    /// Who proposed it may no longer make the change.
    #[error("who proposed it may no longer make the change")]
    ProposerNotAllowed,
    /// There are as many open proposals as there may be.
    #[error("there are {0} open proposals, and there may not be more")]
    TooManyProposals(usize),
    /// It needs approval, and cannot become a proposal.
    #[error("{0} need another person's approval, and this cannot become a proposal")]
    ApprovalRequired(String),
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

/// What is done to an object: it is made, or, when it was there before, amended.
pub(crate) const fn action(before: Option<(Uuid, i64)>, made: &'static str) -> &'static str {
    match before {
        Some((_, 0)) | None => made,
        Some(_) => "amend",
    }
}

/// The version of an object that is written, after the one before.
pub(crate) const fn next(before: Option<(Uuid, i64)>) -> i64 {
    match before {
        Some((_, version)) => version + 1,
        None => 1,
    }
}
