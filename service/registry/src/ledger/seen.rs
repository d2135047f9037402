//! Who sees which entries of the ledger.
//!
//! What does not exist for a caller has no history for them either: an entry is seen by whom its
//! object exists, and every company that it names.

use std::sync::Arc;

use sea_orm::DbErr;
use serde_json::Value;
use transfer_registry_entity::{ledger, vocabulary::ObjectType};
use uuid::Uuid;

use crate::{Registry, Scope, Snapshot, proposals};

/// Under which names a state names an organisation, at any depth.
const NAMES: &[&str] = &[
    "organisation_id",
    "exporter_id",
    "importer_id",
    "operated_by",
];

/// Who looks, with what tells whose each object is.
pub(super) struct Viewer<'s> {
    scope: &'s Scope,
    whole: Arc<Snapshot>,
    /// What of it exists for the viewer.
    there: Arc<Snapshot>,
}

impl<'s> Viewer<'s> {
    /// The viewer of a scope, who knows the register as of the ledger's revision at least.
    pub(super) async fn of(
        scope: &'s Scope,
        registry: &Registry,
        revision: u64,
    ) -> Result<Self, DbErr> {
        if *scope != Scope::All {
            registry.reach(revision).await;
        }
        let whole = registry.snapshot();
        let there = registry.seen(&whole, scope);
        let there = there.map_err(|error| DbErr::Custom(error.to_string()))?;
        Ok(Self {
            scope,
            whole,
            there,
        })
    }

    /// Whether the object of an entry exists for the viewer. One that nobody can say the owner of
    /// exists for nobody who is limited.
    pub(super) fn sees(&self, row: &ledger::Model) -> bool {
        match self.scope {
            Scope::All => true,
            Scope::Groups(groups) if row.object_type.0 == ObjectType::Proposal => {
                proposals::is_within(&row.state, groups)
            }
            Scope::Groups(_) => {
                let owned = match self.owner(row) {
                    Some(Owner::Shared) => true,
                    Some(Owner::Group(group)) => self.scope.includes(group),
                    None => false,
                };
                owned && self.is_there(row) && self.knows(&row.state)
            }
        }
    }

    /// Whether every organisation that a state names exists for the viewer.
    pub(super) fn knows(&self, state: &str) -> bool {
        if *self.scope == Scope::All {
            return true;
        }
        serde_json::from_str(state).is_ok_and(|state: Value| self.knows_all(&state))
    }

    fn knows_all(&self, state: &Value) -> bool {
        match state {
            Value::Object(fields) => fields.iter().all(|(name, value)| match value {
                Value::String(id) if NAMES.contains(&name.as_str()) => {
                    self.there.organisation(id).is_some()
                }
                value => self.knows_all(value),
            }),
            Value::Array(items) => items.iter().all(|item| self.knows_all(item)),
            _ => true,
        }
    }

    /// Whether an object that is in the register today is there for the viewer as well: what it
    /// depends on may be left out, as a flow is that continues another group's.
    fn is_there(&self, row: &ledger::Model) -> bool {
        let id = row.object_id;
        let in_one = |snapshot: &Snapshot| match row.object_type.0 {
            ObjectType::Flow => snapshot.flows().get(id).is_some(),
            ObjectType::Mechanism => snapshot.mechanisms().get(id).is_some(),
            ObjectType::Subprocessor => snapshot.subprocessors().get(id).is_some(),
            _ => true,
        };
        in_one(&self.there) || !in_one(&self.whole)
    }

    fn owner(&self, row: &ledger::Model) -> Option<Owner> {
        let state: Value = serde_json::from_str(&row.state).ok()?;
        let named = |field: &str| -> Option<Uuid> { state.get(field)?.as_str()?.parse().ok() };
        match row.object_type.0 {
            ObjectType::Group => Some(Owner::Group(row.object_id)),
            ObjectType::Certification => {
                let holder = named("organisation_id")?.to_string();
                self.kept_by(self.whole.organisation(&holder)?.group.as_deref())
            }
            // Its mechanism may name a company that is not there for the viewer.
            ObjectType::ImpactAssessment => {
                let mechanism = named("mechanism_id")?;
                let mechanism = self.there.mechanisms().get(mechanism)?;
                self.kept_by(mechanism.group.as_deref())
            }
            // Who may do what is nobody's who is limited, and a proposal is no single group's.
            ObjectType::Token | ObjectType::User | ObjectType::Proposal => None,
            // The others name their group, with the objects inside them; what none keeps is shared.
            _ => match state.get("group_id") {
                None | Some(Value::Null) => Some(Owner::Shared),
                Some(_) => named("group_id").map(Owner::Group),
            },
        }
    }

    fn kept_by(&self, group: Option<&str>) -> Option<Owner> {
        match group {
            None => Some(Owner::Shared),
            Some(slug) => self.whole.group(slug).map(|group| Owner::Group(group.id)),
        }
    }
}

/// Whose an object is.
enum Owner {
    /// All groups share it.
    Shared,
    /// One group keeps it.
    Group(Uuid),
}
