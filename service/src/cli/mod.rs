//! The command line: one file per command.

mod audit;
mod cases;
mod check;
mod export;
mod health;
mod import;
mod migrate;
mod openapi;
mod serve;
mod token;
mod user;

use std::{
    fmt,
    future::Future,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Parser, Subcommand};
#[cfg(test)]
pub(crate) use serve::log_to;

use crate::{
    config::{Config, ConfigError, Source},
    edge::listening::GRACE,
};

/// The exit status for a setting that cannot be used (`EX_CONFIG`).
const WRONG_SETTING: u8 = 78;
/// The exit status when a command could not do its work.
const FAILED: u8 = 1;

/// May this personal data go there, on this day, and why?
#[derive(Debug, Parser)]
#[command(name = "transfer-registry", version, arg_required_else_help = true)]
pub struct Cli {
    /// A TOML file with settings; environment variables go over it.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the service.
    Serve(serve::Serve),
    /// Run case files against the shipped law pack; facts count as checked.
    Cases(cases::Cases),
    /// Ask one transfer check; exit status 0 for allow, 1 for deny, 2 when there is no answer.
    Check(Box<check::Check>),
    /// Look after the ledger.
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Look after tokens.
    #[command(subcommand)]
    Token(token::Token),
    /// Look after the people who sign in.
    #[command(subcommand)]
    User(user::User),
    /// Print the API's document.
    Openapi(openapi::Openapi),
    /// Bring rows into the register: all files in one change, or nothing.
    Import(import::Import),
    /// Write the register, or one resource of it, as a file that `import` takes.
    Export(export::Export),
    /// Bring the database up to date, and do nothing else.
    Migrate(migrate::Migrate),
    /// Ask the running service whether it is ready, for a container's health check.
    Health(health::Health),
}

/// Why a command ends early: one line, and the exit status.
#[derive(Debug)]
struct Ended {
    line: String,
    status: u8,
}

impl Ended {
    /// A command that could not do its work.
    fn failed(error: &dyn std::error::Error) -> Self {
        Self {
            line: chain(error),
            status: FAILED,
        }
    }

    /// A database that could not be used. A driver may repeat its address, which can hold a
    /// password.
    fn database(status: u8, error: &dyn std::error::Error, config: &Config) -> Self {
        let line = config.database_url.redacted_from(&chain(error));
        Self { line, status }
    }

    fn with(status: u8, line: impl fmt::Display) -> Self {
        Self {
            line: line.to_string(),
            status,
        }
    }
}

impl From<ConfigError> for Ended {
    fn from(error: ConfigError) -> Self {
        Self::with(WRONG_SETTING, error)
    }
}

impl From<io::Error> for Ended {
    fn from(error: io::Error) -> Self {
        Self::failed(&error)
    }
}

impl Cli {
    /// Runs the command to its exit status.
    #[must_use]
    pub fn run(self) -> ExitCode {
        let settings = Settings { file: self.config };
        let ended = match self.command {
            Command::Serve(command) => command.run(&settings),
            Command::Cases(command) => command.run(),
            Command::Check(command) => command.run(&settings),
            Command::Audit(command) => command.run(&settings),
            Command::Token(command) => command.run(&settings),
            Command::User(command) => command.run(&settings),
            Command::Openapi(command) => command.run(),
            Command::Import(command) => command.run(&settings),
            Command::Export(command) => command.run(&settings),
            Command::Migrate(command) => command.run(&settings),
            Command::Health(command) => command.run(&settings),
        };
        match ended {
            Ok(status) => ExitCode::from(status),
            Err(ended) => {
                complain(&ended.line);
                ExitCode::from(ended.status)
            }
        }
    }
}

/// Where the settings are read from.
struct Settings {
    file: Option<PathBuf>,
}

impl Settings {
    fn read(&self, demo: bool) -> Result<Config, ConfigError> {
        Config::read(&Source::of_process(self.file.clone())?, demo)
    }
}

/// One line on standard output, at once.
fn say(line: impl fmt::Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// One line on standard error. When that is closed there is nobody left to tell.
fn complain(line: impl fmt::Display) {
    let _ = writeln!(io::stderr().lock(), "transfer-registry: {line}");
}

/// An error and what caused it, on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !line.contains(&text) {
            line = format!("{line}: {text}");
        }
        cause = error.source();
    }
    line.replace('\n', "; ")
}

/// Runs a future to its end on threads of its own.
fn block_on<T>(future: impl Future<Output = Result<T, Ended>>) -> Result<T, Ended> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let ended = runtime.block_on(future);
    // Whatever still runs on a thread of its own does not keep the program from ending.
    runtime.shutdown_timeout(GRACE);
    ended
}
