//! `serve`: runs the service.

use std::io::IsTerminal;

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};
use tracing::Subscriber;
use tracing_subscriber::{EnvFilter, fmt::MakeWriter, util::SubscriberInitExt};

use super::{Ended, FAILED, Settings, WRONG_SETTING, block_on, complain, say};
use crate::{App, app::BuildError, config::Config};

/// Run the service.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Load the demo register into an empty database.
    #[arg(long)]
    demo: bool,
}

impl Serve {
    pub(super) fn run(self, settings: &Settings) -> Result<u8, Ended> {
        let config = settings.read(self.demo)?;
        log(&config);
        block_on(serve(config))
    }
}

fn log(config: &Config) {
    let filter = EnvFilter::try_new(&config.log).unwrap_or_default();
    let colours = std::io::stderr().is_terminal();
    // A second subscriber can only come from a caller that already logs in its own way.
    let _ = log_to(std::io::stderr, filter, colours).try_init();
}

/// A log of lines; for a person at a terminal in colours.
pub(crate) fn log_to<W>(
    writer: W,
    filter: EnvFilter,
    colours: bool,
) -> impl Subscriber + Send + Sync
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(colours)
        .with_writer(writer)
        .finish()
}

async fn serve(config: Config) -> Result<u8, Ended> {
    // Before anything is announced, so that a signal that comes at once is not lost.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;

    let app = App::build(config.clone())
        .await
        .map_err(|error| match &error {
            BuildError::OtherData => Ended::with(WRONG_SETTING, error),
            _ => Ended::database(FAILED, &error, &config),
        })?;
    if let Some(token) = app.made_token() {
        say(format_args!("bootstrap token {token}"))?;
    }
    if !app.has_token() {
        complain(
            "TRANSFER_REGISTRY_BOOTSTRAP_TOKEN is not set: the public pages are served, and no token opens the API",
        );
    }
    let running = app
        .start()
        .await
        .map_err(|error| Ended::database(FAILED, &error, &config))?;
    say(format_args!("listening on http://{}", running.address()))?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    running.stop().await;
    Ok(0)
}
