//! What the API answers, one module for each resource.

mod errors;
mod exchange;
mod instruments;
mod known_at;
mod ledger;
mod lists;
mod participant_lists;
mod parties;
mod publications;
mod recorded_checks;
mod relationships;
mod transfer_checks;
