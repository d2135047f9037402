//! Stages follow the days: what ended comes back only through the gate, a suspension keeps its
//! days, and customers keep their notice whichever way an engagement comes into effect.

use serde_json::{Value, json};

use super::{acme, decided, engagement, existing, flow, path_of, sign};
use crate::fixture::{Answer, Service, on_both_databases, text};

on_both_databases![
    what_ended_by_mistake_comes_back_by_a_correction_that_passes_the_gate,
    what_is_denied_does_not_come_back_by_a_later_last_day,
    a_suspension_counts_on_its_days_and_on_no_other,
    a_stage_is_that_of_the_day_asked_about,
    customers_keep_their_notice_whichever_way_an_engagement_comes_into_effect,
    to_say_again_what_is_there_is_no_change,
    a_contract_may_be_older_than_what_can_be_asked_about,
    what_is_denied_comes_into_effect_by_no_change_of_its_days,
    a_planned_suspension_is_part_of_one_that_begins_before_it,
    a_last_day_taken_back_brings_the_locations_back_as_they_were,
];

const ENGAGEMENTS: &str = "/v1/subprocessors";
const FLOWS: &str = "/v1/flows";

/// A flow and an engagement that run in reality already, each with the name of its last day.
async fn running(service: &Service) -> [(String, &'static str); 2] {
    let flow = service.create(FLOWS, &existing(flow())).await;
    let mut engaged = existing(engagement());
    engaged["effective_from"] = json!("2026-11-10");
    let engaged = service.create(ENGAGEMENTS, &engaged).await;
    [
        (path_of(FLOWS, &flow), "valid_to"),
        (path_of(ENGAGEMENTS, &engaged), "ended_on"),
    ]
}

async fn patched(service: &Service, path: &str, change: &Value) -> Answer {
    let tag = service.get(path).await.tag().to_owned();
    service.patch(path, &tag, change).await
}

async fn stepped(service: &Service, path: &str, step: &str, body: &Value) -> Answer {
    let tag = service.get(path).await.tag().to_owned();
    service.step(&format!("{path}/{step}"), &tag, body).await
}

async fn what_ended_by_mistake_comes_back_by_a_correction_that_passes_the_gate(service: Service) {
    acme(&service).await;
    sign(&service, 2).await;
    for (path, last) in running(&service).await {
        let over = json!({"last_day": "2026-11-15"});
        let ended = stepped(&service, &path, "end", &over).await.ok();
        assert_eq!(text(&ended, "status"), "ended");
        // Open again, or with a last day that is still to come: it is active in either.
        for day in [Value::Null, json!("2026-12-31")] {
            let tried = format!("{path}?dry_run=true");
            let tag = service.get(&path).await.tag().to_owned();
            service.patch(&tried, &tag, &json!({last: day})).await.ok();
            let back = patched(&service, &path, &json!({last: day})).await.ok();
            assert_eq!(text(&back, "status"), "active", "{path} {day}");
            let ended = stepped(&service, &path, "end", &over).await.ok();
            assert_eq!(text(&ended, "status"), "ended");
        }
        // A last day moved into the past by an amendment ends it as well.
        let back = patched(&service, &path, &json!({last: null})).await.ok();
        assert_eq!(text(&back, "status"), "active");
        let past = patched(&service, &path, &json!({last: "2026-11-19"})).await;
        assert_eq!(text(&past.ok(), "status"), "ended");
    }
    let listed = service.get("/v1/flows?status=ended").await.ok();
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
}

async fn what_is_denied_does_not_come_back_by_a_later_last_day(service: Service) {
    acme(&service).await;
    for (path, last) in running(&service).await {
        let over = json!({"last_day": "2026-11-15"});
        stepped(&service, &path, "end", &over).await.ok();
        let later = json!({"last_day": "2030-12-31"});
        let refused = stepped(&service, &path, "end", &later).await;
        assert_eq!(text(&refused.problem(409), "code"), "gate_denied");
        for day in [Value::Null, json!("2030-12-31"), json!("2026-11-21")] {
            let refused = patched(&service, &path, &json!({last: day})).await;
            assert_eq!(text(&refused.problem(409), "code"), "gate_denied", "{day}");
        }
        // How long it ran in the past is a correction.
        let corrected = stepped(&service, &path, "end", &json!({"last_day": "2026-11-18"})).await;
        assert_eq!(text(&corrected.ok(), "status"), "ended");
    }
    assert_eq!(decided(&service, Service::TODAY).await.0, "deny");
}

async fn a_suspension_counts_on_its_days_and_on_no_other(service: Service) {
    acme(&service).await;
    sign(&service, 2).await;
    let made = service.create(FLOWS, &existing(flow())).await;
    let path = path_of(FLOWS, &made);
    let of = async |day: &str| decided(&service, day).await.0;
    let suspended = stepped(&service, &path, "suspend", &Value::Null).await.ok();
    assert_eq!(suspended["suspensions"], json!([{"from": Service::TODAY}]));
    assert_eq!(of(Service::TODAY).await, "deny");
    assert_eq!(of("2026-11-20").await, "allow", "it ran until then");

    // Nobody knows better than who recorded it: the first day may be corrected.
    let earlier = json!({"suspensions": [{"from": "2026-11-16"}]});
    patched(&service, &path, &earlier).await.ok();
    let [before, from] = [of("2026-11-15").await, of("2026-11-16").await];
    assert_eq!([before.as_str(), from.as_str()], ["allow", "deny"]);
    let wrong = json!({"suspensions": [{"from": "2026-11-18"}, {"from": "2026-11-16"}]});
    let wrong = patched(&service, &path, &wrong).await.violations();
    assert_eq!(wrong[0].0, "/suspensions/1/from");

    let resumed = stepped(&service, &path, "activate", &Value::Null)
        .await
        .ok();
    assert_eq!(text(&resumed, "status"), "active");
    let gap = json!([{"from": "2026-11-16", "until": "2026-11-20"}]);
    assert_eq!(resumed["suspensions"], gap);
    for (day, decision) in [
        ("2026-11-15", "allow"),
        ("2026-11-16", "deny"),
        ("2026-11-20", "deny"),
        (Service::TODAY, "allow"),
    ] {
        assert_eq!(of(day).await, decision, "{day}");
    }

    // To end what is suspended does not permit what was not permitted.
    stepped(&service, &path, "suspend", &Value::Null).await.ok();
    let ended = stepped(&service, &path, "end", &json!({"last_day": "2026-11-21"})).await;
    assert_eq!(
        text(&ended.ok(), "status"),
        "suspended",
        "until today is over"
    );
    for day in ["2026-11-18", Service::TODAY, "2026-11-22"] {
        assert_eq!(of(day).await, "deny", "{day}");
    }
}

async fn a_stage_is_that_of_the_day_asked_about(service: Service) {
    acme(&service).await;
    sign(&service, 2).await;
    for (path, _) in running(&service).await {
        let over = json!({"last_day": "2026-11-15"});
        stepped(&service, &path, "end", &over).await.ok();
        let (list, id) = path.rsplit_once('/').expect("a path of an id");
        for (day, stage) in [("2026-11-15", "active"), ("2026-11-16", "ended")] {
            let shown = service.get(&format!("{path}?as_of={day}")).await.ok();
            assert_eq!(text(&shown, "status"), stage, "{path} on {day}");
            let listed = format!("{list}?as_of={day}&status=active");
            let listed = service.get(&listed).await.ok();
            let items = listed["items"].as_array().expect("items");
            let found = items.iter().any(|item| text(item, "id") == id);
            assert_eq!(found, stage == "active", "{listed}");
        }
    }
    // What was announced is active from its day on, and cannot be taken back then.
    let proposed = service.create(ENGAGEMENTS, &engagement()).await;
    let path = path_of(ENGAGEMENTS, &proposed);
    stepped(&service, &path, "announce", &json!({})).await.ok();
    for (day, stage) in [("2026-12-14", "announced"), ("2026-12-15", "active")] {
        let shown = service.get(&format!("{path}?as_of={day}")).await.ok();
        assert_eq!(text(&shown, "status"), stage, "{day}");
    }
}

async fn customers_keep_their_notice_whichever_way_an_engagement_comes_into_effect(
    service: Service,
) {
    acme(&service).await;
    sign(&service, 2).await;
    let proposed = service.create(ENGAGEMENTS, &engagement()).await;
    let path = path_of(ENGAGEMENTS, &proposed);
    let untold = stepped(&service, &path, "activate", &json!({})).await;
    let said = |place: &str, code: &str| (place.to_owned(), code.to_owned());
    let not_announced = said("/announced_on", "not_announced");
    assert!(untold.violations().contains(&not_announced));
    assert_eq!(untold.violations().len(), 1);

    stepped(&service, &path, "announce", &json!({})).await.ok();
    let too_short = said("/effective_from", "notice_too_short");
    let tomorrow = json!({"effective_from": "2026-11-22"});
    for step in ["activate", ""] {
        let refused = match step {
            "" => patched(&service, &path, &tomorrow).await,
            step => stepped(&service, &path, step, &tomorrow).await,
        };
        assert!(refused.violations().contains(&too_short));
    }
    let untold = patched(&service, &path, &json!({"announced_on": null})).await;
    assert!(untold.violations().contains(&not_announced));

    let active = stepped(&service, &path, "activate", &json!({})).await.ok();
    assert_eq!(text(&active, "effective_from"), "2026-12-15");
    let refused = patched(&service, &path, &tomorrow).await;
    assert_eq!(refused.violations(), [too_short], "also after activation");
    // Another word about it is no other day.
    let noted = patched(&service, &path, &json!({"note": "agreed"})).await;
    assert_eq!(text(&noted.ok(), "note"), "agreed");
}

async fn to_say_again_what_is_there_is_no_change(service: Service) {
    acme(&service).await;
    let mechanism = sign(&service, 2).await;
    let [(flow, _), (engaged, _)] = running(&service).await;
    let held = json!({"framework": "eu-us-dpf", "valid_from": "2024-01-01", "covers_hr": false,
        "source": "a test"});
    let certifications = "/v1/organisations/mailer/certifications";
    let held = service.create(certifications, &held).await.created();
    let assessed = service.get("/v1/impact-assessments").await.ok();
    let activity = json!({"group": "acme", "name": "newsletters", "source": "a test",
        "purpose": "marketing"});
    let activity = service
        .post("/v1/processing-activities", &activity)
        .await
        .created();
    let before = service.head().await;
    for path in [
        "/v1/groups/acme".to_owned(),
        "/v1/organisations/mailer".to_owned(),
        format!("{certifications}/{}", text(&held, "id")),
        format!("/v1/mechanisms/{mechanism}"),
        format!(
            "/v1/impact-assessments/{}",
            text(&assessed["items"][0], "id")
        ),
        format!("/v1/processing-activities/{}", text(&activity, "id")),
        flow,
        engaged,
    ] {
        let shown = service.get(&path).await;
        let source = json!({"source": shown.json()["source"]});
        for nothing in [json!({}), source] {
            let again = service.patch(&path, shown.tag(), &nothing).await;
            assert_eq!(again.ok(), shown.json(), "{path}");
            assert_eq!(again.tag(), shown.tag(), "{path}");
        }
    }
    assert_eq!(service.head().await, before, "and no entry in the ledger");
}

async fn a_contract_may_be_older_than_what_can_be_asked_about(service: Service) {
    acme(&service).await;
    let mut old = existing(flow());
    old["valid_from"] = json!("1994-05-01");
    let made = service.create(FLOWS, &old).await;
    let path = path_of(FLOWS, &made);
    let shown = service.get(&format!("{path}?as_of=2000-01-01")).await.ok();
    assert_eq!(text(&shown, "valid_from"), "1994-05-01");
    assert_eq!(text(&shown, "status"), "active");
    old["valid_from"] = json!("1899-12-31");
    let refused = service.post(FLOWS, &old).await.violations();
    assert_eq!(refused[0].1, "day_out_of_range");
}

async fn what_is_denied_comes_into_effect_by_no_change_of_its_days(service: Service) {
    acme(&service).await;
    let denied = async |answer: Answer, what: &str| {
        let problem = answer.problem(409);
        assert_eq!(text(&problem, "code"), "gate_denied", "{what}");
    };
    // Suspended until a day that is far ahead, it would run until then.
    let made = service.create(FLOWS, &existing(flow())).await;
    let path = path_of(FLOWS, &made);
    stepped(&service, &path, "suspend", &Value::Null).await.ok();
    for suspensions in [
        json!([{"from": "2999-01-01"}]),
        json!([{"from": Service::TODAY, "until": "2026-11-30"}]),
        json!([]),
    ] {
        let change = json!({ "suspensions": suspensions });
        denied(patched(&service, &path, &change).await, "a gap moved").await;
    }
    // Announced for a day that has come, it would run from then.
    let mut proposed = engagement();
    proposed["effective_from"] = json!("2026-11-10");
    let made = service.create(ENGAGEMENTS, &proposed).await;
    let engaged = path_of(ENGAGEMENTS, &made);
    let group = json!({"notice_days": null, "objection_days": null});
    patched(&service, "/v1/groups/acme", &group).await.ok();
    let told = stepped(&service, &engaged, "announce", &json!({})).await;
    denied(told, "announced for the past").await;
    // For a day to come it may be announced, and not be brought forward to today.
    let later = json!({"effective_from": "2027-03-01"});
    stepped(&service, &engaged, "announce", &later).await.ok();
    let sooner = json!({"effective_from": Service::TODAY, "announced_on": "2026-01-01"});
    denied(
        patched(&service, &engaged, &sooner).await,
        "brought forward",
    )
    .await;
    assert_eq!(decided(&service, Service::TODAY).await.0, "deny");

    // Permitted from a day on, it is not permitted before.
    let clauses = json!({"group": "acme", "tool": "scc-2021-914", "module": 2,
        "signed_on": "2027-01-01", "source": "a test", "checked_on": "2026-11-02",
        "parties": [{"organisation": "acme-gmbh", "side": "exporter"},
            {"organisation": "mailer", "side": "importer"}]});
    let clauses = service.create("/v1/mechanisms", &clauses).await.created();
    let assessment = json!({"mechanism": clauses["id"], "destination": "US", "source": "a test",
        "conclusion": "favourable", "concluded_on": "2026-11-03"});
    service.create("/v1/impact-assessments", &assessment).await;
    let mut ahead = flow();
    ahead["valid_from"] = json!("2027-01-01");
    ahead["purpose"] = json!("later");
    let made = service.create(FLOWS, &ahead).await;
    let path = path_of(FLOWS, &made);
    stepped(&service, &path, "activate", &Value::Null)
        .await
        .ok();
    let sooner = json!({"valid_from": "2026-01-01"});
    denied(patched(&service, &path, &sooner).await, "brought forward").await;
    let later = json!({"valid_from": "2027-02-01"});
    patched(&service, &path, &later).await.ok();
}

async fn a_planned_suspension_is_part_of_one_that_begins_before_it(service: Service) {
    acme(&service).await;
    sign(&service, 2).await;
    let made = service.create(FLOWS, &existing(flow())).await;
    let path = path_of(FLOWS, &made);
    let planned = json!([{"from": "2027-03-01", "until": "2027-03-31"}]);
    let change = json!({ "suspensions": planned });
    let changed = patched(&service, &path, &change).await.ok();
    assert_eq!(text(&changed, "status"), "active");
    let suspended = stepped(&service, &path, "suspend", &Value::Null).await.ok();
    assert_eq!(suspended["suspensions"], json!([{"from": Service::TODAY}]));
    let resumed = stepped(&service, &path, "activate", &Value::Null)
        .await
        .ok();
    assert_eq!(resumed["suspensions"], json!([]), "not for a whole day");
    assert_eq!(text(&resumed, "status"), "active");

    // Resumed before the end that was planned; what is planned further on stays.
    let change = json!({"suspensions": [{"from": "2026-11-15", "until": "2026-12-15"},
        {"from": "2027-03-01", "until": "2027-03-31"}]});
    let changed = patched(&service, &path, &change).await.ok();
    assert_eq!(text(&changed, "status"), "suspended");
    let resumed = stepped(&service, &path, "activate", &Value::Null)
        .await
        .ok();
    let left = json!([{"from": "2026-11-15", "until": "2026-11-20"},
        {"from": "2027-03-01", "until": "2027-03-31"}]);
    assert_eq!(resumed["suspensions"], left);
    // A day of a suspension that is over is not healed by activating anything.
    let question = json!({"exporter": "acme-gmbh", "importer": "mailer", "as_of": "2026-11-16",
        "data_subjects": ["DE"], "data_categories": ["contact"]});
    let answer = service.check(&question).await.ok();
    assert_eq!(answer["decision"], "deny");
    let findings = answer.to_string();
    assert!(!findings.contains("activate_relationship"), "{answer:#}");
}

async fn a_last_day_taken_back_brings_the_locations_back_as_they_were(service: Service) {
    acme(&service).await;
    sign(&service, 2).await;
    let mut new = existing(engagement());
    new["effective_from"] = json!("2026-03-01");
    let places = json!([{"place": "DE", "activity": "storage", "until": "2026-12-31"},
        {"place": "US", "activity": "storage", "from": "2027-01-01"}]);
    new["locations"] = places.clone();
    let made = service.create(ENGAGEMENTS, &new).await;
    let path = path_of(ENGAGEMENTS, &made);
    let over = json!({"last_day": "2026-11-20"});
    stepped(&service, &path, "end", &over).await.ok();
    let back = patched(&service, &path, &json!({"ended_on": null}))
        .await
        .ok();
    assert_eq!(back["locations"], places);
    // What is said anew lies within the days.
    stepped(&service, &path, "end", &over).await.ok();
    let other = json!({"locations": [places[0], {"place": "FR", "activity": "storage",
        "from": "2027-01-01"}]});
    let refused = patched(&service, &path, &other).await.violations();
    assert_eq!(
        refused,
        [("/locations/1/from".to_owned(), "outside_of_days".to_owned())]
    );
}
