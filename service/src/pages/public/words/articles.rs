//! The article on which an answer rests, by the law of the day.

use chrono::NaiveDate;
use transfer_decision::{
    span::Day,
    vocabulary::{Outcome, Regime, Tool},
};

/// A law whose articles are cited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cites {
    /// Regulation (EU) 2016/679.
    Gdpr,
    /// Directive 95/46/EC, until 2018-05-24.
    Directive,
    /// The GDPR as it is law in the United Kingdom.
    UkGdpr,
    /// Schedule 21 to the Data Protection Act 2018, whose numbers are paragraphs.
    Dpa2018,
    /// The Swiss Federal Act on Data Protection, from 2023-09-01.
    Fadp,
    /// The one before it.
    OldFadp,
}

/// An article, with its paragraph and letter where they are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Article {
    pub(super) law: Cites,
    pub(super) number: &'static str,
    pub(super) paragraph: Option<&'static str>,
    pub(super) letter: Option<&'static str>,
}

impl Article {
    const fn whole(law: Cites, number: &'static str) -> Self {
        Self {
            law,
            number,
            paragraph: None,
            letter: None,
        }
    }

    const fn paragraph(law: Cites, number: &'static str, paragraph: &'static str) -> Self {
        Self {
            paragraph: Some(paragraph),
            ..Self::whole(law, number)
        }
    }

    const fn point(
        law: Cites,
        number: &'static str,
        paragraph: &'static str,
        letter: &'static str,
    ) -> Self {
        Self {
            letter: Some(letter),
            ..Self::paragraph(law, number, paragraph)
        }
    }

    /// The article for what an outcome rests on; none for what is not restricted, or not recorded.
    pub(crate) fn of(
        regime: Regime,
        outcome: Outcome,
        tool: Option<Tool>,
        day: Day,
    ) -> Option<Self> {
        match outcome {
            Outcome::NotRestricted | Outcome::Denied => None,
            Outcome::Adequacy => Some(adequacy(regime, day)),
            Outcome::Safeguard => Some(safeguard(regime, tool, day)),
            Outcome::Derogation => Some(derogation(regime, tool, day)),
        }
    }
}

/// Whether a day is before another.
fn before(day: Day, (year, month, first): (i32, u32, u32)) -> bool {
    NaiveDate::from_ymd_opt(year, month, first).is_some_and(|first| day < first)
}

/// Whether a day is before the one from which the GDPR applies.
fn before_gdpr(day: Day) -> bool {
    before(day, (2018, 5, 25))
}

/// Whether a day is before the one from which the revised Swiss law applies.
pub(crate) fn before_fadp(day: Day) -> bool {
    before(day, (2023, 9, 1))
}

/// Whether a day is before the commencement of Art. 45A UK GDPR (Data (Use and Access) Act 2025).
fn before_45a(day: Day) -> bool {
    before(day, (2026, 2, 5))
}

fn adequacy(regime: Regime, day: Day) -> Article {
    match regime {
        Regime::Eu if before_gdpr(day) => Article::paragraph(Cites::Directive, "25", "6"),
        Regime::Eu => Article::whole(Cites::Gdpr, "45"),
        Regime::Ch if before_fadp(day) => Article::paragraph(Cites::OldFadp, "6", "1"),
        Regime::Ch => Article::paragraph(Cites::Fadp, "16", "1"),
        Regime::Uk if before_45a(day) => Article::whole(Cites::UkGdpr, "45"),
        Regime::Uk => Article::whole(Cites::UkGdpr, "45A"),
    }
}

fn safeguard(regime: Regime, tool: Option<Tool>, day: Day) -> Article {
    match regime {
        Regime::Eu if before_gdpr(day) => {
            let paragraph = if is_scc(tool) { "4" } else { "2" };
            Article::paragraph(Cites::Directive, "26", paragraph)
        }
        Regime::Eu => {
            let (paragraph, letter) = match tool {
                Some(Tool::PublicBodyInstrument) => ("2", "a"),
                Some(Tool::BcrC | Tool::BcrP) => ("2", "b"),
                tool if is_scc(tool) => ("2", "c"),
                Some(Tool::CodeOfConduct) => ("2", "e"),
                Some(Tool::Certification462f) => ("2", "f"),
                Some(Tool::AdHocClauses) => ("3", "a"),
                Some(Tool::AdministrativeArrangement) => ("3", "b"),
                _ => return Article::whole(Cites::Gdpr, "46"),
            };
            Article::point(Cites::Gdpr, "46", paragraph, letter)
        }
        Regime::Ch if before_fadp(day) => match tool {
            Some(Tool::BcrC | Tool::BcrP) => Article::point(Cites::OldFadp, "6", "2", "g"),
            _ => Article::point(Cites::OldFadp, "6", "2", "a"),
        },
        Regime::Ch => {
            let letter = match tool {
                Some(Tool::Treaty) => "a",
                Some(Tool::ChNotifiedClauses) => "b",
                Some(Tool::FederalBodyGuarantees) => "c",
                tool if is_scc(tool) => "d",
                Some(Tool::BcrC | Tool::BcrP) => "e",
                _ => return Article::paragraph(Cites::Fadp, "16", "2"),
            };
            Article::point(Cites::Fadp, "16", "2", letter)
        }
        Regime::Uk => match tool {
            Some(Tool::UkIdta | Tool::UkAddendum) => Article::point(Cites::UkGdpr, "46", "2", "d"),
            Some(Tool::UkBcr) => Article::point(Cites::UkGdpr, "46", "2", "b"),
            Some(Tool::UkLegacyScc) => Article::whole(Cites::Dpa2018, "7"),
            tool if is_scc(tool) => Article::whole(Cites::Dpa2018, "7"),
            _ => Article::whole(Cites::UkGdpr, "46"),
        },
    }
}

const fn is_scc(tool: Option<Tool>) -> bool {
    matches!(
        tool,
        Some(
            Tool::Scc2021914
                | Tool::Scc2001497
                | Tool::Scc2004915
                | Tool::Scc201087
                | Tool::Scc200216
        )
    )
}

fn derogation(regime: Regime, tool: Option<Tool>, day: Day) -> Article {
    use Tool as T;
    let letter = match tool {
        Some(T::Derogation491a | T::Derogation261a | T::ChDerogation171a) => Some("a"),
        Some(T::Derogation491b | T::Derogation261b | T::ChDerogation171b | T::ChDerogation62b) => {
            Some("b")
        }
        Some(T::Derogation491c | T::Derogation261c | T::ChDerogation171c | T::ChDerogation62c) => {
            Some("c")
        }
        Some(T::Derogation491d | T::Derogation261d | T::ChDerogation171d | T::ChDerogation62d) => {
            Some("d")
        }
        Some(T::Derogation491e | T::Derogation261e | T::ChDerogation171e | T::ChDerogation62e) => {
            Some("e")
        }
        Some(T::Derogation491f | T::Derogation261f | T::ChDerogation171f | T::ChDerogation62f) => {
            Some("f")
        }
        Some(T::Derogation491g) => Some("g"),
        _ => None,
    };
    let (law, number, paragraph) = match regime {
        Regime::Eu if before_gdpr(day) => (Cites::Directive, "26", "1"),
        Regime::Eu => (Cites::Gdpr, "49", "1"),
        Regime::Uk => (Cites::UkGdpr, "49", "1"),
        Regime::Ch if before_fadp(day) => (Cites::OldFadp, "6", "2"),
        Regime::Ch => (Cites::Fadp, "17", "1"),
    };
    Article {
        letter,
        ..Article::paragraph(law, number, paragraph)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use transfer_decision::span::parse_day;

    use super::*;

    fn cited(regime: Regime, outcome: Outcome, tool: Option<Tool>, day: &str) -> Option<Article> {
        Article::of(regime, outcome, tool, parse_day(day).unwrap())
    }

    type Case = (Regime, Outcome, Option<Tool>, &'static str, Article);

    fn each_is_cited(cases: &[Case]) {
        for (regime, outcome, tool, day, expected) in cases {
            assert_eq!(
                cited(*regime, *outcome, *tool, day),
                Some(*expected),
                "{regime} {outcome} {day}"
            );
        }
    }

    #[test]
    fn adequacy_cites_the_law_of_its_day() {
        use Cites::{Directive, Fadp, Gdpr, OldFadp, UkGdpr};
        use Outcome::{Adequacy, Denied, NotRestricted};
        use Regime::{Ch, Eu, Uk};
        let (whole, paragraph) = (Article::whole, Article::paragraph);
        each_is_cited(&[
            (
                Eu,
                Adequacy,
                None,
                "2018-05-24",
                paragraph(Directive, "25", "6"),
            ),
            (Eu, Adequacy, None, "2018-05-25", whole(Gdpr, "45")),
            (
                Ch,
                Adequacy,
                None,
                "2023-08-31",
                paragraph(OldFadp, "6", "1"),
            ),
            (Ch, Adequacy, None, "2023-09-01", paragraph(Fadp, "16", "1")),
            (Uk, Adequacy, None, "2026-02-04", whole(UkGdpr, "45")),
            (Uk, Adequacy, None, "2026-02-05", whole(UkGdpr, "45A")),
        ]);
        for outcome in [NotRestricted, Denied] {
            assert_eq!(cited(Eu, outcome, None, "2026-01-01"), None);
        }
    }

    #[test]
    fn safeguards_and_derogations_cite_the_law_of_their_day() {
        use Cites::{Directive, Dpa2018, Fadp, Gdpr, OldFadp, UkGdpr};
        use Outcome::{Derogation, Safeguard};
        use Regime::{Ch, Eu, Uk};
        let (whole, paragraph, point) = (Article::whole, Article::paragraph, Article::point);
        let scc = Some(Tool::Scc2021914);
        each_is_cited(&[
            (
                Eu,
                Safeguard,
                scc,
                "2026-01-01",
                point(Gdpr, "46", "2", "c"),
            ),
            (
                Ch,
                Safeguard,
                scc,
                "2026-01-01",
                point(Fadp, "16", "2", "d"),
            ),
            (
                Ch,
                Safeguard,
                scc,
                "2022-01-01",
                point(OldFadp, "6", "2", "a"),
            ),
            (
                Eu,
                Safeguard,
                Some(Tool::Scc201087),
                "2017-01-01",
                paragraph(Directive, "26", "4"),
            ),
            (
                Eu,
                Safeguard,
                Some(Tool::BcrP),
                "2026-01-01",
                point(Gdpr, "46", "2", "b"),
            ),
            (
                Uk,
                Safeguard,
                Some(Tool::UkIdta),
                "2026-01-01",
                point(UkGdpr, "46", "2", "d"),
            ),
            (
                Uk,
                Safeguard,
                Some(Tool::UkBcr),
                "2026-01-01",
                point(UkGdpr, "46", "2", "b"),
            ),
            (
                Uk,
                Safeguard,
                Some(Tool::UkLegacyScc),
                "2022-01-01",
                whole(Dpa2018, "7"),
            ),
            (
                Uk,
                Safeguard,
                Some(Tool::Scc201087),
                "2022-01-01",
                whole(Dpa2018, "7"),
            ),
            (
                Eu,
                Derogation,
                Some(Tool::Derogation491a),
                "2026-01-01",
                point(Gdpr, "49", "1", "a"),
            ),
            (
                Eu,
                Derogation,
                Some(Tool::Derogation491Sub2),
                "2026-01-01",
                paragraph(Gdpr, "49", "1"),
            ),
            (
                Ch,
                Derogation,
                Some(Tool::ChDerogation171b),
                "2026-01-01",
                point(Fadp, "17", "1", "b"),
            ),
        ]);
    }
}
