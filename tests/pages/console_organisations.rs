//! Companies, their certifications and what groups do with data, in the console.

use scraper::{ElementRef, Html, Selector};
use serde_json::json;

use crate::{
    authorization::people::{PASSWORD, made},
    fixture::{Browser, Service, Sheet, on_both_databases, text},
};

on_both_databases![
    who_reads_the_register_reads_its_nouns_and_nobody_else,
    a_list_is_narrowed_as_the_api_narrows_it,
    every_noun_can_be_had_as_a_file,
    an_unknown_seat_says_what_that_means,
    what_somebody_takes_part_in_stands_on_their_page_as_on_its_own,
    a_page_that_shows_less_than_there_is_leads_to_all_of_it,
    a_certification_stands_as_its_list_and_the_law_have_it_on_the_day,
    a_company_is_added_with_its_attributes_and_contacts,
    what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost,
    who_saves_over_somebody_else_sees_both_versions,
    the_end_of_a_certification_shows_what_falls_before_it_is_saved,
    the_past_is_only_read,
    another_groups_company_is_not_there,
    an_activity_is_added_and_changed,
];

const NOUNS: [&str; 4] = ["organisations", "mechanisms", "assessments", "activities"];

pub(super) async fn browser(service: &Service, role: &str, groups: &[&str]) -> Browser {
    let name = format!("{role}-{}", groups.join("-"));
    made(service, name.trim_end_matches('-'), role, groups).await;
    let mut browser = Browser::of(service);
    assert_eq!(
        browser
            .sign_in(name.trim_end_matches('-'), PASSWORD)
            .await
            .status,
        303
    );
    browser
}

pub(super) async fn page(browser: &mut Browser, path: &str) -> Html {
    let answer = browser.open(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    Html::parse_document(&answer.text())
}

pub(super) fn all<'a>(html: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    let selector = Selector::parse(selector).expect("a selector of the test's own");
    html.select(&selector).collect()
}

/// What a page shows under a selector, each in words.
pub(super) fn said(html: &Html, selector: &str) -> Vec<String> {
    let words = |element: ElementRef<'_>| {
        let words: Vec<&str> = element.text().flat_map(str::split_whitespace).collect();
        words.join(" ")
    };
    all(html, selector).into_iter().map(words).collect()
}

/// The id of an organisation.
async fn id(service: &Service, slug: &str) -> String {
    let found = service.get(&format!("/v1/organisations/{slug}")).await.ok();
    text(&found, "id").to_owned()
}

async fn who_reads_the_register_reads_its_nouns_and_nobody_else(service: Service) {
    let company = id(&service, "qcontact-inc").await;
    for role in ["admin", "editor", "approver", "reader", "checker"] {
        let mut browser = browser(&service, role, &[]).await;
        let reads = role != "checker";
        let writes = ["admin", "editor"].contains(&role);
        let mut paths: Vec<(String, bool)> = Vec::new();
        for noun in NOUNS {
            paths.push((format!("/console/{noun}"), reads));
            paths.push((format!("/console/{noun}/new"), writes));
        }
        let own = format!("/console/organisations/{company}");
        paths.push((own.clone(), reads));
        paths.push((format!("{own}/edit"), writes));
        paths.push((format!("{own}/certifications/new"), writes));
        for (path, may) in paths {
            let answer = browser.open(&path).await;
            let expected = if may { 200 } else { 403 };
            assert_eq!(answer.status, expected, "{role}: {path}: {}", answer.text());
            if !writes {
                let html = Html::parse_document(&answer.text());
                let buttons = said(&html, "main a.button");
                assert!(buttons.is_empty(), "{role}: {path}: {buttons:?}");
            }
        }
    }
}

async fn a_list_is_narrowed_as_the_api_narrows_it(service: Service) {
    let mut browser = browser(&service, "reader", &[]).await;
    for query in [
        "q=contact",
        "kind=group_company",
        "group=qcontact",
        "seat=US&kind=third_party",
        "framework=eu-us-dpf",
        "unknown_seat=true",
        "checked=true",
    ] {
        let path = format!("/v1/organisations?limit=50&{query}");
        let found = service.get(&path).await.ok();
        let found = found["items"].as_array().expect("items").clone();
        let names: Vec<String> = found
            .iter()
            .map(|one| {
                text(one, "legal_name")
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect();
        let html = page(&mut browser, &format!("/console/organisations?{query}")).await;
        assert_eq!(said(&html, "main tbody th"), names, "{query}");
        assert_eq!(names.is_empty(), query == "checked=true", "{query}");
    }
}

async fn every_noun_can_be_had_as_a_file(service: Service) {
    let mut browser = browser(&service, "reader", &[]).await;
    for noun in NOUNS {
        let html = page(&mut browser, &format!("/console/{noun}")).await;
        let links = all(&html, ".exports a");
        assert_eq!(links.len(), 3, "{noun}");
        for (link, kind) in links.iter().zip(["text/csv", "spreadsheetml", "json"]) {
            let href = link.attr("href").expect("where it is");
            let file = browser.open(href).await;
            assert_eq!(file.status, 200, "{href}: {}", file.text());
            assert!(
                file.media_type().contains(kind),
                "{href}: {}",
                file.media_type()
            );
        }
    }
}

async fn an_unknown_seat_says_what_that_means(service: Service) {
    let mut browser = browser(&service, "reader", &[]).await;
    let unknown = id(&service, "qiscus-customers").await;
    let html = page(&mut browser, &format!("/console/organisations/{unknown}")).await;
    let facts = said(&html, "main dl").concat();
    assert!(facts.contains("not known"), "{facts}");
    assert!(facts.contains("never permits anything"), "{facts}");
    // What a company is bound to by its group's engagements stands among what leads from it.
    let bound = self::id(&service, "qiscus-pte-ltd").await;
    let html_of = page(&mut browser, &format!("/console/organisations/{bound}")).await;
    let rows = said(&html_of, "#used tbody tr");
    assert!(
        rows.iter().any(|row| row.contains("engagement")),
        "{rows:?}"
    );
    // Whom they pass data on to, as a picture and as a table.
    assert_eq!(all(&html, "svg.graph").len(), 1);
    assert!(!all(&html, "svg.graph .weakest .said").is_empty());
    let rows = said(&html, "#upstream tbody tr");
    assert!(
        rows.iter().any(|row| row.contains("Qiscus Pte Ltd")),
        "{rows:?}"
    );
}

async fn what_somebody_takes_part_in_stands_on_their_page_as_on_its_own(service: Service) {
    let mut browser = browser(&service, "reader", &[]).await;
    // Whom a group engages; a company of the group, which sends under all that binds it; and the ends
    // of a flow.
    for (slug, list) in [
        ("stripe", "/v1/subprocessors?organisation=stripe"),
        ("qcontact-inc", "/v1/subprocessors?group=qcontact"),
        ("qcontact-ltd", "/v1/subprocessors?group=qcontact"),
        ("qcontact-ltd", "/v1/flows?importer=qcontact-ltd"),
        (
            "qcontact-customers",
            "/v1/flows?exporter=qcontact-customers",
        ),
    ] {
        let own = format!("/console/organisations/{}", id(&service, slug).await);
        let html = page(&mut browser, &own).await;
        let found = service.get(list).await.ok();
        let found = found["items"].as_array().expect("items").clone();
        assert!(!found.is_empty(), "{list}");
        for one in found {
            let row = all(&html, "#used tbody tr")
                .into_iter()
                .find(|row| row.html().contains(&format!("/{}\"", text(&one, "id"))));
            let row = row.unwrap_or_else(|| panic!("{slug}: {one}"));
            let row = Html::parse_fragment(&format!("<table>{}</table>", row.html()));
            let path = all(&row, "th a")[0].attr("href").expect("its page");
            let of_its_own = page(&mut browser, path).await;
            let states = said(&of_its_own, "main .state");
            assert_eq!(
                said(&row, "td .state").first(),
                states.first(),
                "{slug}: {path}"
            );
        }
    }
    // On a day on which there was none, that is said.
    let own = format!("/console/organisations/{}", id(&service, "stripe").await);
    let before = page(&mut browser, &format!("{own}?as_of=2017-01-01")).await;
    assert_eq!(
        said(&before, "#used .empty"),
        ["No engagement or flow leads to it, or from it, on this day."]
    );
}

async fn a_page_that_shows_less_than_there_is_leads_to_all_of_it(service: Service) {
    let mut browser = browser(&service, "reader", &[]).await;
    let flow = json!({"exporter": "botsify", "importer": "stripe", "valid_from": "2027-01-01",
        "source": "a test"});
    for _ in 0..51 {
        service.create("/v1/flows", &flow).await;
    }
    for (slug, whole) in [
        ("stripe", "/console/flows?importer=stripe"),
        ("botsify", "/console/flows?exporter=botsify"),
    ] {
        let own = format!("/console/organisations/{}", id(&service, slug).await);
        let html = page(&mut browser, &own).await;
        let links = all(&html, "#used > ul a");
        let links: Vec<&str> = links.iter().filter_map(|link| link.attr("href")).collect();
        assert_eq!(links, [whole], "{slug}");
        page(&mut browser, whole).await;
    }
}

async fn a_certification_stands_as_its_list_and_the_law_have_it_on_the_day(service: Service) {
    let mut browser = browser(&service, "reader", &[]).await;
    let id = id(&service, "qcontact-inc").await;
    for (day, states) in [
        ("2019-05-31", ["Not active yet", "Not active yet"]),
        (
            "2020-07-15",
            ["Active, never checked", "Active, never checked"],
        ),
        // The EU's decision fell on 16 July 2020 (C-311/18), the Swiss one on 8 September.
        (
            "2020-07-16",
            [
                "Listed, but the decision that it served ended on 15 July 2020 (C-311/18)",
                "Active, never checked",
            ],
        ),
        (
            "2020-09-08",
            [
                "Listed, but the decision that it served ended on 15 July 2020 (C-311/18)",
                "Listed, but the decision that it served ended on 7 September 2020 (FDPIC removed \
                 the indication on 2020-09-08 (policy paper))",
            ],
        ),
    ] {
        let path = format!("/console/organisations/{id}?as_of={day}");
        let html = page(&mut browser, &path).await;
        assert_eq!(said(&html, "#certifications td .state"), states, "{day}");
    }
}

async fn a_company_is_added_with_its_attributes_and_contacts(service: Service) {
    let mut browser = browser(&service, "editor", &[]).await;
    let before = service.head().await;
    let opened = browser
        .open("/console/organisations/new?kind=third_party")
        .await;
    let sheet = Sheet::on(&opened);
    assert_eq!(sheet.typed("kind"), Some("third_party"));
    assert_eq!(
        sheet.typed("on_public_list"),
        Some("true"),
        "unless it is taken away"
    );
    let sheet = sheet
        .with("slug", "maple-cloud")
        .with("legal_name", "Maple Cloud Inc.")
        .with("seat", "CA")
        .with("attributes.subject_to_pipeda", "true")
        .with("contacts.0.kind", "data_protection")
        .with("contacts.0.email", "privacy@maple.example")
        .with("source", "a test")
        .without("on_public_list");
    // A row more loses nothing, and an empty one is none.
    let sheet = sheet.turn(&mut browser, "more:contacts").await;
    assert_eq!(sheet.typed("contacts.1.email"), Some(""));
    assert_eq!(
        sheet.typed("contacts.0.email"),
        Some("privacy@maple.example")
    );
    let looked = sheet.press(&mut browser, "look").await;
    assert!(
        looked
            .text()
            .contains("No verdict about a registered engagement or flow changes.")
    );
    assert_eq!(service.head().await, before, "nothing is saved by looking");
    let leads = Sheet::on(&looked).press(&mut browser, "save").await;
    assert_eq!(leads.status, 303, "{}", leads.text());
    let leads = leads.header("location").expect("where it leads").to_owned();
    let made = service.get("/v1/organisations/maple-cloud").await.ok();
    assert_eq!(made["attributes"], json!({"subject_to_pipeda": true}));
    assert_eq!(made["on_public_list"], false);
    assert_eq!(
        made["contacts"],
        json!([{"kind": "data_protection", "email": "privacy@maple.example"}])
    );
    assert_eq!(
        leads,
        format!("/console/organisations/{}?said=saved", text(&made, "id"))
    );
    let html = page(&mut browser, &leads).await;
    assert_eq!(said(&html, "h1"), ["Maple Cloud Inc."]);
    let facts = said(&html, "main dl").concat();
    assert!(facts.contains("Canada: subject to PIPEDA"), "{facts}");
}

async fn what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(service: Service) {
    let mut browser = browser(&service, "editor", &[]).await;
    let opened = browser.open("/console/organisations/new").await;
    let sheet = Sheet::on(&opened)
        .with("kind", "third_party")
        .with("slug", "Not A Slug")
        .with("legal_name", "  Maple <b>Cloud</b> Inc. ")
        .with("contacts.0.email", "privacy@maple.example");
    let refused = sheet.press(&mut browser, "look").await;
    assert_eq!(refused.status, 422);
    let html = Html::parse_document(&refused.text());
    for field in ["source", "contacts.0.kind"] {
        let id = format!("[id=\"f-{field}\"]");
        assert_eq!(
            all(&html, &format!("{id}[aria-invalid=true]")).len(),
            1,
            "{field}"
        );
        let way = format!(".errors a[href=\"#f-{field}\"]");
        assert_eq!(all(&html, &way).len(), 1, "{field}");
    }
    let sheet = Sheet::on(&refused);
    assert_eq!(sheet.typed("slug"), Some("Not A Slug"));
    assert_eq!(
        sheet.typed("legal_name"),
        Some("  Maple <b>Cloud</b> Inc. ")
    );
    assert_eq!(
        sheet.typed("contacts.0.email"),
        Some("privacy@maple.example")
    );
}

async fn who_saves_over_somebody_else_sees_both_versions(service: Service) {
    let mut browser = browser(&service, "editor", &[]).await;
    let id = id(&service, "stripe").await;
    let path = format!("/console/organisations/{id}/edit");
    let sheet = Sheet::on(&browser.open(&path).await).with("registration", "mine");
    let object = format!("/v1/organisations/{id}");
    service
        .patch(
            &object,
            "*",
            &json!({"registration": "theirs", "seat_note": "theirs too"}),
        )
        .await
        .ok();
    let stale = sheet.press(&mut browser, "look").await;
    assert_eq!(stale.status, 412);
    let html = Html::parse_document(&stale.text());
    let rows = said(&html, ".stale tbody tr");
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(
        rows.iter()
            .any(|row| row.contains("mine") && row.contains("theirs")),
        "{rows:?}"
    );
    let sheet = Sheet::on(&stale);
    assert_eq!(sheet.typed("registration"), Some("mine"), "nothing is lost");
    sheet.saved(&mut browser).await;
    let now = service.get(&object).await.ok();
    assert_eq!(text(&now, "registration"), "mine");
    // What only the other changed was not typed here, and stays.
    assert_eq!(text(&now, "seat_note"), "theirs too");
}

async fn the_end_of_a_certification_shows_what_falls_before_it_is_saved(service: Service) {
    let mut browser = browser(&service, "editor", &[]).await;
    let held = service.get("/v1/organisations/stripe").await.ok();
    let dpf = held["certifications"].as_array().expect("certifications");
    let dpf = dpf
        .iter()
        .find(|one| one["framework"] == "eu-us-dpf")
        .expect("the DPF");
    let own = format!("/console/organisations/{}", text(&held, "id"));
    let path = format!("{own}/certifications/{}/end", text(dpf, "id"));
    let opened = browser.open(&path).await;
    assert!(
        opened.text().contains("EU-US Data Privacy Framework"),
        "it says what ends"
    );
    let before = service.head().await;
    let sheet = Sheet::on(&opened).with("last_day", "2026-11-20");
    let looked = sheet.press(&mut browser, "look").await;
    assert_eq!(looked.status, 200, "{}", looked.text());
    let html = Html::parse_document(&looked.text());
    let fallen = said(&html, ".effects tbody .state.denied");
    assert!(!fallen.is_empty(), "{}", looked.text());
    assert_eq!(service.head().await, before);
    let leads = sheet.saved(&mut browser).await;
    assert_eq!(leads, format!("{own}?said=saved"));
    let html = page(&mut browser, &leads).await;
    assert!(said(&html, "#certifications td .state").contains(&"Ended".to_owned()));
    // Who presses save without having looked looks first.
    let again = format!("{own}/certifications/{}/edit", text(dpf, "id"));
    let sheet = Sheet::on(&browser.open(&again).await).with("covers_hr", "true");
    let before = service.head().await;
    let looked = sheet.press(&mut browser, "save").await;
    assert_eq!(looked.status, 200);
    assert_eq!(service.head().await, before);
}

async fn the_past_is_only_read(service: Service) {
    let mut browser = browser(&service, "editor", &[]).await;
    let id = id(&service, "stripe").await;
    let own = format!("/console/organisations/{id}");
    let html = page(&mut browser, &format!("{own}?as_of=2024-01-01")).await;
    assert!(said(&html, "main a.button").is_empty());
    let links = all(&html, "main a[href^='/console']");
    assert!(!links.is_empty());
    for link in links {
        let href = link.attr("href").unwrap_or_default();
        assert!(href.contains("as_of=2024-01-01"), "{href} leaves the day");
    }
    for form in ["edit", "certifications/new"] {
        let answer = browser
            .open(&format!("{own}/{form}?as_of=2024-01-01"))
            .await;
        assert_eq!(answer.status, 403, "{form}");
    }
    let sheet = Sheet::on(&browser.open(&format!("{own}/edit")).await);
    assert_eq!(sheet.press(&mut browser, "look").await.status, 200);
}

async fn another_groups_company_is_not_there(service: Service) {
    let mut browser = browser(&service, "editor", &["qiscus"]).await;
    let (theirs, own) = (
        id(&service, "qcontact-inc").await,
        id(&service, "qiscus-pte-ltd").await,
    );
    for rest in ["", "/edit", "/certifications/new"] {
        let path = format!("/console/organisations/{theirs}{rest}");
        assert_eq!(browser.open(&path).await.status, 404, "{path}");
        let path = format!("/console/organisations/{own}{rest}");
        assert_eq!(browser.open(&path).await.status, 200, "{path}");
    }
    let html = page(&mut browser, "/console/organisations?q=contact").await;
    assert!(!said(&html, "main").concat().contains("QContact, Inc."));
}

async fn an_activity_is_added_and_changed(service: Service) {
    let mut browser = browser(&service, "editor", &[]).await;
    let opened = browser.open("/console/activities/new?group=qiscus").await;
    let leads = Sheet::on(&opened)
        .with("name", "Answering support requests")
        .with("purpose", "customer_support")
        .with("data_categories", "support")
        .with(
            "legal_bases",
            "contract: to answer, and to remember\nlegitimate interests: quality",
        )
        .with("source", "a test")
        .saved(&mut browser)
        .await;
    let (path, _) = leads.split_once('?').expect("what was said");
    let html = page(&mut browser, path).await;
    assert_eq!(said(&html, "h1"), ["Answering support requests"]);
    let listed = page(&mut browser, "/console/activities?data_category=support").await;
    assert!(said(&listed, "tbody th").contains(&"Answering support requests".to_owned()));
    let id = path.rsplit('/').next().expect("an id").to_owned();
    let object = format!("/v1/processing-activities/{id}");
    let bases = json!([
        "contract: to answer, and to remember",
        "legitimate interests: quality"
    ]);
    assert_eq!(service.get(&object).await.ok()["legal_bases"], bases);
    let opened = browser.open(&format!("{path}/edit")).await;
    let sheet = Sheet::on(&opened).with("retention", "two years");
    sheet.saved(&mut browser).await;
    let now = service.get(&object).await.ok();
    assert_eq!(text(&now, "retention"), "two years");
    assert_eq!(now["legal_bases"], bases);
}
