//! The whole service under test: real HTTP, real databases, the real binary.
//!
//! Every test of the service runs on SQLite and on PostgreSQL; `./tests/run` provides both.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect ends there, loudly"
)]

mod api;
mod authorization;
mod browser;
mod cli;
mod contract;
mod days;
mod docs;
mod edge;
mod fixture;
mod layering;
mod pages;
mod readme;
mod store;
mod workday;
