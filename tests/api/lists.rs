//! The read-only lists: whole, in pages, narrowed, and on a day.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    days::before,
    fixture::{Service, on_both_databases, text},
};

on_both_databases![
    pages_of_any_size_give_each_item_once,
    an_item_is_found_by_its_id_and_by_its_slug,
    a_filter_gives_what_matches_and_nothing_else,
    the_day_narrows_what_is_listed,
    a_cursor_that_was_touched_is_refused,
    the_whole_demo_register_is_listed,
    the_law_pack_is_listed_with_its_citations,
];

const LISTS: [&str; 5] = [
    "/v1/groups",
    "/v1/organisations",
    "/v1/subprocessors",
    "/v1/mechanisms",
    "/v1/adequacy-decisions",
];

fn ids(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| text(item, "id")).collect()
}

async fn pages_of_any_size_give_each_item_once(service: Service) {
    for list in LISTS {
        let whole = service.every(list, 200).await;
        let known = ids(&whole);
        let distinct: BTreeSet<&str> = known.iter().copied().collect();
        assert_eq!(distinct.len(), known.len(), "{list} names something twice");
        let count = known.len();
        // One by one is slow for the long list, and shows nothing new there.
        let sizes = if count > 100 {
            vec![7, count - 1]
        } else {
            (1..=count + 1).collect()
        };
        for size in sizes.into_iter().filter(|size| (1..=200).contains(size)) {
            assert_eq!(
                ids(&service.every(list, size).await),
                known,
                "{list} by {size}"
            );
        }
    }
}

async fn an_item_is_found_by_its_id_and_by_its_slug(service: Service) {
    for list in ["/v1/groups", "/v1/organisations"] {
        for item in service.every(list, 200).await {
            for key in ["id", "slug"] {
                let answer = service.get(&format!("{list}/{}", text(&item, key))).await;
                assert_eq!(answer.ok(), item, "{list} by {key}");
            }
        }
    }
    // Each thing carries its version, alone also as an entity tag that is not a weak one.
    let answer = service.get("/v1/organisations/qcontact-inc").await;
    let organisation = answer.ok();
    assert!(
        organisation["version"]
            .as_u64()
            .is_some_and(|version| version > 0),
        "{organisation}"
    );
    let tag = answer.header("etag").unwrap_or_default();
    assert!(
        tag.starts_with('"') && tag.ends_with('"') && tag.len() > 2,
        "{tag:?}"
    );
    let id: uuid::Uuid = text(&organisation, "id").parse().expect("an id");
    assert_eq!(id.get_version_num(), 7);
}

async fn a_filter_gives_what_matches_and_nothing_else(service: Service) {
    for (list, key, value) in [
        ("/v1/organisations", "group", "qcontact"),
        ("/v1/organisations", "kind", "group_company"),
        ("/v1/subprocessors", "group", "botsify"),
        ("/v1/subprocessors", "organisation", "google"),
        ("/v1/adequacy-decisions", "regime", "ch"),
        ("/v1/adequacy-decisions", "territory", "US"),
    ] {
        let whole = service.every(list, 200).await;
        let expected: Vec<Value> = whole
            .iter()
            .filter(|item| text(item, key) == value)
            .cloned()
            .collect();
        assert!(
            !expected.is_empty() && expected.len() < whole.len(),
            "{list} by {key}: the test's own data"
        );
        for size in [1, 200] {
            let found = service.every(&format!("{list}?{key}={value}"), size).await;
            assert_eq!(ids(&found), ids(&expected), "{list}?{key}={value}");
        }
    }
    assert!(
        service.every("/v1/mechanisms", 200).await.is_empty(),
        "no notice concludes a mechanism"
    );
}

/// The items of a list on a day.
async fn on(service: &Service, list: &str, day: &str) -> Vec<Value> {
    let mark = if list.contains('?') { '&' } else { '?' };
    service
        .every(&format!("{list}{mark}as_of={day}"), 200)
        .await
}

async fn the_day_narrows_what_is_listed(service: Service) {
    for (group, from) in [
        ("qcontact", "2019-06-01"),
        ("botsify", "2018-05-01"),
        ("netcode", "2024-08-19"),
        ("qiscus", "2018-05-01"),
        ("instantchatbots", "2018-05-01"),
    ] {
        let list = format!("/v1/subprocessors?group={group}");
        assert!(
            on(&service, &list, &before(from)).await.is_empty(),
            "{group} before {from}"
        );
        assert!(
            !on(&service, &list, from).await.is_empty(),
            "{group} on {from}"
        );
    }
    let american = "/v1/adequacy-decisions?regime=eu&territory=US";
    for (day, expected) in [
        ("2015-10-05", vec!["EU-ADQ-US-SH-2000-520"]),
        ("2015-10-06", vec![]),
        ("2016-07-11", vec![]),
        ("2016-07-12", vec!["EU-ADQ-US-PS-2016-1250"]),
        ("2020-07-15", vec!["EU-ADQ-US-PS-2016-1250"]),
        ("2020-07-16", vec![]),
        ("2023-07-09", vec![]),
        ("2023-07-10", vec!["EU-ADQ-US-DPF-2023-1795"]),
    ] {
        let found = on(&service, american, day).await;
        let mut found: Vec<&str> = found.iter().map(|row| text(row, "id")).collect();
        found.retain(|id| !id.contains("CBP"));
        assert_eq!(found, expected, "on {day}");
    }
}

async fn a_cursor_that_was_touched_is_refused(service: Service) {
    for list in ["/v1/organisations", "/v1/adequacy-decisions"] {
        let first = service.get(&format!("{list}?limit=1")).await.ok();
        let cursor = text(&first, "next_cursor").to_owned();
        service
            .get(&format!("{list}?limit=1&cursor={cursor}"))
            .await
            .ok();
        let mut touched: Vec<String> = [
            "x",
            "",
            "%00",
            "%ff",
            "' or 1=1 --",
            "../../etc/passwd",
            "null",
        ]
        .map(|text| text.replace(' ', "%20").replace('\'', "%27"))
        .to_vec();
        touched.push(cursor[1..].to_owned());
        touched.push(format!("{cursor}{cursor}"));
        touched.push("A".repeat(6_000));
        for at in [0, cursor.len() / 2, cursor.len() - 1] {
            let mut bytes = cursor.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            touched.push(String::from_utf8(bytes).unwrap());
        }
        for cursor in touched {
            let answer = service
                .get(&format!("{list}?limit=1&cursor={cursor}"))
                .await;
            let refused = (400..500).contains(&answer.status);
            assert!(
                refused,
                "{list} with {cursor:?}: {} {}",
                answer.status,
                answer.text()
            );
            answer.problem(answer.status);
        }
        // A cursor of one list means nothing to another.
        let stray = service
            .get(&format!("/v1/subprocessors?cursor={cursor}"))
            .await;
        stray.problem(422);
        assert_eq!(stray.pointers(), ["/cursor"]);
    }
}

async fn the_whole_demo_register_is_listed(service: Service) {
    let groups = service.every("/v1/groups", 200).await;
    let slugs: BTreeSet<&str> = groups.iter().map(|group| text(group, "slug")).collect();
    let expected = [
        "botsify",
        "instantchatbots",
        "netcode",
        "qcontact",
        "qiscus",
    ];
    assert_eq!(slugs, BTreeSet::from(expected));

    let demo = transfer_registry_seed::register::demo().expect("the embedded demo register");
    let organisations = service.every("/v1/organisations", 200).await;
    let listed: BTreeSet<&str> = organisations
        .iter()
        .map(|item| text(item, "slug"))
        .collect();
    let told: BTreeSet<&str> = demo
        .organisations
        .iter()
        .map(|item| item.slug.as_str())
        .collect();
    assert_eq!(listed, told);
    let engagements = service.every("/v1/subprocessors", 200).await;
    assert_eq!(engagements.len(), demo.subprocessors.len());
    for item in groups.iter().chain(&organisations).chain(&engagements) {
        assert!(
            !text(item, "source").is_empty(),
            "every fact says where it comes from: {item}"
        );
        assert!(
            item.get("checked_on").is_none(),
            "nobody has checked anything: {item}"
        );
    }
    let inc = organisations
        .iter()
        .find(|item| text(item, "slug") == "qcontact-inc")
        .unwrap();
    let frameworks: BTreeSet<&str> = inc["certifications"]
        .as_array()
        .unwrap()
        .iter()
        .map(|certification| text(certification, "framework"))
        .collect();
    assert_eq!(
        frameworks,
        BTreeSet::from(["eu-us-privacy-shield", "swiss-us-privacy-shield"])
    );
}

async fn the_law_pack_is_listed_with_its_citations(service: Service) {
    let rows = service.every("/v1/adequacy-decisions", 200).await;
    assert!(rows.len() >= 158, "{} rows", rows.len());
    for row in &rows {
        for key in [
            "id",
            "regime",
            "title",
            "citation",
            "valid_from",
            "confidence",
        ] {
            assert!(!text(row, key).is_empty(), "{key}: {row}");
        }
        let place = row.get("territory").or_else(|| row.get("organisation"));
        assert!(
            place.is_some(),
            "a row is about a territory or an organisation: {row}"
        );
        let url = text(row, "url");
        assert!(url.is_empty() || url.starts_with("https://"), "{row}");
    }
}
