//! The Data Privacy Framework's list of participants: what it says, whether it can be believed, and
//! where the register differs from it.
//!
//! Nothing here reads a file, a network or the database, and nothing writes: a list comes in as
//! values, differences go out as values. A difference says what would be written if a person agreed
//! ([`Correction`]) and from which list ([`ListReference`]: its day and its hash), so that applying it
//! is mechanical and stays provable.
//!
//! Two rules hold throughout. What a list does *not* show proves nothing: a participant that is
//! missing needs a person ([`DifferenceKind::NotOnList`]) and never ends a certification. And a
//! list that cannot be believed is a [`Refusal`], never a list on which everybody lapsed.

mod acceptance;
mod comparison;
mod differences;
mod known;
mod list;
mod matching;
mod names;
mod refusal;
mod words;

pub use acceptance::{Accepted, Limits, judge};
pub use comparison::{differences, if_confirmed};
pub use differences::{
    Amendment, Correction, Difference, DifferenceKind, Evidence, LastDay, ListReference, Match,
};
pub use known::{Known, KnownCertification};
pub use list::{FRAMEWORKS, LIST, Listing, Participant, ParticipantList, Source, Status};
pub use matching::wanted;
pub use names::{covered_entities, name_key};
pub use refusal::Refusal;

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
mod tests;
