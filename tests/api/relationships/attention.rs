//! The work list: what is denied and since when, what will be before it begins, and what is not to
//! be renewed.

use serde_json::{Value, json};

use super::{acme, certify, engagement, existing, path_of};
use crate::fixture::{Service, on_both_databases, text};

on_both_databases![
    what_is_denied_comes_first_with_the_day_since_which_it_is,
    what_begins_after_its_basis_has_fallen_is_known_before_it_begins,
    a_derogation_is_never_to_be_renewed,
];

const DPF: &str = "EU-ADQ-US-DPF-2023-1795";

async fn attention(service: &Service, filter: &str) -> Vec<Value> {
    service.every(&format!("/v1/attention?{filter}"), 50).await
}

async fn what_is_denied_comes_first_with_the_day_since_which_it_is(service: Service) {
    acme(&service).await;
    certify(&service, Some("2026-11-10")).await;
    let mut running = existing(engagement());
    running["effective_from"] = json!("2026-11-05");
    service.create("/v1/subprocessors", &running).await;
    for (day, expected) in [
        ("2026-11-10", None),
        ("2026-11-11", Some("2026-11-11")),
        ("2026-11-12", Some("2026-11-11")),
        (Service::TODAY, Some("2026-11-11")),
    ] {
        let denied = attention(&service, &format!("group=acme&kind=denied&as_of={day}")).await;
        let told = denied
            .first()
            .map(|item| (text(item, "due"), item["urgency"].as_u64()));
        assert_eq!(told, expected.map(|since| (since, Some(1))), "on {day}");
    }
    // What was never permitted is denied since its own first day.
    let denied = attention(&service, "kind=denied").await;
    let insurers = denied
        .iter()
        .find(|item| text(item, "title").contains("qcontact-insurers"))
        .expect("its country is unknown");
    assert_eq!(insurers["due"], "2019-06-01");

    let all = attention(&service, &format!("as_of={}", Service::TODAY)).await;
    let kinds: Vec<&str> = all.iter().map(|item| text(item, "kind")).collect();
    assert!(kinds.len() > denied.len());
    assert!(
        kinds
            .iter()
            .take(denied.len())
            .all(|kind| *kind == "denied")
    );
    let order = |item: &Value| (item["urgency"].as_u64(), text(item, "due").to_owned());
    assert!(denied.is_sorted_by_key(order), "{denied:#?}");
}

/// An engagement that is announced for the last day of the year, and active if so wanted.
async fn for_the_last_day_of_the_year(service: &Service, named: &str, active: bool) -> String {
    let mut new = engagement();
    new["effective_from"] = json!("2026-12-31");
    new["service"] = json!(named);
    let proposed = service.create("/v1/subprocessors", &new).await;
    let path = path_of("/v1/subprocessors", &proposed);
    let announce = format!("{path}/announce");
    let announced = service.step(&announce, proposed.tag(), &Value::Null).await;
    announced.ok();
    if active {
        let activate = format!("{path}/activate");
        let active = service.step(&activate, announced.tag(), &Value::Null).await;
        assert_eq!(text(&active.ok(), "status"), "active");
    }
    text(&proposed.json(), "id").to_owned()
}

async fn what_begins_after_its_basis_has_fallen_is_known_before_it_begins(service: Service) {
    acme(&service).await;
    certify(&service, None).await;
    let mut ahead = vec![
        for_the_last_day_of_the_year(&service, "newsletters", true).await,
        for_the_last_day_of_the_year(&service, "surveys", false).await,
    ];
    ahead.sort();
    assert!(
        attention(&service, "group=acme&kind=will_be_denied")
            .await
            .is_empty()
    );
    let ids = |items: &[Value]| -> Vec<String> {
        let mut ids: Vec<String> = items.iter().map(|i| text(i, "id").to_owned()).collect();
        ids.sort();
        ids
    };

    // Whoever asks before is told, of whichever day.
    let changes = json!([{"kind": "end_adequacy_decision", "id": DPF, "on": "2026-12-01"}]);
    let supposed = service
        .post("/v1/impact-analyses", &json!({ "changes": changes }))
        .await
        .ok();
    let of_acme = |supposed: &Value| -> Vec<Value> {
        let changes = supposed["changes"].as_array().expect("changes").iter();
        changes
            .filter(|one| one["group"] == "acme")
            .cloned()
            .collect()
    };
    let told = of_acme(&supposed);
    assert_eq!(ids(&told), ahead, "{supposed:#}");
    for change in &told {
        assert_eq!(change["effect"], "denied");
        assert_eq!(change["after"]["as_of"], "2026-12-31");
        assert!(change["remedies"].to_string().contains("sign_scc"));
    }
    let later = json!({ "changes": changes, "as_of": "2026-12-31" });
    let later = service.post("/v1/impact-analyses", &later).await.ok();
    assert_eq!(later["counts"], supposed["counts"]);

    // The day of the judgment.
    let decision = format!("/v1/adequacy-decisions/{DPF}");
    let tag = service.get(&decision).await.tag().to_owned();
    let end = json!({"on": "2026-12-01", "end_kind": "invalidated", "source": "the judgment"});
    service
        .step(&format!("{decision}/end"), &tag, &end)
        .await
        .ok();
    let warned = attention(&service, "group=acme&kind=will_be_denied").await;
    assert_eq!(ids(&warned), ahead, "{warned:#?}");
    for item in &warned {
        assert_eq!(
            (&item["due"], &item["urgency"]),
            (&json!("2026-12-31"), &json!(4))
        );
        assert_eq!(text(item, "next_step"), "heal_or_end");
    }
    let denied = service.every("/v1/flows?group=acme&verdict=deny", 50).await;
    assert_eq!(ids(&denied), ahead);
    for item in &denied {
        assert_eq!(text(&item["standing"], "as_of"), "2026-12-31");
    }
    let engaged = service
        .every(
            "/v1/subprocessors?group=acme&verdict=deny&as_of=2026-12-30",
            50,
        )
        .await;
    assert_eq!(ids(&engaged), ahead);
    // When the day has come they are simply denied, since that day.
    let denied = attention(&service, "group=acme&kind=denied&as_of=2027-01-15").await;
    assert_eq!(ids(&denied), ahead);
    assert!(denied.iter().all(|item| item["due"] == "2026-12-31"));
}

async fn a_derogation_is_never_to_be_renewed(service: Service) {
    acme(&service).await;
    let exception = json!({
        "group": "acme", "tool": "derogation-49-1-e",
        "statements": {"necessary": true, "occasional": true}, "uses_limit": 1,
        "parties": [{"organisation": "acme-gmbh", "side": "exporter"},
            {"organisation": "mailer", "side": "importer"}],
        "ends_on": "2026-12-31", "source": "a memorandum", "checked_on": Service::TODAY,
    });
    let made = service.create("/v1/mechanisms", &exception).await;
    let ending = attention(&service, "group=acme&kind=mechanism_ends").await;
    let [item] = ending.as_slice() else {
        panic!("{ending:#?}");
    };
    assert_eq!(text(item, "next_step"), "prepare_fallback");

    let uses = format!("{}/uses", path_of("/v1/mechanisms", &made));
    let filing = json!({"on": Service::TODAY, "note": "the filing of today"});
    let answer = service.post(&uses, &filing).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let ending = attention(&service, "group=acme&kind=mechanism_ends").await;
    assert!(ending.is_empty(), "{ending:#?}");
    // On the day before it still could be used.
    let before = "group=acme&kind=mechanism_ends&as_of=2026-11-20";
    assert_eq!(attention(&service, before).await.len(), 1);
}
