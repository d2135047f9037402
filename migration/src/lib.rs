//! The schema's frozen history, the same for SQLite and PostgreSQL.
//!
//! A migration that has been released is never edited. None of them knows the entities, so that
//! later rows do not change earlier history.

use sea_orm_migration::MigrationTrait;
pub use sea_orm_migration::MigratorTrait;

mod m20261121_000001_parties;
mod m20261121_000002_relationships;
mod m20261121_000003_mechanisms;
mod m20261121_000004_law_amendments;
mod m20261121_000005_ledger;
mod m20261122_000006_transfer_checks;
mod m20261122_000007_keeping;
mod m20261122_000008_days;
mod m20261122_000009_recorded_decisions;
mod m20261122_000010_tokens;
mod m20261122_000011_people;
mod m20261122_000012_proposals;
mod m20261122_000013_publications;
mod m20261122_000014_password_givers;
mod schema;

pub use m20261121_000005_ledger::{ledger_function, ledger_functions, ledger_triggers};

/// Every migration, in order.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_parties::Migration),
            Box::new(m20261121_000002_relationships::Migration),
            Box::new(m20261121_000003_mechanisms::Migration),
            Box::new(m20261121_000004_law_amendments::Migration),
            Box::new(m20261121_000005_ledger::Migration),
            Box::new(m20261122_000006_transfer_checks::Migration),
            Box::new(m20261122_000007_keeping::Migration),
            Box::new(m20261122_000008_days::Migration),
            Box::new(m20261122_000009_recorded_decisions::Migration),
            Box::new(m20261122_000010_tokens::Migration),
            Box::new(m20261122_000011_people::Migration),
            Box::new(m20261122_000012_proposals::Migration),
            Box::new(m20261122_000013_publications::Migration),
            Box::new(m20261122_000014_password_givers::Migration),
        ]
    }
}
