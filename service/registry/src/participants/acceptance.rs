//! Whether a list that could be read is believed.

use serde::{Deserialize, Serialize};
use transfer_decision::span::Day;

use super::{ParticipantList, Refusal};

/// How far a list may depart from what is expected before it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many days before today its day may lie.
    pub oldest_days: u32,
    /// How many of the last accepted list's active participants must still be active in number, in
    /// per cent.
    pub least_percent: u8,
}

impl Default for Limits {
    /// The list is renewed every working day and grows slowly: a month of silence, or a fifth fewer
    /// participants, is a fault.
    fn default() -> Self {
        Self {
            oldest_days: 30,
            least_percent: 80,
        }
    }
}

/// What must be remembered of the list last accepted in order to judge the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// Its day.
    pub day: Day,
    /// Its hash.
    pub sha256: String,
    /// How many participants were active.
    pub active: usize,
}

impl From<&ParticipantList> for Accepted {
    fn from(list: &ParticipantList) -> Self {
        Self {
            day: list.day,
            sha256: list.sha256.clone(),
            active: list.active(),
        }
    }
}

/// Judges a list by itself, by the day of its reading and by the list last accepted (`before`).
///
/// # Errors
/// Why it is not believed: empty, of a future day, too old, older than the last, or shrunken.
pub fn judge(
    list: &ParticipantList,
    before: Option<&Accepted>,
    today: Day,
    limits: Limits,
) -> Result<(), Refusal> {
    let active = list.active();
    if active == 0 {
        return Err(Refusal::Empty);
    }
    if list.day > today {
        return Err(Refusal::FutureDay {
            day: list.day,
            today,
        });
    }
    if let Some(before) = before {
        if list.day < before.day {
            return Err(Refusal::Stale {
                day: list.day,
                last: before.day,
            });
        }
        // Multiplied, not divided: a rounding must not let one more entry go missing.
        if count(active) * 100 < count(before.active) * u64::from(limits.least_percent) {
            return Err(Refusal::Shrunken {
                active: count(active),
                before: count(before.active),
                last: before.day,
            });
        }
    }
    if (today - list.day).num_days() > i64::from(limits.oldest_days) {
        return Err(Refusal::TooOld {
            day: list.day,
            days: limits.oldest_days,
            today,
        });
    }
    Ok(())
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
