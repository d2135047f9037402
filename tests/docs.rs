//! The documentation says what the program does: every code has its page, every page its code,
//! every example is answered as its page says, and every link leads somewhere.

mod examples;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use transfer_decision::vocabulary::{ReasonCode, RemedyCode, WarningCode};
use transfer_registry::{
    config::{Config, Source},
    refusal::{ProblemCode, ViolationCode},
};

fn root() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("the repository")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn document(name: &str) -> String {
    read(&root().join("docs").join(name))
}

/// The pages of a folder of `docs/`, by the name of their file.
fn pages(folder: &str) -> BTreeMap<String, String> {
    let folder = root().join("docs").join(folder);
    let files =
        fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    files
        .map(|file| {
            let path = file.expect("a file").path();
            assert_eq!(
                path.extension().and_then(|e| e.to_str()),
                Some("md"),
                "{} is no page",
                path.display()
            );
            let name = path
                .file_stem()
                .and_then(|stem| stem.to_str())
                .expect("a name");
            (name.to_owned(), read(&path))
        })
        .collect()
}

/// A text on one line, wherever its lines were broken.
fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A message as a page shows it: a sentence.
fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().expect("a message").to_uppercase();
    first.chain(letters).chain(['.']).collect()
}

fn one_page_each(folder: &str, codes: &[(&str, &str)]) {
    let pages = pages(folder);
    let index = document("README.md");
    let wanted: BTreeSet<&str> = codes.iter().map(|(code, _)| *code).collect();
    let there: BTreeSet<&str> = pages.keys().map(String::as_str).collect();
    assert_eq!(there, wanted, "docs/{folder}");
    for (code, message) in codes {
        let page = &pages[*code];
        assert_eq!(
            page.lines().next(),
            Some(&*format!("# {code}")),
            "docs/{folder}/{code}.md"
        );
        let begins = format!("# {code} {}", sentence(message));
        assert!(
            unwrapped(page).starts_with(&begins),
            "docs/{folder}/{code}.md does not begin: {begins}"
        );
        let link = format!("({folder}/{code}.md)");
        assert!(index.contains(&link), "docs/README.md does not list {link}");
    }
}

#[test]
fn every_reason_has_its_page_and_every_page_its_reason() {
    let codes: Vec<_> = ReasonCode::ALL
        .iter()
        .map(|code| (code.code(), code.message()))
        .collect();
    one_page_each("reasons", &codes);
}

#[test]
fn every_warning_has_its_page_and_every_page_its_warning() {
    let codes: Vec<_> = WarningCode::ALL
        .iter()
        .map(|code| (code.code(), code.message()))
        .collect();
    one_page_each("warnings", &codes);
}

#[test]
fn every_problem_has_its_page_and_every_page_its_problem() {
    let codes: Vec<_> = ProblemCode::ALL
        .iter()
        .map(|code| (code.code(), code.message()))
        .collect();
    one_page_each("problems", &codes);
    for problem in ProblemCode::ALL {
        let page = document(&format!("problems/{problem}.md"));
        let status = format!("**Status.** {}", problem.status().as_u16());
        assert!(
            page.contains(&status),
            "docs/problems/{problem}.md does not say {status}"
        );
    }
}

#[test]
fn every_remedy_has_its_section_in_the_order_of_the_vocabulary() {
    let page = document("remedies.md");
    let sections: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .collect();
    let codes: Vec<&str> = RemedyCode::ALL.iter().map(|code| code.code()).collect();
    assert_eq!(sections.first(), Some(&"How to read them"));
    assert_eq!(sections[1..], codes);
    let index = document("README.md");
    for code in codes {
        assert!(
            index.contains(&format!("(remedies.md#{code})")),
            "docs/README.md does not list {code}"
        );
    }
}

#[test]
fn every_remedy_names_the_requests_that_perform_it_and_they_are_there() {
    let page = document("remedies.md");
    let openapi = root().join("openapi/openapi.json");
    let openapi = std::fs::read_to_string(openapi).expect("the document");
    let openapi: serde_json::Value = serde_json::from_str(&openapi).expect("JSON");
    for section in page.split("\n## ").skip(2) {
        let (code, text) = section.split_once('\n').expect("a section");
        let (_, request) = text
            .split_once("**Request.** ")
            .unwrap_or_else(|| panic!("{code} names no request"));
        let named: Vec<(&str, &str)> = request
            .split('`')
            .filter_map(|span| span.split_once(" /v1/"))
            .collect();
        assert!(!named.is_empty(), "{code}");
        for (method, path) in named {
            let path = openapi["paths"].get(format!("/v1/{path}"));
            let there = path.and_then(|path| path.get(method.to_lowercase()));
            assert!(there.is_some(), "{code} names {method} of {request}");
        }
    }
}

#[test]
fn every_violation_is_explained() {
    let page = document("problems/invalid_request.md");
    let explained: BTreeSet<&str> = page
        .lines()
        .filter(|line| line.starts_with("| `"))
        .filter_map(|line| line.split('|').nth(1))
        .flat_map(|codes| codes.split(','))
        .map(|code| code.trim().trim_matches('`'))
        .collect();
    let codes: BTreeSet<&str> = ViolationCode::ALL.iter().map(|code| code.code()).collect();
    assert_eq!(explained, codes);
}

/// The cells of the rows of a table whose first cell begins so.
fn rows(page: &str, beginning: &str) -> Vec<Vec<String>> {
    page.lines()
        .filter(|line| line.starts_with(beginning))
        .map(|line| {
            line.trim_matches('|')
                .split('|')
                .map(|cell| cell.trim().to_owned())
                .collect()
        })
        .collect()
}

#[test]
fn every_setting_is_documented_with_the_default_that_it_has() {
    let page = document("operations.md");
    let mut documented = BTreeSet::new();
    let mut defaults = BTreeMap::new();
    for row in rows(&page, "| `TRANSFER_REGISTRY_") {
        let name = row[0].trim_matches('`').to_owned();
        let suffix = name
            .strip_prefix("TRANSFER_REGISTRY_")
            .expect("the prefix")
            .to_owned();
        assert_eq!(
            row[1],
            format!("`{}`", suffix.to_lowercase()),
            "the key of {name}"
        );
        let default = row[2].split('`').nth(1).map(str::to_owned);
        defaults.extend(default.map(|value| (name, value)));
        documented.insert(suffix);
    }
    let source = read(&root().join("service/src/config/source.rs"));
    let known: BTreeSet<String> = source
        .lines()
        .filter(|line| line.contains("&mut written."))
        .filter_map(|line| line.split('"').nth(1))
        .map(str::to_owned)
        .collect();
    assert!(
        known.len() >= 6,
        "the settings are read elsewhere now: {known:?}"
    );
    assert_eq!(documented, known);

    let set = Config::read(&Source::of(None, defaults), false).expect("the documented defaults");
    let shipped = Config::defaults(false);
    assert_eq!(set.database_url, shipped.database_url);
    assert_eq!(set.data_dir, shipped.data_dir);
    assert_eq!(set.listen, shipped.listen);
    assert_eq!(set.ops_listen, shipped.ops_listen);
    assert_eq!(set.proxies, shipped.proxies);
    assert_eq!(set.limits, shipped.limits);
    assert_eq!(set.unchecked_facts, shipped.unchecked_facts);
    assert_eq!(set.record_checks, shipped.record_checks);
    assert_eq!(set.checks_kept_days, shipped.checks_kept_days);
    assert_eq!(set.checks_waiting_mib, shipped.checks_waiting_mib);
    assert_eq!(set.log, shipped.log);
    assert_eq!(set.participants, shipped.participants);
    assert!(shipped.bootstrap_token.is_none());
}

/// Every Markdown file of the repository, without what others made.
fn markdown(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        let made = ["target", "node_modules", "data"].contains(&&*name) || name.starts_with('.');
        if entry.file_type().expect("its type").is_dir() {
            if !made {
                markdown(&path, found);
            }
        } else if name.ends_with(".md") {
            found.push(path);
        }
    }
}

/// A page without its code, in which nothing is a link.
fn prose(text: &str) -> String {
    let mut fenced = false;
    let lines = text.lines().filter(|line| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    });
    let lines: Vec<&str> = lines.collect();
    let text = lines.join("\n");
    text.split('`').step_by(2).collect::<Vec<_>>().join("")
}

/// The targets of the links of a page.
fn links(text: &str) -> Vec<String> {
    let text = prose(text);
    let after = text.split("](").skip(1);
    after
        .filter_map(|rest| rest.split(')').next())
        .map(str::to_owned)
        .collect()
}

/// The anchors of a page's headings, as they are made on the usual hosts.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut fenced = false;
    text.lines()
        .filter(|line| {
            fenced ^= line.trim_start().starts_with("```");
            !fenced && line.starts_with('#')
        })
        .map(|line| {
            let title = line.trim_start_matches('#').trim().to_lowercase();
            let kept = title
                .chars()
                .filter(|c| c.is_alphanumeric() || "-_ ".contains(*c));
            kept.map(|c| if c == ' ' { '-' } else { c }).collect()
        })
        .collect()
}

/// What is wrong with one link of a page.
fn broken(page: &Path, text: &str, link: &str) -> Option<String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = if path.is_empty() {
        page.to_owned()
    } else {
        page.parent().expect("a folder").join(path)
    };
    if !target.exists() {
        return Some(format!("{}: nothing is at {link}", page.display()));
    }
    let there = if path.is_empty() {
        text.to_owned()
    } else if anchor.is_empty() {
        return None;
    } else {
        read(&target)
    };
    let missing = !anchor.is_empty() && !anchors(&there).contains(anchor);
    missing.then(|| format!("{}: no heading for {link}", page.display()))
}

#[test]
fn every_relative_link_of_every_page_resolves() {
    let mut files = Vec::new();
    markdown(root(), &mut files);
    assert!(files.len() > 70, "only {} pages found", files.len());
    let mut wrong = Vec::new();
    let mut followed = 0;
    for page in &files {
        let text = read(page);
        for link in links(&text) {
            followed += 1;
            wrong.extend(broken(page, &text, &link));
        }
    }
    assert!(followed > 200, "only {followed} links found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_link_that_leads_nowhere_is_found() {
    let page = root().join("docs/README.md");
    let text = "# Title here\n[a](verdict.md) [b](no-such-page.md) `[c](x)`\n```\n[d](y)\n```\n[e](#title-here) [f](#title)";
    let found: Vec<String> = links(text);
    assert_eq!(
        found,
        ["verdict.md", "no-such-page.md", "#title-here", "#title"]
    );
    let wrong: Vec<bool> = found
        .iter()
        .map(|link| broken(&page, text, link).is_some())
        .collect();
    assert_eq!(wrong, [false, true, false, true]);
}
