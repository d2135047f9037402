//! What something in the register is called, and where its page is.

use transfer_registry_core::Snapshot;
use uuid::Uuid;

use super::{bases, words};

/// An object of the register or of the law, as a page names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    /// What it is called; empty: nothing is known of it here.
    pub(super) name: String,
    /// Its page, without the day.
    pub(super) page: Option<String>,
    /// The form in which it is changed.
    pub(super) form: Option<String>,
}

impl Named {
    fn at(noun: &str, id: &str, name: String) -> Self {
        Self {
            name,
            page: Some(format!("/console/{noun}/{id}")),
            form: Some(format!("/console/{noun}/{id}/edit")),
        }
    }

    /// One that only has a page.
    fn shown(page: String, name: String) -> Self {
        Self {
            name,
            page: Some(page),
            form: None,
        }
    }
}

/// What an object of a kind is called, as far as it is there.
pub(super) fn named(snapshot: &Snapshot, kind: &str, id: &str) -> Named {
    found(snapshot, kind, id).unwrap_or_else(|| Named {
        name: String::new(),
        page: None,
        form: None,
    })
}

fn found(snapshot: &Snapshot, kind: &str, id: &str) -> Option<Named> {
    match kind {
        "adequacy_decision" => return decision(snapshot, id),
        "membership" | "law_pack" => {
            return Some(Named::shown("/console/law".to_owned(), String::new()));
        }
        _ => {}
    }
    let uuid: Uuid = id.parse().ok()?;
    let organisation = |slug: &str| words::organisation(snapshot, slug);
    let named = match kind {
        "group" => Named::at("groups", id, snapshot.groups().get(uuid)?.name.clone()),
        "organisation" => {
            let one = snapshot.organisations().get(uuid)?;
            Named::at("organisations", id, one.legal_name.clone())
        }
        "certification" => certification(snapshot, uuid)?,
        "subprocessor" => {
            let one = snapshot.subprocessors().get(uuid)?;
            let group = words::group(snapshot, &one.group);
            let name = format!("{group} → {}", organisation(&one.organisation));
            Named::at("subprocessors", id, format!("{name} ({})", one.service))
        }
        "flow" => {
            let one = snapshot.flows().get(uuid)?;
            let importer = organisation(&one.importer);
            let name = format!("{} → {importer}", organisation(&one.exporter));
            Named::at("flows", id, name)
        }
        "mechanism" => {
            let one = snapshot.mechanisms().get(uuid)?;
            Named::at("mechanisms", id, words::mechanism(snapshot, one))
        }
        "impact_assessment" => {
            let (mechanism, made) = snapshot.impact_assessment(uuid)?;
            let place = words::place_of(Some(&made.destination));
            let of = words::mechanism(snapshot, mechanism);
            Named::at("assessments", id, format!("{place} ({of})"))
        }
        "processing_activity" => {
            let one = snapshot.processing_activities().get(uuid)?;
            let group = words::group(snapshot, &one.group);
            Named::at("activities", id, format!("{group}: {}", one.purpose))
        }
        "law_amendment" => {
            let one = snapshot.law_amendments().get(uuid)?;
            let row = one.amendment.row().into_owned();
            Named::shown(format!("/console/law/amendments#{id}"), row)
        }
        "token" => {
            let name = snapshot.tokens().get(uuid)?.name.clone();
            Named::shown(format!("/console/tokens/{id}"), name)
        }
        "user" => {
            let name = snapshot.users().get(uuid)?.name.clone();
            Named::at("users", id, name)
        }
        "publication" => {
            let one = snapshot.publications().get(uuid)?;
            let group = words::group(snapshot, &one.group);
            let name = format!("version {} of the list of {group}", one.number);
            Named::shown(format!("/console/publications/{id}"), name)
        }
        "proposal" => {
            let one = snapshot.proposals().get(uuid)?;
            let what = super::proposals::operation(&one.request.operation);
            Named::shown(format!("/console/proposals/{id}"), what)
        }
        _ => return None,
    };
    Some(named)
}

fn decision(snapshot: &Snapshot, id: &str) -> Option<Named> {
    let mut rows = snapshot.pack().adequacy.iter();
    let row = rows.find(|row| row.id == id)?;
    let name = bases::of_row(snapshot, row);
    Some(Named::shown(format!("/console/law/{id}"), name))
}

fn certification(snapshot: &Snapshot, id: Uuid) -> Option<Named> {
    let (holder, held) = snapshot.certification(id)?;
    let page = format!("/console/organisations/{}", holder.id);
    let framework = words::framework(held.framework);
    Some(Named {
        name: format!("{}, {framework}", holder.legal_name),
        form: Some(format!("{page}/certifications/{id}/edit")),
        page: Some(page),
    })
}

/// A kind of object, in words.
pub(super) fn kind(code: &str) -> String {
    match code {
        "organisation" => "company".to_owned(),
        "impact_assessment" => "transfer impact assessment".to_owned(),
        "law_pack" => "law pack".to_owned(),
        "law_amendment" => "amendment of the law".to_owned(),
        other => words::plain(other),
    }
}
