//! Which engagements and flows in effect are denied, and which fell back on another basis.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{acme, certify, engagement, existing, flow, path_of, sign};
use crate::fixture::{Service, on_both_databases, text};

on_both_databases![
    every_denied_engagement_and_flow_is_listed_with_what_would_heal_it,
    a_certification_that_ends_denies_one_and_lets_another_fall_back,
    what_found_a_better_basis_or_was_healed_did_not_fall_back,
    the_list_of_denied_ones_is_of_the_day_and_of_the_instant_asked_about,
];

fn ids(items: &[Value]) -> BTreeSet<String> {
    items
        .iter()
        .map(|item| text(item, "id").to_owned())
        .collect()
}

/// Whether the engagement or flow is in effect today, by what is shown of it.
fn in_effect(item: &Value) -> bool {
    let first = ["effective_from", "valid_from"]
        .map(|key| text(item, key))
        .concat();
    let last = ["ended_on", "valid_to"].map(|key| text(item, key)).concat();
    first.as_str() <= Service::TODAY && (last.is_empty() || last.as_str() >= Service::TODAY)
}

async fn every_denied_engagement_and_flow_is_listed_with_what_would_heal_it(service: Service) {
    // What each says of itself is the measure of the lists.
    let mut verdicts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut engagements = BTreeSet::new();
    for collection in ["/v1/subprocessors", "/v1/flows"] {
        for item in service.every(collection, 200).await {
            assert!(in_effect(&item), "the demo's own data");
            let id = text(&item, "id").to_owned();
            let alone = service
                .get(&format!("{collection}/{id}/standing"))
                .await
                .ok();
            let verdict = text(&alone["standing"], "verdict").to_owned();
            verdicts.entry(verdict).or_default().insert(id.clone());
            if collection == "/v1/subprocessors" {
                engagements.insert(id);
            }
        }
    }
    let of = |verdict: &str| verdicts.get(verdict).cloned().unwrap_or_default();
    assert!(
        !of("deny").is_empty() && !of("allow").is_empty(),
        "{verdicts:?}"
    );
    // Adequacy that another row continued, as the DPO's annex did the FDPIC's list, fell nowhere.
    assert_eq!(of("fallback"), BTreeSet::new());
    let allowed = &of("allow") | &of("fallback");
    for (verdict, expected) in [
        ("deny", of("deny")),
        ("fallback", of("fallback")),
        ("allow", allowed),
    ] {
        for size in [7, 200] {
            let listed = service
                .every(&format!("/v1/flows?verdict={verdict}"), size)
                .await;
            assert_eq!(listed.len(), expected.len(), "{verdict} by {size}");
            assert_eq!(ids(&listed), expected, "{verdict} by {size}");
        }
        let listed = service
            .every(&format!("/v1/subprocessors?verdict={verdict}"), 9)
            .await;
        assert_eq!(ids(&listed), &expected & &engagements, "{verdict}");
    }
    for item in service.every("/v1/flows?verdict=deny", 200).await {
        let engaged = engagements.contains(text(&item, "id"));
        assert_eq!(
            text(&item, "kind"),
            if engaged { "engagement" } else { "flow" }
        );
        assert_eq!(item.get("exporter").is_none(), engaged, "{item}");
        assert_eq!(item.get("service").is_some(), engaged, "{item}");
        let standing = &item["standing"];
        assert_eq!(standing["permitted"], false);
        assert_eq!(text(standing, "as_of"), Service::TODAY);
        assert!(
            !standing["reasons"].as_array().expect("reasons").is_empty(),
            "{item}"
        );
        assert!(
            !standing["remedies"]
                .as_array()
                .expect("remedies")
                .is_empty(),
            "{item}"
        );
    }
}

/// The items of a list that is narrowed to the test's own group.
async fn of_acme(service: &Service, verdict: &str, more: &str) -> Vec<Value> {
    let list = format!("/v1/flows?group=acme&verdict={verdict}{more}");
    service.every(&list, 50).await
}

async fn a_certification_that_ends_denies_one_and_lets_another_fall_back(service: Service) {
    acme(&service).await;
    certify(&service, Some("2026-11-30")).await;
    sign(&service, 2).await;
    // The clauses are of controller to processor: they carry the flow, and not the engagement.
    let flow = service.create("/v1/flows", &existing(flow())).await.json();
    let mut engaged = existing(engagement());
    engaged["effective_from"] = json!("2026-11-05");
    engaged["importer_role"] = json!("controller");
    let engaged = service.create("/v1/subprocessors", &engaged).await.json();

    assert!(of_acme(&service, "deny", "").await.is_empty());
    assert!(of_acme(&service, "fallback", "").await.is_empty());
    let carried = of_acme(&service, "allow", "").await;
    assert_eq!(carried.len(), 2);
    for item in &carried {
        assert_eq!(text(&item["standing"], "outcome"), "adequacy", "{item}");
        assert_eq!(text(&item["standing"], "valid_until"), "2026-11-30");
    }
    let before = carried[0]["standing"]["carried_by"].clone();

    // The day passes, and nobody records anything.
    service.registry().clock().advance(TimeDelta::days(10));
    let denied = of_acme(&service, "deny", "").await;
    assert_eq!(
        ids(&denied),
        BTreeSet::from([text(&engaged, "id").to_owned()])
    );
    assert_eq!(text(&denied[0], "service"), "newsletters");
    let remedies = denied[0]["standing"]["remedies"].to_string();
    assert!(remedies.contains("sign_scc"), "{remedies}");
    let fallen = of_acme(&service, "fallback", "").await;
    assert_eq!(ids(&fallen), BTreeSet::from([text(&flow, "id").to_owned()]));
    let standing = &fallen[0]["standing"];
    assert_eq!(text(standing, "verdict"), "fallback");
    assert_eq!(text(standing, "outcome"), "safeguard");
    assert_eq!(standing["carried_before"], before, "{standing}");
    assert_eq!(text(&standing["carried_by"][0], "outcome"), "safeguard");
    assert_eq!(of_acme(&service, "allow", "").await, fallen);
    assert!(
        of_acme(&service, "deny", "&as_of=2026-11-30")
            .await
            .is_empty()
    );
    assert!(
        of_acme(&service, "fallback", "&as_of=2026-11-30")
            .await
            .is_empty()
    );
}

async fn what_found_a_better_basis_or_was_healed_did_not_fall_back(service: Service) {
    acme(&service).await;
    sign(&service, 2).await;
    // Denied until the clauses were signed.
    let mut healed = existing(flow());
    healed["valid_from"] = json!("2020-01-01");
    let healed = service.create("/v1/flows", &healed).await;
    let path = format!("{}/standing", path_of("/v1/flows", &healed));
    let standing = service.get(&path).await.ok();
    assert_eq!(
        text(&standing["standing"], "verdict"),
        "allow",
        "{standing}"
    );
    // A certification carries it better from its day on; the clauses would still hold.
    let held = json!({
        "framework": "eu-us-dpf", "valid_from": "2026-11-15", "covers_hr": false,
        "source": "a test", "checked_on": "2026-11-16",
    });
    service
        .create("/v1/organisations/mailer/certifications", &held)
        .await;
    let standing = service.get(&path).await.ok();
    assert_eq!(text(&standing["standing"], "outcome"), "adequacy");
    assert_eq!(
        text(&standing["standing"], "verdict"),
        "allow",
        "{standing}"
    );
    assert_eq!(standing["standing"]["carried_before"], json!([]));
}

async fn the_list_of_denied_ones_is_of_the_day_and_of_the_instant_asked_about(service: Service) {
    acme(&service).await;
    let running = service.create("/v1/flows", &existing(flow())).await;
    let denied = of_acme(&service, "deny", "").await;
    assert_eq!(denied.len(), 1);
    // Before it begins it is judged on its first day, and says so.
    let ahead = of_acme(&service, "deny", "&as_of=2026-11-09").await;
    assert_eq!(ids(&ahead), ids(&denied));
    assert_eq!(text(&ahead[0]["standing"], "as_of"), "2026-11-10");
    service.registry().clock().advance(TimeDelta::seconds(1));
    sign(&service, 2).await;
    assert!(of_acme(&service, "deny", "").await.is_empty());
    let then = of_acme(&service, "deny", &format!("&known_at={}", Service::NOW)).await;
    assert_eq!(then, denied);
    // Suspended, it is not in effect, and stands in no such list.
    let suspend = format!("{}/suspend", path_of("/v1/flows", &running));
    service
        .step(&suspend, running.tag(), &Value::Null)
        .await
        .ok();
    assert!(of_acme(&service, "allow", "").await.is_empty());
}
