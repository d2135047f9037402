//! What every write has in common: who asks, why, whether only to see what would come of it, and
//! under which key it counts once.

mod answer;
mod beside;
mod proposing;
#[cfg(test)]
pub(super) mod tests;

use std::{fmt, sync::Arc};

use poem::{
    Request, RequestBody, Result,
    http::{HeaderMap, HeaderName, HeaderValue},
};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaParamIn, MetaSchemaRef, Registry as Types},
};
use sha2::{Digest, Sha256};
use tokio::{
    runtime::{Handle, RuntimeFlavor},
    task::block_in_place,
};
use transfer_registry_core::{
    ChangeError, Context, Draft, Key, Registry, Rehearsal, Scope, Snapshot, proposals::Approvals,
};
use uuid::Uuid;

pub(crate) use answer::{Changed, Created, REPLAYED, Written};
pub(crate) use beside::WritingBeside;
use proposing::Asked;

use super::{auth::Caller, spec, values::printable};
use crate::{
    edge::{
        headers::RequestId,
        turns::{Turn, Turns},
    },
    moments,
    refusal::{Refusal, Violation, ViolationCode, step},
};

/// Why the change is made.
pub(crate) const REASON: &str = "x-change-reason";
/// Under which key it counts once.
pub(crate) const KEY: &str = "idempotency-key";
/// Whether it is only to be shown what the write would do.
pub(crate) const DRY_RUN: &str = "dry_run";

/// The longest reason, in characters.
pub(crate) const LONGEST_REASON: usize = 4000;
/// The longest key.
pub(crate) const LONGEST_KEY: usize = 255;

/// A write, but for its body: the first argument of every handler that writes, so that nobody
/// without a token is told what is wrong with the rest.
#[derive(Debug)]
pub(crate) struct Writing {
    /// Who asks, why, and under which request.
    pub(crate) context: Context,
    /// Whose data the caller may see and change.
    pub(crate) scope: Scope,
    /// Whether nothing is to be stored.
    pub(crate) dry_run: bool,
    /// Under which key it counts once.
    key: Option<String>,
    /// Method, path and query, as they were sent.
    line: String,
    /// The turns at long work: what a write would do is long to find out.
    turns: Turns,
    /// What needs another person's approval.
    pub(crate) approvals: Approvals,
    /// The request, to be kept where it becomes a proposal.
    asked: Asked,
}

/// What became of a write.
#[derive(Debug)]
pub(crate) enum Made {
    /// It was made, now or by an earlier request of the same key.
    Done {
        /// The object's id.
        id: Uuid,
        /// The register of the write's revision.
        snapshot: Arc<Snapshot>,
        /// Whether an earlier request made it.
        repeated: bool,
    },
    /// It needs another person's approval, and was proposed, now or by an earlier request of the
    /// same key.
    Proposed {
        /// The proposal's id.
        id: Uuid,
        /// The register of the proposal's revision.
        snapshot: Arc<Snapshot>,
        /// Whether an earlier request proposed it.
        repeated: bool,
    },
    /// It was only tried.
    Tried(Tried),
}

/// A write that was only tried: what comes of it is still to be found out, in its turn.
pub(crate) struct Tried {
    turn: Turn,
    rehearse: Box<dyn FnOnce() -> Result<Rehearsal, ChangeError> + Send>,
}

impl fmt::Debug for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tried").finish_non_exhaustive()
    }
}

impl Writing {
    /// Creates something, or tries to: once under the caller's key, however often the same request
    /// comes. `body` is the digest of the body, `make` puts what it makes into the draft.
    ///
    /// # Errors
    /// What `make` or the registry refuses.
    pub(crate) async fn create<M>(
        &self,
        registry: &Registry,
        body: [u8; 32],
        make: M,
    ) -> Result<Made, Refusal>
    where
        M: FnOnce(&mut Draft) -> Result<Uuid, Refusal> + Send,
    {
        self.make(registry, self.key(body).as_ref(), make).await
    }

    /// Changes an object, or tries to. What `make` reads must be read from the draft's base: that is
    /// the register that the change is made to.
    ///
    /// # Errors
    /// What `make` or the registry refuses.
    pub(crate) async fn change<M>(&self, registry: &Registry, make: M) -> Result<Made, Refusal>
    where
        M: FnOnce(&mut Draft) -> Result<Uuid, Refusal> + Send,
    {
        self.make(registry, None, make).await
    }

    async fn make<M>(
        &self,
        registry: &Registry,
        key: Option<&Key>,
        make: M,
    ) -> Result<Made, Refusal>
    where
        M: FnOnce(&mut Draft) -> Result<Uuid, Refusal> + Send,
    {
        let (context, scope) = (&self.context, &self.scope);
        // The registry knows its own refusals only; ours goes round it.
        let mut refused = None;
        let make = |draft: &mut Draft| {
            let done = self.begin(draft).and_then(|()| make(draft));
            let done = done.and_then(|id| self.end(draft, id));
            done.map_err(|refusal| {
                refused = Some(refusal);
                ChangeError::Nothing
            })
        };
        if self.dry_run {
            let turn = self.turns.take().await?;
            let make = |draft: &mut Draft| aside(|| make(draft));
            let tried = registry.try_out(context, scope, make).await;
            return match refused {
                Some(refusal) => Err(refusal),
                None => Ok(Made::tried(turn, tried?)),
            };
        }
        let recorded = registry.change(context, scope, key, make).await;
        if let Some(refusal) = refused {
            return Err(refusal);
        }
        let recorded = recorded?;
        let snapshot = registry.at_revision(recorded.revision).await;
        let snapshot = snapshot.map_err(|error| {
            // It is recorded, and the same request again will show it.
            tracing::error!(%error, "what was recorded cannot be shown");
            Refusal::OutcomeUnknown
        })?;
        let (id, repeated) = (recorded.id, recorded.repeated);
        let snapshot = moments::seen(registry, &snapshot, scope)?;
        let proposed = snapshot.proposals().get(id).is_some() && self.asked.may_be_proposed();
        Ok(if proposed {
            Made::Proposed {
                id,
                snapshot,
                repeated,
            }
        } else {
            Made::Done {
                id,
                snapshot,
                repeated,
            }
        })
    }

    /// The key under which a creation counts once, if the caller gave one.
    pub(crate) fn key(&self, body: [u8; 32]) -> Option<Key> {
        let key = self.key.clone()?;
        let mut fingerprint = Sha256::new();
        // No part of a request line has a line end in it.
        fingerprint.update(self.line.as_bytes());
        fingerprint.update(b"\n");
        fingerprint.update(body);
        Some(Key {
            key,
            fingerprint: hex::encode(fingerprint.finalize()),
        })
    }

    /// Reads what a request says of a write, apart from its body. `pairs` are those of the query
    /// that are not read elsewhere, and `found` is what is wrong with the others.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    fn of(
        request: &Request,
        caller: &Caller,
        pairs: Vec<(String, String)>,
        mut found: Vec<Violation>,
    ) -> Result<Self, Refusal> {
        let headers = request.headers();
        let reason = header(headers, REASON, reason, &mut found);
        let key = header(headers, KEY, key, &mut found);
        let dry_run = dry_run(pairs, &mut found);
        if !found.is_empty() {
            return Err(Refusal::invalid(found));
        }
        let id = request.data::<RequestId>();
        let uri = request.uri();
        let query = uri.query().unwrap_or_default();
        Ok(Self {
            context: Context {
                actor: caller.name().to_owned(),
                reason,
                request_id: id.map(|id| id.0.clone()).unwrap_or_default(),
            },
            scope: caller.scope().clone(),
            dry_run,
            key,
            line: format!("{}\n{}\n{query}", request.method(), uri.path()),
            approvals: request.data::<Approvals>().cloned().unwrap_or_default(),
            asked: Asked::of(request),
            turns: request.data::<Turns>().cloned().ok_or(Refusal::Internal)?,
        })
    }
}

impl Made {
    /// A write that was only tried, in its turn.
    pub(crate) fn tried(turn: Turn, tried: transfer_registry_core::Tried) -> Self {
        Self::Tried(Tried {
            turn,
            rehearse: Box::new(move || tried.rehearsal()),
        })
    }

    /// The same of one of which is known what comes of it.
    pub(crate) fn rehearsed(turn: Turn, rehearsal: Rehearsal) -> Self {
        Self::Tried(Tried {
            turn,
            rehearse: Box::new(move || Ok(rehearsal)),
        })
    }
}

/// Does what may take a while, such as asking the gate, without keeping other requests waiting.
fn aside<T>(work: impl FnOnce() -> T) -> T {
    match Handle::current().runtime_flavor() {
        RuntimeFlavor::MultiThread => block_in_place(work),
        _ => work(),
    }
}

/// The value of a header that may stand once.
fn header(
    headers: &HeaderMap,
    name: &'static str,
    read: impl FnOnce(&HeaderValue) -> Result<String, Violation>,
    found: &mut Vec<Violation>,
) -> Option<String> {
    let mut values = headers.get_all(HeaderName::from_static(name)).iter();
    let value = values.next()?;
    if values.next().is_some() {
        let code = ViolationCode::RepeatedHeader;
        found.push(Violation::plain(step("", name), code));
        return None;
    }
    read(value).map_err(|violation| found.push(violation)).ok()
}

/// A key: printable ASCII, so that it is the same text to everybody.
fn key(value: &HeaderValue) -> Result<String, Violation> {
    let visible = |byte: &u8| (b' '..=b'~').contains(byte);
    let fits = (1..=LONGEST_KEY).contains(&value.len()) && value.as_bytes().iter().all(visible);
    value
        .to_str()
        .ok()
        .filter(|_| fits)
        .map(str::to_owned)
        .ok_or_else(|| {
            let form = format!("1 to {LONGEST_KEY} printable ASCII characters");
            Violation::detailed(step("", KEY), ViolationCode::BadValue, form)
        })
}

/// A reason: UTF-8, of which anything may be percent-encoded, because many clients send nothing but
/// ASCII in a header. A percent sign that encodes nothing is refused rather than guessed at.
fn reason(value: &HeaderValue) -> Result<String, Violation> {
    let pointer = || step("", REASON);
    let text = decoded(value.as_bytes()).and_then(|bytes| String::from_utf8(bytes).ok());
    let text = text.ok_or_else(|| {
        let form = "UTF-8, with a percent sign written as %25";
        Violation::detailed(pointer(), ViolationCode::BadValue, form)
    })?;
    let wrong = if text.trim().is_empty() {
        ViolationCode::Blank
    } else if text.chars().count() > LONGEST_REASON {
        ViolationCode::TooLong
    } else if !printable(&text.replace(['\n', '\t'], "")) {
        ViolationCode::ControlCharacter
    } else {
        return Ok(text);
    };
    Err(Violation::plain(pointer(), wrong))
}

/// What percent-encoded bytes stand for.
fn decoded(bytes: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: &u8| {
        char::from(*byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter();
    while let Some(byte) = rest.next() {
        decoded.push(match byte {
            b'%' => digit(rest.next()?)? << 4 | digit(rest.next()?)?,
            other => *other,
        });
    }
    Some(decoded)
}

/// Whether the write is only to be tried; a write takes no other parameter.
fn dry_run(pairs: Vec<(String, String)>, found: &mut Vec<Violation>) -> bool {
    let mut given = None;
    for (name, value) in pairs {
        let mut wrong = |code| found.push(Violation::plain(step("", &name), code));
        if name != DRY_RUN {
            wrong(ViolationCode::UnknownParameter);
        } else if given.is_some() {
            wrong(ViolationCode::RepeatedParameter);
        } else if !matches!(value.as_str(), "true" | "false") {
            wrong(ViolationCode::WrongType);
        }
        given = given.or((name == DRY_RUN).then_some(value));
    }
    given.as_deref() == Some("true")
}

/// The pairs of a request's query.
fn pairs(request: &Request) -> Result<Vec<(String, String)>, Refusal> {
    request
        .params::<Vec<(String, String)>>()
        .map_err(|_| Refusal::Unreadable)
}

impl<'a> ApiExtractor<'a> for Writing {
    const TYPES: &'static [ApiExtractorType] = &[
        ApiExtractorType::SecurityScheme,
        ApiExtractorType::Parameter,
    ];

    type ParamType = ();
    type ParamRawType = ();

    fn register(types: &mut Types) {
        Caller::register(types);
    }

    fn security_schemes() -> Vec<&'static str> {
        Caller::security_schemes()
    }

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Header)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        Some(spec::mark(spec::WRITING))
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        options: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let caller = Caller::from_request(request, body, options).await?;
        Ok(Self::of(request, &caller, pairs(request)?, Vec::new())?)
    }
}
