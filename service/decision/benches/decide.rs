//! CPU time of one decision under two regimes with ten thousand organisations in memory.
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark stops at the first surprise"
)]

use std::{collections::BTreeSet, hint::black_box, sync::Arc};

use criterion::{Criterion, criterion_group, criterion_main};
use transfer_decision::{
    decide::{Settings, decide},
    facts::{
        Certification, Location, Organisation, Question, Register, Relationship, Sender, Slug,
        Stage,
    },
    span::{FIRST_DAY, Span, day},
    vocabulary::{
        Activity, DataCategory, Framework, OrganisationKind, Place, RelationshipKind,
        UncheckedFacts,
    },
};

const ORGANISATIONS: u32 = 10_000;

fn organisation(number: u32) -> Organisation {
    let company = number.is_multiple_of(100);
    let place: Place = if company { "DE" } else { "US" }.parse().unwrap();
    let certification = |framework: Framework| Certification {
        id: format!("{number}-{framework}").into(),
        framework,
        span: Span::starting(day(2023, 9, 1)),
        recertification_due: None,
        covers_hr: false,
        checked: true,
    };
    Organisation {
        id: format!("id-{number}").into(),
        slug: format!("organisation-{number}").into(),
        group: company.then(|| Slug::from("group")),
        kind: if company {
            OrganisationKind::GroupCompany
        } else {
            OrganisationKind::ThirdParty
        },
        seat: Some(place),
        attributes: std::collections::BTreeMap::new(),
        certifications: if company {
            Vec::new()
        } else {
            vec![
                certification(Framework::EuUsDpf),
                certification(Framework::SwissUsDpf),
            ]
        },
    }
}

fn engagement(number: u32) -> Relationship {
    Relationship {
        id: format!("engagement-{number}").into(),
        kind: RelationshipKind::Engagement,
        sender: Sender::Group("group".into()),
        importer: format!("organisation-{number}").into(),
        stage: Stage::Active,
        span: Span::starting(FIRST_DAY),
        data_categories: Some(BTreeSet::from([DataCategory::Contact])),
        exporter_role: None,
        importer_role: None,
        purpose: None,
        locations: vec![Location {
            place: Some("US".parse().unwrap()),
            activity: Activity::Storage,
            operated_by: None,
            first_day: None,
            last_day: None,
        }],
        continues: None,
        data_subjects: None,
        collected_from_data_subject: false,
        suspensions: Vec::new(),
    }
}

fn bench(criterion: &mut Criterion) {
    let law = transfer_registry_seed::law::shipped().unwrap();
    let organisations = (0..ORGANISATIONS).map(organisation).collect();
    let engagements = (0..ORGANISATIONS)
        .filter(|n| !n.is_multiple_of(100))
        .map(engagement)
        .collect();
    let register = Register::new(organisations, engagements, Vec::new()).unwrap();
    let settings = Settings {
        unchecked_facts: UncheckedFacts::Deny,
    };
    let questions: Vec<Question> = (0..1_000)
        .map(|n| Question {
            exporter: format!("organisation-{}", n % 100 * 100),
            importer: format!("organisation-{}", (n * 7 % ORGANISATIONS) | 1),
            onward: Vec::new(),
            data_subjects: BTreeSet::from(["DE".parse().unwrap(), "CH".parse().unwrap()]),
            data_categories: Some(BTreeSet::from([DataCategory::Contact])),
            hr_data: None,
            purpose: None,
            exporter_role: None,
            importer_role: None,
            as_of: day(2026, 11, 21),
        })
        .collect();
    let law = Arc::clone(&law);
    let mut next = (0..questions.len()).cycle();
    criterion.bench_function("decide/two_regimes_10k_organisations", |bencher| {
        bencher.iter(|| {
            let question = questions.get(next.next().unwrap_or(0)).unwrap();
            black_box(decide(&law, &register, black_box(question), settings))
        });
    });
}

/// The worst chain that a register can make: many flows each way, each in places of its own.
fn chain(criterion: &mut Criterion) {
    const FLOWS: u32 = 60;
    let law = transfer_registry_seed::law::shipped().unwrap();
    let ends = ["a", "b"].map(|slug| Organisation {
        id: format!("id-{slug}").into(),
        slug: slug.into(),
        ..organisation(1)
    });
    let flows = (0..FLOWS).flat_map(|n| {
        [("a", "b"), ("b", "a")].map(|(exporter, importer)| Relationship {
            id: format!("{exporter}-{n}").into(),
            kind: RelationshipKind::Flow,
            sender: Sender::Organisation(exporter.into()),
            importer: importer.into(),
            ..engagement(n)
        })
    });
    let register = Register::new(ends.to_vec(), flows.collect(), Vec::new()).unwrap();
    let settings = Settings {
        unchecked_facts: UncheckedFacts::Deny,
    };
    let question = Question {
        exporter: "a".into(),
        importer: "b".into(),
        onward: (0..20)
            .map(|n| if n % 2 == 0 { "a" } else { "b" }.into())
            .collect(),
        data_subjects: ["DE", "CH", "GB"].map(|c| c.parse().unwrap()).into(),
        data_categories: None,
        hr_data: None,
        purpose: None,
        exporter_role: None,
        importer_role: None,
        as_of: day(2026, 11, 21),
    };
    criterion.bench_function("decide/chain_of_20_with_60_flows_a_hop", |bencher| {
        bencher.iter(|| black_box(decide(&law, &register, black_box(&question), settings)));
    });
}

criterion_group!(benches, bench, chain);
criterion_main!(benches);
