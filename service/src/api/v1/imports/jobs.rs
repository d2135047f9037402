//! Imports that are under way, and those that ended not long ago.
//!
//! One is carried out at a time and few wait, because each is a change of the whole register.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::timeout,
};
use transfer_registry_core::{Clock, Key, Registry};
use uuid::{NoContext, Timestamp, Uuid};

use super::{
    Importing, Upload,
    shown::{Ended, Import},
};
use crate::{
    api::{answer::One, write::REASON},
    exchange::{Offer, Options, Order, Progress, Resource, Scratch, Wanted, carry_out},
    refusal::{Refusal, Violation, ViolationCode, step},
    tables::Format,
};

/// How many imports are under way or wait.
const PLACES: usize = 4;
/// How many files come at a time: as many as there may be room for on disk.
const ARRIVALS: usize = 16;
/// For how long an import is known after its end.
const KNOWN_FOR: TimeDelta = TimeDelta::hours(1);
/// How many are known that have ended.
const MOST_KNOWN: usize = 16;

/// The imports of this process. A clone shares them.
#[derive(Debug, Clone)]
pub(crate) struct Imports(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: Clock,
    scratch: Scratch,
    /// Whose turn it is.
    turn: Semaphore,
    places: Arc<Semaphore>,
    arrivals: Arc<Semaphore>,
    over: AtomicBool,
    known: Mutex<Vec<Arc<Job>>>,
}

/// One import.
#[derive(Debug)]
pub(crate) struct Job {
    /// Its id.
    pub(super) id: Uuid,
    /// Who sent it.
    actor: String,
    /// When.
    pub(super) begun: DateTime<Utc>,
    /// Under which key it counts once.
    key: Option<Key>,
    pub(super) dry_run: bool,
    pub(super) options: Options,
    pub(super) resource: Option<Resource>,
    pub(super) format: Format,
    pub(super) size: u64,
    pub(super) digest: [u8; 32],
    pub(super) progress: Arc<Progress>,
    end: watch::Sender<Option<Arc<Ended>>>,
}

impl Imports {
    /// None yet.
    pub(crate) fn new(clock: Clock, scratch: Scratch) -> Self {
        Self(Arc::new(Inner {
            clock,
            scratch,
            turn: Semaphore::new(1),
            places: Arc::new(Semaphore::new(PLACES)),
            arrivals: Arc::new(Semaphore::new(ARRIVALS)),
            over: AtomicBool::new(false),
            known: Mutex::default(),
        }))
    }

    /// Where files wait.
    pub(crate) fn scratch(&self) -> &Scratch {
        &self.0.scratch
    }

    /// Leave to send a file. It takes no place among those under way or waiting, so that a slow
    /// file keeps nobody else's import from its turn.
    ///
    /// # Errors
    /// When all those places are taken, too many files are coming, or the service stops.
    pub(super) fn arrival(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        if !self.wanted() || self.0.places.available_permits() == 0 {
            return Err(Refusal::Unavailable);
        }
        let free = Arc::clone(&self.0.arrivals).try_acquire_owned();
        free.map_err(|_| Refusal::Unavailable)
    }

    /// A place among those under way or waiting.
    ///
    /// # Errors
    /// When all are taken, or the service stops.
    pub(super) fn place(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        if !self.wanted() {
            return Err(Refusal::Unavailable);
        }
        let free = Arc::clone(&self.0.places).try_acquire_owned();
        free.map_err(|_| Refusal::Unavailable)
    }

    fn wanted(&self) -> bool {
        !self.0.over.load(Ordering::Relaxed)
    }

    /// Ends those under way at their next row.
    pub(crate) fn end(&self) {
        self.0.over.store(true, Ordering::Relaxed);
    }

    /// Waits for those under way, for a while.
    pub(crate) async fn stop(&self, grace: Duration) {
        self.end();
        let all = u32::try_from(PLACES).unwrap_or(u32::MAX);
        if timeout(grace, self.0.places.acquire_many(all))
            .await
            .is_err()
        {
            tracing::error!("an import was not done in time; nothing of it counts");
        }
    }

    /// The import of an id, for who sent it.
    pub(super) fn find(&self, id: Uuid, actor: &str) -> Option<Arc<Job>> {
        let known = self.known();
        let found = known.iter().find(|job| {
            let before = job.ended().and_then(|ended| ended.before);
            job.actor == actor && (job.id == id || before == Some(id))
        });
        found.cloned()
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Job>>> {
        let mut known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.0.clock.now();
        let old = |ended: &Ended| now - ended.at > KNOWN_FOR;
        known.retain(|job| job.ended().is_none_or(|ended| !old(&ended)));
        known
    }

    /// Begins an import, or finds the one that the same request began; says which.
    ///
    /// # Errors
    /// When the request contradicts itself, or its key stands for another one.
    pub(super) fn begin(
        &self,
        registry: &Registry,
        importing: Importing,
        upload: Upload,
    ) -> Result<(Arc<Job>, bool), Refusal> {
        let Importing { writing, query } = importing;
        if query
            .text("format")
            .is_some_and(|said| said != upload.format.code())
        {
            let media_type = upload.format.media_type();
            let detail = format!("the media type is {media_type}");
            let wrong = Violation::detailed("/format", ViolationCode::BadValue, detail);
            return Err(Refusal::invalid(vec![wrong]));
        }
        let record_existing = query.flag("record_existing").unwrap_or_default();
        if record_existing && writing.context.reason.is_none() {
            let why = "what is recorded as existing is not put to the gate";
            let pointer = step("", REASON);
            let wrong = Violation::detailed(pointer, ViolationCode::MissingField, why);
            return Err(Refusal::invalid(vec![wrong]));
        }
        let key = writing.key(upload.digest).filter(|_| !writing.dry_run);
        let mut known = self.known();
        if let Some(before) = before(&known, &writing.context.actor, key.as_ref())? {
            return Ok((before, true));
        }
        let job = Arc::new(Job {
            id: self.new_id(),
            actor: writing.context.actor.clone(),
            begun: self.0.clock.now(),
            key,
            dry_run: writing.dry_run,
            options: Options { record_existing },
            resource: query.code("resource"),
            format: upload.format,
            size: upload.size,
            digest: upload.digest,
            progress: Arc::default(),
            end: watch::Sender::new(None),
        });
        while known.iter().filter(|job| job.ended().is_some()).count() >= MOST_KNOWN {
            let oldest = known.iter().position(|job| job.ended().is_some());
            oldest.map(|oldest| known.remove(oldest));
        }
        known.push(Arc::clone(&job));
        drop(known);
        let order = Order {
            id: job.id,
            context: writing.context,
            scope: writing.scope,
            key: job.key.clone(),
            dry_run: job.dry_run,
            options: job.options,
            approvals: writing.approvals,
        };
        let carried = self
            .clone()
            .carry(registry.clone(), Arc::clone(&job), order, upload);
        tokio::spawn(carried);
        Ok((job, false))
    }

    /// Carries an import out when its turn comes.
    async fn carry(self, registry: Registry, job: Arc<Job>, order: Order, upload: Upload) {
        let Upload { path, place, .. } = upload;
        let turn = self.0.turn.acquire().await;
        let offers = vec![Offer {
            path: path.to_path_buf(),
            format: Some(job.format),
            resource: job.resource,
        }];
        let imports = self.clone();
        let wanted: Wanted = Arc::new(move || imports.wanted());
        let carried = {
            let (registry, job, wanted) = (registry.clone(), Arc::clone(&job), Arc::clone(&wanted));
            // In a task of its own, so that a panic is the end of this import alone.
            tokio::spawn(async move {
                let progress = &job.progress;
                let carried = carry_out(&registry, &order, offers, progress, &wanted).await;
                Ended::of(&job, &registry, carried, &wanted).await
            })
        };
        let ended = carried.await.unwrap_or_else(|error| {
            tracing::error!(%error, "an import did not come to its end");
            Ended::failed(&job, &registry, Refusal::Internal)
        });
        job.end.send_replace(Some(Arc::new(ended)));
        drop((turn, place, path));
    }

    fn new_id(&self) -> Uuid {
        let now = self.0.clock.now();
        let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
        let at = Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos());
        Uuid::new_v7(at)
    }
}

/// The import that a key stands for already. One that was refused or failed did nothing, so that
/// the same key may be tried again.
fn before(known: &[Arc<Job>], actor: &str, key: Option<&Key>) -> Result<Option<Arc<Job>>, Refusal> {
    let Some(key) = key else {
        return Ok(None);
    };
    let same = known.iter().rev().find(|job| {
        let stands = job.ended().is_none_or(|ended| ended.refusal.is_none());
        let named = job.key.as_ref().is_some_and(|known| known.key == key.key);
        stands && named && job.actor == actor
    });
    match same {
        Some(job) if job.key.as_ref() == Some(key) => Ok(Some(Arc::clone(job))),
        Some(_) => Err(Refusal::KeyReused),
        None => Ok(None),
    }
}

impl Job {
    /// What became of it.
    pub(super) fn ended(&self) -> Option<Arc<Ended>> {
        self.end.borrow().clone()
    }

    /// What becomes of it within a time.
    pub(super) async fn end_within(&self, wait: Duration) -> Option<Arc<Ended>> {
        let mut end = self.end.subscribe();
        let ended = timeout(wait, end.wait_for(Option::is_some)).await;
        ended.ok()?.ok()?.clone()
    }

    /// How it is shown now; `revision` is the register's.
    pub(super) fn shown(&self, revision: u64) -> Result<One<Import>, Refusal> {
        match self.ended() {
            Some(ended) => Ok(One::written(ended.revision, ended.json.clone())),
            None => One::of(revision, &Import::under_way(self)),
        }
    }
}
