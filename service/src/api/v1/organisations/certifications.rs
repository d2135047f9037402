//! Certifications, each on its own: written apart from the organisation that holds it.

use poem::{Result, web::Data};
use poem_openapi::{Object, OpenApi, param::Path};
use serde::{Deserialize, Serialize};
use transfer_decision::{span, vocabulary::Framework};
use transfer_registry_core::{
    Registry, Snapshot,
    certifications::{self, NewCertification},
    organisations,
};
use uuid::Uuid;

use super::find;
use crate::{
    api::{
        answer::{Answer, One},
        auth::Caller,
        codes::Code,
        etag::IfMatch,
        paging::page,
        patch::Patch,
        query::{CURSOR, KNOWN_AT, Kind, LIMIT, Parameter, Parameters, Query},
        strict::{Input, StrictJson},
        v1::{Tag, bridge::bridged, impact_analyses::ImpactAnalysis},
        values::Day,
        write::{Changed, Created, Writing, Written},
    },
    refusal::Refusal,
};

/// Certifications.
pub(crate) struct Certifications;

/// An organisation's place in a framework; days inclusive.
#[derive(Debug, Object, Serialize)]
pub(crate) struct Certification {
    /// Its id.
    id: Uuid,
    /// The framework.
    framework: Code<Framework>,
    /// The first day.
    valid_from: Day,
    /// The last day; absent when open.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_to: Option<Day>,
    /// The day by which it must be renewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    recertification_due: Option<Day>,
    /// Whether it covers HR data.
    covers_hr: bool,
    /// What it was last checked against.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<CertificationEvidence>,
    /// Where the fact comes from.
    source: String,
    /// When somebody last checked it.
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_on: Option<Day>,
    /// How often it was written, from 1.
    version: i64,
}

/// What a certification was last checked against: an entry of an official list.
#[derive(Debug, Clone, PartialEq, Eq, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CertificationEvidence {
    /// Which list, as a link or a file's name.
    list: String,
    /// The list's day.
    day: Day,
    /// SHA-256 of the list, in hexadecimal.
    sha256: String,
    /// The entry's id on the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    participant: Option<String>,
    /// The entry's status in the list's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
}

impl From<&certifications::Evidence> for CertificationEvidence {
    fn from(evidence: &certifications::Evidence) -> Self {
        let certifications::Evidence {
            list,
            day,
            sha256,
            participant,
            status,
        } = evidence.clone();
        Self {
            list,
            day: Day(day),
            sha256,
            participant,
            status,
        }
    }
}

/// Whether a certification holds on a day.
pub(super) fn held_on(certification: &certifications::Certification, day: span::Day) -> bool {
    certification.valid_from <= day && certification.valid_to.is_none_or(|last| day <= last)
}

impl From<&certifications::Certification> for Certification {
    fn from(certification: &certifications::Certification) -> Self {
        let certifications::Certification {
            id,
            framework,
            valid_from,
            valid_to,
            recertification_due,
            covers_hr,
            evidence,
            source,
            checked_on,
            version,
        } = certification;
        Self {
            id: *id,
            framework: Code(*framework),
            valid_from: Day(*valid_from),
            valid_to: valid_to.map(Day),
            recertification_due: recertification_due.map(Day),
            covers_hr: *covers_hr,
            evidence: evidence.as_ref().map(CertificationEvidence::from),
            source: source.clone(),
            checked_on: checked_on.map(Day),
            version: *version,
        }
    }
}

/// A page of certifications.
#[derive(Debug, Object, Serialize)]
pub(crate) struct CertificationPage {
    /// The certifications, by id.
    items: Vec<Certification>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// A certification to be recorded; days inclusive.
#[derive(Debug, Clone, PartialEq, Eq, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(rename = "NewCertification")]
pub(crate) struct CertificationInput {
    /// The framework. It never changes.
    framework: Code<Framework>,
    /// The first day.
    valid_from: Day,
    /// The last day; left out when open.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_to: Option<Day>,
    /// The day by which it must be renewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    recertification_due: Option<Day>,
    /// Whether it covers HR data; left out: it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    covers_hr: Option<bool>,
    /// What it was last checked against.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<CertificationEvidence>,
    /// Where the fact comes from.
    source: String,
    /// When somebody last checked it; not after today.
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_on: Option<Day>,
}

impl Input for CertificationInput {
    const FIXED: &'static [&'static str] = &["framework"];
}

impl From<&certifications::Certification> for CertificationInput {
    fn from(certification: &certifications::Certification) -> Self {
        let certifications::Certification {
            id: _,
            framework,
            valid_from,
            valid_to,
            recertification_due,
            covers_hr,
            evidence,
            source,
            checked_on,
            version: _,
        } = certification.clone();
        Self {
            framework: Code(framework),
            valid_from: Day(valid_from),
            valid_to: valid_to.map(Day),
            recertification_due: recertification_due.map(Day),
            covers_hr: Some(covers_hr),
            evidence: evidence.as_ref().map(CertificationEvidence::from),
            source,
            checked_on: checked_on.map(Day),
        }
    }
}

/// A certification and its holder, whom the path names.
#[derive(Debug, Serialize)]
struct Held<'a> {
    organisation: &'a str,
    #[serde(flatten)]
    certification: &'a CertificationInput,
}

impl CertificationInput {
    /// The same as the registry takes it.
    fn held_by(&self, organisation: &str) -> Result<NewCertification, Refusal> {
        bridged(&Held {
            organisation,
            certification: self,
        })
    }
}

/// How a certification ends.
#[derive(Debug, Clone, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(rename = "CertificationEnd")]
pub(crate) struct CertificationEndInput {
    /// The last day on which it holds. One that is past already is a correction.
    last_day: Day,
}

impl Input for CertificationEndInput {}

/// A certification of the organisation with this slug or id, and that organisation's slug.
fn held<'s>(
    snapshot: &'s Snapshot,
    organisation: &str,
    id: &str,
) -> Result<(&'s str, &'s certifications::Certification), Refusal> {
    let id: Uuid = id.parse().map_err(|_| Refusal::NotFound)?;
    let holder = find(snapshot, organisation)?;
    let mut certifications = holder.certifications.iter();
    let found = certifications.find(|certification| certification.id == id);
    Ok((&holder.slug, found.ok_or(Refusal::NotFound)?))
}

/// A certification as it is shown.
fn shown(
    snapshot: &Snapshot,
    certification: &certifications::Certification,
) -> Result<One<Certification>, Refusal> {
    let version = certification.version;
    One::versioned(snapshot.revision(), version, &certification.into())
}

/// The certification that a write made.
fn made(snapshot: &Snapshot, id: Uuid) -> Result<One<Certification>, Refusal> {
    let (_, certification) = snapshot.certification(id).ok_or(Refusal::NotFound)?;
    shown(snapshot, certification)
}

/// What narrows the list.
pub(crate) struct CertificationFilters;

impl Parameters for CertificationFilters {
    const OPERATION: &'static str = "listCertifications";
    const PARAMETERS: &'static [Parameter] = &[
        LIMIT,
        CURSOR,
        Parameter::new(
            "as_of",
            "Only certifications that hold on this day.",
            Kind::AsOf,
        ),
        KNOWN_AT,
        Parameter::new(
            "framework",
            "Only certifications of this framework.",
            Kind::code::<Framework>(),
        ),
    ];
}

/// What one certification is asked with.
pub(crate) struct CertificationQuery;

impl Parameters for CertificationQuery {
    const OPERATION: &'static str = "getCertification";
    const PARAMETERS: &'static [Parameter] = &[KNOWN_AT];
}

#[OpenApi(prefix_path = "/v1/organisations", tag = "Tag::Organisations")]
impl Certifications {
    /// List an organisation's certifications
    ///
    /// Every certification of an organisation that the filters leave, by id.
    #[oai(
        path = "/:id/certifications",
        method = "get",
        operation_id = "listCertifications"
    )]
    async fn list(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<CertificationFilters>,
        /// The organisation's slug or id.
        id: Path<String>,
    ) -> Result<Answer<CertificationPage>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        let holder: &organisations::Organisation = find(&snapshot, &id)?;
        let kept = holder.certifications.iter().filter(|certification| {
            query.as_of().is_none_or(|day| held_on(certification, day))
                && query
                    .code("framework")
                    .is_none_or(|framework: Framework| framework == certification.framework)
        });
        let (items, next_cursor) = page(kept, &query, |certification| certification.id.to_string());
        let items = items.into_iter().map(Certification::from).collect();
        Answer::of(
            snapshot.revision(),
            &CertificationPage { items, next_cursor },
        )
    }

    /// Get a certification
    ///
    /// One certification of an organisation, by id.
    #[oai(
        path = "/:id/certifications/:certification_id",
        method = "get",
        operation_id = "getCertification"
    )]
    async fn get(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<CertificationQuery>,
        /// The organisation's slug or id.
        id: Path<String>,
        /// The certification's id.
        certification_id: Path<String>,
    ) -> Result<One<Certification>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        let (_, certification) = held(&snapshot, &id, &certification_id)?;
        shown(&snapshot, certification)
    }

    /// Create a certification
    ///
    /// Records an organisation's place in a framework.
    #[oai(
        path = "/:id/certifications",
        method = "post",
        operation_id = "createCertification"
    )]
    async fn create(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The organisation's slug or id.
        id: Path<String>,
        input: StrictJson<CertificationInput>,
    ) -> Result<Written<Created<Certification>, ImpactAnalysis>, Refusal> {
        let write = writing.create(&registry, input.digest(), |draft| {
            // What the path names is not there, rather than wrong.
            let base = draft.seen()?;
            let holder = find(&base, &id)?;
            let new = input.0.held_by(&holder.slug)?;
            Ok(certifications::record_in(draft, new)?)
        });
        let collection = format!("/v1/organisations/{}/certifications", id.0);
        write
            .await?
            .created(&collection, made, ImpactAnalysis::of)
            .await
    }

    /// Amend a certification
    ///
    /// Amends a certification; its holder and its framework stay.
    #[oai(
        path = "/:id/certifications/:certification_id",
        method = "patch",
        operation_id = "updateCertification"
    )]
    async fn update(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The organisation's slug or id.
        id: Path<String>,
        /// The certification's id.
        certification_id: Path<String>,
        if_match: IfMatch,
        patch: Patch<CertificationInput>,
    ) -> Result<Written<Changed<Certification>, ImpactAnalysis>, Refusal> {
        let write = writing.change(&registry, |draft| {
            let base = draft.seen()?;
            let (holder, current) = held(&base, &id, &certification_id)?;
            let shown = shown(&base, current)?;
            let expected = if_match.holds(&shown)?;
            let new = patch.apply(&current.into())?.held_by(holder)?;
            Ok(certifications::amend_in(draft, current.id, expected, new)?)
        });
        write.await?.changed(made, ImpactAnalysis::of).await
    }

    /// End a certification
    ///
    /// Sets the last day on which a certification holds. It stays in the register, and answers for
    /// the days before are as they were.
    #[oai(
        path = "/:id/certifications/:certification_id/end",
        method = "post",
        operation_id = "endCertification"
    )]
    async fn end(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The organisation's slug or id.
        id: Path<String>,
        /// The certification's id.
        certification_id: Path<String>,
        if_match: IfMatch,
        input: StrictJson<CertificationEndInput>,
    ) -> Result<Written<Changed<Certification>, ImpactAnalysis>, Refusal> {
        let write = writing.change(&registry, |draft| {
            let base = draft.seen()?;
            let (_, current) = held(&base, &id, &certification_id)?;
            let shown = shown(&base, current)?;
            let expected = if_match.holds(&shown)?;
            let last_day = input.0.last_day.0;
            Ok(certifications::end_in(
                draft, current.id, expected, last_day,
            )?)
        });
        write.await?.changed(made, ImpactAnalysis::of).await
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use transfer_decision::span::parse_day;

    use super::*;

    #[test]
    fn a_certification_with_all_that_one_may_have_is_the_same_on_both_sides() {
        let day = |text: &str| parse_day(text).map(Day).unwrap();
        let input = CertificationInput {
            framework: Code(Framework::ALL.first().copied().unwrap()),
            valid_from: day("2025-02-01"),
            valid_to: Some(day("2026-01-31")),
            recertification_due: Some(day("2026-01-15")),
            covers_hr: Some(true),
            evidence: Some(CertificationEvidence {
                list: "the official list".to_owned(),
                day: day("2026-11-20"),
                sha256: "0a".repeat(32),
                participant: Some("a1b2".to_owned()),
                status: Some("Active".to_owned()),
            }),
            source: "https://www.dataprivacyframework.gov/list".to_owned(),
            checked_on: Some(day("2026-11-20")),
        };
        let new = input.held_by("acme").unwrap();
        assert_eq!(new.organisation, "acme");
        assert_eq!((new.covers_hr, new.evidence.is_some()), (true, true));
        let seen = certifications::Certification {
            id: Uuid::nil(),
            framework: new.framework,
            valid_from: new.valid_from,
            valid_to: new.valid_to,
            recertification_due: new.recertification_due,
            covers_hr: new.covers_hr,
            evidence: new.evidence,
            source: new.source,
            checked_on: new.checked_on,
            version: 1,
        };
        assert_eq!(CertificationInput::from(&seen), input);
    }
}
