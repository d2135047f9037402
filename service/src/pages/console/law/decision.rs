//! Everything about one adequacy decision.

use chrono::SecondsFormat;
use transfer_decision::{span::Day, vocabulary::Regime};
use transfer_registry_core::{Snapshot, clock::day_of};
use transfer_registry_seed::law::{AdequacyRecord, Amendment};

use super::{resting::Resting, words};
use crate::pages::console::map::named;

/// How many engagements and flows are named before they are only counted.
const MOST_NAMED: usize = 50;

/// An adequacy decision, as its page shows it.
#[derive(Debug)]
pub(super) struct Decision {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) citation: String,
    pub(super) url: String,
    pub(super) covers: String,
    pub(super) regime: &'static str,
    pub(super) days: String,
    pub(super) in_force: String,
    pub(super) conditions: Vec<String>,
    pub(super) ended: Option<Ended>,
    pub(super) phases: Vec<Phase>,
    pub(super) amended_by: Vec<String>,
    pub(super) challenge: Option<String>,
    pub(super) confidence: &'static str,
    pub(super) amendments: Vec<Amended>,
}

/// What ended it.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) said: String,
    pub(super) url: Option<String>,
}

/// Another phase of the same act.
#[derive(Debug)]
pub(super) struct Phase {
    pub(super) href: String,
    pub(super) name: String,
}

/// What was recorded of it here.
#[derive(Debug)]
pub(super) struct Amended {
    pub(super) what: String,
    pub(super) instant: String,
    pub(super) on: String,
    pub(super) source: String,
    /// What a reader should know, as it was written here.
    pub(super) note: Option<String>,
}

/// An engagement or flow that rests on it.
#[derive(Debug)]
pub(super) struct Rests {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) data: String,
}

/// The row with an id.
pub(super) fn find<'s>(snapshot: &'s Snapshot, id: &str) -> Option<&'s AdequacyRecord> {
    let mut rows = snapshot.pack().adequacy.iter();
    rows.find(|row| row.id == id)
}

impl Decision {
    /// Everything about a row on a day.
    pub(super) fn of(
        snapshot: &Snapshot,
        record: &AdequacyRecord,
        day: Day,
        link: &dyn Fn(&str) -> String,
    ) -> Self {
        let rules = &snapshot.law().provisions().adequacy;
        let rule = rules.iter().find(|rule| rule.basis.id == record.id);
        let conditions = rule.map(|rule| rule.conditions.as_slice());
        let conditions = conditions.unwrap_or_default().iter();
        let phases = snapshot.pack().adequacy.iter().filter(|other| {
            other.instrument == record.instrument
                && other.id != record.id
                && other.territory == record.territory
        });
        Self {
            id: record.id.clone(),
            title: record.title.clone(),
            citation: record.citation.clone(),
            url: record.url.clone(),
            covers: covers(snapshot, record),
            regime: words::regime(record.regime),
            days: words::days(record.valid_from, record.valid_to),
            in_force: in_force(record, day),
            conditions: conditions.map(words::condition).collect(),
            ended: ended(record, day),
            phases: phases
                .map(|other| Phase {
                    href: link(&format!("/console/law/{}", other.id)),
                    name: format!(
                        "{}, {}",
                        other.title,
                        words::days(other.valid_from, other.valid_to)
                    ),
                })
                .collect(),
            amended_by: record.amended_by.clone(),
            challenge: record.challenge.clone(),
            confidence: words::confidence(record.confidence),
            amendments: amendments(snapshot, record),
        }
    }
}

fn covers(snapshot: &Snapshot, record: &AdequacyRecord) -> String {
    match (record.territory, &record.organisation) {
        (Some(country), _) => format!("importers in {}", country.name()),
        (None, Some(slug)) => match snapshot.organisation(slug) {
            Some(one) => one.legal_name.clone(),
            None => words::organisation(slug).to_owned(),
        },
        (None, None) => String::new(),
    }
}

/// Whether it applies on a day, in a sentence.
fn in_force(record: &AdequacyRecord, day: Day) -> String {
    let on = words::day(day);
    let (from, to) = (record.valid_from, record.valid_to);
    match to {
        _ if day < from => format!(
            "Not yet in force on {on}: it applies from {}.",
            words::day(from)
        ),
        Some(last) if last < day => {
            let why = record.end_kind.map(|kind| words::because(kind, true));
            let why = why.map_or_else(String::new, |why| format!(", when {why}"));
            format!(
                "No longer in force on {on}: it applied to {}{why}.",
                words::day(last)
            )
        }
        Some(last) => format!(
            "In force on {on}, since {}, to {}.",
            words::day(from),
            words::day(last)
        ),
        None => format!("In force on {on}, since {}.", words::day(from)),
    }
}

fn ended(record: &AdequacyRecord, day: Day) -> Option<Ended> {
    record.end_kind?;
    let over = record.valid_to.is_some_and(|last| last < day);
    let mut said = words::capital(words::ended(record.end_kind, over));
    if let Some(last) = record.valid_to {
        said = format!("{said}; {} is its last day", words::day(last));
    }
    if let Some(by) = &record.ended_by {
        said = format!("{said}: {by}");
    }
    if record.effects_preserved {
        said.push_str(". The court kept its effects to its last day");
    }
    Some(Ended {
        said: format!("{said}."),
        url: record.ending_act_url.clone(),
    })
}

/// What was recorded of a row beside the law pack, and counts.
fn amendments(snapshot: &Snapshot, record: &AdequacyRecord) -> Vec<Amended> {
    let recorded = snapshot.law_amendments().iter();
    recorded
        .filter(|one| !one.withdrawn && one.amendment.row() == record.id)
        .map(|one| Amended {
            what: words::capital(&one.amendment.kind().replace('_', " ")),
            instant: one.recorded_at.to_rfc3339_opts(SecondsFormat::Secs, true),
            on: words::day(day_of(one.recorded_at)),
            source: one.source.clone(),
            note: note_of(&one.amendment).map(str::to_owned),
        })
        .collect()
}

/// What an amendment of a decision says to a reader. What the law pack's own rows note was written for
/// whoever keeps the pack, and is shown to nobody here.
fn note_of(amendment: &Amendment) -> Option<&str> {
    match amendment {
        Amendment::EndAdequacyDecision(end) => end.note.as_deref(),
        Amendment::ChallengeAdequacyDecision(challenge) => challenge.note.as_deref(),
        Amendment::ExtendAdequacyDecision(extend) => extend.note.as_deref(),
        Amendment::AddAdequacyDecision(terms) | Amendment::ReviseAdequacyDecision(terms) => {
            terms.notes.as_deref()
        }
        Amendment::AddMembership(_)
        | Amendment::ReviseMembership(_)
        | Amendment::EndMembership(_) => None,
    }
}

/// What rests on a row, by name; and how many more there are.
pub(super) fn rests(
    snapshot: &Snapshot,
    resting: Option<&Resting<'_>>,
    link: &dyn Fn(&str) -> String,
) -> (Vec<Rests>, usize) {
    let what = resting.into_iter().flat_map(|resting| &resting.what);
    let mut all: Vec<Rests> = what
        .map(|(id, regimes)| {
            let (name, path) = named::relationship(snapshot, id);
            let data: Vec<&str> = regimes
                .iter()
                .map(|one: &Regime| named::data(*one))
                .collect();
            Rests {
                name,
                path: link(&path),
                data: data.join(", "),
            }
        })
        .collect();
    all.sort_by(|one, other| one.name.cmp(&other.name));
    let more = all.len().saturating_sub(MOST_NAMED);
    all.truncate(MOST_NAMED);
    (all, more)
}
