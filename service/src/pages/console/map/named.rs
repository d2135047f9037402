//! Names that the map and the law share: of regimes, kinds of bases, engagements and flows.

use transfer_decision::{
    law::Basis,
    vocabulary::{Outcome, Regime},
};
use transfer_registry_core::Snapshot;
use uuid::Uuid;

use crate::pages::console::words::organisation;

/// Whose data a regime protects.
pub(in super::super) const fn data(regime: Regime) -> &'static str {
    match regime {
        Regime::Eu => "EU/EEA data",
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
