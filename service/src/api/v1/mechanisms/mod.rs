//! Transfer mechanisms, with their parties, uses and impact assessments.

mod input;
mod shown;

use poem::{Result, web::Data};
use poem_openapi::{Object, OpenApi, param::Path};
use serde::Serialize;
use transfer_decision::vocabulary::Tool;
use transfer_registry_core::{
    Expected, Registry, Snapshot,
    mechanisms::{self, NewMechanism, Party},
};
use uuid::Uuid;

pub(crate) use self::input::MechanismInput;
use self::{
    input::{MechanismEnd, MechanismUseInput},
    shown::{Mechanism, MechanismParty},
};
use super::{Tag, bridge::bridged, impact_analyses::ImpactAnalysis, places::placed};
use crate::{
    api::{
        answer::{Answer, One},
        auth::Caller,
        etag::IfMatch,
        paging::page,
        patch::Patch,
        query::{AS_OF, CURSOR, KNOWN_AT, Kind, LIMIT, Parameter, Parameters, Query},
        strict::StrictJson,
        write::{Changed, Created, Writing, Written},
    },
    days::concluded_on,
    refusal::Refusal,
};

/// Mechanisms.
pub(crate) struct Mechanisms;

/// Where they are.
const COLLECTION: &str = "/v1/mechanisms";

/// A page of mechanisms.
#[derive(Debug, Object, Serialize)]
pub(crate) struct MechanismPage {
    /// The mechanisms, by id.
    items: Vec<Mechanism>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// What narrows the list.
pub(crate) struct MechanismFilters;

impl Parameters for MechanismFilters {
    const OPERATION: &'static str = "listMechanisms";
    const PARAMETERS: &'static [Parameter] = &[
        LIMIT,
        CURSOR,
        AS_OF,
        KNOWN_AT,
        Parameter::new(
            "group",
            "Only mechanisms that this group keeps, by slug or id.",
            Kind::Name,
        ),
        Parameter::new(
            "party",
            "Only mechanisms to which this organisation is or was party, by slug or id.",
            Kind::Name,
        ),
        Parameter::new(
            "tool",
            "Only mechanisms of this tool.",
            Kind::code::<Tool>(),
        ),
        Parameter::new(
            "expiring_before",
            "Only mechanisms with a last day that is before this day; with `as_of`, of those that \
             are still in force.",
            Kind::AsOf,
        ),
        Parameter::new(
            "document_sha256",
            "Only mechanisms whose document has this SHA-256.",
            Kind::Name,
        ),
    ];
}

/// What one mechanism is asked with.
pub(crate) struct MechanismQuery;

impl Parameters for MechanismQuery {
    const OPERATION: &'static str = "getMechanism";
    const PARAMETERS: &'static [Parameter] = &[KNOWN_AT];
}

#[OpenApi(prefix_path = "/v1/mechanisms", tag = "Tag::Mechanisms")]
impl Mechanisms {
    /// List mechanisms
    ///
    /// Every mechanism that the filters leave, by id.
    #[oai(path = "/", method = "get", operation_id = "listMechanisms")]
    async fn list(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<MechanismFilters>,
    ) -> Result<Answer<MechanismPage>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        let kept = snapshot
            .mechanisms()
            .iter()
            .filter(|mechanism| keeps(&snapshot, &query, mechanism));
        let (items, next_cursor) = page(kept, &query, |mechanism| mechanism.id.to_string());
        let items = items.into_iter().map(Mechanism::from).collect();
        Answer::of(snapshot.revision(), &MechanismPage { items, next_cursor })
    }

    /// Get a mechanism
    ///
    /// One mechanism, by id.
    #[oai(path = "/:id", method = "get", operation_id = "getMechanism")]
    async fn get(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<MechanismQuery>,
        /// The mechanism's id.
        id: Path<String>,
    ) -> Result<One<Mechanism>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        one(&snapshot, find(&snapshot, &id)?)
    }

    /// Record a mechanism
    ///
    /// Records an instrument that transfers may rest on: clauses, binding corporate rules, a
    /// derogation. It carries a transfer from exporter to importer on the days on which both are
    /// party to it and the law's requirements are met.
    #[oai(path = "/", method = "post", operation_id = "createMechanism")]
    async fn create(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        input: StrictJson<MechanismInput>,
    ) -> Result<Written<Created<Mechanism>, ImpactAnalysis>, Refusal> {
        let new: NewMechanism = bridged(&input.0)?;
        let made = writing.create(&registry, input.digest(), |draft| {
            Ok(mechanisms::record_in(draft, new)?)
        });
        made.await?
            .created(COLLECTION, shown, ImpactAnalysis::of)
            .await
    }

    /// Amend a mechanism
    ///
    /// Amends a mechanism; its group and tool stay, and so do its uses.
    #[oai(path = "/:id", method = "patch", operation_id = "updateMechanism")]
    async fn update(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The mechanism's id.
        id: Path<String>,
        if_match: IfMatch,
        patch: Patch<MechanismInput>,
    ) -> Result<Written<Changed<Mechanism>, ImpactAnalysis>, Refusal> {
        let made = writing.change(&registry, |draft| {
            let base = draft.seen()?;
            let current = find(&base, &id)?;
            let expected = if_match.holds(&one(&base, current)?)?;
            let new = patch.apply(&bridged(&NewMechanism::of(current))?)?;
            Ok(mechanisms::amend_in(
                draft,
                current.id,
                expected,
                bridged(&new)?,
            )?)
        });
        made.await?.changed(shown, ImpactAnalysis::of).await
    }

    /// End a mechanism
    ///
    /// Sets the last day on which the mechanism carries transfers. A day that is past already is a
    /// correction.
    #[oai(path = "/:id/end", method = "post", operation_id = "endMechanism")]
    async fn end(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The mechanism's id.
        id: Path<String>,
        if_match: IfMatch,
        input: StrictJson<MechanismEnd>,
    ) -> Result<Written<Changed<Mechanism>, ImpactAnalysis>, Refusal> {
        let made = writing.change(&registry, |draft| {
            let base = draft.seen()?;
            let current = find(&base, &id)?;
            let expected = if_match.holds(&one(&base, current)?)?;
            Ok(mechanisms::end_in(
                draft,
                current.id,
                expected,
                input.0.last_day.0,
            )?)
        });
        made.await?.changed(shown, ImpactAnalysis::of).await
    }

    /// Dock to a mechanism
    ///
    /// Lets an organisation accede to the mechanism. It is covered from its own day of accession
    /// on, or, without one, from the mechanism's first day. Answers the mechanism with its new
    /// party.
    #[oai(path = "/:id/parties", method = "post", operation_id = "dockMechanism")]
    async fn dock(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The mechanism's id.
        id: Path<String>,
        input: StrictJson<MechanismParty>,
    ) -> Result<Written<Created<Mechanism>, ImpactAnalysis>, Refusal> {
        let party: Party = bridged(&input.0)?;
        let made = writing.create(&registry, input.digest(), |draft| {
            let base = draft.seen()?;
            let current = find(&base, &id)?;
            let place = format!("/parties/{}", current.parties.len());
            mechanisms::dock_in(draft, current.id, &Expected::Any, party)
                .map_err(|error| placed(error, &[(place.as_str(), "")]))
        });
        made.await?
            .created(COLLECTION, shown, ImpactAnalysis::of)
            .await
    }

    /// Use a mechanism
    ///
    /// Records that the mechanism was used once, such as a derogation for a single transfer. From
    /// the day on which it has been used as often as it may be, it carries nothing more. Answers
    /// the mechanism with its new use.
    #[oai(path = "/:id/uses", method = "post", operation_id = "useMechanism")]
    async fn use_once(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The mechanism's id.
        id: Path<String>,
        input: StrictJson<MechanismUseInput>,
    ) -> Result<Written<Created<Mechanism>, ImpactAnalysis>, Refusal> {
        let used = input.0.clone();
        let made = writing.create(&registry, input.digest(), |draft| {
            let base = draft.seen()?;
            let id = find(&base, &id)?.id;
            Ok(mechanisms::use_in(
                draft,
                id,
                &Expected::Any,
                used.on.0,
                used.note,
            )?)
        });
        made.await?
            .created(COLLECTION, shown, ImpactAnalysis::of)
            .await
    }
}

fn find<'s>(snapshot: &'s Snapshot, id: &str) -> Result<&'s mechanisms::Mechanism, Refusal> {
    let id: Uuid = id.parse().map_err(|_| Refusal::NotFound)?;
    snapshot.mechanisms().get(id).ok_or(Refusal::NotFound)
}

fn one(snapshot: &Snapshot, found: &mechanisms::Mechanism) -> Result<One<Mechanism>, Refusal> {
    One::versioned(snapshot.revision(), found.version, &found.into())
}

fn shown(snapshot: &Snapshot, id: Uuid) -> Result<One<Mechanism>, Refusal> {
    let found = snapshot.mechanisms().get(id).ok_or(Refusal::NotFound)?;
    one(snapshot, found)
}

fn keeps(
    snapshot: &Snapshot,
    query: &Query<MechanismFilters>,
    mechanism: &mechanisms::Mechanism,
) -> bool {
    let of_group = query.text("group").is_none_or(|named| {
        let group = snapshot.group(named).map(|group| group.slug.as_str());
        group.is_some() && group == mechanism.group.as_deref()
    });
    let of_party = query.text("party").is_none_or(|named| {
        snapshot.organisation(named).is_some_and(|organisation| {
            let mut parties = mechanism.parties.iter();
            parties.any(|party| party.organisation == organisation.slug)
        })
    });
    let last_day = mechanism.ends_on;
    of_group
        && of_party
        && query
            .code("tool")
            .is_none_or(|tool: Tool| tool == mechanism.tool)
        && query
            .day("expiring_before")
            .is_none_or(|day| last_day.is_some_and(|last| last < day))
        && query
            .text("document_sha256")
            .is_none_or(|hash| mechanism.document_sha256.as_deref() == Some(hash))
        && query.as_of().is_none_or(|day| concluded_on(mechanism, day))
}
