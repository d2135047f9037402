//! What people read: the public lists, and the pages that explain codes.
//!
//! Plain HTML that works without JavaScript and asks nobody else for anything.

mod codes;
mod public;

use askama::Template;
use poem::{
    EndpointExt, IntoEndpoint, Response, Route, get, handler,
    http::{StatusCode, header},
    web::Data,
};
use transfer_registry_core::Registry;

use crate::refusal::Refusal;

/// Slugs that a group cannot have, because its public list would stand where something else does.
pub const RESERVED: &[&str] = &[
    "access",
    "api",
    "assets",
    "console",
    "docs",
    "favicon.ico",
    "health",
    "login",
    "logout",
    "metrics",
    "openapi.json",
    "problems",
    "reasons",
    "robots.txt",
    "static",
    "subprocessors",
    "v1",
    "well-known",
    ".well-known",
];

/// The one style sheet.
const STYLE: &str = include_str!("static/public.css");

/// Whether the register is the demo's; the pages then say so where nothing is recorded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Demo(pub(crate) bool);

/// The API's document, which stands among the pages because anybody may read it.
#[derive(Debug, Clone, Copy)]
struct Document(&'static str);

/// The pages.
pub(crate) fn routes(demo: bool, document: &'static str) -> impl IntoEndpoint<Endpoint: 'static> {
    Route::new()
        .at("/", get(home))
        .at("/openapi.json", get(openapi))
        .at("/static/public.css", get(style))
        .at("/reasons/:code", get(codes::reason))
        .at("/problems/:code", get(codes::problem))
        .at("/:group/subprocessors", get(public::page))
        .at("/:group/subprocessors.json", get(public::json))
        .data(Demo(demo))
        .data(Document(document))
}

/// The pages' paths, with their methods.
pub(crate) fn paths() -> Vec<(String, Vec<String>)> {
    [
        "/",
        "/openapi.json",
        "/static/public.css",
        "/reasons/{code}",
        "/problems/{code}",
        "/{group}/subprocessors",
        "/{group}/subprocessors.json",
    ]
    .into_iter()
    .map(|path| (path.to_owned(), vec!["GET".to_owned()]))
    .collect()
}

/// A list that the first page points to.
struct Listed {
    slug: String,
    name: String,
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    groups: Vec<Listed>,
}

#[handler]
fn home(Data(registry): Data<&Registry>) -> Response {
    let snapshot = registry.snapshot();
    let groups = snapshot
        .groups()
        .iter()
        .map(|group| Listed {
            slug: group.slug.clone(),
            name: group.name.clone(),
        })
        .collect();
    page(StatusCode::OK, &Home { groups })
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

/// A refusal, shown as a page.
fn refused(refusal: &Refusal) -> Response {
    let title = match refusal {
        Refusal::NotFound => "There is no such list",
        _ => "This page cannot be shown as asked",
    };
    let said = match refusal {
        Refusal::NotFound => vec!["No group with this name publishes a list here.".to_owned()],
        other => other
            .violations()
            .iter()
            .map(|violation| {
                let name = violation.pointer.trim_start_matches('/');
                format!("“{name}” {}.", violation.message)
            })
            .collect(),
    };
    page(refusal.code().status(), &Refused { title, said })
}

/// A template as a page.
fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => Response::builder()
            .status(status)
            .header(header::CONTENT_TYPE, "text/html; charset=utf-8")
            .body(html),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            Response::builder()
                .status(StatusCode::INTERNAL_SERVER_ERROR)
                .finish()
        }
    }
}
