//! How long somebody else may keep us waiting for bytes.

use std::time::Duration;

use tokio::time::Instant;

/// A stream of bytes that must go on: never a pause longer than the patience, and all pauses
/// together no longer than the patience and what the bytes that went bought. Only the time counts
/// in which the other side is waited for.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    patience: Duration,
    /// How many bytes buy a second.
    least: u32,
    bytes: u64,
    waited: Duration,
    since: Option<Instant>,
}

impl Pace {
    /// A stream that has not begun.
    pub(super) fn new(patience: Duration, least: u32) -> Self {
        Self {
            patience,
            least,
            bytes: 0,
            waited: Duration::ZERO,
            since: None,
        }
    }

    /// The same for another stream, from its beginning.
    pub(super) fn again(&mut self) {
        *self = Self::new(self.patience, self.least);
    }

    /// The other side is waited for.
    pub(super) fn waits(&mut self, now: Instant) {
        self.since.get_or_insert(now);
    }

    /// So many bytes went.
    pub(super) fn went(&mut self, bytes: usize, now: Instant) {
        if let Some(since) = self.since.take() {
            self.waited += now.saturating_duration_since(since);
        }
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.bytes = self.bytes.saturating_add(bytes);
    }

    /// Whether the other side is waited for.
    pub(super) fn is_waiting(&self) -> bool {
        self.since.is_some()
    }

    /// Until when it is waited for, while it is.
    pub(super) fn until(&self) -> Option<Instant> {
        let bought = Duration::from_secs(self.bytes / u64::from(self.least.max(1)));
        let left = (self.patience + bought).saturating_sub(self.waited);
        self.since.map(|since| since + left.min(self.patience))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_stream_may_pause_as_long_as_its_bytes_bought_and_never_longer_than_the_patience() {
        let begun = Instant::now();
        let mut pace = Pace::new(2 * SECOND, 1000);
        assert_eq!(pace.until(), None, "nobody waits");
        pace.waits(begun);
        assert_eq!(pace.until(), Some(begun + 2 * SECOND));
        // A second of the two is used up, and a byte buys nothing.
        pace.went(1, begun + SECOND);
        pace.waits(begun + SECOND);
        assert_eq!(pace.until(), Some(begun + 2 * SECOND));
        // What goes on at its pace is waited for, but never longer at once.
        pace.went(1_000_000, begun + SECOND);
        pace.waits(begun + SECOND);
        pace.waits(begun + 2 * SECOND);
        assert_eq!(pace.until(), Some(begun + 3 * SECOND));
        pace.again();
        assert!(!pace.is_waiting());
    }

    #[test]
    fn time_in_which_we_are_busy_ourselves_is_nobodys_delay() {
        let begun = Instant::now();
        let mut pace = Pace::new(SECOND, 1000);
        pace.went(1, begun + 100 * SECOND);
        pace.waits(begun + 200 * SECOND);
        assert_eq!(pace.until(), Some(begun + 201 * SECOND));
    }
}
