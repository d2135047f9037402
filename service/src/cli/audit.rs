//! `audit`: whether the ledger is whole.

use chrono::SecondsFormat;
use clap::Subcommand;
use transfer_registry_core::{Registry, Verification};

use super::{Ended, Settings, block_on, say};

/// The chain is broken.
const BROKEN: u8 = 1;
/// It could not be looked at.
const NOT_RUN: u8 = 2;
/// Nothing is broken, but the proof is not complete.
const INCOMPLETE: u8 = 3;

/// Look after the ledger.
#[derive(Debug, Subcommand)]
pub(super) enum Audit {
    /// Recompute the ledger's chain; exit status 0 whole, 1 broken, 2 could not run, 3 incomplete
    /// proof (no checkpoint, or the newest is too old).
    Verify,
}

impl Audit {
    pub(super) fn run(self, settings: &Settings) -> Result<u8, Ended> {
        let Self::Verify = self;
        let config = settings.read(false)?;
        let verification = block_on(async {
            Registry::verify_ledger(&config.registry())
                .await
                .map_err(|error| Ended::database(NOT_RUN, &error, &config))
        });
        // A verification that was not made, or not told, must not look like a broken ledger.
        verification
            .and_then(|verification| tell(&verification))
            .map_err(|ended| Ended::with(NOT_RUN, ended.line))
    }
}

fn tell(verification: &Verification) -> Result<u8, Ended> {
    match verification {
        Verification::Whole {
            entries,
            checkpoint,
        } => {
            let instant = checkpoint
                .instant
                .to_rfc3339_opts(SecondsFormat::Secs, true);
            let signed = format!(
                "whole: {entries} entries, checkpoint at {} of {instant}",
                checkpoint.size
            );
            match entries.saturating_sub(checkpoint.size) {
                0 => say(format_args!("{signed}"))?,
                rest => say(format_args!(
                    "{signed}; the {rest} after it are chained, and not yet signed"
                ))?,
            }
            Ok(0)
        }
        Verification::Broken { sequence, what } => {
            say(format_args!("broken at entry {sequence}: {what}"))?;
            Ok(BROKEN)
        }
        Verification::Incomplete { why } => {
            say(format_args!("incomplete proof: {why}"))?;
            Ok(INCOMPLETE)
        }
    }
}
