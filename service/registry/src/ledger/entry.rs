//! One entry, and the hash that chains it to the one before.

use chrono::{DateTime, SecondsFormat, Utc};
use sha2::{Digest, Sha256};
use transfer_registry_entity::{head, ledger};
use uuid::Uuid;

use crate::{Context, store::objects::Kept};

/// Names the encoding below; a later one gets a number of its own.
const ENTRY: &[u8] = b"transfer-registry/ledger-entry/v1";
/// Names the encoding of the hash before the first entry.
const GENESIS: &[u8] = b"transfer-registry/ledger-genesis/v1";

/// Everything in an entry that its hash covers, as read from the database.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Content<'a> {
    pub(crate) seq: i64,
    pub(crate) revision: i64,
    pub(crate) recorded_at: DateTime<Utc>,
    pub(crate) actor: &'a str,
    pub(crate) action: &'a str,
    pub(crate) object_type: &'a str,
    pub(crate) object_id: Uuid,
    pub(crate) reason: Option<&'a str>,
    pub(crate) request_id: &'a str,
    pub(crate) state: &'a str,
    pub(crate) prev_hash: &'a str,
}

/// The hash before the first entry: of the database's id, so that no ledger passes for another's.
pub(crate) fn genesis(database: Uuid) -> String {
    let mut hasher = Sha256::new();
    part(&mut hasher, GENESIS);
    part(&mut hasher, database.as_bytes());
    hex::encode(hasher.finalize())
}

/// The hash of an entry: SHA-256 over every column but the hash itself. Each part is preceded by
/// its length and an absent one differs from an empty one, so that no two entries encode alike.
pub(crate) fn hash(content: &Content<'_>) -> String {
    let Content {
        seq,
        revision,
        recorded_at,
        actor,
        action,
        object_type,
        object_id,
        reason,
        request_id,
        state,
        prev_hash,
    } = content;
    let mut hasher = Sha256::new();
    part(&mut hasher, ENTRY);
    part(&mut hasher, &seq.to_be_bytes());
    part(&mut hasher, &revision.to_be_bytes());
    part(
        &mut hasher,
        recorded_at
            .to_rfc3339_opts(SecondsFormat::Nanos, true)
            .as_bytes(),
    );
    part(&mut hasher, actor.as_bytes());
    part(&mut hasher, action.as_bytes());
    part(&mut hasher, object_type.as_bytes());
    part(&mut hasher, object_id.as_bytes());
    match reason {
        Some(reason) => {
            hasher.update([1]);
            part(&mut hasher, reason.as_bytes());
        }
        None => hasher.update([0]),
    }
    part(&mut hasher, request_id.as_bytes());
    part(&mut hasher, state.as_bytes());
    part(&mut hasher, prev_hash.as_bytes());
    hex::encode(hasher.finalize())
}

fn part(hasher: &mut Sha256, bytes: &[u8]) {
    hasher.update((bytes.len() as u64).to_be_bytes());
    hasher.update(bytes);
}

/// The entry that follows the head.
///
/// # Errors
/// When the object has no JSON form.
pub(crate) fn next(
    head: &head::Model,
    recorded_at: DateTime<Utc>,
    context: &Context,
    action: &str,
    object: &Kept,
) -> Result<ledger::Model, serde_json::Error> {
    let state = object.state()?;
    let seq = head.ledger_seq + 1;
    let hash = hash(&Content {
        seq,
        revision: head.revision,
        recorded_at,
        actor: &context.actor,
        action,
        object_type: object.kind().code(),
        object_id: object.id(),
        reason: context.reason.as_deref(),
        request_id: &context.request_id,
        state: &state,
        prev_hash: &head.ledger_hash,
    });
    Ok(ledger::Model {
        seq,
        revision: head.revision,
        recorded_at,
        actor: context.actor.clone(),
        action: action.to_owned(),
        object_type: object.kind().into(),
        object_id: object.id(),
        reason: context.reason.clone(),
        request_id: context.request_id.clone(),
        state,
        prev_hash: head.ledger_hash.clone(),
        hash,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn content() -> Content<'static> {
        Content {
            seq: 7,
            revision: 3,
            recorded_at: DateTime::UNIX_EPOCH,
            actor: "anna",
            action: "create",
            object_type: "group",
            object_id: Uuid::from_u128(5),
            reason: None,
            request_id: "r",
            state: "{}",
            prev_hash: "00",
        }
    }

    #[test]
    fn every_part_of_an_entry_changes_its_hash() {
        let base = content();
        let variants = [
            base,
            Content { seq: 8, ..base },
            Content {
                revision: 4,
                ..base
            },
            Content {
                recorded_at: DateTime::UNIX_EPOCH + chrono::TimeDelta::nanoseconds(1),
                ..base
            },
            Content {
                actor: "annac",
                ..base
            },
            Content {
                actor: "annacreate",
                action: "",
                ..base
            },
            Content {
                action: "reate",
                ..base
            },
            Content {
                object_type: "flow",
                ..base
            },
            Content {
                object_id: Uuid::from_u128(6),
                ..base
            },
            Content {
                reason: Some(""),
                ..base
            },
            Content {
                reason: Some("x"),
                ..base
            },
            Content {
                reason: Some("r"),
                request_id: "",
                ..base
            },
            Content {
                request_id: "s",
                ..base
            },
            Content {
                state: "{ }",
                ..base
            },
            Content {
                prev_hash: "01",
                ..base
            },
        ];
        let hashes: BTreeSet<String> = variants.iter().map(hash).collect();
        assert_eq!(hashes.len(), variants.len());
    }

    #[test]
    fn the_encoding_of_the_first_version_never_changes() {
        assert_eq!(
            hash(&content()),
            "3d1f0bc3fc0f131ae04985a89fd43d1d516c3c6d3b4fc2ec891a168c31b6f252"
        );
        assert_eq!(
            genesis(Uuid::from_u128(1)),
            "55863596f9dd7966fc7050c32c598d6e6e998ce6628649466411c99686bc8a7b"
        );
    }
}
