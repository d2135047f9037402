//! `serve --demo` from its first line to its last, and `check` on what it left.

use serde_json::{Value, json};

use crate::fixture::{Answer, Database, Finished, Home, Program, Running, text};

fn program(home: &Home, arguments: &[&str]) -> Program {
    let folder = home.folder.path();
    Program::new(folder, arguments)
        .setting("DATABASE_URL", &home.url)
        .setting("DATA_DIR", &folder.join("data").display().to_string())
}

/// Reads to the line that says where it listens; gives what came before, and the address.
async fn listening(running: &mut Running) -> (Vec<String>, String) {
    let mut before = Vec::new();
    while let Some(line) = running.line().await {
        if let Some(address) = line.strip_prefix("listening on ") {
            return (before, address.to_owned());
        }
        before.push(line);
    }
    panic!("it ended before it listened, after {before:?}");
}

async fn ask(address: &str, token: &str) -> Answer {
    let question = json!({ "exporter": "qcontact-ltd", "importer": "qcontact-inc", "data_subjects": ["DE"], "as_of": "2020-07-15" });
    let request = reqwest::Client::new()
        .post(format!("{address}/v1/transfer-checks"))
        .bearer_auth(token)
        .json(&question);
    Answer::of(request.send().await.expect("an answer")).await
}

async fn serves_goes_on_and_stops(kind: Database) {
    let home = Home::new(kind).await;
    let mut running = program(&home, &["serve", "--demo"]).on_free_ports().start();
    let (before, address) = listening(&mut running).await;
    assert!(address.starts_with("http://127.0.0.1:"), "{address}");
    let token = before
        .first()
        .and_then(|line| line.strip_prefix("bootstrap token "));
    let token = token
        .unwrap_or_else(|| panic!("the token comes first: {before:?}"))
        .to_owned();
    assert!(token.len() >= 32, "{token}");
    let first = ask(&address, &token).await.ok();
    assert_eq!(text(&first, "decision"), "allow", "{first:#}");
    ask(&address, "no such token, of many characters")
        .await
        .problem(401);
    let finished = running.terminate().await;
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let secret = format!("{}{}", finished.out, finished.err).contains(&token);
    assert!(!secret, "the token is printed once: {finished:?}");

    // On the database that it made itself it goes on, with a new token and the same register.
    let mut running = program(&home, &["serve", "--demo"]).on_free_ports().start();
    let (before, address) = listening(&mut running).await;
    let again = before
        .first()
        .and_then(|line| line.strip_prefix("bootstrap token "))
        .unwrap_or_default();
    assert!(again.len() >= 32 && again != token, "{before:?}");
    let second = ask(&address, again).await.ok();
    assert_eq!(
        first["revision"], second["revision"],
        "nothing was loaded again"
    );
    ask(&address, &token).await.problem(401);
    assert_eq!(running.terminate().await.code, Some(0));

    // Its own token, when the operator gives one, and then none is printed.
    let given = "an-operators-own-token-of-enough-characters";
    let mut running = program(&home, &["serve", "--demo"])
        .on_free_ports()
        .setting("BOOTSTRAP_TOKEN", given)
        .start();
    let (before, address) = listening(&mut running).await;
    assert!(
        before.iter().all(|line| !line.contains("token")),
        "{before:?}"
    );
    assert_eq!(text(&ask(&address, given).await.ok(), "decision"), "allow");
    assert_eq!(running.terminate().await.code, Some(0));

    check_asks_the_same(&home).await;
    home.remove().await;
}

/// `check` answers from the same database without a server.
async fn check_asks_the_same(home: &Home) {
    for (day, decision, word, code) in [
        ("2020-07-15", "allow", "allowed", 0),
        ("2020-07-16", "deny", "denied", 1),
    ] {
        let arguments = [
            "check",
            "--exporter",
            "qcontact-ltd",
            "--importer",
            "qcontact-inc",
            "--data-subjects",
            "DE",
            "--as-of",
            day,
            "--json",
        ];
        let Finished {
            code: ended,
            out,
            err,
        } = program(home, &arguments)
            .setting("UNCHECKED_FACTS", "warn")
            .run()
            .await;
        let verdict: Value =
            serde_json::from_str(&out).unwrap_or_else(|_| panic!("no JSON: {out}{err}"));
        assert_eq!(text(&verdict, "decision"), decision, "{verdict:#}");
        assert_eq!(ended, Some(code), "{day}");
        let plain = program(home, &arguments[..9])
            .setting("UNCHECKED_FACTS", "warn")
            .run()
            .await;
        assert!(plain.out.to_lowercase().contains(word), "{plain:?}");
        assert!(
            plain.out.contains("EU-US Privacy Shield"),
            "it names what it rests on: {plain:?}"
        );
    }
}

async fn other_data_is_left_alone(kind: Database) {
    let home = Home::new(kind).await;
    let migrated = program(&home, &["migrate"]).run().await;
    assert_eq!(migrated.code, Some(0), "{migrated:?}");
    let again = program(&home, &["migrate"]).run().await;
    assert_eq!(again.code, Some(0), "{again:?}");
    crate::store::make_it_somebodys_own(&home).await;
    let refused = program(&home, &["serve", "--demo"])
        .on_free_ports()
        .run()
        .await;
    assert_eq!(refused.code, Some(78), "{refused:?}");
    assert_eq!(
        refused.err.trim_end().lines().count(),
        1,
        "one line: {refused:?}"
    );
    assert!(refused.err.contains("demo"), "{refused:?}");
    home.remove().await;
}

mod the_demo_serves_goes_on_and_stops_when_asked {
    use super::*;

    #[tokio::test]
    async fn sqlite() {
        serves_goes_on_and_stops(Database::Sqlite).await;
    }

    #[tokio::test]
    async fn postgres() {
        serves_goes_on_and_stops(Database::Postgres).await;
    }
}

/// An address of this machine where nobody listens.
fn free_address() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").to_string()
}

#[tokio::test]
async fn health_ends_well_exactly_while_the_service_is_ready() {
    let home = Home::new(Database::Sqlite).await;
    let ops = free_address();
    let asked = || {
        program(&home, &["health"])
            .setting("OPS_LISTEN", &ops)
            .run()
    };
    let before = asked().await;
    assert!(before.code.is_some_and(|code| code != 0), "{before:?}");
    let mut running = program(&home, &["serve", "--demo"])
        .setting("LISTEN", "127.0.0.1:0")
        .setting("OPS_LISTEN", &ops)
        .start();
    let (_, address) = listening(&mut running).await;
    let ready = asked().await;
    assert_eq!(ready.code, Some(0), "{ready:?}");
    for path in ["/health/live", "/health/ready"] {
        let own = reqwest::get(format!("http://{ops}{path}")).await;
        assert_eq!(own.expect("an answer").status(), 200, "{path}");
        let public = reqwest::get(format!("{address}{path}")).await;
        let public = public.expect("an answer").status();
        assert_eq!(public, 404, "{path} is for operators only");
    }
    assert_eq!(running.terminate().await.code, Some(0));
    let after = asked().await;
    assert!(after.code.is_some_and(|code| code != 0), "{after:?}");
    home.remove().await;
}

mod the_demo_leaves_other_data_alone {
    use super::*;

    #[tokio::test]
    async fn sqlite() {
        other_data_is_left_alone(Database::Sqlite).await;
    }

    #[tokio::test]
    async fn postgres() {
        other_data_is_left_alone(Database::Postgres).await;
    }
}
