//! An organisation as the API shows it.

use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use transfer_decision::{span, vocabulary::OrganisationKind};
use transfer_registry_core::organisations;
use uuid::Uuid;

use super::certifications::{Certification, held_on};
use crate::api::{
    codes::Code,
    values::{Day, OrganisationAttributes, PlaceCode},
};

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
    /// Whom to ask there.
    contacts: Vec<Contact>,
    /// Its id on the list of participants of the Data Privacy Framework, once a person confirmed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    dpf_participant: Option<String>,
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

impl Organisation {
    /// The organisation, with the certifications active on a day, or all of them.
    pub(super) fn on(organisation: &organisations::Organisation, day: Option<span::Day>) -> Self {
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
            contacts,
            dpf_participant,
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
            contacts: contacts.iter().map(Contact::from).collect(),
            dpf_participant: dpf_participant.clone(),
            certifications: certifications
                .iter()
                .filter(|certification| day.is_none_or(|day| held_on(certification, day)))
                .map(Certification::from)
                .collect(),
            source: source.clone(),
            checked_on: checked_on.map(Day),
            version: *version,
        }
    }
}

/// Whom to ask at an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Contact {
    /// For what.
    pub(super) kind: Code<organisations::ContactKind>,
    /// A person's or an office's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// An e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// A telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    /// A postal address.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
}

impl From<&organisations::Contact> for Contact {
    fn from(contact: &organisations::Contact) -> Self {
        let organisations::Contact {
            kind,
            name,
            email,
            phone,
            address,
        } = contact.clone();
        Self {
            kind: Code(kind),
            name,
            email,
            phone,
            address,
        }
    }
}

/// A page of organisations.
#[derive(Debug, Object, Serialize)]
pub(crate) struct OrganisationPage {
    /// The organisations, by id.
    pub(super) items: Vec<Organisation>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_cursor: Option<String>,
}
