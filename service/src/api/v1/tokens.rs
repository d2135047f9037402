//! Tokens: who may do what, on whose data, until when.

use std::{collections::HashMap, fmt};

use chrono::{DateTime, Utc};
use poem::{Result, web::Data};
use poem_openapi::{Object, OpenApi, param::Path};
use serde::{Deserialize, Serialize};
use transfer_registry_core::{
    Registry, Snapshot,
    tokens::{self, NewToken, Role, TokenText},
};
use uuid::Uuid;

use super::{Tag, impact_analyses::ImpactAnalysis};
use crate::{
    api::{
        answer::{Answer, One},
        auth::Caller,
        codes::Code,
        etag::IfMatch,
        paging::page,
        query::{CURSOR, KNOWN_AT, Kind, LIMIT, Parameter, Parameters, Query},
        strict::{Input, NoBody, StrictJson},
        values::Instant,
        write::{Changed, Created, Made, Writing, Written},
    },
    callers::{self, Keys},
    refusal::Refusal,
};

/// Tokens.
pub(crate) struct Tokens;

const COLLECTION: &str = "/v1/tokens";

/// A token. What it is known by is shown once, in the answer to the request that had it issued.
#[expect(
    clippy::struct_field_names,
    reason = "the field holds what the object is named after"
)]
#[derive(Clone, Object, Serialize)]
pub(crate) struct Token {
    /// Its id.
    id: Uuid,
    /// Under which name the ledger keeps what is done with it, after `token:`.
    name: String,
    /// What it may be used for.
    role: Code<Role>,
    /// The groups that exist for it, by slug; absent: all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<Vec<String>>,
    /// The token itself: send it as `authorization: Bearer …`. Only in the answer to the request
    /// that had it issued; nobody can show it again.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    /// Who had it issued.
    issued_by: String,
    /// When it was issued.
    issued_at: Instant,
    /// From when on it is refused.
    expires_at: Instant,
    /// Since when it is refused because it was revoked; absent: it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<Instant>,
    /// When it was last used, to the minute or so; absent: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_at: Option<Instant>,
    /// How often it was written, from 1.
    version: i64,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Never the token itself.
        f.debug_struct("Token")
            .field("id", &self.id)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Token {
    fn of(snapshot: &Snapshot, token: &tokens::Token, last_used: Option<DateTime<Utc>>) -> Self {
        let slug = |id: &Uuid| snapshot.groups().get(*id).map(|group| group.slug.clone());
        let groups = token.groups.as_ref();
        Self {
            id: token.id,
            name: token.name.clone(),
            role: Code(token.role),
            groups: groups.map(|groups| groups.iter().filter_map(slug).collect()),
            token: None,
            issued_by: token.issued_by.clone(),
            issued_at: Instant(token.issued_at),
            expires_at: Instant(token.expires_at),
            revoked_at: token.revoked_at.map(Instant),
            last_used_at: last_used.map(Instant),
            version: token.version,
        }
    }
}

/// A token to be issued.
#[derive(Debug, Clone, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(rename = "NewToken")]
pub(crate) struct TokenInput {
    /// Under which name the ledger keeps what is done with it. No other token ever has it.
    name: String,
    /// What it may be used for.
    role: Code<Role>,
    /// The groups that exist for it, by slug or id; left out: all of them.
    #[oai(validator(min_items = 1, max_items = 100))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    groups: Option<Vec<String>>,
    /// From when on it is refused, at most 365 days ahead; left out: in 90 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<Instant>,
}

impl Input for TokenInput {}

/// A page of tokens.
#[derive(Debug, Object, Serialize)]
pub(crate) struct TokenPage {
    /// The tokens, by id, hence in the order in which they were issued.
    items: Vec<Token>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// What narrows the list.
pub(crate) struct TokenFilters;

impl Parameters for TokenFilters {
    const OPERATION: &'static str = "listTokens";
    const PARAMETERS: &'static [Parameter] = &[
        LIMIT,
        CURSOR,
        KNOWN_AT,
        Parameter::new("role", "Only tokens of this role.", Kind::code::<Role>()),
        Parameter::new(
            "good",
            "Only tokens that are accepted now, or at the instant of `known_at`; or only those that \
             are not.",
            Kind::Flag,
        ),
    ];
}

/// What one token is asked with.
pub(crate) struct TokenQuery;

impl Parameters for TokenQuery {
    const OPERATION: &'static str = "getToken";
    const PARAMETERS: &'static [Parameter] = &[KNOWN_AT];
}

#[OpenApi(prefix_path = "/v1/tokens", tag = "Tag::Tokens")]
impl Tokens {
    /// List tokens
    ///
    /// Every token that the filters leave, also those that have expired or were revoked.
    #[oai(path = "/", method = "get", operation_id = "listTokens")]
    async fn list(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        keys: Data<&Keys>,
        query: Query<TokenFilters>,
    ) -> Result<Answer<TokenPage>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        let now = query.known_at().unwrap_or_else(|| registry.clock().now());
        let role = query.code::<Role>("role");
        let good = query.flag("good");
        let kept = snapshot.tokens().iter().filter(|token| {
            role.is_none_or(|role| role == token.role)
                && good.is_none_or(|good| good == token.is_good(now))
        });
        let (found, next_cursor) = page(kept, &query, |token| token.id.to_string());
        let last_used = last_used(&registry, &keys, found.iter().map(|token| token.id)).await?;
        let items = found.into_iter().map(|token| {
            let last_used = last_used.get(&token.id).copied();
            Token::of(&snapshot, token, last_used)
        });
        let page = TokenPage {
            items: items.collect(),
            next_cursor,
        };
        Answer::of(snapshot.revision(), &page)
    }

    /// Get a token
    ///
    /// One token, by id, without what it is known by.
    #[oai(path = "/:id", method = "get", operation_id = "getToken")]
    async fn get(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        keys: Data<&Keys>,
        query: Query<TokenQuery>,
        /// The token's id.
        id: Path<String>,
    ) -> Result<One<Token>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        let token = find(&snapshot, &id)?;
        let last_used = last_used(&registry, &keys, [token.id]).await?;
        let shown = Token::of(&snapshot, token, last_used.get(&token.id).copied());
        One::versioned(snapshot.revision(), token.version, &shown)
    }

    /// Issue a token
    ///
    /// Issues a token and shows it, once. The same request again under its idempotency key is
    /// answered without it. Whoever is limited to groups issues none.
    #[oai(path = "/", method = "post", operation_id = "createToken")]
    async fn create(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        input: StrictJson<TokenInput>,
    ) -> Result<Written<Created<Token>, ImpactAnalysis>, Refusal> {
        let text = TokenText::fresh().map_err(|error| {
            tracing::error!(%error, "no randomness for a token");
            Refusal::Internal
        })?;
        let known_by = text.fingerprint();
        let actor = writing.context.actor.clone();
        callers::known_here(&actor)?;
        let TokenInput {
            name,
            role,
            groups,
            expires_at,
        } = input.0.clone();
        let new = NewToken {
            name,
            role: role.0,
            groups,
            expires_at: expires_at.map(|at| at.0),
        };
        let made = writing.create(&registry, input.digest(), |draft| {
            Ok(tokens::issue_in(draft, &actor, new, &known_by)?)
        });
        let made = made.await?;
        let first = matches!(
            made,
            Made::Done {
                repeated: false,
                ..
            }
        );
        let show = |snapshot: &Snapshot, id| {
            let token = snapshot.tokens().get(id).ok_or(Refusal::NotFound)?;
            let shown = Token {
                token: first.then(|| text.reveal()),
                ..Token::of(snapshot, token, None)
            };
            One::versioned(snapshot.revision(), token.version, &shown)
        };
        made.created(COLLECTION, show, ImpactAnalysis::of).await
    }

    /// Revoke a token
    ///
    /// Revokes a token: every replica refuses it from the next request on. It stays on record.
    #[oai(path = "/:id/revoke", method = "post", operation_id = "revokeToken")]
    async fn revoke(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The token's id.
        id: Path<String>,
        if_match: IfMatch,
        _body: NoBody,
    ) -> Result<Written<Changed<Token>, ImpactAnalysis>, Refusal> {
        let made = writing.change(&registry, |draft| {
            let base = draft.seen()?;
            let token = find(&base, &id)?;
            let expected = if_match.holds(&one(&base, token)?)?;
            Ok(tokens::revoke_in(draft, token.id, expected)?)
        });
        let show = |snapshot: &Snapshot, id| {
            let token = snapshot.tokens().get(id).ok_or(Refusal::NotFound)?;
            one(snapshot, token)
        };
        made.await?.changed(show, ImpactAnalysis::of).await
    }
}

fn find<'s>(snapshot: &'s Snapshot, id: &str) -> Result<&'s tokens::Token, Refusal> {
    let id: Uuid = id.parse().map_err(|_| Refusal::NotFound)?;
    snapshot.tokens().get(id).ok_or(Refusal::NotFound)
}

fn one(snapshot: &Snapshot, token: &tokens::Token) -> Result<One<Token>, Refusal> {
    let shown = Token::of(snapshot, token, None);
    One::versioned(snapshot.revision(), token.version, &shown)
}

async fn last_used(
    registry: &Registry,
    keys: &Keys,
    tokens: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, DateTime<Utc>>, Refusal> {
    let tokens: Vec<Uuid> = tokens.into_iter().collect();
    Ok(tokens::last_used(registry, &keys.uses, &tokens).await?)
}
