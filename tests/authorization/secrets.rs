//! Secrets that are known to a service at work, looked for in everything that it leaves behind: log,
//! errors, answers, data folder and database, in every encoding that comes to mind.

use std::{fmt::Write as _, path::Path};

use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};
use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path},
};

use crate::{
    contract::operations,
    fixture::{Answer, Browser, Database, Home, Program, text},
};

const BOOTSTRAP: &str = "canary-of-the-bootstrap-token-7f3b";
const DATABASE: &str = "canary-of-the-database-91c4";
const CLIENT: &str = "canary-of-the-client-secret-5d20";
const CHOSEN: &str = "canary of a chosen password e8a1";
const TRIED: &str = "canary of a password tried in vain 44ab";
const CODE: &str = "canary-of-an-authorization-code-c0de";

/// What a service leaves behind, and the secrets it knew.
#[derive(Default)]
struct Left {
    secrets: Vec<(&'static str, String)>,
    /// What it was, and its bytes.
    texts: Vec<(String, Vec<u8>)>,
}

impl Left {
    fn keep(&mut self, what: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.texts.push((what.into(), bytes.into()));
    }

    /// An answer, but for the headers that hand a browser its secret.
    fn keep_answer(&mut self, what: &str, answer: &Answer) {
        let mut told = format!("{}\n", answer.status);
        for (name, value) in answer.headers() {
            if name != "set-cookie" {
                writeln!(told, "{name}: {value}").expect("a text");
            }
        }
        self.keep(what, told);
        self.keep(what, answer.body.clone());
    }

    fn know(&mut self, what: &'static str, secret: &str) {
        assert!(secret.len() >= 16, "{what}: too short to be looked for");
        self.secrets.push((what, secret.to_owned()));
    }

    /// Nothing of any secret is anywhere.
    fn is_clean(&self) {
        assert!(self.texts.len() > 100, "only {} texts", self.texts.len());
        for (secret, canary) in &self.secrets {
            for (encoding, form) in forms(canary) {
                for (what, text) in &self.texts {
                    let found = text.windows(form.len()).any(|window| window == form);
                    assert!(!found, "{secret} stands in {what}, as {encoding}");
                }
            }
        }
    }
}

/// A text in every encoding that comes to mind.
fn forms(canary: &str) -> Vec<(&'static str, Vec<u8>)> {
    let bytes = canary.as_bytes();
    let hex = |upper: bool| {
        let digits = bytes.iter().map(|byte| {
            if upper {
                format!("{byte:02X}")
            } else {
                format!("{byte:02x}")
            }
        });
        digits.collect::<String>().into_bytes()
    };
    let percent: Vec<String> = bytes.iter().map(|byte| format!("%{byte:02X}")).collect();
    let escaped: Vec<String> = bytes
        .iter()
        .map(|byte| format!("\\u{:04x}", u32::from(*byte)))
        .collect();
    let query = serde_urlencoded::to_string([("", canary)]).expect("a query");
    let wide: Vec<u8> = canary.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let numbers: Vec<String> = bytes.iter().map(u8::to_string).collect();
    let mut forms = vec![
        ("itself", bytes.to_vec()),
        ("hex", hex(false)),
        ("hex in capitals", hex(true)),
        ("percent signs", percent.concat().into_bytes()),
        ("a query", query.trim_start_matches('=').as_bytes().to_vec()),
        ("JSON escapes", escaped.concat().into_bytes()),
        ("UTF-16", wide),
        ("numbers", numbers.join(", ").into_bytes()),
        ("backwards", bytes.iter().rev().copied().collect()),
    ];
    for shift in 0..3 {
        for (name, alphabet) in [("base64", b"+/"), ("base64 for addresses", b"-_")] {
            forms.push((name, base64_inside(bytes, shift, *alphabet)));
        }
    }
    forms
}

/// The digits of base64 that a text has whatever stands around it, where it begins at one of three
/// places.
fn base64_inside(bytes: &[u8], shift: usize, last: [u8; 2]) -> Vec<u8> {
    let mut padded = vec![0; shift];
    padded.extend(bytes);
    let whole = padded.len() / 3 * 3;
    let mut digits = Vec::new();
    for three in padded[..whole].chunks(3) {
        let number = three
            .iter()
            .fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        for place in (0..4).rev() {
            let digit = u8::try_from(number >> (6 * place) & 63).expect("six bits");
            digits.push(match digit {
                0..26 => b'A' + digit,
                26..52 => b'a' + digit - 26,
                52..62 => b'0' + digit - 52,
                62 => last[0],
                _ => last[1],
            });
        }
    }
    // The first digits are also made of what is before.
    digits.split_off(if shift == 0 { 0 } else { 4 })
}

#[test]
fn a_text_is_found_in_base64_wherever_it_begins() {
    assert_eq!(base64_inside(b"canary", 0, *b"+/"), b"Y2FuYXJ5");
    // "xcanary": eGNhbmFyeQ==; "xxcanary": eHhjYW5hcnk=
    assert_eq!(base64_inside(b"canary", 1, *b"+/"), b"bmFy");
    assert_eq!(base64_inside(b"canary", 2, *b"+/"), b"YW5h");
}

/// An issuer that knows nobody.
async fn issuer() -> MockServer {
    let server = MockServer::start().await;
    let uri = server.uri();
    let document = json!({
        "issuer": uri, "authorization_endpoint": format!("{uri}/auth"),
        "token_endpoint": format!("{uri}/token"), "jwks_uri": format!("{uri}/keys"),
        "response_types_supported": ["code"], "code_challenge_methods_supported": ["S256"],
        "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"],
    });
    let known = [
        ("/.well-known/openid-configuration", document),
        ("/keys", json!({"keys": []})),
    ];
    for (at, body) in known {
        let answer = ResponseTemplate::new(200).set_body_json(body);
        Mock::given(method("GET"))
            .and(path(at))
            .respond_with(answer)
            .mount(&server)
            .await;
    }
    let refused = ResponseTemplate::new(400).set_body_json(json!({"error": "invalid_grant"}));
    Mock::given(method("POST"))
        .and(path("/token"))
        .respond_with(refused)
        .mount(&server)
        .await;
    server
}

async fn no_secret_is_left_anywhere(kind: Database) {
    let (home, issuer) = (Home::new(kind).await, issuer().await);
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = free.local_addr().expect("its address");
    drop(free);
    let origin = format!("http://{address}");
    let url = match kind {
        Database::Sqlite => home.url.clone(),
        // The server asks for no password; what is given all the same must not be told.
        Database::Postgres => home
            .url
            .replacen("postgres@", &format!("postgres:{DATABASE}@"), 1),
    };
    let mut running = Program::new(home.folder.path(), &["serve", "--demo"])
        .on_free_ports()
        .setting("LISTEN", &address.to_string())
        .setting("DATABASE_URL", &url)
        .setting("BOOTSTRAP_TOKEN", BOOTSTRAP)
        .setting("PUBLIC_URL", &origin)
        .setting("ISSUER_URL", &issuer.uri())
        .setting("ISSUER_CLIENT_ID", "registry")
        .setting("ISSUER_CLIENT_SECRET", CLIENT)
        .setting("ISSUER_API_AUDIENCE", "api")
        .setting("LOG", "trace")
        .start();
    let ready = running.line().await.expect("it says that it is ready");
    assert_eq!(ready, format!("listening on {origin}"));
    let mut left = Left::default();
    left.know("the bootstrap token", BOOTSTRAP);
    left.know("the database's password", DATABASE);
    left.know("the client's secret", CLIENT);
    left.know("a chosen password", CHOSEN);
    left.know("a password tried in vain", TRIED);
    left.know("an authorization code", CODE);
    used(&mut left, &origin).await;
    let ended = running.terminate().await;
    assert!(
        ended.err.len() > 100_000,
        "the log tells everything: {} bytes",
        ended.err.len()
    );
    left.keep("the log", ended.err);
    left.keep("standard output", ended.out);
    let asked = issuer
        .received_requests()
        .await
        .expect("what the issuer was asked");
    assert!(
        asked.iter().any(|request| request.url.path() == "/token"),
        "the secret was used"
    );
    let db = home.connect().await;
    dumped(&mut left, &db).await;
    drop(db);
    files(&mut left, home.folder.path());
    left.is_clean();
    home.remove().await;
}

/// Has the service use every secret, for every operation and page.
async fn used(left: &mut Left, origin: &str) {
    let client = reqwest::Client::new();
    let document = client
        .get(format!("{origin}/openapi.json"))
        .send()
        .await
        .expect("the document");
    let document: Value = document.json().await.expect("JSON");
    let made = api(
        &client,
        origin,
        BOOTSTRAP,
        "POST",
        "/v1/tokens",
        &json!({"name": "canary", "role": "admin"}),
    )
    .await;
    let token = text(&made.json(), "token").to_owned();
    left.know("an issued token", &token);
    let anna = json!({"name": "anna", "role": "admin", "password": CHOSEN});
    let made = api(&client, origin, BOOTSTRAP, "POST", "/v1/users", &anna).await;
    left.keep_answer("a user with a chosen password", &made);
    let made = api(
        &client,
        origin,
        BOOTSTRAP,
        "POST",
        "/v1/users",
        &json!({"name": "bert", "role": "reader"}),
    )
    .await;
    left.know("a made password", text(&made.json(), "password"));
    let jwt = format!(
        "eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.{}.c2lnbmF0dXJlLW9mLWEtdG9rZW4",
        "eyJzdWIiOiJjYW5hcnkifQ"
    );
    left.know("a token of the issuer", &jwt);
    for operation in operations(&document) {
        let method = operation.method.as_str();
        let path = operation.path.replace(['{', '}'], "");
        for (who, credential) in [
            ("bootstrap", BOOTSTRAP),
            ("token", &token),
            ("issuer", &jwt),
            ("wrong", TRIED),
        ] {
            for body in [
                json!({"password": CHOSEN, "secret": TRIED}),
                json!([CHOSEN]),
            ] {
                let answer = api(&client, origin, credential, method, &path, &body).await;
                left.keep_answer(&format!("{method} {path} as {who}"), &answer);
            }
        }
    }
    people(left, origin).await;
}

async fn people(left: &mut Left, origin: &str) {
    let mut browser = Browser::at(origin.to_owned());
    let wrong = browser.sign_in("anna", TRIED).await;
    left.keep_answer("a sign-in in vain", &wrong);
    // Somebody types the password where the name belongs.
    let mistaken = browser
        .sign_in(&format!("x{}", "y".repeat(300)), TRIED)
        .await;
    left.keep_answer("a sign-in of nobody", &mistaken);
    let secret = browser.cookies["sign-in"].clone();
    left.know("the secret of a browser that signs in", &secret);
    let inside = browser.sign_in("anna", CHOSEN).await;
    assert_eq!(inside.status, 303, "{}", inside.text());
    left.keep_answer("a sign-in", &inside);
    left.know(
        "the secret of a session",
        &browser.cookies["session"].clone(),
    );
    for page in [
        "/",
        "/account",
        "/sign-in",
        "/nothing",
        "/qcontact/subprocessors",
    ] {
        let answer = browser.open(page).await;
        left.keep_answer(page, &answer);
    }
    let token = browser.form_token("/account").await;
    let fields = [
        ("form_token", token.as_str()),
        ("current", TRIED),
        ("new", CHOSEN),
    ];
    let refused = browser.send("/account/password", &fields).await;
    left.keep_answer("a password that is not changed", &refused);
    let mut at_issuer = Browser::at(origin.to_owned());
    let there = at_issuer.open("/sign-in/issuer").await;
    let location = there
        .header("location")
        .expect("the issuer's address")
        .to_owned();
    let (_, state) = location.split_once("state=").expect("a state");
    let state = state.split('&').next().unwrap_or_default();
    let back = format!("/sign-in/return?state={state}&code={CODE}");
    let refused = at_issuer.open(&back).await;
    assert_eq!(refused.status, 403, "{}", refused.text());
    left.keep_answer("a return from the issuer", &refused);
}

async fn api(
    client: &reqwest::Client,
    origin: &str,
    token: &str,
    method: &str,
    path: &str,
    body: &Value,
) -> Answer {
    let request = client
        .request(method.parse().expect("a method"), format!("{origin}{path}"))
        .bearer_auth(token)
        .header("if-match", "*");
    let request = if method == "GET" {
        request
    } else {
        request.json(body)
    };
    Answer::of(request.send().await.expect("an answer")).await
}

/// Every row of every table, as text.
async fn dumped(left: &mut Left, db: &DatabaseConnection) {
    if db.get_database_backend() != sea_orm::DbBackend::Postgres {
        return;
    }
    let ask = async |sql: String| {
        let statement = Statement::from_string(db.get_database_backend(), sql);
        let rows = db.query_all_raw(statement).await.expect("rows");
        let rows = rows
            .iter()
            .map(|row| row.try_get_by_index::<String>(0).expect("a text"));
        rows.collect::<Vec<_>>()
    };
    let tables =
        "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'";
    let tables = ask(tables.to_owned()).await;
    assert!(tables.len() > 20, "{tables:?}");
    for table in tables {
        let rows = ask(format!(r#"SELECT CAST(t AS text) FROM "{table}" t"#)).await;
        left.keep(table, rows.join("\n"));
    }
}

/// Every file that was made.
fn files(left: &mut Left, folder: &Path) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(left, &path);
        } else {
            left.keep(
                path.display().to_string(),
                std::fs::read(&path).expect("a file"),
            );
        }
    }
}

mod no_secret_is_left {
    use crate::fixture::Database;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        super::no_secret_is_left_anywhere(Database::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        super::no_secret_is_left_anywhere(Database::Postgres).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_setting_is_told_without_its_secret() {
    let folder = tempfile::tempdir().expect("a folder");
    let address = |rest: &str| format!("postgres://someone:{DATABASE}@{rest}");
    let settings: Vec<Vec<(&str, String)>> = vec![
        vec![("BOOTSTRAP_TOKEN", "canary-short".to_owned())],
        vec![("BOOTSTRAP_TOKEN", format!("{BOOTSTRAP} {BOOTSTRAP}"))],
        vec![("BOOTSTRAP_TOKEN", BOOTSTRAP.repeat(20))],
        vec![("DATABASE_URL", address("127.0.0.1:1/registry"))],
        vec![("DATABASE_URL", address("[not-an-address/registry"))],
        vec![("DATABASE_URL", address("127.0.0.1:notaport/registry"))],
        vec![(
            "DATABASE_URL",
            address("127.0.0.1:1/registry").replace("postgres:", "mysql:"),
        )],
        vec![("ISSUER_CLIENT_SECRET", CLIENT.to_owned())],
        vec![
            ("ISSUER_CLIENT_SECRET", CLIENT.to_owned()),
            ("ISSUER_URL", "not an address".to_owned()),
        ],
        vec![
            ("ISSUER_CLIENT_SECRET", CLIENT.to_owned()),
            ("ISSUER_URL", "https://login.example".to_owned()),
        ],
        vec![
            ("BOOTSTRAP_TOKEN", BOOTSTRAP.to_owned()),
            ("LISTEN", "nowhere".to_owned()),
        ],
        vec![
            ("BOOTSTRAP_TOKEN", BOOTSTRAP.to_owned()),
            ("BOOTSTRAP_TOKENS", BOOTSTRAP.to_owned()),
        ],
    ];
    let mut told = Vec::new();
    for wrong in settings {
        let program = Program::new(folder.path(), &["serve"])
            .on_free_ports()
            .setting("LOG", "trace");
        let program = wrong.iter().fold(program, |program, (name, value)| {
            program.setting(name, value)
        });
        told.push((format!("{:?}", wrong[0].0), program.run().await));
    }
    let file = folder.path().join("settings.toml");
    for written in [
        format!("bootstrap_token = [\"{BOOTSTRAP}\"]"),
        format!("bootstrap_token = \"{BOOTSTRAP}"),
        format!("database_url = {{ password = \"{DATABASE}\" }}"),
        format!("issuer_client_secret = \"{CLIENT}\" \"{CLIENT}\""),
        format!("{BOOTSTRAP} = 1\nbootstrap_token = 7"),
    ] {
        std::fs::write(&file, &written).expect("a file");
        let arguments = ["--config", "settings.toml", "serve"];
        told.push((written, Program::new(folder.path(), &arguments).run().await));
    }
    for (what, ended) in told {
        assert!(matches!(ended.code, Some(1 | 78)), "{what}: {ended:?}");
        let all = format!("{}{}", ended.out, ended.err);
        for canary in [DATABASE, CLIENT, "canary-short"] {
            assert!(!all.contains(canary), "{what}: {all}");
        }
        let named = what.starts_with(BOOTSTRAP);
        assert!(named || !all.contains(BOOTSTRAP), "{what}: {all}");
    }
}
