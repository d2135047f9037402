//! How one engagement or flow stands, and what a change of the law does to it: small worlds, each
//! about one rule.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops at the first surprise"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use transfer_decision::{
    decide::{Settings, decide},
    facts::{
        Assessment, Certification, Mechanism, Organisation, Party, Question, Register,
        Relationship, Sender, Stage, Terms,
    },
    impact::{Comparison, Side, compare},
    law::{Basis, Law},
    span::{Day, FIRST_DAY, Span, day},
    standing::{self, Standing},
    vocabulary::{
        Conclusion, Country, DataCategory, Decision, Effect, EndKind, Framework, Module,
        OrganisationKind, Outcome, PartySide, Regime, RelationshipKind, RemedyCode, Role, Tool,
        UncheckedFacts, WarningCode,
    },
};

mod fallen;
mod one;

const TODAY: Day = day(2026, 11, 21);
const SETTINGS: Settings = Settings {
    unchecked_facts: UncheckedFacts::Deny,
};

fn law() -> Arc<Law> {
    transfer_registry_seed::law::shipped().expect("the law")
}

fn country(code: &str) -> Country {
    code.parse().expect("a country")
}

fn organisation(slug: &str, seat: &str, group: Option<&str>) -> Organisation {
    Organisation {
        id: format!("id-{slug}").into(),
        slug: slug.into(),
        group: group.map(Into::into),
        kind: if group.is_some() {
            OrganisationKind::GroupCompany
        } else {
            OrganisationKind::ThirdParty
        },
        seat: Some(country(seat).into()),
        attributes: BTreeMap::new(),
        certifications: Vec::new(),
    }
}

/// A vendor in the United States that holds what the Union asks for.
fn certified(slug: &str) -> Organisation {
    Organisation {
        certifications: vec![Certification {
            id: format!("dpf-{slug}").into(),
            framework: Framework::EuUsDpf,
            span: Span::starting(day(2023, 9, 1)),
            recertification_due: None,
            covers_hr: false,
            checked: true,
        }],
        ..organisation(slug, "US", None)
    }
}

/// A flow of German data from a controller to a processor.
fn flow(id: &str, exporter: &str, importer: &str) -> Relationship {
    Relationship {
        id: id.into(),
        kind: RelationshipKind::Flow,
        sender: Sender::Organisation(exporter.into()),
        importer: importer.into(),
        stage: Stage::Active,
        span: Span::starting(day(2024, 1, 1)),
        continues: None,
        data_subjects: Some([country("DE")].into()),
        purpose: None,
        data_categories: Some(BTreeSet::from([DataCategory::Contact])),
        exporter_role: Some(Role::Controller),
        importer_role: Some(Role::Processor),
        locations: Vec::new(),
        collected_from_data_subject: false,
        suspensions: Vec::new(),
    }
}

fn engagement(id: &str, group: &str, importer: &str) -> Relationship {
    Relationship {
        kind: RelationshipKind::Engagement,
        sender: Sender::Group(group.into()),
        data_subjects: None,
        ..flow(id, "nobody", importer)
    }
}

/// The Union's clauses of Module Two with a favourable assessment.
fn clauses(exporter: &str, importer: &str) -> Mechanism {
    let mut terms = Terms::of(Tool::Scc2021914);
    terms.module = Some(Module::Two);
    terms.signed_on = Some(day(2024, 1, 1));
    terms.statements.swiss_addendum = true;
    let party = |slug: &str, side| Party {
        organisation: slug.into(),
        side,
        span: Some(Span::starting(FIRST_DAY)),
    };
    Mechanism {
        id: format!("clauses-{exporter}-{importer}").into(),
        group: None,
        terms,
        ends_on: None,
        parties: vec![
            party(exporter, PartySide::Exporter),
            party(importer, PartySide::Importer),
        ],
        assessments: vec![Assessment {
            destination: None,
            conclusion: Conclusion::Favourable,
            concluded_on: None,
            next_review: None,
        }],
        checked: true,
    }
}

fn register(
    organisations: Vec<Organisation>,
    relationships: Vec<Relationship>,
    mechanisms: Vec<Mechanism>,
) -> Register {
    Register::new(organisations, relationships, mechanisms).expect("a register")
}

fn standing(register: &Register, id: &str) -> Standing {
    let relationship = register.relationship(id).expect("it is registered");
    standing::of(&law(), register, relationship, TODAY, SETTINGS)
}
