//! Each row's record: all of its values are read before the record is made, so that every faulty
//! one is reported.

use std::collections::BTreeMap;

use transfer_decision::{span::Day, vocabulary::OrganisationKind};

use super::{
    super::{
        Certification, Flow, Group, Location, Organisation, ProcessingActivity, Subprocessor, file,
    },
    row::{Notice, Row},
};

/// The legal bases of GDPR Art. 6(1)(a) to (f), in the words under which activities record them.
const LEGAL_BASES: [&str; 6] = [
    "consent",
    "performance of a contract",
    "compliance with a legal obligation",
    "protection of vital interests",
    "public interest",
    "legitimate interests",
];

pub(super) fn group(row: &mut Row<'_>, written: file::Group, notices: &[Notice]) -> Option<Group> {
    let slug = row.slug("slug", &written.slug);
    let name = row.text("name", &written.name);
    let source = row.source("source", &written.source, notices);
    Some(Group {
        slug: slug?,
        name: name?,
        notice_note: written.notice_note,
        source: source?,
    })
}

pub(super) fn company(
    row: &mut Row<'_>,
    written: &file::Company,
    group: &str,
    notices: &[Notice],
) -> Option<Organisation> {
    let slug = row.slug("slug", &written.slug);
    let legal_name = row.text("legal_name", &written.legal_name);
    let seat = row.place("seat", &written.seat);
    let certifications = certifications(row, &written.certification, notices);
    let source = row.source("source", &written.source, notices);
    let mut attributes = BTreeMap::new();
    for (code, value) in &written.attributes {
        attributes.extend(row.code("attributes", code).map(|code| (code, *value)));
    }
    Some(Organisation {
        slug: slug?,
        kind: OrganisationKind::GroupCompany,
        group: Some(group.to_owned()),
        legal_name: legal_name?,
        seat,
        seat_note: written.seat_note.clone(),
        registration: written.registration.clone(),
        representative: written.representative.clone(),
        attributes,
        on_public_list: true,
        certifications,
        source: source?,
    })
}

pub(super) fn third_party(
    row: &mut Row<'_>,
    written: &file::ThirdParty,
    notices: &[Notice],
) -> Option<Organisation> {
    let slug = row.slug("slug", &written.slug);
    let legal_name = row.text("legal_name", &written.legal_name);
    let seat = row.place("seat", &written.seat);
    let certifications = certifications(row, &written.certification, notices);
    let source = row.source("source", &written.source, notices);
    Some(Organisation {
        slug: slug?,
        kind: OrganisationKind::ThirdParty,
        group: None,
        legal_name: legal_name?,
        seat,
        seat_note: written.seat_note.clone(),
        registration: None,
        representative: None,
        attributes: BTreeMap::new(),
        on_public_list: written.on_public_list,
        certifications,
        source: source?,
    })
}

fn certifications(
    row: &mut Row<'_>,
    written: &[file::Certification],
    notices: &[Notice],
) -> Vec<Certification> {
    let mut read = Vec::with_capacity(written.len());
    for certification in written {
        let framework = row.code("certification.framework", &certification.framework);
        let valid_from = row.day("certification.valid_from", &certification.valid_from);
        let source = row.source("certification.source", &certification.source, notices);
        if let (Some(framework), Some(valid_from), Some(source)) = (framework, valid_from, source) {
            read.push(Certification {
                framework,
                valid_from,
                covers_hr: certification.covers_hr,
                source,
            });
        }
    }
    read
}

fn locations(row: &mut Row<'_>, written: Vec<file::Location>) -> Vec<Location> {
    let mut read: Vec<Location> = Vec::with_capacity(written.len());
    for location in written {
        let place = row.place("location.place", &location.place);
        let activity = row.code("location.activity", &location.activity);
        if let Some(activity) = activity {
            read.push(Location {
                place,
                activity,
                operated_by: location.operated_by,
            });
        }
    }
    read
}

pub(super) fn subprocessor(
    row: &mut Row<'_>,
    written: file::Subprocessor,
    group: &str,
    effective_from: Day,
    notices: &[Notice],
) -> Option<Subprocessor> {
    let service = row.text("service", &written.service);
    let purpose = written
        .purpose
        .as_ref()
        .and_then(|code| row.purpose("purpose", code));
    let data_categories = written
        .data_categories
        .as_ref()
        .map(|codes| row.codes("data_categories", codes));
    let exporter_role = written
        .exporter_role
        .as_ref()
        .and_then(|code| row.code("exporter_role", code));
    let importer_role = written
        .importer_role
        .as_ref()
        .and_then(|code| row.code("importer_role", code));
    let locations = locations(row, written.location);
    let source = row.source("source", &written.source, notices);
    Some(Subprocessor {
        group: group.to_owned(),
        organisation: written.organisation,
        service: service?,
        purpose,
        description: written.description,
        data_categories,
        data_subjects: written.data_subjects,
        condition: written.condition,
        effective_from,
        exporter_role,
        importer_role,
        locations,
        note: written.note,
        source: source?,
    })
}

pub(super) fn flow(
    row: &mut Row<'_>,
    written: file::Flow,
    group: &str,
    valid_from: Day,
    notices: &[Notice],
) -> Option<Flow> {
    let purpose = written
        .purpose
        .as_ref()
        .and_then(|code| row.purpose("purpose", code));
    let data_subjects = row.codes("data_subjects", &written.data_subjects);
    let data_categories = written
        .data_categories
        .as_ref()
        .map(|codes| row.codes("data_categories", codes));
    let exporter_role = written
        .exporter_role
        .as_ref()
        .and_then(|code| row.code("exporter_role", code));
    let importer_role = written
        .importer_role
        .as_ref()
        .and_then(|code| row.code("importer_role", code));
    let locations = locations(row, written.location);
    let source = row.source("source", &written.source, notices);
    Some(Flow {
        group: group.to_owned(),
        exporter: written.exporter,
        importer: written.importer,
        exporter_role,
        importer_role,
        data_subjects,
        data_categories,
        purpose,
        valid_from,
        collected_from_data_subject: written.collected_from_data_subject,
        locations,
        source: source?,
    })
}

pub(super) fn processing_activity(
    row: &mut Row<'_>,
    written: file::ProcessingActivity,
    group: &str,
    notices: &[Notice],
) -> Option<ProcessingActivity> {
    let name = row.text("name", &written.name);
    let role = written
        .role
        .as_ref()
        .and_then(|code| row.code("role", code));
    let purpose = row.purpose("purpose", &written.purpose);
    let data_categories = row.codes("data_categories", &written.data_categories);
    let source = row.source("source", &written.source, notices);
    for basis in &written.legal_bases {
        let word = basis
            .split_once(": ")
            .map_or(basis.as_str(), |(word, _)| word);
        if !LEGAL_BASES.contains(&word) {
            row.fault("legal_bases", format!("unknown legal basis `{word}`"));
        }
    }
    Some(ProcessingActivity {
        group: group.to_owned(),
        name: name?,
        role,
        purpose: purpose?,
        data_categories,
        data_described: written.data_described,
        data_subjects: written.data_subjects,
        legal_bases: written.legal_bases,
        retention: written.retention,
        source: source?,
    })
}
