//! The one append-only, hash-chained list of every change.
//!
//! Each entry keeps the object's whole state after the change, and the hash of everything in it
//! and of the entry before. The head names the last entry. From time to time a signed checkpoint
//! outside the database says how far the ledger had come and with which hash, so that cutting off
//! its end or rewriting all of it is found as well.

pub(crate) mod canonical;
pub mod checkpoint;
pub(crate) mod comparison;
pub(crate) mod entry;
pub mod feed;
pub(crate) mod guards;
pub(crate) mod key;
mod seen;
pub mod verify;
