//! What the official list of participants says otherwise than the register, and its confirmation by a
//! person.

use askama::Template;
use poem::{
    Body, Request, Response, Result, handler,
    http::{Method, StatusCode},
};
use serde::Deserialize;

use super::{
    desk::{Clocks, Desk, Listed, at_desk},
    effect::{Analysis, Effect},
    forms::{EDITORS, Ids, Typed, names::REASON},
    frame::Frame,
    objects, page, private,
    proposals::why,
    sent, to, words,
};
use crate::{inward::Asked, refusal::Refusal};

const LIST: &str = "/v1/participant-lists/newest/differences";
const CONFIRM: &str = "/v1/participant-lists/newest/differences/{id}/confirm";

/// A difference, as the API answers it.
#[derive(Deserialize)]
struct Difference {
    key: String,
    kind: String,
    organisation: String,
    list_says: String,
    register_says: String,
    on: Option<String>,
    evidence: Evidence,
}

/// The list that says so.
#[derive(Deserialize)]
struct Evidence {
    day: String,
    sha256: String,
}

#[derive(Template)]
#[template(path = "console/difference.html")]
struct DifferencePage {
    frame: Frame,
    company: Option<(String, String)>,
    what: String,
    on: Option<String>,
    list_day: String,
    effect: Option<Effect>,
    /// Why it cannot be confirmed.
    refused: Vec<String>,
    may_confirm: bool,
    action: String,
    reason: String,
    difference: Difference,
}

/// One difference, with what confirming it would do.
#[handler]
pub(super) async fn show(request: &Request) -> Result<Response> {
    at_desk(request, opened).await
}

async fn opened(desk: Desk<'_>) -> Result<Response, Refusal> {
    let difference = found(&desk).await?;
    shown(&desk, difference, StatusCode::OK, "", Vec::new()).await
}

/// Writes into the register what the list says.
#[handler]
pub(super) async fn confirm(request: &Request, body: Body) -> Result<Response> {
    private(Box::pin(confirmed(request, body)).await)
}

async fn confirmed(request: &Request, body: Body) -> Result<Response, Refusal> {
    let Ok(desk) = Desk::of(request).await? else {
        return Err(Refusal::Forbidden);
    };
    let pairs = sent(request, body, &desk.signed_in.site, &desk.signed_in.secret);
    let typed = Typed::of(pairs.await?);
    if !desk.may(EDITORS) {
        return Err(Refusal::Forbidden);
    }
    let difference = found(&desk).await?;
    let reason = typed.first(REASON).trim();
    let asked = Asked {
        reason: Some(reason.to_owned()).filter(|text| !text.is_empty()),
        ..asked(&desk)
    };
    match desk.act(asked).await {
        Ok(replied) if replied.status == StatusCode::ACCEPTED => {
            let id = replied.body.get("id").and_then(|id| id.as_str());
            let id = id.unwrap_or_default();
            Ok(to(&format!("/console/proposals/{id}?said=proposed")))
        }
        Ok(_) => Ok(to("/?said=saved")),
        Err(refusal @ (Refusal::Forbidden | Refusal::NotFound | Refusal::Internal)) => Err(refusal),
        Err(refusal) => {
            let status = refusal.code().status();
            shown(&desk, difference, status, reason, why(&refusal)).await
        }
    }
}

/// The difference that the address names, while register and list say what they said.
async fn found(desk: &Desk<'_>) -> Result<Difference, Refusal> {
    let key = Ids::of(desk.request).id;
    let mut cursor: Option<String> = None;
    loop {
        let mut asked = Asked::read(LIST).with("limit", "200");
        if let Some(cursor) = cursor {
            asked = asked.with("cursor", cursor);
        }
        let page: Listed<Difference> = desk.get(asked, Clocks::Both).await?;
        if let Some(found) = page.items.into_iter().find(|one| one.key == key) {
            return Ok(found);
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Err(Refusal::NotFound);
        }
    }
}

fn asked(desk: &Desk<'_>) -> Asked {
    Asked::done(Method::POST, Ids::of(desk.request).fill(CONFIRM), None)
}

async fn shown(
    desk: &Desk<'_>,
    difference: Difference,
    status: StatusCode,
    reason: &str,
    mut refused: Vec<String>,
) -> Result<Response, Refusal> {
    let snapshot = desk.snapshot().await?;
    let mut effect = None;
    if desk.may(EDITORS) && refused.is_empty() {
        let tried = Asked {
            dry_run: true,
            ..asked(desk)
        };
        match desk.get::<Analysis>(tried, Clocks::None).await {
            Ok(analysis) => effect = Some(Effect::of(&snapshot, analysis)),
            Err(Refusal::Internal) => return Err(Refusal::Internal),
            // Some differences only a person can settle, in the register itself.
            Err(refusal) => refused = why(&refusal),
        }
    }
    let company = snapshot.organisation(&difference.organisation);
    let company = company.and_then(|one| {
        let named = objects::named(&snapshot, "organisation", &one.id.to_string());
        Some((desk.link(&named.page?), named.name))
    });
    page(
        status,
        &DifferencePage {
            frame: desk.frame("/"),
            company,
            what: words::capital(&words::plain(&difference.kind)),
            on: difference.on.as_deref().map(words::day_of),
            list_day: words::day_of(&difference.evidence.day),
            may_confirm: effect.is_some(),
            effect,
            refused,
            action: desk.request.uri().path().to_owned(),
            reason: reason.to_owned(),
            difference,
        },
    )
}
