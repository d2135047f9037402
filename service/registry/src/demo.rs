//! Loading the demo register: the same use-cases, in one transaction.

use transfer_registry_seed::{SeedError, register as seed};
use uuid::Uuid;

use crate::{
    ChangeError, Context, Registry, Scope,
    certifications::{self, NewCertification},
    flows::{self, NewFlow},
    groups::{self, NewGroup},
    law_packs,
    locations::Location,
    organisations::{self, NewOrganisation},
    processing_activities::{self, NewProcessingActivity},
    publications,
    store::Draft,
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
    let mut outcome = DemoOutcome::Loaded;
    let made = registry
        .change(context, &Scope::All, None, |draft| {
            if draft.base().is_demo() {
                outcome = DemoOutcome::AlreadyThere;
                return Err(ChangeError::Nothing);
            }
            if !draft.base().is_empty() {
                return Err(ChangeError::NotEmpty);
            }
            all_in(draft, &context.actor, demo)
        })
        .await;
    match made {
        Ok(_) => Ok(outcome),
        Err(ChangeError::Nothing) if outcome == DemoOutcome::AlreadyThere => Ok(outcome),
        Err(ChangeError::NotEmpty) => Err(DemoError::OtherData),
        Err(error) => Err(error.into()),
    }
}

/// Puts every record into a change.
fn all_in(draft: &mut Draft, actor: &str, demo: seed::Demo) -> Result<Uuid, ChangeError> {
    let seed::Demo {
        groups,
        organisations,
        subprocessors,
        flows,
        processing_activities,
    } = demo;
    let mut last = Uuid::nil();
    for record in groups {
        last = groups::create_in(draft, group(record))?;
    }
    for record in organisations {
        let (new, held) = organisation(record);
        organisations::create_in(draft, new)?;
        for new in held {
            certifications::record_in(draft, new)?;
        }
    }
    for record in subprocessors {
        subprocessors::record_existing_in(draft, subprocessor(record))?;
    }
    for record in flows {
        flows::record_existing_in(draft, flow(record))?;
    }
    for record in processing_activities {
        processing_activities::record_in(draft, processing_activity(record))?;
    }
    // In the same revision, so that the demo register is one revision whoever loads it.
    match law_packs::adopt_in(draft) {
        Ok(_) | Err(ChangeError::Nothing) => {}
        Err(error) => return Err(error),
    }
    publications::publish_first_in(draft, actor, "As the published notice says.")?;
    draft.becomes_demo();
    Ok(last)
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
        notice_days: None,
        objection_days: None,
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
                evidence: None,
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
        contacts: Vec::new(),
        dpf_participant: None,
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
                from: None,
                until: None,
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
        data_subject_countries: None,
        condition,
        announced_on: None,
        objection_until: None,
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
        suspensions: Vec::new(),
        locations: locations(at),
        owner: None,
        note: None,
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
