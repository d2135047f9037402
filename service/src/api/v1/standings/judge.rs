//! The legal gate before every engagement and flow in effect on a day, and what it was before.
//!
//! Something *fell back* when it is permitted, but what carried one of its findings before that
//! finding last changed neither carries it now nor would. The days before are judged by what is
//! recorded now, from the first day in effect on. A finding that was denied before was healed, and
//! one whose former basis would still hold has found a better one: neither fell back.

use std::collections::BTreeMap;

use transfer_decision::{
    facts::{Relationship, Stage},
    span::{Day, FIRST_DAY, previous},
    standing::{self, LegOutcome, LegalGate},
    verdict::{Finding, Ground},
    vocabulary::Outcome,
};
use transfer_registry_core::Snapshot;
use uuid::Uuid;

use super::{Standing, StandingVerdict};
use crate::{
    api::query::{Parameters, Query},
    refusal::Refusal,
};

/// The legal gate of a day, with those of the days before as they are needed.
pub(crate) struct Judge<'s> {
    snapshot: &'s Snapshot,
    as_of: Day,
    gates: BTreeMap<Day, LegalGate<'s>>,
}

/// How one relationship stands, and what carried it before.
pub(super) struct Judged {
    pub(super) standing: standing::Standing,
    /// What carried it before it last changed, and no longer does.
    pub(super) lost: Vec<Ground>,
}

impl Judged {
    pub(super) fn verdict(&self) -> StandingVerdict {
        if !self.standing.permitted {
            StandingVerdict::Deny
        } else if self.lost.is_empty() {
            StandingVerdict::Allow
        } else {
            StandingVerdict::Fallback
        }
    }
}

/// One page of those that stand so, and the cursor of the next.
pub(crate) type StandingPage = (Vec<(Uuid, Standing)>, Option<String>);

impl<'s> Judge<'s> {
    /// The judge of a day.
    pub(crate) fn on(snapshot: &'s Snapshot, as_of: Day) -> Self {
        Self {
            snapshot,
            as_of,
            gates: BTreeMap::new(),
        }
    }

    /// The day.
    pub(crate) const fn day(&self) -> Day {
        self.as_of
    }

    /// One page of those in effect that stand so. The ids come in their order; nothing before the
    /// page, and nothing far behind it, is judged.
    ///
    /// # Errors
    /// When nobody waits for the answer any more.
    pub(crate) fn page<P: Parameters>(
        &mut self,
        query: &Query<P>,
        verdict: StandingVerdict,
        ids: impl Iterator<Item = Uuid>,
        still: &dyn Fn() -> Result<(), Refusal>,
    ) -> Result<StandingPage, Refusal> {
        let limit = query.limit();
        let mut page: Vec<(Uuid, Standing)> = Vec::new();
        for id in ids {
            still()?;
            let key = id.to_string();
            if query.after().is_some_and(|after| key.as_str() <= after) {
                continue;
            }
            let Some(judged) = self.judged_in_effect(&key, verdict) else {
                continue;
            };
            if let Some((last, _)) = page.last()
                && page.len() == limit
            {
                let next = query.cursor_after(&last.to_string());
                return Ok((page, Some(next)));
            }
            page.push((id, Standing::from(&judged)));
        }
        Ok((page, None))
    }

    /// How a relationship stands, if it is in effect and stands so.
    fn judged_in_effect(&mut self, id: &str, verdict: StandingVerdict) -> Option<Judged> {
        let relationship = self.snapshot.register().relationship(id)?;
        let in_effect =
            relationship.stage == Stage::Active && relationship.span.contains(self.as_of);
        // Most are permitted, and denied ones are asked for: what is quickly seen comes first.
        let worth_it = in_effect && {
            let permitted = self.gate(self.as_of).outcomes(relationship).permitted;
            permitted != (verdict == StandingVerdict::Deny)
        };
        let judged = worth_it.then(|| self.judged(relationship))?;
        verdict.shows(judged.verdict()).then_some(judged)
    }

    /// How a relationship stands, whatever its stage and its days.
    pub(super) fn judged(&mut self, relationship: &'s Relationship) -> Judged {
        let standing = self.gate(self.as_of).standing(relationship);
        let lost = if standing.permitted {
            self.lost(relationship, &standing)
        } else {
            Vec::new()
        };
        Judged { standing, lost }
    }

    fn gate(&mut self, day: Day) -> &LegalGate<'s> {
        let snapshot = self.snapshot;
        self.gates.entry(day).or_insert_with(|| {
            LegalGate::on(
                snapshot.law(),
                snapshot.register(),
                day,
                snapshot.settings(),
            )
        })
    }

    fn lost(&mut self, relationship: &'s Relationship, now: &standing::Standing) -> Vec<Ground> {
        let days = self.days_before(relationship);
        let today = self.gate(self.as_of).outcomes(relationship).legs;
        // Each finding, until the day before is found on which it was another.
        let mut open: Vec<(&LegOutcome<'s>, &Finding)> = today.iter().zip(now.findings()).collect();
        let mut lost: Vec<Ground> = Vec::new();
        for day in days.into_iter().rev() {
            if open.is_empty() {
                break;
            }
            let then = self.gate(day).outcomes(relationship).legs;
            open.retain(|(leg, finding)| {
                let before = then.iter().find(|before| same_place(before, leg));
                if before.is_some_and(|before| rests_alike(before, leg)) {
                    return true;
                }
                let ground = before.and_then(ground_of);
                lost.extend(ground.filter(|ground| !holds(finding, ground)));
                false
            });
        }
        let mut distinct: Vec<Ground> = Vec::new();
        for ground in lost {
            if !distinct.contains(&ground) {
                distinct.push(ground);
            }
        }
        distinct
    }

    /// The days before this one that show everything: between two of them, outcomes stay as they
    /// are, and a basis is seen at either end.
    fn days_before(&mut self, relationship: &'s Relationship) -> Vec<Day> {
        let mut days = Vec::new();
        let mut day = relationship.span.first().max(FIRST_DAY);
        while day < self.as_of {
            days.push(day);
            let ahead = (self.as_of - day).num_days();
            let ahead = u32::try_from(ahead).unwrap_or(u32::MAX);
            let next = self.gate(day).changes_within(relationship, ahead);
            let next = next.filter(|next| *next > day).unwrap_or(self.as_of);
            if previous(next) > day {
                days.push(previous(next));
            }
            day = next;
        }
        days
    }
}

/// Whether the same is asked on both days.
fn same_place(one: &LegOutcome<'_>, other: &LegOutcome<'_>) -> bool {
    one.regime == other.regime
        && one.destination == other.destination
        && one.activity == other.activity
        && one.hop == other.hop
        && one.along == other.along
        && one.exporter == other.exporter
}

/// Whether it came out alike on both days, on the same row and mechanism.
fn rests_alike(one: &LegOutcome<'_>, other: &LegOutcome<'_>) -> bool {
    one.outcome == other.outcome
        && one.mechanism == other.mechanism
        && one.basis.map(|basis| &basis.id) == other.basis.map(|basis| &basis.id)
}

/// What carried it; nothing when it was denied.
fn ground_of(leg: &LegOutcome<'_>) -> Option<Ground> {
    if leg.outcome == Outcome::Denied {
        return None;
    }
    Some(Ground {
        outcome: leg.outcome,
        basis: leg.basis?.clone(),
        mechanism: leg.mechanism.cloned(),
    })
}

/// Whether a ground would still hold.
fn holds(finding: &Finding, ground: &Ground) -> bool {
    let mut now = finding.ground.iter().chain(&finding.fallbacks);
    now.any(|one| one.basis.id == ground.basis.id && one.mechanism == ground.mechanism)
}
