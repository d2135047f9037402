//! A second, plain reading of the law and of the register's words, kept apart from the core on
//! purpose: it indexes nothing, remembers nothing and knows none of the core's rules. Both answer
//! the same generated worlds and must agree; properties that every answer keeps are tested beside.
//!
//! `TEST_LONG=1` compares five million worlds instead of two hundred thousand.

#![expect(
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is not as it must be"
)]

mod agreement;
mod amendments;
mod announced;
mod bends;
mod cases;
mod chain;
mod compare;
mod dice;
mod endings;
mod evidence;
mod impact;
mod pools;
mod properties;
mod relationship;
mod rules;
mod standing;
mod supply;
mod threads;
mod tools;
mod worlds;
