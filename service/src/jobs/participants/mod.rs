//! The Data Privacy Framework's list of participants: reading it, from the official workbook or from
//! the one configured address, on a schedule.
//!
//! | module | what it knows |
//! |---|---|
//! | `asking` | HTTP: one host, and limits on time, size and redirects |
//! | `entries` | the list as the address gives it, entry by entry (JSON) |
//! | `workbook` | the list as the official workbook (XLSX) |
//! | `values` | how the list writes days, statuses, frameworks and coverage |
//! | `schedule` | when it is read, and who is told |
//! | `desk` | what the register does with it |
//!
//! Nothing here has been seen live: the shapes are those that several public projects describe. All
//! that is known of them stands in `entries`, `workbook` and `values`, so that a change of theirs is
//! a change of one file. What is not understood refuses the whole list
//! ([`Refusal`](transfer_registry_core::participants::Refusal)); it is never left out.

mod asking;
mod desk;
mod entries;
mod schedule;
mod values;
mod workbook;

use transfer_decision::span::Day;
use transfer_registry_core::participants::{
    Accepted, Known, Limits, ParticipantList, Refusal, Source, judge,
};

pub use desk::RegisterDesk;
pub(crate) use desk::{take_over, why};
pub use schedule::{Desk, run, turn};

use crate::config::{Address, Form, Participants};
use asking::Asking;

/// Reads the official workbook that a person hands in, and judges it.
///
/// `before` is the list last accepted; `day` is the day of this one, which the page shows where the workbook is taken from: the workbook
/// itself does not say it. Reading takes a processor for a second or so: call it where that does not
/// hold up anybody else.
///
/// # Errors
/// Why the workbook is not believed.
pub fn read_workbook(
    bytes: &[u8],
    day: Day,
    before: Option<&Accepted>,
    today: Day,
    limits: Limits,
) -> Result<ParticipantList, Refusal> {
    let list = workbook::read(bytes, day, Source::Workbook)?;
    judge(&list, before, today, limits)?;
    Ok(list)
}

/// Asks the configured address for the list, judges it, and completes the entries that matter to the
/// organisations that are known. `before` is the list last accepted.
///
/// # Errors
/// Why there is no list, or why it is not believed.
pub async fn read_address(
    address: &Address,
    settings: &Participants,
    known: &[Known],
    before: Option<&Accepted>,
    today: Day,
) -> Result<ParticipantList, Refusal> {
    let asking = Asking::of(address, settings)?;
    match settings.form {
        Form::Entries => {
            let received = entries::ask(&asking).await?;
            judge(received.list(), before, today, settings.limits)?;
            received.complete(&asking, known).await
        }
        Form::Workbook => {
            let list = workbook::ask(&asking).await?;
            judge(&list, before, today, settings.limits)?;
            Ok(list)
        }
    }
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
mod tests;
