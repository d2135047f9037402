//! Engagements of third parties by groups.

mod input;
mod query;
mod shown;

use poem::{Result, web::Data};
use poem_openapi::{OpenApi, param::Path};
use transfer_decision::span::Day;
use transfer_registry_core::{
    ChangeError, Draft, Expected, Registry, Snapshot,
    subprocessors::{self, NewSubprocessor},
};
use uuid::Uuid;

pub(crate) use input::{EndInput, SubprocessorInput};
pub(crate) use query::{SubprocessorFilters, SubprocessorQuery, SubprocessorStandingQuery};

use self::{
    input::{ActivationInput, AnnouncementInput, SubprocessorCreation},
    query::Narrowing,
    shown::{Subprocessor, SubprocessorPage},
};
use super::{
    Tag,
    bridge::bridged,
    impact_analyses::ImpactAnalysis,
    optional::Optionally,
    standings::{self, RelationshipStanding, StandingVerdict},
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

/// Subprocessors.
pub(crate) struct Subprocessors;

#[OpenApi(prefix_path = "/v1/subprocessors", tag = "Tag::Subprocessors")]
impl Subprocessors {
    /// List subprocessors
    ///
    /// Every engagement that the filters leave, by id. With `verdict` every one in effect is judged
    /// by the legal gate, one that begins later on its own first day, and those that stand so are
    /// shown with their standing; at busy times such a list is refused with 503.
    #[oai(path = "/", method = "get", operation_id = "listSubprocessors")]
    async fn list(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        turns: Data<&Turns>,
        query: Query<SubprocessorFilters>,
    ) -> Result<Answer<SubprocessorPage>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        if let Some(verdict) = query.code("verdict") {
            let today = registry.clock().today();
            let judged = turns.run(move |wanted| {
                let judge = standings::Judge::on(&snapshot, query.as_of().unwrap_or(today));
                let page = standing(&snapshot, &query, judge, verdict, &|| wanted.still())?;
                Answer::of(snapshot.revision(), &page)
            });
            return judged.await;
        }
        let day = query.as_of().unwrap_or_else(|| registry.clock().today());
        let narrowing = Narrowing::of(&snapshot, &query, day);
        let kept = snapshot.subprocessors().iter();
        let kept = kept.filter(|engagement| narrowing.keeps(engagement));
        let (items, next_cursor) = page(kept, &query, |engagement| engagement.id.to_string());
        let items = items
            .into_iter()
            .map(|one| Subprocessor::on(one, day))
            .collect();
        Answer::of(
            snapshot.revision(),
            &SubprocessorPage { items, next_cursor },
        )
    }

    /// Create a subprocessor
    ///
    /// Proposes an engagement: it carries nothing until it is active. With `record_existing` it is
    /// entered as what runs in reality already.
    #[oai(path = "/", method = "post", operation_id = "createSubprocessor")]
    async fn create(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        input: StrictJson<SubprocessorCreation>,
    ) -> Result<Written<Created<Subprocessor>, ImpactAnalysis>, Refusal> {
        let made = writing.create(&registry, input.digest(), |draft| {
            let new = bridged(&input.0.engagement)?;
            Ok(if input.0.record_existing {
                subprocessors::record_existing_in(draft, new)?
            } else {
                subprocessors::propose_in(draft, new)?
            })
        });
        made.await?
            .created("/v1/subprocessors", shown_on(&registry), ImpactAnalysis::of)
            .await
    }

    /// Get a subprocessor
    ///
    /// One engagement, by id.
    #[oai(path = "/:id", method = "get", operation_id = "getSubprocessor")]
    async fn get(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<SubprocessorQuery>,
        /// The engagement's id.
        id: Path<String>,
    ) -> Result<One<Subprocessor>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        let day = query.as_of().unwrap_or_else(|| registry.clock().today());
        shown(&snapshot, find(&snapshot, &id)?.id, day)
    }

    /// Get a subprocessor's standing
    ///
    /// What the legal gate says of exactly this engagement on a day, with every finding: judged
    /// for every company of the group, and as if it were active, whatever its stage and its days.
    #[oai(
        path = "/:id/standing",
        method = "get",
        operation_id = "getSubprocessorStanding"
    )]
    async fn standing(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<SubprocessorStandingQuery>,
        /// The engagement's id.
        id: Path<String>,
    ) -> Result<One<RelationshipStanding>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        let as_of = query.as_of().unwrap_or_else(|| registry.clock().today());
        RelationshipStanding::on(&snapshot, find(&snapshot, &id)?.id, as_of)
    }

    /// Amend a subprocessor
    ///
    /// Changes what is said of an engagement; its group, its organisation and its stage stay. It is
    /// a correction: what it says counts for all days of the engagement, also when the engagement
    /// is denied from then on. What changes from a day on is said with the days of its locations:
    /// the old place is given `until`, and the new one `from`.
    #[oai(path = "/:id", method = "patch", operation_id = "updateSubprocessor")]
    async fn update(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The engagement's id.
        id: Path<String>,
        if_match: IfMatch,
        patch: Patch<SubprocessorInput>,
    ) -> Result<Written<Changed<Subprocessor>, ImpactAnalysis>, Refusal> {
        let made = writing.change(&registry, |draft| {
            let base = draft.seen()?;
            let current = find(&base, &id)?;
            let expected = if_match.holds(&shown(&base, current.id, draft.today())?)?;
            let before: SubprocessorInput = bridged(&NewSubprocessor::of(current))?;
            let new = bridged(&patch.apply(&before)?)?;
            Ok(subprocessors::amend_in(draft, current.id, expected, new)?)
        });
        made.await?
            .changed(shown_on(&registry), ImpactAnalysis::of)
            .await
    }

    /// Announce a subprocessor
    ///
    /// Tells the customers of a proposed engagement: it is shown as upcoming, and takes effect on
    /// its day, after the group's notice and the objection period.
    #[oai(
        path = "/:id/announce",
        method = "post",
        operation_id = "announceSubprocessor"
    )]
    async fn announce(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The engagement's id.
        id: Path<String>,
        if_match: IfMatch,
        input: Optionally<AnnouncementInput>,
    ) -> Result<Written<Changed<Subprocessor>, ImpactAnalysis>, Refusal> {
        let announcement = bridged(&input.0)?;
        step(
            &writing,
            &registry,
            &id,
            &if_match,
            |draft, id, expected| subprocessors::announce_in(draft, id, expected, &announcement),
        )
        .await
    }

    /// Withdraw a subprocessor's announcement
    ///
    /// Takes an announcement back, for example after an objection: the engagement is proposed
    /// again.
    #[oai(
        path = "/:id/withdraw",
        method = "post",
        operation_id = "withdrawSubprocessor"
    )]
    async fn withdraw(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The engagement's id.
        id: Path<String>,
        if_match: IfMatch,
        _body: NoBody,
    ) -> Result<Written<Changed<Subprocessor>, ImpactAnalysis>, Refusal> {
        step(
            &writing,
            &registry,
            &id,
            &if_match,
            subprocessors::withdraw_in,
        )
        .await
    }

    /// Activate a subprocessor
    ///
    /// Puts a proposed or announced engagement into effect from its first day. Refused with
    /// findings and remedies when the legal gate denies it on that day, or today when that is past.
    #[oai(
        path = "/:id/activate",
        method = "post",
        operation_id = "activateSubprocessor"
    )]
    async fn activate(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The engagement's id.
        id: Path<String>,
        if_match: IfMatch,
        input: Optionally<ActivationInput>,
    ) -> Result<Written<Changed<Subprocessor>, ImpactAnalysis>, Refusal> {
        let first = input.0.effective_from.map(|day| day.0);
        step(
            &writing,
            &registry,
            &id,
            &if_match,
            |draft, id, expected| subprocessors::activate_in(draft, id, expected, first),
        )
        .await
    }

    /// End a subprocessor
    ///
    /// Sets the last day of an engagement. From the day after it carries nothing; a last day that
    /// is past is a correction and counts at once.
    #[oai(path = "/:id/end", method = "post", operation_id = "endSubprocessor")]
    async fn end(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The engagement's id.
        id: Path<String>,
        if_match: IfMatch,
        input: StrictJson<EndInput>,
    ) -> Result<Written<Changed<Subprocessor>, ImpactAnalysis>, Refusal> {
        let last_day = input.0.last_day.0;
        step(
            &writing,
            &registry,
            &id,
            &if_match,
            |draft, id, expected| subprocessors::end_in(draft, id, expected, last_day),
        )
        .await
    }
}

/// Takes a step in the life of an engagement, from the version that the request names.
async fn step<T>(
    writing: &Writing,
    registry: &Registry,
    id: &str,
    if_match: &IfMatch,
    take: T,
) -> Result<Written<Changed<Subprocessor>, ImpactAnalysis>, Refusal>
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

fn find<'s>(snapshot: &'s Snapshot, id: &str) -> Result<&'s subprocessors::Subprocessor, Refusal> {
    let id = id.parse().map_err(|_| Refusal::NotFound)?;
    snapshot.subprocessors().get(id).ok_or(Refusal::NotFound)
}

fn shown(snapshot: &Snapshot, id: Uuid, day: Day) -> Result<One<Subprocessor>, Refusal> {
    let found = snapshot.subprocessors().get(id).ok_or(Refusal::NotFound)?;
    One::versioned(
        snapshot.revision(),
        found.version,
        &Subprocessor::on(found, day),
    )
}

/// Shows one as it stands today.
fn shown_on(
    registry: &Registry,
) -> impl FnOnce(&Snapshot, Uuid) -> Result<One<Subprocessor>, Refusal> {
    let today = registry.clock().today();
    move |snapshot, id| shown(snapshot, id, today)
}

/// A page of the engagements, in effect or to begin, that stand so.
fn standing(
    snapshot: &Snapshot,
    query: &Query<SubprocessorFilters>,
    mut judge: standings::Judge<'_>,
    verdict: StandingVerdict,
    still: &dyn Fn() -> Result<(), Refusal>,
) -> Result<SubprocessorPage, Refusal> {
    let day = judge.day();
    let narrowing = Narrowing::of(snapshot, query, day);
    let kept = snapshot.subprocessors().iter();
    let kept = kept.filter(|engagement| narrowing.keeps(engagement));
    let (found, next_cursor) = judge.page(query, verdict, kept.map(|one| one.id), still)?;
    let items = found.into_iter().filter_map(|(id, standing)| {
        let mut shown = Subprocessor::on(snapshot.subprocessors().get(id)?, day);
        shown.standing = Some(standing);
        Some(shown)
    });
    Ok(SubprocessorPage {
        items: items.collect(),
        next_cursor,
    })
}
