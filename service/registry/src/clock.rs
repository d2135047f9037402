//! The only reader of the clock.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use chrono_tz::Europe::Brussels;
use transfer_decision::span::Day;

/// Tells the time: the system's, or one that a test sets.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    /// Microseconds since 1970, shared by every clone.
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// The system's clock.
    #[must_use]
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still at an instant until it is set again.
    #[must_use]
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self(Source::Set(Arc::new(AtomicI64::new(at.timestamp_micros()))))
    }

    /// Sets a fixed clock and all its clones; the system's clock is left alone.
    pub fn set(&self, to: DateTime<Utc>) {
        if let Source::Set(micros) = &self.0 {
            micros.store(to.timestamp_micros(), Ordering::SeqCst);
        }
    }

    /// Moves a fixed clock and all its clones; the system's clock is left alone.
    pub fn advance(&self, by: TimeDelta) {
        if let (Source::Set(micros), Some(by)) = (&self.0, by.num_microseconds()) {
            micros.fetch_add(by, Ordering::SeqCst);
        }
    }

    /// The instant, in whole microseconds: what both databases keep.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place where the clock is read"
    )]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Source::System => Utc::now().trunc_subsecs(6),
            Source::Set(micros) => DateTime::from_timestamp_micros(micros.load(Ordering::SeqCst))
                .unwrap_or(DateTime::UNIX_EPOCH),
        }
    }

    /// The calendar day in Europe/Brussels.
    #[must_use]
    pub fn today(&self) -> Day {
        day_of(self.now())
    }
}

/// The calendar day in Europe/Brussels on which an instant falls.
#[must_use]
pub fn day_of(instant: DateTime<Utc>) -> Day {
    instant.with_timezone(&Brussels).date_naive()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn the_day_changes_at_midnight_in_brussels() {
        for (instant, day) in [
            ("2026-01-31T22:59:59.999999Z", "2026-01-31"),
            ("2026-01-31T23:00:00Z", "2026-02-01"),
            ("2026-07-31T21:59:59.999999Z", "2026-07-31"),
            ("2026-07-31T22:00:00Z", "2026-08-01"),
        ] {
            let clock = Clock::fixed(instant.parse().unwrap());
            assert_eq!(clock.today().to_string(), day, "{instant}");
        }
    }

    #[test]
    fn instants_are_whole_microseconds() {
        assert_eq!(Clock::system().now().timestamp_subsec_nanos() % 1_000, 0);
        let clock = Clock::fixed("2026-01-01T00:00:00.123456789Z".parse().unwrap());
        assert_eq!(clock.now().timestamp_subsec_nanos(), 123_456_000);
    }

    #[test]
    fn a_set_clock_moves_with_all_its_clones() {
        let clock = Clock::fixed("2026-01-01T00:00:00Z".parse().unwrap());
        let clone = clock.clone();
        clock.advance(TimeDelta::hours(25));
        assert_eq!(clone.today().to_string(), "2026-01-02");
        clock.set("2030-01-01T00:00:00Z".parse().unwrap());
        assert_eq!(clone.today().to_string(), "2030-01-01");
    }
}
