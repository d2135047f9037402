//! A wrong setting is named, on one line, without its value where that is a secret.
#![expect(
    clippy::unwrap_used,
    clippy::unwrap_in_result,
    reason = "a test fails by panicking"
)]

use std::{collections::BTreeMap, io::Write};

use super::{Config, ConfigError, DatabaseUrl, RecordChecks, Source, Token};
use transfer_decision::vocabulary::UncheckedFacts;
use transfer_registry_core::proposals::ApprovalSubject;

fn read(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let environment: BTreeMap<_, _> = pairs
        .iter()
        .map(|(name, value)| (format!("TRANSFER_REGISTRY_{name}"), (*value).to_owned()))
        .collect();
    Config::read(&Source::of(None, environment), false)
}

fn read_file(text: &str) -> Result<Config, ConfigError> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    Config::read(
        &Source::of(Some(file.path().to_owned()), BTreeMap::new()),
        false,
    )
}

#[test]
fn without_settings_the_defaults_hold() {
    let config = read(&[]).unwrap();
    assert_eq!(
        config.database_url.reveal(),
        "sqlite://data/registry.db?mode=rwc"
    );
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.ops_listen.to_string(), "127.0.0.1:9090");
    assert_eq!(config.unchecked_facts, UncheckedFacts::Deny);
    assert_eq!(config.record_checks, RecordChecks::All);
    assert_eq!(config.checks_kept_days, 400);
    assert!(config.bootstrap_token.is_none());
    assert_eq!(Config::defaults(true).unchecked_facts, UncheckedFacts::Warn);
}

#[test]
fn every_wrong_setting_is_named_on_one_line() {
    let secret = "postgress://register:hunter2@db/registry";
    for (name, value) in [
        ("DATABASE_URL", secret),
        ("DATABASE_URL", ""),
        (
            "DATABASE_URL",
            "postgres://register:hunter2@db:99999/registry",
        ),
        (
            "DATABASE_URL",
            "postgres://register:hunter2@[::1]:port/registry",
        ),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite://hunter2.db?mode=append"),
        ("DATA_DIR", ""),
        ("LISTEN", "8080"),
        ("LISTEN", "localhost:8080"),
        ("OPS_LISTEN", "127.0.0.1:99999"),
        ("TRUSTED_PROXIES", "10.0.0.0/33"),
        ("TRUSTED_PROXIES", "0.0.0.0/0"),
        ("TRUSTED_PROXIES", "proxy.example"),
        ("FORWARDED_HEADER", "x-real-ip"),
        ("CONNECTIONS", "0"),
        ("CONNECTIONS_PER_ADDRESS", "+1"),
        ("HEADER_SECONDS", "0"),
        ("BODY_SECONDS", "3601"),
        ("ANSWER_SECONDS", ""),
        ("IDLE_SECONDS", "1.5"),
        ("LEAST_KIB_PER_SECOND", "0"),
        ("RATE_CHECKS", "500"),
        ("RATE_REQUESTS", "0/1"),
        ("RATE_PAGES", "off"),
        ("RATE_GUESSES", "1/"),
        ("UNCHECKED_FACTS", "DENY"),
        ("UNCHECKED_FACTS", "ignore"),
        ("RECORD_CHECKS", "ALL"),
        ("RECORD_CHECKS", "some"),
        ("CHECKS_KEPT_DAYS", "0"),
        ("CHECKS_KEPT_DAYS", "+400"),
        ("CHECKS_KEPT_DAYS", "a year"),
        ("CHECKS_KEPT_DAYS", "36526"),
        ("APPROVAL_REQUIRED", ""),
        ("APPROVAL_REQUIRED", "everything"),
        ("APPROVAL_REQUIRED", "mechanisms,none"),
        ("APPROVAL_REQUIRED", "mechanisms,"),
        ("APPROVAL_REQUIRED", "Mechanisms"),
        ("BOOTSTRAP_TOKEN", "hunter2-hunter2-hunter2-hunter2"),
        (
            "BOOTSTRAP_TOKEN",
            "hunter2 with spaces, and long enough for one",
        ),
        ("LOG", "transfer_registry=loudly"),
        ("LISTNE", "127.0.0.1:8080"),
        ("BIN", "target/debug/transfer-registry"),
        ("LONG", "1"),
    ] {
        let error = read(&[(name, value)]).unwrap_err();
        assert_eq!(error.key, format!("TRANSFER_REGISTRY_{name}"), "{error}");
        assert_eq!(error.to_string().lines().count(), 1);
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}

#[test]
fn what_needs_approval_is_a_list_or_everything_or_nothing() {
    let asked = |text: &str| {
        let config = read(&[("APPROVAL_REQUIRED", text)]).unwrap();
        let subjects = config.approval_required.into_iter();
        subjects.map(ApprovalSubject::code).collect::<Vec<_>>()
    };
    assert!(read(&[]).unwrap().approval_required.is_empty());
    assert!(asked("none").is_empty());
    assert_eq!(asked("all").len(), ApprovalSubject::ALL.len());
    assert_eq!(
        asked("scope_removals, mechanisms"),
        ["mechanisms", "scope_removals"]
    );
    let file = read_file("approval_required = \"certifications\"").unwrap();
    assert_eq!(file.approval_required.len(), 1);
    let error = read_file("approval_required = \"certs\"").unwrap_err();
    assert!(error.to_string().starts_with("approval_required in "));
}

#[test]
fn a_token_of_thirty_two_characters_is_taken_and_never_printed() {
    let text = "0123456789abcdef0123456789abcdef";
    let config = read(&[
        ("BOOTSTRAP_TOKEN", text),
        ("DATABASE_URL", "postgres://u:pass@h/d"),
    ])
    .unwrap();
    assert!(config.bootstrap_token.as_ref().unwrap().is(text));
    let printed = format!("{config:?}");
    assert!(
        !printed.contains(text) && !printed.contains("pass"),
        "{printed}"
    );
}

#[test]
fn limits_and_proxies_are_taken_as_they_are_written() {
    let config = read(&[
        ("TRUSTED_PROXIES", "10.0.0.0/8, 2001:db8::1,"),
        ("FORWARDED_HEADER", "forwarded"),
        ("CONNECTIONS", "7"),
        ("IDLE_SECONDS", "9"),
        ("LEAST_KIB_PER_SECOND", "2"),
        ("RATE_CHECKS", "3/5"),
        ("RATE_PAGES", "0"),
    ])
    .unwrap();
    for (address, trusted) in [
        ("10.1.2.3", true),
        ("::ffff:10.1.2.3", true),
        ("2001:db8::1", true),
        ("2001:db8::2", false),
        ("192.0.2.1", false),
    ] {
        assert_eq!(config.proxies.contain(address.parse().unwrap()), trusted);
    }
    assert_eq!(config.proxies.header.to_string(), "forwarded");
    assert_eq!(config.limits.connections, 7);
    assert_eq!(config.limits.deadlines.idle.as_secs(), 9);
    assert_eq!(config.limits.deadlines.least, 2048);
    let checks = config.limits.rates.checks.unwrap();
    assert_eq!((checks.per_second, checks.burst), (3, 5));
    assert_eq!(config.limits.rates.pages, None);
    let shipped = Config::defaults(false).limits.rates;
    assert_eq!(config.limits.rates.requests, shipped.requests);
}

#[test]
fn every_usual_database_address_is_taken() {
    for url in [
        "sqlite://data/registry.db?mode=rwc",
        "sqlite:registry.db",
        "sqlite::memory:",
        "postgres://register@db/registry",
        "postgres://register:pa%40ss:word@db:5432/registry?sslmode=require",
        "postgresql://[::1]:5432/registry",
        "postgres://[::1]/registry",
        "postgres:///registry?host=/var/run/postgresql",
    ] {
        assert!(read(&[("DATABASE_URL", url)]).is_ok(), "{url}");
    }
}

#[test]
fn a_database_password_is_redacted_from_any_text() {
    for (url, said) in [
        (
            "postgres://u:hunter2@h/d",
            "no server at postgres://u:hunter2@h/d",
        ),
        ("postgres://u:hunter2@h/d", "for user u with hunter2"),
        (
            "postgres://u:h%75nter2@h/d",
            "wrong: hunter2, sent as h%75nter2",
        ),
        ("postgres://u:hun@ter2@h/d", "for hun@ter2"),
        ("postgres:///d?user=u&password=hunter2", "password=hunter2"),
        ("postgres://u:pass%@h/d", "pass% is short"),
    ] {
        let told = DatabaseUrl::new(url).redacted_from(said);
        assert!(told.contains("[redacted]"), "{told}");
        for secret in ["hunter2", "h%75nter2", "ter2", "pass%"] {
            assert!(!told.contains(secret), "{told}");
        }
    }
    let sqlite = DatabaseUrl::new("sqlite://data/registry.db?mode=rwc");
    assert_eq!(sqlite.redacted_from("no such table"), "no such table");
    let open = DatabaseUrl::new("postgres://u:@h/d");
    assert_eq!(open.redacted_from("refused"), "refused");
}

#[test]
fn a_token_is_only_itself() {
    let (token, text) = Token::fresh().unwrap();
    assert!(text.len() >= 32);
    assert!(token.is(&text));
    assert!(!token.is(""));
    assert!(!token.is(&text[1..]));
    assert!(!token.is(&text.to_lowercase()) || text == text.to_lowercase());
}

#[test]
fn the_environment_goes_over_the_file() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(
        file,
        "listen = \"127.0.0.1:1\"\nops_listen = \"127.0.0.1:2\""
    )
    .unwrap();
    let environment = [(
        "TRANSFER_REGISTRY_LISTEN".to_owned(),
        "127.0.0.1:3".to_owned(),
    )];
    let source = Source::of(Some(file.path().to_owned()), environment.into());
    let config = Config::read(&source, false).unwrap();
    assert_eq!(config.listen.port(), 3);
    assert_eq!(config.ops_listen.port(), 2);
}

#[test]
fn an_unknown_or_mistyped_key_of_the_file_is_named() {
    for (text, named) in [
        ("listne = \"127.0.0.1:1\"", "listne"),
        ("listen = 8080", "listen"),
        ("[listen]\nport = 1", "listen"),
        ("listen = \"nowhere\"", "listen"),
        ("bootstrap_token = \"hunter2\"", "bootstrap_token"),
        ("listen = ", "TOML"),
    ] {
        let error = read_file(text).unwrap_err().to_string();
        assert!(error.contains(named), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
        assert_eq!(error.lines().count(), 1);
    }
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let source = Source::of(Some("no/such/file.toml".into()), BTreeMap::new());
    let error = Config::read(&source, false).unwrap_err().to_string();
    assert!(error.contains("no/such/file.toml"), "{error}");
}

#[test]
fn what_an_orchestrator_announces_is_not_mistaken_for_a_setting() {
    let set = [
        ("PORT", "tcp://10.0.0.1:80"),
        ("SERVICE_HOST", "10.0.0.1"),
        ("PORT_80_TCP", "x"),
    ];
    assert!(read(&set).is_ok());
}
