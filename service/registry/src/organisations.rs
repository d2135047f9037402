//! Legal entities.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};
use transfer_decision::{
    span::Day,
    vocabulary::{Attribute, OrganisationKind, Place},
};
use transfer_registry_entity::organisations;
use uuid::Uuid;

pub use transfer_registry_entity::{parts::Contact, vocabulary::ContactKind};

use crate::{
    Context, Registry, Scope,
    certifications::Certification,
    imports::{self, Outcome},
    store::{ChangeError, Draft, Expected, Recorded, action, next},
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
    /// Whom to ask there.
    pub contacts: Vec<Contact>,
    /// Its id on the list of participants of the Data Privacy Framework, once a person confirmed it.
    pub dpf_participant: Option<String>,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewOrganisation {
    /// Its stable short name.
    pub slug: String,
    /// Group company, third party, or international organisation.
    pub kind: OrganisationKind,
    /// The group of which it is a company, by slug or id; present exactly then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Its legal name.
    pub legal_name: String,
    /// Where it is established; `None`: recorded as unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<Place>,
    /// What is assumed or noted about the seat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat_note: Option<String>,
    /// Its registration number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<String>,
    /// Its representative in the EU, Switzerland or the United Kingdom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub representative: Option<String>,
    /// Attributes that somebody stated, either way.
    #[serde(default)]
    pub attributes: BTreeMap<Attribute, bool>,
    /// Whether it may stand on a public list.
    #[serde(default = "on_it")]
    pub on_public_list: bool,
    /// Whom to ask there.
    #[serde(default)]
    pub contacts: Vec<Contact>,
    /// Its id on the list of participants of the Data Privacy Framework, once a person confirmed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dpf_participant: Option<String>,
    /// Where the fact comes from.
    pub source: String,
    /// When somebody last checked it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_on: Option<Day>,
}

/// What nobody says stands on the public list.
const fn on_it() -> bool {
    true
}

/// Creates an organisation.
pub async fn create(
    context: &Context,
    scope: &Scope,
    registry: &Registry,
    new: NewOrganisation,
) -> Result<Recorded, ChangeError> {
    registry
        .change(context, scope, None, |draft| create_in(draft, new))
        .await
}

/// Creates an organisation as part of a change.
///
/// # Errors
/// When it is not acceptable.
pub fn create_in(draft: &mut Draft, new: NewOrganisation) -> Result<Uuid, ChangeError> {
    if new.group.is_none() {
        draft.shared()?;
    }
    let mut checks = Checks::default();
    checks.slug("/slug", &new.slug);
    draft.free_for_an_organisation(&mut checks, &new.slug);
    write(draft, checks, None, new)
}

/// Gives an organisation anew; its slug, kind and group stay.
///
/// # Errors
/// When there is none, it was changed meanwhile, or it is not acceptable.
pub fn amend_in(
    draft: &mut Draft,
    id: Uuid,
    expected: &Expected,
    new: NewOrganisation,
) -> Result<Uuid, ChangeError> {
    let before = draft.existing_organisation(id, expected)?;
    if NewOrganisation::of(&before) == new {
        return Ok(draft.unchanged(id));
    }
    let mut checks = Checks::default();
    checks.fixed("/slug", new.slug == before.slug);
    checks.fixed("/kind", new.kind == before.kind);
    let named = new.group.as_deref().and_then(|key| draft.base().group(key));
    checks.fixed(
        "/group",
        named.map(|group| &group.slug) == before.group.as_ref(),
    );
    write(draft, checks, Some((id, before.version)), new)
}

/// Creates an organisation from a row of a file, or gives the one with its id or slug anew.
///
/// # Errors
/// When it is not acceptable.
pub(crate) fn import_in(
    draft: &mut Draft,
    id: Option<Uuid>,
    new: NewOrganisation,
) -> Result<Outcome, ChangeError> {
    let base = Arc::clone(draft.base());
    let found = match id {
        Some(id) => base.organisations().get(id),
        None => base.organisation(&new.slug),
    };
    if let Some(view) = found {
        return imports::amended(NewOrganisation::of(view) == new, view.id, || {
            amend_in(draft, view.id, &Expected::Any, new)
        });
    }
    if new.group.is_none() {
        draft.shared()?;
    }
    let mut checks = Checks::default();
    checks.slug("/slug", &new.slug);
    draft.free_for_an_organisation(&mut checks, &new.slug);
    write(draft, checks, draft.given(id)?, new).map(Outcome::Created)
}

impl NewOrganisation {
    /// What an organisation would be created as again.
    #[must_use]
    pub fn of(view: &Organisation) -> Self {
        let Organisation {
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
        } = view.clone();
        Self {
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
            source,
            checked_on,
        }
    }
}

fn write(
    draft: &mut Draft,
    mut checks: Checks,
    before: Option<(Uuid, i64)>,
    new: NewOrganisation,
) -> Result<Uuid, ChangeError> {
    check(&mut checks, &new, draft.today());
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
        contacts,
        dpf_participant,
        source,
        checked_on,
    } = new;
    let group_id = draft.group_if_any(&mut checks, "/group", group.as_deref());
    checks.finish()?;
    let id = before.map_or_else(|| draft.new_id(), |(id, _)| id);
    draft.put(
        action(before, "create"),
        organisations::Model {
            id,
            slug,
            kind: kind.into(),
            group_id,
            legal_name,
            seat: seat.map(Into::into),
            seat_note,
            registration,
            representative,
            attributes: attributes.into(),
            on_public_list,
            contacts: contacts.into(),
            dpf_participant,
            source,
            checked_on,
            version: next(before),
        },
    );
    Ok(id)
}

/// What can be said without the register.
fn check(checks: &mut Checks, new: &NewOrganisation, today: Day) {
    match (new.kind, &new.group) {
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
    checks.text("/legal_name", &new.legal_name, LINE);
    checks.text_if_any("/seat_note", new.seat_note.as_deref(), PARAGRAPH);
    checks.text_if_any("/registration", new.registration.as_deref(), PARAGRAPH);
    checks.text_if_any("/representative", new.representative.as_deref(), PARAGRAPH);
    checks.text_if_any("/dpf_participant", new.dpf_participant.as_deref(), LINE);
    for (at, contact) in new.contacts.iter().enumerate() {
        let Contact {
            kind: _,
            name,
            email,
            phone,
            address,
        } = contact;
        for (field, text, longest) in [
            ("name", name, LINE),
            ("email", email, LINE),
            ("phone", phone, LINE),
            ("address", address, PARAGRAPH),
        ] {
            let pointer = format!("/contacts/{at}/{field}");
            checks.text_if_any(&pointer, text.as_deref(), longest);
        }
        if [name, email, phone, address]
            .iter()
            .all(|text| text.is_none())
        {
            checks.add(
                format!("/contacts/{at}"),
                "contact_empty",
                "says neither a name nor how to reach anybody",
            );
        }
    }
    checks.at_most("/contacts", new.contacts.len(), 50);
    checks.provenance(&new.source, new.checked_on, today);
}
