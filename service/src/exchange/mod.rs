//! The whole register in and out: every resource as a table, as API and command line take and give
//! it.
//!
//! A row is the resource's input form, as a creating request has it, with the object's `id` and,
//! where it has them, its stage (`status`) and its `uses`. An import takes exactly what an export
//! gives. The tables themselves are [`crate::tables`]'; what a row does is the registry's
//! (`imports`); here is what lies between: which columns, in which order, and what is wrong with a
//! cell.

mod carry;
mod columns;
mod difference;
mod export;
mod import;
mod intake;
mod judged;
mod rows;
mod scratch;
#[cfg(test)]
mod tests;
mod wrong;

use crate::tables::Sheet;

pub(crate) use carry::{Carried, Order, Wanted, carry_out};
pub(crate) use difference::{Difference, Differences, FieldDifference};
pub(crate) use export::{Export, Whole};
pub(crate) use import::{Made, Options, Unmade};
pub(crate) use intake::{Intake, Offer};
pub(crate) use scratch::Scratch;
pub(crate) use wrong::Wrong;

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

/// Defines the resources with their names.
macro_rules! resources {
    ($($(#[$meta:meta])* $variant:ident = $code:literal, $sheet:ident;)+) => {
        /// A resource that goes in and out as a table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum Resource { $($(#[$meta])* $variant),+ }

        impl Resource {
            /// Every resource; those that others refer to come first.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its name: in the path, of the sheet in a workbook, and the key in a JSON file.
            pub(crate) const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// Its columns.
            pub(crate) const fn sheet(self) -> Sheet {
                match self { $(Self::$variant => columns::$sheet),+ }
            }
        }
    };
}

resources! {
    /// Groups.
    Groups = "groups", GROUPS;
    /// Organisations.
    Organisations = "organisations", ORGANISATIONS;
    /// Certifications of organisations.
    Certifications = "certifications", CERTIFICATIONS;
    /// Engagements.
    Subprocessors = "subprocessors", SUBPROCESSORS;
    /// Mechanisms.
    Mechanisms = "mechanisms", MECHANISMS;
    /// Transfer impact assessments.
    ImpactAssessments = "impact_assessments", IMPACT_ASSESSMENTS;
    /// Flows.
    Flows = "flows", FLOWS;
    /// Processing activities.
    ProcessingActivities = "processing_activities", PROCESSING_ACTIVITIES;
    /// Amendments of the law.
    LawAmendments = "law_amendments", LAW_AMENDMENTS;
}

impl Resource {
    /// The resource of a name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|resource| resource.code() == name)
    }
}

/// How far an import is; read while it goes on.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// Rows read and held against the input form.
    pub(crate) read: Count,
    /// Rows put into the change.
    pub(crate) checked: Count,
    /// Objects written.
    pub(crate) written: Count,
    phase: Mutex<Phase>,
}

/// What an import is at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Phase {
    /// It waits for its turn.
    #[default]
    Waiting,
    /// Its files are read, and every row is held against its input form.
    Reading,
    /// Its rows are put into a change.
    Checking,
    /// The change is written.
    Writing,
}

impl Progress {
    /// What it is at.
    pub(crate) fn phase(&self) -> Phase {
        *self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says what it is at from now on.
    pub(crate) fn enter(&self, phase: Phase) {
        *self.phase.lock().unwrap_or_else(PoisonError::into_inner) = phase;
    }

    /// How many rows there are, when they are all read.
    pub(crate) fn total(&self) -> Option<u64> {
        let read = matches!(self.phase(), Phase::Checking | Phase::Writing);
        read.then(|| self.read.get())
    }
}

/// A number that grows.
#[derive(Debug, Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    /// The number.
    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// One more.
    pub(crate) fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// The number anew.
    pub(crate) fn set(&self, count: u64) {
        self.0.store(count, Ordering::Relaxed);
    }
}
