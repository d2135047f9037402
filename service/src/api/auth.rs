//! Who calls. For now one key exists: the bootstrap token, which is an admin's.

use std::sync::Arc;

use poem::{Request, Result};
use poem_openapi::{SecurityScheme, auth::Bearer};

use crate::{config::Token, refusal::Refusal};

/// The keys that the service knows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keys {
    /// The operator's own key; without it nobody is known.
    pub(crate) bootstrap: Option<Token>,
}

/// By what name the ledger keeps what is done with the bootstrap token.
const BOOTSTRAP: &str = "bootstrap";

/// Whoever holds a known key.
#[derive(Debug, Clone)]
pub(crate) struct Principal {
    /// By what name the ledger keeps what it does.
    name: Arc<str>,
}

/// A token in the `authorization` header: `Bearer TOKEN`.
#[derive(SecurityScheme)]
#[oai(ty = "bearer", rename = "bearer", checker = "known")]
pub(crate) struct Caller(Principal);

impl Caller {
    /// By what name the ledger keeps what the caller does.
    pub(crate) fn name(&self) -> &str {
        &self.0.name
    }
}

#[expect(
    clippy::unused_async,
    reason = "a checker is async to poem-openapi, whether it waits or not"
)]
async fn known(request: &Request, bearer: Bearer) -> Result<Principal> {
    let known = request
        .data::<Keys>()
        .and_then(|keys| keys.bootstrap.as_ref())
        .is_some_and(|token| token.is(&bearer.token));
    if known {
        Ok(Principal {
            name: BOOTSTRAP.into(),
        })
    } else {
        Err(Refusal::Unauthenticated.into())
    }
}
