//! Everything that is wrong with files.

use super::Resource;
use crate::{
    refusal::MOST_VIOLATIONS,
    tables::{Fault, Faults},
};

/// Everything that is wrong with files: what is listed, with the file's place among those offered.
#[derive(Debug, Default)]
pub(crate) struct Wrong {
    /// The first faults, in the order in which they were found.
    pub(crate) listed: Vec<(usize, Fault)>,
    /// How many more there are.
    pub(crate) further: usize,
}

impl Wrong {
    /// Whether nothing is wrong.
    pub(super) const fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    /// Whether further faults are only counted.
    pub(super) const fn is_full(&self) -> bool {
        self.listed.len() >= MOST_VIOLATIONS
    }

    /// Takes note of one more, in the table of a resource if it is known.
    pub(super) fn add(&mut self, file: usize, resource: Option<Resource>, mut fault: Fault) {
        if let Some(resource) = resource {
            fault.sheet = Some(resource.code().to_owned());
        }
        if self.is_full() {
            self.further += 1;
        } else {
            self.listed.push((file, fault));
        }
    }

    /// Takes note of everything that is wrong with a table.
    pub(super) fn add_all(&mut self, file: usize, resource: Option<Resource>, faults: &Faults) {
        for fault in faults.listed() {
            self.add(file, resource, fault.clone());
        }
        self.further += faults.further();
    }

    /// This and what was found later, in the order of tables and rows.
    pub(super) fn and(mut self, later: Self) -> Self {
        self.listed.extend(later.listed);
        self.listed.sort_by_key(|(file, fault)| {
            let resource = fault.sheet.as_deref().and_then(Resource::named);
            (resource, *file, fault.row)
        });
        let beyond = self.listed.len().saturating_sub(MOST_VIOLATIONS);
        self.listed.truncate(MOST_VIOLATIONS);
        self.further += later.further + beyond;
        self
    }
}
