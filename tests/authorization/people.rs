//! People who sign in with a password: made, let in, sent away.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

use crate::fixture::{Browser, Service, on_both_databases, text};

on_both_databases![
    a_user_signs_in_and_out,
    a_password_is_kept_as_its_hash_and_shown_once,
    a_session_ends_when_nobody_uses_it_and_after_its_time,
    a_session_has_a_secret_that_nobody_had_before,
    a_disabled_user_is_out_at_once_and_comes_back_without_the_sessions_of_before,
    another_password_ends_every_session,
    what_a_user_may_do_follows_the_register,
    whoever_has_the_bootstrap_token_signs_in_by_it,
    what_makes_no_user_is_refused_by_its_field,
    who_is_limited_looks_after_nobody,
];

pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// Makes a user; gives the id.
pub(crate) async fn made(service: &Service, name: &str, role: &str, groups: &[&str]) -> String {
    let mut new = json!({"name": name, "role": role, "password": PASSWORD});
    if !groups.is_empty() {
        new["groups"] = json!(groups);
    }
    let made = service.create("/v1/users", &new).await.json();
    assert_eq!(
        made.get("password"),
        None,
        "it was given, so it is not shown"
    );
    text(&made, "id").to_owned()
}

async fn a_user_signs_in_and_out(service: Service) {
    made(&service, "anna", "editor", &["qcontact"]).await;
    let mut browser = Browser::of(&service);
    let first = browser.open("/account").await;
    assert_eq!(
        (first.status, first.header("location")),
        (303, Some("/sign-in?to=%2Faccount"))
    );
    for (name, password) in [
        ("anna", "wrong horse battery staple"),
        ("nobody", PASSWORD),
        ("", ""),
    ] {
        let refused = browser.sign_in(name, password).await;
        assert_eq!(refused.status, 403, "{name}");
        assert!(
            refused.text().contains("name or the password is wrong"),
            "{}",
            refused.text()
        );
        assert_eq!(refused.header("cache-control"), Some("no-store"));
        assert!(!browser.is_in().await);
    }
    let token = browser.form_token("/sign-in?to=/account").await;
    let fields = [
        ("form_token", token.as_str()),
        ("name", "Anna"),
        ("password", PASSWORD),
        ("to", "/account"),
    ];
    let inside = browser.send("/sign-in", &fields).await;
    assert_eq!(
        (inside.status, inside.header("location")),
        (303, Some("/account"))
    );
    let cookie = inside
        .headers()
        .iter()
        .find(|(name, value)| name == "set-cookie" && value.starts_with("session="));
    let (_, cookie) = cookie.expect("a session");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let account = browser.open("/account").await;
    let shown = account.text();
    assert!(
        shown.contains("user:anna") && shown.contains("QContact"),
        "{shown}"
    );
    assert_eq!(account.header("cache-control"), Some("no-store"));
    assert_eq!(browser.open("/").await.status, 200);
    // A session is no credential of the API.
    assert_eq!(browser.open("/v1/groups").await.status, 401);

    let kept = browser.cookies.clone();
    let token = browser.form_token("/account").await;
    let out = browser.send("/sign-out", &[("form_token", &token)]).await;
    assert_eq!(
        (out.status, out.header("location")),
        (303, Some("/sign-in"))
    );
    assert!(!browser.cookies.contains_key("session"));
    browser.cookies = kept;
    assert!(
        !browser.is_in().await,
        "the secret is good for nothing any more"
    );
}

async fn a_password_is_kept_as_its_hash_and_shown_once(service: Service) {
    let new = json!({"name": "bert", "role": "reader"});
    let key = [("idempotency-key", "one user")];
    let shown = service
        .write("POST", "/v1/users", &key, &new)
        .await
        .created();
    let password = text(&shown, "password").to_owned();
    assert!(password.len() >= 24, "144 bits");
    let again = service
        .write("POST", "/v1/users", &key, &new)
        .await
        .created();
    assert_eq!((&again["id"], again.get("password")), (&shown["id"], None));
    let read = service
        .get(&format!("/v1/users/{}", text(&shown, "id")))
        .await
        .ok();
    assert_eq!(read.get("password"), None);
    assert!(
        Browser::of(&service)
            .sign_in("bert", &password)
            .await
            .status
            == 303
    );

    let db = service.database().await;
    let kept = crate::fixture::agreement::replayed(&db).await;
    let ledger = format!("{kept:?}");
    assert!(
        !ledger.contains(&password) && !ledger.contains("argon2"),
        "the ledger keeps no hash"
    );
    let rows =
        sea_orm::Statement::from_string(db.get_database_backend(), "SELECT hash FROM passwords");
    let rows = db.query_all_raw(rows).await.expect("the passwords");
    for row in rows {
        let hash: String = row.try_get("", "hash").expect("a hash");
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(!hash.contains(&password));
    }
    let rows =
        sea_orm::Statement::from_string(db.get_database_backend(), "SELECT sha256 FROM sessions");
    assert_eq!(db.query_all_raw(rows).await.expect("the sessions").len(), 1);
}

async fn a_session_ends_when_nobody_uses_it_and_after_its_time(service: Service) {
    made(&service, "anna", "reader", &[]).await;
    let clock = service.registry().clock().clone();
    let mut browser = Browser::of(&service);
    browser.sign_in("anna", PASSWORD).await;
    clock.advance(TimeDelta::minutes(29));
    assert!(browser.is_in().await, "it is used");
    clock.advance(TimeDelta::minutes(29));
    assert!(browser.is_in().await, "it was used meanwhile");
    clock.advance(TimeDelta::minutes(30));
    assert!(!browser.is_in().await, "for half an hour nobody used it");
    browser.sign_in("anna", PASSWORD).await;
    for _ in 0..35 {
        clock.advance(TimeDelta::minutes(20));
        assert!(browser.is_in().await);
    }
    clock.advance(TimeDelta::minutes(20));
    assert!(!browser.is_in().await, "twelve hours are over");
}

async fn a_session_has_a_secret_that_nobody_had_before(service: Service) {
    made(&service, "anna", "reader", &[]).await;
    let mut seen = BTreeSet::new();
    let mut browser = Browser::of(&service);
    // What somebody else has put there does not become a session.
    browser.cookies.insert("session".to_owned(), "0".repeat(64));
    for _ in 0..3 {
        let before = browser.cookies.get("session").cloned();
        let token = {
            let mut signing_in = browser.clone();
            signing_in.cookies.remove("session");
            let token = signing_in.form_token("/sign-in").await;
            browser
                .cookies
                .insert("sign-in".to_owned(), signing_in.cookies["sign-in"].clone());
            token
        };
        let fields = [
            ("form_token", token.as_str()),
            ("name", "anna"),
            ("password", PASSWORD),
        ];
        browser.send("/sign-in", &fields).await;
        let secret = browser.cookies["session"].clone();
        assert_eq!(secret.len(), 64);
        assert!(seen.insert(secret), "it is new each time");
        let mut other = Browser::of(&service);
        other
            .cookies
            .extend(before.map(|before| ("session".to_owned(), before)));
        assert!(!other.is_in().await, "the one before is over");
        assert!(browser.is_in().await);
    }
}

async fn a_disabled_user_is_out_at_once_and_comes_back_without_the_sessions_of_before(
    service: Service,
) {
    let id = made(&service, "anna", "reader", &[]).await;
    let mut browser = Browser::of(&service);
    browser.sign_in("anna", PASSWORD).await;
    assert!(browser.is_in().await);
    let disable = format!("/v1/users/{id}/disable");
    let disabled = service.step(&disable, "*", &Value::Null).await.ok();
    assert_eq!(disabled["disabled_at"], Service::NOW);
    assert!(!browser.is_in().await);
    assert_eq!(browser.sign_in("anna", PASSWORD).await.status, 403);
    let twice = service.step(&disable, "*", &Value::Null).await.problem(409);
    assert_eq!(text(&twice, "code"), "wrong_stage");
    let enable = format!("/v1/users/{id}/enable");
    service.step(&enable, "*", &Value::Null).await.ok();
    assert!(!browser.is_in().await, "the session stays ended");
    assert_eq!(browser.sign_in("anna", PASSWORD).await.status, 303);
    assert!(browser.is_in().await);
}

async fn another_password_ends_every_session(service: Service) {
    let id = made(&service, "anna", "reader", &[]).await;
    let (mut here, mut there) = (Browser::of(&service), Browser::of(&service));
    here.sign_in("anna", PASSWORD).await;
    there.sign_in("anna", PASSWORD).await;
    let token = here.form_token("/account").await;
    for (current, new, why) in [
        (
            "wrong",
            "another horse battery staple",
            "current password is wrong",
        ),
        (PASSWORD, "short", "too short"),
    ] {
        let fields = [
            ("form_token", token.as_str()),
            ("current", current),
            ("new", new),
        ];
        let refused = here.send("/account/password", &fields).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains(why), "{}", refused.text());
    }
    let new = "another horse battery staple";
    let fields = [
        ("form_token", token.as_str()),
        ("current", PASSWORD),
        ("new", new),
    ];
    let changed = here.send("/account/password", &fields).await;
    assert_eq!(
        (changed.status, changed.header("location")),
        (303, Some("/account"))
    );
    assert!(here.is_in().await, "with a new session");
    assert!(!there.is_in().await);
    assert_eq!(there.sign_in("anna", PASSWORD).await.status, 403);
    assert_eq!(there.sign_in("anna", new).await.status, 303);
    let entries = service.get("/v1/ledger?actor=user:anna").await.ok();
    assert_eq!(entries["items"][0]["action"], "set_password", "{entries}");
    // An admin can do it too.
    let reset = json!({"password": "a third horse battery staple"});
    service
        .patch(&format!("/v1/users/{id}"), "*", &reset)
        .await
        .ok();
    assert!(!here.is_in().await && !there.is_in().await);
}

async fn what_a_user_may_do_follows_the_register(service: Service) {
    let id = made(&service, "anna", "reader", &[]).await;
    let mut browser = Browser::of(&service);
    browser.sign_in("anna", PASSWORD).await;
    let change = json!({"role": "editor", "groups": ["qiscus"]});
    let changed = service
        .patch(&format!("/v1/users/{id}"), "*", &change)
        .await
        .ok();
    assert_eq!(
        (&changed["role"], &changed["groups"]),
        (&json!("editor"), &json!(["qiscus"]))
    );
    let account = browser.open("/account").await.text();
    assert!(
        account.contains("editor") && account.contains("Qiscus"),
        "{account}"
    );
    let home = browser.open("/").await.text();
    assert!(
        home.contains("/qiscus/subprocessors") && !home.contains("/qcontact/"),
        "{home}"
    );
    let renamed = json!({"name": "eve"});
    let refused = service
        .patch(&format!("/v1/users/{id}"), "*", &renamed)
        .await;
    assert_eq!(
        refused.violations(),
        [("/name".to_owned(), "immutable_field".to_owned())]
    );
}

async fn whoever_has_the_bootstrap_token_signs_in_by_it(service: Service) {
    let mut browser = Browser::of(&service);
    assert_eq!(browser.sign_in("bootstrap", "wrong").await.status, 403);
    assert_eq!(
        browser.sign_in("bootstrap", Service::TOKEN).await.status,
        303
    );
    let account = browser.open("/account").await.text();
    assert!(
        account.contains("bootstrap") && account.contains("admin"),
        "{account}"
    );
    assert!(
        !account.contains("Change the password"),
        "it is the operator's setting"
    );
    let home = service.home();
    let other = crate::fixture::start(&home, |config| {
        config.bootstrap_token = Some(transfer_registry::config::Token::given(
            "another-operators-token-for-these-tests",
        ));
    });
    // On SQLite there is one service at a time.
    if service.is_on_postgres() {
        let other = other.await;
        let there = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        let cookie = format!("session={}", browser.cookies["session"]);
        let asked = there
            .build()
            .unwrap()
            .get(format!("http://{}/account", other.address()));
        let asked = asked.header("cookie", cookie).send().await.unwrap();
        assert_eq!(asked.status(), 303, "another token ends the session");
        other.stop().await;
    }
}

async fn what_makes_no_user_is_refused_by_its_field(service: Service) {
    made(&service, "anna", "reader", &[]).await;
    let before = service.head().await;
    for (change, pointer, code) in [
        (json!({"name": "Anna"}), "/name", "taken"),
        (json!({"name": "bootstrap"}), "/name", "taken"),
        (json!({"name": "with space"}), "/name", "bad_value"),
        (json!({"name": "user:x"}), "/name", "bad_value"),
        (json!({"name": ""}), "/name", "blank"),
        (
            json!({"password": "elevenchars"}),
            "/password",
            "out_of_range",
        ),
        (json!({"role": "king"}), "/role", "unknown_code"),
        (json!({"groups": []}), "/groups", "too_few_items"),
        (json!({"groups": ["nobody"]}), "/groups/0", "unknown_group"),
        (json!({"more": 1}), "/more", "unknown_field"),
    ] {
        let mut new = json!({"name": "new", "role": "reader", "password": PASSWORD});
        for (field, value) in change.as_object().unwrap() {
            new[field] = value.clone();
        }
        let refused = service.write("POST", "/v1/users", &[], &new).await;
        let found = refused.violations();
        assert_eq!(found.len(), 1, "{new}: {found:?}");
        assert_eq!(found[0].0, pointer, "{new}: {found:?}");
        println!("{pointer} {code}: {}", found[0].1);
        assert_eq!(found[0].1, code, "{new}");
    }
    assert_eq!(service.head().await, before);
}

async fn who_is_limited_looks_after_nobody(service: Service) {
    let (_, token) = super::tokens::issued(&service, "own", "admin", Some(&["qcontact"])).await;
    let id = made(&service, "anna", "reader", &["qcontact"]).await;
    let mut browser = Browser::of(&service);
    browser.sign_in("anna", PASSWORD).await;
    let credential = format!("Bearer {token}");
    let ask = async |method: &'static str, path: String, body: &'static str| {
        let body = body.as_bytes();
        service
            .send_as(Some(&credential), method, &path, body)
            .await
    };
    let list = ask("GET", "/v1/users".to_owned(), "").await.ok();
    assert_eq!(list["items"], json!([]));
    assert_eq!(ask("GET", format!("/v1/users/{id}"), "").await.status, 404);
    let new = r#"{"name": "x", "role": "admin"}"#;
    assert_eq!(ask("POST", "/v1/users".to_owned(), new).await.status, 403);
    let enable = format!("/v1/users/{id}/enable");
    let refused = ask_with(&service, &credential, &enable, "POST", "").await;
    assert_eq!(refused, 403);
    let user = format!("/v1/users/{id}");
    let password = r#"{"password": "short"}"#;
    let refused = ask_with(&service, &credential, &user, "PATCH", password).await;
    assert_eq!(refused, 403);
    assert!(browser.is_in().await, "nobody was sent away by that");
    let twice = service.step(&enable, "*", &Value::Null).await.problem(409);
    assert_eq!(text(&twice, "code"), "wrong_stage");
    assert!(browser.is_in().await, "nor by what is refused otherwise");
    let sql = "SELECT COUNT(*) AS kept FROM passwords";
    let db = service.database().await;
    let counting = sea_orm::Statement::from_string(db.get_database_backend(), sql);
    let counted = db.query_one_raw(counting).await.expect("a count");
    let kept: i64 = counted
        .expect("a row")
        .try_get("", "kept")
        .expect("a number");
    assert_eq!(kept, 1, "no password is kept of who may not make a user");
    let entries = ask("GET", "/v1/ledger".to_owned(), "").await.text();
    assert!(!entries.contains("anna"), "{entries}");
}

async fn ask_with(
    service: &Service,
    credential: &str,
    path: &str,
    method: &str,
    body: &str,
) -> u16 {
    let media_type = (!body.is_empty()).then_some("application/json");
    let headers = [("if-match", "*")];
    let answer = service
        .request(
            Some(credential),
            method,
            path,
            media_type,
            &headers,
            body.as_bytes(),
        )
        .await;
    answer.status
}
