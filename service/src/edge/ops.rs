//! The operators' listener: whether the service lives, and whether it is ready to answer.

use poem::{Endpoint, EndpointExt, Response, Route, get, handler, http::StatusCode, web::Data};

use super::listening::Stop;

/// What the operators' listener answers.
pub(crate) fn endpoint(stop: Stop) -> impl Endpoint {
    Route::new()
        .at("/health/live", get(live))
        .at("/health/ready", get(ready))
        .data(stop)
}

/// The paths of it, with their methods.
pub(crate) fn paths() -> Vec<(String, Vec<String>)> {
    ["/health/live", "/health/ready"]
        .into_iter()
        .map(|path| (path.to_owned(), vec!["GET".to_owned()]))
        .collect()
}

#[handler]
fn live() -> Response {
    status(StatusCode::OK, "live")
}

/// The listener is up only after the first snapshot was taken; from then on the service is ready
/// until it is told to stop.
#[handler]
fn ready(Data(stop): Data<&Stop>) -> Response {
    if *stop.borrow() {
        status(StatusCode::SERVICE_UNAVAILABLE, "stopping")
    } else {
        status(StatusCode::OK, "ready")
    }
}

fn status(code: StatusCode, word: &str) -> Response {
    Response::builder()
        .status(code)
        .content_type("application/json")
        .body(format!("{{\"status\":\"{word}\"}}\n"))
}
