//! The life of a flow.

use serde_json::{Value, json};

use super::{acme, decided, existing, flow, path_of, remedies, sign};
use crate::fixture::{Service, on_both_databases, text};

on_both_databases![
    a_flow_is_drafted_activated_suspended_resumed_and_ended,
    a_flow_that_is_denied_is_not_activated_until_the_remedy_is_taken,
    a_flow_onward_continues_the_one_that_its_exporter_receives,
    everything_wrong_with_a_flow_is_said_at_once,
    a_flow_is_changed_only_from_the_version_that_was_seen,
    flows_are_listed_by_their_ends_their_stage_and_their_places,
];

const FLOWS: &str = "/v1/flows";

async fn a_flow_is_drafted_activated_suspended_resumed_and_ended(service: Service) {
    acme(&service).await;
    sign(&service, 2).await;
    let draft = service.create(FLOWS, &flow()).await;
    let shown = draft.json();
    assert_eq!(
        (text(&shown, "status"), text(&shown, "kind")),
        ("draft", "flow")
    );
    let path = path_of(FLOWS, &draft);
    assert_eq!(
        decided(&service, Service::TODAY).await.0,
        "deny",
        "a draft carries nothing"
    );
    let early = service
        .step(&format!("{path}/suspend"), draft.tag(), &Value::Null)
        .await;
    assert_eq!(text(&early.problem(409), "code"), "wrong_stage");

    let activate = format!("{path}/activate");
    let active = service.step(&activate, draft.tag(), &Value::Null).await;
    assert_eq!(text(&active.ok(), "status"), "active");
    assert_eq!(decided(&service, Service::TODAY).await.0, "allow");

    let suspended = service
        .step(&format!("{path}/suspend"), active.tag(), &Value::Null)
        .await;
    assert_eq!(text(&suspended.ok(), "status"), "suspended");
    assert_eq!(decided(&service, Service::TODAY).await.0, "deny", "at once");

    let resumed = service.step(&activate, suspended.tag(), &Value::Null).await;
    assert_eq!(text(&resumed.ok(), "status"), "active");
    assert_eq!(decided(&service, Service::TODAY).await.0, "allow");

    let end = format!("{path}/end");
    let last = json!({"last_day": "2026-11-20"});
    let ended = service.step(&end, resumed.tag(), &last).await;
    let shown = ended.ok();
    assert_eq!(
        (text(&shown, "status"), text(&shown, "valid_to")),
        ("ended", "2026-11-20")
    );
    assert_eq!(decided(&service, Service::TODAY).await.0, "deny", "at once");
    assert_eq!(
        decided(&service, "2026-11-20").await.0,
        "allow",
        "as it was"
    );
    assert_eq!(service.get(&path).await.ok(), shown, "what ended stays");
}

async fn a_flow_that_is_denied_is_not_activated_until_the_remedy_is_taken(service: Service) {
    acme(&service).await;
    let draft = service.create(FLOWS, &flow()).await;
    let path = path_of(FLOWS, &draft);
    let standing = service.get(&format!("{path}/standing")).await.ok();
    assert_eq!(text(&standing["standing"], "verdict"), "deny");
    let activate = format!("{path}/activate");
    let refused = service.step(&activate, draft.tag(), &Value::Null).await;
    let problem = refused.problem(409);
    assert_eq!(text(&problem, "code"), "gate_denied");
    assert!(
        text(&problem, "detail").contains(Service::TODAY),
        "{problem}"
    );
    let findings = problem["findings"].as_array().expect("findings");
    assert_eq!(text(&findings[0], "importer"), "mailer");
    assert!(
        !findings[0]["reasons"]
            .as_array()
            .expect("reasons")
            .is_empty()
    );
    assert!(remedies(&problem).contains(&"sign_scc"), "{problem}");
    // Only tried, it is refused alike.
    let tried = service
        .step(
            &format!("{activate}?dry_run=true"),
            draft.tag(),
            &Value::Null,
        )
        .await;
    tried.problem(409);

    // Another module than the roles ask for is no remedy.
    sign(&service, 1).await;
    service
        .step(&activate, draft.tag(), &Value::Null)
        .await
        .problem(409);
    let clauses = sign(&service, 2).await;
    let active = service
        .step(&activate, draft.tag(), &Value::Null)
        .await
        .ok();
    assert_eq!(text(&active, "status"), "active");
    let standing = service.get(&format!("{path}/standing")).await.ok();
    assert_eq!(text(&standing, "kind"), "flow");
    let question = &standing["questions"][0];
    assert_eq!(text(question, "exporter"), "acme-gmbh");
    let finding = &question["findings"][0];
    assert_eq!(text(finding, "outcome"), "safeguard", "{finding}");
    assert_eq!(
        text(&standing["standing"]["carried_by"][0], "mechanism"),
        clauses
    );
    let before = service
        .get(&format!("{path}/standing?as_of=2026-10-31"))
        .await
        .ok();
    assert_eq!(before["standing"]["permitted"], false, "nothing was signed");
}

async fn a_flow_onward_continues_the_one_that_its_exporter_receives(service: Service) {
    acme(&service).await;
    sign(&service, 2).await;
    let first = service.create(FLOWS, &existing(flow())).await;
    let id = first.json()["id"].clone();
    let mut onward = flow();
    onward["exporter"] = json!("mailer");
    onward["importer"] = json!("google");
    onward["exporter_role"] = json!("processor");
    onward["continues"] = id.clone();
    let made = service.create(FLOWS, &onward).await.created();
    assert_eq!(made["continues"], id);
    let path = format!("{FLOWS}/{}/standing", text(&made, "id"));
    let standing = service.get(&path).await.ok();
    let along: Vec<&Value> = standing["questions"]
        .as_array()
        .expect("questions")
        .iter()
        .filter(|question| question["along"] == json!([id]))
        .collect();
    assert_eq!(along.len(), 1, "{standing}");
    assert_eq!(along[0]["findings"][0]["hop"], 1);

    let mut stray = onward;
    stray["exporter"] = json!("acme-gmbh");
    let refused = service.post(FLOWS, &stray).await;
    let stray = ("/continues".to_owned(), "not_continued".to_owned());
    assert_eq!(refused.violations(), [stray]);
}

async fn everything_wrong_with_a_flow_is_said_at_once(service: Service) {
    let head = service.head().await;
    let form = json!({
        "exporter": "acme-gmbh", "data_subjects": ["de", "DE"], "valid_from": "2026-02-30",
        "continues": "yesterday", "record_existing": "yes", "source": "", "mood": "fine",
    });
    let refused = service.post(FLOWS, &form).await;
    let mut places = refused.pointers();
    places.sort();
    assert_eq!(
        places,
        [
            "/continues",
            "/data_subjects/0",
            "/importer",
            "/mood",
            "/record_existing",
            "/source",
            "/valid_from",
        ]
    );
    let meaning = json!({
        "group": "nobody", "exporter": "google", "importer": "google", "purpose": "Some thing",
        "valid_from": "2026-02-01", "valid_to": "2026-01-31", "source": "a test",
        "continues": "01930000-0000-7000-8000-000000000001",
    });
    let refused = service.post(FLOWS, &meaning).await;
    assert_eq!(
        refused.pointers(),
        ["/continues", "/group", "/importer", "/purpose", "/valid_to"]
    );
    assert_eq!(service.head().await, head, "a refused write was done");
}

async fn a_flow_is_changed_only_from_the_version_that_was_seen(service: Service) {
    acme(&service).await;
    let made = service.create(FLOWS, &flow()).await;
    let path = path_of(FLOWS, &made);
    let change = json!({"owner": null, "data_subjects": ["CH", "DE"], "note": "also Swiss"});
    service
        .write("PATCH", &path, &[], &change)
        .await
        .problem(428);
    let changed = service.patch(&path, made.tag(), &change).await;
    let shown = changed.ok();
    assert!(shown.get("owner").is_none());
    assert_eq!(shown["data_subjects"], json!(["CH", "DE"]));
    for step in ["activate", "suspend"] {
        let step = format!("{path}/{step}");
        service
            .step(&step, made.tag(), &Value::Null)
            .await
            .problem(412);
        service
            .write("POST", &step, &[], &Value::Null)
            .await
            .problem(428);
    }
    let end = format!("{path}/end");
    let last = json!({"last_day": "2026-12-31"});
    let refused = service.step(&end, made.tag(), &last).await;
    assert_eq!(refused.problem(412)["current_version"], 2);
    let other = json!({"group": null, "exporter": "google", "importer": "acme-gmbh"});
    let refused = service.patch(&path, changed.tag(), &other).await;
    assert_eq!(refused.pointers(), ["/exporter", "/group", "/importer"]);
    let head = service.head().await;
    let tried = format!("{path}?dry_run=true");
    service
        .patch(&tried, changed.tag(), &json!({"note": null}))
        .await
        .ok();
    assert_eq!(service.head().await, head);
    assert_eq!(service.get(&path).await.tag(), changed.tag());
}

async fn flows_are_listed_by_their_ends_their_stage_and_their_places(service: Service) {
    acme(&service).await;
    let mut here = flow();
    here["locations"] = json!([{"place": "FR", "activity": "storage"}]);
    let draft = service.create(FLOWS, &here).await.json();
    let mut running = existing(flow());
    running["data_categories"] = json!(["billing"]);
    running["valid_to"] = json!("2026-12-31");
    let running = service.create(FLOWS, &running).await.json();
    let (draft, running) = (text(&draft, "id"), text(&running, "id"));
    for (filters, expected) in [
        ("group=acme", vec![draft, running]),
        ("group=acme&status=draft", vec![draft]),
        ("exporter=acme-gmbh&importer=mailer", vec![draft, running]),
        ("importer=mailer&data_category=billing", vec![running]),
        ("importer=mailer&destination=FR", vec![draft]),
        ("importer=mailer&destination=US", vec![draft, running]),
        ("importer=mailer&destination=EEA", vec![]),
        ("importer=mailer&as_of=2026-11-21", vec![running]),
        ("importer=mailer&as_of=2027-01-01", vec![]),
        ("importer=mailer&as_of=2026-11-09", vec![]),
        ("group=nobody", vec![]),
        ("exporter=nobody", vec![]),
    ] {
        let found = service.every(&format!("{FLOWS}?{filters}"), 1).await;
        let found: Vec<&str> = found.iter().map(|flow| text(flow, "id")).collect();
        assert_eq!(found, expected, "{filters}");
    }
    let all = service.every(FLOWS, 200).await;
    assert!(
        all.iter()
            .all(|item| text(item, "kind") == "flow" && item.get("standing").is_none())
    );
    let known = service
        .every(&format!("{FLOWS}?known_at={}", Service::NOW), 200)
        .await;
    assert_eq!(known, all, "the clock stands still");
    let refused = service
        .get("/v1/flows?verdict=maybe&status=proposed&destination=XX")
        .await;
    assert_eq!(refused.pointers(), ["/destination", "/status", "/verdict"]);
}
