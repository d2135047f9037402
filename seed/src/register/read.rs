//! From the files as written to records: every value understood, every reference resolved.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;
use toml::Table;
use transfer_decision::{span::FIRST_DAY, vocabulary::OrganisationKind};

use super::{Demo, Flow, Group, Organisation, ProcessingActivity, Subprocessor, file};
use crate::{Fault, SeedError};

mod records;
mod row;

use row::{Notice, Row};

/// The file that belongs to no group.
const THIRD_PARTIES: &str = "register/third-parties.toml";

/// The field that names whom a group engages: a third party.
const ENGAGED: &str = "subprocessor.organisation";

/// Reads a whole register from its files, given as path and text.
pub(super) fn demo(files: &[(&str, &str)]) -> Result<Demo, SeedError> {
    let mut reader = Reader::default();
    let groups: Vec<_> = files
        .iter()
        .filter(|(path, _)| *path != THIRD_PARTIES)
        .filter_map(|(path, text)| Some((*path, reader.whole::<file::GroupFile>(path, text)?)))
        .collect();
    let notices: Vec<_> = groups
        .iter()
        .map(|(path, group)| reader.notice(path, &group.notice))
        .collect();
    for (path, text) in files.iter().filter(|(path, _)| *path == THIRD_PARTIES) {
        if let Some(shared) = reader.whole::<file::ThirdPartiesFile>(path, text) {
            reader.third_parties(path, &shared.third_party, &notices);
        }
    }
    for ((path, group), notice) in groups.iter().zip(&notices) {
        reader.group(path, group, notice);
    }
    reader.resolve();
    reader.finish()
}

#[derive(Default)]
struct Reader {
    faults: Vec<Fault>,
    groups: Vec<Group>,
    organisations: Vec<Organisation>,
    subprocessors: Vec<Subprocessor>,
    flows: Vec<Flow>,
    processing_activities: Vec<ProcessingActivity>,
    /// In which file each group stands.
    file_of: BTreeMap<String, String>,
    /// In which file each organisation stands, and what it is.
    known: BTreeMap<String, (String, OrganisationKind)>,
    /// Rows with a fault of their own; a reference to one of them is no further fault.
    unread: BTreeSet<String>,
}

impl Reader {
    /// Reads a file's outline. A file without one is left out, and its fault is kept.
    fn whole<T: DeserializeOwned>(&mut self, path: &str, text: &str) -> Option<T> {
        toml::from_str(text)
            .map_err(|error| self.fault(path, "", "", error.to_string().trim_end()))
            .ok()
    }

    fn fault(&mut self, file: &str, row: &str, field: &str, what: &str) {
        self.faults.push(Fault {
            file: file.to_owned(),
            row: row.to_owned(),
            field: field.to_owned(),
            what: what.to_owned(),
        });
    }

    fn notice(&mut self, path: &str, notice: &file::Notice) -> Notice {
        let mut row = Row::new(&mut self.faults, path, &notice.file, "notice");
        if let Some(date) = &notice.date {
            row.day("date", date);
        }
        let facts_from = row.day("facts_from", &notice.facts_from);
        let dated = notice.date.as_deref().unwrap_or("undated");
        Notice {
            file: notice.file.clone(),
            dated: dated.to_owned(),
            // Any day will do to read on after a fault.
            facts_from: facts_from.unwrap_or(FIRST_DAY),
        }
    }

    /// The rows of one table, each read strictly by itself. `name` is the field that names a row.
    fn rows<T: DeserializeOwned>(
        &mut self,
        path: &str,
        table: &'static str,
        name: &str,
        rows: &[Table],
    ) -> Vec<T> {
        let mut read = Vec::with_capacity(rows.len());
        for (number, row) in (1..).zip(rows) {
            match row.clone().try_into() {
                Ok(row) => read.push(row),
                Err(error) => {
                    let named = row.get(name).and_then(toml::Value::as_str);
                    let named = named.map_or_else(|| format!("number {number}"), str::to_owned);
                    self.fault(path, &named, table, error.to_string().trim_end());
                    self.unread.insert(named);
                }
            }
        }
        read
    }

    fn third_parties(&mut self, path: &str, rows: &[Table], notices: &[Notice]) {
        for third in self.rows::<file::ThirdParty>(path, "third_party", "slug", rows) {
            let mut row = Row::new(&mut self.faults, path, &third.slug, "third_party");
            let read = records::third_party(&mut row, &third, notices);
            self.organisation(path, "third_party.slug", &third.slug, read);
        }
    }

    /// Keeps an organisation, once.
    fn organisation(&mut self, path: &str, field: &str, slug: &str, read: Option<Organisation>) {
        let Some(organisation) = read else {
            self.unread.insert(slug.to_owned());
            return;
        };
        let known = (path.to_owned(), organisation.kind);
        if let Some((before, _)) = self.known.insert(slug.to_owned(), known) {
            self.fault(path, slug, field, &format!("stands in {before} already"));
        }
        self.organisations.push(organisation);
    }

    fn group(&mut self, path: &str, file: &file::GroupFile, notice: &Notice) {
        let one = std::slice::from_ref(&file.group);
        let Some(written) = self.rows::<file::Group>(path, "group", "slug", one).pop() else {
            return;
        };
        let slug = written.slug.clone();
        let own = std::slice::from_ref(notice);
        let from = notice.facts_from;
        let mut row = Row::new(&mut self.faults, path, &slug, "group");
        self.groups.extend(records::group(&mut row, written, own));
        if let Some(before) = self.file_of.insert(slug.clone(), path.to_owned()) {
            self.fault(
                path,
                &slug,
                "group.slug",
                &format!("stands in {before} already"),
            );
        }

        for written in self.rows::<file::Company>(path, "company", "slug", &file.company) {
            let mut row = Row::new(&mut self.faults, path, &written.slug, "company");
            let read = records::company(&mut row, &written, &slug, own);
            self.organisation(path, "company.slug", &written.slug, read);
        }
        self.third_parties(path, &file.third_party, own);
        let rows = &file.subprocessor;
        for written in self.rows::<file::Subprocessor>(path, "subprocessor", "organisation", rows) {
            let name = written.organisation.clone();
            let mut row = Row::new(&mut self.faults, path, &name, "subprocessor");
            let read = records::subprocessor(&mut row, written, &slug, from, own);
            self.subprocessors.extend(read);
        }
        for written in self.rows::<file::Flow>(path, "flow", "exporter", &file.flow) {
            let name = written.exporter.clone();
            let mut row = Row::new(&mut self.faults, path, &name, "flow");
            let read = records::flow(&mut row, written, &slug, from, own);
            self.flows.extend(read);
        }
        let rows = &file.processing_activity;
        for written in
            self.rows::<file::ProcessingActivity>(path, "processing_activity", "name", rows)
        {
            let name = written.name.clone();
            let mut row = Row::new(&mut self.faults, path, &name, "processing_activity");
            let read = records::processing_activity(&mut row, written, &slug, own);
            self.processing_activities.extend(read);
        }
    }

    /// Finds the references that point at nothing, or at the wrong kind of organisation.
    fn resolve(&mut self) {
        let mut named = Vec::new();
        for engagement in &self.subprocessors {
            let row = &engagement.organisation;
            named.push((&engagement.group, row, ENGAGED, row));
            let operators = engagement
                .locations
                .iter()
                .filter_map(|l| l.operated_by.as_ref());
            let field = "subprocessor.location.operated_by";
            named.extend(operators.map(|operator| (&engagement.group, row, field, operator)));
        }
        for flow in &self.flows {
            let row = &flow.exporter;
            named.push((&flow.group, row, "flow.exporter", &flow.exporter));
            named.push((&flow.group, row, "flow.importer", &flow.importer));
            let operators = flow.locations.iter().filter_map(|l| l.operated_by.as_ref());
            let field = "flow.location.operated_by";
            named.extend(operators.map(|operator| (&flow.group, row, field, operator)));
        }
        for (group, row, field, slug) in named {
            let what = match self.known.get(slug) {
                None if self.unread.contains(slug) => continue,
                None => format!("`{slug}` is no organisation of the register"),
                Some((_, OrganisationKind::GroupCompany)) if field == ENGAGED => {
                    format!("`{slug}` is a company of a group, not a third party")
                }
                Some(_) => continue,
            };
            self.faults.push(Fault {
                file: self.file_of.get(group).cloned().unwrap_or_default(),
                row: row.clone(),
                field: field.to_owned(),
                what,
            });
        }
    }

    fn finish(self) -> Result<Demo, SeedError> {
        if !self.faults.is_empty() {
            return Err(SeedError {
                faults: self.faults,
            });
        }
        Ok(Demo {
            groups: self.groups,
            organisations: self.organisations,
            subprocessors: self.subprocessors,
            flows: self.flows,
            processing_activities: self.processing_activities,
        })
    }
}
