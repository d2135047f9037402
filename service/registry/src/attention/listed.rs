//! What the official list says otherwise than the register, and when it could not be had.

use chrono_tz::Europe::Brussels;
use transfer_decision::span::Day;

use super::{Affected, AttentionKind, Item, NextStep, Relying, Subject, near, visible};
use crate::{
    Scope, Snapshot,
    participant_lists::{self, Lists, Refused},
    participants::{Difference, DifferenceKind},
};

/// A difference, and what an organisation receives under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The difference.
    pub difference: Difference,
    /// The group whose company it is about, by slug.
    pub group: Option<String>,
    /// The active engagements and flows under which the organisation receives.
    pub affects: Vec<Affected>,
}

/// Every difference that exists for the caller, those that agree included, and whom it concerns.
#[must_use]
pub fn found(snapshot: &Snapshot, scope: &Scope, lists: &Lists, today: Day) -> Vec<Found> {
    let relying = Relying::on(snapshot, scope, today);
    concerning(snapshot, scope, &relying, lists, today)
}

fn concerning(
    snapshot: &Snapshot,
    scope: &Scope,
    relying: &Relying,
    lists: &Lists,
    today: Day,
) -> Vec<Found> {
    let found = participant_lists::against(snapshot, lists, today);
    let concerning = found.into_iter().filter_map(|difference| {
        let organisation = snapshot.organisation(&difference.slug)?;
        let group = organisation.group.clone();
        visible(snapshot, scope, group.as_deref()).then(|| Found {
            affects: relying.to_importer(&difference.slug).to_vec(),
            difference,
            group,
        })
    });
    concerning.collect()
}

/// Every difference that waits for a person. What agrees is nothing to do.
pub(super) fn differing(
    snapshot: &Snapshot,
    scope: &Scope,
    relying: &Relying,
    lists: &Lists,
    today: Day,
) -> Vec<Item> {
    let found = concerning(snapshot, scope, relying, lists, today);
    let items = found
        .into_iter()
        .filter_map(|found| match found.difference.kind {
            DifferenceKind::Confirmed => None,
            DifferenceKind::RecertificationDue => renewal(snapshot, found, today),
            _ => Some(difference(found, today)),
        });
    items.collect()
}

fn difference(found: Found, today: Day) -> Item {
    let Found {
        difference,
        group,
        affects,
    } = found;
    let Difference {
        key,
        kind,
        slug,
        on,
        register_says,
        list_says,
        ..
    } = difference;
    let subject = Subject {
        about: "list_difference",
        id: key,
        group,
        title: format!("{slug}: {register_says} / {list_says}"),
    };
    let next_step = match kind {
        DifferenceKind::NoParticipant => NextStep::VerifyCertification,
        _ => NextStep::DecideDifference,
    };
    let item = subject.item(AttentionKind::ListDiffers, on, today, next_step, &affects);
    match kind {
        // What has lapsed carries nothing any more, whatever the register says.
        DifferenceKind::Lapsed => item.already(),
        _ => item,
    }
}

/// A renewal of which only the list says when it is due: that of which the register says so too has
/// an item by the register's day.
fn renewal(snapshot: &Snapshot, found: Found, today: Day) -> Option<Item> {
    let Found {
        difference,
        group,
        affects,
    } = found;
    let (holder, held) = snapshot.certification(difference.certification?)?;
    if held.recertification_due.is_some_and(|due| near(due, today)) {
        return None;
    }
    let subject = Subject {
        about: "certification",
        id: held.id.to_string(),
        group,
        title: format!("{}: {}", holder.slug, held.framework),
    };
    let (kind, step) = (
        AttentionKind::RecertificationDue,
        NextStep::VerifyCertification,
    );
    Some(subject.item(kind, difference.on, today, step, &affects))
}

/// A list that was not believed, or not had: everything stays as it is, and nobody knows whether it
/// still should.
pub(super) fn refused(refused: &Refused, today: Day) -> Item {
    let subject = Subject {
        about: "participant_list",
        id: refused.refusal.code().to_owned(),
        group: None,
        title: refused.refusal.to_string(),
    };
    let since = refused.at.with_timezone(&Brussels).date_naive();
    let (kind, step) = (AttentionKind::ListRefused, NextStep::CheckListSource);
    subject.item(kind, Some(since), today, step, &[])
}
