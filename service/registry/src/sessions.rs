//! Sessions of people who have signed in, and sign-ins that are under way at an issuer.
//!
//! Of each only the SHA-256 of a secret is kept that the browser has. They are no part of the
//! register: the ledger keeps what was done in a session, under its user's name.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ModelTrait, QueryFilter, Set,
    sea_query::{Expr, ExprTrait},
};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use transfer_registry_entity::{sessions, sign_ins};
use uuid::Uuid;

use crate::{ReadError, Registry, reading::in_time};

/// How often it is written that a session is used.
const MINUTE: TimeDelta = TimeDelta::minutes(1);
/// How long a sign-in may be under way at an issuer.
const UNDER_WAY: TimeDelta = TimeDelta::minutes(10);

/// The secret of a browser: 256 random bits. It does not print.
#[derive(Debug, Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// A new one from the operating system's generator.
    ///
    /// # Errors
    /// When that gives no randomness.
    pub fn fresh() -> Result<Self, getrandom::Error> {
        let mut bits = [0_u8; 32];
        getrandom::fill(&mut bits)?;
        Ok(Self(hex::encode(bits).into()))
    }

    /// One that a browser sent, if it can be one.
    #[must_use]
    pub fn offered(text: &str) -> Option<Self> {
        let hexadecimal = text.bytes().all(|byte| byte.is_ascii_hexdigit());
        (text.len() == 64 && hexadecimal).then(|| Self(text.to_owned().into()))
    }

    /// The text, for the one cookie that holds it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.expose_secret()
    }

    /// By what it is recognised.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.derived("")
    }

    /// What the forms of a page carry that only this browser can know. Whoever knows it does not know
    /// the secret.
    #[must_use]
    pub fn form_token(&self) -> String {
        self.derived("form")
    }

    fn derived(&self, purpose: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(purpose.as_bytes());
        hash.update([0]);
        hash.update(self.0.expose_secret().as_bytes());
        hex::encode(hash.finalize())
    }
}

/// Who has signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A user.
    User {
        /// The user.
        id: Uuid,
        /// The password that was good at that moment, if the user has one here.
        password: Option<Uuid>,
    },
    /// Whoever had the bootstrap token with this SHA-256, in hex.
    Bootstrap(String),
}

/// How long a session lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lasting {
    /// Without a request.
    pub idle: TimeDelta,
    /// In all.
    pub whole: TimeDelta,
}

/// Begins a session, under a secret that nobody had before. Those that are over are forgotten.
///
/// # Errors
/// When the database cannot be written.
pub async fn begin(
    registry: &Registry,
    secret: &Secret,
    who: Who,
    lasting: Lasting,
) -> Result<(), ReadError> {
    let now = registry.clock().now();
    let (user_id, password_id, bootstrap_sha256) = match who {
        Who::User { id, password } => (Some(id), password, None),
        Who::Bootstrap(key) => (None, None, Some(key)),
    };
    let row = sessions::ActiveModel {
        sha256: Set(secret.fingerprint()),
        user_id: Set(user_id),
        password_id: Set(password_id),
        bootstrap_sha256: Set(bootstrap_sha256),
        began_at: Set(now),
        seen_at: Set(now),
    };
    let over = Condition::any()
        .add(sessions::Column::BeganAt.lte(now - lasting.whole))
        .add(sessions::Column::SeenAt.lte(now - lasting.idle));
    let _turn = registry.turn_beside().await;
    in_time(
        sessions::Entity::delete_many()
            .filter(over)
            .exec(registry.db()),
    )
    .await?;
    in_time(sessions::Entity::insert(row).exec_without_returning(registry.db())).await?;
    Ok(())
}

/// Whose session it is, if it is one and not over; and takes note that it is used.
///
/// # Errors
/// When the database cannot be read or written.
pub async fn whose(
    registry: &Registry,
    secret: &Secret,
    lasting: Lasting,
) -> Result<Option<Who>, ReadError> {
    let now = registry.clock().now();
    let sha256 = secret.fingerprint();
    let found = in_time(sessions::Entity::find_by_id(&sha256).one(registry.db())).await?;
    let Some(session) = found.filter(|session| is_on(session, now, lasting)) else {
        return Ok(None);
    };
    if now - session.seen_at >= MINUTE {
        let seen = sessions::Entity::update_many()
            .col_expr(sessions::Column::SeenAt, Expr::value(now))
            .filter(sessions::Column::Sha256.eq(sha256))
            .filter(Expr::col(sessions::Column::SeenAt).lt(now));
        let _turn = registry.turn_beside().await;
        in_time(seen.exec(registry.db())).await?;
    }
    Ok(match (session.user_id, session.bootstrap_sha256) {
        (Some(id), None) => Some(Who::User {
            id,
            password: session.password_id,
        }),
        (None, Some(key)) => Some(Who::Bootstrap(key)),
        _ => None,
    })
}

fn is_on(session: &sessions::Model, now: DateTime<Utc>, lasting: Lasting) -> bool {
    now - session.began_at < lasting.whole && now - session.seen_at < lasting.idle
}

/// Ends a session.
///
/// # Errors
/// When the database cannot be written.
pub async fn end(registry: &Registry, secret: &Secret) -> Result<(), ReadError> {
    let ending = sessions::Entity::delete_by_id(secret.fingerprint());
    let _turn = registry.turn_beside().await;
    in_time(ending.exec(registry.db())).await?;
    Ok(())
}

/// Ends every session of a user.
///
/// # Errors
/// When the database cannot be written.
pub async fn end_all(registry: &Registry, user: Uuid) -> Result<(), ReadError> {
    let all = sessions::Column::UserId.eq(user);
    let ending = sessions::Entity::delete_many().filter(all);
    let _turn = registry.turn_beside().await;
    in_time(ending.exec(registry.db())).await?;
    Ok(())
}

/// A sign-in that is under way at an issuer.
#[derive(Clone)]
pub struct SignIn {
    /// By what the browser's return is recognised.
    pub state: String,
    /// What the issuer is to repeat in the ID token.
    pub nonce: String,
    /// The code verifier (RFC 7636).
    pub verifier: String,
}

/// Keeps a sign-in until the browser returns.
///
/// # Errors
/// When the database cannot be written.
pub async fn keep(registry: &Registry, secret: &Secret, sign_in: SignIn) -> Result<(), ReadError> {
    let SignIn {
        state,
        nonce,
        verifier,
    } = sign_in;
    let now = registry.clock().now();
    let row = sign_ins::ActiveModel {
        sha256: Set(secret.fingerprint()),
        state: Set(state),
        nonce: Set(nonce),
        verifier: Set(verifier),
        began_at: Set(now),
    };
    let over = sign_ins::Column::BeganAt.lte(now - UNDER_WAY);
    let _turn = registry.turn_beside().await;
    in_time(
        sign_ins::Entity::delete_many()
            .filter(over)
            .exec(registry.db()),
    )
    .await?;
    in_time(sign_ins::Entity::insert(row).exec_without_returning(registry.db())).await?;
    Ok(())
}

/// The sign-in that a browser returns from, once.
///
/// # Errors
/// When the database cannot be read or written.
pub async fn take(registry: &Registry, secret: &Secret) -> Result<Option<SignIn>, ReadError> {
    let now = registry.clock().now();
    let found = sign_ins::Entity::find_by_id(secret.fingerprint());
    let Some(found) = in_time(found.one(registry.db())).await? else {
        return Ok(None);
    };
    let (began_at, sign_in) = (
        found.began_at,
        SignIn {
            state: found.state.clone(),
            nonce: found.nonce.clone(),
            verifier: found.verifier.clone(),
        },
    );
    let _turn = registry.turn_beside().await;
    let taken = in_time(found.delete(registry.db())).await?;
    // Whoever else took it at the same moment has it.
    let first = taken.rows_affected == 1;
    Ok((first && now - began_at < UNDER_WAY).then_some(sign_in))
}
