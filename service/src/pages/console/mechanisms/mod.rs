//! Transfer mechanisms: what each is, what it needs and what is missing, and what rests on it.

mod asked;
mod forms;
mod needs;

use poem::{Request, Response, Result, handler, http::Method};
use serde::Deserialize;
use serde_json::{Value, json};
use transfer_decision::{span::Day, vocabulary::Module};
use transfer_registry_core::{Snapshot, mechanisms::Mechanism};

pub(super) use self::forms::FORMS;
use super::{
    assessments::{self, Assessment},
    desk::{Clocks, Desk, Listed, at_desk},
    detail::{self, Content, Detail, Part},
    effect::Effect,
    forms::{Choices, Ids, among},
    organisations::checked,
    table::{self, Asking, Cell, List, Table},
    words,
};
use crate::{days::concluded_on, inward::Asked, refusal::Refusal};

/// Its place in the navigation.
const AT: &str = "/console/mechanisms";

/// What the API says of a mechanism; what it is stands in the snapshot of the same moment.
#[derive(Deserialize)]
struct Found {
    id: String,
    #[serde(default)]
    assessments: Vec<Assessment>,
    exhausted_from: Option<String>,
    statements: serde_json::Map<String, Value>,
}

/// The mechanisms.
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
        asking.one_of("group", "Kept by", of(Choices::Groups)),
        asking.one_of("party", "Party", of(Choices::Organisations)),
        asking.one_of("tool", "Tool", of(Choices::Tools)),
        asking.typed("expiring_before", "Ends before", "date"),
    ];
    let asked = asking.narrowed("/v1/mechanisms", &filters);
    let found: Listed<Found> = asking.listed(&desk, asked, Clocks::Both).await?;
    let rows = found.items.iter().filter_map(|one| {
        let mechanism = snapshot.mechanisms().get(one.id.parse().ok()?)?;
        let name = words::mechanism(&snapshot, mechanism);
        let kept = mechanism.group.as_deref();
        let destinations = one.assessments.len() as u64;
        Some(vec![
            Cell::link(desk.link(&format!("{AT}/{}", one.id)), name),
            Cell::Text(tool(&snapshot, mechanism)),
            state(mechanism, day),
            Cell::Text(words::count(destinations, "assessment", "assessments")),
            Cell::maybe(mechanism.ends_on.map(words::day)),
            Cell::maybe(kept.map(|slug| words::group(&snapshot, slug))),
        ])
    });
    let table = Table {
        caption: format!("Mechanisms on {}", words::day(day)),
        heads: vec![
            "Mechanism",
            "Tool",
            "How it stands",
            "Assessed",
            "Last day",
            "Kept by",
        ],
        rows: rows.collect(),
    };
    let list = List {
        at: AT,
        title: "Which contracts and derogations can transfers rest on?",
        filters,
        add: vec![("/console/mechanisms/new", "Record a mechanism")],
        export: "mechanisms",
        empty: "There is no mechanism yet. Record the clauses that were signed, then assess where the data goes.",
        ..List::default()
    };
    table::show(&desk, &asking, list, table, found.next_cursor.as_deref())
}

/// The tool with its module.
fn tool(snapshot: &Snapshot, mechanism: &Mechanism) -> String {
    let tool = words::tool(snapshot, mechanism.tool.code());
    match mechanism.module {
        Some(module) => format!("{tool}, {}", module_in_words(module)),
        None => tool,
    }
}

fn module_in_words(module: Module) -> String {
    let (exporter, importer) = module.roles();
    format!("module {} ({exporter} to {importer})", module.number())
}

/// How it stands on a day, apart from what it needs.
fn state(mechanism: &Mechanism, day: Day) -> Cell {
    let word = |class, word: String| Cell::Word { class, word };
    if mechanism.first_day().is_some_and(|first| first > day) {
        return word("unassessable", "Not begun yet".to_owned());
    }
    if !concluded_on(mechanism, day) {
        return word("none", "Ended".to_owned());
    }
    if mechanism.exhausted_from().is_some_and(|from| from <= day) {
        return word("none", "Used as often as it may be".to_owned());
    }
    if mechanism.checked_on.is_none() {
        return word("warned", "Concluded, never checked".to_owned());
    }
    word("allowed", "Concluded".to_owned())
}

/// One mechanism.
#[handler]
pub(super) async fn show(request: &Request) -> Result<Response> {
    at_desk(request, shown).await
}

async fn shown(desk: Desk<'_>) -> Result<Response, Refusal> {
    let path = Ids::of(desk.request).fill("/v1/mechanisms/{id}");
    let found: Found = desk.get(Asked::read(path), Clocks::Known).await?;
    let snapshot = desk.snapshot().await?;
    let id = found.id.parse().map_err(|_| Refusal::Internal)?;
    let mechanism = snapshot.mechanisms().get(id).ok_or(Refusal::NotFound)?;
    let day = desk.day.day();
    let own = format!("{AT}/{}", found.id);
    let mut acts = vec![(format!("{own}/edit"), "Change")];
    if concluded_on(mechanism, day) {
        acts.push((format!("{own}/end"), "End"));
    }
    let mut parts = vec![
        parties(&desk, &snapshot, mechanism, &own),
        needs::part(&snapshot, mechanism, day),
        assessed(&desk, &snapshot, &found),
        resting(&desk, &snapshot, &found.id).await?,
    ];
    parts.extend(uses(mechanism, &found, &own));
    parts.push(Part::of(
        "document",
        "Where is the document, and who checked it?",
        Content::Facts(facts(&snapshot, mechanism, &found)),
    ));
    let title = mechanism.title.clone();
    let detail = Detail {
        at: AT,
        of: "Mechanisms",
        title: title.unwrap_or_else(|| words::tool(&snapshot, mechanism.tool.code())),
        lead: sentence(&snapshot, mechanism),
        state: Some(state(mechanism, day)),
        acts,
        parts,
        id: found.id,
    };
    detail::show(&desk, detail)
}

/// What it is, in a sentence.
fn sentence(snapshot: &Snapshot, mechanism: &Mechanism) -> String {
    let mut parties: Vec<String> = Vec::new();
    for party in &mechanism.parties {
        let name = words::organisation(snapshot, &party.organisation);
        if !parties.contains(&name) {
            parties.push(name);
        }
    }
    let mut said = format!(
        "{} between {}",
        tool(snapshot, mechanism),
        parties.join(" and ")
    );
    for (verb, on) in [
        ("signed", mechanism.signed_on),
        ("approved", mechanism.approved_on),
        ("authorised", mechanism.authorised_on),
    ] {
        if let Some(on) = on {
            said = format!("{said}, {verb} on {}", words::day(on));
        }
    }
    if let Some(last) = mechanism.ends_on {
        said = format!("{said}, in effect to {}", words::day(last));
    }
    if let Some(law) = &mechanism.governing_law {
        said = format!("{said}, governed by {law}");
    }
    format!("{}.", said.trim_end_matches('.'))
}

fn parties(desk: &Desk<'_>, snapshot: &Snapshot, mechanism: &Mechanism, own: &str) -> Part {
    let rows = mechanism.parties.iter().map(|party| {
        let organisation = snapshot.organisation(&party.organisation);
        let name = words::organisation(snapshot, &party.organisation);
        let side = party.side.code();
        let side = forms::SIDES.iter().find(|(code, _)| *code == side);
        let first = party.acceded_on.or_else(|| mechanism.first_day());
        vec![
            match organisation {
                Some(one) => {
                    let path = format!("/console/organisations/{}", one.id);
                    Cell::link(desk.link(&path), name)
                }
                None => Cell::Text(name),
            },
            Cell::maybe(side.map(|(_, words)| (*words).to_owned())),
            Cell::maybe(first.map(words::day)),
            Cell::maybe(party.left_on.or(mechanism.ends_on).map(words::day)),
        ]
    });
    let table = Table {
        caption: "Parties, with the days on which they are bound".to_owned(),
        heads: vec!["Organisation", "Side", "From", "Until"],
        rows: rows.collect(),
    };
    let part = Part::of(
        "parties",
        "Who is bound?",
        Content::Table(table, "Nobody is bound."),
    );
    part.with_act(format!("{own}/parties/new"), "Record an accession")
}

fn assessed(desk: &Desk<'_>, snapshot: &Snapshot, found: &Found) -> Part {
    let table = Table {
        caption: format!(
            "Assessments as they stand on {}",
            words::day(desk.day.day())
        ),
        heads: vec![
            "Destination",
            "How it stands",
            "Concluded on",
            "Next review",
        ],
        rows: assessments::rows(desk, snapshot, &found.assessments, false),
    };
    let empty = "No destination is assessed yet. A safeguard carries nothing without a favourable assessment for where the data goes.";
    Part::of(
        "assessments",
        "Which destinations were assessed?",
        Content::Table(table, empty),
    )
    .with_act(
        format!("/console/assessments/new?mechanism={}", found.id),
        "Assess a destination",
    )
}

/// What would fall if it ended on the shown day, and what would carry it then.
async fn resting(desk: &Desk<'_>, snapshot: &Snapshot, id: &str) -> Result<Part, Refusal> {
    let title = "What rests on it?";
    if desk.day.known_at().is_some() {
        let sentence = "What rests on it is found out from what is known now: take the instant out of the bar above.";
        return Ok(Part::of(
            "resting",
            title,
            Content::Said(sentence.to_owned()),
        ));
    }
    let day = desk.day.day();
    let supposed = json!({
        "as_of": day.to_string(),
        "changes": [{"kind": "end_mechanism", "id": id, "on": day.to_string()}],
    });
    let asked = Asked::done(Method::POST, "/v1/impact-analyses", Some(supposed));
    let analysis = match desk.get(asked, Clocks::None).await {
        Ok(analysis) => analysis,
        // What is not in force yet cannot be taken away.
        Err(Refusal::Invalid(_)) => {
            let sentence = "Nothing: it is not in force on this day.";
            let said = Content::Said(sentence.to_owned());
            return Ok(Part::of("resting", title, said));
        }
        Err(refusal) => return Err(refusal),
    };
    let effect = Effect::of(snapshot, analysis);
    let content = if effect.changes.is_empty() {
        let sentence =
            "Nothing: no engagement and no flow is judged otherwise without it on this day.";
        Content::Said(sentence.to_owned())
    } else {
        Content::Effect(effect)
    };
    Ok(Part::of("resting", title, content).after(format!(
        "What would become of engagements and flows if it did not count on {}.",
        words::day(day)
    )))
}

/// When it was used; of what is no derogation and was never used, nothing.
fn uses(mechanism: &Mechanism, found: &Found, own: &str) -> Option<Part> {
    if !mechanism.tool.is_derogation() && mechanism.uses.is_empty() {
        return None;
    }
    let rows = mechanism.uses.iter().map(|used| {
        vec![
            Cell::Text(words::day(used.on)),
            Cell::Text(used.note.clone()),
        ]
    });
    let table = Table {
        caption: "Transfers under this derogation".to_owned(),
        heads: vec!["On", "What, and why it was necessary"],
        rows: rows.collect(),
    };
    let mut lead = match mechanism.uses_limit {
        Some(limit) => format!(
            "It may be used {} in all.",
            words::count(limit.unsigned_abs().into(), "time", "times")
        ),
        None => "A derogation is for exceptions, and is read narrowly.".to_owned(),
    };
    if let Some(from) = &found.exhausted_from {
        let from = words::day_of(from);
        lead = format!("{lead} From {from} on it carries nothing more.");
    }
    let content = Content::Table(table, "No use is recorded.");
    let part = Part::of("uses", "When was it used?", content).after(lead);
    Some(part.with_act(format!("{own}/uses/new"), "Record a use"))
}

fn facts(snapshot: &Snapshot, mechanism: &Mechanism, found: &Found) -> Vec<(&'static str, Cell)> {
    let stated = found.statements.iter().filter_map(|(code, stated)| {
        let said = forms::statement_of(code);
        match stated.as_bool()? {
            true => Some(Cell::Text(said)),
            // Of what is not so, only what somebody said.
            false if code == "repetitive" => Some(Cell::Text(format!("Not so: {said}"))),
            false => None,
        }
    });
    let stated: Vec<Cell> = stated.collect();
    let document = match mechanism.document.as_deref() {
        Some(address) if address.starts_with("https://") => Cell::link(address, address),
        document => Cell::maybe(document.map(str::to_owned)),
    };
    let kept = mechanism.group.as_deref();
    let checked_on = mechanism.checked_on.map(|day| day.to_string());
    vec![
        (
            "It states",
            if stated.is_empty() {
                Cell::Nothing
            } else {
                Cell::Several(stated)
            },
        ),
        ("Document", document),
        (
            "SHA-256 of it",
            Cell::maybe(mechanism.document_sha256.clone()),
        ),
        (
            "Kept by",
            kept.map_or_else(
                || Cell::Text("all groups".to_owned()),
                |slug| Cell::Text(words::group(snapshot, slug)),
            ),
        ),
        ("Note", Cell::maybe(mechanism.note.clone())),
        ("Source", Cell::Text(mechanism.source.clone())),
        ("Checked on", checked(checked_on.as_deref())),
    ]
}
