//! A change in the making: in memory, over the newest snapshot. It is committed whole, or only
//! looked at.

mod existing;
mod named;
mod supposed;

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use chrono_tz::Europe::Brussels;
use transfer_decision::{span::Day, vocabulary::OrganisationKind};
use transfer_registry_entity::vocabulary::RegisterKind;
use uuid::Uuid;

use super::{ChangeError, objects::Kept, rows::Rows};
use crate::{Registry, Scope, Snapshot, snapshot::LoadError};

/// Which version of an object the caller has seen and wants to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// Whichever is there.
    Any,
    /// One of these.
    Versions(Vec<i64>),
}

impl Expected {
    /// Holds when the object is as the caller has seen it.
    pub(crate) fn admits(&self, version: i64) -> Result<(), ChangeError> {
        match self {
            Self::Versions(seen) if !seen.contains(&version) => Err(ChangeError::Stale { version }),
            Self::Any | Self::Versions(_) => Ok(()),
        }
    }
}

/// A change in memory. Use-cases put objects into it; it holds them in the order in which the
/// ledger will.
pub struct Draft {
    registry: Registry,
    base: Arc<Snapshot>,
    scope: Scope,
    now: DateTime<Utc>,
    demo: bool,
    /// Whether it is never committed.
    supposed: bool,
    counts_from: Option<Day>,
    /// Whether something is already as it is to be.
    unchanged: bool,
    entries: Vec<Entry>,
    /// How many of the entries the base shows already.
    shown: usize,
    /// The last entry of each object.
    latest: HashMap<Uuid, usize>,
    /// The groups made here, by slug.
    groups: HashMap<String, Uuid>,
    /// The organisations made here, by slug; a group may have the slug of its company.
    organisations: HashMap<String, Uuid>,
    /// The certifications written here, by organisation.
    certified: HashMap<Uuid, Vec<usize>>,
}

/// An object after something was done to it.
pub(crate) struct Entry {
    /// What was done, as a verb.
    pub(crate) action: &'static str,
    /// The object.
    pub(crate) object: Kept,
}

/// Who keeps something: a group, or all groups together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Keeper(pub(crate) Option<Uuid>);

/// An organisation that something refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) id: Uuid,
    pub(crate) slug: String,
    pub(crate) kind: OrganisationKind,
    pub(crate) group: Option<Uuid>,
}

impl Draft {
    /// An empty change over a snapshot.
    pub(crate) fn over(
        registry: &Registry,
        base: Arc<Snapshot>,
        scope: &Scope,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            registry: registry.clone(),
            demo: base.is_demo(),
            base,
            scope: scope.clone(),
            now,
            supposed: false,
            counts_from: None,
            unchanged: false,
            entries: Vec::new(),
            shown: 0,
            latest: HashMap::new(),
            groups: HashMap::new(),
            organisations: HashMap::new(),
            certified: HashMap::new(),
        }
    }

    /// What the change begins from; of suppositions, with those that were settled.
    #[must_use]
    pub const fn base(&self) -> &Arc<Snapshot> {
        &self.base
    }

    /// What exists of it for the caller.
    ///
    /// # Errors
    /// When that makes no register.
    pub fn seen(&self) -> Result<Arc<Snapshot>, ChangeError> {
        Ok(self.registry.seen(&self.base, &self.scope)?)
    }

    /// The instant of the change.
    #[must_use]
    pub const fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The calendar day of the change.
    #[must_use]
    pub fn today(&self) -> Day {
        self.now.with_timezone(&Brussels).date_naive()
    }

    /// Says that the change makes its difference on a later day than today.
    pub(crate) fn counts_on(&mut self, day: Day) {
        self.counts_from = self.counts_from.max(Some(day));
    }

    /// The day from which on the change says to count, from today on; else today.
    pub(crate) fn counts_from(&self) -> Day {
        let today = self.today();
        self.counts_from.map_or(today, |day| day.max(today))
    }

    /// Whether a last day is over.
    pub(crate) fn is_past(&self, last: Option<Day>) -> bool {
        last.is_some_and(|last| last < self.today())
    }

    /// A new id, greater than all before it.
    pub(crate) fn new_id(&self) -> Uuid {
        self.registry.new_id(self.now)
    }

    /// The id under which a caller wants something to be made, as what `write` takes for it: an
    /// object that was never written.
    pub(crate) fn given(&self, id: Option<Uuid>) -> Result<Option<(Uuid, i64)>, ChangeError> {
        if let Some(id) = id {
            self.once(id)?;
            if id.is_nil() || self.base.knows(id) {
                return Err(ChangeError::IdTaken(id));
            }
        }
        Ok(id.map(|id| (id, 0)))
    }

    /// Says that the database now holds the demo register.
    pub(crate) const fn becomes_demo(&mut self) {
        self.demo = true;
    }

    /// What the database will hold.
    pub(crate) const fn kind(&self) -> RegisterKind {
        if self.demo {
            RegisterKind::Demo
        } else {
            RegisterKind::Own
        }
    }

    /// Whose data the caller may see and change.
    pub(crate) const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// What was done so far, in order.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether the caller may write what no single group keeps.
    pub(crate) const fn shared(&self) -> Result<(), ChangeError> {
        if self.scope.shared() || self.supposed {
            Ok(())
        } else {
            Err(ChangeError::OutOfScope)
        }
    }

    /// Whether the caller may write what a group keeps, or, without one, what all share.
    pub(crate) fn keeps(&self, group: Option<&str>) -> Result<(), ChangeError> {
        match group {
            None => self.shared(),
            Some(_) if self.sees(group) => Ok(()),
            Some(_) => Err(ChangeError::NotFound),
        }
    }

    /// Whether what a group keeps is there for the caller.
    pub(crate) fn sees(&self, group: Option<&str>) -> bool {
        group.is_none_or(|slug| {
            self.base
                .group(slug)
                .is_none_or(|group| self.scope.includes(group.id))
        })
    }

    /// Puts an object's state after something was done to it.
    pub(crate) fn put(&mut self, action: &'static str, object: impl Into<Kept>) {
        let object = object.into();
        let at = self.entries.len();
        self.latest.insert(object.id(), at);
        match &object {
            Kept::Group(row) => {
                self.groups.insert(row.slug.clone(), row.id);
            }
            Kept::Organisation(row) => {
                self.organisations.insert(row.slug.clone(), row.id);
            }
            Kept::Certification(row) => {
                self.certified
                    .entry(row.organisation_id)
                    .or_default()
                    .push(at);
            }
            _ => {}
        }
        self.entries.push(Entry { action, object });
    }

    /// Says that an object is as it is to be: nothing is written for it.
    pub(crate) const fn unchanged(&mut self, id: Uuid) -> Uuid {
        self.unchanged = true;
        id
    }

    /// Whether there is nothing to be written, because all is as it is to be.
    pub(crate) const fn is_settled(&self) -> bool {
        self.unchanged && self.entries.is_empty()
    }

    /// Takes everything back that was put into it: something else is kept instead.
    pub(crate) fn take_back(&mut self) {
        self.forget(0);
        self.unchanged = false;
        self.counts_from = None;
    }

    /// Names what was done last.
    pub(crate) fn called(&mut self, action: &'static str) {
        if let Some(last) = self.entries.last_mut() {
            last.action = action;
        }
    }

    /// The objects that the change writes: each once, as it is in the end.
    pub(crate) fn objects(&self) -> Vec<&Kept> {
        let entries = self.entries.iter().enumerate();
        entries
            .map(|(at, entry)| (at, &entry.object))
            .filter(|(at, object)| self.latest.get(&object.id()) == Some(at))
            .map(|(_, object)| object)
            .collect()
    }

    /// The rows that the change writes: each object once, as it is in the end.
    pub(crate) fn rows(&self, revision: i64) -> Rows {
        let mut rows = Rows {
            revision,
            demo: self.demo,
            ..Rows::default()
        };
        for object in self.objects() {
            object.clone().put_into(&mut rows);
        }
        rows
    }

    /// The same rows, without keeping the draft.
    fn into_rows(self, revision: i64) -> Rows {
        let mut rows = Rows {
            revision,
            demo: self.demo,
            ..Rows::default()
        };
        for (at, entry) in self.entries.into_iter().enumerate() {
            if self.latest.get(&entry.object.id()) == Some(&at) {
                entry.object.put_into(&mut rows);
            }
        }
        rows
    }

    /// The register as it would be.
    ///
    /// # Errors
    /// When it would make no sense.
    pub fn preview(&self) -> Result<Snapshot, LoadError> {
        let revision = i64::try_from(self.base.revision()).unwrap_or(i64::MAX);
        self.base.with(self.rows(revision.saturating_add(1)))
    }

    /// What readers would see of each object, over facts that are still those of before: a small
    /// part of what a preview costs. What is made anew is found by its id alone.
    ///
    /// # Errors
    /// When it would make no sense.
    pub(crate) fn shown(&self) -> Result<Snapshot, LoadError> {
        self.base.showing(self.rows(0))
    }

    /// The same as [`Self::preview`], without keeping the draft.
    ///
    /// # Errors
    /// When it would make no sense.
    pub(crate) fn into_preview(self) -> Result<Snapshot, LoadError> {
        let revision = i64::try_from(self.base.revision()).unwrap_or(i64::MAX);
        self.into_snapshot(revision.saturating_add(1))
    }

    /// The register of a revision that the change makes.
    pub(super) fn into_snapshot(self, revision: i64) -> Result<Snapshot, LoadError> {
        let base = Arc::clone(&self.base);
        base.with(self.into_rows(revision))
    }

    /// Refuses to write an object a second time in one change: what it would be amended from is
    /// no longer what the snapshot shows.
    fn once(&self, id: Uuid) -> Result<(), ChangeError> {
        if self.latest.get(&id).is_some_and(|at| *at >= self.shown) {
            return Err(ChangeError::Twice(id));
        }
        Ok(())
    }
}
