//! Adequacy decisions of the law pack, and what a person amends of them.

mod conditions;
mod input;
mod shown;

use std::sync::Arc;

use poem::{Result, web::Data};
use poem_openapi::{Object, OpenApi, param::Path};
use serde::Serialize;
use transfer_decision::{span, vocabulary::Regime};
use transfer_registry_core::{
    Draft, Registry, Snapshot,
    law_amendments::{self as amendments, Amendment, NewLawAmendment},
};
use transfer_registry_seed::law::AdequacyRecord;
use uuid::Uuid;

pub(crate) use self::{
    conditions::{AdequacyCondition, ConditionKind, rows},
    input::EndingAct,
};
use self::{
    input::{
        AdequacyDecisionChallenge, AdequacyDecisionEnd, AdequacyDecisionExtension,
        AdequacyDecisionInput,
    },
    shown::{AdequacyDecision, version},
};
use super::{Tag, impact_analyses::ImpactAnalysis, places::placed};
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
    refusal::Refusal,
};

/// Adequacy decisions.
pub(crate) struct AdequacyDecisions;

/// A page of adequacy decisions.
#[derive(Debug, Object, Serialize)]
pub(crate) struct AdequacyDecisionPage {
    /// The decisions, by id.
    items: Vec<AdequacyDecision>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// What narrows the list.
pub(crate) struct AdequacyDecisionFilters;

impl Parameters for AdequacyDecisionFilters {
    const OPERATION: &'static str = "listAdequacyDecisions";
    const PARAMETERS: &'static [Parameter] = &[
        LIMIT,
        CURSOR,
        AS_OF,
        KNOWN_AT,
        Parameter::new(
            "regime",
            "Only those that count under this regime.",
            Kind::code::<Regime>(),
        ),
        Parameter::new(
            "territory",
            "Only those for importers in this country.",
            Kind::Country,
        ),
        Parameter::new(
            "amended",
            "Only those that differ from the law pack or are not in it, or only those that are as \
             the pack has them.",
            Kind::Flag,
        ),
    ];
}

/// What one adequacy decision is asked with.
pub(crate) struct AdequacyDecisionQuery;

impl Parameters for AdequacyDecisionQuery {
    const OPERATION: &'static str = "getAdequacyDecision";
    const PARAMETERS: &'static [Parameter] = &[KNOWN_AT];
}

#[OpenApi(prefix_path = "/v1/adequacy-decisions", tag = "Tag::AdequacyDecisions")]
impl AdequacyDecisions {
    /// List adequacy decisions
    ///
    /// Every adequacy decision of the law that the filters leave, as it stands with all amendments,
    /// by id.
    #[oai(path = "/", method = "get", operation_id = "listAdequacyDecisions")]
    async fn list(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<AdequacyDecisionFilters>,
    ) -> Result<Answer<AdequacyDecisionPage>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        let rows = &snapshot.pack().adequacy;
        let kept = rows.iter().filter(|row| keeps(&query, row));
        let (items, next_cursor) = page(kept, &query, |row| row.id.clone());
        let items = items
            .into_iter()
            .map(|row| AdequacyDecision::of(&snapshot, row))
            .collect();
        Answer::of(
            snapshot.revision(),
            &AdequacyDecisionPage { items, next_cursor },
        )
    }

    /// Get an adequacy decision
    ///
    /// One adequacy decision of the law, as it stands with all amendments, by its row's id.
    #[oai(path = "/:id", method = "get", operation_id = "getAdequacyDecision")]
    async fn get(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<AdequacyDecisionQuery>,
        /// The row's id, such as `EU-ADQ-US-PS-2016-1250`.
        id: Path<String>,
    ) -> Result<One<AdequacyDecision>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        one(&snapshot, find(&snapshot, &id)?)
    }

    /// Add an adequacy decision
    ///
    /// Adds a decision, or a new phase of one, that the law pack does not have yet. It is recorded
    /// as an amendment of the law.
    #[oai(path = "/", method = "post", operation_id = "createAdequacyDecision")]
    async fn create(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        input: StrictJson<AdequacyDecisionInput>,
    ) -> Result<Written<Created<AdequacyDecision>, ImpactAnalysis>, Refusal> {
        let (terms, source) = input.0.clone().terms()?;
        let made = writing.create(&registry, input.digest(), |draft| {
            record(draft, Amendment::AddAdequacyDecision(terms), source)
        });
        let path = |snapshot: &Snapshot, id| {
            let row = row(snapshot, id)?;
            Ok(format!("/v1/adequacy-decisions/{}", row.id))
        };
        made.await?
            .created_at(path, shown, ImpactAnalysis::of)
            .await
    }

    /// Revise an adequacy decision
    ///
    /// Gives a decision anew, with everything but its id. It is recorded as an amendment of the
    /// law, so it says in `source` where the new fact comes from.
    #[oai(
        path = "/:id",
        method = "patch",
        operation_id = "updateAdequacyDecision"
    )]
    async fn update(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The row's id.
        id: Path<String>,
        if_match: IfMatch,
        patch: Patch<AdequacyDecisionInput>,
    ) -> Result<Written<Changed<AdequacyDecision>, ImpactAnalysis>, Refusal> {
        let made = writing.change(&registry, |draft| {
            let base = seen(draft, &if_match, &id)?;
            let terms = base.pack().adequacy_terms(&id);
            let current = AdequacyDecisionInput::of(terms.ok_or(Refusal::NotFound)?)?;
            let (terms, source) = patch.apply(&current)?.terms()?;
            record(draft, Amendment::ReviseAdequacyDecision(terms), source)
        });
        made.await?.changed(shown, ImpactAnalysis::of).await
    }

    /// End an adequacy decision
    ///
    /// Records that the decision no longer applies from a day on: that a court strikes it down, or
    /// that its authority takes it back. Everything that rests on it is judged without it from that
    /// day on; `dry_run` shows what that comes to.
    #[oai(
        path = "/:id/end",
        method = "post",
        operation_id = "endAdequacyDecision"
    )]
    async fn end(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The row's id.
        id: Path<String>,
        if_match: IfMatch,
        input: StrictJson<AdequacyDecisionEnd>,
    ) -> Result<Written<Changed<AdequacyDecision>, ImpactAnalysis>, Refusal> {
        let made = writing.change(&registry, |draft| {
            seen(draft, &if_match, &id)?;
            record(draft, input.0.of(&id)?, input.0.source.clone())
        });
        made.await?.changed(shown, ImpactAnalysis::of).await
    }

    /// Extend an adequacy decision
    ///
    /// Moves the last day of a decision that would expire to a later day, or takes it away.
    #[oai(
        path = "/:id/extend",
        method = "post",
        operation_id = "extendAdequacyDecision"
    )]
    async fn extend(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The row's id.
        id: Path<String>,
        if_match: IfMatch,
        input: StrictJson<AdequacyDecisionExtension>,
    ) -> Result<Written<Changed<AdequacyDecision>, ImpactAnalysis>, Refusal> {
        let made = writing.change(&registry, |draft| {
            seen(draft, &if_match, &id)?;
            record(draft, input.0.of(&id), input.0.source.clone())
        });
        made.await?.changed(shown, ImpactAnalysis::of).await
    }

    /// Record a challenge of an adequacy decision
    ///
    /// Records that a challenge of the decision is pending in court, or that none is any longer.
    #[oai(
        path = "/:id/challenge",
        method = "post",
        operation_id = "challengeAdequacyDecision"
    )]
    async fn challenge(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The row's id.
        id: Path<String>,
        if_match: IfMatch,
        input: StrictJson<AdequacyDecisionChallenge>,
    ) -> Result<Written<Changed<AdequacyDecision>, ImpactAnalysis>, Refusal> {
        let made = writing.change(&registry, |draft| {
            seen(draft, &if_match, &id)?;
            record(draft, input.0.of(&id), input.0.source.clone())
        });
        made.await?.changed(shown, ImpactAnalysis::of).await
    }
}

/// Where the law's faults are in what a caller gives here.
const PLACES: &[(&str, &str)] = &[("/amendment/decision", ""), ("/amendment", "")];

/// The same of an end, which is given by the first day without the decision.
const PLACES_OF_AN_END: &[(&str, &str)] = &[
    ("/amendment/last_day", "/on"),
    ("/amendment/decision", ""),
    ("/amendment", ""),
];

/// Records what a caller says of a decision.
fn record(draft: &mut Draft, amendment: Amendment, source: String) -> Result<Uuid, Refusal> {
    let places = match &amendment {
        Amendment::EndAdequacyDecision(_) => PLACES_OF_AN_END,
        _ => PLACES,
    };
    amendments::record_in(draft, NewLawAmendment { amendment, source })
        .map_err(|error| placed(error, places))
}

/// The register in which the decision is as the caller has seen it.
fn seen(draft: &Draft, if_match: &IfMatch, id: &str) -> Result<Arc<Snapshot>, Refusal> {
    let base = draft.seen()?;
    if_match.holds(&one(&base, find(&base, id)?)?)?;
    Ok(base)
}

fn find<'s>(snapshot: &'s Snapshot, id: &str) -> Result<&'s AdequacyRecord, Refusal> {
    let mut rows = snapshot.pack().adequacy.iter();
    rows.find(|row| row.id == id).ok_or(Refusal::NotFound)
}

fn one(snapshot: &Snapshot, row: &AdequacyRecord) -> Result<One<AdequacyDecision>, Refusal> {
    let body = AdequacyDecision::of(snapshot, row);
    One::versioned(snapshot.revision(), version(snapshot, &row.id), &body)
}

/// The decision that an amendment is about.
fn row(snapshot: &Snapshot, amendment: Uuid) -> Result<&AdequacyRecord, Refusal> {
    let recorded = snapshot.law_amendments().get(amendment);
    find(
        snapshot,
        &recorded.ok_or(Refusal::NotFound)?.amendment.row(),
    )
}

fn shown(snapshot: &Snapshot, amendment: Uuid) -> Result<One<AdequacyDecision>, Refusal> {
    one(snapshot, row(snapshot, amendment)?)
}

fn keeps(query: &Query<AdequacyDecisionFilters>, row: &AdequacyRecord) -> bool {
    let in_force =
        |day: span::Day| row.valid_from <= day && row.valid_to.is_none_or(|last| day <= last);
    query
        .country("territory")
        .is_none_or(|country| row.territory == Some(country))
        && query
            .code("regime")
            .is_none_or(|regime: Regime| regime == row.regime)
        && query
            .flag("amended")
            .is_none_or(|amended| amended == row.is_amended())
        && query.as_of().is_none_or(in_force)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::refusal::ViolationCode;

    #[test]
    fn a_territory_is_a_country() {
        let of = |code: &str| {
            let pairs = vec![("territory".to_owned(), code.to_owned())];
            Query::<AdequacyDecisionFilters>::of(pairs)
        };
        assert!(of("US").is_ok());
        for wrong in ["EU", "EEA", "us", ""] {
            let refusal = of(wrong).err().unwrap();
            let codes: Vec<_> = refusal.violations().iter().map(|v| v.code).collect();
            assert_eq!(codes, [ViolationCode::UnknownCountry], "{wrong}");
        }
    }
}
