//! What in the register rests on which row of the law on a day.

use std::collections::{BTreeMap, BTreeSet};

use transfer_decision::{
    span::Day,
    standing::LegalGate,
    vocabulary::{Regime, RelationshipKind},
};
use transfer_registry_core::Snapshot;

use crate::refusal::Refusal;

/// What rests on one row.
#[derive(Debug, Default)]
pub(super) struct Resting<'s> {
    /// Each engagement and flow, with the regimes under which it does.
    pub(super) what: BTreeMap<&'s str, BTreeSet<Regime>>,
    /// How many of them are engagements.
    pub(super) engagements: usize,
}

/// What rests on each row, by the rows' ids.
pub(super) type Rests<'s> = BTreeMap<&'s str, Resting<'s>>;

/// Judges everything in effect on a day; `still` is asked between two of them.
///
/// # Errors
/// When nobody waits for it any more.
pub(super) fn on<'s>(
    snapshot: &'s Snapshot,
    day: Day,
    still: &dyn Fn() -> Result<(), Refusal>,
) -> Result<Rests<'s>, Refusal> {
    let (law, register) = (snapshot.law(), snapshot.register());
    let gate = LegalGate::on(law, register, day, snapshot.settings());
    let mut rests = Rests::new();
    for (relationship, outcomes) in gate.every(|one| one.runs_on(day)) {
        still()?;
        for leg in outcomes.legs {
            let Some(basis) = leg.basis else { continue };
            let resting = rests.entry(basis.id.as_str()).or_default();
            let regimes = resting.what.entry(&relationship.id).or_insert_with(|| {
                let engagement = relationship.kind == RelationshipKind::Engagement;
                resting.engagements += usize::from(engagement);
                BTreeSet::new()
            });
            regimes.extend(leg.regime);
        }
    }
    Ok(rests)
}

impl Resting<'_> {
    /// How many of what.
    pub(super) fn number(&self) -> String {
        let flows = self.what.len() - self.engagements;
        let counted = |number: usize, one: &str| {
            let plural = if number == 1 { "" } else { "s" };
            format!("{number} {one}{plural}")
        };
        match (self.engagements, flows) {
            (0, 0) => "nothing".to_owned(),
            (engagements, 0) => counted(engagements, "engagement"),
            (0, flows) => counted(flows, "flow"),
            (engagements, flows) => {
                format!(
                    "{} and {}",
                    counted(engagements, "engagement"),
                    counted(flows, "flow")
                )
            }
        }
    }
}
