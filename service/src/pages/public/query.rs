//! What a public list is asked with.

use poem::Request;
use transfer_decision::span::Day;

use crate::{
    refusal::{Refusal, Violation, ViolationCode, step},
    scalars,
};

/// The day asked for, if any.
///
/// # Errors
/// Everything that is wrong with the query.
pub(super) fn as_of(request: &Request) -> Result<Option<Day>, Refusal> {
    let pairs = request
        .params::<Vec<(String, String)>>()
        .map_err(|_| Refusal::Unreadable)?;
    of(&pairs)
}

fn of(pairs: &[(String, String)]) -> Result<Option<Day>, Refusal> {
    let mut found = Vec::new();
    let mut asked = None;
    let mut seen = Vec::new();
    for (name, value) in pairs {
        let mut wrong = |code| found.push(Violation::plain(step("", name), code));
        match name.as_str() {
            // A form sends an empty field for "today".
            "as_of" if value.is_empty() => {}
            "as_of" => match scalars::day(value) {
                Ok(day) => asked = Some(day),
                Err(code) => wrong(code),
            },
            "known_at" => wrong(scalars::known_at(value)),
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

    fn ask(query: &[(&str, &str)]) -> Result<Option<Day>, Refusal> {
        let pairs: Vec<_> = query
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        of(&pairs)
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
                &[("known_at", "2026-11-21T12:00:00Z")],
                &[("/known_at", Wrong::KnownAtUnsupported)],
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
        assert_eq!(ask(&[("as_of", "")]).unwrap(), None);
        assert_eq!(ask(&[]).unwrap(), None);
        let day = ask(&[("as_of", "2020-07-16")]).unwrap().unwrap();
        assert_eq!(day.to_string(), "2020-07-16");
    }
}
