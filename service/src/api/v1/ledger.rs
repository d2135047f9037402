//! The ledger: every change, who made it, when and why, with what was there before and after.

use poem::{Result, web::Data};
use poem_openapi::{Object, OpenApi, param::Path};
use serde::Serialize;
use serde_json::Value;
use transfer_registry_core::{
    CheckpointError, Registry, Snapshot,
    ledger::feed::{self, Entry, ObjectType, Wanted},
};
use uuid::Uuid;

use super::Tag;
use crate::{
    api::{
        answer::{Answer, One},
        auth::Caller,
        codes::Code,
        query::{CURSOR, KNOWN_AT, Kind, LIMIT, Parameter, Parameters, Query},
        values::{Instant, ObjectState, Revision},
    },
    moments,
    refusal::Refusal,
};

/// The ledger.
pub(crate) struct Ledger;

/// One change of one object.
#[derive(Debug, Object, Serialize)]
pub(crate) struct LedgerEntry {
    /// Its number, contiguous from 1.
    seq: Revision,
    /// The revision of the register that the change made; entries of one change share it.
    revision: Revision,
    /// When it was recorded.
    recorded_at: Instant,
    /// Who made it.
    actor: String,
    /// What was done to the object, as a verb.
    action: String,
    /// What kind of object.
    object_type: Code<ObjectType>,
    /// Which.
    object_id: Uuid,
    /// Why, in the words of who made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The request that asked for it.
    request_id: String,
    /// The object as it was before; absent when it was not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<ObjectState>,
    /// The object as it was after.
    after: ObjectState,
    /// The hash of the entry before, in hexadecimal.
    prev_hash: String,
    /// The hash of this entry: SHA-256 over everything in it but `before`, and over `prev_hash`.
    hash: String,
}

/// A page of the ledger.
#[derive(Debug, Object, Serialize)]
pub(crate) struct LedgerPage {
    /// The entries, by their number.
    items: Vec<LedgerEntry>,
    /// The cursor of the next page; absent when there is nothing further for now. To follow what
    /// comes, ask again with `after` as the number of the last entry seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// How far the ledger had come, signed by the service and kept outside of its database.
#[derive(Debug, Object, Serialize)]
pub(crate) struct LedgerCheckpoint {
    /// The database's id.
    database: Uuid,
    /// How many entries the ledger had.
    size: Revision,
    /// The hash of the last of them, in hexadecimal.
    hash: String,
    /// The register's revision.
    revision: Revision,
    /// When it was signed.
    instant: Instant,
    /// The signed note (C2SP checkpoint) to the byte.
    note: String,
}

impl TryFrom<Entry> for LedgerEntry {
    type Error = Refusal;

    fn try_from(entry: Entry) -> Result<Self, Refusal> {
        let Entry {
            seq,
            revision,
            recorded_at,
            actor,
            action,
            object_type,
            object_id,
            reason,
            request_id,
            before,
            after,
            prev_hash,
            hash,
        } = entry;
        Ok(Self {
            seq: Revision(seq),
            revision: Revision(revision),
            recorded_at: Instant(recorded_at),
            actor,
            action,
            object_type: Code(object_type),
            object_id,
            reason,
            request_id,
            before: before.map(|before| state(seq, &before)).transpose()?,
            after: state(seq, &after)?,
            prev_hash,
            hash,
        })
    }
}

/// A state as the ledger keeps it.
fn state(seq: u64, text: &str) -> Result<ObjectState, Refusal> {
    if let Ok(Value::Object(fields)) = serde_json::from_str(text) {
        return Ok(ObjectState(fields));
    }
    tracing::error!(seq, "a state of the ledger is no object");
    Err(Refusal::Internal)
}

/// What narrows the list.
pub(crate) struct LedgerFilters;

impl Parameters for LedgerFilters {
    const OPERATION: &'static str = "listLedgerEntries";
    const PARAMETERS: &'static [Parameter] = &[
        LIMIT,
        CURSOR,
        KNOWN_AT,
        Parameter::new(
            "after",
            "Only entries after this number: the last that the caller has seen.",
            Kind::Number,
        ),
        Parameter::new(
            "newest_first",
            "Whether the last entry comes first; the cursor then leads back.",
            Kind::Flag,
        ),
        Parameter::new(
            "object_type",
            "Only entries about this kind of object.",
            Kind::code::<ObjectType>(),
        ),
        Parameter::new(
            "object_id",
            "Only entries about this object, by its id; a group or organisation also by its slug.",
            Kind::Name,
        ),
        Parameter::new("actor", "Only what this actor did.", Kind::Name),
        Parameter::new(
            "action",
            "Only entries in which this was done, as a verb.",
            Kind::Name,
        ),
        Parameter::new("request_id", "Only what this request changed.", Kind::Name),
        Parameter::new(
            "revision",
            "Only what made this revision of the register.",
            Kind::Number,
        ),
        Parameter::new(
            "recorded_from",
            "Only entries recorded at this instant or later.",
            Kind::Instant,
        ),
        Parameter::new(
            "recorded_to",
            "Only entries recorded at this instant or before.",
            Kind::Instant,
        ),
    ];
}

/// What one entry is asked with.
pub(crate) struct LedgerEntryQuery;

impl Parameters for LedgerEntryQuery {
    const OPERATION: &'static str = "getLedgerEntry";
    const PARAMETERS: &'static [Parameter] = &[KNOWN_AT];
}

/// The newest checkpoint takes no query.
pub(crate) struct CheckpointQuery;

impl Parameters for CheckpointQuery {
    const OPERATION: &'static str = "getLedgerCheckpoint";
    const PARAMETERS: &'static [Parameter] = &[];
}

#[OpenApi(prefix_path = "/v1/ledger", tag = "Tag::Ledger")]
impl Ledger {
    /// List ledger entries
    ///
    /// Every change of the register that the filters leave, in the order in which they were
    /// recorded, or the last first: audit trail, history of an object, and change feed at once. A
    /// page may hold fewer than `limit` where there are more; `next_cursor` alone tells.
    #[oai(path = "/", method = "get", operation_id = "listLedgerEntries")]
    async fn list(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<LedgerFilters>,
    ) -> Result<Answer<LedgerPage>, Refusal> {
        let seen = moments::seen(&registry, &registry.snapshot(), caller.scope())?;
        let wanted = wanted(&seen, &query);
        let found = feed::list(caller.scope(), &registry, &wanted, query.limit()).await?;
        let items = found.entries.into_iter().map(LedgerEntry::try_from);
        let items = items.collect::<Result<_, _>>()?;
        let next_cursor = found.next.map(|seq| query.cursor_after(&seq.to_string()));
        Answer::of(found.revision, &LedgerPage { items, next_cursor })
    }

    /// Get the newest ledger checkpoint
    ///
    /// The newest signed statement of how far the ledger had come and with which hash. Keep copies
    /// where nobody who runs the database can write: they show that nothing was cut off or
    /// rewritten since.
    #[oai(
        path = "/checkpoint",
        method = "get",
        operation_id = "getLedgerCheckpoint"
    )]
    async fn checkpoint(
        &self,
        _caller: Caller,
        registry: Data<&Registry>,
        _query: Query<CheckpointQuery>,
    ) -> Result<Answer<LedgerCheckpoint>, Refusal> {
        let newest = feed::newest_checkpoint(&registry).await;
        let newest = newest.map_err(|error| unread(&error))?;
        let newest = newest.ok_or(Refusal::NotFound)?;
        let checkpoint = newest.checkpoint;
        Answer::of(
            checkpoint.revision,
            &LedgerCheckpoint {
                database: checkpoint.database,
                size: Revision(checkpoint.size),
                hash: checkpoint.hash,
                revision: Revision(checkpoint.revision),
                instant: Instant(checkpoint.instant),
                note: newest.note,
            },
        )
    }

    /// Get a ledger entry
    ///
    /// One change, by the number of its entry.
    #[oai(path = "/:seq", method = "get", operation_id = "getLedgerEntry")]
    async fn get(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<LedgerEntryQuery>,
        /// The entry's number.
        seq: Path<String>,
    ) -> Result<One<LedgerEntry>, Refusal> {
        // What is no number is no entry's number.
        let seq = seq.0.parse().map_err(|_| Refusal::NotFound)?;
        let found = feed::find(caller.scope(), &registry, seq).await?;
        let (entry, revision) = found
            .filter(|(entry, _)| query.known_at().is_none_or(|at| entry.recorded_at <= at))
            .ok_or(Refusal::NotFound)?;
        One::of(revision, &entry.try_into()?)
    }
}

/// What the query asks for.
fn wanted(snapshot: &Snapshot, query: &Query<LedgerFilters>) -> Wanted {
    let text = |name: &str| query.text(name).map(str::to_owned);
    let reached = query.after().and_then(|seq| seq.parse().ok());
    // What was known at an instant is what was recorded by then.
    let to = [query.instant("recorded_to"), query.known_at()];
    let newest_first = query.flag("newest_first").unwrap_or_default();
    let after = query.number("after");
    Wanted {
        after: if newest_first {
            after
        } else {
            after.max(reached)
        }
        .unwrap_or_default(),
        before: reached.filter(|_| newest_first),
        newest_first,
        object_type: query.code("object_type"),
        objects: query.text("object_id").map(|named| ids(snapshot, named)),
        actor: text("actor"),
        action: text("action"),
        request_id: text("request_id"),
        revision: query.number("revision"),
        from: query.instant("recorded_from"),
        to: to.into_iter().flatten().min(),
    }
}

/// The ids that a name may stand for: itself, or those of the group and organisation of that slug.
fn ids(snapshot: &Snapshot, named: &str) -> Vec<Uuid> {
    if let Ok(id) = named.parse() {
        return vec![id];
    }
    let group = snapshot.group(named).map(|group| group.id);
    let organisation = snapshot.organisation(named).map(|found| found.id);
    group.into_iter().chain(organisation).collect()
}

fn unread(error: &CheckpointError) -> Refusal {
    tracing::error!(%error, "the newest checkpoint cannot be read");
    Refusal::Internal
}
