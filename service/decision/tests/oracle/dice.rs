//! Deterministic chance: the same seed always draws the same world.

use transfer_decision::span::Day;

/// A `SplitMix64` generator.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(
            seed.wrapping_mul(0xD134_2543_DE82_EF95)
                .wrapping_add(0x9E37_79B9_7F4A_7C15),
        )
    }

    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; zero when the bound is.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let drawn = usize::try_from(self.draw() >> 33).unwrap_or_default();
        drawn.checked_rem(bound).unwrap_or_default()
    }

    /// True in so many of a hundred.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of the list, which must not be empty.
    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let at = self.below(list.len());
        &list[at]
    }

    /// One of the list, by value.
    pub(crate) fn one<T: Copy>(&mut self, list: &[T]) -> T {
        *self.pick(list)
    }

    /// The value, in so many of a hundred.
    pub(crate) fn maybe<T>(&mut self, percent: usize, value: T) -> Option<T> {
        self.chance(percent).then_some(value)
    }

    /// A day near another: mostly the neighbours.
    pub(crate) fn near(&mut self, day: Day) -> Day {
        let away = self.one(&[-900, -370, -40, -2, -1, -1, 0, 0, 0, 1, 1, 2, 40, 370, 900]);
        shifted(day, away)
    }

    /// A day that is not later.
    pub(crate) fn until(&mut self, day: Day) -> Day {
        let away = self.one(&[0, 0, -1, -1, -2, -40, -370, -900]);
        shifted(day, away)
    }

    /// A day that is not earlier.
    pub(crate) fn since(&mut self, day: Day) -> Day {
        let away = self.one(&[0, 0, 1, 1, 2, 40, 370, 900]);
        shifted(day, away)
    }

    /// Puts a list into another order.
    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            let other = self.below(at + 1);
            list.swap(at, other);
        }
    }
}

/// A day so many days later (or earlier).
pub(crate) fn shifted(day: Day, days: i64) -> Day {
    day.checked_add_signed(chrono::TimeDelta::days(days))
        .unwrap_or(day)
}
