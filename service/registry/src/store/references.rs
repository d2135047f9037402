//! Finding, within a change, the rows that a caller refers to by slug or id.

use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, prelude::Uuid};
use transfer_registry_entity::{
    flow_locations, flows, groups, mechanisms, organisations, subprocessor_locations,
};

use super::{Change, ChangeError};
use crate::{locations::Location, validation::Checks};

/// What a caller wrote, as an id if it can be one.
fn as_id(key: &str) -> Option<Uuid> {
    key.parse().ok()
}

impl Change<'_> {
    /// The group with this slug or id, if it exists for the caller.
    pub(crate) async fn group(
        &self,
        checks: &mut Checks,
        pointer: &str,
        key: &str,
    ) -> Result<Option<groups::Model>, ChangeError> {
        let named = match as_id(key) {
            Some(id) => groups::Column::Id.eq(id),
            None => groups::Column::Slug.eq(key),
        };
        let found = groups::Entity::find().filter(named).one(self.txn()).await?;
        let found = found.filter(|group| self.scope().includes(group.id));
        if found.is_none() {
            checks.add(
                pointer,
                "unknown_group",
                format!("there is no group `{key}`"),
            );
        }
        Ok(found)
    }

    /// The same, where a group may be left out.
    pub(crate) async fn group_if_any(
        &self,
        checks: &mut Checks,
        pointer: &str,
        key: Option<&str>,
    ) -> Result<Option<groups::Model>, ChangeError> {
        match key {
            Some(key) => self.group(checks, pointer, key).await,
            None => Ok(None),
        }
    }

    /// The organisation with this slug or id, if it exists for the caller.
    pub(crate) async fn organisation(
        &self,
        checks: &mut Checks,
        pointer: &str,
        key: &str,
    ) -> Result<Option<organisations::Model>, ChangeError> {
        let named = match as_id(key) {
            Some(id) => organisations::Column::Id.eq(id),
            None => organisations::Column::Slug.eq(key),
        };
        let found = organisations::Entity::find()
            .filter(named)
            .one(self.txn())
            .await?;
        let found = found.filter(|organisation| {
            organisation
                .group_id
                .is_none_or(|group| self.scope().includes(group))
        });
        if found.is_none() {
            checks.add(
                pointer,
                "unknown_organisation",
                format!("there is no organisation `{key}`"),
            );
        }
        Ok(found)
    }

    /// The mechanism with this id, if it exists for the caller.
    pub(crate) async fn mechanism(
        &self,
        checks: &mut Checks,
        pointer: &str,
        id: Uuid,
    ) -> Result<Option<mechanisms::Model>, ChangeError> {
        let found = mechanisms::Entity::find_by_id(id).one(self.txn()).await?;
        let found = found.filter(|mechanism| {
            mechanism
                .group_id
                .is_none_or(|group| self.scope().includes(group))
        });
        if found.is_none() {
            checks.add(
                pointer,
                "unknown_mechanism",
                format!("there is no mechanism `{id}`"),
            );
        }
        Ok(found)
    }

    /// The flow with this id, if it exists for the caller.
    pub(crate) async fn flow(
        &self,
        checks: &mut Checks,
        pointer: &str,
        id: Uuid,
    ) -> Result<Option<flows::Model>, ChangeError> {
        let found = flows::Entity::find_by_id(id).one(self.txn()).await?;
        let found = found.filter(|flow| {
            flow.group_id
                .is_none_or(|group| self.scope().includes(group))
        });
        if found.is_none() {
            checks.add(pointer, "unknown_flow", format!("there is no flow `{id}`"));
        }
        Ok(found)
    }

    /// Whether the slug is still free among the organisations or groups.
    pub(crate) async fn free<E: EntityTrait>(
        &self,
        checks: &mut Checks,
        column: E::Column,
        slug: &str,
    ) -> Result<(), ChangeError>
    where
        E::Model: Send + Sync,
    {
        let taken = E::find()
            .filter(Condition::all().add(column.eq(slug)))
            .one(self.txn())
            .await?;
        if taken.is_some() {
            checks.add("/slug", "taken", format!("`{slug}` is taken"));
        }
        Ok(())
    }

    /// Who operates each location; a violation for each operator that is not there.
    pub(crate) async fn operators(
        &self,
        checks: &mut Checks,
        locations: &[Location],
    ) -> Result<Vec<Option<Uuid>>, ChangeError> {
        let mut operators = Vec::with_capacity(locations.len());
        for (at, location) in locations.iter().enumerate() {
            location.check(checks, at);
            let operator = match &location.operated_by {
                Some(key) => {
                    let pointer = format!("/locations/{at}/operated_by");
                    self.organisation(checks, &pointer, key).await?
                }
                None => None,
            };
            operators.push(operator.map(|operator| operator.id));
        }
        Ok(operators)
    }
}

/// The rows of a flow's locations.
pub(crate) fn of_flow(
    flow_id: Uuid,
    locations: Vec<Location>,
    operators: Vec<Option<Uuid>>,
) -> Vec<flow_locations::Model> {
    (0..)
        .zip(locations.into_iter().zip(operators))
        .map(
            |(position, (location, operated_by))| flow_locations::Model {
                flow_id,
                position,
                place: location.place.map(Into::into),
                activity: location.activity.into(),
                operated_by,
            },
        )
        .collect()
}

/// The rows of an engagement's locations.
pub(crate) fn of_subprocessor(
    subprocessor_id: Uuid,
    locations: Vec<Location>,
    operators: Vec<Option<Uuid>>,
) -> Vec<subprocessor_locations::Model> {
    (0..)
        .zip(locations.into_iter().zip(operators))
        .map(
            |(position, (location, operated_by))| subprocessor_locations::Model {
                subprocessor_id,
                position,
                place: location.place.map(Into::into),
                activity: location.activity.into(),
                operated_by,
            },
        )
        .collect()
}
