//! Signed checkpoints of the ledger, on their schedule.

use std::time::Duration;

use tokio::{
    task::JoinHandle,
    time::{Instant, MissedTickBehavior, interval_at, timeout},
};
use transfer_registry_core::Registry;

use crate::edge::listening::Stop;

/// How often a checkpoint is written at least. `audit verify` calls the proof incomplete when the
/// newest is older than this and an hour of slack (the registry's longest interval), so that a slow
/// write or a restart at the wrong moment is no alarm.
const EVERY: Duration = Duration::from_hours(24);

/// How often it is looked whether something was recorded since: what is not yet signed could be cut
/// off unseen.
const LOOK: Duration = Duration::from_hours(1);

/// How long the last one may take when the service stops.
const AT_THE_END: Duration = Duration::from_secs(10);

/// Writes a checkpoint each time the interval has passed, within the hour after a change, and at
/// the end. The first one was written at the start, before the service was ready.
pub(crate) fn run(registry: Registry, mut stop: Stop) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut schedule = interval_at(Instant::now() + LOOK, LOOK);
        schedule.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut signed = registry.snapshot().revision();
        let mut written = Instant::now();
        loop {
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => break,
                _ = schedule.tick() => {}
            }
            if registry.snapshot().revision() == signed && written.elapsed() + LOOK < EVERY {
                continue;
            }
            if let Some(revision) = write(&registry).await {
                (signed, written) = (revision, Instant::now());
            }
        }
        if registry.snapshot().revision() != signed
            && timeout(AT_THE_END, write(&registry)).await.is_err()
        {
            tracing::warn!("no time was left for a last checkpoint");
        }
    })
}

/// Writes one; the revision that it signs.
async fn write(registry: &Registry) -> Option<u64> {
    match registry.write_checkpoint().await {
        Ok(checkpoint) => {
            tracing::info!(entries = checkpoint.size, "checkpoint written");
            Some(checkpoint.revision)
        }
        Err(error) => {
            tracing::error!(%error, "no checkpoint could be written");
            None
        }
    }
}
