//! How one engagement or flow stands.

use super::*;

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
                suspensions: vec![Span::starting(day(2020, 1, 1))],
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
