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

/// An instant; only UTC, written `Z`. What is finer than a microsecond is cut off: neither the
/// clock nor a database is that fine.
///
/// # Errors
/// When it is anything else.
pub(crate) fn instant(text: &str) -> Result<DateTime<Utc>, ViolationCode> {
    let utc = text.ends_with('Z') && text.contains('T');
    DateTime::parse_from_rfc3339(text)
        .ok()
        .filter(|_| utc)
        .map(|instant| instant.with_timezone(&Utc).trunc_subsecs(6))
        .ok_or(ViolationCode::BadInstant)
}
