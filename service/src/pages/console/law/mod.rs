//! The law as the console shows it: which instrument covered what when, and what rests on it.

mod resting;
mod timeline;
mod words;
