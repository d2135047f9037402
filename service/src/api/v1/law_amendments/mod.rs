//! Amendments of the law: what somebody recorded of it beside the pack, each dated and cited, and
//! withdrawn when it was an error.

mod terms;

use poem::{Result, web::Data};
use poem_openapi::{Object, OpenApi, param::Path};
use serde::{Deserialize, Serialize};
use transfer_registry_core::{
    Registry, Snapshot,
    law_amendments::{self, Amendment, NewLawAmendment},
};
use uuid::Uuid;

pub(crate) use self::terms::AmendmentKind;
use self::terms::LawAmendmentTerms;
use super::{Tag, impact_analyses::ImpactAnalysis, places::placed};
use crate::{
    api::{
        answer::{Answer, One},
        auth::Caller,
        etag::IfMatch,
        paging::page,
        query::{CURSOR, KNOWN_AT, Kind, LIMIT, Parameter, Parameters, Query},
        strict::{Input, NoBody, StrictJson},
        values::Instant,
        write::{Changed, Created, Writing, Written},
    },
    refusal::Refusal,
};

/// Amendments of the law.
pub(crate) struct LawAmendments;

/// What somebody recorded of the law beside the pack.
#[derive(Debug, Object, Serialize)]
pub(crate) struct LawAmendment {
    /// Its id.
    id: Uuid,
    /// The row that it changes or makes: an adequacy decision's id, or `regime/territory/first
    /// day` of a membership.
    row: String,
    /// What it says.
    amendment: LawAmendmentTerms,
    /// Where the fact comes from.
    source: String,
    /// Whether it no longer counts.
    withdrawn: bool,
    /// When it was recorded.
    recorded_at: Instant,
    /// How often it was written, from 1.
    version: i64,
}

impl LawAmendment {
    fn of(recorded: &law_amendments::LawAmendment) -> Result<Self, Refusal> {
        let law_amendments::LawAmendment {
            id,
            amendment,
            source,
            withdrawn,
            recorded_at,
            version,
        } = recorded;
        Ok(Self {
            id: *id,
            row: amendment.row().into_owned(),
            amendment: LawAmendmentTerms::of(amendment)?,
            source: source.clone(),
            withdrawn: *withdrawn,
            recorded_at: Instant(*recorded_at),
            version: *version,
        })
    }
}

/// An amendment of the law to be recorded.
#[derive(Debug, Clone, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(rename = "NewLawAmendment")]
pub(crate) struct LawAmendmentInput {
    /// What it says.
    amendment: LawAmendmentTerms,
    /// Where the fact comes from.
    source: String,
}

impl Input for LawAmendmentInput {}

impl LawAmendmentInput {
    /// The same in the registry's terms.
    ///
    /// # Errors
    /// Fields that are missing, or that the kind does not have.
    pub(crate) fn recordable(&self) -> Result<NewLawAmendment, Refusal> {
        Ok(NewLawAmendment {
            amendment: self.amendment.amendment("/amendment")?,
            source: self.source.clone(),
        })
    }

    /// What is given to record the same again.
    ///
    /// # Errors
    /// A fault of ours.
    pub(crate) fn of(new: &NewLawAmendment) -> Result<Self, Refusal> {
        Ok(Self {
            amendment: LawAmendmentTerms::of(&new.amendment)?,
            source: new.source.clone(),
        })
    }
}

/// A page of amendments.
#[derive(Debug, Object, Serialize)]
pub(crate) struct LawAmendmentPage {
    /// The amendments, by id, hence in the order of recording.
    items: Vec<LawAmendment>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// What narrows the list.
pub(crate) struct LawAmendmentFilters;

impl Parameters for LawAmendmentFilters {
    const OPERATION: &'static str = "listLawAmendments";
    const PARAMETERS: &'static [Parameter] = &[
        LIMIT,
        CURSOR,
        KNOWN_AT,
        Parameter::new(
            "kind",
            "Only amendments of this kind.",
            Kind::code::<AmendmentKind>(),
        ),
        Parameter::new(
            "row",
            "Only amendments of this row: an adequacy decision's id, or `regime/territory/first \
             day` of a membership.",
            Kind::Name,
        ),
        Parameter::new(
            "withdrawn",
            "Only amendments that were withdrawn, or only those that count.",
            Kind::Flag,
        ),
    ];
}

/// What one amendment is asked with.
pub(crate) struct LawAmendmentQuery;

impl Parameters for LawAmendmentQuery {
    const OPERATION: &'static str = "getLawAmendment";
    const PARAMETERS: &'static [Parameter] = &[KNOWN_AT];
}

#[OpenApi(prefix_path = "/v1/law-amendments", tag = "Tag::LawAmendments")]
impl LawAmendments {
    /// List amendments of the law
    ///
    /// Every amendment that the filters leave, also withdrawn ones, in the order of recording.
    #[oai(path = "/", method = "get", operation_id = "listLawAmendments")]
    async fn list(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<LawAmendmentFilters>,
    ) -> Result<Answer<LawAmendmentPage>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        let recorded = snapshot.law_amendments().iter();
        let kept = recorded.filter(|amendment| keeps(&query, amendment));
        let (items, next_cursor) = page(kept, &query, |amendment| amendment.id.to_string());
        let items: Result<Vec<_>, _> = items.into_iter().map(LawAmendment::of).collect();
        let page = LawAmendmentPage {
            items: items?,
            next_cursor,
        };
        Answer::of(snapshot.revision(), &page)
    }

    /// Get an amendment of the law
    ///
    /// One amendment, by id.
    #[oai(path = "/:id", method = "get", operation_id = "getLawAmendment")]
    async fn get(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<LawAmendmentQuery>,
        /// The amendment's id.
        id: Path<String>,
    ) -> Result<One<LawAmendment>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        one(&snapshot, find(&snapshot, &id)?)
    }

    /// Amend the law
    ///
    /// Records a fact of the law that the pack does not have yet: how an adequacy decision begins,
    /// ends, is challenged or extended, or when a territory is inside a regime's own area. It
    /// counts from now on, for the days that it speaks of.
    #[oai(path = "/", method = "post", operation_id = "createLawAmendment")]
    async fn create(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        input: StrictJson<LawAmendmentInput>,
    ) -> Result<Written<Created<LawAmendment>, ImpactAnalysis>, Refusal> {
        let new = input.0.recordable()?;
        let made = writing.create(&registry, input.digest(), |draft| {
            Ok(law_amendments::record_in(draft, new)?)
        });
        made.await?
            .created("/v1/law-amendments", shown, ImpactAnalysis::of)
            .await
    }

    /// Withdraw an amendment of the law
    ///
    /// Takes an amendment back that was recorded in error. It stays on record, and no longer
    /// counts.
    #[oai(
        path = "/:id/withdraw",
        method = "post",
        operation_id = "withdrawLawAmendment"
    )]
    async fn withdraw(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The amendment's id.
        id: Path<String>,
        if_match: IfMatch,
        _body: NoBody,
    ) -> Result<Written<Changed<LawAmendment>, ImpactAnalysis>, Refusal> {
        let made = writing.change(&registry, |draft| {
            let base = draft.seen()?;
            let current = find(&base, &id)?;
            let expected = if_match.holds(&one(&base, current)?)?;
            law_amendments::withdraw_in(draft, current.id, expected)
                .map_err(|error| placed(error, &[("/amendment", "")]))
        });
        made.await?.changed(shown, ImpactAnalysis::of).await
    }
}

fn find<'s>(snapshot: &'s Snapshot, id: &str) -> Result<&'s law_amendments::LawAmendment, Refusal> {
    let id: Uuid = id.parse().map_err(|_| Refusal::NotFound)?;
    snapshot.law_amendments().get(id).ok_or(Refusal::NotFound)
}

fn one(
    snapshot: &Snapshot,
    recorded: &law_amendments::LawAmendment,
) -> Result<One<LawAmendment>, Refusal> {
    let body = LawAmendment::of(recorded)?;
    One::versioned(snapshot.revision(), recorded.version, &body)
}

fn shown(snapshot: &Snapshot, id: Uuid) -> Result<One<LawAmendment>, Refusal> {
    let recorded = snapshot.law_amendments().get(id);
    one(snapshot, recorded.ok_or(Refusal::NotFound)?)
}

fn keeps(query: &Query<LawAmendmentFilters>, recorded: &law_amendments::LawAmendment) -> bool {
    query
        .code("kind")
        .is_none_or(|kind: AmendmentKind| kind.code() == recorded.amendment.kind())
        && query
            .text("row")
            .is_none_or(|row| row == recorded.amendment.row())
        && query
            .flag("withdrawn")
            .is_none_or(|withdrawn| withdrawn == recorded.withdrawn)
}

/// The amendments at these positions of the law, by id.
pub(crate) fn ids(snapshot: &Snapshot, positions: &[usize]) -> Vec<Uuid> {
    if positions.is_empty() {
        return Vec::new();
    }
    // The law holds those that count, in the order of their ids.
    let counting: Vec<Uuid> = snapshot
        .law_amendments()
        .iter()
        .filter(|recorded| !recorded.withdrawn)
        .map(|recorded| recorded.id)
        .collect();
    let mut ids: Vec<Uuid> = positions
        .iter()
        .filter_map(|at| counting.get(*at).copied())
        .collect();
    ids.dedup();
    ids
}

/// How often a row of the law was written: by the pack, by each amendment that is `of` it when it
/// was recorded and when it was withdrawn, and by each later pack, which may have changed it.
pub(crate) fn version(snapshot: &Snapshot, of: impl Fn(&Amendment) -> bool) -> i64 {
    let later = snapshot.packs().len().saturating_sub(1);
    let mut version = i64::try_from(later).unwrap_or(i64::MAX);
    let mut added = false;
    for recorded in snapshot.law_amendments() {
        if of(&recorded.amendment) {
            version = version.saturating_add(recorded.version);
            added |= matches!(recorded.amendment, Amendment::AddAdequacyDecision(_));
        }
    }
    // What an amendment made, no pack had made before.
    version.saturating_add(i64::from(!added))
}
