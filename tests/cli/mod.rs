//! The real program: what it prints, and how it ends.

mod cases;
mod serve;
mod settings;
