//! The registry under test, on SQLite and, where `TEST_POSTGRES_URL` names a server, on PostgreSQL.

mod checkpoints;
mod constraints;
mod demo;
mod migrations;
mod nouns;
mod support;
mod tampering;
mod writers;
