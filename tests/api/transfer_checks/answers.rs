//! The shape of an answer, and what a question may say besides its three required fields.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{ask, codes, findings_under, list, question};
use crate::fixture::{Service, on_both_databases, text};

on_both_databases![
    an_answer_has_every_key_of_the_contract_and_no_other_null,
    a_finding_cites_what_it_rests_on,
    a_denial_says_why_and_what_would_heal_it,
    an_id_serves_wherever_a_slug_does,
    every_hop_of_a_chain_is_judged_under_the_regimes_of_its_start,
    hr_data_needs_a_certification_that_covers_it,
    a_question_of_another_time_is_answered_or_refused_by_name,
];

const ANSWER: [&str; 11] = [
    "as_of",
    "decision",
    "findings",
    "id",
    "known_at",
    "law_pack",
    "not_assessed",
    "relationship",
    "revision",
    "valid_until",
    "warnings",
];

const FINDING: [&str; 12] = [
    "activity",
    "destination",
    "exporter",
    "fallbacks",
    "hop",
    "importer",
    "outcome",
    "reasons",
    "regime",
    "regime_because",
    "remedies",
    "warnings",
];

fn keys(value: &Value) -> BTreeSet<&str> {
    let object = value
        .as_object()
        .unwrap_or_else(|| panic!("no object: {value}"));
    object.keys().map(String::as_str).collect()
}

/// Every place where JSON holds `null`.
fn nulls(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Null => found.push(at.to_owned()),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                nulls(item, &format!("{at}/{index}"), found);
            }
        }
        Value::Object(fields) => {
            for (key, field) in fields {
                nulls(field, &format!("{at}/{key}"), found);
            }
        }
        _ => {}
    }
}

async fn an_answer_has_every_key_of_the_contract_and_no_other_null(service: Service) {
    let allowed = ask(&service, &question("botsify", "stripe", "DE", "2024-01-01")).await;
    let denied = ask(
        &service,
        &question("qcontact-ltd", "qcontact-inc", "DE", "2020-07-16"),
    )
    .await;
    let unknown = ask(&service, &question("nobody", "no-one", "DE", "2024-01-01")).await;
    for verdict in [&allowed, &denied, &unknown] {
        assert_eq!(keys(verdict), BTreeSet::from(ANSWER), "{verdict:#}");
        let id: uuid::Uuid = text(verdict, "id").parse().expect("an id");
        assert_eq!(id.get_version_num(), 7, "{id}");
        assert_eq!(
            text(verdict, "known_at"),
            Service::NOW,
            "the instant, in UTC with Z"
        );
        assert!(
            verdict["revision"]
                .as_u64()
                .is_some_and(|revision| revision > 0),
            "{verdict:#}"
        );
        assert!(!text(verdict, "law_pack").is_empty(), "{verdict:#}");
        assert!(!text(verdict, "not_assessed").is_empty(), "{verdict:#}");
        for key in ["outcome", "kind", "reasons"] {
            assert!(
                verdict["relationship"].get(key).is_some(),
                "{key}: {verdict:#}"
            );
        }
        let mut found = Vec::new();
        nulls(verdict, "", &mut found);
        found.retain(|at| at != "/valid_until");
        assert!(found.is_empty(), "null at {found:?}: {verdict:#}");
    }
    assert!(
        allowed["valid_until"].is_null(),
        "nothing recorded ends it: {allowed:#}"
    );
    assert_eq!(text(&denied, "valid_until"), "2020-12-31");
    assert_ne!(
        allowed["id"], denied["id"],
        "each answer has an id of its own"
    );
}

async fn a_finding_cites_what_it_rests_on(service: Service) {
    let verdict = ask(
        &service,
        &question("qcontact-ltd", "qcontact-inc", "DE", "2019-06-01"),
    )
    .await;
    let findings = list(&verdict, "findings");
    assert_eq!(findings.len(), 1, "{verdict:#}");
    let finding = &findings[0];
    let mut expected = BTreeSet::from(FINDING);
    expected.insert("basis");
    assert_eq!(keys(finding), expected, "{finding:#}");
    assert_eq!(finding["hop"], 0);
    assert_eq!(text(finding, "exporter"), "qcontact-ltd");
    assert_eq!(text(finding, "importer"), "qcontact-inc");
    assert_eq!(text(finding, "destination"), "US");
    assert_eq!(text(finding, "activity"), "seat");
    let basis = &finding["basis"];
    assert_eq!(text(basis, "id"), "EU-ADQ-US-PS-2016-1250");
    assert_eq!(text(basis, "citation"), "(EU) 2016/1250");
    assert_eq!(text(basis, "valid_from"), "2016-07-12");
    assert_eq!(text(basis, "valid_to"), "2020-07-15");
    assert!(text(basis, "title").contains("Privacy Shield"), "{basis:#}");
    let url = text(basis, "url");
    assert!(
        url.starts_with("https://eur-lex.europa.eu/") && url.contains("32016D1250"),
        "{url}"
    );
    for (subject, day, host) in [
        ("CH", "2019-06-01", "https://www.fedlex.admin.ch/"),
        ("CH", "2024-09-15", "https://www.fedlex.admin.ch/"),
        ("GB", "2023-10-12", "https://www.legislation.gov.uk/"),
    ] {
        let verdict = ask(
            &service,
            &question("qcontact-inc", "cloudflare", subject, day),
        )
        .await;
        for finding in list(&verdict, "findings") {
            let url = text(&finding["basis"], "url");
            let denied = text(finding, "outcome") == "denied";
            assert!(
                denied || url.is_empty() || url.starts_with(host),
                "{finding:#}"
            );
        }
    }
    // An open instrument has no last day, and says so by having no such key.
    let today = ask(&service, &question("botsify", "stripe", "DE", "2024-01-01")).await;
    assert!(
        today["findings"][0]["basis"].get("valid_to").is_none(),
        "{today:#}"
    );
}

async fn a_denial_says_why_and_what_would_heal_it(service: Service) {
    let asked = json!({
        "exporter": "qiscus-customers", "importer": "qiscus-pte-ltd", "data_subjects": ["DE", "CH"],
        "as_of": "2024-01-01",
    });
    let verdict = ask(&service, &asked).await;
    for regime in ["eu", "ch"] {
        for finding in findings_under(&verdict, regime) {
            let signing = list(finding, "remedies")
                .iter()
                .find(|remedy| text(remedy, "code") == "sign_scc")
                .unwrap_or_else(|| panic!("clauses would heal it: {finding:#}"));
            // Its customers are controllers, it is their processor.
            assert_eq!(signing["module"], 2, "{finding:#}");
            assert!(
                codes(finding, "remedies").contains(&"complete_tia"),
                "{finding:#}"
            );
            for remedy in list(finding, "remedies") {
                assert!(!text(remedy, "message").is_empty(), "{remedy}");
            }
        }
    }
    let swiss = findings_under(&verdict, "ch");
    assert!(
        codes(swiss[0], "remedies").contains(&"add_swiss_addendum"),
        "{verdict:#}"
    );

    let shield = ask(
        &service,
        &question("qcontact-ltd", "qcontact-inc", "DE", "2020-07-16"),
    )
    .await;
    let reasons = list(&shield["findings"][0], "reasons");
    let fallen = reasons
        .iter()
        .find(|reason| text(reason, "code") == "instrument_invalidated");
    let fallen = fallen.unwrap_or_else(|| panic!("it was struck down: {shield:#}"));
    assert!(!text(fallen, "message").is_empty(), "{fallen}");

    let unknown = ask(
        &service,
        &question(
            "instantchatbots-customers",
            "instantchatbots-ai",
            "DE",
            "2024-01-01",
        ),
    )
    .await;
    let remedies = codes(&unknown["findings"][0], "remedies");
    assert!(remedies.contains(&"record_country"), "{unknown:#}");
}

async fn an_id_serves_wherever_a_slug_does(service: Service) {
    let mut ids = Vec::new();
    for slug in ["qcontact-ltd", "qcontact-inc", "castillo-ltd"] {
        let organisation = service.get(&format!("/v1/organisations/{slug}")).await.ok();
        ids.push(text(&organisation, "id").to_owned());
    }
    let by_id = json!({ "exporter": ids[0], "importer": ids[1], "onward": [ids[2]], "data_subjects": ["DE"], "as_of": "2019-06-01" });
    let by_slug = json!({ "exporter": "qcontact-ltd", "importer": "qcontact-inc", "onward": ["castillo-ltd"], "data_subjects": ["DE"], "as_of": "2019-06-01" });
    let (mut by_id, mut by_slug) = (ask(&service, &by_id).await, ask(&service, &by_slug).await);
    for verdict in [&mut by_id, &mut by_slug] {
        verdict["id"] = Value::Null;
    }
    assert_eq!(by_id, by_slug);
}

async fn every_hop_of_a_chain_is_judged_under_the_regimes_of_its_start(service: Service) {
    let chain = |day: &str| {
        json!({
            "exporter": "qcontact-ltd", "importer": "qcontact-inc", "onward": ["castillo-ltd"],
            "data_subjects": ["DE", "CH"], "as_of": day,
        })
    };
    let verdict = ask(&service, &chain("2020-07-15")).await;
    let hops: Vec<(u64, &str, &str, &str)> = list(&verdict, "findings")
        .iter()
        .map(|f| {
            (
                f["hop"].as_u64().unwrap(),
                text(f, "exporter"),
                text(f, "importer"),
                text(f, "regime"),
            )
        })
        .collect();
    let expected = [
        (0, "qcontact-ltd", "qcontact-inc", "eu"),
        (0, "qcontact-ltd", "qcontact-inc", "ch"),
        (1, "qcontact-inc", "castillo-ltd", "eu"),
        (1, "qcontact-inc", "castillo-ltd", "ch"),
    ];
    assert_eq!(hops, expected, "{verdict:#}");
    assert_eq!(text(&verdict, "decision"), "allow", "{verdict:#}");
    assert!(
        codes(&verdict, "warnings").contains(&"onward_conditions"),
        "{verdict:#}"
    );
    assert_eq!(text(&verdict, "valid_until"), "2020-07-15", "{verdict:#}");

    // The first hop fails, and the covered second one does not mend it.
    let verdict = ask(&service, &chain("2020-07-16")).await;
    assert_eq!(text(&verdict, "decision"), "deny", "{verdict:#}");
    assert_eq!(
        text(&verdict["findings"][2], "outcome"),
        "not_restricted",
        "{verdict:#}"
    );

    // A chain is registered hop by hop; the first that is not is shown.
    let astray = json!({
        "exporter": "qcontact-ltd", "importer": "castillo-ltd", "onward": ["netcode"],
        "data_subjects": ["CH"], "as_of": "2020-07-01",
    });
    let verdict = ask(&service, &astray).await;
    assert_eq!(
        codes(&verdict["relationship"], "reasons"),
        ["relationship_unregistered"],
        "{verdict:#}"
    );
    assert_eq!(text(&verdict, "decision"), "deny", "{verdict:#}");
}

async fn hr_data_needs_a_certification_that_covers_it(service: Service) {
    let about = |more: Value| {
        let mut asked = question("qcontact-ltd", "qcontact-inc", "DE", "2019-06-01");
        for (key, value) in more.as_object().unwrap() {
            asked[key] = value.clone();
        }
        asked
    };
    for more in [
        json!({ "hr_data": true }),
        json!({ "data_categories": ["employment"] }),
    ] {
        let verdict = ask(&service, &about(more)).await;
        let reasons = codes(&verdict["findings"][0], "reasons");
        assert!(reasons.contains(&"hr_data_not_covered"), "{verdict:#}");
        assert_eq!(text(&verdict, "decision"), "deny");
    }
    for more in [
        json!({ "hr_data": false }),
        json!({ "data_categories": ["contact"] }),
    ] {
        let verdict = ask(&service, &about(more)).await;
        assert_eq!(text(&verdict, "decision"), "allow", "{verdict:#}");
        assert!(
            !codes(&verdict, "warnings").contains(&"hr_assumed_false"),
            "{verdict:#}"
        );
    }
    let verdict = ask(&service, &about(json!({}))).await;
    assert_eq!(text(&verdict, "decision"), "allow", "{verdict:#}");
    assert!(
        codes(&verdict, "warnings").contains(&"hr_assumed_false"),
        "{verdict:#}"
    );
}

async fn a_question_of_another_time_is_answered_or_refused_by_name(service: Service) {
    let with = |key: &str, value: Value| {
        let mut asked = question("qcontact-ltd", "qcontact-inc", "DE", "2019-06-01");
        asked[key] = value;
        asked
    };
    // The first day of the law's record, and the day before.
    ask(&service, &with("as_of", json!("2000-01-01"))).await;
    let early = service.check(&with("as_of", json!("1999-12-31"))).await;
    early.problem(422);
    assert_eq!(early.pointers(), ["/as_of"]);

    let later = with("known_at", json!("2026-11-21T12:00:00.000001Z"));
    let later = service.check(&later).await;
    later.problem(422);
    assert_eq!(later.pointers(), ["/known_at"]);

    let revision = ask(&service, &with("hr_data", json!(false))).await["revision"].clone();
    let verdict = ask(&service, &with("at_least_revision", revision.clone())).await;
    assert_eq!(verdict["revision"], revision);
    let ahead = revision.as_u64().unwrap() + 1;
    service
        .check(&with("at_least_revision", json!(ahead)))
        .await
        .problem(409);
}
