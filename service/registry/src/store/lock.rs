//! One service at a time has an SQLite database.
//!
//! Two would work against each other's jobs and checkpoints. A command that makes one short change
//! writes beside a service, which looks for that before it answers. The lock is on a file of its own: closing any handle of the database file would release the locks that SQLite
//! itself holds on it.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

/// Why an SQLite database cannot be had alone.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another holds it.
    #[error("another process is writing this database: it holds {}", .0.display())]
    Held(PathBuf),
    /// The lock file cannot be made or locked.
    #[error("the lock file {} cannot be used", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The lock, until it is dropped. The system releases it when the process ends, however it ends, so
/// that the file may stay where it is.
#[derive(Debug)]
pub(crate) struct WriterLock {
    _file: File,
}

impl WriterLock {
    /// Takes the lock of an SQLite file, which need not be there yet.
    pub(crate) fn of(database: &Path) -> Result<Self, LockError> {
        // Whoever comes by a link comes to the same lock.
        let database = fs::canonicalize(database).unwrap_or_else(|_| database.to_owned());
        let mut path = database.into_os_string();
        path.push(".lock");
        let path = PathBuf::from(path);
        let opened = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path);
        let locked = opened.and_then(|file| match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        });
        match locked {
            Ok(Some(file)) => Ok(Self { _file: file }),
            Ok(None) => Err(LockError::Held(path)),
            Err(source) => Err(LockError::File { path, source }),
        }
    }
}
