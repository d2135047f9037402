//! An organisation's certifications, each with how it stands on the shown day.

use serde::Deserialize;
use transfer_decision::span::{Day, parse_day};
use transfer_registry_core::Snapshot;

use crate::pages::console::{
    desk::Desk,
    detail::{Content, Part},
    table::{Cell, Table},
    words,
};

/// A certification, as the API shows it.
#[derive(Debug, Deserialize)]
pub(super) struct Certification {
    id: String,
    pub(super) framework: String,
    valid_from: String,
    valid_to: Option<String>,
    recertification_due: Option<String>,
    covers_hr: bool,
    evidence: Option<Evidence>,
    source: String,
    checked_on: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Evidence {
    list: String,
    day: String,
    participant: Option<String>,
    status: Option<String>,
    sha256: String,
}

/// The certifications of an organisation.
pub(super) fn part(
    desk: &Desk<'_>,
    snapshot: &Snapshot,
    own: &str,
    held: &[Certification],
) -> Part {
    let rows = held.iter().map(|one| row(desk, snapshot, own, one));
    let mut heads = vec![
        "Framework",
        "How it stands",
        "Days",
        "To be renewed by",
        "HR data",
        "Evidence and source",
    ];
    if desk.may_write() {
        heads.push("What can be done");
    }
    let table = Table {
        caption: format!("Certifications on {}", words::day(desk.day.day())),
        heads,
        rows: rows.collect(),
    };
    let empty = "No certification is recorded. That says nothing about the organisation: whether it is on a framework's list is found out there.";
    Part::of(
        "certifications",
        "In which frameworks is it certified?",
        Content::Table(table, empty),
    )
    .with_act(
        format!("{own}/certifications/new"),
        "Record a certification",
    )
}

fn row(desk: &Desk<'_>, snapshot: &Snapshot, own: &str, one: &Certification) -> Vec<Cell> {
    let from = words::day_of(&one.valid_from);
    let days = one.valid_to.as_deref().map_or_else(
        || format!("since {from}"),
        |to| format!("{from} to {}", words::day_of(to)),
    );
    let mut evidence = Vec::new();
    if let Some(Evidence {
        list,
        day,
        participant,
        status,
        sha256,
    }) = &one.evidence
    {
        let mut said = format!("{list}, as of {}", words::day_of(day));
        let more = [
            participant
                .as_ref()
                .map(|number| format!("participant {number}")),
            status.clone(),
            Some(format!("SHA-256 {sha256}")),
        ];
        for more in more.into_iter().flatten() {
            said.push_str(", ");
            said.push_str(&more);
        }
        evidence.push(Cell::Text(said));
    }
    evidence.push(Cell::Text(one.source.clone()));
    evidence.push(Cell::Quiet(one.checked_on.as_deref().map_or_else(
        || "never checked".to_owned(),
        |day| format!("checked on {}", words::day_of(day)),
    )));
    let mut row = vec![
        Cell::Text(words::framework_of(&one.framework)),
        state(snapshot, one, desk.day.day()),
        Cell::Text(days),
        Cell::maybe(one.recertification_due.as_deref().map(words::day_of)),
        Cell::Text(
            if one.covers_hr {
                "covered"
            } else {
                "not covered"
            }
            .to_owned(),
        ),
        Cell::Several(evidence),
    ];
    if desk.may_write() {
        let at = format!("{own}/certifications/{}", one.id);
        let name = words::framework_of(&one.framework);
        row.push(Cell::Several(vec![
            Cell::link(format!("{at}/edit"), format!("Change: {name}")),
            Cell::link(format!("{at}/end"), format!("End: {name}")),
        ]));
    }
    row
}

/// How a certification stands on a day: on its list, and before the law that asks for it.
fn state(snapshot: &Snapshot, one: &Certification, day: Day) -> Cell {
    let on = |text: &Option<String>| text.as_deref().and_then(parse_day);
    let word = |class, word: String| Cell::Word { class, word };
    if parse_day(&one.valid_from).is_some_and(|from| from > day) {
        return word("unassessable", "Not active yet".to_owned());
    }
    if on(&one.valid_to).is_some_and(|to| to < day) {
        return word("none", "Ended".to_owned());
    }
    if !serves(snapshot, &one.framework, day) {
        // A listing that is kept after its decision fell gives no basis (C-311/18).
        return word("none", "Listed, but no decision rests on it".to_owned());
    }
    if let Some(due) = on(&one.recertification_due).filter(|due| *due < day) {
        let said = format!("Active; renewal was due on {}", words::day(due));
        return word("warned", said);
    }
    if one.checked_on.is_none() {
        return word("warned", "Active, never checked".to_owned());
    }
    word("allowed", "Active".to_owned())
}

/// Whether an adequacy decision asks for a certification of this framework on a day.
fn serves(snapshot: &Snapshot, framework: &str, day: Day) -> bool {
    let law = snapshot.law();
    let Some(row) = framework.parse().ok().and_then(|one| law.framework(one)) else {
        return false;
    };
    let rows = law.provisions().adequacy.iter();
    let mut serving = rows.filter(|one| row.instrument_ids.contains(&one.basis.id));
    serving.any(|one| one.span.contains(day))
}
