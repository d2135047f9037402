//! Subprocessors in the console: taking one on, what becomes of it, and publishing.

use serde_json::json;

use super::{
    console_engagements::{acme, browser, demo, engaged},
    sheet::{Sheet, all, page, said},
};
use crate::fixture::{Browser, Service, on_both_databases, text};

on_both_databases![
    a_subprocessor_is_taken_on_announced_published_ended_and_archived,
    a_company_that_is_not_recorded_comes_into_the_path_once,
    what_was_filled_in_follows_the_answers_until_somebody_changes_it,
    what_is_denied_is_not_activated_and_says_what_it_needs,
    publishing_shows_what_differs_and_goes_by_what_was_seen,
    a_group_that_published_nothing_leads_to_publishing,
];

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
    // Nothing becomes of what is over.
    let over = page(&mut browser, &format!("{page_of}?as_of=2027-08-01")).await;
    let verdict = said(&over, "p.verdict").concat();
    assert!(verdict.contains("its last day"), "{verdict}");
    let said_of_it = said(&over, "main").concat();
    assert!(
        !said_of_it.contains("if nothing is recorded"),
        "{said_of_it}"
    );
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

async fn a_group_that_published_nothing_leads_to_publishing(service: Service) {
    acme(&service).await;
    let group = service.get("/v1/groups/acme").await.ok();
    let id = text(&group, "id");
    let (own, publishing) = (
        format!("/console/groups/{id}"),
        format!("main a[href='/console/publishing/{id}']"),
    );
    let public = "main a[href='/acme/subprocessors']";
    let mut browser = browser(&service, "editor", &["acme"]).await;
    for path in ["/console/groups", &own] {
        let html = page(&mut browser, path).await;
        assert!(all(&html, public).is_empty(), "{path}");
        assert_eq!(all(&html, &publishing).len(), 1, "{path}");
    }
    let lists = "section[aria-labelledby=lists] p";
    let first = said(&page(&mut browser, "/").await, lists).concat();
    assert!(first.starts_with("Nothing was published yet."), "{first}");
    service.publish("acme").await;
    for path in ["/console/groups", &own, "/"] {
        let html = page(&mut browser, path).await;
        assert_eq!(all(&html, public).len(), 1, "{path}");
    }
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

async fn what_was_filled_in_follows_the_answers_until_somebody_changes_it(service: Service) {
    acme(&service).await;
    let slow = json!({"slug": "slow", "name": "Slow", "notice_days": 60, "source": "a test"});
    service.create("/v1/groups", &slow).await;
    let mut browser = browser(&service, "editor", &[]).await;
    let sheet = path_to_the_notice(&mut browser).await;
    assert_eq!(sheet.value("effective_from"), "2026-12-21");
    // Another group promises a longer notice: the day moves with it.
    let (_, mut sheet) = sheet.goes_on(&mut browser, "to:1").await;
    sheet.fill("group", "slow");
    let (_, mut sheet) = sheet.goes_on(&mut browser, "to:6").await;
    assert_eq!(sheet.value("effective_from"), "2027-01-20");
    // A day that somebody chose is theirs.
    sheet.fill("effective_from", "2027-05-01");
    let (_, mut sheet) = sheet.goes_on(&mut browser, "to:1").await;
    sheet.fill("group", "acme");
    let (_, sheet) = sheet.goes_on(&mut browser, "to:6").await;
    assert_eq!(sheet.value("effective_from"), "2027-05-01");
    // So with a short name, on the page of the name from which it is made.
    let mut sheet = Sheet::open(&mut browser, "/console/subprocessors/new/company").await;
    sheet
        .fill("legal_name", "Alte AG")
        .fill("source", "its website");
    let (_, mut sheet) = sheet.goes_on(&mut browser, "look").await;
    assert_eq!(sheet.value("slug"), "alte-ag");
    sheet.fill("legal_name", "Neue AG");
    let (_, mut sheet) = sheet.goes_on(&mut browser, "look").await;
    assert_eq!(sheet.value("slug"), "neue-ag");
    sheet
        .fill("slug", "die-neue")
        .fill("legal_name", "Neueste AG");
    let (_, sheet) = sheet.goes_on(&mut browser, "look").await;
    assert_eq!(sheet.value("slug"), "die-neue");
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
    // Nobody recorded a period of notice, which gives no leave to tell nobody.
    let html = page(&mut browser, &format!("/console/subprocessors/{id}")).await;
    let next = said(&html, "section.next").concat();
    assert!(
        next.contains("No notice period is recorded for")
            && next.contains("must be told beforehand"),
        "{next}"
    );
    assert_eq!(
        said(&html, "section.next a.button:not(.quiet)"),
        ["Announce it to the customers"]
    );
    let others = said(&html, "section.next a.button.quiet").join(" ");
    assert!(
        others.contains("Activate") && others.contains("Record the notice period"),
        "{others}"
    );
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
        let renamed = json!({"service": service_name});
        service
            .patch(&format!("/v1/subprocessors/{id}"), "*", &renamed)
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
