//! A change in the making: in memory, over the newest snapshot. It is committed whole, or only
//! looked at.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use chrono_tz::Europe::Brussels;
use transfer_decision::{span::Day, vocabulary::OrganisationKind};
use transfer_registry_entity::{certifications, vocabulary::RegisterKind};
use uuid::Uuid;

use super::{ChangeError, objects::Kept, rows::Rows};
use crate::{
    Registry, Scope, Snapshot, flows::Flow, groups::Group, impact_assessments::ImpactAssessment,
    locations::Location, mechanisms::Mechanism, organisations::Organisation, snapshot::LoadError,
    validation::Checks,
};

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
    entries: Vec<Entry>,
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
            entries: Vec::new(),
            latest: HashMap::new(),
            groups: HashMap::new(),
            organisations: HashMap::new(),
            certified: HashMap::new(),
        }
    }

    /// What the change begins from.
    #[must_use]
    pub const fn base(&self) -> &Arc<Snapshot> {
        &self.base
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

    /// The day on which the change first makes a difference, as far as is known; else today.
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

    /// What was done so far, in order.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Does something that is only supposed: whoever may read what all groups share may suppose
    /// that it changes.
    pub(crate) fn supposing<T>(&mut self, suppose: impl FnOnce(&mut Self) -> T) -> T {
        self.supposed = true;
        suppose(self)
    }

    /// Whether it is never to be committed.
    pub(crate) const fn is_supposed(&self) -> bool {
        self.supposed
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

    /// The same, without keeping the draft.
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

    fn made(&self, slugs: &HashMap<String, Uuid>, key: &str) -> Option<&Kept> {
        let id = match key.parse() {
            Ok(id) => id,
            Err(_) => *slugs.get(key)?,
        };
        self.written(id)
    }

    fn written(&self, id: Uuid) -> Option<&Kept> {
        let at = self.latest.get(&id)?;
        self.entries.get(*at).map(|entry| &entry.object)
    }

    /// The group with this slug or id, if it exists for the caller.
    pub(crate) fn group(
        &self,
        checks: &mut Checks,
        pointer: &str,
        key: &str,
    ) -> Option<(Uuid, String)> {
        let found = match self.made(&self.groups, key) {
            Some(Kept::Group(row)) => Some((row.id, row.slug.clone())),
            _ => self
                .base
                .group(key)
                .map(|group| (group.id, group.slug.clone())),
        };
        let found = found.filter(|(id, _)| self.scope.includes(*id));
        if found.is_none() {
            checks.add(
                pointer,
                "unknown_group",
                format!("there is no group `{key}`"),
            );
        }
        found
    }

    /// The same, where a group may be left out.
    pub(crate) fn group_if_any(
        &self,
        checks: &mut Checks,
        pointer: &str,
        key: Option<&str>,
    ) -> Option<Uuid> {
        self.group(checks, pointer, key?).map(|(id, _)| id)
    }

    /// The organisation with this slug or id, if it exists for the caller.
    pub(crate) fn organisation(
        &self,
        checks: &mut Checks,
        pointer: &str,
        key: &str,
    ) -> Option<Named> {
        let found = match self.made(&self.organisations, key) {
            Some(Kept::Organisation(row)) => Some(Named {
                id: row.id,
                slug: row.slug.clone(),
                kind: row.kind.0,
                group: row.group_id,
            }),
            _ => self.base.organisation(key).map(|view| self.name(view)),
        };
        let found = found.filter(|organisation| {
            organisation
                .group
                .is_none_or(|group| self.scope.includes(group))
        });
        if found.is_none() {
            checks.add(
                pointer,
                "unknown_organisation",
                format!("there is no organisation `{key}`"),
            );
        }
        found
    }

    fn name(&self, view: &Organisation) -> Named {
        let group = view.group.as_deref().and_then(|slug| self.base.group(slug));
        Named {
            id: view.id,
            slug: view.slug.clone(),
            kind: view.kind,
            group: group.map(|group| group.id),
        }
    }

    /// Whether a slug is still free among the groups.
    pub(crate) fn free_for_a_group(&self, checks: &mut Checks, slug: &str) {
        let made = matches!(self.made(&self.groups, slug), Some(Kept::Group(_)));
        Self::free(checks, slug, made || self.base.group(slug).is_some());
    }

    /// Whether a slug is still free among the organisations.
    pub(crate) fn free_for_an_organisation(&self, checks: &mut Checks, slug: &str) {
        let made = matches!(
            self.made(&self.organisations, slug),
            Some(Kept::Organisation(_))
        );
        Self::free(checks, slug, made || self.base.organisation(slug).is_some());
    }

    fn free(checks: &mut Checks, slug: &str, taken: bool) {
        if taken {
            checks.add("/slug", "taken", format!("`{slug}` is taken"));
        }
    }

    /// Who keeps a mechanism, if the mechanism exists for the caller.
    pub(crate) fn mechanism(&self, checks: &mut Checks, pointer: &str, id: Uuid) -> Option<Keeper> {
        let found = match self.written(id) {
            Some(Kept::Mechanism(object)) => Some(Keeper(object.row.group_id)),
            _ => self.base.mechanisms().get(id).map(|view| {
                let group = view.group.as_deref().and_then(|slug| self.base.group(slug));
                Keeper(group.map(|group| group.id))
            }),
        };
        let found =
            found.filter(|Keeper(group)| group.is_none_or(|group| self.scope.includes(group)));
        if found.is_none() {
            checks.add(
                pointer,
                "unknown_mechanism",
                format!("there is no mechanism `{id}`"),
            );
        }
        found
    }

    /// Who receives under a flow, if the flow exists for the caller.
    pub(crate) fn flow(&self, checks: &mut Checks, pointer: &str, id: Uuid) -> Option<Uuid> {
        let found = match self.written(id) {
            Some(Kept::Flow(object)) => Some((object.row.group_id, object.row.importer_id)),
            _ => self.base.flows().get(id).and_then(|view| {
                let group = view.group.as_deref().and_then(|slug| self.base.group(slug));
                let importer = self.base.organisation(&view.importer)?;
                Some((group.map(|group| group.id), importer.id))
            }),
        };
        let found = found.filter(|(group, _)| group.is_none_or(|group| self.scope.includes(group)));
        if found.is_none() {
            checks.add(pointer, "unknown_flow", format!("there is no flow `{id}`"));
        }
        found.map(|(_, importer)| importer)
    }

    /// Who operates each location; a violation for each operator that is not there.
    pub(crate) fn operators(
        &self,
        checks: &mut Checks,
        locations: &[Location],
    ) -> Vec<Option<Uuid>> {
        let mut operators = Vec::with_capacity(locations.len());
        for (at, location) in locations.iter().enumerate() {
            location.check(checks, at);
            let operator = location.operated_by.as_ref().and_then(|key| {
                let pointer = format!("/locations/{at}/operated_by");
                self.organisation(checks, &pointer, key)
            });
            operators.push(operator.map(|operator| operator.id));
        }
        operators
    }

    /// The days on which an organisation holds a certification, apart from one of them: those of
    /// the snapshot and those written here.
    pub(crate) fn held(
        &self,
        organisation: Uuid,
        framework: transfer_decision::vocabulary::Framework,
        but: Option<Uuid>,
    ) -> Vec<(Day, Option<Day>)> {
        let written = self.certified.get(&organisation).into_iter().flatten();
        let written: Vec<&certifications::Model> = written
            .filter_map(
                |at| match self.entries.get(*at).map(|entry| &entry.object) {
                    Some(Kept::Certification(row)) if self.latest.get(&row.id) == Some(at) => {
                        Some(row.as_ref())
                    }
                    _ => None,
                },
            )
            .collect();
        let recorded = self.base.organisations().get(organisation);
        let recorded = recorded.into_iter().flat_map(|view| &view.certifications);
        recorded
            .filter(|held| !self.latest.contains_key(&held.id))
            .filter(|held| held.framework == framework && Some(held.id) != but)
            .map(|held| (held.valid_from, held.valid_to))
            .chain(
                written
                    .into_iter()
                    .filter(|row| row.framework.0 == framework && Some(row.id) != but)
                    .map(|row| (row.valid_from, row.valid_to)),
            )
            .collect()
    }

    /// Refuses to write an object a second time in one change: what it would be amended from is
    /// no longer what the snapshot shows.
    fn once(&self, id: Uuid) -> Result<(), ChangeError> {
        if self.latest.contains_key(&id) {
            return Err(ChangeError::Twice(id));
        }
        Ok(())
    }
}

/// The objects that a change begins from, as far as they exist for the caller.
macro_rules! existing {
    ($($(#[$meta:meta])* $name:ident($list:ident): $view:ty, $group:expr;)+) => {
        impl Draft { $(
            $(#[$meta])*
            pub(crate) fn $name(&self, id: Uuid, expected: &Expected) -> Result<$view, ChangeError> {
                self.once(id)?;
                let found = self.base.$list().get(id).ok_or(ChangeError::NotFound)?;
                let group: fn(&$view) -> Option<&str> = $group;
                self.keeps(group(found))?;
                expected.admits(found.version)?;
                Ok(found.clone())
            }
        )+ }
    };
}

existing! {
    /// The organisation to be changed.
    existing_organisation(organisations): Organisation, |view| view.group.as_deref();
    /// The engagement to be changed.
    existing_subprocessor(subprocessors): crate::subprocessors::Subprocessor, |view| Some(&view.group);
    /// The mechanism to be changed.
    existing_mechanism(mechanisms): Mechanism, |view| view.group.as_deref();
    /// The flow to be changed.
    existing_flow(flows): Flow, |view| view.group.as_deref();
    /// The processing activity to be changed.
    existing_activity(processing_activities): crate::processing_activities::ProcessingActivity, |view| Some(&view.group);
    /// The amendment to be changed.
    existing_amendment(law_amendments): crate::law_amendments::LawAmendment, |_| None;
}

impl Draft {
    /// The group to be changed.
    pub(crate) fn existing_group(
        &self,
        id: Uuid,
        expected: &Expected,
    ) -> Result<Group, ChangeError> {
        self.once(id)?;
        let found = self.base.groups().get(id).ok_or(ChangeError::NotFound)?;
        if !self.scope.includes(id) {
            return Err(ChangeError::NotFound);
        }
        self.shared()?;
        expected.admits(found.version)?;
        Ok(found.clone())
    }

    /// The assessment to be changed, and its mechanism.
    pub(crate) fn existing_assessment(
        &self,
        id: Uuid,
        expected: &Expected,
    ) -> Result<(Uuid, ImpactAssessment), ChangeError> {
        self.once(id)?;
        let (mechanism, found) = self
            .base
            .impact_assessment(id)
            .ok_or(ChangeError::NotFound)?;
        self.keeps(mechanism.group.as_deref())?;
        expected.admits(found.version)?;
        Ok((mechanism.id, found.clone()))
    }

    /// The certification to be changed, and its organisation.
    pub(crate) fn existing_certification(
        &self,
        id: Uuid,
        expected: &Expected,
    ) -> Result<(Uuid, crate::certifications::Certification), ChangeError> {
        self.once(id)?;
        let (holder, found) = self.base.certification(id).ok_or(ChangeError::NotFound)?;
        self.keeps(holder.group.as_deref())?;
        expected.admits(found.version)?;
        Ok((holder.id, found.clone()))
    }
}
