//! Subprocessors in the console: the list, the page of one, and a change of it.

use serde_json::{Value, json};

use super::sheet::{Sheet, all, page, said};
use crate::{
    authorization::people::{PASSWORD, made},
    fixture::{Browser, Service, on_both_databases, text},
};

on_both_databases![
    the_pages_are_for_those_who_read_the_register,
    the_list_says_how_each_stands_as_the_api_does,
    a_page_says_the_verdict_in_a_sentence_and_what_would_change_it,
    a_past_day_is_read_only_and_its_own,
    what_another_group_keeps_is_not_there,
    a_change_shows_its_effect_keeps_what_was_typed_and_refuses_what_is_stale,
    a_change_of_one_place_keeps_all_the_others,
];

pub(super) async fn browser(service: &Service, role: &str, groups: &[&str]) -> Browser {
    let name = format!("{role}{}", groups.len());
    made(service, &name, role, groups).await;
    let mut browser = Browser::of(service);
    assert_eq!(browser.sign_in(&name, PASSWORD).await.status, 303);
    browser
}

/// A group in Germany that promises its customers notice, and a vendor in the United States.
pub(super) async fn acme(service: &Service) {
    let group = json!({"slug": "acme", "name": "Acme", "notice_days": 30, "objection_days": 14,
        "source": "a test"});
    service.create("/v1/groups", &group).await;
    let company = json!({"slug": "acme-gmbh", "kind": "group_company", "group": "acme",
        "legal_name": "Acme GmbH", "seat": "DE", "source": "a test"});
    service.create("/v1/organisations", &company).await;
    for (slug, name, seat) in [
        ("mailer", "Mailer, Inc.", "US"),
        ("lager", "Lager GmbH", "DE"),
    ] {
        let vendor = json!({"slug": slug, "kind": "third_party", "legal_name": name, "seat": seat,
            "source": "a test"});
        service.create("/v1/organisations", &vendor).await;
    }
}

pub(super) async fn engaged(service: &Service, body: Value) -> String {
    let mut engagement = json!({"group": "acme", "organisation": "lager", "service": "storage",
        "data_subject_countries": ["DE"], "effective_from": "2027-03-01", "source": "a test",
        "locations": [{"activity": "storage", "place": "DE"}]});
    let said = engagement.as_object_mut().unwrap();
    said.extend(body.as_object().unwrap().clone());
    let made = service.create("/v1/subprocessors", &engagement).await;
    text(&made.json(), "id").to_owned()
}

/// The id of the demo's engagement of an organisation by a group.
pub(super) async fn demo(service: &Service, group: &str, organisation: &str) -> String {
    let list = format!("/v1/subprocessors?group={group}&organisation={organisation}");
    let found = service.every(&list, 10).await;
    text(found.first().expect("an engagement"), "id").to_owned()
}

async fn the_pages_are_for_those_who_read_the_register(service: Service) {
    let id = demo(&service, "botsify", "stripe").await;
    let group = service.get("/v1/groups/botsify").await.ok();
    let group = text(&group, "id").to_owned();
    let published = service.every("/v1/groups/botsify/publications", 10).await;
    let pages = [
        "/console/subprocessors".to_owned(),
        format!("/console/subprocessors/{id}"),
        "/console/publishing".to_owned(),
        format!("/console/publishing/{group}"),
        format!("/console/publications/{}", text(&published[0], "id")),
    ];
    let forms = [
        "/console/subprocessors/new".to_owned(),
        "/console/subprocessors/new/company".to_owned(),
        "/console/subprocessors/existing".to_owned(),
        format!("/console/subprocessors/{id}/edit"),
        format!("/console/subprocessors/{id}/announce"),
        format!("/console/subprocessors/{id}/activate"),
        format!("/console/subprocessors/{id}/withdraw"),
        format!("/console/subprocessors/{id}/end"),
        format!("/console/publishing/{group}/publish"),
    ];
    for role in ["admin", "editor", "approver", "reader", "checker"] {
        let mut browser = browser(&service, role, &[]).await;
        for path in &pages {
            let expected = if role == "checker" { 403 } else { 200 };
            assert_eq!(browser.open(path).await.status, expected, "{role}: {path}");
        }
        let writes = ["admin", "editor"].contains(&role);
        for path in &forms {
            let expected = if writes { 200 } else { 403 };
            assert_eq!(browser.open(path).await.status, expected, "{role}: {path}");
        }
        if role != "checker" {
            let html = page(&mut browser, &pages[1]).await;
            assert_eq!(
                all(&html, "main a.button").is_empty(),
                !writes,
                "{role} is offered what they may do, and nothing else"
            );
        }
    }
    let mut nobody = Browser::of(&service);
    for path in pages.iter().chain(&forms) {
        assert_eq!(nobody.open(path).await.status, 303, "{path}");
    }
}

async fn the_list_says_how_each_stands_as_the_api_does(service: Service) {
    let mut browser = browser(&service, "reader", &[]).await;
    let html = page(&mut browser, "/console/subprocessors").await;
    let rows = all(&html, "main tbody tr").len();
    assert!(rows > 10, "{rows}");
    assert_eq!(said(&html, "main tbody .state").len(), rows, "each has one");
    for verdict in ["deny", "allow"] {
        let path = format!("/console/subprocessors?verdict={verdict}");
        let html = page(&mut browser, &path).await;
        let list = format!("/v1/subprocessors?verdict={verdict}");
        let expected = service.every(&list, 50).await;
        let states = said(&html, "main tbody .state");
        assert_eq!(states.len(), expected.len(), "{verdict}");
        let denied = |state: &String| state.starts_with("Denied") || state.starts_with("Not");
        assert!(
            states
                .iter()
                .all(|state| denied(state) == (verdict == "deny")),
            "{verdict}: {states:?}"
        );
    }
    let html = page(&mut browser, "/console/subprocessors?group=qiscus").await;
    assert_eq!(all(&html, "main tbody tr").len(), 1);
}

async fn a_page_says_the_verdict_in_a_sentence_and_what_would_change_it(service: Service) {
    let mut browser = browser(&service, "editor", &[]).await;
    let stripe = demo(&service, "botsify", "stripe").await;
    let html = page(&mut browser, &format!("/console/subprocessors/{stripe}")).await;
    assert_eq!(said(&html, "h1"), ["May data of Botsify go to Stripe?"]);
    let verdict = said(&html, "p.verdict").concat();
    assert!(
        verdict.contains("Allowed") && verdict.contains("because it rests on an adequacy decision"),
        "{verdict}"
    );
    assert!(all(&html, "#change").is_empty(), "there is nothing to heal");
    // Judged before the framework began.
    let then = format!("/console/subprocessors/{stripe}?as_of=2022-01-01");
    let verdict = said(&page(&mut browser, &then).await, "p.verdict").concat();
    assert!(
        verdict.contains("because no transfer basis recorded here holds"),
        "{verdict}"
    );

    let google = demo(&service, "qiscus", "google").await;
    let html = page(&mut browser, &format!("/console/subprocessors/{google}")).await;
    let verdict = said(&html, "p.verdict").concat();
    assert!(verdict.contains("Denied"), "{verdict}");
    let clauses = all(&html, "a[href*='/console/mechanisms/new?tool=scc']");
    assert!(!clauses.is_empty(), "the form that records them is a link");
    let overview = said(
        &html,
        "#findings ~ .scroll tbody th, section[aria-labelledby=findings] tbody th",
    );
    assert!(!overview.is_empty(), "who sends");
    // Every finding that the API has is there.
    let standing = service
        .get(&format!("/v1/subprocessors/{google}/standing"))
        .await
        .ok();
    let questions = standing["questions"].as_array().unwrap();
    let findings: usize = questions
        .iter()
        .map(|question| question["findings"].as_array().unwrap().len())
        .sum();
    assert_eq!(all(&html, "li.finding").len(), findings);
}

async fn a_past_day_is_read_only_and_its_own(service: Service) {
    let mut browser = browser(&service, "admin", &[]).await;
    let id = demo(&service, "botsify", "stripe").await;
    for path in [
        format!("/console/subprocessors/{id}?as_of=2024-01-01"),
        "/console/subprocessors?as_of=2024-01-01".to_owned(),
        "/console/publishing?as_of=2024-01-01".to_owned(),
    ] {
        let html = page(&mut browser, &path).await;
        assert!(all(&html, "main a.button").is_empty(), "{path}");
        for link in all(&html, "main a[href^='/console']") {
            let href = link.value().attr("href").unwrap();
            assert!(href.contains("as_of=2024-01-01"), "{path}: {href}");
        }
    }
    let form = format!("/console/subprocessors/{id}/end?as_of=2024-01-01");
    assert_eq!(browser.open(&form).await.status, 403);
}

async fn what_another_group_keeps_is_not_there(service: Service) {
    let mut browser = browser(&service, "editor", &["qcontact"]).await;
    let id = demo(&service, "botsify", "stripe").await;
    let group = service.get("/v1/groups/botsify").await.ok();
    let group = text(&group, "id").to_owned();
    for path in [
        format!("/console/subprocessors/{id}"),
        format!("/console/subprocessors/{id}/edit"),
        format!("/console/publishing/{group}"),
    ] {
        assert_eq!(browser.open(&path).await.status, 404, "{path}");
    }
    let html = page(&mut browser, "/console/subprocessors").await;
    assert!(!html.root_element().html().contains("Botsify"));
    let html = page(&mut browser, "/console/publishing").await;
    assert_eq!(said(&html, "main tbody th"), ["QContact"]);
}

async fn a_change_shows_its_effect_keeps_what_was_typed_and_refuses_what_is_stale(
    service: Service,
) {
    acme(&service).await;
    let id = engaged(
        &service,
        json!({"record_existing": true, "effective_from": "2026-01-01"}),
    )
    .await;
    let mut browser = browser(&service, "editor", &[]).await;
    let path = format!("/console/subprocessors/{id}/edit");
    let mut sheet = Sheet::open(&mut browser, &path).await;
    assert_eq!(sheet.value("service"), "storage");
    assert_eq!(sheet.value("locations.0.place"), "DE");
    // An error stands at its field, and nothing typed is lost.
    sheet
        .fill("effective_from", "2027-01-01")
        .fill("ended_on", "2026-12-31")
        .fill("note", "kept");
    let answer = sheet.press(&mut browser, "look").await;
    assert_eq!(answer.status, 422);
    let html = scraper::Html::parse_document(&answer.text());
    assert_eq!(all(&html, "#f-ended_on[aria-invalid=true]").len(), 1);
    let mut sheet = Sheet::of(&html);
    assert_eq!(sheet.value("note"), "kept");
    // The effect is seen before anything is saved: data would go where nothing carries it.
    sheet
        .fill("effective_from", "2026-01-01")
        .fill("ended_on", "")
        .fill("locations.0.place", "IN");
    let before = service.head().await;
    let (html, mut seen) = sheet.goes_on(&mut browser, "look").await;
    let effect = said(&html, "section.effect").concat();
    assert!(effect.contains("1 engagement becomes denied"), "{effect}");
    assert_eq!(service.head().await, before);
    // Somebody else is quicker.
    let other = json!({"service": "cold storage"});
    service
        .patch(&format!("/v1/subprocessors/{id}"), "*", &other)
        .await
        .ok();
    seen.fill("locations.0.place", "CH");
    let stale = seen.press(&mut browser, "save").await;
    assert_eq!(stale.status, 412, "{}", stale.text());
    let html = scraper::Html::parse_document(&stale.text());
    let both = said(&html, "section.stale tbody tr").join("; ");
    assert!(both.contains("cold storage"), "{both}");
    let to = Sheet::of(&html).saved(&mut browser).await;
    assert_eq!(to, format!("/console/subprocessors/{id}?said=saved"));
    let kept = service.get(&format!("/v1/subprocessors/{id}")).await.ok();
    assert_eq!(kept["locations"][0]["place"], "CH");
    assert_eq!(kept["note"], "kept");
}

/// As many countries as no form shows at first.
const PLACES: &str = "DE FR IT ES PT NL BE LU AT PL CZ SK HU SI HR RO BG GR CY MT IE DK SE FI EE LV LT \
    IS LI NO CH GB US CA JP KR IL NZ AR UY AU BR IN SG ZA";

async fn a_change_of_one_place_keeps_all_the_others(service: Service) {
    acme(&service).await;
    let places: Vec<&str> = PLACES.split_whitespace().collect();
    assert_eq!(places.len(), 45);
    let locations = places.iter();
    let locations: Vec<Value> = locations
        .map(|place| json!({"activity": "storage", "place": place}))
        .collect();
    let id = engaged(&service, json!({ "locations": locations })).await;
    let mut browser = browser(&service, "editor", &[]).await;
    let path = format!("/console/subprocessors/{id}/edit");
    let mut sheet = Sheet::open(&mut browser, &path).await;
    assert_eq!(sheet.value("locations.44.place"), "ZA");
    sheet.fill("locations.0.place", "MX");
    sheet.saved(&mut browser).await;
    let kept = service.get(&format!("/v1/subprocessors/{id}")).await.ok();
    let kept = kept["locations"].as_array().expect("locations");
    let kept: Vec<&str> = kept.iter().map(|one| text(one, "place")).collect();
    assert_eq!(kept.len(), 45);
    assert_eq!(kept[0], "MX");
    assert_eq!(kept[1..], places[1..]);
    // One is taken out, and no other with it.
    let sheet = Sheet::open(&mut browser, &path).await;
    let (_, sheet) = sheet.goes_on(&mut browser, "less:locations.1").await;
    sheet.saved(&mut browser).await;
    let kept = service.get(&format!("/v1/subprocessors/{id}")).await.ok();
    assert_eq!(kept["locations"].as_array().map(Vec::len), Some(44));
    // More than can be recorded are refused at the question, and none is left out on the way.
    let mut many = Sheet::open(&mut browser, &path).await;
    for row in 0..101 {
        many.fill(&format!("locations.{row}.activity"), "storage")
            .fill(&format!("locations.{row}.place"), "DE");
    }
    let refused = many.press(&mut browser, "look").await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    let html = scraper::Html::parse_document(&refused.text());
    let wrong = said(&html, "section.errors a[href='#f-locations']");
    assert_eq!(wrong.len(), 1, "{:?}", said(&html, "section.errors"));
    assert!(refused.text().contains("no more can be recorded here"));
}
