//! What the public pages say, in four languages: one file of words each, all in one shape.

mod articles;
mod catalogue;
mod citations;
mod language;
mod marked;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, ops::Deref, sync::LazyLock};

use chrono::Datelike;
use transfer_decision::{
    span::Day,
    vocabulary::{
        Activity, Area, Country, DataCategory, Framework, Module, Outcome, Place, Regime, Role,
        Tool, WarningCode,
    },
};
use transfer_registry_core::publications::PublishedField;

use self::{articles::Cites, catalogue::Cited};
pub(crate) use self::{
    articles::{Article, before_fadp},
    catalogue::Words,
    citations::Citation,
    language::Language,
    marked::{Marked, filled},
};
use crate::refusal::Refusal;

/// What a country is called, by language.
type Names = BTreeMap<Country, BTreeMap<String, String>>;

static ENGLISH: LazyLock<Result<Words, toml::de::Error>> =
    LazyLock::new(|| toml::from_str(include_str!("en.toml")));
static GERMAN: LazyLock<Result<Words, toml::de::Error>> =
    LazyLock::new(|| toml::from_str(include_str!("de.toml")));
static FRENCH: LazyLock<Result<Words, toml::de::Error>> =
    LazyLock::new(|| toml::from_str(include_str!("fr.toml")));
static ITALIAN: LazyLock<Result<Words, toml::de::Error>> =
    LazyLock::new(|| toml::from_str(include_str!("it.toml")));
static TERRITORIES: LazyLock<Result<Names, toml::de::Error>> =
    LazyLock::new(|| toml::from_str(include_str!("territories.toml")));

/// One language, and everything that is said in it. Its words are its fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wording {
    /// The language.
    pub(crate) language: Language,
    words: &'static Words,
    names: &'static Names,
}

impl Deref for Wording {
    type Target = Words;

    fn deref(&self) -> &Words {
        self.words
    }
}

impl Wording {
    /// The words of a language.
    ///
    /// # Errors
    /// A fault of ours, when its file cannot be read; a test reads all of them.
    pub(crate) fn of(language: Language) -> Result<Self, Refusal> {
        let words = match language {
            Language::English => &*ENGLISH,
            Language::German => &*GERMAN,
            Language::French => &*FRENCH,
            Language::Italian => &*ITALIAN,
        };
        let unreadable = |error: &toml::de::Error| {
            tracing::error!(%error, language = language.code(), "the words of a language are unreadable");
            Refusal::Internal
        };
        Ok(Self {
            language,
            words: words.as_ref().map_err(unreadable)?,
            names: TERRITORIES.as_ref().map_err(unreadable)?,
        })
    }

    /// Its words, which stay for as long as the program runs.
    pub(crate) const fn words(self) -> &'static Words {
        self.words
    }

    /// A day written out, for people and machines.
    pub(crate) fn day(&self, day: Day) -> Marked {
        Marked::time(&day.to_string(), &self.date(day))
    }

    /// A day written out.
    pub(crate) fn date(&self, day: Day) -> String {
        let number = if day.day() == 1 {
            self.days.first.clone()
        } else {
            day.day().to_string()
        };
        let month = self.days.months.get(day.month0() as usize);
        self.days
            .day
            .replace("{day}", &number)
            .replace("{month}", month.map_or("", String::as_str))
            .replace("{year}", &day.year().to_string())
    }

    /// What a country is called.
    pub(crate) fn country(&self, country: Country) -> &'static str {
        let names = self.names.get(&country);
        let name = names.and_then(|names| names.get(self.language.code()));
        name.map_or_else(|| country.code(), String::as_str)
    }

    /// What a place is called.
    pub(crate) fn place(&self, place: Option<Place>) -> &'static str {
        match place {
            Some(Place::Country(country)) => self.country(country),
            Some(Place::Area(area)) => self.area(area),
            None => &self.words.list.unknown_place,
        }
    }

    fn area(&self, area: Area) -> &'static str {
        worded(&self.words.area, &area).unwrap_or(area.code())
    }

    /// Whose data it is about.
    pub(crate) fn regime(&self, regime: Regime) -> &'static str {
        worded(&self.words.regime, &regime).unwrap_or(regime.code())
    }

    /// What happens at a location.
    pub(crate) fn activity(&self, activity: Activity) -> &'static str {
        worded(&self.words.activity, &activity).unwrap_or(activity.code())
    }

    /// A category of data.
    pub(crate) fn category(&self, category: DataCategory) -> &'static str {
        worded(&self.words.category, &category).unwrap_or(category.code())
    }

    /// Categories of data, one after the other.
    pub(crate) fn categories<'a>(
        &self,
        categories: impl IntoIterator<Item = &'a DataCategory>,
    ) -> String {
        let words: Vec<_> = categories
            .into_iter()
            .map(|one| self.category(*one))
            .collect();
        words.join(", ")
    }

    /// A purpose: in words where its code is one of those that are translated, else as entered.
    pub(crate) fn purpose(&self, code: &str) -> Marked {
        match self.words.purpose.get(code) {
            Some(words) => Marked::text(words),
            None => Marked::typed(&code.replace('_', " ")),
        }
    }

    /// The same as plain text.
    pub(crate) fn purpose_name(&self, code: &str) -> String {
        let words = self.words.purpose.get(code).cloned();
        words.unwrap_or_else(|| code.replace('_', " "))
    }

    /// A transfer tool.
    pub(crate) fn tool(&self, tool: Tool) -> &'static str {
        worded(&self.words.tool, &tool).unwrap_or(tool.code())
    }

    /// What an agreement is: its tool, and the module of the EU clauses.
    pub(crate) fn agreement(&self, tool: Tool, module: Option<Module>) -> String {
        let tool = self.tool(tool);
        match module {
            Some(module) => {
                let number = module.number().to_string();
                let module = filled(&self.detail.module, &[("number", &number)]);
                format!("{tool}, {module}")
            }
            None => tool.to_owned(),
        }
    }

    /// A certification scheme.
    pub(crate) fn framework(&self, framework: Framework) -> &'static str {
        worded(&self.words.framework, &framework).unwrap_or(framework.code())
    }

    /// What a row of the law pack is called; `None`: its own title says it, in English.
    pub(crate) fn basis(&self, id: &str) -> Option<&'static str> {
        worded(&self.words.basis, &id.to_owned())
    }

    /// A citation of the law pack as it is called here.
    fn source(&self, citation: &str) -> Option<&'static str> {
        worded(&self.words.source, &citation.to_owned())
    }

    /// A field of what is published.
    pub(crate) fn field(&self, field: PublishedField) -> &'static str {
        worded(&self.words.field, &field).unwrap_or(field.code())
    }

    /// What somebody is to the data.
    pub(crate) fn role(&self, role: Role) -> &'static str {
        worded(&self.words.role, &role).unwrap_or(role.code())
    }

    /// What to know besides.
    pub(crate) fn warning(&self, warning: WarningCode) -> &'static str {
        worded(&self.words.warning, &warning).unwrap_or(warning.message())
    }

    /// What kind of basis is recorded for a regime on a day, by a row of the law pack.
    pub(crate) fn outcome(
        &self,
        regime: Regime,
        outcome: Outcome,
        row: Option<&str>,
        day: Day,
    ) -> &'static str {
        let words = &self.words.outcome;
        match (outcome, regime) {
            // Swiss law speaks of disclosure abroad, and not of transfers (Art. 16 FADP).
            (Outcome::NotRestricted, Regime::Ch) => &words.not_restricted_ch,
            (Outcome::NotRestricted, _) => &words.not_restricted,
            (Outcome::Adequacy, Regime::Eu) => &words.adequacy_eu,
            (Outcome::Adequacy, Regime::Ch) if before_fadp(day) => &words.adequacy_ch_list,
            (Outcome::Adequacy, Regime::Ch) => &words.adequacy_ch,
            // Schedule 21 to the DPA 2018 treats them as adequate; no regulations were made.
            (Outcome::Adequacy, Regime::Uk) if row.is_some_and(is_transitional) => {
                &words.adequacy_uk_transitional
            }
            (Outcome::Adequacy, Regime::Uk) => &words.adequacy_uk,
            (Outcome::Safeguard, _) => &words.safeguard,
            (Outcome::Derogation, _) => &words.derogation,
            (Outcome::Denied, _) => &words.denied,
        }
    }

    /// A kind of basis, whatever the regime.
    pub(crate) fn any_outcome(&self, outcome: Outcome) -> &'static str {
        match outcome {
            Outcome::Adequacy => &self.words.outcome.adequacy,
            Outcome::NotRestricted => &self.words.outcome.not_restricted,
            Outcome::Safeguard => &self.words.outcome.safeguard,
            Outcome::Derogation => &self.words.outcome.derogation,
            Outcome::Denied => &self.words.outcome.denied,
        }
    }

    /// An article as lawyers of this language cite it.
    pub(crate) fn article(&self, article: Article) -> String {
        let Cited {
            article: whole,
            paragraph,
            point,
        } = match article.law {
            Cites::Gdpr => &self.words.article.gdpr,
            Cites::Directive => &self.words.article.directive,
            Cites::UkGdpr => &self.words.article.uk_gdpr,
            Cites::Dpa2018 => &self.words.article.dpa_2018,
            Cites::Fadp => &self.words.article.fadp,
            Cites::OldFadp => &self.words.article.old_fadp,
        };
        let shape = match (article.paragraph, article.letter) {
            (Some(_), Some(_)) => point,
            (Some(_), None) => paragraph,
            (None, _) => whole,
        };
        shape
            .replace("{n}", article.number)
            .replace("{p}", article.paragraph.unwrap_or_default())
            .replace("{l}", article.letter.unwrap_or_default())
    }

    /// The same link to the law in this language, where its publisher has it.
    pub(crate) fn law_link(&self, url: &str) -> String {
        let code = self.language.code();
        if url.starts_with("https://eur-lex.europa.eu/legal-content/EN/") {
            url.replacen("/EN/", &format!("/{}/", code.to_uppercase()), 1)
        } else if let (true, Some(stem)) = (
            url.starts_with("https://www.fedlex.admin.ch/"),
            url.strip_suffix("/en"),
        ) {
            format!("{stem}/{code}")
        } else {
            url.to_owned()
        }
    }

    /// "A, B and C".
    pub(crate) fn and(&self, words: &[&str]) -> String {
        match words {
            [] => String::new(),
            [one] => (*one).to_owned(),
            [all @ .., last] => format!("{}{}{last}", all.join(", "), self.shared.and),
        }
    }
}

/// Whether a row of the law pack is one of Schedule 21, paragraph 5, to the DPA 2018.
fn is_transitional(row: &str) -> bool {
    row.starts_with("UK-SCH21-")
}

/// A code in words.
fn worded<C: Ord>(words: &'static BTreeMap<C, String>, code: &C) -> Option<&'static str> {
    words.get(code).map(String::as_str)
}
