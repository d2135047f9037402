//! The registry under test, on SQLite and on the PostgreSQL server that `TEST_POSTGRES_URL` names.

mod amendments;
mod checkpoints;
mod constraints;
mod demo;
mod locations;
mod locks;
mod migrations;
mod nouns;
mod proposals;
mod publications;
mod published;
mod replicas;
mod schema;
mod support;
mod supposing;
mod tampering;
mod thousand;
mod writers;
