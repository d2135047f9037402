//! Whether the decisions that are given are recorded, and for how long.

use std::{fmt, str::FromStr};

use validator::ValidationError;

/// Which decisions are recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordChecks {
    /// Every one.
    All,
    /// None.
    None,
}

impl FromStr for RecordChecks {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "all" => Ok(Self::All),
            "none" => Ok(Self::None),
            _ => Err(()),
        }
    }
}

impl fmt::Display for RecordChecks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::All => "all",
            Self::None => "none",
        })
    }
}

/// A check that nobody can look up later proves nothing.
pub(super) const DEFAULT: RecordChecks = RecordChecks::All;

/// A year, and the time that it takes somebody to ask about it.
pub(super) const KEPT_DAYS: u32 = 400;

/// A hundred years; whoever wants more wants no end, and a date must remain.
const MOST_DAYS: u32 = 36_525;

/// How many MiB of decisions may wait to be recorded.
pub(super) const WAITING_MIB: u16 = transfer_registry_core::checks::ROOM;

/// What the memory of a large machine has room for.
const MOST_MIB: u16 = 4_095;

pub(super) fn check(text: &str) -> Result<(), ValidationError> {
    text.parse::<RecordChecks>()
        .map(|_| ())
        .map_err(|()| super::fault("must be `all` or `none`"))
}

pub(super) fn check_days(text: &str) -> Result<(), ValidationError> {
    days(text)
        .map(|_| ())
        .ok_or_else(|| super::fault(format!("must be a number of days from 1 to {MOST_DAYS}")))
}

pub(super) fn check_waiting_mib(text: &str) -> Result<(), ValidationError> {
    waiting_mib(text)
        .map(|_| ())
        .ok_or_else(|| super::fault(format!("must be a number of MiB from 1 to {MOST_MIB}")))
}

/// A number of MiB.
pub(super) fn waiting_mib(text: &str) -> Option<u16> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let mib = text.parse().ok().filter(|_| digits);
    mib.filter(|mib| (1..=MOST_MIB).contains(mib))
}

/// A number of days.
pub(super) fn days(text: &str) -> Option<u32> {
    // `parse` alone would take a sign.
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let days = text.parse().ok().filter(|_| digits);
    days.filter(|days| (1..=MOST_DAYS).contains(days))
}
