//! What the register does with a list that was read on the schedule.

use std::sync::Arc;

use transfer_decision::span::Day;
use transfer_registry_core::{
    Context, ReadError, Registry, participant_lists,
    participants::{Difference, Known, ParticipantList, Refusal},
};

use super::Desk;
use crate::{config::Lapses, refusal};

/// The register as whoever is told of lists.
#[derive(Debug, Clone)]
pub struct RegisterDesk {
    registry: Registry,
    lapses: Lapses,
}

impl RegisterDesk {
    /// A desk that keeps what it is told in a registry.
    #[must_use]
    pub const fn new(registry: Registry, lapses: Lapses) -> Self {
        Self { registry, lapses }
    }
}

impl Desk for RegisterDesk {
    fn today(&self) -> Day {
        self.registry.clock().today()
    }

    fn known(&self) -> Vec<Known> {
        participant_lists::known(&self.registry.snapshot())
    }

    async fn last(&self) -> Result<Option<Arc<ParticipantList>>, ReadError> {
        let lists = self.registry.participant_lists().await?;
        Ok(lists.map(|lists| lists.newest))
    }

    async fn accepted(&self, list: ParticipantList, _: Vec<Difference>) {
        let context = Context {
            actor: "system".to_owned(),
            reason: Some(why(list.day, &list.sha256)),
            request_id: "participants-list".to_owned(),
        };
        if let Err(error) = self.registry.keep_participant_list(&list, None).await {
            tracing::error!(%error, "the participants' list cannot be kept");
            return;
        }
        match take_over(&self.registry, &context, self.lapses).await {
            Ok(0) => {}
            Ok(written) => tracing::info!(written, "taken over from the participants' list"),
            Err(error) => {
                tracing::error!(%error, "what the participants' list says cannot be taken over");
            }
        }
    }

    async fn refused(&self, refusal: Refusal) {
        self.registry.participant_list_refused(refusal);
    }
}

/// Why something is written, for the ledger, where nobody says more.
pub(crate) fn why(day: Day, sha256: &str) -> String {
    format!("the Data Privacy Framework list of {day}, SHA-256 {sha256}")
}

/// Writes what needs no person's word of the newest list. How much was written.
///
/// # Errors
/// When it cannot be read or recorded.
pub(crate) async fn take_over(
    registry: &Registry,
    context: &Context,
    lapses: Lapses,
) -> Result<usize, refusal::Refusal> {
    let Some(lists) = registry.participant_lists().await? else {
        return Ok(0);
    };
    let at_once = lapses.are_at_once();
    Ok(registry.take_over(context, &lists, at_once).await?)
}
