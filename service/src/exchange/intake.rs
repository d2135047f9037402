//! Files on their way in: opened, their tables named, and every row held against its input form.

use std::path::PathBuf;

use super::{Progress, Resource, rows};
use crate::{
    refusal::MOST_VIOLATIONS,
    tables::{Fault, FaultCode, Faults, Format, Source, TableFile},
};

/// A file that somebody wants to bring in.
#[derive(Debug)]
pub(crate) struct Offer {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// Its format, when that is known.
    pub(crate) format: Option<Format>,
    /// The resource whose rows are to be taken from it; without one, every table is taken by its
    /// name.
    pub(crate) resource: Option<Resource>,
}

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
    pub(super) fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    /// Takes note of one more, in the table of a resource if it is known.
    pub(super) fn add(&mut self, file: usize, resource: Option<Resource>, mut fault: Fault) {
        if let Some(resource) = resource {
            fault.sheet = Some(resource.code().to_owned());
        }
        if self.listed.len() < MOST_VIOLATIONS {
            self.listed.push((file, fault));
        } else {
            self.further += 1;
        }
    }

    fn add_all(&mut self, file: usize, resource: Option<Resource>, faults: &Faults) {
        for fault in faults.listed() {
            self.add(file, resource, fault.clone());
        }
        self.further += faults.further();
    }
}

/// One table to be taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table {
    pub(super) file: usize,
    pub(super) resource: Resource,
}

/// Files, opened, and the tables to be taken from them in the order in which they are to be taken.
pub(crate) struct Intake {
    pub(super) files: Vec<TableFile>,
    pub(super) tables: Vec<Table>,
}

impl Intake {
    /// Opens files and names their tables.
    ///
    /// # Errors
    /// Everything that is wrong with them so far.
    pub(crate) fn open(offers: Vec<Offer>) -> Result<Self, Wrong> {
        let mut wrong = Wrong::default();
        let mut intake = Self {
            files: Vec::new(),
            tables: Vec::new(),
        };
        for (at, offer) in offers.into_iter().enumerate() {
            match TableFile::open(Source::File(offer.path), offer.format) {
                Ok(file) => {
                    intake.name(at, &file, offer.resource, &mut wrong);
                    intake.files.push(file);
                }
                Err(fault) => wrong.add(at, offer.resource, fault),
            }
        }
        intake.tables.sort_by_key(|table| table.resource);
        if wrong.is_empty() {
            Ok(intake)
        } else {
            Err(wrong)
        }
    }

    fn name(&mut self, file: usize, opened: &TableFile, said: Option<Resource>, wrong: &mut Wrong) {
        if let Some(resource) = said {
            self.tables.push(Table { file, resource });
            return;
        }
        let names = opened.sheets();
        let known: Vec<_> = Resource::ALL.iter().map(|known| known.code()).collect();
        let known = known.join(", ");
        if names.is_empty() {
            let message = format!("the file is one table; say of which resource: {known}");
            wrong.add(file, None, Fault::of_file(FaultCode::MissingSheet, message));
        }
        for name in &names {
            if let Some(resource) = Resource::named(name) {
                self.tables.push(Table { file, resource });
            } else {
                let message = format!("is no resource; tables are named {known}");
                let fault = Fault::of_file(FaultCode::UnknownSheet, message);
                wrong.add(file, None, fault.in_sheet(name));
            }
        }
    }

    /// Reads every row and holds it against its input form; keeps none.
    ///
    /// # Errors
    /// Everything that is wrong with them; `None`: nobody wants it any more.
    pub(crate) fn read(
        &mut self,
        progress: &Progress,
        wanted: &dyn Fn() -> bool,
    ) -> Result<(), Option<Wrong>> {
        let mut wrong = Wrong::default();
        for Table { file, resource } in &self.tables {
            let (file, resource) = (*file, *resource);
            let Some(opened) = self.files.get_mut(file) else {
                continue;
            };
            let records = match opened.records(&resource.sheet()) {
                Ok(records) => records,
                Err(faults) => {
                    wrong.add_all(file, Some(resource), &faults);
                    continue;
                }
            };
            for record in records {
                if !wanted() {
                    return Err(None);
                }
                progress.read.add();
                let faults = match record {
                    Ok(record) => rows::faults(resource, record),
                    Err(faults) => faults,
                };
                for fault in faults {
                    wrong.add(file, Some(resource), fault);
                }
            }
        }
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(Some(wrong))
        }
    }
}
