//! What can only be said of rows when all of them are there: whether the law makes sense with what
//! they amend, and whether the gate permits what they make active.

use std::collections::{BTreeSet, HashMap};

use transfer_decision::{span::Day, vocabulary::Outcome};
use transfer_registry_core::{
    imports::{Gate, contradictions_in},
    lifecycle::Denial,
};
use uuid::Uuid;

use super::{Resource, Unmade, import::Putting, intake::Table, rows};
use crate::{
    refusal::{Violation, ViolationCode},
    tables::Record,
};

/// The rows of which something is still to be said.
#[derive(Default)]
pub(super) struct Judged {
    /// What becomes active, and its first day.
    active: Vec<(Uuid, Day)>,
    /// The rows that make it so.
    activating: Vec<(Table, Record)>,
    /// The rows with amendments of the law, in their order.
    amending: Vec<(Uuid, Table, Record)>,
}

impl Judged {
    /// Takes note of a row that makes something active.
    pub(super) fn activates(&mut self, (id, first): (Uuid, Day), table: Table, record: &Record) {
        self.active.push((id, first));
        self.activating.push((table, record.clone()));
    }

    /// Takes note of a row with an amendment of the law.
    pub(super) fn amends(&mut self, id: Uuid, table: Table, record: &Record) {
        self.amending.push((id, table, record.clone()));
    }
}

impl Putting<'_> {
    /// Asks what could not be asked row by row. What would only follow from other faults is not
    /// asked.
    ///
    /// # Errors
    /// Why nothing can be said.
    pub(super) fn judge(&mut self, wanted: &dyn Fn() -> bool) -> Result<(), Unmade> {
        let judged = std::mem::take(&mut self.judged);
        if !self.lacks(Resource::LawAmendments) {
            self.judge_the_law(&judged)?;
        }
        if self.is_whole() {
            self.ask_the_gate(&judged, wanted)?;
        }
        Ok(())
    }

    fn judge_the_law(&mut self, judged: &Judged) -> Result<(), Unmade> {
        let Some(first) = judged.amending.first() else {
            return Ok(());
        };
        let rows = judged.amending.iter();
        let rows: HashMap<Uuid, _> = rows.map(|row| (row.0, row)).collect();
        let contradictions = contradictions_in(self.draft).map_err(Unmade::Change)?;
        for (id, violation) in contradictions {
            let (_, table, record) = id.and_then(|id| rows.get(&id).copied()).unwrap_or(first);
            let fault = rows::fault(record, &violation.into());
            self.refuse(*table, vec![fault]);
        }
        Ok(())
    }

    fn ask_the_gate(&mut self, judged: &Judged, wanted: &dyn Fn() -> bool) -> Result<(), Unmade> {
        if judged.active.is_empty() {
            return Ok(());
        }
        let after = Gate::after(self.draft).map_err(Unmade::Change)?;
        let denied = after.denied(self.draft, &judged.active, wanted);
        for (at, day) in denied.ok_or(Unmade::Cut)? {
            let rows = judged.active.get(at).zip(judged.activating.get(at));
            let Some(((id, _), (table, record))) = rows else {
                continue;
            };
            // Those beyond the listed are only counted.
            let denial = (!self.is_full()).then(|| after.denial(*id, day)).flatten();
            let why = denial.map(|denial| in_words(&denial)).unwrap_or_default();
            let violation = Violation::detailed("/status", ViolationCode::GateDenied, why);
            self.refuse(*table, vec![rows::fault(record, &violation)]);
        }
        Ok(())
    }
}

/// Why something is denied, by the codes of the reasons, and what can be done.
fn in_words(denial: &Denial) -> String {
    let denied = denial.findings.iter();
    let denied = denied.filter(|finding| finding.outcome == Outcome::Denied);
    let reasons = denied.flat_map(|finding| &finding.reasons);
    let codes: BTreeSet<_> = reasons.map(|reason| reason.code.code()).collect();
    let codes: Vec<_> = codes.into_iter().collect();
    format!(
        "on {} for {}; what runs already is imported with record_existing=true and a reason",
        denial.as_of,
        codes.join(", ")
    )
}
