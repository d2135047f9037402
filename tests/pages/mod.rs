//! What people read: the public pages.

mod public;
