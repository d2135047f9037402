//! Forgetting recorded decisions that are older than the operator wants to keep, and passwords that
//! nobody has any more.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::{
    task::JoinHandle,
    time::{MissedTickBehavior, interval},
};
use transfer_registry_core::{Registry, checks, users};

use crate::edge::listening::Stop;

/// How often it is looked for what is too old.
const EVERY: Duration = Duration::from_hours(24);

/// Forgets at the start and then once a day, until told to stop.
pub(crate) fn run(registry: Registry, kept_days: u32, mut stop: Stop) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut schedule = interval(EVERY);
        schedule.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let purge = async {
                schedule.tick().await;
                let oldest = registry.clock().now() - TimeDelta::days(kept_days.into());
                if let Err(error) = users::forget_unused(&registry).await {
                    tracing::error!(%error, "passwords of nobody cannot be forgotten");
                }
                checks::purge(&registry, oldest).await
            };
            // A step that is cut short by the end is begun anew at the next start.
            let purged = tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                purged = purge => purged,
            };
            match purged {
                Ok(0) => {}
                Ok(purged) => tracing::info!(purged, "recorded decisions forgotten"),
                Err(error) => tracing::error!(%error, "old decisions cannot be forgotten"),
            }
        }
    })
}
