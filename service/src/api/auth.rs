//! Who calls the API: by which token.

use poem::{Request, Result};
use poem_openapi::{SecurityScheme, auth::Bearer};
use transfer_registry_core::{Registry, Scope, tokens};

use super::access;
use crate::{
    callers::{self, Keys, Principal},
    inward::OnBehalf,
    issuer::{IssuerError, Reason},
    refusal::Refusal,
};

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

/// Who holds a token of the registry or of the issuer; `None`: nobody.
async fn principal(
    registry: &Registry,
    keys: &Keys,
    bearer: &str,
) -> Result<Option<Principal>, Refusal> {
    if let Some(principal) = keys.principal(registry, bearer) {
        return Ok(Some(principal));
    }
    if keys.issuer.is_none() || !callers::is_jwt(bearer) {
        return Ok(None);
    }
    // On the heap: few callers come so, and every caller's future would hold it.
    match Box::pin(keys.issued(registry, bearer)).await {
        Ok(principal) => Ok(Some(principal)),
        Err(IssuerError::Refused(reason @ (Reason::NoRole | Reason::NoGroups))) => {
            tracing::warn!(%reason, "a token of the issuer was refused");
            Err(Refusal::Forbidden)
        }
        Err(IssuerError::Refused(reason)) => {
            tracing::warn!(%reason, "a token of the issuer was refused");
            Ok(None)
        }
        Err(IssuerError::Unreachable(failing)) => {
            tracing::error!(%failing, "the issuer cannot be asked for its keys");
            Err(Refusal::Unavailable)
        }
    }
}

async fn known(request: &Request, bearer: Bearer) -> Result<Principal> {
    let registry = request.data::<Registry>().ok_or(Refusal::Internal)?;
    let keys = request.data::<Keys>().ok_or(Refusal::Internal)?;
    if let Some(on_behalf) = request.data::<OnBehalf>() {
        return Ok(represented(registry, keys, on_behalf, request)?);
    }
    callers::fresh(registry).await?;
    let Some(principal) = principal(registry, keys, &bearer.token).await? else {
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

/// Who proposed a request or has signed in, when they may still make it: as whom they did, and within
/// what existed for them then.
fn represented(
    registry: &Registry,
    keys: &Keys,
    on_behalf: &OnBehalf,
    request: &Request,
) -> Result<Principal, Refusal> {
    let OnBehalf { actor, scope, .. } = on_behalf;
    let standing = keys.standing(registry, actor);
    let role = standing
        .filter(|(role, now)| access::may(*role, request) && scope.is_within(now))
        .map(|(role, _)| role)
        .ok_or_else(|| {
            if on_behalf.is_own() {
                tracing::warn!(%actor, "denied");
                return Refusal::Forbidden;
            }
            on_behalf.refuse(Refusal::ProposerNotAllowed)
        })?;
    Ok(Principal {
        name: actor.as_str().into(),
        role,
        scope: scope.clone(),
        token: None,
        user: None,
    })
}
