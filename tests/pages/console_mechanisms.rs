//! Mechanisms in the console: recorded step by step, and what each needs.

use scraper::Html;
use serde_json::{Value, json};

use super::console_organisations::{all, browser, page, said};
use crate::fixture::{Answer, Service, Sheet, on_both_databases, text};

on_both_databases![
    a_contract_is_recorded_in_the_order_in_which_it_is_read,
    going_back_loses_nothing_and_what_is_wrong_stays_on_its_page,
    only_what_matters_for_the_tool_is_asked,
    a_mechanism_says_what_is_missing_and_what_rests_on_it,
    a_party_accedes_and_a_mechanism_ends,
    a_derogation_keeps_its_uses,
    another_groups_mechanism_is_not_there,
];

/// The address to which a remedy leads.
const REMEDY: &str = "/console/mechanisms/new?tool=scc-2021-914&module=2\
    &parties.0.organisation=quickbots-customers&parties.0.side=exporter\
    &parties.1.organisation=netcode&parties.1.side=importer";

fn heading(page: &Answer) -> String {
    let html = Html::parse_document(&page.text());
    said(&html, "form.sheet > h2").join(" ")
}

/// Clauses between the customers of QuickBots and Netcode, over the API; gives the id.
pub(super) async fn clauses(service: &Service, more: &Value) -> String {
    let mut new = json!({
        "tool": "scc-2021-914", "module": 2, "signed_on": "2022-03-01", "source": "a test",
        "checked_on": "2026-01-01", "title": "DPA of QuickBots",
        "parties": [
            {"organisation": "quickbots-customers", "side": "exporter"},
            {"organisation": "netcode", "side": "importer"},
        ],
    });
    for (name, value) in more.as_object().expect("fields") {
        new[name] = value.clone();
        if value.is_null() {
            new.as_object_mut().expect("fields").remove(name);
        }
    }
    let made = service.create("/v1/mechanisms", &new).await.json();
    text(&made, "id").to_owned()
}

async fn a_contract_is_recorded_in_the_order_in_which_it_is_read(service: Service) {
    let mut browser = browser(&service, "editor", &[]).await;
    let before = service.head().await;
    let opened = browser.open(REMEDY).await;
    assert_eq!(heading(&opened), "Step 1 of 5: What was agreed");
    let sheet = Sheet::on(&opened);
    assert_eq!(sheet.typed("tool"), Some("scc-2021-914"));
    assert_eq!(sheet.typed("module"), Some("2"));
    let second = sheet.press(&mut browser, "on").await;
    assert_eq!(heading(&second), "Step 2 of 5: Who is bound");
    let sheet = Sheet::on(&second);
    assert_eq!(sheet.typed("parties.1.organisation"), Some("netcode"));
    let sheet = sheet.turn(&mut browser, "on").await;
    let sheet = sheet
        .with("signed_on", "2022-03-01")
        .turn(&mut browser, "on")
        .await;
    let sheet = sheet.with("statements.swiss_addendum", "true");
    let last = sheet.press(&mut browser, "on").await;
    assert_eq!(heading(&last), "Step 5 of 5: The document");
    let sheet = Sheet::on(&last).with("source", "the signed addendum");
    let summary = sheet.press(&mut browser, "look").await;
    assert_eq!(summary.status, 200, "{}", summary.text());
    let html = Html::parse_document(&summary.text());
    let answers = said(&html, ".answered").join(" ");
    for answer in [
        "Module 2: controller to processor",
        "1 March 2022",
        "the signed addendum",
        "It has the Swiss adaptations yes",
    ] {
        assert!(answers.contains(answer), "{answer}: {answers}");
    }
    assert_eq!(all(&html, ".effect").len(), 1);
    assert_eq!(service.head().await, before, "nothing is saved yet");
    let saved = Sheet::on(&summary).press(&mut browser, "save").await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    let leads = saved.header("location").expect("where it leads").to_owned();
    let id = leads
        .trim_start_matches("/console/mechanisms/")
        .trim_end_matches("?said=saved");
    let made = service.get(&format!("/v1/mechanisms/{id}")).await.ok();
    assert_eq!(made["module"], 2);
    assert_eq!(made["statements"]["swiss_addendum"], true);
    assert_eq!(made["parties"].as_array().map(Vec::len), Some(2));
    // The same once more would be the same mechanism: the form counts once.
    let again = Sheet::on(&summary).press(&mut browser, "save").await;
    assert_eq!(again.header("location"), Some(leads.as_str()));
}

async fn going_back_loses_nothing_and_what_is_wrong_stays_on_its_page(service: Service) {
    let mut browser = browser(&service, "editor", &[]).await;
    // These clauses have modules, so the next page asks for one, and does not let it be forgotten.
    let opened = browser.open("/console/mechanisms/new").await;
    let sheet = Sheet::on(&opened).with("tool", "scc-2021-914");
    let refused = sheet.turn(&mut browser, "on").await;
    let refused = refused.press(&mut browser, "on").await;
    assert_eq!(refused.status, 422);
    assert_eq!(heading(&refused), "Step 2 of 5: Who is bound");
    let html = Html::parse_document(&refused.text());
    assert_eq!(all(&html, "#f-module[aria-invalid=true]").len(), 1);
    assert_eq!(all(&html, ".errors a[href=\"#f-parties\"]").len(), 1);
    let opened = browser.open(REMEDY).await;
    let sheet = Sheet::on(&opened).with("title", "A “title” <i>");
    let sheet = sheet
        .turn(&mut browser, "on")
        .await
        .turn(&mut browser, "on")
        .await;
    let refused = sheet
        .with("signed_on", "2022-02-30")
        .with("governing_law", "Irish law")
        .press(&mut browser, "on")
        .await;
    assert_eq!(refused.status, 422);
    let sheet = Sheet::on(&refused);
    assert_eq!(sheet.typed("signed_on"), Some("2022-02-30"));
    // Going back asks nothing.
    let back = sheet.press(&mut browser, "to:0").await;
    assert_eq!(heading(&back), "Step 1 of 5: What was agreed");
    let sheet = Sheet::on(&back);
    assert_eq!(sheet.typed("title"), Some("A “title” <i>"));
    assert_eq!(sheet.typed("governing_law"), Some("Irish law"));
    // At the end, the page on which something is wrong opens by itself.
    let refused = sheet.press(&mut browser, "look").await;
    assert_eq!(refused.status, 422);
    assert_eq!(
        heading(&refused),
        "Step 3 of 5: Since when, and under which law"
    );
    assert!(
        refused.text().contains("Step 5, Source"),
        "{}",
        refused.text()
    );
}

async fn only_what_matters_for_the_tool_is_asked(service: Service) {
    let mut browser = browser(&service, "editor", &[]).await;
    for (tool, asked, not) in [
        ("scc-2021-914", "swiss_addendum", "vital_interest"),
        ("derogation-49-1-f", "vital_interest", "swiss_addendum"),
        ("derogation-49-1-sub2", "repetitive", "explicit"),
    ] {
        let path = format!("/console/mechanisms/new?tool={tool}&form_at=3");
        let html = page(&mut browser, &path).await;
        let field = |name| format!("[id=\"f-statements.{name}\"]");
        assert_eq!(all(&html, &field(asked)).len(), 1, "{tool}: {asked}");
        assert!(all(&html, &field(not)).is_empty(), "{tool}: {not}");
    }
}

async fn a_mechanism_says_what_is_missing_and_what_rests_on_it(service: Service) {
    let mut editor = browser(&service, "editor", &[]).await;
    let mut browser = browser(&service, "reader", &[]).await;
    service
        .patch(
            "/v1/organisations/quickbots-customers",
            "*",
            &json!({"seat": "DE"}),
        )
        .await
        .ok();
    let id = clauses(&service, &json!({})).await;
    let own = format!("/console/mechanisms/{id}");
    let html = page(&mut browser, &own).await;
    let lead = said(&html, "main > .lead").concat();
    assert!(
        lead.contains("module 2 (controller to processor)"),
        "{lead}"
    );
    assert!(lead.contains("signed on 1 March 2022"), "{lead}");
    let states = said(&html, "#needs td .state");
    assert!(
        states.iter().all(|state| !state.contains("carries")),
        "{states:?}"
    );
    assert!(
        states.iter().any(|state| state.contains("Morocco")),
        "{states:?}"
    );
    // Who may not record it, or looks at another day, reads what would mend it and is led to no form.
    assert!(!said(&html, "#needs ol.steps li").is_empty());
    assert!(all(&html, "#needs ol.steps a").is_empty());
    let past = page(&mut editor, &format!("{own}?as_of=2022-03-02")).await;
    assert!(!said(&past, "#needs ol.steps li").is_empty());
    assert!(all(&past, "#needs ol.steps a").is_empty());
    let html = page(&mut editor, &own).await;
    let remedies = all(&html, "#needs ol.steps a[href*='/console/assessments/new']");
    let to = remedies
        .first()
        .and_then(|one| one.attr("href"))
        .unwrap_or_default();
    assert!(to.contains(&id) && to.contains("destination=MA"), "{to}");
    assert!(said(&html, "#resting").concat().contains("Nothing:"));
    let tia = json!({"mechanism": id, "destination": "MA", "conclusion": "favourable",
        "concluded_on": "2022-03-01", "source": "a test"});
    service.create("/v1/impact-assessments", &tia).await;
    let html = page(&mut browser, &own).await;
    let states = said(&html, "#needs td .state");
    assert!(
        states.iter().any(|state| state.contains("carries")),
        "{states:?}"
    );
    // Nobody made the Swiss adaptations.
    let swiss = said(&html, "#needs tbody tr");
    let swiss: Vec<&String> = swiss.iter().filter(|row| row.contains("FADP")).collect();
    assert!(
        !swiss.is_empty() && swiss.iter().all(|row| !row.contains("carries")),
        "{swiss:?}"
    );
    assert_eq!(said(&html, "#assessments td .state"), ["Favourable"]);
    let past = page(&mut browser, &format!("{own}?as_of=2022-02-28")).await;
    assert_eq!(said(&past, "main > p > .state"), ["Not begun yet"]);
    let then = page(&mut browser, &format!("{own}?as_of=2026-11-01")).await;
    for link in all(&then, "#resting a[href^='/console']") {
        let href = link.attr("href").unwrap_or_default();
        assert!(href.contains("as_of=2026-11-01"), "{href} leaves the day");
    }
    let known = page(&mut browser, &format!("{own}?known_at={}", Service::NOW)).await;
    assert!(said(&known, "#resting").concat().contains("known now"));
}

async fn a_party_accedes_and_a_mechanism_ends(service: Service) {
    let mut browser = browser(&service, "editor", &[]).await;
    let id = clauses(&service, &json!({})).await;
    let own = format!("/console/mechanisms/{id}");
    let opened = browser.open(&format!("{own}/parties/new")).await;
    assert!(
        opened.text().contains("DPA of QuickBots"),
        "it says to what"
    );
    let sheet = Sheet::on(&opened)
        .with("organisation", "stripe")
        .with("side", "importer");
    let refused = sheet.press(&mut browser, "look").await;
    assert_eq!(refused.status, 422);
    let html = Html::parse_document(&refused.text());
    assert_eq!(all(&html, "#f-acceded_on[aria-invalid=true]").len(), 1);
    let sheet = Sheet::on(&refused).with("acceded_on", "2023-01-01");
    assert_eq!(sheet.saved(&mut browser).await, format!("{own}?said=saved"));
    let opened = browser.open(&format!("{own}/end")).await;
    let sheet = Sheet::on(&opened).with("last_day", "2026-11-20");
    sheet.saved(&mut browser).await;
    let html = page(&mut browser, &own).await;
    assert_eq!(said(&html, "main > p > .state"), ["Ended"]);
    let rows = said(&html, "#parties tbody tr");
    assert_eq!(rows.len(), 3);
    assert!(
        rows.iter()
            .any(|row| row.contains("Stripe") && row.contains("1 January 2023"))
    );
}

async fn a_derogation_keeps_its_uses(service: Service) {
    let mut browser = browser(&service, "editor", &[]).await;
    // It is asked about in its own words: nobody signs a consent, and no clause names its law.
    let path = "/console/mechanisms/new?tool=derogation-49-1-a";
    let opened = Sheet::on(&browser.open(path).await);
    let who = opened.press(&mut browser, "to:1").await;
    assert_eq!(heading(&who), "Step 2 of 5: From whom to whom");
    let since = opened.press(&mut browser, "to:2").await;
    assert_eq!(heading(&since), "Step 3 of 5: Since when");
    let asked = since.text();
    assert!(asked.contains("Consent given on"), "{asked}");
    assert!(!asked.contains("Governing law"), "{asked}");
    let more = json!({"tool": "derogation-49-1-e", "module": null, "uses_limit": 1,
        "statements": {"necessary": true, "occasional": true}});
    let id = clauses(&service, &more).await;
    let own = format!("/console/mechanisms/{id}");
    let opened = browser.open(&format!("{own}/uses/new")).await;
    let leads = Sheet::on(&opened)
        .with("on", "2026-11-20")
        .with("note", "One file for a court in Rabat.")
        .saved(&mut browser)
        .await;
    let html = page(&mut browser, &leads).await;
    assert!(
        said(&html, "#uses tbody")
            .concat()
            .contains("One file for a court in Rabat.")
    );
    assert_eq!(
        said(&html, "main > p > .state"),
        ["Used as often as it may be"]
    );
}

async fn another_groups_mechanism_is_not_there(service: Service) {
    let mut browser = browser(&service, "editor", &["qiscus"]).await;
    let id = clauses(&service, &json!({"group": "netcode"})).await;
    for rest in ["", "/edit", "/end", "/parties/new", "/uses/new"] {
        let path = format!("/console/mechanisms/{id}{rest}");
        assert_eq!(browser.open(&path).await.status, 404, "{path}");
    }
    let html = page(&mut browser, "/console/mechanisms").await;
    assert!(!said(&html, "main").concat().contains("DPA of QuickBots"));
}
