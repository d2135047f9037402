//! All four languages say everything, and say it in their own words.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};

use transfer_decision::span::parse_day;

use super::*;

const FILES: [(Language, &str); 4] = [
    (Language::English, include_str!("en.toml")),
    (Language::German, include_str!("de.toml")),
    (Language::French, include_str!("fr.toml")),
    (Language::Italian, include_str!("it.toml")),
];

fn wording(language: Language) -> Wording {
    Wording::of(language).unwrap()
}

/// Every word of a language by its key.
fn flat(file: &str) -> BTreeMap<String, String> {
    fn into(prefix: &str, value: &toml::Value, words: &mut BTreeMap<String, String>) {
        match value {
            toml::Value::String(text) => {
                words.insert(prefix.to_owned(), text.clone());
            }
            toml::Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    into(&format!("{prefix}.{at}"), item, words);
                }
            }
            toml::Value::Table(table) => {
                for (key, value) in table {
                    into(&format!("{prefix}.{key}"), value, words);
                }
            }
            other => panic!("{prefix}: {other}"),
        }
    }
    let mut words = BTreeMap::new();
    into("", &toml::Value::Table(file.parse().unwrap()), &mut words);
    words
}

fn places(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .map(|rest| rest.split_once('}').unwrap().0)
        .collect()
}

#[test]
fn every_language_has_the_same_words_and_none_is_empty() {
    let english = flat(FILES[0].1);
    for (language, file) in FILES {
        Wording::of(language).unwrap();
        let words = flat(file);
        let keys =
            |words: &BTreeMap<String, String>| words.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(keys(&words), keys(&english), "{language:?}");
        for (key, text) in &words {
            assert!(!text.trim().is_empty(), "{language:?} {key}");
            assert_eq!(places(text), places(&english[key]), "{language:?} {key}");
        }
    }
}

/// What is the same word in two languages, or a name.
const SAME: &[&str] = &[
    ".basis.EU-ADQ-US-SH-2000-520",
    ".changes.changed",
    ".changes.version",
    ".days.day",
    ".days.first",
    ".days.months",
    ".detail.certifications",
    ".framework.eu-us-safe-harbor",
    ".framework.swiss-us-safe-harbor",
    ".list.version",
    ".purpose.hosting",
    ".purpose.marketing",
    ".shared.colon",
    ".shared.demonstration",
    ".shared.no",
];

#[test]
fn nothing_was_left_in_english() {
    let english = flat(FILES[0].1);
    let mut same = BTreeSet::new();
    for (language, file) in FILES.iter().skip(1) {
        for (key, text) in flat(file) {
            let known = SAME.iter().find(|known| key.starts_with(**known));
            if text == english[&key] {
                let known =
                    known.unwrap_or_else(|| panic!("{language:?} {key} is English: {text}"));
                same.insert(*known);
            }
        }
    }
    assert_eq!(
        same,
        SAME.iter().copied().collect(),
        "what may be the same is"
    );
}

/// French sets a space that breaks no line before these signs, and within its quotation marks.
#[test]
fn no_french_line_begins_with_a_sign() {
    let printed = include_str!("../formats/pdf/fr.toml");
    for (key, text) in flat(FILES[2].1).into_iter().chain(flat(printed)) {
        let letters: Vec<char> = text.chars().collect();
        for (at, letter) in letters.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|at| letters.get(at));
            let after = letters.get(at + 1);
            // Within an instant or an address the same signs are none of the language's.
            let ends = after.is_none_or(|next| next.is_whitespace());
            let bound = match letter {
                ':' | ';' | '?' | '!' if ends => before == Some(&'\u{a0}'),
                '»' => before == Some(&'\u{a0}'),
                '«' => after == Some(&'\u{a0}'),
                _ => true,
            };
            assert!(bound, "{key}: “{letter}” at {at} of {text}");
        }
    }
}

#[test]
fn every_code_has_a_word_in_every_language() {
    for language in Language::ALL {
        let words = wording(language).words;
        assert_eq!(words.regime.len(), Regime::ALL.len());
        assert_eq!(words.area.len(), Area::ALL.len());
        assert_eq!(words.activity.len(), Activity::ALL.len());
        assert_eq!(words.category.len(), DataCategory::ALL.len());
        assert_eq!(words.tool.len(), Tool::ALL.len());
        assert_eq!(words.framework.len(), Framework::ALL.len());
        assert_eq!(words.field.len(), PublishedField::ALL.len());
        assert_eq!(words.role.len(), Role::ALL.len());
        let said = super::super::bases::SAID;
        assert_eq!(
            words.warning.keys().copied().collect::<BTreeSet<_>>(),
            said.iter().copied().collect(),
        );
    }
}

#[test]
fn every_country_has_a_name_in_every_language() {
    for language in Language::ALL {
        let wording = wording(language);
        let mut names = BTreeSet::new();
        for country in Country::all() {
            let name = wording.country(country);
            assert_ne!(name, country.code(), "{language:?}");
            assert!(names.insert(name), "{language:?}: {name} is two countries");
        }
        assert_eq!(wording.names.len(), names.len());
    }
    let germany = "DE".parse().unwrap();
    let names = Language::ALL.map(|language| wording(language).country(germany));
    assert_eq!(names, ["Germany", "Deutschland", "Allemagne", "Germania"]);
}

#[test]
fn days_are_written_out_as_each_language_does() {
    let written = |day: &str| {
        let day = parse_day(day).unwrap();
        Language::ALL.map(|language| wording(language).date(day))
    };
    assert_eq!(
        written("2020-07-16"),
        [
            "16 July 2020",
            "16. Juli 2020",
            "16 juillet 2020",
            "16 luglio 2020"
        ]
    );
    assert_eq!(
        written("2023-09-01"),
        [
            "1 September 2023",
            "1. September 2023",
            "1er septembre 2023",
            "1º settembre 2023"
        ]
    );
}

#[test]
fn articles_are_cited_as_lawyers_of_each_language_do() {
    let day = parse_day("2026-11-21").unwrap();
    let cited = |regime, outcome, tool| {
        let article = Article::of(regime, outcome, tool, day).unwrap();
        Language::ALL.map(|language| wording(language).article(article))
    };
    assert_eq!(
        cited(Regime::Eu, Outcome::Adequacy, None),
        [
            "Art. 45 GDPR",
            "Art. 45 DSGVO",
            "art. 45 RGPD",
            "art. 45 GDPR"
        ]
    );
    assert_eq!(
        cited(Regime::Eu, Outcome::Safeguard, Some(Tool::Scc2021914)),
        [
            "Art. 46(2)(c) GDPR",
            "Art. 46 Abs. 2 Buchst. c DSGVO",
            "art. 46, par. 2, point c), RGPD",
            "art. 46, par. 2, lett. c), GDPR"
        ]
    );
    assert_eq!(
        cited(
            Regime::Ch,
            Outcome::Derogation,
            Some(Tool::ChDerogation171a)
        ),
        [
            "Art. 17(1)(a) FADP",
            "Art. 17 Abs. 1 Bst. a DSG",
            "art. 17, al. 1, let. a, LPD",
            "art. 17 cpv. 1 lett. a LPD"
        ]
    );
}

#[test]
fn what_schedule_21_treats_as_adequate_rests_on_no_regulations() {
    let day = parse_day("2026-11-21").unwrap();
    let said = |row| {
        Language::ALL.map(|language| {
            wording(language).outcome(Regime::Uk, Outcome::Adequacy, Some(row), day)
        })
    };
    let transitional = said("UK-SCH21-NZ");
    assert_eq!(
        transitional[0],
        "Treated as adequate under transitional provisions"
    );
    let regulations = said("UK-SI-2023-1028-US");
    assert_eq!(regulations[0], "Adequacy regulations");
    for (one, other) in transitional.iter().zip(regulations) {
        assert_ne!(*one, other);
    }
}

#[test]
fn the_law_is_linked_in_the_language_of_the_page() {
    let linked = |url: &str| Language::ALL.map(|language| wording(language).law_link(url));
    let eur_lex = "https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:32023D1795";
    assert_eq!(linked(eur_lex)[1], eur_lex.replace("/EN/", "/DE/"));
    assert_eq!(
        linked("https://www.fedlex.admin.ch/eli/cc/2022/568/en")[2],
        "https://www.fedlex.admin.ch/eli/cc/2022/568/fr"
    );
    let british = "https://www.legislation.gov.uk/uksi/2023/1028";
    assert_eq!(linked(british), [british; 4]);
}
