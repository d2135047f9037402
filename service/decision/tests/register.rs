//! What a register of several companies, engagements and flows comes to: small worlds, each about
//! one rule.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops at the first surprise"
)]

use std::collections::{BTreeMap, BTreeSet};

use transfer_decision::{
    decide::{Settings, decide},
    facts::{
        Certification, Location, Organisation, Question, Register, Relationship, Sender, Stage,
    },
    span::{Day, Span, day},
    verdict::Verdict,
    vocabulary::{
        Activity, DataCategory, Decision, Framework, OrganisationKind, ReasonCode,
        RelationshipKind, Role, UncheckedFacts, WarningCode,
    },
};

/// A company of the group, or a third party.
fn organisation(slug: &str, seat: &str, company: bool) -> Organisation {
    Organisation {
        id: format!("id-{slug}").into(),
        slug: slug.into(),
        group: company.then(|| "group".into()),
        kind: if company {
            OrganisationKind::GroupCompany
        } else {
            OrganisationKind::ThirdParty
        },
        seat: seat.parse().ok(),
        attributes: BTreeMap::new(),
        certifications: Vec::new(),
    }
}

fn flow(id: &str, exporter: &str, importer: &str) -> Relationship {
    Relationship {
        id: id.into(),
        kind: RelationshipKind::Flow,
        sender: Sender::Organisation(exporter.into()),
        importer: importer.into(),
        stage: Stage::Active,
        span: Span::starting(day(2020, 1, 1)),
        purpose: None,
        data_categories: Some(BTreeSet::from([DataCategory::Contact])),
        exporter_role: None,
        importer_role: None,
        locations: Vec::new(),
        continues: None,
        data_subjects: None,
        collected_from_data_subject: false,
        suspensions: Vec::new(),
    }
}

fn storage(place: &str) -> Location {
    Location {
        place: place.parse().ok(),
        activity: Activity::Storage,
        operated_by: None,
        first_day: None,
        last_day: None,
    }
}

fn dpf(covers_hr: bool) -> Certification {
    Certification {
        id: "dpf".into(),
        framework: Framework::EuUsDpf,
        span: Span::starting(day(2023, 9, 1)),
        recertification_due: None,
        covers_hr,
        checked: true,
    }
}

fn question(exporter: &str, importer: &str) -> Question {
    Question {
        exporter: exporter.into(),
        importer: importer.into(),
        onward: Vec::new(),
        data_subjects: BTreeSet::from(["DE".parse().unwrap()]),
        data_categories: None,
        hr_data: None,
        purpose: None,
        exporter_role: None,
        importer_role: None,
        as_of: day(2024, 6, 1),
    }
}

fn answer(
    organisations: Vec<Organisation>,
    relationships: Vec<Relationship>,
    question: &Question,
) -> Verdict {
    let law = transfer_registry_seed::law::shipped().expect("the shipped law");
    let register = Register::new(organisations, relationships, Vec::new()).unwrap();
    let settings = Settings {
        unchecked_facts: UncheckedFacts::Deny,
    };
    decide(&law, &register, question, settings)
}

fn warns(verdict: &Verdict, code: WarningCode) -> bool {
    verdict
        .warnings()
        .iter()
        .any(|warning| warning.code == code)
}

fn reasons(verdict: &Verdict) -> Vec<ReasonCode> {
    let findings = verdict.findings().iter();
    findings.flat_map(|f| &f.reasons).map(|r| r.code).collect()
}

#[test]
fn within_a_group_only_a_flow_that_covers_the_question_bears_on_it() {
    let companies = || vec![organisation("a", "DE", true), organisation("b", "AT", true)];
    let ask = |change: &dyn Fn(&mut Relationship)| {
        let mut of_b = flow("f", "a", "b");
        of_b.locations = vec![storage("CN")];
        change(&mut of_b);
        let mut question = question("a", "b");
        question.data_categories = Some(BTreeSet::from([DataCategory::Contact]));
        answer(companies(), vec![of_b], &question).decision()
    };
    let ended = Span::inclusive(day(2020, 1, 1), Some(day(2020, 12, 31))).unwrap();
    assert_eq!(ask(&|_| {}), Decision::Deny, "the flow stores in China");
    assert_eq!(ask(&|f| f.stage = Stage::Pending), Decision::Allow);
    assert_eq!(ask(&|f| f.suspensions = vec![f.span]), Decision::Allow);
    assert_eq!(
        ask(&|f| f.span = Span::starting(day(2028, 1, 1))),
        Decision::Allow
    );
    assert_eq!(ask(&|f| f.span = ended), Decision::Allow);
    let special = BTreeSet::from([DataCategory::Special]);
    assert_eq!(
        ask(&|f| f.data_categories = Some(special.clone())),
        Decision::Allow
    );
}

#[test]
fn of_several_flows_that_cover_the_question_the_denied_one_decides() {
    let organisations = || {
        vec![
            organisation("a", "DE", true),
            organisation("v", "DE", false),
        ]
    };
    let mut abroad = flow("abroad", "a", "v");
    abroad.locations = vec![storage("CN")];
    let mut support = abroad.clone();
    support.data_categories = Some(BTreeSet::from([DataCategory::Support]));
    let near = flow("near", "a", "v");

    let both = answer(
        organisations(),
        vec![near.clone(), abroad],
        &question("a", "v"),
    );
    assert_eq!(both.decision(), Decision::Deny);
    assert_eq!(both.relationship().id.as_deref(), Some("abroad"));
    let ambiguous = both
        .warnings()
        .iter()
        .find(|w| w.code == WarningCode::RelationshipAmbiguous);
    let detail = ambiguous.and_then(|w| w.detail.as_deref()).unwrap();
    assert!(detail.contains("near"), "{detail}");

    // The data categories tell them apart.
    let mut contact = question("a", "v");
    contact.data_categories = Some(BTreeSet::from([DataCategory::Contact]));
    let apart = answer(organisations(), vec![near, support], &contact);
    assert_eq!(apart.decision(), Decision::Allow);
    assert_eq!(apart.relationship().id.as_deref(), Some("near"));
    assert!(!warns(&apart, WarningCode::RelationshipAmbiguous));
}

#[test]
fn hr_data_stays_hr_data_along_the_chain() {
    let mut first = organisation("b", "US", false);
    first.certifications.push(dpf(true));
    let mut second = organisation("c", "US", false);
    second.certifications.push(Certification {
        id: "other".into(),
        ..dpf(false)
    });
    let mut staff = flow("staff", "a", "b");
    staff.data_categories = Some(BTreeSet::from([DataCategory::Employment]));
    let onward = flow("onward", "b", "c");
    let mut asked = question("a", "b");
    asked.onward = vec!["c".into()];
    let ask = |question: &Question| {
        let organisations = vec![organisation("a", "DE", true), first.clone(), second.clone()];
        answer(organisations, vec![staff.clone(), onward.clone()], question)
    };
    let verdict = ask(&asked);
    assert_eq!(verdict.decision(), Decision::Deny);
    assert!(reasons(&verdict).contains(&ReasonCode::HrDataNotCovered));
    assert!(warns(&verdict, WarningCode::OnwardConditions));
    // Whoever asks can say that it is not.
    asked.hr_data = Some(false);
    assert_eq!(ask(&asked).decision(), Decision::Allow);
}

#[test]
fn a_recorded_purpose_that_the_decision_excludes_is_held_against_it() {
    let ask = |recorded: Option<&str>, asked: Option<&str>, as_of: Day| {
        let mut to_britain = flow("f", "a", "b");
        to_britain.purpose = recorded.map(str::to_owned);
        let mut question = question("a", "b");
        question.purpose = asked.map(str::to_owned);
        question.as_of = as_of;
        let organisations = vec![
            organisation("a", "DE", true),
            organisation("b", "GB", false),
        ];
        answer(organisations, vec![to_britain], &question)
    };
    let excluded = Some("uk_immigration_control");
    let then = day(2024, 6, 1);
    let denied = ask(excluded, None, then);
    assert_eq!(denied.decision(), Decision::Deny);
    assert!(reasons(&denied).contains(&ReasonCode::PurposeOutOfScope));
    assert_eq!(
        ask(excluded, Some("billing"), then).decision(),
        Decision::Allow
    );
    assert_eq!(ask(None, excluded, then).decision(), Decision::Deny);
    // The renewal of 2025-12-19 has no such exclusion.
    assert_eq!(
        ask(excluded, None, day(2025, 12, 19)).decision(),
        Decision::Allow
    );
}

#[test]
fn an_operator_of_a_location_is_a_hop_of_its_own_in_an_assumed_role() {
    let mut engagement = flow("f", "a", "b");
    engagement.exporter_role = Some(Role::Controller);
    engagement.importer_role = Some(Role::Processor);
    engagement.locations = vec![Location {
        operated_by: Some("o".into()),
        ..storage("IN")
    }];
    let organisations = || {
        vec![
            organisation("a", "DE", true),
            organisation("b", "DE", false),
            organisation("o", "DE", false),
        ]
    };
    let verdict = answer(organisations(), vec![engagement], &question("a", "b"));
    let last = verdict.findings().last().unwrap();
    assert_eq!((last.hop, &*last.exporter, &*last.importer), (1, "b", "o"));
    assert_eq!(last.destination.as_deref(), Some("IN"));
    assert_eq!(verdict.decision(), Decision::Deny);
    assert!(warns(&verdict, WarningCode::RolesAssumed));
    assert!(warns(&verdict, WarningCode::OnwardConditions));
}

/// Remote access from a country, on days of its own.
fn access(place: &str, first: Option<Day>, last: Option<Day>) -> Location {
    Location {
        activity: Activity::RemoteAccess,
        first_day: first,
        last_day: last,
        ..storage(place)
    }
}

/// What is answered of a German vendor with these locations on a day.
fn with_locations(locations: &[Location], as_of: Day) -> Verdict {
    let mut flow = flow("f", "a", "b");
    flow.locations = locations.to_vec();
    let organisations = vec![
        organisation("a", "DE", true),
        organisation("b", "DE", false),
        organisation("o", "DE", false),
    ];
    let mut question = question("a", "b");
    question.as_of = as_of;
    answer(organisations, vec![flow], &question)
}

#[test]
fn a_location_counts_from_its_first_day_to_its_last() {
    let (first, last) = (day(2024, 6, 1), day(2024, 8, 31));
    let from_india = access("IN", Some(first), Some(last));
    let operated = Location {
        operated_by: Some("o".into()),
        ..from_india.clone()
    };
    for abroad in [from_india, operated] {
        let locations = [storage("DE"), abroad];
        for (as_of, decision, until) in [
            (day(2024, 3, 3), Decision::Allow, Some(day(2024, 5, 31))),
            (day(2024, 5, 31), Decision::Allow, Some(day(2024, 5, 31))),
            (first, Decision::Deny, Some(last)),
            (last, Decision::Deny, Some(last)),
            (day(2024, 9, 1), Decision::Allow, None),
        ] {
            let verdict = with_locations(&locations, as_of);
            let findings = verdict.findings().iter();
            let indian = findings.filter(|f| f.destination.as_deref() == Some("IN"));
            assert_eq!(verdict.decision(), decision, "{as_of}");
            assert_eq!(verdict.valid_until(), until, "{as_of}");
            let denied = usize::from(decision == Decision::Deny);
            assert_eq!(indian.count(), denied, "{as_of}");
        }
    }
}

#[test]
fn an_open_end_of_a_location_is_the_relationships_own() {
    let since = access("IN", Some(day(2024, 6, 1)), None);
    let before = access("IN", None, Some(day(2024, 5, 31)));
    for (as_of, since_then, until_then) in [
        (day(2020, 1, 1), Decision::Allow, Decision::Deny),
        (day(2024, 5, 31), Decision::Allow, Decision::Deny),
        (day(2024, 6, 1), Decision::Deny, Decision::Allow),
        (day(2029, 1, 1), Decision::Deny, Decision::Allow),
    ] {
        let on = |one: &Location| with_locations(std::slice::from_ref(one), as_of).decision();
        assert_eq!(on(&since), since_then, "{as_of}");
        assert_eq!(on(&before), until_then, "{as_of}");
    }
}

#[test]
fn locations_of_other_days_only_are_undisclosed_on_this_one() {
    let undisclosed = |locations: &[Location]| {
        let verdict = with_locations(locations, day(2024, 6, 1));
        assert_eq!(verdict.decision(), Decision::Allow);
        let found = verdict.findings().iter().flat_map(|f| &f.warnings);
        let codes: Vec<_> = found.map(|warning| warning.code).collect();
        codes.contains(&WarningCode::LocationsUndisclosed)
    };
    let over = access("DE", None, Some(day(2024, 5, 31)));
    let to_come = access("IN", Some(day(2024, 6, 2)), None);
    assert!(undisclosed(&[over.clone(), to_come.clone()]));
    assert!(!undisclosed(&[over, storage("DE"), to_come]));
    // A seat that nobody knows denies, as it does where no location was ever recorded.
    let mut flow = flow("f", "a", "b");
    flow.locations = vec![access("DE", Some(day(2024, 6, 2)), None)];
    let organisations = vec![organisation("a", "DE", true), organisation("b", "", false)];
    let verdict = answer(organisations, vec![flow], &question("a", "b"));
    assert_eq!(verdict.decision(), Decision::Deny);
    assert!(reasons(&verdict).contains(&ReasonCode::CountryUnknown));
}

#[test]
fn an_answer_holds_to_the_day_before_the_next_boundary() {
    let organisations = || vec![organisation("a", "DE", true), organisation("b", "GB", true)];
    let ask = |as_of: Day| {
        let mut question = question("a", "b");
        question.as_of = as_of;
        answer(organisations(), Vec::new(), &question)
    };
    for (as_of, until) in [
        // The transition and the bridge change the basis and not the outcome.
        (day(2019, 6, 1), Some(day(2021, 6, 27))),
        // The sunset of 2025 was extended, then renewed, without a gap.
        (day(2021, 6, 28), Some(day(2031, 12, 27))),
        (day(2031, 12, 28), None),
    ] {
        assert_eq!(ask(as_of).valid_until(), until, "{as_of}");
    }
}
