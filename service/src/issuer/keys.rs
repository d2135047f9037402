//! The keys that the issuer publishes (RFC 7517).

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse},
};
use serde::Deserialize;
use serde_json::Value;

use super::{algorithm::Algorithm, error::Failing};

/// A shorter RSA modulus can be factored; in bytes (RFC 7518, 3.3).
const SHORTEST_MODULUS: usize = 256;

/// The keys of one reading.
pub(super) struct Keys(Vec<Key>);

struct Key {
    id: Option<String>,
    kind: Kind,
    /// The only algorithm it is for, if it names one.
    only: Option<KeyAlgorithm>,
    verifier: Arc<DecodingKey>,
}

/// Of which kind a key is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rsa,
    P256,
    P384,
    Ed25519,
}

impl Keys {
    /// Those that can check a signature. Others are left out: one exotic key must not cost the rest.
    pub(super) fn read(body: &[u8]) -> Result<Self, Failing> {
        #[derive(Deserialize)]
        struct Written {
            keys: Vec<Value>,
        }
        let written: Written = serde_json::from_slice(body).map_err(|_| Failing::NotUnderstood)?;
        let keys = written.keys.into_iter().filter_map(Key::read).collect();
        Ok(Self(keys))
    }

    /// The key of a token. A token that names none is good only while there is no choice.
    pub(super) fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<Arc<DecodingKey>> {
        let mut fitting = self.0.iter().filter(|key| {
            key.is_for(algorithm) && id.is_none_or(|id| key.id.as_deref() == Some(id))
        });
        let found = fitting.next()?;
        (id.is_some() || fitting.next().is_none()).then(|| Arc::clone(&found.verifier))
    }
}

impl Key {
    fn read(written: Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(written).ok()?;
        let common = &jwk.common;
        let is_for_signatures = common
            .public_key_use
            .as_ref()
            .is_none_or(|purpose| *purpose == PublicKeyUse::Signature)
            && common
                .key_operations
                .as_ref()
                .is_none_or(|operations| operations.contains(&KeyOperations::Verify));
        if !is_for_signatures {
            return None;
        }
        Some(Self {
            kind: Kind::of(&jwk)?,
            id: common.key_id.clone(),
            only: common.key_algorithm,
            verifier: Arc::new(DecodingKey::from_jwk(&jwk).ok()?),
        })
    }

    /// Whether it checks signatures of this kind. The token names the algorithm, but the key decides.
    fn is_for(&self, algorithm: Algorithm) -> bool {
        self.kind == Kind::that_checks(algorithm)
            && self.only.is_none_or(|only| only == algorithm.key())
    }
}

impl Kind {
    /// The kind of a public key; a shared secret is none. Lengths are checked here: the library
    /// panics at an Ed25519 key that is too short.
    fn of(jwk: &Jwk) -> Option<Self> {
        match &jwk.algorithm {
            AlgorithmParameters::RSA(rsa) => {
                let modulus = URL_SAFE_NO_PAD.decode(&rsa.n).ok()?;
                let length = modulus.iter().skip_while(|byte| **byte == 0).count();
                (length >= SHORTEST_MODULUS).then_some(Self::Rsa)
            }
            AlgorithmParameters::EllipticCurve(ec) => {
                let (kind, length) = match ec.curve {
                    EllipticCurve::P256 => (Self::P256, 32),
                    EllipticCurve::P384 => (Self::P384, 48),
                    _ => return None,
                };
                (has_bytes(length, &ec.x) && has_bytes(length, &ec.y)).then_some(kind)
            }
            AlgorithmParameters::OctetKeyPair(pair) => {
                let is_usable = pair.curve == EllipticCurve::Ed25519 && has_bytes(32, &pair.x);
                is_usable.then_some(Self::Ed25519)
            }
            _ => None,
        }
    }

    const fn that_checks(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Rs256
            | Algorithm::Rs384
            | Algorithm::Rs512
            | Algorithm::Ps256
            | Algorithm::Ps384
            | Algorithm::Ps512 => Self::Rsa,
            Algorithm::Es256 => Self::P256,
            Algorithm::Es384 => Self::P384,
            Algorithm::EdDsa => Self::Ed25519,
        }
    }
}

fn has_bytes(length: usize, text: &str) -> bool {
    URL_SAFE_NO_PAD
        .decode(text)
        .is_ok_and(|bytes| bytes.len() == length)
}
