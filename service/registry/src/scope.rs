//! Whose data a caller may see and change.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::{Arc, Mutex, PoisonError, Weak},
};

use uuid::Uuid;

use crate::{Snapshot, snapshot::LoadError};

/// How many narrowed registers are kept in memory.
const KEPT: usize = 32;

/// The groups that exist for a caller. Another group's objects are, to the caller, not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Every group, and what no group keeps.
    All,
    /// These groups; what all groups share can be read but not written.
    Groups(BTreeSet<Uuid>),
}

impl Scope {
    /// Whether the group exists for the caller.
    #[must_use]
    pub fn includes(&self, group: Uuid) -> bool {
        match self {
            Self::All => true,
            Self::Groups(groups) => groups.contains(&group),
        }
    }

    /// Whether everything that exists for the caller exists for another one as well.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        match (self, other) {
            (_, Self::All) => true,
            (Self::All, Self::Groups(_)) => false,
            (Self::Groups(own), Self::Groups(others)) => own.is_subset(others),
        }
    }

    /// What exists of a register that nobody else will look at.
    pub(crate) fn narrow(&self, whole: Snapshot) -> Result<Snapshot, LoadError> {
        match self {
            Self::All => Ok(whole),
            Self::Groups(groups) => whole.narrowed(groups),
        }
    }

    /// Whether the caller may write what all groups share.
    #[must_use]
    pub const fn shared(&self) -> bool {
        matches!(self, Self::All)
    }
}

/// The narrowed registers that were asked for last. What is kept is a register, never an answer.
#[derive(Debug, Default)]
pub(crate) struct Sights(Mutex<VecDeque<Sight>>);

#[derive(Debug)]
struct Sight {
    groups: BTreeSet<Uuid>,
    /// Of which register. It is not kept for this; as long as this is, no other has its place in
    /// memory.
    whole: Weak<Snapshot>,
    narrowed: Arc<Snapshot>,
}

impl Sights {
    /// What of a register exists for whom the scope is.
    pub(crate) fn of(
        &self,
        whole: &Arc<Snapshot>,
        scope: &Scope,
    ) -> Result<Arc<Snapshot>, LoadError> {
        let groups = match scope {
            Scope::All => return Ok(Arc::clone(whole)),
            Scope::Groups(groups) => groups,
        };
        let same = |kept: &Sight| std::ptr::eq(kept.whole.as_ptr(), Arc::as_ptr(whole));
        let is_it = |kept: &Sight| same(kept) && kept.groups == *groups;
        {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(at) = kept.iter().position(is_it)
                && let Some(sight) = kept.remove(at)
            {
                let narrowed = Arc::clone(&sight.narrowed);
                kept.push_front(sight);
                return Ok(narrowed);
            }
        }
        let narrowed = Arc::new(whole.narrowed(groups)?);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody asks any more for what is of a register that is gone.
        kept.retain(|sight| sight.whole.strong_count() > 0);
        kept.push_front(Sight {
            groups: groups.clone(),
            whole: Arc::downgrade(whole),
            narrowed: Arc::clone(&narrowed),
        });
        kept.truncate(KEPT);
        Ok(narrowed)
    }
}
