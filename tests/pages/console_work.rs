//! The console's first page, checks, and what if.

use scraper::Html;
use serde_json::{Value, json};

use super::sheet::{Sheet, all, page, said};
use crate::{
    authorization::people::{PASSWORD, made},
    fixture::{Browser, Service, on_both_databases, text},
};

on_both_databases![
    the_first_page_says_what_waits_and_leads_to_where_it_is_done,
    a_register_with_nothing_in_it_keeps_nobody_waiting,
    a_check_by_its_address_says_what_the_api_says,
    a_check_that_asks_wrongly_is_corrected_at_its_field,
    whoever_only_checks_sees_nothing_but_checks,
    a_decision_is_kept_and_decided_again,
    two_clicks_show_who_falls_and_three_more_make_it_so,
    anything_that_ends_moves_or_is_added_can_be_supposed,
    what_is_wrong_with_an_act_stands_at_its_own_question,
];

const DPF: &str = "EU-ADQ-US-DPF-2023-1795";

pub(super) async fn browser(service: &Service, name: &str, role: &str, groups: &[&str]) -> Browser {
    made(service, name, role, groups).await;
    let mut browser = Browser::of(service);
    assert_eq!(browser.sign_in(name, PASSWORD).await.status, 303);
    browser
}

/// Where the links of a page under a selector lead.
pub(super) fn links(html: &Html, selector: &str) -> Vec<String> {
    let links = all(html, selector).into_iter();
    let links = links.filter_map(|link| link.attr("href").map(str::to_owned));
    links.collect()
}

async fn the_first_page_says_what_waits_and_leads_to_where_it_is_done(service: Service) {
    let mut nobody = Browser::of(&service);
    let away = nobody.open("/").await;
    assert_eq!(away.header("location"), Some("/sign-in"));
    let mut editor = browser(&service, "anna", "editor", &[]).await;
    let html = page(&mut editor, "/").await;
    assert_eq!(said(&html, "h1"), ["What waits for somebody?"]);
    let items = all(&html, ".waiting > li").len();
    let listed = service.get("/v1/attention?limit=50").await.ok();
    assert_eq!(Some(items), listed["items"].as_array().map(Vec::len));
    // Each says what, and has its next step.
    assert_eq!(said(&html, ".waiting .what").len(), items);
    assert_eq!(said(&html, ".waiting .step").len(), items);
    for sentence in said(&html, ".waiting .what") {
        assert!(sentence.ends_with('.'), "{sentence}");
        assert!(!sentence.contains("-0000-"), "an id: {sentence}");
    }
    let unknown = page(&mut editor, "/?kind=unknown_country&group=instantchatbots").await;
    let states = said(&unknown, ".waiting .state");
    assert!(!states.is_empty());
    assert!(
        states.iter().all(|one| one == "Country not recorded"),
        "{states:?}"
    );
    let steps = links(&unknown, ".waiting .step a");
    assert!(steps.iter().all(|one| one.ends_with("/edit")), "{steps:?}");
    let none = page(&mut editor, "/?kind=mechanism_ends").await;
    assert!(said(&none, ".empty")[0].contains("Nothing of this kind waits"));
    let resting = said(&html, ".resting li").join("; ");
    assert!(
        resting.contains("United States: EU-US Data Privacy Framework"),
        "{resting}"
    );
    let lists = links(&html, "section[aria-labelledby=lists] a");
    assert!(
        lists.contains(&"/qcontact/subprocessors".to_owned()),
        "{lists:?}"
    );
    // Who may only read is led to pages, not to forms.
    let mut reader = browser(&service, "rita", "reader", &[]).await;
    let html = page(&mut reader, "/?kind=unknown_country").await;
    let steps = links(&html, ".waiting .step a");
    assert!(!steps.iter().any(|one| one.ends_with("/edit")), "{steps:?}");
    // The links of another day stay there.
    let html = page(&mut reader, "/?as_of=2024-01-15").await;
    for link in links(&html, ".waiting a, .resting a") {
        assert!(link.contains("as_of=2024-01-15"), "{link}");
    }
}

async fn a_register_with_nothing_in_it_keeps_nobody_waiting(service: Service) {
    let mut reader = browser(&service, "rita", "reader", &[]).await;
    let html = page(&mut reader, "/?known_at=2020-01-01T00:00:00Z").await;
    assert!(said(&html, ".empty")[0].starts_with("Nothing waits for anybody"));
    assert!(all(&html, "form.filters").is_empty());
    let lists = said(&html, "section[aria-labelledby=lists] p").concat();
    assert!(
        lists.starts_with("No group keeps its register here yet."),
        "{lists}"
    );
}

const ASKED: &str = "exporter=botsify&importer=stripe&data_subjects=Germany%2C+CH";

async fn a_check_by_its_address_says_what_the_api_says(service: Service) {
    let mut editor = browser(&service, "anna", "editor", &[]).await;
    let html = page(
        &mut editor,
        &format!("/console/check?{ASKED}&as_of=2025-03-01"),
    )
    .await;
    let verdict = said(&html, ".verdict").concat();
    assert!(
        verdict.starts_with("Allowed, with a warning Allowed"),
        "{verdict}"
    );
    assert!(
        verdict.contains("because it rests on an adequacy decision")
            && verdict.contains("a determination of the Federal Council (Art. 16(1) FADP)"),
        "{verdict}"
    );
    let shown = said(&html, "pre");
    let question: Value = serde_json::from_str(&shown[1]).expect("the question as JSON");
    assert_eq!(
        question,
        json!({"exporter": "botsify", "importer": "stripe", "data_subjects": ["DE", "CH"],
            "as_of": "2025-03-01"})
    );
    assert!(shown[0].contains("/v1/transfer-checks"), "{}", shown[0]);
    let answer = service.check(&question).await.ok();
    let findings = answer["findings"].as_array().expect("findings");
    assert_eq!(all(&html, ".finding").len(), findings.len());
    assert!(
        html.html()
            .contains(text(&answer, "not_assessed").split('(').next().unwrap())
    );
    // The link asks the same.
    let link = links(&html, ".answer p > a");
    let link = link.iter().find(|one| one.starts_with("/console/check?"));
    let again = page(&mut editor, link.expect("a link to the question")).await;
    assert_eq!(said(&again, ".verdict").concat(), verdict);
    let sheet = Sheet::of(&again);
    assert_eq!(sheet.value("exporter"), "botsify");

    let denied =
        "/console/check?exporter=qiscus-customers&importer=qiscus-pte-ltd&data_subjects=DE";
    let html = page(&mut editor, denied).await;
    let verdict = said(&html, ".verdict").concat();
    assert!(verdict.starts_with("Denied Denied"), "{verdict}");
    let forms = links(&html, ".steps a");
    assert!(
        forms
            .iter()
            .any(|one| one.starts_with("/console/mechanisms/new?tool=")),
        "{forms:?}"
    );
    let ways = said(&html, ".steps li").join("; ");
    assert!(
        ways.contains("Sign the standard contractual clauses (EU) 2021/914, Module"),
        "{ways}"
    );
    assert!(
        said(&html, ".finding h3")
            .concat()
            .contains("Under the GDPR (EU/EEA), from"),
        "{}",
        said(&html, ".finding h3").concat()
    );
    let mut reader = browser(&service, "rita", "reader", &[]).await;
    let before = service.head().await;
    let html = page(&mut reader, denied).await;
    assert!(links(&html, ".steps a").is_empty());
    assert!(!said(&html, ".steps li").is_empty());

    // A chain has a row for each importer.
    let more = page(
        &mut editor,
        &format!("/console/check?{ASKED}&form_step=more%3Aonward"),
    )
    .await;
    let sheet = Sheet::of(&more);
    assert!(sheet.asks("onward.1.importer"));
    assert!(said(&more, ".verdict").is_empty(), "it is not asked yet");
    let chain = format!("/console/check?{ASKED}&onward.0.importer=google");
    let html = page(&mut editor, &chain).await;
    assert!(said(&html, "pre")[1].contains(r#""onward": [ "google" ]"#));
    assert_eq!(service.head().await, before);
}

async fn a_check_that_asks_wrongly_is_corrected_at_its_field(service: Service) {
    let mut editor = browser(&service, "anna", "editor", &[]).await;
    // What a reason means, and what to do about it, stands on its page.
    let meant = editor.open("/reasons/tia_missing").await.text();
    for part in [
        "Meaning.",
        "Source.",
        "What to do.",
        "/reasons/complete_tia",
    ] {
        assert!(meant.contains(part), "{part}: {meant}");
    }
    assert!(!meant.contains("doc-tia-missing"), "{meant}");
    let asked = "/console/check?exporter=botsify&importer=stripe&data_subjects=Atlantis";
    let answer = editor.open(asked).await;
    assert_eq!(answer.status, 422);
    let html = Html::parse_document(&answer.text());
    assert_eq!(all(&html, "#f-data_subjects[aria-invalid=true]").len(), 1);
    assert_eq!(links(&html, ".errors a"), ["#f-data_subjects"]);
    let wrong = said(&html, ".errors").concat();
    assert!(
        wrong.contains("“Atlantis” is neither a country code nor an English country name."),
        "{wrong}"
    );
    let sheet = Sheet::of(&html);
    assert_eq!(sheet.value("data_subjects"), "Atlantis");
    assert_eq!(sheet.value("exporter"), "botsify");
    // Whatever is neither yes nor no is refused, and never read as no.
    let path = format!("/console/check?{ASKED}&hr_data=yes");
    let answer = editor.open(&path).await;
    assert_eq!(answer.status, 422);
    let html = Html::parse_document(&answer.text());
    assert_eq!(links(&html, ".errors a"), ["#f-hr_data"]);
    assert!(said(&html, ".verdict").is_empty());
    let hostile = "/console/check?exporter=%3Cscript%3E&importer=stripe&data_subjects=DE";
    let text = editor.open(hostile).await.text();
    assert!(!text.contains("<script"), "{text}");
}

async fn whoever_only_checks_sees_nothing_but_checks(service: Service) {
    let mut checker = browser(&service, "carl", "checker", &[]).await;
    let first = checker.open("/").await;
    assert_eq!(first.header("location"), Some("/console/check"));
    let html = page(&mut checker, &format!("/console/check?{ASKED}")).await;
    assert!(said(&html, ".verdict").concat().contains("Allowed"));
    assert_eq!(all(&html, "input#f-exporter").len(), 1, "it is typed");
    assert!(
        !html.html().contains("LinkedIn"),
        "no list of who is registered"
    );
    assert!(
        !html.html().contains("href=\"/console/subprocessors"),
        "no way there"
    );
    for path in [
        "/console/checks",
        "/console/what-if",
        "/console/ledger",
        "/console/proposals",
    ] {
        let away = checker.open(path).await;
        assert_eq!(away.status, 403, "{path}");
        assert!(away.text().contains("Your role does not open this page"));
    }
}

async fn a_decision_is_kept_and_decided_again(service: Service) {
    let mut reader = browser(&service, "rita", "reader", &[]).await;
    let html = page(&mut reader, &format!("/console/check?{ASKED}")).await;
    let verdict = said(&html, ".verdict").concat();
    let kept = links(&html, ".answer p > a");
    let kept = kept.iter().find(|one| one.starts_with("/console/checks/"));
    let kept = kept.expect("the way to the answer that is kept");
    let html = page(&mut reader, kept).await;
    assert_eq!(said(&html, ".verdict").concat(), verdict);
    let again = page(&mut reader, &links(&html, "a.button")[0]).await;
    assert!(said(&again, ".effect").concat().contains("Identical"));
    let list = page(
        &mut reader,
        "/console/checks?decision=allow&importer=stripe",
    )
    .await;
    assert!(links(&list, "tbody a").contains(kept));
    let none = page(&mut reader, "/console/checks?from=2027-01-01").await;
    assert!(said(&none, ".empty")[0].contains("Nothing fits"));
    let gone = "/console/checks/01900000-0000-7000-8000-000000000000";
    assert_eq!(reader.open(gone).await.status, 404);
}

async fn two_clicks_show_who_falls_and_three_more_make_it_so(service: Service) {
    let mut editor = browser(&service, "anna", "editor", &[]).await;
    let first = page(&mut editor, "/").await;
    // The first click: the answer is there.
    let path = links(&first, ".resting a")
        .into_iter()
        .find(|one| one.contains(DPF));
    let path = path.expect("the decision is on the first page");
    let before = service.head().await;
    let html = page(&mut editor, &path).await;
    let told = said(&html, ".effect .lead").concat();
    assert!(told.contains("become denied"), "{told}");
    let falls = said(&html, ".effects tbody th");
    assert!(falls.iter().any(|one| one.contains("Stripe")), "{falls:?}");
    assert_eq!(service.head().await, before, "nothing is written");
    // One click to the form, one to see the effect, one to save.
    let form = links(&html, ".effect a.button")[0].clone();
    assert_eq!(
        form,
        format!(
            "/console/law/{DPF}/end?on={}&end_kind=invalidated",
            Service::TODAY
        )
    );
    let mut sheet = Sheet::open(&mut editor, &form).await;
    assert_eq!(sheet.value("on"), Service::TODAY);
    let refused = sheet.press(&mut editor, "look").await;
    assert_eq!(refused.status, 422, "without a source");
    let refused = Html::parse_document(&refused.text());
    assert_eq!(all(&refused, "#f-source[aria-invalid=true]").len(), 1);
    assert_eq!(Sheet::of(&refused).value("on"), Service::TODAY, "kept");
    sheet.fill("source", "the judgment");
    let to = sheet.saved(&mut editor).await;
    assert_eq!(to, format!("/console/law/{DPF}?said=saved"));
    let question = json!({"exporter": "botsify", "importer": "stripe", "data_subjects": ["DE"]});
    assert_eq!(service.check(&question).await.ok()["decision"], "deny");
    let mut reader = browser(&service, "rita", "reader", &[]).await;
    assert_eq!(reader.open(&form).await.status, 403);

    // It is listed, and withdrawn when it was an error.
    let list = page(&mut editor, "/console/law/amendments").await;
    assert_eq!(said(&list, "tbody .state"), ["Counts"]);
    assert!(said(&list, "tbody td")[0].contains("Ends a decision"));
    let withdraw = links(&list, "tbody a")
        .into_iter()
        .find(|one| one.ends_with("/withdraw"));
    let sheet = Sheet::open(&mut editor, &withdraw.expect("the way to withdraw it")).await;
    sheet.saved(&mut editor).await;
    assert_eq!(service.check(&question).await.ok()["decision"], "allow");
    let list = page(&mut editor, "/console/law/amendments?withdrawn=true").await;
    assert_eq!(said(&list, "tbody .state"), ["Withdrawn"]);

    for (step, field, value) in [("challenge", "challenge", "case T-1/26")] {
        let mut sheet = Sheet::open(&mut editor, &format!("/console/law/{DPF}/{step}")).await;
        sheet.fill(field, value).fill("source", "a test");
        sheet.saved(&mut editor).await;
    }
    let decision = service
        .get(&format!("/v1/adequacy-decisions/{DPF}"))
        .await
        .ok();
    assert_eq!(decision["challenge"], "case T-1/26");
    // The past is only read.
    assert_eq!(
        editor
            .open(&format!("{form}&as_of=2024-01-01"))
            .await
            .status,
        403
    );
}

async fn anything_that_ends_moves_or_is_added_can_be_supposed(service: Service) {
    let mut editor = browser(&service, "anna", "editor", &[]).await;
    let html = page(&mut editor, "/console/what-if").await;
    let kinds = links(&html, ".kinds a");
    assert_eq!(kinds.len(), 7);
    for kind in &kinds {
        let html = page(&mut editor, kind).await;
        assert!(
            all(&html, "select#f-id option").len() > 1 || kind.contains("mechanism"),
            "{kind}"
        );
    }
    let held = service
        .get("/v1/organisations/stripe/certifications")
        .await
        .ok();
    let held = text(&held["items"][0], "id").to_owned();
    let path = format!("/console/what-if?end_certification={held}&on=2026-12-01");
    let html = page(&mut editor, &path).await;
    assert!(
        said(&html, ".effect h2")
            .concat()
            .contains("no longer counts from 1 December 2026 on")
    );
    let record = &links(&html, ".effect a.button")[0];
    assert!(record.ends_with("/end?last_day=2026-11-30"), "{record}");
    let engaged = service
        .get("/v1/subprocessors?organisation=cloudflare")
        .await
        .ok();
    let engaged = text(&engaged["items"][0], "id").to_owned();
    let path =
        format!("/console/what-if?kind=add_country&id={engaged}&country=IN&activity=storage");
    let html = page(&mut editor, &path).await;
    assert!(
        said(&html, ".effect h2")
            .concat()
            .contains("India is added")
    );
    let path = format!("/console/what-if?kind=move_location&id={engaged}&from=US");
    let wrong = editor.open(&path).await;
    assert_eq!(wrong.status, 422, "it does not say where to");
    let html = Html::parse_document(&wrong.text());
    assert!(!said(&html, ".errors li").is_empty());
    assert_eq!(Sheet::of(&html).value("from"), "US");
    let gone = editor.open("/console/what-if?end=EU-ADQ-NOWHERE").await;
    assert!([404, 422].contains(&gone.status), "{}", gone.status);
}

async fn what_is_wrong_with_an_act_stands_at_its_own_question(service: Service) {
    let mut editor = browser(&service, "anna", "editor", &[]).await;
    let mut sheet = Sheet::open(&mut editor, &format!("/console/law/{DPF}/end")).await;
    sheet
        .fill("on", "2026-12-01")
        .fill("end_kind", "invalidated")
        .fill("source", "the judgment")
        .fill("ending_act.celex", "x");
    let refused = sheet.press(&mut editor, "look").await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    let html = Html::parse_document(&refused.text());
    assert_eq!(
        links(&html, ".errors a"),
        ["#f-ending_act.celex"],
        "{}",
        refused.text()
    );
    assert!(!said(&html, ".errors").concat().contains("ending_act"));
}
