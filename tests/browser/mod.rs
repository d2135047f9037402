//! What people see, in a real browser: Chromium, driven by the programs of this folder.
//!
//! A walk is a program that fails when a page does what no page may do. What it says, and its
//! pictures, are left under `target/tmp/browser`.

use std::{
    fs::{self, File},
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
    time::timeout,
};

use transfer_registry_core::proposals::ApprovalSubject;

use crate::fixture::{Database, Home, Program, Service, on, on_both_databases, on_configured};

/// How long a walk may take, on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_mins(5);

const PASSWORD: &str = "correct horse battery staple";

on_both_databases![
    a_person_signs_in_and_out_by_the_keyboard_alone,
    a_subprocessor_is_taken_on_and_ended_by_somebody_who_has_never_seen_the_console,
];

async fn a_person_signs_in_and_out_by_the_keyboard_alone(service: Service) {
    let walk = Walk::of("sign_in.mjs", &named("sign-in", service.is_on_postgres()));
    a_person(&service, walk, &origin(&service)).await.succeeds();
}

async fn a_subprocessor_is_taken_on_and_ended_by_somebody_who_has_never_seen_the_console(
    service: Service,
) {
    let name = named("onboarding", service.is_on_postgres());
    let walk = Walk::of("onboarding.mjs", &name)
        .with("TODAY", Service::TODAY)
        .with("TOKEN", Service::TOKEN);
    somebody(&service, walk).await.succeeds();
}

/// The law is changed by two.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_place_is_reached_and_used_by_the_keyboard_alone() {
    let of_two = |config: &mut transfer_registry::config::Config| {
        config.approval_required = [ApprovalSubject::AdequacyDecisions].into();
    };
    on_configured(Database::Sqlite, of_two, |service| async move {
        for (name, role) in [("ada", "admin"), ("berta", "approver")] {
            let person = json!({"name": name, "role": role, "password": PASSWORD});
            service.create("/v1/users", &person).await;
        }
        let walk = Walk::of("paths.mjs", "paths").with("ADDRESS", &origin(&service));
        let walk = walk.with("ADMIN", "ada").with("APPROVER", "berta");
        walk.with("PASSWORD", PASSWORD).walked().await.succeeds();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_framework_falls_and_everybody_reads_it() {
    on(Database::Sqlite, |service| async move {
        let walk = Walk::of("falling.mjs", "falling");
        somebody(&service, walk).await.succeeds();
    })
    .await;
}

/// How a page looks does not depend on the database, and it is looked at a thousand times.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_texts_stay_text_on_every_page() {
    on(Database::Sqlite, |service| async move {
        let walk = Walk::of("payloads.mjs", "payloads");
        hostile_texts(walk, &origin(&service)).await.succeeds();
    })
    .await;
}

/// The walks find what they look for, when it is there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_escapes_nothing_is_found() {
    on(Database::Sqlite, |service| async move {
        let careless = careless(&service, "escaping,policy").await;
        let walk = Walk::of("payloads.mjs", "careless-escaping").with("MOST", "3");
        let walked = hostile_texts(walk, careless.address()).await;
        careless.stop().await;
        walked.fails("a script of the payload ran on");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_a_browser_keeps_after_signing_out_is_found() {
    on(Database::Sqlite, |service| async move {
        let careless = careless(&service, "keeping").await;
        let walk = Walk::of("sign_in.mjs", "careless-keeping");
        let walked = a_person(&service, walk, careless.address()).await;
        careless.stop().await;
        walked.fails("“user:anna” is on");
    })
    .await;
}

mod looks;

mod people_whom_an_issuer_knows_sign_in_there {
    use super::{Database, people_whom_an_issuer_knows};

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        people_whom_an_issuer_knows(Database::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        people_whom_an_issuer_knows(Database::Postgres).await;
    }
}

/// The real binary under a real issuer, whose settings each need the other's address beforehand.
async fn people_whom_an_issuer_knows(kind: Database) {
    let home = Home::new(kind).await;
    let listen = format!("127.0.0.1:{}", free_port());
    let address = format!("http://{listen}");
    let back = format!("{address}/sign-in/return");
    let provider = Server::started("provider.mjs", &[("REDIRECT_URI", back.as_str())]).await;
    let data = home.folder.path().join("data").display().to_string();
    let mut service = Program::new(home.folder.path(), &["serve", "--demo"])
        .on_free_ports()
        .setting("LISTEN", &listen)
        .setting("DATABASE_URL", &home.url)
        .setting("DATA_DIR", &data)
        .setting("PUBLIC_URL", &address)
        .setting("ISSUER_URL", provider.address())
        .setting("ISSUER_CLIENT_ID", "registry")
        .setting("ISSUER_CLIENT_SECRET", "a-secret-for-tests-only")
        .setting("ISSUER_API_AUDIENCE", "https://registry.example/api")
        .setting("SIGN_INS_PER_MINUTE", "1000")
        .start();
    loop {
        let line = service.line().await;
        let line = line.expect("the service listens before it ends");
        if line.starts_with("listening on ") {
            break;
        }
    }
    let walk = Walk::of("issuer.mjs", &named("issuer", kind == Database::Postgres));
    let walk = walk.with("ADDRESS", &address);
    let walked = walk.with("ISSUER", provider.address()).walked().await;
    let finished = service.terminate().await;
    provider.stop().await;
    home.remove().await;
    walked.succeeds();
    assert_eq!(finished.code, Some(0), "{finished:?}");
}

/// A port that nobody listens on.
fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("its number").port()
}

fn named(walk: &str, postgres: bool) -> String {
    let database = if postgres { "postgres" } else { "sqlite" };
    format!("{walk}-{database}")
}

fn origin(service: &Service) -> String {
    format!("http://{}", service.address())
}

/// Has somebody of the legal team walk.
async fn somebody(service: &Service, walk: Walk) -> Walked {
    let person = json!({"name": "anna", "role": "editor", "password": PASSWORD});
    service.create("/v1/users", &person).await;
    walk.with("ADDRESS", &origin(service))
        .with("PERSON", "anna")
        .with("PASSWORD", PASSWORD)
        .walked()
        .await
}

/// Has a person sign in and out at an address.
async fn a_person(service: &Service, walk: Walk, address: &str) -> Walked {
    let person =
        json!({"name": "anna", "role": "editor", "groups": ["qcontact"], "password": PASSWORD});
    service.create("/v1/users", &person).await;
    walk.with("ADDRESS", address)
        .with("PERSON", "anna")
        .with("ROLE", "editor")
        .with("PASSWORD", PASSWORD)
        .walked()
        .await
}

/// Has hostile texts written at an address, and every page looked at.
async fn hostile_texts(walk: Walk, address: &str) -> Walked {
    let routes = transfer_registry::routes();
    let pages: Vec<_> = routes
        .iter()
        .filter(|(path, methods)| {
            !path.starts_with("/v1") && methods.iter().any(|method| method == "GET")
        })
        // Files that a browser keeps and does not show.
        .filter(|(path, _)| {
            let kept = [".csv", ".jsonld", ".atom", ".ics", ".pdf", "/ledger.json"];
            !path.starts_with("/console/") && !kept.iter().any(|end| path.ends_with(end))
        })
        .map(|(path, _)| path.as_str())
        .collect();
    assert!(pages.len() >= 9, "{pages:?}");
    walk.with("ADDRESS", address)
        .with("TOKEN", Service::TOKEN)
        .with("PATHS", &json!(pages).to_string())
        .walked()
        .await
}

/// What stands between a browser and the service, and leaves out what matters.
async fn careless(service: &Service, how: &str) -> Server {
    let settings = [("ADDRESS", origin(service)), ("CARELESS", how.to_owned())];
    let settings: Vec<_> = settings.iter().map(|(n, v)| (*n, v.as_str())).collect();
    Server::started("careless.mjs", &settings).await
}

/// What the test command found or installed.
fn installed(name: &str) -> PathBuf {
    let path = std::env::var_os(name).unwrap_or_else(|| {
        panic!("{name} is not set: ./tests/run installs what these tests need, and says where")
    });
    PathBuf::from(path)
}

/// A program of this folder, which does not outlive its test.
fn node(program: &str) -> Command {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser");
    let mut command = Command::new(installed("TEST_NODE"));
    command
        .arg(folder.join(program))
        .env("TEST_CHROMIUM", installed("TEST_CHROMIUM"))
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

/// A program that walks through the pages, and where it leaves what it saw.
struct Walk {
    command: Command,
    folder: PathBuf,
}

/// How a walk ended.
struct Walked {
    /// Whether all was well; `None`: it did not end in time.
    well: Option<bool>,
    output: String,
}

impl Walk {
    fn of(program: &str, name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("browser")
            .join(name);
        // Nobody is to take yesterday's pictures for today's.
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("the pictures of before are removed");
        }
        fs::create_dir_all(&folder).expect("a folder for pictures");
        let mut command = node(program);
        command.env("PICTURES", &folder);
        Self { command, folder }
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Walks to the end, or until nobody waits any longer.
    async fn walked(mut self) -> Walked {
        // A file keeps what was said, whoever is stopped.
        let said = self.folder.join("said.txt");
        let file = File::create(&said).expect("a file for what it says");
        let both = file.try_clone().expect("the same file");
        let mut child = self
            .command
            .stdout(file)
            .stderr(both)
            .spawn()
            .expect("Node runs");
        let well = if let Ok(status) = timeout(PATIENCE, child.wait()).await {
            Some(status.expect("its status").success())
        } else {
            child.kill().await.expect("it is stopped");
            None
        };
        let output = fs::read_to_string(&said).expect("what it said");
        Walked { well, output }
    }
}

impl Walked {
    fn succeeds(&self) {
        let Self { well, output } = self;
        assert!(well.is_some(), "the walk takes too long:\n{output}");
        assert_eq!(*well, Some(true), "the walk failed:\n{output}");
        println!("{output}");
    }

    /// It failed, and for the reason that there is.
    fn fails(&self, because: &str) {
        let Self { well, output } = self;
        assert_eq!(*well, Some(false), "the walk did not fail:\n{output}");
        assert!(output.contains(because), "it failed otherwise:\n{output}");
    }
}

/// A program of this folder that serves.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Starts it, and waits until it listens.
    async fn started(program: &str, settings: &[(&str, &str)]) -> Self {
        let mut command = node(program);
        command
            .envs(settings.iter().copied())
            .stdout(Stdio::piped());
        let mut child = command.spawn().expect("Node runs");
        let out = child.stdout.take().expect("its standard output");
        let mut lines = BufReader::new(out).lines();
        let line = timeout(PATIENCE, lines.next_line()).await;
        let line = line.expect("a line in time").expect("readable output");
        let line = line.expect("it listens before it ends");
        let address = line.strip_prefix("listening on ");
        let address = address.unwrap_or_else(|| panic!("{program}: {line}"));
        Self {
            address: address.to_owned(),
            child,
        }
    }

    fn address(&self) -> &str {
        &self.address
    }

    async fn stop(mut self) {
        self.child.kill().await.expect("it is stopped");
    }
}
