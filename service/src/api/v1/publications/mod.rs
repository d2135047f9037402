//! What groups have published as their subprocessor lists, and what they would publish now.

mod difference;
mod shown;

use poem::{Result, web::Data};
use poem_openapi::{Object, OpenApi, param::Path};
use serde::{Deserialize, Serialize};
use transfer_registry_core::{
    Registry, Snapshot,
    publications::{self, Content, NewPublication},
};
use uuid::Uuid;

pub(crate) use self::difference::PublicationDifference;
use self::shown::{Publication, PublicationPage, PublicationPreview};
use super::{Tag, bridge::bridged, impact_analyses::ImpactAnalysis};
use crate::{
    api::{
        answer::{Answer, One},
        auth::Caller,
        paging::page,
        query::{CURSOR, KNOWN_AT, LIMIT, Parameter, Parameters, Query},
        strict::{Input, StrictJson},
        write::{Created, Writing, Written},
    },
    moments,
    refusal::Refusal,
};

/// Publications.
pub(crate) struct Publications;

/// A publication to be made: the group's list as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(rename = "NewPublication")]
pub(crate) struct PublicationInput {
    /// What changed and why, for readers of the list: up to 4000 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// The number of the group's publication that was seen last; 0: there was none. When another
    /// one was made since, nothing is published.
    #[oai(validator(minimum(value = "0")))]
    after: i64,
    /// The hash of the content that was seen in the preview. When something else would be published
    /// now, nothing is. Left out: whatever is there is published.
    #[serde(skip_serializing_if = "Option::is_none")]
    content_sha256: Option<String>,
}

impl Input for PublicationInput {}

/// What narrows the list.
pub(crate) struct PublicationFilters;

impl Parameters for PublicationFilters {
    const OPERATION: &'static str = "listPublications";
    const PARAMETERS: &'static [Parameter] = &[LIMIT, CURSOR, KNOWN_AT];
}

/// What one publication is asked with.
pub(crate) struct PublicationQuery;

impl Parameters for PublicationQuery {
    const OPERATION: &'static str = "getPublication";
    const PARAMETERS: &'static [Parameter] = &[KNOWN_AT];
}

/// The preview is always that of now.
pub(crate) struct PreviewQuery;

impl Parameters for PreviewQuery {
    const OPERATION: &'static str = "getPublicationPreview";
    const PARAMETERS: &'static [Parameter] = &[];
}

#[OpenApi(prefix_path = "/v1", tag = "Tag::Publications")]
impl Publications {
    /// List a group's publications
    ///
    /// What the group has published, in the order of publishing, each without its content.
    #[oai(
        path = "/groups/:id/publications",
        method = "get",
        operation_id = "listPublications"
    )]
    async fn list(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<PublicationFilters>,
        /// The group's slug or id.
        id: Path<String>,
    ) -> Result<Answer<PublicationPage>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        let group = snapshot.group(&id).ok_or(Refusal::NotFound)?;
        let published = snapshot.publications_of(&group.slug);
        let (items, next_cursor) = page(published, &query, |one| one.id.to_string());
        let items = items.into_iter().map(Publication::listed).collect();
        Answer::of(snapshot.revision(), &PublicationPage { items, next_cursor })
    }

    /// Preview a group's publication
    ///
    /// What the group would publish now, and what differs of it from what is published. Of a caller
    /// for whom part of it does not exist, that part is left out, and publishing is refused.
    #[oai(
        path = "/groups/:id/publication-preview",
        method = "get",
        operation_id = "getPublicationPreview"
    )]
    async fn preview(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        _query: Query<PreviewQuery>,
        /// The group's slug or id.
        id: Path<String>,
    ) -> Result<One<PublicationPreview>, Refusal> {
        let snapshot = moments::seen(&registry, &registry.snapshot(), caller.scope())?;
        let group = snapshot.group(&id).ok_or(Refusal::NotFound)?;
        let content = Content::of(&snapshot, group);
        let preview = PublicationPreview::of(snapshot.published(&group.slug), &content);
        One::of(snapshot.revision(), &preview)
    }

    /// Publish a group's list
    ///
    /// Publishes the group's subprocessor list as it is now: its companies, and the engagements that
    /// its customers were told of. The public page shows this from now on, and nothing recorded later
    /// until somebody publishes again. A publication never changes.
    #[oai(
        path = "/groups/:id/publications",
        method = "post",
        operation_id = "createPublication"
    )]
    async fn create(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The group's slug or id.
        id: Path<String>,
        input: StrictJson<PublicationInput>,
    ) -> Result<Written<Created<Publication>, ImpactAnalysis>, Refusal> {
        let new: NewPublication = bridged(&input.0)?;
        let actor = writing.context.actor.clone();
        let made = writing.create(&registry, input.digest(), |draft| {
            let seen = draft.seen()?;
            let group = seen.group(&id).ok_or(Refusal::NotFound)?;
            Ok(publications::publish_in(draft, &actor, group.id, new)?)
        });
        made.await?
            .created("/v1/publications", shown, ImpactAnalysis::of)
            .await
    }

    /// Get a publication
    ///
    /// One publication, by id, with what was published and what differs from the publication before.
    #[oai(
        path = "/publications/:id",
        method = "get",
        operation_id = "getPublication"
    )]
    async fn get(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<PublicationQuery>,
        /// The publication's id.
        id: Path<String>,
    ) -> Result<One<Publication>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        let id: Uuid = id.parse().map_err(|_| Refusal::NotFound)?;
        shown(&snapshot, id)
    }
}

/// A publication as it is shown.
fn shown(snapshot: &Snapshot, id: Uuid) -> Result<One<Publication>, Refusal> {
    let found = snapshot.publications().get(id);
    let found = found.ok_or(Refusal::NotFound)?;
    let before = snapshot.published_before(found);
    One::versioned(
        snapshot.revision(),
        found.version,
        &Publication::whole(before, found),
    )
}
