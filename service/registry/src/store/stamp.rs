//! The instant under which the change that is being written will count.
//!
//! It is taken as late as can be, and until the commit nobody is told what was known at it or after
//! it: what is told of an instant must not change. For the same reason it is later than every
//! instant of which somebody was told before.

use std::{
    hint::spin_loop,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;

/// How often the clock is read until it is past what was told: an instant has a microsecond. A clock
/// that stands still, as in tests, is not waited for.
const MOST_READINGS: usize = 1_000;

/// The instant of the change that is being written, while there is one; and of what was told.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stamped {
    writing: Arc<watch::Sender<Option<Written>>>,
    /// The latest instant of which somebody was told what was known, in microseconds. It is raised
    /// while nothing can begin to be written.
    told: Arc<AtomicI64>,
}

/// What is being written.
#[derive(Debug, Clone, Copy)]
struct Written {
    /// The instant under which it counts.
    at: DateTime<Utc>,
    /// The revision that it makes. The register is of this revision a moment before the writing is
    /// over.
    revision: u64,
}

impl Stamped {
    /// Says under which instant the change counts that is now written and makes a revision: `now`, read
    /// where nobody can be told of a later one before this is known. A writer has the register for
    /// itself, so there is never a second one.
    pub(crate) fn begin(&self, revision: u64, now: impl Fn() -> DateTime<Utc>) -> Stamp {
        let mut at = DateTime::UNIX_EPOCH;
        self.writing.send_modify(|writing| {
            let told = self.told.load(Ordering::SeqCst);
            at = now();
            for _ in 1..MOST_READINGS {
                if at.timestamp_micros() > told {
                    break;
                }
                spin_loop();
                at = now();
            }
            *writing = Some(Written { at, revision });
        });
        Stamp {
            at,
            stamped: self.clone(),
        }
    }

    /// Waits until no change is being written that will count at an instant; none will from then on.
    pub(crate) async fn settled(&self, instant: DateTime<Utc>) {
        let mut changes = self.writing.subscribe();
        // It ends in error when there is no sender; here is one.
        let settled =
            changes.wait_for(|writing| writing.is_none_or(|writing| writing.at > instant));
        if let Ok(_held) = settled.await {
            self.tell(instant);
        }
    }

    /// A register that `read` finds with its revision, and the latest instant up to `now` whose
    /// knowledge it is. Both are called while no change can begin or be over.
    pub(crate) fn before<R>(
        &self,
        read: impl FnOnce() -> (R, u64),
        now: impl FnOnce() -> DateTime<Utc>,
    ) -> (R, DateTime<Utc>) {
        let writing = self.writing.borrow();
        let ((register, found), now) = (read(), now());
        let latest = match *writing {
            Some(Written { at, revision }) if found < revision && at <= now => {
                at - TimeDelta::microseconds(1)
            }
            _ => now,
        };
        self.tell(latest);
        (register, latest)
    }

    /// Notes that somebody is told what was known at an instant.
    fn tell(&self, instant: DateTime<Utc>) {
        self.told
            .fetch_max(instant.timestamp_micros(), Ordering::SeqCst);
    }
}

/// A change that is being written. It has come to its end, whichever it is, when this is dropped.
#[derive(Debug)]
pub(crate) struct Stamp {
    at: DateTime<Utc>,
    stamped: Stamped,
}

impl Stamp {
    /// The instant under which it counts.
    pub(crate) const fn at(&self) -> DateTime<Utc> {
        self.at
    }
}

impl Drop for Stamp {
    fn drop(&mut self) {
        self.stamped.writing.send_replace(None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A clock that goes on by a microsecond each time that it is read so many times.
    fn slow(readings: i64) -> impl Fn() -> DateTime<Utc> {
        let read = AtomicI64::new(0);
        move || {
            let at = read.fetch_add(1, Ordering::SeqCst) / readings;
            DateTime::UNIX_EPOCH + TimeDelta::microseconds(1_000 + at)
        }
    }

    #[tokio::test]
    async fn a_change_counts_later_than_every_instant_that_was_told() {
        let (stamped, clock) = (Stamped::default(), slow(7));
        let ((), told) = stamped.before(|| ((), 1), &clock);
        let stamp = stamped.begin(2, &clock);
        assert!(stamp.at() > told);
        drop(stamp);
        let now = clock();
        stamped.settled(now).await;
        assert!(stamped.begin(3, &clock).at() > now);
        // A clock that stands still keeps nobody waiting.
        let still = || DateTime::UNIX_EPOCH + TimeDelta::seconds(1);
        let ((), told) = stamped.before(|| ((), 3), still);
        assert_eq!(stamped.begin(4, still).at(), told);
    }

    #[test]
    fn a_register_that_is_there_already_is_not_said_to_be_of_before() {
        let (stamped, clock) = (Stamped::default(), slow(1));
        let stamp = stamped.begin(2, &clock);
        let known_at = |revision| stamped.before(|| ((), revision), &clock).1;
        assert!(known_at(1) < stamp.at(), "it is not there yet");
        assert!(
            known_at(2) >= stamp.at(),
            "it is there, and its writing not over"
        );
    }
}
