//! Passwords: of each only the argon2id hash is kept, in a table that the ledger does not keep.
//!
//! The cost is that which OWASP names for argon2id: 19 MiB, two passes, one lane (the library's
//! default).

use argon2::{
    Argon2, PasswordHasher, PasswordVerifier,
    password_hash::{self, phc::PasswordHash},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, Set};
use secrecy::{ExposeSecret, SecretString};
use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};
use transfer_registry_entity::passwords;
use uuid::Uuid;

use super::User;
use crate::{ReadError, Registry, reading::in_time, store::PATIENCE};

/// How many characters a password has at least. It is the only thing that somebody has to know.
pub const SHORTEST: usize = 12;
/// How many bytes it has at most.
pub const LONGEST: usize = 512;
/// How many are hashed at once: each takes 19 MiB and a core.
const AT_ONCE: usize = 2;

static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);

/// Why a password cannot be kept or compared.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// It is too short or too long.
    #[error("must have {SHORTEST} characters at least, and {LONGEST} bytes at most")]
    Unfit,
    /// There is no randomness, or the hash cannot be made.
    #[error("a password cannot be hashed: {0}")]
    Hash(String),
    /// The database cannot be read or written.
    #[error(transparent)]
    Store(#[from] ReadError),
}

impl From<password_hash::Error> for PasswordError {
    fn from(error: password_hash::Error) -> Self {
        Self::Hash(error.to_string())
    }
}

/// A password as somebody typed it. It does not print, and is wiped when it is dropped.
#[derive(Debug, Clone)]
pub struct Password(SecretString);

impl Password {
    /// A password that somebody chose.
    ///
    /// # Errors
    /// When it is too short or too long.
    pub fn chosen(text: String) -> Result<Self, PasswordError> {
        let fit = text.chars().count() >= SHORTEST && text.len() <= LONGEST;
        let password = Self::typed(text);
        if fit {
            Ok(password)
        } else {
            Err(PasswordError::Unfit)
        }
    }

    /// A password that somebody tries.
    #[must_use]
    pub fn typed(text: String) -> Self {
        Self(text.into())
    }

    /// A new one of 144 random bits.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn fresh() -> Result<Self, getrandom::Error> {
        let mut bits = [0_u8; 18];
        getrandom::fill(&mut bits)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bits).into()))
    }

    /// The text, for the one who is to have it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.expose_secret()
    }

    /// Keeps its hash, and says under which id. It is nobody's before a user is given it.
    ///
    /// # Errors
    /// When it cannot be hashed or written.
    pub async fn keep(&self, registry: &Registry) -> Result<Uuid, PasswordError> {
        let hash = self.hashed().await?;
        let now = registry.clock().now();
        let id = registry.new_id(now);
        let row = passwords::ActiveModel {
            id: Set(id),
            hash: Set(hash),
            made_at: Set(now),
        };
        let _turn = registry.turn_beside().await;
        in_time(passwords::Entity::insert(row).exec_without_returning(registry.db())).await?;
        Ok(id)
    }

    /// Whether it is the password of a user who may come in. It takes as long when there is no such
    /// user.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn is_of(
        &self,
        registry: &Registry,
        user: Option<&User>,
    ) -> Result<bool, PasswordError> {
        let kept = user.filter(|user| user.is_enabled());
        let kept = match kept.and_then(|user| user.password) {
            Some(id) => in_time(passwords::Entity::find_by_id(id).one(registry.db())).await?,
            None => None,
        };
        match kept {
            Some(kept) => self.has(kept.hash).await,
            None => self.hashed().await.map(|_| false),
        }
    }

    async fn hashed(&self) -> Result<String, PasswordError> {
        let password = self.0.clone();
        at_work(move || {
            let hash = Argon2::default().hash_password(password.expose_secret().as_bytes())?;
            Ok(hash.to_string())
        })
        .await
    }

    async fn has(&self, hash: String) -> Result<bool, PasswordError> {
        let password = self.0.clone();
        at_work(move || {
            let hash = PasswordHash::new(&hash).map_err(password_hash::Error::from)?;
            let verified =
                Argon2::default().verify_password(password.expose_secret().as_bytes(), &hash);
            match verified {
                Ok(()) => Ok(true),
                Err(password_hash::Error::PasswordInvalid) => Ok(false),
                Err(error) => Err(error.into()),
            }
        })
        .await
    }
}

/// For how long a password may be nobody's: until the user is given it that it was kept for.
const IN_HAND: TimeDelta = TimeDelta::minutes(10);

/// Forgets the passwords that no user has any more.
///
/// # Errors
/// When the database cannot be written.
pub async fn forget_unused(registry: &Registry) -> Result<(), ReadError> {
    let snapshot = registry.snapshot();
    let used = snapshot.users().iter().filter_map(|user| user.password);
    let unused = passwords::Entity::delete_many()
        .filter(passwords::Column::Id.is_not_in(used))
        .filter(passwords::Column::MadeAt.lt(registry.clock().now() - IN_HAND));
    let _turn = registry.turn_beside().await;
    in_time(unused.exec(registry.db())).await?;
    Ok(())
}

/// Works where nobody else waits for it, a few at a time.
async fn at_work<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
) -> Result<T, PasswordError> {
    let turn = timeout(PATIENCE, TURNS.acquire()).await;
    let turn = turn.map_err(|_| {
        let waited = "too many passwords are looked at just now".to_owned();
        ReadError::Busy(DbErr::Custom(waited))
    })?;
    // Whoever asked may go away; the work does not, and has its turn until it is done.
    let worked = spawn_blocking(move || {
        let _turn = turn;
        work()
    });
    let worked = worked.await;
    worked.map_err(|error| PasswordError::Hash(error.to_string()))?
}
