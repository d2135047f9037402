//! Which participants an organisation may be, or be covered by.

use std::collections::{BTreeSet, HashMap};

use transfer_decision::vocabulary::{OrganisationKind, Place};

use super::{
    FRAMEWORKS, Known, Match, ParticipantList,
    list::Participant,
    names::{Name, Nearness},
};

/// No more than these are proposed for one organisation.
const MOST: usize = 5;

/// Which name of a participant matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Legal,
    Display,
    Covered,
}

/// A name that stands on the list.
struct Listed<'list> {
    name: Name,
    text: &'list str,
    part: Part,
    entry: &'list Participant,
}

/// A participant that an organisation may be.
pub(super) struct Candidate<'list> {
    /// The participant.
    pub(super) entry: &'list Participant,
    /// Why.
    pub(super) found: Match,
    /// Whether it is one of the participant's covered entities that matches.
    pub(super) covered: bool,
}

/// The names of a list, to be searched.
pub(super) struct Index<'list> {
    names: Vec<Listed<'list>>,
    equal: HashMap<String, Vec<usize>>,
    /// By first letter and length: where a slip of the pen can be.
    near: HashMap<(char, usize), Vec<usize>>,
}

impl<'list> Index<'list> {
    /// The names of every participant of a list.
    pub(super) fn of(list: &'list ParticipantList) -> Self {
        let mut index = Self {
            names: Vec::new(),
            equal: HashMap::new(),
            near: HashMap::new(),
        };
        for entry in list.entries.iter().filter(|e| !e.frameworks.is_empty()) {
            index.add(entry, &entry.legal_name, Part::Legal);
            index.add(entry, &entry.display_name, Part::Display);
            for covered in &entry.covered_entities {
                index.add(entry, covered, Part::Covered);
            }
        }
        index
    }

    fn add(&mut self, entry: &'list Participant, text: &'list str, part: Part) {
        for name in Name::all(text) {
            let at = self.names.len();
            self.equal.entry(name.run.clone()).or_default().push(at);
            if let Some(first) = name.run.chars().next() {
                let length = name.run.chars().count();
                self.near.entry((first, length)).or_default().push(at);
            }
            self.names.push(Listed {
                name,
                text,
                part,
                entry,
            });
        }
    }

    /// The participants that a name may belong to, the likeliest first.
    pub(super) fn candidates(&self, legal_name: &str) -> Vec<Candidate<'list>> {
        let mut best: HashMap<&str, (Nearness, &Listed<'list>)> = HashMap::new();
        for wanted in Name::all(legal_name) {
            for at in self.places(&wanted) {
                let Some(listed) = self.names.get(at) else {
                    continue;
                };
                let Some(nearness) = wanted.nearness(&listed.name) else {
                    continue;
                };
                let better = best
                    .get(listed.entry.id.as_str())
                    .is_none_or(|(n, l)| score(*n, l.part) < score(nearness, listed.part));
                if better {
                    best.insert(&listed.entry.id, (nearness, listed));
                }
            }
        }
        let mut found: Vec<_> = best.into_values().collect();
        // A name that stands there makes one that is merely near, or of another form, unlikely.
        if found.iter().any(|(n, _)| *n >= Nearness::FormUnsaid) {
            found.retain(|(n, _)| *n >= Nearness::FormUnsaid);
        }
        found.sort_by(|(n, a), (m, b)| {
            let rank = |n: Nearness, l: &Listed<'_>| (score(n, l.part), l.entry.is_active());
            rank(*m, b)
                .cmp(&rank(*n, a))
                .then_with(|| a.entry.id.cmp(&b.entry.id))
        });
        found.truncate(MOST);
        found
            .into_iter()
            .map(|(nearness, listed)| Candidate {
                entry: listed.entry,
                found: Match {
                    score: score(nearness, listed.part),
                    name: listed.text.to_owned(),
                    why: why(nearness, listed.part),
                },
                covered: listed.part == Part::Covered,
            })
            .collect()
    }

    /// Where names are that can be equal or near.
    fn places(&self, wanted: &Name) -> BTreeSet<usize> {
        let mut places = BTreeSet::new();
        places.extend(self.equal.get(&wanted.run).into_iter().flatten());
        let length = wanted.run.chars().count();
        if let Some(first) = wanted.run.chars().next() {
            for length in length.saturating_sub(2)..=length + 2 {
                places.extend(self.near.get(&(first, length)).into_iter().flatten());
            }
        }
        places
    }
}

const fn score(nearness: Nearness, part: Part) -> u8 {
    let name = match nearness {
        Nearness::Equal => 100,
        Nearness::FormUnsaid => 95,
        Nearness::OtherForm => 75,
        Nearness::NearlyEqual => 70,
    };
    name - match part {
        Part::Legal => 0,
        Part::Display => 2,
        Part::Covered => 4,
    }
}

fn why(nearness: Nearness, part: Part) -> String {
    let part = match part {
        Part::Legal => "legal name",
        Part::Display => "public display name",
        Part::Covered => "name of a covered entity",
    };
    match nearness {
        Nearness::Equal => format!("the {part} is equal"),
        Nearness::FormUnsaid => {
            format!("the {part} is equal, but only one of the two says a legal form")
        }
        Nearness::OtherForm => {
            format!("the {part} is equal but for the legal form: it may be another entity")
        }
        Nearness::NearlyEqual => format!("the {part} is nearly equal: it may be misspelt"),
    }
}

/// Whether a match is looked for where no participant is confirmed: for an organisation in the United
/// States, or with a certification recorded or wanted.
pub(super) fn is_sought(known: &Known) -> bool {
    let in_us = |seat: Place| matches!(seat, Place::Country(country) if country.code() == "US");
    known.kind != OrganisationKind::InternationalOrganisation
        && (known.seat.is_some_and(in_us)
            || known.certification_wanted
            || known
                .certifications
                .iter()
                .any(|held| FRAMEWORKS.contains(&held.framework)))
}

/// The participants whose particulars are needed: those confirmed, and those that would be proposed.
#[must_use]
pub fn wanted(list: &ParticipantList, organisations: &[Known]) -> BTreeSet<String> {
    let index = Index::of(list);
    let mut wanted = BTreeSet::new();
    for known in organisations {
        match &known.participant {
            Some(id) => wanted.extend(list.participant(id).map(|entry| entry.id.clone())),
            None if is_sought(known) => wanted.extend(
                index
                    .candidates(&known.legal_name)
                    .into_iter()
                    .map(|candidate| candidate.entry.id.clone()),
            ),
            None => {}
        }
    }
    wanted
}

/// Whether a participant bears a name, or covers an entity of that name.
pub(super) fn answers_to(entry: &Participant, name: &str) -> bool {
    let wanted = Name::all(name);
    let own = [&entry.legal_name, &entry.display_name];
    own.into_iter()
        .chain(&entry.covered_entities)
        .flat_map(|text| Name::all(text))
        .any(|listed| {
            wanted.iter().any(|name| {
                name.nearness(&listed)
                    .is_some_and(|n| n >= Nearness::FormUnsaid)
            })
        })
}
