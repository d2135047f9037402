//! What amendments do to a membership row.

use transfer_decision::span::parse_day;

use super::{Refused, joined, refused};
use crate::law::{
    amendment::{EndMembership, MembershipTerms, ReviseMembership},
    rows::MembershipRow,
};

/// A row from its terms.
pub(super) fn row(terms: &MembershipTerms) -> MembershipRow {
    let MembershipTerms {
        regime: _,
        territory,
        valid_from,
        valid_to,
        status,
        basis,
        gives_regime,
        reason,
        confidence,
    } = terms.clone();
    MembershipRow {
        territory: territory.to_string(),
        valid_from: valid_from.to_string(),
        valid_to: valid_to.map(|day| day.to_string()),
        status: status.to_string(),
        basis,
        gives_regime,
        reason,
        confidence: confidence.to_string(),
    }
}

/// A territory's row, given anew.
pub(super) fn revised(territory: &str, change: &ReviseMembership) -> MembershipRow {
    let ReviseMembership {
        membership: _,
        valid_from,
        valid_to,
        status,
        basis,
        gives_regime,
        reason,
        confidence,
    } = change.clone();
    MembershipRow {
        territory: territory.to_owned(),
        valid_from: valid_from.to_string(),
        valid_to: valid_to.map(|day| day.to_string()),
        status: status.to_string(),
        basis,
        gives_regime,
        reason,
        confidence: confidence.to_string(),
    }
}

/// Ends a membership.
pub(super) fn end(row: &mut MembershipRow, change: &EndMembership) -> Result<(), Refused> {
    let EndMembership {
        membership: _,
        last_day,
        note,
    } = change;
    let ends = row.valid_to.as_deref().and_then(parse_day);
    if let Some(ends) = ends.filter(|ends| ends < last_day) {
        return refused(
            "last_day",
            format!("it ends on {ends} already; a later last day needs `revise_membership`"),
        );
    }
    row.valid_to = Some(last_day.to_string());
    row.reason = joined(&row.reason, note.as_deref());
    Ok(())
}
