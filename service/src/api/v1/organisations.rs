//! Legal entities, with their certifications.

use poem::{Result, web::Data};
use poem_openapi::{Object, OpenApi, param::Path};
use serde::Serialize;
use transfer_decision::{
    span,
    vocabulary::{Framework, OrganisationKind},
};
use transfer_registry_core::{Registry, Snapshot, certifications, organisations};
use uuid::Uuid;

use super::Tag;
use crate::{
    api::{
        answer::{Answer, One},
        auth::Caller,
        codes::Code,
        paging::page,
        query::{AS_OF, CURSOR, KNOWN_AT, Kind, LIMIT, Parameter, Parameters, Query},
        values::{Day, OrganisationAttributes, PlaceCode},
    },
    refusal::Refusal,
};

/// Organisations.
pub(crate) struct Organisations;

/// A legal entity: a group company, a third party or an international organisation.
#[derive(Debug, Object, Serialize)]
pub(crate) struct Organisation {
    /// Its id.
    id: Uuid,
    /// Its stable short name, accepted wherever its id is.
    slug: String,
    /// What it is to the register.
    kind: Code<OrganisationKind>,
    /// The group of which it is a company, by slug.
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    /// Its legal name.
    legal_name: String,
    /// Where it is established: a country, or the area `EEA` or `EU`; absent when recorded as unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    seat: Option<PlaceCode>,
    /// What is assumed or noted about the seat.
    #[serde(skip_serializing_if = "Option::is_none")]
    seat_note: Option<String>,
    /// Its registration.
    #[serde(skip_serializing_if = "Option::is_none")]
    registration: Option<String>,
    /// Its representative in the EU, Switzerland or the United Kingdom.
    #[serde(skip_serializing_if = "Option::is_none")]
    representative: Option<String>,
    /// Attributes that somebody stated, either way.
    attributes: OrganisationAttributes,
    /// Whether it may stand on a public list.
    on_public_list: bool,
    /// Its certifications; with `as_of`, those active on that day.
    certifications: Vec<Certification>,
    /// Where the fact comes from.
    source: String,
    /// When somebody last checked it.
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_on: Option<Day>,
    /// How often it was written, from 1.
    version: i64,
}

/// An organisation's place in a framework; days inclusive.
#[derive(Debug, Object, Serialize)]
pub(crate) struct Certification {
    /// Its id.
    id: Uuid,
    /// The framework.
    framework: Code<Framework>,
    /// The first day.
    valid_from: Day,
    /// The last day; absent when open.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_to: Option<Day>,
    /// The day by which it must be renewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    recertification_due: Option<Day>,
    /// Whether it covers HR data.
    covers_hr: bool,
    /// Where the fact comes from.
    source: String,
    /// When somebody last checked it.
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_on: Option<Day>,
    /// How often it was written, from 1.
    version: i64,
}

/// A page of organisations.
#[derive(Debug, Object, Serialize)]
pub(crate) struct OrganisationPage {
    /// The organisations, by id.
    items: Vec<Organisation>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl Organisation {
    /// The organisation, with the certifications active on a day, or all of them.
    fn on(organisation: &organisations::Organisation, day: Option<span::Day>) -> Self {
        let organisations::Organisation {
            id,
            slug,
            kind,
            group,
            legal_name,
            seat,
            seat_note,
            registration,
            representative,
            attributes,
            on_public_list,
            certifications,
            source,
            checked_on,
            version,
        } = organisation;
        Self {
            id: *id,
            slug: slug.clone(),
            kind: Code(*kind),
            group: group.clone(),
            legal_name: legal_name.clone(),
            seat: seat.map(PlaceCode),
            seat_note: seat_note.clone(),
            registration: registration.clone(),
            representative: representative.clone(),
            attributes: OrganisationAttributes(attributes.clone()),
            on_public_list: *on_public_list,
            certifications: certifications
                .iter()
                .filter(|certification| day.is_none_or(|day| active(certification, day)))
                .map(Certification::from)
                .collect(),
            source: source.clone(),
            checked_on: checked_on.map(Day),
            version: *version,
        }
    }
}

fn active(certification: &certifications::Certification, day: span::Day) -> bool {
    certification.valid_from <= day && certification.valid_to.is_none_or(|last| day <= last)
}

impl From<&certifications::Certification> for Certification {
    fn from(certification: &certifications::Certification) -> Self {
        let certifications::Certification {
            id,
            framework,
            valid_from,
            valid_to,
            recertification_due,
            covers_hr,
            source,
            checked_on,
            version,
        } = certification;
        Self {
            id: *id,
            framework: Code(*framework),
            valid_from: Day(*valid_from),
            valid_to: valid_to.map(Day),
            recertification_due: recertification_due.map(Day),
            covers_hr: *covers_hr,
            source: source.clone(),
            checked_on: checked_on.map(Day),
            version: *version,
        }
    }
}

/// What narrows the list.
pub(crate) struct OrganisationFilters;

impl Parameters for OrganisationFilters {
    const OPERATION: &'static str = "listOrganisations";
    const PARAMETERS: &'static [Parameter] = &[
        LIMIT,
        CURSOR,
        Parameter::new(
            "as_of",
            "Shows only the certifications that are active on this day.",
            Kind::AsOf,
        ),
        KNOWN_AT,
        Parameter::new(
            "group",
            "Only companies of this group, by slug or id.",
            Kind::Name,
        ),
        Parameter::new(
            "kind",
            "Only this kind of organisation.",
            Kind::code::<OrganisationKind>(),
        ),
        Parameter::new(
            "seat",
            "Only those established in this country or area.",
            Kind::Place,
        ),
        Parameter::new(
            "on_public_list",
            "Only those that may, or may not, stand on a public list.",
            Kind::Flag,
        ),
    ];
}

/// What one organisation is asked with.
pub(crate) struct OrganisationQuery;

impl Parameters for OrganisationQuery {
    const OPERATION: &'static str = "getOrganisation";
    const PARAMETERS: &'static [Parameter] = &[AS_OF, KNOWN_AT];
}

#[OpenApi(prefix_path = "/v1/organisations", tag = "Tag::Organisations")]
impl Organisations {
    /// List organisations
    ///
    /// Every organisation that the filters leave, by id.
    #[oai(path = "/", method = "get", operation_id = "listOrganisations")]
    async fn list(
        &self,
        _caller: Caller,
        registry: Data<&Registry>,
        query: Query<OrganisationFilters>,
    ) -> Result<Answer<OrganisationPage>, Refusal> {
        let snapshot = registry.snapshot();
        let kept = snapshot
            .organisations()
            .iter()
            .filter(|o| keeps(&snapshot, &query, o));
        let (items, next_cursor) = page(kept, &query, |organisation| organisation.id.to_string());
        let items = items
            .into_iter()
            .map(|organisation| Organisation::on(organisation, query.as_of()))
            .collect();
        Answer::of(
            snapshot.revision(),
            &OrganisationPage { items, next_cursor },
        )
    }

    /// Get an organisation
    ///
    /// One organisation, by slug or id.
    #[oai(path = "/:id", method = "get", operation_id = "getOrganisation")]
    async fn get(
        &self,
        _caller: Caller,
        registry: Data<&Registry>,
        query: Query<OrganisationQuery>,
        /// The organisation's slug or id.
        id: Path<String>,
    ) -> Result<One<Organisation>, Refusal> {
        let snapshot = registry.snapshot();
        let organisation = snapshot.organisation(&id.0).ok_or(Refusal::NotFound)?;
        One::of(
            snapshot.revision(),
            &Organisation::on(organisation, query.as_of()),
        )
    }
}

fn keeps(
    snapshot: &Snapshot,
    query: &Query<OrganisationFilters>,
    organisation: &organisations::Organisation,
) -> bool {
    let group = query.text("group").is_none_or(|named| {
        let group = snapshot.group(named).map(|group| group.slug.as_str());
        group.is_some() && group == organisation.group.as_deref()
    });
    group
        && query
            .code("kind")
            .is_none_or(|kind: OrganisationKind| kind == organisation.kind)
        && query
            .place("seat")
            .is_none_or(|seat| Some(seat) == organisation.seat)
        && query
            .flag("on_public_list")
            .is_none_or(|flag| flag == organisation.on_public_list)
}
