//! A group's public pages, all under `/{group}/subprocessors`: the list on a day, what is to come,
//! what was published, two days side by side, and each subprocessor; in four languages.

mod bases;
mod cells;
mod changes;
mod compare;
mod detail;
mod facets;
mod fields;
mod filters;
mod formats;
mod frame;
mod json;
mod kinds;
mod list;
mod listing;
mod query;
mod reading;
mod refused;
mod upcoming;
mod words;

use poem::{
    Request, Response, Result, Route, get, handler,
    web::{Data, Path},
};
use transfer_registry_core::Registry;

use self::{
    formats::kept,
    reading::{Reading, answered},
};
use crate::{
    refusal::{Refusal, Violation},
    scalars,
};

/// The paths of the public pages.
pub(super) const PATHS: &[(&str, &[&str])] = &[
    ("/{group}/subprocessors", &["GET"]),
    ("/{group}/subprocessors.json", &["GET"]),
    ("/{group}/subprocessors.csv", &["GET"]),
    ("/{group}/subprocessors.jsonld", &["GET"]),
    ("/{group}/subprocessors.atom", &["GET"]),
    ("/{group}/subprocessors.pdf", &["GET"]),
    ("/{group}/subprocessors/upcoming.ics", &["GET"]),
    ("/{group}/subprocessors/upcoming", &["GET"]),
    ("/{group}/subprocessors/changes", &["GET"]),
    ("/{group}/subprocessors/compare", &["GET"]),
    ("/{group}/subprocessors/as-of/{day}", &["GET"]),
    ("/{group}/subprocessors/{subprocessor}", &["GET"]),
];

/// The public pages.
pub(super) fn routes(route: Route) -> Route {
    formats::routes(route)
        .at("/:group/subprocessors", kept(get(read_list)))
        .at("/:group/subprocessors.json", kept(get(read_json)))
        .at("/:group/subprocessors/upcoming", kept(get(read_upcoming)))
        .at("/:group/subprocessors/changes", kept(get(read_changes)))
        .at("/:group/subprocessors/compare", kept(get(read_comparison)))
        .at("/:group/subprocessors/as-of/:day", kept(get(read_archive)))
        .at(
            "/:group/subprocessors/:subprocessor",
            kept(get(read_subprocessor)),
        )
}

/// The list as a page.
#[handler]
async fn read_list(
    request: &Request,
    Data(registry): Data<&Registry>,
    Path(group): Path<String>,
) -> Result<Response> {
    let reading = Reading::of(request, registry, &group, query::LIST).await;
    let page = reading.and_then(|reading| listing::page(&reading, None));
    Ok(answered(request, registry, &group, page)?)
}

/// The list of a day as a page that stays where it is.
#[handler]
async fn read_archive(
    request: &Request,
    Data(registry): Data<&Registry>,
    Path((group, day)): Path<(String, String)>,
) -> Result<Response> {
    let page = async {
        let mut reading = Reading::of(request, registry, &group, query::ARCHIVED).await?;
        let day = scalars::day(&day)
            .map_err(|code| Refusal::invalid(vec![Violation::plain("/as-of", code)]))?;
        reading.asked.as_of = Some(day);
        listing::page(&reading, Some(day))
    };
    let page = page.await;
    Ok(answered(request, registry, &group, page)?)
}

/// The list as JSON.
#[handler]
async fn read_json(
    request: &Request,
    Data(registry): Data<&Registry>,
    Path(group): Path<String>,
) -> Result<Response> {
    let reading = Reading::of(request, registry, &group, query::LIST).await?;
    Ok(json::of(&reading.narrowed()?)?)
}

/// What is to come.
#[handler]
async fn read_upcoming(
    request: &Request,
    Data(registry): Data<&Registry>,
    Path(group): Path<String>,
) -> Result<Response> {
    let reading = Reading::of(request, registry, &group, query::OF_A_DAY).await;
    let page = reading.and_then(|reading| upcoming::page(&reading));
    Ok(answered(request, registry, &group, page)?)
}

/// What was published, and what changed each time.
#[handler]
async fn read_changes(
    request: &Request,
    Data(registry): Data<&Registry>,
    Path(group): Path<String>,
) -> Result<Response> {
    let reading = Reading::of(request, registry, &group, query::LOG).await;
    let page = reading.and_then(|reading| changes::page(&reading));
    Ok(answered(request, registry, &group, page)?)
}

/// Two days side by side.
#[handler]
async fn read_comparison(
    request: &Request,
    Data(registry): Data<&Registry>,
    Path(group): Path<String>,
) -> Result<Response> {
    let reading = Reading::of(request, registry, &group, query::COMPARISON).await;
    let page = reading.and_then(|reading| compare::page(&reading));
    Ok(answered(request, registry, &group, page)?)
}

/// Everything that is published of one subprocessor.
#[handler]
async fn read_subprocessor(
    request: &Request,
    Data(registry): Data<&Registry>,
    Path((group, slug)): Path<(String, String)>,
) -> Result<Response> {
    let reading = Reading::of(request, registry, &group, query::OF_A_DAY).await;
    let page = reading.and_then(|reading| detail::page(&reading, &slug));
    Ok(answered(request, registry, &group, page)?)
}
