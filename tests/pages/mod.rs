//! What people read: the public pages, and the console.

mod archive;
mod crawl;
mod filters;
mod languages;
mod public;
mod published;
mod reading;
