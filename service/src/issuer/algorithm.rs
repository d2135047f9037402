//! The signatures that may be believed.

use std::str::FromStr;

use jsonwebtoken::jwk::KeyAlgorithm;

/// How a token is signed. Signatures by a shared secret and unsigned tokens are not among them, so
/// that no setting can allow either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSA PKCS #1 v1.5 with SHA-256.
    Rs256,
    /// RSA PKCS #1 v1.5 with SHA-384.
    Rs384,
    /// RSA PKCS #1 v1.5 with SHA-512.
    Rs512,
    /// RSA PSS with SHA-256.
    Ps256,
    /// RSA PSS with SHA-384.
    Ps384,
    /// RSA PSS with SHA-512.
    Ps512,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// Ed25519.
    EdDsa,
}

impl Algorithm {
    /// Those that are believed unless the settings say otherwise.
    pub const SHIPPED: [Self; 4] = [Self::Rs256, Self::Ps256, Self::Es256, Self::EdDsa];

    /// By its name in a token, letter by letter.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "RS256" => Self::Rs256,
            "RS384" => Self::Rs384,
            "RS512" => Self::Rs512,
            "PS256" => Self::Ps256,
            "PS384" => Self::Ps384,
            "PS512" => Self::Ps512,
            "ES256" => Self::Es256,
            "ES384" => Self::Es384,
            "EdDSA" => Self::EdDsa,
            _ => return None,
        })
    }

    /// What checks it.
    pub(super) const fn verifier(self) -> jsonwebtoken::Algorithm {
        use jsonwebtoken::Algorithm as Verifier;
        match self {
            Self::Rs256 => Verifier::RS256,
            Self::Rs384 => Verifier::RS384,
            Self::Rs512 => Verifier::RS512,
            Self::Ps256 => Verifier::PS256,
            Self::Ps384 => Verifier::PS384,
            Self::Ps512 => Verifier::PS512,
            Self::Es256 => Verifier::ES256,
            Self::Es384 => Verifier::ES384,
            Self::EdDsa => Verifier::EdDSA,
        }
    }

    /// Its name in a key.
    pub(super) fn key(self) -> KeyAlgorithm {
        self.verifier().into()
    }
}

impl FromStr for Algorithm {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::named(text)
            .ok_or("must be one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, EdDSA")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_setting_allows_unsigned_tokens_or_shared_secrets() {
        for name in [
            "none", "None", "NONE", "", "HS256", "HS384", "HS512", "rs256",
        ] {
            assert!(name.parse::<Algorithm>().is_err(), "{name}");
        }
        assert_eq!("PS256".parse(), Ok(Algorithm::Ps256));
    }
}
