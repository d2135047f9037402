//! What a law pack must satisfy before anything is decided with it.

use std::collections::BTreeSet;

use super::{
    AdequacyInstrument, Condition, MembershipStatus, ModuleScope, NO_TRANSFER_DIRECT_COLLECTION,
    NO_TRANSFER_SAME_ENTITY, Provisions, RoleRule, ToolRow,
};
use crate::{span::Span, vocabulary::EndKind};

/// A row of a law pack that cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{row}: {fault}")]
pub struct LawFault {
    /// The id of the row.
    pub row: String,
    /// The field of the row, in the words of the pack's files; empty when it is about the row as a
    /// whole.
    pub field: &'static str,
    /// What is wrong with it.
    pub fault: String,
}

impl LawFault {
    fn new(row: &str, field: &'static str, fault: impl Into<String>) -> Self {
        Self {
            row: row.to_owned(),
            field,
            fault: fault.into(),
        }
    }

    pub(super) fn missing(id: &str) -> Self {
        Self::new(id, "", "the pack must have this row")
    }
}

/// Every fault of the rows, in their order.
pub(super) fn faults(provisions: &Provisions) -> Vec<LawFault> {
    let mut faults = Vec::new();
    ids(provisions, &mut faults);
    adequacy(provisions, &mut faults);
    memberships(provisions, &mut faults);
    for row in &provisions.tools {
        tool(row, &mut faults);
    }
    frameworks(provisions, &mut faults);
    faults
}

fn ids(provisions: &Provisions, faults: &mut Vec<LawFault>) {
    let mut seen = BTreeSet::new();
    let all = provisions
        .adequacy
        .iter()
        .map(|row| &row.basis.id)
        .chain(provisions.tools.iter().map(|row| &row.basis.id))
        .chain(provisions.memberships.iter().map(|row| &row.id))
        .chain(provisions.no_transfer.iter().map(|basis| &basis.id));
    for id in all {
        if !seen.insert(id) {
            faults.push(LawFault::new(id, "id", "the id stands twice"));
        }
    }
    for id in [NO_TRANSFER_DIRECT_COLLECTION, NO_TRANSFER_SAME_ENTITY] {
        if !provisions.no_transfer.iter().any(|basis| basis.id == id) {
            faults.push(LawFault::missing(id));
        }
    }
}

fn adequacy(provisions: &Provisions, faults: &mut Vec<LawFault>) {
    for (at, row) in provisions.adequacy.iter().enumerate() {
        if row.span.last().is_some() != row.end_kind.is_some() {
            faults.push(LawFault::new(
                &row.basis.id,
                "end_kind",
                "a last day and an end kind go together",
            ));
        }
        if row.conditions.iter().any(is_empty) {
            faults.push(LawFault::new(
                &row.basis.id,
                "conditions",
                "a condition names nothing",
            ));
        }
        // One regime carries only one instrument for one act and territory at a time.
        for other in provisions.adequacy.iter().skip(at + 1) {
            if same_instrument(row, other) && row.span.overlaps(other.span) {
                faults.push(LawFault::new(
                    &row.basis.id,
                    shared_end(row.span, other.span),
                    format!(
                        "overlaps {}, a phase of the same instrument",
                        other.basis.id
                    ),
                ));
            }
        }
        let continued = provisions.adequacy.iter().any(|other| {
            other.regime == row.regime
                && other.territory == row.territory
                && row.span.until() == Some(other.span.first())
        });
        if row.end_kind == Some(EndKind::Replaced) && !continued {
            faults.push(LawFault::new(
                &row.basis.id,
                "end_kind",
                "replaced, but no row continues it the day after",
            ));
        }
    }
}

/// The end at which a row runs into another that shares a day with it.
fn shared_end(row: Span, other: Span) -> &'static str {
    if row.first() <= other.first() {
        "valid_to"
    } else {
        "valid_from"
    }
}

fn same_instrument(one: &AdequacyInstrument, other: &AdequacyInstrument) -> bool {
    one.regime == other.regime
        && one.territory == other.territory
        && one.instrument == other.instrument
}

fn is_empty(condition: &Condition) -> bool {
    match condition {
        Condition::RequiresRecipientAttribute(list) | Condition::ExcludesRecipient(list) => {
            list.is_empty()
        }
        Condition::ExcludesPurpose(list) => list.is_empty(),
        Condition::ExcludesData(list) => list.is_empty(),
        Condition::RequiresCertification(_)
        | Condition::HrDataRequiresHrCoverage
        | Condition::RequiresDataCategory(_) => false,
    }
}

fn memberships(provisions: &Provisions, faults: &mut Vec<LawFault>) {
    for (at, row) in provisions.memberships.iter().enumerate() {
        if (row.status == MembershipStatus::Inside) != row.basis.is_some() {
            faults.push(LawFault::new(
                &row.id,
                "basis",
                "a basis is given exactly when the territory is inside",
            ));
        }
        for other in provisions.memberships.iter().skip(at + 1) {
            if row.regime == other.regime
                && row.country == other.country
                && row.span.overlaps(other.span)
            {
                faults.push(LawFault::new(
                    &row.id,
                    shared_end(row.span, other.span),
                    format!("overlaps {}", other.id),
                ));
            }
        }
    }
}

fn tool(row: &ToolRow, faults: &mut Vec<LawFault>) {
    let id = &row.basis.id;
    let derogations = row.tools.iter().filter(|tool| tool.is_derogation()).count();
    if row.tools.is_empty() || (derogations != 0 && derogations != row.tools.len()) {
        faults.push(LawFault::new(
            id,
            "tools",
            "names at least one tool, and never safeguards and derogations together",
        ));
    }
    let ordered = [
        (
            row.first_signing_day,
            "last_signing_day",
            row.last_signing_day,
        ),
        (
            Some(row.usable_from),
            "last_day_of_effect",
            row.last_day_of_effect,
        ),
        (
            row.last_signing_day,
            "last_day_of_effect",
            row.last_day_of_effect,
        ),
    ];
    for (first, field, last) in ordered {
        if let (Some(first), Some(last)) = (first, last)
            && last < first
        {
            faults.push(LawFault::new(
                id,
                field,
                format!("{last} is before {first}"),
            ));
        }
    }
    if matches!(row.module, ModuleScope::One(_)) && row.roles == RoleRule::AsModule {
        faults.push(LawFault::new(
            id,
            "roles",
            "a row of one module states its roles",
        ));
    }
}

fn frameworks(provisions: &Provisions, faults: &mut Vec<LawFault>) {
    let mut seen = BTreeSet::new();
    for row in &provisions.frameworks {
        let name = row.framework.code();
        if !seen.insert(row.framework) {
            faults.push(LawFault::new(
                name,
                "framework",
                "the framework stands twice",
            ));
        }
        for id in &row.instrument_ids {
            if !provisions.adequacy.iter().any(|a| &a.basis.id == id) {
                faults.push(LawFault::new(
                    name,
                    "instrument_ids",
                    format!("no adequacy row {id}"),
                ));
            }
        }
    }
    for row in &provisions.adequacy {
        for condition in &row.conditions {
            if let Condition::RequiresCertification(framework) = condition
                && !seen.contains(framework)
            {
                faults.push(LawFault::new(
                    &row.basis.id,
                    "conditions",
                    format!("asks for {framework}, of which the pack has no row"),
                ));
            }
        }
    }
}
