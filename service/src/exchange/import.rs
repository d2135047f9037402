//! Rows into a change: all of them, or none.

use std::collections::{HashMap, HashSet};

use transfer_registry_core::{
    ChangeError, Draft, Snapshot,
    imports::{self, Outcome, Row},
};
use uuid::Uuid;

use super::{
    Differences, Intake, Progress, Resource, Wrong, export, intake::Table, judged::Judged, rows,
};
use crate::{
    refusal::ViolationCode,
    tables::{Fault, Record},
};

/// How rows are to be understood.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// Whether engagements and flows run in reality already: those whose row names no stage are
    /// active, and the gate is not asked about any.
    pub(crate) record_existing: bool,
}

/// What an import does.
#[derive(Debug, Default)]
pub(crate) struct Made {
    /// The revision that it was tried on.
    pub(crate) revision: u64,
    /// How many rows make an object.
    pub(crate) created: u64,
    /// How many change one.
    pub(crate) changed: u64,
    /// How many say what the register says already.
    pub(crate) unchanged: u64,
    /// What is different, row by row.
    pub(crate) differences: Differences,
}

/// Why nothing was made.
#[derive(Debug)]
pub(crate) enum Unmade {
    /// The files are wrong.
    Wrong(Wrong),
    /// It was cut short: nobody wants it any more.
    Cut,
    /// The change was not made for another reason.
    Change(ChangeError),
}

impl Intake {
    /// Puts every row into a change.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub(crate) fn put_in(
        &mut self,
        draft: &mut Draft,
        options: Options,
        progress: &Progress,
        wanted: &dyn Fn() -> bool,
    ) -> Result<Made, Unmade> {
        let Self {
            files,
            tables,
            reading,
        } = self;
        let mut putting = Putting {
            draft,
            options,
            made: Made::default(),
            wrong: Wrong::default(),
            missing: HashSet::new(),
            judged: Judged::default(),
            flows: Flows::default(),
        };
        putting.made.revision = putting.draft.base().revision();
        for table in tables.iter() {
            let Some(opened) = files.get_mut(table.file) else {
                continue;
            };
            if !reading.reads(*table) {
                putting.missing.insert(table.resource);
                continue;
            }
            let records = opened.records(&table.resource.sheet());
            // The file was read before; what is wrong with it now came between.
            let records = records.map_err(|faults| {
                let mut wrong = Wrong::default();
                wrong.add_all(table.file, Some(table.resource), &faults);
                Unmade::Wrong(wrong)
            })?;
            for record in records {
                if !wanted() {
                    return Err(Unmade::Cut);
                }
                progress.checked.add();
                match record {
                    Ok(record) if reading.knows(*table, Some(record.row)) => {
                        putting.missing.insert(table.resource);
                    }
                    Ok(record) => putting.take(*table, record)?,
                    Err(mut faults) => {
                        putting.missing.insert(table.resource);
                        faults.retain(|fault| !reading.knows(*table, fault.row));
                        putting.refuse(*table, faults);
                    }
                }
            }
            putting.take_the_rest(*table)?;
        }
        putting.judge(wanted)?;
        let Putting { made, wrong, .. } = putting;
        let wrong = std::mem::take(&mut reading.wrong).and(wrong);
        if wrong.is_empty() {
            Ok(made)
        } else {
            Err(Unmade::Wrong(wrong))
        }
    }
}

/// Rows on their way into a change.
pub(super) struct Putting<'d> {
    pub(super) draft: &'d mut Draft,
    options: Options,
    made: Made,
    wrong: Wrong,
    /// The resources of which rows were left out, to which other rows may refer.
    missing: HashSet<Resource>,
    pub(super) judged: Judged,
    flows: Flows,
}

/// Flows that continue others must come after them, in whatever order a file has them.
#[derive(Default)]
struct Flows {
    /// Those that were taken, by the id that their row gives.
    taken: HashSet<Uuid>,
    /// Those that wait for another one, by its id.
    waiting: HashMap<Uuid, Vec<(Record, Row)>>,
}

impl Putting<'_> {
    /// Takes a row, or lets it wait.
    fn take(&mut self, table: Table, mut record: Record) -> Result<(), Unmade> {
        let value = std::mem::take(&mut record.value);
        match rows::row(table.resource, value, self.draft, self.options) {
            Ok(row) => match self.awaited(&row) {
                Some(other) => {
                    let waiting = self.flows.waiting.entry(other).or_default();
                    waiting.push((record, row));
                    Ok(())
                }
                None => self.put(table, &record, row),
            },
            Err(violation) => {
                let fault = rows::fault(&record, &violation);
                self.refuse(table, vec![fault]);
                Ok(())
            }
        }
    }

    /// The flow that must come before this one.
    fn awaited(&self, row: &Row) -> Option<Uuid> {
        let Row::Flow(_, _, new) = row else {
            return None;
        };
        let there = |id: &Uuid| {
            self.flows.taken.contains(id) || self.draft.base().flows().get(*id).is_some()
        };
        new.continues.filter(|id| !there(id))
    }

    /// Puts a row into the change, and those that waited for it.
    fn put(&mut self, table: Table, record: &Record, row: Row) -> Result<(), Unmade> {
        let mut released = self.put_one(table, record, row)?;
        while let Some((record, row)) = released.pop() {
            released.extend(self.put_one(table, &record, row)?);
        }
        Ok(())
    }

    fn put_one(
        &mut self,
        table: Table,
        record: &Record,
        row: Row,
    ) -> Result<Vec<(Record, Row)>, Unmade> {
        let id = flow_id(&row);
        let base = self.draft.seen().map_err(Unmade::Change)?;
        let slug = slug_of(&row);
        let listed = self.made.differences.takes();
        let before = recorded(&base, &row).filter(|_| listed);
        let kept = before.is_some().then(|| row.clone());
        let amends = matches!(row, Row::LawAmendment(..));
        let existing = self.options.record_existing;
        let first = row.activates(&base, self.draft.today());
        let first = first.filter(|_| !existing);
        match imports::row_in(self.draft, row, existing) {
            Ok(outcome) => {
                let changed = !matches!(outcome, Outcome::Unchanged(_));
                if let Some(first) = first.filter(|_| changed) {
                    let active = (outcome.id(), first);
                    self.judged.activates(active, table, record);
                }
                if amends {
                    self.judged.amends(outcome.id(), table, record);
                }
                match outcome {
                    Outcome::Created(_) => self.made.created += 1,
                    Outcome::Changed(_) => self.made.changed += 1,
                    Outcome::Unchanged(_) => self.made.unchanged += 1,
                }
                let changed = matches!(outcome, Outcome::Changed(_));
                let forms = before.zip(kept).filter(|_| changed);
                let forms =
                    forms.map(|(before, after)| (export::form(before), export::form(after)));
                let place = (table.resource, record.row);
                self.made.differences.add(place, outcome, slug, forms);
            }
            Err(error) => {
                let faults = rows::refused(record, error).map_err(Unmade::Change)?;
                self.refuse(table, faults);
            }
        }
        let Some(id) = id else {
            return Ok(Vec::new());
        };
        self.flows.taken.insert(id);
        Ok(self.flows.waiting.remove(&id).unwrap_or_default())
    }

    /// Takes note of what is wrong with a row. What refers to something that is not there may only
    /// follow from a fault that is told already.
    pub(super) fn refuse(&mut self, table: Table, faults: Vec<Fault>) {
        let any = !faults.is_empty();
        for fault in faults {
            let named = named_by(fault.code);
            if !named.is_some_and(|named| self.lacks(named)) {
                self.wrong.add(table.file, Some(table.resource), fault);
            }
        }
        if any {
            self.missing.insert(table.resource);
        }
    }

    /// Whether rows of a resource were left out.
    pub(super) fn lacks(&self, resource: Resource) -> bool {
        self.missing.contains(&resource)
    }

    /// Whether every row was taken.
    pub(super) fn is_whole(&self) -> bool {
        self.missing.is_empty()
    }

    /// Whether further faults are only counted.
    pub(super) const fn is_full(&self) -> bool {
        self.wrong.is_full()
    }

    /// Flows that wait for one that did not come: they continue one that is not there, or each
    /// other. Who waits for them in turn only follows.
    fn take_the_rest(&mut self, table: Table) -> Result<(), Unmade> {
        let waiting = std::mem::take(&mut self.flows.waiting);
        if waiting.is_empty() {
            return Ok(());
        }
        let rows = waiting.values().flatten();
        let own: HashSet<Uuid> = rows.filter_map(|(_, row)| flow_id(row)).collect();
        let (mut held, lost): (HashMap<_, _>, HashMap<_, _>) = waiting
            .into_iter()
            .partition(|(other, _)| own.contains(other));
        let mut named: Vec<_> = lost.into_values().flatten().collect();
        let mut following = Vec::new();
        let mut gone: Vec<Uuid> = named.iter().filter_map(|(_, row)| flow_id(row)).collect();
        while let Some(id) = gone.pop() {
            for waiting in held.remove(&id).into_iter().flatten() {
                gone.extend(flow_id(&waiting.1));
                following.push(waiting);
            }
        }
        named.extend(held.into_values().flatten());
        let lacked = self.lacks(Resource::Flows);
        for (record, row) in named {
            self.put_one(table, &record, row)?;
            if !lacked {
                // None of them hides the next.
                self.missing.remove(&Resource::Flows);
            }
        }
        self.missing.insert(Resource::Flows);
        for (record, row) in following {
            self.put_one(table, &record, row)?;
        }
        Ok(())
    }
}

/// The id that the row of a flow gives.
fn flow_id(row: &Row) -> Option<Uuid> {
    match row {
        Row::Flow(id, ..) => *id,
        _ => None,
    }
}

/// The resource of what a row names that is not there.
fn named_by(code: &str) -> Option<Resource> {
    let codes = [
        (ViolationCode::UnknownGroup, Resource::Groups),
        (ViolationCode::UnknownOrganisation, Resource::Organisations),
        (ViolationCode::UnknownMechanism, Resource::Mechanisms),
        (ViolationCode::UnknownFlow, Resource::Flows),
    ];
    let found = codes.into_iter().find(|(known, _)| known.code() == code);
    found.map(|(_, resource)| resource)
}

/// The slug of what a row is about.
fn slug_of(row: &Row) -> Option<String> {
    match row {
        Row::Group(_, new) => Some(new.slug.clone()),
        Row::Organisation(_, new) => Some(new.slug.clone()),
        _ => None,
    }
}

/// What the register says of the object that a row is about, as a row; nothing when it is new.
fn recorded(base: &Snapshot, row: &Row) -> Option<Row> {
    match row {
        Row::Group(id, new) => {
            let found = id.map_or_else(|| base.group(&new.slug), |id| base.groups().get(id));
            found.map(export::group)
        }
        Row::Organisation(id, new) => {
            let by_slug = || base.organisation(&new.slug);
            let found = id.map_or_else(by_slug, |id| base.organisations().get(id));
            found.map(export::organisation)
        }
        Row::Certification(id, _) => {
            let (holder, found) = base.certification((*id)?)?;
            Some(export::certification(holder, found))
        }
        Row::Subprocessor(id, ..) => base.subprocessors().get((*id)?).map(export::subprocessor),
        Row::Mechanism(id, ..) => base.mechanisms().get((*id)?).map(export::mechanism),
        Row::ImpactAssessment(id, _) => {
            let (mechanism, found) = base.impact_assessment((*id)?)?;
            Some(export::impact_assessment(mechanism, found))
        }
        Row::Flow(id, ..) => base.flows().get((*id)?).map(export::flow),
        Row::ProcessingActivity(id, _) => {
            let found = base.processing_activities().get((*id)?);
            found.map(export::processing_activity)
        }
        Row::LawAmendment(id, ..) => base.law_amendments().get((*id)?).map(export::law_amendment),
    }
}
