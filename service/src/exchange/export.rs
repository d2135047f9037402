//! The register on its way out: rows that an import takes, and nothing else.

use std::io::Write;

use serde::Serialize;
use serde_json::{Map, Value};
use transfer_decision::span::Day;
use transfer_registry_core::{
    Snapshot,
    certifications::{Certification, NewCertification},
    flows::{Flow, NewFlow},
    groups::{Group, NewGroup},
    impact_assessments::{ImpactAssessment, NewImpactAssessment},
    imports::{GivenUse, Row},
    law_amendments::{LawAmendment, NewLawAmendment},
    mechanisms::{Mechanism, NewMechanism},
    organisations::{NewOrganisation, Organisation},
    processing_activities::{NewProcessingActivity, ProcessingActivity},
    subprocessors::{NewSubprocessor, Subprocessor},
};
use uuid::Uuid;

use super::Resource;
use crate::{
    api::v1::law_amendments::LawAmendmentInput,
    days::{concluded_on, engaged_on, in_effect_on},
    tables::{Format, Rows, WriteError, write_table, write_tables},
};

/// What is exported, and how.
#[derive(Debug, Clone)]
pub(crate) struct Export {
    /// The resource, or the whole register.
    pub(crate) what: Whole,
    /// The format.
    pub(crate) format: Format,
    /// Only what is in force on this day.
    pub(crate) as_of: Option<Day>,
    /// Only what the group of this slug keeps, and what all groups share.
    pub(crate) group: Option<String>,
}

/// A resource, or all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whole {
    /// Every resource.
    Register,
    /// One.
    One(Resource),
}

impl Whole {
    /// The name of everything, in a path.
    pub(crate) const REGISTER: &'static str = "register";

    /// What a name stands for.
    pub(crate) fn named(name: &str) -> Option<Self> {
        if name == Self::REGISTER {
            return Some(Self::Register);
        }
        Resource::named(name).map(Self::One)
    }

    /// The name.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Register => Self::REGISTER,
            Self::One(resource) => resource.code(),
        }
    }
}

impl Export {
    /// Writes the file.
    ///
    /// # Errors
    /// That the format does not hold it, or writing failed.
    pub(crate) fn write(
        &self,
        snapshot: &Snapshot,
        out: impl Write + Send,
    ) -> Result<(), WriteError> {
        match self.what {
            Whole::One(resource) => {
                let rows = self.rows(resource, snapshot);
                write_table(self.format, out, &resource.sheet(), rows)
            }
            Whole::Register => {
                let all = Resource::ALL.iter();
                let tables = all.map(|resource| (resource.sheet(), self.rows(*resource, snapshot)));
                write_tables(self.format, out, tables)
            }
        }
    }

    /// A file's name.
    pub(crate) fn file_name(&self) -> String {
        let name = self.what.code().replace('_', "-");
        let day = self.as_of.map(|day| format!("-{day}")).unwrap_or_default();
        format!("{name}{day}.{}", self.format.code())
    }

    /// The rows of a resource, by id.
    fn rows<'s>(&'s self, resource: Resource, snapshot: &'s Snapshot) -> Rows<'s> {
        let day = self.as_of;
        let on = move |holds: &dyn Fn(Day) -> bool| day.is_none_or(holds);
        let keeps = move |group: Option<&str>| {
            let asked = self.group.as_deref();
            asked.is_none_or(|asked| group.is_none_or(|group| group == asked))
        };
        match resource {
            Resource::Groups => rows(
                snapshot
                    .groups()
                    .iter()
                    .filter(move |one| keeps(Some(&one.slug)))
                    .map(group),
            ),
            Resource::Organisations => rows(
                snapshot
                    .organisations()
                    .iter()
                    .filter(move |one| keeps(one.group.as_deref()))
                    .map(organisation),
            ),
            Resource::Certifications => {
                let held = snapshot
                    .organisations()
                    .iter()
                    .filter(move |holder| keeps(holder.group.as_deref()))
                    .flat_map(|holder| holder.certifications.iter().map(move |one| (holder, one)))
                    .filter(move |(_, one)| {
                        on(&|day| {
                            one.valid_from <= day && one.valid_to.is_none_or(|last| day <= last)
                        })
                    });
                let mut held: Vec<_> = held.collect();
                held.sort_by_key(|(_, one)| one.id);
                rows(
                    held.into_iter()
                        .map(|(holder, one)| certification(holder, one)),
                )
            }
            Resource::Subprocessors => rows(
                snapshot
                    .subprocessors()
                    .iter()
                    .filter(move |one| keeps(Some(&one.group)))
                    .filter(move |one| on(&|day| engaged_on(one, day)))
                    .map(subprocessor),
            ),
            Resource::Mechanisms => rows(
                snapshot
                    .mechanisms()
                    .iter()
                    .filter(move |one| keeps(one.group.as_deref()))
                    .filter(move |one| on(&|day| concluded_on(one, day)))
                    .map(mechanism),
            ),
            Resource::ImpactAssessments => {
                let made = snapshot
                    .mechanisms()
                    .iter()
                    .filter(move |of| keeps(of.group.as_deref()))
                    .filter(move |of| on(&|day| concluded_on(of, day)))
                    .flat_map(|of| of.assessments.iter().map(move |one| (of, one)));
                let mut made: Vec<_> = made.collect();
                made.sort_by_key(|(_, one)| one.id);
                rows(made.into_iter().map(|(of, one)| impact_assessment(of, one)))
            }
            Resource::Flows => rows(
                snapshot
                    .flows()
                    .iter()
                    .filter(move |one| keeps(one.group.as_deref()))
                    .filter(move |one| on(&|day| in_effect_on(one, day)))
                    .map(flow),
            ),
            Resource::ProcessingActivities => rows(
                snapshot
                    .processing_activities()
                    .iter()
                    .filter(move |one| keeps(Some(&one.group)))
                    .map(processing_activity),
            ),
            // What was recorded of the law is everybody's, and says itself of which days it speaks.
            Resource::LawAmendments => rows(snapshot.law_amendments().iter().map(law_amendment)),
        }
    }
}

fn rows<'r>(rows: impl Iterator<Item = Row> + 'r) -> Rows<'r> {
    Box::new(rows.map(form))
}

pub(super) fn group(view: &Group) -> Row {
    Row::Group(Some(view.id), NewGroup::of(view))
}

pub(super) fn organisation(view: &Organisation) -> Row {
    Row::Organisation(Some(view.id), Box::new(NewOrganisation::of(view)))
}

pub(super) fn certification(holder: &Organisation, view: &Certification) -> Row {
    let new = NewCertification::of(view, holder.slug.clone());
    Row::Certification(Some(view.id), new)
}

pub(super) fn subprocessor(view: &Subprocessor) -> Row {
    Row::Subprocessor(
        Some(view.id),
        view.status,
        Box::new(NewSubprocessor::of(view)),
    )
}

pub(super) fn mechanism(view: &Mechanism) -> Row {
    let uses = view.uses.iter().map(GivenUse::from).collect();
    Row::Mechanism(Some(view.id), Some(uses), Box::new(NewMechanism::of(view)))
}

pub(super) fn impact_assessment(of: &Mechanism, view: &ImpactAssessment) -> Row {
    let new = NewImpactAssessment::of(view, of.id);
    Row::ImpactAssessment(Some(view.id), Box::new(new))
}

pub(super) fn flow(view: &Flow) -> Row {
    Row::Flow(Some(view.id), view.status, Box::new(NewFlow::of(view)))
}

pub(super) fn processing_activity(view: &ProcessingActivity) -> Row {
    let new = NewProcessingActivity::of(view);
    Row::ProcessingActivity(Some(view.id), Box::new(new))
}

pub(super) fn law_amendment(view: &LawAmendment) -> Row {
    let new = NewLawAmendment {
        amendment: view.amendment.clone(),
        source: view.source.clone(),
    };
    Row::LawAmendment(Some(view.id), view.withdrawn, Box::new(new))
}

/// A row in its input form, without the fields that say what is meant without them.
pub(super) fn form(row: Row) -> Value {
    let (id, mut fields) = match row {
        Row::Group(id, new) => (id, fields(&new)),
        Row::Organisation(id, new) => {
            let mut fields = fields(&new);
            without_empty(&mut fields, &["attributes", "contacts"]);
            (id, fields)
        }
        Row::Certification(id, new) => (id, fields(&new)),
        Row::Subprocessor(id, status, new) => {
            let mut fields = fields(&new);
            without_empty(&mut fields, &["locations"]);
            fields.insert("status".to_owned(), status.code().into());
            (id, fields)
        }
        Row::Mechanism(id, uses, new) => {
            let mut fields = fields(&new);
            if let Some(Value::Object(statements)) = fields.get_mut("statements") {
                // That something is not repetitive is a statement; that it is nothing else is none.
                statements.retain(|name, said| {
                    !said.is_null() && (name == "repetitive" || *said != Value::Bool(false))
                });
            }
            let uses = serde_json::to_value(uses).unwrap_or_default();
            fields.insert("uses".to_owned(), uses);
            without_empty(&mut fields, &["statements", "uses"]);
            (id, fields)
        }
        Row::ImpactAssessment(id, new) => {
            let mut fields = fields(&new);
            without_empty(&mut fields, &["steps"]);
            (id, fields)
        }
        Row::Flow(id, status, new) => {
            let mut fields = fields(&new);
            without_empty(&mut fields, &["data_subjects", "locations"]);
            fields.insert("status".to_owned(), status.code().into());
            (id, fields)
        }
        Row::ProcessingActivity(id, new) => {
            let mut fields = fields(&new);
            without_empty(&mut fields, &["data_categories", "legal_bases"]);
            (id, fields)
        }
        Row::LawAmendment(id, withdrawn, new) => {
            let mut fields = LawAmendmentInput::of(&new).map_or_else(
                |error| {
                    tracing::error!(%error, "an amendment of the law has no input form");
                    fields(&new)
                },
                |input| fields(&input),
            );
            if withdrawn {
                fields.insert("withdrawn".to_owned(), true.into());
            }
            (id, fields)
        }
    };
    if let Some(id) = id {
        fields.insert("id".to_owned(), id_text(id));
    }
    without_nulls(&mut fields);
    Value::Object(fields)
}

/// Leaves out what is not said, also inside: a file says it by leaving it out.
fn without_nulls(fields: &mut Map<String, Value>) {
    fields.retain(|_, field| !field.is_null());
    for field in fields.values_mut() {
        match field {
            Value::Object(inner) => without_nulls(inner),
            Value::Array(items) => {
                let items = items.iter_mut().filter_map(Value::as_object_mut);
                items.for_each(without_nulls);
            }
            _ => {}
        }
    }
}

fn id_text(id: Uuid) -> Value {
    id.to_string().into()
}

fn fields(new: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(new) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

/// Leaves out the lists and objects that are empty, and mean the same when they are not there.
fn without_empty(fields: &mut Map<String, Value>, names: &[&str]) {
    fields.retain(|name, field| {
        let empty = match field {
            Value::Array(items) => items.is_empty(),
            Value::Object(inner) => inner.values().all(Value::is_null),
            _ => false,
        };
        !empty || !names.contains(&name.as_str())
    });
}
