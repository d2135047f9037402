//! Following what other processes change: the replicas of one PostgreSQL database.

use std::{
    pin::pin,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use sea_orm::DbErr;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::{
    ChangeError, Registry,
    reading::in_time,
    store::{PATIENCE, rows::read_head},
};

/// How often a replica asks for the register's revision: one row by its key, so that a change is
/// seen everywhere within a second at next to no cost.
pub const FOLLOW_EVERY: Duration = Duration::from_millis(500);

/// Lets those who ask at the same time share one look at the database.
#[derive(Debug, Default)]
pub(crate) struct Looks {
    turn: tokio::sync::Mutex<()>,
    /// How many looks have begun.
    begun: AtomicU64,
    /// The number of the last look that came to a good end.
    ended: AtomicU64,
}

impl Looks {
    /// Comes to its end when a look has that began after this was called.
    pub(crate) async fn share<F>(&self, look: impl FnOnce() -> F) -> Result<(), ChangeError>
    where
        F: Future<Output = Result<(), ChangeError>>,
    {
        let shared = async {
            // A look that is under way may have read already what was changed since.
            let before = self.begun.load(Ordering::SeqCst);
            let _turn = self.turn.lock().await;
            if self.ended.load(Ordering::SeqCst) > before {
                return Ok(());
            }
            let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
            look().await?;
            self.ended.store(number, Ordering::SeqCst);
            Ok(())
        };
        timeout(PATIENCE, shared)
            .await
            .unwrap_or_else(|_| Err(late()))
    }
}

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
                // A large register may take longer than anybody waits: it is read to its end.
                self.look().await
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

    /// Follows the database, and waits for that as long as anybody does. What is being read then
    /// is read on.
    async fn catch_up(&self) -> Result<(), ChangeError> {
        timeout(PATIENCE, self.look())
            .await
            .unwrap_or_else(|_| Err(late()))
    }

    /// Looks whether the database is ahead of the snapshot, and follows it however long that takes.
    pub(crate) async fn look(&self) -> Result<(), ChangeError> {
        let head = in_time(read_head(self.db())).await?;
        let head = head.ok_or(ChangeError::Head("it is missing"))?;
        let newest = u64::try_from(head.revision).unwrap_or_default();
        if self.snapshot().revision() >= newest {
            return Ok(());
        }
        // What a change of this process commits, it shows itself.
        let committing = timeout(PATIENCE, self.committing()).await;
        drop(committing.map_err(|_| late())?);
        if self.snapshot().revision() >= newest {
            return Ok(());
        }
        self.fell_behind(newest);
        let alone = self.refreshing().await;
        if self.snapshot().revision() >= newest {
            return Ok(());
        }
        // A task of its own: whoever goes away in the meantime must not take back what was read.
        let registry = self.clone();
        let reading = tokio::spawn(async move {
            let _alone = alone;
            registry.refresh().await
        });
        reading
            .await
            .unwrap_or_else(|cut_short| Err(DbErr::Custom(cut_short.to_string()).into()))
    }
}

fn late() -> ChangeError {
    let waited = format!("no answer within {} s", PATIENCE.as_secs());
    ChangeError::Busy(DbErr::Custom(waited))
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
mod tests {
    use std::sync::Arc;

    use tokio::{
        sync::Semaphore,
        task::{JoinHandle, yield_now},
    };

    use super::*;

    /// Looks that come to their end when they are let.
    #[derive(Clone)]
    struct Held {
        looks: Arc<Looks>,
        begun: Arc<AtomicU64>,
        let_go: Arc<Semaphore>,
    }

    impl Held {
        fn new() -> Self {
            Self {
                looks: Arc::default(),
                begun: Arc::default(),
                let_go: Arc::new(Semaphore::new(0)),
            }
        }

        fn ask(&self, fails: bool) -> JoinHandle<Result<(), ChangeError>> {
            let held = self.clone();
            let (begun, let_go) = (Arc::clone(&held.begun), Arc::clone(&held.let_go));
            let look = async move || {
                begun.fetch_add(1, Ordering::SeqCst);
                let_go.acquire().await.unwrap().forget();
                if fails { Err(late()) } else { Ok(()) }
            };
            tokio::spawn(async move { held.looks.share(look).await })
        }

        async fn reach(&self, begun: u64) {
            for _ in 0..1_000 {
                yield_now().await;
            }
            assert_eq!(self.begun.load(Ordering::SeqCst), begun);
        }
    }

    #[tokio::test]
    async fn those_who_ask_while_somebody_looks_share_the_next_look() {
        let held = Held::new();
        let first = held.ask(false);
        held.reach(1).await;
        let others: Vec<_> = (0..10).map(|_| held.ask(false)).collect();
        held.reach(1).await;
        assert!(
            !others[0].is_finished(),
            "the first may have read too early"
        );
        held.let_go.add_permits(1);
        first.await.unwrap().unwrap();
        held.reach(2).await;
        held.let_go.add_permits(1);
        for other in others {
            other.await.unwrap().unwrap();
        }
        held.reach(2).await;
        // Who asks afterwards looks anew.
        held.let_go.add_permits(1);
        held.ask(false).await.unwrap().unwrap();
        held.reach(3).await;
    }

    #[tokio::test]
    async fn a_look_that_failed_is_nobody_elses_answer() {
        let held = Held::new();
        let (first, second) = (held.ask(true), held.ask(false));
        held.reach(1).await;
        held.let_go.add_permits(2);
        assert!(first.await.unwrap().is_err());
        second.await.unwrap().unwrap();
        held.reach(2).await;
    }
}
