//! `openapi`: prints the API's document.

use std::io::{self, Write};

use clap::Args;

use super::Ended;
use crate::api::spec;

/// Print the API's document.
#[derive(Debug, Args)]
pub(super) struct Openapi;

impl Openapi {
    pub(super) fn run(self) -> Result<u8, Ended> {
        let Self = self;
        io::stdout().lock().write_all(spec::document().as_bytes())?;
        Ok(0)
    }
}
