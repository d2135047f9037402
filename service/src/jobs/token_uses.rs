//! Writing when tokens were last used, now and then.

use std::time::Duration;

use tokio::{
    task::JoinHandle,
    time::{Instant, MissedTickBehavior, interval_at},
};
use transfer_registry_core::{Registry, tokens::Uses};

use crate::edge::listening::Stop;

/// How often. What is noted and not yet written is lost when the process is killed.
const EVERY: Duration = Duration::from_mins(1);

/// Writes what was noted, once a minute and when told to stop.
pub(crate) fn run(registry: Registry, uses: Uses, mut stop: Stop) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut schedule = interval_at(Instant::now() + EVERY, EVERY);
        schedule.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let last = tokio::select! {
                _ = stop.wait_for(|stop| *stop) => true,
                _ = schedule.tick() => false,
            };
            if let Err(error) = uses.write(&registry).await {
                tracing::error!(%error, "when tokens were last used cannot be written");
            }
            if last {
                return;
            }
        }
    })
}
