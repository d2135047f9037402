//! On which adequacy decisions the register rests on a day.

use std::{collections::BTreeMap, sync::Arc};

use transfer_decision::{span::Day, standing::LegalGate};
use transfer_registry_core::Snapshot;

use super::{bases, desk::Desk};
use crate::{edge::turns::Turns, refusal::Refusal};

/// A decision on which something rests that is active.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Resting {
    /// The decision, by its id.
    pub(super) id: String,
    /// Its territory, title and citation.
    pub(super) name: String,
    /// How many engagements and flows rest on it.
    pub(super) count: u64,
}

/// The decisions on which the register rests on the day that is shown, by regime and territory.
///
/// # Errors
/// When there is no turn for it, or nobody waits any more.
pub(super) async fn on(desk: &Desk<'_>, snapshot: &Arc<Snapshot>) -> Result<Vec<Resting>, Refusal> {
    let turns = desk.request.data::<Turns>().ok_or(Refusal::Internal)?;
    let (snapshot, day) = (Arc::clone(snapshot), desk.day.day());
    // Everything that is active is judged: that would keep other requests waiting here.
    turns
        .run(move |wanted| {
            wanted.still()?;
            Ok(found(&snapshot, day))
        })
        .await
}

fn found(snapshot: &Snapshot, day: Day) -> Vec<Resting> {
    let gate = LegalGate::on(
        snapshot.law(),
        snapshot.register(),
        day,
        snapshot.settings(),
    );
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for (_, outcomes) in gate.every(|one| one.runs_on(day)) {
        let legs = outcomes.legs.iter().filter_map(|leg| leg.basis);
        let mut ids: Vec<String> = legs.map(|basis| basis.id.as_str().to_owned()).collect();
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            *counts.entry(id).or_default() += 1;
        }
    }
    let mut rows: Vec<_> = snapshot.pack().adequacy.iter().collect();
    rows.sort_by_cached_key(|row| (row.regime, bases::of_row(snapshot, row).to_lowercase()));
    let resting = rows.into_iter().filter_map(|row| {
        Some(Resting {
            id: row.id.clone(),
            name: bases::of_row(snapshot, row),
            count: *counts.get(&row.id)?,
        })
    });
    resting.collect()
}
