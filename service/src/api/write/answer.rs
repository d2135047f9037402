//! What a write answers: the object that it made, or what it would do.

use poem::{
    IntoResponse, Response,
    http::{HeaderValue, StatusCode, header},
};
use poem_openapi::{
    ApiResponse,
    registry::{MetaHeader, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry},
    types::Type,
};
use serde::Serialize;
use transfer_registry_core::{Rehearsal, Snapshot};
use uuid::Uuid;

use super::{Made, Tried};
use crate::{
    api::{
        answer::{Answer, One},
        v1::proposals::{self, Proposal},
    },
    edge::turns::Wanted,
    refusal::Refusal,
};

/// On the answer to a request whose effect its idempotency key had had before.
pub(crate) const REPLAYED: &str = "idempotency-replayed";

/// An object that was created, now or by an earlier request of the same key.
#[derive(Debug)]
pub(crate) struct Created<T> {
    object: One<T>,
    location: String,
    replayed: bool,
}

impl<T: Send> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        let mut response = self.object.into_response();
        response.set_status(StatusCode::CREATED);
        let headers = response.headers_mut();
        if let Ok(location) = HeaderValue::from_str(&self.location) {
            headers.insert(header::LOCATION, location);
        }
        if self.replayed {
            headers.insert(REPLAYED, HeaderValue::from_static("true"));
        }
        response
    }
}

/// An object after a change, read from the snapshot of the change's revision.
#[derive(Debug)]
pub(crate) struct Changed<T>(One<T>);

impl<T> Changed<T> {
    /// What an object was changed to.
    pub(crate) const fn to(object: One<T>) -> Self {
        Self(object)
    }
}

impl<T: Send> IntoResponse for Changed<T> {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

/// What a write answers: what it did, or with `dry_run` what it would do.
#[derive(Debug)]
pub(crate) enum Written<D, P> {
    /// It was done: [`Created`] or [`Changed`].
    Done(D),
    /// It waits for another person's approval.
    Proposed(Proposed),
    /// Nothing was stored; this is what it would do.
    Previewed(Answer<P>),
}

/// A write that waits for another person's approval.
#[derive(Debug)]
pub(crate) struct Proposed {
    proposal: One<Proposal>,
    location: String,
    replayed: bool,
}

impl Proposed {
    /// The proposal, read from the snapshot of its revision.
    fn of(snapshot: &Snapshot, id: Uuid, replayed: bool) -> Result<Self, Refusal> {
        Ok(Self {
            proposal: proposals::shown(snapshot, id)?,
            location: format!("{}/{id}", proposals::COLLECTION),
            replayed,
        })
    }
}

impl IntoResponse for Proposed {
    fn into_response(self) -> Response {
        let mut response = self.proposal.into_response();
        response.set_status(StatusCode::ACCEPTED);
        let headers = response.headers_mut();
        if let Ok(location) = HeaderValue::from_str(&self.location) {
            headers.insert(header::LOCATION, location);
        }
        if self.replayed {
            headers.insert(REPLAYED, HeaderValue::from_static("true"));
        }
        response
    }
}

/// What a rehearsed write would do; as long as that is wanted.
pub(crate) trait Preview<P>:
    FnOnce(&Rehearsal, &Wanted) -> Result<P, Refusal> + Send + 'static
{
}

impl<P, F> Preview<P> for F where
    F: FnOnce(&Rehearsal, &Wanted) -> Result<P, Refusal> + Send + 'static
{
}

impl Made {
    /// Answers a creation: with the object at its path in `collection`, or with a preview.
    ///
    /// # Errors
    /// What `show` or `preview` refuses.
    pub(crate) async fn created<T, P: Serialize + 'static>(
        self,
        collection: &str,
        show: impl FnOnce(&Snapshot, Uuid) -> Result<One<T>, Refusal>,
        preview: impl Preview<P>,
    ) -> Result<Written<Created<T>, P>, Refusal> {
        let path = |_: &Snapshot, id| Ok(format!("{collection}/{id}"));
        self.created_at(path, show, preview).await
    }

    /// The same of an object that is found under another name than the id of what was recorded.
    ///
    /// # Errors
    /// What `path`, `show` or `preview` refuses.
    pub(crate) async fn created_at<T, P: Serialize + 'static>(
        self,
        path: impl FnOnce(&Snapshot, Uuid) -> Result<String, Refusal>,
        show: impl FnOnce(&Snapshot, Uuid) -> Result<One<T>, Refusal>,
        preview: impl Preview<P>,
    ) -> Result<Written<Created<T>, P>, Refusal> {
        let done = |id, snapshot: &Snapshot, replayed| {
            Ok(Created {
                object: show(snapshot, id)?,
                location: path(snapshot, id)?,
                replayed,
            })
        };
        self.answered(preview, done).await
    }

    /// Answers a change: with the object after it, or with a preview.
    ///
    /// # Errors
    /// What `show` or `preview` refuses.
    pub(crate) async fn changed<T, P: Serialize + 'static>(
        self,
        show: impl FnOnce(&Snapshot, Uuid) -> Result<One<T>, Refusal>,
        preview: impl Preview<P>,
    ) -> Result<Written<Changed<T>, P>, Refusal> {
        let done = |id, snapshot: &Snapshot, _| show(snapshot, id).map(Changed);
        self.answered(preview, done).await
    }

    async fn answered<D, P: Serialize + 'static>(
        self,
        preview: impl Preview<P>,
        done: impl FnOnce(Uuid, &Snapshot, bool) -> Result<D, Refusal>,
    ) -> Result<Written<D, P>, Refusal> {
        match self {
            Self::Done {
                id,
                snapshot,
                repeated,
            } => done(id, &snapshot, repeated).map(Written::Done),
            Self::Proposed {
                id,
                snapshot,
                repeated,
            } => Proposed::of(&snapshot, id, repeated).map(Written::Proposed),
            // Everything that is recorded is looked at: that would keep other requests waiting.
            Self::Tried(Tried { turn, rehearse }) => {
                let found_out = turn.run(move |wanted| {
                    wanted.still()?;
                    let tried = rehearse()?;
                    wanted.still()?;
                    Answer::of(tried.before.revision(), &preview(&tried, wanted)?)
                });
                found_out.await.map(Written::Previewed)
            }
        }
    }
}

impl<D: IntoResponse, P: Send> IntoResponse for Written<D, P> {
    fn into_response(self) -> Response {
        match self {
            Self::Done(done) => done.into_response(),
            Self::Proposed(proposed) => proposed.into_response(),
            Self::Previewed(preview) => preview.into_response(),
        }
    }
}

/// What a dry run adds to the description of an answer.
const PREVIEW: &str =
    "What the write would do, and the revision that it was tried on; nothing was stored.";

impl<T: Type, P: Type> ApiResponse for Written<Created<T>, P> {
    fn meta() -> MetaResponses {
        let mut meta = written::<T>("What was created, and the revision from which on it counts.");
        for response in &mut meta.responses {
            response.status = Some(201);
            response.headers.push(located());
            response.headers.push(replayed());
        }
        let mut preview = Answer::<P>::meta();
        for response in &mut preview.responses {
            response.description = PREVIEW;
        }
        meta.responses.extend(preview.responses);
        let mut proposed = proposed();
        for response in &mut proposed {
            response.headers.push(replayed());
        }
        meta.responses.extend(proposed);
        meta
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
        P::register(registry);
        Proposal::register(registry);
    }
}

impl<T: Type, P: Type> ApiResponse for Written<Changed<T>, P> {
    fn meta() -> MetaResponses {
        let mut meta = written::<T>(
            "The object after the change, and the revision from which on it counts; of a dry run, \
             what the change would do, the revision that it was tried on, and no entity tag.",
        );
        for response in &mut meta.responses {
            for header in &mut response.headers {
                header.required &= header.name != "etag";
            }
            for media in &mut response.content {
                media.schema = MetaSchemaRef::Reference(either::<T, P>());
            }
        }
        meta.responses.extend(proposed());
        meta
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
        P::register(registry);
        Proposal::register(registry);
        registry.create_schema::<Self, _>(either::<T, P>(), |_| MetaSchema {
            description: Some("An object after a change; of a dry run, what the change would do."),
            one_of: vec![T::schema_ref(), P::schema_ref()],
            ..MetaSchema::ANY
        });
    }
}

/// The answer to a write that waits for approval. The document names it only where a write may
/// need that.
fn proposed() -> Vec<MetaResponse> {
    let about = "What the write would do needs another person's approval: the proposal to do it, \
                 and the revision from which on it is there.";
    let mut meta = written::<Proposal>(about);
    for response in &mut meta.responses {
        response.status = Some(202);
        response.headers.push(located());
    }
    meta.responses
}

fn located() -> MetaHeader {
    said(
        "location",
        "The path of what was created.",
        true,
        String::schema_ref(),
    )
}

fn replayed() -> MetaHeader {
    said(
        REPLAYED,
        "`true`: an earlier request of the same idempotency key had created it; what is shown is \
         what it created then.",
        false,
        bool::schema_ref(),
    )
}

fn said(name: &str, about: &str, required: bool, schema: MetaSchemaRef) -> MetaHeader {
    MetaHeader {
        name: name.to_owned(),
        description: Some(about.to_owned()),
        required,
        deprecated: false,
        schema,
    }
}

/// The name of what answers a change that may be tried.
fn either<T: Type, P: Type>() -> String {
    format!("{}Or{}", T::name(), P::name())
}

/// The answer that shows an object; a write is not asked whether the caller has it already.
fn written<T: Type>(description: &'static str) -> MetaResponses {
    let mut meta = One::<T>::meta();
    meta.responses
        .retain(|response| response.status == Some(200));
    for response in &mut meta.responses {
        response.description = description;
    }
    meta
}
