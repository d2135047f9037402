//! What every public page is read from: what was asked, in which language, of which register; and
//! how it is answered.

use std::sync::Arc;

use askama::Template;
use poem::{
    Request, Response,
    http::{HeaderValue, StatusCode, header},
};
use transfer_decision::span::Day;
use transfer_registry_core::{Registry, Scope, Snapshot, publications::Publication};

use super::{
    frame::Frame,
    list::List,
    query::{self, Asked},
    refused,
    words::Wording,
};
use crate::{edge::headers::REVISION, moments, refusal::Refusal};

/// What a page is made from.
pub(super) struct Reading {
    /// The words of its language.
    pub(super) wording: Wording,
    /// What is asked for.
    pub(super) asked: Asked,
    /// The register.
    pub(super) snapshot: Arc<Snapshot>,
    /// The group, by slug.
    pub(super) group: String,
    /// The day in Brussels.
    pub(super) today: Day,
}

impl Reading {
    /// Reads a request for a page of a group that takes these parameters.
    ///
    /// # Errors
    /// When there is no such group or moment, or something is wrong with the query.
    pub(super) async fn of(
        request: &Request,
        registry: &Registry,
        group: &str,
        takes: &[&str],
    ) -> Result<Self, Refusal> {
        // A group that has published nothing is answered as one that is not there, whatever else is
        // asked: that it exists is for nobody outside to know. No group is ever deleted, so what is
        // not there now was never.
        let now = registry.snapshot();
        let found = now.group(group).filter(|found| found.slug == group);
        if found.is_none() || now.published(group).is_none() {
            return Err(Refusal::NotFound);
        }
        let clock = registry.clock();
        let asked = query::asked(request, takes, clock.now())?;
        let known_at = asked.known_at;
        let snapshot = moments::snapshot(registry, &Scope::All, known_at, "/known_at").await?;
        // An id leads to a group as well, but is not its address.
        let found = snapshot.group(group).filter(|found| found.slug == group);
        let group = found.ok_or(Refusal::NotFound)?.slug.clone();
        Ok(Self {
            wording: Wording::of(query::language(request).0)?,
            asked,
            snapshot,
            group,
            today: clock.today(),
        })
    }

    /// The day that is asked about.
    pub(super) fn day(&self) -> Day {
        self.asked.as_of.unwrap_or(self.today)
    }

    /// What the group published last.
    ///
    /// # Errors
    /// When it had published nothing by then: then it had no list.
    pub(super) fn published(&self) -> Result<&Publication, Refusal> {
        self.snapshot
            .published(&self.group)
            .ok_or(Refusal::NotFound)
    }

    /// The group's list on the day, whole.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn list(&self) -> Result<List, Refusal> {
        self.list_on(self.day())
    }

    /// The group's list on a day, whole.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn list_on(&self, day: Day) -> Result<List, Refusal> {
        let asked = Asked {
            as_of: Some(day),
            ..self.asked.clone()
        };
        let list = List::of(&self.snapshot, self.published()?, &asked, self.today);
        list.map_err(|error| {
            tracing::error!(%error, "what was published cannot be judged");
            Refusal::Internal
        })
    }

    /// The group's list with what is asked for, as the formats show it.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn narrowed(&self) -> Result<List, Refusal> {
        let mut list = self.list()?;
        self.asked.filters.narrow(&mut list);
        Ok(list)
    }
}

/// Answers with a page, or says on a page of the same language why not.
pub(super) fn answered(
    request: &Request,
    registry: &Registry,
    group: &str,
    page: Result<(Response, u64), Refusal>,
) -> Result<Response, Refusal> {
    let (language, said) = query::language(request);
    let mut response = match page {
        Ok((mut response, revision)) => {
            response.headers_mut().insert(REVISION, revision.into());
            response
        }
        Err(refusal) => {
            let known_at = query::known_at(request);
            let wording = Wording::of(language)?;
            refused::page(wording, registry, group, known_at, &refusal)?
        }
    };
    let headers = response.headers_mut();
    let code = HeaderValue::from_static(language.code());
    headers.insert(header::CONTENT_LANGUAGE, code);
    if !said {
        headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
    }
    Ok(response)
}

/// A page that is there.
///
/// # Errors
/// A fault of ours.
pub(super) fn found(
    reading: &Reading,
    frame: &Frame,
    template: &impl Template,
) -> Result<(Response, u64), Refusal> {
    let mut response = crate::pages::page(StatusCode::OK, template)?;
    if let Ok(links) = HeaderValue::try_from(frame.links()) {
        response.headers_mut().insert(header::LINK, links);
    }
    Ok((response, reading.snapshot.revision()))
}
