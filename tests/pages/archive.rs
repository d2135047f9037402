//! The list of other days, two days side by side, and what was published.

use serde_json::json;

use super::reading::{all, page_at, within, words};
use crate::fixture::{Answer, Service, on_both_databases, text};

on_both_databases![
    a_day_has_an_address_that_stays,
    two_days_differ_in_what_was_added_and_what_the_law_changed,
    what_is_published_stands_in_the_log_and_nothing_else,
    what_is_to_come_is_told_with_its_days_and_what_it_changes,
    an_end_that_is_ahead_is_told_as_one,
    hostile_words_stay_words_on_every_page,
    a_page_of_a_subprocessor_tells_all_that_is_published_of_it,
];

async fn a_day_has_an_address_that_stays(service: Service) {
    let rows = |html: &scraper::Html| {
        let rows = all(html, "tr[id^=engagement-]");
        rows.iter().map(words).collect::<Vec<_>>()
    };
    let (_, asked) = page_at(&service, "/botsify/subprocessors?as_of=2023-09-01").await;
    let (answer, kept) = page_at(&service, "/botsify/subprocessors/as-of/2023-09-01").await;
    assert_eq!(rows(&asked), rows(&kept));
    assert!(!rows(&kept).is_empty());
    assert!(answer.text().contains("1 September 2023"));
    let permanent = "/botsify/subprocessors/as-of/2023-09-01";
    assert_eq!(
        all(&asked, &format!("footer a[href='{permanent}']")).len(),
        1
    );
    let early = page_at(&service, "/botsify/subprocessors/as-of/2018-04-30")
        .await
        .1;
    assert!(rows(&early).is_empty());
    let shown = words(&early.root_element());
    assert!(
        shown.contains("No subprocessor is recorded as engaged"),
        "{shown}"
    );
    for query in ["as_of=2020-01-01", "from=2020-01-01"] {
        let refused = service.get_publicly(&format!("{permanent}?{query}")).await;
        assert_eq!(refused.status, 422, "{query}");
    }
}

async fn two_days_differ_in_what_was_added_and_what_the_law_changed(service: Service) {
    let compared = async |group: &str, from: &str, to: &str| {
        let path = format!("/{group}/subprocessors/compare?from={from}&to={to}");
        page_at(&service, &path).await.1
    };
    let law = compared("botsify", "2023-08-31", "2023-09-01").await;
    assert!(all(&law, "#added").is_empty() && all(&law, "#removed").is_empty());
    let changed: Vec<_> = all(&law, "tbody").iter().map(words).collect();
    let stripe = changed.iter().find(|one| one.starts_with("Stripe"));
    let stripe = stripe.unwrap_or_else(|| panic!("{changed:?}"));
    assert!(stripe.contains("none recorded"), "{stripe}");
    assert!(
        stripe.contains("Adequacy decision (Art. 45 GDPR)"),
        "{stripe}"
    );
    assert!(
        !changed.iter().any(|one| one.starts_with("Meta")),
        "{changed:?}"
    );

    let first = compared("qcontact", "2019-05-31", "2019-06-01").await;
    let added = all(&first, "section[aria-labelledby=added] li").len();
    let list = service
        .get_publicly("/qcontact/subprocessors.json?as_of=2019-06-01")
        .await
        .ok();
    assert_eq!(added, list["subprocessors"].as_array().unwrap().len());
    assert!(all(&first, "#removed").is_empty() && all(&first, "#changed").is_empty());
    let back = compared("qcontact", "2019-06-01", "2019-05-31").await;
    let removed = all(&back, "section[aria-labelledby=removed] li").len();
    assert_eq!(removed, added);

    let same = compared("botsify", "2026-11-20", "2026-11-21").await;
    let shown = words(&same.root_element());
    assert!(
        shown.contains("Nothing differs between the two days."),
        "{shown}"
    );
    page_at(&service, "/botsify/subprocessors/compare").await;
}

/// The one engagement of a third party, and its path.
async fn engagement(service: &Service, group: &str, organisation: &str) -> (String, String) {
    let path = format!("/v1/subprocessors?group={group}&organisation={organisation}");
    let found = service.every(&path, 50).await.remove(0);
    let id = text(&found, "id").to_owned();
    let path = format!("/v1/subprocessors/{id}");
    (id, path)
}

async fn patched(service: &Service, path: &str, changes: serde_json::Value) -> Answer {
    let tag = service.get(path).await.tag().to_owned();
    let answer = service.patch(path, &tag, &changes).await;
    answer.clone().ok();
    answer
}

async fn what_is_published_stands_in_the_log_and_nothing_else(service: Service) {
    let (_, path) = engagement(&service, "botsify", "stripe").await;
    let log = "/botsify/subprocessors/changes";
    let of_stripe = "/botsify/subprocessors/stripe";
    let (_, before) = page_at(&service, log).await;
    assert_eq!(all(&before, "section").len(), 1);
    let shown = words(&before.root_element());
    assert!(shown.contains("First version of this list."), "{shown}");

    patched(
        &service,
        &path,
        json!({"service": "Card payments", "data_categories": ["billing", "contact"]}),
    )
    .await;
    for page in [log, of_stripe, "/botsify/subprocessors"] {
        let (answer, _) = page_at(&service, page).await;
        assert!(
            !answer.text().contains("Card payments"),
            "{page}: it is not published yet"
        );
    }
    service.publish("botsify").await;
    let (_, html) = page_at(&service, log).await;
    let versions = all(&html, "section");
    assert_eq!(versions.len(), 2);
    let newest = words(&versions[0]);
    assert!(newest.starts_with("Version 2"), "{newest}");
    assert!(
        newest.contains("Service: ") && newest.contains("became Card payments"),
        "{newest}"
    );
    assert!(
        newest.contains("became contact details, billing and payment data"),
        "{newest}"
    );
    let (_, html) = page_at(&service, of_stripe).await;
    let history = words(&all(&html, ".history")[0]);
    assert!(history.contains("became Card payments"), "{history}");
    let german = page_at(&service, &format!("{log}?lang=de")).await.1;
    let shown = words(&german.root_element());
    assert!(shown.contains("wurde Card payments"), "{shown}");
    assert!(
        shown.contains("wurde Kontaktdaten, Abrechnungs- und Zahlungsdaten"),
        "{shown}"
    );
    let other = page_at(&service, "/qcontact/subprocessors/changes").await.1;
    assert_eq!(all(&other, "section").len(), 1, "each group has its own");
}

async fn what_is_to_come_is_told_with_its_days_and_what_it_changes(service: Service) {
    let (id, path) = engagement(&service, "botsify", "stripe").await;
    let locations = json!({"locations": [
        {"place": "US", "activity": "storage", "until": "2026-12-14"},
        {"place": "CN", "activity": "storage", "from": "2026-12-15"}]});
    patched(&service, &path, locations).await;
    let new = json!({
        "group": "botsify", "organisation": "cloudflare", "service": "Content delivery",
        "purpose": "content_delivery", "effective_from": "2027-02-01",
        "source": "test"});
    let proposed = service.create("/v1/subprocessors", &new).await;
    let body = proposed.json();
    let announced = format!("/v1/subprocessors/{}", text(&body, "id"));
    service.publish("botsify").await;
    let (_, html) = page_at(&service, "/botsify/subprocessors/upcoming").await;
    assert_eq!(
        all(&html, "main section").len(),
        1,
        "a proposal is nobody's business"
    );
    let moves = all(&html, "main section")[0];
    let said = words(&moves);
    assert!(
        said.contains("changes where it processes data, from 15 December 2026"),
        "{said}"
    );
    assert_eq!(within(moves, &format!("#change-{id}-2026-12-15")).len(), 1);
    let rows = within(moves, "tbody tr");
    assert_eq!(rows.len(), 2);
    let places = words(&rows[0]);
    assert!(
        places.contains("United States (storage) China (storage)"),
        "{places}"
    );
    let bases = words(&rows[1]);
    assert!(
        bases.contains("(Art. 45 GDPR)") && bases.contains("none recorded"),
        "{bases}"
    );

    let tag = service.get(&announced).await.tag().to_owned();
    let days = json!({"announced_on": "2026-11-21", "objection_until": "2026-12-31"});
    let told = service
        .step(&format!("{announced}/announce"), &tag, &days)
        .await;
    assert_eq!(told.status, 200, "{}", told.text());
    service.publish("botsify").await;
    let (_, html) = page_at(&service, "/botsify/subprocessors/upcoming").await;
    let sections = all(&html, "main section");
    assert_eq!(sections.len(), 2, "by day");
    let said = words(&sections[1]);
    for expected in [
        "takes effect on 1 February 2027",
        "31 December 2026 , end of the day (Brussels time)",
        "not engaged",
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    let (_, list) = page_at(&service, "/botsify/subprocessors").await;
    assert_eq!(all(&list, "section.upcoming li").len(), 2);
    let (_, log) = page_at(&service, "/botsify/subprocessors/changes").await;
    let newest = words(&all(&log, "section")[0]);
    assert!(
        newest.contains("was announced, to take effect on 1 February 2027"),
        "{newest}"
    );
    assert!(!newest.contains("was added"), "{newest}");
    let (_, past) = page_at(&service, "/botsify/subprocessors/upcoming?as_of=2026-11-01").await;
    assert!(
        all(&past, "main section").is_empty(),
        "looking back, nothing is to come"
    );
    let said = words(&all(&past, "main")[0]);
    assert!(
        said.contains("looks ahead from today only") && !said.contains("No change is planned"),
        "{said}"
    );
    let compared = "/botsify/subprocessors/compare?from=2026-11-01";
    assert_eq!(all(&past, &format!("main a[href='{compared}']")).len(), 1);
    let (_, past) = page_at(&service, "/botsify/subprocessors?as_of=2026-11-01").await;
    let edition = words(&all(&past, ".edition")[0]);
    assert!(!edition.contains("Next planned change"), "{edition}");
}

async fn an_end_that_is_ahead_is_told_as_one(service: Service) {
    let (_, path) = engagement(&service, "botsify", "stripe").await;
    let tag = service.get(&path).await.tag().to_owned();
    let ending = json!({"last_day": "2027-01-31"});
    let ended = service.step(&format!("{path}/end"), &tag, &ending).await;
    assert_eq!(ended.status, 200, "{}", ended.text());
    service.publish("botsify").await;
    let (_, log) = page_at(&service, "/botsify/subprocessors/changes").await;
    let newest = words(&all(&log, "section")[0]);
    assert!(
        newest.contains("will end; last day 31 January 2027"),
        "{newest}"
    );
    assert!(!newest.contains("not recorded"), "{newest}");
    let (_, list) = page_at(&service, "/botsify/subprocessors").await;
    let next = words(&all(&list, ".edition")[0]);
    assert!(
        next.contains("Next planned change 1 February 2027"),
        "{next}"
    );
}

async fn hostile_words_stay_words_on_every_page(service: Service) {
    let hostile = "<script>alert(1)</script>\"'&<img src=x onerror=alert(1)>";
    let (_, path) = engagement(&service, "botsify", "stripe").await;
    let facts = json!({"service": hostile, "description": hostile, "data_subjects": hostile,
        "condition": hostile, "note": hostile});
    patched(&service, &path, facts).await;
    let organisation = service.get("/v1/organisations/stripe").await;
    let tag = organisation.tag().to_owned();
    let renamed = json!({"legal_name": hostile, "registration": hostile, "seat_note": hostile});
    let organisation = organisation.ok();
    let path = format!("/v1/organisations/{}", text(&organisation, "id"));
    service.patch(&path, &tag, &renamed).await.ok();
    service.publish("botsify").await;
    for page in [
        "",
        "?q=%3Cscript%3E",
        "?product=%3Cscript%3E",
        "/changes",
        "/stripe",
        "/compare?from=2017-01-01&to=2026-11-21",
        "/compare?from=2023-08-31&to=2023-09-01",
    ] {
        let (answer, html) = page_at(&service, &format!("/botsify/subprocessors{page}")).await;
        assert!(
            all(&html, "script, img").is_empty(),
            "{page}: {}",
            answer.text()
        );
        assert!(html.errors.is_empty(), "{page}: {:?}", html.errors);
        let shown = words(&html.root_element());
        assert!(
            shown.contains("<script>alert(1)</script>\"'&<img"),
            "{page}: {shown}"
        );
    }
}

async fn a_page_of_a_subprocessor_tells_all_that_is_published_of_it(service: Service) {
    let (_, html) = page_at(&service, "/botsify/subprocessors/stripe").await;
    let shown = words(&html.root_element());
    for expected in [
        "Subprocessor of Botsify",
        "United States",
        "EU-US Data Privacy Framework",
        "Swiss-US Data Privacy Framework",
        "not checked",
        "No other entity is recorded as operating a location.",
        "No change has been published since the first version.",
        "Registration not recorded",
    ] {
        assert!(shown.contains(expected), "{expected}: {shown}");
    }
    let (_, html) = page_at(&service, "/botsify/subprocessors/meta-platforms").await;
    let certifications = words(&all(&html, "section[aria-labelledby=certifications]")[0]);
    assert!(
        certifications.contains("none recorded in this demo"),
        "{certifications}"
    );
    // A place without days of its own is touched throughout.
    let (_, html) = page_at(&service, "/qcontact/subprocessors/qcontact-datacentre").await;
    let places: Vec<_> = all(&html, "main section table").iter().map(words).collect();
    assert!(
        places.iter().any(|one| one.contains("throughout")),
        "{places:?}"
    );
    // Whose data it is never has a page, nor who serves another group, nor a group's own company.
    for slug in ["qcontact-customers", "google", "qcontact-inc"] {
        let path = format!("/botsify/subprocessors/{slug}");
        assert_eq!(service.get_publicly(&path).await.status, 404, "{slug}");
    }
    for slug in ["upcoming", "changes", "compare", "as-of"] {
        let new = json!({"slug": slug, "kind": "third_party", "legal_name": "X", "source": "test"});
        let refused = service.post("/v1/organisations", &new).await;
        assert_eq!(refused.status, 422, "{slug}: {}", refused.text());
        assert!(
            refused.text().contains("reserved"),
            "{slug}: {}",
            refused.text()
        );
    }
}
