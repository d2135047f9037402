//! A list of the console as a file: the API's own export, handed to the browser.

use poem::{
    Request, Response, Result, handler,
    http::{HeaderValue, header},
};

use super::desk::{Desk, at_desk};
use crate::{inward::Asked, refusal::Refusal};

/// What an export is asked with, apart from its day.
const ASKED: [&str; 2] = ["format", "group"];

/// A list as a file.
#[handler]
pub(super) async fn show(request: &Request) -> Result<Response> {
    at_desk(request, shown).await
}

async fn shown(desk: Desk<'_>) -> Result<Response, Refusal> {
    let request = desk.request;
    let resource = request.raw_path_param("resource").unwrap_or_default();
    if !resource
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'_'))
    {
        return Err(Refusal::NotFound);
    }
    let mut asked = Asked::read(format!("/v1/exports/{resource}"));
    let pairs = request.params::<Vec<(String, String)>>();
    for (name, value) in pairs.map_err(|_| Refusal::Unreadable)? {
        if ASKED.contains(&name.as_str()) {
            asked = asked.with(&name, value);
        }
    }
    if let Some(as_of) = desk.day.as_of() {
        asked = asked.with("as_of", as_of.to_string());
    }
    if let Some(known_at) = desk.day.known_at_text() {
        asked = asked.with("known_at", known_at);
    }
    let mut response = desk.passed_on(asked).await?;
    if !response.headers().contains_key(header::CONTENT_DISPOSITION) {
        let value = HeaderValue::from_static("attachment");
        response
            .headers_mut()
            .insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}
