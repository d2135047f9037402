//! The guided assessment: six steps, a summary with the effect, and the chapters that come of it.

use scraper::Html;
use serde_json::json;

use super::{
    console_mechanisms::clauses,
    console_organisations::{all, browser, page, said},
};
use crate::fixture::{Answer, Browser, Service, Sheet, on_both_databases, text};

on_both_databases![
    an_assessment_is_made_in_six_steps_and_the_flow_becomes_allowed,
    the_last_answers_are_there_when_it_is_re_evaluated,
    a_long_assessment_fits,
    an_assessment_of_which_nothing_is_written_says_so,
];

const STEPS: [&str; 6] = [
    "Know the transfer",
    "The tool it relies on",
    "The law and the practice of the destination",
    "Supplementary measures",
    "Procedural steps",
    "Re-evaluation and conclusion",
];

fn step(page: &Answer) -> (String, Sheet) {
    assert_eq!(page.status, 200, "{}", page.text());
    let html = Html::parse_document(&page.text());
    // Each step says why it is asked, with where that stands.
    let why = said(&html, "form.sheet > h2 + .lead").concat();
    assert!(why.contains("Recommendations 01/2020"), "{why}");
    (said(&html, "form.sheet > h2").concat(), Sheet::on(page))
}

async fn an_assessment_is_made_in_six_steps_and_the_flow_becomes_allowed(service: Service) {
    let mut browser = browser(&service, "editor", &[]).await;
    service
        .patch(
            "/v1/organisations/quickbots-customers",
            "*",
            &json!({"seat": "DE"}),
        )
        .await
        .ok();
    let flows = service
        .get("/v1/flows?importer=netcode&exporter=quickbots-customers")
        .await
        .ok();
    let flow = format!("/v1/flows/{}", text(&flows["items"][0], "id"));
    service
        .patch(&flow, "*", &json!({"data_subjects": ["DE", "CH"]}))
        .await
        .ok();
    let mechanism = clauses(&service, &json!({"statements": {"swiss_addendum": true}})).await;
    let path = format!("/console/assessments/new?mechanism={mechanism}&destination=MA");
    let mut opened = browser.open(&path).await;
    let typed = [
        vec![(
            "steps.transfer",
            "Chat logs, read from Rabat.\n\nNothing onward.",
        )],
        vec![("steps.tool", "Module 2 fits.")],
        vec![("steps.destination_law", "Law 09-08.")],
        vec![
            ("steps.supplementary_measures.0.kind", "technical"),
            (
                "steps.supplementary_measures.0.description",
                "Keys stay in Paris.",
            ),
        ],
        vec![("steps.procedural_steps", "Annex III was signed.")],
        vec![
            ("steps.re_evaluation", "Counsel in Rabat tells us."),
            ("conclusion", "favourable"),
            ("concluded_on", "2026-11-20"),
            ("next_review", "2027-11-20"),
            ("source", "TIA-2026-7"),
        ],
    ];
    for (number, (title, typed)) in STEPS.iter().zip(&typed).enumerate() {
        let (heading, mut sheet) = step(&opened);
        assert_eq!(heading, format!("Step {} of 6: {title}", number + 1));
        for (name, value) in typed {
            sheet = sheet.with(name, value);
        }
        // There and back loses nothing.
        if number == 3 {
            let back = sheet.press(&mut browser, "back").await;
            let (_, back) = step(&back);
            assert_eq!(back.typed("steps.destination_law"), Some("Law 09-08."));
            sheet = back.turn(&mut browser, "on").await;
            assert_eq!(
                sheet.typed("steps.supplementary_measures.0.description"),
                Some("Keys stay in Paris.")
            );
        }
        let last = number == 5;
        opened = sheet
            .press(&mut browser, if last { "look" } else { "on" })
            .await;
    }
    assert_eq!(opened.status, 200, "{}", opened.text());
    let html = Html::parse_document(&opened.text());
    assert_eq!(said(&html, ".answered h3"), STEPS);
    let effect = said(&html, ".effect").concat();
    assert!(effect.contains("becomes allowed"), "{effect}");
    let saved = Sheet::on(&opened).press(&mut browser, "save").await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    let leads = saved.header("location").expect("where it leads").to_owned();
    it_is_shown_in_six_chapters(&service, &mut browser, &leads).await;
}

async fn it_is_shown_in_six_chapters(service: &Service, browser: &mut Browser, leads: &str) {
    let html = page(browser, leads).await;
    assert_eq!(said(&html, "h1"), ["Does the mechanism hold in Morocco?"]);
    assert_eq!(said(&html, "main > p > .state"), ["Favourable"]);
    assert!(all(&html, ".warning").is_empty());
    let chapters = said(&html, "main section[id^=step-]");
    assert_eq!(chapters.len(), 6);
    for (chapter, words) in chapters.iter().zip([
        "Nothing onward.",
        "Module 2 fits.",
        "Law 09-08.",
        "Keys stay in Paris.",
        "Annex III was signed.",
        "Counsel in Rabat tells us.",
    ]) {
        assert!(chapter.contains(words), "{words}: {chapter}");
    }
    let made = service
        .get("/v1/impact-assessments?destination=MA")
        .await
        .ok();
    assert_eq!(
        made["items"][0]["steps"]["transfer"],
        "Chat logs, read from Rabat.\n\nNothing onward."
    );
    let late = page(browser, &format!("{leads}&as_of=2027-11-21")).await;
    assert_eq!(
        said(&late, "main > p > .state"),
        ["Overdue since 20 November 2027"]
    );
}

async fn the_last_answers_are_there_when_it_is_re_evaluated(service: Service) {
    let mut browser = browser(&service, "editor", &[]).await;
    let mechanism = clauses(&service, &json!({})).await;
    let tia = json!({"mechanism": mechanism, "destination": "MA", "conclusion": "favourable",
        "concluded_on": "2022-03-01", "next_review": "2026-11-30", "source": "TIA-2022-1",
        "steps": {"transfer": "Chat logs.", "destination_law": "Law 09-08.",
            "supplementary_measures": [
                {"kind": "technical", "description": "Keys stay in Paris."},
                {"kind": "contractual", "description": "Requests are told."}]}});
    let made = service.create("/v1/impact-assessments", &tia).await.json();
    let id = text(&made, "id");
    // A chapter leads to its own step.
    let own = format!("/console/assessments/{id}");
    let html = page(&mut browser, &own).await;
    let ways = all(&html, "#step-4 a.button");
    let way = ways
        .first()
        .and_then(|way| way.attr("href"))
        .expect("a way");
    let opened = browser.open(way).await;
    let (heading, sheet) = step(&opened);
    assert_eq!(heading, "Step 4 of 6: Supplementary measures");
    assert_eq!(sheet.typed("steps.transfer"), Some("Chat logs."));
    // One measure less, straight to the answers and their effect.
    let sheet = sheet
        .turn(&mut browser, "less:steps.supplementary_measures.0")
        .await;
    let sheet = sheet.with("form_reason", "the yearly review");
    sheet.saved(&mut browser).await;
    let now = service
        .get(&format!("/v1/impact-assessments/{id}"))
        .await
        .ok();
    assert_eq!(
        now["steps"]["supplementary_measures"],
        json!([{"kind": "contractual", "description": "Requests are told."}])
    );
    assert_eq!(now["steps"]["destination_law"], "Law 09-08.");
    let entries = service
        .get(&format!("/v1/ledger?object_id={id}"))
        .await
        .ok();
    let last = entries["items"]
        .as_array()
        .and_then(|items| items.last().cloned());
    assert_eq!(
        text(&last.expect("an entry"), "reason"),
        "the yearly review"
    );
}

async fn a_long_assessment_fits(service: Service) {
    let mut browser = browser(&service, "editor", &[]).await;
    let mechanism = clauses(&service, &json!({})).await;
    let long = "Überwachung, Rechtsbehelfe und Praxis. ".repeat(500);
    let tia = json!({"mechanism": mechanism, "destination": "MA", "conclusion": "favourable",
        "concluded_on": "2022-03-01", "source": "TIA-2022-1",
        "steps": {"transfer": long, "tool": long, "destination_law": long,
            "procedural_steps": long, "re_evaluation": long}});
    let made = service.create("/v1/impact-assessments", &tia).await.json();
    let path = format!("/console/assessments/{}/edit", text(&made, "id"));
    let sheet = Sheet::on(&browser.open(&path).await).with("steps.transfer", "Shorter.");
    sheet.saved(&mut browser).await;
}

async fn an_assessment_of_which_nothing_is_written_says_so(service: Service) {
    let mut browser = browser(&service, "editor", &[]).await;
    let mechanism = clauses(&service, &json!({})).await;
    let path = format!(
        "/console/assessments/new?mechanism={mechanism}&destination=MA&conclusion=favourable\
         &concluded_on=2026-11-20&source=a+test"
    );
    let opened = browser.open(&path).await;
    let seen = Sheet::on(&opened).press(&mut browser, "look").await;
    assert_eq!(seen.status, 200, "{}", seen.text());
    let html = Html::parse_document(&seen.text());
    let warned = said(&html, ".warning").concat();
    assert!(
        warned.contains("Nothing is documented: Clause 14(d)"),
        "{warned}"
    );
    assert!(
        !said(&html, ".answered dt").contains(&"Is it documented?".to_owned()),
        "a warning is no answer"
    );
    let saved = Sheet::on(&seen).press(&mut browser, "save").await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    let own = saved.header("location").expect("where it leads");
    let html = page(&mut browser, own).await;
    assert_eq!(said(&html, ".warning").len(), 1);
}
