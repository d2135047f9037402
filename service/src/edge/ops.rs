//! The operators' listener: whether the service lives, and whether it is ready to answer.

use std::time::Duration;

use poem::{Endpoint, EndpointExt, Response, Route, get, handler, http::StatusCode, web::Data};
use transfer_registry_core::Registry;

use super::listening::Stop;

/// For how long a service may know of a change in the database that it does not show. A change is
/// shown well within that; only a very large one takes longer to be read.
const BEHIND: Duration = Duration::from_secs(5);

/// What the operators' listener answers.
pub(crate) fn endpoint(stop: Stop, registry: Registry) -> impl Endpoint {
    Route::new()
        .at("/health/live", get(live))
        .at("/health/ready", get(ready))
        .data(stop)
        .data(registry)
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
/// until it is told to stop, apart from when it is behind what other services changed.
#[handler]
fn ready(Data(stop): Data<&Stop>, Data(registry): Data<&Registry>) -> Response {
    let (code, word) = readiness(*stop.borrow(), registry.behind_for());
    status(code, word)
}

fn readiness(stopping: bool, behind_for: Option<Duration>) -> (StatusCode, &'static str) {
    if stopping {
        (StatusCode::SERVICE_UNAVAILABLE, "stopping")
    } else if behind_for.is_some_and(|behind| behind > BEHIND) {
        (StatusCode::SERVICE_UNAVAILABLE, "behind")
    } else {
        (StatusCode::OK, "ready")
    }
}

fn status(code: StatusCode, word: &str) -> Response {
    Response::builder()
        .status(code)
        .content_type("application/json")
        .body(format!("{{\"status\":\"{word}\"}}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_that_is_behind_for_long_or_stops_is_not_ready() {
        let second = Duration::from_secs(1);
        for (stopping, behind_for, word) in [
            (false, None, "ready"),
            (false, Some(BEHIND.saturating_sub(second)), "ready"),
            (false, Some(BEHIND + second), "behind"),
            (true, None, "stopping"),
            (true, Some(BEHIND + second), "stopping"),
        ] {
            let (code, said) = readiness(stopping, behind_for);
            assert_eq!(said, word, "{behind_for:?}");
            assert_eq!(code.is_success(), word == "ready");
        }
    }
}
