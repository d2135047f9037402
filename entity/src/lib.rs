//! Rows: one entity a table, one column type for the closed vocabularies, one for JSON.
//!
//! A row is also what the ledger keeps of its object, so every `Model` can be written and read as
//! JSON. Days are inclusive, as at the edges of the system.

pub mod certifications;
pub mod columns;
pub mod flow_locations;
pub mod flows;
pub mod groups;
pub mod head;
pub mod idempotency_keys;
pub mod impact_assessments;
pub mod law_amendments;
pub mod law_packs;
pub mod ledger;
pub mod mechanism_parties;
pub mod mechanisms;
pub mod organisations;
pub mod participant_lists;
pub mod parts;
pub mod passwords;
pub mod processing_activities;
pub mod proposals;
pub mod publications;
pub mod sessions;
pub mod sign_ins;
pub mod subprocessor_locations;
pub mod subprocessors;
pub mod token_uses;
pub mod tokens;
pub mod transfer_checks;
pub mod users;
pub mod vocabulary;
