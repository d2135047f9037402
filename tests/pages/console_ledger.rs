//! The ledger in the console.

use scraper::Html;
use serde_json::json;

use super::{
    console_work::{browser, links},
    sheet::{Sheet, all, page, said},
};
use crate::fixture::{Browser, Service, on_both_databases, text};

on_both_databases![
    what_a_list_shows_can_be_had_as_a_file_narrowed_alike,
    the_ledger_tells_the_newest_first_and_what_changed,
    whoever_is_limited_reads_of_no_other_group_what_was_done,
];

/// The lines of a list as a file, without the columns' names.
async fn lines(browser: &mut Browser, path: &str) -> Vec<String> {
    let answer = browser.open(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    let kind = answer.header("content-type").unwrap_or_default();
    assert!(kind.starts_with("text/csv"), "{path}: {kind}");
    let named = answer.header("content-disposition").unwrap_or_default();
    assert!(named.ends_with("-2026-11-21.csv\""), "{path}: {named}");
    let text = answer.text();
    text.lines().skip(1).map(str::to_owned).collect()
}

async fn what_a_list_shows_can_be_had_as_a_file_narrowed_alike(service: Service) {
    let mut editor = browser(&service, "anna", "editor", &[]).await;
    let html = page(&mut editor, "/console/subprocessors?group=botsify").await;
    let file = links(&html, ".file a").remove(0);
    assert!(file.contains("group=botsify"), "{file}");
    let rows = said(&html, "main tbody tr").len();
    let found = lines(&mut editor, &file).await;
    assert_eq!(found.len(), rows);
    assert!(
        found.iter().any(|line| line.contains("Stripe")),
        "{found:?}"
    );
    // More than a page shows is in it, and what could be taken for a formula is not one.
    let formula = json!({"legal_name": "=1+1 Ltd", "slug": "formula", "kind": "third_party",
        "seat": "DE", "source": "a test"});
    service.create("/v1/organisations", &formula).await;
    let all = lines(&mut editor, "/console/ledger?file=csv").await;
    let entries = service.every("/v1/ledger", 200).await;
    assert_eq!(all.len(), entries.len());
    assert!(all.len() > 100, "{}", all.len());
    let named = lines(&mut editor, "/console/organisations?q=1%2B1&file=csv").await;
    assert!(
        named.len() == 1 && named[0].starts_with("'=1+1 Ltd"),
        "{named:?}"
    );
    let days = "as_of=2019-07-01&file=csv";
    let then = editor.open(&format!("/console/flows?{days}")).await;
    let file = then.header("content-disposition").unwrap_or_default();
    assert_eq!(file, "attachment; filename=\"flows-2019-07-01.csv\"");
    for path in ["proposals", "checks", "groups", "law/amendments"] {
        let path = format!("/console/{path}?file=csv");
        assert_eq!(editor.open(&path).await.status, 200, "{path}");
    }
}

async fn the_ledger_tells_the_newest_first_and_what_changed(service: Service) {
    let mut editor = browser(&service, "anna", "editor", &[]).await;
    let group = service.get("/v1/groups/qcontact").await;
    let id = text(&group.ok(), "id").to_owned();
    let mut sheet = Sheet::open(&mut editor, &format!("/console/groups/{id}/edit")).await;
    sheet
        .fill("notice_days", "45")
        .fill("form_reason", "the new contract");
    sheet.saved(&mut editor).await;
    let list = page(&mut editor, "/console/ledger").await;
    let told = said(&list, "tbody tr:first-child").concat();
    assert!(told.contains("user:anna changed the group"), "{told}");
    assert!(told.contains("the new contract"), "{told}");
    let entry = page(&mut editor, &links(&list, "tbody tr:first-child a")[0]).await;
    let row = said(&entry, "tbody tr");
    let row = row.iter().find(|one| one.starts_with("notice days"));
    assert!(
        row.is_some_and(|row| row.ends_with("45 changed") || row.ends_with("45 added")),
        "{row:?}"
    );
    assert!(links(&entry, "dd a").contains(&format!("/console/groups/{id}")));
    assert_eq!(all(&entry, "a[rel=next]").len(), 0, "it is the last");
    let before = page(&mut editor, &links(&entry, "a[rel=prev]")[0]).await;
    assert_eq!(all(&before, "a[rel=next]").len(), 1);
    // Earlier ones follow, without a gap.
    let earlier = page(&mut editor, &links(&list, ".turn a")[0]).await;
    let number = |html: &Html, at: &str| -> u64 {
        said(html, &format!("tbody tr:{at} th"))[0]
            .parse()
            .expect("a number")
    };
    assert_eq!(
        number(&list, "last-child"),
        number(&earlier, "first-child") + 1
    );
    let narrowed = page(
        &mut editor,
        "/console/ledger?actor=user:anna&object_type=group",
    )
    .await;
    assert_eq!(all(&narrowed, "tbody tr").len(), 1);
    let file = editor
        .open("/console/ledger.json?actor=user:anna")
        .await
        .ok();
    assert_eq!(file["items"][0]["action"], "amend");
    assert_eq!(file["complete"], true);
    assert_eq!(editor.open("/console/ledger/99999999").await.status, 404);
    // What was published is told by its version, and read on its own page.
    let entries = service
        .get("/v1/ledger?object_type=publication&limit=1")
        .await
        .ok();
    let published = &entries["items"][0];
    let path = format!("/console/ledger/{}", published["seq"]);
    let entry = page(&mut editor, &path).await;
    let lead = said(&entry, ".lead").concat();
    assert!(
        lead.contains("published version 1 of the list of"),
        "{lead}"
    );
    let own = format!("/console/publications/{}", text(published, "object_id"));
    assert!(links(&entry, "tbody a").contains(&own));
    assert!(!entry.html().contains("companies&quot;"), "no raw content");
    // The demo's own beginning is told, too.
    let first = page(&mut editor, "/console/ledger/1").await;
    assert!(!said(&first, "tbody tr").is_empty());
}

async fn whoever_is_limited_reads_of_no_other_group_what_was_done(service: Service) {
    let mut limited = browser(&service, "lena", "editor", &["qcontact"]).await;
    let list = page(&mut limited, "/console/ledger").await;
    let about = links(&list, "tbody td a");
    assert!(about.len() > 5, "{about:?}");
    for path in about {
        assert_eq!(limited.open(&path).await.status, 200, "{path}");
    }
    let group = service.get("/v1/groups/qiscus").await.ok();
    let entries = service
        .every(&format!("/v1/ledger?object_id={}", text(&group, "id")), 50)
        .await;
    let path = format!("/console/ledger/{}", entries[0]["seq"]);
    assert_eq!(limited.open(&path).await.status, 404);
    for path in ["/console/tokens", "/console/users"] {
        assert_eq!(limited.open(path).await.status, 403, "{path}");
    }
}
