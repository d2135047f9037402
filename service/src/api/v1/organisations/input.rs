//! An organisation as a caller gives it.

use std::{borrow::Cow, collections::BTreeMap};

use poem_openapi::{
    Object,
    registry::{MetaSchema, MetaSchemaRef, Registry},
    types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use transfer_decision::vocabulary::{Attribute, OrganisationKind};
use transfer_registry_core::organisations;

use super::shown::Contact;
use crate::api::{
    codes::Code,
    strict::Input,
    values::{Day, Party, PlaceCode},
};

/// An organisation to be created.
#[derive(Debug, Clone, PartialEq, Eq, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(rename = "NewOrganisation")]
pub(crate) struct OrganisationInput {
    /// Its stable short name, accepted wherever its id is: 2 to 63 lower-case letters and digits,
    /// with single hyphens between. It never changes.
    slug: String,
    /// What it is to the register. It never changes.
    kind: Code<OrganisationKind>,
    /// The group of which it is a company, by slug or id; required of a group company, and of
    /// nobody else. It never changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<Party>,
    /// Its legal name.
    legal_name: String,
    /// Where it is established: a country, or the area `EEA` or `EU`; left out when it is unknown.
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
    #[serde(skip_serializing_if = "Option::is_none")]
    attributes: Option<StatedAttributes>,
    /// Whether it may stand on a public list; left out: it may.
    #[serde(skip_serializing_if = "Option::is_none")]
    on_public_list: Option<bool>,
    /// Whom to ask there: at most 50.
    #[serde(skip_serializing_if = "Option::is_none")]
    contacts: Option<Vec<Contact>>,
    /// Its id on the list of participants of the Data Privacy Framework, once a person confirmed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    dpf_participant: Option<String>,
    /// Where the fact comes from.
    source: String,
    /// When somebody last checked it; not after today.
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_on: Option<Day>,
}

/// The registry holds the group, because a slug and an id may name the same one.
impl Input for OrganisationInput {
    const FIXED: &'static [&'static str] = &["slug", "kind"];
}

impl From<&organisations::Organisation> for OrganisationInput {
    fn from(organisation: &organisations::Organisation) -> Self {
        let organisations::Organisation {
            id: _,
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
            certifications: _,
            source,
            checked_on,
            version: _,
        } = organisation.clone();
        Self {
            slug,
            kind: Code(kind),
            group: group.map(Party),
            legal_name,
            seat: seat.map(PlaceCode),
            seat_note,
            registration,
            representative,
            attributes: Some(StatedAttributes(attributes)),
            on_public_list: Some(on_public_list),
            contacts: Some(contacts.iter().map(Contact::from).collect()),
            dpf_participant,
            source,
            checked_on: checked_on.map(Day),
        }
    }
}

/// The attributes that a caller states: an object with a field for each that there is, so that one
/// that does not exist is refused at its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct StatedAttributes(BTreeMap<Attribute, bool>);

impl StatedAttributes {
    const NAME: &'static str = "StatedAttributes";
}

impl Type for StatedAttributes {
    const IS_REQUIRED: bool = true;

    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        Self::NAME.into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Reference(Self::NAME.to_owned())
    }

    fn register(registry: &mut Registry) {
        registry.create_schema::<Self, _>(Self::NAME.to_owned(), |_| MetaSchema {
            description: Some(
                "Attributes that the law asks about, each stated either way; one that nobody \
                 stated is left out.",
            ),
            properties: Attribute::ALL
                .iter()
                .map(|attribute| (attribute.code(), stated()))
                .collect(),
            ..MetaSchema::new("object")
        });
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

/// One attribute in the document.
fn stated() -> MetaSchemaRef {
    MetaSchemaRef::Inline(Box::new(MetaSchema {
        description: Some("Whether the organisation has this attribute."),
        ..MetaSchema::new("boolean")
    }))
}

impl ToJSON for StatedAttributes {
    fn to_json(&self) -> Option<Value> {
        serde_json::to_value(self).ok()
    }
}

impl ParseFromJSON for StatedAttributes {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        serde_json::from_value(value.unwrap_or_default()).map_err(ParseError::custom)
    }
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
mod tests {
    use serde_json::json;
    use transfer_decision::span::parse_day;
    use transfer_registry_core::organisations::NewOrganisation;

    use super::*;
    use crate::{
        api::{strict, v1::bridge::bridged},
        refusal::ViolationCode,
    };

    #[test]
    fn an_organisation_with_all_that_one_may_have_is_the_same_on_both_sides() {
        let contact = json!({
            "kind": "data_protection", "name": "Privacy office", "email": "privacy@acme.example",
            "phone": "+49 30 1", "address": "Acme\nBerlin",
        });
        let input = OrganisationInput {
            slug: "acme-gmbh".to_owned(),
            kind: Code(OrganisationKind::GroupCompany),
            group: Some(Party("acme".to_owned())),
            legal_name: "Acme GmbH".to_owned(),
            seat: "DE".parse().ok().map(PlaceCode),
            seat_note: Some("as its imprint says".to_owned()),
            registration: Some("HRB 1".to_owned()),
            representative: Some("Acme Ltd, London".to_owned()),
            attributes: Some(StatedAttributes(BTreeMap::from([
                (Attribute::SubjectToGdpr, true),
                (Attribute::UsCbp, false),
            ]))),
            on_public_list: Some(false),
            contacts: Some(vec![serde_json::from_value(contact).unwrap()]),
            dpf_participant: Some("a1b2".to_owned()),
            source: "https://acme.example/imprint".to_owned(),
            checked_on: parse_day("2026-11-20").map(Day),
        };
        let new: NewOrganisation = bridged(&input).unwrap();
        assert_eq!(new.attributes.len(), 2);
        assert_eq!(bridged::<OrganisationInput>(&new).unwrap(), input);
    }

    #[test]
    fn what_nobody_says_of_an_organisation_is_as_it_usually_is() {
        let body = json!({
            "slug": "acme", "kind": "third_party", "legal_name": "Acme", "source": "a test",
        });
        let input: OrganisationInput = strict::parse(body.to_string().as_bytes()).unwrap();
        let new: NewOrganisation = bridged(&input).unwrap();
        assert!(new.on_public_list && new.attributes.is_empty() && new.contacts.is_empty());
    }

    #[test]
    fn an_attribute_that_does_not_exist_is_refused_at_its_place() {
        let body = json!({
            "slug": "acme", "kind": "third_party", "legal_name": "Acme", "source": "a test",
            "attributes": {"subject_to_gdpr": "yes", "blue_eyes": true},
        });
        let refusal = strict::parse::<OrganisationInput>(body.to_string().as_bytes()).unwrap_err();
        let said = refusal.violations();
        assert_eq!(said.len(), 2, "{said:?}");
        assert_eq!(said[0].pointer, "/attributes/blue_eyes");
        assert_eq!(said[0].code, ViolationCode::UnknownField);
        assert_eq!(said[1].pointer, "/attributes/subject_to_gdpr");
        assert_eq!(said[1].code, ViolationCode::WrongType);
    }
}
