//! Days and instants as requests write them: API and pages judge them alike.

use chrono::{DateTime, SubsecRound, Utc};
use transfer_decision::span::{Day, FIRST_DAY, parse_day};

use crate::refusal::ViolationCode;

/// A day that can be asked about.
///
/// # Errors
/// When it is no day, or before the first that the law pack knows.
pub(crate) fn day(text: &str) -> Result<Day, ViolationCode> {
    match parse_day(text) {
        None => Err(ViolationCode::BadDay),
        Some(day) if day < FIRST_DAY => Err(ViolationCode::DayTooEarly),
        Some(day) => Ok(day),
    }
}

/// A second in nanoseconds; an instant has more only inside of a leap second.
const SECOND: u32 = 1_000_000_000;

/// A day of a fact: contracts are older than what can be asked about. How old one may be, the
/// register says.
///
/// # Errors
/// When it is no day.
pub(crate) fn fact_day(text: &str) -> Result<Day, ViolationCode> {
    parse_day(text).ok_or(ViolationCode::BadDay)
}

/// An instant; only UTC, written `Z`. What is finer than a microsecond is cut off: neither the
/// clock nor a database is that fine, and neither has leap seconds.
///
/// # Errors
/// When it is anything else.
pub(crate) fn instant(text: &str) -> Result<DateTime<Utc>, ViolationCode> {
    let utc = text.ends_with('Z') && text.contains('T');
    DateTime::parse_from_rfc3339(text)
        .ok()
        .filter(|instant| utc && instant.timestamp_subsec_nanos() < SECOND)
        .map(|instant| instant.with_timezone(&Utc).trunc_subsecs(6))
        .ok_or(ViolationCode::BadInstant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leap_second_is_no_instant_of_any_clock_here() {
        assert!(instant("2026-06-30T23:59:59.999999Z").is_ok());
        for leap in ["2026-06-30T23:59:60Z", "2026-06-30T12:00:60.5Z"] {
            assert_eq!(instant(leap), Err(ViolationCode::BadInstant), "{leap}");
        }
    }
}
