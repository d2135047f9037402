//! What differs between two contents, field by field: typed, so that a page puts it into its words.

use std::collections::{BTreeMap, BTreeSet};

use transfer_decision::{
    span::Day,
    vocabulary::{DataCategory, Place, Role},
};
pub use transfer_registry_entity::vocabulary::{PublicationChange, PublishedField};
use uuid::Uuid;

use super::content::{
    Content, PublishedEngagement, PublishedGroup, PublishedLocation, PublishedOrganisation,
};

/// What differs between two contents; of a first publication everything was added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// What differs of the group itself.
    pub group: Vec<FieldChange>,
    /// The companies that differ, by id.
    pub companies: Vec<Differing>,
    /// The engagements that differ, by id.
    pub engagements: Vec<Differing>,
}

/// A company or an engagement that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differing {
    /// Its id.
    pub id: Uuid,
    /// The organisation's slug.
    pub slug: String,
    /// The organisation's legal name: after the change, or, of what was removed, before it.
    pub legal_name: String,
    /// What an engagement is for, in the same way; `None`: it is a company.
    pub service: Option<String>,
    /// What happened to it.
    pub change: Change,
}

/// What happened to something between two contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is there only after.
    Added,
    /// It is there only before.
    Removed,
    /// It is in both, and these fields differ, in the order of the vocabulary.
    Altered(Vec<FieldChange>),
}

impl Change {
    /// What it is, without the fields.
    #[must_use]
    pub const fn kind(&self) -> PublicationChange {
        match self {
            Self::Added => PublicationChange::Added,
            Self::Removed => PublicationChange::Removed,
            Self::Altered(_) => PublicationChange::Altered,
        }
    }
}

/// A field that differs. `None`: nothing is recorded, or, of a seat, it is recorded as unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Which.
    pub field: PublishedField,
    /// What it was.
    pub before: Option<FieldValue>,
    /// What it is.
    pub after: Option<FieldValue>,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue {
    /// Words, as somebody wrote them; of the purpose its code.
    Text(String),
    /// A day.
    Day(Day),
    /// How many days.
    Days(i32),
    /// A country or area.
    Place(Place),
    /// Data categories.
    Categories(BTreeSet<DataCategory>),
    /// Locations; those of both are in both.
    Locations(Vec<PublishedLocation>),
    /// A role.
    Role(Role),
}

impl Difference {
    /// What differs between two contents; `None`: nothing was published before.
    #[must_use]
    pub fn between(before: Option<&Content>, after: &Content) -> Self {
        let nothing = BTreeMap::new();
        let none = BTreeMap::new();
        Self {
            group: before.map_or_else(Vec::new, |before| group(&before.group, &after.group)),
            companies: items(
                before.map_or(&nothing, |before| &before.companies),
                &after.companies,
                |one| (one, None),
                |before, after| {
                    let mut fields = Fields::default();
                    fields.organisation(before, after);
                    fields.0
                },
            ),
            engagements: items(
                before.map_or(&none, |before| &before.engagements),
                &after.engagements,
                |one| (&one.organisation, Some(&one.service)),
                |before, after| engagement(before, after),
            ),
        }
    }

    /// Whether nothing differs.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.group.is_empty() && self.companies.is_empty() && self.engagements.is_empty()
    }
}

/// The items that differ.
fn items<T: PartialEq>(
    before: &BTreeMap<Uuid, T>,
    after: &BTreeMap<Uuid, T>,
    named: impl Fn(&T) -> (&PublishedOrganisation, Option<&String>),
    altered: impl Fn(&T, &T) -> Vec<FieldChange>,
) -> Vec<Differing> {
    let ids: BTreeSet<&Uuid> = before.keys().chain(after.keys()).collect();
    ids.into_iter()
        .filter_map(|id| {
            let (shown, change) = match (before.get(id), after.get(id)) {
                (Some(before), Some(after)) if before == after => return None,
                (Some(before), Some(after)) => (after, Change::Altered(altered(before, after))),
                (None, Some(after)) => (after, Change::Added),
                (Some(before), None) => (before, Change::Removed),
                (None, None) => return None,
            };
            let (organisation, service) = named(shown);
            Some(Differing {
                id: *id,
                slug: organisation.slug.clone(),
                legal_name: organisation.legal_name.clone(),
                service: service.cloned(),
                change,
            })
        })
        .collect()
}

/// Collects the fields that differ.
#[derive(Default)]
struct Fields(Vec<FieldChange>);

impl Fields {
    fn add<T: PartialEq>(
        &mut self,
        field: PublishedField,
        before: &T,
        after: &T,
        value: impl Fn(&T) -> Option<FieldValue>,
    ) {
        if before != after {
            self.0.push(FieldChange {
                field,
                before: value(before),
                after: value(after),
            });
        }
    }

    fn line(&mut self, field: PublishedField, before: &String, after: &String) {
        self.add(field, before, after, |text| {
            Some(FieldValue::Text(text.clone()))
        });
    }

    fn text(&mut self, field: PublishedField, before: Option<&String>, after: Option<&String>) {
        self.add(field, &before, &after, |text| {
            text.cloned().map(FieldValue::Text)
        });
    }

    fn count(&mut self, field: PublishedField, before: Option<i32>, after: Option<i32>) {
        self.add(field, &before, &after, |days| days.map(FieldValue::Days));
    }

    fn day(&mut self, field: PublishedField, before: Option<Day>, after: Option<Day>) {
        self.add(field, &before, &after, |day| day.map(FieldValue::Day));
    }

    fn role(&mut self, field: PublishedField, before: Option<Role>, after: Option<Role>) {
        self.add(field, &before, &after, |role| role.map(FieldValue::Role));
    }

    fn organisation(&mut self, before: &PublishedOrganisation, after: &PublishedOrganisation) {
        let PublishedOrganisation {
            slug: _,
            legal_name,
            seat,
            seat_note,
            registration,
            representative,
        } = before;
        self.line(PublishedField::Name, legal_name, &after.legal_name);
        self.add(PublishedField::Seat, seat, &after.seat, |seat| {
            seat.map(FieldValue::Place)
        });
        self.text(
            PublishedField::SeatNote,
            seat_note.as_ref(),
            after.seat_note.as_ref(),
        );
        self.text(
            PublishedField::Registration,
            registration.as_ref(),
            after.registration.as_ref(),
        );
        self.text(
            PublishedField::Representative,
            representative.as_ref(),
            after.representative.as_ref(),
        );
    }
}

fn group(before: &PublishedGroup, after: &PublishedGroup) -> Vec<FieldChange> {
    let PublishedGroup {
        slug: _,
        name,
        notice_note,
        notice_days,
        objection_days,
    } = before;
    let mut fields = Fields::default();
    fields.line(PublishedField::Name, name, &after.name);
    fields.text(
        PublishedField::NoticeNote,
        notice_note.as_ref(),
        after.notice_note.as_ref(),
    );
    fields.count(PublishedField::NoticeDays, *notice_days, after.notice_days);
    fields.count(
        PublishedField::ObjectionDays,
        *objection_days,
        after.objection_days,
    );
    fields.0
}

fn engagement(before: &PublishedEngagement, after: &PublishedEngagement) -> Vec<FieldChange> {
    use PublishedField as Field;
    let PublishedEngagement {
        organisation,
        service,
        purpose,
        description,
        data_categories,
        data_subjects,
        locations,
        condition,
        note,
        exporter_role,
        importer_role,
        announced_on,
        objection_until,
        effective_from,
        ended_on,
    } = before;
    let mut fields = Fields::default();
    fields.organisation(organisation, &after.organisation);
    fields.line(Field::Service, service, &after.service);
    fields.text(Field::Purpose, purpose.as_ref(), after.purpose.as_ref());
    fields.text(
        Field::Description,
        description.as_ref(),
        after.description.as_ref(),
    );
    fields.add(
        Field::DataCategories,
        data_categories,
        &after.data_categories,
        |categories| categories.clone().map(FieldValue::Categories),
    );
    fields.text(
        Field::DataSubjects,
        data_subjects.as_ref(),
        after.data_subjects.as_ref(),
    );
    fields.add(Field::Locations, locations, &after.locations, |at| {
        (!at.is_empty()).then(|| FieldValue::Locations(at.clone()))
    });
    fields.text(
        Field::Condition,
        condition.as_ref(),
        after.condition.as_ref(),
    );
    fields.text(Field::Note, note.as_ref(), after.note.as_ref());
    fields.role(Field::ExporterRole, *exporter_role, after.exporter_role);
    fields.role(Field::ImporterRole, *importer_role, after.importer_role);
    fields.day(Field::AnnouncedOn, *announced_on, after.announced_on);
    fields.day(
        Field::ObjectionUntil,
        *objection_until,
        after.objection_until,
    );
    fields.day(
        Field::EffectiveFrom,
        Some(*effective_from),
        Some(after.effective_from),
    );
    fields.day(Field::EndedOn, *ended_on, after.ended_on);
    fields.0
}
