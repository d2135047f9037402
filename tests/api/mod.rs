//! What the API answers, one module for each resource.

mod errors;
mod lists;
mod transfer_checks;
