//! `/{group}/subprocessors`, as a page and as JSON.

use std::collections::BTreeSet;

use scraper::{Html, Selector};
use serde_json::{Value, json};

use super::reading::{all, words};
use crate::{
    days::before,
    fixture::{Answer, Service, on_both_databases, text},
};

on_both_databases![
    the_page_is_plain_and_correct_html,
    the_page_loads_nothing_from_elsewhere,
    the_list_is_public_and_read_only,
    the_json_has_the_shape_of_the_contract,
    page_and_json_tell_the_same,
    the_list_of_another_day_is_that_days_list,
    a_place_is_listed_on_its_days_and_announced_before_them,
    nobody_reads_on_it_whose_data_is_processed,
    a_group_or_day_that_is_not_there_is_refused_as_a_page,
];

const GROUPS: [&str; 5] = [
    "qcontact",
    "botsify",
    "netcode",
    "qiscus",
    "instantchatbots",
];

/// Whose data the companies process for others. They are nobody's business.
const CUSTOMERS: [&str; 4] = [
    "quickbots-customers",
    "qiscus-customers",
    "instantchatbots-customers",
    "qcontact-customers",
];

async fn page(service: &Service, group: &str) -> (Answer, Html) {
    let answer = service
        .get_publicly(&format!("/{group}/subprocessors"))
        .await;
    assert_eq!(answer.status, 200, "{group}: {}", answer.text());
    let html = Html::parse_document(&answer.text());
    (answer, html)
}

async fn json_of(service: &Service, group: &str, query: &str) -> Value {
    service
        .get_publicly(&format!("/{group}/subprocessors.json{query}"))
        .await
        .ok()
}

fn slugs<'a>(list: &'a Value, key: &str) -> BTreeSet<&'a str> {
    list[key]
        .as_array()
        .unwrap_or_else(|| panic!("no {key}: {list}"))
        .iter()
        .map(|item| text(item, "slug"))
        .collect()
}

async fn the_page_is_plain_and_correct_html(service: Service) {
    for group in GROUPS {
        let (answer, html) = page(&service, group).await;
        assert_eq!(answer.media_type(), "text/html");
        assert!(
            answer
                .header("content-type")
                .unwrap_or_default()
                .to_lowercase()
                .contains("charset=utf-8")
        );
        assert!(
            answer
                .text()
                .trim_start()
                .to_lowercase()
                .starts_with("<!doctype html>"),
            "{group}"
        );
        assert!(html.errors.is_empty(), "{group}: {:?}", html.errors);
        let language = all(&html, "html[lang]");
        assert_eq!(language.len(), 1, "{group}: the page says its language");
        for (selector, count) in [
            ("h1", 1),
            ("main", 1),
            ("title", 1),
            ("meta[name=viewport]", 1),
        ] {
            assert_eq!(all(&html, selector).len(), count, "{group}: {selector}");
        }
        assert!(!words(&all(&html, "title")[0]).is_empty(), "{group}");
        let tables = all(&html, "table");
        assert!(!tables.is_empty(), "{group}: the list is a table");
        for table in tables {
            let caption = Selector::parse("caption").unwrap();
            assert_eq!(
                table.select(&caption).count(),
                1,
                "{group}: a table says what it is"
            );
            let headers = Selector::parse("th").unwrap();
            assert!(table.select(&headers).count() > 1, "{group}");
            for header in table.select(&headers) {
                let scope = header.value().attr("scope").unwrap_or_default();
                assert!(
                    ["col", "row", "colgroup", "rowgroup"].contains(&scope),
                    "{group}: {}",
                    header.html()
                );
            }
        }
        let mut ids = BTreeSet::new();
        for element in all(&html, "[id]") {
            let id = element.value().attr("id").unwrap_or_default();
            assert!(ids.insert(id.to_owned()), "{group}: id {id} twice");
        }
        let mut level = 0;
        for heading in all(&html, "h1, h2, h3, h4, h5, h6") {
            let next = heading.value().name()[1..].parse::<u8>().unwrap();
            assert!(
                next <= level + 1,
                "{group}: {} leaves out a level",
                heading.html()
            );
            level = next;
        }
    }
}

async fn the_page_loads_nothing_from_elsewhere(service: Service) {
    for group in GROUPS {
        let (answer, html) = page(&service, group).await;
        for (selector, attribute) in [
            (
                "link[rel~=stylesheet], link[rel~=icon], link[rel~=preload], link[rel~=preconnect]",
                "href",
            ),
            (
                "script, img, iframe, source, video, audio, embed, input[type=image]",
                "src",
            ),
            ("object", "data"),
            ("form", "action"),
        ] {
            for element in all(&html, selector) {
                let url = element.value().attr(attribute).unwrap_or_default();
                let here = !url.contains("//") && !url.starts_with("javascript:");
                assert!(here, "{group}: {}", element.html());
            }
        }
        assert!(
            all(&html, "[onclick], [onload], [onerror]").is_empty(),
            "{group}: scripts in attributes"
        );
        assert!(!answer.text().contains("@import"), "{group}");
        assert_eq!(
            answer.header("set-cookie"),
            None,
            "{group}: a public page sets no cookie"
        );
        // What it links to of its own is there.
        for element in all(&html, "link[rel~=stylesheet], script[src], img[src]") {
            let url = element
                .value()
                .attr("href")
                .or_else(|| element.value().attr("src"))
                .unwrap_or_default();
            let loaded = service.get_publicly(url).await;
            assert_eq!(loaded.status, 200, "{group}: {url}");
        }
    }
}

async fn the_list_is_public_and_read_only(service: Service) {
    for path in ["/qcontact/subprocessors", "/qcontact/subprocessors.json"] {
        let open = service.send_as(None, "GET", path, b"").await;
        assert_eq!(open.status, 200, "{path}: {}", open.text());
        let wrong = service
            .send_as(Some("Bearer wrong"), "GET", path, b"")
            .await;
        assert_eq!(
            wrong.status, 200,
            "a key opens nothing here, and shuts nothing: {path}"
        );
        for method in ["POST", "PUT", "DELETE"] {
            let refused = service
                .send(method, path, Some("application/json"), b"{}")
                .await;
            assert_eq!(refused.status, 405, "{method} {path}");
            let allow = refused.header("allow").unwrap_or_default();
            assert!(allow.contains("GET"), "{method} {path}: {allow:?}");
        }
    }
}

async fn the_json_has_the_shape_of_the_contract(service: Service) {
    let known = BTreeSet::from([
        "slug",
        "legal_name",
        "service",
        "purpose",
        "data_categories",
        "locations",
        "seat",
        "transfer_basis",
        "condition",
        "since",
        "until",
    ]);
    for group in GROUPS {
        let list = json_of(&service, group, "").await;
        for key in [
            "group",
            "as_of",
            "revision",
            "law_pack",
            "subprocessors",
            "group_companies",
            "upcoming",
        ] {
            assert!(
                list.get(key).is_some_and(|value| !value.is_null()),
                "{group}: {key}: {list:#}"
            );
        }
        assert_eq!(text(&list, "as_of"), Service::TODAY, "{group}");
        let subprocessors = list["subprocessors"].as_array().unwrap();
        assert!(!subprocessors.is_empty(), "{group}");
        for entry in subprocessors {
            let keys: BTreeSet<&str> = entry
                .as_object()
                .unwrap()
                .keys()
                .map(String::as_str)
                .collect();
            assert!(keys.is_subset(&known), "{group}: {entry:#}");
            for key in ["slug", "legal_name", "service", "since"] {
                assert!(!text(entry, key).is_empty(), "{group}: {key}: {entry:#}");
            }
            for location in entry["locations"].as_array().unwrap() {
                assert!(
                    !text(location, "activity").is_empty(),
                    "{group}: {location}"
                );
            }
            let bases = entry["transfer_basis"].as_array().unwrap();
            assert!(!bases.is_empty(), "{group}: {entry:#}");
            for basis in bases {
                assert!(
                    ["eu", "ch", "uk"].contains(&text(basis, "regime")),
                    "{group}: {basis}"
                );
                let denied = text(basis, "outcome") == "denied";
                for key in ["basis", "citation", "url"] {
                    assert_eq!(basis.get(key).is_none(), denied, "{group}: {key}: {basis}");
                }
                assert!(basis["warnings"].is_array(), "{group}: {basis}");
                let cites = ["adequacy", "safeguard", "derogation"];
                let cites = cites.contains(&text(basis, "outcome"));
                assert_eq!(basis.get("article").is_some(), cites, "{group}: {basis}");
            }
        }
        assert_eq!(
            list["upcoming"],
            json!([]),
            "{group}: everything runs already"
        );
    }
    let qcontact = json_of(&service, "qcontact", "").await;
    let expected = BTreeSet::from(["qcontact-inc", "qcontact-ltd", "castillo-ltd"]);
    assert_eq!(slugs(&qcontact, "group_companies"), expected);
    for slug in [
        "qcontact-billing",
        "qcontact-datacentre",
        "cloudflare",
        "google",
        "linkedin",
    ] {
        assert!(
            slugs(&qcontact, "subprocessors").contains(slug),
            "{slug}: {qcontact:#}"
        );
    }
}

async fn page_and_json_tell_the_same(service: Service) {
    for group in GROUPS {
        let (answer, html) = page(&service, group).await;
        let list = json_of(&service, group, "").await;
        let shown = words(&html.root_element());
        for entry in list["subprocessors"]
            .as_array()
            .unwrap()
            .iter()
            .chain(list["group_companies"].as_array().unwrap())
        {
            let name = text(entry, "legal_name");
            let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(shown.contains(&name), "{group}: the page leaves out {name}");
        }
        let revision = list["revision"].to_string();
        assert!(
            answer.text().contains(&revision) && shown.contains(text(&list, "law_pack")),
            "{group}"
        );
    }
    // Where nothing is recorded, the page says just that, and nothing about the company.
    let (_, html) = page(&service, "qcontact").await;
    let shown = words(&html.root_element()).to_lowercase();
    assert!(shown.contains("none recorded in this demo"), "{shown}");
    assert!(
        !shown.contains("unlawful") && !shown.contains("illegal"),
        "{shown}"
    );
}

/// A row of the list by its slug.
fn entry<'a>(list: &'a Value, slug: &str) -> &'a Value {
    let entries = list["subprocessors"].as_array().unwrap();
    entries
        .iter()
        .find(|entry| text(entry, "slug") == slug)
        .unwrap_or_else(|| panic!("no {slug}: {list:#}"))
}

fn basis<'a>(entry: &'a Value, regime: &str) -> (&'a str, &'a str) {
    let bases = entry["transfer_basis"].as_array().unwrap();
    let found = bases.iter().find(|basis| text(basis, "regime") == regime);
    let found = found.unwrap_or_else(|| panic!("no {regime}: {entry:#}"));
    (text(found, "outcome"), text(found, "basis"))
}

async fn the_list_of_another_day_is_that_days_list(service: Service) {
    for (group, from) in [
        ("qcontact", "2019-06-01"),
        ("botsify", "2018-05-01"),
        ("netcode", "2024-08-19"),
    ] {
        let empty = json_of(&service, group, &format!("?as_of={}", before(from))).await;
        assert!(
            slugs(&empty, "subprocessors").is_empty(),
            "{group} before {from}: {empty:#}"
        );
        let first = json_of(&service, group, &format!("?as_of={from}")).await;
        assert!(
            !slugs(&first, "subprocessors").is_empty(),
            "{group} on {from}"
        );
        assert_eq!(text(&first, "as_of"), from);
    }
    for (day, regime, expected) in [
        ("2020-07-15", "eu", ("denied", "")),
        ("2023-08-31", "eu", ("denied", "")),
        ("2023-09-01", "eu", ("adequacy", "EU-ADQ-US-DPF-2023-1795")),
        ("2024-09-14", "ch", ("denied", "")),
        ("2024-09-15", "ch", ("adequacy", "CH-DPO-A1-US")),
        ("2023-10-11", "uk", ("denied", "")),
        ("2023-10-12", "uk", ("adequacy", "UK-SI-2023-1028-US")),
    ] {
        let list = json_of(&service, "botsify", &format!("?as_of={day}")).await;
        assert_eq!(
            basis(entry(&list, "stripe"), regime),
            expected,
            "{regime} on {day}"
        );
    }
    let then = service
        .get_publicly("/qcontact/subprocessors?as_of=2019-06-01")
        .await;
    assert_eq!(then.status, 200);
    assert!(
        then.text().contains("2019-06-01"),
        "the page says which day it shows"
    );
}

async fn a_place_is_listed_on_its_days_and_announced_before_them(service: Service) {
    let path = "/v1/subprocessors?group=botsify&organisation=stripe";
    let engagement = service.every(path, 50).await.remove(0);
    let path = format!("/v1/subprocessors/{}", text(&engagement, "id"));
    let tag = service.get(&path).await.tag().to_owned();
    let locations = json!({"locations": [
        {"place": "US", "activity": "storage", "until": "2026-12-14"},
        {"place": "CN", "activity": "storage", "from": "2026-12-15"}]});
    service.patch(&path, &tag, &locations).await.ok();
    service.publish("botsify").await;

    let countries = |entry: &Value| -> Vec<String> {
        let locations = entry["locations"].as_array().unwrap().iter();
        locations.map(|at| text(at, "country").to_owned()).collect()
    };
    for (as_of, expected, upcoming) in [
        ("2026-11-20", "US", 0),
        (Service::TODAY, "US", 1),
        ("2026-12-14", "US", 1),
        ("2026-12-15", "CN", 0),
    ] {
        let list = json_of(&service, "botsify", &format!("?as_of={as_of}")).await;
        let stripe = entry(&list, "stripe");
        assert_eq!(countries(stripe), [expected], "{as_of}");
        assert_eq!(text(stripe, "since"), text(&engagement, "effective_from"));
        let announced = list["upcoming"].as_array().unwrap();
        assert_eq!(
            announced.len(),
            upcoming,
            "{as_of}: looking back, nothing is"
        );
        for change in announced {
            assert_eq!(text(change, "slug"), "stripe");
            assert_eq!(text(change, "since"), "2026-12-15");
            assert_eq!(countries(change), ["CN"]);
            assert_eq!(basis(change, "eu"), ("denied", ""));
        }
    }
    let (_, html) = page(&service, "botsify").await;
    let id = text(&engagement, "id");
    assert_eq!(all(&html, &format!("#engagement-{id}")).len(), 1);
    let announced = all(&html, "section.upcoming li");
    assert_eq!(announced.len(), 1);
    let said = words(&announced[0]);
    assert!(
        said.contains("changes where it processes data, from 15 December 2026"),
        "{said}"
    );
}

async fn nobody_reads_on_it_whose_data_is_processed(service: Service) {
    for group in GROUPS {
        for path in [
            format!("/{group}/subprocessors"),
            format!("/{group}/subprocessors.json"),
            format!("/{group}/subprocessors?as_of=2024-09-01"),
            format!("/{group}/subprocessors.json?as_of=2024-09-01"),
        ] {
            let answer = service.get_publicly(&path).await;
            assert_eq!(answer.status, 200, "{path}");
            for customers in CUSTOMERS {
                let named = answer.text().contains(customers);
                assert!(!named, "{path} names {customers}");
            }
        }
    }
}

async fn a_group_or_day_that_is_not_there_is_refused_as_a_page(service: Service) {
    for (path, status) in [
        ("/nobody/subprocessors", 404),
        ("/QContact/subprocessors", 404),
        ("/qcontact-inc/subprocessors", 404),
        ("/qcontact/subprocessors/nothing", 404),
        ("/qcontact/subprocessors?as_of=2019-6-1", 422),
        ("/qcontact/subprocessors?as_of=1999-12-31", 422),
        ("/qcontact/subprocessors?as_of=%3Cscript%3E", 422),
        ("/qcontact/subprocessors?known_at=2999-01-01T00:00:00Z", 422),
        ("/qcontact/subprocessors?known_at=2026-11-21", 422),
        // Nothing was recorded by then, so there was no such group.
        ("/qcontact/subprocessors?known_at=2020-01-01T00:00:00Z", 404),
    ] {
        let refused = service.get_publicly(path).await;
        assert_eq!(refused.status, status, "{path}: {}", refused.text());
        assert!(!refused.text().contains("<script>"), "{path}");
        let (name, query) = path.split_once('?').unwrap_or((path, ""));
        if name.ends_with("/subprocessors") {
            assert_eq!(
                refused.media_type(),
                "text/html",
                "{path}: {}",
                refused.text()
            );
            let answer = service.get_publicly(&format!("{name}.json?{query}")).await;
            answer.problem(status);
        }
    }
}
