//! The lists that had been read by an instant. Of those that are kept: what was read before is
//! forgotten, and then none was.

use chrono::{DateTime, Utc};

use super::{Lists, Reading, Refused};
use crate::{ReadError, Registry};

impl Registry {
    /// The lists that had been read by an instant and are kept, the newest first; without one, all
    /// that are kept.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn participant_readings_by(
        &self,
        known_at: Option<DateTime<Utc>>,
    ) -> Result<Vec<Reading>, ReadError> {
        let readings = self.participant_readings().await?;
        Ok(match known_at {
            Some(instant) => by(instant, readings),
            None => readings,
        })
    }

    /// The newest list that had been read by an instant, and the one that it is compared with;
    /// without an instant, the newest. `None`: none is kept that had been read by then.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn participant_lists_by(
        &self,
        known_at: Option<DateTime<Utc>>,
    ) -> Result<Option<Lists>, ReadError> {
        let newest = self.participant_lists().await?;
        let Some(instant) = known_at else {
            return Ok(newest);
        };
        let readings = self.participant_readings_by(Some(instant)).await?;
        let same = |lists: &Lists| readings.first().is_some_and(|then| then.id == lists.id);
        match newest.filter(same) {
            Some(lists) => Ok(Some(lists)),
            None => self.lists_of(&readings).await,
        }
    }

    /// The last refusal since a list was kept, if that was by an instant.
    #[must_use]
    pub fn refused_participant_list_by(&self, known_at: Option<DateTime<Utc>>) -> Option<Refused> {
        let refused = self.refused_participant_list();
        refused.filter(|refused| known_at.is_none_or(|instant| refused.at <= instant))
    }
}

/// The readings that were made by an instant, as they were known then.
fn by(instant: DateTime<Utc>, readings: Vec<Reading>) -> Vec<Reading> {
    let known = readings.into_iter().filter_map(|reading| {
        let first = first_read_at(&reading)?;
        let read_at = Some(reading.read_at).filter(|last| *last <= instant);
        (first <= instant).then(|| Reading {
            read_at: read_at.unwrap_or(first),
            ..reading
        })
    });
    known.collect()
}

/// When a list was read for the first time, to the millisecond: its id is of that instant.
fn first_read_at(reading: &Reading) -> Option<DateTime<Utc>> {
    let (seconds, nanoseconds) = reading.id.get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanoseconds)
}
