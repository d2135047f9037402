//! The filters of a list: plain links that can be combined.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::reading::{all, page_at, within, words};
use crate::fixture::{Service, on_both_databases, text};

on_both_databases![
    a_filter_shows_as_many_as_it_says,
    each_filter_shows_whom_it_is_about,
    who_runs_a_location_counts_with_where_they_are,
    filters_narrow_each_other,
    nothing_found_leads_back_to_everything,
];

async fn listed(service: &Service, group: &str, query: &str) -> Value {
    let path = format!("/{group}/subprocessors.json{query}");
    service.get_publicly(&path).await.ok()
}

fn slugs(list: &Value) -> BTreeSet<String> {
    let entries = list["subprocessors"].as_array().unwrap().iter();
    entries
        .map(|entry| text(entry, "slug").to_owned())
        .collect()
}

async fn a_filter_shows_as_many_as_it_says(service: Service) {
    for group in ["qcontact", "botsify", "qiscus"] {
        let (_, html) = page_at(&service, &format!("/{group}/subprocessors")).await;
        let everybody = all(&html, "tr[id^=engagement-]").len();
        let mut followed = 0;
        for choice in all(&html, ".filters li, .filters p") {
            let link = within(choice, "a")[0];
            let said: usize = words(&within(choice, "small")[0]).parse().unwrap();
            let path = link.value().attr("href").unwrap();
            assert!(
                path.starts_with(&format!("/{group}/subprocessors")),
                "{path}"
            );
            let (_, narrowed) = page_at(&service, path).await;
            let rows = all(&narrowed, "tr[id^=engagement-]").len();
            assert_eq!(rows, said, "{path}");
            assert!(
                rows > 0,
                "a filter that shows nobody is not offered: {path}"
            );
            let count = words(&all(&narrowed, ".count")[0]);
            assert!(
                count.contains(&format!("{rows} of {everybody} shown.")),
                "{count}"
            );
            followed += 1;
        }
        assert!(followed >= 4, "{group}: {followed}");
        for facet in all(&html, ".filters dl > div") {
            let choices = within(facet, "li").len();
            assert!(
                choices >= 3,
                "what has one value is no filter: {}",
                words(&facet)
            );
            assert_eq!(within(facet, "[aria-current]").len(), 1);
        }
    }
}

async fn who_runs_a_location_counts_with_where_they_are(service: Service) {
    let found = service.every(
        "/v1/subprocessors?group=qcontact&organisation=qcontact-datacentre",
        10,
    );
    let found = found.await;
    let path = format!("/v1/subprocessors/{}", text(&found[0], "id"));
    let operator = json!({"slug": "operator", "kind": "third_party", "legal_name": "Operator Ltd",
        "seat": "NZ", "source": "a test"});
    service.create("/v1/organisations", &operator).await;
    let inside = slugs(&listed(&service, "qcontact", "?outside=1").await);
    assert!(!inside.contains("qcontact-datacentre"));
    let run = json!({"locations": [
        {"activity": "storage", "place": "EU", "operated_by": "operator"}]});
    service.patch(&path, "*", &run).await.ok();
    service.publish("qcontact").await;
    for query in ["?outside=1", "?country=NZ"] {
        let found = slugs(&listed(&service, "qcontact", query).await);
        assert!(found.contains("qcontact-datacentre"), "{query}: {found:?}");
    }
}

async fn each_filter_shows_whom_it_is_about(service: Service) {
    let everybody = slugs(&listed(&service, "qcontact", "").await);
    for (query, shown) in [
        ("?country=NZ", &["qcontact-billing"][..]),
        ("?product=billing", &["qcontact-billing"]),
        ("?q=NEUSEELAND", &["qcontact-billing"]),
        ("?country=EU", &["qcontact-datacentre"]),
        ("?mechanism=not_restricted", &["qcontact-datacentre"]),
        ("?country=US", &["cloudflare", "google", "linkedin"]),
    ] {
        let found = slugs(&listed(&service, "qcontact", query).await);
        let shown: BTreeSet<_> = shown.iter().map(|slug| (*slug).to_owned()).collect();
        assert_eq!(found, shown, "{query}");
    }
    let outside = slugs(&listed(&service, "qcontact", "?outside=1").await);
    let inside: Vec<_> = everybody.difference(&outside).collect();
    assert_eq!(inside, ["qcontact-datacentre"]);

    let adequate = listed(&service, "qcontact", "?mechanism=adequacy").await;
    let denied = listed(&service, "qcontact", "?mechanism=denied").await;
    for (list, outcome) in [(&adequate, "adequacy"), (&denied, "denied")] {
        for entry in list["subprocessors"].as_array().unwrap() {
            let mut bases = entry["transfer_basis"].as_array().unwrap().iter();
            assert!(
                bases.any(|basis| text(basis, "outcome") == outcome),
                "{entry}"
            );
        }
    }
    let both: BTreeSet<_> = slugs(&adequate).union(&slugs(&denied)).cloned().collect();
    assert!(both.is_subset(&everybody) && slugs(&adequate) != slugs(&denied));

    let swiss = listed(&service, "qcontact", "?region=ch").await;
    for entry in swiss["subprocessors"].as_array().unwrap() {
        let bases = entry["transfer_basis"].as_array().unwrap();
        assert!(
            bases.iter().all(|basis| text(basis, "regime") == "ch"),
            "{entry}"
        );
    }
    // For people in the EU the data centres are not abroad; for people in Switzerland they are.
    let restricted = listed(&service, "qcontact", "?region=ch&mechanism=not_restricted").await;
    assert!(slugs(&restricted).is_empty(), "{restricted}");

    for (query, conditional) in [
        ("?condition=conditional", true),
        ("?condition=always", false),
    ] {
        let found = listed(&service, "qiscus", query).await;
        let entries = found["subprocessors"].as_array().unwrap();
        assert!(!conditional || !entries.is_empty());
        assert!(
            entries
                .iter()
                .all(|entry| entry.get("condition").is_some() == conditional)
        );
    }
    let by_data = listed(&service, "qcontact", "?data=billing").await;
    assert!(slugs(&by_data).contains("qcontact-billing"));
    for entry in by_data["subprocessors"].as_array().unwrap() {
        let categories = entry["data_categories"].as_array().unwrap();
        assert!(categories.iter().any(|one| one == "billing"), "{entry}");
    }
}

async fn filters_narrow_each_other(service: Service) {
    let us = slugs(&listed(&service, "qcontact", "?country=US").await);
    let denied = slugs(&listed(&service, "qcontact", "?mechanism=denied&region=eu").await);
    let query = "?country=US&mechanism=denied&region=eu";
    let both = slugs(&listed(&service, "qcontact", query).await);
    assert_eq!(both, us.intersection(&denied).cloned().collect());
    assert!(!both.is_empty() && both != us, "{both:?}");
    // A link of the narrowed page keeps what was chosen, and the day.
    let path = format!("/qcontact/subprocessors{query}&as_of=2026-01-31");
    let (_, html) = page_at(&service, &path).await;
    for link in all(&html, ".filters a") {
        let href = link.value().attr("href").unwrap();
        let kept = [
            "as_of=2026-01-31",
            "country=US",
            "mechanism=denied",
            "region=eu",
        ];
        let kept = kept.iter().filter(|pair| href.contains(**pair)).count();
        assert!(kept >= 3, "one link changes one filter: {href}");
    }
    assert_eq!(
        all(&html, ".filters[open]").len(),
        1,
        "what is chosen is seen"
    );
}

async fn nothing_found_leads_back_to_everything(service: Service) {
    let (_, html) = page_at(&service, "/qcontact/subprocessors?q=%3Cnobody%3E").await;
    assert!(all(&html, "tr[id^=engagement-]").is_empty());
    let empty = all(&html, ".empty")[0];
    assert!(
        words(&empty).starts_with("No subprocessor matches"),
        "{}",
        words(&empty)
    );
    let reset = within(empty, "a")[0].value().attr("href").unwrap();
    assert_eq!(reset, "/qcontact/subprocessors");
    let typed = all(&html, "input[name=q]")[0].value().attr("value");
    assert_eq!(
        typed,
        Some("<nobody>"),
        "what was looked for stays in its field"
    );
}
