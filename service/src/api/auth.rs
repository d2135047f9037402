//! Who calls. For now one key exists: the bootstrap token, which is an admin's.

use std::sync::Arc;

use poem::{Request, Result};
use poem_openapi::{SecurityScheme, auth::Bearer};
use sha2::{Digest, Sha256};

use crate::{config::Token, edge::rates::Holders, refusal::Refusal};

/// The keys that the service knows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keys {
    /// The operator's own key; without it nobody is known.
    pub(crate) bootstrap: Option<Token>,
}

impl Holders for Keys {
    fn holder(&self, bearer: &str) -> Option<[u8; 32]> {
        let known = self.bootstrap.as_ref()?.is(bearer);
        known.then(|| Sha256::digest(bearer.as_bytes()).into())
    }
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
