//! From rows to what readers see: ids of other rows become slugs, codes become words.

mod agreements;
mod publications;

use std::collections::HashMap;

use transfer_decision::span::Day;
use transfer_registry_entity::{
    certifications, flow_locations, groups, impact_assessments, law_amendments, law_packs,
    organisations, processing_activities, subprocessor_locations,
};
use uuid::Uuid;

use self::agreements::{assessment, mechanism};
use super::{List, LoadError, list::Identified, names::Names};
use crate::{
    certifications::Certification,
    flows::{Flow, FlowStatus, Suspension},
    groups::Group,
    law_amendments::LawAmendment,
    law_packs::AdoptedPack,
    locations::Location,
    mechanisms::Mechanism,
    organisations::Organisation,
    processing_activities::ProcessingActivity,
    proposals::Proposal,
    publications::Publication,
    store::{
        objects::{Engagement, LocatedFlow},
        rows::Rows,
    },
    subprocessors::Subprocessor,
    tokens::Token,
    users::User,
};

/// What readers see of one moment, each list by id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Views {
    pub(super) groups: List<Group>,
    pub(super) organisations: List<Organisation>,
    pub(super) subprocessors: List<Subprocessor>,
    pub(super) mechanisms: List<Mechanism>,
    pub(super) flows: List<Flow>,
    pub(super) processing_activities: List<ProcessingActivity>,
    pub(super) law_amendments: List<LawAmendment>,
    pub(super) law_packs: Vec<AdoptedPack>,
    pub(super) tokens: List<Token>,
    pub(super) users: List<User>,
    pub(super) proposals: List<Proposal>,
    pub(super) publications: List<Publication>,
}

impl Views {
    /// The views after the rows of some objects: all of a moment's over nothing, or those that a
    /// change wrote over what was there.
    pub(super) fn with(&self, rows: Rows) -> Result<Self, LoadError> {
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
            law_packs,
            law_amendments,
            tokens,
            users,
            proposals,
            publications,
        } = rows;
        let mut views = self.clone();
        views.groups.put(groups.into_iter().map(group));
        views.put_organisations(organisations, certifications)?;
        let names = Names {
            groups: &views.groups,
            organisations: &views.organisations,
        };
        put(&mut views.subprocessors, subprocessors, |object| {
            subprocessor(&names, object)
        })?;
        put(&mut views.flows, flows, |object| flow(&names, object))?;
        put(
            &mut views.processing_activities,
            processing_activities,
            |row| processing_activity(&names, row),
        )?;
        let mechanisms: Vec<_> = all(mechanisms, |object| {
            let id = object.row.id;
            let made = views
                .mechanisms
                .get(id)
                .map(|kept| kept.assessments.clone());
            mechanism(&names, object, made.unwrap_or_default())
        })?;
        views.mechanisms.put(mechanisms);
        views.put_assessments(impact_assessments)?;
        let amendments: Vec<_> = all(law_amendments, law_amendment)?;
        views.law_amendments.put(amendments);
        views.law_packs.extend(law_packs.into_iter().map(law_pack));
        views.tokens.put(tokens.into_iter().map(Token::from));
        views.users.put(users.into_iter().map(User::from));
        let proposals = proposals.into_iter().map(Proposal::from);
        views.proposals.put(proposals);
        views.put_publications(publications)?;
        Ok(views)
    }

    fn put_organisations(
        &mut self,
        rows: Vec<organisations::Model>,
        held: Vec<certifications::Model>,
    ) -> Result<(), LoadError> {
        let names = Names {
            groups: &self.groups,
            organisations: &self.organisations,
        };
        let views: Vec<_> = all(rows, |row| {
            let held = self.organisations.get(row.id);
            let held = held.map(|kept| kept.certifications.clone());
            organisation(&names, row, held.unwrap_or_default())
        })?;
        self.organisations.put(views);
        let mut holders = Vec::new();
        for (owner, held) in gathered(held, |row| (row.organisation_id, certification(row))) {
            let holder = self.organisations.get(owner);
            let mut holder = holder.cloned().ok_or(LoadError::Dangling {
                of: "certification",
                id: held.first().map_or(owner, |held| held.id),
                to: "organisation",
                missing: owner,
            })?;
            merge(&mut holder.certifications, held, |held| held.id);
            holders.push(holder);
        }
        self.organisations.put(holders);
        Ok(())
    }

    fn put_assessments(&mut self, rows: Vec<impact_assessments::Model>) -> Result<(), LoadError> {
        let mut assessed = Vec::new();
        for (owner, made) in gathered(rows, |row| (row.mechanism_id, assessment(row))) {
            let mechanism = self.mechanisms.get(owner);
            let mut mechanism = mechanism.cloned().ok_or(LoadError::Dangling {
                of: "impact assessment",
                id: made.first().map_or(owner, |made| made.id),
                to: "mechanism",
                missing: owner,
            })?;
            merge(&mut mechanism.assessments, made, |made| made.id);
            assessed.push(mechanism);
        }
        self.mechanisms.put(assessed);
        Ok(())
    }
}

/// Puts what rows show into a list, one after the other: of a large change there is not room for
/// both.
fn put<R, V: Identified>(
    list: &mut List<V>,
    rows: Vec<R>,
    mut view: impl FnMut(R) -> Result<V, LoadError>,
) -> Result<(), LoadError> {
    let mut failed = Ok(());
    list.put(
        rows.into_iter()
            .map_while(|row| view(row).map_err(|error| failed = Err(error)).ok()),
    );
    failed
}

fn all<R, V>(
    rows: Vec<R>,
    view: impl FnMut(R) -> Result<V, LoadError>,
) -> Result<Vec<V>, LoadError> {
    rows.into_iter().map(view).collect()
}

/// Puts items into a list by id, each in the place of the one with its id.
fn merge<T>(kept: &mut Vec<T>, items: Vec<T>, id: impl Fn(&T) -> Uuid) {
    for item in items {
        match kept.iter_mut().find(|kept| id(kept) == id(&item)) {
            Some(kept) => *kept = item,
            None => kept.push(item),
        }
    }
    kept.sort_by_key(|kept| id(kept));
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
        notice_days,
        objection_days,
        source,
        checked_on,
        version,
    } = row;
    Group {
        id,
        slug,
        name,
        notice_note,
        notice_days,
        objection_days,
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
        evidence,
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
        evidence: evidence.map(|evidence| evidence.0),
        source,
        checked_on,
        version,
    }
}

fn organisation(
    names: &Names<'_>,
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
        contacts,
        dpf_participant,
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
        contacts: contacts.0,
        dpf_participant,
        certifications,
        source,
        checked_on,
        version,
    })
}

fn subprocessor(names: &Names<'_>, object: Engagement) -> Result<Subprocessor, LoadError> {
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
                first_day,
                last_day,
            } = location;
            Ok(Location {
                place: place.map(|place| place.0),
                activity: activity.0,
                operated_by: operated_by
                    .map(|operator| names.organisation("subprocessor", id, operator))
                    .transpose()?,
                from: first_day,
                until: last_day,
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
        data_subject_countries: row.data_subject_countries.map(|countries| countries.0),
        condition: row.condition,
        status: row.status.0,
        announced_on: row.announced_on,
        objection_until: row.objection_until,
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

fn flow(names: &Names<'_>, object: LocatedFlow) -> Result<Flow, LoadError> {
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
                first_day,
                last_day,
            } = location;
            Ok(Location {
                place: place.map(|place| place.0),
                activity: activity.0,
                operated_by: operated_by
                    .map(|operator| names.organisation("flow", id, operator))
                    .transpose()?,
                from: first_day,
                until: last_day,
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
        suspensions: dated(row.status.0, row.valid_from, row.suspensions.0),
        collected_from_data_subject: row.collected_from_data_subject,
        locations,
        owner: row.owner,
        note: row.note,
        source: row.source,
        checked_on: row.checked_on,
        version: row.version,
    })
}

/// The days of suspensions. Where nobody said since when, no day is known on which it still carried.
fn dated(status: FlowStatus, first: Day, mut days: Vec<Suspension>) -> Vec<Suspension> {
    if status == FlowStatus::Suspended && days.is_empty() {
        days.push(Suspension {
            from: first,
            until: None,
        });
    }
    days
}

fn processing_activity(
    names: &Names<'_>,
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

fn law_amendment(row: law_amendments::Model) -> Result<LawAmendment, LoadError> {
    let amendment = super::legal::amendment(&row)?;
    let law_amendments::Model {
        id,
        kind: _,
        row_id: _,
        body: _,
        source,
        withdrawn,
        created_at,
        version,
    } = row;
    Ok(LawAmendment {
        id,
        amendment,
        source,
        withdrawn,
        recorded_at: created_at,
        version,
    })
}

fn law_pack(row: law_packs::Model) -> AdoptedPack {
    let law_packs::Model {
        id,
        pack,
        sha256,
        files: _,
        version: _,
    } = row;
    AdoptedPack { id, pack, sha256 }
}
