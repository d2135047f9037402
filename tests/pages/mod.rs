//! What people read: the public pages.

mod crawl;
mod public;
mod published;
