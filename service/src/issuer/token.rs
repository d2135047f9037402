//! A signed token: its header, and its claims once the signature is checked (RFC 7515, RFC 8725).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{DecodingKey, Validation, errors::ErrorKind};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::{algorithm::Algorithm, claims::Claims, error::Reason};

/// The longest access token that is looked at, in bytes.
pub(super) const LONGEST_BEARER: usize = 8 * 1024;
/// The longest ID token, in bytes: it arrives from the issuer, with many groups perhaps.
pub(super) const LONGEST_ID_TOKEN: usize = 64 * 1024;

/// A token of which only the header was read.
pub(super) struct Token<'a> {
    jwt: &'a str,
    algorithm: Algorithm,
    key_id: Option<String>,
    kind: Option<String>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
}

impl<'a> Token<'a> {
    pub(super) fn read(
        jwt: &'a str,
        longest: usize,
        allowed: &[Algorithm],
    ) -> Result<Self, Reason> {
        if jwt.len() > longest {
            return Err(Reason::TooLong);
        }
        let header = jwt.split('.').next().unwrap_or_default();
        let header = URL_SAFE_NO_PAD
            .decode(header)
            .map_err(|_| Reason::Unreadable)?;
        let header: Header = serde_json::from_slice(&header).map_err(|_| Reason::Unreadable)?;
        // What must be understood is not understood here (RFC 7515, 4.1.11).
        if header.crit.is_some() {
            return Err(Reason::Unreadable);
        }
        let algorithm = Algorithm::named(&header.alg)
            .filter(|algorithm| allowed.contains(algorithm))
            .ok_or(Reason::Algorithm)?;
        Ok(Self {
            jwt,
            algorithm,
            key_id: header.kid,
            kind: header.typ,
        })
    }

    pub(super) const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(super) fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// Whether it says that it is of one of these types, or does not say.
    pub(super) fn is_of_type(&self, types: &[&str]) -> Result<(), Reason> {
        let Some(kind) = &self.kind else {
            return Ok(());
        };
        let kind = kind.to_ascii_lowercase();
        // The prefix is left out by custom (RFC 7515, 4.1.9).
        let kind = kind.strip_prefix("application/").unwrap_or(&kind);
        types.contains(&kind).then_some(()).ok_or(Reason::Kind)
    }

    /// Its claims, if the key signed them. The time and all else is checked of the claims: the
    /// library would read the clock.
    pub(super) fn verified_by(&self, key: &DecodingKey) -> Result<Claims, Reason> {
        let mut signature = Validation::new(self.algorithm.verifier());
        signature.required_spec_claims.clear();
        signature.validate_exp = false;
        signature.validate_nbf = false;
        signature.validate_aud = false;
        jsonwebtoken::decode(self.jwt, key, &signature)
            .map(|token| Claims::of(token.claims))
            .map_err(|error| match error.kind() {
                ErrorKind::InvalidSignature => Reason::Signature,
                ErrorKind::InvalidAlgorithm | ErrorKind::InvalidKeyFormat => Reason::Algorithm,
                _ => Reason::Unreadable,
            })
    }

    /// The hash by which an ID token binds the access token given with it (Core 3.1.3.6).
    pub(super) fn hash_of(&self, access_token: &str) -> String {
        let text = access_token.as_bytes();
        let hash = match self.algorithm {
            Algorithm::Rs256 | Algorithm::Ps256 | Algorithm::Es256 => Sha256::digest(text).to_vec(),
            Algorithm::Rs384 | Algorithm::Ps384 | Algorithm::Es384 => Sha384::digest(text).to_vec(),
            // Ed25519 hashes with SHA-512 itself.
            Algorithm::Rs512 | Algorithm::Ps512 | Algorithm::EdDsa => Sha512::digest(text).to_vec(),
        };
        let half = hash.get(..hash.len() / 2).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(half)
    }
}
