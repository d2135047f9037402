//! What can be said of a mechanism's terms without the register.

use transfer_decision::{span::Day, vocabulary::Tool};

use transfer_registry_entity::mechanism_parties;
use uuid::Uuid;

use super::{Mechanism, NewMechanism, Party, first_day};
use crate::{
    store::Draft,
    validation::{Checks, LINE, PARAGRAPH},
};

/// The tools whose obligations differ by module.
const MODULAR: &[Tool] = &[Tool::Scc2021914, Tool::UkAddendum];

/// What can be said without the register.
pub(super) fn check(checks: &mut Checks, new: &NewMechanism, today: Day) {
    match new.module {
        None if MODULAR.contains(&new.tool) => {
            checks.add(
                "/module",
                "module_missing",
                "these clauses are signed in one of four modules",
            );
        }
        Some(_) if !MODULAR.contains(&new.tool) => {
            checks.add("/module", "module_not_allowed", "this tool has no modules");
        }
        _ => {}
    }
    for (pointer, day) in [
        ("/signed_on", new.signed_on),
        ("/processing_changed_on", new.processing_changed_on),
        ("/approved_on", new.approved_on),
        ("/authorised_on", new.authorised_on),
        ("/ends_on", new.ends_on),
    ] {
        checks.day_if_any(pointer, day);
    }
    let first = first_day(new.signed_on, new.approved_on, new.authorised_on);
    checks.ordered("/ends_on", first, new.ends_on);
    checks.text_if_any("/title", new.title.as_deref(), LINE);
    checks.text_if_any("/governing_law", new.governing_law.as_deref(), LINE);
    checks.text_if_any("/document", new.document.as_deref(), PARAGRAPH);
    checks.sha256("/document_sha256", new.document_sha256.as_deref());
    checks.text_if_any("/note", new.note.as_deref(), PARAGRAPH);
    checks.count("/uses_limit", new.uses_limit, 1..=100_000);
    checks.at_most("/parties", new.parties.len(), 1_000);
    checks.provenance(&new.source, new.checked_on, today);
    if new.parties.is_empty() {
        checks.add(
            "/parties",
            "parties_missing",
            "a mechanism binds at least one organisation",
        );
    }
    for (at, party) in new.parties.iter().enumerate() {
        checks.day_if_any(&format!("/parties/{at}/acceded_on"), party.acceded_on);
        let pointer = format!("/parties/{at}/left_on");
        checks.day_if_any(&pointer, party.left_on);
        checks.ordered(&pointer, party.acceded_on.or(first), party.left_on);
    }
}

/// What must hold of a party that accedes later: its own day, while the mechanism is in force, and
/// not a second time (docking, clause 7 of Implementing Decision (EU) 2021/914).
pub(super) fn docks(draft: &Draft, checks: &mut Checks, before: &Mechanism, party: &Party) {
    let place = format!("/parties/{}", before.parties.len());
    let day = format!("{place}/acceded_on");
    match party.acceded_on {
        None => checks.add(
            day,
            "missing_field",
            "a party that accedes is bound from a day of its own",
        ),
        Some(on) if !before.concluded_on(on) => checks.add(
            day,
            "not_in_force",
            "the mechanism is not in force on that day",
        ),
        Some(on) => {
            let named = draft.base().organisation(&party.organisation);
            let bound = before.parties.iter().any(|other| {
                named.is_some_and(|named| named.slug == other.organisation)
                    && other.side == party.side
                    && other.left_on.is_none_or(|left| on <= left)
            });
            if bound {
                checks.add(
                    format!("{place}/organisation"),
                    "taken",
                    "is a party on this side already",
                );
            }
        }
    }
}

/// The rows of a mechanism's parties.
pub(super) fn of_parties(
    draft: &Draft,
    checks: &mut Checks,
    mechanism_id: Uuid,
    parties: Vec<Party>,
) -> Vec<mechanism_parties::Model> {
    let mut rows = Vec::with_capacity(parties.len());
    for (position, party) in (0_i32..).zip(parties) {
        let Party {
            organisation,
            side,
            acceded_on,
            left_on,
        } = party;
        let pointer = format!("/parties/{position}/organisation");
        let organisation = draft.organisation(checks, &pointer, &organisation);
        rows.extend(organisation.map(|organisation| mechanism_parties::Model {
            mechanism_id,
            position,
            organisation_id: organisation.id,
            side: side.into(),
            acceded_on,
            left_on,
        }));
    }
    rows
}
