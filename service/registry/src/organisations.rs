//! Legal entities.

use std::collections::BTreeMap;

use transfer_decision::{
    span::Day,
    vocabulary::{Attribute, OrganisationKind, Place},
};
use transfer_registry_entity::organisations;
use uuid::Uuid;

use crate::{
    Context, Registry, Scope,
    certifications::Certification,
    store::{Change, ChangeError, Recorded},
    validation::{Checks, LINE, PARAGRAPH},
};

/// A legal entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its id.
    pub id: Uuid,
    /// Its stable short name.
    pub slug: String,
    /// Group company, third party, or international organisation.
    pub kind: OrganisationKind,
    /// The group of which it is a company, by slug; present exactly then.
    pub group: Option<String>,
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
    /// Attributes that somebody stated, either way.
    pub attributes: BTreeMap<Attribute, bool>,
    /// Whether it may stand on a public list.
    pub on_public_list: bool,
    /// Its certifications, by id.
    pub certifications: Vec<Certification>,
    /// Where the fact comes from.
    pub source: String,
    /// When somebody last checked it.
    pub checked_on: Option<Day>,
    /// How often it was written, from 1.
    pub version: i64,
}

/// An organisation to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrganisation {
    /// Its stable short name.
    pub slug: String,
    /// Group company, third party, or international organisation.
    pub kind: OrganisationKind,
    /// The group of which it is a company, by slug or id; present exactly then.
    pub group: Option<String>,
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
    /// Attributes that somebody stated, either way.
    pub attributes: BTreeMap<Attribute, bool>,
    /// Whether it may stand on a public list.
    pub on_public_list: bool,
    /// Where the fact comes from.
    pub source: String,
    /// When somebody last checked it.
    pub checked_on: Option<Day>,
}

/// Creates an organisation.
pub async fn create(
    context: &Context,
    scope: &Scope,
    registry: &Registry,
    new: NewOrganisation,
) -> Result<Recorded, ChangeError> {
    let mut change = Change::begin(registry, context, scope).await?;
    let id = create_in(&mut change, new).await?;
    let revision = change.commit().await?;
    Ok(Recorded { id, revision })
}

/// Creates an organisation as part of a change.
pub(crate) async fn create_in(
    change: &mut Change<'_>,
    new: NewOrganisation,
) -> Result<Uuid, ChangeError> {
    let NewOrganisation {
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
        source,
        checked_on,
    } = new;
    if group.is_none() {
        change.shared()?;
    }
    let mut checks = Checks::default();
    checks.slug("/slug", &slug);
    change
        .free::<organisations::Entity>(&mut checks, organisations::Column::Slug, &slug)
        .await?;
    match (kind, &group) {
        (OrganisationKind::GroupCompany, None) => {
            checks.add(
                "/group",
                "group_missing",
                "a group company belongs to a group",
            );
        }
        (OrganisationKind::ThirdParty | OrganisationKind::InternationalOrganisation, Some(_)) => {
            checks.add(
                "/group",
                "group_not_allowed",
                "only a group company belongs to a group",
            );
        }
        _ => {}
    }
    let group = change
        .group_if_any(&mut checks, "/group", group.as_deref())
        .await?;
    checks.text("/legal_name", &legal_name, LINE);
    checks.text_if_any("/seat_note", seat_note.as_deref(), PARAGRAPH);
    checks.text_if_any("/registration", registration.as_deref(), PARAGRAPH);
    checks.text_if_any("/representative", representative.as_deref(), PARAGRAPH);
    checks.provenance(&source, checked_on, change.today());
    checks.finish()?;
    let row = organisations::Model {
        id: change.new_id(),
        slug,
        kind: kind.into(),
        group_id: group.map(|group| group.id),
        legal_name,
        seat: seat.map(Into::into),
        seat_note,
        registration,
        representative,
        attributes: attributes.into(),
        on_public_list,
        source,
        checked_on,
        version: 1,
    };
    change
        .insert::<organisations::Entity>([row.clone()])
        .await?;
    change.append("create", &row).await?;
    Ok(row.id)
}
