//! The life of a token: issued, shown once, used, expired, revoked; over HTTP and from the command
//! line, on every replica.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::fixture::{
    Answer, Database, Home, Program, Service, on, on_both_databases, program, text,
};

on_both_databases![
    a_token_is_shown_once_and_kept_as_a_hash,
    a_token_is_refused_from_its_last_moment_on,
    a_revoked_token_is_refused_by_the_next_request,
    what_makes_no_token_is_refused_by_its_field,
    what_is_done_with_a_token_stands_under_its_name,
];

/// Issues a token of a role, for some groups or all; gives its id and its text.
pub(crate) async fn issued(
    service: &Service,
    name: &str,
    role: &str,
    groups: Option<&[&str]>,
) -> (String, String) {
    let mut new = json!({"name": name, "role": role});
    if let Some(groups) = groups {
        new["groups"] = json!(groups);
    }
    let made = service.create("/v1/tokens", &new).await.json();
    (
        text(&made, "id").to_owned(),
        text(&made, "token").to_owned(),
    )
}

async fn read_with(service: &Service, token: &str, path: &str) -> Answer {
    let credential = format!("Bearer {token}");
    service.send_as(Some(&credential), "GET", path, b"").await
}

async fn a_token_is_shown_once_and_kept_as_a_hash(service: Service) {
    let new = json!({"name": "billing", "role": "reader", "groups": ["qcontact"]});
    let key = [("idempotency-key", "one token")];
    let made = service.write("POST", "/v1/tokens", &key, &new).await;
    let shown = made.created();
    let token = text(&shown, "token").to_owned();
    assert!(token.starts_with("treg_") && token.len() == 77, "its form");
    assert_eq!(shown["groups"], json!(["qcontact"]));
    assert_eq!(shown["issued_by"], "bootstrap");
    assert_eq!(shown["expires_at"], "2027-02-19T12:00:00Z", "90 days ahead");
    // The same request again is answered without it, and issues nothing.
    let again = service.write("POST", "/v1/tokens", &key, &new).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let again = again.created();
    assert_eq!(again["id"], shown["id"]);
    assert_eq!(again.get("token"), None);

    read_with(&service, &token, "/v1/groups").await.ok();
    let path = format!("/v1/tokens/{}", text(&shown, "id"));
    let kept = service.get(&path).await.ok();
    assert_eq!(kept.get("token"), None);
    assert_eq!(kept["last_used_at"], Service::NOW);
    let everything = [
        service.get("/v1/tokens").await.text(),
        service.get("/v1/ledger?limit=200").await.text(),
        format!("{:?}", dumped(&service).await),
    ];
    for told in everything {
        assert!(!told.contains(&token), "the token is told again");
        assert!(!told.contains(&token[5..69]), "or its secret part");
    }
    // A preview shows none that would then not be.
    let new = json!({"name": "x", "role": "admin"});
    let tried = service.post("/v1/tokens?dry_run=true", &new).await;
    assert!(!tried.text().contains("treg_"), "{}", tried.text());
}

/// Every row about tokens, as it stands in the database.
async fn dumped(service: &Service) -> Vec<String> {
    use sea_orm::EntityTrait as _;
    use transfer_registry_entity::{idempotency_keys, ledger, token_uses, tokens};
    let db = service.database().await;
    let mut rows = Vec::new();
    let found = tokens::Entity::find().all(&db).await.expect("tokens");
    assert!(!found.is_empty());
    rows.push(format!("{found:?}"));
    let found = ledger::Entity::find().all(&db).await.expect("the ledger");
    rows.push(format!("{found:?}"));
    let found = idempotency_keys::Entity::find()
        .all(&db)
        .await
        .expect("keys");
    rows.push(format!("{found:?}"));
    let found = token_uses::Entity::find().all(&db).await.expect("uses");
    rows.push(format!("{found:?}"));
    db.close().await.expect("closed");
    rows
}

async fn a_token_is_refused_from_its_last_moment_on(service: Service) {
    let new = json!({"name": "short", "role": "reader", "expires_at": "2026-11-21T13:00:00Z"});
    let made = service.create("/v1/tokens", &new).await.json();
    let token = text(&made, "token").to_owned();
    let clock = service.registry().clock().clone();
    clock.advance(TimeDelta::minutes(60) - TimeDelta::microseconds(1));
    read_with(&service, &token, "/v1/groups").await.ok();
    clock.advance(TimeDelta::microseconds(1));
    read_with(&service, &token, "/v1/groups").await.problem(401);
    let good = service.every("/v1/tokens?good=true", 50).await;
    assert!(good.iter().all(|one| one["id"] != made["id"]));
    let gone = service.every("/v1/tokens?good=false", 50).await;
    assert!(gone.iter().any(|one| one["id"] == made["id"]));
}

async fn a_revoked_token_is_refused_by_the_next_request(service: Service) {
    let (id, token) = issued(&service, "leaked", "editor", None).await;
    read_with(&service, &token, "/v1/flows").await.ok();
    let path = format!("/v1/tokens/{id}");
    let tag = service.get(&path).await.tag().to_owned();
    let clock = service.registry().clock().clone();
    let before = clock
        .now()
        .to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    clock.advance(TimeDelta::seconds(5));
    let revoke = format!("{path}/revoke");
    service
        .step(&revoke, "\"7.x\"", &Value::Null)
        .await
        .problem(412);
    let revoked = service.step(&revoke, &tag, &Value::Null).await;
    assert_eq!(revoked.ok()["revoked_at"], "2026-11-21T12:00:05Z");
    read_with(&service, &token, "/v1/flows").await.problem(401);
    let again = service.step(&revoke, revoked.tag(), &Value::Null).await;
    assert_eq!(text(&again.problem(409), "code"), "wrong_stage");
    // Who could do what at an earlier moment stays known.
    let then = format!("known_at={}", before.replace(':', "%3A"));
    let shown = service.get(&format!("{path}?{then}")).await.ok();
    assert_eq!(shown.get("revoked_at"), None, "{shown:#}");
    let good = format!("/v1/tokens?good=true&{then}");
    let good = service.every(&good, 50).await;
    assert!(good.iter().any(|one| text(one, "id") == id), "{good:?}");
    // Its name stays taken: the ledger tells of one token by it.
    let same = json!({"name": "leaked", "role": "reader"});
    assert_eq!(
        service.post("/v1/tokens", &same).await.violations(),
        [("/name".to_owned(), "taken".to_owned())]
    );
}

async fn what_makes_no_token_is_refused_by_its_field(service: Service) {
    let before = service.head().await;
    for (new, pointer, code) in [
        (json!({"role": "reader"}), "/name", "missing_field"),
        (
            json!({"name": "x", "role": "owner"}),
            "/role",
            "unknown_code",
        ),
        (json!({"name": " ", "role": "reader"}), "/name", "blank"),
        (
            json!({"name": "x", "role": "reader", "groups": ["nobody"]}),
            "/groups/0",
            "unknown_group",
        ),
        (
            json!({"name": "x", "role": "reader", "groups": []}),
            "/groups",
            "too_few_items",
        ),
        (
            json!({"name": "x", "role": "reader", "expires_at": "2027-11-22T12:00:00Z"}),
            "/expires_at",
            "out_of_range",
        ),
        (
            json!({"name": "x", "role": "reader", "expires_at": Service::NOW}),
            "/expires_at",
            "out_of_range",
        ),
    ] {
        let refused = service.post("/v1/tokens", &new).await;
        let found = refused.violations();
        assert_eq!(found, [(pointer.to_owned(), code.to_owned())], "{new}");
    }
    assert_eq!(service.head().await, before);
}

async fn what_is_done_with_a_token_stands_under_its_name(service: Service) {
    let (_, token) = issued(&service, "legal team", "editor", None).await;
    let group = json!({"slug": "acme", "name": "Acme", "source": "a test"});
    let credential = format!("Bearer {token}");
    let body = group.to_string();
    let made = service
        .send_as(Some(&credential), "POST", "/v1/groups", body.as_bytes())
        .await;
    made.created();
    let entries = service
        .every("/v1/ledger?actor=token:legal%20team", 50)
        .await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["object_type"], "group");
}

async fn token(home: &Home, arguments: &[&str]) -> crate::fixture::Finished {
    let arguments: Vec<&str> = ["token"].iter().chain(arguments).copied().collect();
    Program::new(home.folder.path(), &arguments)
        .setting("DATABASE_URL", &home.url)
        .setting(
            "DATA_DIR",
            &home.folder.path().join("data").display().to_string(),
        )
        .run()
        .await
}

/// Beside a running service, and with none: the program issues, lists and revokes, and the service
/// goes by it at its next request.
async fn the_program_issues_beside_a_running_service(kind: Database) {
    on(kind, |service| async move {
        let home = service.home();
        let made = token(&home, &["create", "--role", "reader", "--name", "cron"]).await;
        assert_eq!(
            (made.code, made.out.lines().count()),
            (Some(0), 1),
            "{made:?}"
        );
        let secret = made.last_line().to_owned();
        assert!(made.err.is_empty(), "{made:?}");
        read_with(&service, &secret, "/v1/groups").await.ok();
        let listed = token(&home, &["list"]).await;
        assert!(
            listed.out.contains("\tcron\treader\tall groups\tuntil "),
            "{listed:?}"
        );
        let revoked = token(&home, &["revoke", "cron", "--reason", "a test"]).await;
        assert_eq!(revoked.code, Some(0), "{revoked:?}");
        read_with(&service, &secret, "/v1/groups")
            .await
            .problem(401);
        let wrong = token(&home, &["create", "--role", "owner", "--name", "x"]).await;
        assert_eq!(wrong.code, Some(2), "{wrong:?}");
        let unknown = [
            "create", "--role", "reader", "--name", "x", "--group", "nobody",
        ];
        let unknown = token(&home, &unknown).await;
        assert_eq!(unknown.code, Some(1), "{unknown:?}");
        let why = "--group: there is no group `nobody`";
        assert!(unknown.err.contains(why), "{unknown:?}");
        let long = ["create", "--role", "reader", "--name", "x", "--days", "366"];
        let long = token(&home, &long).await;
        assert_eq!(long.code, Some(2), "{long:?}");
        assert!(long.err.contains("--days"), "{long:?}");
        let again = token(&home, &["create", "--role", "reader", "--name", "cron"]).await;
        let why = "--name: another token has or had this name";
        assert!(again.err.contains(why), "{again:?}");
    })
    .await;
}

mod the_program_issues_tokens_beside_a_running_service {
    use super::*;

    #[tokio::test]
    async fn sqlite() {
        the_program_issues_beside_a_running_service(Database::Sqlite).await;
    }

    #[tokio::test]
    async fn postgres() {
        the_program_issues_beside_a_running_service(Database::Postgres).await;
    }
}

#[tokio::test]
async fn a_token_that_was_issued_first_is_good_for_the_demo_register_too() {
    let home = Home::new(Database::Sqlite).await;
    let made = token(&home, &["create", "--role", "admin", "--name", "first"]).await;
    assert_eq!(made.code, Some(0), "{made:?}");
    let secret = made.last_line().to_owned();
    assert!(program().exists());
    let mut running = Program::new(home.folder.path(), &["serve", "--demo"])
        .setting("DATABASE_URL", &home.url)
        .setting(
            "DATA_DIR",
            &home.folder.path().join("data").display().to_string(),
        )
        .on_free_ports()
        .start();
    let mut address = None;
    while let Some(line) = running.line().await {
        if let Some(found) = line.strip_prefix("listening on ") {
            address = Some(found.to_owned());
            break;
        }
    }
    let address = address.expect("it listens");
    let request = reqwest::Client::new().get(format!("{address}/v1/groups"));
    let answer = Answer::of(
        request
            .bearer_auth(&secret)
            .send()
            .await
            .expect("an answer"),
    )
    .await;
    assert_eq!(answer.ok()["items"].as_array().map(Vec::len), Some(5));
    assert_eq!(running.terminate().await.code, Some(0));
    home.remove().await;
}
