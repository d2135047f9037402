//! What a group's list shows on a day; page and JSON are both made from it.

use std::collections::BTreeSet;

use chrono::SecondsFormat;
use transfer_decision::{
    span::Day,
    vocabulary::{Activity, Area, DataCategory, OrganisationKind, Outcome, Place, Regime},
};
use transfer_registry_core::{
    Snapshot,
    groups::Group,
    organisations::Organisation,
    subprocessors::{Subprocessor, SubprocessorStatus},
};

use uuid::Uuid;

use super::{
    bases::{self, RegimeBasis},
    query::Asked,
};
use crate::days::engaged_on;

/// A group's list on a day.
#[derive(Debug)]
pub(super) struct List {
    pub(super) slug: String,
    pub(super) name: String,
    /// Whether the register is the demo's, and the list therefore nobody's own.
    pub(super) demo: bool,
    pub(super) notice_note: Option<String>,
    pub(super) as_of: Day,
    pub(super) is_today: bool,
    /// The instant at which what is listed was known, where one was asked for.
    pub(super) known_at: Option<String>,
    pub(super) revision: u64,
    pub(super) law_pack: String,
    pub(super) entries: Vec<Entry>,
    pub(super) companies: Vec<Company>,
    pub(super) upcoming: Vec<Entry>,
}

/// A company of the group.
#[derive(Debug)]
pub(super) struct Company {
    pub(super) slug: String,
    pub(super) legal_name: String,
    pub(super) seat: Option<Place>,
    pub(super) seat_note: Option<String>,
    pub(super) registration: Option<String>,
    pub(super) representative: Option<String>,
}

/// A subprocessor on the list.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) id: Uuid,
    pub(super) slug: String,
    pub(super) legal_name: String,
    pub(super) service: String,
    pub(super) purpose: Option<String>,
    pub(super) description: Option<String>,
    pub(super) data_categories: Option<BTreeSet<DataCategory>>,
    pub(super) data_subjects: Option<String>,
    pub(super) locations: Vec<Location>,
    pub(super) seat: Option<Place>,
    pub(super) seat_note: Option<String>,
    pub(super) bases: Vec<RegimeBasis>,
    pub(super) condition: Option<String>,
    pub(super) note: Option<String>,
    /// The first day; of one that reaches another place later, that day.
    pub(super) since: Day,
    pub(super) until: Option<Day>,
    /// It is in effect before, and reaches another place from this day on.
    pub(super) changes: bool,
}

/// Where a subprocessor touches the data.
#[derive(Debug)]
pub(super) struct Location {
    pub(super) place: Option<Place>,
    pub(super) activity: Activity,
}

impl List {
    /// The list of a group on a day. Whoever may not stand on a public list is not on it.
    pub(super) fn of(snapshot: &Snapshot, group: &Group, asked: Asked, today: Day) -> Self {
        let as_of = asked.as_of.unwrap_or(today);
        let companies: Vec<&Organisation> = snapshot
            .organisations()
            .iter()
            .filter(|organisation| {
                organisation.kind == OrganisationKind::GroupCompany
                    && organisation.group.as_deref() == Some(&group.slug)
            })
            .collect();
        // Each engagement as it is on each of the days that are given, and since which day.
        let entries = |shown: &dyn Fn(&Subprocessor) -> Vec<(Day, Day)>| {
            let engagements = snapshot.subprocessors().iter();
            let mut entries = Vec::new();
            for subprocessor in engagements.filter(|one| one.group == group.slug) {
                let days = shown(subprocessor).into_iter();
                entries.extend(days.filter_map(|(day, since)| {
                    Entry::of(snapshot, &companies, subprocessor, day, since)
                }));
            }
            entries
        };
        Self {
            slug: group.slug.clone(),
            name: group.name.clone(),
            demo: snapshot.is_demo(),
            notice_note: group.notice_note.clone(),
            as_of,
            is_today: as_of == today,
            known_at: asked
                .known_at
                .map(|instant| instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            revision: snapshot.revision(),
            law_pack: snapshot.law().version().to_string(),
            entries: entries(&|subprocessor| {
                let in_effect = engaged_on(subprocessor, as_of);
                let shown = in_effect.then_some((as_of, subprocessor.effective_from));
                shown.into_iter().collect()
            }),
            // What will be is judged on its first day; looking back, nothing is upcoming.
            upcoming: if as_of >= today {
                entries(&|subprocessor| upcoming(subprocessor, as_of))
            } else {
                Vec::new()
            },
            companies: companies
                .iter()
                .filter(|company| company.on_public_list)
                .map(|company| Company::from(*company))
                .collect(),
        }
    }

    /// What leads back to this list on this day.
    pub(super) fn query(&self) -> String {
        let known_at = self.known_at.as_ref();
        let known_at = known_at.map_or_else(String::new, |instant| format!("&known_at={instant}"));
        format!("as_of={}{known_at}", self.as_of)
    }
}

/// The days to come on which an engagement takes effect, or reaches another place.
fn upcoming(subprocessor: &Subprocessor, as_of: Day) -> Vec<(Day, Day)> {
    let public = match subprocessor.status {
        SubprocessorStatus::Announced | SubprocessorStatus::Active => true,
        SubprocessorStatus::Proposed | SubprocessorStatus::Ended => false,
    };
    let places = subprocessor.locations.iter().filter_map(|one| one.from);
    let days = places.chain([subprocessor.effective_from]);
    let days: BTreeSet<Day> = days.filter(|day| public && *day > as_of).collect();
    days.into_iter().map(|day| (day, day)).collect()
}

impl From<&Organisation> for Company {
    fn from(organisation: &Organisation) -> Self {
        Self {
            slug: organisation.slug.clone(),
            legal_name: organisation.legal_name.clone(),
            seat: organisation.seat,
            seat_note: organisation.seat_note.clone(),
            registration: organisation.registration.clone(),
            representative: organisation.representative.clone(),
        }
    }
}

impl Company {
    /// Where it is established, in words.
    pub(super) fn seat(&self) -> &'static str {
        place_name(self.seat)
    }
}

impl Entry {
    /// An engagement as it is on a day.
    fn of(
        snapshot: &Snapshot,
        companies: &[&Organisation],
        subprocessor: &Subprocessor,
        day: Day,
        since: Day,
    ) -> Option<Self> {
        let organisation = snapshot.organisation(&subprocessor.organisation)?;
        organisation.on_public_list.then(|| Self {
            id: subprocessor.id,
            slug: organisation.slug.clone(),
            legal_name: organisation.legal_name.clone(),
            service: subprocessor.service.clone(),
            purpose: subprocessor.purpose.clone(),
            description: subprocessor.description.clone(),
            data_categories: subprocessor.data_categories.clone(),
            data_subjects: subprocessor.data_subjects.clone(),
            locations: subprocessor
                .locations
                .iter()
                .filter(|location| location.in_effect_on(day))
                .map(|location| Location {
                    place: location.place,
                    activity: location.activity,
                })
                .collect(),
            seat: organisation.seat,
            seat_note: organisation.seat_note.clone(),
            bases: bases::of(snapshot, companies, subprocessor, day),
            condition: subprocessor.condition.clone(),
            note: subprocessor.note.clone(),
            since,
            until: subprocessor.ended_on,
            changes: subprocessor.effective_from < since,
        })
    }

    /// What it is for, in words.
    pub(super) fn purpose(&self) -> Option<String> {
        self.description
            .clone()
            .or_else(|| self.purpose.as_ref().map(|code| code.replace('_', " ")))
    }

    /// The data concerned, in words.
    pub(super) fn data(&self) -> Option<String> {
        let categories = self.data_categories.as_ref()?;
        let words: Vec<_> = categories.iter().map(|category| category.code()).collect();
        Some(words.join(", "))
    }

    /// Where it is established, in words.
    pub(super) fn seat(&self) -> &'static str {
        place_name(self.seat)
    }
}

impl Location {
    /// The place in words.
    pub(super) fn place(&self) -> &'static str {
        place_name(self.place)
    }

    /// What happens there, in words.
    pub(super) fn activity(&self) -> &'static str {
        match self.activity {
            Activity::Seat => "seat",
            Activity::Storage => "storage",
            Activity::Processing => "processing",
            Activity::RemoteAccess => "remote access",
        }
    }
}

impl RegimeBasis {
    /// Whose data it is about, in words.
    pub(super) fn data(&self) -> &'static str {
        match self.regime {
            Regime::Eu => "EU data",
            Regime::Ch => "Swiss data",
            Regime::Uk => "UK data",
        }
    }

    /// What kind of basis is recorded, in words.
    pub(super) fn kind(&self) -> &'static str {
        match self.outcome {
            Outcome::NotRestricted => "no restricted transfer",
            Outcome::Adequacy => "adequacy decision",
            Outcome::Safeguard => "safeguard",
            Outcome::Derogation => "derogation",
            Outcome::Denied => "none recorded",
        }
    }
}

fn place_name(place: Option<Place>) -> &'static str {
    match place {
        Some(Place::Country(country)) => country.name(),
        Some(Place::Area(Area::Eea)) => "European Economic Area",
        Some(Place::Area(Area::Eu)) => "European Union",
        None => "not known",
    }
}
