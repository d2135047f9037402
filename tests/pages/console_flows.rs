//! Flows in the console: the list, the page of one, its life, and the chain that it continues.

use serde_json::{Value, json};

use super::{
    console_engagements::{acme, browser},
    sheet::{Sheet, all, page, said},
};
use crate::fixture::{Browser, Service, on_both_databases, text};

on_both_databases![
    flows_are_for_those_who_read_the_register,
    the_list_narrows_as_the_api_does,
    a_flow_is_drafted_denied_healed_activated_suspended_and_ended,
    what_runs_already_is_recorded_as_it_is,
    the_weakest_link_of_a_chain_is_marked,
    a_flow_that_somebody_else_changed_is_shown_in_both_versions,
];

async fn made(service: &Service, body: Value) -> String {
    let mut flow = json!({"group": "acme", "exporter": "acme-gmbh", "importer": "mailer",
        "exporter_role": "controller", "importer_role": "processor", "data_subjects": ["DE"],
        "valid_from": "2026-01-01", "source": "a test"});
    let said = flow.as_object_mut().unwrap();
    said.extend(body.as_object().unwrap().clone());
    let made = service.create("/v1/flows", &flow).await;
    text(&made.json(), "id").to_owned()
}

async fn flows_are_for_those_who_read_the_register(service: Service) {
    let flows = service
        .every("/v1/flows?exporter=qiscus-customers", 10)
        .await;
    let id = text(&flows[0], "id");
    let pages = ["/console/flows".to_owned(), format!("/console/flows/{id}")];
    let steps = ["edit", "activate", "suspend", "end"];
    let forms = steps.map(|step| format!("/console/flows/{id}/{step}"));
    for role in ["admin", "editor", "approver", "reader", "checker"] {
        let mut browser = browser(&service, role, &[]).await;
        for path in &pages {
            let expected = if role == "checker" { 403 } else { 200 };
            assert_eq!(browser.open(path).await.status, expected, "{role}: {path}");
        }
        let expected = if ["admin", "editor"].contains(&role) {
            200
        } else {
            403
        };
        for path in forms
            .iter()
            .map(String::as_str)
            .chain(["/console/flows/new"])
        {
            assert_eq!(browser.open(path).await.status, expected, "{role}: {path}");
        }
    }
    let mut limited = browser(&service, "editor", &["qcontact"]).await;
    for path in pages.iter().skip(1).chain(&forms) {
        assert_eq!(limited.open(path).await.status, 404, "{path}");
    }
    let mut nobody = Browser::of(&service);
    assert_eq!(nobody.open(&pages[1]).await.status, 303);
    let mut admin = browser(&service, "approver", &["qiscus"]).await;
    let html = page(&mut admin, &format!("{}?as_of=2024-01-01", pages[1])).await;
    assert!(
        all(&html, "main a.button").is_empty(),
        "the past is read only"
    );
}

async fn the_list_narrows_as_the_api_does(service: Service) {
    let mut browser = browser(&service, "reader", &[]).await;
    for query in [
        "",
        "?group=qcontact",
        "?verdict=deny",
        "?status=active",
        "?exporter=qcontact-customers",
        "?data_category=contact",
        "?as_of=2019-06-01",
    ] {
        let html = page(&mut browser, &format!("/console/flows{query}")).await;
        let expected = service.every(&format!("/v1/flows{query}"), 50).await;
        let rows = all(&html, "main tbody tr").len();
        assert_eq!(rows, expected.len(), "{query}");
    }
    let html = page(
        &mut browser,
        "/console/flows?verdict=fallback&group=netcode",
    )
    .await;
    assert!(said(&html, "p.empty").concat().contains("Show all"));
}

async fn a_flow_is_drafted_denied_healed_activated_suspended_and_ended(service: Service) {
    acme(&service).await;
    let mut browser = browser(&service, "editor", &[]).await;
    let mut sheet = Sheet::open(&mut browser, "/console/flows/new").await;
    let empty = sheet.press(&mut browser, "look").await;
    assert_eq!(empty.status, 422);
    let html = scraper::Html::parse_document(&empty.text());
    for field in ["exporter", "importer", "valid_from", "source"] {
        assert_eq!(
            all(&html, &format!("#f-{field}[aria-invalid=true]")).len(),
            1,
            "{field}"
        );
    }
    for (name, value) in [
        ("exporter", "acme-gmbh"),
        ("importer", "mailer"),
        ("group", "acme"),
        ("exporter_role", "controller"),
        ("importer_role", "processor"),
        ("data_subjects", "Germany"),
        ("valid_from", "2026-11-01"),
        ("source", "the contract"),
    ] {
        sheet.fill(name, value);
    }
    // Its own verdict is said before anything is saved, and first.
    let (html, sheet) = sheet.goes_on(&mut browser, "look").await;
    let effect = said(&html, "section.effect").concat();
    assert!(
        effect.contains("This flow") && effect.contains("it would be denied, because"),
        "{effect}"
    );
    assert!(
        effect.find("This flow") < effect.find("No verdict about a registered"),
        "{effect}"
    );
    let ways = said(&html, "section.effect .steps li").join("; ");
    assert!(
        ways.contains("Sign the standard contractual clauses"),
        "{ways}"
    );
    let to = sheet.saved(&mut browser).await;
    let (path, _) = to.split_once('?').unwrap();
    let path = path.to_owned();
    let html = page(&mut browser, &path).await;
    assert_eq!(
        said(&html, "h1"),
        ["May data flow from Acme GmbH to Mailer, Inc.?"]
    );
    let verdict = said(&html, "p.verdict").concat();
    assert!(
        verdict.contains("Draft: it carries nothing yet.") && verdict.contains("would be denied"),
        "{verdict}"
    );
    // The gate refuses it, and says what it needs.
    let activate = format!("{path}/activate");
    let sheet = Sheet::open(&mut browser, &activate).await;
    let refused = sheet.press(&mut browser, "look").await;
    let html = scraper::Html::parse_document(&refused.text());
    assert!(!all(&html, "section[aria-labelledby=remedies] a").is_empty());
    let clauses = json!({"tool": "scc-2021-914", "module": 2, "signed_on": "2026-10-01",
        "source": "a test", "checked_on": "2026-11-01",
        "parties": [{"organisation": "acme-gmbh", "side": "exporter"},
            {"organisation": "mailer", "side": "importer"}]});
    let clauses = service.create("/v1/mechanisms", &clauses).await.json();
    let assessment = json!({"mechanism": text(&clauses, "id"), "destination": "US",
        "conclusion": "favourable", "concluded_on": "2026-10-02", "source": "a test"});
    service.create("/v1/impact-assessments", &assessment).await;
    sheet.saved(&mut browser).await;
    let stage = async |browser: &mut Browser| {
        let html = page(browser, &path).await;
        said(&html, ".life [aria-current] strong").concat()
    };
    assert_eq!(stage(&mut browser).await, "Active");
    for (step, expected) in [("suspend", "Suspended"), ("activate", "Active")] {
        let sheet = Sheet::open(&mut browser, &format!("{path}/{step}")).await;
        sheet.saved(&mut browser).await;
        assert_eq!(stage(&mut browser).await, expected);
    }
    let mut end = Sheet::open(&mut browser, &format!("{path}/end")).await;
    end.fill("last_day", "2026-11-20").saved(&mut browser).await;
    assert_eq!(stage(&mut browser).await, "Ended");
    let html = page(&mut browser, &path).await;
    let verdict = said(&html, "p.verdict").concat();
    assert!(
        verdict.contains("On 20 November 2026, its last day, it was allowed"),
        "{verdict}"
    );
}

async fn what_runs_already_is_recorded_as_it_is(service: Service) {
    acme(&service).await;
    let mut browser = browser(&service, "editor", &[]).await;
    let mut sheet = Sheet::open(&mut browser, "/console/flows/new?record_existing=true").await;
    for (name, value) in [
        ("exporter", "acme-gmbh"),
        ("importer", "mailer"),
        ("group", "acme"),
        ("valid_from", "2026-01-01"),
        ("source", "the contract"),
    ] {
        sheet.fill(name, value);
    }
    let (html, _) = sheet.goes_on(&mut browser, "look").await;
    let effect = said(&html, "section.effect").concat();
    assert!(effect.contains("New, and denied"), "{effect}");
    let to = sheet.saved(&mut browser).await;
    let html = page(&mut browser, &to).await;
    assert_eq!(said(&html, ".life [aria-current] strong"), ["Active"]);
    let verdict = said(&html, "p.verdict").concat();
    assert!(verdict.contains("Denied, because"), "{verdict}");
    let life = said(&html, ".life").concat();
    assert!(life.contains("entered as already running"), "{life}");
}

async fn the_weakest_link_of_a_chain_is_marked(service: Service) {
    acme(&service).await;
    let first = made(
        &service,
        json!({"importer": "lager", "record_existing": true}),
    )
    .await;
    let mut browser = browser(&service, "editor", &[]).await;
    let html = page(&mut browser, &format!("/console/flows/{first}")).await;
    assert!(all(&html, "svg.chain").is_empty(), "it begins one");
    // Where it goes on is a form that knows where it comes from.
    let on = all(&html, "a.button[href*='continues=']");
    let on = on[0].value().attr("href").unwrap();
    let mut sheet = Sheet::open(&mut browser, on).await;
    assert_eq!(sheet.value("continues"), first);
    assert_eq!(sheet.value("exporter"), "lager");
    sheet
        .fill("importer", "mailer")
        .fill("valid_from", "2026-01-01")
        .fill("record_existing", "true")
        .fill("source", "the contract");
    let to = sheet.saved(&mut browser).await;
    let html = page(&mut browser, &to).await;
    assert_eq!(all(&html, "svg.chain .party").len(), 3);
    let links = said(&html, "svg.chain .link");
    assert_eq!(links.len(), 2);
    assert!(
        !links[0].contains("weakest") && links[1].contains("weakest link"),
        "{links:?}"
    );
    let rows = said(&html, "section[aria-labelledby=chain] tbody tr");
    assert!(
        rows[1].contains("Lager GmbH to Mailer, Inc.") && rows[1].contains("Denied the weakest"),
        "the table says the same: {rows:?}"
    );
    let html = page(&mut browser, &format!("/console/flows/{first}")).await;
    let onward = said(&html, "main").concat();
    assert!(
        onward.contains("Where the data goes on from there"),
        "{onward}"
    );
}

async fn a_flow_that_somebody_else_changed_is_shown_in_both_versions(service: Service) {
    acme(&service).await;
    let id = made(&service, json!({})).await;
    let mut browser = browser(&service, "editor", &[]).await;
    let mut sheet = Sheet::open(&mut browser, &format!("/console/flows/{id}/edit")).await;
    let theirs = json!({"note": "theirs"});
    service
        .patch(&format!("/v1/flows/{id}"), "*", &theirs)
        .await
        .ok();
    let stale = sheet.fill("note", "mine").press(&mut browser, "look").await;
    assert_eq!(stale.status, 412);
    let html = scraper::Html::parse_document(&stale.text());
    let both = said(&html, "section.stale tbody tr").join("; ");
    assert!(both.contains("theirs") && both.contains("mine"), "{both}");
    Sheet::of(&html).saved(&mut browser).await;
    let kept = service.get(&format!("/v1/flows/{id}")).await.ok();
    assert_eq!(kept["note"], "mine");
}
