//! Keeping up with what other replicas of one database change.

use tokio::task::JoinHandle;
use transfer_registry_core::Registry;

use crate::edge::listening::Stop;

/// Follows the database's revision until told to stop.
pub(crate) fn run(registry: Registry, mut stop: Stop) -> JoinHandle<()> {
    tokio::spawn(async move {
        registry.follow(stop.wait_for(|stop| *stop)).await;
    })
}
