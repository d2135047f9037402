//! What the official list says otherwise than the register, and when it could not be had.

use chrono_tz::Europe::Brussels;
use transfer_decision::span::Day;

use super::{Affected, AttentionKind, Item, NextStep, Relying, Subject, visible};
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
    let open = found.into_iter().filter(|found| {
        // Renewal has items of its own, by the register's day.
        !matches!(
            found.difference.kind,
            DifferenceKind::Confirmed | DifferenceKind::RecertificationDue
        )
    });
    open.map(|found| {
        let Found {
            difference,
            group,
            affects,
        } = found;
        // What has lapsed carries nothing any more, whatever the register says.
        let due = (difference.kind == DifferenceKind::Lapsed).then_some(difference.list.day);
        let subject = Subject {
            about: "list_difference",
            id: difference.key,
            group,
            title: format!(
                "{}: {} / {}",
                difference.slug, difference.register_says, difference.list_says
            ),
        };
        let (kind, step) = (AttentionKind::ListDiffers, NextStep::DecideDifference);
        subject.item(kind, due, today, step, &affects)
    })
    .collect()
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
