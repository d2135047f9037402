//! The house keeps its order: arrows point one way, and the text files stay what they should be.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace")
        .to_owned()
}

/// Every file under a folder that is the project's own.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in
            fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        {
            let path = entry.expect("an entry").path();
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default()
                .to_owned();
            if path.is_dir() {
                if ![
                    "target",
                    "node_modules",
                    ".git",
                    ".cache",
                    "data",
                    "__pycache__",
                ]
                .contains(&name.as_str())
                {
                    folders.push(path);
                }
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn rust_files(folder: &str) -> Vec<PathBuf> {
    let mut found = files(&root().join(folder));
    found.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    assert!(!found.is_empty(), "no Rust in {folder}");
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
}

/// The lines of a Rust file that are not comments.
fn code_lines(path: &Path) -> Vec<(usize, String)> {
    read(path)
        .lines()
        .enumerate()
        .map(|(at, line)| (at + 1, line.trim().to_owned()))
        .filter(|(_, line)| !line.starts_with("//"))
        .collect()
}

/// A crate's manifest.
fn manifest(folder: &str) -> toml::Table {
    read(&root().join(folder).join("Cargo.toml"))
        .parse()
        .expect("a manifest")
}

/// What a crate depends on when it is used, not when it is tested.
fn dependencies(folder: &str) -> BTreeSet<String> {
    let manifest = manifest(folder);
    let table = manifest.get("dependencies").and_then(toml::Value::as_table);
    let mut names: BTreeSet<String> = table
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .collect();
    assert!(
        !manifest.contains_key("target"),
        "{folder} has dependencies for some machines only"
    );
    if let Some(table) = manifest
        .get("build-dependencies")
        .and_then(toml::Value::as_table)
    {
        names.extend(table.keys().cloned());
    }
    names
}

#[test]
fn the_core_can_name_nothing_but_values() {
    let allowed = BTreeSet::from(
        ["chrono", "isocountry", "serde", "serde_json", "thiserror"].map(str::to_owned),
    );
    let named = dependencies("service/decision");
    assert!(
        named.is_subset(&allowed),
        "the core depends on {:?}",
        named.difference(&allowed)
    );
    // chrono's clock is a feature: off in the workspace, and not switched on again in the core.
    let workspace: toml::Table = read(&root().join("Cargo.toml"))
        .parse()
        .expect("the workspace");
    let chrono = &workspace["workspace"]["dependencies"]["chrono"];
    assert_eq!(chrono["default-features"].as_bool(), Some(false));
    let features = chrono["features"].as_array().expect("features");
    assert!(
        features
            .iter()
            .all(|feature| !["clock", "now"].contains(&feature.as_str().unwrap_or_default()))
    );
    let own = &manifest("service/decision")["dependencies"]["chrono"];
    assert_eq!(
        own.as_table().map(toml::Table::len),
        Some(1),
        "chrono.workspace = true and no more"
    );
    for path in rust_files("service/decision/src") {
        for (at, line) in code_lines(&path) {
            for word in [
                "std::fs",
                "std::net",
                "std::env",
                "std::process",
                "std::thread",
                "SystemTime",
                "Instant::now",
                "async fn",
                "async move",
                "println!",
                "eprintln!",
            ] {
                assert!(
                    !line.contains(word),
                    "{}:{at} has {word}: {line}",
                    shown(&path)
                );
            }
        }
    }
}

/// For each crate, what it may know of the others.
const ARROWS: &[(&str, &[&str])] = &[
    ("service/decision", &[]),
    ("migration", &[]),
    ("seed", &["transfer-decision"]),
    ("entity", &["transfer-decision"]),
    (
        "service/registry",
        &[
            "transfer-decision",
            "transfer-registry-entity",
            "transfer-registry-migration",
            "transfer-registry-seed",
        ],
    ),
    (
        "service",
        &[
            "transfer-decision",
            "transfer-registry-core",
            "transfer-registry-seed",
        ],
    ),
];

#[test]
fn arrows_between_the_crates_point_one_way() {
    for (folder, allowed) in ARROWS {
        let named = dependencies(folder);
        for name in named.iter().filter(|name| name.starts_with("transfer-")) {
            assert!(
                allowed.contains(&name.as_str()),
                "{folder} depends on {name}"
            );
        }
    }
}

#[test]
fn only_the_registry_speaks_to_the_database() {
    for folder in ["service", "service/decision", "seed"] {
        for name in dependencies(folder) {
            assert!(
                !name.starts_with("sea-") && name != "sqlx",
                "{folder} depends on {name}"
            );
        }
    }
    for path in rust_files("service/src")
        .into_iter()
        .chain(rust_files("service/decision/src"))
        .chain(rust_files("seed/src"))
    {
        for (at, line) in code_lines(&path) {
            for word in ["sea_orm", "sea_query", "sqlx"] {
                assert!(!line.contains(word), "{}:{at}: {line}", shown(&path));
            }
        }
    }
}

#[test]
fn pages_and_api_never_call_each_other() {
    for (room, neighbours) in [
        ("api", ["crate::pages", "super::pages"]),
        ("pages", ["crate::api", "super::api"]),
    ] {
        for path in rust_files(&format!("service/src/{room}")) {
            let text = read(&path);
            for (at, line) in code_lines(&path) {
                for neighbour in neighbours {
                    assert!(!line.contains(neighbour), "{}:{at}: {line}", shown(&path));
                }
            }
            // `use crate::{api::…, pages::…}` over several lines.
            for tree in text.split("use crate::{").skip(1) {
                let tree = tree.split("};").next().unwrap_or_default();
                let other = neighbours[0].trim_start_matches("crate::");
                let named = tree
                    .split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':')
                    .any(|word| word == other || word.starts_with(&format!("{other}::")));
                assert!(!named, "{} uses {other}", shown(&path));
            }
        }
    }
}

#[test]
fn the_registry_knows_nothing_of_http() {
    for path in rust_files("service/registry/src")
        .into_iter()
        .chain(rust_files("entity/src"))
    {
        for (at, line) in code_lines(&path) {
            assert!(!line.contains("poem"), "{}:{at}: {line}", shown(&path));
        }
    }
}

/// Files that people read or that programs are made of.
fn texts() -> Vec<(PathBuf, String)> {
    files(&root())
        .into_iter()
        .filter(|path| path.file_name().is_some_and(|name| name != "Cargo.lock"))
        .filter_map(|path| fs::read_to_string(&path).ok().map(|text| (path, text)))
        .collect()
}

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    // Written in two parts, so that this file does not contain them.
    let places = [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
        concat!("/Us", "ers/"),
        concat!("/fa", "rm/"),
        concat!("/tm", "p/bash_jobs"),
    ];
    let texts = texts();
    assert!(texts.len() > 100, "only {} files", texts.len());
    for (path, text) in texts {
        for (at, line) in text.lines().enumerate() {
            for place in places {
                assert!(!line.contains(place), "{}:{}: {line}", shown(&path), at + 1);
            }
        }
    }
}

#[test]
fn a_rust_file_fits_in_a_head() {
    for folder in ["service", "entity", "migration", "seed", "tests"] {
        for path in rust_files(folder) {
            let lines = read(&path).lines().count();
            assert!(lines <= 500, "{} has {lines} lines", shown(&path));
        }
    }
}

#[test]
fn every_file_is_text_that_ends_in_a_line() {
    for (path, text) in texts() {
        let name = shown(&path);
        assert!(
            text.is_empty() || text.ends_with('\n'),
            "{name} ends without a line break"
        );
        assert!(!text.contains('\r'), "{name} has carriage returns");
        assert!(
            !text.contains(concat!("<<<<", "<<<")),
            "{name} has a conflict in it"
        );
    }
}

#[test]
fn every_declared_query_parameter_stands_in_the_document() {
    let document = read(&root().join("service/src/api/spec/mod.rs"));
    let mut declarations = 0;
    for file in rust_files("service/src/api/v1") {
        let source = read(&file);
        for declaration in source.split("impl Parameters for ").skip(1) {
            let name = declaration.split_whitespace().next().unwrap_or_default();
            let none = "const PARAMETERS: &'static [Parameter] = &[];";
            let body = declaration.split("\n}").next().unwrap_or_default();
            let shown = document.contains(&format!("::{name}>(document)"));
            assert!(
                shown || body.contains(none),
                "{name} of {}: the document does not show it",
                file.display()
            );
            declarations += 1;
        }
    }
    assert!(declarations > 30, "only {declarations} declarations found");
}
