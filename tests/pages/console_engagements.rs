//! Subprocessors in the console: the list, the page of one, its life, taking one on, publishing.

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
    a_subprocessor_is_taken_on_announced_published_ended_and_archived,
    a_company_that_is_not_recorded_comes_into_the_path_once,
    what_is_denied_is_not_activated_and_says_what_it_needs,
    publishing_shows_what_differs_and_goes_by_what_was_seen,
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

async fn engaged(service: &Service, body: Value) -> String {
    let mut engagement = json!({"group": "acme", "organisation": "lager", "service": "storage",
        "data_subject_countries": ["DE"], "effective_from": "2027-03-01", "source": "a test",
        "locations": [{"activity": "storage", "place": "DE"}]});
    let said = engagement.as_object_mut().unwrap();
    said.extend(body.as_object().unwrap().clone());
    let made = service.create("/v1/subprocessors", &engagement).await;
    text(&made.json(), "id").to_owned()
}

/// The id of the demo's engagement of an organisation by a group.
async fn demo(service: &Service, group: &str, organisation: &str) -> String {
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
    assert!(
        effect.contains("1 engagement or flow becomes denied"),
        "{effect}"
    );
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

/// The SCCs of a module with a company in the United States, and their assessment.
async fn clauses(service: &Service, importer: &str) {
    let clauses = json!({"tool": "scc-2021-914", "module": 2, "signed_on": "2026-10-01",
        "statements": {"swiss_addendum": true}, "source": "a test", "checked_on": "2026-11-01",
        "parties": [{"organisation": "acme-gmbh", "side": "exporter"},
            {"organisation": importer, "side": "importer"}]});
    let made = service.create("/v1/mechanisms", &clauses).await.json();
    let assessment = json!({"mechanism": text(&made, "id"), "destination": "US",
        "conclusion": "favourable", "concluded_on": "2026-10-02", "source": "a test"});
    service.create("/v1/impact-assessments", &assessment).await;
}

async fn a_subprocessor_is_taken_on_announced_published_ended_and_archived(service: Service) {
    acme(&service).await;
    let mut browser = browser(&service, "editor", &[]).await;
    let sheet = path_to_the_notice(&mut browser).await;
    // The day is the earliest that the promise to customers allows.
    assert_eq!(sheet.value("effective_from"), "2026-12-21");
    let mut sheet = sheet;
    sheet.fill("source", "the contract");
    let (html, _) = sheet.goes_on(&mut browser, "look").await;
    let summary = said(&html, ".answered").join(" ");
    assert!(
        summary.contains("Mailer, Inc.") && summary.contains("it would be denied"),
        "{summary}"
    );
    let to = sheet.saved(&mut browser).await;
    let (page_of, _) = to.split_once('?').unwrap();
    let id = page_of.rsplit('/').next().unwrap().to_owned();
    let html = page(&mut browser, &to).await;
    let verdict = said(&html, "p.verdict").concat();
    assert!(
        verdict.contains("Proposed: it carries nothing yet."),
        "{verdict}"
    );
    assert!(verdict.contains("it would be denied"), "{verdict}");
    assert_eq!(said(&html, ".life [aria-current] strong"), ["Proposed"]);
    // Once what it needs is recorded, announcing is the next step, filled in.
    clauses(&service, "mailer").await;
    let html = page(&mut browser, page_of).await;
    let verdict = said(&html, "p.verdict").concat();
    assert!(verdict.contains("it would be allowed"), "{verdict}");
    let next = all(&html, "section.next a.button:not(.quiet)");
    let announce = next
        .first()
        .expect("a next step")
        .value()
        .attr("href")
        .unwrap();
    let sheet = Sheet::open(&mut browser, announce).await;
    assert_eq!(sheet.value("announced_on"), Service::TODAY);
    assert_eq!(sheet.value("objection_until"), "2026-12-05");
    assert_eq!(sheet.value("effective_from"), "2026-12-21");
    // A day that breaks the promise is refused at its field.
    let mut hasty = sheet.clone();
    let hasty = hasty
        .fill("effective_from", "2026-12-01")
        .press(&mut browser, "look")
        .await;
    assert_eq!(hasty.status, 422);
    assert!(
        hasty.text().contains("not before 2026-12-21"),
        "{}",
        hasty.text()
    );
    sheet.saved(&mut browser).await;
    let html = page(&mut browser, page_of).await;
    assert_eq!(said(&html, ".life [aria-current] strong"), ["Announced"]);
    // Then the list is published.
    let next = all(&html, "section.next a.button:not(.quiet)");
    let publishing = next
        .first()
        .expect("a next step")
        .value()
        .attr("href")
        .unwrap();
    published(&mut browser, publishing).await;
    let list = service.get_publicly("/acme/subprocessors.json").await.ok();
    assert_eq!(list["upcoming"][0]["slug"], "mailer");
    let html = page(&mut browser, page_of).await;
    let said_of_it = said(&html, "main").concat();
    assert!(said_of_it.contains("The public list shows it as it is recorded."));
    // It ends, which is no news until it is published, and stays in the archive.
    let mut end = Sheet::open(&mut browser, &format!("{page_of}/end")).await;
    end.fill("last_day", "2027-06-30").saved(&mut browser).await;
    let kept = service.get(&format!("/v1/subprocessors/{id}")).await.ok();
    assert_eq!(kept["ended_on"], "2027-06-30");
    let html = page(&mut browser, publishing).await;
    let changes = said(&html, "#differs tbody tr").join(" ");
    assert!(
        changes.contains("Last day in effect: is now “30 June 2027”"),
        "{changes}"
    );
    published(&mut browser, publishing).await;
    let html = page(&mut browser, publishing).await;
    assert_eq!(
        said(&html, "#history tbody th"),
        ["Publication 2", "Publication 1"]
    );
    let archived = service
        .get_publicly("/acme/subprocessors.json?as_of=2027-01-15")
        .await
        .ok();
    assert_eq!(archived["subprocessors"][0]["slug"], "mailer");
}

/// Goes through the guided path with the vendor in the United States, to the step that asks for the
/// first day.
async fn path_to_the_notice(browser: &mut Browser) -> Sheet {
    let mut sheet = Sheet::open(browser, "/console/subprocessors/new").await;
    // Nothing is lost on the way, and nothing is passed over.
    let nothing = sheet.press(browser, "on").await;
    assert_eq!(nothing.status, 422, "it asks who first");
    sheet.fill("organisation", "mailer");
    let (_, mut sheet) = sheet.goes_on(browser, "on").await;
    sheet
        .fill("group", "acme")
        .fill("service", "newsletters")
        .fill("exporter_role", "controller");
    sheet.fill("importer_role", "processor");
    let (_, mut sheet) = sheet.goes_on(browser, "on").await;
    sheet
        .fill("data_categories", "contact")
        .fill("data_subject_countries", "Germany, CH");
    let (_, sheet) = sheet.goes_on(browser, "back").await;
    assert_eq!(
        sheet.value("service"),
        "newsletters",
        "going back loses nothing"
    );
    let (_, sheet) = sheet.goes_on(browser, "on").await;
    assert_eq!(sheet.value("data_subject_countries"), "Germany, CH");
    let (_, mut sheet) = sheet.goes_on(browser, "on").await;
    sheet
        .fill("locations.0.activity", "processing")
        .fill("locations.0.place", "US");
    let (html, sheet) = sheet.goes_on(browser, "on").await;
    let told = said(&html, "section.told").concat();
    assert!(told.contains("it would be denied"), "{told}");
    let clauses = all(&html, "section.told a[href*='module=2']");
    assert!(!clauses.is_empty(), "the module fits the roles: {told}");
    let (html, sheet) = sheet.goes_on(browser, "on").await;
    let told = said(&html, "section.told").concat();
    assert!(
        told.contains("Yes, if it is to rest on a safeguard"),
        "{told}"
    );
    let (html, sheet) = sheet.goes_on(browser, "on").await;
    let told = said(&html, "section.told").concat();
    assert!(
        told.contains("are told 30 days ahead and have 14 days to object")
            && told.contains("on 21 December 2026 at the earliest"),
        "{told}"
    );
    sheet
}

/// Publishes from a group's page of publishing.
async fn published(browser: &mut Browser, publishing: &str) {
    let html = page(browser, publishing).await;
    let publish = all(&html, "a.button[href*='/publish?']");
    let publish = publish.first().expect("something differs");
    let mut sheet = Sheet::open(browser, publish.value().attr("href").unwrap()).await;
    sheet.fill("note", "As announced.").saved(browser).await;
}

async fn a_company_that_is_not_recorded_comes_into_the_path_once(service: Service) {
    acme(&service).await;
    let mut browser = browser(&service, "editor", &[]).await;
    let html = page(&mut browser, "/console/subprocessors/new").await;
    let way = all(&html, "a[href='/console/subprocessors/new/company']");
    assert_eq!(way.len(), 1);
    let mut sheet = Sheet::open(&mut browser, "/console/subprocessors/new/company").await;
    sheet
        .fill("legal_name", "Zürcher Daten AG")
        .fill("seat", "CH")
        .fill("source", "its website");
    let (_, seen) = sheet.goes_on(&mut browser, "look").await;
    assert_eq!(
        seen.value("slug"),
        "zuercher-daten-ag",
        "derived, and shown"
    );
    let first = seen.press(&mut browser, "save").await;
    let again = seen.press(&mut browser, "save").await;
    assert_eq!((first.status, again.status), (303, 303));
    assert_eq!(first.header("location"), again.header("location"));
    let found = service.every("/v1/organisations?q=Daten", 10).await;
    assert_eq!(found.len(), 1, "sent twice, it is made once");
    let sheet = Sheet::open(&mut browser, first.header("location").unwrap()).await;
    assert_eq!(sheet.value("organisation"), "zuercher-daten-ag");
}

async fn what_is_denied_is_not_activated_and_says_what_it_needs(service: Service) {
    acme(&service).await;
    service
        .patch(
            "/v1/groups/acme",
            "*",
            &json!({"notice_days": null, "objection_days": null}),
        )
        .await
        .ok();
    let id = engaged(
        &service,
        json!({"organisation": "mailer", "locations": [{"activity": "storage", "place": "US"}]}),
    )
    .await;
    let mut browser = browser(&service, "editor", &[]).await;
    let path = format!("/console/subprocessors/{id}/activate");
    let sheet = Sheet::open(&mut browser, &path).await;
    let refused = sheet.press(&mut browser, "look").await;
    assert_eq!(refused.status, 409, "{}", refused.text());
    let html = scraper::Html::parse_document(&refused.text());
    assert!(!all(&html, "section[aria-labelledby=remedies] a").is_empty());
    clauses(&service, "mailer").await;
    sheet.saved(&mut browser).await;
    let kept = service.get(&format!("/v1/subprocessors/{id}")).await.ok();
    assert_eq!(kept["status"], "active");
}

async fn publishing_shows_what_differs_and_goes_by_what_was_seen(service: Service) {
    let mut browser = browser(&service, "editor", &[]).await;
    let group = service.get("/v1/groups/botsify").await.ok();
    let path = format!("/console/publishing/{}", text(&group, "id"));
    let html = page(&mut browser, &path).await;
    assert!(said(&html, "#differs").concat().contains("Nothing differs"));
    assert!(
        all(&html, "a.button").is_empty(),
        "there is nothing to publish"
    );
    let id = demo(&service, "botsify", "stripe").await;
    let amend = async |service_name: &str| {
        let patch = json!({"service": service_name});
        service
            .patch(&format!("/v1/subprocessors/{id}"), "*", &patch)
            .await
            .ok();
    };
    amend("card payments").await;
    let html = page(&mut browser, "/console/publishing").await;
    let rows = said(&html, "main tbody tr").join("; ");
    assert!(
        rows.contains("1 changed") && rows.contains("nothing differs"),
        "{rows}"
    );
    let html = page(&mut browser, &path).await;
    let changes = said(&html, "#differs tbody tr").join(" ");
    assert!(changes.contains("is now “card payments”"), "{changes}");
    let publish = all(&html, "a.button[href*='/publish?']");
    let publish = publish[0].value().attr("href").unwrap().to_owned();
    let sheet = Sheet::open(&mut browser, &publish).await;
    assert!(sheet.asks("after") && sheet.asks("content_sha256"));
    // Something is recorded after the preview: what was not seen is not published.
    amend("payments by card").await;
    let refused = sheet.press(&mut browser, "look").await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert!(
        refused.text().contains("not what was seen"),
        "{}",
        refused.text()
    );
    published(&mut browser, &path).await;
    // Who looked before that publication is told so.
    let stale = sheet.press(&mut browser, "look").await;
    assert_eq!(stale.status, 412, "{}", stale.text());
    let html = page(&mut browser, &path).await;
    let newest = all(&html, "#history tbody th a");
    let newest = newest[0].value().attr("href").unwrap().to_owned();
    let html = page(&mut browser, &newest).await;
    let changes = said(&html, "#differs tbody tr").join(" ");
    assert!(changes.contains("is now “payments by card”"), "{changes}");
}
