//! The real program: what it prints, and how it ends.

mod cases;
mod exchange;
mod serve;
mod settings;
