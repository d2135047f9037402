//! Every kind of page, by light and in the dark, on a telephone and at a desk.

use serde_json::{Value, json};

use super::{PASSWORD, Walk, origin, somebody};
use crate::fixture::{Database, on};

/// Pages of the public, with the names of their pictures.
const PUBLIC: &[(&str, &str)] = &[
    ("/qcontact/subprocessors", "list"),
    ("/botsify/subprocessors?lang=de", "list-de"),
    (
        "/netcode/subprocessors?lang=fr&q=payment",
        "list-fr-narrowed",
    ),
    (
        "/qiscus/subprocessors?lang=it&q=nothing+at+all",
        "list-it-empty",
    ),
    ("/botsify/subprocessors?as_of=2020-07-16", "archive"),
    ("/qcontact/subprocessors/upcoming", "upcoming"),
    ("/qcontact/subprocessors/changes", "changes"),
    (
        "/botsify/subprocessors/compare?from=2020-07-16&to=2026-11-01",
        "compare",
    ),
    ("/botsify/subprocessors/stripe", "detail"),
    ("/sign-in", "sign-in"),
    ("/reasons/ended", "reason"),
];

/// Pages of the console that name nothing.
const CONSOLE: &[(&str, &str)] = &[
    ("/", "attention"),
    (
        "/console/check?exporter=qcontact-ltd&importer=qcontact-inc&data_subjects=DE",
        "check-answered",
    ),
    (
        "/console/what-if?end=EU-ADQ-US-DPF-2023-1795",
        "what-if-answered",
    ),
    ("/console/map", "map"),
    ("/console/subprocessors", "subprocessors"),
    ("/console/subprocessors/new", "onboarding"),
    ("/console/flows?as_of=2019-06-01", "flows-of-a-past-day"),
    ("/console/organisations/new", "organisation-new"),
    ("/console/mechanisms/new", "mechanism-new"),
    ("/console/law", "law"),
    ("/console/law/EU-ADQ-US-DPF-2023-1795", "decision"),
    ("/console/publishing", "publishing"),
    ("/console/ledger/1", "ledger-entry"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_kept_from_a_public_page() {
    on(Database::Sqlite, |service| async move {
        let walk = Walk::of("looks.mjs", "looks-public");
        let walk = walk.with("PAGES", &named(PUBLIC, &[]));
        walk.with("ADDRESS", &origin(&service))
            .walked()
            .await
            .succeeds();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_kept_from_a_page_of_the_console() {
    on(Database::Sqlite, |service| async move {
        let pages = named(CONSOLE, &[]);
        let walk = Walk::of("looks.mjs", "looks-console").with("PAGES", &pages);
        somebody(&service, walk).await.succeeds();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_kept_from_a_page_of_the_administrators() {
    on(Database::Sqlite, |service| async move {
        let pages: &[(&str, &str)] = &[
            ("/console/tokens", "tokens"),
            ("/console/tokens/new", "token-new"),
            ("/console/users", "users"),
            ("/console/users/new", "user-new"),
        ];
        let person = json!({"name": "ada", "role": "admin", "password": PASSWORD});
        service.create("/v1/users", &person).await;
        let walk = Walk::of("looks.mjs", "looks-admin").with("PAGES", &named(pages, &[]));
        let walk = walk.with("PERSON", "ada").with("PASSWORD", PASSWORD);
        walk.with("ADDRESS", &origin(&service))
            .walked()
            .await
            .succeeds();
    })
    .await;
}

/// Pages as the walk takes them.
fn named(pages: &[(&str, &str)], more: &[(String, &str)]) -> String {
    let pages = pages
        .iter()
        .map(|(path, name)| json!({"path": path, "name": name}));
    let more = more
        .iter()
        .map(|(path, name)| json!({"path": path, "name": name}));
    Value::Array(pages.chain(more).collect()).to_string()
}
