//! `migrate`: brings the database up to date.

use clap::Args;
use transfer_registry_core::Registry;

use super::{Ended, FAILED, Settings, block_on, say};

/// Bring the database up to date.
#[derive(Debug, Args)]
pub(super) struct Migrate;

impl Migrate {
    pub(super) fn run(self, settings: &Settings) -> Result<u8, Ended> {
        let Self = self;
        let config = settings.read(false)?;
        block_on(async {
            Registry::migrate(&config.registry())
                .await
                .map_err(|error| Ended::database(FAILED, &error, &config))
        })?;
        say("the database is up to date")?;
        Ok(0)
    }
}
