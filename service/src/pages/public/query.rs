//! What a public list is asked with.

use chrono::{DateTime, Utc};
use poem::Request;
use transfer_decision::span::Day;

use crate::{
    moments,
    refusal::{Refusal, Violation, ViolationCode, step},
    scalars,
};

/// What is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// The day on which what is listed is in force; `None`: today.
    pub(super) as_of: Option<Day>,
    /// The instant at which it was known; `None`: now.
    pub(super) known_at: Option<DateTime<Utc>>,
}

/// What a request asks for, now.
///
/// # Errors
/// Everything that is wrong with the query.
pub(super) fn asked(request: &Request, now: DateTime<Utc>) -> Result<Asked, Refusal> {
    let pairs = request
        .params::<Vec<(String, String)>>()
        .map_err(|_| Refusal::Unreadable)?;
    of(&pairs, now)
}

fn of(pairs: &[(String, String)], now: DateTime<Utc>) -> Result<Asked, Refusal> {
    let mut found = Vec::new();
    let mut asked = Asked::default();
    let mut seen = Vec::new();
    for (name, value) in pairs {
        let mut wrong = |code| found.push(Violation::plain(step("", name), code));
        match name.as_str() {
            // A form sends an empty field for "today".
            "as_of" if value.is_empty() => {}
            "as_of" => match scalars::day(value) {
                Ok(day) => asked.as_of = Some(day),
                Err(code) => wrong(code),
            },
            "known_at" => match scalars::instant(value) {
                Ok(instant) => match moments::fault(instant, now) {
                    None => asked.known_at = Some(instant),
                    Some(code) => wrong(code),
                },
                Err(code) => wrong(code),
            },
            _ => wrong(ViolationCode::UnknownParameter),
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
        of(&pairs, NOW.parse().unwrap())
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
    }

    #[test]
    fn an_empty_day_is_today() {
        assert_eq!(ask(&[("as_of", "")]).unwrap(), Asked::default());
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
}
