//! Changes that wait for another person's approval, where the operator asks for it.

mod body;
mod input;
mod shown;

use std::sync::Arc;

use poem::{Response, Result, web::Data};
use poem_openapi::{OpenApi, param::Path};
use transfer_registry_core::{
    Expected, Registry, Snapshot,
    proposals::{self, ProposalState},
};
use uuid::Uuid;

use self::input::ProposalInput;
pub(crate) use self::shown::{Proposal, ProposalPage};
use super::{Tag, impact_analyses::ImpactAnalysis};
use crate::{
    api::{
        answer::{Answer, One, REVISION},
        auth::Caller,
        etag::IfMatch,
        paging::page,
        query::{CURSOR, KNOWN_AT, Kind, LIMIT, Parameter, Parameters, Query},
        strict::{NoBody, StrictJson},
        write::{Changed, REASON, Writing, Written},
    },
    callers,
    edge::headers::RequestId,
    inward::{Inside, OnBehalf, Purpose},
    moments,
    refusal::{Refusal, Violation, ViolationCode, step},
};

/// Proposals.
pub(crate) struct Proposals;

/// Where they are.
pub(crate) const COLLECTION: &str = "/v1/proposals";

/// What an answer of the API itself may have at most: an analysis, which is long in a large register.
const LONGEST: usize = 64 << 20;

/// What narrows the list.
pub(crate) struct ProposalFilters;

impl Parameters for ProposalFilters {
    const OPERATION: &'static str = "listProposals";
    const PARAMETERS: &'static [Parameter] = &[
        LIMIT,
        CURSOR,
        KNOWN_AT,
        Parameter::new(
            "state",
            "Only proposals of which this became.",
            Kind::code::<ProposalState>(),
        ),
        Parameter::new("proposed_by", "Only what this actor proposed.", Kind::Name),
        Parameter::new(
            "decided_by",
            "Only what this actor approved or refused.",
            Kind::Name,
        ),
    ];
}

/// What one proposal is asked with.
pub(crate) struct ProposalQuery;

impl Parameters for ProposalQuery {
    const OPERATION: &'static str = "getProposal";
    const PARAMETERS: &'static [Parameter] = &[KNOWN_AT];
}

/// The impact is always that of now.
pub(crate) struct ImpactQuery;

impl Parameters for ImpactQuery {
    const OPERATION: &'static str = "getProposalImpact";
    const PARAMETERS: &'static [Parameter] = &[];
}

#[OpenApi(prefix_path = "/v1/proposals", tag = "Tag::Proposals")]
impl Proposals {
    /// List proposals
    ///
    /// Every proposal that the filters leave, also those that were decided about. Whoever is limited
    /// to groups sees those of callers for whom no other groups exist.
    #[oai(path = "/", method = "get", operation_id = "listProposals")]
    async fn list(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<ProposalFilters>,
    ) -> Result<Answer<ProposalPage>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        let state = query.code::<ProposalState>("state");
        let by = query.text("proposed_by");
        let decided_by = query.text("decided_by");
        let kept = snapshot.proposals().iter().filter(|proposal| {
            state.is_none_or(|state| state == proposal.state)
                && by.is_none_or(|by| by == proposal.proposed_by)
                && decided_by.is_none_or(|by| {
                    let decision = proposal.decision.as_ref();
                    decision.is_some_and(|decision| decision.by == by)
                })
        });
        let (found, next_cursor) = page(kept, &query, |proposal| proposal.id.to_string());
        let items = found.into_iter();
        let items = items
            .map(|proposal| Proposal::of(&snapshot, proposal))
            .collect();
        Answer::of(snapshot.revision(), &ProposalPage { items, next_cursor })
    }

    /// Get a proposal
    ///
    /// One proposal, by id, with the request that was made.
    #[oai(path = "/:id", method = "get", operation_id = "getProposal")]
    async fn get(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<ProposalQuery>,
        /// The proposal's id.
        id: Path<String>,
    ) -> Result<One<Proposal>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        one(&snapshot, find(&snapshot, &id)?)
    }

    /// Analyse the impact of a proposal
    ///
    /// What the proposed request would do now, as its preview (`dry_run`) says it, within what exists
    /// for who proposed it. One that would be refused now is answered with why
    /// (`proposal_outdated`, `gate_denied`, `proposer_not_allowed`).
    #[oai(
        path = "/:id/impact",
        method = "get",
        operation_id = "getProposalImpact"
    )]
    async fn impact(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        inside: Data<&Inside>,
        request: &poem::Request,
        _query: Query<ImpactQuery>,
        /// The proposal's id.
        id: Path<String>,
    ) -> Result<One<ImpactAnalysis>, Refusal> {
        let snapshot = moments::seen(&registry, &registry.snapshot(), caller.scope())?;
        let proposal = find(&snapshot, &id)?;
        proposal.is_open("an analysis of the impact")?;
        let under = request.data::<RequestId>().map(|id| id.0.clone());
        let by = &proposal.proposed_by;
        let on_behalf = OnBehalf::of(by, proposal.scope(), Purpose::Rehearsal);
        let under = under.unwrap_or_default();
        let answered = inside.ask(&proposal.request, on_behalf, &under).await?;
        let (revision, json) = analysis(answered).await?;
        Ok(One::written(revision, json))
    }

    /// Replace what is proposed
    ///
    /// Gives the request of an open proposal another body, and with `x-change-reason` another
    /// reason. It is held against everything that the request is held against, and is to be approved
    /// anew. Only who proposed it may, by whichever token; nobody who did approves it afterwards.
    #[oai(path = "/:id", method = "put", operation_id = "replaceProposal")]
    async fn replace(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        inside: Data<&Inside>,
        /// The proposal's id.
        id: Path<String>,
        if_match: IfMatch,
        input: StrictJson<ProposalInput>,
    ) -> Result<Written<Changed<Proposal>, ImpactAnalysis>, Refusal> {
        let whole = registry.snapshot();
        let snapshot = moments::seen(&registry, &whole, &writing.scope)?;
        let before = find(&snapshot, &id)?;
        if_match.holds(&one(&snapshot, before)?)?;
        let expected = Expected::Versions(vec![before.version]);
        let actor = &writing.context.actor;
        before.may_be_changed(&whole, actor, "editing")?;
        let kept = input.0.request(before, writing.context.reason.clone());
        let purpose = if writing.dry_run {
            Purpose::Rehearsal
        } else {
            let id = before.id;
            Purpose::Edit { id, expected }
        };
        let on_behalf = OnBehalf::of(actor, writing.scope.clone(), purpose);
        let under = &writing.context.request_id;
        let answered = inside.ask(&kept, on_behalf, under).await?;
        after(&writing, &registry, before.id, answered).await
    }

    /// Approve a proposal
    ///
    /// Makes what is proposed, in one change with the approval: under the name of who proposed it,
    /// with who approves it in the proposal's own entry of the ledger. Nobody approves what they
    /// proposed, by whichever token. What would be refused now is not made, and stays open.
    #[oai(
        path = "/:id/approve",
        method = "post",
        operation_id = "approveProposal"
    )]
    async fn approve(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        inside: Data<&Inside>,
        /// The proposal's id.
        id: Path<String>,
        if_match: IfMatch,
        _body: NoBody,
    ) -> Result<Written<Changed<Proposal>, ImpactAnalysis>, Refusal> {
        callers::known_here(&writing.context.actor)?;
        let whole = registry.snapshot();
        let snapshot = moments::seen(&registry, &whole, &writing.scope)?;
        let proposal = find(&snapshot, &id)?;
        if_match.holds(&one(&snapshot, proposal)?)?;
        // The version whose request is made here, whatever `*` would take.
        let expected = Expected::Versions(vec![proposal.version]);
        let by = writing.context.actor.clone();
        proposal.may_be_decided(&whole, &by, "approval")?;
        let purpose = if writing.dry_run {
            Purpose::Rehearsal
        } else {
            Purpose::Approval {
                id: proposal.id,
                expected,
                by,
                reason: writing.context.reason.clone(),
            }
        };
        let on_behalf = OnBehalf::of(&proposal.proposed_by, proposal.scope(), purpose);
        let under = &writing.context.request_id;
        let answered = inside.ask(&proposal.request, on_behalf, under).await?;
        after(&writing, &registry, proposal.id, answered).await
    }

    /// Refuse a proposal
    ///
    /// Closes a proposal that is not to be made, and says why (`x-change-reason`, which is required
    /// here). Nobody refuses what they proposed; they withdraw it.
    #[oai(path = "/:id/refuse", method = "post", operation_id = "refuseProposal")]
    async fn refuse(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The proposal's id.
        id: Path<String>,
        if_match: IfMatch,
        _body: NoBody,
    ) -> Result<Written<Changed<Proposal>, ImpactAnalysis>, Refusal> {
        callers::known_here(&writing.context.actor)?;
        let (actor, reason) = (&writing.context.actor, &writing.context.reason);
        let made = writing.change(&registry, |draft| {
            let (id, expected) = held(&*draft.seen()?, &id, &if_match)?;
            if reason.is_none() {
                let missing = Violation::plain(step("", REASON), ViolationCode::MissingField);
                return Err(Refusal::invalid(vec![missing]));
            }
            let reason = reason.clone();
            Ok(proposals::refuse_in(draft, actor, reason, id, &expected)?)
        });
        made.await?.changed(shown, ImpactAnalysis::of).await
    }

    /// Withdraw a proposal
    ///
    /// Takes a proposal back. Only who proposed it may, by whichever token.
    #[oai(
        path = "/:id/withdraw",
        method = "post",
        operation_id = "withdrawProposal"
    )]
    async fn withdraw(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The proposal's id.
        id: Path<String>,
        if_match: IfMatch,
        _body: NoBody,
    ) -> Result<Written<Changed<Proposal>, ImpactAnalysis>, Refusal> {
        let (actor, reason) = (&writing.context.actor, &writing.context.reason);
        let made = writing.change(&registry, |draft| {
            let (id, expected) = held(&*draft.seen()?, &id, &if_match)?;
            let reason = reason.clone();
            Ok(proposals::withdraw_in(draft, actor, reason, id, &expected)?)
        });
        made.await?.changed(shown, ImpactAnalysis::of).await
    }
}

/// What came of a request that was made for a proposal: the proposal after it, or a preview.
async fn after(
    writing: &Writing,
    registry: &Registry,
    id: Uuid,
    answered: Response,
) -> Result<Written<Changed<Proposal>, ImpactAnalysis>, Refusal> {
    if writing.dry_run {
        let (revision, json) = analysis(answered).await?;
        return Ok(Written::Previewed(Answer::written(revision, json)));
    }
    let revision = revision_of(&answered)?;
    let of_then = registry.at_revision(revision).await.map_err(|error| {
        // It is recorded, and reading the proposal will show it.
        tracing::error!(%error, "what was recorded cannot be shown");
        Refusal::OutcomeUnknown
    })?;
    let snapshot: Arc<Snapshot> = moments::seen(registry, &of_then, &writing.scope)?;
    Ok(Written::Done(Changed::to(shown(&snapshot, id)?)))
}

/// An analysis that the API itself answered.
async fn analysis(mut answered: Response) -> Result<(u64, Vec<u8>), Refusal> {
    let revision = revision_of(&answered)?;
    let json = answered.take_body().into_bytes_limit(LONGEST).await;
    let json = json.map_err(|_| Refusal::Internal)?;
    Ok((revision, json.to_vec()))
}

/// The revision that an answer of the API itself rests on.
fn revision_of(answered: &Response) -> Result<u64, Refusal> {
    let said = answered.headers().get(REVISION);
    let said = said.and_then(|revision| revision.to_str().ok()?.parse().ok());
    said.ok_or(Refusal::Internal)
}

/// The proposal that a path names, at the version that the caller has seen.
fn held(snapshot: &Snapshot, id: &str, if_match: &IfMatch) -> Result<(Uuid, Expected), Refusal> {
    let found = find(snapshot, id)?;
    let expected = if_match.holds(&one(snapshot, found)?)?;
    Ok((found.id, expected.clone()))
}

fn find<'s>(snapshot: &'s Snapshot, id: &str) -> Result<&'s proposals::Proposal, Refusal> {
    let id: Uuid = id.parse().map_err(|_| Refusal::NotFound)?;
    snapshot.proposals().get(id).ok_or(Refusal::NotFound)
}

fn one(snapshot: &Snapshot, found: &proposals::Proposal) -> Result<One<Proposal>, Refusal> {
    let shown = Proposal::of(snapshot, found);
    One::versioned(snapshot.revision(), found.version, &shown)
}

/// A proposal as it is shown.
///
/// # Errors
/// When there is none.
pub(crate) fn shown(snapshot: &Snapshot, id: Uuid) -> Result<One<Proposal>, Refusal> {
    let found = snapshot.proposals().get(id).ok_or(Refusal::NotFound)?;
    one(snapshot, found)
}
