//! Another body for what somebody has proposed, by the form in which it was filled in at first.

use askama::Template;
use poem::{Body, Request, Response, Result, handler, http::Method, http::StatusCode};
use serde_json::{Value, json};

use super::{AT, PATH, Proposal, operation, shown::is_own};
use crate::{
    inward::{Asked, Replied},
    pages::console::{
        FORMS, SignedIn,
        desk::{Clocks, Desk, at_desk, typed as read_as},
        effect::Effect,
        forms::{
            Control, EDITORS, Errors, Form, Ids, LONGEST, ShownField, Typed, Way, digest,
            elsewhere,
            names::{REASON, SAVE, SEEN, STEP, TAG},
            session_over, shown_fields,
        },
        frame::Frame,
        page, private, sent_within, to, words,
    },
    refusal::{Refusal, Violation},
};

#[derive(Template)]
#[template(path = "console/proposal_edit.html")]
struct EditPage {
    frame: Frame,
    what: String,
    action: String,
    back: String,
    asked: Vec<ShownField>,
    errors: Errors,
    effect: Option<Effect>,
    reason: String,
    tag: String,
    seen: String,
}

/// The form in which a proposal's request is filled in.
pub(super) fn form_of(proposal: &Proposal) -> Option<&'static Form> {
    let mut forms = FORMS.iter().flat_map(|forms| forms.iter());
    forms.find(|form| {
        let fits = |pattern: &str| {
            let (mut pattern, mut path) = (pattern.split('/'), proposal.path.split('/'));
            loop {
                match (pattern.next(), path.next()) {
                    (None, None) => return true,
                    (Some(expected), Some(step))
                        if expected == step || expected.starts_with('{') => {}
                    _ => return false,
                }
            }
        };
        !form.fields.is_empty() && form.method().as_str() == proposal.method && fits(form.api)
    })
}

/// What a proposal changes, as it is now; `None`: it makes something new, or what it changes is gone.
///
/// # Errors
/// When it cannot be read.
pub(super) async fn current(
    desk: &Desk<'_>,
    proposal: &Proposal,
) -> Result<Option<Value>, Refusal> {
    let path = match (proposal.method.as_str(), form_of(proposal)) {
        ("PATCH", _) => proposal.path.as_str(),
        (_, Some(form)) if form.way == Way::Step => match proposal.path.rsplit_once('/') {
            Some((object, _)) => object,
            None => return Ok(None),
        },
        _ => return Ok(None),
    };
    match desk.read(Asked::read(path), Clocks::None).await {
        Ok(replied) => Ok(Some(replied.body)),
        Err(Refusal::NotFound) => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

/// An open proposal of one's own, with its form.
struct Open {
    proposal: Proposal,
    tag: String,
    form: &'static Form,
    /// What it changes, of one that changes something.
    now: Value,
}

impl Open {
    async fn of(desk: &Desk<'_>, ids: &Ids) -> Result<Self, Refusal> {
        let asked = Asked::read(ids.fill(PATH));
        let Replied { tag, body, .. } = desk.read(asked, Clocks::None).await?;
        let proposal: Proposal = read_as(body)?;
        let form = form_of(&proposal).ok_or(Refusal::NotFound)?;
        if !desk.may(EDITORS) || !is_own(desk, &proposal) {
            return Err(Refusal::Forbidden);
        }
        let now = current(desk, &proposal).await?.unwrap_or_default();
        Ok(Self {
            proposal,
            tag: tag.unwrap_or_default(),
            form,
            now,
        })
    }

    /// What was proposed, as it is typed.
    fn typed(&self) -> Typed {
        let body = self.proposal.body.clone().unwrap_or_default();
        let whole = match self.form.way {
            Way::Change => merged(&self.now, &body),
            _ => body,
        };
        Typed::from_object(self.form.fields, &whole)
    }

    /// What is typed, as the request's body.
    fn body(&self, typed: &Typed) -> Value {
        match self.form.way {
            Way::Change => typed.patch(self.form.fields, &self.now),
            _ => typed.body(self.form.fields),
        }
    }
}

/// An object after a merge patch (RFC 7396).
fn merged(object: &Value, patch: &Value) -> Value {
    let Value::Object(patch) = patch else {
        return patch.clone();
    };
    let mut merged_object = object.as_object().cloned().unwrap_or_default();
    for (name, value) in patch {
        if value.is_null() {
            merged_object.remove(name);
        } else {
            let before = merged_object.get(name).cloned().unwrap_or_default();
            merged_object.insert(name.clone(), merged(&before, value));
        }
    }
    Value::Object(merged_object)
}

/// What came of sending it.
#[derive(Default)]
struct Outcome {
    violations: Vec<Violation>,
    wrong: Vec<String>,
    effect: Option<Effect>,
    seen: String,
    status: StatusCode,
}

/// The form, as it is opened.
#[handler]
pub(in super::super) async fn reopened(request: &Request) -> Result<Response> {
    at_desk(request, opened).await
}

async fn opened(desk: Desk<'_>) -> Result<Response, Refusal> {
    let open = Open::of(&desk, &Ids::of(desk.request)).await?;
    let mut typed = open.typed();
    typed.put(TAG, open.tag.clone());
    typed.put(REASON, open.proposal.reason.clone().unwrap_or_default());
    shown(&desk, &open, &typed, Outcome::default()).await
}

/// The form, as it was filled in.
#[handler]
pub(in super::super) async fn edited(request: &Request, body: Body) -> Result<Response> {
    private(Box::pin(filled_in(request, body)).await)
}

async fn filled_in(request: &Request, body: Body) -> Result<Response, Refusal> {
    let Ok(desk) = Desk::of(request).await? else {
        // Which form it is only the proposal says.
        return session_over(request, body, None).await;
    };
    let SignedIn { site, secret, .. } = &desk.signed_in;
    // As long as the form in which it was proposed.
    let pairs = sent_within(LONGEST, request, body, site, secret);
    let mut typed = Typed::of(pairs.await?);
    let open = Open::of(&desk, &Ids::of(request)).await?;
    let step = typed.first(STEP).to_owned();
    if typed.stepped(open.form.fields, &step) {
        return shown(&desk, &open, &typed, Outcome::default()).await;
    }
    let body = open.body(&typed);
    let seen = digest(&json!([body, typed.first(REASON)]), typed.first(TAG));
    let saves = step == SAVE && typed.first(SEEN) == seen;
    let path = format!("/v1/proposals/{}", open.proposal.id);
    let asked = Asked {
        if_match: Some(typed.first(TAG).to_owned()).filter(|tag| !tag.is_empty()),
        reason: Some(typed.first(REASON).trim().to_owned()).filter(|text| !text.is_empty()),
        dry_run: !saves,
        ..Asked::done(Method::PUT, path, Some(json!({ "body": body })))
    };
    let outcome = match desk.act(asked).await {
        Ok(_) if saves => {
            let path = format!("{AT}/{}?said=proposed", open.proposal.id);
            return Ok(to(&desk.link(&path)));
        }
        Ok(replied) => {
            let snapshot = desk.snapshot().await?;
            Outcome {
                effect: Some(Effect::of(&snapshot, read_as(replied.body)?)),
                seen,
                ..Outcome::default()
            }
        }
        Err(refusal) => refused(refusal)?,
    };
    shown(&desk, &open, &typed, outcome).await
}

/// What is wrong, where it can be corrected on the form.
fn refused(refusal: Refusal) -> Result<Outcome, Refusal> {
    let status = refusal.code().status();
    let mut outcome = Outcome {
        status,
        ..Outcome::default()
    };
    match refusal {
        Refusal::ProposalOutdated(why) => match *why {
            Refusal::Invalid(found) | Refusal::Malformed(found) => outcome.violations = found,
            other => outcome
                .wrong
                .push(format!("{}.", words::capital(&other.to_string()))),
        },
        Refusal::Invalid(found) | Refusal::Malformed(found) => {
            // Below the proposal's own body.
            outcome.violations = found;
            for violation in &mut outcome.violations {
                if let Some(rest) = violation.pointer.strip_prefix("/body/") {
                    violation.pointer = format!("/{rest}");
                }
            }
        }
        Refusal::Stale { .. } => outcome.wrong.push(
            "Somebody has changed or decided this proposal in the meantime: open it again."
                .to_owned(),
        ),
        Refusal::Forbidden | Refusal::NotFound | Refusal::Unauthenticated | Refusal::Internal => {
            return Err(refusal);
        }
        other => outcome
            .wrong
            .push(format!("{}.", words::capital(&other.to_string()))),
    }
    Ok(outcome)
}

async fn shown(
    desk: &Desk<'_>,
    open: &Open,
    typed: &Typed,
    outcome: Outcome,
) -> Result<Response, Refusal> {
    let snapshot = desk.snapshot().await?;
    let day = desk.day.day();
    let fields = open.form.fields;
    let (asked, left) = shown_fields(fields, typed, &outcome.violations, &snapshot, day);
    let mut wrong = outcome.wrong;
    wrong.extend(elsewhere(&left));
    let status = if outcome.status.is_success() {
        StatusCode::OK
    } else {
        outcome.status
    };
    let back = format!("{AT}/{}", open.proposal.id);
    page(
        status,
        &EditPage {
            frame: desk.frame(AT),
            what: operation(&open.proposal.operation),
            action: desk.request.uri().path().to_owned(),
            back: desk.link(&back),
            errors: Errors::of(&asked, wrong),
            asked,
            effect: outcome.effect,
            reason: typed.first(REASON).to_owned(),
            tag: typed.first(TAG).to_owned(),
            seen: outcome.seen,
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_is_filled_in_over_what_is_there() {
        let object = json!({"a": 1, "b": {"c": 2, "d": 3}, "e": [1]});
        let patch = json!({"a": null, "b": {"c": 4}, "e": [2]});
        assert_eq!(
            merged(&object, &patch),
            json!({"b": {"c": 4, "d": 3}, "e": [2]})
        );
    }
}
