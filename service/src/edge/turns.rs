//! Turns at long work, so that nobody's keeps the others waiting, and none outlives the service.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
    time::timeout,
};

use crate::refusal::Refusal;

/// How long a caller waits for a turn before it is told to ask again.
const WAIT: Duration = Duration::from_secs(5);

/// The turns that there are. A clone hands out the same ones.
#[derive(Debug, Clone)]
pub(crate) struct Turns {
    free: Arc<Semaphore>,
    wait: Duration,
    over: Arc<AtomicBool>,
}

/// The turns of those who have not signed in, at what anybody may ask: theirs keep nobody waiting who
/// works here.
#[derive(Debug, Clone)]
pub(crate) struct PublicTurns {
    /// At a page, or a file of a page's size: as many as there are cores.
    pub(crate) pages: Turns,
    /// At a document that is set and printed: one.
    pub(crate) prints: Turns,
}

impl PublicTurns {
    /// Those beside the turns at long work, with which they end.
    pub(crate) fn beside(turns: &Turns) -> Self {
        Self {
            pages: turns.beside(thread::available_parallelism().map_or(1, usize::from)),
            prints: turns.beside(1),
        }
    }
}

/// Whether the work is still wanted; to be asked between its steps.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    over: Arc<AtomicBool>,
    left: Arc<AtomicBool>,
}

/// One caller's turn; dropped, it is the next one's.
#[derive(Debug)]
pub(crate) struct Turn {
    permit: OwnedSemaphorePermit,
    over: Arc<AtomicBool>,
}

/// The caller; when its request is dropped, because it hung up, nobody waits for the work.
struct Caller(Arc<AtomicBool>);

impl Drop for Caller {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Wanted {
    /// Whether to go on.
    ///
    /// # Errors
    /// When the service stops, or the caller has hung up.
    pub(crate) fn still(&self) -> Result<(), Refusal> {
        if self.over.load(Ordering::Relaxed) || self.left.load(Ordering::Relaxed) {
            Err(Refusal::Unavailable)
        } else {
            Ok(())
        }
    }
}

impl Turns {
    /// As many turns as there are cores, but for one that short requests keep.
    pub(crate) fn of_this_machine() -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Self::new(cores.saturating_sub(1).max(1), WAIT)
    }

    /// So many turns, for each of which a caller waits so long.
    pub(crate) fn new(turns: usize, wait: Duration) -> Self {
        Self {
            free: Arc::new(Semaphore::new(turns)),
            wait,
            over: Arc::new(AtomicBool::new(false)),
        }
    }

    /// Other turns, which take none of these away and end with them.
    fn beside(&self, turns: usize) -> Self {
        Self {
            free: Arc::new(Semaphore::new(turns)),
            wait: self.wait,
            over: Arc::clone(&self.over),
        }
    }

    /// Gives out no further turns, and ends the work under way at its next step.
    pub(crate) fn end(&self) {
        self.over.store(true, Ordering::Relaxed);
        self.free.close();
    }

    /// How many turns are free.
    #[cfg(test)]
    pub(crate) fn free(&self) -> usize {
        self.free.available_permits()
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// When none comes in time.
    pub(crate) async fn take(&self) -> Result<Turn, Refusal> {
        let permit = timeout(self.wait, Arc::clone(&self.free).acquire_owned()).await;
        let Ok(Ok(permit)) = permit else {
            return Err(Refusal::Unavailable);
        };
        Ok(Turn {
            permit,
            over: Arc::clone(&self.over),
        })
    }

    /// Does long work on a thread of its own, when its turn comes.
    ///
    /// # Errors
    /// What the work refuses; that it did not come to its turn in time; a fault of ours when it
    /// panics.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Wanted) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        self.take().await?.run(work).await
    }
}

impl Turn {
    /// Does long work on a thread of its own.
    ///
    /// # Errors
    /// What the work refuses; a fault of ours when it panics.
    pub(crate) async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce(&Wanted) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let Self { permit, over } = self;
        let caller = Caller(Arc::new(AtomicBool::new(false)));
        let wanted = Wanted {
            over,
            left: Arc::clone(&caller.0),
        };
        let done = spawn_blocking(move || {
            // The turn ends with the work, also when nobody waits for it any more.
            let _permit = permit;
            work(&wanted)
        });
        done.await.map_err(|error| {
            tracing::error!(%error, "long work did not come to its end");
            Refusal::Internal
        })?
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::{
        sync::{atomic::AtomicUsize, mpsc},
        time::Instant,
    };

    use super::*;

    const SHORT: Duration = Duration::from_millis(50);

    /// Waits until there is no free turn.
    async fn all_taken(turns: &Turns) {
        let taken = async {
            while turns.free.available_permits() > 0 {
                tokio::task::yield_now().await;
            }
        };
        timeout(Duration::from_secs(10), taken).await.unwrap();
    }

    #[tokio::test]
    async fn the_public_takes_no_turn_of_who_works_here_and_ends_with_them() {
        let turns = Turns::new(1, SHORT);
        let public = PublicTurns::beside(&turns);
        let page = public.pages.take().await.unwrap();
        let print = public.prints.take().await.unwrap();
        assert!(public.prints.take().await.is_err(), "one at a time");
        let own = turns.take().await.unwrap();
        drop((page, print));
        // Nor is one of theirs taken by who works here.
        let page = public.pages.take().await.unwrap();
        turns.end();
        let ended = page.run(Wanted::still).await;
        assert!(matches!(ended, Err(Refusal::Unavailable)), "{ended:?}");
        drop(own);
    }

    #[tokio::test]
    async fn no_more_work_is_done_at_once_than_there_are_turns() {
        let turns = Turns::new(2, Duration::from_mins(1));
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let mut doing = Vec::new();
        for _ in 0..8 {
            let (turns, now, most) = (turns.clone(), Arc::clone(&now), Arc::clone(&most));
            doing.push(tokio::spawn(async move {
                let work = move |_: &Wanted| {
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    thread::sleep(SHORT);
                    now.fetch_sub(1, Ordering::SeqCst);
                    Ok(())
                };
                turns.run(work).await
            }));
        }
        for done in doing {
            done.await.unwrap().unwrap();
        }
        assert_eq!(most.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn whoever_waits_too_long_for_a_turn_is_told_to_ask_again() {
        let turns = Turns::new(1, SHORT);
        let (release, held) = mpsc::channel::<()>();
        let first = tokio::spawn({
            let turns = turns.clone();
            async move { turns.run(move |_| Ok(held.recv().is_ok())).await }
        });
        all_taken(&turns).await;
        assert_eq!(turns.run(|_| Ok(())).await, Err(Refusal::Unavailable));
        release.send(()).unwrap();
        assert_eq!(first.await.unwrap(), Ok(true));
        assert_eq!(turns.run(|_| Ok(())).await, Ok(()));
    }

    /// Work that goes on for as long as it is wanted, a minute at most.
    fn endless(wanted: &Wanted) -> Result<(), Refusal> {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_mins(1) {
            wanted.still()?;
            thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    #[tokio::test]
    async fn stopping_ends_the_work_under_way_and_gives_out_no_turn() {
        let turns = Turns::new(1, Duration::from_mins(1));
        let mut doing = Vec::new();
        for _ in 0..2 {
            let turns = turns.clone();
            doing.push(tokio::spawn(async move { turns.run(endless).await }));
        }
        all_taken(&turns).await;
        turns.end();
        for done in doing {
            assert_eq!(done.await.unwrap(), Err(Refusal::Unavailable));
        }
    }

    #[tokio::test]
    async fn work_whose_caller_has_hung_up_gives_its_turn_back() {
        let turns = Turns::new(1, Duration::from_mins(1));
        let hung_up = timeout(SHORT, turns.run(endless)).await;
        assert!(hung_up.is_err());
        assert_eq!(
            timeout(Duration::from_secs(10), turns.run(|_| Ok(()))).await,
            Ok(Ok(()))
        );
    }

    #[tokio::test]
    async fn work_that_panics_is_a_fault_of_ours() {
        let turns = Turns::new(1, SHORT);
        #[expect(clippy::panic, reason = "the panic is what is tested")]
        let panics = |_: &Wanted| -> Result<(), Refusal> { panic!("on purpose") };
        assert_eq!(turns.run(panics).await, Err(Refusal::Internal));
        assert_eq!(turns.run(|_| Ok(())).await, Ok(()));
    }
}
