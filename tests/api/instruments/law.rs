//! The law as the pack has it, as a person amended it, and as it was known.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::DPF;
use crate::{
    api::known_at::later,
    fixture::{Answer, Service, on_both_databases, text},
};

on_both_databases![
    a_framework_falls_with_one_request_that_was_looked_at_before,
    an_amendment_that_was_an_error_is_withdrawn,
    a_new_decision_is_added_revised_challenged_and_extended,
    what_contradicts_the_law_is_refused_by_its_field,
    a_territory_is_shown_as_amended_and_as_known,
];

fn question(day: &str, known_at: Option<&str>) -> Value {
    let mut question = json!({
        "exporter": "botsify", "importer": "stripe", "data_subjects": ["DE"], "as_of": day,
    });
    if let Some(known_at) = known_at {
        question["known_at"] = json!(known_at);
    }
    question
}

async fn decision(service: &Service, day: &str, known_at: Option<&str>) -> String {
    let answer = service.check(&question(day, known_at)).await.ok();
    text(&answer, "decision").to_owned()
}

/// Ends the framework of 2023.
async fn fall(service: &Service, query: &str) -> Answer {
    let path = format!("/v1/adequacy-decisions/{DPF}");
    let tag = service.get(&path).await.tag().to_owned();
    let end = json!({"on": "2026-12-01", "end_kind": "invalidated", "source": "the judgment"});
    service
        .step(&format!("{path}/end{query}"), &tag, &end)
        .await
}

async fn a_framework_falls_with_one_request_that_was_looked_at_before(service: Service) {
    let changes = json!([{"kind": "end_adequacy_decision", "id": DPF, "on": "2026-12-01"}]);
    let ask = json!({ "changes": changes });
    let supposed = service.post("/v1/impact-analyses", &ask).await.ok();
    assert!(
        supposed["counts"]["denied"].as_u64() > Some(0),
        "{supposed:#}"
    );
    let dry = fall(&service, "?dry_run=true").await.ok();
    assert_eq!(dry, supposed);
    assert_eq!(decision(&service, "2026-12-01", None).await, "allow");

    later(&service, TimeDelta::seconds(1));
    let fallen = fall(&service, "").await;
    let shown = fallen.ok();
    assert_eq!(shown["valid_to"], "2026-11-30");
    assert_eq!(shown["end_kind"], "invalidated");
    assert_eq!(
        (&shown["amended"], &shown["version"]),
        (&json!(true), &json!(2))
    );
    assert!(shown.get("challenge").is_none(), "the court has decided");
    let of_then = service.check(&question("2026-12-01", None)).await.ok();
    assert_eq!(of_then["law_pack"], supposed["law_pack_after"]);
    assert_eq!(of_then["decision"], "deny");
    assert_eq!(decision(&service, "2026-11-30", None).await, "allow");
    assert_eq!(
        decision(&service, "2026-12-01", Some(Service::NOW)).await,
        "allow"
    );

    // What was looked at before is what is now: nothing more would change.
    let again = json!({"changes": changes});
    let again = service.post("/v1/impact-analyses", &again).await.ok();
    assert_eq!(again["changes"], json!([]));
    let denied = supposed["changes"].as_array().expect("changes");
    let named: Vec<&str> = denied.iter().map(|one| text(one, "importer")).collect();
    assert!(named.contains(&"stripe"), "{named:?}");

    let amendments = shown["amendments"].as_array().expect("amendments");
    let [amendment] = amendments.as_slice() else {
        panic!("{shown:#}");
    };
    let path = format!("/v1/law-amendments/{}", amendment.as_str().expect("an id"));
    let recorded = service.get(&path).await.ok();
    assert_eq!(recorded["row"], DPF);
    assert_eq!(
        recorded["amendment"],
        json!({
            "kind": "end_adequacy_decision", "decision": DPF, "last_day": "2026-11-30",
            "end_kind": "invalidated",
        })
    );
    let then = format!("/v1/adequacy-decisions/{DPF}?known_at={}", Service::NOW);
    let then = service.get(&then).await.ok();
    assert_eq!(
        (&then["amended"], &then["version"]),
        (&json!(false), &json!(1))
    );
    let page = service.get_publicly("/botsify/subprocessors.json?as_of=2026-12-01");
    let page = page.await.ok().to_string();
    let of_before = format!(
        "/botsify/subprocessors.json?as_of=2026-12-01&known_at={}",
        Service::NOW
    );
    let of_before = service.get_publicly(&of_before).await.ok().to_string();
    assert!(of_before.contains(DPF) && !page.contains(DPF));
}

async fn an_amendment_that_was_an_error_is_withdrawn(service: Service) {
    fall(&service, "").await.ok();
    assert_eq!(decision(&service, "2026-12-01", None).await, "deny");
    let list = service.every("/v1/law-amendments?withdrawn=false", 1).await;
    let [amendment] = list.as_slice() else {
        panic!("{list:?}");
    };
    let path = format!("/v1/law-amendments/{}", text(amendment, "id"));
    let withdraw = format!("{path}/withdraw");
    let bare = service.write("POST", &withdraw, &[], &Value::Null).await;
    bare.problem(428);
    let stale = service.step(&withdraw, "\"2\"", &Value::Null).await;
    stale.problem(412);
    let tag = service.get(&path).await.tag().to_owned();
    let withdrawn = service.step(&withdraw, &tag, &Value::Null).await;
    let shown = withdrawn.ok();
    assert_eq!(
        (&shown["withdrawn"], &shown["version"]),
        (&json!(true), &json!(2))
    );
    assert_eq!(decision(&service, "2026-12-01", None).await, "allow");
    let again = service.step(&withdraw, withdrawn.tag(), &Value::Null).await;
    again.problem(409);

    let decision = service.get(&format!("/v1/adequacy-decisions/{DPF}")).await;
    let decision = decision.ok();
    assert_eq!(decision["amended"], false);
    assert_eq!(decision["amendments"], json!([]));
    // It was written twice since, and an earlier tag must not fit again.
    assert_eq!(decision["version"], 3);
    let kept = service.every("/v1/law-amendments?withdrawn=true", 1).await;
    assert_eq!(kept, [shown]);
    let kind = "/v1/law-amendments?kind=end_adequacy_decision&row=EU-ADQ-US-DPF-2023-1795";
    assert_eq!(service.every(kind, 1).await.len(), 1);
    let other = "/v1/law-amendments?kind=add_membership";
    assert!(service.every(other, 1).await.is_empty());
    let ledger = service
        .get("/v1/ledger?object_type=law_amendment")
        .await
        .ok();
    let done = ledger["items"].as_array().expect("entries").iter();
    let done: Vec<&str> = done.map(|entry| text(entry, "action")).collect();
    assert_eq!(done, ["record", "withdraw"]);
}

async fn a_new_decision_is_added_revised_challenged_and_extended(service: Service) {
    let new = json!({
        "id": "EU-ADQ-KE-2027-100", "regime": "eu", "territory": "KE", "title": "Kenya",
        "citation": "(EU) 2027/100", "celex": "32027D0100", "valid_from": "2027-02-01",
        "valid_to": "2031-01-31", "end_kind": "expired",
        "conditions": [{"kind": "excludes_data", "values": ["pnr", "journalistic"]}],
        "confidence": "sourced", "source": "the Official Journal",
    });
    let made = service.create("/v1/adequacy-decisions", &new).await;
    let shown = made.json();
    assert_eq!(shown["conditions"], new["conditions"]);
    assert_eq!(shown["amended"], true);
    let path = "/v1/adequacy-decisions/EU-ADQ-KE-2027-100";
    assert_eq!(made.header("location"), Some(path));
    assert_eq!(service.get(path).await.ok(), shown);
    let twice = service.post("/v1/adequacy-decisions", &new).await;
    let contradicted = |place: &str| (place.to_owned(), "law_contradicted".to_owned());
    assert_eq!(twice.violations(), [contradicted("/id")]);

    // A revision says again where it comes from, and keeps what it does not say.
    let renamed = json!({"title": "The Republic of Kenya"});
    let nowhere = service.patch(path, made.tag(), &renamed).await;
    let missing = ("/source".to_owned(), "missing_field".to_owned());
    assert_eq!(nowhere.violations(), [missing]);
    let revision =
        json!({"title": "The Republic of Kenya", "conditions": null, "source": "C/2027/1"});
    let revised = service.patch(path, made.tag(), &revision).await;
    let shown = revised.ok();
    assert_eq!(shown["title"], "The Republic of Kenya");
    assert_eq!(
        (&shown["conditions"], &shown["version"]),
        (&json!([]), &json!(2))
    );
    assert_eq!(shown["valid_to"], "2031-01-31");

    let challenge = json!({"challenge": "Case T-1/28", "source": "the court's register"});
    let challenged = service
        .step(&format!("{path}/challenge"), revised.tag(), &challenge)
        .await;
    assert_eq!(challenged.ok()["challenge"], "Case T-1/28");
    let earlier = json!({"last_day": "2030-01-31", "source": "an error"});
    let extend = format!("{path}/extend");
    let refused = service.step(&extend, challenged.tag(), &earlier).await;
    assert_eq!(refused.violations(), [contradicted("/last_day")]);
    let later = json!({
        "last_day": "2035-01-31", "amended_by": ["32031D0001"], "source": "the Official Journal",
    });
    let extended = service.step(&extend, challenged.tag(), &later).await;
    let shown = extended.ok();
    assert_eq!(shown["valid_to"], "2035-01-31");
    assert_eq!(shown["amended_by"], json!(["32031D0001"]));
    assert_eq!(shown["amendments"].as_array().map(Vec::len), Some(4));
    let amended = service
        .every("/v1/adequacy-decisions?amended=true", 1)
        .await;
    assert_eq!(amended, [shown]);
    let whole = service.every("/v1/adequacy-decisions", 200).await;
    for size in [1, 7] {
        assert_eq!(service.every("/v1/adequacy-decisions", size).await, whole);
    }

    // What others rest on stays.
    let first = service.every("/v1/law-amendments", 200).await;
    let withdraw = format!("/v1/law-amendments/{}/withdraw", text(&first[0], "id"));
    let refused = service.step(&withdraw, "*", &Value::Null).await;
    refused.problem(422);
    assert_eq!(service.get(path).await.ok()["version"], 4);
}

async fn what_contradicts_the_law_is_refused_by_its_field(service: Service) {
    let before = service.head().await;
    let amend = async |amendment: Value| {
        let body = json!({"amendment": amendment, "source": "an error"});
        service.post("/v1/law-amendments", &body).await.violations()
    };
    let one = |place: &str, code: &str| vec![(place.to_owned(), code.to_owned())];
    let end = |decision: &str, day: &str| {
        json!({
            "kind": "end_adequacy_decision", "decision": decision, "last_day": day,
            "end_kind": "invalidated",
        })
    };
    let contradicted = "law_contradicted";
    assert_eq!(
        amend(end("EU-ADQ-XX", "2026-11-30")).await,
        one("/amendment/decision", contradicted)
    );
    assert_eq!(
        amend(end(DPF, "2020-01-01")).await,
        one("/amendment/last_day", contradicted)
    );
    let incomplete =
        json!({"kind": "end_membership", "membership": "eu/DE/1990-01-01", "reason": "x"});
    assert_eq!(
        amend(incomplete).await,
        [
            ("/amendment/last_day".to_owned(), "missing_field".to_owned()),
            ("/amendment/reason".to_owned(), "unknown_field".to_owned()),
        ]
    );
    assert_eq!(
        amend(json!({"kind": "repeal", "decision": DPF})).await,
        one("/amendment/kind", "unknown_code")
    );
    assert_eq!(
        amend(json!({"kind": "challenge_adequacy_decision", "decision": DPF, "note": 7})).await,
        one("/amendment/note", "wrong_type")
    );
    let path = format!("/v1/adequacy-decisions/{DPF}/end");
    let guessed = json!({"on": "2026-12-01", "source": "how it ends, nobody says"});
    let refused = service.step(&path, "*", &guessed).await;
    assert_eq!(refused.violations(), one("/end_kind", "missing_field"));
    let early = json!({"on": "2020-01-02", "end_kind": "invalidated", "source": "an error"});
    let refused = service.step(&path, "*", &early).await;
    assert_eq!(refused.violations(), one("/on", contradicted));
    let preserved = json!({
        "on": "2026-12-01", "end_kind": "withdrawn", "effects_preserved": true, "source": " ",
    });
    let refused = service.step(&path, "*", &preserved).await;
    assert_eq!(refused.violations(), one("/source", "blank"));
    let preserved = json!({
        "on": "2026-12-01", "end_kind": "withdrawn", "effects_preserved": true, "source": "x",
    });
    let refused = service.step(&path, "*", &preserved).await;
    assert_eq!(
        refused.violations(),
        one("/effects_preserved", contradicted)
    );
    let unknown = service
        .step("/v1/adequacy-decisions/XX/end", "*", &early)
        .await;
    unknown.problem(404);
    assert_eq!(service.head().await, before);
}

async fn a_territory_is_shown_as_amended_and_as_known(service: Service) {
    let path = "/v1/territories/ME";
    let before = service.get(path).await;
    let is = |shown: &Value| shown["memberships"].clone();
    assert_eq!(
        (before.ok()["version"].clone(), is(&before.ok())),
        (json!(1), json!([]))
    );
    later(&service, TimeDelta::seconds(1));
    let joining = json!({
        "amendment": {
            "kind": "add_membership", "regime": "eu", "territory": "ME",
            "valid_from": "2028-01-01", "status": "inside", "basis": "EU-MEMBER",
            "gives_regime": true, "reason": "accession to the Union", "confidence": "sourced",
        },
        "source": "the treaty of accession",
    });
    let made = service.create("/v1/law-amendments", &joining).await.json();
    let now = service.get(path).await;
    let shown = now.ok();
    assert_eq!(shown["version"], 2);
    let [membership] = shown["memberships"]
        .as_array()
        .expect("memberships")
        .as_slice()
    else {
        panic!("{shown:#}");
    };
    assert_eq!(membership["id"], "eu/ME/2028-01-01");
    assert_eq!(membership["basis"]["id"], "EU-MEMBER");
    assert_eq!(membership["amendments"], json!([made["id"]]));
    let on = async |day: &str| is(&service.get(&format!("{path}?as_of={day}")).await.ok());
    assert_eq!(on("2027-12-31").await, json!([]));
    assert_eq!(on("2028-01-01").await, shown["memberships"]);
    let then = service
        .get(&format!("{path}?known_at={}", Service::NOW))
        .await;
    assert_eq!(then.ok(), before.ok());
    assert_eq!(then.tag(), before.tag());

    let area = service
        .get("/v1/territories/EU?as_of=2028-01-01")
        .await
        .ok();
    let members = area["members"].to_string();
    assert!(
        members.contains("\"ME\"") && !members.contains("\"GB\""),
        "{members}"
    );
    let britain = service.get("/v1/territories/GB").await.ok();
    let days: Vec<&str> = britain["memberships"]
        .as_array()
        .expect("memberships")
        .iter()
        .filter(|row| row["regime"] == "eu")
        .map(|row| text(row, "valid_from"))
        .collect();
    assert!(days.contains(&"2020-02-01"), "{days:?}");
    assert!(
        britain["adequacy"]
            .as_array()
            .is_some_and(|all| !all.is_empty())
    );
    let amended = service.every("/v1/territories?amended=true", 1).await;
    assert_eq!(amended, [shown]);
    let whole = service.every("/v1/territories", 200).await;
    assert_eq!(service.every("/v1/territories", 97).await, whole);
    let inside = "/v1/territories?regime=ch&status=inside&as_of=2026-11-21";
    let inside = service.every(inside, 50).await;
    let codes: Vec<&str> = inside.iter().map(|one| text(one, "code")).collect();
    assert!(codes.contains(&"CH") && !codes.contains(&"DE"), "{codes:?}");
    service.get("/v1/territories/XX").await.problem(404);
}
