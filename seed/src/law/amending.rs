//! Applying amendments to the rows of a pack.
//!
//! An amendment changes rows as their authors wrote them, and the changed rows are then read and
//! checked like those of the files. Here stands only what the rows alone cannot tell: that there
//! is a row to change, that a new one has a name of its own, and which way a day may move.

mod blame;
mod decisions;
mod memberships;

use std::sync::Arc;

use transfer_decision::vocabulary::Regime;

use self::blame::Touched;
use super::{
    Amendment, Pack,
    amendment::{AdequacyDecisionTerms, MembershipTerms, ReviseMembership},
    assemble,
    rows::{AdequacyRow, MembershipRow},
    tables::{self, OfRegime, Place, Placed, Tables},
};
use crate::SeedError;

pub use blame::amendment_index;

impl Pack {
    /// The terms in which an adequacy decision would be given anew, as it stands with all
    /// amendments.
    #[must_use]
    pub fn adequacy_terms(&self, id: &str) -> Option<AdequacyDecisionTerms> {
        let mut rows = self.tables.adequacy.iter();
        let OfRegime { regime, row } = &rows.find(|placed| placed.place.row == id)?.row;
        decisions::terms(*regime, row)
    }

    /// The pack with further amendments, applied in their order and checked as a whole: what one
    /// leaves open another of the same call may settle. Without any it is the pack itself.
    ///
    /// # Errors
    /// Every fault, each with the amendment's place in this call (`amendment 1` is the first; see
    /// [`amendment_index`]), the row and the amendment's field.
    pub fn amended(&self, amendments: &[Amendment]) -> Result<Self, SeedError> {
        if amendments.is_empty() {
            return Ok(self.clone());
        }
        let mut tables = (*self.tables).clone();
        let mut touched = Touched::default();
        let mut faults = Vec::new();
        for (at, amendment) in amendments.iter().enumerate() {
            let mut step = Step {
                at,
                position: self.amendments.len() + at,
                tables: &mut tables,
                touched: &mut touched,
            };
            if let Err(Refused { field, what }) = step.apply(amendment) {
                faults.push(blame::fault(at, &amendment.row(), field, what));
            }
        }
        // Of two rows that contradict each other the checks name the one that comes first; here
        // it shall be the amended one. To the rules the order of rows is nothing.
        tables
            .adequacy
            .sort_by_key(|placed| !touched.contains(&placed.place.row));
        tables
            .memberships
            .sort_by_key(|placed| !touched.contains(&placed.place.row));
        let tables = Arc::new(tables);
        let all = [self.amendments.as_slice(), amendments].concat();
        assemble(Arc::clone(&self.text), &tables, all, faults)
            .map_err(|error| touched.attribute(error, amendments, &tables))
    }
}

/// Why an amendment cannot be applied.
struct Refused {
    field: &'static str,
    what: String,
}

fn refused<T>(field: &'static str, what: impl Into<String>) -> Result<T, Refused> {
    let what = what.into();
    Err(Refused { field, what })
}

/// One amendment being applied.
struct Step<'a> {
    /// Its place in this call.
    at: usize,
    /// Its place among all amendments of the pack.
    position: usize,
    tables: &'a mut Tables,
    touched: &'a mut Touched,
}

impl Step<'_> {
    fn apply(&mut self, amendment: &Amendment) -> Result<(), Refused> {
        match amendment {
            Amendment::EndAdequacyDecision(change) => {
                let placed = self.decision("decision", &change.decision)?;
                decisions::end(&mut placed.row.row, change)
            }
            Amendment::ChallengeAdequacyDecision(change) => {
                let placed = self.decision("decision", &change.decision)?;
                decisions::challenge(&mut placed.row.row, change)
            }
            Amendment::ExtendAdequacyDecision(change) => {
                let placed = self.decision("decision", &change.decision)?;
                decisions::extend(&mut placed.row.row, change)
            }
            Amendment::AddAdequacyDecision(terms) => self.add_decision(terms),
            Amendment::ReviseAdequacyDecision(terms) => self.revise_decision(terms),
            Amendment::AddMembership(terms) => self.add_membership(terms),
            Amendment::ReviseMembership(change) => self.revise_membership(change),
            Amendment::EndMembership(change) => {
                let placed = self.membership(&change.membership)?;
                memberships::end(&mut placed.row.row, change)
            }
        }
    }

    /// The adequacy row of an id, marked as amended.
    fn decision(
        &mut self,
        field: &'static str,
        id: &str,
    ) -> Result<&mut Placed<OfRegime<AdequacyRow>>, Refused> {
        let mut rows = self.tables.adequacy.iter_mut();
        let Some(placed) = rows.find(|placed| placed.place.row == id) else {
            let what = format!("`{id}` is no adequacy decision of the law pack");
            return refused(field, what);
        };
        let OfRegime { regime, row } = &placed.row;
        self.touched
            .note(self.at, id, *regime, decisions::whom(row));
        placed.place.amendments.push(self.position);
        Ok(placed)
    }

    fn add_decision(&mut self, terms: &AdequacyDecisionTerms) -> Result<(), Refused> {
        let id = &terms.id;
        if self.tables.has(id) {
            let what = format!("`{id}` exists already; a new decision needs an id of its own");
            return refused("id", what);
        }
        let row = decisions::row(terms)?;
        self.touched
            .note(self.at, id, terms.regime, decisions::whom(&row));
        let added = self.placed(id, terms.regime, row);
        self.tables.adequacy.push(added);
        Ok(())
    }

    fn revise_decision(&mut self, terms: &AdequacyDecisionTerms) -> Result<(), Refused> {
        let (regime, row) = (terms.regime, decisions::row(terms)?);
        let whom = decisions::whom(&row).to_owned();
        self.decision("id", &terms.id)?.row = OfRegime { regime, row };
        self.touched.note(self.at, &terms.id, regime, &whom);
        Ok(())
    }

    /// The membership row of a name, marked as amended.
    fn membership(&mut self, name: &str) -> Result<&mut Placed<OfRegime<MembershipRow>>, Refused> {
        let mut rows = self.tables.memberships.iter_mut();
        let Some(placed) = rows.find(|placed| placed.place.row == name) else {
            let what = format!(
                "`{name}` is no membership of the law pack; one is named \
                 `regime/territory/first day`, as `eu/GB/2020-02-01`"
            );
            return refused("membership", what);
        };
        let OfRegime { regime, row } = &placed.row;
        self.touched.note(self.at, name, *regime, &row.territory);
        placed.place.amendments.push(self.position);
        Ok(placed)
    }

    fn add_membership(&mut self, terms: &MembershipTerms) -> Result<(), Refused> {
        let (regime, row) = (terms.regime, memberships::row(terms));
        let name = tables::membership_name(regime, &row.territory, &row.valid_from);
        self.name_is_free(&name)?;
        self.touched.note(self.at, &name, regime, &row.territory);
        let added = self.placed(&name, regime, row);
        self.tables.memberships.push(added);
        Ok(())
    }

    fn revise_membership(&mut self, change: &ReviseMembership) -> Result<(), Refused> {
        let before = &self.membership(&change.membership)?.row;
        let regime = before.regime;
        let row = memberships::revised(&before.row.territory, change);
        let name = tables::membership_name(regime, &row.territory, &row.valid_from);
        if name != change.membership {
            self.name_is_free(&name)?;
            self.touched.note(self.at, &name, regime, &row.territory);
        }
        let rows = &mut self.tables.memberships;
        let found = rows
            .iter_mut()
            .find(|placed| placed.place.row == change.membership);
        if let Some(placed) = found {
            placed.place.row = name;
            placed.row.row = row;
        }
        Ok(())
    }

    fn name_is_free(&self, membership: &str) -> Result<(), Refused> {
        if self.tables.has(membership) {
            let what = format!("`{membership}` exists already; revise it");
            return refused("valid_from", what);
        }
        Ok(())
    }

    fn placed<T>(&self, name: &str, regime: Regime, row: T) -> Placed<OfRegime<T>> {
        Placed {
            place: Place {
                file: blame::EARLIER.to_owned(),
                row: name.to_owned(),
                amendments: vec![self.position],
            },
            row: OfRegime { regime, row },
        }
    }
}

/// What a note adds to a text that people read.
fn joined(text: &str, note: Option<&str>) -> String {
    match note {
        None => text.to_owned(),
        Some(note) if text.is_empty() => note.to_owned(),
        Some(note) => format!("{text}\n{note}"),
    }
}
