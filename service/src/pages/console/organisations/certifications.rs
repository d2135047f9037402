//! An organisation's certifications, each with how it stands on the shown day.

use serde::Deserialize;
use transfer_decision::span::{Day, parse_day};
use transfer_registry_core::Snapshot;
use transfer_registry_seed::law::AdequacyRecord;

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
    if let Some(why) = serves_nothing(snapshot, &one.framework, day) {
        // A listing that is kept after its decision fell gives no basis (C-311/18).
        return word("none", format!("Listed, but {why}"));
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

/// Why no adequacy decision asks for a certification of this framework on a day; nothing: one does.
fn serves_nothing(snapshot: &Snapshot, framework: &str, day: Day) -> Option<String> {
    let row = framework.parse().ok();
    let row = row.and_then(|one| snapshot.law().framework(one));
    let rows = snapshot.pack().adequacy.iter();
    let served: Vec<&AdequacyRecord> = rows
        .filter(|one| row.is_some_and(|row| row.instrument_ids.iter().any(|id| **id == *one.id)))
        .collect();
    let began = |one: &&&AdequacyRecord| one.valid_from <= day;
    let over = |one: &AdequacyRecord| one.valid_to.filter(|last| *last < day);
    if served.iter().filter(began).any(|one| over(one).is_none()) {
        return None;
    }
    let ended = served.iter().filter(|one| over(one).is_some());
    let Some(last) = ended.max_by_key(|one| one.valid_to) else {
        let first = served.iter().map(|one| one.valid_from).min();
        return Some(first.map_or_else(
            || "no decision asks for it".to_owned(),
            |first| {
                format!(
                    "the decision that it serves applies from {}",
                    words::day(first)
                )
            },
        ));
    };
    let day = last.valid_to.map_or_else(String::new, words::day);
    let by = last.ended_by.as_deref().map(|by| case_of(by).unwrap_or(by));
    let by = by.map_or_else(String::new, |by| format!(" ({by})"));
    Some(format!("the decision that it served ended on {day}{by}"))
}

/// The number of the case before the Court of Justice that a text names, as lawyers cite it.
fn case_of(text: &str) -> Option<&str> {
    let mut named = text.split([' ', ',', ';', '(', ')']).filter(|word| {
        let number = word
            .strip_prefix("C-")
            .and_then(|rest| rest.split_once('/'));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|one| one.is_ascii_digit());
        number.is_some_and(|(number, year)| digits(number) && digits(year))
    });
    named.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_cited_by_its_number() {
        let schrems =
            "invalidated with immediate effect, by C-311/18 Schrems II (judgment 2020-07-16)";
        assert_eq!(case_of(schrems), Some("C-311/18"));
        assert_eq!(case_of("FDPIC removed the indication on 2020-09-08"), None);
    }
}
