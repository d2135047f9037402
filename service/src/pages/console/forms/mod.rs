//! Forms: one description each, one way through for all of them.
//!
//! A form is filled in, shows what it would do to the verdicts, and then saves. It goes through the
//! API in the name of whoever fills it in, so that both refuse the same for the same reasons. What was
//! typed is never lost: an error stands at its field, and a stale save shows both versions.

mod choices;
mod field;
pub(super) mod names;
mod pairs;
mod sending;
mod session_over;
mod shown;
mod steps;
mod told;
mod typed;

use poem::{Body, EndpointExt, Request, Response, Result, Route, get, handler, http::Method};
use transfer_registry_core::tokens::Role;

pub(super) use self::{
    choices::{Choice, of as among},
    field::{Choices, Field, Kind},
    session_over::session_over,
    shown::{Control, Errors, ShownField, elsewhere, shown_fields},
    told::Told,
    typed::{Typed, at, digest},
};
use super::{
    SignedIn,
    desk::{Desk, at_desk},
    private,
};
use crate::refusal::Refusal;

/// What a form does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// It makes something new.
    Create,
    /// It changes what is there.
    Change,
    /// It has something done with what is there.
    Step,
}

/// A form.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    /// Its path, with `:id` and `:part` where ids stand.
    pub(super) path: &'static str,
    /// Its place in the navigation.
    pub(super) at: &'static str,
    /// The question that the page answers.
    pub(super) title: &'static str,
    /// What there is to know before one begins.
    pub(super) intro: &'static str,
    /// The button that saves.
    pub(super) save: &'static str,
    /// What it does.
    pub(super) way: Way,
    /// The operation; `{id}` and `{part}` stand for the ids in the form's path.
    pub(super) api: &'static str,
    /// Where what it changes is read; empty for a creation.
    pub(super) object: &'static str,
    /// Where it leads; `{id}` is what was made or changed.
    pub(super) then: &'static str,
    /// The roles that may fill it in.
    pub(super) roles: &'static [Role],
    /// What it asks.
    pub(super) fields: &'static [Field],
}

/// The longest form in bytes: a write as long as the API takes it, as it was and as it is typed, each
/// letter in up to three.
pub(super) const LONGEST: usize = 6 * 256 * 1024;

/// Those who change the register.
pub(super) const EDITORS: &[Role] = &[Role::Admin, Role::Editor];
/// Those who approve.
pub(super) const APPROVERS: &[Role] = &[Role::Admin, Role::Approver];
/// Those who say who may do what.
pub(super) const ADMINS: &[Role] = &[Role::Admin];

/// Every form of some, under its path.
pub(super) fn routes(route: Route, forms: &'static [Form]) -> Route {
    forms.iter().fold(route, |route, form| {
        route.at(form.path, get(show).post(send).data(*form))
    })
}

impl Form {
    /// The operation's method.
    pub(super) fn method(&self) -> Method {
        match self.way {
            Way::Create | Way::Step => Method::POST,
            Way::Change => Method::PATCH,
        }
    }
}

/// The ids in a form's path.
#[derive(Debug, Clone, Default)]
pub(super) struct Ids {
    /// The object's.
    pub(super) id: String,
    /// That of a part of it.
    pub(super) part: String,
}

impl Ids {
    /// Those that a request names.
    pub(super) fn of(request: &Request) -> Self {
        let named = |name: &str| {
            let value = request.raw_path_param(name).unwrap_or_default();
            // An id has no other letters; nothing else becomes part of a path.
            let fits = value
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
            if fits {
                value.to_owned()
            } else {
                "-".to_owned()
            }
        };
        Self {
            id: named("id"),
            part: named("part"),
        }
    }

    /// A path with the ids in their places.
    pub(super) fn fill(&self, path: &str) -> String {
        path.replace("{id}", &self.id).replace("{part}", &self.part)
    }
}

/// A form, to be filled in.
#[handler]
async fn show(request: &Request) -> Result<Response> {
    at_desk(request, shown).await
}

async fn shown(desk: Desk<'_>) -> Result<Response, Refusal> {
    let request = desk.request;
    let form = request.data::<Form>().copied().ok_or(Refusal::NotFound)?;
    sending::opened(&desk, &form, Ids::of(request)).await
}

/// A form that was filled in.
#[handler]
async fn send(request: &Request, body: Body) -> Result<Response> {
    private(Box::pin(sent(request, body)).await)
}

async fn sent(request: &Request, body: Body) -> Result<Response, Refusal> {
    let form = request.data::<Form>().copied().ok_or(Refusal::NotFound)?;
    let Ok(desk) = Desk::of(request).await? else {
        return session_over(request, body, Some(&form)).await;
    };
    let SignedIn { site, secret, .. } = &desk.signed_in;
    let pairs = super::sent_within(LONGEST, request, body, site, secret);
    let typed = Typed::of(pairs.await?);
    Box::pin(sending::sent(&desk, &form, Ids::of(request), typed)).await
}
