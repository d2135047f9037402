//! What a change of the law or of the register does to everything that is active: which
//! engagements and flows are denied, permitted or carried by something else afterwards.
//!
//! What is active and not yet in effect is judged on its own first day: nobody would look at it
//! again before.
//!
//! Only outcomes are compared, and only of relationships on which the difference between the two
//! sides can bear at all; how a changed one stands in full says [`crate::standing`].

mod onset;
mod touched;

use std::{cmp::Ordering, collections::BTreeMap, ops::Range, sync::Arc, thread};

use crate::{
    decide::Settings,
    facts::{Register, Relationship},
    law::Law,
    span::Day,
    standing::{Ends, LegOutcome, LegalGate, Outcomes, permitted, rest_alike, summed},
    vocabulary::{Effect, RelationshipKind},
};
pub use onset::first_day;
use touched::Touched;

/// The law and the facts on one side of a comparison.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// The law.
    pub law: &'a Law,
    /// The facts.
    pub register: &'a Register,
}

/// What is to be compared, and how.
#[derive(Clone, Copy)]
pub struct Comparison<'h> {
    /// The day.
    pub as_of: Day,
    /// As for every decision.
    pub settings: Settings,
    /// How many threads may share the work; at least one does it.
    pub threads: usize,
    /// Which relationships are asked about.
    pub wanted: &'h (dyn Fn(&Relationship) -> bool + Sync),
    /// Asked now and then: whether nobody waits for the answer any more.
    pub stop: &'h (dyn Fn() -> bool + Sync),
}

/// One relationship on one side.
#[derive(Debug, Clone)]
pub struct Stands<'a> {
    /// The relationship as that side records it.
    pub relationship: &'a Relationship,
    /// For which day: the day asked about, or its own first day while that is yet to come.
    pub as_of: Day,
    /// How it stands.
    pub outcomes: Outcomes<'a>,
}

/// One relationship that does not stand as it stood.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// The relationship's id.
    pub id: &'a Arc<str>,
    /// Engagement or flow.
    pub kind: RelationshipKind,
    /// What the difference does to it.
    pub effect: Effect,
    /// How it stood; `None`: it was not active.
    pub before: Option<Stands<'a>>,
    /// How it stands; `None`: it is not active.
    pub after: Option<Stands<'a>>,
}

impl Change<'_> {
    /// Denials come first, whoever asks.
    fn order(&self, other: &Self) -> Ordering {
        let key = |change: &Self| (!change.newly_denied(), change.effect);
        (key(self), self.id).cmp(&(key(other), other.id))
    }

    /// Something runs that is denied and was not before.
    #[must_use]
    pub fn newly_denied(&self) -> bool {
        let denied = |side: &Option<Stands<'_>>| {
            side.as_ref()
                .is_some_and(|stands| !stands.outcomes.permitted)
        };
        denied(&self.after) && !denied(&self.before)
    }
}

/// Nobody waited for the answer any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the comparison was stopped")]
pub struct Stopped;

/// How many relationships are worth a thread.
const WORTH_A_THREAD: usize = 2_000;
/// How many relationships are compared before somebody is asked whether to stop.
const BETWEEN_QUESTIONS: usize = 512;

/// Compares how every relationship that is in effect on the day, or will be without anybody's
/// doing, stands on either side: denials first, then by effect, then by id. A relationship is known
/// by its id.
///
/// # Errors
/// When it was told to stop.
pub fn compare<'a>(
    before: Side<'a>,
    after: Side<'a>,
    comparison: &Comparison<'_>,
) -> Result<Vec<Change<'a>>, Stopped> {
    let work = Work {
        before,
        after,
        touched: Touched::between(before, after),
        today: Gates::on(comparison.as_of, before, after, comparison),
        comparison,
    };
    let all = before.register.relationships().len();
    let threads = comparison.threads.clamp(1, all / WORTH_A_THREAD + 1);
    let mut changes = if threads == 1 {
        work.compare(work.part(0, 1))?
    } else {
        thread::scope(|scope| {
            let running: Vec<_> = (0..threads)
                .map(|number| {
                    let (work, part) = (&work, work.part(number, threads));
                    scope.spawn(move || work.compare(part))
                })
                .collect();
            let mut changes = Vec::new();
            for thread in running {
                let found = thread
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                changes.extend(found?);
            }
            Ok(changes)
        })?
    };
    changes.sort_by(Change::order);
    Ok(changes)
}

struct Work<'a, 'h> {
    before: Side<'a>,
    after: Side<'a>,
    touched: Touched<'a>,
    today: Gates<'a>,
    comparison: &'h Comparison<'h>,
}

/// The gates of a day.
struct Gates<'a> {
    before: LegalGate<'a>,
    after: LegalGate<'a>,
}

impl<'a> Gates<'a> {
    fn on(day: Day, before: Side<'a>, after: Side<'a>, comparison: &Comparison<'_>) -> Self {
        let gate =
            |side: Side<'a>| LegalGate::on(side.law, side.register, day, comparison.settings);
        Self {
            before: gate(before),
            after: gate(after),
        }
    }
}

/// A part of each register, between the same two keys.
struct Part {
    before: Range<usize>,
    after: Range<usize>,
}

/// One relationship, where one side records it as active.
#[derive(Clone, Copy)]
struct Active<'a> {
    relationship: &'a Relationship,
    /// The day for which it is judged.
    day: Day,
    ends: Ends<'a>,
}

/// Lists used again and again, and the gates of later days.
#[derive(Default)]
struct Seen<'a> {
    before: Vec<LegOutcome<'a>>,
    after: Vec<LegOutcome<'a>>,
    later: BTreeMap<Day, Gates<'a>>,
}

/// The order in which a register keeps its relationships.
fn key(relationship: &Relationship) -> (RelationshipKind, &str) {
    (relationship.kind, &relationship.id)
}

impl<'a> Work<'a, '_> {
    /// One of so many parts of equal size.
    fn part(&self, number: usize, of: usize) -> Part {
        let before = self.before.register.relationships();
        let after = self.after.register.relationships();
        let edge = |number: usize| {
            let at = before.len() * number / of;
            match before.get(at).filter(|_| number > 0) {
                Some(first) => (at, after.partition_point(|r| key(r) < key(first))),
                None if number == 0 => (0, 0),
                None => (before.len(), after.len()),
            }
        };
        let ((first, first_after), (end, end_after)) = (edge(number), edge(number + 1));
        Part {
            before: first..end,
            after: first_after..end_after,
        }
    }

    fn compare(&self, mut part: Part) -> Result<Vec<Change<'a>>, Stopped> {
        let before = self.before.register.relationships();
        let after = self.after.register.relationships();
        let mut changes = Vec::new();
        let mut seen = Seen::default();
        for done in 0_usize.. {
            if done % BETWEEN_QUESTIONS == 0 && (self.comparison.stop)() {
                return Err(Stopped);
            }
            let next = [
                before
                    .get(part.before.start)
                    .filter(|_| !part.before.is_empty()),
                after
                    .get(part.after.start)
                    .filter(|_| !part.after.is_empty()),
            ];
            let order = match next {
                [None, None] => break,
                [Some(_), None] => Ordering::Less,
                [None, Some(_)] => Ordering::Greater,
                // One register under two laws needs no comparing of ids.
                [Some(before), Some(after)] if std::ptr::eq(before, after) => Ordering::Equal,
                [Some(before), Some(after)] => key(before).cmp(&key(after)),
            };
            let was = (order != Ordering::Greater)
                .then(|| part.before.next())
                .flatten()
                .and_then(|at| self.active(self.before.register, at));
            let is = (order != Ordering::Less)
                .then(|| part.after.next())
                .flatten()
                .and_then(|at| self.active(self.after.register, at));
            changes.extend(self.change(was, is, &mut seen));
        }
        Ok(changes)
    }

    fn active(&self, register: &'a Register, at: usize) -> Option<Active<'a>> {
        let relationship = register.relationships().get(at)?;
        let day = relationship
            .runs_first_from(self.comparison.as_of)
            .filter(|_| (self.comparison.wanted)(relationship))?;
        Some(Active {
            relationship,
            day,
            ends: register.ends_of(at),
        })
    }

    /// What runs on the day on one side, and begins later on the other, is not active there; unless
    /// it will then be denied, which is to be said.
    fn of_one_day(
        &self,
        was: Option<Active<'a>>,
        is: Option<Active<'a>>,
        will_be_denied: bool,
    ) -> (Option<Active<'a>>, Option<Active<'a>>) {
        let runs = |one: Active<'a>| one.day == self.comparison.as_of;
        match (was.map(runs), is.map(runs)) {
            (Some(true), Some(false)) if !will_be_denied => (was, None),
            (Some(false), Some(true)) => (None, is),
            _ => (was, is),
        }
    }

    /// The gates of a day.
    fn gates<'s>(&'s self, day: Day, later: &'s mut BTreeMap<Day, Gates<'a>>) -> &'s Gates<'a> {
        if day == self.comparison.as_of {
            return &self.today;
        }
        later
            .entry(day)
            .or_insert_with(|| Gates::on(day, self.before, self.after, self.comparison))
    }

    fn change(
        &self,
        was: Option<Active<'a>>,
        is: Option<Active<'a>>,
        seen: &mut Seen<'a>,
    ) -> Option<Change<'a>> {
        if let (Some(was), Some(is)) = (was, is)
            && !self
                .touched
                .may_bear_on(was.relationship, is.relationship, is.ends)
        {
            return None;
        }
        let Seen {
            before,
            after,
            later,
        } = seen;
        before.clear();
        after.clear();
        if let Some(was) = was {
            let gate = &self.gates(was.day, later).before;
            gate.legs(was.relationship, was.ends, before);
        }
        if let Some(is) = is {
            let gate = &self.gates(is.day, later).after;
            gate.legs(is.relationship, is.ends, after);
        }
        let permits = |active: Option<Active<'a>>, legs: &[LegOutcome<'a>]| {
            active.map(|active| permitted(active.ends, legs))
        };
        let (was, is) = self.of_one_day(was, is, permits(is, after) == Some(false));
        let effect = match (permits(was, before), permits(is, after)) {
            (None, None) => return None,
            (None, Some(_)) => Effect::New,
            (Some(_), None) => Effect::Gone,
            (Some(true), Some(false)) => Effect::Denied,
            (Some(false), Some(true)) => Effect::Permitted,
            _ if rest_alike(before, after) => return None,
            (Some(true), Some(true)) => Effect::OtherBasis,
            (Some(false), Some(false)) => Effect::StillDenied,
        };
        let of = is.or(was)?.relationship;
        let stands = |active: Option<Active<'a>>, legs: &Vec<LegOutcome<'a>>| {
            active.map(|active| Stands {
                relationship: active.relationship,
                as_of: active.day,
                outcomes: summed(active.ends, legs.clone()),
            })
        };
        Some(Change {
            id: &of.id,
            kind: of.kind,
            effect,
            before: stands(was, before),
            after: stands(is, after),
        })
    }
}
