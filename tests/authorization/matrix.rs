//! The matrix: every operation of the served document and every other route, by role, credential
//! and whose object it is.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{
    groups::{Own, two_groups},
    people::{PASSWORD, made},
    tokens::issued,
};
use crate::{
    contract::{Operation, body_for, operations},
    fixture::{Answer, Browser, Service, on_both_databases, text},
};

on_both_databases![
    every_operation_is_open_to_its_roles_and_to_nobody_else,
    no_other_route_asks_for_or_goes_by_a_credential,
    a_page_is_a_persons_only_in_a_session_that_is_on,
];

const ROLES: [&str; 5] = ["admin", "editor", "approver", "reader", "checker"];

/// A good id that nothing has.
const NOTHING: &str = "01900000-0000-7000-8000-000000000000";

/// The operations of whose objects this register has none.
const NOT_THERE: [&str; 6] = [
    "confirmDifference",
    "getImport",
    "getLawAmendment",
    "getParticipantList",
    "listParticipantDifferences",
    "withdrawLawAmendment",
];

/// What only who proposed something may do with it.
const OF_THE_PROPOSER: [&str; 2] = ["replaceProposal", "withdrawProposal"];

/// Whose object a request names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Whose {
    Own,
    Others,
    Nobodys,
}

/// What each role may be granted, by the contract and not by the code.
fn granted(operation: &Operation) -> &'static [&'static str] {
    let id = text(&operation.body, "operationId");
    let readers: &[&str] = &["admin", "editor", "approver", "reader"];
    match (operation.method.as_str(), id) {
        (_, "checkTransfer" | "checkTransfers") => &ROLES,
        (_, id) if id.ends_with("Token") || id.ends_with("Tokens") => &["admin"],
        (_, id) if id.ends_with("User") || id.ends_with("Users") => &["admin"],
        // An import is told to who sent it.
        (_, "getImport") => &["admin", "editor"],
        (_, "approveProposal" | "refuseProposal") => &["admin", "approver"],
        ("GET", _) | (_, "analyseImpact" | "replayTransferCheck") => readers,
        _ => &["admin", "editor"],
    }
}

/// The credentials of one role.
struct Credentials {
    role: &'static str,
    /// Limited to the first group.
    good: String,
    /// For all groups: who is limited changes nothing that they share.
    whole: String,
    /// Those that are none: what they are, and what is sent.
    bad: Vec<(&'static str, Option<String>)>,
}

async fn credentials(service: &Service) -> Vec<Credentials> {
    let mut all = Vec::new();
    for role in ROLES {
        let (_, good) = issued(service, &format!("{role} of own"), role, Some(&["own"])).await;
        let (_, whole) = issued(service, &format!("{role} of all"), role, None).await;
        let (id, revoked) = issued(service, &format!("{role} revoked"), role, None).await;
        let revoke = format!("/v1/tokens/{id}/revoke");
        service.step(&revoke, "*", &Value::Null).await.ok();
        let new = json!({"name": format!("{role} expired"), "role": role,
            "expires_at": "2026-11-21T12:30:00Z"});
        let expired = service.create("/v1/tokens", &new).await.json();
        let expired = text(&expired, "token").to_owned();
        let mut malformed = good.clone();
        malformed.pop();
        let bearer = |token: &str| Some(format!("Bearer {token}"));
        all.push(Credentials {
            role,
            bad: vec![
                ("none", None),
                ("malformed", bearer(&malformed)),
                ("expired", bearer(&expired)),
                ("revoked", bearer(&revoked)),
                ("of another kind", Some(format!("Basic {good}"))),
                ("of another issuer", bearer("eyJhbGciOiJub25lIn0.e30.")),
            ],
            good,
            whole,
        });
    }
    service.registry().clock().advance(TimeDelta::minutes(30));
    all
}

/// The paths of an operation, with ids of whose objects; where there is only one, it is shared.
fn paths(operation: &Operation, own: &Own, others: &Own) -> BTreeMap<Whose, String> {
    if !operation.path.contains('{') {
        return [(Whose::Own, operation.path.clone())].into();
    }
    let of = |whose: &Own| whose.path(&operation.path);
    let mut paths = BTreeMap::new();
    match (of(own), of(others)) {
        (Some(own), Some(others)) => {
            paths.insert(Whose::Own, own);
            paths.insert(Whose::Others, others);
        }
        _ => {
            paths.insert(Whose::Own, own.shared(&operation.path));
        }
    }
    paths.insert(Whose::Nobodys, nobodys(&operation.path));
    paths
}

/// A path with an id of nothing in the place of each parameter.
fn nobodys(path: &str) -> String {
    let segments = path.split('/').map(|segment| match segment {
        "{seq}" => "999999",
        "{key}" => "no-such-key",
        "{resource}" => "nothing",
        "{code}" => "ZZ",
        segment if segment.starts_with('{') => NOTHING,
        segment => segment,
    });
    segments.collect::<Vec<_>>().join("/")
}

async fn every_operation_is_open_to_its_roles_and_to_nobody_else(service: Service) {
    let (own, others) = two_groups(&service).await;
    let credentials = credentials(&service).await;
    let document: Value = service.get_publicly("/openapi.json").await.ok();
    let (mut cells, mut seen) = (0, BTreeSet::new());
    for operation in operations(&document) {
        let Some(roles) = operation.body["x-roles"].as_array() else {
            continue;
        };
        let roles: Vec<&str> = roles.iter().filter_map(Value::as_str).collect();
        assert_eq!(roles, granted(&operation), "{}", operation.path);
        let id = text(&operation.body, "operationId").to_owned();
        let paths = paths(&operation, &own, &others);
        let body = body_for(&operation).map(|body| body.to_string());
        let body = body.unwrap_or_default();
        let before = service.head().await;
        for Credentials {
            role,
            good,
            whole,
            bad,
        } in &credentials
        {
            let shared = operation.path.contains('{') && !paths.contains_key(&Whose::Others);
            let good = if shared { whole } else { good };
            let mut told = BTreeMap::new();
            for (whose, path) in &paths {
                let about = format!("{id}: {role}, {whose:?}");
                for (kind, credential) in bad {
                    let answer = service
                        .send_as(
                            credential.as_deref(),
                            &operation.method,
                            path,
                            body.as_bytes(),
                        )
                        .await;
                    assert_eq!(answer.status, 401, "{about}, {kind}: {}", answer.text());
                    cells += 1;
                }
                let may = roles.contains(role);
                let status = sent(&service, good, &operation, path, &body, may).await;
                match (may, whose) {
                    (false, _) => assert_eq!(status, 403, "{about}"),
                    // The rest of the request may be wrong; it is not told that before.
                    (true, Whose::Own) => {
                        let nothing = NOT_THERE.contains(&id.as_str());
                        assert_eq!(status == 404, nothing, "{about}: {status}");
                        let foreign = OF_THE_PROPOSER.contains(&id.as_str());
                        assert_eq!(status == 403, foreign, "{about}: {status}");
                        assert!(![401, 500].contains(&status), "{about}: {status}");
                    }
                    // A body may be found wrong before anybody looks for the object.
                    (true, Whose::Others | Whose::Nobodys) => {
                        let asked = operation.body.get("requestBody").is_some();
                        let unseen = status == 404 || (status == 422 && asked);
                        assert!(unseen, "{about}: {status}");
                    }
                }
                told.insert(*whose, status);
                cells += 1;
                seen.insert((id.clone(), *role, *whose));
            }
            // What is another group's cannot be told from what is not there.
            if let Some(others) = told.get(&Whose::Others) {
                assert_eq!(Some(others), told.get(&Whose::Nobodys), "{id}: {role}");
            }
        }
        assert_eq!(service.head().await, before, "{id} changed the register");
    }
    let operations: BTreeSet<&String> = seen.iter().map(|(id, ..)| id).collect();
    assert!(operations.len() >= 80, "{}", operations.len());
    println!("{cells} cells of {} operations", operations.len());
}

/// Sends a request with the token of a role. One that may be made is only tried.
async fn sent(
    service: &Service,
    token: &str,
    operation: &Operation,
    path: &str,
    body: &str,
    may: bool,
) -> u16 {
    let writes = operation.body["parameters"].to_string().contains("dry_run");
    let path = if may && writes {
        format!("{path}?dry_run=true")
    } else {
        path.to_owned()
    };
    let credential = format!("Bearer {token}");
    let method = operation.method.as_str();
    let with_body = operation.body.get("requestBody").is_some();
    let body = match body {
        "" if with_body => "{}",
        body => body,
    };
    let media_type = with_body.then_some(match text(&operation.body, "operationId") {
        "readParticipantList" => {
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        }
        "createImport" => "text/csv",
        _ if method == "PATCH" => "application/merge-patch+json",
        _ => "application/json",
    });
    let headers = [("if-match", "*")];
    let answer = service
        .request(
            Some(&credential),
            method,
            &path,
            media_type,
            &headers,
            body.as_bytes(),
        )
        .await;
    answer.status
}

/// A page without the token of its forms, which is another each time.
fn unsigned(page: &Answer) -> String {
    let text = page.text();
    match text.split_once("name=\"form_token\" value=\"") {
        Some((before, rest)) => format!("{before}{}", rest.get(64..).unwrap_or_default()),
        None => text,
    }
}

async fn no_other_route_asks_for_or_goes_by_a_credential(service: Service) {
    let (_, token) = issued(&service, "reader", "reader", Some(&["qcontact"])).await;
    let before = service.head().await;
    let routes = transfer_registry::routes();
    let outside: Vec<_> = routes
        .iter()
        .filter(|(path, _)| !path.starts_with("/v1"))
        .collect();
    assert!(outside.len() >= 7, "{outside:?}");
    for (path, methods) in outside {
        let path = filled(path);
        let bearer = format!("Bearer {token}");
        let plain = service.send_as(None, "GET", &path, b"").await;
        for credential in [Some(bearer.as_str()), Some("Bearer wrong"), Some("Basic x")] {
            let answer = service.send_as(credential, "GET", &path, b"").await;
            assert_eq!(answer.status, plain.status, "{path}");
            assert!(
                plain.status == 405 || unsigned(&answer) == unsigned(&plain),
                "{path} goes by {credential:?}"
            );
        }
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let answer = service.send_as(Some(&bearer), method, &path, b"").await;
            let form = methods.iter().any(|one| one == method);
            let expected = if form { 403 } else { 405 };
            assert_eq!(answer.status, expected, "{method} {path}");
        }
    }
    assert_eq!(service.head().await, before);
}

/// A path with something in its places: of an object of the register, an id that nothing has.
fn filled(path: &str) -> String {
    path.replace("{group}", "qiscus")
        .replace("/reasons/{code}", "/reasons/ended")
        .replace("{code}", "not_found")
        .replace("{subprocessor}", "google")
        .replace("{day}", "2024-08-19")
        .replace("{resource}", "nothing")
        .replace("{id}", NOTHING)
        .replace("{part}", NOTHING)
}

/// The browsers of one role's person: what they are, whether they are signed in, and themselves.
async fn browsers(service: &Service, role: &str) -> Vec<(&'static str, bool, Browser)> {
    let name = format!("{role}-of-pages");
    made(service, &name, role, &["qcontact"]).await;
    let gone = format!("{role}-gone");
    let id = made(service, &gone, role, &[]).await;
    let (_, token) = issued(service, &format!("{role} of pages"), role, None).await;
    let of = || Browser::of(service);
    let (mut on, mut out, mut disabled) = (of(), of(), of());
    on.sign_in(&name, PASSWORD).await;
    out.sign_in(&name, PASSWORD).await;
    let ended = out.cookies["session"].clone();
    let form = out.form_token("/account").await;
    out.send("/sign-out", &[("form_token", &form)]).await;
    disabled.sign_in(&gone, PASSWORD).await;
    let disable = format!("/v1/users/{id}/disable");
    service.step(&disable, "*", &Value::Null).await.ok();
    let with = |secret: &str| {
        let mut browser = of();
        browser
            .cookies
            .insert("session".to_owned(), secret.to_owned());
        browser
    };
    vec![
        ("on", true, on),
        ("none", false, of()),
        ("ended", false, with(&ended)),
        ("of a disabled user", false, disabled),
        ("malformed", false, with("no secret at all")),
        ("nobody's", false, with(&"0".repeat(64))),
        ("a token", false, with(&token)),
    ]
}

async fn a_page_is_a_persons_only_in_a_session_that_is_on(service: Service) {
    let routes = transfer_registry::routes();
    let pages: Vec<_> = routes
        .iter()
        .filter(|(path, _)| !path.starts_with("/v1"))
        .collect();
    assert!(pages.len() >= 12, "{pages:?}");
    let mut cells = 0;
    for role in ROLES {
        let browsers = browsers(&service, role).await;
        let before = service.head().await;
        for (kind, is_on, browser) in browsers {
            for (path, methods) in &pages {
                let about = format!("{path}: {role}, {kind}");
                let of_an_object = path.starts_with("/console/") && path.contains('{');
                let path = filled(path);
                let expected = match path.as_str() {
                    "/" | "/account" if !is_on => 303,
                    path if path.starts_with("/console/") && !is_on => 303,
                    // Who may only check is led to where that is done.
                    "/" if role == "checker" => 303,
                    "/sign-in" if is_on => 303,
                    // Without an issuer there is nothing to go to.
                    "/sign-in/issuer" | "/sign-in/return" => 404,
                    _ if !methods.iter().any(|method| method == "GET") => 405,
                    _ => 200,
                };
                let answer = browser.clone().open(&path).await;
                if is_on && path.starts_with("/console/") {
                    // What is not there, or not for everybody, is refused as a page.
                    let fits = match answer.status {
                        200 => !of_an_object,
                        404 | 422 => of_an_object,
                        405 => !methods.iter().any(|method| method == "GET"),
                        status => status == 403,
                    };
                    assert!(fits, "{about}: {}", answer.status);
                } else {
                    assert_eq!(answer.status, expected, "{about}");
                }
                if !is_on {
                    assert!(!answer.text().contains("-of-pages"), "{about}: whose it is");
                }
                if methods.iter().any(|method| method == "POST") {
                    let sent = browser.clone().send(&path, &[]).await;
                    assert_eq!(sent.status, 403, "{about}, a form without its token");
                }
                cells += 1;
            }
        }
        assert_eq!(service.head().await, before, "{role}");
    }
    println!("{cells} cells of {} pages", pages.len());
}
