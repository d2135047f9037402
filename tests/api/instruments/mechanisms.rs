//! What transfers rest on besides the law, and what was assessed for it.

use serde_json::json;

use super::{assessment, clauses, signed};
use crate::fixture::{Service, on_both_databases, text};

on_both_databases![
    a_company_that_docks_is_covered_from_its_own_day_on,
    clauses_cover_swiss_data_once_the_swiss_adaptations_are_agreed,
    an_assessment_is_recorded_reviewed_and_found_again,
    a_derogation_that_was_used_up_carries_nothing_more,
    mechanisms_are_found_by_what_one_knows_of_them,
];

const INTRA: (&str, &str) = ("qcontact-ltd", "qcontact-india");
const EU: (&str, &str) = ("eu", "DE");

/// How a transfer comes out under one regime on a day; every finding of it must agree.
async fn outcome(
    service: &Service,
    (exporter, importer): (&str, &str),
    (regime, data_subject): (&str, &str),
    day: &str,
) -> String {
    let question = json!({
        "exporter": exporter, "importer": importer, "data_subjects": [data_subject], "as_of": day,
        "exporter_role": "controller", "importer_role": "controller",
    });
    let answer = service.check(&question).await.ok();
    let findings = answer["findings"].as_array().expect("findings");
    let mut outcomes: Vec<&str> = findings
        .iter()
        .filter(|finding| finding["regime"] == regime)
        .map(|finding| text(finding, "outcome"))
        .collect();
    outcomes.dedup();
    let [outcome] = outcomes.as_slice() else {
        panic!("{answer:#}");
    };
    (*outcome).to_owned()
}

async fn a_company_that_docks_is_covered_from_its_own_day_on(service: Service) {
    let made = signed(&service).await;
    let id = text(&made.json(), "id").to_owned();
    for destination in ["IN", "GI"] {
        let made = service
            .create("/v1/impact-assessments", &assessment(&id, destination))
            .await;
        assert_eq!(made.json()["mechanism"], *id);
    }
    let to_india = async |day| outcome(&service, INTRA, EU, day).await;
    assert_eq!(to_india("2026-01-09").await, "denied");
    assert_eq!(to_india("2026-01-10").await, "safeguard");
    let docking = ("qcontact-ltd", "castillo-ltd");
    let to_castillo = async |day| outcome(&service, docking, EU, day).await;
    assert_eq!(to_castillo("2026-11-21").await, "denied");

    let parties = format!("/v1/mechanisms/{id}/parties");
    let party = json!({
        "organisation": "castillo-ltd", "side": "importer", "acceded_on": "2026-06-01",
    });
    let unknown = json!({"organisation": "nobody", "side": "importer", "acceded_on": "2026-06-01"});
    let refused = service.post(&parties, &unknown).await;
    let expected = (
        "/organisation".to_owned(),
        "unknown_organisation".to_owned(),
    );
    assert_eq!(refused.violations(), [expected]);
    let dry = service
        .post(&format!("{parties}?dry_run=true"), &party)
        .await;
    dry.ok();

    // However often it is sent under one key, it docks once.
    let keyed = [("idempotency-key", "castillo docks")];
    let first = service.write("POST", &parties, &keyed, &party).await;
    let again = service.write("POST", &parties, &keyed, &party).await;
    assert_eq!((first.status, again.status), (201, 201), "{}", again.text());
    assert_eq!(again.json(), first.json());
    assert_eq!(first.json()["version"], 2);
    assert_eq!(first.json()["parties"][3], party);
    assert_eq!(first.header("location"), made.header("location"));
    assert_eq!(to_castillo("2026-05-31").await, "denied");
    assert_eq!(to_castillo("2026-06-01").await, "safeguard");

    let end = format!("/v1/mechanisms/{id}/end");
    let ended = service
        .step(&end, first.tag(), &json!({"last_day": "2026-09-30"}))
        .await;
    assert_eq!(ended.ok()["ends_on"], "2026-09-30");
    assert_eq!(to_castillo("2026-09-30").await, "safeguard");
    assert_eq!(to_castillo("2026-10-01").await, "denied");
    let before = service
        .step(&end, ended.tag(), &json!({"last_day": "2026-01-09"}))
        .await;
    let reversed = ("/last_day".to_owned(), "days_reversed".to_owned());
    assert_eq!(before.violations(), [reversed]);
}

async fn clauses_cover_swiss_data_once_the_swiss_adaptations_are_agreed(service: Service) {
    let made = signed(&service).await;
    let id = text(&made.json(), "id").to_owned();
    service
        .create("/v1/impact-assessments", &assessment(&id, "IN"))
        .await;
    let swiss = async || outcome(&service, INTRA, ("ch", "CH"), Service::TODAY).await;
    assert_eq!(swiss().await, "denied");
    let path = format!("/v1/mechanisms/{id}");
    let addendum = json!({"statements": {"swiss_addendum": true}});
    let patched = service.patch(&path, made.tag(), &addendum).await;
    let patched = patched.ok();
    assert_eq!(patched["statements"]["swiss_addendum"], true);
    assert_eq!(patched["statements"]["necessary"], false);
    assert_eq!(patched["title"], "Clauses within the group");
    assert_eq!(swiss().await, "safeguard");
    // What belongs to its life from the first stays, and a module must be one of the four.
    let wrong = json!({"tool": "uk-idta", "group": null, "module": 5, "surprise": null});
    let tag = service.get(&path).await.tag().to_owned();
    let refused = service.patch(&path, &tag, &wrong).await;
    let found: Vec<_> = refused.violations();
    let codes: Vec<(&str, &str)> = found.iter().map(|(at, code)| (&**at, &**code)).collect();
    assert_eq!(
        codes,
        [
            ("/group", "immutable_field"),
            ("/module", "out_of_range"),
            ("/surprise", "unknown_field"),
            ("/tool", "immutable_field"),
        ]
    );
}

async fn an_assessment_is_recorded_reviewed_and_found_again(service: Service) {
    let made = signed(&service).await;
    let mechanism = text(&made.json(), "id").to_owned();
    let today = async || outcome(&service, INTRA, EU, Service::TODAY).await;
    assert_eq!(today().await, "denied");
    let made = service
        .create("/v1/impact-assessments", &assessment(&mechanism, "IN"))
        .await;
    assert_eq!(today().await, "safeguard");
    let id = text(&made.json(), "id").to_owned();
    let path = format!("/v1/impact-assessments/{id}");
    assert_eq!(service.get(&path).await.ok(), made.json());
    assert_eq!(service.get(&path).await.tag(), made.tag());

    // The review finds otherwise; what is not said again stays as it was.
    let review = json!({
        "conclusion": "unfavourable", "concluded_on": "2026-11-20", "next_review": null,
        "steps": {"re_evaluation": "the law of the destination changed"},
    });
    let dry = format!("{path}?dry_run=true");
    service.patch(&dry, made.tag(), &review).await.ok();
    assert_eq!(today().await, "safeguard");
    let reviewed = service.patch(&path, made.tag(), &review).await;
    let reviewed_now = reviewed.ok();
    assert_eq!(reviewed_now["version"], 2);
    assert!(reviewed_now.get("next_review").is_none());
    assert_eq!(reviewed_now["steps"]["transfer"], "support tickets");
    assert_eq!(today().await, "denied");
    let shown = service
        .get(&format!("/v1/mechanisms/{mechanism}"))
        .await
        .ok();
    assert_eq!(shown["assessments"], json!([reviewed_now]));
    // The mechanism itself was not written.
    assert_eq!(shown["version"], 1);

    let other = json!({"mechanism": id, "destination": "GI"});
    let refused = service.patch(&path, reviewed.tag(), &other).await;
    refused.problem(422);
    assert_eq!(refused.pointers(), ["/destination", "/mechanism"]);
    let next = assessment(&mechanism, "GI");
    let next = service.create("/v1/impact-assessments", &next).await.json();
    for (filter, expected) in [
        ("conclusion=unfavourable", vec![&id]),
        ("destination=GI&review_before=2027-01-06", vec![]),
        ("review_before=2027-01-05", vec![]),
        ("as_of=2026-01-04", vec![]),
        ("as_of=2026-11-19&conclusion=unfavourable", vec![]),
    ] {
        let list = format!("/v1/impact-assessments?mechanism={mechanism}&{filter}");
        let found = service.every(&list, 1).await;
        let found: Vec<&str> = found.iter().map(|item| text(item, "id")).collect();
        let mut expected: Vec<&str> = expected.into_iter().map(String::as_str).collect();
        if filter.starts_with("destination") {
            expected.push(text(&next, "id"));
        }
        assert_eq!(found, expected, "{filter}");
    }
    let all = service
        .every("/v1/impact-assessments?group=qcontact", 1)
        .await;
    assert_eq!(all.len(), 2);
    let none = service
        .every("/v1/impact-assessments?group=botsify", 1)
        .await;
    assert!(none.is_empty());
    let nobodys = assessment("01900000-0000-7000-8000-000000000000", "Atlantis");
    let refused = service.post("/v1/impact-assessments", &nobodys).await;
    refused.problem(422);
    assert_eq!(refused.pointers(), ["/destination", "/mechanism"]);
}

async fn a_derogation_that_was_used_up_carries_nothing_more(service: Service) {
    let derogation = json!({
        "group": "qcontact",
        "tool": "derogation-49-1-e",
        "statements": {"necessary": true, "occasional": true},
        "parties": [
            {"organisation": "qcontact-ltd", "side": "exporter"},
            {"organisation": "qcontact-india", "side": "importer"},
        ],
        "uses_limit": 2,
        "note": "two filings before a court",
        "source": "counsel's memorandum",
        "checked_on": Service::TODAY,
    });
    signed(&service).await;
    let made = service.create("/v1/mechanisms", &derogation).await;
    let path = format!("/v1/mechanisms/{}", text(&made.json(), "id"));
    let uses = format!("{path}/uses");
    let on = async |day| outcome(&service, INTRA, EU, day).await;
    assert_eq!(on("2026-11-21").await, "derogation");
    let ahead = json!({"on": "2026-11-22", "note": "a filing"});
    let refused = service.post(&uses, &ahead).await;
    assert_eq!(
        refused.violations(),
        [("/on".to_owned(), "future_day".to_owned())]
    );

    let filing = |day: &str| json!({"on": day, "note": "a filing"});
    let keyed = [("idempotency-key", "the first filing")];
    for _ in 0..3 {
        let once = service
            .write("POST", &uses, &keyed, &filing("2026-11-10"))
            .await;
        assert_eq!(once.status, 201, "{}", once.text());
    }
    assert_eq!(on("2026-11-21").await, "derogation");
    let last = service.post(&uses, &filing("2026-11-20")).await;
    assert_eq!(last.status, 201, "{}", last.text());
    assert_eq!(last.json()["exhausted_from"], "2026-11-20");
    assert_eq!(last.json()["uses"].as_array().map(Vec::len), Some(2));
    assert_eq!(on("2026-11-21").await, "denied");
    assert_eq!(on("2026-11-19").await, "derogation");
    let again = service.post(&uses, &filing("2026-11-21")).await;
    let exhausted = (String::new(), "uses_exhausted".to_owned());
    assert_eq!(again.violations(), [exhausted]);
    assert_eq!(service.get(&path).await.ok(), last.json());
}

async fn mechanisms_are_found_by_what_one_knows_of_them(service: Service) {
    let first = signed(&service).await.json();
    let mut shared = clauses();
    shared["ends_on"] = json!("2026-12-31");
    shared["tool"] = json!("uk-idta");
    for field in ["group", "module", "document_sha256"] {
        shared.as_object_mut().expect("an object").remove(field);
    }
    shared["parties"] = json!([{"organisation": "castillo-ltd", "side": "exporter"}]);
    let second = service.create("/v1/mechanisms", &shared).await.json();
    let hash = "5e".repeat(32);
    for (filter, expected) in [
        ("group=qcontact".to_owned(), vec![&first]),
        ("party=stripe".to_owned(), vec![&first]),
        ("party=castillo-ltd".to_owned(), vec![&second]),
        ("party=nobody".to_owned(), vec![]),
        ("tool=uk-idta".to_owned(), vec![&second]),
        ("expiring_before=2026-12-31".to_owned(), vec![]),
        (
            "expiring_before=2027-01-01&as_of=2026-11-21".to_owned(),
            vec![&second],
        ),
        (
            "expiring_before=2027-01-02&as_of=2027-01-01".to_owned(),
            vec![],
        ),
        (format!("document_sha256={hash}"), vec![&first]),
        ("limit=1".to_owned(), vec![&first, &second]),
    ] {
        let size = if filter == "limit=1" {
            String::new()
        } else {
            format!("?{filter}")
        };
        let found = service.every(&format!("/v1/mechanisms{size}"), 1).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{filter}");
    }
    let wrong = service
        .get("/v1/mechanisms?organisation=stripe&expiring_before=soon")
        .await;
    wrong.problem(422);
    assert_eq!(wrong.pointers(), ["/expiring_before", "/organisation"]);
}
