//! What the shipped law pack says, on the days on which a careless pack goes wrong.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot read the pack has failed"
)]

mod content;
mod territories;

use std::sync::Arc;

use transfer_decision::law::{AdequacyInstrument, Law};
use transfer_registry_seed::law;

fn shipped() -> Arc<Law> {
    law::shipped().unwrap()
}

fn instrument<'a>(law: &'a Law, id: &str) -> &'a AdequacyInstrument {
    let mut rows = law.provisions().adequacy.iter();
    rows.find(|row| row.basis.id == id).expect(id)
}
