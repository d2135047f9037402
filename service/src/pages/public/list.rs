//! What a group's list shows on a day; page and JSON are both made from it.

use std::collections::BTreeSet;

use chrono::SecondsFormat;
use transfer_decision::{
    span::Day,
    vocabulary::{Activity, Area, DataCategory, Outcome, Place, Regime},
};
use transfer_registry_core::{
    Snapshot,
    publications::{Publication, PublishedEngagement, PublishedOrganisation},
    snapshot::{AsPublished, LoadError},
};

use uuid::Uuid;

use super::{
    bases::{self, RegimeBasis},
    query::Asked,
};

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
    /// What a group has published, on a day: as published, judged by what is recorded.
    ///
    /// # Errors
    /// When what was published makes no sense.
    pub(super) fn of(
        snapshot: &Snapshot,
        publication: &Publication,
        asked: Asked,
        today: Day,
    ) -> Result<Self, LoadError> {
        let as_of = asked.as_of.unwrap_or(today);
        let content = &publication.content;
        let judge = snapshot.as_published(content)?;
        let in_effect = content.engagements.iter();
        let in_effect = in_effect.filter(|(_, one)| one.in_effect_on(as_of));
        // What will be is judged on its first day; looking back, nothing is upcoming.
        let mut upcoming = if as_of >= today {
            content.upcoming(as_of)
        } else {
            Vec::new()
        };
        upcoming.sort_by_key(|(day, id, _)| (*id, *day));
        Ok(Self {
            slug: content.group.slug.clone(),
            name: content.group.name.clone(),
            demo: snapshot.is_demo(),
            notice_note: content.group.notice_note.clone(),
            as_of,
            is_today: as_of == today,
            known_at: asked
                .known_at
                .map(|instant| instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            revision: snapshot.revision(),
            law_pack: snapshot.law().version().to_string(),
            entries: in_effect
                .map(|(id, one)| Entry::of(&judge, *id, one, as_of, one.effective_from))
                .collect(),
            upcoming: upcoming
                .into_iter()
                .map(|(day, id, one)| Entry::of(&judge, id, one, day, day))
                .collect(),
            companies: content.companies.values().map(Company::from).collect(),
        })
    }

    /// What leads back to this list on this day.
    pub(super) fn query(&self) -> String {
        let known_at = self.known_at.as_ref();
        let known_at = known_at.map_or_else(String::new, |instant| format!("&known_at={instant}"));
        format!("as_of={}{known_at}", self.as_of)
    }
}

impl From<&PublishedOrganisation> for Company {
    fn from(organisation: &PublishedOrganisation) -> Self {
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
    /// A published engagement as it is on a day.
    fn of(
        judge: &AsPublished,
        id: Uuid,
        engagement: &PublishedEngagement,
        day: Day,
        since: Day,
    ) -> Self {
        let organisation = &engagement.organisation;
        Self {
            id,
            slug: organisation.slug.clone(),
            legal_name: organisation.legal_name.clone(),
            service: engagement.service.clone(),
            purpose: engagement.purpose.clone(),
            description: engagement.description.clone(),
            data_categories: engagement.data_categories.clone(),
            data_subjects: engagement.data_subjects.clone(),
            locations: engagement
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
            bases: bases::of(judge, engagement, day),
            condition: engagement.condition.clone(),
            note: engagement.note.clone(),
            since,
            until: engagement.ended_on,
            changes: engagement.effective_from < since,
        }
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
