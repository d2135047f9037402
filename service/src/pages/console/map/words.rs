//! What the map says: names of places, and the sentence for each place and each way.

use transfer_decision::{
    law::Basis,
    vocabulary::{Activity, Area, Outcome, Place, Regime},
};
use transfer_registry_core::Snapshot;
use uuid::Uuid;

use super::{
    reach::{Destination, Reached, Under, Way},
    state::Tally,
};

/// A place's name.
pub(in super::super) const fn area(area: Area) -> &'static str {
    match area {
        Area::Eea => "European Economic Area",
        Area::Eu => "European Union",
    }
}

/// A place's name; of one that is recorded as unknown, that.
pub(in super::super) fn place(place: Option<Place>) -> &'static str {
    match place {
        Some(Place::Country(country)) => country.name(),
        Some(Place::Area(of)) => area(of),
        None => "a country recorded as unknown",
    }
}

/// A destination's name.
pub(super) fn destination(snapshot: &Snapshot, destination: &Destination) -> String {
    match destination {
        Destination::Place(at) => place(Some(*at)).to_owned(),
        Destination::Organisation(slug) => organisation(snapshot, slug),
        Destination::Unknown => "Country recorded as unknown".to_owned(),
    }
}

/// An organisation's name, by its slug.
pub(in super::super) fn organisation(snapshot: &Snapshot, slug: &str) -> String {
    let known = snapshot.organisation(slug);
    known.map_or_else(|| slug.to_owned(), |one| one.legal_name.clone())
}

/// Whose data a regime protects.
pub(in super::super) const fn data(regime: Regime) -> &'static str {
    match regime {
        Regime::Eu => "EU data",
        Regime::Ch => "Swiss data",
        Regime::Uk => "UK data",
    }
}

/// What kind of basis it is.
pub(in super::super) const fn kind(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::NotRestricted => "No restricted transfer",
        Outcome::Adequacy => "Adequacy decision",
        Outcome::Safeguard => "Safeguard",
        Outcome::Derogation => "Derogation",
        Outcome::Denied => "None recorded",
    }
}

/// What happens somewhere.
pub(super) const fn activity(activity: Activity) -> &'static str {
    match activity {
        Activity::Seat => "seat",
        Activity::Storage => "storage",
        Activity::Processing => "processing",
        Activity::RemoteAccess => "remote access",
    }
}

/// An engagement or flow: what it is called, and where it is shown.
pub(in super::super) fn relationship(snapshot: &Snapshot, id: &str) -> (String, String) {
    let found: Option<Uuid> = id.parse().ok();
    let engagement = found.and_then(|id| snapshot.subprocessors().get(id));
    if let Some(one) = engagement {
        let name = organisation(snapshot, &one.organisation);
        return (
            format!("{name}: {}", one.service),
            format!("/console/subprocessors/{id}"),
        );
    }
    let name = found
        .and_then(|id| snapshot.flows().get(id))
        .map_or_else(String::new, |flow| {
            let [from, to] =
                [&flow.exporter, &flow.importer].map(|slug| organisation(snapshot, slug));
            format!("{from} to {to}")
        });
    (name, format!("/console/flows/{id}"))
}

/// Who receives it there, when that is somebody else than the importer.
pub(super) fn through(snapshot: &Snapshot, way: &Way<'_>) -> Option<String> {
    let names = way.through.iter().map(|slug| organisation(snapshot, slug));
    let names: Vec<String> = names.collect();
    (!names.is_empty()).then(|| format!("through {}", names.join(", ")))
}

/// Where a basis is explained.
pub(in super::super) fn basis_path(snapshot: &Snapshot, basis: &Basis) -> Option<String> {
    let provisions = snapshot.law().provisions();
    let decision = |id: &str| provisions.adequacy.iter().any(|row| row.basis.id == id);
    let tool = |id: &str| provisions.tools.iter().any(|row| row.basis.id == id);
    if decision(&basis.id) {
        Some(format!("/console/law/{}", basis.id))
    } else if tool(&basis.id) {
        Some(format!("/console/law/tools#{}", basis.id))
    } else {
        None
    }
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
    let mut parts: Vec<String> = carried.map(|one| one.basis.title.clone()).collect();
    parts.dedup();
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
