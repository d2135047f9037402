//! Changes that another person must approve, where the operator asks for it.
//!
//! A proposal keeps the whole request. It is made by who approves it, as if who proposed it sent it
//! again: in one change with the proposal's own, so that neither is there without the other.

mod persons;
pub mod subjects;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::Value;
pub use transfer_registry_entity::vocabulary::ProposalState;
use transfer_registry_entity::{columns::Coded, proposals};
use uuid::Uuid;

use self::persons::{Known, are_one};
pub use self::subjects::{ApprovalSubject, Approvals};
use crate::{ChangeError, Draft, Expected, Scope, Snapshot, tokens, users};

/// How many proposals may be open.
pub const MOST_OPEN: usize = 1_000;
/// How many of them one actor has: nobody is to use up what there is for all.
const MOST_OPEN_OF_ONE: usize = 100;

/// A request that waits for another person's approval, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Its id.
    pub id: Uuid,
    /// What was asked for.
    pub request: Request,
    /// For what it needs approval.
    pub subjects: Approvals,
    /// Who proposed it as it is now: under this name it is made.
    pub proposed_by: String,
    /// When.
    pub proposed_at: DateTime<Utc>,
    /// Everybody who proposed any of its versions: none of them approves it.
    pub authors: Vec<String>,
    /// The groups that exist for who proposed it; `None`: all of them.
    pub groups: Option<BTreeSet<Uuid>>,
    /// The register's revision that it was made against.
    pub base_revision: u64,
    /// What became of it.
    pub state: ProposalState,
    /// Who decided that, when, and why.
    pub decision: Option<Decision>,
    /// How often it was written, from 1.
    pub version: i64,
}

/// A request to the API, as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The operation's id in the contract.
    pub operation: String,
    /// Its method.
    pub method: String,
    /// Its path.
    pub path: String,
    /// Its query.
    pub query: Option<String>,
    /// Its body.
    pub body: Option<String>,
    /// The version of the object that the change is made to.
    pub if_match: Option<String>,
    /// Why the change is to be made.
    pub reason: Option<String>,
}

/// What was decided about a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// By whom.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: Option<String>,
}

impl Proposal {
    /// Whose data existed for who proposed it, and hence who may see it.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.groups.clone().map_or(Scope::All, Scope::Groups)
    }

    /// Whether it was made by somebody for whom nothing but these groups exists.
    pub(crate) fn is_within(&self, groups: &BTreeSet<Uuid>) -> bool {
        let own = self.groups.as_ref();
        own.is_some_and(|own| own.is_subset(groups))
    }

    /// Whether an actor is a person who proposed any of its versions.
    #[must_use]
    pub fn is_of(&self, snapshot: &Snapshot, actor: &str) -> bool {
        let mut authors = self.authors.iter();
        authors.any(|author| are_one(snapshot, author, actor))
    }

    /// Holds when an actor may approve or refuse it. `whole` is the register with its tokens.
    ///
    /// # Errors
    /// When it is not open, or the actor is a person who proposed it.
    pub fn may_be_decided(
        &self,
        whole: &Snapshot,
        actor: &str,
        what: &'static str,
    ) -> Result<(), ChangeError> {
        self.is_open(what)?;
        if self.is_of(whole, actor) {
            return Err(ChangeError::OwnProposal);
        }
        Ok(())
    }

    /// Holds when an actor may change it or take it back. `whole` is the register with its tokens.
    ///
    /// # Errors
    /// When it is not open, or the actor is nobody who proposed it.
    pub fn may_be_changed(
        &self,
        whole: &Snapshot,
        actor: &str,
        what: &'static str,
    ) -> Result<(), ChangeError> {
        self.is_open(what)?;
        if self.is_of(whole, actor) {
            Ok(())
        } else {
            Err(ChangeError::NotTheProposer)
        }
    }

    /// Holds while nobody has decided about it.
    ///
    /// # Errors
    /// When somebody has.
    pub fn is_open(&self, what: &'static str) -> Result<(), ChangeError> {
        if self.state == ProposalState::Open {
            return Ok(());
        }
        let stage = self.state.code();
        Err(ChangeError::WrongStage { what, stage })
    }
}

impl Known for Snapshot {
    fn issuer<'s>(&'s self, actor: &str) -> Option<&'s str> {
        tokens::acting_as(self, actor).map(|token| token.issued_by.as_str())
    }

    fn known_to<'s>(&'s self, actor: &str) -> Vec<&'s str> {
        let user = users::acting_as(self, actor);
        user.into_iter().flat_map(users::User::known_to).collect()
    }
}

/// Whether a proposal in its state in the ledger was made by somebody for whom nothing but these
/// groups exists.
pub(crate) fn is_within(state: &str, groups: &BTreeSet<Uuid>) -> bool {
    let state: Option<Value> = serde_json::from_str(state).ok();
    let own = state
        .as_ref()
        .and_then(|state| state.get("group_ids")?.as_array());
    own.is_some_and(|own| {
        let mut ids = own.iter().map(|id| id.as_str()?.parse::<Uuid>().ok());
        ids.all(|id| id.is_some_and(|id| groups.contains(&id)))
    })
}

/// Keeps a request instead of what it put into the draft.
///
/// # Errors
/// When there are as many open proposals as there may be.
pub fn propose_in(
    draft: &mut Draft,
    actor: &str,
    request: Request,
    subjects: Approvals,
) -> Result<Uuid, ChangeError> {
    draft.take_back();
    let open = draft.base().proposals().iter();
    let open = open.filter(|one| one.state == ProposalState::Open).count();
    let own = draft.base().proposals().iter();
    let own = own.filter(|one| one.state == ProposalState::Open && one.proposed_by == actor);
    if open >= MOST_OPEN || own.count() >= MOST_OPEN_OF_ONE {
        return Err(ChangeError::TooManyProposals(open));
    }
    let id = draft.new_id();
    let proposal = Proposal {
        id,
        request,
        subjects,
        proposed_by: actor.to_owned(),
        proposed_at: draft.now(),
        authors: vec![actor.to_owned()],
        groups: groups_of(draft.scope()),
        base_revision: draft.base().revision(),
        state: ProposalState::Open,
        decision: None,
        version: 1,
    };
    draft.put("propose", proposals::Model::from(proposal));
    Ok(id)
}

/// The proposal with an id, at the version that the caller has seen, if it exists for the caller.
fn existing(draft: &Draft, id: Uuid, expected: &Expected) -> Result<Proposal, ChangeError> {
    let found = draft.base().proposals().get(id);
    let found = found.ok_or(ChangeError::NotFound)?;
    if !found.scope().is_within(draft.scope()) {
        return Err(ChangeError::NotFound);
    }
    expected.admits(found.version)?;
    Ok(found.clone())
}

/// Holds when an actor may change a proposal at this version.
///
/// # Errors
/// When there is none, it was changed meanwhile, it is not open, or it is not the actor's own.
pub fn editable(
    draft: &Draft,
    actor: &str,
    id: Uuid,
    expected: &Expected,
) -> Result<(), ChangeError> {
    existing(draft, id, expected)?.may_be_changed(draft.base(), actor, "editing")
}

/// Keeps another request in the place of a proposal's, instead of what it put into the draft. It is
/// to be approved anew, and by nobody who proposed it before.
///
/// # Errors
/// As [`editable`]; when the request would change nothing.
pub fn edit_in(
    draft: &mut Draft,
    actor: &str,
    (id, expected): (Uuid, &Expected),
    request: Request,
    subjects: Approvals,
) -> Result<Uuid, ChangeError> {
    editable(draft, actor, id, expected)?;
    if draft.entries().is_empty() {
        return Err(ChangeError::Nothing);
    }
    let before = existing(draft, id, expected)?;
    draft.take_back();
    let mut authors = before.authors.clone();
    if !authors.iter().any(|author| author == actor) {
        authors.push(actor.to_owned());
    }
    let proposal = Proposal {
        id,
        request,
        // Whatever it is now: it was proposed, and is made when it is approved.
        subjects: if subjects.is_empty() {
            before.subjects
        } else {
            subjects
        },
        proposed_by: actor.to_owned(),
        proposed_at: draft.now(),
        authors,
        groups: groups_of(draft.scope()),
        base_revision: draft.base().revision(),
        state: ProposalState::Open,
        decision: None,
        version: before.version + 1,
    };
    draft.put("amend", proposals::Model::from(proposal));
    Ok(id)
}

/// Holds when an actor may approve a proposal at this version, and who proposed it may still act.
///
/// # Errors
/// When there is none, it was changed meanwhile, it is not open, the actor is a person who proposed
/// it, or the token by which it was proposed is no longer good.
pub fn approvable(
    draft: &Draft,
    actor: &str,
    id: Uuid,
    expected: &Expected,
) -> Result<(), ChangeError> {
    // Whether it exists for the actor is asked before: here it is made for who proposed it.
    let proposal = existing(draft, id, expected)?;
    proposal.may_be_decided(draft.base(), actor, "approval")?;
    let (base, by) = (draft.base(), &proposal.proposed_by);
    let token = tokens::acting_as(base, by);
    let user = users::acting_as(base, by);
    let gone = token.is_some_and(|token| !token.is_good(draft.now()))
        || user.is_some_and(|user| !user.is_enabled());
    if gone {
        return Err(ChangeError::ProposerNotAllowed);
    }
    Ok(())
}

/// Approves a proposal, in the change that makes it.
///
/// # Errors
/// As [`approvable`].
pub fn approve_in(
    draft: &mut Draft,
    actor: &str,
    reason: Option<String>,
    id: Uuid,
    expected: &Expected,
) -> Result<Uuid, ChangeError> {
    approvable(draft, actor, id, expected)?;
    let proposal = existing(draft, id, expected)?;
    Ok(decide(
        draft,
        proposal,
        ("approve", ProposalState::Approved),
        actor,
        reason,
    ))
}

/// Refuses a proposal.
///
/// # Errors
/// When there is none, it was changed meanwhile, it is not open, or the actor is a person who
/// proposed it.
pub fn refuse_in(
    draft: &mut Draft,
    actor: &str,
    reason: Option<String>,
    id: Uuid,
    expected: &Expected,
) -> Result<Uuid, ChangeError> {
    let proposal = existing(draft, id, expected)?;
    proposal.may_be_decided(draft.base(), actor, "refusal")?;
    Ok(decide(
        draft,
        proposal,
        ("refuse", ProposalState::Refused),
        actor,
        reason,
    ))
}

/// Takes a proposal back.
///
/// # Errors
/// When there is none, it was changed meanwhile, it is not open, or it is not the actor's own.
pub fn withdraw_in(
    draft: &mut Draft,
    actor: &str,
    reason: Option<String>,
    id: Uuid,
    expected: &Expected,
) -> Result<Uuid, ChangeError> {
    let proposal = existing(draft, id, expected)?;
    proposal.may_be_changed(draft.base(), actor, "withdrawal")?;
    Ok(decide(
        draft,
        proposal,
        ("withdraw", ProposalState::Withdrawn),
        actor,
        reason,
    ))
}

fn decide(
    draft: &mut Draft,
    before: Proposal,
    (action, state): (&'static str, ProposalState),
    actor: &str,
    reason: Option<String>,
) -> Uuid {
    let id = before.id;
    let decision = Decision {
        by: actor.to_owned(),
        at: draft.now(),
        reason,
    };
    let proposal = Proposal {
        state,
        decision: Some(decision),
        version: before.version + 1,
        ..before
    };
    draft.put(action, proposals::Model::from(proposal));
    id
}

fn groups_of(scope: &Scope) -> Option<BTreeSet<Uuid>> {
    match scope {
        Scope::All => None,
        Scope::Groups(groups) => Some(groups.clone()),
    }
}

impl From<Proposal> for proposals::Model {
    fn from(proposal: Proposal) -> Self {
        let Proposal {
            id,
            request,
            subjects,
            proposed_by,
            proposed_at,
            authors,
            groups,
            base_revision,
            state,
            decision,
            version,
        } = proposal;
        let Request {
            operation,
            method,
            path,
            query,
            body,
            if_match,
            reason,
        } = request;
        let subjects: Vec<_> = subjects.into_iter().map(Coded).collect();
        let groups = groups.map(|groups| groups.into_iter().collect::<Vec<_>>().into());
        Self {
            id,
            operation,
            method,
            path,
            query,
            body,
            if_match,
            reason,
            subjects: subjects.into(),
            proposed_by,
            proposed_at,
            authors: authors.into(),
            group_ids: groups,
            base_revision: i64::try_from(base_revision).unwrap_or(i64::MAX),
            state: state.into(),
            decided_by: decision.as_ref().map(|decision| decision.by.clone()),
            decided_at: decision.as_ref().map(|decision| decision.at),
            decision_reason: decision.and_then(|decision| decision.reason),
            version,
        }
    }
}

impl From<proposals::Model> for Proposal {
    fn from(row: proposals::Model) -> Self {
        let proposals::Model {
            id,
            operation,
            method,
            path,
            query,
            body,
            if_match,
            reason,
            subjects,
            proposed_by,
            proposed_at,
            authors,
            group_ids,
            base_revision,
            state,
            decided_by,
            decided_at,
            decision_reason,
            version,
        } = row;
        Self {
            id,
            request: Request {
                operation,
                method,
                path,
                query,
                body,
                if_match,
                reason,
            },
            subjects: subjects.0.into_iter().map(|subject| subject.0).collect(),
            proposed_by,
            proposed_at,
            authors: authors.0,
            groups: group_ids.map(|groups| groups.0.into_iter().collect()),
            base_revision: u64::try_from(base_revision).unwrap_or_default(),
            state: state.0,
            decision: decided_by.zip(decided_at).map(|(by, at)| Decision {
                by,
                at,
                reason: decision_reason,
            }),
            version,
        }
    }
}
