//! Transfer impact assessments.

use transfer_decision::{
    span::Day,
    vocabulary::{Conclusion, OrganisationKind, Place},
};
use transfer_registry_entity::impact_assessments;
use uuid::Uuid;

use crate::{
    Context, Registry, Scope,
    store::{Change, ChangeError, Recorded},
    validation::{Checks, PARAGRAPH},
};

/// The exporter's assessment for a mechanism and a destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImpactAssessment {
    /// Its id.
    pub id: Uuid,
    /// A country's or area's code, or an international organisation's slug.
    pub destination: String,
    /// What it came to.
    pub conclusion: Conclusion,
    /// The day on which it was concluded.
    pub concluded_on: Day,
    /// The day of its next review; overdue from the day after.
    pub next_review: Option<Day>,
    /// The supplementary measures.
    pub measures: Option<String>,
    /// Where the fact comes from.
    pub source: String,
    /// How often it was written, from 1.
    pub version: i64,
}

/// An assessment to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewImpactAssessment {
    /// The mechanism that it is made for.
    pub mechanism: Uuid,
    /// A country's or area's code, or an international organisation's slug.
    pub destination: String,
    /// What it came to.
    pub conclusion: Conclusion,
    /// The day on which it was concluded.
    pub concluded_on: Day,
    /// The day of its next review; overdue from the day after.
    pub next_review: Option<Day>,
    /// The supplementary measures.
    pub measures: Option<String>,
    /// Where the fact comes from.
    pub source: String,
}

/// Records an assessment.
pub async fn record(
    context: &Context,
    scope: &Scope,
    registry: &Registry,
    new: NewImpactAssessment,
) -> Result<Recorded, ChangeError> {
    let mut change = Change::begin(registry, context, scope).await?;
    let id = record_in(&mut change, new).await?;
    let revision = change.commit().await?;
    Ok(Recorded { id, revision })
}

/// Records an assessment as part of a change.
pub(crate) async fn record_in(
    change: &mut Change<'_>,
    new: NewImpactAssessment,
) -> Result<Uuid, ChangeError> {
    let NewImpactAssessment {
        mechanism,
        destination,
        conclusion,
        concluded_on,
        next_review,
        measures,
        source,
    } = new;
    let mut checks = Checks::default();
    let mechanism = change
        .mechanism(&mut checks, "/mechanism", mechanism)
        .await?;
    let destination = place_or_organisation(change, &mut checks, destination).await?;
    checks.day("/concluded_on", concluded_on);
    checks.day_if_any("/next_review", next_review);
    checks.ordered("/next_review", Some(concluded_on), next_review);
    checks.text_if_any("/measures", measures.as_deref(), PARAGRAPH);
    checks.provenance(&source, None, change.today());
    let mechanism = checks.finish_with(mechanism)?;
    if mechanism.group_id.is_none() {
        change.shared()?;
    }
    let row = impact_assessments::Model {
        id: change.new_id(),
        mechanism_id: mechanism.id,
        destination,
        conclusion: conclusion.into(),
        concluded_on,
        next_review,
        measures,
        source,
        version: 1,
    };
    change
        .insert::<impact_assessments::Entity>([row.clone()])
        .await?;
    change.append("record", &row).await?;
    Ok(row.id)
}

/// A place's code, or the slug of an organisation that is a destination by itself.
async fn place_or_organisation(
    change: &Change<'_>,
    checks: &mut Checks,
    destination: String,
) -> Result<String, ChangeError> {
    if let Ok(place) = destination.parse::<Place>() {
        return Ok(place.code().to_owned());
    }
    let organisation = change
        .organisation(checks, "/destination", &destination)
        .await?;
    if let Some(organisation) = &organisation
        && organisation.kind.0 != OrganisationKind::InternationalOrganisation
    {
        checks.add(
            "/destination",
            "not_a_destination",
            "only an international organisation is a destination by itself",
        );
    }
    Ok(organisation.map_or(destination, |organisation| organisation.slug))
}
