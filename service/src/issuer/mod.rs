//! The issuer that says who a person is: `OpenID Connect` sign-in, and its tokens at the API.
//!
//! One place asks the issuer (`asking`), one keeps what it said and decides when to ask again
//! (`keeping`), one checks a signature (`token`), one the claims (`claims`), and one makes a person of
//! them (`person`). Everything fails closed: without a current document nobody signs in, and without
//! a current key no token is good.

use std::{fmt, sync::Arc};

use chrono::{DateTime, Utc};

mod address;
mod algorithm;
mod asking;
mod claims;
mod document;
mod error;
mod flow;
mod keeping;
mod keys;
mod person;
mod settings;
#[cfg(test)]
mod tests;
mod token;

pub use address::IssuerAddress;
pub use algorithm::Algorithm;
pub use error::{Failing, IssuerError, Reason};
pub use flow::{Beginning, Kept, Return};
pub use person::{Person, Subject};
pub use settings::{Fault, GroupRule, Settings};

use asking::Asking;
use claims::Claims;
use keeping::Keeping;
use person::Reading;
use token::Token;

/// The one issuer whose word is taken. Clones share what is kept of it.
#[derive(Clone)]
pub struct Issuer {
    settings: Arc<Settings>,
    keeping: Arc<Keeping>,
}

impl Issuer {
    /// Made from settings. Nothing is asked yet.
    ///
    /// # Errors
    /// Which setting contradicts the others.
    pub fn of(settings: Settings) -> Result<Self, Fault> {
        settings.check()?;
        let asking = Asking::of(settings.timeout)?;
        Ok(Self {
            keeping: Arc::new(Keeping::of(settings.issuer.clone(), asking)),
            settings: Arc::new(settings),
        })
    }

    /// Who presents an access token at the API. With a known key, nothing is asked of anybody.
    ///
    /// # Errors
    /// [`IssuerError::Refused`] when the token is not good, [`IssuerError::Unreachable`] when its key
    /// cannot be had.
    pub async fn bearer(&self, jwt: &str, now: DateTime<Utc>) -> Result<Person, IssuerError> {
        let token = self.offered(jwt)?;
        let claims = self.verified(&token, now).await?;
        Ok(self.caller(&claims)?)
    }

    /// The same as far as it can be said without asking anybody.
    #[must_use]
    pub fn known(&self, jwt: &str, now: DateTime<Utc>) -> Option<Person> {
        let token = self.offered(jwt).ok()?;
        let key = self.keeping.kept_key(&token, now)?;
        let claims = token.verified_by(&key).ok()?;
        claims
            .are_in_force(self.settings.issuer.as_str(), now)
            .ok()?;
        self.caller(&claims).ok()
    }

    /// An access token as it is presented.
    fn offered<'t>(&self, jwt: &'t str) -> Result<Token<'t>, Reason> {
        if self.settings.api_audience.is_none() {
            return Err(Reason::NotAccepted);
        }
        let token = Token::read(jwt, token::LONGEST_BEARER, &self.settings.algorithms)?;
        token.is_of_type(&["at+jwt", "jwt"])?;
        Ok(token)
    }

    /// Who the claims of an access token say.
    fn caller(&self, claims: &Claims) -> Result<Person, Reason> {
        let audience = self.settings.api_audience.as_deref();
        let audience = audience.ok_or(Reason::NotAccepted)?;
        claims.are_for_api(audience, &self.settings.client_id)?;
        self.person(claims)
    }

    /// The claims of a token that the issuer signed and that is in force.
    async fn verified(&self, token: &Token<'_>, now: DateTime<Utc>) -> Result<Claims, IssuerError> {
        let key = self.keeping.key(token, now).await?;
        let claims = token.verified_by(&key)?;
        claims.are_in_force(self.settings.issuer.as_str(), now)?;
        Ok(claims)
    }

    fn person(&self, claims: &Claims) -> Result<Person, Reason> {
        Reading::of(&self.settings).person(claims)
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
