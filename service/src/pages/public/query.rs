//! What a public page is asked with.

use chrono::{DateTime, SecondsFormat, Utc};
use poem::{Request, http::header};
use transfer_decision::span::Day;

use super::{filters::Filters, words::Language};
use crate::{
    moments,
    refusal::{Refusal, Violation, ViolationCode, step},
    scalars,
};

/// What a page of a day takes.
pub(super) const OF_A_DAY: &[&str] = &["as_of", "known_at", "lang"];
/// What the list of the day in its path takes.
pub(super) const ARCHIVED: &[&str] = &[
    "known_at",
    "lang",
    "region",
    "product",
    "data",
    "country",
    "mechanism",
    "condition",
    "outside",
    "q",
];
/// What the list takes, in whatever format.
pub(super) const LIST: &[&str] = &[
    "as_of",
    "known_at",
    "lang",
    "region",
    "product",
    "data",
    "country",
    "mechanism",
    "condition",
    "outside",
    "q",
];
/// What the comparison of two days takes.
pub(super) const COMPARISON: &[&str] = &["from", "to", "known_at", "lang"];
/// What the change log takes.
pub(super) const LOG: &[&str] = &["page", "known_at", "lang"];

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// The day on which what is listed is in force; `None`: today.
    pub(super) as_of: Option<Day>,
    /// The instant at which it was known; `None`: now.
    pub(super) known_at: Option<DateTime<Utc>>,
    /// The language, where the address says it.
    pub(super) lang: Option<Language>,
    /// What is not to be shown.
    pub(super) filters: Filters,
    /// The first of two days that are compared.
    pub(super) from: Option<Day>,
    /// The second of them.
    pub(super) to: Option<Day>,
    /// The page of a long list, from 1.
    pub(super) page: Option<usize>,
}

/// What a request asks for, now, of a page that takes these parameters.
///
/// # Errors
/// Everything that is wrong with the query.
pub(super) fn asked(
    request: &Request,
    takes: &[&str],
    now: DateTime<Utc>,
) -> Result<Asked, Refusal> {
    let pairs = request
        .params::<Vec<(String, String)>>()
        .map_err(|_| Refusal::Unreadable)?;
    of(&pairs, takes, now)
}

/// The language in which a request is answered, also when nothing else in it can be read; and
/// whether the address says it.
pub(super) fn language(request: &Request) -> (Language, bool) {
    let pairs = request.params::<Vec<(String, String)>>();
    let said = pairs
        .unwrap_or_default()
        .into_iter()
        .find_map(|(name, code)| {
            let language = Language::of_code(&code);
            language.filter(|_| name == "lang")
        });
    if let Some(language) = said {
        return (language, true);
    }
    let accepted = request.header(header::ACCEPT_LANGUAGE).unwrap_or_default();
    (Language::preferred(accepted), false)
}

/// The instant that a request looks back to, also when nothing else in it can be read.
pub(super) fn known_at(request: &Request) -> Option<DateTime<Utc>> {
    let pairs = request.params::<Vec<(String, String)>>().ok()?;
    let (_, instant) = pairs.into_iter().find(|(name, _)| name == "known_at")?;
    scalars::instant(&instant).ok()
}

fn of(pairs: &[(String, String)], takes: &[&str], now: DateTime<Utc>) -> Result<Asked, Refusal> {
    let mut found = Vec::new();
    let mut asked = Asked::default();
    let mut seen = Vec::new();
    for (name, value) in pairs {
        let mut wrong = |code| found.push(Violation::plain(step("", name), code));
        if takes.contains(&name.as_str()) {
            // A form sends an empty field for what nobody chose.
            if !value.is_empty()
                && let Err(code) = asked.take(name, value, now)
            {
                wrong(code);
            }
        } else {
            wrong(ViolationCode::UnknownParameter);
        }
        if seen.contains(&name) {
            wrong(ViolationCode::RepeatedParameter);
        }
        seen.push(name);
    }
    if found.is_empty() {
        Ok(asked)
    } else {
        Err(Refusal::invalid(found))
    }
}

/// An instant as an address gives it.
pub(super) fn written(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

impl Asked {
    fn take(&mut self, name: &str, value: &str, now: DateTime<Utc>) -> Result<(), ViolationCode> {
        match name {
            "as_of" => self.as_of = Some(scalars::day(value)?),
            "from" => self.from = Some(scalars::day(value)?),
            "to" => self.to = Some(scalars::day(value)?),
            "known_at" => {
                let instant = scalars::instant(value)?;
                if let Some(code) = moments::fault(instant, now) {
                    return Err(code);
                }
                self.known_at = Some(instant);
            }
            "lang" => {
                let language = Language::of_code(value);
                self.lang = Some(language.ok_or(ViolationCode::UnknownCode)?);
            }
            "page" => {
                let page = value.parse().ok().filter(|page| *page > 0);
                self.page = Some(page.ok_or(ViolationCode::OutOfRange)?);
            }
            filter => self.filters.take(filter, value)?,
        }
        Ok(())
    }

    /// The same without what only one page understands, for the others.
    pub(super) fn of_a_day(&self) -> Self {
        Self {
            as_of: self.as_of,
            ..self.of_any()
        }
    }

    /// The same without a day.
    pub(super) fn of_any(&self) -> Self {
        Self {
            known_at: self.known_at,
            lang: self.lang,
            ..Self::default()
        }
    }

    /// The same in another language.
    pub(super) fn in_language(&self, language: Language) -> Self {
        Self {
            lang: Some(language),
            ..self.clone()
        }
    }

    /// What leads to this, in one order.
    pub(super) fn pairs(&self) -> Vec<(&'static str, String)> {
        let day = |day: Option<Day>| day.map(|day| day.to_string());
        let mut pairs: Vec<_> = [
            ("as_of", day(self.as_of)),
            ("from", day(self.from)),
            ("to", day(self.to)),
            ("known_at", self.known_at.map(written)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect();
        pairs.extend(self.filters.pairs());
        let page = self.page.filter(|page| *page > 1);
        pairs.extend(page.map(|page| ("page", page.to_string())));
        pairs.extend(self.lang.map(|lang| ("lang", lang.code().to_owned())));
        pairs
    }

    /// A path with everything that is asked for.
    pub(super) fn at(&self, path: &str) -> String {
        let pairs = self.pairs();
        if pairs.is_empty() {
            return path.to_owned();
        }
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        format!("{path}?{query}")
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-21T12:00:00Z";

    fn ask(query: &[(&str, &str)]) -> Result<Asked, Refusal> {
        let pairs: Vec<_> = query
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        of(&pairs, LIST, NOW.parse().unwrap())
    }

    #[test]
    fn a_page_says_of_a_query_what_the_api_says_of_it() {
        use ViolationCode as Wrong;
        for (query, wrong) in [
            (
                &[("as_of", "2023-2-3")][..],
                &[("/as_of", Wrong::BadDay)][..],
            ),
            (
                &[("as_of", "1999-12-31")],
                &[("/as_of", Wrong::DayTooEarly)],
            ),
            (
                &[("as_of", "x"), ("as_of", "2020-07-16")],
                &[("/as_of", Wrong::BadDay)],
            ),
            (
                &[("as_of", "2020-07-16"), ("as_of", "2020-07-16")],
                &[("/as_of", Wrong::RepeatedParameter)],
            ),
            (
                &[("known_at", "2026-11-21T12:00:00.000001Z")],
                &[("/known_at", Wrong::KnownAtInFuture)],
            ),
            (
                &[("known_at", "2026-11-21T12:00:00+00:00")],
                &[("/known_at", Wrong::BadInstant)],
            ),
            (
                &[("known_at", "2026-11-21 12:00:00Z")],
                &[("/known_at", Wrong::BadInstant)],
            ),
            (&[("lang", "es")], &[("/lang", Wrong::UnknownCode)]),
            (&[("region", "us")], &[("/region", Wrong::UnknownCode)]),
            (&[("data", "names")], &[("/data", Wrong::UnknownCode)]),
            (&[("country", "us")], &[("/country", Wrong::UnknownCode)]),
            (
                &[("mechanism", "scc")],
                &[("/mechanism", Wrong::UnknownCode)],
            ),
            (&[("outside", "yes")], &[("/outside", Wrong::UnknownCode)]),
            (&[("condition", "x")], &[("/condition", Wrong::UnknownCode)]),
            // Another page's.
            (
                &[("from", "2020-01-01")],
                &[("/from", Wrong::UnknownParameter)],
            ),
            (
                &[
                    ("zone", "eu"),
                    ("known_at", "x"),
                    ("as_of", "x"),
                    ("zone", "ch"),
                ],
                &[
                    ("/as_of", Wrong::BadDay),
                    ("/known_at", Wrong::BadInstant),
                    ("/zone", Wrong::UnknownParameter),
                ],
            ),
        ] {
            let refusal = ask(query).unwrap_err();
            let said: Vec<_> = refusal
                .violations()
                .iter()
                .map(|violation| (violation.pointer.as_str(), violation.code))
                .collect();
            assert_eq!(said, wrong, "{query:?}");
        }
        let long = "x".repeat(201);
        for name in ["q", "product"] {
            let refusal = ask(&[(name, &long)]).unwrap_err();
            let codes = refusal.violations().iter().map(|violation| violation.code);
            assert!(codes.eq([Wrong::TooLong]), "{name}");
        }
    }

    #[test]
    fn an_empty_field_asks_for_nothing() {
        assert_eq!(ask(&[("as_of", "")]).unwrap(), Asked::default());
        assert_eq!(ask(&[("q", ""), ("lang", "")]).unwrap(), Asked::default());
        assert_eq!(ask(&[]).unwrap(), Asked::default());
        let day = ask(&[("as_of", "2020-07-16")]).unwrap().as_of.unwrap();
        assert_eq!(day.to_string(), "2020-07-16");
    }

    #[test]
    fn an_instant_up_to_now_is_looked_back_to() {
        for instant in [NOW, "2026-11-21T11:59:59.999999Z", "2019-06-01T00:00:00Z"] {
            let asked = ask(&[("known_at", instant)]).unwrap();
            assert_eq!(asked.known_at, Some(instant.parse().unwrap()));
        }
    }

    #[test]
    fn an_address_leads_back_to_what_was_asked_for() {
        let query = [
            ("as_of", "2026-01-31"),
            ("known_at", "2026-11-21T11:59:59.999999Z"),
            ("region", "eu"),
            ("product", "mail-delivery"),
            ("data", "contact"),
            ("country", "US"),
            ("mechanism", "scc-2021-914"),
            ("condition", "always"),
            ("outside", "1"),
            ("q", "a & b"),
            ("lang", "de"),
        ];
        let asked = ask(&query).unwrap();
        let pairs = asked.pairs();
        let again: Vec<_> = pairs
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        assert_eq!(again, query);
        assert_eq!(ask(&again).unwrap(), asked);
        assert!(
            asked.at("/x").ends_with("&q=a+%26+b&lang=de"),
            "{}",
            asked.at("/x")
        );
        assert_eq!(Asked::default().at("/x"), "/x");
    }
}
