//! Whose data a caller may see and change.

use std::collections::BTreeSet;

use uuid::Uuid;

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

    /// Whether the caller may write what all groups share.
    #[must_use]
    pub const fn shared(&self) -> bool {
        matches!(self, Self::All)
    }
}
