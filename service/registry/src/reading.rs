//! Reading what the snapshot does not hold: never for longer than anybody waits.

use sea_orm::DbErr;
use tokio::time::timeout;

use crate::{ChangeError, store::PATIENCE};

/// Why something could not be read from the database.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The database did not answer in time; ask again.
    #[error("the database did not answer in time")]
    Busy(#[source] DbErr),
    /// The database cannot be read.
    #[error("the database cannot be read")]
    Database(#[from] DbErr),
}

impl From<ReadError> for ChangeError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Busy(error) => Self::Busy(error),
            ReadError::Database(error) => Self::Store(error),
        }
    }
}

/// Reads, and gives up after as long as anybody waits for the database.
pub(crate) async fn in_time<T>(
    reading: impl Future<Output = Result<T, DbErr>>,
) -> Result<T, ReadError> {
    match timeout(PATIENCE, reading).await {
        // The pool had no connection to give for just as long.
        Ok(Err(error @ DbErr::ConnectionAcquire(_))) => Err(ReadError::Busy(error)),
        Ok(read) => Ok(read?),
        Err(_) => {
            let waited = format!("no answer within {} s", PATIENCE.as_secs());
            Err(ReadError::Busy(DbErr::Custom(waited)))
        }
    }
}
