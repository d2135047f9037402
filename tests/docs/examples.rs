//! The examples of the pages on reasons and warnings come out as their pages say.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::Value;
use transfer_decision::{
    case::Case,
    decide::{Settings, decide},
    facts::{
        Assessment, Certification, Location, Mechanism, Organisation, Party, Question, Register,
        Relationship, Sender, Stage, Terms,
    },
    law::Law,
    span::{Day, Span, parse_day},
    verdict::Verdict,
    vocabulary::{
        Activity, Conclusion, Country, Decision, Framework, Module, OrganisationKind, Outcome,
        PartySide, Place, RelationshipKind, Tool, UncheckedFacts,
    },
};
use transfer_registry_core::{Clock, Context, Registry, RegistryConfig};
use transfer_registry_seed::law::shipped;

use super::{document, pages, unwrapped};

/// Pages whose facts neither the demo register nor a case line can have: their example stands in
/// words, and is built below.
const IN_WORDS: [&str; 5] = [
    "reasons/ended",
    "reasons/mechanism_ended",
    "reasons/tia_overdue",
    "warnings/recertification_due",
    "warnings/relationship_ambiguous",
];

/// The JSON of a page's example.
fn example(page: &str) -> Option<Value> {
    let (_, after) = page.split_once("```json\n")?;
    let (json, rest) = after.split_once("```")?;
    assert!(!rest.contains("```json"), "more than one example: {page}");
    Some(serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}")))
}

fn text(value: &Value, key: &str) -> Option<String> {
    value
        .get(key)
        .map(|text| text.as_str().expect("a text").to_owned())
}

fn codes<T: std::str::FromStr, C: FromIterator<T>>(value: &Value, key: &str) -> Option<C> {
    let list = value.get(key)?.as_array().expect("a list");
    let read = |code: &Value| {
        let code = code.as_str().expect("a text");
        code.parse().unwrap_or_else(|_| panic!("no code: {code}"))
    };
    Some(list.iter().map(read).collect())
}

/// An example in the form of a transfer check, as a question.
fn question(example: &Value) -> Question {
    let known = [
        "exporter",
        "importer",
        "onward",
        "data_subjects",
        "data_categories",
        "hr_data",
        "as_of",
    ];
    for field in example.as_object().expect("an object").keys() {
        assert!(
            known.contains(&field.as_str()),
            "a field that this test does not read: {field}"
        );
    }
    Question {
        exporter: text(example, "exporter").expect("an exporter"),
        importer: text(example, "importer").expect("an importer"),
        onward: codes(example, "onward").unwrap_or_default(),
        data_subjects: codes(example, "data_subjects").expect("data subjects"),
        data_categories: codes(example, "data_categories"),
        hr_data: example
            .get("hr_data")
            .map(|hr| hr.as_bool().expect("a truth")),
        purpose: None,
        exporter_role: None,
        importer_role: None,
        as_of: day(&text(example, "as_of").expect("a day")),
    }
}

fn day(text: &str) -> Day {
    parse_day(text).unwrap_or_else(|| panic!("no day: {text}"))
}

fn reasons(verdict: &Verdict) -> BTreeSet<&'static str> {
    let findings = verdict
        .findings()
        .iter()
        .flat_map(|finding| &finding.reasons);
    let all = verdict.relationship().reasons.iter().chain(findings);
    all.map(|reason| reason.code.code()).collect()
}

fn warnings(verdict: &Verdict) -> BTreeSet<&'static str> {
    let findings = verdict
        .findings()
        .iter()
        .flat_map(|finding| &finding.warnings);
    let all = verdict.warnings().iter().chain(findings);
    all.map(|warning| warning.code.code()).collect()
}

/// The demo register, in memory.
async fn demo() -> (tempfile::TempDir, Registry) {
    let folder = tempfile::tempdir().expect("a folder");
    let registry = Registry::open(RegistryConfig {
        database_url: "sqlite::memory:".to_owned(),
        data_dir: folder.path().to_owned(),
        unchecked_facts: UncheckedFacts::Warn,
        clock: Clock::system(),
    });
    let registry = registry.await.expect("a registry");
    let context = Context {
        actor: "test".to_owned(),
        reason: None,
        request_id: "test".to_owned(),
    };
    registry
        .load_demo(&context)
        .await
        .expect("the demo register");
    (folder, registry)
}

#[tokio::test]
async fn every_example_comes_out_with_the_code_of_its_page() {
    let (_folder, registry) = demo().await;
    let snapshot = registry.snapshot();
    let law = snapshot.law();
    let mut in_words = Vec::new();
    for folder in ["reasons", "warnings"] {
        for (code, page) in pages(folder) {
            let name = format!("{folder}/{code}");
            let Some(example) = example(&page) else {
                assert!(page.contains("**Example.** "), "{name} has no example");
                in_words.push(name);
                continue;
            };
            if example.get("question").is_some() {
                let case =
                    Case::parse(&example.to_string()).unwrap_or_else(|e| panic!("{name}: {e}"));
                let outcome = case.judge(law).unwrap_or_else(|e| panic!("{name}: {e}"));
                assert_eq!(case.mismatch(&outcome), None, "{name}");
                let shown = outcome.reasons.iter().any(|reason| reason.code() == code);
                // Cases know no warnings; this one shows by its outcome.
                assert!(
                    shown || code == "derogation_exceptional",
                    "{name}: {outcome:?}"
                );
                continue;
            }
            let strict = unwrapped(&page).contains(r#"decided with `unchecked_facts = "deny"`"#);
            let unchecked_facts = if strict {
                UncheckedFacts::Deny
            } else {
                UncheckedFacts::Warn
            };
            let settings = Settings { unchecked_facts };
            let verdict = decide(law, snapshot.register(), &question(&example), settings);
            let found = if folder == "reasons" {
                reasons(&verdict)
            } else {
                warnings(&verdict)
            };
            assert!(found.contains(&*code), "{name}: {found:?}");
        }
    }
    assert_eq!(in_words, IN_WORDS, "pages without an example that runs");
}

/// Two organisations in the smallest world: a company in Germany and a third party elsewhere.
struct World {
    vendor: Organisation,
    relationships: Vec<Relationship>,
    mechanisms: Vec<Mechanism>,
}

const SENDER: &str = "sender";
const VENDOR: &str = "vendor";

fn country(code: &str) -> Place {
    Place::Country(code.parse().expect("a country"))
}

fn organisation(slug: &str, group: Option<&str>, seat: &str) -> Organisation {
    Organisation {
        id: format!("id-{slug}").into(),
        slug: slug.into(),
        group: group.map(Arc::from),
        kind: if group.is_some() {
            OrganisationKind::GroupCompany
        } else {
            OrganisationKind::ThirdParty
        },
        seat: Some(country(seat)),
        attributes: [].into(),
        certifications: Vec::new(),
    }
}

fn flow(id: &str, first: &str, last: Option<&str>) -> Relationship {
    Relationship {
        id: id.into(),
        kind: RelationshipKind::Flow,
        sender: Sender::Organisation(SENDER.into()),
        importer: VENDOR.into(),
        stage: Stage::Active,
        span: Span::inclusive(day(first), last.map(day)).expect("a span"),
        purpose: None,
        data_categories: None,
        exporter_role: None,
        importer_role: None,
        locations: Vec::new(),
        continues: None,
        data_subjects: None,
        collected_from_data_subject: false,
        suspensions: Vec::new(),
    }
}

fn mechanism(terms: Terms, ends_on: Option<&str>, assessments: Vec<Assessment>) -> Mechanism {
    let party = |slug: &str, side| Party {
        organisation: slug.into(),
        side,
        span: Some(Span::starting(day("2022-01-10"))),
    };
    Mechanism {
        id: "mechanism".into(),
        group: None,
        terms,
        ends_on: ends_on.map(day),
        parties: vec![
            party(SENDER, PartySide::Exporter),
            party(VENDOR, PartySide::Importer),
        ],
        assessments,
        checked: true,
    }
}

fn clauses() -> Terms {
    Terms {
        module: Some(Module::Two),
        signed_on: Some(day("2022-01-10")),
        ..Terms::of(Tool::Scc2021914)
    }
}

fn favourable(concluded_on: &str, next_review: Option<&str>) -> Assessment {
    Assessment {
        destination: Some("MA".into()),
        conclusion: Conclusion::Favourable,
        concluded_on: Some(day(concluded_on)),
        next_review: next_review.map(day),
    }
}

impl World {
    fn of(seat: &str) -> Self {
        Self {
            vendor: organisation(VENDOR, None, seat),
            relationships: vec![flow("flow", "2019-01-01", None)],
            mechanisms: Vec::new(),
        }
    }

    fn ask(&self, law: &Law, on: &str) -> Verdict {
        let organisations = vec![
            organisation(SENDER, Some("group"), "DE"),
            self.vendor.clone(),
        ];
        let register = Register::new(
            organisations,
            self.relationships.clone(),
            self.mechanisms.clone(),
        );
        let germany: Country = "DE".parse().expect("a country");
        let question = Question {
            exporter: SENDER.to_owned(),
            importer: VENDOR.to_owned(),
            onward: Vec::new(),
            data_subjects: [germany].into(),
            data_categories: None,
            hr_data: None,
            purpose: None,
            exporter_role: None,
            importer_role: None,
            as_of: day(on),
        };
        let settings = Settings {
            unchecked_facts: UncheckedFacts::Deny,
        };
        decide(law, &register.expect("a register"), &question, settings)
    }
}

/// The days of an example in words, each of which its page must name.
fn named(page: &str, days: &[&str]) {
    let page = document(&format!("{page}.md"));
    for day in days {
        assert!(page.contains(day), "the page does not name {day}");
    }
}

#[test]
fn a_flow_ends_on_the_days_that_its_page_names() {
    named("reasons/ended", &["2024-08-19", "2025-12-31", "2026-01-01"]);
    let law = shipped().expect("the law");
    let mut world = World::of("NZ");
    world.relationships = vec![flow("flow", "2024-08-19", Some("2025-12-31"))];
    assert_eq!(world.ask(&law, "2025-12-31").decision(), Decision::Allow);
    assert!(reasons(&world.ask(&law, "2026-01-01")).contains("ended"));
}

#[test]
fn a_mechanism_ends_on_the_days_that_its_page_names() {
    named(
        "reasons/mechanism_ended",
        &["2022-01-10", "2024-12-31", "2025-01-01"],
    );
    let law = shipped().expect("the law");
    let mut world = World::of("MA");
    let assessed = vec![favourable("2022-01-10", None)];
    world.mechanisms = vec![mechanism(clauses(), Some("2024-12-31"), assessed)];
    let carried = world.ask(&law, "2024-12-31");
    assert_eq!(carried.findings()[0].outcome, Outcome::Safeguard);
    assert!(warnings(&carried).contains("ends_soon"));
    assert!(reasons(&world.ask(&law, "2025-01-01")).contains("mechanism_ended"));
}

#[test]
fn an_assessment_is_overdue_on_the_days_that_its_page_names() {
    named(
        "reasons/tia_overdue",
        &["2024-03-01", "2025-03-01", "2025-03-02"],
    );
    let law = shipped().expect("the law");
    let mut world = World::of("MA");
    let assessed = vec![favourable("2024-03-01", Some("2025-03-01"))];
    world.mechanisms = vec![mechanism(clauses(), None, assessed)];
    assert_eq!(world.ask(&law, "2025-03-01").decision(), Decision::Allow);
    assert!(reasons(&world.ask(&law, "2025-03-02")).contains("tia_overdue"));
}

#[test]
fn a_recertification_is_due_on_the_days_that_its_page_names() {
    named(
        "warnings/recertification_due",
        &["2024-08-31", "2024-06-02"],
    );
    let law = shipped().expect("the law");
    let mut world = World::of("US");
    world.vendor.certifications = vec![Certification {
        id: "certification".into(),
        framework: Framework::EuUsDpf,
        span: Span::starting(day("2023-09-01")),
        recertification_due: Some(day("2024-08-31")),
        covers_hr: false,
        checked: true,
    }];
    let warned = |on| warnings(&world.ask(&law, on)).contains("recertification_due");
    assert!(!warned("2024-06-01") && warned("2024-06-02") && warned("2024-09-01"));
    assert_eq!(world.ask(&law, "2024-09-01").decision(), Decision::Allow);
}

#[test]
fn of_two_relationships_the_denied_one_decides_and_the_other_is_named() {
    let law = shipped().expect("the law");
    let mut world = World::of("DE");
    let at = |id: &str, place: &str, activity| Relationship {
        locations: vec![Location {
            place: Some(country(place)),
            activity,
            operated_by: None,
            first_day: None,
            last_day: None,
        }],
        ..flow(id, "2024-01-01", None)
    };
    let hosting = at("hosting", "DE", Activity::Storage);
    world.relationships = vec![hosting, at("support", "MA", Activity::RemoteAccess)];
    let verdict = world.ask(&law, "2024-06-01");
    assert_eq!(verdict.decision(), Decision::Deny);
    assert_eq!(verdict.relationship().id.as_deref(), Some("support"));
    let ambiguous = verdict
        .warnings()
        .iter()
        .find(|w| w.code.code() == "relationship_ambiguous");
    assert!(
        ambiguous
            .expect("the warning")
            .message()
            .contains("hosting")
    );
}

#[test]
fn a_derogation_always_warns() {
    let law = shipped().expect("the law");
    let mut world = World::of("MA");
    let mut terms = Terms::of(Tool::Derogation491a);
    terms.statements.explicit = true;
    terms.statements.informed_of_risks = true;
    world.mechanisms = vec![mechanism(terms, None, Vec::new())];
    let verdict = world.ask(&law, "2025-01-15");
    assert_eq!(verdict.findings()[0].outcome, Outcome::Derogation);
    assert!(warnings(&verdict).contains("derogation_exceptional"));
}
