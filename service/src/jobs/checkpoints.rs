//! Signed checkpoints of the ledger, on their schedule.

use std::time::Duration;

use tokio::{
    task::JoinHandle,
    time::{Instant, MissedTickBehavior, interval_at},
};
use transfer_registry_core::Registry;

use crate::edge::listening::Stop;

/// How often a checkpoint is written. `audit verify` calls the proof incomplete when the newest is
/// older than this and an hour of slack (the registry's longest interval), so that a slow write or a
/// restart at the wrong moment is no alarm.
const EVERY: Duration = Duration::from_hours(24);

/// Writes a checkpoint each time the interval has passed, until told to stop. The first one was
/// written at the start, before the service was ready.
pub(crate) fn run(registry: Registry, mut stop: Stop) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut schedule = interval_at(Instant::now() + EVERY, EVERY);
        schedule.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                _ = schedule.tick() => {}
            }
            match registry.write_checkpoint().await {
                Ok(_) => tracing::info!("checkpoint written"),
                Err(error) => tracing::error!(%error, "no checkpoint could be written"),
            }
        }
    })
}
