//! From rows to what readers see: ids of other rows become slugs, codes become words.

use std::collections::HashMap;

use transfer_decision::vocabulary::Module;
use transfer_registry_entity::{
    certifications, flow_locations, groups, impact_assessments, mechanism_parties, organisations,
    processing_activities, subprocessor_locations,
};
use uuid::Uuid;

use super::LoadError;
use crate::{
    certifications::Certification,
    flows::Flow,
    groups::Group,
    impact_assessments::ImpactAssessment,
    locations::Location,
    mechanisms::{Mechanism, Party},
    organisations::Organisation,
    processing_activities::ProcessingActivity,
    store::{
        objects::{Agreement, Engagement, LocatedFlow},
        rows::Rows,
    },
    subprocessors::Subprocessor,
};

/// What readers see of one moment, each list by id.
#[derive(Debug)]
pub(super) struct Views {
    pub(super) groups: Vec<Group>,
    pub(super) organisations: Vec<Organisation>,
    pub(super) subprocessors: Vec<Subprocessor>,
    pub(super) mechanisms: Vec<Mechanism>,
    pub(super) flows: Vec<Flow>,
    pub(super) processing_activities: Vec<ProcessingActivity>,
}

/// The slugs by id.
struct Names {
    groups: HashMap<Uuid, String>,
    organisations: HashMap<Uuid, String>,
}

impl Names {
    fn group(&self, of: &'static str, id: Uuid, group: Uuid) -> Result<String, LoadError> {
        named(&self.groups, of, id, "group", group)
    }

    fn group_if_any(
        &self,
        of: &'static str,
        id: Uuid,
        group: Option<Uuid>,
    ) -> Result<Option<String>, LoadError> {
        group.map(|group| self.group(of, id, group)).transpose()
    }

    fn organisation(
        &self,
        of: &'static str,
        id: Uuid,
        organisation: Uuid,
    ) -> Result<String, LoadError> {
        named(&self.organisations, of, id, "organisation", organisation)
    }
}

fn named(
    slugs: &HashMap<Uuid, String>,
    of: &'static str,
    id: Uuid,
    to: &'static str,
    missing: Uuid,
) -> Result<String, LoadError> {
    let dangling = LoadError::Dangling {
        of,
        id,
        to,
        missing,
    };
    slugs.get(&missing).cloned().ok_or(dangling)
}

/// The views of the rows of one moment.
pub(super) fn of(rows: Rows) -> Result<Views, LoadError> {
    let Rows {
        revision: _,
        demo: _,
        groups,
        organisations,
        certifications,
        subprocessors,
        mechanisms,
        impact_assessments,
        flows,
        processing_activities,
    } = rows;
    let names = Names {
        groups: groups
            .iter()
            .map(|row| (row.id, row.slug.clone()))
            .collect(),
        organisations: organisations
            .iter()
            .map(|row| (row.id, row.slug.clone()))
            .collect(),
    };
    let mut held = gathered(certifications, |row| {
        (row.organisation_id, certification(row))
    });
    let mut made = gathered(impact_assessments, |row| {
        (row.mechanism_id, assessment(row))
    });
    Ok(Views {
        groups: groups.into_iter().map(group).collect(),
        organisations: organisations
            .into_iter()
            .map(|row| {
                let held = held.remove(&row.id).unwrap_or_default();
                organisation(&names, row, held)
            })
            .collect::<Result<_, _>>()?,
        subprocessors: subprocessors
            .into_iter()
            .map(|object| subprocessor(&names, object))
            .collect::<Result<_, _>>()?,
        mechanisms: mechanisms
            .into_iter()
            .map(|object| {
                let made = made.remove(&object.row.id).unwrap_or_default();
                mechanism(&names, object, made)
            })
            .collect::<Result<_, _>>()?,
        flows: flows
            .into_iter()
            .map(|object| flow(&names, object))
            .collect::<Result<_, _>>()?,
        processing_activities: processing_activities
            .into_iter()
            .map(|row| processing_activity(&names, row))
            .collect::<Result<_, _>>()?,
    })
}

/// Rows by the object that they belong to, each list in the rows' order.
fn gathered<R, V>(rows: Vec<R>, view: impl Fn(R) -> (Uuid, V)) -> HashMap<Uuid, Vec<V>> {
    let mut gathered: HashMap<Uuid, Vec<V>> = HashMap::new();
    for (owner, view) in rows.into_iter().map(view) {
        gathered.entry(owner).or_default().push(view);
    }
    gathered
}

fn group(row: groups::Model) -> Group {
    let groups::Model {
        id,
        slug,
        name,
        notice_note,
        source,
        checked_on,
        version,
    } = row;
    Group {
        id,
        slug,
        name,
        notice_note,
        source,
        checked_on,
        version,
    }
}

fn certification(row: certifications::Model) -> Certification {
    let certifications::Model {
        id,
        organisation_id: _,
        framework,
        valid_from,
        valid_to,
        recertification_due,
        covers_hr,
        source,
        checked_on,
        version,
    } = row;
    Certification {
        id,
        framework: framework.0,
        valid_from,
        valid_to,
        recertification_due,
        covers_hr,
        source,
        checked_on,
        version,
    }
}

fn organisation(
    names: &Names,
    row: organisations::Model,
    certifications: Vec<Certification>,
) -> Result<Organisation, LoadError> {
    let organisations::Model {
        id,
        slug,
        kind,
        group_id,
        legal_name,
        seat,
        seat_note,
        registration,
        representative,
        attributes,
        on_public_list,
        source,
        checked_on,
        version,
    } = row;
    Ok(Organisation {
        id,
        slug,
        kind: kind.0,
        group: names.group_if_any("organisation", id, group_id)?,
        legal_name,
        seat: seat.map(|seat| seat.0),
        seat_note,
        registration,
        representative,
        attributes: attributes.0,
        on_public_list,
        certifications,
        source,
        checked_on,
        version,
    })
}

fn subprocessor(names: &Names, object: Engagement) -> Result<Subprocessor, LoadError> {
    let Engagement { row, locations } = object;
    let id = row.id;
    let locations = locations
        .into_iter()
        .map(|location| {
            let subprocessor_locations::Model {
                subprocessor_id: _,
                position: _,
                place,
                activity,
                operated_by,
            } = location;
            Ok(Location {
                place: place.map(|place| place.0),
                activity: activity.0,
                operated_by: operated_by
                    .map(|operator| names.organisation("subprocessor", id, operator))
                    .transpose()?,
            })
        })
        .collect::<Result<_, LoadError>>()?;
    Ok(Subprocessor {
        id,
        group: names.group("subprocessor", id, row.group_id)?,
        organisation: names.organisation("subprocessor", id, row.organisation_id)?,
        service: row.service,
        purpose: row.purpose,
        description: row.description,
        data_categories: row.data_categories.map(|categories| categories.0),
        data_subjects: row.data_subjects,
        condition: row.condition,
        status: row.status.0,
        effective_from: row.effective_from,
        ended_on: row.ended_on,
        exporter_role: row.exporter_role.map(|role| role.0),
        importer_role: row.importer_role.map(|role| role.0),
        locations,
        note: row.note,
        source: row.source,
        checked_on: row.checked_on,
        version: row.version,
    })
}

fn flow(names: &Names, object: LocatedFlow) -> Result<Flow, LoadError> {
    let LocatedFlow { row, locations } = object;
    let id = row.id;
    let locations = locations
        .into_iter()
        .map(|location| {
            let flow_locations::Model {
                flow_id: _,
                position: _,
                place,
                activity,
                operated_by,
            } = location;
            Ok(Location {
                place: place.map(|place| place.0),
                activity: activity.0,
                operated_by: operated_by
                    .map(|operator| names.organisation("flow", id, operator))
                    .transpose()?,
            })
        })
        .collect::<Result<_, LoadError>>()?;
    Ok(Flow {
        id,
        group: names.group_if_any("flow", id, row.group_id)?,
        exporter: names.organisation("flow", id, row.exporter_id)?,
        importer: names.organisation("flow", id, row.importer_id)?,
        exporter_role: row.exporter_role.map(|role| role.0),
        importer_role: row.importer_role.map(|role| role.0),
        data_subjects: row.data_subjects.0.into_iter().collect(),
        data_categories: row.data_categories.map(|categories| categories.0),
        purpose: row.purpose,
        status: row.status.0,
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        continues: row.continues,
        collected_from_data_subject: row.collected_from_data_subject,
        locations,
        source: row.source,
        checked_on: row.checked_on,
        version: row.version,
    })
}

fn assessment(row: impact_assessments::Model) -> ImpactAssessment {
    let impact_assessments::Model {
        id,
        mechanism_id: _,
        destination,
        conclusion,
        concluded_on,
        next_review,
        measures,
        source,
        version,
    } = row;
    ImpactAssessment {
        id,
        destination,
        conclusion: conclusion.0,
        concluded_on,
        next_review,
        measures,
        source,
        version,
    }
}

fn mechanism(
    names: &Names,
    object: Agreement,
    assessments: Vec<ImpactAssessment>,
) -> Result<Mechanism, LoadError> {
    let Agreement { row, parties } = object;
    let id = row.id;
    let parties = parties
        .into_iter()
        .map(|party| {
            let mechanism_parties::Model {
                mechanism_id: _,
                position: _,
                organisation_id,
                side,
                acceded_on,
                left_on,
            } = party;
            Ok(Party {
                organisation: names.organisation("mechanism", id, organisation_id)?,
                side: side.0,
                acceded_on,
                left_on,
            })
        })
        .collect::<Result<_, LoadError>>()?;
    Ok(Mechanism {
        id,
        group: names.group_if_any("mechanism", id, row.group_id)?,
        tool: row.tool.0,
        module: row.module.map(|number| module(id, number)).transpose()?,
        signed_on: row.signed_on,
        processing_changed_on: row.processing_changed_on,
        approved_on: row.approved_on,
        approved_by: row.approved_by.map(|country| country.0),
        authorised_on: row.authorised_on,
        combined_with_eu_data: row.combined_with_eu_data,
        statements: row.statements.0,
        ends_on: row.ends_on,
        parties,
        assessments,
        document: row.document,
        source: row.source,
        checked_on: row.checked_on,
        version: row.version,
    })
}

fn module(id: Uuid, number: i16) -> Result<Module, LoadError> {
    u8::try_from(number)
        .ok()
        .and_then(Module::from_number)
        .ok_or_else(|| LoadError::Meaningless {
            of: "mechanism",
            id,
            what: format!("there is no module {number}"),
        })
}

fn processing_activity(
    names: &Names,
    row: processing_activities::Model,
) -> Result<ProcessingActivity, LoadError> {
    let processing_activities::Model {
        id,
        group_id,
        name,
        role,
        purpose,
        data_categories,
        data_described,
        data_subjects,
        legal_bases,
        retention,
        source,
        checked_on,
        version,
    } = row;
    Ok(ProcessingActivity {
        id,
        group: names.group("processing activity", id, group_id)?,
        name,
        role: role.map(|role| role.0),
        purpose,
        data_categories: data_categories.0,
        data_described,
        data_subjects,
        legal_bases: legal_bases.0,
        retention,
        source,
        checked_on,
        version,
    })
}
