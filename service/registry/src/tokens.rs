//! Tokens by which callers are known: who may do what, on whose data, until when.
//!
//! A token is 256 random bits. Its text is shown once, to whoever had it issued; the register and
//! its ledger keep the SHA-256 of it. A token is never deleted: it expires or is revoked, and what
//! was done with it stays under its name, which no other token gets.

mod text;
mod uses;

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use transfer_registry_entity::tokens;
pub use transfer_registry_entity::vocabulary::Role;
use uuid::Uuid;

pub use self::{
    text::{Fingerprint, TokenText, fingerprint, is_well_formed},
    uses::{Uses, last_used},
};
use crate::{
    ChangeError, Draft, Expected, Scope, Snapshot,
    validation::{Checks, LINE},
};

/// The longest time for which a token is issued.
pub const LONGEST: TimeDelta = TimeDelta::days(365);
/// For how long a token is issued when nothing else is said.
pub const USUAL: TimeDelta = TimeDelta::days(90);

/// To how many groups a token may be limited.
const MOST_GROUPS: usize = 100;

/// A token, without what it is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: Uuid,
    /// Under which name the ledger keeps what is done with it, after `token:`.
    pub name: String,
    /// What it may be used for.
    pub role: Role,
    /// The groups that exist for it; `None`: all of them.
    pub groups: Option<BTreeSet<Uuid>>,
    /// The SHA-256 of its text.
    pub(crate) fingerprint: String,
    /// Who issued it.
    pub issued_by: String,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// From when on it is refused.
    pub expires_at: DateTime<Utc>,
    /// Since when it is refused, if it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// How often it was written, from 1.
    pub version: i64,
}

impl Token {
    /// Whose data exists for it.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.groups.clone().map_or(Scope::All, Scope::Groups)
    }

    /// Whether it is accepted at an instant.
    #[must_use]
    pub fn is_good(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

/// A token to be issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// Under which name the ledger keeps what is done with it.
    pub name: String,
    /// What it may be used for.
    pub role: Role,
    /// The groups that exist for it, by slug or id; `None`: all of them.
    pub groups: Option<Vec<String>>,
    /// From when on it is refused, at most [`LONGEST`] ahead; left out: [`USUAL`] ahead.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Issues a token that is known by a text with this fingerprint.
///
/// # Errors
/// When it is not acceptable, or the caller is limited to groups.
pub fn issue_in(
    draft: &mut Draft,
    actor: &str,
    new: NewToken,
    known_by: &Fingerprint,
) -> Result<Uuid, ChangeError> {
    draft.shared()?;
    let NewToken {
        name,
        role,
        groups,
        expires_at,
    } = new;
    let now = draft.now();
    let mut checks = Checks::default();
    checks.text("/name", &name, LINE);
    let taken = draft.base().tokens().iter().any(|token| token.name == name);
    if taken {
        checks.add("/name", "taken", "another token has or had this name");
    }
    let expires_at = expires_at.unwrap_or(now + USUAL);
    if expires_at <= now {
        checks.add("/expires_at", "out_of_range", "must be in the future");
    } else if expires_at > now + LONGEST {
        checks.add("/expires_at", "out_of_range", "must be within 365 days");
    }
    let group_ids = groups.map(|groups| limited_to(draft, &mut checks, &groups));
    checks.finish()?;
    let id = draft.new_id();
    draft.put(
        "issue",
        tokens::Model {
            id,
            name,
            role: role.into(),
            group_ids: group_ids.map(Into::into),
            sha256: known_by.to_string(),
            issued_by: actor.to_owned(),
            issued_at: now,
            expires_at,
            revoked_at: None,
            version: 1,
        },
    );
    Ok(id)
}

/// The groups that somebody is to be limited to, by id.
pub(crate) fn limited_to(draft: &Draft, checks: &mut Checks, groups: &[String]) -> Vec<Uuid> {
    if groups.is_empty() {
        checks.add(
            "/groups",
            "too_few_items",
            "must name a group, or be left out",
        );
    }
    checks.at_most("/groups", groups.len(), MOST_GROUPS);
    let named = groups.iter().take(MOST_GROUPS).enumerate();
    let found: BTreeSet<Uuid> = named
        .filter_map(|(at, group)| draft.group(checks, &format!("/groups/{at}"), group))
        .map(|(id, _)| id)
        .collect();
    found.into_iter().collect()
}

/// Revokes a token: it is refused from the next request on, on every replica.
///
/// # Errors
/// When there is none, it was changed meanwhile, it is revoked already, or the caller is limited
/// to groups.
pub fn revoke_in(draft: &mut Draft, id: Uuid, expected: &Expected) -> Result<Uuid, ChangeError> {
    draft.shared()?;
    let before = draft.base().tokens().get(id).ok_or(ChangeError::NotFound)?;
    expected.admits(before.version)?;
    if before.revoked_at.is_some() {
        return Err(ChangeError::WrongStage {
            what: "revoke",
            stage: "revoked",
        });
    }
    let now = draft.now();
    let row = row(before, Some(now));
    draft.put("revoke", row);
    Ok(id)
}

/// The row of a token after one more change.
fn row(before: &Token, revoked_at: Option<DateTime<Utc>>) -> tokens::Model {
    let Token {
        id,
        name,
        role,
        groups,
        fingerprint,
        issued_by,
        issued_at,
        expires_at,
        revoked_at: _,
        version,
    } = before.clone();
    tokens::Model {
        id,
        name,
        role: role.into(),
        group_ids: groups.map(|groups| groups.into_iter().collect::<Vec<_>>().into()),
        sha256: fingerprint,
        issued_by,
        issued_at,
        expires_at,
        revoked_at,
        version: version + 1,
    }
}

impl From<tokens::Model> for Token {
    fn from(row: tokens::Model) -> Self {
        let tokens::Model {
            id,
            name,
            role,
            group_ids,
            sha256,
            issued_by,
            issued_at,
            expires_at,
            revoked_at,
            version,
        } = row;
        Self {
            id,
            name,
            role: role.0,
            groups: group_ids.map(|groups| groups.0.into_iter().collect()),
            fingerprint: sha256,
            issued_by,
            issued_at,
            expires_at,
            revoked_at,
            version,
        }
    }
}

/// Before the name of a token where the ledger names it.
const ACTOR: &str = "token:";

/// By what name the ledger keeps what is done with a token of a name.
#[must_use]
pub fn actor_of(name: &str) -> String {
    format!("{ACTOR}{name}")
}

/// The token under whose name the ledger keeps what was done, whether it is still good or not;
/// `None`: it is no token's name.
#[must_use]
pub fn acting_as<'s>(snapshot: &'s Snapshot, actor: &str) -> Option<&'s Token> {
    let name = actor.strip_prefix(ACTOR)?;
    snapshot.tokens().iter().find(|token| token.name == name)
}

/// The token that is known by a fingerprint, whether it is still good or not.
#[must_use]
pub fn known_by<'s>(snapshot: &'s Snapshot, fingerprint: &Fingerprint) -> Option<&'s Token> {
    snapshot.token_of(fingerprint)
}
