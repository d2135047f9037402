//! What people read: the public lists, and the pages that explain codes.
//!
//! Plain HTML that works without JavaScript and asks nobody else for anything.

mod codes;
mod console;
mod public;
mod session;

use askama::Template;
use poem::{
    EndpointExt, IntoEndpoint, Response, Result, Route, get, handler,
    http::{StatusCode, header},
    web::Data,
};
use transfer_registry_core::{Snapshot, groups::Group};

use crate::refusal::Refusal;

/// The one style sheet, in the order of its parts.
const STYLE: &str = concat!(
    include_str!("static/base.css"),
    include_str!("static/console.css"),
    include_str!("static/charts.css"),
    include_str!("static/public.css"),
);

/// The API's document, which stands among the pages because anybody may read it.
#[derive(Debug, Clone, Copy)]
struct Document(&'static str);

/// The pages.
pub(crate) fn routes(document: &'static str) -> impl IntoEndpoint<Endpoint: 'static> {
    public::routes(console::routes(Route::new()))
        .at("/openapi.json", get(openapi))
        .at("/static/style.css", get(style))
        .at("/reasons/:code", get(codes::reason))
        .at("/problems/:code", get(codes::problem))
        .data(Document(document))
}

/// The pages' paths, with their methods.
pub(crate) fn paths() -> Vec<(String, Vec<String>)> {
    let open: &[(&str, &[&str])] = &[
        ("/openapi.json", &["GET"]),
        ("/static/style.css", &["GET"]),
        ("/reasons/{code}", &["GET"]),
        ("/problems/{code}", &["GET"]),
    ];
    let forms = console::form_paths().map(|path| (path, vec!["GET".to_owned(), "POST".to_owned()]));
    let all = console::PATHS.iter().chain(open).chain(public::PATHS);
    all.map(|(path, methods)| {
        let methods = methods.iter().map(|&method| method.to_owned());
        ((*path).to_owned(), methods.collect())
    })
    .chain(forms)
    .collect()
}

/// A group's list that a page points to.
struct Listed {
    slug: String,
    name: String,
}

/// The groups of a register that a page points to.
fn listed(snapshot: &Snapshot, which: impl Fn(&Group) -> bool) -> Vec<Listed> {
    let groups = snapshot.groups().iter().filter(|group| which(group));
    // Who published nothing has no page, and nobody is called otherwise than published.
    let published = groups.filter_map(|group| snapshot.published(&group.slug));
    let listed = published.map(|published| Listed {
        slug: published.group.clone(),
        name: published.content.group.name.clone(),
    });
    listed.collect()
}

#[handler]
fn openapi(Data(document): Data<&Document>) -> Response {
    Response::builder()
        .header(header::CONTENT_TYPE, "application/json")
        .body(document.0)
}

#[handler]
fn style() -> Response {
    Response::builder()
        .header(header::CONTENT_TYPE, "text/css; charset=utf-8")
        .header(header::CACHE_CONTROL, "public, max-age=3600")
        .body(STYLE)
}

#[derive(Template)]
#[template(path = "refused.html")]
struct Refused {
    title: &'static str,
    said: Vec<String>,
}

/// A refusal, shown as a page: what it is, and everything that is wrong.
fn refused(refusal: &Refusal) -> Result<Response, Refusal> {
    let code = refusal.code();
    let (title, sentence) = match refusal {
        Refusal::NotFound => (
            "There is no such page",
            "Nothing stands under this address, and no group with this name publishes a list here."
                .to_owned(),
        ),
        Refusal::Forbidden => (
            "This was not done",
            "Nothing was changed. Your session is over, or the form was not sent from its own page, or \
             your role may not do this: sign in, load the page again, and send the form from there."
                .to_owned(),
        ),
        _ => (
            "This page cannot be shown as asked",
            sentence(code.message()),
        ),
    };
    let wrong = refusal.violations().iter().map(|violation| {
        let name = violation.pointer.trim_start_matches('/');
        format!("“{name}” {}.", violation.message)
    });
    let said = std::iter::once(sentence).chain(wrong).collect();
    page(code.status(), &Refused { title, said })
}

/// A code's message as a sentence of its own.
fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(['.']).collect()
}

/// A template as a page.
///
/// # Errors
/// A fault of ours, when it cannot be rendered; the door tells of it.
fn page(status: StatusCode, template: &impl Template) -> Result<Response, Refusal> {
    let html = template.render().map_err(|error| {
        tracing::error!(%error, "a page could not be rendered");
        Refusal::Internal
    })?;
    Ok(Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "text/html; charset=utf-8")
        .body(html))
}

#[cfg(test)]
mod tests;
