//! The law pack and the demo register as data, parsed, checked and embedded.
//!
//! Both are text files that people write and correct. Reading them is strict: what is not
//! understood is a [`Fault`] that names the file, the row and the field, faults are reported
//! together rather than one by one, and a pack or register with a fault is not used at all.

use std::fmt;

pub mod law;
pub mod register;

/// One thing that is wrong with the seed data.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file, by its path inside the law pack or the demo register.
    pub file: String,
    /// The row's id; empty when the fault concerns the file as a whole.
    pub row: String,
    /// The field of the row; empty when the fault concerns the row as a whole.
    pub field: String,
    /// What is wrong, in words.
    pub what: String,
}

impl Fault {
    /// A fault of a file as a whole.
    #[must_use]
    pub fn of_file(file: &str, what: &str) -> Self {
        Self {
            file: file.to_owned(),
            row: String::new(),
            field: String::new(),
            what: what.to_owned(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        for part in [&self.row, &self.field] {
            if !part.is_empty() {
                write!(f, ": {part}")?;
            }
        }
        write!(f, ": {}", self.what)
    }
}

/// Seed data that cannot be used: every fault that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedError {
    /// The faults, in the order in which they were found; never empty.
    pub faults: Vec<Fault>,
}

impl fmt::Display for SeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} fault(s) in the seed data", self.faults.len())?;
        for fault in &self.faults {
            write!(f, "\n  {fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for SeedError {}
