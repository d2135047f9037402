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

#[test]
fn a_draft_of_the_future_is_judged_as_if_it_were_active() {
    let draft = |id, importer| Relationship {
        stage: Stage::Pending,
        span: Span::starting(day(2030, 1, 1)),
        ..flow(id, "bank", importer)
    };
    let facts = register(
        vec![
            organisation("bank", "DE", None),
            certified("hosting"),
            organisation("support", "MA", None),
        ],
        vec![draft("a", "hosting"), draft("b", "support")],
        Vec::new(),
    );
    let hosted = standing(&facts, "a");
    assert!(hosted.permitted);
    assert_eq!(hosted.outcome, Some(Outcome::Adequacy));
    let supported = standing(&facts, "b");
    assert!(!supported.permitted);
    let remedies = supported.findings().flat_map(|finding| &finding.remedies);
    let codes: BTreeSet<RemedyCode> = remedies.map(|remedy| remedy.code).collect();
    assert!(codes.contains(&RemedyCode::SignScc), "{codes:?}");
}

#[test]
fn another_flow_between_the_same_two_does_not_weigh_on_a_standing() {
    let abroad = Relationship {
        locations: vec![transfer_decision::facts::Location {
            place: Some(country("MA").into()),
            activity: transfer_decision::vocabulary::Activity::Storage,
            operated_by: None,
            first_day: None,
            last_day: None,
        }],
        ..flow("abroad", "bank", "hosting")
    };
    let facts = register(
        vec![organisation("bank", "DE", None), certified("hosting")],
        vec![abroad, flow("at-home", "bank", "hosting")],
        Vec::new(),
    );
    let question = Question {
        exporter: "bank".into(),
        importer: "hosting".into(),
        onward: Vec::new(),
        data_subjects: [country("DE")].into(),
        data_categories: None,
        hr_data: None,
        purpose: None,
        exporter_role: None,
        importer_role: None,
        as_of: TODAY,
    };
    let verdict = decide(&law(), &facts, &question, SETTINGS);
    assert_eq!(verdict.decision(), Decision::Deny);
    assert!(standing(&facts, "at-home").permitted);
    assert!(!standing(&facts, "abroad").permitted);
}

#[test]
fn an_engagement_binds_every_company_of_its_group() {
    let facts = register(
        vec![
            organisation("north-ag", "DE", Some("north")),
            organisation("north-sa", "FR", Some("north")),
            organisation("south-gmbh", "DE", Some("south")),
            organisation("support", "IN", None),
        ],
        vec![Relationship {
            data_subjects: Some([country("DE")].into()),
            ..engagement("support", "north", "support")
        }],
        vec![clauses("north-ag", "support")],
    );
    let stands = standing(&facts, "support");
    let told: Vec<(&str, bool)> = stands
        .questions
        .iter()
        .map(|question| (&*question.exporter, question.permitted))
        .collect();
    assert_eq!(told, [("north-ag", true), ("north-sa", false)]);
    assert!(!stands.permitted);
    assert_eq!(stands.outcome, Some(Outcome::Denied));
}

#[test]
fn an_engagement_of_a_group_without_companies_is_judged_as_of_an_unknown_exporter() {
    let facts = register(
        vec![
            organisation("support", "IN", None),
            organisation("hosting", "IE", None),
        ],
        vec![
            engagement("in", "nobody", "support"),
            engagement("ie", "nobody", "hosting"),
        ],
        Vec::new(),
    );
    let stands = standing(&facts, "in");
    assert!(!stands.permitted);
    let question = stands.questions.first().expect("one question");
    assert_eq!(&*question.exporter, "nobody");
    let unknown = |code| question.warnings.iter().any(|warning| warning.code == code);
    assert!(unknown(WarningCode::ExporterCountryUnknown));
    assert!(standing(&facts, "ie").permitted);
}

#[test]
fn data_subjects_that_nobody_recorded_are_protected_by_every_regime() {
    let facts = register(
        vec![
            organisation("studio", "BR", Some("studio")),
            organisation("hosting", "BR", None),
        ],
        vec![
            engagement("unrecorded", "studio", "hosting"),
            Relationship {
                data_subjects: Some(BTreeSet::new()),
                ..engagement("empty", "studio", "hosting")
            },
            Relationship {
                data_subjects: Some([country("BR")].into()),
                ..engagement("brazilian", "studio", "hosting")
            },
        ],
        Vec::new(),
    );
    for id in ["unrecorded", "empty"] {
        let stands = standing(&facts, id);
        let regimes: Vec<Regime> = stands.findings().filter_map(|f| f.regime).collect();
        assert_eq!(regimes, Regime::ALL, "{id}");
    }
    let brazilian = standing(&facts, "brazilian");
    assert!(brazilian.permitted);
    assert_eq!(brazilian.outcome, None);
}

#[test]
fn a_flow_that_continues_another_stands_under_the_regimes_of_the_first_exporter_too() {
    let chained = |subjects: &str| {
        let first = flow("1-first", "bank", "agency");
        let onward = Relationship {
            continues: Some("1-first".into()),
            data_subjects: Some([country(subjects)].into()),
            ..flow("2-onward", "agency", "printer")
        };
        register(
            vec![
                organisation("bank", "DE", None),
                organisation("agency", "NZ", None),
                organisation("printer", "MA", None),
            ],
            vec![first, onward],
            Vec::new(),
        )
    };
    let stands = standing(&chained("BR"), "2-onward");
    let told: Vec<(usize, bool)> = stands
        .questions
        .iter()
        .map(|question| (question.along.len(), question.permitted))
        .collect();
    assert_eq!(told, [(0, true), (1, false)]);
    assert!(!stands.permitted);
    let onward = |question: &standing::StandingQuestion| {
        let mut codes = question.warnings.iter().map(|warning| warning.code);
        codes.any(|code| code == WarningCode::OnwardConditions)
    };
    let onward: Vec<bool> = stands.questions.iter().map(onward).collect();
    assert_eq!(onward, [false, true]);
    assert!(
        stands
            .findings()
            .all(|finding| &*finding.importer == "printer")
    );
    // The flow that it continues stands for itself.
    assert!(standing(&chained("BR"), "1-first").permitted);
}

/// The law in which the EU-US DPF decision ended the day before.
fn fallen(law: &Law) -> Law {
    let mut rows = law.provisions().clone();
    let row = rows
        .adequacy
        .iter_mut()
        .find(|row| row.basis.id == "EU-ADQ-US-DPF-2023-1795")
        .expect("the decision");
    let last = TODAY.pred_opt();
    row.span = Span::inclusive(row.span.first(), last).expect("a span");
    row.end_kind = Some(EndKind::Invalidated);
    row.basis = Arc::new(Basis {
        valid_to: last,
        ..(*row.basis).clone()
    });
    Law::new("fallen", rows).expect("a law")
}

#[test]
fn when_the_dpf_falls_what_has_clauses_is_carried_by_them_and_the_rest_is_denied() {
    let facts = register(
        vec![
            organisation("bank", "DE", None),
            certified("hosting"),
            certified("support"),
            organisation("printer", "IE", None),
        ],
        vec![
            flow("1-hosting", "bank", "hosting"),
            flow("2-support", "bank", "support"),
            flow("3-printer", "bank", "printer"),
            Relationship {
                stage: Stage::Suspended,
                ..flow("4-suspended", "bank", "support")
            },
        ],
        vec![clauses("bank", "hosting")],
    );
    let (law, fallen) = (law(), fallen(&law()));
    let side = |law| Side {
        law,
        register: &facts,
    };
    let comparison = Comparison {
        as_of: TODAY,
        settings: SETTINGS,
        threads: 1,
        wanted: &|_| true,
        stop: &|| false,
    };
    let changes = compare(side(&law), side(&fallen), &comparison).unwrap();
    let told: Vec<(&str, Effect)> = changes.iter().map(|c| (&**c.id, c.effect)).collect();
    assert_eq!(
        told,
        [
            ("2-support", Effect::Denied),
            ("1-hosting", Effect::OtherBasis)
        ]
    );
    let carried = changes.last().and_then(|c| c.after.as_ref()).unwrap();
    let leg = carried.outcomes.legs.first().unwrap();
    assert_eq!(leg.outcome, Outcome::Safeguard);
    assert_eq!(leg.mechanism.map(|id| &**id), Some("clauses-bank-hosting"));
    assert!(
        compare(side(&law), side(&law), &comparison)
            .unwrap()
            .is_empty()
    );

    let ahead = standing::LegalGate::on(&fallen, &facts, day(2026, 11, 10), SETTINGS);
    let hosting = facts.relationship("1-hosting").unwrap();
    let support = facts.relationship("2-support").unwrap();
    assert_eq!(ahead.changes_within(support, 90), Some(TODAY));
    assert_eq!(ahead.changes_within(support, 10), None);
    // Carried by something weaker is another outcome.
    assert_eq!(ahead.changes_within(hosting, 90), Some(TODAY));
}

/// Something that is active and begins after the decision fell.
fn ahead() -> Register {
    register(
        vec![
            organisation("bank", "DE", None),
            certified("hosting"),
            certified("support"),
        ],
        vec![
            Relationship {
                span: Span::starting(day(2026, 12, 31)),
                ..flow("1-hosting", "bank", "hosting")
            },
            flow("2-support", "bank", "support"),
            Relationship {
                stage: Stage::Pending,
                span: Span::starting(day(2026, 12, 31)),
                ..flow("3-draft", "bank", "support")
            },
            Relationship {
                suspensions: vec![Span::inclusive(TODAY, Some(day(2026, 12, 24))).unwrap()],
                ..flow("4-resumed", "bank", "support")
            },
        ],
        Vec::new(),
    )
}

#[test]
fn what_is_active_and_begins_later_is_compared_on_its_own_first_day() {
    let (law, fallen, facts) = (law(), fallen(&law()), ahead());
    let side = |law| Side {
        law,
        register: &facts,
    };
    let comparison = Comparison {
        as_of: TODAY,
        settings: SETTINGS,
        threads: 1,
        wanted: &|_| true,
        stop: &|| false,
    };
    let changes = compare(side(&law), side(&fallen), &comparison).unwrap();
    let told: Vec<_> = changes
        .iter()
        .map(|change| {
            let after = change.after.as_ref().unwrap();
            (&**change.id, change.effect, after.as_of)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("1-hosting", Effect::Denied, day(2026, 12, 31)),
            ("2-support", Effect::Denied, TODAY),
            ("4-resumed", Effect::Denied, day(2026, 12, 25)),
        ]
    );
}

#[test]
fn a_denial_has_the_day_since_which_it_is_one() {
    let (law, fallen, facts) = (law(), fallen(&law()), ahead());
    let support = facts.relationship("2-support").unwrap();
    let since =
        |law, day| standing::LegalGate::on(law, &facts, day, SETTINGS).denied_since(support);
    assert_eq!(since(&law, TODAY), None);
    assert_eq!(since(&fallen, TODAY), Some(TODAY));
    assert_eq!(since(&fallen, day(2027, 3, 1)), Some(TODAY));
    assert_eq!(since(&fallen, day(2026, 11, 20)), None);

    // Never permitted: since its own first day.
    let nothing = register(
        vec![
            organisation("bank", "DE", None),
            organisation("support", "US", None),
        ],
        vec![flow("1-support", "bank", "support")],
        Vec::new(),
    );
    let flow = nothing.relationship("1-support").unwrap();
    let gate = standing::LegalGate::on(&law, &nothing, TODAY, SETTINGS);
    assert_eq!(gate.denied_since(flow), Some(day(2024, 1, 1)));
}

#[test]
fn what_is_registered_and_does_not_run_yet_is_activated_and_not_registered_again() {
    let law = law();
    let remedies = |relationship| {
        let facts = register(
            vec![organisation("bank", "DE", None), certified("support")],
            vec![relationship],
            Vec::new(),
        );
        let question = Question {
            exporter: "bank".to_owned(),
            importer: "support".to_owned(),
            onward: Vec::new(),
            data_subjects: [country("DE")].into(),
            data_categories: None,
            hr_data: None,
            purpose: None,
            exporter_role: None,
            importer_role: None,
            as_of: TODAY,
        };
        let verdict = decide(&law, &facts, &question, SETTINGS);
        let remedies = &verdict.relationship().remedies;
        remedies.iter().map(|one| one.code).collect::<Vec<_>>()
    };
    let flow = || flow("1-support", "bank", "support");
    let (activate, register) = (
        [RemedyCode::ActivateRelationship],
        [RemedyCode::RegisterRelationship],
    );
    let span = |first, last| Span::inclusive(first, Some(last)).unwrap();
    for (relationship, expected) in [
        (flow(), [].as_slice()),
        (
            Relationship {
                stage: Stage::Pending,
                ..flow()
            },
            &activate,
        ),
        (
            Relationship {
                span: Span::starting(day(2026, 12, 31)),
                ..flow()
            },
            &activate,
        ),
        (
            Relationship {
                stage: Stage::Suspended,
                ..flow()
            },
            &activate,
        ),
        (
            Relationship {
                span: span(day(2024, 1, 1), day(2024, 12, 31)),
                ..flow()
            },
            &register,
        ),
    ] {
        assert_eq!(remedies(relationship.clone()), expected, "{relationship:?}");
    }
}
