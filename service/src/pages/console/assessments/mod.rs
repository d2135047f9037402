//! Transfer impact assessments: what the exporter found out about a destination, in six steps.

mod forms;

use poem::{Request, Response, Result, handler};
use serde::Deserialize;
use transfer_decision::span::{Day, parse_day};
use transfer_registry_core::Snapshot;

pub(super) use self::forms::FORMS;
use super::{
    desk::{Clocks, Desk, Listed, at_desk},
    detail::{self, Content, Detail, Part},
    forms::{Choices, Ids, among},
    table::{self, Asking, Cell, List, Table},
    words,
};
use crate::{inward::Asked, refusal::Refusal};

/// Its place in the navigation.
const AT: &str = "/console/assessments";

/// An assessment, as far as the console shows it.
#[derive(Debug, Deserialize)]
pub(super) struct Assessment {
    id: String,
    mechanism: String,
    destination: String,
    conclusion: String,
    concluded_on: String,
    next_review: Option<String>,
    measures: Option<String>,
    steps: Steps,
    source: String,
}

#[derive(Debug, Deserialize)]
struct Steps {
    transfer: Option<String>,
    tool: Option<String>,
    destination_law: Option<String>,
    #[serde(default)]
    supplementary_measures: Vec<Measure>,
    procedural_steps: Option<String>,
    re_evaluation: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Measure {
    kind: String,
    description: String,
}

/// How an assessment stands on a day.
fn state(one: &Assessment, day: Day) -> Cell {
    let word = |class, word: String| Cell::Word { class, word };
    let concluded = parse_day(&one.concluded_on);
    if concluded.is_some_and(|concluded| concluded > day) {
        return word("unassessable", "Not concluded yet".to_owned());
    }
    let review = one.next_review.as_deref().and_then(parse_day);
    match (one.conclusion.as_str(), review) {
        ("favourable", Some(review)) if review < day => {
            word("none", format!("Overdue since {}", words::day(review)))
        }
        ("favourable", _) => word("allowed", "Favourable".to_owned()),
        _ => word("denied", "Unfavourable".to_owned()),
    }
}

/// The mechanism that an assessment is made for, in a line.
fn made_for(snapshot: &Snapshot, one: &Assessment) -> String {
    let found = one.mechanism.parse().ok();
    let found = found.and_then(|id| snapshot.mechanisms().get(id));
    found.map_or_else(
        || "the mechanism".to_owned(),
        |found| words::mechanism(snapshot, found),
    )
}

/// The rows of assessments, with the mechanism where it is not said already.
pub(super) fn rows(
    desk: &Desk<'_>,
    snapshot: &Snapshot,
    found: &[Assessment],
    with_mechanism: bool,
) -> Vec<Vec<Cell>> {
    let row = |one: &Assessment| {
        let destination = words::destination_of(snapshot, &one.destination);
        let mut row = vec![Cell::link(
            desk.link(&format!("{AT}/{}", one.id)),
            words::capital(&destination),
        )];
        if with_mechanism {
            let path = format!("/console/mechanisms/{}", one.mechanism);
            row.push(Cell::link(desk.link(&path), made_for(snapshot, one)));
        }
        row.extend([
            state(one, desk.day.day()),
            Cell::Text(words::day_of(&one.concluded_on)),
            Cell::maybe(one.next_review.as_deref().map(words::day_of)),
        ]);
        row
    };
    found.iter().map(row).collect()
}

/// The assessments.
#[handler]
pub(super) async fn index(request: &Request) -> Result<Response> {
    at_desk(request, listed).await
}

async fn listed(desk: Desk<'_>) -> Result<Response, Refusal> {
    let asking = Asking::of(&desk)?;
    let snapshot = desk.snapshot().await?;
    let of = |choices| among(choices, &snapshot, desk.day.day());
    let filters = vec![
        asking.one_of("group", "Group", of(Choices::Groups)),
        asking.one_of("mechanism", "Mechanism", of(Choices::Mechanisms)),
        asking.one_of("destination", "Destination", of(Choices::Destinations)),
        asking.one_of(
            "conclusion",
            "Conclusion",
            of(Choices::These(forms::CONCLUSIONS)),
        ),
        asking.typed("review_before", "To be reviewed before", "date"),
    ];
    let asked = asking.narrowed("/v1/impact-assessments", &filters);
    let found: Listed<Assessment> = asking.listed(&desk, asked, Clocks::Both).await?;
    let table = Table {
        caption: format!(
            "Assessments as they stand on {}",
            words::day(desk.day.day())
        ),
        heads: vec![
            "Destination",
            "Mechanism",
            "How it stands",
            "Concluded on",
            "Next review",
        ],
        rows: rows(&desk, &snapshot, &found.items, true),
    };
    let list = List {
        at: AT,
        title: "Which destinations were assessed, and when is the next review?",
        filters,
        add: vec![("/console/assessments/new", "Begin an assessment")],
        export: "impact_assessments",
        empty: "There is no assessment yet. A safeguard carries nothing without one: record the mechanism first, then assess where the data goes.",
        ..List::default()
    };
    table::show(&desk, &asking, list, table, found.next_cursor.as_deref())
}

/// One assessment.
#[handler]
pub(super) async fn show(request: &Request) -> Result<Response> {
    at_desk(request, shown).await
}

async fn shown(desk: Desk<'_>) -> Result<Response, Refusal> {
    let path = Ids::of(desk.request).fill("/v1/impact-assessments/{id}");
    let one: Assessment = desk.get(Asked::read(path), Clocks::Known).await?;
    let snapshot = desk.snapshot().await?;
    let destination = words::destination_of(&snapshot, &one.destination);
    let own = format!("{AT}/{}", one.id);
    let favourable = one.conclusion == "favourable";
    let found = if favourable {
        "protects the data essentially as in the EU"
    } else {
        "does not protect the data as in the EU, whatever is done"
    };
    let lead = format!(
        "The exporter found on {} that in {destination} this mechanism {found}.",
        words::day_of(&one.concluded_on)
    );
    let mechanism = format!("/console/mechanisms/{}", one.mechanism);
    let facts = vec![
        (
            "Mechanism",
            Cell::link(desk.link(&mechanism), made_for(&snapshot, &one)),
        ),
        ("Destination", Cell::Text(words::capital(&destination))),
        ("Concluded on", Cell::Text(words::day_of(&one.concluded_on))),
        (
            "Next review",
            Cell::maybe(one.next_review.as_deref().map(words::day_of)),
        ),
        ("Source", Cell::Text(one.source.clone())),
    ];
    let detail = Detail {
        at: AT,
        of: "Impact assessments",
        title: format!("Does the mechanism hold in {destination}?"),
        lead,
        state: Some(state(&one, desk.day.day())),
        acts: vec![(format!("{own}/edit"), "Re-evaluate or correct")],
        id: one.id.clone(),
        parts: chapters(&own, facts, one),
    };
    detail::show(&desk, detail)
}

/// The six steps as chapters.
fn chapters(own: &str, facts: Vec<(&'static str, Cell)>, one: Assessment) -> Vec<Part> {
    let Steps {
        transfer,
        tool,
        destination_law,
        supplementary_measures,
        procedural_steps,
        re_evaluation,
    } = one.steps;
    let undocumented = [&transfer, &tool, &destination_law]
        .iter()
        .all(|step| step.is_none());
    let written = |text: Option<String>| match text {
        Some(text) => Content::Written(text),
        None => Content::Said("Nothing is recorded for this step.".to_owned()),
    };
    let taken = supplementary_measures.into_iter().map(|measure| {
        vec![
            Cell::Text(words::capital(&measure.kind)),
            Cell::Text(measure.description),
        ]
    });
    let table = Table {
        caption: "Measures that were decided on".to_owned(),
        heads: vec!["Kind", "What is done"],
        rows: taken.collect(),
    };
    let mut measures = vec![Content::Table(
        table,
        "No supplementary measure is recorded.",
    )];
    measures.extend(one.measures.map(Content::Written));
    let chapters = [
        ("step-1", "1. Know the transfer", vec![written(transfer)]),
        ("step-2", "2. The tool it relies on", vec![written(tool)]),
        (
            "step-3",
            "3. The law and the practice of the destination",
            vec![written(destination_law)],
        ),
        ("step-4", "4. Supplementary measures", measures),
        (
            "step-5",
            "5. Procedural steps",
            vec![written(procedural_steps)],
        ),
        ("step-6", "6. Re-evaluation", vec![written(re_evaluation)]),
    ];
    let mut first = Part::of("", "", Content::Facts(facts));
    if undocumented {
        let warning = Content::Warning(forms::NOTHING_DOCUMENTED);
        first.contents.insert(0, warning);
    }
    let chapters = chapters.into_iter().enumerate();
    let chapters = chapters.map(|(number, (anchor, title, contents))| Part {
        anchor,
        title: title.to_owned(),
        lead: String::new(),
        contents,
        acts: vec![(format!("{own}/edit?form_at={number}"), "Change this step")],
    });
    [first].into_iter().chain(chapters).collect()
}
