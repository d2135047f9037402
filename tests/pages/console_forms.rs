//! What holds for every form of the console.

use scraper::Html;
use serde_json::json;
use transfer_registry_core::proposals::ApprovalSubject;

use super::{
    console_engagements::{acme, browser, engaged},
    sheet::{Sheet, all, page, said},
};
use crate::fixture::{Database, Service, on_both_databases, on_configured, text};

on_both_databases![
    an_address_fills_in_several_answers_to_one_question,
    who_saved_last_is_named_however_often_it_was_saved,
    what_was_typed_is_there_when_the_session_is_over,
    the_day_bar_keeps_an_instant_as_exact_as_it_was,
];

mod a_long_assessment_is_changed_while_it_is_proposed {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        super::where_mechanisms_are_approved(crate::fixture::Database::Sqlite).await;
    }
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        super::where_mechanisms_are_approved(crate::fixture::Database::Postgres).await;
    }
}

async fn where_mechanisms_are_approved(kind: Database) {
    let approved = |config: &mut transfer_registry::config::Config| {
        config.approval_required = [ApprovalSubject::Mechanisms].into_iter().collect();
    };
    on_configured(kind, approved, a_long_assessment_is_changed).await;
}

async fn a_long_assessment_is_changed(service: Service) {
    let mut approver = browser(&service, "approver", &[]).await;
    let mut browser = browser(&service, "editor", &[]).await;
    let clauses = "/console/mechanisms/new?tool=scc-2021-914&module=2&signed_on=2022-03-01\
                   &source=a+test&parties.0.organisation=quickbots-customers&parties.0.side=exporter\
                   &parties.1.organisation=netcode&parties.1.side=importer";
    let sheet = Sheet::open(&mut browser, clauses).await;
    let to = sheet.saved(&mut browser).await;
    let proposal = to.strip_suffix("?said=proposed").expect("a proposal");
    let sheet = Sheet::open(&mut approver, &format!("{proposal}/approve")).await;
    sheet.saved(&mut approver).await;
    let mechanisms = service.every("/v1/mechanisms", 50).await;
    let mechanism = text(mechanisms.first().expect("a mechanism"), "id");
    let path = format!("/console/assessments/new?mechanism={mechanism}&destination=MA");
    let mut sheet = Sheet::open(&mut browser, &path).await;
    let chapter = "Surveillance, remedies and practice. ".repeat(700);
    for step in ["transfer", "destination_law", "procedural_steps"] {
        sheet.fill(&format!("steps.{step}"), &chapter);
    }
    sheet
        .fill("conclusion", "favourable")
        .fill("concluded_on", "2022-03-01")
        .fill("source", "TIA-2022-1");
    let to = sheet.saved(&mut browser).await;
    let proposal = to.strip_suffix("?said=proposed").expect("a proposal");
    let mut sheet = Sheet::open(&mut browser, &format!("{proposal}/edit")).await;
    sheet.fill("steps.tool", "Clauses.");
    sheet.saved(&mut browser).await;
    let kept = service
        .get(&proposal.replace("/console/", "/v1/"))
        .await
        .ok();
    assert_eq!(kept["body"]["steps"]["tool"], "Clauses.");
    assert!(kept["body"].to_string().len() > 64 * 1024);
}

async fn an_address_fills_in_several_answers_to_one_question(service: Service) {
    acme(&service).await;
    let mut browser = browser(&service, "editor", &[]).await;
    let path = "/console/subprocessors/existing?group=acme&data_categories=contact\
                &data_categories=billing&locations.3.place=DE&locations.7.place=CH";
    let html = page(&mut browser, path).await;
    for category in ["contact", "billing"] {
        let ticked = format!("input[name=data_categories][value={category}][checked]");
        assert_eq!(all(&html, &ticked).len(), 1, "{category}");
    }
    let sheet = Sheet::of(&html);
    assert_eq!(sheet.value("group"), "acme");
    assert_eq!(sheet.value("locations.0.place"), "DE");
    assert_eq!(sheet.value("locations.1.place"), "CH");
    assert!(!sheet.asks("locations.2.place"));
}

async fn who_saved_last_is_named_however_often_it_was_saved(service: Service) {
    acme(&service).await;
    let id = engaged(&service, json!({})).await;
    let mut editor = browser(&service, "editor", &[]).await;
    let mut admin = browser(&service, "admin", &[]).await;
    let path = format!("/console/subprocessors/{id}/edit");
    let mut mine = Sheet::open(&mut editor, &path).await;
    for number in 0..101 {
        let renamed = json!({ "service": format!("storage {number}") });
        let api = format!("/v1/subprocessors/{id}");
        service.patch(&api, "*", &renamed).await.ok();
    }
    let mut theirs = Sheet::open(&mut admin, &path).await;
    theirs
        .fill("service", "cold storage")
        .saved(&mut admin)
        .await;
    mine.fill("note", "mine");
    let stale = mine.press(&mut editor, "look").await;
    assert_eq!(stale.status, 412, "{}", stale.text());
    let html = Html::parse_document(&stale.text());
    let by = said(&html, "section.stale > p").concat();
    assert!(by.contains("admin0 changed it"), "{by}");
}

async fn what_was_typed_is_there_when_the_session_is_over(service: Service) {
    acme(&service).await;
    let id = engaged(&service, json!({})).await;
    let mut browser = browser(&service, "editor", &[]).await;
    let path = format!("/console/subprocessors/{id}/edit");
    let mut sheet = Sheet::open(&mut browser, &path).await;
    sheet
        .fill("note", "typed for an hour <b>")
        .fill("locations.0.place", "CH")
        .fill("form_reason", "it moved");
    browser.cookies.clear();
    let before = service.head().await;
    let answer = sheet.press(&mut browser, "look").await;
    assert_eq!(answer.status, 403, "{}", answer.text());
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let html = Html::parse_document(&answer.text());
    assert_eq!(said(&html, "h1"), ["Your session is over"]);
    let typed = said(&html, "dl.typed").concat();
    for expected in [
        "Note typed for an hour <b>",
        "Where the data is touched 1: What happens there Storage",
        "Where the data is touched 1: Where CH",
        "Why it moved",
    ] {
        assert!(typed.contains(expected), "{expected}: {typed}");
    }
    let way = all(&html, "main a.button");
    let way = way[0].attr("href").expect("a way to sign in");
    assert!(
        way.starts_with("/sign-in?to=%2Fconsole%2Fsubprocessors%2F"),
        "{way}"
    );
    assert_eq!(service.head().await, before);
    // From another site nothing is shown again.
    let headers = [
        ("origin", "https://evil.example"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let fields = [("note", "typed elsewhere")];
    let answer = browser.send_with(&path, &headers, &fields).await;
    assert_eq!(answer.status, 403);
    assert!(!answer.text().contains("typed elsewhere"));
}

async fn the_day_bar_keeps_an_instant_as_exact_as_it_was(service: Service) {
    let mut browser = browser(&service, "reader", &[]).await;
    let exact = "2020-01-01T00:00:00.123456Z";
    let html = page(&mut browser, &format!("/console/flows?known_at={exact}")).await;
    let sent = all(&html, ".day-bar input[name=known_at]");
    let sent: Vec<&str> = sent.iter().filter_map(|one| one.attr("value")).collect();
    assert_eq!(
        sent,
        ["2020-01-01T00:00:00.124", exact],
        "what a browser can show, and what is meant"
    );
    let moment = |html: &Html| said(html, ".moment strong");
    let shown = format!(
        "/console/flows?as_of=2019-06-01&known_at={}&known_at={exact}",
        sent[0]
    );
    let html = page(&mut browser, &shown).await;
    assert_eq!(
        moment(&html),
        ["1 June 2019", "2020-01-01T00:00:00.123456 UTC"]
    );
    // Another is typed, or none.
    let typed =
        format!("/console/flows?as_of=2019-06-01&known_at=2020-01-01T00:00&known_at={exact}");
    let html = page(&mut browser, &typed).await;
    assert_eq!(moment(&html), ["1 June 2019", "2020-01-01T00:00:00 UTC"]);
    let emptied = format!("/console/flows?as_of=2019-06-01&known_at=&known_at={exact}");
    let html = page(&mut browser, &emptied).await;
    assert_eq!(moment(&html), ["1 June 2019"]);
}
