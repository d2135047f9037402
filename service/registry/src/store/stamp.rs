//! The instant under which the change that is being written will count.
//!
//! It is taken as late as can be, and until the commit nobody is told what was known at it or after
//! it: what is told of an instant must not change.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;

/// The instant of the change that is being written, while there is one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stamped(Arc<watch::Sender<Option<DateTime<Utc>>>>);

impl Stamped {
    /// Says under which instant the change counts that is now written: `now`, read where nobody can
    /// be told of a later one before this is known. A writer has the register for itself, so there is
    /// never a second one.
    pub(crate) fn begin(&self, now: impl FnOnce() -> DateTime<Utc>) -> Stamp {
        let mut at = DateTime::UNIX_EPOCH;
        self.0.send_modify(|stamped| {
            at = now();
            *stamped = Some(at);
        });
        Stamp {
            at,
            stamped: self.clone(),
        }
    }

    /// Waits until no change is being written that will count at an instant.
    pub(crate) async fn settled(&self, instant: DateTime<Utc>) {
        let mut changes = self.0.subscribe();
        // It ends in error when there is no sender; here is one.
        let _ = changes
            .wait_for(|at| at.is_none_or(|at| at > instant))
            .await;
    }

    /// The latest instant up to `now` at which no change that is being written will count. `now` is
    /// read while no change can begin.
    pub(crate) fn before(&self, now: impl FnOnce() -> DateTime<Utc>) -> DateTime<Utc> {
        let stamped = self.0.borrow();
        let now = now();
        match *stamped {
            Some(at) if at <= now => at - TimeDelta::microseconds(1),
            _ => now,
        }
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
        self.stamped.0.send_replace(None);
    }
}
