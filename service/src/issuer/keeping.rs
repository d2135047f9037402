//! What is kept of the issuer, and when it is asked again.
//!
//! One reading fetches the document when that is due, and always the keys. There is never more than
//! one reading at a time, and never a second one within ten seconds, whatever callers send.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::DecodingKey;
use tokio::sync::OwnedMutexGuard;

use super::{
    address::IssuerAddress,
    asking::Asking,
    document::Document,
    error::{Failing, IssuerError, Reason},
    keys::Keys,
    token::Token,
};

/// How long the document is good.
const DOCUMENT: TimeDelta = TimeDelta::hours(1);
/// After how long the keys are read anew, so that one that was taken out is not believed for long.
const KEYS_DUE: TimeDelta = TimeDelta::minutes(10);
/// How long keys are good while the issuer cannot be reached, counted from when they were read.
const KEYS: TimeDelta = TimeDelta::hours(1);
/// The least time between two readings.
const PAUSE: TimeDelta = TimeDelta::seconds(10);

/// Asks the issuer, and keeps what it said.
pub(super) struct Keeping {
    issuer: IssuerAddress,
    asking: Asking,
    state: Mutex<State>,
    /// Held by whoever reads.
    turn: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Default)]
struct State {
    known: Option<Known>,
    /// When a reading began last.
    asked: Option<DateTime<Utc>>,
    /// What went wrong since the last good reading. The document is read anew then, however young:
    /// it may name another address by now.
    failing: Option<Failing>,
}

/// What a good reading gave.
#[derive(Clone)]
struct Known {
    document: Arc<Document>,
    document_read: DateTime<Utc>,
    keys: Arc<Keys>,
    keys_read: DateTime<Utc>,
}

/// Whether what is kept answers a question.
enum Standing<T> {
    Good(T),
    /// It does, but should be read anew.
    Due(T),
    Missing(IssuerError),
}

impl<T> Standing<T> {
    /// The answer when nothing more can be read.
    fn settled(self) -> Result<T, IssuerError> {
        match self {
            Self::Good(found) | Self::Due(found) => Ok(found),
            Self::Missing(error) => Err(error),
        }
    }
}

impl Keeping {
    pub(super) fn of(issuer: IssuerAddress, asking: Asking) -> Self {
        Self {
            issuer,
            asking,
            state: Mutex::default(),
            turn: Arc::default(),
        }
    }

    pub(super) const fn asking(&self) -> &Asking {
        &self.asking
    }

    /// The issuer's document.
    pub(super) async fn document(
        self: &Arc<Self>,
        now: DateTime<Utc>,
    ) -> Result<Arc<Document>, IssuerError> {
        self.ask(now, |state| match &state.known {
            Some(known) if is_within(DOCUMENT, known.document_read, now) => {
                let document = Arc::clone(&known.document);
                if state.failing.is_some() {
                    Standing::Due(document)
                } else {
                    Standing::Good(document)
                }
            }
            _ => Standing::Missing(state.unreachable()),
        })
        .await
    }

    /// The key of a token.
    pub(super) async fn key(
        self: &Arc<Self>,
        token: &Token<'_>,
        now: DateTime<Utc>,
    ) -> Result<Arc<DecodingKey>, IssuerError> {
        self.ask(now, |state| match &state.known {
            Some(known) if is_within(KEYS, known.keys_read, now) => {
                match known.keys.find(token.key_id(), token.algorithm()) {
                    Some(key) if is_within(KEYS_DUE, known.keys_read, now) => Standing::Good(key),
                    Some(key) => Standing::Due(key),
                    // While the issuer cannot be reached, the key may only be too new.
                    None if state.failing.is_some() => Standing::Missing(state.unreachable()),
                    None => Standing::Missing(Reason::UnknownKey.into()),
                }
            }
            _ => Standing::Missing(state.unreachable()),
        })
        .await
    }

    /// The key of a token, if it is kept and good. Nobody is asked.
    pub(super) fn kept_key(
        &self,
        token: &Token<'_>,
        now: DateTime<Utc>,
    ) -> Option<Arc<DecodingKey>> {
        let state = self.state();
        let known = state.known.as_ref()?;
        let good = is_within(KEYS, known.keys_read, now);
        let key = || known.keys.find(token.key_id(), token.algorithm());
        good.then(key).flatten()
    }

    /// Notes that an address of the document could not be used.
    pub(super) fn doubt(&self, failing: Failing) {
        self.state().failing = Some(failing);
    }

    /// Looks at what is kept, and reads anew if that may change the answer.
    async fn ask<T>(
        self: &Arc<Self>,
        now: DateTime<Utc>,
        look: impl Fn(&State) -> Standing<T>,
    ) -> Result<T, IssuerError> {
        let standing = look(&self.state());
        let turn = Arc::clone(&self.turn);
        let turn = match standing {
            Standing::Good(found) => return Ok(found),
            // Nobody waits for what somebody else is reading while the old is good.
            Standing::Due(found) => match turn.try_lock_owned() {
                Ok(turn) => turn,
                Err(_) => return Ok(found),
            },
            Standing::Missing(_) => turn.lock_owned().await,
        };
        // Whoever had the turn before may have read it.
        let standing = look(&self.state());
        if matches!(standing, Standing::Good(_)) || !self.may_read(now) {
            return standing.settled();
        }
        self.read_apart(turn, now).await;
        look(&self.state()).settled()
    }

    fn may_read(&self, now: DateTime<Utc>) -> bool {
        self.state()
            .asked
            .is_none_or(|asked| !is_within(PAUSE, asked, now))
    }

    /// Reads in a task of its own: a caller who hangs up must not end it, or callers who hang up
    /// every time could use up each turn until no key is good.
    async fn read_apart(self: &Arc<Self>, turn: OwnedMutexGuard<()>, now: DateTime<Utc>) {
        self.state().asked = Some(now);
        let keeping = Arc::clone(self);
        let reading = tokio::spawn(async move {
            let read = keeping.read(now).await;
            keeping.keep(read);
            drop(turn);
        });
        if reading.await.is_err() {
            self.doubt(Failing::NotYet);
        }
    }

    async fn read(&self, now: DateTime<Utc>) -> Result<Known, Failing> {
        let (document, document_read) = if let Some(current) = self.current_document(now) {
            current
        } else {
            let body = self.asking.get(self.issuer.document()).await?;
            (Arc::new(Document::read(&body, &self.issuer)?), now)
        };
        let body = self.asking.get(&document.keys).await?;
        Ok(Known {
            document,
            document_read,
            keys: Arc::new(Keys::read(&body)?),
            keys_read: now,
        })
    }

    fn current_document(&self, now: DateTime<Utc>) -> Option<(Arc<Document>, DateTime<Utc>)> {
        let state = self.state();
        let known = state.known.as_ref()?;
        (state.failing.is_none() && is_within(DOCUMENT, known.document_read, now))
            .then(|| (Arc::clone(&known.document), known.document_read))
    }

    fn keep(&self, read: Result<Known, Failing>) {
        let mut state = self.state();
        match read {
            Ok(known) => {
                state.known = Some(known);
                state.failing = None;
            }
            Err(failing) => {
                tracing::warn!(issuer = %self.issuer, %failing, "the issuer could not be read");
                state.failing = Some(failing);
            }
        }
    }

    /// Each change is one assignment: a panic elsewhere leaves nothing half done.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn unreachable(&self) -> IssuerError {
        IssuerError::Unreachable(self.failing.unwrap_or(Failing::NotYet))
    }
}

/// Whether two instants are less than a span apart. In both directions: after a clock was set back,
/// what was read "in the future" is read anew, and not kept until the clock has caught up.
fn is_within(span: TimeDelta, read: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    (now - read).abs() < span
}
