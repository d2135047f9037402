//! Who calls the API: by which token.

use poem::{Request, Result};
use poem_openapi::{SecurityScheme, auth::Bearer};
use transfer_registry_core::{Registry, Scope, tokens};

use super::access;
use crate::{
    callers::{self, Keys, Principal},
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

async fn known(request: &Request, bearer: Bearer) -> Result<Principal> {
    let registry = request.data::<Registry>().ok_or(Refusal::Internal)?;
    let keys = request.data::<Keys>().ok_or(Refusal::Internal)?;
    callers::fresh(registry).await?;
    let Some(principal) = keys.principal(registry, &bearer.token) else {
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
