//! Loading the demo register: the same use-cases, in one transaction.

use transfer_registry_entity::vocabulary::RegisterKind;
use transfer_registry_seed::{SeedError, register as seed};

use crate::{
    ChangeError, Context, Registry, Scope,
    certifications::{self, NewCertification},
    flows::{self, NewFlow},
    groups::{self, NewGroup},
    locations::Location,
    organisations::{self, NewOrganisation},
    processing_activities::{self, NewProcessingActivity},
    store::Change,
    subprocessors::{self, NewSubprocessor},
};

/// What loading came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoOutcome {
    /// The database was empty and now holds the demo register.
    Loaded,
    /// It held the demo register already.
    AlreadyThere,
}

/// Why the demo register was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The database holds something else.
    #[error("the database holds other data than the demo register")]
    OtherData,
    /// The demo register has faults.
    #[error("the demo register cannot be used")]
    Seed(#[from] SeedError),
    /// The change was not made.
    #[error("the demo register cannot be loaded")]
    Change(#[from] ChangeError),
}

/// Loads the demo register that is built into the program.
pub(crate) async fn load(registry: &Registry, context: &Context) -> Result<DemoOutcome, DemoError> {
    load_records(registry, context, seed::demo()?).await
}

/// Loads records into an empty database; all of them or none.
pub(crate) async fn load_records(
    registry: &Registry,
    context: &Context,
    demo: seed::Demo,
) -> Result<DemoOutcome, DemoError> {
    let mut change = Change::begin(registry, context, &Scope::All).await?;
    match change.holds() {
        (RegisterKind::Demo, _) => return Ok(DemoOutcome::AlreadyThere),
        (RegisterKind::Own, true) => return Err(DemoError::OtherData),
        (RegisterKind::Own, false) => {}
    }
    let seed::Demo {
        groups,
        organisations,
        subprocessors,
        flows,
        processing_activities,
    } = demo;
    for record in groups {
        groups::create_in(&mut change, group(record)).await?;
    }
    for record in organisations {
        let (new, held) = organisation(record);
        organisations::create_in(&mut change, new).await?;
        for new in held {
            certifications::record_in(&mut change, new).await?;
        }
    }
    for record in subprocessors {
        subprocessors::record_existing_in(&mut change, subprocessor(record)).await?;
    }
    for record in flows {
        flows::record_existing_in(&mut change, flow(record)).await?;
    }
    for record in processing_activities {
        processing_activities::record_in(&mut change, processing_activity(record)).await?;
    }
    change.becomes_demo();
    change.commit().await?;
    Ok(DemoOutcome::Loaded)
}

fn group(record: seed::Group) -> NewGroup {
    let seed::Group {
        slug,
        name,
        notice_note,
        source,
    } = record;
    NewGroup {
        slug,
        name,
        notice_note,
        source,
        checked_on: None,
    }
}

fn organisation(record: seed::Organisation) -> (NewOrganisation, Vec<NewCertification>) {
    let seed::Organisation {
        slug,
        kind,
        group,
        legal_name,
        seat,
        seat_note,
        registration,
        representative,
        attributes,
        on_public_list,
        certifications,
        source,
    } = record;
    let held = certifications
        .into_iter()
        .map(|certification| {
            let seed::Certification {
                framework,
                valid_from,
                covers_hr,
                source,
            } = certification;
            NewCertification {
                organisation: slug.clone(),
                framework,
                valid_from,
                valid_to: None,
                recertification_due: None,
                covers_hr,
                source,
                checked_on: None,
            }
        })
        .collect();
    let new = NewOrganisation {
        slug,
        kind,
        group,
        legal_name,
        seat,
        seat_note,
        registration,
        representative,
        attributes,
        on_public_list,
        source,
        checked_on: None,
    };
    (new, held)
}

fn locations(records: Vec<seed::Location>) -> Vec<Location> {
    records
        .into_iter()
        .map(|record| {
            let seed::Location {
                place,
                activity,
                operated_by,
            } = record;
            Location {
                place,
                activity,
                operated_by,
            }
        })
        .collect()
}

fn subprocessor(record: seed::Subprocessor) -> NewSubprocessor {
    let seed::Subprocessor {
        group,
        organisation,
        service,
        purpose,
        description,
        data_categories,
        data_subjects,
        condition,
        effective_from,
        exporter_role,
        importer_role,
        locations: at,
        note,
        source,
    } = record;
    NewSubprocessor {
        group,
        organisation,
        service,
        purpose,
        description,
        data_categories,
        data_subjects,
        condition,
        effective_from,
        ended_on: None,
        exporter_role,
        importer_role,
        locations: locations(at),
        note,
        source,
        checked_on: None,
    }
}

fn flow(record: seed::Flow) -> NewFlow {
    let seed::Flow {
        group,
        exporter,
        importer,
        exporter_role,
        importer_role,
        data_subjects,
        data_categories,
        purpose,
        valid_from,
        collected_from_data_subject,
        locations: at,
        source,
    } = record;
    NewFlow {
        group: Some(group),
        exporter,
        importer,
        exporter_role,
        importer_role,
        data_subjects,
        data_categories,
        purpose,
        valid_from,
        valid_to: None,
        continues: None,
        collected_from_data_subject,
        locations: locations(at),
        source,
        checked_on: None,
    }
}

fn processing_activity(record: seed::ProcessingActivity) -> NewProcessingActivity {
    let seed::ProcessingActivity {
        group,
        name,
        role,
        purpose,
        data_categories,
        data_described,
        data_subjects,
        legal_bases,
        retention,
        source,
    } = record;
    NewProcessingActivity {
        group,
        name,
        role,
        purpose,
        data_categories,
        data_described,
        data_subjects,
        legal_bases,
        retention,
        source,
        checked_on: None,
    }
}
