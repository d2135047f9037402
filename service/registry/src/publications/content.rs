//! What a group publishes: a copy of its public facts that nothing recorded later changes.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use transfer_decision::{
    span::Day,
    vocabulary::{Activity, DataCategory, OrganisationKind, Place, Role},
};
use uuid::Uuid;

use crate::{
    Snapshot,
    groups::Group,
    locations::Location,
    organisations::Organisation,
    subprocessors::{Subprocessor, SubprocessorStatus},
};

/// The form in which a content is written. What was written in an earlier one stays readable.
const FORMAT: u32 = 1;

/// Everything that one publication says, by id: equal contents are written alike to the byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    format: u32,
    /// Who publishes.
    pub group: PublishedGroup,
    /// The group's companies that may stand on a public list.
    pub companies: BTreeMap<Uuid, PublishedOrganisation>,
    /// The engagements that customers were told of, and those that have ended. Those that did not
    /// change since another publication are shared with it.
    #[serde(with = "shared")]
    pub engagements: BTreeMap<Uuid, Arc<PublishedEngagement>>,
}

/// A group, as published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedGroup {
    /// Its stable short name.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What a reader must know of its notice.
    pub notice_note: Option<String>,
    /// How many days ahead its customers are told of a change.
    pub notice_days: Option<i32>,
    /// How many days they have to object.
    pub objection_days: Option<i32>,
}

/// An organisation, as published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedOrganisation {
    /// Its stable short name.
    pub slug: String,
    /// Its legal name.
    pub legal_name: String,
    /// Where it is established; `None`: recorded as unknown.
    pub seat: Option<Place>,
    /// What is assumed or noted about the seat.
    pub seat_note: Option<String>,
    /// Its registration number.
    pub registration: Option<String>,
    /// Its representative in the EU, Switzerland or the United Kingdom.
    pub representative: Option<String>,
}

/// An engagement, as published. Days inclusive. Its stage follows from them: nothing is published
/// before it is announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedEngagement {
    /// Who is engaged.
    pub organisation: PublishedOrganisation,
    /// What for.
    pub service: String,
    /// The purpose's code.
    pub purpose: Option<String>,
    /// More about it, in words.
    pub description: Option<String>,
    /// The data categories; `None`: nobody recorded any.
    pub data_categories: Option<BTreeSet<DataCategory>>,
    /// Whose data, in words.
    pub data_subjects: Option<String>,
    /// Where it touches the data; empty: nobody recorded it.
    pub locations: Vec<PublishedLocation>,
    /// When it applies at all ("only if …").
    pub condition: Option<String>,
    /// What else a reader must know.
    pub note: Option<String>,
    /// The group's role, where recorded.
    pub exporter_role: Option<Role>,
    /// The subprocessor's role, where recorded.
    pub importer_role: Option<Role>,
    /// The day on which the customers were told.
    pub announced_on: Option<Day>,
    /// The last day on which they can object.
    pub objection_until: Option<Day>,
    /// The first day in effect.
    pub effective_from: Day,
    /// The last day in effect.
    pub ended_on: Option<Day>,
}

/// A location, as published. Days inclusive, and within those of the engagement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedLocation {
    /// A country or area; `None`: recorded as unknown.
    pub place: Option<Place>,
    /// What happens there.
    pub activity: Activity,
    /// Another legal entity that runs the location.
    pub operated_by: Option<PublishedOperator>,
    /// The first day; `None`: the first of the engagement.
    pub from: Option<Day>,
    /// The last day; `None`: the last of the engagement.
    pub until: Option<Day>,
}

/// Who runs a location, as published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedOperator {
    /// Its stable short name, by which it is judged. A page names it only by its legal name.
    pub slug: String,
    /// Its legal name; `None`: it may not stand on a public list, and no page names it.
    pub legal_name: Option<String>,
    /// Where it is established; `None`: recorded as unknown.
    pub seat: Option<Place>,
}

/// Why a content cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UnreadableContent {
    /// It is of a form that this program does not know.
    #[error("its content is of the form {0}, which this program does not know")]
    Form(u64),
    /// It is not what its form promises.
    #[error("its content cannot be read: {0}")]
    Text(#[from] serde_json::Error),
}

impl Content {
    /// What a group would publish now: what its customers were told, of organisations that may
    /// stand on a public list. A proposal is nobody's business but the group's own.
    #[must_use]
    pub fn of(snapshot: &Snapshot, group: &Group) -> Self {
        let companies = snapshot.organisations().iter().filter(|one| {
            one.kind == OrganisationKind::GroupCompany
                && one.group.as_deref() == Some(&group.slug)
                && one.on_public_list
        });
        let engagements = snapshot.subprocessors().iter();
        let engagements = engagements.filter(|one| one.group == group.slug);
        Self {
            format: FORMAT,
            group: PublishedGroup::of(group),
            companies: companies
                .map(|one| (one.id, PublishedOrganisation::of(one)))
                .collect(),
            engagements: engagements
                .filter_map(|one| Some((one.id, Arc::new(engagement(snapshot, one)?))))
                .collect(),
        }
    }

    /// Reads what was written, in whichever form it was.
    pub(crate) fn read(text: &str) -> Result<Self, UnreadableContent> {
        /// The one field that every form has.
        #[derive(Deserialize)]
        struct Written {
            format: u64,
        }
        let Written { format } = serde_json::from_str(text)?;
        if format == u64::from(FORMAT) {
            Ok(serde_json::from_str(text)?)
        } else {
            Err(UnreadableContent::Form(format))
        }
    }

    /// The text in which it is kept.
    pub(crate) fn text(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// SHA-256 over the text in which it is kept, in hex.
    #[must_use]
    pub fn sha256(&self) -> String {
        // Keys are ids and values plain, so it always has a text.
        sha256(&self.text().unwrap_or_default())
    }

    /// What of it is in effect on a day: the engagements that are, with the locations that are.
    #[must_use]
    pub fn on(&self, day: Day) -> Self {
        let Self {
            format,
            group,
            companies,
            engagements,
        } = self;
        let engagements = engagements
            .iter()
            .filter(|(_, engagement)| engagement.in_effect_on(day))
            .map(|(id, engagement)| (*id, Arc::new(engagement.on(day))))
            .collect();
        Self {
            format: *format,
            group: group.clone(),
            companies: companies.clone(),
            engagements,
        }
    }

    /// What is to come after a day, by day: engagements that take effect or reach another place.
    #[must_use]
    pub fn upcoming(&self, after: Day) -> Vec<(Day, Uuid, &Arc<PublishedEngagement>)> {
        let mut upcoming: Vec<_> = self
            .engagements
            .iter()
            .flat_map(|(id, one)| {
                let days = one.days_after(after).into_iter();
                days.map(move |day| (day, *id, one))
            })
            .collect();
        upcoming.sort_by_key(|(day, id, _)| (*day, *id));
        upcoming
    }

    /// Holds equal engagements once for several contents.
    pub(crate) fn share_with(&mut self, before: &Self) {
        for (id, engagement) in &mut self.engagements {
            if let Some(same) = before.engagements.get(id)
                && same == engagement
            {
                *engagement = Arc::clone(same);
            }
        }
    }
}

impl PublishedGroup {
    fn of(group: &Group) -> Self {
        Self {
            slug: group.slug.clone(),
            name: group.name.clone(),
            notice_note: group.notice_note.clone(),
            notice_days: group.notice_days,
            objection_days: group.objection_days,
        }
    }
}

impl PublishedOrganisation {
    fn of(organisation: &Organisation) -> Self {
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

impl PublishedEngagement {
    /// Whether it is in effect on a day.
    #[must_use]
    pub fn in_effect_on(&self, day: Day) -> bool {
        self.effective_from <= day && self.ended_on.is_none_or(|last| day <= last)
    }

    /// In which stage it is on a day.
    #[must_use]
    pub fn stage_on(&self, day: Day) -> SubprocessorStatus {
        if self.ended_on.is_some_and(|last| last < day) {
            SubprocessorStatus::Ended
        } else if day < self.effective_from {
            SubprocessorStatus::Announced
        } else {
            SubprocessorStatus::Active
        }
    }

    /// It with the locations of a day.
    #[must_use]
    pub fn on(&self, day: Day) -> Self {
        let mut of_the_day = self.clone();
        of_the_day.locations.retain(|at| at.in_effect_on(day));
        of_the_day
    }

    /// The days after a day on which it takes effect, or reaches another place.
    #[must_use]
    pub fn days_after(&self, after: Day) -> BTreeSet<Day> {
        let places = self.locations.iter().filter_map(|at| at.from);
        let days = places.chain([self.effective_from]);
        let runs = |day: &Day| self.ended_on.is_none_or(|last| *day <= last);
        days.filter(|day| after < *day && runs(day)).collect()
    }
}

impl PublishedLocation {
    /// Whether it is in effect on a day of its engagement.
    #[must_use]
    pub fn in_effect_on(&self, day: Day) -> bool {
        self.from.is_none_or(|first| first <= day) && self.until.is_none_or(|last| day <= last)
    }
}

/// An engagement as it would be published; `None`: it would not be.
fn engagement(snapshot: &Snapshot, view: &Subprocessor) -> Option<PublishedEngagement> {
    match view.status {
        SubprocessorStatus::Proposed => return None,
        SubprocessorStatus::Announced | SubprocessorStatus::Active | SubprocessorStatus::Ended => {}
    }
    let organisation = snapshot.organisation(&view.organisation)?;
    organisation.on_public_list.then(|| PublishedEngagement {
        organisation: PublishedOrganisation::of(organisation),
        service: view.service.clone(),
        purpose: view.purpose.clone(),
        description: view.description.clone(),
        data_categories: view.data_categories.clone(),
        data_subjects: view.data_subjects.clone(),
        locations: view
            .locations
            .iter()
            .map(|at| location(snapshot, at))
            .collect(),
        condition: view.condition.clone(),
        note: view.note.clone(),
        exporter_role: view.exporter_role,
        importer_role: view.importer_role,
        announced_on: view.announced_on,
        objection_until: view.objection_until,
        effective_from: view.effective_from,
        ended_on: view.ended_on,
    })
}

fn location(snapshot: &Snapshot, view: &Location) -> PublishedLocation {
    let operator = view.operated_by.as_ref().map(|slug| {
        let found = snapshot.organisation(slug);
        let named = found.filter(|one| one.on_public_list);
        PublishedOperator {
            slug: slug.clone(),
            legal_name: named.map(|one| one.legal_name.clone()),
            seat: found.and_then(|one| one.seat),
        }
    });
    PublishedLocation {
        place: view.place,
        activity: view.activity,
        operated_by: operator,
        from: view.from,
        until: view.until,
    }
}

/// SHA-256 over a text, in hex.
pub(crate) fn sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// A map of shared values, written as if each was there alone.
mod shared {
    use std::{collections::BTreeMap, sync::Arc};

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<K: Serialize, V: Serialize, S: Serializer>(
        map: &BTreeMap<K, Arc<V>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_map(map.iter().map(|(key, value)| (key, value.as_ref())))
    }

    pub(super) fn deserialize<'de, K, V, D>(
        deserializer: D,
    ) -> Result<BTreeMap<K, Arc<V>>, D::Error>
    where
        K: Deserialize<'de> + Ord,
        V: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        let map = BTreeMap::<K, V>::deserialize(deserializer)?;
        let shared = map.into_iter();
        Ok(shared.map(|(key, value)| (key, Arc::new(value))).collect())
    }
}
