//! Everything the registry keeps: rows, ledger, snapshot, and the use-cases that change them.
//!
//! Every write goes through a use-case: one transaction that advances the head, writes the rows
//! and appends to the ledger; then the [`Snapshot`] is swapped whole, then the use-case returns.
//! Every question is answered from a snapshot, which is immutable and holds the whole register.

pub mod attention;
pub mod certifications;
pub mod checks;
pub mod clock;
pub mod context;
pub mod demo;
pub mod flows;
pub mod follow;
pub mod groups;
pub mod history;
pub mod impact_analyses;
pub mod impact_assessments;
pub mod imports;
pub mod law_amendments;
pub mod law_packs;
pub mod ledger;
pub mod lifecycle;
pub mod locations;
pub mod mechanisms;
pub mod organisations;
pub mod participant_lists;
pub mod participants;
pub mod processing_activities;
pub mod proposals;
pub mod publications;
pub mod reading;
mod registry;
pub mod scope;
pub mod sessions;
pub mod snapshot;
pub mod store;
pub mod subprocessors;
pub mod tokens;
pub mod users;
pub mod validation;

pub use clock::Clock;
pub use context::Context;
pub use demo::{DemoError, DemoOutcome};
pub use history::HistoryError;
pub use ledger::{
    checkpoint::{Checkpoint, CheckpointError},
    verify::{Verification, VerifyError},
};
pub use reading::ReadError;
pub use registry::{OpenError, Registry, RegistryConfig};
pub use scope::Scope;
pub use snapshot::Snapshot;
pub use store::{ChangeError, Draft, Expected, Key, LockError, Recorded, Rehearsal, Tried};
pub use validation::Violation;

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
mod fixture;

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
mod tests;
