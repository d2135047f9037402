//! Everything the registry keeps: rows, ledger, snapshot, and the use-cases that change them.
//!
//! Every write goes through a use-case: one transaction that advances the head, writes the rows
//! and appends to the ledger; then the [`Snapshot`] is swapped whole, then the use-case returns.
//! Every question is answered from a snapshot, which is immutable and holds the whole register.

pub mod certifications;
pub mod clock;
pub mod context;
pub mod demo;
pub mod flows;
pub mod follow;
pub mod groups;
pub mod impact_assessments;
pub mod ledger;
pub mod locations;
pub mod mechanisms;
pub mod organisations;
pub mod processing_activities;
mod registry;
pub mod scope;
pub mod snapshot;
pub mod store;
pub mod subprocessors;
pub mod validation;

pub use clock::Clock;
pub use context::Context;
pub use demo::{DemoError, DemoOutcome};
pub use ledger::{
    checkpoint::{Checkpoint, CheckpointError},
    verify::{Verification, VerifyError},
};
pub use registry::{OpenError, Registry, RegistryConfig};
pub use scope::Scope;
pub use snapshot::Snapshot;
pub use store::{ChangeError, LockError};
pub use validation::Violation;

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
mod tests;
