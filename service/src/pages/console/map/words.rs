//! What the map says: names of places, and the sentence for each place and each way.

use transfer_registry_core::Snapshot;

use super::{
    named::data,
    reach::{Destination, Reached, Under, Way},
    state::Tally,
};
use crate::pages::console::words::{capital, distinct, organisation, place};

/// A destination's name.
pub(super) fn destination(snapshot: &Snapshot, destination: &Destination) -> String {
    match destination {
        Destination::Place(at) => capital(place(Some(*at))),
        Destination::Organisation(slug) => organisation(snapshot, slug),
        Destination::Unknown => "Country recorded as unknown".to_owned(),
    }
}

/// Who receives it there, when that is somebody else than the importer.
pub(super) fn through(snapshot: &Snapshot, way: &Way) -> Option<String> {
    let names = way.through.iter().map(|slug| organisation(snapshot, slug));
    let names: Vec<String> = names.collect();
    (!names.is_empty()).then(|| format!("through {}", names.join(", ")))
}

/// What a place has to say, in one paragraph.
pub(super) fn of_place(name: &str, reached: &Reached<'_>) -> String {
    let Reached { tally, regimes, .. } = reached;
    let mut said = format!("{name}: {}, {}.", tally.number(), tally.standing());
    for (regime, under) in regimes {
        let about = match regime {
            Some(regime) => format!(" {}: {}.", data(*regime), of_regime(under)),
            None if under.carried.is_empty() && under.reasons.is_empty() => {
                " No regime applies.".to_owned()
            }
            None => format!(" Whatever the regime: {}.", of_regime(under)),
        };
        said.push_str(&about);
    }
    said
}

/// What something comes to under one regime.
fn of_regime(under: &Under<'_>) -> String {
    let carried = under.carried.values();
    let mut parts = distinct(carried.map(|one| one.basis.title.clone()));
    if let Some(rest) = uncarried(under) {
        parts.push(rest);
    }
    parts.join("; ")
}

/// What is carried by nothing: all of it, or how many of how many.
pub(super) fn uncarried(under: &Under<'_>) -> Option<String> {
    let (denied, all) = (under.tally.uncarried(), under.tally.total());
    match denied {
        0 => None,
        _ if denied == all => Some("no transfer basis recorded".to_owned()),
        _ => Some(format!("no transfer basis recorded for {denied} of {all}")),
    }
}

/// What a way has to say.
pub(super) fn of_way(from: &str, to: &str, tally: &Tally<'_>) -> String {
    format!(
        "From {from} to {to}: {}, {}.",
        tally.number(),
        tally.standing()
    )
}
