//! When each token was last used: noted in memory, written now and then, and no part of the
//! register. A token that is used a thousand times a second makes one row.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use sea_orm::{
    EntityTrait, QueryFilter, QuerySelect, Set,
    sea_query::{Expr, OnConflict},
};
use transfer_registry_entity::token_uses;
use uuid::Uuid;

use crate::{ReadError, Registry, reading::in_time};

/// Takes note of uses. Clones share what was noted.
#[derive(Debug, Clone, Default)]
pub struct Uses(Arc<Mutex<HashMap<Uuid, DateTime<Utc>>>>);

impl Uses {
    /// Notes that a token was used.
    pub fn note(&self, token: Uuid, at: DateTime<Utc>) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = noted.entry(token).or_insert(at);
        *last = (*last).max(at);
    }

    /// Writes what was noted. What cannot be written now is written the next time.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn write(&self, registry: &Registry) -> Result<(), ReadError> {
        let noted = {
            let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *noted)
        };
        if noted.is_empty() {
            return Ok(());
        }
        let rows = noted.iter().map(|(token, at)| token_uses::ActiveModel {
            token_id: Set(*token),
            last_used_at: Set(*at),
        });
        let later = Expr::cust("excluded.last_used_at > token_uses.last_used_at");
        let over = OnConflict::column(token_uses::Column::TokenId)
            .update_column(token_uses::Column::LastUsedAt)
            .action_and_where(later)
            .to_owned();
        let _turn = registry.turn_beside().await;
        let insert = token_uses::Entity::insert_many(rows).on_conflict(over);
        let written = in_time(insert.exec_without_returning(registry.db())).await;
        if written.is_err() {
            for (token, at) in noted {
                self.note(token, at);
            }
        }
        written.map(drop)
    }

    fn of(&self, token: Uuid) -> Option<DateTime<Utc>> {
        let noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.get(&token).copied()
    }
}

/// When tokens were last used, as far as this process and what others have written know.
///
/// # Errors
/// When the database cannot be read.
pub async fn last_used(
    registry: &Registry,
    uses: &Uses,
    tokens: &[Uuid],
) -> Result<HashMap<Uuid, DateTime<Utc>>, ReadError> {
    use sea_orm::ColumnTrait as _;
    let rows = token_uses::Entity::find()
        .select_only()
        .column(token_uses::Column::TokenId)
        .column(token_uses::Column::LastUsedAt)
        .filter(token_uses::Column::TokenId.is_in(tokens.iter().copied()))
        .into_tuple::<(Uuid, DateTime<Utc>)>();
    let mut found: HashMap<_, _> = in_time(rows.all(registry.db()))
        .await?
        .into_iter()
        .collect();
    for token in tokens {
        if let Some(noted) = uses.of(*token) {
            let last = found.entry(*token).or_insert(noted);
            *last = (*last).max(noted);
        }
    }
    Ok(found)
}
