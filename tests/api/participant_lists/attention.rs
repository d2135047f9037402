//! What the list says that somebody must look at, on the work list; and what was known of it when.

use chrono::TimeDelta;
use serde_json::json;

use super::{
    attention, certifications, confirm, confirm_the_four, counted, differences, hand_in, read,
    verdicts,
    workbook::{LIST_DAY, differing, four, published, with},
};
use crate::{
    authorization::people::{PASSWORD, made},
    fixture::{Browser, Service, on_both_databases, text},
};

on_both_databases![
    a_renewal_of_which_only_the_list_says_the_day_is_on_the_work_list,
    a_certification_that_nobody_of_the_name_holds_is_on_the_work_list,
    what_a_list_said_is_read_as_it_was_known_at_an_instant,
    a_difference_is_decided_in_the_console,
];

async fn a_renewal_of_which_only_the_list_says_the_day_is_on_the_work_list(service: Service) {
    let mut due = differing();
    due[1] = with(due[1].clone(), &[("Usage End Date", "12/15/2026")]);
    read(&service, &published(due)).await;
    assert_eq!(confirm(&service, "digitalocean", "match_proposed").await, 1);
    // Its days differ, so that nothing of it is filled in without a person.
    for held in certifications(&service, "digitalocean").await {
        assert!(held.get("recertification_due").is_none(), "{held:#}");
    }
    let renewals = attention(&service, "recertification_due").await;
    assert_eq!(renewals.len(), 3, "{renewals:#?}");
    for item in &renewals {
        assert_eq!(item["due"], "2026-12-15");
        assert_eq!(item["urgency"], 3);
        assert_eq!(item["about"], "certification");
        assert!(text(item, "title").starts_with("digitalocean: "), "{item}");
        assert!(item["affected"].as_u64() > Some(0), "{item:#}");
    }
    // Once the register has the day as well, it stands there once.
    assert_eq!(confirm(&service, "digitalocean", "days_differ").await, 3);
    assert_eq!(attention(&service, "recertification_due").await.len(), 3);
}

async fn a_certification_that_nobody_of_the_name_holds_is_on_the_work_list(service: Service) {
    let before = verdicts(&service).await;
    let mut without = four();
    without.remove(3);
    let reading = read(&service, &published(without)).await;
    let expected = [("match_proposed", 3), ("no_participant", 1)];
    assert_eq!(
        counted(&reading),
        expected.map(|(kind, count)| (kind.to_owned(), count))
    );
    let found = differences(&service, "kind=no_participant").await;
    let [claim] = found.as_slice() else {
        panic!("{found:#?}");
    };
    assert_eq!(text(claim, "organisation"), "cloudflare");
    assert!(claim.get("participant").is_none() && claim.get("correction").is_none());
    assert!(claim["affected"].as_u64() > Some(0), "{claim:#}");
    let items = attention(&service, "list_differs").await;
    let item = items.iter().find(|item| item["id"] == claim["key"]);
    let item = item.expect("it is on the work list");
    assert_eq!(text(item, "next_step"), "verify_certification");
    assert_eq!(item["affected"], claim["affected"]);
    assert_eq!(verdicts(&service).await, before, "a name decides nothing");
}

async fn what_a_list_said_is_read_as_it_was_known_at_an_instant(service: Service) {
    let clock = || service.registry().clock();
    let now = || {
        clock()
            .now()
            .to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
    };
    let list = "/v1/participant-lists";
    let at = |path: &str, instant: &str| {
        let mark = if path.contains('?') { '&' } else { '?' };
        format!("{list}{path}{mark}known_at={instant}")
    };
    let nothing = now();
    clock().advance(TimeDelta::seconds(2));
    let first = read(&service, &published(four())).await;
    let of_first = now();
    clock().advance(TimeDelta::seconds(2));
    confirm_the_four(&service).await;
    let of_confirmed = now();
    clock().advance(TimeDelta::seconds(2));
    let second = hand_in(&service, LIST_DAY, &published(differing())).await;
    assert_eq!(second.status, 201, "{}", second.text());

    service.get(&at("/newest", &nothing)).await.problem(404);
    let differing = at("/newest/differences", &nothing);
    service.get(&differing).await.problem(404);
    let all = service.get(&at("", &nothing)).await.ok();
    assert_eq!(all["items"], json!([]));

    // The list of then, and the register of then.
    for (instant, kind) in [(&of_first, "match_proposed"), (&of_confirmed, "confirmed")] {
        let then = service.get(&at("/newest", instant)).await.ok();
        assert_eq!(then["sha256"], first["sha256"]);
        let kinds: Vec<_> = counted(&then).into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, [kind]);
        let found = service.every(&at("/newest/differences", instant), 50).await;
        assert!(!found.is_empty());
        for one in &found {
            assert_eq!(one["kind"], kind);
            assert_eq!(one["evidence"]["sha256"], first["sha256"]);
        }
        let items = service.get(&at("", instant)).await.ok();
        assert_eq!(items["items"].as_array().expect("items").len(), 1);
        let attention = format!("/v1/attention?kind=list_differs&known_at={instant}");
        let waiting = service.every(&attention, 50).await.len();
        assert_eq!(waiting, if kind == "confirmed" { 0 } else { 4 });
        let path = at("/newest/participants?q=cloudflare", instant);
        let looked_up = service.get(&path).await.ok();
        let frameworks = looked_up["items"][0]["frameworks"].to_string();
        assert!(!frameworks.contains("Inactive"), "{frameworks}");
    }
    let now = service.get(&format!("{list}/newest")).await.ok();
    assert_eq!(now["sha256"], second.json()["sha256"]);
    let later = format!("/v1/participant-lists/{}", text(&now, "id"));
    let later = format!("{later}?known_at={of_first}");
    service.get(&later).await.problem(404);
    // The day asked about decides what is due soon.
    let due = "kind=recertification_due&as_of=2027-08-01";
    assert!(!differences(&service, due).await.is_empty());
    assert!(
        differences(&service, "kind=recertification_due")
            .await
            .is_empty()
    );
}

async fn a_difference_is_decided_in_the_console(service: Service) {
    read(&service, &published(differing())).await;
    let filter = "organisation=stripe&kind=match_proposed";
    let found = differences(&service, filter).await;
    let path = format!("/console/differences/{}", text(&found[0], "key"));
    let browser = async |name: &str, role: &str| {
        made(&service, name, role, &[]).await;
        let mut browser = Browser::of(&service);
        assert_eq!(browser.sign_in(name, PASSWORD).await.status, 303);
        browser
    };
    let mut editor = browser("anna", "editor").await;
    let list = editor.open("/?kind=list_differs").await.text();
    assert!(list.contains(&path), "{list}");
    let page = editor.open(&path).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(
        page.text().contains(text(&found[0], "list_says")),
        "{}",
        page.text()
    );
    assert!(
        page.text().contains("What confirming it does"),
        "{}",
        page.text()
    );
    let before = service.head().await;
    let mut reader = browser("rita", "reader").await;
    let shown = reader.open(&path).await.text();
    assert!(!shown.contains("Write what the list says"), "{shown}");
    let token = reader.form_token("/account").await;
    let refused = reader.send(&path, &[("form_token", &token)]).await;
    assert_eq!(refused.status, 403);
    let token = editor.form_token(&path).await;
    let fields = [
        ("form_token", token.as_str()),
        ("form_reason", "seen there"),
    ];
    let done = editor.send(&path, &fields).await;
    assert_eq!(
        done.header("location"),
        Some("/?said=saved"),
        "{}",
        done.text()
    );
    assert_ne!(service.head().await, before);
    assert!(differences(&service, filter).await.is_empty());
    assert_eq!(
        editor.open(&path).await.status,
        404,
        "it stands for nothing now"
    );
}
