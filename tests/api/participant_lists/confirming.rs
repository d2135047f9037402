//! Who the participants are, and what the list says of them, confirmed by a person.

use std::time::Instant;

use serde_json::{Value, json};
use transfer_registry::config::Lapses;
use transfer_registry_core::proposals::ApprovalSubject;

use super::{
    FOUR, ask, attention, certifications, confirm, confirm_key, confirm_the_four, counted,
    differences, hand_in, read, warns,
    workbook::{LIST_DAY, XLSX, differing, four, others, participant, published, workbook},
};
use crate::fixture::{Database, Service, on_both_databases, on_configured, text};

on_both_databases![
    each_of_the_four_is_proposed_and_nobody_else,
    what_the_list_bears_out_counts_as_checked,
    what_the_list_has_otherwise_waits_for_a_person,
    a_lapse_counts_once_a_person_has_confirmed_it,
    another_participant_than_the_proposed_one_is_looked_up_and_named,
    a_list_counts_once_under_a_key_and_is_tried_without_being_kept,
    four_thousand_participants_are_read,
];

async fn each_of_the_four_is_proposed_and_nobody_else(service: Service) {
    let reading = read(&service, &published(differing())).await;
    assert_eq!(reading["day"], LIST_DAY);
    assert_eq!(reading["entries"], 24);
    assert_eq!(reading["origin"], "workbook");
    assert_eq!(counted(&reading), [("match_proposed".to_owned(), 4)]);
    let mut proposed = Vec::new();
    for difference in differences(&service, "").await {
        assert_eq!(difference["kind"], "match_proposed");
        assert_eq!(difference["evidence"]["sha256"], reading["sha256"]);
        assert_eq!(difference["correction"]["write"], "confirm_participant");
        assert!(difference["affected"].as_u64() > Some(0), "{difference:#}");
        proposed.push((
            text(&difference, "organisation").to_owned(),
            text(&difference, "participant").to_owned(),
        ));
    }
    let expected = [
        ("amazon-web-services", "1"),
        ("cloudflare", "4"),
        ("digitalocean", "2"),
        ("stripe", "3"),
    ];
    assert_eq!(
        proposed,
        expected.map(|(a, b)| (a.to_owned(), b.to_owned()))
    );
    // Nothing is written before a person says who they are.
    let items = attention(&service, "list_differs").await;
    assert_eq!(items.len(), 4, "{items:#?}");
    for item in items {
        assert_eq!(item["next_step"], "decide_difference");
        assert!(item["affected"].as_u64() > Some(0), "{item:#}");
    }
    for (_, company) in FOUR {
        for held in certifications(&service, company).await {
            assert!(held.get("checked_on").is_none(), "{held:#}");
        }
    }
}

async fn what_the_list_bears_out_counts_as_checked(service: Service) {
    let pair = FOUR[0];
    let reading = read(&service, &published(differing())).await;
    assert!(warns(
        &ask(&service, pair, "DE").await,
        "evidence_unchecked"
    ));
    assert_eq!(confirm(&service, pair.1, "match_proposed").await, 1);
    let holder = service
        .get("/v1/organisations/amazon-web-services")
        .await
        .ok();
    assert_eq!(holder["dpf_participant"], "1");
    let held = certifications(&service, pair.1).await;
    assert_eq!(held.len(), 3);
    for held in held {
        assert_eq!(held["checked_on"], LIST_DAY);
        assert_eq!(held["recertification_due"], "2027-08-30");
        assert_eq!(held["valid_from"], "2023-09-01");
        let evidence = &held["evidence"];
        assert_eq!(evidence["sha256"], reading["sha256"]);
        assert_eq!(evidence["day"], LIST_DAY);
        assert_eq!(evidence["participant"], "1");
        assert_eq!(evidence["status"], "Active");
    }
    for subject in ["DE", "CH", "GB"] {
        let answer = ask(&service, pair, subject).await;
        assert_eq!(answer["decision"], "allow");
        assert!(!warns(&answer, "evidence_unchecked"), "{answer:#}");
    }
    // The others are as unchecked as before.
    assert!(warns(
        &ask(&service, FOUR[1], "DE").await,
        "evidence_unchecked"
    ));
}

async fn what_the_list_has_otherwise_waits_for_a_person(service: Service) {
    read(&service, &published(differing())).await;
    confirm_the_four(&service).await;
    let newest = service.get("/v1/participant-lists/newest").await.ok();
    let expected = [
        ("lapsed", 1),
        ("days_differ", 3),
        ("hr_coverage_differs", 3),
        ("confirmed", 5),
    ];
    assert_eq!(
        counted(&newest),
        expected.map(|(kind, count)| (kind.to_owned(), count))
    );
    let items = attention(&service, "list_differs").await;
    assert_eq!(items.len(), 7);
    assert!(items.iter().all(|item| item["affected"].as_u64() > Some(0)));
    // What has lapsed comes first, with the day on which it did.
    assert!(
        text(&items[0], "title").starts_with("cloudflare: "),
        "{items:#?}"
    );
    assert_eq!(
        (&items[0]["urgency"], &items[0]["due"]),
        (&json!(1), &json!("2026-11-03"))
    );

    assert_eq!(confirm(&service, "digitalocean", "days_differ").await, 3);
    for held in certifications(&service, "digitalocean").await {
        assert_eq!(held["valid_from"], "2023-10-02");
        assert_eq!(held["checked_on"], LIST_DAY);
    }
    assert_eq!(confirm(&service, "stripe", "hr_coverage_differs").await, 3);
    for held in certifications(&service, "stripe").await {
        assert_eq!(held["covers_hr"], true);
        assert_eq!(held["checked_on"], LIST_DAY);
    }
    assert_eq!(attention(&service, "list_differs").await.len(), 1);
    // The ledger says who agreed, and why.
    let entries = service.every("/v1/ledger?after=0", 200).await;
    let last = entries.last().expect("entries");
    assert_eq!(last["reason"], "seen on the official page", "{last:#}");
}

async fn a_lapse_counts_once_a_person_has_confirmed_it(service: Service) {
    let pair = FOUR[3];
    read(&service, &published(differing())).await;
    confirm_the_four(&service).await;
    assert_eq!(ask(&service, pair, "DE").await["decision"], "allow");
    let lapsed = differences(&service, "kind=lapsed").await;
    let [lapsed] = lapsed.as_slice() else {
        panic!("{lapsed:#?}");
    };
    assert_eq!(lapsed["framework"], "eu-us-dpf");
    assert_eq!(lapsed["correction"]["valid_to"], "2026-11-02");
    let key = text(lapsed, "key");

    let before = service.head().await;
    let tried = confirm_key(&service, key, "?dry_run=true").await.ok();
    assert_eq!(tried["counts"]["denied"], 1, "{tried:#}");
    let change = &tried["changes"][0];
    assert_eq!(
        (&change["importer"], &change["effect"]),
        (&json!("cloudflare"), &json!("denied"))
    );
    assert_eq!(service.head().await, before, "a dry run stored something");

    let written = confirm_key(&service, key, "").await.ok();
    assert_eq!(written["object"], "certification");
    assert_eq!(written["id"], lapsed["certification"]);
    assert_eq!(written["organisation"], "cloudflare");
    let answer = ask(&service, pair, "DE").await;
    assert_eq!(answer["decision"], "deny", "{answer:#}");
    assert!(warns(&answer, "certification_lapsed"), "{answer:#}");
    // Its key stood for what register and list said before.
    confirm_key(&service, key, "").await.problem(404);
    assert_eq!(ask(&service, pair, "CH").await["decision"], "allow");
}

/// Where the operator wants it so, a lapse counts without anybody's word: when the match is
/// confirmed, and when a later list shows it.
async fn a_lapse_counts_at_once(kind: Database) {
    let at_once = |config: &mut transfer_registry::config::Config| {
        config.participants.lapses = Lapses::AtOnce;
    };
    on_configured(kind, at_once, |service| async move {
        read(&service, &published(four())).await;
        confirm_the_four(&service).await;
        let pair = FOUR[3];
        assert_eq!(ask(&service, pair, "DE").await["decision"], "allow");
        let later = hand_in(&service, "2026-11-20", &published(differing())).await;
        assert_eq!(later.status, 201, "{}", later.text());
        let answer = ask(&service, pair, "DE").await;
        assert_eq!(answer["decision"], "deny", "{answer:#}");
        assert!(warns(&answer, "certification_lapsed"), "{answer:#}");
        // Other days are still a person's to confirm.
        assert!(differences(&service, "kind=lapsed").await.is_empty());
        assert_eq!(differences(&service, "kind=days_differ").await.len(), 3);
    })
    .await;
    on_configured(kind, at_once, |service| async move {
        read(&service, &published(differing())).await;
        assert_eq!(ask(&service, FOUR[3], "DE").await["decision"], "allow");
        confirm_the_four(&service).await;
        assert_eq!(ask(&service, FOUR[3], "DE").await["decision"], "deny");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lapse_counts_at_once_where_a_setting_says_so_on_sqlite() {
    a_lapse_counts_at_once(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lapse_counts_at_once_where_a_setting_says_so_on_postgres() {
    a_lapse_counts_at_once(Database::Postgres).await;
}

async fn another_participant_than_the_proposed_one_is_looked_up_and_named(service: Service) {
    let participants = "/v1/participant-lists/newest/participants";
    service
        .get(&format!("{participants}?q=stripe"))
        .await
        .problem(404);
    read(&service, &published(four())).await;
    let missing = service.get(participants).await.violations();
    assert_eq!(missing, [("/q".to_owned(), "missing_field".to_owned())]);
    let found = service.every(&format!("{participants}?q=STRIPE"), 1).await;
    let ids: Vec<&str> = found.iter().map(|one| text(one, "id")).collect();
    assert_eq!(ids, ["3", "5"]);
    assert_eq!(
        found[0]["frameworks"][0]["recertification_due"],
        "2027-08-30"
    );

    let stripe = service.get("/v1/organisations/stripe").await;
    let named = json!({"dpf_participant": "5"});
    service
        .patch("/v1/organisations/stripe", stripe.tag(), &named)
        .await
        .ok();
    let left = differences(&service, "organisation=stripe&kind=match_proposed").await;
    assert!(left.is_empty(), "{left:#?}");
    // What the list bears out is taken over when it is read again.
    let again = read(&service, &published(four())).await;
    assert_eq!(
        counted(&again),
        [
            ("match_proposed".to_owned(), 3),
            ("confirmed".to_owned(), 3)
        ]
    );
    let held = certifications(&service, "stripe").await;
    assert!(
        held.iter()
            .all(|held| held["evidence"]["participant"] == "5"),
        "{held:#?}"
    );
}

async fn a_list_counts_once_under_a_key_and_is_tried_without_being_kept(service: Service) {
    let (list, other) = (published(four()), published(differing()));
    let path = format!("/v1/participant-lists?day={LIST_DAY}");
    let before = service.head().await;
    let tried = service
        .upload(&format!("{path}&dry_run=true"), &[], XLSX, &list)
        .await
        .ok();
    assert_eq!(tried["changes"], json!([]));
    let kept = service.get("/v1/participant-lists").await.ok();
    assert_eq!(kept["items"], json!([]));
    assert_eq!(service.head().await, before);

    let key = [("idempotency-key", "the list of 19 November")];
    let first = service.upload(&path, &key, XLSX, &list).await;
    assert_eq!(first.status, 201, "{}", first.text());
    let again = service.upload(&path, &key, XLSX, &list).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.json()["id"], first.json()["id"]);
    assert_eq!(again.header("location"), first.header("location"));
    let reused = service.upload(&path, &key, XLSX, &other).await.problem(422);
    assert_eq!(text(&reused, "code"), "idempotency_key_reused");
    // The same list is the same reading without a key, too; another one is another.
    let same = service.upload(&path, &[], XLSX, &list).await.json();
    assert_eq!(same["id"], first.json()["id"]);
    let second = service.upload(&path, &[], XLSX, &other).await.json();
    let kept = service.every("/v1/participant-lists", 1).await;
    let ids: Vec<&Value> = kept.iter().map(|one| &one["id"]).collect();
    assert_eq!(
        ids,
        [&second["id"], &first.json()["id"]],
        "the newest first"
    );
    let at = first.header("location").expect("a location");
    assert_eq!(service.get(at).await.ok()["sha256"], same["sha256"]);
}

async fn four_thousand_participants_are_read(service: Service) {
    let mut all = four();
    all.extend(others());
    all.extend((25..=4_000).map(|id| participant(id, &format!("Organisation number {id}, LLC"))));
    let workbook = workbook(&all);
    let begun = Instant::now();
    let reading = read(&service, &workbook).await;
    let (bytes, took) = (workbook.len(), begun.elapsed());
    println!("4000 participants, {bytes} bytes: read, kept and compared in {took:?}");
    assert_eq!(reading["entries"], 4_000);
    assert_eq!(counted(&reading), [("match_proposed".to_owned(), 4)]);
}

async fn a_confirmation_needs_another_person(kind: Database) {
    let certifications_need_approval = |config: &mut transfer_registry::config::Config| {
        config.approval_required = [ApprovalSubject::Certifications].into();
    };
    on_configured(kind, certifications_need_approval, |service| async move {
        read(&service, &published(four())).await;
        let before = service.every(HELD, 50).await;
        let filter = "organisation=stripe&kind=match_proposed";
        let found = differences(&service, filter).await;
        let key = text(&found[0], "key").to_owned();
        let answer = confirm_key(&service, &key, "").await;
        assert_eq!(answer.status, 202, "{}", answer.text());
        assert_eq!(answer.json()["operation"], "confirmDifference");
        assert_eq!(service.every(HELD, 50).await, before);
        let new = json!({"name": "approver", "role": "approver"});
        let token = service.create("/v1/tokens", &new).await.json();
        let by = format!("Bearer {}", text(&token, "token"));
        let path = answer.header("location").expect("a path").to_owned();
        let approve = format!("{path}/approve");
        let any = [("if-match", "*")];
        let own = service.write("POST", &approve, &any, &Value::Null).await;
        own.problem(403);
        // The operator issued the approver's token, and so another one proposes.
        let withdraw = format!("{path}/withdraw");
        service.step(&withdraw, "*", &Value::Null).await.ok();
        let new = json!({"name": "editor", "role": "editor"});
        let token = service.create("/v1/tokens", &new).await.json();
        let editor = format!("Bearer {}", text(&token, "token"));
        let confirm = format!("/v1/participant-lists/newest/differences/{key}/confirm");
        let answer = service
            .request(Some(&editor), "POST", &confirm, None, &[], b"")
            .await;
        let path = answer.header("location").expect("a path").to_owned();
        let approve = format!("{path}/approve");
        let approved = service
            .request(Some(&by), "POST", &approve, None, &any, b"")
            .await;
        assert_eq!(approved.ok()["state"], "approved");
        assert_ne!(service.every(HELD, 50).await, before);
        // Who a participant is needs another person as well, and what a list that one person hands
        // in then bears out is not written by itself.
        let named = json!({"dpf_participant": "4"}).to_string();
        let path = "/v1/organisations/cloudflare";
        let media_type = Some("application/json");
        let answer = service
            .request(
                Some(&editor),
                "PATCH",
                path,
                media_type,
                &any,
                named.as_bytes(),
            )
            .await;
        assert_eq!(answer.status, 202, "{}", answer.text());
        let path = answer.header("location").expect("a path").to_owned();
        let approve = format!("{path}/approve");
        let approved = service
            .request(Some(&by), "POST", &approve, None, &any, b"")
            .await;
        assert_eq!(approved.ok()["state"], "approved");
        let before = service.head().await;
        hand_in(&service, LIST_DAY, &published(four())).await;
        hand_in(&service, "2026-11-20", &published(four())).await;
        assert_eq!(service.head().await, before);
    })
    .await;
}

/// Where the certifications of one of the four are.
const HELD: &str = "/v1/organisations/stripe/certifications";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_confirmation_needs_another_person_on_sqlite() {
    a_confirmation_needs_another_person(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_confirmation_needs_another_person_on_postgres() {
    a_confirmation_needs_another_person(Database::Postgres).await;
}
