//! The public list for machines and on paper, from the same [`List`] as the page, and what every
//! public answer has in common.

mod calendar;
mod csv;
mod feed;
mod jsonld;
mod kept;
mod pdf;
#[cfg(test)]
pub(super) mod sample;
mod words;

use poem::{
    EndpointExt, IntoEndpoint, Request, Response, Result, Route, get, handler,
    http::{HeaderValue, StatusCode, header},
    web::{Data, Path},
};
use transfer_registry_core::Registry;

use super::{
    list::List,
    query,
    reading::Reading,
    words::{Language, Wording},
};
use crate::{
    config::SignIn,
    edge::{headers::REVISION, turns::PublicTurns},
};

/// Adds the formats.
pub(super) fn routes(route: Route) -> Route {
    route
        .at("/:group/subprocessors.csv", kept(get(as_csv)))
        .at("/:group/subprocessors.jsonld", kept(get(as_jsonld)))
        .at("/:group/subprocessors.atom", kept(get(as_feed)))
        .at("/:group/subprocessors.pdf", printed(get(as_pdf)))
        .at("/:group/subprocessors/upcoming.ics", kept(get(as_calendar)))
}

/// What anybody may read and keep.
pub(super) fn kept(
    endpoint: impl IntoEndpoint<Endpoint: 'static>,
) -> impl IntoEndpoint<Endpoint: 'static> {
    printed(endpoint.into_endpoint().around(kept::made))
}

/// The same, which takes a turn of its own at what it prints.
fn printed(endpoint: impl IntoEndpoint<Endpoint: 'static>) -> impl IntoEndpoint<Endpoint: 'static> {
    endpoint.into_endpoint().around(kept::kept)
}

/// The address under which people know the service, for documents that leave it.
#[derive(Debug, Clone, Default)]
struct Address(Option<String>);

impl Address {
    /// The configured address. That of the request would be whatever its sender says.
    fn of(request: &Request) -> Self {
        let configured = request.data::<SignIn>();
        let address = configured.and_then(|sign_in| sign_in.address.as_ref());
        Self(address.map(|address| address.origin().to_owned()))
    }

    /// The origin, where one is configured.
    fn origin(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// The address of a path; without a configured one the path, which is relative to wherever the
    /// document was read.
    fn at(&self, path: &str) -> String {
        let origin = self.origin().unwrap_or_default();
        format!("{origin}{path}")
    }
}

/// A list as a file.
fn file(list: &List, media_type: &'static str, bytes: impl Into<poem::Body>) -> Response {
    Response::builder()
        .status(StatusCode::OK)
        .header(header::CONTENT_TYPE, media_type)
        .header(REVISION, list.revision)
        .body(bytes)
}

/// The same, under a name that says what and of when it is.
fn named(mut response: Response, list: &List, how: &str, ending: &str) -> Response {
    let List { slug, as_of, .. } = list;
    let name = format!("{how}; filename=\"{slug}-subprocessors-{as_of}.{ending}\"");
    if let Ok(name) = HeaderValue::try_from(name) {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}

/// The list as a table.
#[handler]
async fn as_csv(
    request: &Request,
    Data(registry): Data<&Registry>,
    Path(group): Path<String>,
) -> Result<Response> {
    let reading = Reading::of(request, registry, &group, query::LIST).await?;
    let list = reading.narrowed()?;
    let table = file(&list, csv::MEDIA_TYPE, csv::of(&list)?);
    Ok(named(table, &list, "attachment", "csv"))
}

/// The list as linked data.
#[handler]
async fn as_jsonld(
    request: &Request,
    Data(registry): Data<&Registry>,
    Path(group): Path<String>,
) -> Result<Response> {
    let reading = Reading::of(request, registry, &group, query::LIST).await?;
    let list = reading.narrowed()?;
    let here = format!("/{group}/subprocessors.jsonld");
    let asked = query::Asked {
        as_of: Some(list.as_of),
        ..reading.asked.clone()
    };
    let document = jsonld::of(&list, &asked.at(&here), &Address::of(request));
    Ok(file(&list, jsonld::MEDIA_TYPE, document.to_string()))
}

/// What changed, as a feed.
#[handler]
async fn as_feed(
    request: &Request,
    Data(registry): Data<&Registry>,
    Path(group): Path<String>,
) -> Result<Response> {
    // What was published by an instant; a day on which it is in force is none of its questions.
    let reading = Reading::of(request, registry, &group, &["known_at"]).await?;
    let list = reading.list()?;
    let feed = feed::of(&reading, &Address::of(request))?;
    Ok(file(&list, feed::MEDIA_TYPE, feed))
}

/// What is to come, for a calendar.
#[handler]
async fn as_calendar(
    request: &Request,
    Data(registry): Data<&Registry>,
    Path(group): Path<String>,
) -> Result<Response> {
    let reading = Reading::of(request, registry, &group, query::LIST).await?;
    let list = reading.narrowed()?;
    // A program that asks for a calendar says no language, so only the address does.
    let language = reading.asked.lang.unwrap_or(Language::English);
    let words = Wording::of(language)?;
    let calendar = calendar::of(&list, &words, &Address::of(request));
    let calendar = file(&list, calendar::MEDIA_TYPE, calendar);
    Ok(named(calendar, &list, "attachment", "ics"))
}

/// The list on paper.
#[handler]
async fn as_pdf(
    request: &Request,
    Data(registry): Data<&Registry>,
    Data(turns): Data<&PublicTurns>,
    Path(group): Path<String>,
) -> Result<Response> {
    let reading = Reading::of(request, registry, &group, query::LIST).await?;
    let address = Address::of(request);
    let (language, said) = query::language(request);
    let made = turns.prints.run(move |wanted| {
        let list = reading.narrowed()?;
        let asked = query::Asked {
            as_of: Some(list.as_of),
            ..reading.asked.clone()
        };
        let page = address.at(&asked.at(&format!("/{}/subprocessors", reading.group)));
        let document = pdf::of(&list, &page, &reading.wording, wanted)?;
        let document = file(&list, pdf::MEDIA_TYPE, document);
        Ok(named(document, &list, "inline", "pdf"))
    });
    let mut response = made.await?;
    let headers = response.headers_mut();
    let code = HeaderValue::from_static(language.code());
    headers.insert(header::CONTENT_LANGUAGE, code);
    if !said {
        headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
    }
    Ok(response)
}
