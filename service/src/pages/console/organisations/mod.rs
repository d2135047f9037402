//! Companies, other organisations and their certifications: who it is, and what the register knows of
//! where it stands.

mod certifications;
mod forms;
mod graph;

use poem::{Request, Response, Result, handler};
use serde::Deserialize;
use serde_json::Value;

use self::certifications::Certification;
pub(super) use self::{forms::FORMS, graph::Graph};
use super::{
    desk::{Clocks, Desk, Listed, at_desk},
    detail::{self, Content, Detail, Part},
    forms::{Choice, Choices, Ids, among},
    table::{self, Asking, Cell, List, Table},
    used, words,
};
use crate::{inward::Asked, refusal::Refusal};

/// Its place in the navigation.
const AT: &str = "/console/organisations";

/// An organisation, as far as the console shows it.
#[derive(Deserialize)]
struct Organisation {
    id: String,
    slug: String,
    kind: String,
    group: Option<String>,
    legal_name: String,
    seat: Option<String>,
    seat_note: Option<String>,
    registration: Option<String>,
    representative: Option<String>,
    attributes: serde_json::Map<String, Value>,
    on_public_list: bool,
    contacts: Vec<Contact>,
    dpf_participant: Option<String>,
    certifications: Vec<Certification>,
    source: String,
    checked_on: Option<String>,
}

/// Whom to ask at an organisation.
#[derive(Deserialize)]
struct Contact {
    kind: String,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    address: Option<String>,
}

/// What kind of organisation it is, in words.
fn kind_of(code: &str) -> String {
    match code {
        "group_company" => "company of a group".to_owned(),
        code => words::plain(code),
    }
}

/// The organisations.
#[handler]
pub(super) async fn index(request: &Request) -> Result<Response> {
    at_desk(request, listed).await
}

async fn listed(desk: Desk<'_>) -> Result<Response, Refusal> {
    let asking = Asking::of(&desk)?;
    let snapshot = desk.snapshot().await?;
    let day = desk.day.day();
    let of = |choices| among(choices, &snapshot, day);
    let filters = vec![
        asking.typed("q", "Name contains", "search"),
        asking.one_of("kind", "Kind", of(Choices::These(forms::KINDS))),
        asking.one_of("group", "Company of", of(Choices::Groups)),
        asking.one_of("seat", "Seat", of(Choices::Places)),
        asking.one_of("framework", "Certified under", of(Choices::Frameworks)),
        asking.one_of(
            "unknown_seat",
            "Seat recorded",
            vec![
                Choice::of("true", "no: unknown"),
                Choice::of("false", "yes"),
            ],
        ),
        asking.one_of(
            "checked",
            "Ever checked",
            vec![Choice::of("true", "yes"), Choice::of("false", "no")],
        ),
    ];
    let asked = asking.narrowed("/v1/organisations", &filters);
    let found: Listed<Organisation> = asking.listed(&desk, asked, Clocks::Both).await?;
    let rows = found.items.iter().map(|one| {
        let held = one.certifications.iter();
        let held: Vec<Cell> = held
            .map(|held| Cell::Text(words::framework_of(&held.framework)))
            .collect();
        vec![
            Cell::link(
                desk.link(&format!("{AT}/{}", one.id)),
                one.legal_name.clone(),
            ),
            match &one.group {
                Some(group) => Cell::Text(format!("company of {}", words::group(&snapshot, group))),
                None => Cell::Text(kind_of(&one.kind)),
            },
            seat(one.seat.as_deref()),
            if held.is_empty() {
                Cell::Nothing
            } else {
                Cell::Several(held)
            },
            checked(one.checked_on.as_deref()),
        ]
    });
    let table = Table {
        caption: "Companies and other organisations".to_owned(),
        heads: vec![
            "Organisation",
            "What it is",
            "Seat",
            "Certified under",
            "Checked on",
        ],
        rows: rows.collect(),
    };
    let list = List {
        at: AT,
        title: "Who sends and receives data, and where are they established?",
        filters,
        add: vec![
            (
                "/console/organisations/new?kind=third_party",
                "Add a third party",
            ),
            (
                "/console/organisations/new?kind=group_company",
                "Add a company of a group",
            ),
        ],
        export: "organisations",
        empty: "There is no organisation yet. Add the companies of a group first, then whom they send data to.",
        ..List::default()
    };
    table::show(&desk, &asking, list, table, found.next_cursor.as_deref())
}

/// Where it is established; what is not known is said, since it never permits.
fn seat(code: Option<&str>) -> Cell {
    match code {
        Some(code) => Cell::Text(words::place_of(Some(code))),
        None => Cell::Word {
            class: "unassessable",
            word: "not known".to_owned(),
        },
    }
}

/// When somebody last checked it.
pub(super) fn checked(day: Option<&str>) -> Cell {
    match day {
        Some(day) => Cell::Text(words::day_of(day)),
        None => Cell::Quiet("never".to_owned()),
    }
}

/// One organisation.
#[handler]
pub(super) async fn show(request: &Request) -> Result<Response> {
    at_desk(request, shown).await
}

async fn shown(desk: Desk<'_>) -> Result<Response, Refusal> {
    let path = Ids::of(desk.request).fill("/v1/organisations/{id}");
    // The certifications of all days stand here, each with how it stands on this one.
    let organisation: Organisation = desk.get(Asked::read(path), Clocks::Known).await?;
    let snapshot = desk.snapshot().await?;
    let own = format!("{AT}/{}", organisation.id);
    let mut parts = vec![
        Part::of("", "", Content::Facts(facts(&organisation))),
        certifications::part(&desk, &snapshot, &own, &organisation.certifications),
        used::part(&desk, &organisation.slug, organisation.group.as_deref()).await?,
    ];
    parts.extend(graph::part(&desk, &snapshot, &organisation.slug).await?);
    let group = organisation.group.as_deref();
    let detail = Detail {
        at: AT,
        of: "Companies",
        lead: match (group, organisation.kind.as_str()) {
            (Some(group), _) => format!("A company of {}.", words::group(&snapshot, group)),
            (None, "international_organisation") => "An international organisation.".to_owned(),
            (None, _) => {
                "A third party: no company of a group that keeps its register here.".to_owned()
            }
        },
        title: organisation.legal_name,
        acts: vec![(format!("{own}/edit"), "Change")],
        parts,
        id: organisation.id,
        ..Detail::default()
    };
    detail::show(&desk, detail)
}

fn facts(organisation: &Organisation) -> Vec<(&'static str, Cell)> {
    let maybe = |text: &Option<String>| Cell::maybe(text.clone());
    let mut seat_says = vec![seat(organisation.seat.as_deref())];
    if organisation.seat.is_none() {
        let means = "A country recorded as unknown never permits anything: every transfer to it is not assessable until somebody records where it is established.";
        seat_says.push(Cell::Quiet(means.to_owned()));
    }
    seat_says.extend(organisation.seat_note.clone().map(Cell::Quiet));
    let stated = organisation.attributes.iter().filter_map(|(code, stated)| {
        let said = forms::attribute_of(code);
        Some(Cell::Text(if stated.as_bool()? {
            said
        } else {
            format!("Not so: {said}")
        }))
    });
    let stated: Vec<Cell> = stated.collect();
    let contacts = organisation.contacts.iter().map(|contact| {
        let said = [
            &contact.name,
            &contact.email,
            &contact.phone,
            &contact.address,
        ];
        let said: Vec<&str> = said.into_iter().flatten().map(String::as_str).collect();
        Cell::Text(format!(
            "{}: {}",
            words::capital(&words::plain(&contact.kind)),
            said.join(", ")
        ))
    });
    let contacts: Vec<Cell> = contacts.collect();
    let several = |cells: Vec<Cell>| {
        if cells.is_empty() {
            Cell::Nothing
        } else {
            Cell::Several(cells)
        }
    };
    let mut facts = vec![
        ("Seat", Cell::Several(seat_says)),
        ("Registration", maybe(&organisation.registration)),
        ("Representative", maybe(&organisation.representative)),
        ("What the law asks about it", several(stated)),
        ("Whom to ask there", several(contacts)),
        (
            "Public lists",
            Cell::Text(
                if organisation.on_public_list {
                    "It may stand on a public list"
                } else {
                    "It stands on no public list"
                }
                .to_owned(),
            ),
        ),
        ("Short name", Cell::Text(organisation.slug.clone())),
    ];
    if let Some(participant) = &organisation.dpf_participant {
        let said = format!("participant {participant} of the Data Privacy Framework's list");
        facts.push(("Confirmed as", Cell::Text(said)));
    }
    facts.push(("Source", Cell::Text(organisation.source.clone())));
    facts.push(("Checked on", checked(organisation.checked_on.as_deref())));
    facts
}
