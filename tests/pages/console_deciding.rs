//! Proposals, tokens and users in the console: who decides, and who may do what.

use scraper::Html;
use serde_json::{Value, json};
use transfer_registry_core::proposals::ApprovalSubject;

use super::{
    console_work::{browser, links},
    sheet::{Sheet, all, page, said},
};
use crate::{
    authorization::people::PASSWORD,
    fixture::{Browser, Database, Service, on_configured, text},
};

/// Tests against a service that asks for approval of everything that can need it.
macro_rules! where_approval_is_required {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::asking($crate::fixture::Database::Sqlite, super::$name).await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                super::asking($crate::fixture::Database::Postgres, super::$name).await;
            }
        }
    )+};
}

where_approval_is_required![
    what_one_proposes_another_approves,
    what_was_proposed_is_changed_refused_and_withdrawn,
    whoever_gave_a_user_the_password_decides_nothing_of_theirs,
    a_token_is_shown_once_and_revoked,
    a_user_is_made_changed_disabled_and_given_another_password,
    each_page_opens_for_its_roles,
];

const DPF: &str = "EU-ADQ-US-DPF-2023-1795";

async fn asking<F>(kind: Database, test: impl FnOnce(Service) -> F + 'static)
where
    F: Future<Output = ()> + 'static,
{
    let everything = |config: &mut transfer_registry::config::Config| {
        config.approval_required = ApprovalSubject::ALL.iter().copied().collect();
    };
    on_configured(kind, everything, test).await;
}

/// Somebody proposes in the console that the framework of 2023 falls; the proposal's page.
async fn falls(browser: &mut Browser) -> String {
    let mut sheet = Sheet::open(browser, &format!("/console/law/{DPF}/end")).await;
    sheet
        .fill("on", "2026-12-01")
        .fill("end_kind", "invalidated")
        .fill("source", "the judgment")
        .fill("form_reason", "the court has said so");
    let to = sheet.saved(browser).await;
    let path = to.strip_suffix("?said=proposed").expect("a proposal");
    path.to_owned()
}

async fn decided(service: &Service) -> String {
    let question = json!({"exporter": "botsify", "importer": "stripe", "data_subjects": ["DE"],
        "as_of": "2026-12-01"});
    text(&service.check(&question).await.ok(), "decision").to_owned()
}

async fn what_one_proposes_another_approves(service: Service) {
    let mut editor = browser(&service, "anna", "editor", &[]).await;
    let mut approver = browser(&service, "paul", "approver", &[]).await;
    let path = falls(&mut editor).await;
    let own = page(&mut editor, &path).await;
    assert!(
        said(&own, "h1")
            .concat()
            .starts_with("End adequacy decision:")
    );
    assert!(own.html().contains("Another person approves or refuses it"));
    assert!(!links(&own, "a").iter().any(|one| one.ends_with("/approve")));
    let html = page(&mut approver, &path).await;
    assert!(
        said(&html, ".effect .lead")
            .concat()
            .contains("become denied")
    );
    let rows = said(&html, "table:first-of-type tbody tr");
    assert!(
        rows.iter()
            .any(|one| one.contains("2026-12-01") && one.ends_with("differs")),
        "{rows:?}"
    );
    assert!(html.html().contains("the court has said so"));
    let approve = format!("{path}/approve");
    assert!(links(&html, "a.button").contains(&approve));
    assert_eq!(decided(&service).await, "allow");
    let sheet = Sheet::open(&mut approver, &approve).await;
    let to = sheet.saved(&mut approver).await;
    assert_eq!(to, format!("{path}?said=approved"));
    assert_eq!(decided(&service).await, "deny");
    let html = page(&mut editor, &path).await;
    assert_eq!(said(&html, ".lead .state"), ["Approved"]);
    // What was decided is compared with nothing: the register has moved on.
    let heads = said(&html, "table:first-of-type thead th");
    assert_eq!(heads, ["Field", "Proposed"]);
    let rows = said(&html, "table:first-of-type tbody tr");
    assert!(
        rows.iter().any(|one| one.contains("2026-12-01")),
        "{rows:?}"
    );
    assert!(said(&html, ".lead").concat().contains("user:paul decided"));
    let list = page(&mut editor, "/console/proposals?state=approved").await;
    assert_eq!(said(&list, "tbody tr").len(), 1);
    let none = page(&mut editor, "/console/proposals?state=open").await;
    assert!(all(&none, "tbody tr").is_empty());
}

async fn what_was_proposed_is_changed_refused_and_withdrawn(service: Service) {
    let mut editor = browser(&service, "anna", "editor", &[]).await;
    let mut stranger = browser(&service, "sven", "editor", &[]).await;
    let mut approver = browser(&service, "paul", "approver", &[]).await;
    let path = falls(&mut editor).await;
    let seen = Sheet::open(&mut approver, &format!("{path}/approve")).await;
    let edit = format!("{path}/edit");
    assert_eq!(stranger.open(&edit).await.status, 403);
    let mut sheet = Sheet::open(&mut editor, &edit).await;
    assert_eq!(sheet.value("on"), "2026-12-01");
    assert_eq!(sheet.value("source"), "the judgment");
    sheet.fill("on", "soon");
    let wrong = sheet.press(&mut editor, "look").await;
    let html = Html::parse_document(&wrong.text());
    assert_eq!(
        all(&html, "#f-on[aria-invalid=true]").len(),
        1,
        "{}",
        wrong.text()
    );
    assert_eq!(Sheet::of(&html).value("on"), "soon");
    sheet.fill("on", "2027-01-01");
    sheet.saved(&mut editor).await;
    let kept = service.get(&path.replace("/console/", "/v1/")).await.ok();
    assert_eq!(kept["body"]["on"], "2027-01-01");
    assert_eq!(kept["version"], 2);
    // Who looked at the version before approves nothing.
    let stale = seen.press(&mut approver, "look").await;
    assert_eq!(stale.status, 412, "{}", stale.text());
    let late = sheet.press(&mut editor, "look").await;
    assert_eq!(late.status, 412, "the version that was opened is gone");

    let refuse = Sheet::open(&mut approver, &format!("{path}/refuse")).await;
    let unsaid = refuse.press(&mut approver, "look").await;
    assert_eq!(unsaid.status, 422);
    assert!(unsaid.text().contains("Say why"), "{}", unsaid.text());
    let mut refuse = Sheet::of(&Html::parse_document(&unsaid.text()));
    refuse.fill("form_reason", "it is appealed");
    let to = refuse.saved(&mut approver).await;
    let html = page(&mut editor, &to).await;
    assert!(html.html().contains("it is appealed"));
    assert_eq!(said(&html, ".lead .state"), ["Refused"]);

    let path = falls(&mut editor).await;
    let mut unfit = Sheet::open(&mut editor, &format!("{path}/withdraw")).await;
    unfit.fill("form_reason", "too early");
    let to = unfit.saved(&mut editor).await;
    assert_eq!(to, format!("{path}?said=withdrawn"));
    assert_eq!(decided(&service).await, "allow");
}

/// Fills in a form whose answer is a secret; gives the secret.
async fn secret(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> String {
    let mut sheet = Sheet::open(browser, path).await;
    for (name, value) in fields {
        sheet.fill(name, value);
    }
    let answer = sheet.press(browser, "save").await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let html = Html::parse_document(&answer.text());
    let shown = all(&html, "input.secret");
    let shown = shown.first().and_then(|one| one.attr("value"));
    shown
        .unwrap_or_else(|| panic!("no secret: {}", answer.text()))
        .to_owned()
}

async fn whoever_gave_a_user_the_password_decides_nothing_of_theirs(service: Service) {
    let mut admin = browser(&service, "anna", "admin", &[]).await;
    let mut other = browser(&service, "olga", "admin", &[]).await;
    let eve = [("name", "eve"), ("role", "admin")];
    let password = secret(&mut admin, "/console/users/new", &eve).await;
    let mut second = Browser::of(&service);
    assert_eq!(second.sign_in("eve", &password).await.status, 303);

    let path = falls(&mut admin).await;
    let approve = format!("{path}/approve");
    refuses_own(&mut second, &path).await;
    // Nor when eve has chosen another password: who knew the first could have done that.
    let mut account = Sheet::open(&mut second, "/account").await;
    account.fill("current", &password).fill("new", PASSWORD);
    assert_eq!(account.press(&mut second, "").await.status, 303);
    refuses_own(&mut second, &path).await;
    // Nor by a token of eve's.
    let fields = [("name", "of eve"), ("role", "approver")];
    let token = secret(&mut second, "/console/tokens/new", &fields).await;
    let bearer = format!("Bearer {token}");
    let api = format!("{}/approve", path.replace("/console/", "/v1/"));
    let headers = [("if-match", "*")];
    let refused = service
        .request(Some(&bearer), "POST", &api, None, &headers, b"")
        .await;
    assert_eq!(text(&refused.problem(403), "code"), "own_proposal");
    // Another admin who gave nobody a password decides.
    let sheet = Sheet::open(&mut other, &approve).await;
    assert_eq!(sheet.press(&mut other, "look").await.status, 200);

    // The other way round, and for who gives another password later.
    let path = falls(&mut second).await;
    refuses_own(&mut admin, &path).await;
    let found = service.every("/v1/users", 50).await;
    let eve = found.iter().find(|one| one["name"] == "eve").expect("eve");
    let new = format!("/console/users/{}/password", text(eve, "id"));
    let sheet = Sheet::open(&mut other, &format!("{path}/approve")).await;
    assert_eq!(sheet.press(&mut other, "look").await.status, 200);
    secret(&mut other, &new, &[]).await;
    refuses_own(&mut other, &path).await;
    assert_eq!(decided(&service).await, "allow");
}

/// Somebody who counts as the proposer can neither approve nor refuse, and is told so.
async fn refuses_own(browser: &mut Browser, path: &str) {
    let html = page(browser, path).await;
    assert!(
        html.html().contains("count as one person"),
        "{}",
        html.html()
    );
    for step in ["approve", "refuse"] {
        let mut sheet = Sheet::open(browser, &format!("{path}/{step}")).await;
        sheet.fill("form_reason", "mine");
        let refused = sheet.press(browser, "look").await;
        assert_eq!(refused.status, 403, "{step}: {}", refused.text());
        assert!(
            refused.text().contains("what they proposed themselves"),
            "{}",
            refused.text()
        );
    }
}

async fn a_token_is_shown_once_and_revoked(service: Service) {
    let mut admin = browser(&service, "anna", "admin", &[]).await;
    let mut sheet = Sheet::open(&mut admin, "/console/tokens/new").await;
    sheet
        .fill("name", "shop")
        .fill("role", "checker")
        .fill("expires_at", "2030-01-01");
    let wrong = sheet.press(&mut admin, "save").await;
    assert_eq!(wrong.status, 422, "more than a year ahead");
    let html = Html::parse_document(&wrong.text());
    assert_eq!(all(&html, "#f-expires_at[aria-invalid=true]").len(), 1);
    let mut sheet = Sheet::of(&html);
    assert_eq!(sheet.value("name"), "shop");
    assert_eq!(sheet.value("role"), "checker");
    sheet.fill("expires_at", "2027-01-01");
    let answer = sheet.press(&mut admin, "save").await;
    let html = Html::parse_document(&answer.text());
    let token = all(&html, "input.secret")[0]
        .attr("value")
        .expect("a token")
        .to_owned();
    let bearer = format!("Bearer {token}");
    let question = json!({"exporter": "botsify", "importer": "stripe", "data_subjects": ["DE"]});
    let asked = || {
        let body = question.to_string();
        let (service, bearer) = (service.clone(), bearer.clone());
        async move {
            let path = "/v1/transfer-checks";
            let media_type = Some("application/json");
            service
                .request(
                    Some(&bearer),
                    "POST",
                    path,
                    media_type,
                    &[],
                    body.as_bytes(),
                )
                .await
        }
    };
    assert_eq!(asked().await.status, 200);
    // The same form again, as a browser that is reloaded sends it, issues and shows nothing.
    let again = sheet.press(&mut admin, "save").await;
    assert_eq!(again.status, 200);
    assert!(
        again.text().contains("This was done already"),
        "{}",
        again.text()
    );
    assert!(!again.text().contains(&token));
    let list = page(&mut admin, "/console/tokens?good=true").await;
    let row = said(&list, "tbody tr")
        .into_iter()
        .find(|one| one.starts_with("shop"));
    assert!(row.is_some_and(|row| row.contains("Good")));
    assert!(!list.html().contains(&token));
    let path = links(&list, "tbody th a")[0].clone();
    let shown = page(&mut admin, &path).await;
    assert!(!shown.html().contains(&token));
    let sheet = Sheet::open(&mut admin, &format!("{path}/revoke")).await;
    sheet.saved(&mut admin).await;
    assert_eq!(asked().await.status, 401);
    let shown = page(&mut admin, &path).await;
    assert_eq!(said(&shown, ".lead .state"), ["Revoked"]);
}

async fn a_user_is_made_changed_disabled_and_given_another_password(service: Service) {
    let mut admin = browser(&service, "anna", "admin", &[]).await;
    let mut sheet = Sheet::open(&mut admin, "/console/users/new").await;
    sheet.fill("name", "bert smith").fill("role", "reader");
    let wrong = sheet.press(&mut admin, "save").await;
    let html = Html::parse_document(&wrong.text());
    assert_eq!(all(&html, "#f-name[aria-invalid=true]").len(), 1);
    assert_eq!(Sheet::of(&html).value("name"), "bert smith");
    let fields = [("name", "bert"), ("role", "reader"), ("groups", "qcontact")];
    let password = secret(&mut admin, "/console/users/new", &fields).await;
    let mut bert = Browser::of(&service);
    assert_eq!(bert.sign_in("bert", &password).await.status, 303);
    let list = page(&mut admin, "/console/users").await;
    let path = links(&list, "tbody th a")
        .pop()
        .expect("bert is the newest");
    let mut sheet = Sheet::open(&mut admin, &format!("{path}/edit")).await;
    assert_eq!(
        (sheet.value("role"), sheet.value("groups")),
        ("reader", "qcontact")
    );
    sheet.fill("role", "editor");
    sheet.saved(&mut admin).await;
    assert_eq!(bert.open("/console/groups/new").await.status, 200);
    let stale = sheet.press(&mut admin, "look").await;
    assert_eq!(stale.status, 412);

    let second = secret(&mut admin, &format!("{path}/password"), &[]).await;
    assert!(!bert.is_in().await, "every session ends");
    assert_eq!(bert.sign_in("bert", &password).await.status, 403);
    assert_eq!(bert.sign_in("bert", &second).await.status, 303);
    let sheet = Sheet::open(&mut admin, &format!("{path}/disable")).await;
    sheet.saved(&mut admin).await;
    assert!(!bert.is_in().await);
    let shown = page(&mut admin, &path).await;
    assert_eq!(said(&shown, ".lead .state"), ["Disabled"]);
    let sheet = Sheet::open(&mut admin, &format!("{path}/enable")).await;
    sheet.saved(&mut admin).await;
    assert_eq!(bert.sign_in("bert", &second).await.status, 303);
    // The past is only read.
    let past = admin.open(&format!("{path}/edit?as_of=2026-01-01")).await;
    assert_eq!(past.status, 403);
    assert!(past.text().contains("Go back to now"), "{}", past.text());
}

async fn each_page_opens_for_its_roles(service: Service) {
    let mut first = browser(&service, "anna", "admin", &[]).await;
    let proposal = falls(&mut first).await;
    let (_, issued) = crate::authorization::tokens::issued(&service, "shop", "checker", None).await;
    assert!(!issued.is_empty());
    let id = |items: &[Value], at: usize| text(&items[at], "id").to_owned();
    let token = id(&service.every("/v1/tokens", 50).await, 0);
    let user = id(&service.every("/v1/users", 50).await, 0);
    let [readers, writers, deciders, admins] = [
        &["admin", "editor", "approver", "reader"][..],
        &["admin", "editor"],
        &["admin", "approver"],
        &["admin"],
    ];
    let pages = [
        ("/console/checks".to_owned(), readers),
        ("/console/what-if".to_owned(), readers),
        ("/console/law/amendments".to_owned(), readers),
        (format!("/console/law/{DPF}/end"), writers),
        (format!("/console/law/{DPF}/extend"), writers),
        (format!("/console/law/{DPF}/challenge"), writers),
        ("/console/proposals".to_owned(), readers),
        (proposal.clone(), readers),
        (format!("{proposal}/approve"), deciders),
        (format!("{proposal}/refuse"), deciders),
        (format!("{proposal}/withdraw"), writers),
        ("/console/ledger".to_owned(), readers),
        ("/console/ledger/1".to_owned(), readers),
        ("/console/tokens".to_owned(), admins),
        ("/console/tokens/new".to_owned(), admins),
        (format!("/console/tokens/{token}"), admins),
        (format!("/console/tokens/{token}/revoke"), admins),
        ("/console/users".to_owned(), admins),
        ("/console/users/new".to_owned(), admins),
        (format!("/console/users/{user}"), admins),
        (format!("/console/users/{user}/edit"), admins),
        (format!("/console/users/{user}/password"), admins),
        (format!("/console/users/{user}/disable"), admins),
    ];
    for role in ["admin", "editor", "approver", "reader", "checker"] {
        let mut somebody = browser(&service, &format!("{role}-x"), role, &[]).await;
        for (path, roles) in &pages {
            let answer = somebody.open(path).await;
            let expected = if roles.contains(&role) { 200 } else { 403 };
            assert_eq!(answer.status, expected, "{role}: {path}: {}", answer.text());
            let html = Html::parse_document(&answer.text());
            assert!(html.errors.is_empty(), "{path}: {:?}", html.errors);
            assert_eq!(all(&html, "h1").len(), 1, "{path}");
        }
    }
}
