//! What is said in a page's language when there is nothing to show.

use askama::Template;
use chrono::{DateTime, Utc};
use poem::Response;
use transfer_registry_core::{Registry, clock::day_of};

use super::{
    frame::Here,
    query::written,
    words::{Language, Marked, Wording},
};
use crate::refusal::{Refusal, Violation, ViolationCode};

/// The page.
#[derive(Template)]
#[template(path = "public/refused.html")]
struct Page {
    w: Wording,
    title: &'static str,
    sentence: Marked,
    wrong: Vec<Marked>,
    list: Option<String>,
}

/// Says why there is no page.
///
/// # Errors
/// A fault of ours.
pub(super) fn page(
    w: Wording,
    registry: &Registry,
    group: &str,
    known_at: Option<DateTime<Utc>>,
    refusal: &Refusal,
) -> Result<Response, Refusal> {
    let words = &w.words().refused;
    let snapshot = registry.snapshot();
    // Whoever has published nothing is not named.
    let published = snapshot.published(group);
    let list = published.map(|_| {
        let lang = match w.language {
            Language::English => String::new(),
            other => format!("?lang={}", other.code()),
        };
        format!("{}{lang}", Here::List.path(group))
    });
    let first = snapshot.publications_of(group).next();
    let first = first.map(|first| first.published_at);
    let (title, sentence) = match (refusal, published) {
        (Refusal::NotFound, Some(published)) => {
            let name = Marked::name(&published.content.group.name);
            let sentence = match (known_at, first) {
                (Some(then), Some(first)) if then < first => {
                    let then = written(then);
                    Marked::said(
                        &words.not_yet,
                        &[
                            ("group", &name),
                            ("then", &Marked::time(&then, &then)),
                            ("day", &w.day(day_of(first))),
                        ],
                    )
                }
                _ => Marked::said(&words.not_found_here, &[("group", &name)]),
            };
            (&words.not_found, sentence)
        }
        (Refusal::NotFound, None) => (&words.not_found, Marked::text(&words.not_found_group)),
        _ if refusal.code().status().is_server_error() => {
            (&words.failed, Marked::text(&words.failed_why))
        }
        _ => (&words.invalid, Marked::text(&words.invalid_why)),
    };
    let wrong = refusal.violations().iter();
    let page = Page {
        w,
        title,
        sentence,
        wrong: wrong.map(|violation| said(w, violation)).collect(),
        list,
    };
    crate::pages::page(refusal.code().status(), &page)
}

/// What is wrong with one parameter.
fn said(w: Wording, violation: &Violation) -> Marked {
    use ViolationCode as Wrong;
    let words = &w.words().refused;
    let known = match violation.code {
        Wrong::UnknownParameter => Some(&words.unknown_parameter),
        Wrong::RepeatedParameter => Some(&words.repeated_parameter),
        Wrong::BadDay => Some(&words.bad_day),
        Wrong::DayTooEarly => Some(&words.day_too_early),
        Wrong::BadInstant => Some(&words.bad_instant),
        Wrong::KnownAtInFuture => Some(&words.known_at_in_future),
        Wrong::UnknownCode => Some(&words.unknown_code),
        Wrong::TooLong => Some(&words.too_long),
        Wrong::OutOfRange => Some(&words.out_of_range),
        _ => None,
    };
    let what = match known {
        Some(words) => Marked::text(words),
        None => Marked::english(&violation.message),
    };
    let name = Marked::text(violation.pointer.trim_start_matches('/')).within("code", "typed");
    Marked::joined([name, what], &Marked::text(" "))
}
