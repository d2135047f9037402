//! Mechanisms and the assessments made of them.

use transfer_decision::vocabulary::Module;
use transfer_registry_entity::{impact_assessments, mechanism_parties};
use uuid::Uuid;

use super::{LoadError, Names};
use crate::{
    impact_assessments::ImpactAssessment,
    mechanisms::{Mechanism, Party},
    store::objects::Agreement,
};

pub(super) fn assessment(row: impact_assessments::Model) -> ImpactAssessment {
    let impact_assessments::Model {
        id,
        mechanism_id: _,
        destination,
        conclusion,
        concluded_on,
        next_review,
        measures,
        steps,
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
        steps: steps.0,
        source,
        version,
    }
}

pub(super) fn mechanism(
    names: &Names<'_>,
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
        title: row.title,
        governing_law: row.governing_law,
        document: row.document,
        document_sha256: row.document_sha256,
        note: row.note,
        uses_limit: row.uses_limit,
        uses: row.uses.0,
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
