//! Every kind of page, by light and in the dark, on a telephone and at a desk.

use serde_json::{Value, json};

use transfer_registry_core::proposals::ApprovalSubject;

use super::{PASSWORD, Walk, origin, somebody};
use crate::fixture::{Database, Service, on, on_configured, text};

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
    ("/account", "account"),
];

/// Lists and forms of the console that name nothing either.
const LISTS: &[(&str, &str)] = &[
    ("/console/flows", "flows"),
    ("/console/flows/new", "flow-new"),
    ("/console/organisations", "organisations"),
    ("/console/mechanisms", "mechanisms"),
    ("/console/assessments", "assessments"),
    ("/console/assessments/new", "assessment-new"),
    ("/console/activities", "activities"),
    ("/console/activities/new", "activity-new"),
    ("/console/groups", "groups"),
    ("/console/groups/new", "group-new"),
    ("/console/subprocessors/new/company", "onboarding-company"),
    ("/console/subprocessors/existing", "subprocessor-existing"),
    ("/console/checks", "checks"),
    ("/console/proposals", "proposals"),
    ("/console/ledger", "ledger"),
    ("/console/law/tools", "law-tools"),
    ("/console/law/amendments", "law-amendments"),
    ("/console/organisations/stripe", "third-party"),
    ("/console/organisations/stripe/edit", "organisation-edit"),
    (
        "/console/organisations/stripe/certifications/new",
        "certification-new",
    ),
    ("/console/organisations/qcontact-inc", "group-company"),
    ("/console/law/EU-ADQ-US-DPF-2023-1795/end", "decision-end"),
    (
        "/console/law/EU-ADQ-US-DPF-2023-1795/challenge",
        "decision-challenge",
    ),
    (
        "/console/law/EU-ADQ-US-DPF-2023-1795/extend",
        "decision-extend",
    ),
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_kept_from_a_list_or_form_of_the_console() {
    on(Database::Sqlite, |service| async move {
        let walk = Walk::of("looks.mjs", "looks-lists").with("PAGES", &named(LISTS, &[]));
        somebody(&service, walk).await.succeeds();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_kept_from_a_page_about_one_thing() {
    let of_two = |config: &mut transfer_registry::config::Config| {
        config.approval_required = [ApprovalSubject::AdequacyDecisions].into();
    };
    on_configured(Database::Sqlite, of_two, |service| async move {
        let objects = named(&[], &lived_in(&service).await);
        let walk = Walk::of("looks.mjs", "looks-objects").with("PAGES", &objects);
        somebody(&service, walk).await.succeeds();
    })
    .await;
}

/// One thing of each kind, as somebody finds it who has worked with the register, and what can be done
/// with it.
async fn lived_in(service: &Service) -> Vec<(String, &'static str)> {
    let first = async |path: &str| {
        let found = service.every(path, 50).await.remove(0);
        text(&found, "id").to_owned()
    };
    let quiet = json!({"slug": "quiet", "name": "Quiet", "source": "a test"});
    let quiet = service.create("/v1/groups", &quiet).await.json();
    let mechanism = json!({"tool": "scc-2021-914", "module": 2, "signed_on": "2022-03-01",
        "source": "a test", "title": "Clauses with NETCODE", "parties": [
            {"organisation": "quickbots-customers", "side": "exporter"},
            {"organisation": "netcode", "side": "importer"}]});
    let mechanism = service.create("/v1/mechanisms", &mechanism).await.json();
    let assessment = json!({"mechanism": text(&mechanism, "id"), "destination": "MA",
        "conclusion": "favourable", "concluded_on": "2022-03-01", "source": "a test"});
    let assessment = service.create("/v1/impact-assessments", &assessment).await;
    let question = json!({"exporter": "qcontact-ltd", "importer": "netcode",
        "data_subjects": ["DE", "CH"]});
    let check = service.check(&question).await.ok();
    let end = json!({"on": "2026-12-01", "end_kind": "invalidated", "source": "a judgment"});
    let path = "/v1/adequacy-decisions/EU-ADQ-US-DPF-2023-1795/end";
    let proposal = service.step(path, "*", &end).await;
    assert_eq!(proposal.status, 202, "{}", proposal.text());
    let of = |noun: &str, id: &str| format!("/console/{noun}/{id}");
    let (engagement, flow) = (
        of(
            "subprocessors",
            &first("/v1/subprocessors?group=botsify").await,
        ),
        of("flows", &first("/v1/flows").await),
    );
    let mechanism = of("mechanisms", text(&mechanism, "id"));
    let assessment = of("assessments", text(&assessment.json(), "id"));
    let activity = of("activities", &first("/v1/processing-activities").await);
    let group = first("/v1/groups").await;
    let published = first("/v1/groups/botsify/publications").await;
    let proposal = of("proposals", text(&proposal.json(), "id"));
    let check = of("checks", text(&check, "id"));
    vec![
        (format!("{engagement}/edit"), "engagement-edit"),
        (format!("{engagement}/end"), "engagement-end"),
        (engagement, "engagement"),
        (format!("{flow}/edit"), "flow-edit"),
        (format!("{flow}/suspend"), "flow-suspend"),
        (flow, "flow"),
        (format!("{mechanism}/edit"), "mechanism-edit"),
        (format!("{mechanism}/parties/new"), "mechanism-party"),
        (mechanism, "mechanism"),
        (format!("{assessment}/edit"), "assessment-edit"),
        (assessment, "assessment"),
        (format!("{activity}/edit"), "activity-edit"),
        (activity, "activity"),
        (format!("{}/edit", of("groups", &group)), "group-edit"),
        (of("groups", &group), "group"),
        (of("groups", text(&quiet, "id")), "group-unpublished"),
        (of("publishing", text(&quiet, "id")), "publishing-first"),
        (
            format!("{}/publish", of("publishing", text(&quiet, "id"))),
            "publish",
        ),
        (of("publications", &published), "publication"),
        (proposal, "proposal"),
        (format!("{check}/replay"), "check-replay"),
        (check, "check-recorded"),
    ]
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
