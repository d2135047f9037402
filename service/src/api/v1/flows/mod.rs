//! Registered data flows.

mod input;
mod query;
mod shown;

use poem::{Result, web::Data};
use poem_openapi::{OpenApi, param::Path};
use transfer_decision::span::Day;
use transfer_registry_core::{
    ChangeError, Draft, Expected, Registry, Snapshot,
    flows::{self, NewFlow},
};
use uuid::Uuid;

pub(crate) use input::FlowInput;
pub(crate) use query::{FlowFilters, FlowQuery, FlowStandingQuery};

use self::{
    input::FlowCreation,
    query::Narrowing,
    shown::{Flow, FlowPage},
};
use super::{
    Tag,
    bridge::bridged,
    impact_analyses::ImpactAnalysis,
    standings::{Judge, RelationshipStanding, StandingVerdict},
    subprocessors::EndInput,
};
use crate::{
    api::{
        answer::{Answer, One},
        auth::Caller,
        etag::IfMatch,
        paging::page,
        patch::Patch,
        query::Query,
        strict::{NoBody, StrictJson},
        write::{Changed, Created, Writing, Written},
    },
    edge::turns::Turns,
    refusal::Refusal,
};

/// Flows.
pub(crate) struct Flows;

#[OpenApi(prefix_path = "/v1/flows", tag = "Tag::Flows")]
impl Flows {
    /// List flows
    ///
    /// Every flow that the filters leave, by id. With `verdict` every flow and every engagement in
    /// effect is judged by the legal gate, and those that stand so are shown with their standing:
    /// what carries them, or what would make them permitted. What is active and begins later is
    /// judged on its own first day. At busy times such a list is refused with 503.
    #[oai(path = "/", method = "get", operation_id = "listFlows")]
    async fn list(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        turns: Data<&Turns>,
        query: Query<FlowFilters>,
    ) -> Result<Answer<FlowPage>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        if let Some(verdict) = query.code("verdict") {
            let today = registry.clock().today();
            let judged = turns.run(move |wanted| {
                let judge = Judge::on(&snapshot, query.as_of().unwrap_or(today));
                let page = standing(&snapshot, &query, judge, verdict, &|| wanted.still())?;
                Answer::of(snapshot.revision(), &page)
            });
            return judged.await;
        }
        let day = query.as_of().unwrap_or_else(|| registry.clock().today());
        let narrowing = Narrowing::of(&snapshot, &query, day, query.as_of());
        let kept = snapshot.flows().iter();
        let kept = kept.filter(|flow| narrowing.keeps(flow));
        let (items, next_cursor) = page(kept, &query, |flow| flow.id.to_string());
        let items = items.into_iter().map(|one| Flow::on(one, day)).collect();
        Answer::of(snapshot.revision(), &FlowPage { items, next_cursor })
    }

    /// Create a flow
    ///
    /// Drafts a flow: it carries nothing until it is active. With `record_existing` it is entered
    /// as what runs in reality already.
    #[oai(path = "/", method = "post", operation_id = "createFlow")]
    async fn create(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        input: StrictJson<FlowCreation>,
    ) -> Result<Written<Created<Flow>, ImpactAnalysis>, Refusal> {
        let made = writing.create(&registry, input.digest(), |draft| {
            let new = bridged(&input.0.flow)?;
            Ok(if input.0.record_existing {
                flows::record_existing_in(draft, new)?
            } else {
                flows::draft_in(draft, new)?
            })
        });
        made.await?
            .created("/v1/flows", shown_on(&registry), ImpactAnalysis::of)
            .await
    }

    /// Get a flow
    ///
    /// One flow, by id.
    #[oai(path = "/:id", method = "get", operation_id = "getFlow")]
    async fn get(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<FlowQuery>,
        /// The flow's id.
        id: Path<String>,
    ) -> Result<One<Flow>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        let day = query.as_of().unwrap_or_else(|| registry.clock().today());
        shown(&snapshot, find(&snapshot, &id)?.id, day)
    }

    /// Get a flow's standing
    ///
    /// What the legal gate says of exactly this flow on a day, with every finding: judged on its
    /// own and along the chain that it continues, and as if it were active, whatever its stage and
    /// its days.
    #[oai(
        path = "/:id/standing",
        method = "get",
        operation_id = "getFlowStanding"
    )]
    async fn standing(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<FlowStandingQuery>,
        /// The flow's id.
        id: Path<String>,
    ) -> Result<One<RelationshipStanding>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        let as_of = query.as_of().unwrap_or_else(|| registry.clock().today());
        RelationshipStanding::on(&snapshot, find(&snapshot, &id)?.id, as_of)
    }

    /// Amend a flow
    ///
    /// Changes what is said of a flow; its group, its ends and its stage stay. It is a correction:
    /// what it says counts for all days of the flow, also when the flow is denied from then on.
    /// What changes from a day on is said with the days of its locations: the old place is given
    /// `until`, and the new one `from`.
    #[oai(path = "/:id", method = "patch", operation_id = "updateFlow")]
    async fn update(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The flow's id.
        id: Path<String>,
        if_match: IfMatch,
        patch: Patch<FlowInput>,
    ) -> Result<Written<Changed<Flow>, ImpactAnalysis>, Refusal> {
        let made = writing.change(&registry, |draft| {
            let base = draft.seen()?;
            let current = find(&base, &id)?;
            let expected = if_match.holds(&shown(&base, current.id, draft.today())?)?;
            let before: FlowInput = bridged(&NewFlow::of(current))?;
            let new = bridged(&patch.apply(&before)?)?;
            Ok(flows::amend_in(draft, current.id, expected, new)?)
        });
        made.await?
            .changed(shown_on(&registry), ImpactAnalysis::of)
            .await
    }

    /// Activate a flow
    ///
    /// Puts a drafted flow into effect, or resumes a suspended one. Refused with findings and
    /// remedies when the legal gate denies it on its first day, or today when that is past.
    #[oai(path = "/:id/activate", method = "post", operation_id = "activateFlow")]
    async fn activate(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The flow's id.
        id: Path<String>,
        if_match: IfMatch,
        _body: NoBody,
    ) -> Result<Written<Changed<Flow>, ImpactAnalysis>, Refusal> {
        step(&writing, &registry, &id, &if_match, flows::activate_in).await
    }

    /// Suspend a flow
    ///
    /// Takes an active flow out of effect at once; it carries nothing until it is activated again.
    #[oai(path = "/:id/suspend", method = "post", operation_id = "suspendFlow")]
    async fn suspend(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The flow's id.
        id: Path<String>,
        if_match: IfMatch,
        _body: NoBody,
    ) -> Result<Written<Changed<Flow>, ImpactAnalysis>, Refusal> {
        step(&writing, &registry, &id, &if_match, flows::suspend_in).await
    }

    /// End a flow
    ///
    /// Sets the last day of a flow. From the day after it carries nothing; a last day that is past
    /// is a correction and counts at once.
    #[oai(path = "/:id/end", method = "post", operation_id = "endFlow")]
    async fn end(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The flow's id.
        id: Path<String>,
        if_match: IfMatch,
        input: StrictJson<EndInput>,
    ) -> Result<Written<Changed<Flow>, ImpactAnalysis>, Refusal> {
        let last_day = input.0.last_day.0;
        step(
            &writing,
            &registry,
            &id,
            &if_match,
            |draft, id, expected| flows::end_in(draft, id, expected, last_day),
        )
        .await
    }
}

/// Takes a step in the life of a flow, from the version that the request names.
async fn step<T>(
    writing: &Writing,
    registry: &Registry,
    id: &str,
    if_match: &IfMatch,
    take: T,
) -> Result<Written<Changed<Flow>, ImpactAnalysis>, Refusal>
where
    T: FnOnce(&mut Draft, Uuid, &Expected) -> Result<Uuid, ChangeError> + Send,
{
    let made = writing.change(registry, |draft| {
        let base = draft.seen()?;
        let current = find(&base, id)?;
        let expected = if_match.holds(&shown(&base, current.id, draft.today())?)?;
        Ok(take(draft, current.id, expected)?)
    });
    made.await?
        .changed(shown_on(registry), ImpactAnalysis::of)
        .await
}

fn find<'s>(snapshot: &'s Snapshot, id: &str) -> Result<&'s flows::Flow, Refusal> {
    let id = id.parse().map_err(|_| Refusal::NotFound)?;
    snapshot.flows().get(id).ok_or(Refusal::NotFound)
}

fn shown(snapshot: &Snapshot, id: Uuid, day: Day) -> Result<One<Flow>, Refusal> {
    let found = snapshot.flows().get(id).ok_or(Refusal::NotFound)?;
    One::versioned(snapshot.revision(), found.version, &Flow::on(found, day))
}

/// Shows one as it stands today.
fn shown_on(registry: &Registry) -> impl FnOnce(&Snapshot, Uuid) -> Result<One<Flow>, Refusal> {
    let today = registry.clock().today();
    move |snapshot, id| shown(snapshot, id, today)
}

/// A page of the flows and engagements, in effect or to begin, that stand so.
fn standing(
    snapshot: &Snapshot,
    query: &Query<FlowFilters>,
    mut judge: Judge<'_>,
    verdict: StandingVerdict,
    still: &dyn Fn() -> Result<(), Refusal>,
) -> Result<FlowPage, Refusal> {
    let day = judge.day();
    let narrowing = Narrowing::of(snapshot, query, day, Some(day));
    let flows = snapshot.flows().iter();
    let flows = flows.filter(|flow| narrowing.keeps(flow)).map(|one| one.id);
    let engagements = snapshot.subprocessors().iter();
    let engagements = engagements
        .filter(|engagement| narrowing.keeps_engagement(engagement))
        .map(|one| one.id);
    let mut ids: Vec<Uuid> = flows.chain(engagements).collect();
    ids.sort_unstable();
    let (found, next_cursor) = judge.page(query, verdict, ids.into_iter(), still)?;
    let items = found
        .into_iter()
        .filter_map(|(id, standing)| Flow::standing(snapshot, id, day, standing));
    Ok(FlowPage {
        items: items.collect(),
        next_cursor,
    })
}
