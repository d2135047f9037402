//! The one work list: what is wrong, what soon will be, and what nobody knows, most urgent first.
//!
//! It is computed from a snapshot for a day and stored nowhere, so that it is never out of date.

mod expiring;
mod listed;
mod relying;
mod unknown;
mod unpublished;

use transfer_decision::{span::Day, vocabulary::RelationshipKind};
use uuid::Uuid;

use crate::{
    Scope, Snapshot,
    participant_lists::{Lists, Refused},
};

pub use listed::{Found, found};
pub(crate) use relying::Relying;
pub use transfer_registry_entity::vocabulary::{AttentionKind, NextStep};

/// How many days ahead the list looks.
pub const HORIZON: u32 = 90;
/// Fewer days than these are more urgent, and most urgent.
const SOON: [i64; 2] = [30, 7];

/// One thing that somebody should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What is the matter.
    pub kind: AttentionKind,
    /// How urgent it is: 1 now, 2 within 7 days, 3 within 30, 4 within 90, 5 later or whenever.
    pub urgency: u8,
    /// The day on which it takes effect, or took; of what is denied, the first day on which it was,
    /// by what is recorded now. `None`: no such day is known.
    pub due: Option<Day>,
    /// What kind of object it is about.
    pub about: &'static str,
    /// The object: its id, or the id or name of a row of the law.
    pub id: String,
    /// The group that keeps it, by slug.
    pub group: Option<String>,
    /// What it is about, in words.
    pub title: String,
    /// What to do next.
    pub next_step: NextStep,
    /// The active engagements and flows that rest on it or are concerned, by id, at most 100.
    pub affects: Vec<Affected>,
    /// How many there are.
    pub affected: usize,
}

/// An engagement or flow that is concerned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Affected {
    /// Engagement or flow.
    pub kind: RelationshipKind,
    /// Its id.
    pub id: Uuid,
}

/// How many concerned engagements and flows an item names.
const NAMED: usize = 100;

impl Item {
    /// What comes first: the most urgent, then by kind, then by day and object. The text sorts as
    /// the list does.
    #[must_use]
    pub fn key(&self) -> String {
        let due = self
            .due
            .map_or_else(|| "9999-99-99".to_owned(), |day| day.to_string());
        let kind = AttentionKind::ALL
            .iter()
            .position(|kind| *kind == self.kind);
        let kind = kind.unwrap_or_default();
        format!("{} {kind:02} {due} {}", self.urgency, self.id)
    }

    /// The same, where it has taken effect, whatever is known of the day.
    fn already(self) -> Self {
        Self { urgency: 1, ..self }
    }
}

/// What an item is about.
struct Subject {
    about: &'static str,
    id: String,
    group: Option<String>,
    title: String,
}

impl Subject {
    fn item(
        self,
        kind: AttentionKind,
        due: Option<Day>,
        today: Day,
        next_step: NextStep,
        affects: &[Affected],
    ) -> Item {
        let Self {
            about,
            id,
            group,
            title,
        } = self;
        Item {
            kind,
            urgency: urgency(due, today),
            due,
            about,
            id,
            group,
            title,
            next_step,
            affected: affects.len(),
            affects: affects.iter().take(NAMED).cloned().collect(),
        }
    }
}

fn urgency(due: Option<Day>, today: Day) -> u8 {
    let Some(due) = due else { return 5 };
    let days = (due - today).num_days();
    let [soon, very_soon] = SOON;
    match days {
        ..0 => 1,
        days if days <= very_soon => 2,
        days if days <= soon => 3,
        days if days <= i64::from(HORIZON) => 4,
        _ => 5,
    }
}

/// Whether a day is past or within the horizon.
fn near(day: Day, today: Day) -> bool {
    (day - today).num_days() <= i64::from(HORIZON)
}

/// The work list of a day: of what exists for the caller. `refused` is a list of participants that
/// was not believed since the newest of `lists`.
#[must_use]
pub fn on(
    snapshot: &Snapshot,
    scope: &Scope,
    lists: Option<&Lists>,
    refused: Option<&Refused>,
    today: Day,
) -> Vec<Item> {
    let relying = Relying::on(snapshot, scope, today);
    let mut items = relying.denied(snapshot, today);
    items.extend(relying.changing(snapshot, today));
    items.extend(expiring::decisions(snapshot, &relying, today));
    items.extend(expiring::certifications(snapshot, scope, &relying, today));
    items.extend(expiring::mechanisms(snapshot, scope, &relying, today));
    items.extend(expiring::assessments(snapshot, scope, &relying, today));
    if let Some(lists) = lists {
        items.extend(listed::differing(snapshot, scope, &relying, lists, today));
    }
    items.extend(refused.map(|refused| listed::refused(refused, today)));
    items.extend(unpublished::changes(snapshot, scope, today));
    items.extend(unknown::countries(snapshot, scope, &relying, today));
    items.extend(unknown::unchecked(snapshot, scope, &relying, today));
    items.extend(unknown::under_review(snapshot, &relying, today));
    items.sort_by_cached_key(Item::key);
    items
}

/// Whether what a group keeps, or all share, exists for the caller.
fn visible(snapshot: &Snapshot, scope: &Scope, group: Option<&str>) -> bool {
    group.is_none_or(|slug| {
        snapshot
            .group(slug)
            .is_some_and(|group| scope.includes(group.id))
    })
}
