//! Forms that somebody else made this person's browser send: refused, and nothing is done.

use std::collections::BTreeSet;

use super::people::{PASSWORD, made};
use crate::fixture::{Browser, Service, on_both_databases};

on_both_databases![a_form_that_was_not_sent_from_its_page_does_nothing,];

/// A good id that nothing has.
const NOTHING: &str = "01900000-0000-7000-8000-000000000000";

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// One way to send a form: what it is, its headers, its token.
type Cell<'a> = (&'a str, &'a [(&'a str, &'a str)], Option<&'a str>);

/// What each form takes, so that nothing but its origin is wrong with it.
fn fields(path: &str) -> Vec<(&'static str, &'static str)> {
    match path {
        "/sign-in" => vec![("name", "anna"), ("password", PASSWORD)],
        "/sign-out" => vec![],
        "/account/password" => vec![
            ("current", PASSWORD),
            ("new", "another horse battery staple"),
        ],
        // What is wrong with one of the console's is said on it: it is at least looked at.
        _ if path.starts_with("/console/") => vec![],
        _ => panic!("{path}: a form that this test does not know"),
    }
}

async fn a_form_that_was_not_sent_from_its_page_does_nothing(service: Service) {
    made(&service, "anna", "admin", &[]).await;
    let routes = transfer_registry::routes();
    let forms: BTreeSet<_> = routes
        .iter()
        .filter(|(path, methods)| {
            let unsafe_one = methods
                .iter()
                .any(|method| !["GET", "HEAD"].contains(&method.as_str()));
            unsafe_one && !path.starts_with("/v1")
        })
        .map(|(path, _)| path.replace("{id}", NOTHING).replace("{part}", NOTHING))
        .collect();
    assert!(forms.len() >= 3, "{forms:?}");
    let mut cells = 0;
    for path in &forms {
        cells += refused_everywhere(&service, path).await;
    }
    println!("{cells} cells of {} forms", forms.len());
}

/// Sends one form in every way in which it must not be sent, and then as it must be.
async fn refused_everywhere(service: &Service, path: &str) -> usize {
    let (mut browser, mut other) = (Browser::of(service), Browser::of(service));
    let page = if path == "/sign-in" { path } else { "/account" };
    if page != path {
        browser.sign_in("anna", PASSWORD).await;
        other.sign_in("bootstrap", Service::TOKEN).await;
    }
    let (token, others) = (browser.form_token(page).await, other.form_token(page).await);
    assert_ne!(token, others);
    let origin = browser.origin().to_owned();
    let own = ("origin", origin.as_str());
    let same = ("sec-fetch-site", "same-origin");
    let sent_with: [(&str, Vec<(&str, &str)>); 9] = [
        ("no origin", vec![FORM, same]),
        (
            "a foreign origin",
            vec![FORM, same, ("origin", "https://evil.example")],
        ),
        (
            "no origin that says anything",
            vec![FORM, same, ("origin", "null")],
        ),
        (
            "an origin that begins alike",
            vec![FORM, same, ("origin", "http://127.0.0.1")],
        ),
        (
            "two origins",
            vec![FORM, same, own, ("origin", "https://evil.example")],
        ),
        (
            "another site",
            vec![FORM, own, ("sec-fetch-site", "cross-site")],
        ),
        (
            "a sibling",
            vec![FORM, own, ("sec-fetch-site", "same-site")],
        ),
        (
            "plain text",
            vec![("content-type", "text/plain"), own, same],
        ),
        ("no media type", vec![own, same]),
    ];
    let right = vec![FORM, own, same];
    let tokens: [(&str, Option<&str>); 4] = [
        ("no token", None),
        ("an empty token", Some("")),
        ("a wrong token", Some("00")),
        ("another session's token", Some(&others)),
    ];
    let mut cells: Vec<Cell<'_>> = Vec::new();
    for (kind, headers) in &sent_with {
        cells.push((kind, headers, Some(&token)));
    }
    for (kind, token) in tokens {
        cells.push((kind, &right, token));
    }
    let before = service.head().await;
    let cookies = browser.cookies.clone();
    for (kind, headers, token) in &cells {
        let mut fields = fields(path);
        fields.extend(token.map(|token| ("form_token", token)));
        browser.cookies.clone_from(&cookies);
        let answer = browser.send_with(path, headers, &fields).await;
        assert_eq!(answer.status, 403, "{path}, {kind}: {}", answer.text());
        assert_eq!(browser.cookies, cookies, "{path}, {kind}: no cookie is set");
        assert_eq!(browser.is_in().await, page != path, "{path}, {kind}");
        assert_eq!(service.head().await, before, "{path}, {kind}");
    }
    // Without the browser's own secret there is no token at all.
    let mut nobody = Browser::of(service);
    let mut right_fields = fields(path);
    right_fields.push(("form_token", &token));
    assert_eq!(nobody.send(path, &right_fields).await.status, 403, "{path}");
    let many = vec![("a", ""); 6_000];
    let many: Vec<(&str, &str)> = right_fields.iter().copied().chain(many).collect();
    assert_eq!(browser.send(path, &many).await.status, 422, "{path}");
    let sent = browser.send(path, &right_fields).await.status;
    if path.starts_with("/console/") {
        assert!([200, 404, 422, 428].contains(&sent), "{path}: {sent}");
        assert_eq!(service.head().await, before, "{path}: only looked at");
    } else {
        assert_eq!(sent, 303, "{path}: as it must be");
    }
    if path == "/account/password" {
        // As it was, for the next form.
        let token = browser.form_token(page).await;
        let back = [
            ("form_token", token.as_str()),
            ("current", "another horse battery staple"),
            ("new", PASSWORD),
        ];
        assert_eq!(browser.send(path, &back).await.status, 303);
    }
    cells.len() + 2
}
