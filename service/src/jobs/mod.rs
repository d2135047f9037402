//! What runs beside the requests.

pub(crate) mod checkpoints;
pub(crate) mod following;
pub mod participants;
pub(crate) mod purging;
pub(crate) mod token_uses;
