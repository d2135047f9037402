//! How a flow would stand that is being registered: said before anything is saved.

use transfer_decision::span::Day;
use transfer_registry_core::{Snapshot, flows::NewFlow};

use super::forms::NEW;
use crate::pages::console::{
    forms::{Told, Typed},
    standing::{Judged, Standing, Tense, shown},
};

/// What verdict the flow itself will have.
pub(super) fn of(typed: &Typed, snapshot: &Snapshot, day: Day) -> Told {
    judged(typed, snapshot, day).unwrap_or_else(|| {
        Told::saying("It is judged once who sends, who receives and its days can be read.")
    })
}

fn judged(typed: &Typed, snapshot: &Snapshot, day: Day) -> Option<Told> {
    let mut body = typed.body(NEW);
    // It is about how it is recorded, and no part of the flow.
    let runs = body.as_object_mut()?.remove("record_existing").is_some();
    let new: NewFlow = serde_json::from_value(body).ok()?;
    let ended = new.valid_to.filter(|last| *last < day);
    let first = new.valid_from.max(day);
    let on = ended.unwrap_or(first);
    let tense = match (runs, ended) {
        (false, _) => Tense::WouldBe,
        (true, Some(_)) => Tense::Was,
        (true, None) if first > day => Tense::WillBe,
        (true, None) => Tense::Is,
    };
    let standing = snapshot.standing_if_flowing(&new, on)?;
    let judged = shown(snapshot, tense, &Standing::from(&standing), None);
    Some(told(judged, runs))
}

fn told(judged: Judged, runs: bool) -> Told {
    let denied = judged.state.is_denied();
    let mut told = Told::judged(judged);
    if denied {
        told.sentences.push(
            if runs {
                "It is recorded as active all the same, because data goes there already, and is listed \
                 as denied until what it needs is recorded, or it is ended."
            } else {
                "It can be registered as a draft all the same, while what it needs is being signed; but \
                 it can be activated only once it is permitted."
            }
            .to_owned(),
        );
    }
    told
}
