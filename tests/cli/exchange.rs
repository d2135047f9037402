//! `import` and `export`: from a register that is full into one that is empty, and out again.

use std::path::Path;

use crate::fixture::{Database, Finished, Home, Program};

fn program(home: &Home, arguments: &[&str]) -> Program {
    let folder = home.folder.path();
    Program::new(folder, arguments)
        .setting("DATABASE_URL", &home.url)
        .setting("DATA_DIR", &folder.join("data").display().to_string())
}

async fn run(home: &Home, arguments: &[&str]) -> Finished {
    program(home, arguments).run().await
}

async fn done(home: &Home, arguments: &[&str]) -> String {
    let finished = run(home, arguments).await;
    assert_eq!(finished.code, Some(0), "{arguments:?}: {finished:?}");
    finished.out
}

/// A home whose database holds the demo register.
async fn full(kind: Database) -> Home {
    let home = Home::new(kind).await;
    let mut running = program(&home, &["serve", "--demo"]).on_free_ports().start();
    while let Some(line) = running.line().await {
        if line.starts_with("listening on ") {
            break;
        }
    }
    // Nobody else may write while it runs; to be tried on, the register may be read beside it.
    let file = home.folder.path().join("groups.csv");
    std::fs::write(&file, "slug,name,source\nnew-group,New,a test\n").expect("written");
    let tried = done(&home, &["import", "groups.csv", "--dry-run"]).await;
    assert!(tried.contains("groups row 2: create new-group"), "{tried}");
    assert!(tried.ends_with("nothing was stored\n"), "{tried}");
    if kind == Database::Sqlite {
        let held = run(&home, &["import", "groups.csv"]).await;
        assert_eq!(held.code, Some(1), "{held:?}");
        assert!(held.err.contains("POST /v1/imports"), "{held:?}");
    }
    assert_eq!(running.terminate().await.code, Some(0));
    home
}

/// What somebody recorded of the law: an end, one that was withdrawn, and a statement about
/// clauses.
async fn amend_the_law(home: &Home) {
    let file = home.folder.path().join("law.json");
    let end = |at: u32, withdrawn: bool| {
        serde_json::json!({
            "id": format!("01930000-0000-7000-8000-0000000000{at}"), "withdrawn": withdrawn,
            "source": "a test", "amendment": {"kind": "end_adequacy_decision",
                "decision": "EU-ADQ-US-DPF-2023-1795", "last_day": "2026-11-30",
                "end_kind": "invalidated"}})
    };
    let clauses = serde_json::json!({"tool": "scc-2021-914", "module": 2, "source": "a test",
        "parties": [{"organisation": "qcontact-ltd", "side": "exporter"},
            {"organisation": "stripe", "side": "importer"}],
        "signed_on": "2026-01-01", "statements": {"swiss_addendum": true, "repetitive": null}});
    let tables = serde_json::json!({
        "law_amendments": [end(81, false), end(82, true)], "mechanisms": [clauses]});
    std::fs::write(&file, tables.to_string()).expect("written");
    let told = done(home, &["import", "law.json"]).await;
    assert!(told.starts_with("3 created"), "{told}");
}

async fn a_register_moves_whole(kind: Database) {
    let from = full(kind).await;
    amend_the_law(&from).await;
    let into = Home::new(kind).await;
    done(&into, &["migrate"]).await;
    for format in ["json", "xlsx"] {
        let name = format!("register.{format}");
        let out = from.folder.path().join(&name).display().to_string();
        done(&from, &["export", "--output", &out]).await;
        if format == "json" {
            // What is active without a basis is taken only as what it is, and with a reason.
            let refused = run(&into, &["import", &out]).await;
            assert_eq!(refused.code, Some(1), "{refused:?}");
            assert!(refused.out.contains("column status: "), "{refused:?}");
            let silent = run(&into, &["import", &out, "--record-existing"]).await;
            assert_eq!(silent.code, Some(1), "{silent:?}");
            assert!(silent.err.contains(" --reason is required"), "{silent:?}");
        }
        let moved = ["import", &out, "--record-existing", "--reason", "moved"];
        let told = done(&into, &moved).await;
        let made = if format == "json" {
            "0 changed, 0 unchanged"
        } else {
            "0 created, 0 changed"
        };
        assert!(told.contains(made), "{told}");
        let back = into.folder.path().join(&name).display().to_string();
        done(&into, &["export", "--output", &back]).await;
        let read = |path: &str| std::fs::read(Path::new(path)).expect("a file");
        assert!(read(&out) == read(&back), "{name} is another one");
    }
    for resource in [
        "groups",
        "organisations",
        "certifications",
        "subprocessors",
        "mechanisms",
        "flows",
        "law_amendments",
    ] {
        let arguments = ["export", "--resource", resource, "--format", "csv"];
        assert_eq!(done(&from, &arguments).await, done(&into, &arguments).await);
    }
    let verified = run(&into, &["audit", "verify"]).await;
    assert_ne!(verified.code, Some(1), "{verified:?}");

    let wrong = into.folder.path().join("organisations.csv");
    let rows =
        "slug,kind,legal_name,source\nfine,third_party,Fine,a test\nbad slug,robot,,a test\n";
    std::fs::write(&wrong, rows).expect("written");
    let before = done(&into, &["export"]).await;
    let refused = run(&into, &["import", "organisations.csv"]).await;
    assert_eq!(refused.code, Some(1), "{refused:?}");
    let lines: Vec<_> = refused.out.lines().collect();
    assert_eq!(lines.len(), 2, "{refused:?}");
    assert!(
        lines[0].starts_with("organisations.csv: sheet organisations row 3 column kind (B): "),
        "{lines:?}"
    );
    assert!(lines[1].contains("column legal_name"), "{lines:?}");
    assert_eq!(done(&into, &["export"]).await, before);
    from.remove().await;
    into.remove().await;
}

#[tokio::test]
async fn a_register_moves_whole_on_sqlite() {
    a_register_moves_whole(Database::Sqlite).await;
}

#[tokio::test]
async fn a_register_moves_whole_on_postgres() {
    a_register_moves_whole(Database::Postgres).await;
}

#[tokio::test]
async fn what_cannot_be_exported_or_imported_is_said_in_one_line() {
    let home = Home::new(Database::Sqlite).await;
    for (arguments, said) in [
        (&["export", "--format", "csv"][..], "--format"),
        (&["export", "--resource", "hats"][..], "--resource"),
        (&["export", "--as-of", "soon"][..], "--as-of"),
        (&["import", "no-such-file.csv"][..], "is no file"),
    ] {
        let finished = run(&home, arguments).await;
        assert_eq!(finished.code, Some(1), "{finished:?}");
        assert!(finished.err.contains(said), "{finished:?}");
        assert_eq!(finished.err.lines().count(), 1, "{finished:?}");
    }
    home.remove().await;
}
