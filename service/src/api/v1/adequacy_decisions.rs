//! Adequacy decisions of the law pack.

use poem::{Result, web::Data};
use poem_openapi::{Object, OpenApi, param::Path};
use serde::Serialize;
use transfer_decision::{
    law::{AdequacyInstrument, Condition, Territory},
    vocabulary::{Attribute, Confidence, EndKind, Regime},
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
    /// Whether the court that struck it down kept its effects to its last day.
    effects_preserved: bool,
    /// A pending challenge in court.
    #[serde(skip_serializing_if = "Option::is_none")]
    challenge: Option<String>,
    /// How well the row is established.
    confidence: Code<Confidence>,
}

/// A condition of an adequacy decision.
#[derive(Debug, Object, Serialize)]
pub(crate) struct AdequacyCondition {
    /// What is asked for.
    kind: Code<ConditionKind>,
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

/// What a condition asks for, in the words of the law pack's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConditionKind {
    /// The importer is certified in a framework.
    RequiresCertification,
    /// For HR data the certification must cover it.
    HrDataRequires,
    /// The importer has one of the attributes.
    RequiresRecipientAttribute,
    /// The importer has none of the attributes.
    ExcludesRecipient,
    /// The purpose is none of these.
    ExcludesPurpose,
    /// The data is of this category.
    RequiresDataCategory,
    /// The data is of none of these categories.
    ExcludesData,
}

impl ConditionKind {
    /// Every kind.
    pub(crate) const ALL: &'static [Self] = &[
        Self::RequiresCertification,
        Self::HrDataRequires,
        Self::RequiresRecipientAttribute,
        Self::ExcludesRecipient,
        Self::ExcludesPurpose,
        Self::RequiresDataCategory,
        Self::ExcludesData,
    ];

    /// The stable code.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::RequiresCertification => "requires_certification",
            Self::HrDataRequires => "hr_data_requires",
            Self::RequiresRecipientAttribute => "requires_recipient_attribute",
            Self::ExcludesRecipient => "excludes_recipient",
            Self::ExcludesPurpose => "excludes_purpose",
            Self::RequiresDataCategory => "requires_data_category",
            Self::ExcludesData => "excludes_data",
        }
    }
}

impl From<&Condition> for AdequacyCondition {
    fn from(condition: &Condition) -> Self {
        let attributes = |all: &[Attribute]| all.iter().map(|one| one.code().to_owned()).collect();
        let (kind, values) = match condition {
            Condition::RequiresCertification(framework) => (
                ConditionKind::RequiresCertification,
                vec![framework.code().to_owned()],
            ),
            Condition::HrDataRequiresHrCoverage => (
                ConditionKind::HrDataRequires,
                vec!["hr_coverage".to_owned()],
            ),
            Condition::RequiresRecipientAttribute(any) => {
                (ConditionKind::RequiresRecipientAttribute, attributes(any))
            }
            Condition::ExcludesRecipient(none) => {
                (ConditionKind::ExcludesRecipient, attributes(none))
            }
            Condition::ExcludesPurpose(none) => (ConditionKind::ExcludesPurpose, none.clone()),
            Condition::RequiresDataCategory(category) => (
                ConditionKind::RequiresDataCategory,
                vec![category.code().to_owned()],
            ),
            Condition::ExcludesData(none) => (
                ConditionKind::ExcludesData,
                none.iter().map(|one| one.code().to_owned()).collect(),
            ),
        };
        Self {
            kind: Code(kind),
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
            effects_preserved,
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
            effects_preserved: *effects_preserved,
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
            Kind::Country,
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
        Answer::of(
            snapshot.revision(),
            &AdequacyDecisionPage { items, next_cursor },
        )
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
        One::of(snapshot.revision(), &found.into())
    }
}

fn keeps(query: &Query<AdequacyDecisionFilters>, row: &AdequacyInstrument) -> bool {
    query
        .country("territory")
        .is_none_or(|country| row.territory == Territory::Country(country))
        && query
            .code("regime")
            .is_none_or(|regime: Regime| regime == row.regime)
        && query.as_of().is_none_or(|day| row.span.contains(day))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::collections::BTreeSet;

    use transfer_registry_seed::law;

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

    #[test]
    fn conditions_are_told_in_the_words_of_the_law_files() {
        let shipped = law::shipped().unwrap();
        let mut kinds = BTreeSet::new();
        for record in law::adequacy_records().unwrap() {
            let rows = &shipped.provisions().adequacy;
            let row = rows.iter().find(|row| row.basis.id == record.id).unwrap();
            let told: Vec<_> = AdequacyDecision::from(row)
                .conditions
                .iter()
                .map(|condition| {
                    kinds.insert(condition.kind.0.code());
                    format!("{}={}", condition.kind.0.code(), condition.values.join("|"))
                })
                .collect();
            assert_eq!(told, record.conditions, "{}", record.id);
        }
        assert!(kinds.contains("hr_data_requires"), "{kinds:?}");
        let files: String = law::FILES.iter().map(|file| file.text).collect();
        for kind in kinds {
            assert!(files.contains(&format!("{{ {kind} = ")), "{kind}");
        }
    }
}
