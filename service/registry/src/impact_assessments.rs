//! Transfer impact assessments.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use transfer_decision::{
    span::Day,
    vocabulary::{Conclusion, OrganisationKind, Place},
};
use transfer_registry_entity::impact_assessments;
use uuid::Uuid;

pub use transfer_registry_entity::{
    parts::{Measure, Steps},
    vocabulary::MeasureKind,
};

use crate::{
    Context, Registry, Scope,
    imports::{self, Outcome},
    store::{ChangeError, Draft, Expected, Recorded, action, next},
    validation::{CHAPTER, Checks, PARAGRAPH},
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
    /// The six steps.
    pub steps: Steps,
    /// Where the fact comes from.
    pub source: String,
    /// How often it was written, from 1.
    pub version: i64,
}

/// An assessment to be recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_review: Option<Day>,
    /// The supplementary measures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measures: Option<String>,
    /// The six steps.
    #[serde(default)]
    pub steps: Steps,
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
    registry
        .change(context, scope, None, |draft| record_in(draft, new))
        .await
}

/// Records an assessment as part of a change.
///
/// # Errors
/// When it is not acceptable.
pub fn record_in(draft: &mut Draft, new: NewImpactAssessment) -> Result<Uuid, ChangeError> {
    write(draft, Checks::default(), None, new)
}

/// Gives an assessment anew, as after a review; its mechanism and destination stay.
///
/// # Errors
/// When there is none, it was changed meanwhile, or it is not acceptable.
pub fn amend_in(
    draft: &mut Draft,
    id: Uuid,
    expected: &Expected,
    new: NewImpactAssessment,
) -> Result<Uuid, ChangeError> {
    let (mechanism, before) = draft.existing_assessment(id, expected)?;
    if NewImpactAssessment::of(&before, mechanism) == new {
        return Ok(draft.unchanged(id));
    }
    let mut checks = Checks::default();
    checks.fixed("/mechanism", new.mechanism == mechanism);
    checks.fixed("/destination", new.destination == before.destination);
    write(draft, checks, Some((id, before.version)), new)
}

impl NewImpactAssessment {
    /// What an assessment would be recorded as again.
    #[must_use]
    pub fn of(view: &ImpactAssessment, mechanism: Uuid) -> Self {
        let ImpactAssessment {
            id: _,
            destination,
            conclusion,
            concluded_on,
            next_review,
            measures,
            steps,
            source,
            version: _,
        } = view.clone();
        Self {
            mechanism,
            destination,
            conclusion,
            concluded_on,
            next_review,
            measures,
            steps,
            source,
        }
    }
}

/// Records an assessment from a row of a file, or gives the one with its id anew.
///
/// # Errors
/// When it is not acceptable.
pub(crate) fn import_in(
    draft: &mut Draft,
    id: Option<Uuid>,
    new: NewImpactAssessment,
) -> Result<Outcome, ChangeError> {
    let base = Arc::clone(draft.base());
    if let Some((mechanism, view)) = id.and_then(|id| base.impact_assessment(id)) {
        let same = NewImpactAssessment::of(view, mechanism.id) == new;
        return imports::amended(same, view.id, || {
            amend_in(draft, view.id, &Expected::Any, new)
        });
    }
    write(draft, Checks::default(), draft.given(id)?, new).map(Outcome::Created)
}

fn write(
    draft: &mut Draft,
    mut checks: Checks,
    before: Option<(Uuid, i64)>,
    new: NewImpactAssessment,
) -> Result<Uuid, ChangeError> {
    let NewImpactAssessment {
        mechanism: mechanism_id,
        destination,
        conclusion,
        concluded_on,
        next_review,
        measures,
        steps,
        source,
    } = new;
    let mechanism = draft.mechanism(&mut checks, "/mechanism", mechanism_id);
    let destination = place_or_organisation(draft, &mut checks, destination);
    checks.day("/concluded_on", concluded_on);
    if concluded_on > draft.today() {
        checks.add(
            "/concluded_on",
            "future_day",
            format!("must not be after today, {}", draft.today()),
        );
    }
    checks.day_if_any("/next_review", next_review);
    checks.ordered("/next_review", Some(concluded_on), next_review);
    checks.text_if_any("/measures", measures.as_deref(), PARAGRAPH);
    check(&mut checks, &steps);
    checks.provenance(&source, None, draft.today());
    if checks.finish_with(mechanism)?.0.is_none() {
        draft.shared()?;
    }
    let id = before.map_or_else(|| draft.new_id(), |(id, _)| id);
    draft.put(
        action(before, "record"),
        impact_assessments::Model {
            id,
            mechanism_id,
            destination,
            conclusion: conclusion.into(),
            concluded_on,
            next_review,
            measures,
            steps: steps.into(),
            source,
            version: next(before),
        },
    );
    Ok(id)
}

fn check(checks: &mut Checks, steps: &Steps) {
    let Steps {
        transfer,
        tool,
        destination_law,
        supplementary_measures,
        procedural_steps,
        re_evaluation,
    } = steps;
    for (name, text) in [
        ("transfer", transfer),
        ("tool", tool),
        ("destination_law", destination_law),
        ("procedural_steps", procedural_steps),
        ("re_evaluation", re_evaluation),
    ] {
        checks.text_if_any(&format!("/steps/{name}"), text.as_deref(), CHAPTER);
    }
    let pointer = "/steps/supplementary_measures";
    checks.at_most(pointer, supplementary_measures.len(), 100);
    for (at, measure) in supplementary_measures.iter().enumerate() {
        let pointer = format!("{pointer}/{at}/description");
        checks.text(&pointer, &measure.description, PARAGRAPH);
    }
}

/// A place's code, or the slug of an organisation that is a destination by itself.
fn place_or_organisation(draft: &Draft, checks: &mut Checks, destination: String) -> String {
    if let Ok(place) = destination.parse::<Place>() {
        return place.code().to_owned();
    }
    let organisation = draft.organisation(checks, "/destination", &destination);
    if let Some(organisation) = &organisation
        && organisation.kind != OrganisationKind::InternationalOrganisation
    {
        checks.add(
            "/destination",
            "not_a_destination",
            "only an international organisation is a destination by itself",
        );
    }
    organisation.map_or(destination, |organisation| organisation.slug)
}
