//! A form that comes when its session is over: nothing is done, and nothing of what was typed is lost.

use askama::Template;
use poem::{Body, Request, Response, http::StatusCode};

use super::{
    Choices, Field, Form, Kind, LONGEST,
    names::{OWN, REASON},
    typed::Typed,
};
use crate::{
    pages::{
        console::{FORMS, page, way_in},
        session::unsigned,
    },
    refusal::Refusal,
};

#[derive(Template)]
#[template(path = "console/session_over.html")]
struct SessionOver {
    /// Where one signs in, and comes back to the form.
    sign_in: String,
    /// Each question with what was typed.
    typed: Vec<(String, Vec<String>)>,
}

/// What was typed, shown to the browser that sent it; `form`: which form it is, where the address says
/// it. Who sent it is unknown, so that nothing of the register is shown with it.
///
/// # Errors
/// When it was not sent from a page of this site, or cannot be read.
pub(in super::super) async fn session_over(
    request: &Request,
    body: Body,
    form: Option<&Form>,
) -> Result<Response, Refusal> {
    let typed = Typed::of(unsigned(LONGEST, request, body).await?);
    let form = form.or_else(|| {
        let mut all = FORMS.iter().flat_map(|forms| forms.iter());
        all.find(|form| asks(form, &typed))
    });
    let mut said = Vec::new();
    if let Some(form) = form {
        answers(form.fields, "", "", &typed, &mut said);
    }
    let reason = typed.first(REASON).trim();
    if !reason.is_empty() {
        said.push(("Why".to_owned(), vec![reason.to_owned()]));
    }
    page(
        StatusCode::FORBIDDEN,
        &SessionOver {
            sign_in: way_in(request),
            typed: said,
        },
    )
}

/// Whether a form asks everything that was typed.
fn asks(form: &Form, typed: &Typed) -> bool {
    let mut names = typed.pairs().map(|(name, _)| name);
    names.all(|name| {
        let of = |field: &Field| {
            let rest = name.strip_prefix(field.name);
            !field.name.is_empty()
                && rest.is_some_and(|rest| {
                    rest.is_empty()
                        || (matches!(field.kind, Kind::Rows(_)) && rest.starts_with('.'))
                })
        };
        name.starts_with(OWN) || form.fields.iter().any(of)
    })
}

/// The answers that were given, each under its question.
fn answers(
    fields: &[Field],
    prefix: &str,
    row: &str,
    typed: &Typed,
    said: &mut Vec<(String, Vec<String>)>,
) {
    for field in fields.iter().filter(|field| !field.name.is_empty()) {
        let name = format!("{prefix}{}", field.name);
        if let Kind::Rows(within) = field.kind {
            for at in 0..typed.rows(&name) {
                let row = format!("{} {}: ", field.label, at + 1);
                answers(within, &format!("{name}.{at}."), &row, typed, said);
            }
            continue;
        }
        let values = typed.all(&name).into_iter().map(str::trim);
        let values = values.filter(|value| !value.is_empty());
        let values: Vec<String> = values.map(|value| words(field.kind, value)).collect();
        if !values.is_empty() {
            said.push((format!("{row}{}", field.label), values));
        }
    }
}

/// An answer in the words in which it was chosen, where they are the form's own.
fn words(kind: Kind, value: &str) -> String {
    let told = match kind {
        Kind::Yes | Kind::Switch | Kind::Stated if value == "true" => Some("yes"),
        Kind::Stated if value == "false" => Some("no"),
        Kind::One(Choices::These(these)) | Kind::NumberOf(Choices::These(these)) => {
            let mut chosen = these.iter().filter(|(known, _)| *known == value);
            chosen.next().map(|(_, label)| *label)
        }
        _ => None,
    };
    told.unwrap_or(value).to_owned()
}
