//! How a row of the law pack is cited in a language, beside the article that stands before it.

use super::{Language, Wording};

/// A citation of the law pack, whose own language is English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Citation<'a> {
    /// In the language.
    Said(String),
    /// It is the article alone, which is said already.
    Article,
    /// Nobody has put it into the language.
    English(&'a str),
}

impl Wording {
    /// What a citation says besides the article.
    pub(crate) fn citation<'a>(&self, citation: &'a str) -> Citation<'a> {
        if let Some(source) = self.source(citation) {
            Citation::Said(source.to_owned())
        } else if is_article(citation) {
            Citation::Article
        } else if let Some(number) = numbered(self.language, citation) {
            Citation::Said(number)
        } else {
            Citation::English(citation)
        }
    }
}

/// Whether a citation is one article. What follows its colon says only what the tool is called.
fn is_article(citation: &str) -> bool {
    let laws = ["GDPR", "UK GDPR", "FADP", "old FADP", "Directive 95/46"];
    let mut articles = laws
        .iter()
        .filter_map(|law| citation.strip_prefix(law)?.strip_prefix(" Art. "));
    articles.any(|article| {
        let (article, _) = article.split_once(": ").unwrap_or((article, ""));
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "()".contains(letter);
        article.chars().all(plain)
    })
}

/// The number of an act as the language writes it: 2013/65/EU is 2013/65/UE in French.
fn numbered(language: Language, citation: &str) -> Option<String> {
    let (community, union) = match language {
        Language::English => ("EC", "EU"),
        Language::German => ("EG", "EU"),
        Language::French | Language::Italian => ("CE", "UE"),
    };
    let plain = |number: &str| !number.contains(char::is_alphabetic);
    if let Some(number) = citation.strip_prefix("(EU) ") {
        return plain(number).then(|| format!("({union}) {number}"));
    }
    for (ending, own) in [("/EC", community), ("/EU", union)] {
        if let Some(number) = citation.strip_suffix(ending) {
            return plain(number).then(|| format!("{number}/{own}"));
        }
    }
    // British statutory instruments are cited alike in all of them.
    let number = citation.strip_prefix("SI ").unwrap_or(citation);
    plain(number).then(|| citation.to_owned())
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
mod tests {
    use transfer_registry_seed::law::shipped;

    use super::*;

    /// What stands in English citations, and is no word of another of the languages.
    const ENGLISH: &[&str] = &[
        "act",
        "amended",
        "and",
        "art",
        "as",
        "authorised",
        "before",
        "by",
        "decision",
        "from",
        "implementing",
        "kept",
        "list",
        "of",
        "para",
        "pt",
        "recognised",
        "recognition",
        "repealed",
        "s",
        "saved",
        "sch",
        "second",
        "set",
        "sr",
        "subparagraph",
        "the",
        "to",
        "under",
        "with",
    ];

    /// A citation in a language, none of whose words are English.
    fn own(wording: Wording, id: &str, citation: &str) {
        let language = wording.language;
        match wording.citation(citation) {
            Citation::Said(said) => {
                // “Art.” and “SR” are German as well.
                let shared: &[&str] = match language {
                    Language::German => &["art", "sr"],
                    _ => &["art"],
                };
                let words = said.to_lowercase();
                for word in words.split(|letter: char| !letter.is_alphabetic()) {
                    let english = ENGLISH.contains(&word) && !shared.contains(&word);
                    assert!(!english, "{language:?} {id}: “{word}” in {said}");
                }
            }
            Citation::Article => {}
            Citation::English(said) => panic!("{language:?} {id} is English: {said}"),
        }
    }

    #[test]
    fn no_row_of_the_law_pack_is_cited_in_english_elsewhere() {
        let law = shipped().unwrap();
        let provisions = law.provisions();
        for language in Language::ALL {
            let wording = Wording::of(language).unwrap();
            if language == Language::English {
                continue;
            }
            for row in &provisions.tools {
                own(wording, &row.basis.id, &row.basis.citation);
            }
            for row in &provisions.adequacy {
                let basis = &row.basis;
                own(wording, &basis.id, &basis.citation);
                let named = wording.basis(&basis.id).is_some();
                assert!(
                    named || crate::pages::public::cells::is_plain(&basis.title),
                    "{language:?} {}: {}",
                    basis.id,
                    basis.title
                );
            }
            // What is not restricted says what it is called, and nothing of its citation.
            let inside = provisions.memberships.iter();
            let inside = inside.filter_map(|row| row.basis.as_ref());
            for basis in inside.chain(&provisions.no_transfer) {
                let named = wording.basis(&basis.id);
                assert!(named.is_some(), "{language:?} {}", basis.id);
            }
        }
    }

    #[test]
    fn acts_have_the_numbers_of_the_language() {
        for (english, others) in [
            ("2013/65/EU", ["2013/65/EU", "2013/65/UE", "2013/65/UE"]),
            ("2000/518/EC", ["2000/518/EG", "2000/518/CE", "2000/518/CE"]),
            (
                "(EU) 2023/1795",
                ["(EU) 2023/1795", "(UE) 2023/1795", "(UE) 2023/1795"],
            ),
            ("SI 2023/1028", ["SI 2023/1028"; 3]),
        ] {
            let said = Language::ALL.map(|language| numbered(language, english).unwrap());
            assert_eq!(said[0], english);
            assert_eq!(said[1..], others);
        }
        for words in ["OJ L 1 of 2026", "(EU) 2026/1 as amended", "Act of 2026"] {
            assert_eq!(numbered(Language::French, words), None, "{words}");
        }
    }

    #[test]
    fn an_article_is_said_once() {
        let cited = |language, citation| Wording::of(language).unwrap().citation(citation);
        for article in [
            "GDPR Art. 46(2)(a)",
            "UK GDPR Art. 49(1)(a): explicit consent",
            "old FADP Art. 6(2)(c): contract, personal data of a party",
            "Directive 95/46 Art. 26(1)(a): unambiguous consent",
        ] {
            assert_eq!(cited(Language::German, article), Citation::Article);
        }
        let module = "GDPR Art. 46(2)(c); Implementing Decision (EU) 2021/914, Module Two";
        let said = "Durchführungsbeschluss (EU) 2021/914, Modul 2".to_owned();
        assert_eq!(cited(Language::German, module), Citation::Said(said));
        let unknown = "GDPR Art. 46(2)(c); a decision of 2031";
        assert_eq!(
            cited(Language::German, unknown),
            Citation::English(unknown),
            "what nobody translated is not passed over"
        );
    }
}
