//! Transfer impact assessments, each a resource of its own beside its mechanism.

mod form;

use poem::{Result, web::Data};
use poem_openapi::{Object, OpenApi, param::Path};
use serde::Serialize;
use transfer_decision::vocabulary::Conclusion;
use transfer_registry_core::{
    Registry, Snapshot,
    impact_assessments::{self, NewImpactAssessment},
    mechanisms::Mechanism,
};
use uuid::Uuid;

pub(crate) use self::form::{ImpactAssessment, ImpactAssessmentInput};
use super::{Tag, bridge::bridged, impact_analyses::ImpactAnalysis};
use crate::{
    api::{
        answer::{Answer, One},
        auth::Caller,
        etag::IfMatch,
        paging::page,
        patch::Patch,
        query::{CURSOR, KNOWN_AT, Kind, LIMIT, Parameter, Parameters, Query},
        strict::StrictJson,
        write::{Changed, Created, Writing, Written},
    },
    refusal::Refusal,
};

/// Impact assessments.
pub(crate) struct ImpactAssessments;

/// Where they are.
const COLLECTION: &str = "/v1/impact-assessments";

/// A page of impact assessments.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ImpactAssessmentPage {
    /// The assessments, by id.
    items: Vec<ImpactAssessment>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// What narrows the list.
pub(crate) struct ImpactAssessmentFilters;

impl Parameters for ImpactAssessmentFilters {
    const OPERATION: &'static str = "listImpactAssessments";
    const PARAMETERS: &'static [Parameter] = &[
        LIMIT,
        CURSOR,
        Parameter::new(
            "as_of",
            "Only assessments that were concluded by this day.",
            Kind::AsOf,
        ),
        KNOWN_AT,
        Parameter::new(
            "group",
            "Only assessments for mechanisms that this group keeps, by slug or id.",
            Kind::Name,
        ),
        Parameter::new(
            "mechanism",
            "Only assessments for the mechanism with this id.",
            Kind::Name,
        ),
        Parameter::new(
            "destination",
            "Only assessments of this destination: a country's or area's code, or an \
             organisation's slug.",
            Kind::Name,
        ),
        Parameter::new(
            "conclusion",
            "Only assessments that came to this.",
            Kind::code::<Conclusion>(),
        ),
        Parameter::new(
            "review_before",
            "Only assessments whose next review is before this day.",
            Kind::AsOf,
        ),
    ];
}

/// What one assessment is asked with.
pub(crate) struct ImpactAssessmentQuery;

impl Parameters for ImpactAssessmentQuery {
    const OPERATION: &'static str = "getImpactAssessment";
    const PARAMETERS: &'static [Parameter] = &[KNOWN_AT];
}

/// An assessment and the mechanism that it is made for.
type Made<'s> = (&'s Mechanism, &'s impact_assessments::ImpactAssessment);

#[OpenApi(prefix_path = "/v1/impact-assessments", tag = "Tag::ImpactAssessments")]
impl ImpactAssessments {
    /// List impact assessments
    ///
    /// Every transfer impact assessment that the filters leave, by id.
    #[oai(path = "/", method = "get", operation_id = "listImpactAssessments")]
    async fn list(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<ImpactAssessmentFilters>,
    ) -> Result<Answer<ImpactAssessmentPage>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        let mut kept: Vec<Made<'_>> = snapshot
            .mechanisms()
            .iter()
            .flat_map(|mechanism| {
                mechanism
                    .assessments
                    .iter()
                    .map(move |made| (mechanism, made))
            })
            .filter(|made| keeps(&snapshot, &query, made))
            .collect();
        kept.sort_by_key(|(_, made)| made.id);
        let (items, next_cursor) = page(kept.iter(), &query, |(_, made)| made.id.to_string());
        let items = items
            .into_iter()
            .map(|(mechanism, made)| ImpactAssessment::of(mechanism.id, made))
            .collect();
        Answer::of(
            snapshot.revision(),
            &ImpactAssessmentPage { items, next_cursor },
        )
    }

    /// Get an impact assessment
    ///
    /// One transfer impact assessment, by id.
    #[oai(path = "/:id", method = "get", operation_id = "getImpactAssessment")]
    async fn get(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<ImpactAssessmentQuery>,
        /// The assessment's id.
        id: Path<String>,
    ) -> Result<One<ImpactAssessment>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        one(&snapshot, find(&snapshot, &id)?)
    }

    /// Record an impact assessment
    ///
    /// Records the exporter's assessment of one destination for a mechanism, with its six steps.
    /// It counts from the day on which it was concluded.
    #[oai(path = "/", method = "post", operation_id = "createImpactAssessment")]
    async fn create(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        input: StrictJson<ImpactAssessmentInput>,
    ) -> Result<Written<Created<ImpactAssessment>, ImpactAnalysis>, Refusal> {
        let new: NewImpactAssessment = bridged(&input.0)?;
        let made = writing.create(&registry, input.digest(), |draft| {
            Ok(impact_assessments::record_in(draft, new)?)
        });
        made.await?
            .created(COLLECTION, shown, ImpactAnalysis::of)
            .await
    }

    /// Amend an impact assessment
    ///
    /// Amends an assessment, as after a review; its mechanism and destination stay.
    #[oai(
        path = "/:id",
        method = "patch",
        operation_id = "updateImpactAssessment"
    )]
    async fn update(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The assessment's id.
        id: Path<String>,
        if_match: IfMatch,
        patch: Patch<ImpactAssessmentInput>,
    ) -> Result<Written<Changed<ImpactAssessment>, ImpactAnalysis>, Refusal> {
        let made = writing.change(&registry, |draft| {
            let base = draft.seen()?;
            let (mechanism, current) = find(&base, &id)?;
            let expected = if_match.holds(&one(&base, (mechanism, current))?)?;
            let given = bridged(&NewImpactAssessment::of(current, mechanism.id))?;
            let new = bridged(&patch.apply(&given)?)?;
            Ok(impact_assessments::amend_in(
                draft, current.id, expected, new,
            )?)
        });
        made.await?.changed(shown, ImpactAnalysis::of).await
    }
}

fn find<'s>(snapshot: &'s Snapshot, id: &str) -> Result<Made<'s>, Refusal> {
    let id: Uuid = id.parse().map_err(|_| Refusal::NotFound)?;
    snapshot.impact_assessment(id).ok_or(Refusal::NotFound)
}

fn one(snapshot: &Snapshot, (mechanism, made): Made<'_>) -> Result<One<ImpactAssessment>, Refusal> {
    let body = ImpactAssessment::of(mechanism.id, made);
    One::versioned(snapshot.revision(), made.version, &body)
}

fn shown(snapshot: &Snapshot, id: Uuid) -> Result<One<ImpactAssessment>, Refusal> {
    one(
        snapshot,
        snapshot.impact_assessment(id).ok_or(Refusal::NotFound)?,
    )
}

fn keeps(
    snapshot: &Snapshot,
    query: &Query<ImpactAssessmentFilters>,
    (mechanism, made): &Made<'_>,
) -> bool {
    let of_group = query.text("group").is_none_or(|named| {
        let group = snapshot.group(named).map(|group| group.slug.as_str());
        group.is_some() && group == mechanism.group.as_deref()
    });
    of_group
        && query
            .text("mechanism")
            .is_none_or(|id| id.parse() == Ok(mechanism.id))
        && query
            .text("destination")
            .is_none_or(|destination| destination == made.destination)
        && query
            .code("conclusion")
            .is_none_or(|conclusion: Conclusion| conclusion == made.conclusion)
        && query
            .day("review_before")
            .is_none_or(|day| made.next_review.is_some_and(|review| review < day))
        && query.as_of().is_none_or(|day| made.concluded_on <= day)
}
