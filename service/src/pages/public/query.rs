//! What a public list is asked with.

use chrono::{DateTime, Utc};
use poem::Request;
use transfer_decision::span::{Day, FIRST_DAY, parse_day};

use crate::refusal::{Refusal, Violation, ViolationCode, step};

/// The day asked for, if any.
///
/// # Errors
/// Everything that is wrong with the query.
pub(super) fn as_of(request: &Request) -> Result<Option<Day>, Refusal> {
    let pairs = request
        .params::<Vec<(String, String)>>()
        .map_err(|_| Refusal::Unreadable)?;
    let mut found = Vec::new();
    let mut day = None;
    let mut seen = false;
    for (name, value) in pairs {
        let pointer = step("", &name);
        let code = match name.as_str() {
            "as_of" if seen => Some(ViolationCode::RepeatedParameter),
            "as_of" => {
                seen = true;
                // A form sends an empty field for "today".
                day = parse_day(&value);
                match day {
                    None if value.is_empty() => None,
                    None => Some(ViolationCode::BadDay),
                    Some(day) if day < FIRST_DAY => Some(ViolationCode::DayTooEarly),
                    Some(_) => None,
                }
            }
            "known_at" if value.parse::<DateTime<Utc>>().is_ok() => {
                Some(ViolationCode::KnownAtUnsupported)
            }
            "known_at" => Some(ViolationCode::BadInstant),
            _ => Some(ViolationCode::UnknownParameter),
        };
        found.extend(code.map(|code| Violation::plain(pointer, code)));
    }
    if found.is_empty() {
        Ok(day)
    } else {
        Err(Refusal::Invalid(found))
    }
}
