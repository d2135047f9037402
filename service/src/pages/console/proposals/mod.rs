//! What was proposed, what it would do, and who decides about it.

mod edit;
mod shown;

use poem::{Request, Response, Result, handler};
use serde::Deserialize;
use serde_json::Value;
use transfer_registry_core::Snapshot;

pub(super) use self::{
    edit::{edited, reopened},
    shown::{detail, why},
};
use super::{
    desk::{Clocks, Desk, Listed, at_desk},
    forms::{APPROVERS, Choice, EDITORS, Form, Way},
    objects::{self, Named},
    table::{self, Asking, Cell, List, Table},
    words,
};
use crate::refusal::Refusal;

/// Its place in the navigation.
const AT: &str = "/console/proposals";
const PATH: &str = "/v1/proposals/{id}";

const fn decision(
    path: &'static str,
    title: &'static str,
    intro: &'static str,
    save: &'static str,
    api: &'static str,
    then: &'static str,
) -> Form {
    Form {
        path,
        at: AT,
        title,
        intro,
        save,
        way: Way::Step,
        api,
        object: PATH,
        then,
        roles: APPROVERS,
        fields: &[],
    }
}

/// The forms in which it is decided about a proposal.
pub(super) const FORMS: &[Form] = &[
    decision(
        "/console/proposals/:id/approve",
        "Should this proposal be made?",
        "It is made at once, under the name of who proposed it, and the ledger says that you approved it.",
        "Approve it",
        "/v1/proposals/{id}/approve",
        "/console/proposals/{id}?said=approved",
    ),
    decision(
        "/console/proposals/:id/refuse",
        "Why should this proposal not be made?",
        "Nothing is changed. Who proposed it reads why.",
        "Refuse it",
        "/v1/proposals/{id}/refuse",
        "/console/proposals/{id}?said=refused",
    ),
    Form {
        roles: EDITORS,
        ..decision(
            "/console/proposals/:id/withdraw",
            "Should this proposal be taken back?",
            "Nothing is changed, and nobody can approve it any more.",
            "Withdraw it",
            "/v1/proposals/{id}/withdraw",
            "/console/proposals/{id}?said=withdrawn",
        )
    },
];

/// A proposal, as the API answers it.
#[derive(Debug, Deserialize)]
struct Proposal {
    id: String,
    authors: Vec<String>,
    body: Option<Value>,
    decided_at: Option<String>,
    decided_by: Option<String>,
    decision_reason: Option<String>,
    method: String,
    operation: String,
    path: String,
    proposed_at: String,
    proposed_by: String,
    reason: Option<String>,
    state: String,
    subjects: Vec<String>,
}

impl Proposal {
    /// What it is about, as far as that is there already.
    fn about(&self, snapshot: &Snapshot) -> Option<Named> {
        let (kind, id) = object_of(snapshot, &self.path)?;
        let named = objects::named(snapshot, kind, &id);
        (!named.name.is_empty()).then_some(named)
    }
}

/// An operation of the contract, in words.
pub(super) fn operation(id: &str) -> String {
    match id {
        "dockMechanism" => return "Have a party accede to a mechanism".to_owned(),
        "useMechanism" => return "Record a use of a mechanism".to_owned(),
        "confirmDifference" => return "Confirm what the official list says".to_owned(),
        _ => {}
    }
    let mut words = String::new();
    for letter in id.chars() {
        if letter.is_ascii_uppercase() {
            words.push(' ');
            words.push(letter.to_ascii_lowercase());
        } else {
            words.push(letter);
        }
    }
    let words = words
        .replacen("update", "change", 1)
        .replacen("create", "add", 1);
    words::capital(&words.replace("organisation", "company"))
}

/// What a request's path is about: its kind, and its id.
fn object_of(snapshot: &Snapshot, path: &str) -> Option<(&'static str, String)> {
    let mut steps = path.strip_prefix("/v1/")?.split('/');
    let (collection, id) = (steps.next()?, steps.next()?);
    let kind = match collection {
        "adequacy-decisions" => "adequacy_decision",
        "groups" => "group",
        "mechanisms" => "mechanism",
        "impact-assessments" => "impact_assessment",
        "flows" => "flow",
        "subprocessors" => "subprocessor",
        "processing-activities" => "processing_activity",
        "law-amendments" => "law_amendment",
        "users" => "user",
        "organisations" => {
            if let (Some("certifications"), Some(held)) = (steps.next(), steps.next()) {
                return Some(("certification", held.to_owned()));
            }
            // A slug is as good as an id.
            let one = snapshot.organisation(id)?;
            return Some(("organisation", one.id.to_string()));
        }
        _ => return None,
    };
    let id = match kind {
        "group" => snapshot.group(id)?.id.to_string(),
        _ => id.to_owned(),
    };
    Some((kind, id))
}

/// A state, as lists and pages show it.
fn state(code: &str) -> (&'static str, &'static str) {
    match code {
        "open" => ("warned", "Waits for approval"),
        "approved" => ("recorded", "Approved"),
        "refused" => ("denied", "Refused"),
        _ => ("unassessable", "Withdrawn"),
    }
}

/// What waits for another person, and what became of it.
#[handler]
pub(super) async fn index(request: &Request) -> Result<Response> {
    at_desk(request, listed).await
}

async fn listed(desk: Desk<'_>) -> Result<Response, Refusal> {
    let asking = Asking::of(&desk)?;
    let states = ["open", "approved", "refused", "withdrawn"].iter();
    let states = states.map(|code| Choice::of(*code, state(code).1));
    let filters = vec![
        asking.one_of("state", "State", states.collect()),
        asking.typed("proposed_by", "Proposed by", "text"),
        asking.typed("decided_by", "Decided by", "text"),
    ];
    let asked = asking.narrowed("/v1/proposals", &filters);
    let found: Listed<Proposal> = asking.listed(&desk, asked, Clocks::Known).await?;
    let snapshot = desk.snapshot().await?;
    let rows = found.items.into_iter().map(|one| {
        let path = format!("{AT}/{}", one.id);
        let about = match one.about(&snapshot) {
            Some(Named {
                name,
                page: Some(page),
                ..
            }) => Cell::link(desk.link(&page), name),
            _ => Cell::Nothing,
        };
        let (class, word) = state(&one.state);
        vec![
            Cell::link(desk.link(&path), operation(&one.operation)),
            about,
            Cell::Text(one.proposed_by),
            Cell::Text(words::instant_of(&one.proposed_at)),
            Cell::Word {
                class,
                word: word.to_owned(),
            },
            Cell::maybe(one.decided_by),
        ]
    });
    let table = Table {
        caption: "Proposals, in the order in which they were made".to_owned(),
        heads: vec![
            "What is proposed",
            "About",
            "By",
            "When",
            "State",
            "Decided by",
        ],
        rows: rows.collect(),
    };
    let list = List {
        at: AT,
        title: "What waits for another person's approval?",
        filters,
        empty: "Nothing was proposed. What needs another person's approval, where the operator asks for it, appears here when somebody saves it.",
        ..List::default()
    };
    table::show(&desk, &asking, list, table, found.next_cursor.as_deref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_said_in_words() {
        for (id, expected) in [
            ("endAdequacyDecision", "End adequacy decision"),
            ("createMechanism", "Add mechanism"),
            ("updateOrganisation", "Change company"),
            ("dockMechanism", "Have a party accede to a mechanism"),
        ] {
            assert_eq!(operation(id), expected);
        }
    }
}
