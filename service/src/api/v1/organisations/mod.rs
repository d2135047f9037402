//! Legal entities, with their certifications, and whom they pass data on to.

mod certifications;
mod filters;
mod input;
mod shown;
mod upstream;

use poem::{Result, web::Data};
use poem_openapi::{OpenApi, param::Path};
use transfer_decision::span;
use transfer_registry_core::{
    Registry, Snapshot,
    organisations::{self, NewOrganisation},
};
use uuid::Uuid;

pub(crate) use certifications::{
    CertificationFilters, CertificationInput, CertificationQuery, Certifications,
};
pub(crate) use filters::{OrganisationFilters, OrganisationQuery};
pub(crate) use input::OrganisationInput;
pub(crate) use upstream::{UpstreamGraphs, UpstreamQuery};

use self::{
    filters::Filters,
    shown::{Organisation, OrganisationPage},
};
use super::{Tag, bridge::bridged, impact_analyses::ImpactAnalysis};
use crate::{
    api::{
        answer::{Answer, One},
        auth::Caller,
        etag::IfMatch,
        paging::page,
        patch::Patch,
        query::Query,
        strict::StrictJson,
        write::{Changed, Created, Writing, Written},
    },
    refusal::Refusal,
};

/// Organisations.
pub(crate) struct Organisations;

/// The organisation with this slug or id.
fn find<'s>(snapshot: &'s Snapshot, id: &str) -> Result<&'s organisations::Organisation, Refusal> {
    snapshot.organisation(id).ok_or(Refusal::NotFound)
}

/// An organisation as it is shown.
fn shown(
    snapshot: &Snapshot,
    organisation: &organisations::Organisation,
    day: Option<span::Day>,
) -> Result<One<Organisation>, Refusal> {
    let body = Organisation::on(organisation, day);
    One::versioned(snapshot.revision(), organisation.version, &body)
}

/// The organisation that a write made.
fn made(snapshot: &Snapshot, id: Uuid) -> Result<One<Organisation>, Refusal> {
    let organisation = snapshot.organisations().get(id);
    shown(snapshot, organisation.ok_or(Refusal::NotFound)?, None)
}

#[OpenApi(prefix_path = "/v1/organisations", tag = "Tag::Organisations")]
impl Organisations {
    /// List organisations
    ///
    /// Every organisation that the filters leave, by id.
    #[oai(path = "/", method = "get", operation_id = "listOrganisations")]
    async fn list(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<OrganisationFilters>,
    ) -> Result<Answer<OrganisationPage>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        let filters = Filters::of(&query, &snapshot);
        let kept = snapshot.organisations().iter().filter(|o| filters.keep(o));
        let (items, next_cursor) = page(kept, &query, |organisation| organisation.id.to_string());
        let items = items
            .into_iter()
            .map(|organisation| Organisation::on(organisation, query.as_of()))
            .collect();
        Answer::of(
            snapshot.revision(),
            &OrganisationPage { items, next_cursor },
        )
    }

    /// Get an organisation
    ///
    /// One organisation, by slug or id.
    #[oai(path = "/:id", method = "get", operation_id = "getOrganisation")]
    async fn get(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<OrganisationQuery>,
        /// The organisation's slug or id.
        id: Path<String>,
    ) -> Result<One<Organisation>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        shown(&snapshot, find(&snapshot, &id)?, query.as_of())
    }

    /// Create an organisation
    ///
    /// Creates a company of a group, a third party or an international organisation.
    #[oai(path = "/", method = "post", operation_id = "createOrganisation")]
    async fn create(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        input: StrictJson<OrganisationInput>,
    ) -> Result<Written<Created<Organisation>, ImpactAnalysis>, Refusal> {
        let new: NewOrganisation = bridged(&input.0)?;
        let write = writing.create(&registry, input.digest(), |draft| {
            Ok(organisations::create_in(draft, new)?)
        });
        let collection = "/v1/organisations";
        write
            .await?
            .created(collection, made, ImpactAnalysis::of)
            .await
    }

    /// Amend an organisation
    ///
    /// Amends an organisation; its slug, its kind and its group stay. Its certifications are
    /// written each on its own.
    #[oai(path = "/:id", method = "patch", operation_id = "updateOrganisation")]
    async fn update(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The organisation's slug or id.
        id: Path<String>,
        if_match: IfMatch,
        patch: Patch<OrganisationInput>,
    ) -> Result<Written<Changed<Organisation>, ImpactAnalysis>, Refusal> {
        let write = writing.change(&registry, |draft| {
            let base = draft.seen()?;
            let current = find(&base, &id)?;
            let shown = shown(&base, current, None)?;
            let expected = if_match.holds(&shown)?;
            let new = bridged(&patch.apply(&current.into())?)?;
            Ok(organisations::amend_in(draft, current.id, expected, new)?)
        });
        write.await?.changed(made, ImpactAnalysis::of).await
    }
}
