//! The claims of a token whose signature is good, and the checks of them: all of them are here.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};

use super::error::Reason;

/// How far two clocks may differ.
const LEEWAY: TimeDelta = TimeDelta::seconds(60);
/// The longest that an access token may be valid: nobody can revoke one here.
const LONGEST: TimeDelta = TimeDelta::hours(24);

/// The claims of a token whose signature is good.
pub(super) struct Claims(Map<String, Value>);

impl Claims {
    pub(super) const fn of(claims: Map<String, Value>) -> Self {
        Self(claims)
    }

    /// From the issuer, and in force.
    pub(super) fn are_in_force(&self, issuer: &str, now: DateTime<Utc>) -> Result<(), Reason> {
        if self.text("iss") != Some(issuer) {
            return Err(Reason::Issuer);
        }
        let expires = self.instant("exp")?.ok_or(Reason::Claims)?;
        let since = self.instant("iat")?.ok_or(Reason::Claims)?;
        let begins = self.instant("nbf")?.unwrap_or(since).max(since);
        if now >= expires + LEEWAY {
            return Err(Reason::Expired);
        }
        if now + LEEWAY < begins {
            return Err(Reason::NotYetValid);
        }
        Ok(())
    }

    /// An access token for the API.
    pub(super) fn are_for_api(&self, audience: &str, client: &str) -> Result<(), Reason> {
        let audiences = self.audiences()?;
        if !audiences.contains(&audience) {
            return Err(Reason::Audience);
        }
        // An ID token says who signed in at the client; whoever gets hold of one must not act here.
        if audiences.contains(&client) || self.has("at_hash") || self.has("c_hash") {
            return Err(Reason::Kind);
        }
        let since = self.instant("iat")?.ok_or(Reason::Claims)?;
        let expires = self.instant("exp")?.ok_or(Reason::Claims)?;
        if expires - since > LONGEST {
            return Err(Reason::ValidTooLong);
        }
        Ok(())
    }

    /// An ID token for the client, from the sign-in that the nonce belongs to.
    pub(super) fn are_of_sign_in(&self, client: &str, nonce: &str) -> Result<(), Reason> {
        let audiences = self.audiences()?;
        if !audiences.contains(&client) {
            return Err(Reason::Audience);
        }
        let party = self.text("azp");
        if (audiences.len() > 1 || self.has("azp")) && party != Some(client) {
            return Err(Reason::Audience);
        }
        if self.text("nonce") != Some(nonce) {
            return Err(Reason::OtherSignIn);
        }
        Ok(())
    }

    /// The access token that was given with an ID token, if that says which one.
    pub(super) fn bind(&self, hash: Option<&str>) -> Result<(), Reason> {
        if self.has("at_hash") && (hash.is_none() || self.text("at_hash") != hash) {
            return Err(Reason::AccessTokenHash);
        }
        Ok(())
    }

    /// A claim that is a text.
    pub(super) fn text(&self, claim: &str) -> Option<&str> {
        self.at(claim)?.as_str()
    }

    /// Whether a claim says `true`.
    pub(super) fn says(&self, claim: &str) -> bool {
        self.at(claim).and_then(Value::as_bool) == Some(true)
    }

    /// The texts of a claim that is a text or a list. What is no text says nothing.
    pub(super) fn texts(&self, claim: &str) -> Vec<&str> {
        match self.at(claim) {
            Some(Value::String(text)) => vec![text],
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// A claim by its whole name, which may have dots in it, or inside others by its path.
    fn at(&self, claim: &str) -> Option<&Value> {
        if let Some(found) = self.0.get(claim) {
            return Some(found);
        }
        let mut path = claim.split('.');
        let first = self.0.get(path.next()?)?;
        path.try_fold(first, |outer, name| outer.get(name))
    }

    fn has(&self, claim: &str) -> bool {
        self.0.contains_key(claim)
    }

    fn audiences(&self) -> Result<Vec<&str>, Reason> {
        match self.0.get("aud") {
            Some(Value::String(one)) => Ok(vec![one]),
            Some(Value::Array(list)) => list
                .iter()
                .map(|item| item.as_str().ok_or(Reason::Claims))
                .collect(),
            _ => Err(Reason::Claims),
        }
    }

    /// Seconds since 1970, of which a fraction is left out.
    fn instant(&self, claim: &str) -> Result<Option<DateTime<Utc>>, Reason> {
        let Some(value) = self.0.get(claim) else {
            return Ok(None);
        };
        let Value::Number(number) = value else {
            return Err(Reason::Claims);
        };
        let text = number.to_string();
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let instant = Some(whole)
            // An exponent would make the whole part another number.
            .filter(|_| fraction.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|whole| whole.parse().ok())
            .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
            // Beyond this there is no adding to it.
            .filter(|instant| instant.timestamp().abs() < i64::from(u32::MAX) * 64)
            .ok_or(Reason::Claims)?;
        Ok(Some(instant))
    }
}
