//! What ending the EU-US DPF decision does to a hundred thousand flows of ten thousand
//! organisations, a tenth of them to the United States; and how all of them stand.
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark stops at the first surprise"
)]

use std::{collections::BTreeSet, hint::black_box, sync::Arc};

use criterion::{Criterion, criterion_group, criterion_main};
use transfer_decision::{
    decide::Settings,
    facts::{
        Assessment, Certification, Location, Mechanism, Organisation, Party, Register,
        Relationship, Sender, Stage, Terms,
    },
    impact::{Comparison, Side, compare},
    law::{Basis, Law},
    span::{Day, FIRST_DAY, Span, day},
    standing::LegalGate,
    vocabulary::{
        Activity, Conclusion, DataCategory, Effect, EndKind, Framework, Module, OrganisationKind,
        PartySide, Place, RelationshipKind, Role, Tool, UncheckedFacts,
    },
};

const EXPORTERS: usize = 1_000;
const ORGANISATIONS: usize = 10_000;
const FLOWS: usize = 100_000;
const TODAY: Day = day(2026, 12, 1);
const DPF: &str = "EU-ADQ-US-DPF-2023-1795";
const SETTINGS: Settings = Settings {
    unchecked_facts: UncheckedFacts::Deny,
};

/// Of ten importers one sits in the United States, three where only clauses help.
fn seat(number: usize) -> Place {
    let places: &[&str] = if number < EXPORTERS {
        &["DE", "FR", "IE", "CH"]
    } else {
        &["US", "DE", "IN", "GB", "JP", "SG", "NL", "CA", "MA", "CH"]
    };
    places.get(number % places.len()).unwrap().parse().unwrap()
}

fn organisation(number: usize) -> Organisation {
    let seat = seat(number);
    let certification = |framework: Framework| Certification {
        id: format!("{number}-{framework}").into(),
        framework,
        span: Span::starting(day(2023, 9, 1)),
        recertification_due: None,
        covers_hr: false,
        checked: true,
    };
    let american = number >= EXPORTERS && seat.code() == "US";
    Organisation {
        id: format!("id-{number:06}").into(),
        slug: format!("organisation-{number:06}").into(),
        group: None,
        kind: OrganisationKind::ThirdParty,
        seat: Some(seat),
        attributes: std::collections::BTreeMap::new(),
        certifications: if american {
            [
                Framework::EuUsDpf,
                Framework::UkExtension,
                Framework::SwissUsDpf,
            ]
            .map(certification)
            .to_vec()
        } else {
            Vec::new()
        },
    }
}

/// Who sends to whom in a flow.
fn ends(number: usize) -> [usize; 2] {
    let importers = ORGANISATIONS - EXPORTERS;
    // No two flows are between the same two.
    let exporter = number * 7 + number / importers * 13;
    [exporter % EXPORTERS, EXPORTERS + number % importers]
}

fn slug(number: usize) -> Arc<str> {
    format!("organisation-{number:06}").into()
}

fn flow(number: usize) -> Relationship {
    let [exporter, importer] = ends(number);
    Relationship {
        id: format!("01920000-0000-7000-8000-{number:012}").into(),
        kind: RelationshipKind::Flow,
        sender: Sender::Organisation(slug(exporter)),
        importer: slug(importer),
        stage: Stage::Active,
        span: Span::starting(day(2024, 1, 1)),
        continues: None,
        data_subjects: Some(["DE", "FR"].map(|code| code.parse().unwrap()).into()),
        data_categories: Some(BTreeSet::from([DataCategory::Contact])),
        exporter_role: Some(Role::Controller),
        importer_role: Some(Role::Processor),
        purpose: None,
        locations: vec![Location {
            place: Some(seat(importer)),
            activity: Activity::Storage,
            operated_by: None,
            first_day: None,
            last_day: None,
        }],
        collected_from_data_subject: false,
        suspensions: Vec::new(),
    }
}

/// Clauses for every third flow to where nothing else helps, and for every sixth to the States.
fn mechanism(number: usize) -> Option<Mechanism> {
    let [exporter, importer] = ends(number);
    let every = match seat(importer).code() {
        "US" => 6,
        "IN" | "SG" | "MA" => 3,
        _ => return None,
    };
    let mut terms = Terms::of(Tool::Scc2021914);
    terms.module = Some(Module::Two);
    terms.signed_on = Some(day(2024, 1, 1));
    terms.statements.swiss_addendum = true;
    let party = |number, side| Party {
        organisation: slug(number),
        side,
        span: Some(Span::starting(FIRST_DAY)),
    };
    (number / 10).is_multiple_of(every).then(|| Mechanism {
        id: format!("mechanism-{number:06}").into(),
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
            concluded_on: Some(day(2024, 1, 1)),
            next_review: None,
        }],
        checked: true,
    })
}

fn register() -> Register {
    Register::new(
        (0..ORGANISATIONS).map(organisation).collect(),
        (0..FLOWS).map(flow).collect(),
        (0..FLOWS).filter_map(mechanism).collect(),
    )
    .unwrap()
}

/// The law in which the decision fell.
fn fallen(law: &Law) -> Law {
    let mut rows = law.provisions().clone();
    for row in rows.adequacy.iter_mut().filter(|row| row.basis.id == DPF) {
        let last = TODAY.pred_opt();
        row.span = Span::inclusive(row.span.first(), last).unwrap();
        row.end_kind = Some(EndKind::Invalidated);
        row.basis = Arc::new(Basis {
            valid_to: last,
            ..(*row.basis).clone()
        });
    }
    Law::new("amended", rows).unwrap()
}

/// The same law, of which it cannot be said beforehand on what it does not bear.
fn otherwise(law: &Law) -> Law {
    let mut rows = law.provisions().clone();
    for row in &mut rows.frameworks {
        row.instrument_ids.reverse();
    }
    rows.memberships.pop();
    Law::new("otherwise", rows).unwrap()
}

fn impact(criterion: &mut Criterion) {
    let law = transfer_registry_seed::law::shipped().unwrap();
    let fallen = fallen(&law);
    let otherwise = otherwise(&fallen);
    let register = register();
    let copy = self::register();
    let mut group = criterion.benchmark_group("impact");
    group.sample_size(20);
    let comparison = Comparison {
        as_of: TODAY,
        settings: SETTINGS,
        threads: 2,
        wanted: &|_| true,
        stop: &|| false,
    };
    let before = Side {
        law: &law,
        register: &register,
    };
    for (name, law, register, least) in [
        ("the_dpf_falls_100k_flows", &fallen, &register, 5_000),
        ("the_dpf_falls_two_registers", &fallen, &copy, 5_000),
        ("everything_judged_100k_flows", &otherwise, &register, 5_000),
        ("nothing_differs_two_registers", &*law, &copy, 0),
    ] {
        let after = Side { law, register };
        let changes = compare(before, after, &comparison).unwrap();
        let denied = changes
            .iter()
            .filter(|c| c.effect == Effect::Denied)
            .count();
        println!("{name}: {} changes, {denied} denied", changes.len());
        assert!(denied >= least, "{denied} are denied");
        group.bench_function(name, |bencher| {
            bencher.iter(|| black_box(compare(before, after, &comparison)));
        });
    }
    group.finish();
}

fn standings(criterion: &mut Criterion) {
    let law = transfer_registry_seed::law::shipped().unwrap();
    let fallen = fallen(&law);
    let register = register();
    let mut group = criterion.benchmark_group("standing");
    group.sample_size(20);
    let gate = LegalGate::on(&law, &register, TODAY, SETTINGS);
    group.bench_function("outcomes_of_100k_flows", |bencher| {
        bencher.iter(|| {
            let permitted = gate.every(|_| true).filter(|(_, stands)| stands.permitted);
            black_box(permitted.count())
        });
    });
    group.bench_function("changes_within_90_days_of_100k_flows", |bencher| {
        bencher.iter(|| {
            let all = register.relationships().iter();
            black_box(all.filter_map(|one| gate.changes_within(one, 90)).count())
        });
    });
    let gate = LegalGate::on(&fallen, &register, TODAY, SETTINGS);
    let american = register
        .relationships()
        .iter()
        .find(|one| one.importer == slug(EXPORTERS + 10));
    let american = american.unwrap();
    assert!(!gate.standing(american).permitted);
    group.bench_function("one_denied_flow_in_full", |bencher| {
        bencher.iter(|| black_box(gate.standing(american)));
    });
    group.finish();
}

criterion_group!(benches, impact, standings);
criterion_main!(benches);
