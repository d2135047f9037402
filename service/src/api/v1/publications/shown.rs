//! Publications as they are shown.

use poem_openapi::Object;
use serde::Serialize;
use transfer_decision::vocabulary::{Activity, DataCategory, Role};
use transfer_registry_core::publications::{self, Content};
use uuid::Uuid;

use super::difference::PublicationDifference;
use crate::api::{
    codes::Code,
    values::{Day, Instant, PlaceCode},
};

/// What a group published as its subprocessor list. It never changes.
#[derive(Debug, Object, Serialize)]
pub(crate) struct Publication {
    /// Its id.
    id: Uuid,
    /// The group, by slug.
    group: String,
    /// Which of the group's publications it is, from 1.
    number: i64,
    /// When it was published.
    published_at: Instant,
    /// By whom.
    published_by: String,
    /// What changed and why, for readers.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// SHA-256 over the content, to the byte as its ledger entry keeps it, in hex.
    content_sha256: String,
    /// How often it was written: once.
    version: i64,
    /// What was published; not in a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<PublishedContent>,
    /// What differs from the publication before, of the first one from nothing; not in a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<PublicationDifference>,
}

/// A page of publications.
#[derive(Debug, Object, Serialize)]
pub(crate) struct PublicationPage {
    /// The publications, by id, hence in the order of publishing.
    pub(super) items: Vec<Publication>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_cursor: Option<String>,
}

/// What a group would publish now.
#[derive(Debug, Object, Serialize)]
pub(crate) struct PublicationPreview {
    /// The group, by slug.
    group: String,
    /// The number of the publication that is live, to be named by who publishes; 0: there is none.
    after: i64,
    /// SHA-256 over the content, in hex, to be named by who publishes exactly this.
    content_sha256: String,
    /// Whether anything differs from what is live.
    differs: bool,
    /// What would be published.
    content: PublishedContent,
    /// What differs from what is live; before the first publication, from nothing.
    difference: PublicationDifference,
}

/// A group's public facts. Days inclusive.
#[derive(Debug, Object, Serialize)]
pub(crate) struct PublishedContent {
    /// The group's name.
    name: String,
    /// What a reader must know of its notice.
    #[serde(skip_serializing_if = "Option::is_none")]
    notice_note: Option<String>,
    /// How many days ahead its customers are told of a change.
    #[serde(skip_serializing_if = "Option::is_none")]
    notice_days: Option<i32>,
    /// How many days they have to object.
    #[serde(skip_serializing_if = "Option::is_none")]
    objection_days: Option<i32>,
    /// The group's companies that stand on a public list, by id.
    companies: Vec<PublishedCompany>,
    /// The engagements that its customers were told of, ended ones among them, by id.
    subprocessors: Vec<PublishedSubprocessor>,
}

/// A company, as published.
#[derive(Debug, Object, Serialize)]
pub(crate) struct PublishedCompany {
    /// Its id.
    id: Uuid,
    /// Who it is.
    organisation: PublishedOrganisation,
}

/// An organisation, as published.
#[derive(Debug, Object, Serialize)]
pub(crate) struct PublishedOrganisation {
    /// Its stable short name.
    slug: String,
    /// Its legal name.
    legal_name: String,
    /// Where it is established; absent when recorded as unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    seat: Option<PlaceCode>,
    /// What is assumed or noted about the seat.
    #[serde(skip_serializing_if = "Option::is_none")]
    seat_note: Option<String>,
    /// Its registration number.
    #[serde(skip_serializing_if = "Option::is_none")]
    registration: Option<String>,
    /// Its representative in the EU, Switzerland or the United Kingdom.
    #[serde(skip_serializing_if = "Option::is_none")]
    representative: Option<String>,
}

/// An engagement, as published.
#[derive(Debug, Object, Serialize)]
pub(crate) struct PublishedSubprocessor {
    /// Its id.
    id: Uuid,
    /// Who is engaged.
    organisation: PublishedOrganisation,
    /// What for.
    service: String,
    /// The purpose's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<String>,
    /// More about it, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// The data categories; absent when nobody recorded any.
    #[serde(skip_serializing_if = "Option::is_none")]
    data_categories: Option<Vec<Code<DataCategory>>>,
    /// Whose data, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    data_subjects: Option<String>,
    /// Where it touches the data; empty when nobody recorded it.
    locations: Vec<PublishedLocation>,
    /// When it applies at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<String>,
    /// What else a reader must know.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// The group's role, where recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    exporter_role: Option<Code<Role>>,
    /// The subprocessor's role, where recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    importer_role: Option<Code<Role>>,
    /// The day on which the customers were told.
    #[serde(skip_serializing_if = "Option::is_none")]
    announced_on: Option<Day>,
    /// The last day on which they can object.
    #[serde(skip_serializing_if = "Option::is_none")]
    objection_until: Option<Day>,
    /// The first day in effect.
    effective_from: Day,
    /// The last day in effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_on: Option<Day>,
}

/// A location, as published.
#[derive(Debug, Object, Serialize)]
pub(crate) struct PublishedLocation {
    /// A country, or the area `EEA` or `EU`; absent when recorded as unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<PlaceCode>,
    /// What happens there.
    activity: Code<Activity>,
    /// Another legal entity that runs the location, by slug.
    #[serde(skip_serializing_if = "Option::is_none")]
    operated_by: Option<String>,
    /// Its legal name; absent: it may not stand on a public list, and no page names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    operator_name: Option<String>,
    /// The first day; absent: the first of the engagement.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Day>,
    /// The last day; absent: the last of the engagement.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Day>,
}

impl Publication {
    /// A publication in a list.
    pub(super) fn listed(publication: &publications::Publication) -> Self {
        let publications::Publication {
            id,
            group,
            number,
            published_at,
            published_by,
            note,
            content: _,
            content_sha256,
            version,
        } = publication;
        Self {
            id: *id,
            group: group.clone(),
            number: *number,
            published_at: Instant(*published_at),
            published_by: published_by.clone(),
            note: note.clone(),
            content_sha256: content_sha256.clone(),
            version: *version,
            content: None,
            difference: None,
        }
    }

    /// A publication with everything, after the one before it.
    pub(super) fn whole(
        before: Option<&publications::Publication>,
        publication: &publications::Publication,
    ) -> Self {
        let difference = PublicationDifference::between(before, &publication.content);
        Self {
            content: Some(PublishedContent::of(&publication.content)),
            difference: Some(difference),
            ..Self::listed(publication)
        }
    }
}

impl PublicationPreview {
    /// What would be published after what is live.
    pub(super) fn of(live: Option<&publications::Publication>, content: &Content) -> Self {
        Self {
            group: content.group.slug.clone(),
            after: live.map_or(0, |live| live.number),
            content_sha256: content.sha256(),
            differs: live.is_none_or(|live| *live.content != *content),
            content: PublishedContent::of(content),
            difference: PublicationDifference::between(live, content),
        }
    }
}

impl PublishedContent {
    fn of(content: &Content) -> Self {
        let publications::PublishedGroup {
            slug: _,
            name,
            notice_note,
            notice_days,
            objection_days,
        } = &content.group;
        let companies = content.companies.iter();
        let engagements = content.engagements.iter();
        Self {
            name: name.clone(),
            notice_note: notice_note.clone(),
            notice_days: *notice_days,
            objection_days: *objection_days,
            companies: companies
                .map(|(id, organisation)| PublishedCompany {
                    id: *id,
                    organisation: organisation.into(),
                })
                .collect(),
            subprocessors: engagements
                .map(|(id, engagement)| PublishedSubprocessor::of(*id, engagement))
                .collect(),
        }
    }
}

impl From<&publications::PublishedOrganisation> for PublishedOrganisation {
    fn from(organisation: &publications::PublishedOrganisation) -> Self {
        let publications::PublishedOrganisation {
            slug,
            legal_name,
            seat,
            seat_note,
            registration,
            representative,
        } = organisation;
        Self {
            slug: slug.clone(),
            legal_name: legal_name.clone(),
            seat: seat.map(PlaceCode),
            seat_note: seat_note.clone(),
            registration: registration.clone(),
            representative: representative.clone(),
        }
    }
}

impl PublishedSubprocessor {
    fn of(id: Uuid, engagement: &publications::PublishedEngagement) -> Self {
        let publications::PublishedEngagement {
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
        } = engagement;
        let categories = data_categories.as_ref();
        Self {
            id,
            organisation: organisation.into(),
            service: service.clone(),
            purpose: purpose.clone(),
            description: description.clone(),
            data_categories: categories.map(|all| all.iter().copied().map(Code).collect()),
            data_subjects: data_subjects.clone(),
            locations: locations.iter().map(PublishedLocation::from).collect(),
            condition: condition.clone(),
            note: note.clone(),
            exporter_role: exporter_role.map(Code),
            importer_role: importer_role.map(Code),
            announced_on: announced_on.map(Day),
            objection_until: objection_until.map(Day),
            effective_from: Day(*effective_from),
            ended_on: ended_on.map(Day),
        }
    }
}

impl From<&publications::PublishedLocation> for PublishedLocation {
    fn from(location: &publications::PublishedLocation) -> Self {
        let publications::PublishedLocation {
            place,
            activity,
            operated_by,
            from,
            until,
        } = location;
        let operator = operated_by.as_ref();
        Self {
            place: place.map(PlaceCode),
            activity: Code(*activity),
            operated_by: operator.map(|operator| operator.slug.clone()),
            operator_name: operator.and_then(|operator| operator.legal_name.clone()),
            from: from.map(Day),
            until: until.map(Day),
        }
    }
}
