//! Keys of requests that were made already.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
};
use transfer_registry_entity::idempotency_keys;

use super::{ChangeError, Key, Recorded};

/// How long a key is known.
const KNOWN_FOR: TimeDelta = TimeDelta::days(7);

/// What was recorded under a key before. A key that is too old is not known any more, whether or
/// not it was forgotten yet.
///
/// # Errors
/// When the key was used for another request.
pub(crate) async fn find(
    txn: &impl ConnectionTrait,
    actor: &str,
    key: &Key,
    now: DateTime<Utc>,
) -> Result<Option<Recorded>, ChangeError> {
    let found = idempotency_keys::Entity::find_by_id((actor.to_owned(), key.key.clone()))
        .filter(idempotency_keys::Column::RecordedAt.gte(now - KNOWN_FOR))
        .one(txn)
        .await?;
    match found {
        Some(found) if found.fingerprint != key.fingerprint => Err(ChangeError::KeyReused),
        Some(found) => Ok(Some(Recorded {
            id: found.object_id,
            revision: u64::try_from(found.revision).unwrap_or_default(),
            repeated: true,
        })),
        None => Ok(None),
    }
}

/// Keeps a key with what was recorded under it, and forgets those that are too old.
pub(crate) async fn keep(
    txn: &DatabaseTransaction,
    actor: &str,
    key: &Key,
    recorded: &Recorded,
    now: DateTime<Utc>,
) -> Result<(), ChangeError> {
    idempotency_keys::Entity::delete_many()
        .filter(idempotency_keys::Column::RecordedAt.lt(now - KNOWN_FOR))
        .exec(txn)
        .await?;
    let row = idempotency_keys::Model {
        actor: actor.to_owned(),
        key: key.key.clone(),
        fingerprint: key.fingerprint.clone(),
        object_id: recorded.id,
        revision: i64::try_from(recorded.revision).unwrap_or(i64::MAX),
        recorded_at: now,
    };
    idempotency_keys::Entity::insert(row.into_active_model())
        .exec_without_returning(txn)
        .await?;
    Ok(())
}
