//! Which amendment a fault is laid to.

use transfer_decision::vocabulary::Regime;

use super::{Amendment, Tables, decisions};
use crate::{Fault, SeedError};

/// In place of a file, for rows that amendments of an earlier call made.
pub(super) const EARLIER: &str = "earlier amendments";

/// What stands before the number of an amendment.
const PREFIX: &str = "amendment ";

/// The place, from 0, of the amendment that a fault is laid to, among those of the call that
/// failed. A fault of the pack's own files has none.
#[must_use]
pub fn amendment_index(fault: &Fault) -> Option<usize> {
    let number: usize = fault.file.strip_prefix(PREFIX)?.parse().ok()?;
    number.checked_sub(1)
}

/// A fault of the amendment at a place.
pub(super) fn fault(at: usize, row: &str, field: &str, what: String) -> Fault {
    Fault {
        file: name(at),
        row: row.to_owned(),
        field: field.to_owned(),
        what,
    }
}

fn name(at: usize) -> String {
    format!("{PREFIX}{}", at + 1)
}

/// The rows that the amendments of one call changed or made.
#[derive(Default)]
pub(super) struct Touched(Vec<Touch>);

struct Touch {
    at: usize,
    row: String,
    regime: Regime,
    /// The territory or organisation, as written.
    whom: String,
}

impl Touched {
    /// Notes that the amendment at a place changes a row.
    pub(super) fn note(&mut self, at: usize, row: &str, regime: Regime, whom: &str) {
        self.0.push(Touch {
            at,
            row: row.to_owned(),
            regime,
            whom: whom.to_owned(),
        });
    }

    pub(super) fn contains(&self, row: &str) -> bool {
        self.0.iter().any(|touch| touch.row == row)
    }

    /// Lays faults of rows to the amendments that brought them about, in the amendments' order.
    pub(super) fn attribute(
        &self,
        error: SeedError,
        amendments: &[Amendment],
        tables: &Tables,
    ) -> SeedError {
        let faults = error.faults.into_iter();
        let mut faults: Vec<_> = faults
            .map(|fault| {
                if amendment_index(&fault).is_some() {
                    return fault;
                }
                match self.cause(&fault, amendments, tables) {
                    Some((at, field)) => self::fault(at, &fault.row, &field, fault.what),
                    None => fault,
                }
            })
            .collect();
        faults.sort_by_key(|fault| amendment_index(fault).unwrap_or(usize::MAX));
        SeedError { faults }
    }

    /// The amendment that brought a row's fault about, and its field.
    fn cause(
        &self,
        fault: &Fault,
        amendments: &[Amendment],
        tables: &Tables,
    ) -> Option<(usize, String)> {
        let own = self.0.iter().rev().filter(|touch| touch.row == fault.row);
        let mut fallback = None;
        for Touch { at, .. } in own {
            let amendment = amendments.get(*at)?;
            if let Some(field) = amendment.field(&fault.field) {
                return Some((*at, field.to_owned()));
            }
            fallback = fallback.or(Some((*at, String::new())));
        }
        fallback.or_else(|| self.beside(&fault.row, tables))
    }

    /// The last amendment of another row about the same territory under the same regime: what it
    /// did left this row in contradiction to it.
    fn beside(&self, row: &str, tables: &Tables) -> Option<(usize, String)> {
        let (regime, whom) = subject(row, tables)?;
        let touch = self.0.iter().rev();
        let touch = touch
            .filter(|touch| touch.regime == regime && touch.whom == whom)
            .max_by_key(|touch| touch.at)?;
        Some((touch.at, String::new()))
    }
}

/// The regime and the territory or organisation of a row.
fn subject<'t>(row: &str, tables: &'t Tables) -> Option<(Regime, &'t str)> {
    let adequacy = tables.adequacy.iter().find(|p| p.place.row == row);
    if let Some(placed) = adequacy {
        return Some((placed.row.regime, decisions::whom(&placed.row.row)));
    }
    let membership = tables.memberships.iter().find(|p| p.place.row == row)?;
    Some((membership.row.regime, &membership.row.row.territory))
}

impl Amendment {
    /// What the amendment calls a field of the row that it changes; `None` when it leaves that
    /// field alone.
    fn field<'f>(&self, of_row: &'f str) -> Option<&'f str> {
        match self {
            Self::AddAdequacyDecision(_)
            | Self::ReviseAdequacyDecision(_)
            | Self::AddMembership(_)
            | Self::ReviseMembership(_) => Some(of_row),
            Self::EndAdequacyDecision(_) => match of_row {
                "end_kind" | "effects_preserved" | "ended_by" | "ending_act" => Some(of_row),
                "valid_to" => Some("last_day"),
                "notes" => Some("note"),
                _ => None,
            },
            Self::ChallengeAdequacyDecision(_) => match of_row {
                "challenge" => Some(of_row),
                "notes" => Some("note"),
                _ => None,
            },
            Self::ExtendAdequacyDecision(_) => match of_row {
                "amended_by" => Some(of_row),
                "valid_to" => Some("last_day"),
                "notes" => Some("note"),
                _ => None,
            },
            Self::EndMembership(_) => match of_row {
                "valid_to" => Some("last_day"),
                "reason" => Some("note"),
                _ => None,
            },
        }
    }
}
