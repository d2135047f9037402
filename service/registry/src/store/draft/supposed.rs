//! Changes that are only supposed: any number of them, also several of one object.

use std::{mem, sync::Arc};

use super::{ChangeError, Draft, Entry};
use crate::{snapshot::LoadError, store::rows::Rows};

impl Draft {
    /// Does something that is only supposed: whoever may read what all groups share may suppose
    /// that it changes. An object that an earlier supposition changed is changed from there. What
    /// is refused leaves nothing behind.
    pub(crate) fn supposing<T>(
        &mut self,
        suppose: impl Fn(&mut Self) -> Result<T, ChangeError>,
    ) -> Result<T, ChangeError> {
        self.supposed = true;
        let (before, counted) = (self.entries.len(), self.counts_from);
        let mut made = suppose(self);
        if matches!(made, Err(ChangeError::Twice(_))) {
            self.forget(before);
            self.settle()?;
            made = suppose(self);
        }
        if made.is_err() {
            self.forget(before);
            self.counts_from = counted;
        }
        made
    }

    /// Whether it is never to be committed.
    pub(crate) const fn is_supposed(&self) -> bool {
        self.supposed
    }

    /// Lets the base show what was supposed so far. Its facts stay those of before: they are made
    /// anew once, when everything is supposed.
    fn settle(&mut self) -> Result<(), LoadError> {
        let mut rows = Rows {
            demo: self.demo,
            ..Rows::default()
        };
        for entry in self.entries.iter().skip(self.shown) {
            entry.object.clone().put_into(&mut rows);
        }
        self.base = Arc::new(self.base.showing(rows)?);
        self.shown = self.entries.len();
        Ok(())
    }

    /// Forgets every entry but the first ones.
    pub(super) fn forget(&mut self, but: usize) {
        if self.entries.len() == but {
            return;
        }
        let mut kept = mem::take(&mut self.entries);
        kept.truncate(but);
        self.latest.clear();
        self.groups.clear();
        self.organisations.clear();
        self.certified.clear();
        for Entry { action, object } in kept {
            self.put(action, object);
        }
    }
}
