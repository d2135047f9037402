//! What a group's list shows on a day; page and formats are all made from it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use transfer_decision::{
    law::Law,
    span::Day,
    vocabulary::{Activity, DataCategory, MembershipStatus, Place, Regime, Role},
};
use transfer_registry_core::{
    Snapshot,
    publications::{Publication, PublishedEngagement, PublishedOrganisation},
    snapshot::{AsPublished, LoadError},
};
use uuid::Uuid;

use super::{
    bases::{self, RegimeBasis},
    query::{Asked, written},
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
    /// The publication from which it is made.
    pub(super) publication: Published,
    pub(super) entries: Vec<Entry>,
    pub(super) companies: Vec<Company>,
    pub(super) upcoming: Vec<Entry>,
}

/// Which publication a list is made from.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_field_names,
    reason = "the fields are named as those of the publication"
)]
pub(super) struct Published {
    pub(super) number: i64,
    pub(super) published_at: DateTime<Utc>,
    pub(super) content_sha256: String,
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
    /// Where those are established who run one of the locations.
    pub(super) operators: Vec<Option<Place>>,
    pub(super) seat: Option<Place>,
    pub(super) seat_note: Option<String>,
    /// Whether it is, or may be, outside of the EEA and Switzerland.
    pub(super) outside: bool,
    pub(super) bases: Vec<RegimeBasis>,
    pub(super) condition: Option<String>,
    pub(super) note: Option<String>,
    /// The day on which customers were told.
    pub(super) announced_on: Option<Day>,
    /// The last day on which they can object.
    pub(super) objection_until: Option<Day>,
    /// The group's role, where recorded.
    pub(super) exporter_role: Option<Role>,
    /// The subprocessor's role, where recorded.
    pub(super) importer_role: Option<Role>,
    /// The day whose facts and law these are.
    pub(super) on: Day,
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
        asked: &Asked,
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
            known_at: asked.known_at.map(written),
            revision: snapshot.revision(),
            law_pack: snapshot.law().version().to_string(),
            publication: Published {
                number: publication.number,
                published_at: publication.published_at,
                content_sha256: publication.content_sha256.clone(),
            },
            entries: in_effect
                .map(|(id, one)| Entry::of(snapshot, &judge, *id, one, as_of, one.effective_from))
                .collect(),
            upcoming: upcoming
                .into_iter()
                .map(|(day, id, one)| Entry::of(snapshot, &judge, id, one, day, day))
                .collect(),
            companies: content.companies.values().map(Company::from).collect(),
        })
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

impl Entry {
    /// A published engagement as it is on a day.
    pub(super) fn of(
        snapshot: &Snapshot,
        judge: &AsPublished,
        id: Uuid,
        engagement: &PublishedEngagement,
        day: Day,
        since: Day,
    ) -> Self {
        let organisation = &engagement.organisation;
        let on_the_day = engagement.locations.iter();
        let on_the_day = on_the_day.filter(|location| location.in_effect_on(day));
        let locations: Vec<_> = on_the_day
            .clone()
            .map(|location| Location {
                place: location.place,
                activity: location.activity,
            })
            .collect();
        let places = locations.iter().map(|location| location.place);
        let operators = on_the_day.filter_map(|location| location.operated_by.as_ref());
        let operators: Vec<_> = operators.map(|operator| operator.seat).collect();
        Self {
            id,
            slug: organisation.slug.clone(),
            legal_name: organisation.legal_name.clone(),
            service: engagement.service.clone(),
            purpose: engagement.purpose.clone(),
            description: engagement.description.clone(),
            data_categories: engagement.data_categories.clone(),
            data_subjects: engagement.data_subjects.clone(),
            outside: places
                .chain(operators.iter().copied())
                .chain([organisation.seat])
                .any(|place| is_outside(snapshot.law(), place, day)),
            locations,
            operators,
            seat: organisation.seat,
            seat_note: organisation.seat_note.clone(),
            bases: bases::of(snapshot, judge, engagement, day),
            condition: engagement.condition.clone(),
            note: engagement.note.clone(),
            announced_on: engagement.announced_on,
            objection_until: engagement.objection_until,
            exporter_role: engagement.exporter_role,
            importer_role: engagement.importer_role,
            on: day,
            since,
            until: engagement.ended_on,
            changes: engagement.effective_from < since,
        }
    }
}

/// Whether a place is, or may be, outside of the EEA and Switzerland on a day.
fn is_outside(law: &Law, place: Option<Place>, day: Day) -> bool {
    let inside = |country, regime| {
        let row = law.membership_on(regime, country, day);
        row.is_some_and(|row| row.status == MembershipStatus::Inside)
    };
    match place {
        Some(Place::Area(_)) => false,
        Some(Place::Country(country)) => {
            !inside(country, Regime::Eu) && !inside(country, Regime::Ch)
        }
        None => true,
    }
}
