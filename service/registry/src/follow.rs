//! Following what other processes change: the replicas of one PostgreSQL database.

use std::{pin::pin, time::Duration};

use sea_orm::DbErr;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::{
    ChangeError, Registry,
    store::{PATIENCE, rows::read_head},
};

/// How often a replica asks for the register's revision: one row by its key, so that a change is
/// seen everywhere within a second at next to no cost.
pub const FOLLOW_EVERY: Duration = Duration::from_millis(500);

impl Registry {
    /// Keeps the snapshot up with what other processes change, until `stop` is ready or this is
    /// dropped. A database that cannot be read is asked again; the last snapshot stays meanwhile.
    pub async fn follow(&self, stop: impl Future) {
        let mut stop = pin!(stop);
        let mut schedule = interval(FOLLOW_EVERY);
        schedule.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut lost = false;
        loop {
            let look = async {
                schedule.tick().await;
                // What this process writes it shows itself, and its commit may be seen in the
                // database some time before it is done.
                if self.is_writing() {
                    return Ok(());
                }
                self.catch_up().await
            };
            let looked = tokio::select! {
                biased;
                _ = &mut stop => return,
                looked = look => looked,
            };
            match looked {
                // Said once, not twice a second.
                Err(error) if !lost => {
                    tracing::error!(%error, "other processes' changes cannot be followed");
                    lost = true;
                }
                Ok(()) if lost => {
                    tracing::info!("other processes' changes are followed again");
                    lost = false;
                }
                _ => {}
            }
        }
    }

    /// Whether the snapshot is of this revision or a later one. When it is not, the database is
    /// asked once whether it is further.
    pub async fn reach(&self, revision: u64) -> bool {
        if self.snapshot().revision() >= revision {
            return true;
        }
        if let Err(error) = self.catch_up().await {
            tracing::warn!(%error, revision, "whether there is a later revision cannot be read");
        }
        self.snapshot().revision() >= revision
    }

    /// Makes sure that the snapshot is of the newest revision.
    pub(crate) async fn newest(&self) -> Result<(), ChangeError> {
        self.catch_up().await
    }

    /// Reads the register again if the database is ahead of the snapshot.
    async fn catch_up(&self) -> Result<(), ChangeError> {
        let look = async {
            let head = read_head(self.db())
                .await?
                .ok_or(ChangeError::Head("it is missing"))?;
            let newest = u64::try_from(head.revision).unwrap_or_default();
            if self.snapshot().revision() >= newest {
                return Ok(());
            }
            let _alone = self.refreshing().lock().await;
            // What a change of this process commits, it shows itself: that is far less than to
            // read everything again.
            let _turn = self.turn().await;
            if self.snapshot().revision() >= newest {
                return Ok(());
            }
            self.refresh().await
        };
        timeout(PATIENCE, look).await.unwrap_or_else(|_| {
            let waited = format!("no answer within {} s", PATIENCE.as_secs());
            Err(ChangeError::Busy(DbErr::Custom(waited)))
        })
    }
}
