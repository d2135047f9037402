//! The deciding core of the Transfer Registry: *may this data go from here to there, on this day,
//! and why?*
//!
//! Pure and synchronous: no I/O, no clock, no database. A legal "no" is a value, never an error.
//! Two steps: every finding is collected first, then they are combined into the verdict; an
//! `allow` cannot be built without complete evidence.

mod boundaries;
pub mod case;
pub mod citation;
pub mod decide;
pub mod facts;
pub mod impact;
pub mod law;
mod relationship;
mod remedies;
mod rules;
pub mod span;
pub mod standing;
pub mod verdict;
pub mod vocabulary;
