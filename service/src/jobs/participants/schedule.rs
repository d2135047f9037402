//! When the list is read, and who is told.

use std::{future::Future, sync::Arc};

use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{Instant, MissedTickBehavior, interval_at},
};
use transfer_decision::span::Day;
use transfer_registry_core::{
    ReadError,
    participants::{Accepted, Difference, Known, ParticipantList, Refusal, differences},
};

use super::read_address;
use crate::config::{Address, Participants};

/// Who has the register, and is told what the list says. A refused list is told as such, and nothing
/// else is: it leaves everything as it is.
pub trait Desk: Send + Sync + 'static {
    /// The day.
    fn today(&self) -> Day;

    /// The organisations to be compared.
    fn known(&self) -> Vec<Known>;

    /// The list last accepted.
    ///
    /// # Errors
    /// When that cannot be known now: without it no list can be judged.
    fn last(&self) -> impl Future<Output = Result<Option<Arc<ParticipantList>>, ReadError>> + Send;

    /// A list that is believed, and where the register differs from it.
    fn accepted(
        &self,
        list: ParticipantList,
        found: Vec<Difference>,
    ) -> impl Future<Output = ()> + Send;

    /// A list that is not believed, or none.
    fn refused(&self, refusal: Refusal) -> impl Future<Output = ()> + Send;
}

/// Reads the list at once and then on its schedule, until told to stop. Without a configured address
/// there is nothing to run, and no request ever leaves.
pub fn run(
    settings: Participants,
    desk: impl Desk,
    mut stop: watch::Receiver<bool>,
) -> Option<JoinHandle<()>> {
    let address = settings.address.clone()?;
    Some(tokio::spawn(async move {
        let mut schedule = interval_at(Instant::now(), settings.every);
        schedule.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                _ = schedule.tick() => {}
            }
            // A reading under way is given up: it has changed nothing yet.
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                () = turn(&address, &settings, &desk) => {}
            }
        }
    }))
}

/// Reads the list once, compares it, and tells the desk.
pub async fn turn(address: &Address, settings: &Participants, desk: &impl Desk) {
    let (known, today) = (desk.known(), desk.today());
    let before = match desk.last().await {
        Ok(before) => before,
        Err(error) => {
            tracing::error!(%error, "the last list of participants cannot be read, so none is asked for");
            return;
        }
    };
    let before = before.as_deref();
    let accepted = before.map(Accepted::from);
    match read_address(address, settings, &known, accepted.as_ref(), today).await {
        Ok(list) => {
            let found = differences(&list, &known, before, today);
            tracing::info!(day = %list.day, entries = list.entries.len(), differences = found.len(), "the participants' list was read");
            desk.accepted(list, found).await;
        }
        Err(refusal) => {
            tracing::warn!(code = refusal.code(), %refusal, "the participants' list was refused");
            desk.refused(refusal).await;
        }
    }
}
