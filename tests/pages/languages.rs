//! The public pages in four languages.

use super::reading::{PAGES, all, links, own_words, page_at, words};
use crate::fixture::{Service, on_both_databases};

on_both_databases![
    every_page_is_whole_in_every_language,
    the_language_is_the_readers_and_stays,
    a_page_that_is_not_there_says_so_in_the_language,
    every_page_of_the_demo_is_light,
];

const LANGUAGES: [&str; 4] = ["en", "de", "fr", "it"];

const GROUPS: [&str; 5] = [
    "qcontact",
    "botsify",
    "netcode",
    "qiscus",
    "instantchatbots",
];

/// Words that a page in another language has no use for.
const ENGLISH: &[&str] = &[
    "the",
    "of",
    "and",
    "is",
    "are",
    "with",
    "from",
    "none",
    "not",
    "recorded",
    "subprocessor",
    "subprocessors",
    "since",
    "until",
    "country",
    "adequacy",
    "decision",
    "published",
    "day",
    "transfer",
    "basis",
    "company",
    "companies",
    "where",
    "what",
    "storage",
    "processing",
    "remote",
    "access",
    "seat",
    "states",
    "kingdom",
    "zealand",
];

fn at(group: &str, page: &str, language: &str) -> String {
    let mark = if page.contains('?') { '&' } else { '?' };
    format!("/{group}/subprocessors{page}{mark}lang={language}")
}

/// Every page of a group, each subprocessor's among them.
async fn pages_of(service: &Service, group: &str) -> Vec<String> {
    let (_, html) = page_at(service, &format!("/{group}/subprocessors")).await;
    let prefix = format!("/{group}/subprocessors");
    let own = links(&html).into_iter().filter_map(|link| {
        let page = link.strip_prefix(&prefix)?;
        let plain = page.starts_with('/') && !page.contains(['?', '.', '#']);
        plain.then(|| page.to_owned())
    });
    let mut pages: Vec<String> = PAGES
        .iter()
        .map(|page| (*page).to_owned())
        .chain(own)
        .collect();
    pages.sort();
    pages.dedup();
    assert!(
        pages.len() > PAGES.len(),
        "{group} has subprocessors: {pages:?}"
    );
    pages
}

async fn every_page_is_whole_in_every_language(service: Service) {
    for group in ["qcontact", "botsify"] {
        for page in pages_of(&service, group).await {
            for language in LANGUAGES {
                let path = at(group, &page, language);
                let (answer, html) = page_at(&service, &path).await;
                assert!(html.errors.is_empty(), "{path}: {:?}", html.errors);
                let root = all(&html, "html")[0];
                assert_eq!(root.value().attr("lang"), Some(language), "{path}");
                assert_eq!(answer.header("content-language"), Some(language), "{path}");
                let whole = words(&root);
                assert!(
                    !whole.contains(['{', '}']),
                    "{path}: something was not filled in"
                );
                assert_eq!(all(&html, "h1").len(), 1, "{path}");
                assert_eq!(all(&html, "a.skip[href='#content']").len(), 1, "{path}");
                let alternates = all(&html, "link[rel=alternate][hreflang]").len();
                assert_eq!(alternates, LANGUAGES.len(), "{path}");
                if language == "en" {
                    continue;
                }
                let own = own_words(&html).to_lowercase();
                for word in own.split(|c: char| !c.is_alphabetic()) {
                    let english = ENGLISH.contains(&word);
                    assert!(!english, "{path}: “{word}” in: {own}");
                }
            }
        }
    }
    for (language, said) in [
        ("en", ["Adequacy decision (Art. 45 GDPR)", "New Zealand"]),
        (
            "de",
            ["Angemessenheitsbeschluss (Art. 45 DSGVO)", "Neuseeland"],
        ),
        (
            "fr",
            ["Décision d’adéquation (art. 45 RGPD)", "Nouvelle-Zélande"],
        ),
        (
            "it",
            ["Decisione di adeguatezza (art. 45 GDPR)", "Nuova Zelanda"],
        ),
    ] {
        let (_, html) = page_at(&service, &at("qcontact", "", language)).await;
        let shown = own_words(&html);
        for words in said {
            assert!(shown.contains(words), "{language}: {words}: {shown}");
        }
    }
}

async fn the_language_is_the_readers_and_stays(service: Service) {
    let accepting = async |accepted: &str, path: &str| {
        let headers = [("accept-language", accepted)];
        service
            .request(None, "GET", path, None, &headers, b"")
            .await
    };
    let list = "/qcontact/subprocessors";
    for (accepted, language) in [("de-CH,de;q=0.9", "de"), ("fr", "fr"), ("ja", "en")] {
        let answer = accepting(accepted, list).await;
        assert_eq!(
            answer.header("content-language"),
            Some(language),
            "{accepted}"
        );
        assert_eq!(answer.header("vary"), Some("accept-language"), "{accepted}");
        assert!(answer.header("set-cookie").is_none());
    }
    // What the address says counts for more, and every link of the list says it again.
    let answer = accepting("de", &format!("{list}?lang=it")).await;
    assert_eq!(answer.header("content-language"), Some("it"));
    assert_eq!(answer.header("vary"), None, "one address, one answer");
    let (_, html) = page_at(&service, &format!("{list}?lang=it")).await;
    for link in links(&html) {
        let of_the_list = link.starts_with("/qcontact/");
        let same_in_all = [".json", ".csv", ".jsonld", ".atom", ".ics"];
        let format = same_in_all.iter().any(|ending| {
            let path = link.split('?').next().unwrap_or_default();
            path.ends_with(ending)
        });
        assert!(!of_the_list || format || link.contains("lang="), "{link}");
    }
    for field in all(&html, "form input[name=lang]") {
        assert_eq!(field.value().attr("value"), Some("it"));
    }
    assert_eq!(
        all(&html, "form input[name=lang]").len(),
        2,
        "both forms keep it"
    );
}

async fn a_page_that_is_not_there_says_so_in_the_language(service: Service) {
    for (path, status, said) in [
        (
            "/nobody/subprocessors?lang=de",
            404,
            "Diese Seite gibt es nicht",
        ),
        (
            "/qcontact/subprocessors/nobody?lang=fr",
            404,
            "Cette page n’existe pas",
        ),
        (
            "/qcontact/subprocessors/changes?page=2&lang=it",
            404,
            "Questa pagina non esiste",
        ),
        (
            "/qcontact/subprocessors/as-of/2019-6-1?lang=de",
            422,
            "muss ein Kalendertag",
        ),
        (
            "/qcontact/subprocessors/as-of/1999-12-31",
            422,
            "must not be before 2000-01-01",
        ),
        (
            "/qcontact/subprocessors?zone=x&lang=it",
            422,
            "non è un parametro",
        ),
        (
            "/qcontact/subprocessors?lang=es",
            422,
            "is not one of the values",
        ),
        (
            "/qcontact/subprocessors/upcoming?q=x",
            422,
            "is not a parameter of this page",
        ),
        (
            "/qcontact/subprocessors/compare?from=x&lang=fr",
            422,
            "doit être un jour",
        ),
        (
            "/qcontact/subprocessors/changes?page=0",
            422,
            "is outside of the range",
        ),
    ] {
        let answer = service.get_publicly(path).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        assert_eq!(answer.media_type(), "text/html", "{path}");
        let shown = scraper::Html::parse_document(&answer.text());
        let shown = words(&shown.root_element());
        assert!(shown.contains(said), "{path}: {shown}");
    }
    let answer = service
        .get_publicly("/qcontact/subprocessors/nobody?lang=de")
        .await;
    let html = scraper::Html::parse_document(&answer.text());
    let back = links(&html);
    assert!(
        back.contains(&"/qcontact/subprocessors?lang=de".to_owned()),
        "{back:?}"
    );
}

async fn every_page_of_the_demo_is_light(service: Service) {
    let mut heaviest = (0, String::new());
    for group in GROUPS {
        for page in pages_of(&service, group).await {
            for language in LANGUAGES {
                let path = at(group, &page, language);
                let weight = service.get_publicly(&path).await.body.len();
                heaviest = heaviest.max((weight, path));
            }
        }
    }
    let (weight, path) = heaviest;
    assert!(weight < 60_000, "{path} weighs {weight} bytes");
}
