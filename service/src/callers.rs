//! Who calls: by which token or as which user, with which role, for which groups.
//!
//! The API knows callers by tokens, the pages know people by sessions; what either may do is said
//! here once.

use std::{collections::BTreeSet, sync::Arc};

use transfer_registry_core::{
    ChangeError, Registry, Scope, Snapshot,
    sessions::Who,
    tokens::{self, Role, Uses},
    users::{self, BOOTSTRAP, User},
};
use uuid::Uuid;

use crate::{
    config::Token,
    edge::rates::Holders,
    issuer::{Issuer, IssuerError, Person, Reason},
    refusal::Refusal,
};

/// The keys that the service knows beside those of the register.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keys {
    /// The operator's own key.
    pub(crate) bootstrap: Option<Token>,
    /// When tokens are used.
    pub(crate) uses: Uses,
    /// Whose word is taken of who somebody is.
    pub(crate) issuer: Option<Issuer>,
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
        if self.keys.principal(&self.registry, bearer).is_some() {
            return Some(*tokens::fingerprint(bearer).bytes());
        }
        let issuer = self.keys.issuer.as_ref().filter(|_| is_jwt(bearer))?;
        let person = issuer.known(bearer, self.registry.clock().now())?;
        // By whom it is, as every JWT is another.
        Some(*tokens::fingerprint(&person.subject.to_string()).bytes())
    }
}

/// Before the subject of somebody whom the issuer knows and the register does not.
const ISSUED: &str = "issuer:";

/// Whether an actor of the ledger is somebody whom only the issuer knows.
pub(crate) fn is_only_issued(actor: &str) -> bool {
    actor.starts_with(ISSUED)
}

/// Refuses somebody whom only the issuer knows: the same person has another name after the first
/// sign-in, and nobody could tell that what both did is one's.
///
/// # Errors
/// When it is such an actor.
pub(crate) fn known_here(actor: &str) -> Result<(), Refusal> {
    if is_only_issued(actor) {
        tracing::warn!(actor, "denied to who has never signed in here");
        return Err(Refusal::Forbidden);
    }
    Ok(())
}

/// Whether a credential can be a JWT: three parts, the first of which is a JSON object.
pub(crate) fn is_jwt(bearer: &str) -> bool {
    bearer.starts_with("eyJ") && bearer.bytes().filter(|&byte| byte == b'.').count() == 2
}

/// The groups that exist for somebody of whom an issuer names groups: those that there are.
///
/// # Errors
/// When there is none of them: whoever has no group sees nothing.
pub(crate) fn groups_of(
    snapshot: &Snapshot,
    person: &Person,
) -> Result<Option<BTreeSet<Uuid>>, Reason> {
    let Some(named) = &person.groups else {
        return Ok(None);
    };
    let found = named.iter().filter_map(|group| snapshot.group(group));
    let found: BTreeSet<Uuid> = found.map(|group| group.id).collect();
    if found.is_empty() {
        return Err(Reason::NoGroups);
    }
    Ok(Some(found))
}

/// Whoever is known.
#[derive(Debug, Clone)]
pub(crate) struct Principal {
    /// By what name the ledger keeps what it does.
    pub(crate) name: Arc<str>,
    /// What it may do.
    pub(crate) role: Role,
    /// Whose data exists for it.
    pub(crate) scope: Scope,
    /// The token that it came with.
    pub(crate) token: Option<Uuid>,
    /// The user that it is.
    pub(crate) user: Option<Uuid>,
}

impl Principal {
    fn bootstrap() -> Self {
        Self {
            name: BOOTSTRAP.into(),
            role: Role::Admin,
            scope: Scope::All,
            token: None,
            user: None,
        }
    }

    /// A user who may come in.
    fn of(user: &User) -> Self {
        Self {
            name: user.actor().into(),
            role: user.role,
            scope: user.scope(),
            token: None,
            user: Some(user.id),
        }
    }
}

impl Keys {
    /// Who holds a token, if it is one and still good.
    pub(crate) fn principal(&self, registry: &Registry, offered: &str) -> Option<Principal> {
        let bootstrap = self.bootstrap.as_ref();
        if bootstrap.is_some_and(|token| token.is(offered)) {
            return Some(Principal::bootstrap());
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
            user: None,
        })
    }

    /// Who presents a token of the issuer, with what the token says of role and groups. A user who is
    /// disabled here is refused.
    ///
    /// # Errors
    /// When nobody can say so, or the token is not good.
    pub(crate) async fn issued(
        &self,
        registry: &Registry,
        jwt: &str,
    ) -> Result<Principal, IssuerError> {
        let issuer = self.issuer.as_ref().ok_or(Reason::NotAccepted)?;
        let person = issuer.bearer(jwt, registry.clock().now()).await?;
        let snapshot = registry.snapshot();
        let subject = person.subject.to_string();
        let user = users::known_by_subject(&snapshot, &subject);
        if user.is_some_and(|user| !user.is_enabled()) {
            return Err(Reason::Disabled.into());
        }
        let groups = groups_of(&snapshot, &person)?;
        let name = user.map_or_else(|| format!("{ISSUED}{}", person.subject.id), User::actor);
        Ok(Principal {
            name: name.into(),
            role: person.role,
            scope: groups.map_or(Scope::All, Scope::Groups),
            token: None,
            user: user.map(|user| user.id),
        })
    }

    /// What an actor of the ledger may do now; `None`: it is nobody who could ask.
    pub(crate) fn standing(&self, registry: &Registry, actor: &str) -> Option<(Role, Scope)> {
        if actor == BOOTSTRAP {
            return self.bootstrap.as_ref().map(|_| (Role::Admin, Scope::All));
        }
        let snapshot = registry.snapshot();
        if let Some(user) = users::acting_as(&snapshot, actor) {
            return user.is_enabled().then(|| (user.role, user.scope()));
        }
        let token = tokens::acting_as(&snapshot, actor)?;
        let good = token.is_good(registry.clock().now());
        good.then(|| (token.role, token.scope()))
    }

    /// Whoever has signed in, if that still holds.
    pub(crate) fn signed_in(&self, registry: &Registry, who: &Who) -> Option<Principal> {
        match who {
            Who::User { id, password } => {
                let snapshot = registry.snapshot();
                let user = snapshot.users().get(*id)?;
                user.holds(*password).then(|| Principal::of(user))
            }
            Who::Bootstrap(fingerprint) => {
                let key = self.bootstrap.as_ref()?;
                (key.fingerprint() == *fingerprint).then(Principal::bootstrap)
            }
        }
    }
}

/// Waits until the register is known to be the newest: nothing is answered from one, nor to a
/// caller, of which nobody knows whether it still holds.
///
/// # Errors
/// When that cannot be known.
pub(crate) async fn fresh(registry: &Registry) -> Result<(), Refusal> {
    registry.fresh().await.map_err(|error: ChangeError| {
        tracing::error!(%error, "whether the register is the newest cannot be known");
        Refusal::Unavailable
    })
}
