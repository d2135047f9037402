//! The gate before everything that a file makes active.

use std::collections::BTreeMap;

use transfer_decision::{span::Day, standing::LegalGate};
use uuid::Uuid;

use crate::{
    ChangeError, Draft, Snapshot,
    lifecycle::{self, Denial},
};

/// The gate with all rows of a file behind it: the register is made once, whatever their number.
#[derive(Debug)]
pub struct Gate {
    after: Snapshot,
}

impl Gate {
    /// The gate as it will be with a change.
    ///
    /// # Errors
    /// When the register would make no sense.
    pub fn after(draft: &Draft) -> Result<Self, ChangeError> {
        let after = draft.preview()?;
        Ok(Self { after })
    }

    /// Which of these are denied from their first day on, or today when that is past: each place in
    /// the list with the day. `None`: nobody wants to know any more.
    #[must_use]
    pub fn denied(
        &self,
        draft: &Draft,
        active: &[(Uuid, Day)],
        wanted: &dyn Fn() -> bool,
    ) -> Option<Vec<(usize, Day)>> {
        let mut days: BTreeMap<Day, Vec<(usize, Uuid)>> = BTreeMap::new();
        for (at, (id, first)) in active.iter().enumerate() {
            let day = lifecycle::judged_on(draft, *first);
            days.entry(day).or_default().push((at, *id));
        }
        let (law, register) = (self.after.law(), self.after.register());
        let mut denied = Vec::new();
        for (day, asked) in days {
            let gate = LegalGate::on(law, register, day, self.after.settings());
            for (at, id) in asked {
                if !wanted() {
                    return None;
                }
                let found = register.relationship(&id.to_string());
                if !found.is_some_and(|found| gate.outcomes(found).permitted) {
                    denied.push((at, day));
                }
            }
        }
        denied.sort_unstable();
        Some(denied)
    }

    /// Why something is denied on a day.
    #[must_use]
    pub fn denial(&self, id: Uuid, day: Day) -> Option<Denial> {
        let standing = self.after.standing(id, day)?;
        (!standing.permitted).then(|| Denial::of(&standing))
    }
}
