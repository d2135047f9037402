//! Organisations' places in frameworks.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use transfer_decision::{span::Day, vocabulary::Framework};
use transfer_registry_entity::certifications;
use uuid::Uuid;

use crate::{
    Context, Registry, Scope,
    store::{Change, ChangeError, Recorded},
    validation::Checks,
};

/// An organisation's place in a framework; days inclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certification {
    /// Its id.
    pub id: Uuid,
    /// The framework.
    pub framework: Framework,
    /// The first day.
    pub valid_from: Day,
    /// The last day; `None`: open.
    pub valid_to: Option<Day>,
    /// The day by which it must be renewed.
    pub recertification_due: Option<Day>,
    /// Whether it covers HR data.
    pub covers_hr: bool,
    /// Where the fact comes from.
    pub source: String,
    /// When somebody last checked it.
    pub checked_on: Option<Day>,
    /// How often it was written, from 1.
    pub version: i64,
}

/// A certification to be recorded; days inclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCertification {
    /// The organisation that holds it, by slug or id.
    pub organisation: String,
    /// The framework.
    pub framework: Framework,
    /// The first day.
    pub valid_from: Day,
    /// The last day; `None`: open.
    pub valid_to: Option<Day>,
    /// The day by which it must be renewed.
    pub recertification_due: Option<Day>,
    /// Whether it covers HR data.
    pub covers_hr: bool,
    /// Where the fact comes from.
    pub source: String,
    /// When somebody last checked it.
    pub checked_on: Option<Day>,
}

/// Records a certification.
pub async fn record(
    context: &Context,
    scope: &Scope,
    registry: &Registry,
    new: NewCertification,
) -> Result<Recorded, ChangeError> {
    let mut change = Change::begin(registry, context, scope).await?;
    let id = record_in(&mut change, new).await?;
    let revision = change.commit().await?;
    Ok(Recorded { id, revision })
}

/// Records a certification as part of a change.
pub(crate) async fn record_in(
    change: &mut Change<'_>,
    new: NewCertification,
) -> Result<Uuid, ChangeError> {
    let NewCertification {
        organisation,
        framework,
        valid_from,
        valid_to,
        recertification_due,
        covers_hr,
        source,
        checked_on,
    } = new;
    let mut checks = Checks::default();
    let organisation = change
        .organisation(&mut checks, "/organisation", &organisation)
        .await?;
    checks.day("/valid_from", valid_from);
    checks.day_if_any("/valid_to", valid_to);
    checks.day_if_any("/recertification_due", recertification_due);
    checks.ordered("/valid_to", Some(valid_from), valid_to);
    checks.ordered(
        "/recertification_due",
        Some(valid_from),
        recertification_due,
    );
    checks.provenance(&source, checked_on, change.today());
    if let Some(organisation) = &organisation {
        if organisation.group_id.is_none() {
            change.shared()?;
        }
        let held = certifications::Entity::find()
            .filter(certifications::Column::OrganisationId.eq(organisation.id))
            .filter(certifications::Column::Framework.eq(framework.code()))
            .all(change.txn())
            .await?;
        if held.iter().any(|held| overlap(held, valid_from, valid_to)) {
            checks.add(
                "/valid_from",
                "overlapping_certification",
                "the organisation already holds this certification on some of these days",
            );
        }
    }
    let organisation = checks.finish_with(organisation)?;
    let row = certifications::Model {
        id: change.new_id(),
        organisation_id: organisation.id,
        framework: framework.into(),
        valid_from,
        valid_to,
        recertification_due,
        covers_hr,
        source,
        checked_on,
        version: 1,
    };
    change
        .insert::<certifications::Entity>([row.clone()])
        .await?;
    change.append("record", &row).await?;
    Ok(row.id)
}

fn overlap(held: &certifications::Model, first: Day, last: Option<Day>) -> bool {
    let begins_before = |first: Day, last: Option<Day>| last.is_none_or(|last| first <= last);
    begins_before(first, held.valid_to) && begins_before(held.valid_from, last)
}
