//! Who calls: by which token, with which role, for which groups.

use std::sync::Arc;

use poem::{Request, Result};
use poem_openapi::{SecurityScheme, auth::Bearer};
use transfer_registry_core::{
    ChangeError, Registry, Scope,
    tokens::{self, Role, Uses},
};
use uuid::Uuid;

use super::{access, inward::OnBehalf};
use crate::{config::Token, edge::rates::Holders, refusal::Refusal};

/// The keys that the service knows beside those of the register.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keys {
    /// The operator's own key.
    pub(crate) bootstrap: Option<Token>,
    /// When tokens are used.
    pub(crate) uses: Uses,
}

/// Every key that is known, for whoever counts what is done with each.
pub(crate) struct Known {
    /// Those beside the register.
    pub(crate) keys: Keys,
    /// The register.
    pub(crate) registry: Registry,
}

impl Holders for Known {
    fn holder(&self, bearer: &str) -> Option<[u8; 32]> {
        let known = principal(&self.registry, &self.keys, bearer).is_some();
        known.then(|| *tokens::fingerprint(bearer).bytes())
    }
}

/// By what name the ledger keeps what is done with the bootstrap token.
const BOOTSTRAP: &str = "bootstrap";

/// Whoever holds a known key.
#[derive(Debug, Clone)]
pub(crate) struct Principal {
    /// By what name the ledger keeps what it does.
    name: Arc<str>,
    role: Role,
    scope: Scope,
    token: Option<Uuid>,
}

/// A token in the `authorization` header: `Bearer TOKEN`. Each has a role, and may be limited to
/// groups: what belongs to another group is then not there.
#[derive(SecurityScheme)]
#[oai(ty = "bearer", rename = "bearer", checker = "known")]
pub(crate) struct Caller(Principal);

impl Caller {
    /// By what name the ledger keeps what the caller does.
    pub(crate) fn name(&self) -> &str {
        &self.0.name
    }

    /// Whose data the caller may see and change.
    pub(crate) const fn scope(&self) -> &Scope {
        &self.0.scope
    }
}

async fn known(request: &Request, bearer: Bearer) -> Result<Principal> {
    let registry = request.data::<Registry>().ok_or(Refusal::Internal)?;
    let keys = request.data::<Keys>().ok_or(Refusal::Internal)?;
    if let Some(on_behalf) = request.data::<OnBehalf>() {
        return Ok(represented(registry, keys, on_behalf, request)?);
    }
    // Nothing is answered from a register, nor to a token, of which nobody knows whether it still
    // holds.
    registry.fresh().await.map_err(stale)?;
    let Some(principal) = principal(registry, keys, &bearer.token) else {
        if let Some(token) =
            tokens::known_by(&registry.snapshot(), &tokens::fingerprint(&bearer.token))
        {
            tracing::warn!(token = %token.id, "a token was offered that is no longer good");
        }
        return Err(Refusal::Unauthenticated.into());
    };
    if !access::may(principal.role, request) {
        tracing::warn!(actor = %principal.name, role = %principal.role, "denied");
        return Err(Refusal::Forbidden.into());
    }
    if let Some(token) = principal.token {
        keys.uses.note(token, registry.clock().now());
    }
    Ok(principal)
}

/// Who holds a token, if it is one and still good.
fn principal(registry: &Registry, keys: &Keys, offered: &str) -> Option<Principal> {
    let bootstrap = keys.bootstrap.as_ref();
    if bootstrap.is_some_and(|token| token.is(offered)) {
        return Some(Principal {
            name: BOOTSTRAP.into(),
            role: Role::Admin,
            scope: Scope::All,
            token: None,
        });
    }
    if !tokens::is_well_formed(offered) {
        return None;
    }
    let snapshot = registry.snapshot();
    let token = tokens::known_by(&snapshot, &tokens::fingerprint(offered))?;
    token.is_good(registry.clock().now()).then(|| Principal {
        name: tokens::actor_of(&token.name).into(),
        role: token.role,
        scope: token.scope(),
        token: Some(token.id),
    })
}

/// Who proposed a request, when they may still make it: as whom they proposed it, and within what
/// existed for them then.
fn represented(
    registry: &Registry,
    keys: &Keys,
    on_behalf: &OnBehalf,
    request: &Request,
) -> Result<Principal, Refusal> {
    let OnBehalf { actor, scope, .. } = on_behalf;
    let standing = standing(registry, keys, actor);
    let role = standing
        .filter(|(role, now)| access::may(*role, request) && scope.is_within(now))
        .map(|(role, _)| role)
        .ok_or_else(|| on_behalf.refuse(Refusal::ProposerNotAllowed))?;
    Ok(Principal {
        name: actor.as_str().into(),
        role,
        scope: scope.clone(),
        token: None,
    })
}

/// What an actor of the ledger may do now; `None`: it is nobody who could ask.
fn standing(registry: &Registry, keys: &Keys, actor: &str) -> Option<(Role, Scope)> {
    if actor == BOOTSTRAP {
        return keys.bootstrap.as_ref().map(|_| (Role::Admin, Scope::All));
    }
    let snapshot = registry.snapshot();
    let token = tokens::acting_as(&snapshot, actor)?;
    let good = token.is_good(registry.clock().now());
    good.then(|| (token.role, token.scope()))
}

/// The register cannot be asked whether it is the newest.
#[expect(
    clippy::needless_pass_by_value,
    reason = "it is handed to `map_err`, which passes by value"
)]
fn stale(error: ChangeError) -> Refusal {
    tracing::error!(%error, "whether the register is the newest cannot be known");
    Refusal::Unavailable
}
