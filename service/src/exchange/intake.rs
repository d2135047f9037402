//! Files on their way in: opened, their tables named, and every row held against its input form.

use std::{collections::HashSet, path::PathBuf};

use super::{Progress, Resource, Unmade, Wrong, rows};
use crate::tables::{Fault, FaultCode, Format, Source, TableFile};

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

/// One table to be taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table {
    pub(super) file: usize,
    pub(super) resource: Resource,
    /// Its place among those to be taken.
    pub(super) place: usize,
}

/// What was found when the rows were read.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// Everything that is wrong with them, whatever the register holds.
    pub(super) wrong: Wrong,
    /// The tables of which no row can be read.
    unreadable: HashSet<usize>,
    /// The rows in which something is wrong, by the table's place; 0: what has no row.
    faulty: HashSet<(usize, u32)>,
}

impl Reading {
    /// Whether rows of a table can be read.
    pub(super) fn reads(&self, table: Table) -> bool {
        !self.unreadable.contains(&table.place)
    }

    /// Whether something is wrong with a row.
    pub(super) fn knows(&self, table: Table, row: Option<u32>) -> bool {
        self.faulty
            .contains(&(table.place, row.unwrap_or_default()))
    }

    fn note(&mut self, table: Table, row: Option<u32>, fault: Fault) {
        self.faulty.insert((table.place, row.unwrap_or_default()));
        self.wrong.add(table.file, Some(table.resource), fault);
    }
}

/// Files, opened, and the tables to be taken from them in the order in which they are to be taken.
pub(crate) struct Intake {
    pub(super) files: Vec<TableFile>,
    pub(super) tables: Vec<Table>,
    pub(super) reading: Reading,
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
            reading: Reading::default(),
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
        for (place, table) in intake.tables.iter_mut().enumerate() {
            table.place = place;
        }
        if wrong.is_empty() {
            Ok(intake)
        } else {
            Err(wrong)
        }
    }

    fn name(&mut self, file: usize, opened: &TableFile, said: Option<Resource>, wrong: &mut Wrong) {
        let table = |resource| Table {
            file,
            resource,
            place: 0,
        };
        if let Some(resource) = said {
            self.tables.push(table(resource));
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
                self.tables.push(table(resource));
            } else {
                let message = format!("is no resource; tables are named {known}");
                let fault = Fault::of_file(FaultCode::UnknownSheet, message);
                wrong.add(file, None, fault.in_sheet(name));
            }
        }
    }

    /// Whether nothing was found wrong when the rows were read.
    pub(super) fn is_sound(&self) -> bool {
        self.reading.wrong.is_empty()
    }

    /// Reads every row and holds it against its input form; keeps none. What is wrong is kept: rows
    /// with which nothing is can still be held against the register.
    ///
    /// # Errors
    /// That nobody wants it any more.
    pub(crate) fn read(
        &mut self,
        progress: &Progress,
        wanted: &dyn Fn() -> bool,
    ) -> Result<(), Unmade> {
        for table in &self.tables {
            let resource = table.resource;
            let Some(opened) = self.files.get_mut(table.file) else {
                continue;
            };
            let records = match opened.records(&resource.sheet()) {
                Ok(records) => records,
                Err(faults) => {
                    let wrong = &mut self.reading.wrong;
                    wrong.add_all(table.file, Some(resource), &faults);
                    self.reading.unreadable.insert(table.place);
                    continue;
                }
            };
            for record in records {
                if !wanted() {
                    return Err(Unmade::Cut);
                }
                progress.read.add();
                match record {
                    Ok(record) => {
                        let row = Some(record.row);
                        for fault in rows::faults(resource, record) {
                            self.reading.note(*table, row, fault);
                        }
                    }
                    Err(faults) => {
                        for fault in faults {
                            self.reading.note(*table, fault.row, fault);
                        }
                    }
                }
            }
        }
        Ok(())
    }
}
