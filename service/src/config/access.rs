//! The admin token that an operator gives.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use validator::ValidationError;

use super::secret::Secret;

/// Fewer characters could be guessed.
const SHORTEST: usize = 32;
/// More would not fit into a header that every proxy lets pass.
const LONGEST: usize = 512;

/// A secret by which a caller is known. Only its hash is kept, and it does not print.
#[derive(Clone)]
pub struct Token {
    hash: [u8; 32],
}

impl Token {
    /// A token that somebody gave.
    #[must_use]
    pub fn given(text: &str) -> Self {
        Self {
            hash: Sha256::digest(text.as_bytes()).into(),
        }
    }

    /// A new token of 256 random bits, and its text to hand out once.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn fresh() -> Result<(Self, String), getrandom::Error> {
        let mut bits = [0_u8; 32];
        getrandom::fill(&mut bits)?;
        let text = URL_SAFE_NO_PAD.encode(bits);
        Ok((Self::given(&text), text))
    }

    /// Its SHA-256, in hex.
    pub(crate) fn fingerprint(&self) -> String {
        hex::encode(self.hash)
    }

    /// Whether an offered text is this token. The hashes are compared whole, so that the time
    /// taken says nothing about where they differ.
    #[must_use]
    pub fn is(&self, offered: &str) -> bool {
        let offered: [u8; 32] = Sha256::digest(offered.as_bytes()).into();
        let differing = self
            .hash
            .iter()
            .zip(offered)
            .fold(0_u8, |differing, (a, b)| differing | (a ^ b));
        std::hint::black_box(differing) == 0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

pub(super) fn check(secret: &Secret) -> Result<(), ValidationError> {
    let text = secret.reveal();
    let sendable = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte));
    if text.chars().count() < SHORTEST {
        Err(super::fault("must have at least 32 characters"))
    } else if text.len() > LONGEST {
        Err(super::fault("must have at most 512 characters"))
    } else if sendable {
        Ok(())
    } else {
        Err(super::fault(
            "must consist of letters, digits and - . _ ~ + / = only",
        ))
    }
}
