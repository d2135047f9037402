//! Adequacy decisions of the law pack.

use poem::{Result, web::Data};
use poem_openapi::{Object, OpenApi, param::Path};
use serde::Serialize;
use transfer_decision::{
    law::{AdequacyInstrument, Condition, Territory},
    vocabulary::{Attribute, Confidence, Country, EndKind, Regime},
};
use transfer_registry_core::Registry;

use super::Tag;
use crate::{
    api::{
        answer::{Answer, One},
        auth::Caller,
        codes::Code,
        paging::page,
        query::{AS_OF, CURSOR, KNOWN_AT, Kind, LIMIT, Parameter, Parameters, Query},
        values::{CountryCode, Day, Text},
    },
    refusal::Refusal,
};

/// Adequacy decisions.
pub(crate) struct AdequacyDecisions;

/// One phase of an adequacy decision, for one territory or organisation under one regime; days
/// inclusive.
#[derive(Debug, Object, Serialize)]
pub(crate) struct AdequacyDecision {
    /// The row's stable id.
    id: String,
    /// The act of which this is one phase.
    instrument: String,
    /// The regime under which it counts.
    regime: Code<Regime>,
    /// The territory that it covers; absent when it is for an international organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    territory: Option<CountryCode>,
    /// The international organisation that it covers.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<Text>,
    /// What it is called.
    title: String,
    /// The official citation.
    citation: String,
    /// The official text.
    url: String,
    /// The first day on which it applies.
    valid_from: Day,
    /// The last day on which it applies; absent when open.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_to: Option<Day>,
    /// What must hold besides; all of them.
    conditions: Vec<AdequacyCondition>,
    /// How it ended, when it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_kind: Option<Code<EndKind>>,
    /// A pending challenge in court.
    #[serde(skip_serializing_if = "Option::is_none")]
    challenge: Option<String>,
    /// How well the row is established.
    confidence: Code<Confidence>,
}

/// A condition of an adequacy decision.
#[derive(Debug, Object, Serialize)]
pub(crate) struct AdequacyCondition {
    /// What is asked for, by the law pack's name for it.
    kind: String,
    /// The codes that it names.
    values: Vec<String>,
}

/// A page of adequacy decisions.
#[derive(Debug, Object, Serialize)]
pub(crate) struct AdequacyDecisionPage {
    /// The decisions, by id.
    items: Vec<AdequacyDecision>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl From<&Condition> for AdequacyCondition {
    fn from(condition: &Condition) -> Self {
        let attributes = |attributes: &[Attribute]| {
            attributes
                .iter()
                .map(|attribute| attribute.code().to_owned())
                .collect()
        };
        let (kind, values): (&str, Vec<String>) = match condition {
            Condition::RequiresCertification(framework) => {
                ("requires_certification", vec![framework.code().to_owned()])
            }
            Condition::HrDataRequiresHrCoverage => ("hr_data_requires_hr_coverage", Vec::new()),
            Condition::RequiresRecipientAttribute(any) => {
                ("requires_recipient_attribute", attributes(any))
            }
            Condition::ExcludesRecipient(none) => ("excludes_recipient", attributes(none)),
            Condition::ExcludesPurpose(purposes) => ("excludes_purpose", purposes.clone()),
            Condition::RequiresDataCategory(category) => {
                ("requires_data_category", vec![category.code().to_owned()])
            }
            Condition::ExcludesData(categories) => (
                "excludes_data",
                categories
                    .iter()
                    .map(|category| category.code().to_owned())
                    .collect(),
            ),
        };
        Self {
            kind: kind.to_owned(),
            values,
        }
    }
}

impl From<&AdequacyInstrument> for AdequacyDecision {
    fn from(row: &AdequacyInstrument) -> Self {
        let AdequacyInstrument {
            basis,
            instrument,
            regime,
            territory,
            span: _,
            conditions,
            end_kind,
            challenge,
        } = row;
        let (country, organisation) = match territory {
            Territory::Country(country) => (Some(CountryCode(*country)), None),
            Territory::Organisation(slug) => (None, Some(slug.into())),
        };
        Self {
            id: basis.id.clone(),
            instrument: instrument.clone(),
            regime: Code(*regime),
            territory: country,
            organisation,
            title: basis.title.clone(),
            citation: basis.citation.clone(),
            url: basis.url.clone(),
            valid_from: Day(basis.valid_from),
            valid_to: basis.valid_to.map(Day),
            conditions: conditions.iter().map(AdequacyCondition::from).collect(),
            end_kind: end_kind.map(Code),
            challenge: challenge.clone(),
            confidence: Code(basis.confidence),
        }
    }
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
            Kind::Place,
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
    /// Every adequacy decision of the law pack that the filters leave, by id.
    #[oai(path = "/", method = "get", operation_id = "listAdequacyDecisions")]
    async fn list(
        &self,
        _caller: Caller,
        registry: Data<&Registry>,
        query: Query<AdequacyDecisionFilters>,
    ) -> Result<Answer<AdequacyDecisionPage>, Refusal> {
        let snapshot = registry.snapshot();
        let rows = &snapshot.law().provisions().adequacy;
        let kept = rows.iter().filter(|row| keeps(&query, row));
        let (items, next_cursor) = page(kept, &query, |row| row.basis.id.clone());
        let items = items.into_iter().map(AdequacyDecision::from).collect();
        Ok(Answer {
            revision: snapshot.revision(),
            body: AdequacyDecisionPage { items, next_cursor },
        })
    }

    /// Get an adequacy decision
    ///
    /// One adequacy decision of the law pack, by its row's id.
    #[oai(path = "/:id", method = "get", operation_id = "getAdequacyDecision")]
    async fn get(
        &self,
        _caller: Caller,
        registry: Data<&Registry>,
        _query: Query<AdequacyDecisionQuery>,
        /// The row's id, such as `EU-ADQ-US-PS-2016-1250`.
        id: Path<String>,
    ) -> Result<One<AdequacyDecision>, Refusal> {
        let snapshot = registry.snapshot();
        let rows = &snapshot.law().provisions().adequacy;
        let found = rows
            .iter()
            .find(|row| row.basis.id == id.0)
            .ok_or(Refusal::NotFound)?;
        Ok(One {
            version: snapshot.law().version().to_string(),
            answer: Answer {
                revision: snapshot.revision(),
                body: found.into(),
            },
        })
    }
}

fn keeps(query: &Query<AdequacyDecisionFilters>, row: &AdequacyInstrument) -> bool {
    let territory = query.text("territory").is_none_or(|code| {
        let country = code.parse::<Country>().ok();
        country.is_some_and(|country| row.territory == Territory::Country(country))
    });
    territory
        && query
            .code("regime")
            .is_none_or(|regime: Regime| regime == row.regime)
        && query.as_of().is_none_or(|day| row.span.contains(day))
}
