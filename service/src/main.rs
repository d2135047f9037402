//! Parses the command line and calls the library.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    transfer_registry::cli::Cli::parse().run()
}
