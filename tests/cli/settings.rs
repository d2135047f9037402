//! A wrong setting stops the program at its start, by its name, and shows no secret.

use crate::fixture::{Finished, Program};

async fn start(settings: &[(&str, &str)], file: Option<&str>) -> Finished {
    let folder = tempfile::tempdir().expect("a folder");
    let mut arguments = vec!["serve", "--demo"];
    if let Some(text) = file {
        std::fs::write(folder.path().join("settings.toml"), text).expect("written");
        arguments = vec!["serve", "--demo", "--config", "settings.toml"];
    }
    let mut program = Program::new(folder.path(), &arguments).on_free_ports();
    for (name, value) in settings {
        program = program.setting(name, value);
    }
    let finished = program.run().await;
    assert_eq!(
        finished.code,
        Some(78),
        "{settings:?} {file:?}: {finished:?}"
    );
    assert_eq!(
        finished.err.trim_end().lines().count(),
        1,
        "one line: {finished:?}"
    );
    assert_eq!(finished.out, "", "nothing was begun: {finished:?}");
    finished
}

#[tokio::test]
async fn a_wrong_setting_is_named_in_one_line() {
    for (name, value) in [
        ("DATABASE_URL", "mysql://localhost/registry"),
        ("DATABASE_URL", ""),
        ("LISTEN", "8080"),
        ("LISTEN", "everywhere:80"),
        ("OPS_LISTEN", "127.0.0.1"),
        ("APPROVAL_REQUIRED", "certs"),
        ("UNCHECKED_FACTS", "maybe"),
        ("UNCHECKED_FACTS", "WARN"),
        ("BOOTSTRAP_TOKEN", "too-short"),
        (
            "BOOTSTRAP_TOKEN",
            "a token of many characters, but with blanks in it",
        ),
        ("DATABASE_ULR", "sqlite://registry.db"),
    ] {
        let finished = start(&[(name, value)], None).await;
        assert!(
            finished.err.contains(&format!("TRANSFER_REGISTRY_{name}")),
            "{name}: {finished:?}"
        );
        if name == "BOOTSTRAP_TOKEN" {
            assert!(
                !finished.err.contains(value),
                "a secret is shown: {finished:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_wrong_line_of_the_file_is_named_in_one_line() {
    for (text, named) in [
        ("unchecked_facts = \"maybe\"\n", "unchecked_facts"),
        ("listen = 8080\n", "listen"),
        ("colour = \"blue\"\n", "colour"),
        ("bootstrap_token = \"too-short\"\n", "bootstrap_token"),
        ("this is no TOML\n", "settings.toml"),
    ] {
        let finished = start(&[], Some(text)).await;
        assert!(finished.err.contains(named), "{text:?}: {finished:?}");
        assert!(
            !finished.err.contains("too-short"),
            "a secret is shown: {finished:?}"
        );
    }
}

#[tokio::test]
async fn a_password_in_the_address_of_the_database_is_not_shown() {
    let finished = Program::new(&std::env::temp_dir(), &["serve"])
        .on_free_ports()
        .setting(
            "DATABASE_URL",
            "postgres://registry:very-secret@127.0.0.1:1/registry",
        )
        .run()
        .await;
    assert_ne!(finished.code, Some(0), "{finished:?}");
    assert!(
        !format!("{finished:?}").contains("very-secret"),
        "{finished:?}"
    );
}
