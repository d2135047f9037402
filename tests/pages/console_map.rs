//! The transfer map, and the law as a chart.

use std::collections::{BTreeMap, BTreeSet};

use scraper::{ElementRef, Html, Selector};
use serde_json::json;

use crate::{
    authorization::people::{PASSWORD, made},
    fixture::{Browser, Service, on_both_databases},
};

on_both_databases![
    the_map_says_in_its_table_what_it_draws,
    the_map_is_plain_and_light,
    the_map_is_for_those_who_read_the_register,
    the_map_of_another_day_is_that_days_and_its_links_stay_there,
    whoever_is_limited_sees_their_own_group_on_the_map,
    a_hostile_name_is_text_on_the_map,
    a_framework_that_falls_falls_on_the_map_and_in_the_chart,
    what_stands_somehow_stands_so_on_every_page,
    a_decision_of_another_day_is_supposed_to_end_on_that_day,
    the_chart_and_its_table_say_the_same,
    a_decision_that_is_not_there_is_no_page,
    every_transfer_tool_has_its_place,
];

const DPF: &str = "EU-ADQ-US-DPF-2023-1795";

async fn browser(service: &Service, role: &str, groups: &[&str]) -> Browser {
    made(service, role, role, groups).await;
    let mut browser = Browser::of(service);
    assert_eq!(browser.sign_in(role, PASSWORD).await.status, 303);
    browser
}

async fn page(browser: &mut Browser, path: &str) -> Html {
    let answer = browser.open(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    Html::parse_document(&answer.text())
}

fn all<'a>(html: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    let selector = Selector::parse(selector).expect("a selector of the test's own");
    html.select(&selector).collect()
}

fn words(element: ElementRef<'_>) -> String {
    let words: Vec<&str> = element.text().flat_map(str::split_whitespace).collect();
    words.join(" ")
}

/// What a page shows under a selector, each in words.
fn said(html: &Html, selector: &str) -> Vec<String> {
    all(html, selector).into_iter().map(words).collect()
}

/// The state of a destination in the table.
fn state(html: &Html, code: &str) -> String {
    said(html, &format!("#place-{code} td .state")).concat()
}

async fn the_map_says_in_its_table_what_it_draws(service: Service) {
    let mut browser = browser(&service, "reader", &[]).await;
    let html = page(&mut browser, "/console/map").await;
    assert_eq!(
        said(&html, "h1"),
        ["Where does our data go, and on what transfer basis?"]
    );
    assert_eq!(state(&html, "US"), "Denied");
    assert_eq!(state(&html, "NZ"), "Allowed, with a warning");
    assert_eq!(state(&html, "unknown"), "Not assessable");
    let drawn = all(&html, "a.on-map");
    assert!(drawn.len() > 8, "{}", drawn.len());
    for link in drawn {
        let row = link.attr("href").expect("a row");
        assert_eq!(all(&html, row).len(), 1, "{row}");
        assert!(!words(link).is_empty(), "{row} says nothing");
    }
    // What is unknown is in the table alone.
    assert!(all(&html, r##"a[href="#place-unknown"]"##).is_empty());
    // Each state has its shape on the map and its word in the legend.
    for state in ["allowed", "warned", "denied", "unassessable"] {
        assert_eq!(all(&html, &format!("#glyph-{state}")).len(), 1);
        assert_eq!(all(&html, &format!(".legend .state.{state}")).len(), 1);
    }
    let from = said(&html, "a.arc");
    assert!(
        from.iter()
            .any(|one| one.starts_with("From Gibraltar to United States: ")),
        "{from:?}"
    );
}

async fn the_map_is_plain_and_light(service: Service) {
    let mut browser = browser(&service, "reader", &[]).await;
    for path in [
        "/console/map",
        "/console/law",
        "/console/law?show=all",
        "/console/law/tools",
    ] {
        let answer = browser.open(path).await;
        let text = answer.text();
        assert_eq!(answer.status, 200, "{path}");
        for banned in ["<script", " style=", "<style", "javascript:", " onclick"] {
            assert!(!text.contains(banned), "{path}: {banned}");
        }
        if path == "/console/map" {
            assert!(text.len() < 250_000, "{}", text.len());
        }
    }
}

async fn the_map_is_for_those_who_read_the_register(service: Service) {
    let paths = ["/console/map", "/console/law", "/console/law/tools"];
    let mut nobody = Browser::of(&service);
    for path in paths {
        let answer = nobody.open(path).await;
        let to = format!("/sign-in?to={}", path.replace('/', "%2F"));
        assert_eq!(
            (answer.status, answer.header("location")),
            (303, Some(to.as_str()))
        );
    }
    let mut checker = browser(&service, "checker", &[]).await;
    for path in paths {
        let answer = checker.open(path).await;
        assert_eq!(answer.status, 403, "{path}");
        assert!(!answer.text().contains("QContact"), "{path}");
    }
}

async fn the_map_of_another_day_is_that_days_and_its_links_stay_there(service: Service) {
    let mut browser = browser(&service, "reader", &[]).await;
    let then = page(&mut browser, "/console/map?as_of=2017-01-01").await;
    assert!(
        said(&then, ".empty")
            .concat()
            .starts_with("No engagement and no flow")
    );
    let path = "/console/map?group=botsify&as_of=2019-01-01";
    let then = page(&mut browser, path).await;
    assert_eq!(said(&then, "#place-US td .state"), ["Denied"]);
    for link in all(&then, "main a") {
        let href = link.attr("href").expect("an address");
        let here = href.starts_with('#') || href.starts_with("https://");
        assert!(here || href.contains("as_of=2019-01-01"), "{href}");
    }
    let today = page(&mut browser, "/console/map?group=botsify&state=warned").await;
    assert_eq!(
        said(&today, "#place-US td .state"),
        ["Allowed, with a warning"]
    );
    let wrong = browser.open("/console/map?regime=us&state=lawful").await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("“regime”") && wrong.text().contains("“state”"));
}

async fn whoever_is_limited_sees_their_own_group_on_the_map(service: Service) {
    let mut browser = browser(&service, "editor", &["qiscus"]).await;
    let html = page(&mut browser, "/console/map").await;
    let rows = all(&html, ".places-table tbody tr");
    let ids: BTreeSet<&str> = rows.iter().filter_map(|row| row.attr("id")).collect();
    assert_eq!(ids, ["place-SG", "place-US"].into());
    let text = html.root_element().html();
    for others in ["QContact", "Botsify", "NETCODE", "InstantChatbots"] {
        assert!(!text.contains(others), "{others}");
    }
    let decision = page(&mut browser, &format!("/console/law/{DPF}")).await;
    let rests = said(&decision, "section[aria-labelledby=rests]").concat();
    assert!(rests.contains("nothing in the register rests"), "{rests}");
}

async fn a_hostile_name_is_text_on_the_map(service: Service) {
    let name = "</title><script>alert(1)</script>\" onfocus=\"x";
    let vendor = json!({"slug": "hostile", "kind": "third_party", "legal_name": name,
        "seat": "JP", "source": "a test"});
    service.create("/v1/organisations", &vendor).await;
    let engagement = json!({
        "group": "botsify", "organisation": "hostile", "service": "<svg onload=alert(2)>",
        "effective_from": "2026-01-01", "source": "a test", "record_existing": true,
    });
    service.create("/v1/subprocessors", &engagement).await;
    let mut browser = browser(&service, "reader", &[]).await;
    let html = page(&mut browser, "/console/map").await;
    assert!(all(&html, "script, [onfocus], [onload]").is_empty());
    let ways = said(&html, "#place-JP td li a");
    assert!(
        ways.iter()
            .any(|way| way.contains("<script>alert(1)</script>")),
        "{ways:?}"
    );
}

async fn a_framework_that_falls_falls_on_the_map_and_in_the_chart(service: Service) {
    let mut browser = browser(&service, "reader", &[]).await;
    let path = format!("/console/law/{DPF}");
    let before = page(&mut browser, &path).await;
    let lead = said(&before, ".lead").concat();
    assert!(
        lead.starts_with("In force on ") && lead.contains("Under challenge:"),
        "{lead}"
    );
    assert_eq!(
        all(&before, &format!(r#"a[href="/console/what-if?end={DPF}"]"#)).len(),
        1
    );
    let resting = said(&before, "section[aria-labelledby=rests] li");
    assert!(
        resting
            .iter()
            .any(|one| one.contains("Stripe") && one.contains("EU/EEA data")),
        "{resting:?}"
    );
    let warned = "/console/map?regime=eu&state=warned&as_of=2026-12-01";
    assert_eq!(
        state(&page(&mut browser, warned).await, "US"),
        "Allowed, with a warning"
    );

    let decision = format!("/v1/adequacy-decisions/{DPF}");
    let tag = service.get(&decision).await.tag().to_owned();
    let end = json!({"on": "2026-12-01", "end_kind": "invalidated", "source": "the test's court"});
    let ended = service.step(&format!("{decision}/end"), &tag, &end).await;
    assert_eq!(ended.status, 200, "{}", ended.text());

    assert_eq!(state(&page(&mut browser, warned).await, "US"), "");
    let denied = "/console/map?regime=eu&as_of=2026-12-01";
    assert_eq!(state(&page(&mut browser, denied).await, "US"), "Denied");
    let after = page(&mut browser, &format!("{path}?as_of=2026-12-01")).await;
    let lead = said(&after, ".lead").concat();
    assert!(
        lead.starts_with("No longer in force on 1 December 2026: it applied to 30 November 2026, when a court struck it down."),
        "{lead}"
    );
    let amended = said(&after, "section[aria-labelledby=amended] li").concat();
    assert!(amended.contains("the test's court"), "{amended}");
    let rests = said(&after, "section[aria-labelledby=rests] p").concat();
    assert_eq!(
        rests,
        "On 1 December 2026, nothing in the register rests on this decision."
    );
    let chart = page(&mut browser, "/console/law?q=Data+Privacy+Framework").await;
    let bars = said(&chart, "a.bar");
    let bar = bars
        .iter()
        .find(|bar| bar.contains("(EU) 2023/1795"))
        .expect("its bar");
    assert!(
        bar.contains("✕ is struck down") && bar.contains("Recorded or changed here"),
        "{bar}"
    );
}

/// What the rows under a selector link to first, and how each stands: the style's word for it.
fn standing(html: &Html, rows: &str, mark: &str) -> Vec<(String, String)> {
    let [link, mark] = ["a", mark].map(|of| Selector::parse(of).expect("of the test's own"));
    let rows = all(html, rows).into_iter();
    let rows = rows.map(|row| {
        let link = row.select(&link).next().and_then(|link| link.attr("href"));
        let mark = row.select(&mark).next().and_then(|mark| mark.attr("class"));
        let class = mark.and_then(|classes| classes.split(' ').next_back());
        (
            link.expect("its page").to_owned(),
            class.expect("how it stands").to_owned(),
        )
    });
    rows.collect()
}

async fn what_stands_somehow_stands_so_on_every_page(service: Service) {
    let mut browser = browser(&service, "reader", &[]).await;
    let mut listed: BTreeMap<String, String> = BTreeMap::new();
    for list in ["/console/flows", "/console/subprocessors"] {
        let html = page(&mut browser, list).await;
        listed.extend(standing(&html, "main tbody tr", "td .state"));
    }
    for state in ["warned", "unassessable", "denied"] {
        assert!(
            listed.values().any(|one| one == state),
            "{state}: {listed:?}"
        );
    }
    for (path, state) in &listed {
        let html = page(&mut browser, path).await;
        let verdict = all(&html, &format!("p.verdict .state.{state}"));
        assert_eq!(verdict.len(), 1, "{path}: {state}");
    }
    // On the map it stands somehow at each of its destinations: as the worst of them as a whole.
    let order = ["allowed", "warned", "unassessable", "denied"];
    let rank = |state: &str| order.iter().position(|one| *one == state);
    let mut mapped: BTreeMap<String, String> = BTreeMap::new();
    for group in service.every("/v1/groups", 50).await {
        let slug = group["slug"].as_str().expect("a slug").to_owned();
        let html = page(&mut browser, &format!("/console/map?group={slug}")).await;
        let ways = r#"td[data-label="What goes there"] details li"#;
        for (path, state) in standing(&html, ways, ".mark") {
            let worst = mapped.entry(path).or_insert_with(|| state.clone());
            if rank(&state) > rank(worst) {
                *worst = state;
            }
        }
    }
    assert_eq!(mapped, listed, "on the map, and in the lists");
    // In the picture of whom somebody passes data on to, and among what they take part in.
    for organisation in service.every("/v1/organisations", 200).await {
        let id = organisation["id"].as_str().expect("an id");
        let own = format!("/console/organisations/{id}");
        let html = page(&mut browser, &own).await;
        for rows in ["#upstream tbody tr", "#used tbody tr"] {
            for (path, state) in standing(&html, rows, "td .state") {
                assert_eq!(listed.get(&path), Some(&state), "{own}: {path}");
            }
        }
    }
}

async fn a_decision_of_another_day_is_supposed_to_end_on_that_day(service: Service) {
    let mut browser = browser(&service, "reader", &[]).await;
    let path = format!("/console/law/{DPF}?as_of=2025-06-01");
    let html = page(&mut browser, &path).await;
    let what_if = format!("/console/what-if?end={DPF}&as_of=2025-06-01");
    assert_eq!(all(&html, &format!(r#"a[href="{what_if}"]"#)).len(), 1);
    let html = page(&mut browser, &what_if).await;
    assert!(!said(&html, "h1").is_empty());
}

async fn the_chart_and_its_table_say_the_same(service: Service) {
    let mut browser = browser(&service, "reader", &[]).await;
    for path in [
        "/console/law",
        "/console/law?show=all",
        "/console/law?q=japan",
    ] {
        let html = page(&mut browser, path).await;
        let drawn = all(&html, ".bar");
        let told = all(&html, "#in-words ~ .scroll tbody tr");
        assert_eq!(drawn.len(), told.len(), "{path}");
        assert!(!drawn.is_empty(), "{path}");
        let links = |selector: &str| -> Vec<String> {
            let links = all(&html, selector);
            let links = links.iter().filter_map(|link| link.attr("href"));
            links.map(str::to_owned).collect()
        };
        assert_eq!(
            links("a.bar"),
            links("#in-words ~ .scroll tbody td a"),
            "{path}"
        );
    }
    let every = page(&mut browser, "/console/law?show=all").await;
    let decisions = service.every("/v1/adequacy-decisions", 200).await.len();
    assert_eq!(all(&every, "a.bar").len(), decisions);
    let none = page(&mut browser, "/console/law?q=atlantis%3Cb%3E").await;
    let empty = said(&none, ".empty").concat();
    assert!(
        empty.starts_with("Nothing is recorded under “atlantis<b>”."),
        "{empty}"
    );
    let year = page(&mut browser, "/console/law?q=japan").await;
    let years = all(&year, ".axis a");
    assert!(
        years
            .iter()
            .any(|link| link.attr("href") == Some("/console/law?as_of=2020-01-01&q=japan"))
    );
}

async fn a_decision_that_is_not_there_is_no_page(service: Service) {
    let mut browser = browser(&service, "reader", &[]).await;
    for id in ["EU-ADQ-ATLANTIS", "%3Cscript%3E", "EU-MEMBER"] {
        let answer = browser.open(&format!("/console/law/{id}")).await;
        assert_eq!(answer.status, 404, "{id}");
        assert!(!answer.text().contains("<script"));
    }
}

async fn every_transfer_tool_has_its_place(service: Service) {
    let mut browser = browser(&service, "reader", &[]).await;
    let html = page(&mut browser, "/console/law/tools").await;
    assert_eq!(said(&html, "main h2").len(), 3);
    let today = said(&html, "#CH-SCC-LEGACY td");
    assert_eq!(
        today.first().map(String::as_str),
        Some("carries nothing any more")
    );
    let then = page(&mut browser, "/console/law/tools?as_of=2022-01-01").await;
    let then = said(&then, "#CH-SCC-LEGACY td");
    assert_eq!(
        then.first().map(String::as_str),
        Some("can no longer be signed; what was signed before goes on")
    );
}
