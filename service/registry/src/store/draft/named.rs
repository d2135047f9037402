//! What an input names, found among what the change made and what it begins from: as far as it
//! exists for the caller.

use std::collections::HashMap;

use transfer_decision::{span::Day, vocabulary::Framework};
use transfer_registry_entity::certifications;
use uuid::Uuid;

use super::{Draft, Keeper, Named};
use crate::{
    locations::{self, Location},
    organisations::Organisation,
    store::objects::Kept,
    validation::Checks,
};

impl Draft {
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

    /// Who operates each location; a violation for each operator that is not there, and for each
    /// location that is there twice.
    pub(crate) fn operators(
        &self,
        checks: &mut Checks,
        locations: &[Location],
    ) -> Vec<Option<Uuid>> {
        let mut operators = Vec::with_capacity(locations.len());
        for (at, location) in locations.iter().enumerate() {
            let operator = location.operated_by.as_ref().and_then(|key| {
                let pointer = format!("/locations/{at}/operated_by");
                self.organisation(checks, &pointer, key)
            });
            operators.push(operator.map(|operator| operator.id));
        }
        locations::check_once(checks, locations, &operators);
        operators
    }

    /// The days on which an organisation holds a certification, apart from one of them: those of
    /// the snapshot and those written here.
    pub(crate) fn held(
        &self,
        organisation: Uuid,
        framework: Framework,
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
}
