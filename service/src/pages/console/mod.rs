//! Where people sign in, and what they find then.

mod account;
mod activities;
mod assessments;
mod attention;
mod bases;
mod chain;
mod check;
mod day_bar;
mod desk;
mod detail;
mod differences;
mod effect;
mod explain;
mod exports;
mod flows;
mod forms;
mod frame;
mod groups;
mod issuer;
mod keys;
mod law;
mod ledger;
mod map;
mod mechanisms;
mod objects;
mod organisations;
mod proposals;
mod publishing;
mod relationship;
mod remedies;
mod resting;
mod sign_in;
mod standing;
mod state;
mod subprocessors;
mod table;
mod used;
mod what_if;
mod words;

use poem::{
    Request, Response, Result, Route, get,
    http::{HeaderValue, StatusCode, header},
    post,
};

use super::{
    Listed, listed, page, refused,
    session::{SignedIn, sent, sent_within},
};
use crate::{config::RETURN, refusal::Refusal};
use forms::Form;

/// The console's paths, each with its methods.
pub(super) const PATHS: &[(&str, &[&str])] = &[
    ("/", &["GET"]),
    ("/account", &["GET"]),
    ("/account/password", &["POST"]),
    ("/sign-in", &["GET", "POST"]),
    ("/sign-in/issuer", &["GET"]),
    (RETURN, &["GET"]),
    ("/sign-out", &["POST"]),
    ("/console/exports/{resource}", &["GET"]),
    ("/console/map", &["GET"]),
    ("/console/law", &["GET"]),
    ("/console/law/tools", &["GET"]),
    ("/console/law/{id}", &["GET"]),
    ("/console/groups", &["GET"]),
    ("/console/groups/{id}", &["GET"]),
    ("/console/activities", &["GET"]),
    ("/console/activities/{id}", &["GET"]),
    ("/console/assessments", &["GET"]),
    ("/console/assessments/{id}", &["GET"]),
    ("/console/mechanisms", &["GET"]),
    ("/console/mechanisms/{id}", &["GET"]),
    ("/console/organisations", &["GET"]),
    ("/console/organisations/{id}", &["GET"]),
    ("/console/subprocessors", &["GET"]),
    ("/console/subprocessors/{id}", &["GET"]),
    ("/console/publishing", &["GET"]),
    ("/console/publishing/{id}", &["GET"]),
    ("/console/publications/{id}", &["GET"]),
    ("/console/flows", &["GET"]),
    ("/console/flows/{id}", &["GET"]),
    ("/console/check", &["GET"]),
    ("/console/differences/{id}", &["GET", "POST"]),
    ("/console/checks", &["GET"]),
    ("/console/checks/{id}", &["GET"]),
    ("/console/checks/{id}/replay", &["GET"]),
    ("/console/what-if", &["GET"]),
    ("/console/law/amendments", &["GET"]),
    ("/console/proposals", &["GET"]),
    ("/console/proposals/{id}", &["GET"]),
    ("/console/proposals/{id}/edit", &["GET", "POST"]),
    ("/console/ledger", &["GET"]),
    ("/console/ledger.json", &["GET"]),
    ("/console/ledger/{id}", &["GET"]),
    ("/console/tokens", &["GET"]),
    ("/console/tokens/new", &["GET", "POST"]),
    ("/console/tokens/{id}", &["GET"]),
    ("/console/users", &["GET"]),
    ("/console/users/new", &["GET", "POST"]),
    ("/console/users/{id}", &["GET"]),
    ("/console/users/{id}/password", &["GET", "POST"]),
];

/// The console's forms.
const FORMS: &[&[Form]] = &[
    groups::FORMS,
    organisations::FORMS,
    publishing::FORMS,
    subprocessors::FORMS,
    flows::FORMS,
    subprocessors::ONBOARDING,
    activities::FORMS,
    assessments::FORMS,
    mechanisms::FORMS,
    law::amendments::FORMS,
    proposals::FORMS,
    keys::TOKEN_FORMS,
    keys::USER_FORMS,
];

/// The paths of the console's forms.
pub(super) fn form_paths() -> impl Iterator<Item = String> {
    let forms = FORMS.iter().flat_map(|forms| forms.iter());
    forms.map(|form| {
        let step = |step: &str| match step.strip_prefix(':') {
            Some(name) => format!("{{{name}}}"),
            None => step.to_owned(),
        };
        form.path.split('/').map(step).collect::<Vec<_>>().join("/")
    })
}

/// The console.
pub(super) fn routes(route: Route) -> Route {
    let route = FORMS
        .iter()
        .fold(route, |route, some| forms::routes(route, some));
    route
        .at("/console/exports/:resource", get(exports::show))
        .at("/console/map", get(map::show))
        .at("/console/law", get(law::show))
        .at("/console/law/tools", get(law::show_tools))
        .at("/console/law/:id", get(law::show_decision))
        .at("/console/groups", get(groups::index))
        .at("/console/groups/:id", get(groups::show))
        .at("/console/activities", get(activities::index))
        .at("/console/activities/:id", get(activities::show))
        .at("/console/assessments", get(assessments::index))
        .at("/console/assessments/:id", get(assessments::show))
        .at("/console/mechanisms", get(mechanisms::index))
        .at("/console/mechanisms/:id", get(mechanisms::show))
        .at("/console/organisations", get(organisations::index))
        .at("/console/organisations/:id", get(organisations::show))
        .at("/console/subprocessors", get(subprocessors::index))
        .at("/console/subprocessors/:id", get(subprocessors::show))
        .at("/console/publishing", get(publishing::index))
        .at("/console/publishing/:id", get(publishing::show))
        .at("/console/publications/:id", get(publishing::publication))
        .at("/console/flows", get(flows::index))
        .at("/console/flows/:id", get(flows::show))
        .at("/console/check", get(check::show))
        .at(
            "/console/differences/:id",
            get(differences::show).post(differences::confirm),
        )
        .at("/console/checks", get(check::index))
        .at("/console/checks/:id", get(check::detail))
        .at("/console/checks/:id/replay", get(check::replay))
        .at("/console/what-if", get(what_if::show))
        .at("/console/law/amendments", get(law::amendments::index))
        .at("/console/proposals", get(proposals::index))
        .at("/console/proposals/:id", get(proposals::detail))
        .at(
            "/console/proposals/:id/edit",
            get(proposals::reopened).post(proposals::edited),
        )
        .at("/console/ledger", get(ledger::index))
        .at("/console/ledger.json", get(ledger::export))
        .at("/console/ledger/:id", get(ledger::show))
        .at("/console/tokens", get(keys::token_list))
        .at("/console/tokens/new", get(keys::issue).post(keys::issued))
        .at("/console/tokens/:id", get(keys::token))
        .at("/console/users", get(keys::user_list))
        .at("/console/users/new", get(keys::make).post(keys::made))
        .at("/console/users/:id", get(keys::user))
        .at(
            "/console/users/:id/password",
            get(keys::new_password).post(keys::given),
        )
        .at("/", get(attention::index))
        .at("/account", get(account::show))
        .at("/account/password", post(account::change_password))
        .at("/sign-in", get(sign_in::show).post(sign_in::sign_in))
        .at("/sign-in/issuer", get(issuer::begin))
        .at(RETURN, get(issuer::back))
        .at("/sign-out", post(sign_in::sign_out))
}

/// A page that is one person's: no cache keeps it. A refusal is shown as a page.
fn private(answered: Result<Response, Refusal>) -> Result<Response> {
    let mut response = match answered {
        Ok(response) => response,
        Err(refusal) => {
            let mut response = refused(&refusal)?;
            if let Refusal::RateLimited { seconds } = refusal {
                let seconds = HeaderValue::from(seconds);
                response.headers_mut().insert(header::RETRY_AFTER, seconds);
            }
            response
        }
    };
    let no_store = HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, no_store);
    Ok(response)
}

/// Sends the browser to another page of this site.
fn to(path: &str) -> Response {
    let location = HeaderValue::from_str(path);
    Response::builder()
        .status(StatusCode::SEE_OTHER)
        .header(
            header::LOCATION,
            location.unwrap_or_else(|_| HeaderValue::from_static("/")),
        )
        .finish()
}

/// Sends somebody who has not signed in there first, and from there back to the page.
fn first(request: &Request) -> Response {
    to(&way_in(request))
}

/// Where somebody signs in, and comes back to the page.
fn way_in(request: &Request) -> String {
    let wanted = request.uri().path_and_query();
    let wanted = wanted.map_or("/", |wanted| wanted.as_str());
    match serde_urlencoded::to_string([("to", wanted)]) {
        Ok(query) if wanted != "/" => format!("/sign-in?{query}"),
        _ => "/sign-in".to_owned(),
    }
}
