//! The demo register as the core's facts.

use std::sync::Arc;

use transfer_decision::{
    facts::{self, Mechanism, Register, Relationship, Sender, Stage},
    span::{Day, Span, parse_day},
    vocabulary::RelationshipKind,
};
use transfer_registry_seed::register::{self, Demo, Flow, Location, Organisation, Subprocessor};

/// The embedded demo register.
pub(crate) fn demo() -> Demo {
    register::demo().expect("the embedded register is whole")
}

/// A day from its text.
pub(crate) fn day(text: &str) -> Day {
    parse_day(text).expect("a day")
}

/// The demo register as facts, with mechanisms added.
pub(crate) fn facts_of(demo: &Demo, mechanisms: Vec<Mechanism>) -> Register {
    let engagements = demo.subprocessors.iter().map(engagement);
    let flows = demo.flows.iter().map(flow);
    Register::new(
        demo.organisations.iter().map(organisation).collect(),
        engagements.chain(flows).collect(),
        mechanisms,
    )
    .expect("every reference resolves")
}

fn organisation(written: &Organisation) -> facts::Organisation {
    let certification = |certification: &register::Certification| facts::Certification {
        id: format!("{} {}", written.slug, certification.framework).into(),
        framework: certification.framework,
        span: Span::starting(certification.valid_from),
        recertification_due: None,
        covers_hr: certification.covers_hr,
        checked: false,
    };
    facts::Organisation {
        id: written.slug.as_str().into(),
        slug: written.slug.as_str().into(),
        group: written.group.as_deref().map(Arc::from),
        kind: written.kind,
        seat: written.seat,
        attributes: written.attributes.clone(),
        certifications: written.certifications.iter().map(certification).collect(),
    }
}

fn locations(written: &[Location]) -> Vec<facts::Location> {
    let location = |location: &Location| facts::Location {
        place: location.place,
        activity: location.activity,
        operated_by: location.operated_by.as_deref().map(Arc::from),
        first_day: None,
        last_day: None,
    };
    written.iter().map(location).collect()
}

fn engagement(written: &Subprocessor) -> Relationship {
    Relationship {
        id: format!("{} -> {}", written.group, written.organisation).into(),
        kind: RelationshipKind::Engagement,
        sender: Sender::Group(written.group.as_str().into()),
        importer: written.organisation.as_str().into(),
        stage: Stage::Active,
        span: Span::starting(written.effective_from),
        purpose: written.purpose.clone(),
        data_categories: written.data_categories.clone(),
        exporter_role: written.exporter_role,
        importer_role: written.importer_role,
        locations: locations(&written.locations),
        continues: None,
        data_subjects: None,
        collected_from_data_subject: false,
        suspensions: Vec::new(),
    }
}

fn flow(written: &Flow) -> Relationship {
    Relationship {
        id: format!("{} -> {}", written.exporter, written.importer).into(),
        kind: RelationshipKind::Flow,
        sender: Sender::Organisation(written.exporter.as_str().into()),
        importer: written.importer.as_str().into(),
        stage: Stage::Active,
        span: Span::starting(written.valid_from),
        purpose: written.purpose.clone(),
        data_categories: written.data_categories.clone(),
        exporter_role: written.exporter_role,
        importer_role: written.importer_role,
        locations: locations(&written.locations),
        continues: None,
        data_subjects: None,
        collected_from_data_subject: written.collected_from_data_subject,
        suspensions: Vec::new(),
    }
}
