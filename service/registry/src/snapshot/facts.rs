//! From what readers see to the facts that the core decides upon. This is where inclusive days
//! become half-open spans.

use std::sync::Arc;

use transfer_decision::{
    facts::{
        Assessment, Certification, Location, Mechanism, Organisation, Party, Register,
        Relationship, Sender, Slug, Stage, Terms,
    },
    span::{Day, FIRST_DAY, Span},
    vocabulary::RelationshipKind,
};
use uuid::Uuid;

use super::{LoadError, views::Views};
use crate::{
    flows::{Flow, FlowStatus, NewFlow},
    impact_assessments::ImpactAssessment,
    subprocessors::{NewSubprocessor, Subprocessor, SubprocessorStatus},
};

/// The facts of one moment.
pub(super) fn of(views: &Views) -> Result<Register, LoadError> {
    let organisations = views
        .organisations
        .iter()
        .map(organisation)
        .collect::<Result<_, _>>()?;
    let engagements = views.subprocessors.iter().map(engagement);
    let flows = views.flows.iter().map(flow);
    let relationships = engagements.chain(flows).collect::<Result<_, _>>()?;
    let mechanisms = views.mechanisms.iter().map(mechanism).collect();
    Ok(Register::new(organisations, relationships, mechanisms)?)
}

fn slug(text: &str) -> Slug {
    Arc::from(text)
}

fn fact(id: Uuid) -> Arc<str> {
    Arc::from(id.to_string())
}

fn span(of: &'static str, id: Uuid, first: Day, last: Option<Day>) -> Result<Span, LoadError> {
    Span::inclusive(first, last).map_err(|reversed| LoadError::Meaningless {
        of,
        id,
        what: reversed.to_string(),
    })
}

fn organisation(view: &crate::organisations::Organisation) -> Result<Organisation, LoadError> {
    let certifications = view.certifications.iter().map(|certification| {
        Ok(Certification {
            id: fact(certification.id),
            framework: certification.framework,
            span: span(
                "certification",
                certification.id,
                certification.valid_from,
                certification.valid_to,
            )?,
            recertification_due: certification.recertification_due,
            covers_hr: certification.covers_hr,
            checked: certification.checked_on.is_some(),
        })
    });
    Ok(Organisation {
        id: fact(view.id),
        slug: slug(&view.slug),
        group: view.group.as_deref().map(slug),
        kind: view.kind,
        seat: view.seat,
        attributes: view.attributes.clone(),
        certifications: certifications.collect::<Result<_, LoadError>>()?,
    })
}

fn locations(views: &[crate::locations::Location]) -> Vec<Location> {
    views
        .iter()
        .map(|location| Location {
            place: location.place,
            activity: location.activity,
            operated_by: location.operated_by.as_deref().map(slug),
            first_day: location.from,
            last_day: location.until,
        })
        .collect()
}

fn engagement(view: &Subprocessor) -> Result<Relationship, LoadError> {
    Ok(Relationship {
        id: fact(view.id),
        kind: RelationshipKind::Engagement,
        sender: Sender::Group(slug(&view.group)),
        importer: slug(&view.organisation),
        stage: match view.status {
            SubprocessorStatus::Proposed => Stage::Pending,
            // The days say from when to when an announced or ended engagement carries.
            SubprocessorStatus::Announced
            | SubprocessorStatus::Active
            | SubprocessorStatus::Ended => Stage::Active,
        },
        span: span("subprocessor", view.id, view.effective_from, view.ended_on)?,
        purpose: view.purpose.clone(),
        data_categories: view.data_categories.clone(),
        exporter_role: view.exporter_role,
        importer_role: view.importer_role,
        locations: locations(&view.locations),
        continues: None,
        data_subjects: view.data_subject_countries.clone(),
        collected_from_data_subject: false,
        suspensions: Vec::new(),
    })
}

/// An engagement that nobody recorded yet. Group and organisation are named by slug.
pub(super) fn supposed(new: &NewSubprocessor) -> Result<Relationship, LoadError> {
    let id = Uuid::nil();
    Ok(Relationship {
        id: fact(id),
        kind: RelationshipKind::Engagement,
        sender: Sender::Group(slug(&new.group)),
        importer: slug(&new.organisation),
        stage: Stage::Pending,
        span: span("subprocessor", id, new.effective_from, new.ended_on)?,
        purpose: new.purpose.clone(),
        data_categories: new.data_categories.clone(),
        exporter_role: new.exporter_role,
        importer_role: new.importer_role,
        locations: locations(&new.locations),
        continues: None,
        data_subjects: new.data_subject_countries.clone(),
        collected_from_data_subject: false,
        suspensions: Vec::new(),
    })
}

/// A flow that nobody recorded yet. Its ends are named by slug.
pub(super) fn supposed_flow(new: &NewFlow) -> Result<Relationship, LoadError> {
    let id = Uuid::nil();
    let countries = &new.data_subjects;
    Ok(Relationship {
        id: fact(id),
        kind: RelationshipKind::Flow,
        sender: Sender::Organisation(slug(&new.exporter)),
        importer: slug(&new.importer),
        stage: Stage::Pending,
        span: span("flow", id, new.valid_from, new.valid_to)?,
        purpose: new.purpose.clone(),
        data_categories: new.data_categories.clone(),
        exporter_role: new.exporter_role,
        importer_role: new.importer_role,
        locations: locations(&new.locations),
        continues: new.continues.map(fact),
        data_subjects: (!countries.is_empty()).then(|| countries.clone()),
        collected_from_data_subject: new.collected_from_data_subject,
        suspensions: Vec::new(),
    })
}

fn flow(view: &Flow) -> Result<Relationship, LoadError> {
    Ok(Relationship {
        id: fact(view.id),
        kind: RelationshipKind::Flow,
        sender: Sender::Organisation(slug(&view.exporter)),
        importer: slug(&view.importer),
        stage: match view.status {
            FlowStatus::Draft => Stage::Pending,
            // The days say from when to when what was suspended or has ended carries.
            FlowStatus::Suspended | FlowStatus::Active | FlowStatus::Ended => Stage::Active,
        },
        span: span("flow", view.id, view.valid_from, view.valid_to)?,
        purpose: view.purpose.clone(),
        data_categories: view.data_categories.clone(),
        exporter_role: view.exporter_role,
        importer_role: view.importer_role,
        locations: locations(&view.locations),
        continues: view.continues.map(fact),
        data_subjects: (!view.data_subjects.is_empty())
            .then(|| view.data_subjects.iter().copied().collect()),
        collected_from_data_subject: view.collected_from_data_subject,
        suspensions: view
            .suspensions
            .iter()
            .map(|gap| span("flow", view.id, gap.from, gap.until))
            .collect::<Result<_, LoadError>>()?,
    })
}

fn mechanism(view: &crate::mechanisms::Mechanism) -> Mechanism {
    let first = view.first_day();
    Mechanism {
        id: fact(view.id),
        group: view.group.as_deref().map(slug),
        terms: Terms {
            tool: view.tool,
            module: view.module,
            signed_on: view.signed_on,
            processing_changed_on: view.processing_changed_on,
            approved_on: view.approved_on,
            approved_by: view.approved_by,
            authorised_on: view.authorised_on,
            combined_with_eu_data: view.combined_with_eu_data,
            statements: view.statements.clone(),
        },
        ends_on: last_day(view),
        parties: view
            .parties
            .iter()
            .filter_map(|party| {
                // A party that left before the mechanism began was never one.
                let first = party.acceded_on.or(first).unwrap_or(FIRST_DAY);
                let span = Span::inclusive(first, party.left_on).ok()?;
                Some(Party {
                    organisation: slug(&party.organisation),
                    side: party.side,
                    span: Some(span),
                })
            })
            .collect(),
        assessments: view.assessments.iter().map(assessment).collect(),
        checked: view.checked_on.is_some(),
    }
}

/// The last day on which a mechanism carries transfers: its own, or the one before it was used as
/// often as it may be.
fn last_day(view: &crate::mechanisms::Mechanism) -> Option<Day> {
    let exhausted = view.exhausted_from().and_then(|day| day.pred_opt());
    match (view.ends_on, exhausted) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

fn assessment(view: &ImpactAssessment) -> Assessment {
    Assessment {
        destination: Some(slug(&view.destination)),
        conclusion: view.conclusion,
        concluded_on: Some(view.concluded_on),
        next_review: view.next_review,
    }
}
